//! Every call that vigie makes, and the privileges it needs. What no row holds must never be
//! asked: a test compares the table with what simulated servers were asked.
//!
//! The privileges are those of the servers' own permission checks (PVE 7 to 9: `PVE/API2/*.pm`;
//! PBS 2 to 4: `src/api2`), and of what tokens without them were answered.

use crate::fleet::id::Product;

/// What becomes of a call without a privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    /// It is refused: 403, of a task's log at a PBS 400.
    Denied,
    /// It answers 200, with less.
    Blind,
}

/// One privilege that a call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// `Sys.Audit`.
    pub privilege: &'static str,
    /// `/nodes`: there and, but for `/`, on everything below.
    pub path: &'static str,
    /// What becomes of the call without.
    pub without: Without,
    /// The first major version of the product that asks for it; 0: all do.
    pub since: u32,
}

/// One call, whatever names stand in its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its path below `/api2/json`; `*` is any one name.
    pub call: &'static str,
    /// What it needs; nothing: any token may ask, and what vigie reads of the answer is whole.
    pub needs: &'static [Need],
}

const fn denied(privilege: &'static str, path: &'static str) -> Need {
    Need { privilege, path, without: Without::Denied, since: 0 }
}

const fn blind(privilege: &'static str, path: &'static str) -> Need {
    Need { privilege, path, without: Without::Blind, since: 0 }
}

const fn row(call: &'static str, needs: &'static [Need]) -> Row {
    Row { call, needs }
}

const CLUSTER: Need = denied("Sys.Audit", "/");
const NODE: Need = denied("Sys.Audit", "/nodes");
const GUESTS: Need = blind("VM.Audit", "/vms");
const STORAGES: Need = blind("Datastore.Audit", "/storage");

static PVE: [Row; 34] = [
    row("/version", &[]),
    row("/access/permissions", &[]),
    row("/cluster/status", &[CLUSTER]),
    row(
        "/cluster/resources",
        &[GUESTS, STORAGES, blind("Sys.Audit", "/nodes"), blind("Pool.Audit", "/pool")],
    ),
    row("/cluster/tasks", &[blind("Sys.Audit", "/")]),
    row("/cluster/replication", &[GUESTS]),
    row("/cluster/backup", &[CLUSTER]),
    row("/cluster/backup/*/included_volumes", &[CLUSTER, GUESTS]),
    row("/cluster/ha/status/current", &[CLUSTER]),
    row("/cluster/ha/rules", &[CLUSTER]),
    row("/cluster/ha/groups", &[CLUSTER]),
    row("/cluster/config/join", &[CLUSTER]),
    row("/cluster/config/qdevice", &[CLUSTER]),
    row("/storage", &[STORAGES]),
    // Of the nodes their fingerprints are read, which everybody sees.
    row("/nodes", &[]),
    row("/nodes/*/version", &[]),
    row("/nodes/*/certificates/info", &[]),
    row("/nodes/*/status", &[NODE]),
    row("/nodes/*/time", &[NODE]),
    row("/nodes/*/services", &[NODE]),
    row("/nodes/*/rrddata", &[NODE]),
    row("/nodes/*/disks/list", &[NODE]),
    row("/nodes/*/disks/zfs", &[CLUSTER]),
    row("/nodes/*/tasks", &[blind("Sys.Audit", "/nodes")]),
    row("/nodes/*/tasks/*/log", &[NODE]),
    row("/nodes/*/network", &[Need { since: 8, ..blind("SDN.Audit", "/sdn") }]),
    row("/nodes/*/replication", &[GUESTS]),
    row("/nodes/*/replication/*/log", &[denied("VM.Audit", "/vms")]),
    row("/nodes/*/qemu/*/config", &[denied("VM.Audit", "/vms")]),
    row("/nodes/*/lxc/*/config", &[denied("VM.Audit", "/vms")]),
    row("/nodes/*/qemu/*/rrddata", &[denied("VM.Audit", "/vms")]),
    row("/nodes/*/lxc/*/rrddata", &[denied("VM.Audit", "/vms")]),
    row("/nodes/*/storage/*/prunebackups", &[denied("Datastore.Audit", "/storage")]),
    row("/nodes/*/vzdump/defaults", &[denied("Datastore.Audit", "/storage")]),
];

const SYSTEM: Need = denied("Sys.Audit", "/system");
const STORE: Need = denied("Datastore.Audit", "/datastore");
const STORES: Need = blind("Datastore.Audit", "/datastore");
const REMOTES: Need = blind("Remote.Audit", "/remote");

static PBS: [Row; 26] = [
    row("/ping", &[]),
    row("/version", &[]),
    row("/access/permissions", &[]),
    row("/admin/datastore", &[STORES]),
    row("/config/datastore", &[STORES]),
    row("/status/datastore-usage", &[STORES]),
    row("/admin/datastore/*/namespace", &[STORE]),
    row("/admin/datastore/*/groups", &[STORE]),
    row("/admin/datastore/*/snapshots", &[STORE]),
    row("/admin/datastore/*/status", &[STORE]),
    row("/admin/datastore/*/gc", &[STORE]),
    row("/admin/datastore/*/rrd", &[STORE]),
    row("/admin/gc", &[STORES]),
    row("/admin/verify", &[STORES]),
    row("/admin/prune", &[STORES]),
    row("/admin/sync", &[STORES, REMOTES]),
    row("/config/remote", &[REMOTES]),
    row("/nodes/localhost/identity", &[]),
    row("/nodes/localhost/time", &[]),
    row("/nodes/localhost/status", &[SYSTEM]),
    row("/nodes/localhost/rrd", &[SYSTEM]),
    row("/nodes/localhost/services", &[SYSTEM]),
    row("/nodes/localhost/disks/zfs", &[SYSTEM]),
    row("/nodes/localhost/disks/list", &[SYSTEM]),
    row("/nodes/localhost/tasks", &[blind("Sys.Audit", "/system")]),
    row("/nodes/localhost/tasks/*/log", &[SYSTEM]),
];

/// Every call to a product.
pub fn all(product: Product) -> &'static [Row] {
    match product {
        Product::Pve => &PVE,
        Product::Pbs => &PBS,
    }
}

/// The row of a path as it was sent, its names percent-encoded, without parameters.
pub fn row_of(product: Product, path: &str) -> Option<&'static Row> {
    all(product).iter().find(|row| is_of(row.call, path))
}

fn is_of(call: &str, path: &str) -> bool {
    let (mut call, mut path) = (call.split('/'), path.split('/'));
    loop {
        match (call.next(), path.next()) {
            (None, None) => return true,
            (Some("*"), Some(name)) if !name.is_empty() => {}
            (Some(word), Some(name)) if word == name => {}
            _ => return false,
        }
    }
}
