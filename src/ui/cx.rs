//! What every pane needs: state and skin, and look-ups that are made at most once per frame.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use crate::fleet::id::{GuestKey, SourceName, Vmid};
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pve::PveSurvey;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::rows::{GuestRow, NodeRow, SiteRow};
use crate::judge::{Judged, Problem, Severity, Verdict};
use crate::lang::{Lang, When};
use crate::state::{Drawn, State};
use crate::theme::{Glyphs, Role};
use crate::ui::Skin;

/// What every pane needs.
pub(super) struct Cx<'a> {
    pub(super) state: &'a State,
    pub(super) skin: &'a Skin,
    pub(super) judged: &'a Judged,
    drawn: RefCell<Drawn>,
    problems: OnceCell<HashMap<&'a Subject, Vec<&'a Problem>>>,
}

impl<'a> Cx<'a> {
    pub(super) fn new(state: &'a State, skin: &'a Skin) -> Self {
        Self {
            state,
            skin,
            judged: &state.judged,
            drawn: RefCell::new(Drawn::default()),
            problems: OnceCell::new(),
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

    /// How many problems there are of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.judged.problems.iter().filter(|p| p.severity == severity).count()
    }

    /// The problems of a subject, worst first.
    pub(super) fn problems_of(&self, subject: &Subject) -> &[&'a Problem] {
        let index = self.problems.get_or_init(|| {
            let mut index: HashMap<&Subject, Vec<&Problem>> = HashMap::new();
            for problem in &self.judged.problems {
                index.entry(&problem.subject).or_default().push(problem);
            }
            index
        });
        index.get(subject).map_or(&[], Vec::as_slice)
    }

    /// The worst problem of a subject whose code is of this family.
    pub(super) fn problem_of(&self, subject: &Subject, family: &str) -> Option<&'a Problem> {
        self.problems_of(subject).iter().find(|p| p.code.family() == family).copied()
    }

    /// What is known of a PVE source.
    pub(super) fn pve(&self, source: &SourceName) -> Option<&'a PveSurvey> {
        self.state.fleet.survey(source).and_then(|s| s.pve())
    }

    /// What is known of a PBS.
    pub(super) fn pbs(&self, source: &SourceName) -> Option<&'a PbsSurvey> {
        self.state.fleet.survey(source).and_then(|s| s.pbs())
    }

    /// The site that holds a source.
    pub(super) fn site_of(&self, source: &SourceName) -> Option<&'a SiteRow> {
        self.judged.sites.iter().find(|s| s.sources.iter().any(|x| x.name == *source)).or_else(
            || {
                let site = self.state.fleet.site_of(source)?;
                self.judged.sites.iter().find(|s| s.name == site.facts.name)
            },
        )
    }

    /// A guest's row.
    pub(super) fn guest(&self, source: &SourceName, vmid: Vmid) -> Option<&'a GuestRow> {
        self.judged.sites.iter().find_map(|site| {
            // Sorted by number within each source; sources are in the order of the file.
            let start = site.guests.iter().position(|g| g.source == *source)?;
            let own = site.guests.get(start..)?;
            let end = own.partition_point(|g| g.source == *source && g.vmid < vmid);
            own.get(end).filter(|g| g.source == *source && g.vmid == vmid)
        })
    }

    /// A node's row.
    pub(super) fn node(&self, source: &SourceName, name: &str) -> Option<&'a NodeRow> {
        let mut nodes = self.judged.sites.iter().flat_map(|s| &s.nodes);
        nodes.find(|n| n.source == *source && n.name.as_str() == name)
    }

    /// `104 nextcloud`
    pub(super) fn guest_name(&self, key: &GuestKey) -> String {
        match self.guest(&key.source, key.vmid).and_then(|g| g.name.clone()) {
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
            Subject::BackupJob(source, id) => {
                let comment = self.backup_comment(source, id.as_str());
                comment.map_or_else(|| id.to_string(), |c| c.to_string())
            }
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

    fn backup_comment(&self, source: &SourceName, id: &str) -> Option<Arc<str>> {
        let mut jobs = self.judged.sites.iter().flat_map(|s| &s.backup_jobs);
        let job = jobs.find(|j| j.source == *source && j.id.as_str() == id)?;
        job.comment.clone().filter(|c| !c.is_empty())
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
