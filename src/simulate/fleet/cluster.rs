//! A PVE cluster, or a standalone host, as it is described.

use super::super::schedule::When;
use super::{SimVersion, Window};

/// One PVE cluster, or one standalone host (a cluster of one without a name).
#[derive(Clone, Debug)]
pub struct SimCluster {
    /// Name of the source in the written configuration.
    pub source: String,
    /// Corosync's name of the cluster; `None` is a standalone host.
    pub cluster_name: Option<String>,
    /// Version of pve-manager on all nodes.
    pub version: SimVersion,
    /// Time zone of all nodes.
    pub timezone: String,
    /// Whether the answering node has quorum where the votes say so; else it is alone.
    pub quorate: bool,
    /// Whether a QDevice gives its votes to the nodes that are there.
    pub qdevice: bool,
    /// The votes that somebody said to expect (`pvecm expected`); `None`: those of all members.
    pub expected: Option<usize>,
    /// Seconds the clocks of the nodes are ahead of true time.
    pub skew: i64,
    /// Nodes; each has its own listener.
    pub nodes: Vec<SimNode>,
    /// Guests.
    pub guests: Vec<SimGuest>,
    /// Entries of storage.cfg.
    pub storages: Vec<SimStorage>,
    /// Replication jobs.
    pub replication: Vec<SimReplication>,
    /// Backup jobs.
    pub backup_jobs: Vec<SimBackupJob>,
    /// Pools: name and comment.
    pub pools: Vec<(String, String)>,
    /// HA resources.
    pub ha: Vec<SimHa>,
    /// Where HA may start them.
    pub ha_rules: Vec<SimHaRule>,
    /// Since when the HA manager gives no sign of life, relative to the start.
    pub ha_master_dead_since: Option<i64>,
    /// Extra finished tasks beside the ones that follow from jobs.
    pub tasks: Vec<SimTask>,
}

/// One node.
#[derive(Clone, Debug)]
pub struct SimNode {
    /// Name.
    pub name: String,
    /// Address inside the cluster.
    pub ip: String,
    /// Processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Root file system in bytes.
    pub root: u64,
    /// Usual load 0..1.
    pub load: f64,
    /// Share of the memory that is used; `None` follows the load.
    pub memory_used: Option<f64>,
    /// Share of the swap that is used; `None`: there is no swap.
    pub swap_used: Option<f64>,
    /// Share of the time spent waiting for disks; `None` follows the load.
    pub iowait: Option<f64>,
    /// Share of the root file system that is used; `None` is something harmless.
    pub root_used: Option<f64>,
    /// Version of its pve-manager; `None` is the cluster's.
    pub version: Option<SimVersion>,
    /// Seconds before the start it was booted.
    pub booted: i64,
    /// Since when it is off, relative to the start; the cluster sees it offline at once, its
    /// guests turn unknown after five minutes.
    pub offline_since: Option<i64>,
    /// Since when its pvestatd hangs, relative to the start.
    pub statd_stale_since: Option<i64>,
    /// Since when its scheduler hangs, relative to the start: no backup and no replication begins,
    /// and nobody says so.
    pub idle_since: Option<i64>,
    /// Since when it and the other nodes do not hear of each other, relative to the start: it goes
    /// on alone and without quorum, the others with theirs.
    pub cut_off_since: Option<i64>,
    /// When its watchdog last reset it, relative to the start.
    pub fenced_since: Option<i64>,
    /// Since when its local resource manager gives no sign of life, relative to the start.
    pub lrm_dead_since: Option<i64>,
    /// Its bridges.
    pub bridges: Vec<String>,
    /// Services that do not run although enabled.
    pub stopped: Vec<String>,
    /// ZFS pools; none: ZFS is not installed.
    pub pools: Vec<SimPool>,
    /// Disks.
    pub disks: Vec<SimDisk>,
    /// Days from the start until its certificate ends.
    pub certificate_days: i64,
    /// Whether the certificate is a custom one (`pveproxy-ssl.pem`).
    pub custom_certificate: bool,
    /// Proxmox packages with an update waiting.
    pub updates: Vec<String>,
    /// Whether a subscription is active.
    pub subscribed: bool,
}

