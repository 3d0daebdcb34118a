//! What the sources said, as far as details show it.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{DAY, HOUR, Mood, NOW};
use crate::fleet::host::{HostStatus, LoadHistory, LoadPoint, Service, Usage, ZfsPool};
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::policy::{Policy, SiteFacts, SourceFacts};
use crate::fleet::pve::NodeParts;
use crate::fleet::pve::backup::{IncludedGuest, IncludedVolume, IncludedVolumes};
use crate::fleet::pve::cluster::{Guest, Resources};
use crate::fleet::pve::guest::{DiskKind, GuestConfig, GuestDisk};
use crate::fleet::site::Fleet;
use crate::fleet::survey::{Body, Survey};
use crate::fleet::task::{Task, TaskResult};

const GIB: u64 = 1 << 30;

fn site(name: &str, sources: &[(&str, Product)]) -> SiteFacts {
    SiteFacts {
        name: name.into(),
        place: (name == "helsinki").then(|| "Hetzner, Tuusula".into()),
        contact: (name == "helsinki").then(|| "+33 1 23 45 67 89".into()),
        keys: None,
        timezone: TimeZone::UTC,
        policy: Policy::default(),
        sources: sources
            .iter()
            .map(|(name, product)| SourceFacts {
                name: (*name).into(),
                product: *product,
                endpoints: vec![
                    format!("{name}1.example.org:8006").into(),
                    format!("{name}2.example.org:8006").into(),
                ],
                fingerprints: Vec::new(),
                planned_off: Vec::new(),
            })
            .collect(),
    }
}

pub(super) fn fleet(mood: Mood) -> Fleet {
    use Product::{Pbs, Pve};
    if mood == Mood::Empty {
        return Fleet::new([], Vec::new());
    }
    let mut fleet = Fleet::new(
        [
            site("helsinki", &[("fi", Pve)]),
            site("orizom", &[("cafe1", Pve), ("cafe2", Pve), ("cafe3", Pve), ("cafe4", Pve)]),
            site("atelier", &[("atelier", Pve)]),
            site("home", &[("home", Pbs)]),
        ],
        Vec::new(),
    );
    let known = fleet.survey(&"fi".into()).expect("configured");
    let fi = finland((**known).clone(), mood);
    fleet.take(Arc::new(fi));
    let known = fleet.survey(&"home".into()).expect("configured");
    let home = backups((**known).clone());
    fleet.take(Arc::new(home));
    fleet
}

fn finland(mut survey: Survey, mood: Mood) -> Survey {
    survey.link.contact = Contact::Fine;
    survey.link.round = Some(NOW.minus(if mood == Mood::Stale { 240 } else { 4 }));
    survey.link.current = Some(0);
    survey.link.answered = Some(NOW.minus(4));
    for (path, millis) in [("/cluster/resources", 38), ("/nodes/fi1/disks/zfs", 1240)] {
        survey.link.took.insert(path.into(), millis);
    }
    if let Some(endpoint) = survey.link.endpoints.first_mut() {
        endpoint.contact = Contact::Fine;
        endpoint.node = Some("fi1".into());
    }
    if let Some(endpoint) = survey.link.endpoints.last_mut() {
        endpoint.contact = Contact::Unreachable(Layer::Refused, "refused".into());
        endpoint.since = Some(NOW.minus(3 * HOUR));
    }
    let Body::Pve(pve) = &mut survey.body else { return survey };
    if mood == Mood::Denied {
        let no = Outcome::Denied("Permission check failed (/, Sys.Audit)".into());
        pve.status = pve.status.failed(no.clone(), NOW.minus(4));
        pve.resources = pve.resources.failed(no, NOW.minus(4));
        return survey;
    }
    let guest = |vmid: u32, name: &str| Guest {
        vmid,
        kind: GuestKind::Qemu,
        node: "fi2".into(),
        name: Some(name.into()),
        state: "running".into(),
        template: false,
        uptime: Some(41 * 86400),
        cpu: Some(0.12),
        cpus: Some(4.0),
        memory: None,
        disk: None,
        pool: Some("asso".into()),
        ha: None,
        lock: None,
        tags: vec!["prod".into()],
    };
    let resources = Resources {
        nodes: Vec::new(),
        guests: vec![guest(101, "dns"), guest(104, "nextcloud")],
        storages: Vec::new(),
    };
    pve.resources = pve.resources.answered(resources, NOW.minus(4));
    let task = |kind: &str, ago: i64, took: i64, result: TaskResult| Task {
        upid: format!("UPID:fi2:000007D1:0004697C:{:08X}:{kind}:104:root@pam:", NOW.0 - ago).into(),
        node: "fi2".into(),
        kind: kind.into(),
        id: Some("104".into()),
        user: "root@pam".into(),
        start: NOW.minus(ago),
        end: Some(NOW.minus(ago - took)),
        result: Some(result),
    };
    let tasks = vec![
        task("vzdump", 10 * HOUR + 240, 432, TaskResult::Ok),
        task("qmstart", 3 * HOUR, 3, TaskResult::Error("timeout: no answer from the guest".into())),
        task("qmsnapshot", 26 * HOUR, 8, TaskResult::Warnings(2)),
        Task { end: None, result: None, ..task("qmmove", 340, 0, TaskResult::Ok) },
    ];
    pve.tasks = pve.tasks.answered(tasks, NOW.minus(4));
    for name in ["fi1", "fi2"] {
        let mut parts = NodeParts::new(&name.into());
        parts.history = parts.history.answered(history(), NOW.minus(100));
        parts.status = parts.status.answered(status(), NOW.minus(12));
        parts.services = parts.services.answered(services(), NOW.minus(100));
        let pool = ZfsPool {
            name: "rpool".into(),
            health: "ONLINE".into(),
            usage: Some(Usage { used: 720 * GIB, total: 1000 * GIB }),
            fragmentation: Some(21),
        };
        parts.zfs = parts.zfs.answered(vec![pool], NOW.minus(100));
        pve.nodes.insert(name.into(), parts);
    }
    super::promised::jobs(pve);
    super::watched::replicas(pve);
    let part = Part::new("/cluster/backup/backup-4f/included_volumes", crate::fleet::tier::SLOW);
    pve.included.insert("backup-4f".into(), part.answered(included(), NOW.minus(100)));
    let call = "/nodes/fi2/qemu/104/config";
    let config = crate::fleet::part::Part::new(call, crate::fleet::tier::HOURLY);
    pve.configs.insert(104, config.answered(config_of(), NOW.minus(1200)));
    survey
}

