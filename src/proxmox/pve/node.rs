//! `/nodes/{n}/…`: status, history, services, ZFS, disks, certificates, time.

use std::sync::Arc;

use serde::Deserialize;

use super::words;
use crate::fleet::host::{
    CertificateFile, Disk, HostStatus, LoadHistory, LoadPoint, Service, Usage, ZfsPool,
};
use crate::fleet::pve::network::Bridge;
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, fingerprint, scalar, usage};

/// Used and total as a sub-object of a status.
#[derive(Default, Deserialize)]
pub(crate) struct Space {
    #[serde(default, deserialize_with = "scalar::size")]
    used: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    total: Option<u64>,
}

impl Space {
    /// As usage; none without a total.
    pub(crate) fn usage(&self) -> Option<Usage> {
        usage(self.used, self.total)
    }

    /// The same where a total of nothing tells that there is none of it.
    fn or_none_of_it(&self) -> Option<Usage> {
        let none = (self.total == Some(0)).then_some(Usage { used: 0, total: 0 });
        none.or_else(|| self.usage())
    }
}

#[derive(Deserialize)]
struct Number(#[serde(deserialize_with = "scalar::float")] Option<f64>);

#[derive(Default, Deserialize)]
struct Cpu {
    #[serde(default, deserialize_with = "scalar::count")]
    cpus: Option<u32>,
    #[serde(default, deserialize_with = "scalar::text")]
    model: Option<String>,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default, deserialize_with = "scalar::text")]
    fingerprint: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default, deserialize_with = "scalar::float")]
    cpu: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    wait: Option<f64>,
    #[serde(default)]
    loadavg: Vec<Number>,
    #[serde(default)]
    cpuinfo: Cpu,
    #[serde(default)]
    memory: Space,
    #[serde(default)]
    swap: Space,
    #[serde(default)]
    rootfs: Space,
    /// PBS's word for `rootfs`.
    #[serde(default)]
    root: Space,
    #[serde(default, deserialize_with = "scalar::size")]
    uptime: Option<u64>,
    #[serde(default, deserialize_with = "scalar::text")]
    kversion: Option<String>,
    #[serde(default)]
    info: Info,
}

/// `/nodes/{n}/status` of both products.
pub fn read_status(body: &[u8]) -> Result<HostStatus, Malformed> {
    let status: Status = data(body)?;
    let load: Vec<f64> = status.loadavg.iter().filter_map(|n| n.0).collect();
    Ok(HostStatus {
        cpu: status.cpu,
        iowait: status.wait,
        load: <[f64; 3]>::try_from(load).ok(),
        cpus: status.cpuinfo.cpus,
        cpu_model: words(status.cpuinfo.model),
        memory: status.memory.usage(),
        swap: status.swap.or_none_of_it(),
        rootfs: status.rootfs.usage().or(status.root.usage()),
        uptime: status.uptime,
        kernel: words(status.kversion),
        fingerprint: status.info.fingerprint.as_deref().and_then(fingerprint),
    })
}

#[derive(Deserialize)]
struct Point {
    #[serde(default, deserialize_with = "scalar::int")]
    time: Option<i64>,
    #[serde(default, deserialize_with = "scalar::float")]
    cpu: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    iowait: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    loadavg: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    memused: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    memtotal: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    arcsize: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    swapused: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    swaptotal: Option<f64>,
}

fn share(used: Option<f64>, total: Option<f64>) -> Option<f64> {
    let (used, total) = (used?, total?);
    (total > 0.0).then(|| (used / total).clamp(0.0, 1.0))
}

/// `/nodes/{n}/rrddata` of PVE and `/nodes/localhost/rrd` of PBS: one hour.
pub fn read_history(body: &[u8]) -> Result<LoadHistory, Malformed> {
    let wire: Vec<Point> = data(body)?;
    let mut points: Vec<_> = wire
        .into_iter()
        .filter_map(|p| {
            let used = match (p.memused, p.arcsize) {
                (Some(used), Some(arc)) => Some((used - arc).max(0.0)),
                (used, _) => used,
            };
            Some(LoadPoint {
                time: Epoch(p.time?),
                cpu: p.cpu,
                iowait: p.iowait,
                memory: share(used, p.memtotal),
                swap: share(p.swapused, p.swaptotal),
                load: p.loadavg,
            })
        })
        .collect();
    points.sort_by_key(|p| p.time);
    Ok(LoadHistory { points })
}

/// `/nodes/{n}/network?type=any_bridge`: bridges of Linux and of Open vSwitch, virtual networks of
/// the SDN. What else an older release may list is no place for a guest's card.
pub fn read_bridges(body: &[u8]) -> Result<Vec<Bridge>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        #[serde(default, deserialize_with = "scalar::text")]
        iface: Option<String>,
        #[serde(default, rename = "type", deserialize_with = "scalar::text")]
        kind: Option<String>,
        #[serde(default, deserialize_with = "scalar::flag")]
        active: Option<bool>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut bridges: Vec<Bridge> = wire
        .into_iter()
        .filter(|entry| matches!(entry.kind.as_deref(), Some("bridge" | "OVSBridge" | "vnet")))
        .filter_map(|entry| {
            let name = cleaned(&entry.iface?);
            Some(Bridge { name, active: entry.active == Some(true) })
        })
        .collect();
    bridges.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(bridges)
}

