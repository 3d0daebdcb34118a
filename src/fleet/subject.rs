//! What a verdict or a problem is about, and its one spelling.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::id::{GroupKey, GuestKey, JobId, NodeName, SourceName, StorageName, StoreName};

/// The subject of a problem. Displays as the contract spells it: `guest/fi/105`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The machine vigie runs on (its clock).
    Viewer,
    /// `source/SRC`
    Source(SourceName),
    /// `cluster/SRC`
    Cluster(SourceName),
    /// `node/SRC/NODE`; a PBS host is `node/SRC/localhost`.
    Node(SourceName, NodeName),
    /// `guest/SRC/VMID`
    Guest(GuestKey),
    /// `backup-job/SRC/ID`
    BackupJob(SourceName, JobId),
    /// `group/SRC/STORE[/NS…]/vm|ct/ID`
    Group(Arc<GroupKey>),
    /// `job/SRC/ID`, a replication job.
    Replication(SourceName, JobId),
    /// `storage/SRC/NAME` (shared), `storage/SRC/NODE/NAME` (local)
    Storage(SourceName, Option<NodeName>, StorageName),
    /// `datastore/SRC/STORE`
    Datastore(SourceName, StoreName),
}

impl Subject {
    /// The source it belongs to; none for the viewer.
    pub fn source(&self) -> Option<&SourceName> {
        match self {
            Self::Viewer => None,
            Self::Source(s)
            | Self::Cluster(s)
            | Self::Node(s, _)
            | Self::BackupJob(s, _)
            | Self::Replication(s, _)
            | Self::Storage(s, _, _)
            | Self::Datastore(s, _) => Some(s),
            Self::Guest(key) => Some(&key.source),
            Self::Group(key) => Some(&key.source),
        }
    }

    /// Shorthand for a guest.
    pub fn guest(source: &SourceName, vmid: u32) -> Self {
        Self::Guest(GuestKey { source: source.clone(), vmid })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Viewer => f.write_str("viewer"),
            Self::Source(s) => write!(f, "source/{s}"),
            Self::Cluster(s) => write!(f, "cluster/{s}"),
            Self::Node(s, n) => write!(f, "node/{s}/{n}"),
            Self::Guest(k) => write!(f, "guest/{}/{}", k.source, k.vmid),
            Self::BackupJob(s, j) => write!(f, "backup-job/{s}/{j}"),
            Self::Group(g) => {
                write!(f, "group/{}/{}", g.source, g.store)?;
                if !g.ns.as_str().is_empty() {
                    write!(f, "/{}", g.ns)?;
                }
                write!(f, "/{}/{}", g.kind.as_str(), g.id)
            }
            Self::Replication(s, j) => write!(f, "job/{s}/{j}"),
            Self::Storage(s, None, name) => write!(f, "storage/{s}/{name}"),
            Self::Storage(s, Some(n), name) => write!(f, "storage/{s}/{n}/{name}"),
            Self::Datastore(s, d) => write!(f, "datastore/{s}/{d}"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
