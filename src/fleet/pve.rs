//! What one survey of a PVE source holds.

pub mod backup;
pub mod cluster;
mod defaults;
pub mod guest;
pub mod network;
pub mod placement;
pub mod replication;
pub mod storage;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use self::backup::{BackupFile, BackupJob, IncludedVolumes, VzdumpDefaults};
use self::cluster::{ClusterStatus, HaStatus, NodeState, Peer, Qdevice, Resources, Votes};
use self::guest::GuestConfig;
use self::network::Bridge;
use self::placement::HaRule;
use self::replication::{ReplicationJob, ReplicationState};
use self::storage::StorageConfig;
use super::host::{CertificateFile, Disk, HostStatus, LoadHistory, Service, Version, ZfsPool};
use super::id::{JobId, NodeName, StorageName, Upid, Vmid};
use super::part::{Part, PartView};
use super::rights::Rights;
use super::task::{Task, VzdumpLog};
use super::tier;
use super::time::Epoch;
use super::zone::Zone;

/// Parts of one node, each read through `/nodes/{n}/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeParts {
    /// `status`
    pub status: Part<HostStatus>,
    /// `rrddata`, the last hour.
    pub history: Part<LoadHistory>,
    /// `replication`: runtime state of the jobs whose guest is there.
    pub replication: Part<Vec<ReplicationState>>,
    /// `services`
    pub services: Part<Vec<Service>>,
    /// `disks/zfs`; absent where there is no ZFS.
    pub zfs: Part<Vec<ZfsPool>>,
    /// `disks/list`
    pub disks: Part<Vec<Disk>>,
    /// `certificates/info`
    pub certificates: Part<Vec<CertificateFile>>,
    /// `time`: the node's time zone, an IANA name.
    pub timezone: Part<Zone>,
    /// `version`: of this node's pve-manager.
    pub version: Part<Version>,
    /// `tasks?typefilter=vzdump`: backup runs, newest first.
    pub vzdumps: Part<Vec<Task>>,
    /// `network`: its bridges.
    #[serde(default = "unread_bridges")]
    pub bridges: Part<Vec<Bridge>>,
}

impl NodeParts {
    /// A node of which nothing was asked yet.
    pub fn new(node: &NodeName) -> Self {
        let call = |rest: &str| format!("/nodes/{node}/{rest}");
        Self {
            status: Part::new(call("status"), tier::MEDIUM),
            history: Part::new(call("rrddata"), tier::SLOW),
            replication: Part::new(call("replication"), tier::MEDIUM),
            services: Part::new(call("services"), tier::SLOW),
            zfs: Part::new(call("disks/zfs"), tier::SLOW),
            disks: Part::new(call("disks/list"), tier::DAILY),
            certificates: Part::new(call("certificates/info"), tier::DAILY),
            timezone: Part::new(call("time"), tier::HOURLY),
            version: Part::new(call("version"), tier::HOURLY),
            vzdumps: Part::new(call("tasks"), tier::HOURLY),
            bridges: Part::new(call("network"), tier::SLOW),
        }
    }
}

/// What memory of an older version does not hold.
fn unread_rules() -> Part<Vec<HaRule>> {
    Part::new("/cluster/ha/rules", tier::SLOW)
}

/// What memory of an older version does not hold.
fn unread_bridges() -> Part<Vec<Bridge>> {
    Part::new("/nodes/network", tier::SLOW)
}

/// Everything one survey of a PVE source holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PveSurvey {
    /// `/version`, of the answering node.
    pub version: Part<Version>,
    /// `/access/permissions`
    pub rights: Part<Rights>,
    /// `/cluster/status`
    pub status: Part<ClusterStatus>,
    /// `/cluster/resources`
    pub resources: Part<Resources>,
    /// `/cluster/tasks`
    pub tasks: Part<Vec<Task>>,
    /// `/cluster/ha/status/current`
    pub ha: Part<HaStatus>,
    /// `/cluster/ha/rules`, before PVE 9 `/cluster/ha/groups`; asked for where HA is used.
    #[serde(default = "unread_rules")]
    pub ha_rules: Part<Vec<HaRule>>,
    /// `/cluster/config/join`; absent on a standalone host.
    pub votes: Part<Votes>,
    /// `/cluster/config/qdevice`: whether a QDevice gives votes.
    pub qdevice: Part<Qdevice>,
    /// `/nodes`: the certificate fingerprint of every node.
    pub peers: Part<Vec<Peer>>,
    /// `/cluster/replication`
    pub replication: Part<Vec<ReplicationJob>>,
    /// `/cluster/backup`
    pub backup_jobs: Part<Vec<BackupJob>>,
    /// `/cluster/backup/{id}/included_volumes`, per enabled job.
    pub included: BTreeMap<JobId, Part<IncludedVolumes>>,
    /// `/storage`
    pub storages: Part<Vec<StorageConfig>>,
    /// Per node.
    pub nodes: BTreeMap<NodeName, NodeParts>,
    /// `/nodes/{n}/qemu|lxc/{id}/config`, staggered over the hour.
    pub configs: BTreeMap<Vmid, Part<GuestConfig>>,
    /// `/nodes/{n}/storage/{s}/prunebackups`: vzdump files on file storages that a job uses; the
    /// inner key is the node for a local storage, the empty name for a shared one.
    pub files: BTreeMap<StorageName, BTreeMap<NodeName, Part<Vec<BackupFile>>>>,
    /// Logs of vzdumps that did not end well, read once each.
    pub logs: BTreeMap<Upid, Part<VzdumpLog>>,
    /// `/nodes/{n}/vzdump/defaults`, where a job leaves something to them; the inner key is the
    /// storage that was asked for, the empty name for none.
    #[serde(default)]
    pub defaults: BTreeMap<NodeName, BTreeMap<StorageName, Part<VzdumpDefaults>>>,
    /// What only watching can tell.
    pub sightings: super::sighting::Sightings,
}

