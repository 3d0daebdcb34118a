//! What one survey of a PBS holds.

pub mod copies;
pub mod datastore;
pub mod job;
pub mod small;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::copies::{Group, GroupCopies};
use self::datastore::{DatastoreConfig, DatastoreInfo, DatastoreUsage};
use self::job::{GcStatus, PbsJob};
use super::host::{Disk, HostStatus, LoadHistory, Service, Usage, Version, ZfsPool};
use super::id::{Namespace, StoreName};
use super::part::{Outcome, Part, PartView};
use super::rights::Rights;
use super::sighting::Keeping;
use super::task::Task;
use super::tier;
use super::time::Epoch;
use super::zone::Zone;

/// Parts of one datastore.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreParts {
    /// `/admin/datastore/{s}/status`: asked only when the call for all fails.
    pub status: Part<Usage>,
    /// `/admin/datastore/{s}/namespace`
    pub namespaces: Part<Vec<Namespace>>,
    /// `/admin/datastore/{s}/gc`: asked only where `/admin/gc` does not exist.
    pub gc: Part<GcStatus>,
    /// `/admin/datastore/{s}/groups`, per namespace.
    pub groups: BTreeMap<Namespace, Part<Vec<Group>>>,
    /// `/admin/datastore/{s}/snapshots`, per namespace: copies per group, by type and id. A group
    /// read alone keeps its own time (see [`GroupCopies::seen`]).
    pub copies: BTreeMap<Namespace, Part<Vec<Arc<GroupCopies>>>>,
}

impl StoreParts {
    /// A datastore of which nothing was asked yet.
    pub fn new(store: &StoreName) -> Self {
        let call = |rest: &str| format!("/admin/datastore/{store}/{rest}");
        Self {
            status: Part::new(call("status"), tier::SLOW),
            namespaces: Part::new(call("namespace"), tier::SLOW),
            gc: Part::new(call("gc"), tier::SLOW),
            groups: BTreeMap::new(),
            copies: BTreeMap::new(),
        }
    }
}

/// Everything one survey of a PBS holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PbsSurvey {
    /// `/version`
    pub version: Part<Version>,
    /// `/access/permissions`
    pub rights: Part<Rights>,
    /// `/nodes/localhost/identity`: the instance id (4.1.10); absent before.
    pub identity: Part<Arc<str>>,
    /// `/ping`
    pub ping: Part<()>,
    /// `/nodes/localhost/status`
    pub status: Part<HostStatus>,
    /// `/nodes/localhost/rrd`, the last hour.
    pub history: Part<LoadHistory>,
    /// `/nodes/localhost/services`
    pub services: Part<Vec<Service>>,
    /// `/nodes/localhost/disks/zfs`
    pub zfs: Part<Vec<ZfsPool>>,
    /// `/nodes/localhost/disks/list`
    pub disks: Part<Vec<Disk>>,
    /// `/nodes/localhost/time`: an IANA name.
    pub timezone: Part<Zone>,
    /// `/nodes/localhost/tasks`: those that run, and those of the last days.
    pub tasks: Part<Vec<Task>>,
    /// `/admin/datastore`
    pub datastores: Part<Vec<DatastoreInfo>>,
    /// `/config/datastore`
    pub config: Part<Vec<DatastoreConfig>>,
    /// `/status/datastore-usage`
    pub usage: Part<Vec<DatastoreUsage>>,
    /// `/admin/verify`, `/admin/prune`, `/admin/sync`
    pub verify: Part<Vec<PbsJob>>,
    /// `/admin/prune`; absent before 2.2.
    pub prune: Part<Vec<PbsJob>>,
    /// `/admin/sync`
    pub sync: Part<Vec<PbsJob>>,
    /// `/admin/gc`; absent before 3.2.
    pub gc: Part<Vec<GcStatus>>,
    /// `/config/remote`: name and host of the remotes that sync jobs use.
    pub remotes: Part<Vec<(Arc<str>, Arc<str>)>>,
    /// Per datastore.
    pub stores: BTreeMap<StoreName, StoreParts>,
    /// What only watching can tell: since when prune jobs keep what they keep, per datastore.
    #[serde(default)]
    pub keeping: BTreeMap<StoreName, Keeping>,
}

impl PbsSurvey {
    /// A PBS of which nothing was asked yet.
    pub fn new() -> Self {
        Self {
            version: Part::new("/version", tier::HOURLY),
            rights: Part::new("/access/permissions", tier::HOURLY),
            identity: Part::new("/nodes/localhost/identity", tier::DAILY),
            ping: Part::new("/ping", tier::FAST),
            status: Part::new("/nodes/localhost/status", tier::MEDIUM),
            history: Part::new("/nodes/localhost/rrd", tier::SLOW),
            services: Part::new("/nodes/localhost/services", tier::SLOW),
            zfs: Part::new("/nodes/localhost/disks/zfs", tier::SLOW),
            disks: Part::new("/nodes/localhost/disks/list", tier::DAILY),
            timezone: Part::new("/nodes/localhost/time", tier::HOURLY),
            tasks: Part::new("/nodes/localhost/tasks", tier::MEDIUM),
            datastores: Part::new("/admin/datastore", tier::SLOW),
            config: Part::new("/config/datastore", tier::HOURLY),
            usage: Part::new("/status/datastore-usage", tier::SLOW),
            verify: Part::new("/admin/verify", tier::SLOW),
            prune: Part::new("/admin/prune", tier::SLOW),
            sync: Part::new("/admin/sync", tier::SLOW),
            gc: Part::new("/admin/gc", tier::SLOW),
            remotes: Part::new("/config/remote", tier::HOURLY),
            stores: BTreeMap::new(),
            keeping: BTreeMap::new(),
        }
    }

    /// Every part, in the order of its cost.
    pub fn parts(&self, now: Epoch) -> Vec<PartView<'_>> {
        let mut parts = vec![
            self.ping.view(false, now),
            self.version.view(true, now),
            self.rights.view(true, now),
            self.identity.view(false, now),
            self.status.view(true, now),
            self.tasks.view(true, now),
            self.datastores.view(true, now),
            self.usage.view(true, now),
            self.config.view(true, now),
            self.verify.view(true, now),
            self.prune.view(true, now),
            self.sync.view(true, now),
            self.gc.view(true, now),
            self.remotes.view(false, now),
            self.timezone.view(true, now),
            self.history.view(true, now),
            self.services.view(true, now),
            self.zfs.view(true, now),
        ];
        for store in self.stores.values() {
            parts.push(store.namespaces.view(true, now));
            // It stands in for the call for all, and is asked no more once that answers.
            let stands_in = matches!(self.usage.outcome, Outcome::Failed(_));
            if stands_in && store.status.tried.is_some() {
                parts.push(store.status.view(true, now));
            }
            if store.gc.tried.is_some() {
                parts.push(store.gc.view(true, now));
            }
            parts.extend(store.groups.values().map(|p| p.view(true, now)));
            parts.extend(store.copies.values().map(|p| p.view(true, now)));
        }
        parts.push(self.disks.view(false, now));
        parts
    }
}

impl Default for PbsSurvey {
    fn default() -> Self {
        Self::new()
    }
}
