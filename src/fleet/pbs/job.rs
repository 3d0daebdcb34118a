//! Jobs of a PBS: verify, prune, sync, garbage collection.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::host::Usage;
use crate::fleet::id::{JobId, Namespace, StoreName, Upid};
use crate::fleet::retention::Keep;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;

/// When a job last ran, how that ended, when it will run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// The task; with neither end nor result it runs now.
    pub upid: Option<Upid>,
    /// Its end.
    pub end: Option<Epoch>,
    /// How it ended.
    pub result: Option<TaskResult>,
    /// Next run, reckoned from the last one: lies in the past for a missed run.
    pub next: Option<Epoch>,
}

impl LastRun {
    /// Whether it runs now.
    pub fn is_running(&self) -> bool {
        self.upid.is_some() && self.end.is_none() && self.result.is_none()
    }
}

/// One verify, prune or sync job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PbsJob {
    /// Its id.
    pub id: JobId,
    /// The datastore it works on.
    pub store: StoreName,
    /// The namespace it starts at.
    pub ns: Namespace,
    /// How many levels below; none = all.
    pub max_depth: Option<u32>,
    /// Calendar event.
    pub schedule: Option<Arc<str>>,
    /// Whether it is switched off (prune).
    pub disabled: bool,
    /// Last and next run.
    pub run: LastRun,
    /// Verify: days after which a verified snapshot is verified again.
    pub outdated_after: Option<u32>,
    /// Prune: what is kept.
    #[serde(default)]
    pub keep: Keep,
    /// Sync: the other side.
    pub sync: Option<SyncEnd>,
    /// Its comment.
    pub comment: Option<Arc<str>>,
}

/// The other side of a sync job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncEnd {
    /// The remote's name; none = a local sync.
    pub remote: Option<Arc<str>>,
    /// The datastore there.
    pub store: StoreName,
    /// The namespace there.
    pub ns: Namespace,
    /// Whether it pushes (else it pulls).
    pub push: bool,
}

/// Garbage collection of one datastore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GcStatus {
    /// The datastore.
    pub store: StoreName,
    /// Calendar event.
    pub schedule: Option<Arc<str>>,
    /// Last and next run. While one runs it tells nothing of the last: the running one is among
    /// the tasks.
    pub run: LastRun,
    /// Start of the last finished run (its UPID); none = it never ran.
    #[serde(default)]
    pub began: Option<Epoch>,
    /// Bytes of data before and on disk after deduplication.
    pub deduplication: Option<Usage>,
    /// Bytes that wait for removal.
    pub pending: Option<u64>,
    /// Bad chunks still on disk.
    pub still_bad: u64,
}