impl PveSurvey {
    /// A source of which nothing was asked yet.
    pub fn new() -> Self {
        Self {
            version: Part::new("/version", tier::HOURLY),
            rights: Part::new("/access/permissions", tier::HOURLY),
            status: Part::new("/cluster/status", tier::FAST),
            resources: Part::new("/cluster/resources", tier::FAST),
            tasks: Part::new("/cluster/tasks", tier::FAST),
            ha: Part::new("/cluster/ha/status/current", tier::MEDIUM),
            ha_rules: unread_rules(),
            votes: Part::new("/cluster/config/join", tier::HOURLY),
            qdevice: Part::new("/cluster/config/qdevice", tier::HOURLY),
            peers: Part::new("/nodes", tier::HOURLY),
            replication: Part::new("/cluster/replication", tier::SLOW),
            backup_jobs: Part::new("/cluster/backup", tier::SLOW),
            included: BTreeMap::new(),
            storages: Part::new("/storage", tier::HOURLY),
            nodes: BTreeMap::new(),
            configs: BTreeMap::new(),
            files: BTreeMap::new(),
            logs: BTreeMap::new(),
            defaults: BTreeMap::new(),
            sightings: super::sighting::Sightings::default(),
        }
    }

    /// Nodes that can be asked: those the cluster sees now. Where `/cluster/status` was never
    /// answered (Sys.Audit is missing), those that are not offline in the resources.
    pub fn online_nodes(&self) -> BTreeSet<&NodeName> {
        match (self.status.known(), self.resources.known()) {
            (Some(status), _) => {
                status.members.iter().filter(|m| m.online).map(|m| &m.node).collect()
            }
            (None, Some(resources)) => {
                let alive = resources.nodes.iter().filter(|n| n.state != NodeState::Offline);
                alive.map(|n| &n.name).collect()
            }
            (None, None) => BTreeSet::new(),
        }
    }

    /// Nodes that now host a guest with a replication job: only they are asked for its state.
    pub fn replicated_nodes(&self) -> BTreeSet<&NodeName> {
        let (Some(jobs), Some(resources)) = (self.replication.known(), self.resources.known())
        else {
            return BTreeSet::new();
        };
        jobs.iter().filter_map(|job| resources.guest(job.guest)).map(|g| &g.node).collect()
    }

    /// Whether HA has anything in its care.
    pub fn uses_ha(&self) -> bool {
        self.ha.known().is_some_and(|ha| !ha.services.is_empty())
    }

    /// Whether the source is a cluster; true until it is known to be a standalone host.
    pub fn may_be_cluster(&self) -> bool {
        self.status.known().is_none_or(ClusterStatus::is_cluster)
    }

    /// Every part, in the order of its cost: fast first, disks last. Nothing is required of a
    /// node that is offline, nor of a host what only a cluster has.
    pub fn parts(&self, now: Epoch) -> Vec<PartView<'_>> {
        let mut parts = vec![
            self.status.view(true, now),
            self.resources.view(true, now),
            self.tasks.view(true, now),
            self.version.view(true, now),
            self.rights.view(true, now),
            self.ha.view(true, now),
            self.replication.view(true, now),
            self.backup_jobs.view(true, now),
            self.storages.view(true, now),
            self.peers.view(false, now),
        ];
        if self.uses_ha() {
            parts.push(self.ha_rules.view(true, now));
        }
        if self.may_be_cluster() {
            parts.extend([self.votes.view(true, now), self.qdevice.view(true, now)]);
        }
        parts.extend(self.included.values().map(|p| p.view(true, now)));
        let (online, replicated) = (self.online_nodes(), self.replicated_nodes());
        for (name, node) in &self.nodes {
            let on = online.contains(name);
            if replicated.contains(name) || node.replication.was_answered() {
                parts.push(node.replication.view(on && replicated.contains(name), now));
            }
            parts.extend([
                node.status.view(on, now),
                node.history.view(on, now),
                node.services.view(on, now),
                node.zfs.view(on, now),
                node.certificates.view(on, now),
                node.timezone.view(on, now),
                node.version.view(on, now),
                node.vzdumps.view(on, now),
                node.bridges.view(false, now),
            ]);
        }
        parts.extend(self.files.values().flat_map(|f| f.values().map(|p| p.view(true, now))));
        parts.extend(self.configs.values().map(|p| p.view(true, now)));
        parts.extend(self.defaults.values().flat_map(|d| d.values().map(|p| p.view(false, now))));
        parts.extend(self.logs.values().map(|p| p.view(false, now)));
        parts.extend(self.nodes.values().map(|n| n.disks.view(false, now)));
        parts
    }
}

impl Default for PveSurvey {
    fn default() -> Self {
        Self::new()
    }
}
