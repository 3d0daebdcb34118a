//! Everything that was done, as the surveys tell it: light, since there may be a hundred thousand
//! copies.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;

use super::{About, Deed, HORIZON, State, Story, StoryId};
use crate::fleet::id::{
    BackupType, GroupKey, GuestKey, Namespace, NodeName, Product, SiteName, SourceName, StoreName,
    Upid, Vmid,
};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::copies::{GroupCopies, Snapshot};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::replication::ReplicationState;
use crate::fleet::site::Fleet;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;
use crate::judge::rows::{Judged, ReplicationRow};

/// What happened, in the survey's own words.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<'a> {
    /// A task.
    Task {
        /// As it is listed.
        task: &'a Task,
        /// When that list was read.
        seen: Option<Epoch>,
        /// How often it is read.
        every: u32,
    },
    /// A run of a replication job.
    Run {
        /// The job.
        job: &'a ReplicationRow,
        /// What its node says of it.
        state: &'a ReplicationState,
        /// The last attempt; else the last good run before it.
        is_last: bool,
        /// When that was read.
        seen: Option<Epoch>,
        /// How often it is read.
        every: u32,
    },
    /// Good runs of replication jobs, begun together.
    Round {
        /// The node that began them.
        node: &'a NodeName,
        /// When the last of them ended, our clock.
        end: Epoch,
    },
    /// A copy.
    Copy {
        /// Where.
        store: &'a StoreName,
        /// Within it.
        ns: &'a Namespace,
        /// Its group.
        group: &'a GroupCopies,
        /// The copy.
        snapshot: Snapshot,
    },
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Raw<'a> {
    /// The site.
    pub(super) site: &'a SiteName,
    /// The source.
    pub(super) source: &'a SourceName,
    pub(super) product: Product,
    /// The source's clock minus ours, seconds.
    pub(super) offset: i64,
    /// When it began, the source's clock.
    pub(super) start: Epoch,
    pub(super) what: What<'a>,
    /// The guest it is about, where that is known.
    pub(super) guest: Option<(&'a SourceName, Vmid)>,
    /// The copy that it made.
    pub(super) made: Option<Snapshot>,
    /// In which of all it is told.
    pub(super) within: Option<usize>,
    /// Whether the task that made it tells it already.
    pub(super) is_told: bool,
}

impl Raw<'_> {
    /// When it began, by our clock.
    pub(super) fn ours(&self) -> Epoch {
        self.start.minus(self.offset)
    }

    /// When it ended, by our clock; `now` for what has not.
    pub(super) fn ended(&self, now: Epoch) -> Epoch {
        match self.what {
            What::Task { task, .. } => task.end.map_or(now, |end| end.minus(self.offset)),
            What::Run { state, is_last, .. } => {
                let took = state.duration.filter(|_| is_last).unwrap_or(0.0);
                self.ours().plus(took.round() as i64)
            }
            What::Round { end, .. } => end,
            What::Copy { .. } => self.ours(),
        }
    }
}

/// All that happened since the horizon, and all that runs.
pub(super) fn gather<'a>(fleet: &'a Fleet, judged: &'a Judged) -> Vec<Raw<'a>> {
    let since = judged.taken.minus(HORIZON);
    let mut all = Vec::new();
    for site in &judged.sites {
        let sources = fleet.sites.iter().filter(|s| s.facts.name == site.name);
        for (facts, survey) in sources.flat_map(crate::fleet::site::Site::sources) {
            let raw = |what: What<'a>, start: Epoch| Raw {
                site: &site.name,
                source: &facts.name,
                product: facts.product,
                offset: survey.link.clock_offset.unwrap_or(0),
                start,
                what,
                guest: None,
                made: None,
                within: None,
                is_told: false,
            };
            if let Some(pve) = survey.pve() {
                tasks(&lists(pve), since, |what, start| all.push(raw(what, start)));
                let own = site.guests.iter().filter(|g| g.source == facts.name);
                let jobs = own.flat_map(|guest| &guest.replication.jobs);
                runs(pve, jobs, since, |what, start| all.push(raw(what, start)));
            }
            if let Some(pbs) = survey.pbs() {
                tasks(&[&pbs.tasks], since, |what, start| all.push(raw(what, start)));
                copies(pbs, since, |what, start| all.push(raw(what, start)));
            }
        }
    }
    all
}

