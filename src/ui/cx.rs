//! What every pane needs: state and skin, and look-ups that are made at most once per frame.

use std::cell::RefCell;
use std::sync::Arc;

use crate::fleet::id::{GuestKey, SiteName, SourceName};
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pve::PveSurvey;
use crate::fleet::record::Record;
use crate::fleet::subject::Subject;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::Fortnight;
use crate::judge::replication::days::{Remembered, remembered};
use crate::judge::rows::{GuestRow, ReplicationRow, SiteRow, SourceRow};
use crate::judge::{Judged, Problem, Verdict};
use crate::keymap::{Action, Context};
use crate::lang::{Lang, When};
use crate::state::{Drawn, Index, Item, State};
use crate::theme::{Glyphs, Role};
use crate::ui::Skin;

/// What every pane needs.
pub(super) struct Cx<'a> {
    pub(super) state: &'a State,
    pub(super) skin: &'a Skin,
    pub(super) judged: &'a Judged,
    index: &'a Index,
    drawn: RefCell<Drawn>,
}

impl<'a> Cx<'a> {
    pub(super) fn new(state: &'a State, skin: &'a Skin) -> Self {
        Self {
            state,
            skin,
            judged: &state.judged,
            index: state.index(),
            drawn: RefCell::new(Drawn::default()),
        }
    }

    pub(super) fn into_drawn(self) -> Drawn {
        self.drawn.into_inner()
    }

    /// Notes something for the state.
    pub(super) fn note(&self, what: impl FnOnce(&mut Drawn)) {
        what(&mut self.drawn.borrow_mut());
    }

