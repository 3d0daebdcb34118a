//! The cluster of the sample: three nodes, a VM on fi1 that is replicated to fi2, a VM on fi2, a
//! container on fi3; one backup job for all, at 02:00, to the PBS.

use std::sync::Arc;

use super::{DUE, NOW, PBS_FINGERPRINT, SEEN, set};
use crate::fleet::host::{
    CertificateFile, Disk, HostStatus, LoadHistory, LoadPoint, Service, Usage, Version,
};
use crate::fleet::id::{GuestKind, NodeName};
use crate::fleet::pve::backup::VzdumpDefaults;
use crate::fleet::pve::backup::{
    BackupJob, IncludedGuest, IncludedVolume, IncludedVolumes, Selection,
};
use crate::fleet::pve::cluster::{
    ClusterStatus, Guest, HaStatus, Member, Node, NodeState, Qdevice, Resources, Storage, Votes,
};
use crate::fleet::pve::guest::{DiskKind, GuestConfig, GuestDisk};
use crate::fleet::pve::network::Bridge;
use crate::fleet::pve::replication::{ReplicationJob, ReplicationState};
use crate::fleet::pve::storage::{PbsTarget, StorageConfig};
use crate::fleet::pve::{NodeParts, PveSurvey};
use crate::fleet::rights::Rights;
use crate::fleet::sighting::{JobSighting, Keeping};
use crate::fleet::tier;
use crate::fleet::time::Epoch;

const GIB: u64 = 1 << 30;
const NODES: [&str; 3] = ["fi1", "fi2", "fi3"];
const GUESTS: [(u32, GuestKind, &str, &str); 3] = [
    (100, GuestKind::Qemu, "fi1", "web"),
    (101, GuestKind::Qemu, "fi2", "mail"),
    (200, GuestKind::Lxc, "fi3", "dns"),
];

/// What a healthy cluster says.
pub(crate) fn healthy() -> PveSurvey {
    let mut pve = PveSurvey::new();
    set(&mut pve.version, version(9));
    set(
        &mut pve.rights,
        rights(&[("/", &["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit", "SDN.Audit"])]),
    );
    set(
        &mut pve.status,
        ClusterStatus {
            name: Some("fi".into()),
            quorate: Some(true),
            members: NODES.iter().map(|n| member(n, true, *n == "fi1")).collect(),
        },
    );
    set(
        &mut pve.resources,
        Resources {
            nodes: NODES.iter().map(|n| node_row(n)).collect(),
            guests: GUESTS
                .iter()
                .map(|(id, kind, node, name)| guest(*id, *kind, node, name))
                .collect(),
            storages: storages(),
        },
    );
    set(&mut pve.tasks, Vec::new());
    set(&mut pve.ha, HaStatus { master: None, lrms: Vec::new(), services: Vec::new() });
    set(&mut pve.ha_rules, Vec::new());
    set(&mut pve.votes, Votes { nodes: NODES.iter().map(|n| ((*n).into(), 1)).collect() });
    set(&mut pve.qdevice, Qdevice::None);
    set(&mut pve.peers, Vec::new());
    set(&mut pve.replication, vec![replication_job()]);
    set(&mut pve.backup_jobs, vec![backup_job()]);
    set(&mut pve.storages, storage_configs());
    for node in NODES {
        // Nothing but what is built in.
        let of = |storage: &str| {
            let mut part = crate::fleet::part::Part::new("/nodes/fi/vzdump/defaults", tier::HOURLY);
            let (storage, prune) = (Some(storage.into()), Some("keep-all=1".into()));
            set(&mut part, VzdumpDefaults { storage, prune });
            part
        };
        let names = ["pbs", "nfs"].map(|name| (name.into(), of(name)));
        pve.defaults.insert(node.into(), names.into());
    }
    // Watched for long: the job was always so.
    let sighting = JobSighting { form: 0, since: NOW.minus(90 * 86_400), keep: Keeping::default() };
    pve.sightings.backups.insert("nightly".into(), sighting);
    let mut included =
        crate::fleet::part::Part::new("/cluster/backup/nightly/included_volumes", tier::SLOW);
    set(&mut included, included_volumes());
    pve.included.insert("nightly".into(), included);
    for node in NODES {
        pve.nodes.insert(node.into(), node_parts(node));
    }
    for (vmid, kind, node, name) in GUESTS {
        let word = if kind == GuestKind::Qemu { "qemu" } else { "lxc" };
        let call = format!("/nodes/{node}/{word}/{vmid}/config");
        let mut part = crate::fleet::part::Part::new(call, tier::HOURLY);
        set(&mut part, config(name));
        pve.configs.insert(vmid, part);
    }
    pve
}

