//! The calls to a PBS: path and parameters out, fleet types in.

use super::{LARGE, LISTING, Request};
use crate::clock::zone;
use crate::fleet::host::Version;
use crate::fleet::id::{BackupType, Namespace, StoreName};
use crate::poll::call::{PbsCall, Reading};
use crate::proxmox::pbs::{copies, datastore, job, server, task};
use crate::proxmox::pve::node;
use crate::proxmox::{Malformed, encoded, rights};

/// The request of a call; what a server understands depends on its version.
pub(super) fn request(call: &PbsCall, version: Option<&Version>) -> Request {
    let store = |store: &StoreName, what: &str| {
        Request::new(format!("/admin/datastore/{}/{what}", encoded(store.as_str())))
    };
    match call {
        PbsCall::Ping => Request::new("/ping"),
        PbsCall::Version => Request::new("/version"),
        PbsCall::Rights => Request::new("/access/permissions"),
        PbsCall::Datastores => Request::new("/admin/datastore"),
        PbsCall::Tasks { since } => Request::new("/nodes/localhost/tasks")
            .with("since", since.0.max(0).to_string())
            // Here, unlike on PVE, it means no limit.
            .with("limit", "0"),
        PbsCall::Status => Request::new("/nodes/localhost/status"),
        PbsCall::Time => Request::new("/nodes/localhost/time"),
        PbsCall::Config => Request::new("/config/datastore"),
        PbsCall::Namespaces(s) => store(s, "namespace"),
        PbsCall::Groups(s, ns) => within(store(s, "groups"), ns),
        PbsCall::Usage => Request::new("/status/datastore-usage"),
        PbsCall::StoreStatus(s) => store(s, "status"),
        PbsCall::GroupCopies(s, ns, kind, id) => {
            let kind = match kind {
                BackupType::Vm => "vm",
                BackupType::Ct => "ct",
                BackupType::Host => "host",
            };
            within(store(s, "snapshots"), ns)
                .with("backup-type", kind)
                .with("backup-id", id.to_string())
        }
        PbsCall::Copies(s, ns) => {
            let request = within(store(s, "snapshots"), ns);
            Request { deadline: LISTING, max_body: LARGE, ..request }
        }
        PbsCall::Verify => Request::new("/admin/verify"),
        PbsCall::Prune => Request::new("/admin/prune"),
        PbsCall::Sync => {
            let request = Request::new("/admin/sync");
            // Without it push jobs are left out; before 3.3 there were none, and the parameter
            // is an error.
            if version.is_some_and(|v| v.at_least(3, 3, 0)) {
                request.with("sync-direction", "all")
            } else {
                request
            }
        }
        PbsCall::Gc => Request::new("/admin/gc"),
        PbsCall::StoreGc(s) => store(s, "gc"),
        PbsCall::Remotes => Request::new("/config/remote"),
        PbsCall::Identity => Request::new("/nodes/localhost/identity"),
        PbsCall::History => {
            Request::new("/nodes/localhost/rrd").with("timeframe", "hour").with("cf", "AVERAGE")
        }
        PbsCall::Services => Request::new("/nodes/localhost/services"),
        PbsCall::Zfs => Request::new("/nodes/localhost/disks/zfs"),
        PbsCall::Disks => Request::new("/nodes/localhost/disks/list"),
    }
}

/// The root is the default, and before 2.2 there was no such parameter.
fn within(request: Request, ns: &Namespace) -> Request {
    if ns.as_str().is_empty() { request } else { request.with("ns", ns.as_str()) }
}

/// What an answer says.
pub(super) fn read(call: &PbsCall, body: &[u8]) -> Result<Reading, Malformed> {
    Ok(match call {
        PbsCall::Ping => {
            server::read_ping(body)?;
            Reading::Pong
        }
        PbsCall::Version => Reading::Version(server::read_version(body)?),
        PbsCall::Rights => Reading::Rights(rights::read(body)?),
        PbsCall::Datastores => Reading::Datastores(datastore::read_list(body)?),
        PbsCall::Tasks { .. } => Reading::Tasks(task::read(body)?),
        PbsCall::Status => Reading::Host(node::read_status(body)?),
        PbsCall::Time => Reading::Zone(zone::of(node::read_timezone(body)?)),
        PbsCall::Config => Reading::DatastoreConfigs(datastore::read_config(body)?),
        PbsCall::Namespaces(_) => Reading::Namespaces(datastore::read_namespaces(body)?),
        PbsCall::Groups(..) => Reading::Groups(copies::read_groups(body)?),
        PbsCall::Usage => Reading::DatastoreUsages(datastore::read_usage(body)?),
        PbsCall::StoreStatus(_) => Reading::Usage(datastore::read_status(body)?),
        PbsCall::GroupCopies(..) | PbsCall::Copies(..) => {
            Reading::Copies(copies::read_snapshots(body)?)
        }
        PbsCall::Verify | PbsCall::Prune | PbsCall::Sync => Reading::Jobs(job::read_jobs(body)?),
        PbsCall::Gc => Reading::Gc(job::read_gc_list(body)?),
        PbsCall::StoreGc(store) => Reading::Gc(vec![job::read_gc(body, store)?]),
        PbsCall::Remotes => Reading::Remotes(server::read_remotes(body)?),
        PbsCall::Identity => Reading::Text(server::read_identity(body)?),
        PbsCall::History => Reading::History(node::read_history(body)?),
        PbsCall::Services => Reading::Services(node::read_services(body)?),
        PbsCall::Zfs => Reading::Zfs(node::read_zfs(body)?),
        PbsCall::Disks => Reading::Disks(node::read_disks(body)?),
    })
}
