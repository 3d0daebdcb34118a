//! Storage configuration: `/storage`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::id::{Namespace, NodeName, StorageName, StoreName};

/// One entry of storage.cfg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageConfig {
    /// Its id.
    pub name: StorageName,
    /// dir, nfs, zfspool, pbs…
    pub kind: Arc<str>,
    /// What it holds.
    pub content: Vec<Arc<str>>,
    /// The nodes it is limited to; empty = all.
    pub nodes: Vec<NodeName>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether all nodes see the same.
    pub shared: bool,
    /// Retention as written: what vzdump prunes where its job does not say.
    #[serde(default)]
    pub prune: Option<Arc<str>>,
    /// For type pbs: where it points.
    pub pbs: Option<PbsTarget>,
}

impl StorageConfig {
    /// Whether it holds backups as files that the prune preview can list.
    pub fn is_file_storage(&self) -> bool {
        matches!(&*self.kind, "dir" | "nfs" | "cifs" | "cephfs" | "btrfs" | "glusterfs")
    }
}

/// Where a storage of type pbs points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PbsTarget {
    /// Host name or address as PVE reaches it.
    pub server: Arc<str>,
    /// Port; 8007 by default.
    pub port: u16,
    /// The datastore.
    pub datastore: StoreName,
    /// The namespace; empty = root.
    pub namespace: Namespace,
    /// `user@pbs` or `user@pbs!token`: the owner of what it writes.
    pub username: Arc<str>,
    /// SHA-256 of the PBS's certificate, where pinned.
    pub fingerprint: Option<[u8; 32]>,
    /// Whether copies are encrypted, and with which key (its fingerprint, or `1`).
    pub encryption_key: Option<Arc<str>>,
    /// Whether the key itself is kept with the copies, for the holder of a master key
    /// (`master-pubkey`).
    #[serde(default)]
    pub master_key: bool,
}