/// A version of either product.
pub(crate) fn version(major: u32) -> Version {
    Version { text: format!("{major}.1.2").into(), major, minor: 1, patch: 2 }
}

/// Rights that go on to what lies below.
pub(crate) fn rights(entries: &[(&str, &[&str])]) -> Rights {
    let entry = |(path, privileges): &(&str, &[&str])| {
        (Arc::from(*path), privileges.iter().map(|p| (Arc::from(*p), true)).collect())
    };
    Rights { paths: entries.iter().map(entry).collect() }
}

/// A member of the cluster.
pub(crate) fn member(node: &str, online: bool, local: bool) -> Member {
    Member { node: node.into(), nodeid: None, online, local, address: None }
}

/// A node's row, online and at ease.
pub(super) fn node_row(name: &str) -> Node {
    Node {
        name: name.into(),
        state: NodeState::Online,
        cpu: Some(0.1),
        cpus: Some(8.0),
        memory: Some(Usage { used: 16 * GIB, total: 64 * GIB }),
        rootfs: Some(Usage { used: 10 * GIB, total: 100 * GIB }),
        uptime: Some(1_000_000),
        ha: None,
    }
}

/// A guest that runs.
pub(crate) fn guest(vmid: u32, kind: GuestKind, node: &str, name: &str) -> Guest {
    Guest {
        vmid,
        kind,
        node: node.into(),
        name: Some(name.into()),
        state: "running".into(),
        template: false,
        uptime: Some(90_000),
        cpu: Some(0.05),
        cpus: Some(2.0),
        memory: Some(Usage { used: GIB, total: 2 * GIB }),
        disk: None,
        pool: None,
        ha: None,
        lock: None,
        tags: Vec::new(),
    }
}

/// A storage's row, available, a tenth full.
pub(crate) fn storage_row(name: &str, node: &str, kind: &str, shared: bool) -> Storage {
    Storage {
        name: name.into(),
        node: node.into(),
        kind: kind.into(),
        content: match kind {
            "pbs" => vec!["backup".into()],
            _ => vec!["images".into(), "rootdir".into()],
        },
        shared,
        available: true,
        usage: Some(Usage { used: 100 * GIB, total: 1000 * GIB }),
    }
}

/// A disk that vzdump and replication take.
pub(crate) fn disk(key: &str, storage: &str) -> GuestDisk {
    GuestDisk {
        key: key.into(),
        kind: DiskKind::Disk,
        volume: format!("{storage}:disk-0").into(),
        storage: Some(storage.into()),
        size: Some(32 * GIB),
        backup: true,
        replicate: true,
    }
}

/// A service that runs.
pub(super) fn service(name: &str) -> Service {
    Service {
        name: name.into(),
        state: "running".into(),
        active: Some("active".into()),
        unit: Some("enabled".into()),
    }
}

/// Ten minutes and more of a host at ease.
pub(super) fn history() -> LoadHistory {
    let point = |minute: i64| LoadPoint {
        time: NOW.minus(60 * minute),
        cpu: Some(0.1),
        iowait: Some(0.01),
        memory: Some(0.25),
        swap: Some(0.0),
        load: Some(0.5),
    };
    LoadHistory { points: (1..=20).rev().map(point).collect() }
}

/// A host at ease.
pub(super) fn host() -> HostStatus {
    HostStatus {
        cpu: Some(0.1),
        iowait: Some(0.01),
        load: Some([0.5, 0.5, 0.5]),
        cpus: Some(8),
        cpu_model: None,
        memory: Some(Usage { used: 16 * GIB, total: 64 * GIB }),
        swap: Some(Usage { used: 0, total: 8 * GIB }),
        rootfs: Some(Usage { used: 10 * GIB, total: 100 * GIB }),
        uptime: Some(1_000_000),
        kernel: None,
        fingerprint: None,
    }
}

