//! Keeps the sightings: since when things are as they are.

mod jobs;
mod replicas;

use std::collections::BTreeSet;

use crate::fleet::id::JobId;
use crate::fleet::pve::cluster::Resources;
use crate::fleet::pve::replication::ReplicationJob;
use crate::fleet::sighting::{GuestSighting, Sightings};
use crate::fleet::time::Epoch;

pub(super) use jobs::{backups, prunes};
pub(super) use replicas::replicas;

/// Takes note of the guests listed at `at`; `whole` is when an earlier list was read that held
/// all there were, so that a guest it did not hold came since then.
pub(super) fn guests(seen: &mut Sightings, resources: &Resources, whole: Option<Epoch>, at: Epoch) {
    for guest in &resources.guests {
        let entry = seen.guests.entry(guest.vmid).or_insert_with(|| GuestSighting {
            first: whole.unwrap_or(at),
            arrived: whole.is_some(),
            name: guest.name.clone(),
            state: guest.state.clone(),
            state_since: at,
            lock: None,
        });
        if guest.name.is_some() {
            entry.name.clone_from(&guest.name);
        }
        if entry.state != guest.state {
            entry.state = guest.state.clone();
            entry.state_since = at;
        }
        entry.lock = match (&guest.lock, entry.lock.take()) {
            (Some(now), Some((was, since))) if *now == was => Some((was, since)),
            (Some(now), _) => Some((now.clone(), at)),
            (None, _) => None,
        };
    }
    if whole.is_some() {
        seen.guests.retain(|vmid, _| resources.guest(*vmid).is_some());
    }
}

/// Takes note of the replication jobs listed at `at`.
pub(super) fn replication(seen: &mut Sightings, jobs: &[ReplicationJob], at: Epoch) {
    for job in jobs {
        seen.jobs.entry(job.id.clone()).or_insert(at);
    }
    let ids: BTreeSet<&JobId> = jobs.iter().map(|job| &job.id).collect();
    seen.jobs.retain(|id, _| ids.contains(id));
    seen.replicas.retain(|id, _| ids.contains(id));
}
