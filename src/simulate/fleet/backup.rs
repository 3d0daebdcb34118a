//! A backup server as it is described.

use super::super::schedule::When;
use super::{SimVersion, Window};

/// One Proxmox Backup Server.
#[derive(Clone, Debug)]
pub struct SimPbs {
    /// Name of the source in the written configuration.
    pub source: String,
    /// Host name, in UPIDs.
    pub node: String,
    /// Version.
    pub version: SimVersion,
    /// Time zone.
    pub timezone: String,
    /// Seconds its clock is ahead of true time.
    pub skew: i64,
    /// Since when it is off, relative to the start.
    pub offline_since: Option<i64>,
    /// Processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Root file system in bytes.
    pub root: u64,
    /// Seconds before the start it was booted.
    pub booted: i64,
    /// Services that do not run although enabled.
    pub stopped: Vec<String>,
    /// Datastores.
    pub datastores: Vec<SimDatastore>,
    /// Verify jobs.
    pub verify_jobs: Vec<SimStoreJob>,
    /// Prune jobs.
    pub prune_jobs: Vec<SimStoreJob>,
    /// Sync jobs.
    pub sync_jobs: Vec<SimSyncJob>,
    /// Remotes: name and host.
    pub remotes: Vec<(String, String)>,
    /// ZFS pools.
    pub pools: Vec<super::SimPool>,
    /// Disks.
    pub disks: Vec<super::SimDisk>,
    /// Packages with an update waiting.
    pub updates: Vec<String>,
}

/// A datastore.
#[derive(Clone, Debug)]
pub struct SimDatastore {
    /// Name.
    pub name: String,
    /// Directory.
    pub path: String,
    /// Comment.
    pub comment: Option<String>,
    /// Size in bytes.
    pub total: u64,
    /// Used bytes at the start.
    pub used: u64,
    /// Days from the start until it is full; `None` is flat.
    pub full_in_days: Option<f64>,
    /// Maintenance as a property string: `offline,message=disk swap`.
    pub maintenance: Option<String>,
    /// `nonremovable`, `mounted`, `notmounted`.
    pub mount: String,
    /// The directory vanished: `datastore-usage` fails as a whole with 400.
    pub vanished: bool,
    /// Broken since before the daemon started: an entry with `error`.
    pub broken: bool,
    /// Namespaces beside the root, parents first.
    pub namespaces: Vec<String>,
    /// Garbage collection schedule.
    pub gc: Option<When>,
    /// Exit status of the latest garbage collection.
    pub gc_status: String,
    /// Corrupt chunks still there.
    pub still_bad: u64,
    /// New snapshots are verified when they are finished.
    pub verify_new: bool,
    /// Groups beside those that follow from the clusters' backup jobs.
    pub groups: Vec<SimGroup>,
    /// Groups somebody removed with all their snapshots: kind and id, in every namespace.
    pub removed: Vec<(String, String)>,
}

/// A backup group nobody's backup job writes: a host's own, or a leftover.
#[derive(Clone, Debug)]
pub struct SimGroup {
    /// Namespace; empty is the root.
    pub namespace: String,
    /// `vm`, `ct`, `host`.
    pub kind: String,
    /// Id.
    pub id: String,
    /// Owner.
    pub owner: String,
    /// When it is written.
    pub schedule: When,
    /// Runs that start in here fail and leave nothing.
    pub missing: Option<Window>,
    /// Bytes of one snapshot.
    pub size: u64,
    /// Days kept.
    pub keep_days: i64,
}

/// A verify or prune job.
#[derive(Clone, Debug)]
pub struct SimStoreJob {
    /// Id.
    pub id: String,
    /// Datastore.
    pub store: String,
    /// Namespace it is limited to.
    pub namespace: Option<String>,
    /// Schedule.
    pub schedule: Option<When>,
    /// Comment.
    pub comment: Option<String>,
    /// Switched off (prune jobs only).
    pub disabled: bool,
    /// Exit status of its latest run.
    pub status: String,
    /// The scheduler missed its runs since: relative to the start.
    pub missed_since: Option<i64>,
    /// Daily snapshots a prune job keeps.
    pub keep_daily: u32,
}

/// A sync job.
#[derive(Clone, Debug)]
pub struct SimSyncJob {
    /// Id.
    pub id: String,
    /// Target datastore (source of a push).
    pub store: String,
    /// Remote; `None` is a local sync.
    pub remote: Option<String>,
    /// Datastore on the other side.
    pub remote_store: String,
    /// Direction: `pull`, `push`.
    pub direction: String,
    /// Schedule.
    pub schedule: Option<When>,
    /// Comment.
    pub comment: Option<String>,
    /// Exit status of its latest run.
    pub status: String,
}

impl SimPbs {
    /// The datastore of this name.
    pub fn datastore(&self, name: &str) -> Option<&SimDatastore> {
        self.datastores.iter().find(|store| store.name == name)
    }

    /// The same, to change it.
    pub fn datastore_mut(&mut self, name: &str) -> Option<&mut SimDatastore> {
        self.datastores.iter_mut().find(|store| store.name == name)
    }
}
