//! What the vzdumps of a source tell: whose run each was, and for whom it failed.

use std::sync::Arc;

use super::{Home, Job, Whole};
use crate::fleet::id::{JobId, NodeName};
use crate::fleet::pve::PveSurvey;
use crate::fleet::task::VzdumpOutcome;
use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::decide::{Failure, LONGEST, START, Task};
use crate::judge::backup::fortnight::dues::BACK;
use crate::judge::backup::runs::{Run, Runs, error_of};
use crate::judge::context::{Context, SourceContext};
use crate::judge::rows::GuestRow;

impl Home {
    pub(super) fn take_runs(
        &mut self,
        ctx: &Context<'_>,
        source: &SourceContext<'_>,
        pve: &PveSurvey,
        now: Epoch,
    ) {
        let live = source.is_fresh() && pve.tasks.is_young(ctx.now);
        let online = |node: &NodeName| source.node_consequence(node).because.is_none();
        let runs = Runs::new(pve, live, now, online);
        for run in runs.since(now.minus(BACK)) {
            let task = run.task;
            let is_alive = live && now.since(task.start) <= LONGEST && online(&task.node);
            if task.end.is_some() || is_alive {
                let tasks = self.tasks.entry(task.node.clone()).or_default();
                let (start, end) = (task.start, task.end);
                tasks.push(Task { start, end });
                // Where it is now, one that still runs elsewhere is not for it.
                if end.is_some() {
                    self.everywhere.push(Task { start, end });
                }
            }
            self.prove(run);
            if task.is_running() {
                continue;
            }
            let error = error_of(task, run.log);
            let told = run.log.map(|log| log.guests.as_slice()).unwrap_or_default();
            for guest in told {
                let error = match &guest.outcome {
                    VzdumpOutcome::Finished => continue,
                    VzdumpOutcome::Failed(text) => text.clone(),
                    VzdumpOutcome::Unfinished => error.clone().unwrap_or_else(|| "".into()),
                };
                let failures = self.failures.entry(guest.vmid).or_default();
                failures.push(Failure { start: task.start, error });
            }
            match (run.guest(), error) {
                (Some(vmid), Some(error)) if told.is_empty() => {
                    let failures = self.failures.entry(vmid).or_default();
                    failures.push(Failure { start: task.start, error });
                }
                (None, _) => {
                    if let Some(error) = run.failed_whole() {
                        let storage = run.log.and_then(|log| log.storage.clone());
                        let (start, node) = (task.start, task.node.clone());
                        self.whole.push(Whole { start, node, storage, error });
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes whose run a vzdump was, where it can have been that of one job alone: the scheduler
    /// starts them, as root, and does not say for which job.
    fn prove(&mut self, run: &Run<'_>) {
        if &*run.task.user != "root@pam" {
            return;
        }
        let start = run.task.start;
        let is_due = |runs: &Arc<[Epoch]>| {
            let before = runs.partition_point(|at| *at <= start).checked_sub(1);
            before.and_then(|at| runs.get(at)).is_some_and(|at| run.may_be(*at, None, None))
        };
        let mut due = self.jobs.values_mut().filter(|job| job.runs.iter().flatten().any(is_due));
        let (Some(job), None) = (due.next(), due.next()) else { return };
        let written = run.log.and_then(|log| log.storage.as_ref());
        let is_its = written.zip(job.storage.as_ref()).is_none_or(|(a, b)| **a == *b.as_str())
            && job.node.as_ref().is_none_or(|node| *node == run.task.node);
        if is_its {
            job.proofs.push(start);
        }
    }

    /// By job, the runs that failed for a guest.
    pub(super) fn failures(&self, row: &GuestRow, jobs: &[(&JobId, &Job)]) -> Vec<Vec<Failure>> {
        let own = self.failures.get(&row.vmid).map_or(&[][..], Vec::as_slice);
        let of = |(_, job): &(&JobId, &Job)| {
            let mut all = own.to_vec();
            // Mostly no run failed as a whole.
            let whole = self.whole.iter().filter(|whole| {
                (whole.node == row.node || self.failed_everywhere(whole, &row.node))
                    && job.node.as_ref().is_none_or(|node| *node == whole.node)
                    && whole
                        .storage
                        .as_ref()
                        .zip(job.storage.as_ref())
                        .is_none_or(|(written, named)| **written == *named.as_str())
            });
            all.extend(whole.map(|w| Failure { start: w.start, error: w.error.clone() }));
            all.sort_by_key(|failure| failure.start);
            all
        };
        jobs.iter().map(of).collect()
    }

    /// Whether a run that failed as a whole on another node is all there was of it: wherever the
    /// guest was then, none was made for it.
    fn failed_everywhere(&self, whole: &Whole, node: &NodeName) -> bool {
        let around = whole.start.minus(START);
        let near = |start: Epoch| (0..=2 * START).contains(&start.since(around));
        let own = self.tasks.get(node).is_some_and(|tasks| tasks.iter().any(|t| near(t.start)));
        let all = self.tasks.values().flatten().filter(|task| near(task.start)).count();
        let failed = self.whole.iter().filter(|whole| near(whole.start)).count();
        !own && all == failed
    }
}
