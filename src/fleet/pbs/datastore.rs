//! Datastores of a PBS.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::host::Usage;
use crate::fleet::id::StoreName;
use crate::fleet::time::Epoch;

/// Maintenance modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maintenance {
    /// Can be read, not written.
    ReadOnly,
    /// Nothing can be read.
    Offline,
    /// Being deleted.
    Delete,
    /// Being unmounted.
    Unmount,
    /// Being refreshed from S3.
    S3Refresh,
    /// A mode this program does not know.
    Other,
}

/// Whether a removable datastore is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mount {
    /// Removable and mounted.
    Mounted,
    /// Removable and not mounted.
    NotMounted,
    /// Fixed.
    NonRemovable,
}

/// One entry of `/admin/datastore`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatastoreInfo {
    /// Its name.
    pub name: StoreName,
    /// Its comment.
    pub comment: Option<Arc<str>>,
    /// Its mode and message.
    pub maintenance: Option<(Maintenance, Option<Arc<str>>)>,
    /// Whether it is mounted (3.3).
    pub mount: Option<Mount>,
}

/// One entry of `/config/datastore`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatastoreConfig {
    /// Its name.
    pub name: StoreName,
    /// Its path.
    pub path: Option<Arc<str>>,
    /// Schedule of the garbage collection.
    pub gc_schedule: Option<Arc<str>>,
    /// Legacy schedule of prune.
    pub prune_schedule: Option<Arc<str>>,
    /// Whether new snapshots are verified at once.
    pub verify_new: bool,
    /// Whether it lies on a removable device.
    pub removable: bool,
}

/// One entry of `/status/datastore-usage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatastoreUsage {
    /// Its name.
    pub name: StoreName,
    /// Bytes; none on error, maintenance, not mounted, missing rights.
    pub usage: Option<Usage>,
    /// The server's words when it cannot be read, cleaned.
    pub error: Option<Arc<str>>,
    /// Whether it is mounted.
    pub mount: Option<Mount>,
    /// When it will be full at this rate, as answered; 0, past and far future mean never.
    pub full_at: Option<Epoch>,
    /// Used fraction 0..=1 over the last month, thinned to at most 90 points, oldest first.
    pub history: Vec<Option<f32>>,
}
