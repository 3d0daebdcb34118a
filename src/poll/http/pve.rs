//! The calls to PVE: path and parameters out, fleet types in.

use super::Request;
use crate::clock::zone;
use crate::fleet::id::GuestKind;
use crate::fleet::time::Epoch;
use crate::poll::call::{PveCall, Reading};
use crate::proxmox::pve::{
    backup, cluster, guest, log, node, placement, replication, resources, storage, task,
};
use crate::proxmox::{Malformed, encoded, rights};

/// Vzdump tasks that began longer ago are not asked for, seconds: older copies are proven by the
/// copies themselves.
const VZDUMPS_SINCE: i64 = 35 * 86_400;

/// The most vzdump tasks of one node; without a limit PVE gives 50.
const VZDUMPS: &str = "5000";

/// The most lines of a log. 0 means all of them only from 7.3 on, before that it means none.
const LINES: &str = "1000000";

/// The request of a call; `there` is the server's clock.
pub(super) fn request(call: &PveCall, there: Epoch) -> Request {
    let node = |node, what: &str| Request::new(format!("/nodes/{}/{what}", encoded(node)));
    match call {
        PveCall::Status => Request::new("/cluster/status"),
        PveCall::Resources => Request::new("/cluster/resources"),
        PveCall::Tasks => Request::new("/cluster/tasks"),
        PveCall::Version => Request::new("/version"),
        PveCall::Rights => Request::new("/access/permissions"),
        PveCall::Replication => Request::new("/cluster/replication"),
        PveCall::BackupJobs => Request::new("/cluster/backup"),
        PveCall::Storages => Request::new("/storage"),
        PveCall::Ha => Request::new("/cluster/ha/status/current"),
        PveCall::NodeReplication(n) => node(n.as_str(), "replication"),
        PveCall::NodeTime(n) => node(n.as_str(), "time"),
        PveCall::NodeVzdumps(n) => node(n.as_str(), "tasks")
            .with("typefilter", "vzdump")
            .with("source", "all")
            .with("since", there.minus(VZDUMPS_SINCE).0.max(0).to_string())
            .with("limit", VZDUMPS),
        PveCall::NodeStatus(n) => node(n.as_str(), "status"),
        PveCall::Included(job) => {
            Request::new(format!("/cluster/backup/{}/included_volumes", encoded(job.as_str())))
        }
        PveCall::Config(vmid, kind, n) => {
            let kind = match kind {
                GuestKind::Qemu => "qemu",
                GuestKind::Lxc => "lxc",
            };
            node(n.as_str(), &format!("{kind}/{vmid}/config"))
        }
        PveCall::Peers => Request::new("/nodes"),
        PveCall::Votes => Request::new("/cluster/config/join"),
        PveCall::Qdevice => Request::new("/cluster/config/qdevice"),
        PveCall::HaRules => Request::new("/cluster/ha/rules"),
        PveCall::HaGroups => Request::new("/cluster/ha/groups"),
        PveCall::NodeHistory(n) => {
            node(n.as_str(), "rrddata").with("timeframe", "hour").with("cf", "AVERAGE")
        }
        PveCall::NodeVersion(n) => node(n.as_str(), "version"),
        PveCall::NodeCertificates(n) => node(n.as_str(), "certificates/info"),
        PveCall::Log(n, upid) => {
            node(n.as_str(), &format!("tasks/{}/log", encoded(upid.as_str()))).with("limit", LINES)
        }
        PveCall::Files { storage, node: n, .. } => {
            node(n.as_str(), &format!("storage/{}/prunebackups", encoded(storage.as_str())))
                // Without it the call fails where no retention is configured. It is a dry run.
                .with("prune-backups", "keep-all=1")
        }
        PveCall::Defaults(n, storage) => {
            let request = node(n.as_str(), "vzdump/defaults");
            if storage.as_str().is_empty() {
                request
            } else {
                request.with("storage", storage.as_str())
            }
        }
        PveCall::NodeZfs(n) => node(n.as_str(), "disks/zfs"),
        PveCall::NodeBridges(n) => node(n.as_str(), "network").with("type", "any_bridge"),
        PveCall::NodeServices(n) => node(n.as_str(), "services"),
        PveCall::NodeDisks(n) => node(n.as_str(), "disks/list"),
    }
}

/// What an answer says.
pub(super) fn read(call: &PveCall, body: &[u8]) -> Result<Reading, Malformed> {
    Ok(match call {
        PveCall::Status => Reading::ClusterStatus(cluster::read_status(body)?),
        PveCall::Resources => Reading::Resources(resources::read(body)?),
        PveCall::Tasks | PveCall::NodeVzdumps(_) => Reading::Tasks(task::read(body)?),
        PveCall::Version | PveCall::NodeVersion(_) => {
            Reading::Version(cluster::read_version(body)?)
        }
        PveCall::Rights => Reading::Rights(rights::read(body)?),
        PveCall::Replication => Reading::ReplicationJobs(replication::read_jobs(body)?),
        PveCall::BackupJobs => Reading::BackupJobs(backup::read_jobs(body)?),
        PveCall::Storages => Reading::Storages(storage::read(body)?),
        PveCall::Ha => Reading::Ha(cluster::read_ha(body)?),
        PveCall::NodeReplication(_) => Reading::ReplicationStates(replication::read_states(body)?),
        PveCall::NodeTime(_) => Reading::Zone(zone::of(node::read_timezone(body)?)),
        PveCall::NodeStatus(_) => Reading::Host(node::read_status(body)?),
        PveCall::Included(_) => Reading::Included(backup::read_included(body)?),
        PveCall::Config(_, kind, _) => Reading::Config(guest::read(body, *kind)?),
        PveCall::Peers => Reading::Peers(cluster::read_peers(body)?),
        PveCall::Votes => Reading::Votes(cluster::read_votes(body)?),
        PveCall::Qdevice => Reading::Qdevice(cluster::read_qdevice(body)?),
        PveCall::HaRules => Reading::HaRules(placement::read_rules(body)?),
        PveCall::HaGroups => Reading::HaRules(placement::read_groups(body)?),
        PveCall::NodeHistory(_) => Reading::History(node::read_history(body)?),
        PveCall::NodeCertificates(_) => Reading::Certificates(node::read_certificates(body)?),
        PveCall::Log(..) => Reading::Log(log::read(body)?),
        PveCall::Files { .. } => Reading::Files(backup::read_files(body)?),
        PveCall::Defaults(..) => Reading::Defaults(backup::read_defaults(body)?),
        PveCall::NodeZfs(_) => Reading::Zfs(node::read_zfs(body)?),
        PveCall::NodeBridges(_) => Reading::Bridges(node::read_bridges(body)?),
        PveCall::NodeServices(_) => Reading::Services(node::read_services(body)?),
        PveCall::NodeDisks(_) => Reading::Disks(node::read_disks(body)?),
    })
}