    pub(super) fn lang(&self) -> &'static dyn Lang {
        self.skin.lang
    }

    pub(super) fn glyphs(&self) -> &'a Glyphs {
        &self.skin.glyphs
    }

    pub(super) fn now(&self) -> Epoch {
        self.state.now
    }

    pub(super) fn when(&self) -> When<'a> {
        When { now: self.state.now, zone: &self.state.zone }
    }

    /// The age of a moment, which is noted.
    pub(super) fn age(&self, at: Epoch) -> String {
        self.note(|d| d.age(at, self.now()));
        self.lang().age(self.now().since(at))
    }

    /// The time until a moment, which is noted; `0s` once it is past.
    pub(super) fn ahead(&self, at: Epoch) -> String {
        self.note(|d| d.age(at, self.now()));
        self.lang().age(at.since(self.now()))
    }

    /// The first key that does something in the view that is shown, as it is spelled.
    pub(super) fn key(&self, action: Action) -> Option<String> {
        let context = Context::below(self.state);
        let mut bound = self.state.keys.of(context).filter(|bound| bound.action == action);
        bound.find_map(|bound| bound.chords.first()).map(ToString::to_string)
    }

    /// Sign and meaning of a verdict.
    pub(super) fn sign(&self, verdict: Verdict) -> (&'static str, Role) {
        let glyphs = self.glyphs();
        match verdict {
            Verdict::Ok => (glyphs.ok, Role::Ok),
            Verdict::Warning => (glyphs.warning, Role::Warning),
            Verdict::Unknown => (glyphs.unknown, Role::Unknown),
            Verdict::Critical => (glyphs.critical, Role::Critical),
        }
    }

    /// Sums and places of what is judged.
    pub(super) fn index(&self) -> &'a Index {
        self.index
    }

    /// The problems of a subject, worst first.
    pub(super) fn problems_of(&self, subject: &Subject) -> impl Iterator<Item = &'a Problem> {
        self.index.problems(subject, self.judged)
    }

    /// The worst problem of a subject whose code is of this family.
    pub(super) fn problem_of(&self, subject: &Subject, family: &str) -> Option<&'a Problem> {
        self.problems_of(subject).find(|p| p.code.family() == family)
    }

    /// What is known of a PVE source.
    pub(super) fn pve(&self, source: &SourceName) -> Option<&'a PveSurvey> {
        self.survey(source).and_then(|s| s.pve())
    }

    /// What is known of a PBS.
    pub(super) fn pbs(&self, source: &SourceName) -> Option<&'a PbsSurvey> {
        self.survey(source).and_then(|s| s.pbs())
    }

    /// What is known of a source.
    pub(super) fn survey(&self, source: &SourceName) -> Option<&'a Arc<Survey>> {
        self.index.survey(source, &self.state.fleet)
    }

    /// The row of a subject.
    pub(super) fn item(&self, subject: &Subject) -> Option<Item<'a>> {
        self.index.item(subject, self.judged)
    }

    /// A site's row.
    pub(super) fn site(&self, name: &SiteName) -> Option<&'a SiteRow> {
        self.index.site(name).and_then(|(place, _)| self.judged.sites.get(place))
    }

    /// The name of the site that holds a source.
    pub(super) fn site_of(&self, source: &SourceName) -> Option<&'a SiteName> {
        match self.item(&Subject::Source(source.clone())) {
            Some(Item::Source(site, _)) => Some(&site.name),
            _ => self.state.fleet.site_of(source).map(|site| &site.facts.name),
        }
    }

    /// A source's row.
    pub(super) fn source(&self, name: &SourceName) -> Option<&'a SourceRow> {
        match self.item(&Subject::Source(name.clone()))? {
            Item::Source(_, row) => Some(row),
            _ => None,
        }
    }

    /// A guest's row.
    pub(super) fn guest(&self, key: &GuestKey) -> Option<&'a GuestRow> {
        match self.item(&Subject::Guest(key.clone()))? {
            Item::Guest(_, row) => Some(row),
            _ => None,
        }
    }

    /// `104 nextcloud`
    pub(super) fn guest_name(&self, key: &GuestKey) -> String {
        match self.guest(key).and_then(|g| g.name.clone()) {
            Some(name) => format!("{} {name}", key.vmid),
            None => key.vmid.to_string(),
        }
    }

    /// What a subject is called in a list, without its site: `104 nextcloud`, `cafe3`, `main`.
    pub(super) fn title(&self, subject: &Subject) -> String {
        match subject {
            Subject::Viewer => self.lang().subject(subject),
            Subject::Source(name) | Subject::Cluster(name) => name.to_string(),
            Subject::Node(source, node) if node.as_str() == "localhost" => source.to_string(),
            Subject::Node(_, node) => node.to_string(),
            Subject::Guest(key) => self.guest_name(key),
            Subject::BackupJob(_, id) => match self.item(subject) {
                Some(Item::BackupJob(_, job)) => {
                    let comment = job.comment.as_deref().filter(|c| !c.is_empty());
                    comment.unwrap_or(id.as_str()).to_owned()
                }
                _ => id.to_string(),
            },
            Subject::Group(group) => format!("{}/{}", group.kind.as_str(), group.id),
            Subject::Replication(source, id) => {
                let vmid = id.as_str().split('-').next().and_then(|v| v.parse().ok());
                match vmid {
                    Some(vmid) => self.guest_name(&GuestKey { source: source.clone(), vmid }),
                    None => id.to_string(),
                }
            }
            Subject::Storage(_, None, name) => name.to_string(),
            Subject::Storage(_, Some(node), name) => format!("{node}:{name}"),
            Subject::Datastore(source, name) => format!("{source}:{name}"),
        }
    }

    /// The last days of a guest, in the reader's zone.
    pub(super) fn fortnight(&self, row: &GuestRow) -> Fortnight {
        let survey = |source: &SourceName| self.survey(source).map(|s| &**s);
        let told = self.state.matrix().fortnight(row, &survey, (self.now(), &self.state.zone));
        if let Some(midnight) = told.until {
            self.note(|d| d.rolls_at(midnight));
        }
        told
    }

    /// The last days of a replication job as they are remembered, in the reader's zone.
    pub(super) fn remembered(&self, row: &ReplicationRow) -> Remembered {
        let told = remembered(self.record(row), self.now(), &self.state.zone);
        if let Some(midnight) = told.until {
            self.note(|d| d.rolls_at(midnight));
        }
        told
    }

    /// What was put down of a replication job while it was watched.
    pub(super) fn record(&self, row: &ReplicationRow) -> Option<&'a Record> {
        self.pve(&row.source)?.sightings.replicas.get(&row.id).map(|record| &**record)
    }

    /// Whether a value seen then is older than two rounds of `every` seconds.
    pub(super) fn is_old(&self, seen: Option<Epoch>, every: u32) -> bool {
        let limit = i64::from(every) * 2;
        if let Some(seen) = seen {
            let turns = seen.plus(limit + 1);
            if turns > self.now() {
                self.note(|d| d.rolls_at(turns));
            }
        }
        seen.is_none_or(|seen| self.now().since(seen) > limit)
    }
}
