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

/// Seconds after its event within which the run of a job begins: the scheduler looks once a minute.
const PUNCTUAL: i64 = 120;

/// The good runs of vzdump of one source: the newest of each guest alone, and the newest of each
/// node that took all its guests. Start, seconds.
#[derive(Debug, Default)]
pub(super) struct Runs<'a> {
    guests: HashMap<Vmid, (Epoch, i64)>,
    nodes: HashMap<&'a NodeName, (Epoch, i64)>,
    /// Seconds of each guest within the newest run that tells.
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
        let mut of_several: Vec<&'a Task> = Vec::new();
        for task in recent.chain(older).filter(|task| &*task.kind == "vzdump") {
            match &task.id {
                // An id that is no number is of nobody we know.
                Some(id) => {
                    if let (Ok(vmid), Some(run)) = (id.parse(), run(task)) {
                        let known = runs.guests.entry(vmid).or_insert(run);
                        *known = (*known).max(run);
                    }
                }
                None if of_several.iter().all(|known| known.upid != task.upid) => {
                    of_several.push(task);
                }
                None => {}
            }
        }
        for node in pve.nodes.keys() {
            let mut covered = stage.guests(source, node).to_vec();
            covered.retain(|row| !row.backup.jobs.is_empty());
            covered.sort_by_key(|row| row.vmid);
            let own = of_several.iter().filter(|task| task.node == *node);
            let mut all: Vec<(Epoch, i64)> = own.filter_map(|task| run(task)).collect();
            all.sort_unstable();
            // What a newer run tells of a guest replaces what an older one does.
            for (start, took) in &all {
                share(&covered, *start, start.plus(*took), &mut runs.shares);
            }
            let whole = all.iter().rfind(|run| is_of_all(&covered, **run, &all));
            runs.nodes.extend(whole.map(|run| (node, *run)));
        }
        runs
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

/// Start and length of a run that ended well.
fn run(task: &Task) -> Option<(Epoch, i64)> {
    let is_done = task.result.as_ref().is_some_and(TaskResult::is_done);
    let end = task.end.filter(|_| is_done)?;
    Some((task.start, end.since(task.start).max(0)))
}

/// Whether a run took all the guests of its node that jobs take: each has a copy of it; or it alone
/// began when they were due, and none of them lacks a copy since. A task of several guests does not
/// say which, and somebody may have started it by hand.
fn is_of_all(covered: &[&GuestRow], run: (Epoch, i64), all: &[(Epoch, i64)]) -> bool {
    let (start, took) = run;
    let within = start..=start.plus(took);
    let times = |row: &GuestRow| row.backup.points.iter().map(|point| point.time).collect();
    let copies: Vec<Vec<Epoch>> = covered.iter().map(|row| times(row)).collect();
    if copies.iter().all(|times| times.iter().any(|time| within.contains(time))) {
        return !covered.is_empty();
    }
    let due = covered.first().and_then(|row| row.backup.due);
    let is_due = |start: Epoch| due.is_some_and(|due| (0..=PUNCTUAL).contains(&start.since(due)));
    let is_alone = all.iter().filter(|(start, _)| is_due(*start)).count() == 1;
    is_due(start)
        && is_alone
        && covered.iter().all(|row| row.backup.due == due)
        && copies.iter().all(|times| times.iter().any(|time| *time >= start))
}

/// How a run divides among the guests of its node, which come one after the other, by number: from
/// the start of a guest's copy until the next one's. Where the next one's is not known, neither is
/// how long it took.
fn share(covered: &[&GuestRow], start: Epoch, end: Epoch, shares: &mut HashMap<Vmid, i64>) {
    let made = |row: &GuestRow| {
        let points = row.backup.points.iter().map(|point| point.time);
        points.filter(|time| (start..=end).contains(time)).min()
    };
    let began: Vec<Option<Epoch>> = covered.iter().map(|row| made(row)).collect();
    let ends = began.iter().skip(1).copied().chain([Some(end)]);
    for ((row, began), ended) in covered.iter().zip(&began).zip(ends) {
        if let (Some(began), Some(ended)) = (began, ended)
            && ended >= *began
        {
            shares.insert(row.vmid, ended.since(*began));
        }
    }
}