/// A ZFS pool.
#[derive(Clone, Debug)]
pub struct SimPool {
    /// Name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Allocated bytes.
    pub alloc: u64,
    /// Fragmentation in percent.
    pub frag: u32,
    /// `ONLINE`, `DEGRADED`, …
    pub health: String,
}

/// A disk of a node.
#[derive(Clone, Debug)]
pub struct SimDisk {
    /// `/dev/nvme0n1`.
    pub path: String,
    /// Model.
    pub model: String,
    /// `ssd`, `nvme`, `hdd`.
    pub kind: String,
    /// Size in bytes.
    pub size: u64,
    /// SMART word: `PASSED`, `FAILED!`, `UNKNOWN`.
    pub health: String,
    /// Percent of life remaining; `None` is `N/A`.
    pub wearout: Option<u32>,
}

/// qemu or lxc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl SimKind {
    /// PVE's word.
    pub fn pve(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        }
    }

    /// PBS's word.
    pub fn pbs(self) -> &'static str {
        match self {
            Self::Qemu => "vm",
            Self::Lxc => "ct",
        }
    }
}

/// A guest.
#[derive(Clone, Debug)]
pub struct SimGuest {
    /// VMID.
    pub vmid: u32,
    /// qemu or lxc.
    pub kind: SimKind,
    /// Name or host name.
    pub name: String,
    /// Node it lives on.
    pub node: String,
    /// How it came there; `None`: it was always there.
    pub moved: Option<SimMove>,
    /// QMP status: `running`, `stopped`, `paused`, `io-error`…
    pub status: String,
    /// Whether its node was reset under it, and starts nothing before there is quorum.
    pub waits: bool,
    /// Processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// The bridge its network card is plugged into.
    pub bridge: String,
    /// Volumes.
    pub volumes: Vec<SimVolume>,
    /// A template.
    pub template: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// Pool it belongs to.
    pub pool: Option<String>,
    /// A configuration lock.
    pub lock: Option<String>,
    /// Days before the start it was made.
    pub age_days: i64,
    /// Started at boot.
    pub onboot: bool,
    /// Runs of its backup job that start in here fail for it, with this text.
    pub backup_fails: Option<(Window, String)>,
    /// Snapshots of runs that start in here fail their verification.
    pub verify_fails: Option<Window>,
    /// Snapshots of runs that start in here are passed by when others are verified.
    pub verify_skips: Option<Window>,
    /// Notes.
    pub notes: Option<String>,
}

/// How a guest came to its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimMove {
    /// When, relative to the start.
    pub since: i64,
    /// Node of the same cluster it was on before; `None`: it was restored here and was nowhere.
    pub from: Option<String>,
}

/// A volume of a guest.
#[derive(Clone, Debug)]
pub struct SimVolume {
    /// `scsi0`, `rootfs`, `mp0`.
    pub key: String,
    /// Storage, or a path for a bind mount.
    pub storage: String,
    /// GiB.
    pub gib: u64,
    /// The `backup` flag as written.
    pub backup: Option<bool>,
    /// The `replicate` flag as written.
    pub replicate: Option<bool>,
}

/// An entry of storage.cfg.
#[derive(Clone, Debug)]
pub struct SimStorage {
    /// Name.
    pub id: String,
    /// `dir`, `zfspool`, `nfs`, `pbs`.
    pub plugin: String,
    /// Content types.
    pub content: Vec<String>,
    /// Seen by all nodes.
    pub shared: bool,
    /// Nodes it is limited to; empty is all.
    pub nodes: Vec<String>,
    /// Switched off.
    pub disabled: bool,
    /// Reachable.
    pub available: bool,
    /// Size in bytes.
    pub total: u64,
    /// Used bytes.
    pub used: u64,
    /// Of a `pbs` entry.
    pub pbs: Option<SimPbsEntry>,
}

/// What a storage of type `pbs` points at.
#[derive(Clone, Debug)]
pub struct SimPbsEntry {
    /// Source name of the simulated PBS.
    pub source: String,
    /// Datastore.
    pub datastore: String,
    /// Namespace; empty is the root.
    pub namespace: String,
    /// User or token; becomes the owner of the groups.
    pub username: String,
    /// Fingerprint of the key that copies are encrypted with.
    pub key: Option<String>,
}