fn history() -> LoadHistory {
    let point = |i: i64, cpu: f64| LoadPoint {
        time: NOW.minus(i * 60),
        cpu: Some(cpu),
        iowait: None,
        memory: None,
        swap: None,
        load: None,
    };
    let points = [0.2, 0.3, 0.42, 0.9, 0.6, 0.5, 0.2, 0.1];
    LoadHistory { points: (0..).zip(points).map(|(i, cpu)| point(8 - i, cpu)).collect() }
}

fn status() -> HostStatus {
    HostStatus {
        cpu: Some(0.12),
        iowait: Some(0.01),
        load: None,
        cpus: Some(16),
        cpu_model: Some("AMD Ryzen 7 3700X".into()),
        memory: None,
        swap: Some(Usage { used: 0, total: 0 }),
        rootfs: None,
        uptime: None,
        kernel: None,
        fingerprint: None,
    }
}

fn services() -> Vec<Service> {
    let service = |name: &str, state: &str, active: &str| Service {
        name: name.into(),
        state: state.into(),
        active: Some(active.into()),
        unit: Some("enabled".into()),
    };
    vec![
        service("pvedaemon", "running", "active"),
        service("pveproxy", "running", "active"),
        service("pvescheduler", "dead", "inactive"),
    ]
}

/// What the nightly job takes: all of one guest, of the other not all.
fn included() -> IncludedVolumes {
    let volume = |key: &str, included: bool| IncludedVolume {
        key: key.into(),
        volume: format!("local-zfs:{key}").into(),
        included,
        reason: if included { "enabled" } else { "backup=no" }.into(),
    };
    let guest = |vmid, name: &str, volumes| IncludedGuest {
        vmid,
        kind: Some(GuestKind::Qemu),
        name: Some(name.into()),
        volumes,
    };
    IncludedVolumes {
        guests: vec![
            guest(101, "dns", vec![volume("rootfs", true)]),
            guest(104, "nextcloud", vec![volume("scsi0", true), volume("scsi1", true)]),
            guest(117, "mail", vec![volume("rootfs", true), volume("mp0", false)]),
        ],
    }
}

fn config_of() -> GuestConfig {
    let disk = |key: &str, size: u64, replicate: bool| GuestDisk {
        key: key.into(),
        kind: DiskKind::Disk,
        volume: format!("local-zfs:vm-104-{key}").into(),
        storage: Some("local-zfs".into()),
        size: Some(size * GIB),
        backup: true,
        replicate,
    };
    GuestConfig {
        name: Some("nextcloud".into()),
        onboot: true,
        template: false,
        protection: false,
        agent: true,
        lock: None,
        created: Some(NOW.minus(400 * DAY)),
        os: Some("l26".into()),
        memory: Some(8 * GIB),
        cpus: Some(4),
        cpu_type: Some("x86-64-v2-AES".into()),
        disks: vec![disk("scsi0", 32, true), disk("scsi1", 200, false)],
        bridges: vec![("net0".into(), "vmbr0".into())],
        passthrough: Vec::new(),
        description: Some("files of the association".into()),
    }
}

fn backups(mut survey: Survey) -> Survey {
    survey.link.contact = Contact::Fine;
    survey.link.round = Some(NOW.minus(4));
    let Body::Pbs(pbs) = &mut survey.body else { return survey };
    super::promised::copies(pbs);
    survey
}
