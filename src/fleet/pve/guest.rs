//! A guest's configuration: `/nodes/{n}/qemu|lxc/{id}/config`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::id::StorageName;
use crate::fleet::time::Epoch;

/// What of a guest's configuration matters to keep it alive or bring it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestConfig {
    /// Its name or host name.
    pub name: Option<Arc<str>>,
    /// Whether it starts with its node.
    pub onboot: bool,
    /// Whether it is a template.
    pub template: bool,
    /// Whether it may not be removed.
    pub protection: bool,
    /// Whether the guest agent is enabled.
    pub agent: bool,
    /// What holds it.
    pub lock: Option<Arc<str>>,
    /// Creation (`meta`, `ctime=`; VMs since 7.1).
    pub created: Option<Epoch>,
    /// Operating system as configured.
    pub os: Option<Arc<str>>,
    /// Configured memory, bytes.
    pub memory: Option<u64>,
    /// Configured CPUs.
    pub cpus: Option<u32>,
    /// CPU type of a VM.
    pub cpu_type: Option<Arc<str>>,
    /// Disks and mount points, by key.
    pub disks: Vec<GuestDisk>,
    /// Network cards: key and bridge.
    pub bridges: Vec<(Arc<str>, Arc<str>)>,
    /// Passed-through devices: key and value.
    pub passthrough: Vec<(Arc<str>, Arc<str>)>,
    /// Notes, first lines, cleaned.
    pub description: Option<Arc<str>>,
}

/// What a disk or mount point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiskKind {
    /// A VM's disk, EFI or TPM state.
    Disk,
    /// A container's root file system.
    Rootfs,
    /// A container's volume mount point.
    MountPoint,
    /// A container's bind mount or device.
    Bind,
    /// A CD-ROM.
    Cdrom,
    /// A cloud-init drive.
    CloudInit,
    /// Detached: `unused0`.
    Unused,
}

/// One disk or mount point of a guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestDisk {
    /// `scsi0`, `rootfs`, `mp0`
    pub key: Arc<str>,
    /// What it is.
    pub kind: DiskKind,
    /// The volume id, a path for bind mounts.
    pub volume: Arc<str>,
    /// The storage it lies on.
    pub storage: Option<StorageName>,
    /// Bytes.
    pub size: Option<u64>,
    /// Whether vzdump takes it, as configured and by default.
    pub backup: bool,
    /// Whether replication takes it (`replicate=0` says no).
    pub replicate: bool,
}
