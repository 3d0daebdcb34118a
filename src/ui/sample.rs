//! The fleet of the drawings, made by hand: healthy, wrong, stale, denied, empty.

mod known;
mod looked;
mod promised;
mod rows;
mod watched;

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::fleet::code::Code;
use crate::fleet::id::SourceName;
use crate::fleet::link::Layer;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Evidence, Facts, Problem, Severity};
use crate::judge::rows::{Judged, SiteRow};
use crate::judge::timeline::StoryId;
use crate::judge::verdict::Verdict;
use crate::lang::Tongue;
use crate::state::{State, Tab, View};
use crate::theme::{Depth, GlyphSet, Glyphs, Theme};
use crate::ui::Skin;

/// 22 November 2026, 12:04 UTC.
pub(super) const NOW: Epoch = Epoch(1_795_349_040);

pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 24 * HOUR;

/// How things stand in a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Healthy,
    Wrong,
    Stale,
    Denied,
    Empty,
}

impl Mood {
    pub(super) const ALL: [Self; 5] =
        [Self::Healthy, Self::Wrong, Self::Stale, Self::Denied, Self::Empty];
}

pub(crate) fn skin(depth: Depth, set: GlyphSet) -> Skin {
    spoken(Tongue::English, depth, set)
}

/// The same in a language.
pub(super) fn spoken(tongue: Tongue, depth: Depth, set: GlyphSet) -> Skin {
    Skin {
        theme: Theme::named("dark", depth).expect("reads"),
        glyphs: Glyphs::of(set),
        lang: crate::lang::of(tongue),
    }
}

pub(super) fn fi() -> SourceName {
    "fi".into()
}

/// The task of this kind of guest 104.
pub(super) fn story(kind: &str) -> StoryId {
    let fleet = known::fleet(Mood::Wrong);
    let judged = judged(Mood::Wrong);
    let timeline = crate::judge::timeline::timeline(&fleet, &judged);
    let found = timeline.stories.iter().find(|story| story.kind.as_deref() == Some(kind));
    found.expect("a task of the sample").id.clone()
}

/// A problem seen by one call five seconds ago.
pub(super) fn problem(
    code: Code,
    severity: Severity,
    site: &str,
    subject: Subject,
    facts: Facts,
) -> Problem {
    Problem {
        code,
        severity,
        site: Some(site.into()),
        source: subject.source().cloned(),
        subject,
        detail: None,
        facts,
        since: None,
        evidence: vec![Evidence { call: "/cluster/resources".into(), seen: NOW.minus(5) }],
        accepted: None,
    }
}

fn wrongs() -> Vec<Problem> {
    use Severity::{Critical, Unknown, Warning};
    let failing = Problem {
        since: Some(NOW.minus(62 * 60)),
        ..problem(
            Code::ReplicationFailing,
            Critical,
            "helsinki",
            Subject::Replication(fi(), "104-0".into()),
            Facts {
                count: Some(5),
                text: Some("out of space".into()),
                other: Some("fi1".into()),
                newest: Some(NOW.minus(75 * 60)),
                ..Facts::default()
            },
        )
    };
    let late = Problem {
        since: Some(NOW.minus(8 * HOUR + 240)),
        ..problem(
            Code::BackupLate,
            Critical,
            "helsinki",
            Subject::guest(&fi(), 117),
            Facts {
                due: Some(NOW.minus(10 * HOUR + 240)),
                newest: Some(NOW.minus(26 * HOUR)),
                other: Some("home:main/helsinki".into()),
                ..Facts::default()
            },
        )
    };
    let away = Problem {
        since: Some(NOW.minus(2 * HOUR)),
        detail: Some("route".into()),
        ..problem(
            Code::SourceUnreachable,
            Unknown,
            "atelier",
            Subject::Source("atelier".into()),
            Facts {
                newest: Some(NOW.minus(2 * HOUR)),
                layer: Some(Layer::Route),
                ..Facts::default()
            },
        )
    };
    let filling = problem(
        Code::DatastoreFilling,
        Warning,
        "home",
        Subject::Datastore("home".into(), "main".into()),
        Facts { at: Some(NOW.plus(12 * DAY + 60)), ..Facts::default() },
    );
    let scheduler = Problem {
        detail: Some("pvescheduler".into()),
        since: Some(NOW.minus(3 * HOUR + 24 * 60)),
        ..problem(
            Code::NodeService,
            Warning,
            "orizom",
            Subject::Node("cafe3".into(), "cafe3".into()),
            Facts { text: Some("inactive".into()), ..Facts::default() },
        )
    };
    let certificate = problem(
        Code::NodeCertificate,
        Warning,
        "helsinki",
        Subject::Node(fi(), "fi2".into()),
        Facts { at: Some(NOW.plus(9 * DAY + 60)), ..Facts::default() },
    );
    vec![failing, late, away, certificate, filling, scheduler]
}

fn denied() -> Vec<Problem> {
    vec![Problem {
        detail: Some("replication, configs".into()),
        ..problem(
            Code::SourceForbidden,
            Severity::Unknown,
            "helsinki",
            Subject::Source(fi()),
            Facts {
                names: vec!["Sys.Audit on /".into(), "VM.Audit on /vms".into()],
                ..Facts::default()
            },
        )
    }]
}

fn stale() -> Vec<Problem> {
    vec![problem(
        Code::SourceStale,
        Severity::Unknown,
        "helsinki",
        Subject::Source(fi()),
        Facts { newest: Some(NOW.minus(240)), ..Facts::default() },
    )]
}

/// What the judge would say.
pub(super) fn judged(mood: Mood) -> Judged {
    let sites: Vec<SiteRow> = rows::sites(mood);
    let problems = match mood {
        Mood::Healthy | Mood::Empty => Vec::new(),
        Mood::Wrong => wrongs(),
        Mood::Stale => stale(),
        Mood::Denied => denied(),
    };
    let notices = match mood {
        Mood::Empty => Vec::new(),
        _ => vec![Problem {
            accepted: Some("scratch machine".into()),
            ..problem(
                Code::BackupUncovered,
                Severity::Notice,
                "helsinki",
                Subject::guest(&fi(), 105),
                Facts::default(),
            )
        }],
    };
    let verdict = match mood {
        Mood::Empty => Verdict::Unknown,
        _ => Verdict::worst(sites.iter().map(|s| s.verdict)),
    };
    let timeline = std::sync::OnceLock::new();
    Judged { taken: NOW, verdict, sites, problems, notices, timeline }
}

/// A state that shows `view` in a window.
pub(crate) fn state(mood: Mood, size: (u16, u16), view: View) -> State {
    let fleet = known::fleet(mood);
    let mut state = State::new(fleet, NOW, TimeZone::UTC, size);
    // The drawings are of a fleet that was asked.
    state.asking = None;
    state.judged = Arc::new(judged(mood));
    match view {
        View::Tab(tab) => state.show(tab),
        view => {
            state.show(Tab::Fleet);
            state.enter(view);
        }
    }
    looked::answer(&mut state, mood);
    state
}
