//! Commands of Proxmox, every name quoted.

use std::fmt::Write;

use crate::fleet::id::{GuestKind, NodeName, StorageName};
use crate::fleet::pve::storage::PbsTarget;
use crate::shell::quote;

/// `qm` or `pct`.
pub(super) fn tool(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "qm",
        GuestKind::Lxc => "pct",
    }
}

/// The file of a guest's configuration as the cluster keeps it for a node.
pub(super) fn config(node: &NodeName, kind: GuestKind, vmid: u32) -> String {
    let dir = match kind {
        GuestKind::Qemu => "qemu-server",
        GuestKind::Lxc => "lxc",
    };
    quote(&format!("/etc/pve/nodes/{node}/{dir}/{vmid}.conf"))
}

/// The same, wherever the cluster keeps it now: it may have been moved.
pub(super) fn anywhere(kind: GuestKind, vmid: u32) -> String {
    let dir = match kind {
        GuestKind::Qemu => "qemu-server",
        GuestKind::Lxc => "lxc",
    };
    format!("/etc/pve/nodes/*/{dir}/{vmid}.conf")
}

/// `vm:101`, `ct:101`
pub(super) fn service(kind: GuestKind, vmid: u32) -> String {
    match kind {
        GuestKind::Qemu => format!("vm:{vmid}"),
        GuestKind::Lxc => format!("ct:{vmid}"),
    }
}

/// Restores a volume under a number: the two tools take their arguments in different orders.
pub(super) fn restore(
    kind: GuestKind,
    volume: &str,
    vmid: u32,
    storage: Option<&StorageName>,
) -> String {
    let to = storage.map_or_else(
        || " --storage STORAGE".to_owned(),
        |name| format!(" --storage {}", quote(name.as_str())),
    );
    let volume = quote(volume);
    match kind {
        GuestKind::Qemu => format!("qmrestore {volume} {vmid}{to}"),
        GuestKind::Lxc => format!("pct restore {vmid} {volume}{to}"),
    }
}

/// Makes a PBS known where it is not yet.
pub(super) fn add_pbs(name: &StorageName, pbs: &PbsTarget) -> String {
    let mut command = format!(
        "pvesm add pbs {} --server {} --datastore {}",
        quote(name.as_str()),
        quote(&pbs.server),
        quote(pbs.datastore.as_str()),
    );
    if pbs.port != 8007 {
        let _ = write!(command, " --port {}", pbs.port);
    }
    if !pbs.namespace.as_str().is_empty() {
        let _ = write!(command, " --namespace {}", quote(pbs.namespace.as_str()));
    }
    let _ = write!(command, " --username {} --password", quote(&pbs.username));
    if let Some(fingerprint) = pbs.fingerprint {
        let pairs: Vec<String> = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = write!(command, " --fingerprint {}", pairs.join(":"));
    }
    if pbs.encryption_key.is_some() {
        command.push_str(" --encryption-key KEYFILE");
    }
    command
}
