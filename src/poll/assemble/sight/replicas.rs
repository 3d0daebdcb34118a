//! Puts down what each look at a node's replication tells, for PVE remembers none of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::fleet::calendar::CalendarEvent;
use crate::fleet::id::{JobId, NodeName};
use crate::fleet::pve::replication::{DEFAULT_SCHEDULE, ReplicationJob, grace};
use crate::fleet::pve::{NodeParts, PveSurvey};
use crate::fleet::record::{HOUR, Look};
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;

/// Takes note of what a node said of its jobs at `at`, if it said anything; `offset` is the server's clock minus ours,
/// seconds.
pub(in crate::poll::assemble) fn replicas(
    pve: &mut PveSurvey,
    node: &NodeName,
    offset: i64,
    at: Epoch,
) {
    let answered = |parts: &&NodeParts| parts.replication.seen == Some(at);
    let Some(parts) = pve.nodes.get(node).filter(answered) else { return };
    let (Some(states), Some(jobs)) = (&parts.replication.value, &pve.replication.value) else {
        return;
    };
    let zone = parts.timezone.known().and_then(Zone::rules);
    let by_id: BTreeMap<&JobId, &ReplicationJob> = jobs.iter().map(|job| (&job.id, job)).collect();
    let mut schedules = Schedules { zone, read: BTreeMap::new() };
    let grace = grace(states);
    for state in states.iter() {
        // Of a job that is in no list the record would never end.
        let Some(job) = by_id.get(&state.id) else { continue };
        let first = pve.sightings.jobs.get(&job.id).map(|first| first.plus(offset));
        let base = state.last_sync.or(first);
        let mut due = base.and_then(|base| schedules.next(job, base));
        if state.running {
            // It is being made; but a run that lasts beyond the next one tells nothing any more.
            due = due.and_then(|due| schedules.next(job, due));
            due = due.filter(|due| at.plus(offset) < due.plus(grace));
        }
        let ours = |time: Epoch| time.minus(offset);
        let look = Look {
            at,
            off: job.disabled || job.removing,
            last_sync: state.last_sync.map(ours),
            last_try: state.last_try.map(ours),
            fails: state.fail_count,
            late_from: due.map(|due| ours(due.plus(grace))),
        };
        let record = pve.sightings.replicas.entry(job.id.clone()).or_default();
        Arc::make_mut(record).look(&look);
    }
}

/// Schedules, each read once.
struct Schedules<'a> {
    zone: Option<&'a TimeZone>,
    read: BTreeMap<&'a str, Option<CalendarEvent>>,
}

impl<'a> Schedules<'a> {
    /// When a job runs after `base`, on the server's clock. Where the zone of the node is not
    /// known, that can be told only of jobs that run every hour at least.
    fn next(&mut self, job: &'a ReplicationJob, base: Epoch) -> Option<Epoch> {
        let text = job.schedule.as_deref().unwrap_or(DEFAULT_SCHEDULE);
        let event =
            self.read.entry(text).or_insert_with(|| CalendarEvent::parse(text).ok()).as_ref()?;
        if let Some(zone) = self.zone {
            return event.next_after(base, zone);
        }
        let next = event.next_after(base, &TimeZone::UTC)?;
        let after = event.next_after(next, &TimeZone::UTC);
        let is_dense =
            next.since(base) <= HOUR && after.is_some_and(|after| after.since(next) <= HOUR);
        (event.is_utc() || is_dense).then_some(next)
    }
}
