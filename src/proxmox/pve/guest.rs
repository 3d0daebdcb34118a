//! `/nodes/{n}/qemu|lxc/{id}/config`

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::fleet::id::{GuestKind, StorageName};
use crate::fleet::pve::guest::{DiskKind, GuestConfig, GuestDisk};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::property::{Property, size};
use crate::proxmox::scalar::truth;
use crate::proxmox::{Malformed, data, scalar};

#[derive(Deserialize)]
#[serde(transparent)]
struct Text(#[serde(deserialize_with = "scalar::text")] Option<String>);

/// Reads the answer.
pub fn read(body: &[u8], kind: GuestKind) -> Result<GuestConfig, Malformed> {
    let wire: BTreeMap<String, Text> = data(body)?;
    let values: BTreeMap<String, String> =
        wire.into_iter().filter_map(|(key, value)| Some((key, value.0?))).collect();
    Ok(config(&values, kind))
}

fn config(values: &BTreeMap<String, String>, kind: GuestKind) -> GuestConfig {
    let get = |key: &str| values.get(key).map(String::as_str);
    let flag = |key: &str| get(key).and_then(truth).unwrap_or(false);
    let number = |key: &str| get(key).and_then(|t| t.trim().parse::<u64>().ok());
    let name = if kind == GuestKind::Qemu { "name" } else { "hostname" };
    GuestConfig {
        name: get(name).map(cleaned),
        onboot: flag("onboot"),
        template: flag("template"),
        protection: flag("protection"),
        agent: get("agent").is_some_and(is_agent_on),
        lock: get("lock").map(cleaned),
        created: get("meta").and_then(created),
        os: get("ostype").map(cleaned),
        memory: memory(values, number("memory"), kind),
        cpus: cpus(number("cores"), number("sockets"), kind),
        cpu_type: get("cpu").map(|cpu| {
            let cpu = Property::parse(cpu);
            cleaned(cpu.main.as_deref().or(cpu.get("cputype")).unwrap_or(""))
        }),
        disks: disks(values, kind),
        bridges: bridges(values),
        passthrough: passthrough(values),
        description: get("description").map(cleaned),
    }
}

/// `1`, `enabled=1,fstrim…`, `1,type=virtio`
fn is_agent_on(text: &str) -> bool {
    let agent = Property::parse(text);
    agent.main.as_deref().and_then(truth).or(agent.flag("enabled")).unwrap_or(false)
}

/// `creation-qemu=9.0,ctime=1700000000`
fn created(text: &str) -> Option<Epoch> {
    Property::parse(text).get("ctime")?.parse().ok().filter(|t| *t > 0).map(Epoch)
}

/// Configured memory in bytes; both products have 512 MiB where nothing is written.
fn memory(values: &BTreeMap<String, String>, plain: Option<u64>, kind: GuestKind) -> Option<u64> {
    let mib = plain.or_else(|| match (kind, values.get("memory")) {
        // `current=4096` since 8.1
        (GuestKind::Qemu, Some(text)) => Property::parse(text).get("current")?.parse().ok(),
        (_, None) => Some(512),
        _ => None,
    })?;
    mib.checked_mul(1 << 20)
}

/// A VM has one core in one socket by default; a container without limit has those of its node.
fn cpus(cores: Option<u64>, sockets: Option<u64>, kind: GuestKind) -> Option<u32> {
    let count = match kind {
        GuestKind::Qemu => cores.unwrap_or(1).checked_mul(sockets.unwrap_or(1))?,
        GuestKind::Lxc => cores?,
    };
    u32::try_from(count).ok()
}

/// Splits `scsi12` into its bus and number.
fn numbered(key: &str) -> Option<(&str, u32)> {
    let bus = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = key.get(bus.len()..)?.parse().ok()?;
    Some((bus, number))
}

fn disks(values: &BTreeMap<String, String>, kind: GuestKind) -> Vec<GuestDisk> {
    let ovmf = values.get("bios").is_some_and(|bios| bios == "ovmf");
    let mut disks: Vec<_> = values
        .iter()
        .filter_map(|(key, value)| {
            let bus = if key == "rootfs" { "rootfs" } else { numbered(key)?.0 };
            let property = Property::parse(value);
            let volume = property.main.clone().or(property.get("file").map(str::to_owned))?;
            let (what, default) = what(kind, bus, &volume, &property, ovmf)?;
            Some(GuestDisk {
                key: cleaned(key),
                kind: what,
                storage: storage(&volume),
                size: property.get("size").and_then(size),
                backup: match what {
                    DiskKind::Disk | DiskKind::MountPoint => {
                        property.flag("backup").unwrap_or(default)
                    }
                    DiskKind::Rootfs => true,
                    _ => false,
                },
                replicate: property.flag("replicate").unwrap_or(true),
                volume: cleaned(&volume),
            })
        })
        .collect();
    disks.sort_by(|a, b| order(&a.key).cmp(&order(&b.key)));
    disks
}

fn order(key: &Arc<str>) -> (&str, u32) {
    numbered(key).unwrap_or((key, 0))
}

/// What a key is, and whether vzdump takes it where nothing is written. None: no disk.
fn what(
    kind: GuestKind,
    bus: &str,
    volume: &str,
    property: &Property,
    ovmf: bool,
) -> Option<(DiskKind, bool)> {
    match (kind, bus) {
        (_, "unused") => Some((DiskKind::Unused, false)),
        (GuestKind::Qemu, "ide" | "sata" | "scsi" | "virtio") => {
            // `local:101/vm-101-cloudinit.qcow2`, `local-zfs:vm-101-cloudinit`
            Some(if volume.contains("cloudinit") {
                (DiskKind::CloudInit, false)
            } else if property.get("media") == Some("cdrom") {
                (DiskKind::Cdrom, false)
            } else {
                (DiskKind::Disk, true)
            })
        }
        (GuestKind::Qemu, "efidisk") => Some((DiskKind::Disk, ovmf)),
        (GuestKind::Qemu, "tpmstate") => Some((DiskKind::Disk, true)),
        (GuestKind::Lxc, "rootfs") => Some((DiskKind::Rootfs, true)),
        (GuestKind::Lxc, "mp") => {
            let bind = volume.starts_with('/');
            Some(if bind { (DiskKind::Bind, false) } else { (DiskKind::MountPoint, false) })
        }
        _ => None,
    }
}

/// The storage of `local-zfs:vm-101-disk-0`; none for paths, `none`, `cdrom`.
fn storage(volume: &str) -> Option<StorageName> {
    if volume.starts_with('/') {
        return None;
    }
    volume.split_once(':').map(|(storage, _)| StorageName::new(cleaned(storage)))
}

fn bridges(values: &BTreeMap<String, String>) -> Vec<(Arc<str>, Arc<str>)> {
    let cards = values.iter().filter(|(key, _)| matches!(numbered(key), Some(("net", _))));
    let mut bridges: Vec<_> = cards
        .filter_map(|(key, value)| {
            let bridge = Property::parse(value).get("bridge").map(cleaned)?;
            Some((cleaned(key), bridge))
        })
        .collect();
    bridges.sort();
    bridges
}

fn passthrough(values: &BTreeMap<String, String>) -> Vec<(Arc<str>, Arc<str>)> {
    let is_of_host = |key: &str, value: &str| match numbered(key) {
        // A redirected one comes from whoever looks at the screen.
        Some(("usb", _)) => !value.split(',').any(|part| matches!(part, "spice" | "host=spice")),
        Some(("serial", _)) => value.starts_with("/dev/"),
        Some(("hostpci" | "dev" | "parallel" | "virtiofs", _)) => true,
        _ => key == "hookscript",
    };
    let devices = values.iter().filter(|(key, value)| is_of_host(key, value));
    devices.map(|(key, value)| (cleaned(key), cleaned(value))).collect()
}