/// A replication job.
#[derive(Clone, Debug)]
pub struct SimReplication {
    /// Guest.
    pub guest: u32,
    /// Number of the job.
    pub jobnum: u32,
    /// Target node.
    pub target: String,
    /// Schedule; `None` is written by nobody and means `*/15`.
    pub schedule: Option<When>,
    /// Seconds after the event a run starts.
    pub delay: i64,
    /// Seconds a run takes.
    pub duration: i64,
    /// MB/s.
    pub rate: Option<u32>,
    /// Comment.
    pub comment: Option<String>,
    /// Switched off.
    pub disabled: bool,
    /// Runs that start in here fail, with this text.
    pub fails: Option<(Window, String)>,
    /// Seconds before the start the job was made.
    pub made: i64,
}

/// A backup job.
#[derive(Clone, Debug)]
pub struct SimBackupJob {
    /// Id.
    pub id: String,
    /// Schedule.
    pub schedule: When,
    /// Storage entry it writes to.
    pub storage: String,
    /// Whom it takes.
    pub takes: SimSelection,
    /// Only on this node.
    pub node: Option<String>,
    /// Switched on.
    pub enabled: bool,
    /// Comment.
    pub comment: Option<String>,
    /// Days its copies are kept.
    pub keep_days: i64,
    /// Runs that start in here fail before the first guest, with this text.
    pub fails: Option<(Window, String)>,
}

/// Whom a backup job takes.
#[derive(Clone, Debug)]
pub enum SimSelection {
    /// Everybody but these.
    All(Vec<u32>),
    /// These.
    Vmids(Vec<u32>),
    /// Members of a pool.
    Pool(String),
}

impl SimSelection {
    /// Whether this guest is taken.
    pub fn takes(&self, guest: &SimGuest) -> bool {
        match self {
            Self::All(but) => !but.contains(&guest.vmid),
            Self::Vmids(vmids) => vmids.contains(&guest.vmid),
            Self::Pool(pool) => guest.pool.as_ref() == Some(pool),
        }
    }
}

/// An HA resource.
#[derive(Clone, Debug)]
pub struct SimHa {
    /// Guest.
    pub vmid: u32,
    /// State the manager sees: `started`, `error`, `fence`…
    pub state: String,
    /// State asked for.
    pub request: String,
}

/// A rule of HA; what PVE before 9 calls a group binds to nodes.
#[derive(Clone, Debug)]
pub struct SimHaRule {
    /// Its name.
    pub name: String,
    /// Whom it binds.
    pub guests: Vec<u32>,
    /// What it asks for.
    pub asks: SimHaAsk,
    /// Switched off.
    pub disabled: bool,
}

/// What a rule of HA asks for.
#[derive(Clone, Debug)]
pub enum SimHaAsk {
    /// These nodes, with their priorities; no other where it is strict.
    Nodes(Vec<(String, u32)>, bool),
    /// One node for all of them.
    Together,
    /// A node for each of them.
    Apart,
}

/// A finished or running task beside those of the jobs.
#[derive(Clone, Debug)]
pub struct SimTask {
    /// Node.
    pub node: String,
    /// Type: `qmstart`.
    pub kind: String,
    /// Id, empty when there is none.
    pub id: String,
    /// User.
    pub user: String,
    /// Start, relative to the start of the federation.
    pub start: i64,
    /// Seconds it took; `None` runs.
    pub took: Option<i64>,
    /// Exit status.
    pub status: String,
}

impl SimCluster {
    /// The node of this name.
    pub fn node(&self, name: &str) -> Option<&SimNode> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// The same, to change it.
    pub fn node_mut(&mut self, name: &str) -> Option<&mut SimNode> {
        self.nodes.iter_mut().find(|node| node.name == name)
    }

    /// Whether the nodes that were on at a time, relative to the start, had the votes. Those of a
    /// QDevice are what `pvecm qdevice setup` gives it. A standalone host needs none.
    pub fn has_quorum(&self, at: i64) -> bool {
        if self.cluster_name.is_none() {
            return true;
        }
        let all = self.nodes.len();
        let is_on = |node: &&SimNode| node.offline_since.is_none_or(|since| at < since);
        let on = self.nodes.iter().filter(is_on).count();
        let device = match (self.qdevice, all % 2) {
            (false, _) => 0,
            (true, 0) => 1,
            (true, _) => all.saturating_sub(1),
        };
        on > 0 && on + device > self.expected.unwrap_or(all + device) / 2
    }