fn node_parts(name: &str) -> NodeParts {
    let mut parts = NodeParts::new(&NodeName::from(name));
    set(&mut parts.status, host());
    set(&mut parts.history, history());
    let states = if name == "fi1" { vec![replication_state()] } else { Vec::new() };
    set(&mut parts.replication, states);
    let names =
        ["pve-cluster", "pvedaemon", "pveproxy", "pvestatd", "pvescheduler", "corosync", "chrony"];
    set(&mut parts.services, names.map(service).to_vec());
    parts.zfs = parts.zfs.absent(SEEN);
    set(
        &mut parts.disks,
        vec![Disk {
            device: "/dev/nvme0n1".into(),
            model: None,
            serial: None,
            kind: Some("nvme".into()),
            size: None,
            health: Some("PASSED".into()),
            life: Some(0.9),
            used: None,
        }],
    );
    set(
        &mut parts.certificates,
        [("pve-root-ca.pem", 3000), ("pve-ssl.pem", 300)].map(|(f, d)| certificate(f, d)).to_vec(),
    );
    set(&mut parts.timezone, "UTC".into());
    set(&mut parts.version, version(9));
    set(&mut parts.vzdumps, Vec::new());
    set(&mut parts.bridges, vec![Bridge { name: "vmbr0".into(), active: true }]);
    parts
}

/// A certificate file that ends in some days.
pub(crate) fn certificate(file: &str, days: i64) -> CertificateFile {
    CertificateFile {
        file: file.into(),
        fingerprint: None,
        subject: None,
        issuer: None,
        not_after: Some(NOW.plus(days * 86_400)),
    }
}

fn storages() -> Vec<Storage> {
    let local = NODES.iter().map(|n| storage_row("local-zfs", n, "zfspool", false));
    let shared = NODES
        .iter()
        .map(|n| Storage { content: vec!["backup".into()], ..storage_row("pbs", n, "pbs", true) });
    local.chain(shared).collect()
}

fn storage_configs() -> Vec<StorageConfig> {
    let pbs = PbsTarget {
        server: "pbs".into(),
        port: 8007,
        datastore: "main".into(),
        namespace: "fi".into(),
        username: "fi@pbs!backup".into(),
        fingerprint: Some(PBS_FINGERPRINT),
        encryption_key: None,
        master_key: false,
    };
    let entry = |name: &str, kind: &str, shared, pbs| StorageConfig {
        name: name.into(),
        kind: kind.into(),
        content: vec!["images".into()],
        nodes: Vec::new(),
        disabled: false,
        shared,
        prune: None,
        pbs,
    };
    vec![entry("local-zfs", "zfspool", false, None), entry("pbs", "pbs", true, Some(pbs))]
}

fn config(name: &str) -> GuestConfig {
    GuestConfig {
        name: Some(name.into()),
        onboot: true,
        template: false,
        protection: false,
        agent: false,
        lock: None,
        created: Some(Epoch(1_700_000_000)),
        os: None,
        memory: Some(2 * GIB),
        cpus: Some(2),
        cpu_type: None,
        disks: vec![disk("scsi0", "local-zfs")],
        bridges: vec![("net0".into(), "vmbr0".into())],
        passthrough: Vec::new(),
        description: None,
    }
}

fn backup_job() -> BackupJob {
    BackupJob {
        id: "nightly".into(),
        enabled: true,
        schedule: Some("02:00".into()),
        selection: Selection::AllBut(Vec::new()),
        node: None,
        storage: Some("pbs".into()),
        dumpdir: None,
        mode: Some("snapshot".into()),
        prune: None,
        comment: None,
    }
}

fn included_volumes() -> IncludedVolumes {
    let guest = |(vmid, kind, _, name): &(u32, GuestKind, &str, &str)| IncludedGuest {
        vmid: *vmid,
        kind: Some(*kind),
        name: Some((*name).into()),
        volumes: vec![IncludedVolume {
            key: "scsi0".into(),
            volume: "local-zfs:disk-0".into(),
            included: true,
            reason: "enabled".into(),
        }],
    };
    IncludedVolumes { guests: GUESTS.iter().map(guest).collect() }
}

fn replication_job() -> ReplicationJob {
    ReplicationJob {
        id: "100-0".into(),
        guest: 100,
        target: "fi2".into(),
        source: Some("fi1".into()),
        schedule: None,
        disabled: false,
        rate: None,
        comment: None,
        removing: false,
    }
}

fn replication_state() -> ReplicationState {
    // Every quarter of an hour; 12:00 is due this very second.
    let last = NOW.minus(900);
    ReplicationState {
        id: "100-0".into(),
        last_sync: Some(last),
        last_try: Some(last),
        next_sync: Some(NOW),
        duration: Some(4.0),
        fail_count: 0,
        error: None,
        running: false,
    }
}

/// The newest copy of the sample's guests.
pub(super) const COPIED: Epoch = Epoch(DUE.0 + 120);

/// The guests of the sample: number, kind.
pub(super) fn guests() -> impl Iterator<Item = (u32, GuestKind)> {
    GUESTS.iter().map(|(vmid, kind, ..)| (*vmid, *kind))
}
