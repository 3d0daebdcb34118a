//! Runs of vzdump: which run now, how the last one ended for each guest, which failed as a whole.

use std::sync::Arc;

use foldhash::HashMap;

use crate::fleet::id::{NodeName, StorageName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::task::{Task, TaskResult, VzdumpLog, VzdumpOutcome};
use crate::fleet::time::Epoch;

/// A vzdump is believed to run for so long, seconds.
const LONGEST: i64 = 24 * 3600;

/// A scheduler starts its task at most so long after the event, seconds: it ticks once a minute.
const START: i64 = 300;

/// What is known of the runs of one source. Times are the server's.
#[derive(Debug, Default)]
pub(super) struct Runs<'a> {
    running: HashMap<(&'a NodeName, Option<Vmid>), Epoch>,
    last: HashMap<Vmid, LastRun>,
    tasks: Vec<Run<'a>>,
}

/// How the last run known for a guest ended for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LastRun {
    /// Its start.
    pub start: Epoch,
    /// Its error; none when it left a copy.
    pub error: Option<Arc<str>>,
}

/// One vzdump that ended or runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    /// The task.
    pub task: &'a Task,
    /// Its log, where it was read.
    pub log: Option<&'a VzdumpLog>,
}

impl Run<'_> {
    /// The one guest it was started for.
    pub(super) fn guest(&self) -> Option<Vmid> {
        self.task.id.as_ref().and_then(|id| id.parse().ok())
    }

    /// The error with which it ended before it began with any guest: it failed as a whole.
    pub(super) fn failed_whole(&self) -> Option<Arc<str>> {
        if !self.log?.guests.is_empty() {
            return None;
        }
        error_of(self.task, self.log)
    }

    /// Whether it may be the run of a job that was due at `event`.
    pub(super) fn may_be(
        &self,
        event: Epoch,
        node: Option<&NodeName>,
        storage: Option<&StorageName>,
    ) -> bool {
        let after = self.task.start.since(event);
        let written = self.log.and_then(|log| log.storage.as_ref());
        (0..=START).contains(&after)
            && node.is_none_or(|node| *node == self.task.node)
            && written.zip(storage).is_none_or(|(a, b)| **a == *b.as_str())
    }
}

/// The error a task ended with; none where it ended well or runs.
pub(super) fn error_of(task: &Task, log: Option<&VzdumpLog>) -> Option<Arc<str>> {
    let written = log.and_then(|log| log.error.clone());
    match task.result.as_ref()? {
        TaskResult::Ok | TaskResult::Warnings(_) => None,
        TaskResult::Unknown => Some(written.unwrap_or_else(|| "unexpected status".into())),
        TaskResult::Error(text) => Some(written.unwrap_or_else(|| text.clone())),
    }
}

impl<'a> Runs<'a> {
    /// Reads tasks and logs. What runs is believed only as far as `live` (the part is young, the
    /// source fresh); how something ended stays true.
    pub(super) fn new(
        pve: &'a PveSurvey,
        live: bool,
        now: Epoch,
        online: impl Fn(&NodeName) -> bool,
    ) -> Self {
        let mut runs = Self::default();
        let vzdump = |task: &&Task| &*task.kind == "vzdump";
        let fast = pve.tasks.known().into_iter().flatten().filter(vzdump);
        for task in fast.clone().filter(|task| live && task.is_running() && online(&task.node)) {
            let age = now.since(task.start);
            let guest = task.id.as_ref().map(|id| id.parse::<Vmid>().ok());
            // An id that is no number belongs to nobody we know.
            if let (true, None | Some(Some(_))) = (age <= LONGEST, guest) {
                let start = runs.running.entry((&task.node, guest.flatten())).or_insert(task.start);
                *start = task.start.max(*start);
            }
        }
        let slow = pve.nodes.values().filter_map(|n| n.vzdumps.known()).flatten().filter(vzdump);
        for task in fast.chain(slow) {
            runs.take(task, pve.logs.get(&task.upid).and_then(Part::known));
        }
        runs.tasks.sort_by(|a, b| (a.task.start, &a.task.upid).cmp(&(b.task.start, &b.task.upid)));
        runs.tasks.dedup_by(|later, kept| {
            let same = later.task.upid == kept.task.upid;
            if same && kept.task.is_running() {
                *kept = *later;
            }
            same
        });
        runs
    }

    fn take(&mut self, task: &'a Task, log: Option<&'a VzdumpLog>) {
        let run = Run { task, log };
        self.tasks.push(run);
        if task.is_running() {
            return;
        }
        let error = error_of(task, log);
        let told = log.map(|log| log.guests.as_slice()).unwrap_or_default();
        for guest in told {
            let error = match &guest.outcome {
                VzdumpOutcome::Finished => None,
                VzdumpOutcome::Failed(text) => Some(text.clone()),
                VzdumpOutcome::Unfinished => {
                    Some(error.clone().unwrap_or_else(|| "ended without a word".into()))
                }
            };
            self.ended(guest.vmid, task.start, error);
        }
        if let (Some(vmid), true) = (run.guest(), told.is_empty()) {
            self.ended(vmid, task.start, error);
        }
    }

    fn ended(&mut self, vmid: Vmid, start: Epoch, error: Option<Arc<str>>) {
        let last = self.last.get(&vmid);
        if last.is_none_or(|last| last.start <= start) {
            self.last.insert(vmid, LastRun { start, error });
        }
    }

