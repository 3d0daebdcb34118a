use proptest::prelude::*;

use super::{Case, Covered, Failure, Say, decide};
use crate::fleet::pbs::copies::Verification;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::backup::due::Due;
use crate::judge::copies::{Copy, Found};
use crate::judge::problem::Severity::{self, Critical, Unknown, Warning};
use crate::judge::rows::recovery::Holder;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Now, in these tests: ten hours after the last daily run.
const NOW: i64 = 100 * DAY;
const RUN: i64 = NOW - 10 * HOUR;

fn daily() -> Due {
    Due {
        latest: Some(Epoch(RUN)),
        judged: Some(Epoch(RUN)),
        before: Some(Epoch(RUN - DAY)),
        next: Some(Epoch(RUN + DAY)),
        interval: Some(DAY),
        pace: Some(DAY),
    }
}

fn snapshot(time: i64, verification: Verification) -> Copy {
    Copy {
        time: Epoch(time),
        verification: Some(verification),
        place: "pbs:main".into(),
        holder: Holder::Pbs("pbs".into()),
        encrypted: Some(false),
        key: None,
        size: Some(1),
    }
}

fn copy(time: i64, verification: Verification) -> Found {
    let mut found = Found::default();
    found.add(snapshot(time, verification));
    found
}

fn at(time: i64) -> Found {
    copy(time, Verification::None)
}

fn pbs() -> Subject {
    Subject::Source("pbs".into())
}

fn pve() -> Subject {
    Subject::Source("fi".into())
}

fn node() -> Subject {
    Subject::Node("fi".into(), "fi1".into())
}

/// What a row of the table varies.
#[derive(Clone, Debug)]
struct Row {
    covered: Covered,
    template: bool,
    dues: Vec<Due>,
    found: Found,
    ambiguous: bool,
    created: Option<i64>,
    home: Option<Subject>,
    /// The time since which nothing was looked at.
    blind_since: Option<i64>,
    failure: Option<Failure>,
}

fn row(found: Found) -> Row {
    Row {
        covered: Covered::Yes,
        template: false,
        dues: vec![daily()],
        found,
        ambiguous: false,
        created: None,
        home: None,
        blind_since: None,
        failure: None,
    }
}

fn said(row: &Row) -> Vec<Say> {
    decide(&Case {
        now: Epoch(NOW),
        max_age: 26 * HOUR,
        grace: 2 * HOUR,
        template: row.template,
        covered: row.covered,
        dues: &row.dues,
        found: &row.found,
        ambiguous: row.ambiguous,
        created: row.created.map(Epoch),
        home: row.home.clone(),
        source: pve(),
        unseen: &|since| row.blind_since.filter(|at| since.0 > *at).map(|_| pbs()),
        doubt: &pbs,
        failure: row.failure.as_ref(),
    })
}

#[allow(clippy::unnecessary_wraps)]
fn failure(start: i64, job: Option<&str>) -> Option<Failure> {
    Some(Failure { start: Epoch(start), text: "no space".into(), job: job.map(Into::into) })
}