/// `/nodes/{n}/services` of both products.
pub fn read_services(body: &[u8]) -> Result<Vec<Service>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        service: String,
        #[serde(default, deserialize_with = "scalar::text")]
        state: Option<String>,
        #[serde(default, rename = "active-state", deserialize_with = "scalar::text")]
        active: Option<String>,
        #[serde(default, rename = "unit-state", deserialize_with = "scalar::text")]
        unit: Option<String>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut services: Vec<_> = wire
        .into_iter()
        .map(|e| Service {
            name: cleaned(&e.service),
            state: cleaned(e.state.as_deref().unwrap_or("unknown")),
            active: words(e.active),
            unit: words(e.unit),
        })
        .collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

/// `/nodes/{n}/disks/zfs` of both products.
pub fn read_zfs(body: &[u8]) -> Result<Vec<ZfsPool>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        #[serde(default, deserialize_with = "scalar::text")]
        health: Option<String>,
        #[serde(default, deserialize_with = "scalar::size")]
        alloc: Option<u64>,
        #[serde(default, deserialize_with = "scalar::size")]
        size: Option<u64>,
        #[serde(default, deserialize_with = "scalar::count")]
        frag: Option<u32>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut pools: Vec<_> = wire
        .into_iter()
        .map(|e| ZfsPool {
            name: cleaned(&e.name),
            health: cleaned(e.health.as_deref().unwrap_or("unknown")),
            usage: usage(e.alloc, e.size),
            fragmentation: e.frag,
        })
        .collect();
    pools.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(pools)
}

/// `/nodes/{n}/disks/list` of both products.
pub fn read_disks(body: &[u8]) -> Result<Vec<Disk>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        devpath: String,
        #[serde(default, deserialize_with = "scalar::text")]
        model: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        serial: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        r#type: Option<String>,
        #[serde(default, rename = "disk-type", deserialize_with = "scalar::text")]
        disk_type: Option<String>,
        #[serde(default, deserialize_with = "scalar::size")]
        size: Option<u64>,
        #[serde(default, deserialize_with = "scalar::text")]
        health: Option<String>,
        /// PBS's word for `health`.
        #[serde(default, deserialize_with = "scalar::text")]
        status: Option<String>,
        /// Percent of life that REMAINS, or `N/A`.
        #[serde(default, deserialize_with = "scalar::float")]
        wearout: Option<f64>,
        #[serde(default, deserialize_with = "scalar::text")]
        used: Option<String>,
    }
    let known = |text: Option<String>| words(text).filter(|t| &**t != "unknown");
    let wire: Vec<Entry> = data(body)?;
    let mut disks: Vec<_> = wire
        .into_iter()
        .map(|e| Disk {
            device: cleaned(&e.devpath),
            model: known(e.model),
            serial: known(e.serial),
            kind: known(e.r#type.or(e.disk_type)),
            size: e.size,
            health: words(e.health.or(e.status)),
            life: e.wearout.filter(|w| (0.0..=100.0).contains(w)).map(|w| w / 100.0),
            used: words(e.used),
        })
        .collect();
    disks.sort_by(|a, b| a.device.cmp(&b.device));
    Ok(disks)
}

/// `/nodes/{n}/certificates/info`
pub fn read_certificates(body: &[u8]) -> Result<Vec<CertificateFile>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        filename: String,
        #[serde(default, deserialize_with = "scalar::text")]
        fingerprint: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        subject: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        issuer: Option<String>,
        #[serde(default, deserialize_with = "scalar::int")]
        notafter: Option<i64>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut files: Vec<_> = wire
        .into_iter()
        .map(|e| CertificateFile {
            file: cleaned(&e.filename),
            fingerprint: e.fingerprint.as_deref().and_then(fingerprint),
            subject: words(e.subject),
            issuer: words(e.issuer),
            not_after: e.notafter.map(Epoch),
        })
        .collect();
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(files)
}

/// `/nodes/{n}/time` of both products: the time zone's name.
pub fn read_timezone(body: &[u8]) -> Result<Arc<str>, Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        timezone: String,
    }
    let wire: Wire = data(body)?;
    Ok(cleaned(&wire.timezone))
}

#[cfg(test)]
mod tests {
    use super::read_bridges;

    #[test]
    fn bridges_of_every_kind() {
        let body = br#"{"data":[
            {"iface":"vmbr1","type":"OVSBridge","active":"1"},
            {"iface":"vmbr0","type":"bridge","active":1,"cidr":"10.0.0.1/24"},
            {"iface":"vmbr2","type":"bridge"},
            {"iface":"lan","type":"vnet","active":"1","vlanaware":0},
            {"iface":"eno1","type":"eth","active":1},
            {"iface":"evil\u001b[2J","type":"bridge","active":true},
            {"iface":null,"type":"bridge"},
            {"type":"bridge"}
        ]}"#;
        let bridges = read_bridges(body).unwrap();
        let said: Vec<(&str, bool)> = bridges.iter().map(|b| (&*b.name, b.active)).collect();
        let clean = said.iter().find(|(name, _)| name.starts_with("evil")).unwrap();
        assert!(!clean.0.chars().any(char::is_control), "{clean:?}");
        let others: Vec<_> = said.iter().filter(|other| *other != clean).copied().collect();
        assert_eq!(others, [("lan", true), ("vmbr0", true), ("vmbr1", true), ("vmbr2", false)]);
        assert!(read_bridges(b"{\"data\":null}").is_err());
    }
}
