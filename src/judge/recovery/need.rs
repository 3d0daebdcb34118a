//! What a guest needs where it is to run again: memory, and room for its disks.

use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::guest::{DiskKind, GuestConfig, GuestDisk};

/// Disks that hold data: no CD, no cloud-init drive, nothing detached.
pub fn data(config: Option<&GuestConfig>) -> impl Iterator<Item = &GuestDisk> {
    let disks = config.map_or(&[][..], |config| &config.disks);
    disks.iter().filter(|disk| {
        matches!(disk.kind, DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint)
    })
}

/// What a guest's node must have, bytes: nothing to run it with where it does not run. None: it
/// cannot be told.
pub fn memory(guest: &Guest, config: Option<&GuestConfig>) -> Option<u64> {
    if &*guest.state == "stopped" || guest.template {
        return Some(0);
    }
    let configured = config.and_then(|config| config.memory);
    configured.or(guest.memory.map(|memory| memory.total))
}

/// The CPUs that a guest is given. None: it cannot be told.
pub fn cpus(guest: &Guest, config: Option<&GuestConfig>) -> Option<f64> {
    let configured = config.and_then(|config| config.cpus).map(f64::from);
    configured.or(guest.cpus).filter(|cpus| cpus.is_finite())
}

/// What a restored copy takes, bytes: the disks that were copied as they are configured, else the
/// copy's own size.
pub fn restored(config: Option<&GuestConfig>, copy: Option<u64>) -> Option<u64> {
    let sizes = data(config).filter(|disk| disk.backup).map(|disk| disk.size);
    let disks = config.and_then(|_| sizes.sum::<Option<u64>>()).filter(|size| *size > 0);
    disks.or(copy)
}
