//! How long the backups of a node take, one guest after the other, as its past runs tell.

use foldhash::HashMap;

use super::stage::{Known, Stage};
use crate::fleet::id::{NodeName, SourceName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;
use crate::judge::coverage::Coverage;
use crate::judge::rows::GuestRow;

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
    /// Seconds of each guest within the run of its node.
    shares: HashMap<Vmid, i64>,
    /// Whether it is known which guests the jobs take.
    is_told: bool,
}

impl<'a> Runs<'a> {
    /// From the tasks of the cluster and of its nodes, and from the copies that they made.
    pub(super) fn new(stage: &Stage<'a>, source: usize, pve: &'a PveSurvey) -> Self {
        let jobs = pve.backup_jobs.known();
        let coverage = jobs.map(|jobs| Coverage::new(jobs, &pve.included, pve.rights.known()));
        let is_told = coverage.is_some_and(|coverage| !coverage.may_hide());
        let mut runs = Self { is_told, ..Self::default() };
        let recent = pve.tasks.known().into_iter().flatten();
        let older = pve.nodes.values().filter_map(|node| node.vzdumps.known()).flatten();
        for task in recent.chain(older).filter(|task| &*task.kind == "vzdump") {
            runs.take(task);
        }
        for (node, (start, took)) in &runs.nodes {
            share(stage.guests(source, node), *start, start.plus(*took), &mut runs.shares);
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
    /// last run tells of them together, as long as they are all of one job. Else the copies tell
    /// how it divides.
    pub(super) fn takes(&self, guests: &[Known<'_>], whole: Option<&NodeName>) -> Option<i64> {
        // What no job is seen to take may be taken all the same.
        if !self.is_told && guests.iter().any(|known| known.row.backup.jobs.is_empty()) {
            return None;
        }
        let covered = || guests.iter().filter(|known| !known.row.backup.jobs.is_empty());
        let alone = covered().map(|known| self.guests.get(&known.row.vmid).map(|(_, took)| *took));
        if let Some(sum) = alone.sum::<Option<i64>>() {
            return Some(sum);
        }
        let mut jobs = covered().map(|known| &known.row.backup.jobs);
        let first = jobs.next().filter(|jobs| jobs.len() == 1);
        let is_one = first.is_some_and(|first| jobs.all(|jobs| jobs == first));
        if let Some((_, took)) = whole.and_then(|node| self.nodes.get(node)).filter(|_| is_one) {
            return Some(*took);
        }
        let each = covered().map(|known| {
            let vmid = &known.row.vmid;
            self.guests.get(vmid).map(|(_, took)| *took).or_else(|| self.shares.get(vmid).copied())
        });
        each.sum()
    }
}

/// How a run divides among the guests of its node: from the start of a guest's copy until the next
/// one's, for they come one after the other.
fn share(rows: &[&GuestRow], start: Epoch, end: Epoch, shares: &mut HashMap<Vmid, i64>) {
    let made = |row: &&&GuestRow| {
        let points = row.backup.points.iter().map(|point| point.time);
        points.filter(|time| (start..=end).contains(time)).min()
    };
    let mut copies: Vec<(Epoch, Vmid)> =
        rows.iter().filter_map(|row| Some((made(&row)?, row.vmid))).collect();
    copies.sort_unstable();
    let ends = copies.iter().skip(1).map(|(next, _)| *next).chain([end]);
    for ((began, vmid), ended) in copies.iter().zip(ends) {
        shares.insert(*vmid, ended.since(*began).max(0));
    }
}
