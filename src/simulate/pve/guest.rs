//! Answers about one guest.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::answer::put;
use super::super::fleet::{SimGuest, SimKind, SimNode, SimVolume};
use super::super::noise::{hash, hex, seed, tide, wander};
use super::cluster::number;
use super::{Call, Outcome, Refusal, daemon_data, data, forbidden};

/// Changes with everything the configuration is made from.
fn digest(guest: &SimGuest) -> String {
    hex(seed(&format!("{guest:?}")), 20)
}

impl Call<'_> {
    pub(super) fn guest_list(&self, node: &SimNode, kind: SimKind) -> Outcome {
        self.only(if kind == SimKind::Qemu { &["full"] } else { &[] })?;
        let rows: Vec<Value> = self
            .cluster
            .guests
            .iter()
            .filter(|guest| self.rights.guests && guest.node == node.name && guest.kind == kind)
            .map(|guest| self.guest_row(guest))
            .collect();
        daemon_data(&json!(rows))
    }

    /// What `/nodes/{n}/qemu`, `/lxc` and `status/current` share.
    fn guest_row(&self, guest: &SimGuest) -> Value {
        let load = self.guest_load(guest);
        let max = guest.volumes.first().map_or(0, |volume| volume.gib << 30);
        let modern = self.cluster.version.0 >= 9;
        let mut row = json!({
            "vmid": guest.vmid, "name": guest.name,
            "status": if guest.runs() { "running" } else { "stopped" },
            "cpu": number(load.cpu), "cpus": guest.cpus, "mem": load.mem,
            "maxmem": guest.memory, "disk": load.disk, "maxdisk": max,
            "uptime": load.uptime, "netin": load.netin, "netout": load.netout,
        });
        if let Some(lock) = &guest.lock {
            put(&mut row, "lock", json!(lock));
        }
        if !guest.tags.is_empty() {
            put(&mut row, "tags", json!(guest.tags.join(";")));
        }
        if guest.template {
            put(&mut row, "template", json!(1));
        }
        let pid = 1_000 + hash(u64::from(guest.vmid), seed(&guest.name)) % 30_000;
        match guest.kind {
            SimKind::Qemu => {
                if modern {
                    put(&mut row, "memhost", json!(load.mem));
                }
                if guest.runs() {
                    put(&mut row, "pid", json!(pid));
                }
            }
            SimKind::Lxc => {
                put(&mut row, "type", json!("lxc"));
                put(&mut row, "swap", json!(0));
                put(&mut row, "maxswap", json!(536_870_912));
                put(&mut row, "diskread", json!(load.read));
                put(&mut row, "diskwrite", json!(load.write));
                if guest.runs() {
                    put(&mut row, "pid", json!(pid));
                }
            }
        }
        if modern && guest.runs() {
            for key in ["cpusome", "cpufull", "iosome", "iofull", "memorysome", "memoryfull"] {
                put(&mut row, &format!("pressure{key}"), number(0.0));
            }
        }
        row
    }

    pub(super) fn guest_route(
        &self,
        node: &SimNode,
        kind: SimKind,
        vmid: &str,
        rest: &[&str],
    ) -> Outcome {
        let guest = self.guest_on(node, kind, vmid)?;
        match rest {
            ["config"] => {
                self.only(&["current", "snapshot"])?;
                data(&self.guest_config(guest))
            }
            ["status", "current"] => {
                self.only(&[])?;
                daemon_data(&self.guest_current(guest))
            }
            ["snapshot"] => daemon_data(&json!([{
                "name": "current", "description": "You are here!", "running": u8::from(guest.runs()),
                "digest": digest(guest),
            }])),
            ["interfaces"] if kind == SimKind::Lxc && self.cluster.version.at_least(8, 1) => {
                daemon_data(&Value::Null)
            }
            ["agent", ..] if kind == SimKind::Qemu => {
                let text = if guest.runs() {
                    "No QEMU guest agent configured".to_owned()
                } else {
                    format!("VM {vmid} is not running")
                };
                Err(Refusal::Error(500, text))
            }
            _ => Err(Refusal::Unknown),
        }
    }

    fn guest_config(&self, guest: &SimGuest) -> Value {
        let mut config = json!({
            "digest": digest(guest), "cores": guest.cpus,
            "net0": self.net(guest),
        });
        let mib = guest.memory >> 20;
        match guest.kind {
            SimKind::Qemu => {
                put(&mut config, "name", json!(guest.name));
                put(&mut config, "memory", json!(mib.to_string()));
                put(&mut config, "sockets", json!(1));
                put(&mut config, "ostype", json!("l26"));
                put(&mut config, "scsihw", json!("virtio-scsi-single"));
                put(&mut config, "cpu", json!("x86-64-v2-AES"));
                put(&mut config, "numa", json!(0));
                let who = hash(u64::from(guest.vmid), seed(&guest.name));
                put(&mut config, "smbios1", json!(format!("uuid={}", uuid(who))));
                put(&mut config, "vmgenid", json!(uuid(who ^ 1)));
                put(&mut config, "agent", json!("1"));
                if let Some(first) = guest.volumes.first() {
                    put(&mut config, "boot", json!(format!("order={}", first.key)));
                }
                let born = self.start - guest.age_days * 86_400;
                put(&mut config, "meta", json!(format!("creation-qemu=9.0.2,ctime={born}")));
            }
            SimKind::Lxc => {
                put(&mut config, "hostname", json!(guest.name));
                put(&mut config, "memory", json!(mib));
                put(&mut config, "swap", json!(512));
                put(&mut config, "arch", json!("amd64"));
                put(&mut config, "ostype", json!("debian"));
                put(&mut config, "unprivileged", json!(1));
            }
        }
        for (at, volume) in guest.volumes.iter().enumerate() {
            put(&mut config, volume.key.as_str(), json!(volume_text(guest, volume, at)));
        }
        if guest.onboot {
            put(&mut config, "onboot", json!(1));
        }
        if guest.template {
            put(&mut config, "template", json!(1));
        }
        if let Some(lock) = &guest.lock {
            put(&mut config, "lock", json!(lock));
        }
        if !guest.tags.is_empty() {
            put(&mut config, "tags", json!(guest.tags.join(";")));
        }
        if let Some(notes) = &guest.notes {
            put(&mut config, "description", json!(notes));
        }
        config
    }

    fn net(&self, guest: &SimGuest) -> String {
        let who = hash(u64::from(guest.vmid), seed(&self.cluster.source));
        let [.., a, b, c] = who.to_be_bytes();
        let mac = format!("BC:24:11:{a:02X}:{b:02X}:{c:02X}");
        let bridge = &guest.bridge;
        match guest.kind {
            SimKind::Qemu => format!("virtio={mac},bridge={bridge},firewall=1"),
            SimKind::Lxc => format!("name=eth0,bridge={bridge},hwaddr={mac},ip=dhcp,type=veth"),
        }
    }

    fn guest_current(&self, guest: &SimGuest) -> Value {
        let mut row = self.guest_row(guest);
        put(
            &mut row,
            "ha",
            match self.cluster.ha.iter().find(|ha| ha.vmid == guest.vmid) {
                Some(ha) => json!({"managed": 1, "state": ha.request}),
                None => json!({"managed": 0}),
            },
        );
        if guest.kind == SimKind::Qemu {
            put(&mut row, "qmpstatus", json!(guest.status));
            put(&mut row, "agent", json!(1));
            if guest.runs() {
                let load = self.guest_load(guest);
                put(&mut row, "diskread", json!(load.read));
                put(&mut row, "diskwrite", json!(load.write));
                put(&mut row, "running-machine", json!("pc-i440fx-10.0"));
                put(&mut row, "running-qemu", json!("10.0.2"));
                put(&mut row, "clipboard", Value::Null);
                put(
                    &mut row,
                    "proxmox-support",
                    json!({
                        "pbs-dirty-bitmap": true, "pbs-dirty-bitmap-migration": true,
                        "pbs-dirty-bitmap-savevm": true, "pbs-masterkey": true,
                        "query-bitmap-info": true, "backup-fleecing": true,
                        "backup-max-workers": true, "pbs-library-version": "2.0.1",
                    }),
                );
            }
        }
        row
    }

    /// History of a guest; answered by any node, from its own copy.
    pub(super) fn guest_history(&self, vmid: &str) -> Outcome {
        let guest = vmid.parse().ok().and_then(|vmid| self.cluster.guest(vmid));
        let Some(guest) = guest.filter(|_| self.rights.guests) else {
            let text = forbidden(&format!("/vms/{vmid}"), "VM.Audit");
            return Err(Refusal::Error(403, text));
        };
        let (step, points) = self.frame()?;
        let who = hash(u64::from(guest.vmid), seed(&self.cluster.source));
        let max = guest.volumes.first().map_or(0, |volume| volume.gib << 30);
        let rows: Vec<Value> = (0..points)
            .map(|at| {
                let time = self.now.div_euclid(step) * step - (points - 1 - at) * step;
                if at == 0 || !guest.runs() {
                    return json!({"time": time});
                }
                let mem = self.guest_mem(guest, time) as f64;
                let busy = tide(who, time) + 0.6;
                let rate = |what: u64, most: f64| {
                    // Bursts: mostly little.
                    wander(who ^ what, time).powi(3) * busy * most
                };
                let mut row = json!({
                    "time": time, "cpu": self.guest_cpu(guest, time), "maxcpu": guest.cpus,
                    "mem": mem, "maxmem": guest.memory, "disk": 0, "maxdisk": max,
                    "netin": rate(2, 240_000.0),
                    "netout": rate(3, 360_000.0),
                    "diskread": rate(4, 540_000.0),
                    "diskwrite": rate(5, 540_000.0),
                });
                if self.cluster.version.0 >= 9 {
                    put(&mut row, "memhost", json!(mem));
                    for key in
                        ["cpusome", "cpufull", "iosome", "iofull", "memorysome", "memoryfull"]
                    {
                        put(&mut row, &format!("pressure{key}"), number(0.0));
                    }
                }
                row
            })
            .collect();
        daemon_data(&json!(rows))
    }
}

