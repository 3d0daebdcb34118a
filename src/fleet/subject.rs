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

    /// Its spelling as a text, made quickly: lists are sorted by it.
    pub fn spelled(&self) -> String {
        let mut text = String::with_capacity(64);
        let _ = fmt::write(&mut text, format_args!("{self}"));
        text
    }

    /// Shorthand for a guest.
    pub fn guest(source: &SourceName, vmid: u32) -> Self {
        Self::Guest(GuestKey { source: source.clone(), vmid })
    }
}

impl fmt::Display for Subject {
    // Lists are sorted by it: it is written without the detours of `write!`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = |parts: &[&str]| {
            parts.iter().enumerate().try_for_each(|(i, part)| {
                f.write_str(if i > 0 { "/" } else { "" })?;
                f.write_str(part)
            })
        };
        match self {
            Self::Viewer => path(&["viewer"]),
            Self::Source(s) => path(&["source", s.as_str()]),
            Self::Cluster(s) => path(&["cluster", s.as_str()]),
            Self::Node(s, n) => path(&["node", s.as_str(), n.as_str()]),
            Self::Guest(k) => {
                path(&["guest", k.source.as_str(), ""])?;
                k.vmid.fmt(f)
            }
            Self::BackupJob(s, j) => path(&["backup-job", s.as_str(), j.as_str()]),
            Self::Group(g) => {
                path(&["group", g.source.as_str(), g.store.as_str(), ""])?;
                if !g.ns.as_str().is_empty() {
                    write!(f, "{}/", g.ns)?;
                }
                write!(f, "{}/{}", g.kind.as_str(), g.id)
            }
            Self::Replication(s, j) => path(&["job", s.as_str(), j.as_str()]),
            Self::Storage(s, None, name) => path(&["storage", s.as_str(), name.as_str()]),
            Self::Storage(s, Some(n), name) => {
                path(&["storage", s.as_str(), n.as_str(), name.as_str()])
            }
            Self::Datastore(s, d) => path(&["datastore", s.as_str(), d.as_str()]),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
