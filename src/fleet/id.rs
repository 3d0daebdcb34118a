//! Names and identities. A guest is `(source, vmid)`, never a vmid or a name alone.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! name {
    ($(#[$doc:meta])* $ident:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $ident(Arc<str>);

        impl $ident {
            /// Wraps a text that has been cleaned already (see [`crate::fleet::text::clean`]).
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $ident {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $ident {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl From<&str> for $ident {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $ident {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl std::borrow::Borrow<str> for $ident {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// A site's name in the configuration.
    SiteName
}
name! {
    /// A source's name in the configuration, unique in the fleet.
    SourceName
}
name! {
    /// A node's name as its cluster knows it; a PBS host is `localhost`.
    NodeName
}
name! {
    /// A PVE storage id.
    StorageName
}
name! {
    /// A PBS datastore's name.
    StoreName
}
name! {
    /// A PBS namespace, `a/b`; the root is the empty text.
    Namespace
}
name! {
    /// A backup job's, replication job's or PBS job's id.
    JobId
}
name! {
    /// A task's unique id, as the server wrote it.
    Upid
}

/// A guest's number within its source.
pub type Vmid = u32;

/// Whether a text may name a site or a source: `[A-Za-z0-9][A-Za-z0-9._-]*`.
pub fn is_config_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphanumeric())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Which product answers at a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// Proxmox VE: a cluster, or a standalone host.
    Pve,
    /// Proxmox Backup Server.
    Pbs,
}

/// The two kinds of guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestKind {
    /// A KVM virtual machine.
    Qemu,
    /// An LXC container.
    Lxc,
}

/// The types of backup group on a PBS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackupType {
    /// A virtual machine.
    Vm,
    /// A container.
    Ct,
    /// A host: shown, never judged.
    Host,
}

impl GuestKind {
    /// The type of the groups that hold copies of such a guest.
    pub fn backup_type(self) -> BackupType {
        match self {
            Self::Qemu => BackupType::Vm,
            Self::Lxc => BackupType::Ct,
        }
    }
}

impl BackupType {
    /// PBS's own word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vm => "vm",
            Self::Ct => "ct",
            Self::Host => "host",
        }
    }
}

/// A guest's identity in the fleet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GuestKey {
    /// The PVE source it lives in.
    pub source: SourceName,
    /// Its number there.
    pub vmid: Vmid,
}

/// A backup group's identity in the fleet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupKey {
    /// The PBS.
    pub source: SourceName,
    /// The datastore.
    pub store: StoreName,
    /// The namespace, empty for the root.
    pub ns: Namespace,
    /// vm, ct or host.
    pub kind: BackupType,
    /// The id; a vmid as text for guests.
    pub id: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::is_config_name;

    #[test]
    fn config_names_are_what_a_subject_can_carry() {
        for good in ["a", "fi", "helsinki-1", "A.b_c", "9"] {
            assert!(is_config_name(good), "{good}");
        }
        for bad in ["", "-a", ".a", "a b", "a/b", "é", "a\n"] {
            assert!(!is_config_name(bad), "{bad:?}");
        }
    }
}