    /// Since when the nodes that were on at a time, relative to the start, have had too few votes;
    /// none where they have enough.
    pub fn without_quorum_since(&self, at: i64) -> Option<i64> {
        if self.has_quorum(at) {
            return None;
        }
        let off = self.nodes.iter().filter_map(|node| node.offline_since);
        off.filter(|since| *since <= at && !self.has_quorum(*since)).min()
    }

    /// Whether HA keeps a guest of this node running, so that its watchdog is armed.
    pub fn is_armed(&self, node: &str) -> bool {
        // The local resource manager does not count these: nothing of them runs in its care.
        let idle = ["stopped", "freeze", "error", "ignored", "disabled", "queued"];
        let active = self.ha.iter().filter(|ha| !idle.contains(&ha.state.as_str()));
        active.filter_map(|ha| self.guest(ha.vmid)).any(|guest| guest.node == node)
    }

    /// Starts a guest on another node from what is there of it: its configuration moves, and the
    /// replication job that led there leads back, as PVE turns it by itself.
    pub fn move_guest(&mut self, vmid: u32, to: &str, since: i64) {
        let Some(guest) = self.guests.iter_mut().find(|guest| guest.vmid == vmid) else { return };
        let from = std::mem::replace(&mut guest.node, to.to_owned());
        for job in self.replication.iter_mut().filter(|job| job.guest == vmid) {
            if job.target == to {
                job.target.clone_from(&from);
            }
        }
        guest.moved = Some(SimMove { since, from: Some(from) });
    }

    /// Binds guests under HA to nodes of equal priority.
    pub fn bind(&mut self, name: &str, guests: &[u32], nodes: &[&str], strict: bool) {
        let nodes = nodes.iter().map(|node| ((*node).to_owned(), 0)).collect();
        self.ha_rules.push(SimHaRule {
            name: name.to_owned(),
            guests: guests.to_vec(),
            asks: SimHaAsk::Nodes(nodes, strict),
            disabled: false,
        });
    }

    /// The guest of this vmid.
    pub fn guest(&self, vmid: u32) -> Option<&SimGuest> {
        self.guests.iter().find(|guest| guest.vmid == vmid)
    }

    /// The same, to change it.
    pub fn guest_mut(&mut self, vmid: u32) -> Option<&mut SimGuest> {
        self.guests.iter_mut().find(|guest| guest.vmid == vmid)
    }

    /// The storage entry of this name.
    pub fn storage(&self, id: &str) -> Option<&SimStorage> {
        self.storages.iter().find(|storage| storage.id == id)
    }

    /// The replication job of this id (`100-0`).
    pub fn replication_job(&self, id: &str) -> Option<&SimReplication> {
        self.replication.iter().find(|job| job.id() == id)
    }

    /// The same, to change it.
    pub fn replication_job_mut(&mut self, id: &str) -> Option<&mut SimReplication> {
        self.replication.iter_mut().find(|job| job.id() == id)
    }
}

impl SimReplication {
    /// `100-0`.
    pub fn id(&self) -> String {
        format!("{}-{}", self.guest, self.jobnum)
    }
}

impl SimGuest {
    /// The node it was on at a time, relative to the start, where it was anywhere.
    pub fn node_at(&self, at: i64) -> Option<&str> {
        match &self.moved {
            Some(moved) if at < moved.since => moved.from.as_deref(),
            _ => Some(&self.node),
        }
    }

    /// Whether its processes run, whatever QMP says of them.
    pub fn runs(&self) -> bool {
        self.status != "stopped"
    }

    /// Bytes of all volumes a backup takes.
    pub fn backup_bytes(&self) -> u64 {
        self.volumes
            .iter()
            .filter(|volume| volume.backed_up())
            .map(|volume| volume.gib * (1 << 30))
            .sum()
    }
}

impl SimVolume {
    /// Whether a backup takes it: disks unless `backup=0`, mount points only with `backup=1`.
    pub fn backed_up(&self) -> bool {
        if self.storage.starts_with('/') {
            return false;
        }
        if self.key == "rootfs" {
            return true;
        }
        self.backup.unwrap_or(!self.key.starts_with("mp"))
    }
}
