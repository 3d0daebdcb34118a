//! What the backup jobs of a cluster did: runs, one task per node, guest after guest.

use super::fleet::{SimBackupJob, SimCluster, SimGuest, SimNode};
use super::noise::{hash, seed};
use super::schedule::zone;

/// One run of one job on one node.
pub(super) struct Run<'a> {
    /// The job.
    pub job: &'a SimBackupJob,
    /// The node.
    pub node: &'a SimNode,
    /// Time of the event, also start of the task.
    pub event: i64,
    /// Guests in the order they are taken.
    pub guests: Vec<GuestRun<'a>>,
    /// End of the task, maybe in the future.
    pub end: i64,
    /// Why it failed before the first guest.
    pub error: Option<&'a str>,
}

/// One guest in a run.
pub(super) struct GuestRun<'a> {
    /// The guest.
    pub guest: &'a SimGuest,
    /// Start: the backup time on a PBS.
    pub start: i64,
    /// End, maybe in the future.
    pub end: i64,
    /// Why it failed.
    pub error: Option<&'a str>,
}

impl Run<'_> {
    /// Exit status when it is over.
    pub(super) fn status(&self) -> &str {
        if let Some(error) = self.error {
            return error;
        }
        if self.guests.iter().any(|guest| guest.error.is_some()) { "job errors" } else { "OK" }
    }
}

/// All runs whose event is in `from..=to`, in the clock of the nodes, newest last per job.
pub(super) fn runs(cluster: &SimCluster, start: i64, from: i64, to: i64) -> Vec<Run<'_>> {
    let zone = zone(&cluster.timezone);
    let mut all = Vec::new();
    for job in cluster.backup_jobs.iter().filter(|job| job.enabled) {
        let events = job.schedule.between(from, to, &zone);
        for node in cluster
            .nodes
            .iter()
            .filter(|node| job.node.as_ref().is_none_or(|only| *only == node.name))
        {
            let mut members: Vec<&SimGuest> = cluster
                .guests
                .iter()
                .filter(|guest| guest.node == node.name && job.takes.takes(guest))
                .collect();
            if members.is_empty() {
                continue;
            }
            members.sort_by_key(|guest| guest.vmid);
            for event in &events {
                let ends = [node.offline_since, node.idle_since];
                if ends.iter().flatten().any(|since| *event >= start + since) {
                    continue;
                }
                all.push(run(job, node, &members, *event, start));
            }
        }
    }
    all
}

fn run<'a>(
    job: &'a SimBackupJob,
    node: &'a SimNode,
    members: &[&'a SimGuest],
    event: i64,
    start: i64,
) -> Run<'a> {
    let failed = job.fails.as_ref().filter(|(window, _)| window.holds(event, start));
    if let Some((_, text)) = failed {
        return Run { job, node, event, guests: Vec::new(), end: event + 2, error: Some(text) };
    }
    let longest = (14_400 / i64::try_from(members.len().max(1)).unwrap_or(1)).max(1);
    let mut at = event + 1;
    let mut guests = Vec::new();
    for guest in members {
        if event < start - guest.age_days * 86_400 {
            continue;
        }
        let error = guest
            .backup_fails
            .as_ref()
            .filter(|(window, _)| window.holds(event, start))
            .map(|(_, text)| text.as_str());
        let usual = 45 + (hash(u64::from(guest.vmid), seed(&guest.name)) % 240).cast_signed();
        let took = if error.is_some() { 3 } else { usual.min(longest) };
        guests.push(GuestRun { guest, start: at, end: at + took, error });
        at += took + 1;
    }
    Run { job, node, event, guests, end: at + 2, error: None }
}
