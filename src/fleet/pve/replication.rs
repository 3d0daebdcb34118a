//! Storage replication: configuration and runtime state.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::id::{JobId, NodeName, Vmid};
use crate::fleet::time::Epoch;

/// The schedule of a job that names none.
pub const DEFAULT_SCHEDULE: &str = "*/15";

/// One job of `/cluster/replication`: configuration only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicationJob {
    /// `<vmid>-<n>`
    pub id: JobId,
    /// The guest.
    pub guest: Vmid,
    /// Where copies go.
    pub target: NodeName,
    /// Last known home of the guest.
    pub source: Option<NodeName>,
    /// Calendar event; absent means `*/15`.
    pub schedule: Option<Arc<str>>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Limit in megabytes (10^6 bytes) per second.
    pub rate: Option<f64>,
    /// Comment.
    pub comment: Option<Arc<str>>,
    /// Whether it is marked for removal.
    pub removing: bool,
}

/// Runtime state of one job: `/nodes/{n}/replication`, told only by the guest's own node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicationState {
    /// The job.
    pub id: JobId,
    /// Start of the last successful run, the recovery point; none = never.
    pub last_sync: Option<Epoch>,
    /// Start of the last attempt; none = never.
    pub last_try: Option<Epoch>,
    /// Next attempt as PVE reckons it; none while it fails and the target is offline.
    pub next_sync: Option<Epoch>,
    /// Seconds the last attempt took.
    pub duration: Option<f64>,
    /// Failures in a row.
    pub fail_count: u32,
    /// PVE's text for the latest failure, cleaned.
    pub error: Option<Arc<str>>,
    /// Whether it runs now.
    pub running: bool,
}

/// How long after its event a run may take to show, seconds: the scheduler ticks once a minute,
/// and the jobs of a node, whose states these are, run one after the other.
pub fn grace(states: &[ReplicationState]) -> i64 {
    let takes = states.iter().filter_map(|state| state.duration);
    let queue: f64 = takes.filter(|s| s.is_finite() && *s > 0.0).sum();
    (60 + queue.min(1e9) as i64).max(120)
}
