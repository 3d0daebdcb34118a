//! Backup jobs, what they include, and vzdump files.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::id::{GuestKind, JobId, NodeName, StorageName, Vmid};
use crate::fleet::time::Epoch;

/// Which guests a job takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// Members of a pool, as they are at run time.
    Pool(Arc<str>),
    /// These.
    Guests(Vec<Vmid>),
    /// All but these.
    AllBut(Vec<Vmid>),
    /// None of the three is given: it backs up nothing.
    Nothing,
}

/// One job of `/cluster/backup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupJob {
    /// Its id; changes on every edit for legacy cron entries.
    pub id: JobId,
    /// Absent in the answer means enabled.
    pub enabled: bool,
    /// Calendar event.
    pub schedule: Option<Arc<str>>,
    /// Which guests.
    pub selection: Selection,
    /// Only on this node, only guests that are there at run time.
    pub node: Option<NodeName>,
    /// Where copies go; none = the default of vzdump.conf, or `dumpdir`.
    pub storage: Option<StorageName>,
    /// A plain directory instead of a storage.
    pub dumpdir: Option<Arc<str>>,
    /// snapshot, suspend, stop.
    pub mode: Option<Arc<str>>,
    /// Retention as written.
    pub prune: Option<Arc<str>>,
    /// Comment.
    pub comment: Option<Arc<str>>,
}

/// What `/etc/vzdump.conf` of a node says where a job does not: `/nodes/{n}/vzdump/defaults`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VzdumpDefaults {
    /// Where copies go; none where it is a plain directory.
    pub storage: Option<StorageName>,
    /// What is kept, as written: that of the storage that was asked for, where it says it itself.
    pub prune: Option<Arc<str>>,
}

/// `/cluster/backup/{id}/included_volumes`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncludedVolumes {
    /// Guest by guest, by number.
    pub guests: Vec<IncludedGuest>,
}

impl IncludedVolumes {
    /// A guest by number: the list is sorted.
    pub fn guest(&self, vmid: Vmid) -> Option<&IncludedGuest> {
        self.guests.binary_search_by_key(&vmid, |g| g.vmid).ok().and_then(|i| self.guests.get(i))
    }
}

/// A guest within a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncludedGuest {
    /// Its number.
    pub vmid: Vmid,
    /// None (`unknown`) when the job lists a guest that is gone.
    pub kind: Option<GuestKind>,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Its volumes.
    pub volumes: Vec<IncludedVolume>,
}

/// A volume within a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncludedVolume {
    /// `scsi0`, `mp1`
    pub key: Arc<str>,
    /// The volume id or path.
    pub volume: Arc<str>,
    /// Whether vzdump takes it.
    pub included: bool,
    /// PVE's word for why.
    pub reason: Arc<str>,
}

/// A vzdump file, from the prune preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFile {
    /// Its volume id.
    pub volume: Arc<str>,
    /// The guest; none for files with foreign names.
    pub vmid: Option<Vmid>,
    /// VM or container.
    pub kind: Option<GuestKind>,
    /// When it was made.
    pub time: Epoch,
    /// Whether prune must leave it.
    pub protected: bool,
}
