//! The cluster as a whole: members, quorum, HA, and the table of resources.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::host::Usage;
use crate::fleet::id::{GuestKind, NodeName, StorageName, Vmid};
use crate::fleet::time::Epoch;

/// `/cluster/status`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterStatus {
    /// The cluster's name; none on a standalone host.
    pub name: Option<Arc<str>>,
    /// Whether the answering node is quorate; none on a standalone host.
    pub quorate: Option<bool>,
    /// Configured members, offline ones too; one on a standalone host.
    pub members: Vec<Member>,
}

impl ClusterStatus {
    /// Whether this is a cluster of several, or could be.
    pub fn is_cluster(&self) -> bool {
        self.name.is_some()
    }

    /// The node that answered.
    pub fn answering(&self) -> Option<&Member> {
        self.members.iter().find(|m| m.local)
    }

    /// A member by name.
    pub fn member(&self, node: &NodeName) -> Option<&Member> {
        self.members.iter().find(|m| m.node == *node)
    }

    /// Whether the answering node has quorum: true on a standalone host.
    pub fn has_quorum(&self) -> bool {
        self.name.is_none() || self.quorate == Some(true)
    }
}

/// One member of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub node: NodeName,
    /// Its number in corosync.
    pub nodeid: Option<u32>,
    /// Whether corosync sees it, as the answering node tells.
    pub online: bool,
    /// Whether it is the answering node.
    pub local: bool,
    /// Its address.
    pub address: Option<Arc<str>>,
}

/// `/cluster/config/join`: votes per node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// Node and its votes.
    pub nodes: Vec<(NodeName, u32)>,
}

/// `/nodes`: what a node's peers present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// The node.
    pub node: NodeName,
    /// SHA-256 of the certificate it serves (`ssl_fingerprint`).
    pub fingerprint: Option<[u8; 32]>,
}

/// `/cluster/ha/status/current`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaStatus {
    /// The manager (CRM master), once HA was ever used.
    pub master: Option<HaDaemon>,
    /// The local resource managers.
    pub lrms: Vec<HaDaemon>,
    /// Managed guests.
    pub services: Vec<HaService>,
}

/// A daemon of the HA stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaDaemon {
    /// Where it runs.
    pub node: NodeName,
    /// Its last sign of life, the server's clock.
    pub timestamp: Option<Epoch>,
    /// PVE's sentence.
    pub status: Arc<str>,
}

/// One guest under HA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaService {
    /// `vm:100`, `ct:101` → the number.
    pub vmid: Vmid,
    /// Where it is.
    pub node: NodeName,
    /// started, stopped, error, fence, recovery…
    pub state: Arc<str>,
    /// What the CRM aims at.
    pub request: Option<Arc<str>>,
    /// The group it is in (before PVE 9).
    #[serde(default)]
    pub group: Option<Arc<str>>,
}

/// Whether a QDevice gives votes: `/cluster/config/qdevice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "QdeviceSaid", into = "QdeviceSaid")]
pub enum Qdevice {
    /// There is none.
    None,
    /// It votes.
    Votes,
    /// It is set up, and its votes are expected; its server does not answer: it gives none.
    Silent,
}

/// As it is remembered: whether it votes; where that is not all, that it is silent.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum QdeviceSaid {
    Votes(bool),
    Other(Silence),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Silence {
    Silent,
}

impl From<QdeviceSaid> for Qdevice {
    fn from(said: QdeviceSaid) -> Self {
        match said {
            QdeviceSaid::Votes(true) => Self::Votes,
            QdeviceSaid::Votes(false) => Self::None,
            QdeviceSaid::Other(Silence::Silent) => Self::Silent,
        }
    }
}

impl From<Qdevice> for QdeviceSaid {
    fn from(qdevice: Qdevice) -> Self {
        match qdevice {
            Qdevice::Votes => Self::Votes(true),
            Qdevice::None => Self::Votes(false),
            Qdevice::Silent => Self::Other(Silence::Silent),
        }
    }
}

/// `/cluster/resources`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// Nodes, by name.
    pub nodes: Vec<Node>,
    /// Guests, by number.
    pub guests: Vec<Guest>,
    /// Storages per node, by name and node.
    pub storages: Vec<Storage>,
}

impl Resources {
    /// A node by name.
    pub fn node(&self, name: &NodeName) -> Option<&Node> {
        self.nodes.iter().find(|n| n.name == *name)
    }

    /// A guest by number: the list is sorted.
    pub fn guest(&self, vmid: Vmid) -> Option<&Guest> {
        self.guests.binary_search_by_key(&vmid, |g| g.vmid).ok().and_then(|i| self.guests.get(i))
    }
}

/// A node's state in `/cluster/resources`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeState {
    /// Member of the cluster, and its pvestatd reports.
    Online,
    /// Not seen by corosync.
    Offline,
    /// Seen by corosync, but nothing from its pvestatd for five minutes.
    Unknown,
}

/// A node's row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: NodeName,
    /// Its state.
    pub state: NodeState,
    /// Load 0..=1.
    pub cpu: Option<f64>,
    /// Threads.
    pub cpus: Option<f64>,
    /// Memory, bytes.
    pub memory: Option<Usage>,
    /// Root file system, bytes.
    pub rootfs: Option<Usage>,
    /// Seconds since boot.
    pub uptime: Option<u64>,
    /// HA's word for it (8.3).
    pub ha: Option<Arc<str>>,
}

/// A guest's row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guest {
    /// Its number.
    pub vmid: Vmid,
    /// VM or container.
    pub kind: GuestKind,
    /// Where it is.
    pub node: NodeName,
    /// Its name; none where PVE no longer tells (node dead for five minutes).
    pub name: Option<Arc<str>>,
    /// PVE's word: running, stopped, paused, unknown…
    pub state: Arc<str>,
    /// Whether it is a template.
    pub template: bool,
    /// Seconds since its start.
    pub uptime: Option<u64>,
    /// Load 0..=1 of its own CPUs.
    pub cpu: Option<f64>,
    /// Its CPUs.
    pub cpus: Option<f64>,
    /// Memory, bytes.
    pub memory: Option<Usage>,
    /// Boot disk (VM: total only), root file system (container), bytes.
    pub disk: Option<Usage>,
    /// Its pool.
    pub pool: Option<Arc<str>>,
    /// HA's state for it; present only where HA knows it.
    pub ha: Option<Arc<str>>,
    /// What holds it: backup, migrate, snapshot…
    pub lock: Option<Arc<str>>,
    /// Its tags, in PVE's order.
    pub tags: Vec<Arc<str>>,
}

/// A storage's row on one node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// Its id.
    pub name: StorageName,
    /// The node this row is about.
    pub node: NodeName,
    /// Its type: dir, zfspool, pbs…
    pub kind: Arc<str>,
    /// What it holds: images, backup…
    pub content: Vec<Arc<str>>,
    /// Whether all nodes see the same.
    pub shared: bool,
    /// `available` as true; `unknown` as false.
    pub available: bool,
    /// Bytes.
    pub usage: Option<Usage>,
}
