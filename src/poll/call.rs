//! The calls a source can be asked, and what each answer is made into.

use std::sync::Arc;

use crate::fleet::host::{
    CertificateFile, Disk, HostStatus, LoadHistory, Service, Usage, Version, ZfsPool,
};
use crate::fleet::id::{
    BackupType, GuestKind, JobId, Namespace, NodeName, StorageName, StoreName, Upid, Vmid,
};
use crate::fleet::look::{Ask, Seen};
use crate::fleet::pbs::copies::{Group, GroupCopies};
use crate::fleet::pbs::datastore::{DatastoreConfig, DatastoreInfo, DatastoreUsage};
use crate::fleet::pbs::job::{GcStatus, PbsJob};
use crate::fleet::pve::backup::{BackupFile, BackupJob, IncludedVolumes, VzdumpDefaults};
use crate::fleet::pve::cluster::{ClusterStatus, HaStatus, Peer, Resources, Votes};
use crate::fleet::pve::guest::GuestConfig;
use crate::fleet::pve::network::Bridge;
use crate::fleet::pve::placement::HaRule;
use crate::fleet::pve::replication::{ReplicationJob, ReplicationState};
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::rights::Rights;
use crate::fleet::task::{Task, VzdumpLog};
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;

/// One GET, by meaning. Ordered by how soon its answer is wanted: cheap and telling first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// What somebody looks at.
    Look(Ask),
    /// To a PVE source.
    Pve(PveCall),
    /// To a PBS.
    Pbs(PbsCall),
}

/// One GET to a PVE source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PveCall {
    /// `/cluster/status`
    Status,
    /// `/cluster/resources`
    Resources,
    /// `/cluster/tasks`
    Tasks,
    /// `/version`
    Version,
    /// `/access/permissions`
    Rights,
    /// `/cluster/replication`
    Replication,
    /// `/cluster/backup`
    BackupJobs,
    /// `/storage`
    Storages,
    /// `/cluster/ha/status/current`
    Ha,
    /// `/nodes/{n}/replication`, never two of one cluster at a time.
    NodeReplication(NodeName),
    /// `/nodes/{n}/time`
    NodeTime(NodeName),
    /// `/nodes/{n}/tasks?typefilter=vzdump`, those that began after the time given.
    NodeVzdumps(NodeName),
    /// `/nodes/{n}/status`
    NodeStatus(NodeName),
    /// `/cluster/backup/{id}/included_volumes`
    Included(JobId),
    /// `/nodes/{n}/qemu|lxc/{id}/config`
    Config(Vmid, GuestKind, NodeName),
    /// `/nodes`
    Peers,
    /// `/cluster/config/join`
    Votes,
    /// `/cluster/config/qdevice`
    Qdevice,
    /// `/cluster/ha/rules`, from PVE 9 on.
    HaRules,
    /// `/cluster/ha/groups`, before.
    HaGroups,
    /// `/nodes/{n}/rrddata?timeframe=hour`
    NodeHistory(NodeName),
    /// `/nodes/{n}/version`
    NodeVersion(NodeName),
    /// `/nodes/{n}/certificates/info`
    NodeCertificates(NodeName),
    /// `/nodes/{n}/network?type=any_bridge`: any token may ask, and sees what it has rights on.
    NodeBridges(NodeName),
    /// `/nodes/{n}/tasks/{upid}/log`, of a vzdump that did not end well.
    Log(NodeName, Upid),
    /// `/nodes/{n}/storage/{s}/prunebackups`, a dry run; shared or the node's own.
    Files {
        /// The storage.
        storage: StorageName,
        /// The node that is asked.
        node: NodeName,
        /// Whether the answer holds for all nodes.
        shared: bool,
    },
    /// `/nodes/{n}/vzdump/defaults`, of a storage or (the empty name) of none in particular.
    Defaults(NodeName, StorageName),
    /// `/nodes/{n}/disks/zfs`
    NodeZfs(NodeName),
    /// `/nodes/{n}/services`
    NodeServices(NodeName),
    /// `/nodes/{n}/disks/list`, with SMART: the dearest of all.
    NodeDisks(NodeName),
}

/// One GET to a PBS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PbsCall {
    /// `/ping`: no token needed, proves that somebody is there.
    Ping,
    /// `/version`: proves the token.
    Version,
    /// `/access/permissions`
    Rights,
    /// `/admin/datastore`
    Datastores,
    /// `/nodes/localhost/tasks`
    Tasks {
        /// Only those that began at or after this, the server's clock.
        since: Epoch,
    },
    /// `/nodes/localhost/status`
    Status,
    /// `/nodes/localhost/time`
    Time,
    /// `/config/datastore`
    Config,
    /// `/admin/datastore/{s}/namespace`
    Namespaces(StoreName),
    /// `/admin/datastore/{s}/groups`
    Groups(StoreName, Namespace),
    /// `/status/datastore-usage`
    Usage,
    /// `/admin/datastore/{s}/status`, when the call for all fails.
    StoreStatus(StoreName),
    /// `/admin/datastore/{s}/snapshots` of one group that changed.
    GroupCopies(StoreName, Namespace, BackupType, Arc<str>),
    /// `/admin/datastore/{s}/snapshots`, all of a namespace.
    Copies(StoreName, Namespace),
    /// `/admin/verify`
    Verify,
    /// `/admin/prune`
    Prune,
    /// `/admin/sync`
    Sync,
    /// `/admin/gc`
    Gc,
    /// `/admin/datastore/{s}/gc`, where the list does not exist.
    StoreGc(StoreName),
    /// `/config/remote`
    Remotes,
    /// `/nodes/localhost/identity`
    Identity,
    /// `/nodes/localhost/rrd?timeframe=hour`
    History,
    /// `/nodes/localhost/services`
    Services,
    /// `/nodes/localhost/disks/zfs`
    Zfs,
    /// `/nodes/localhost/disks/list`, with SMART.
    Disks,
}

