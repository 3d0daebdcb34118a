//! How long the backups of a node take, one guest after the other, as its past runs tell.

use foldhash::{HashMap, HashMapExt};

use super::stage::Known;
use crate::fleet::id::{NodeName, SourceName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;

/// The backups of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its source.
    pub source: SourceName,
    /// Its name.
    pub node: NodeName,
    /// Seconds that the last backups of all its guests take now, one after the other; none: cannot
    /// be told.
    pub before: Option<i64>,
    /// The same with the guests that came.
    pub takes: Option<i64>,
}

/// The good runs of vzdump of one source: the newest of each guest alone, and the newest of each
/// node that took several guests. Start, seconds.
#[derive(Debug, Default)]
pub(super) struct Runs<'a> {
    guests: HashMap<Vmid, (Epoch, i64)>,
    nodes: HashMap<&'a NodeName, (Epoch, i64)>,
}

impl<'a> Runs<'a> {
    /// From the tasks of the cluster and of its nodes.
    pub(super) fn new(pve: &'a PveSurvey) -> Self {
        let mut runs = Self { guests: HashMap::new(), nodes: HashMap::new() };
        let recent = pve.tasks.known().into_iter().flatten();
        let older = pve.nodes.values().filter_map(|node| node.vzdumps.known()).flatten();
        for task in recent.chain(older).filter(|task| &*task.kind == "vzdump") {
            runs.take(task);
        }
        runs
    }

    fn take(&mut self, task: &'a Task) {
        let is_done = task.result.as_ref().is_some_and(TaskResult::is_done);
        let Some(end) = task.end.filter(|_| is_done) else { return };
        let run = (task.start, end.since(task.start).max(0));
        let known = match &task.id {
            // An id that is no number is of nobody we know.
            Some(id) => match id.parse() {
                Ok(vmid) => self.guests.entry(vmid).or_insert(run),
                Err(_) => return,
            },
            None => self.nodes.entry(&task.node).or_insert(run),
        };
        if known.0 < run.0 {
            *known = run;
        }
    }

    /// Seconds that the backups of these guests take, one after the other; guests that no job
    /// takes need none. `whole` names the node whose guests these are, where these are all: its
    /// last run tells of them together, as long as they are all of one job.
    pub(super) fn takes(&self, guests: &[Known<'_>], whole: Option<&NodeName>) -> Option<i64> {
        let covered = || guests.iter().filter(|known| !known.row.backup.jobs.is_empty());
        let alone = covered().map(|known| self.guests.get(&known.row.vmid).map(|(_, took)| *took));
        if let Some(sum) = alone.sum::<Option<i64>>() {
            return Some(sum);
        }
        let (_, took) = self.nodes.get(whole?)?;
        let mut jobs = covered().map(|known| &known.row.backup.jobs);
        let first = jobs.next().filter(|jobs| jobs.len() == 1)?;
        jobs.all(|jobs| jobs == first).then_some(*took)
    }
}
