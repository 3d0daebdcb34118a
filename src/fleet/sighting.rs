//! What only watching can tell: since when something is as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{JobId, Vmid};
use super::record::Record;
use super::time::Epoch;

/// First sights and last changes, carried from survey to survey and kept in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sightings {
    /// Guests: when first seen, when their state or lock last changed, their last known name.
    pub guests: BTreeMap<Vmid, GuestSighting>,
    /// Replication jobs: when first seen.
    pub jobs: BTreeMap<JobId, Epoch>,
    /// Replication jobs: what became of them, hour by hour, while they were looked at.
    pub replicas: BTreeMap<JobId, Arc<Record>>,
    /// Backup jobs: since when they are seen to be as they are.
    pub backups: BTreeMap<JobId, JobSighting>,
}

/// What watching tells of one backup job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSighting {
    /// What it takes, when, where it runs and writes, in one number.
    pub form: u64,
    /// When that was first seen so, our clock.
    pub since: Epoch,
    /// What is kept of its copies.
    pub keep: Keeping,
}

/// What is kept of copies, as watching tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// The rules, in one number; none while they are not known.
    pub form: Option<u64>,
    /// When they were seen to have changed last; none = never, since we look.
    pub changed: Option<Epoch>,
}

/// What watching tells of one guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestSighting {
    /// When it was first seen, our clock; of one that `arrived`, the last look that did not hold
    /// it: it is no older.
    pub first: Epoch,
    /// Whether it came since we first looked: it was absent from an earlier, complete look. Else
    /// it may be older than any watch.
    pub arrived: bool,
    /// Its last known name.
    pub name: Option<Arc<str>>,
    /// Its state, and since when at least.
    pub state: Arc<str>,
    /// When that state was first seen.
    pub state_since: Epoch,
    /// What held it, and since when at least.
    pub lock: Option<(Arc<str>, Epoch)>,
}