#[test]
fn the_table() {
    let fresh = || at(RUN + 60);
    let yesterday = || at(RUN - DAY + 60);
    let older = || at(RUN - 2 * DAY + 60);
    let none = Found::default;
    let uncertain = || Found { uncertain: Some(Epoch(RUN + 5)), ..at(RUN - DAY + 60) };
    let bad = |time| copy(time, Verification::Failed(None));
    let base = || row(fresh());
    let with = |found: Found| row(found);
    let no = |found| Row { covered: Covered::No, ..row(found) };
    let untold = |found| Row { covered: Covered::Untold, ..row(found) };
    let unscheduled = |found| Row { dues: vec![], ..row(found) };
    let disagree = |found| Row {
        dues: vec![
            daily(),
            Due { judged: Some(Epoch(RUN - DAY)), before: Some(Epoch(RUN - 2 * DAY)), ..daily() },
        ],
        ..row(found)
    };
    let table: Vec<(&str, Row, Vec<Say>)> = vec![
        ("fresh", base(), vec![]),
        ("exactly at its run", with(at(RUN)), vec![]),
        ("one run missed", with(yesterday()), vec![Say::Late(Warning)]),
        ("two runs missed", with(older()), vec![Say::Late(Critical)]),
        ("no copy, old guest", with(none()), vec![Say::Missing]),
        (
            "no copy, younger than an interval",
            Row { created: Some(NOW - DAY), ..with(none()) },
            vec![],
        ),
        (
            "no copy, older than an interval",
            Row { created: Some(NOW - DAY - 1), ..with(none()) },
            vec![Say::Missing],
        ),
        (
            "no copy, and no run since it came",
            Row {
                created: Some(RUN + 1),
                dues: vec![Due { interval: Some(1), ..daily() }],
                ..with(none())
            },
            vec![],
        ),
        (
            "no run was due yet",
            Row { dues: vec![Due { judged: None, before: None, ..daily() }], ..with(none()) },
            vec![],
        ),
        (
            "fresh settles it though places are silent and its node is dead",
            Row { blind_since: Some(0), home: Some(node()), ambiguous: true, ..base() },
            vec![],
        ),
        (
            "late, or the PBS is silent",
            Row { blind_since: Some(RUN), ..with(yesterday()) },
            vec![Say::Unknown(pbs())],
        ),
        (
            "looked at after the run's grace",
            Row { blind_since: Some(RUN + 2 * HOUR), ..with(yesterday()) },
            vec![Say::Late(Warning)],
        ),
        (
            "missing, or the PBS is silent",
            Row { blind_since: Some(RUN), ..with(none()) },
            vec![Say::Unknown(pbs())],
        ),
        (
            "late because of its node",
            Row { home: Some(node()), ..with(older()) },
            vec![Say::Unknown(node())],
        ),
        (
            "a dead node before a silent PBS",
            Row { home: Some(node()), blind_since: Some(0), ..with(older()) },
            vec![Say::Unknown(node())],
        ),
        (
            "missing is not because of its dead node",
            Row { home: Some(node()), ..with(none()) },
            vec![Say::Missing],
        ),
        (
            "missing, or its source is silent",
            Row { home: Some(pve()), ..with(none()) },
            vec![Say::Unknown(pve())],
        ),
        ("a copy that may be finished", with(uncertain()), vec![Say::Unknown(pbs())]),
        (
            "a first copy that may be finished",
            with(Found { uncertain: Some(Epoch(RUN + 5)), ..none() }),
            vec![Say::Unknown(pbs())],
        ),
        (
            "ambiguous, and nothing else",
            Row { ambiguous: true, ..with(none()) },
            vec![Say::Ambiguous],
        ),
        (
            "ambiguous, and its own is late",
            Row { ambiguous: true, ..with(yesterday()) },
            vec![Say::Ambiguous],
        ),
        ("bad", with(bad(RUN + 60)), vec![Say::VerifyFailed]),
        ("bad and old: not late too", with(bad(RUN - 9 * DAY)), vec![Say::VerifyFailed]),
        (
            "bad stays bad whoever is silent",
            Row { home: Some(pve()), blind_since: Some(0), ..with(bad(RUN + 60)) },
            vec![Say::VerifyFailed],
        ),
        (
            "its last run failed",
            Row { failure: failure(RUN, None), ..with(yesterday()) },
            vec![Say::Failed(Warning, "no space".into())],
        ),
        (
            "failed for days",
            Row { failure: failure(RUN, None), ..with(older()) },
            vec![Say::Failed(Critical, "no space".into())],
        ),
        (
            "failed within the grace",
            Row { failure: failure(NOW - 60, None), ..base() },
            vec![Say::Failed(Warning, "no space".into())],
        ),
        ("failed before the newest copy", Row { failure: failure(RUN, None), ..base() }, vec![]),
        (
            "failed, and never a copy",
            Row { failure: failure(RUN, None), ..with(none()) },
            vec![Say::Failed(Critical, "no space".into())],
        ),
        (
            "failed, young",
            Row { failure: failure(RUN, None), created: Some(RUN - 60), ..with(none()) },
            vec![Say::Failed(Warning, "no space".into())],
        ),
        (
            "the whole job failed",
            Row { failure: failure(RUN, Some("j")), ..with(yesterday()) },
            vec![Say::OfJob(Warning, "j".into())],
        ),
        (
            "the whole job failed for days",
            Row { failure: failure(RUN, Some("j")), ..with(older()) },
            vec![Say::OfJob(Critical, "j".into())],
        ),
        ("template without a job", Row { template: true, ..no(none()) }, vec![Say::Nothing]),
        ("template with a job", Row { template: true, ..base() }, vec![]),
        ("uncovered with a young copy", no(fresh()), vec![Say::Uncovered(Warning)]),
        ("uncovered with an old copy", no(at(NOW - 26 * HOUR - 1)), vec![Say::Uncovered(Critical)]),
        ("uncovered without", no(none()), vec![Say::Uncovered(Critical)]),
        (
            "uncovered, copies hidden",
            Row { blind_since: Some(0), ..no(none()) },
            vec![Say::Uncovered(Unknown)],
        ),
        (
            "uncovered, copies ambiguous",
            Row { ambiguous: true, ..no(none()) },
            vec![Say::Uncovered(Unknown), Say::Ambiguous],
        ),
        (
            "uncovered, a young copy is bad",
            no(bad(RUN)),
            vec![Say::Uncovered(Critical), Say::VerifyFailed],
        ),
        (
            "uncovered when last seen",
            Row { covered: Covered::NotWhenSeen, ..base() },
            vec![Say::Unknown(pve())],
        ),
        ("jobs unread, young copy", untold(at(NOW - 26 * HOUR)), vec![]),
        ("jobs unread, past max age", untold(at(NOW - 26 * HOUR - 1)), vec![Say::Late(Warning)]),
        ("jobs unread, past twice", untold(at(NOW - 52 * HOUR - 1)), vec![Say::Late(Critical)]),
        ("jobs unread, no copy", untold(none()), vec![Say::Unknown(pve())]),
        ("no schedule, young copy", unscheduled(at(NOW - HOUR)), vec![]),
        ("no schedule, old copy", unscheduled(at(NOW - 30 * HOUR)), vec![Say::Late(Warning)]),
        ("no schedule, no copy", unscheduled(none()), vec![Say::Unknown(pve())]),
        (
            "no schedule, silent PBS",
            Row { blind_since: Some(NOW - 4 * HOUR), ..unscheduled(at(NOW - 30 * HOUR)) },
            vec![Say::Unknown(pbs())],
        ),
        ("zones disagree on late", disagree(yesterday()), vec![Say::Late(Warning)]),
        ("zones disagree on how late", disagree(older()), vec![Say::Late(Warning)]),
        ("zones agree", disagree(at(RUN - 5 * DAY)), vec![Say::Late(Critical)]),
    ];
    for (what, row, expected) in table {
        assert_eq!(said(&row), expected, "{what}");
    }
}