/// The lists that name tasks: what runs is told best by the first.
fn lists(pve: &PveSurvey) -> Vec<&Part<Vec<Task>>> {
    let mut lists = vec![&pve.tasks];
    lists.extend(pve.nodes.values().map(|node| &node.vzdumps));
    lists
}

fn tasks<'a>(lists: &[&'a Part<Vec<Task>>], since: Epoch, mut add: impl FnMut(What<'a>, Epoch)) {
    // By their ids, so that the order is the same every time.
    let mut best: BTreeMap<&Upid, What<'a>> = BTreeMap::new();
    for list in lists {
        for task in list.known().into_iter().flatten() {
            if task.start < since && !task.is_running() {
                continue;
            }
            let what = What::Task { task, seen: list.seen, every: list.every };
            match best.get(&task.upid) {
                // Two lists tell of it: the one that knows its end, else the first.
                Some(What::Task { task: known, .. })
                    if !known.is_running() || task.is_running() => {}
                _ => {
                    best.insert(&task.upid, what);
                }
            }
        }
    }
    for what in best.into_values() {
        if let What::Task { task, .. } = what {
            add(what, task.start);
        }
    }
}

fn runs<'a>(
    pve: &'a PveSurvey,
    jobs: impl Iterator<Item = &'a ReplicationRow>,
    since: Epoch,
    mut add: impl FnMut(What<'a>, Epoch),
) {
    let by_id: HashMap<_, _> = jobs.map(|job| (&job.id, job)).collect();
    for node in pve.nodes.values() {
        let (seen, every) = (node.replication.seen, node.replication.every);
        for state in node.replication.known().into_iter().flatten() {
            let Some(job) = by_id.get(&state.id).copied() else { continue };
            // What a node that lost the guest still remembers is not of today.
            if let Some(start) = state.last_try.filter(|at| *at >= since || state.running) {
                add(What::Run { job, state, is_last: true, seen, every }, start);
            }
            let good = state.last_sync.filter(|at| *at >= since && state.last_try != Some(*at));
            if let Some(start) = good {
                add(What::Run { job, state, is_last: false, seen, every }, start);
            }
        }
    }
}

fn copies<'a>(pbs: &'a PbsSurvey, since: Epoch, mut add: impl FnMut(What<'a>, Epoch)) {
    for (store, parts) in &pbs.stores {
        for (ns, part) in &parts.copies {
            for group in part.known().into_iter().flatten() {
                // Newest first.
                let lately = group.snapshots.iter().take_while(|s| s.time >= since);
                for snapshot in lately.filter(|s| s.is_finished()) {
                    let what = What::Copy { store, ns, group, snapshot: *snapshot };
                    add(what, snapshot.time);
                }
            }
        }
    }
}

/// The group in the id of a PBS's backup task: `main:vm/100`.
pub(super) fn group_of(id: &str) -> Option<(&str, BackupType, &str)> {
    let (store, group) = id.split_once(':')?;
    // Some releases put the namespace before it.
    let mut parts = group.rsplit('/');
    let (id, kind) = (parts.next()?, parts.next()?);
    let kind = match kind {
        "vm" => BackupType::Vm,
        "ct" => BackupType::Ct,
        "host" => BackupType::Host,
        _ => return None,
    };
    Some((store, kind, id))
}

/// The guest in the id of a task of PVE: of those kinds whose id is one.
pub(super) fn guest_of(task: &Task) -> Option<Vmid> {
    let kinds = ["vz", "qm", "ha", "vnc", "spice", "pull", "push", "move", "resize", "clone"];
    let is_of_guest = kinds.iter().any(|kind| task.kind.starts_with(kind));
    task.id.as_deref().filter(|_| is_of_guest)?.parse().ok()
}