impl Call {
    /// Whether it may take long on the server (scans disks, forks, takes locks). Of these only
    /// a few fly at once, so that the cheap ones always find a way.
    pub fn is_dear(&self) -> bool {
        match self {
            Self::Pve(call) => matches!(
                call,
                PveCall::NodeReplication(_)
                    | PveCall::Included(_)
                    | PveCall::Files { .. }
                    | PveCall::NodeZfs(_)
                    | PveCall::NodeServices(_)
                    | PveCall::NodeDisks(_)
                    | PveCall::Log(..)
            ),
            // Files of one node, read in one go.
            Self::Look(_) => false,
            Self::Pbs(call) => matches!(
                call,
                PbsCall::Copies(..)
                    | PbsCall::Groups(..)
                    | PbsCall::Usage
                    | PbsCall::Services
                    | PbsCall::Zfs
                    | PbsCall::Disks
            ),
        }
    }

    /// Whether it belongs to the fast round: with these answered, a round is whole.
    pub fn is_fast(&self) -> bool {
        matches!(
            self,
            Self::Pve(PveCall::Status | PveCall::Resources | PveCall::Tasks)
                | Self::Pbs(PbsCall::Ping)
        )
    }

    /// Whether there may be thousands of its kind at one source.
    pub fn is_of_many(&self) -> bool {
        matches!(
            self,
            Self::Pve(PveCall::Config(..) | PveCall::Log(..)) | Self::Pbs(PbsCall::GroupCopies(..))
        )
    }

    /// Whether it is asked because somebody looks, not for a survey.
    pub fn is_look(&self) -> bool {
        matches!(self, Self::Look(_))
    }

    /// Whether it takes the cluster's lock, so that never two of them may run at once.
    pub fn takes_lock(&self) -> bool {
        matches!(self, Self::Pve(PveCall::NodeReplication(_)))
    }
}

/// An answer, made into fleet types.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// The server's way to say that there is no such thing.
    Absent,
    /// `/version`
    Version(Version),
    /// `/access/permissions`
    Rights(Rights),
    /// `/cluster/status`
    ClusterStatus(ClusterStatus),
    /// `/cluster/resources`
    Resources(Resources),
    /// Task lists.
    Tasks(Vec<Task>),
    /// `/cluster/ha/status/current`
    Ha(HaStatus),
    /// `/cluster/config/join`
    Votes(Votes),
    /// `/cluster/config/qdevice`
    Qdevice(crate::fleet::pve::cluster::Qdevice),
    /// `/cluster/ha/rules`, `/cluster/ha/groups`
    HaRules(Vec<HaRule>),
    /// `/nodes`
    Peers(Vec<Peer>),
    /// `/cluster/replication`
    ReplicationJobs(Vec<ReplicationJob>),
    /// `/nodes/{n}/replication`
    ReplicationStates(Vec<ReplicationState>),
    /// `/cluster/backup`
    BackupJobs(Vec<BackupJob>),
    /// `/cluster/backup/{id}/included_volumes`
    Included(IncludedVolumes),
    /// `/nodes/{n}/vzdump/defaults`
    Defaults(VzdumpDefaults),
    /// `/storage`
    Storages(Vec<StorageConfig>),
    /// Host status.
    Host(HostStatus),
    /// Host history.
    History(LoadHistory),
    /// Services.
    Services(Vec<Service>),
    /// ZFS pools.
    Zfs(Vec<ZfsPool>),
    /// Bridges.
    Bridges(Vec<Bridge>),
    /// Disks.
    Disks(Vec<Disk>),
    /// Certificates.
    Certificates(Vec<CertificateFile>),
    /// A time zone.
    Zone(Zone),
    /// An instance id.
    Text(Arc<str>),
    /// A guest's configuration.
    Config(GuestConfig),
    /// Vzdump files.
    Files(Vec<BackupFile>),
    /// A vzdump log.
    Log(VzdumpLog),
    /// `/ping`
    Pong,
    /// `/admin/datastore`
    Datastores(Vec<DatastoreInfo>),
    /// `/config/datastore`
    DatastoreConfigs(Vec<DatastoreConfig>),
    /// `/status/datastore-usage`
    DatastoreUsages(Vec<DatastoreUsage>),
    /// `/admin/datastore/{s}/status`
    Usage(Usage),
    /// Namespaces.
    Namespaces(Vec<Namespace>),
    /// Groups.
    Groups(Vec<Group>),
    /// Snapshots per group.
    Copies(Vec<GroupCopies>),
    /// Verify, prune, sync jobs.
    Jobs(Vec<PbsJob>),
    /// Garbage collection, one or all.
    Gc(Vec<GcStatus>),
    /// What somebody looks at.
    Seen(Seen),
    /// Remotes: name and host.
    Remotes(Vec<(Arc<str>, Arc<str>)>),
}