    /// Start of a vzdump that runs on a node now and may be for this guest.
    pub(super) fn running(&self, node: &NodeName, vmid: Vmid) -> Option<Epoch> {
        // Mostly nothing runs.
        if self.running.is_empty() {
            return None;
        }
        let alone = self.running.get(&(node, Some(vmid)));
        let among = self.running.get(&(node, None));
        alone.max(among).copied()
    }

    /// The last run that tells of this guest.
    pub(super) fn last(&self, vmid: Vmid) -> Option<&LastRun> {
        self.last.get(&vmid)
    }

    /// Every run that started from then on, oldest first.
    pub(super) fn since(&self, from: Epoch) -> impl Iterator<Item = &Run<'a>> {
        let at = self.tasks.partition_point(|run| run.task.start < from);
        self.tasks.get(at..).unwrap_or_default().iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{LastRun, Runs};
    use crate::fleet::part::Part;
    use crate::fleet::pve::PveSurvey;
    use crate::fleet::task::{Task, TaskResult, VzdumpGuest, VzdumpLog, VzdumpOutcome};
    use crate::fleet::time::Epoch;

    fn task(upid: &str, id: Option<&str>, start: i64, result: Option<TaskResult>) -> Task {
        Task {
            upid: upid.into(),
            node: "fi1".into(),
            kind: "vzdump".into(),
            id: id.map(Into::into),
            user: "root@pam".into(),
            start: Epoch(start),
            end: result.as_ref().map(|_| Epoch(start + 60)),
            result,
        }
    }

    fn survey(tasks: Vec<Task>) -> PveSurvey {
        let mut pve = PveSurvey::new();
        pve.tasks = pve.tasks.answered(tasks, Epoch(1000));
        pve
    }

    #[test]
    fn what_runs_is_for_its_guest_or_for_several() {
        let pve = survey(vec![
            task("a", Some("100"), 500, None),
            task("b", None, 400, None),
            task("c", Some("101"), 500, Some(TaskResult::Ok)),
            Task { kind: "qmigrate".into(), ..task("d", Some("7"), 500, None) },
        ]);
        let runs = Runs::new(&pve, true, Epoch(1000), |_| true);
        let (one, two) = ("fi1".into(), "fi2".into());
        assert_eq!(runs.running(&one, 100), Some(Epoch(500)));
        assert_eq!(runs.running(&one, 101), Some(Epoch(400)));
        assert_eq!(runs.running(&two, 100), None);
        assert_eq!(Runs::new(&pve, false, Epoch(1000), |_| true).running(&one, 100), None);
        assert_eq!(Runs::new(&pve, true, Epoch(1000), |_| false).running(&one, 100), None);
        let later = Runs::new(&pve, true, Epoch(24 * 3600 + 450), |_| true);
        assert_eq!(later.running(&one, 101), None, "24 h at most");
    }

    #[test]
    fn the_last_run_tells_even_from_a_log_of_many() {
        let failed = TaskResult::Error("job errors".into());
        let mut pve = survey(vec![
            task("multi", None, 500, Some(failed.clone())),
            task("one", Some("102"), 300, Some(TaskResult::Error("no space".into()))),
            task("two", Some("100"), 100, Some(TaskResult::Error("old".into()))),
        ]);
        let guest = |vmid, outcome| VzdumpGuest { vmid, outcome };
        let log = VzdumpLog {
            storage: Some("pbs".into()),
            guests: vec![
                guest(100, VzdumpOutcome::Finished),
                guest(101, VzdumpOutcome::Failed("lock".into())),
                guest(103, VzdumpOutcome::Unfinished),
            ],
            error: Some("job errors".into()),
        };
        pve.logs.insert("multi".into(), Part::new("/log", 1).answered(log, Epoch(900)));
        let runs = Runs::new(&pve, true, Epoch(1000), |_| true);
        let last = |start, error: Option<&str>| {
            Some(LastRun { start: Epoch(start), error: error.map(Into::into) })
        };
        assert_eq!(runs.last(100).cloned(), last(500, None));
        assert_eq!(runs.last(101).cloned(), last(500, Some("lock")));
        assert_eq!(runs.last(102).cloned(), last(300, Some("no space")));
        assert_eq!(runs.last(103).cloned(), last(500, Some("job errors")));
        assert_eq!(runs.last(104), None);
        assert_eq!(runs.since(Epoch(0)).filter(|r| r.failed_whole().is_some()).count(), 0);
    }

    #[test]
    fn a_run_that_began_with_no_guest_failed_as_a_whole() {
        let mut pve = survey(vec![task("w", None, 500, Some(TaskResult::Error("off".into())))]);
        let log = VzdumpLog { storage: Some("pbs".into()), guests: vec![], error: None };
        pve.logs.insert("w".into(), Part::new("/log", 1).answered(log, Epoch(900)));
        let runs = Runs::new(&pve, true, Epoch(1000), |_| true);
        let run = runs.since(Epoch(500)).next().copied().expect("one");
        assert_eq!(run.failed_whole().as_deref(), Some("off"));
        let (node, pbs, nfs) = ("fi1".into(), "pbs".into(), "nfs".into());
        assert!(run.may_be(Epoch(450), Some(&node), Some(&pbs)));
        assert!(!run.may_be(Epoch(501), None, None) && !run.may_be(Epoch(100), None, None));
        assert!(!run.may_be(Epoch(450), Some(&"fi2".into()), None));
        assert!(!run.may_be(Epoch(450), None, Some(&nfs)));
        assert_eq!(runs.since(Epoch(501)).count(), 0);
    }
}