impl What<'_> {
    /// How a run of a replication job stands at `now`.
    fn run_state(&self, now: Epoch) -> State {
        let Self::Run { state, is_last, seen, .. } = self else {
            return State::Ended(TaskResult::Unknown);
        };
        match (is_last, &state.error) {
            (true, _) if self.is_running(now) => State::Running,
            (true, _) if state.running => State::RanAt(*seen),
            (true, Some(error)) if state.fail_count > 0 => {
                State::Ended(TaskResult::Error(error.clone()))
            }
            (true, None) if state.fail_count > 0 => State::Ended(TaskResult::Unknown),
            // A node that went down in the middle of it noted its beginning and no more.
            (true, _) if state.last_sync != state.last_try => State::Ended(TaskResult::Unknown),
            _ => State::Ended(TaskResult::Ok),
        }
    }

    /// Whether it is a run of a replication job that went well.
    pub(super) fn is_good_run(&self, now: Epoch) -> bool {
        matches!(self, Self::Run { .. }) && self.run_state(now) == State::Ended(TaskResult::Ok)
    }
}

impl Raw<'_> {
    /// As it is told.
    pub(super) fn told(&self, now: Epoch) -> Story {
        let guest = self.guest.map(|(source, vmid)| GuestKey { source: source.clone(), vmid });
        let about = |named: Option<Arc<str>>| match (guest.clone(), named) {
            (Some(key), _) => About::Guest(key),
            (None, Some(name)) if !name.is_empty() => About::Named(name),
            (None, _) => About::Nothing,
        };
        let id = |deed| StoryId { source: self.source.clone(), deed, start: self.start };
        let story = |deed, node: NodeName, about, state| Story {
            id: id(deed),
            site: self.site.clone(),
            product: self.product,
            node,
            target: None,
            kind: None,
            about,
            user: None,
            began: self.ours(),
            end: None,
            state,
            copy: self.made,
            parts: Vec::new(),
            is_part: self.within.is_some(),
        };
        match self.what {
            What::Task { task, seen, .. } => {
                let state = match &task.result {
                    Some(result) => State::Ended(result.clone()),
                    None if self.what.is_running(now) => State::Running,
                    None if task.is_running() => State::RanAt(seen),
                    None => State::Ended(TaskResult::Unknown),
                };
                Story {
                    kind: Some(task.kind.clone()),
                    user: Some(task.user.clone()).filter(|user| !user.is_empty()),
                    end: task.end.map(|end| end.minus(self.offset)),
                    ..story(
                        Deed::Task(task.upid.clone()),
                        task.node.clone(),
                        about(task.id.clone()),
                        state,
                    )
                }
            }
            What::Run { job, state, is_last, .. } => {
                let ended = self.what.run_state(now);
                let is_over = is_last && matches!(ended, State::Ended(_));
                let took = state.duration.filter(|_| is_over);
                let node = job.source_node.clone();
                Story {
                    target: Some(job.target.clone()),
                    end: took.map(|took| self.ours().plus(took.round() as i64)),
                    ..story(
                        Deed::Run(job.id.clone()),
                        node.unwrap_or_else(|| NodeName::from("")),
                        about(None),
                        ended,
                    )
                }
            }
            What::Round { node, end } => Story {
                end: Some(end),
                ..story(
                    Deed::Round(node.clone()),
                    node.clone(),
                    About::Nothing,
                    State::Ended(TaskResult::Ok),
                )
            },
            What::Copy { store, ns, group, snapshot } => {
                let key = GroupKey {
                    source: self.source.clone(),
                    store: store.clone(),
                    ns: ns.clone(),
                    kind: group.kind,
                    id: group.id.clone(),
                };
                let named = format!("{}/{}", group.kind.as_str(), group.id);
                Story {
                    user: group.owner.clone(),
                    copy: Some(snapshot),
                    ..story(
                        Deed::Copy(Arc::new(key)),
                        NodeName::from("localhost"),
                        about(Some(named.into())),
                        State::Ended(TaskResult::Ok),
                    )
                }
            }
        }
    }
}