/// Volume id of a guest's volume: `local-zfs:vm-100-disk-0`.
pub(super) fn volume_id(guest: &SimGuest, volume: &SimVolume, at: usize) -> String {
    if volume.storage.starts_with('/') {
        return volume.storage.clone();
    }
    let prefix = match (guest.kind, guest.template) {
        (SimKind::Lxc, _) => "subvol",
        (SimKind::Qemu, true) => "base",
        (SimKind::Qemu, false) => "vm",
    };
    format!("{}:{prefix}-{}-disk-{at}", volume.storage, guest.vmid)
}

fn volume_text(guest: &SimGuest, volume: &SimVolume, at: usize) -> String {
    let mut text = volume_id(guest, volume, at);
    if volume.key.starts_with("mp") {
        let _ = write!(text, ",mp=/srv/{}", volume.key);
    }
    if let Some(backup) = volume.backup {
        let _ = write!(text, ",backup={}", u8::from(backup));
    }
    if let Some(replicate) = volume.replicate {
        let _ = write!(text, ",replicate={}", u8::from(replicate));
    }
    if !volume.storage.starts_with('/') {
        let _ = write!(text, ",size={}G", volume.gib);
    }
    text
}

/// An id in the shape of a UUID.
fn uuid(who: u64) -> String {
    let parts = [(1, 4), (2, 2), (3, 2), (4, 2), (5, 6)];
    parts.map(|(part, bytes)| hex(who ^ part, bytes)).join("-")
}