/// The verdict of what is said, as the frame reckons it.
fn rank(said: &[Say]) -> u8 {
    let severity = |severity: &Severity| match severity {
        Severity::Notice => 0,
        Warning => 1,
        Unknown => 2,
        Critical => 3,
    };
    let one = |say: &Say| match say {
        Say::Nothing => 0,
        Say::Missing | Say::VerifyFailed => 3,
        Say::Late(s) | Say::Failed(s, _) | Say::OfJob(s, _) | Say::Uncovered(s) => severity(s),
        Say::Ambiguous | Say::Unknown(_) => 2,
    };
    said.iter().map(one).max().unwrap_or(0)
}

fn rows() -> impl Strategy<Value = Row> {
    let time = || proptest::option::of(NOW - 4 * DAY..NOW);
    let covered = prop_oneof![Just(Covered::Yes), Just(Covered::No), Just(Covered::Untold)];
    let verification = prop_oneof![
        Just(Verification::None),
        Just(Verification::Ok(None)),
        Just(Verification::Failed(None))
    ];
    (covered, time(), verification, any::<bool>(), time(), time(), time(), any::<bool>()).prop_map(
        |(covered, newest, verification, ambiguous, created, blind_since, failed, scheduled)| Row {
            covered,
            template: false,
            dues: if scheduled { vec![daily()] } else { vec![] },
            found: newest.map_or_else(Found::default, |t| copy(t, verification)),
            ambiguous,
            created,
            home: None,
            blind_since,
            failure: failed.and_then(|t| failure(t, None)),
        },
    )
}

proptest! {
    #[test]
    fn looking_less_never_leads_to_a_better_verdict_than_unknown(row in rows(), since in NOW - 4 * DAY..NOW) {
        let before = rank(&said(&row));
        let blind = Row { blind_since: Some(row.blind_since.map_or(since, |b| b.min(since))), ..row.clone() };
        prop_assert!(rank(&said(&blind)) >= before.min(2));
        let silent = Row { home: Some(pve()), ..row };
        prop_assert!(rank(&said(&silent)) >= before.min(2));
    }

    #[test]
    fn losing_every_copy_never_improves(row in rows()) {
        let before = rank(&said(&row));
        let empty = Row { found: Found::default(), ..row.clone() };
        // A guest that is too young to have one is told no worse for it.
        if row.created.is_none() {
            prop_assert!(rank(&said(&empty)) >= before.min(2));
        }
    }

    #[test]
    fn a_good_copy_more_never_worsens(row in rows(), time in NOW - 4 * DAY..NOW) {
        let before = rank(&said(&row));
        let mut more = row.clone();
        more.found.add(snapshot(time, Verification::Ok(None)));
        // A first copy is told by its age, where without it nothing could be told, or nothing was
        // expected of a young guest yet.
        let first = row.found.newest.is_none();
        if !(first && (row.created.is_some() || row.dues.is_empty() || row.covered != Covered::Yes)) {
            prop_assert!(rank(&said(&more)) <= before);
        }
    }
}
