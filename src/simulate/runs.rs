//! What the backup jobs of a cluster did: runs, one task per node, guest after guest.

use super::fleet::{SimBackupJob, SimCluster, SimFleet, SimGuest, SimNode};
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

/// What a run says whose PBS is off.
const NO_STORAGE: &str = "could not activate storage: error fetching datastores - 500 Can't connect \
                          to 10.0.0.9:8007 (No route to host)";
/// What it says of a guest without quorum: nobody may write to `/etc/pve`.
const NO_LOCK: &str = "unable to open file '/etc/pve/local/lock.tmp' - Permission denied";

/// All runs whose event is in `from..=to`, in the clock of the nodes, newest last per job.
pub(super) fn runs<'a>(
    fleet: &SimFleet,
    cluster: &'a SimCluster,
    start: i64,
    from: i64,
    to: i64,
) -> Vec<Run<'a>> {
    let zone = zone(&cluster.timezone);
    let mut all = Vec::new();
    for job in cluster.backup_jobs.iter().filter(|job| job.enabled) {
        let events = job.schedule.between(from, to, &zone);
        let entry = cluster.storage(&job.storage).and_then(|storage| storage.pbs.as_ref());
        let pbs_off = entry.and_then(|entry| fleet.pbs(&entry.source)?.offline_since);
        for node in cluster
            .nodes
            .iter()
            .filter(|node| job.node.as_ref().is_none_or(|only| *only == node.name))
        {
            let mut members: Vec<&SimGuest> = cluster
                .guests
                .iter()
                .filter(|guest| job.takes.takes(guest))
                .filter(|guest| {
                    let from = guest.moved.as_ref().and_then(|moved| moved.from.as_ref());
                    guest.node == node.name || from == Some(&node.name)
                })
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
                let is_here = |guest: &SimGuest| guest.node_at(event - start) == Some(&node.name);
                let here: Vec<&SimGuest> =
                    members.iter().copied().filter(|guest| is_here(guest)).collect();
                if here.is_empty() {
                    continue;
                }
                let error = if pbs_off.is_some_and(|since| *event >= start + since) {
                    Some(NO_STORAGE)
                } else {
                    let failed =
                        job.fails.as_ref().filter(|(window, _)| window.holds(*event, start));
                    failed.map(|(_, text)| text.as_str())
                };
                if let Some(error) = error {
                    let (guests, end) = (Vec::new(), event + 2);
                    all.push(Run { job, node, event: *event, guests, end, error: Some(error) });
                    continue;
                }
                let locks = cluster.has_quorum(event - start);
                all.push(run(job, node, &here, *event, start, locks));
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
    locks: bool,
) -> Run<'a> {
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
            .map(|(_, text)| text.as_str())
            .or((!locks).then_some(NO_LOCK));
        let usual = 45 + (hash(u64::from(guest.vmid), seed(&guest.name)) % 240).cast_signed();
        let took = if error.is_some() { 3 } else { usual.min(longest) };
        guests.push(GuestRun { guest, start: at, end: at + took, error });
        at += took + 1;
    }
    Run { job, node, event, guests, end: at + 2, error: None }
}
