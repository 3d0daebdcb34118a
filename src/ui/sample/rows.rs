//! Rows as the judge would give them.

use super::{DAY, HOUR, Mood, NOW};
use crate::fleet::host::Usage;
use crate::fleet::id::{BackupType, GuestKind, Product, SourceName};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::fleet::task::TaskResult;
use crate::judge::rows::recovery::{CopyPoint, Holder, RecoveryRow, Room, Way, WayKind};
use crate::judge::rows::{
    BackupJobRow, BackupRow, Checked, DatastoreRow, GroupRow, GuestRow, JobRun, NodeRow, Ownership,
    ReplicationRow, ReplicationSummary, SiteRow, SourceRow, SourceState, StorageRow, StoreJobKind,
    StoreJobRow,
};
use crate::judge::verdict::Verdict;

const GIB: u64 = 1 << 30;

fn source(name: &str, product: Product, verdict: Verdict, state: SourceState) -> SourceRow {
    let is_fresh = state == SourceState::Fresh;
    SourceRow {
        name: name.into(),
        product,
        verdict,
        state,
        complete: is_fresh,
        seen: Some(match state {
            SourceState::Fresh => NOW.minus(4),
            SourceState::Stale => NOW.minus(240),
            _ => NOW.minus(2 * HOUR),
        }),
        endpoint: is_fresh.then(|| format!("{name}.example.org:8006").into()),
        version: Some("9.1.7".into()),
        clock_offset: Some(0),
        error: (state == SourceState::Unreachable).then(|| "no route to host".into()),
        missing_privileges: Vec::new(),
    }
}

fn node(source: &str, name: &str, verdict: Verdict, cpu: f64, memory: u64) -> NodeRow {
    let is_pbs = name == "localhost";
    NodeRow {
        source: source.into(),
        name: name.into(),
        state: NodeState::Online,
        verdict,
        cpu: Some(cpu),
        memory: Some(Usage { used: memory * GIB, total: 64 * GIB }),
        rootfs: Some(Usage { used: 21 * GIB, total: 94 * GIB }),
        uptime: Some(41 * 86400),
        version: Some(if is_pbs { "4.1.2" } else { "9.1.7" }.into()),
        seen: Some(NOW.minus(12)),
        guests: (!is_pbs).then_some((15, 16)),
        because: None,
    }
}

fn blind(mut row: NodeRow, because: &SourceName) -> NodeRow {
    row.state = NodeState::Unknown;
    row.verdict = Verdict::Unknown;
    row.cpu = None;
    row.memory = None;
    row.rootfs = None;
    row.uptime = None;
    row.seen = Some(NOW.minus(2 * HOUR));
    row.because = Some(Subject::Source(because.clone()));
    row
}

fn guest(source: &str, node: &str, vmid: u32, name: &str) -> GuestRow {
    let kind = if vmid.is_multiple_of(2) { GuestKind::Qemu } else { GuestKind::Lxc };
    GuestRow {
        source: source.into(),
        vmid,
        kind,
        name: Some(name.into()),
        node: node.into(),
        state: "running".into(),
        template: false,
        verdict: Verdict::Ok,
        because: None,
        cpu: Some(f64::from(vmid % 7) / 50.0),
        memory: Some(Usage { used: u64::from(vmid % 9 + 1) * GIB / 2, total: 8 * GIB }),
        seen: Some(NOW.minus(4)),
        backup: BackupRow {
            verdict: Some(Verdict::Ok),
            because: None,
            newest: Some(NOW.minus(9 * HOUR + 57 * 60)),
            last: Some(NOW.minus(9 * HOUR + 57 * 60)),
            age: Some(9 * HOUR + 57 * 60),
            place: Some(
                format!("home:main/{}", if source == "fi" { "helsinki" } else { "orizom" }).into(),
            ),
            verification: Some(Checked::Ok),
            due: Some(NOW.minus(10 * HOUR + 240)),
            next: Some(NOW.plus(14 * HOUR)),
            running: false,
            jobs: vec![if source == "cafe1" { "backup-a1" } else { "backup-4f" }.into()],
            ..BackupRow::none()
        },
        replication: ReplicationSummary { verdict: None, because: None, jobs: Vec::new() },
        recovery: restored(source, node, vmid),
    }
}

/// Copied last night; the other node of its cluster has room.
fn restored(source: &str, node: &str, vmid: u32) -> RecoveryRow {
    let point = NOW.minus(9 * HOUR + 57 * 60);
    let place = format!("home:main/{}", if source == "fi" { "helsinki" } else { "orizom" });
    let copy = CopyPoint {
        time: point,
        place: place.into(),
        holder: Holder::Pbs("home".into()),
        checked: Some(Checked::Ok),
        encrypted: Some(false),
        key: None,
        size: Some(8 * GIB),
        alone: false,
    };
    let restore = Way {
        kind: WayKind::Restore,
        target: Some(("fi".into(), if node == "fi1" { "fi2" } else { "fi1" }.into())),
        room: Room::Fits,
        storage: Some("local-zfs".into()),
        point: Some(point),
        loss: Some(NOW.since(point)),
        worst: Some(24 * HOUR),
        takes: vmid.is_multiple_of(2).then_some(25 * 60),
        leaves_out: Vec::new(),
        copy: Some(copy),
    };
    RecoveryRow {
        verdict: Some(Verdict::Ok),
        ways: vec![restore],
        is_known: true,
        ..RecoveryRow::none()
    }
}

fn replicated(mut row: GuestRow, target: &str, age: i64) -> GuestRow {
    row.replication = ReplicationSummary {
        verdict: Some(Verdict::Ok),
        because: None,
        jobs: vec![ReplicationRow {
            source: row.source.clone(),
            id: format!("{}-0", row.vmid).into(),
            guest: row.vmid,
            source_node: Some(row.node.clone()),
            target: target.into(),
            schedule: "*/15".into(),
            disabled: false,
            last_sync: Some(NOW.minus(age)),
            age: Some(age),
            due: Some(NOW.plus(660)),
            next: Some(NOW.plus(660)),
            duration: Some(6.4),
            fail_count: Some(0),
            error: None,
            running: false,
            seen: Some(NOW.minus(20)),
            verdict: Verdict::Ok,
            because: None,
        }],
    };
    let replica = Way {
        kind: WayKind::Replica,
        target: Some((row.source.clone(), target.into())),
        room: Room::Tight,
        storage: None,
        point: Some(NOW.minus(age)),
        loss: Some(age),
        worst: Some(906),
        takes: Some(600),
        leaves_out: Vec::new(),
        copy: None,
    };
    row.recovery.ways.insert(0, replica);
    row
}

const NAMES: [&str; 14] = [
    "dns",
    "nextcloud",
    "scratch",
    "gitlab",
    "jitsi",
    "matrix",
    "wiki",
    "forum",
    "mirror",
    "shop",
    "radio",
    "pad",
    "vpn",
    "monitor",
];

fn helsinki(mood: Mood) -> SiteRow {
    let mut guests: Vec<GuestRow> = (101..=116)
        .zip(NAMES.iter().cycle())
        .map(|(vmid, name)| {
            let vmid = if *name == "nextcloud" && vmid == 102 {
                104
            } else if vmid == 104 {
                102
            } else {
                vmid
            };
            let (here, there) = if vmid % 2 == 0 { ("fi2", "fi1") } else { ("fi1", "fi2") };
            replicated(guest("fi", here, vmid, name), there, 240)
        })
        .chain([replicated(guest("fi", "fi1", 117, "mail"), "fi2", 240)])
        .collect();
    guests.sort_by_key(|g| g.vmid);
    let mut template = guest("fi", "fi2", 900, "debian-13");
    template.template = true;
    template.state = "stopped".into();
    template.cpu = None;
    template.memory = None;
    template.backup.verdict = None;
    template.backup.last = None;
    template.backup.jobs.clear();
    template.recovery = RecoveryRow::none();
    guests.push(template);
    let mut verdict = Verdict::Ok;
    let mut sources = vec![source("fi", Product::Pve, Verdict::Ok, SourceState::Fresh)];
    let mut nodes =
        vec![node("fi", "fi1", Verdict::Ok, 0.23, 39), node("fi", "fi2", Verdict::Ok, 0.12, 40)];
    match mood {
        Mood::Healthy | Mood::Empty => {}
        Mood::Wrong => {
            verdict = Verdict::Critical;
            nodes[1].verdict = Verdict::Warning;
            for guest in &mut guests {
                if guest.vmid == 104 {
                    guest.verdict = Verdict::Critical;
                    guest.replication.verdict = Some(Verdict::Critical);
                    let job = &mut guest.replication.jobs[0];
                    job.verdict = Verdict::Critical;
                    job.fail_count = Some(5);
                    job.error = Some("out of space on rpool/data".into());
                    job.last_sync = Some(NOW.minus(75 * 60));
                    guest.recovery.ways[0].point = Some(NOW.minus(75 * 60));
                }
                if guest.vmid == 117 {
                    guest.verdict = Verdict::Critical;
                    guest.backup.verdict = Some(Verdict::Critical);
                    guest.backup.last = Some(NOW.minus(26 * HOUR));
                    guest.backup.newest = guest.backup.last;
                    guest.backup.age = Some(26 * HOUR);
                    guest.recovery.ways.remove(0);
                    guest.recovery.ways[0].point = Some(NOW.minus(26 * HOUR));
                    guest.recovery.verdict = Some(Verdict::Warning);
                }
                if guest.vmid == 116 {
                    guest.backup.jobs.push("backup-w1".into());
                }
                if guest.vmid == 108 {
                    guest.state = "stopped".into();
                    guest.cpu = None;
                    guest.memory = None;
                }
            }
        }
        Mood::Stale => {
            verdict = Verdict::Unknown;
            sources = vec![source("fi", Product::Pve, Verdict::Unknown, SourceState::Stale)];
            for node in &mut nodes {
                node.state = NodeState::Unknown;
                node.verdict = Verdict::Unknown;
                node.seen = Some(NOW.minus(240));
                node.because = Some(Subject::Source("fi".into()));
            }
            for guest in &mut guests {
                guest.state = "unknown".into();
                guest.verdict = Verdict::Unknown;
                guest.because = Some(Subject::Source("fi".into()));
                guest.cpu = None;
                guest.memory = None;
                guest.seen = Some(NOW.minus(240));
                guest.recovery.verdict = Some(Verdict::Unknown);
                guest.recovery.because = Some(Subject::Source("fi".into()));
                if guest.replication.verdict.is_some() {
                    guest.replication.verdict = Some(Verdict::Unknown);
                    guest.replication.jobs[0].verdict = Verdict::Unknown;
                    guest.replication.jobs[0].last_sync = Some(NOW.minus(500));
                }
            }
        }
        Mood::Denied => {
            verdict = Verdict::Unknown;
            sources = vec![source("fi", Product::Pve, Verdict::Unknown, SourceState::Forbidden)];
            sources[0].missing_privileges =
                vec!["Sys.Audit on /".into(), "VM.Audit on /vms".into()];
            guests.clear();
            for node in &mut nodes {
                *node = blind(node.clone(), &"fi".into());
                node.seen = None;
                node.guests = None;
                node.version = None;
            }
        }
    }
    let mut storages = vec![
        storage("fi", "local-zfs", Some("fi1"), 0.51),
        storage("fi", "local-zfs", Some("fi2"), 0.72),
    ];
    let mut backup_jobs =
        vec![backup_job("fi", "backup-4f", "nightly, all guests", &[101, 104, 117])];
    if mood == Mood::Wrong {
        let mut weekly = backup_job("fi", "backup-w1", "sundays", &[116]);
        weekly.schedule = Some("sun 12:00".into());
        backup_jobs.push(weekly);
    }
    if matches!(mood, Mood::Stale | Mood::Denied) {
        for row in &mut storages {
            row.available = None;
            row.verdict = Verdict::Unknown;
            row.because = Some(Subject::Source("fi".into()));
            row.seen = Some(NOW.minus(240));
        }
    }
    if mood == Mood::Denied {
        for row in &mut storages {
            (row.usage, row.seen) = (None, None);
        }
        for row in &mut backup_jobs {
            row.verdict = Verdict::Unknown;
            row.because = Some(Subject::Source("fi".into()));
            (row.covers, row.last, row.due, row.next) = (None, None, None, None);
        }
    }
    SiteRow {
        name: "helsinki".into(),
        verdict,
        sources,
        nodes,
        guests,
        storages,
        datastores: Vec::new(),
        backup_jobs,
        groups: Vec::new(),
    }
}

fn storage(source: &str, name: &str, node: Option<&str>, used: f64) -> StorageRow {
    StorageRow {
        source: source.into(),
        name: name.into(),
        node: node.map(Into::into),
        kind: "zfspool".into(),
        usage: Some(Usage { used: (used * 1000.0) as u64 * GIB, total: 1000 * GIB }),
        available: Some(true),
        seen: Some(NOW.minus(4)),
        verdict: Verdict::Ok,
        because: None,
    }
}

fn backup_job(source: &str, id: &str, comment: &str, covers: &[u32]) -> BackupJobRow {
    BackupJobRow {
        source: source.into(),
        id: id.into(),
        enabled: true,
        schedule: Some("02:00".into()),
        storage: Some("pbs".into()),
        node: None,
        comment: Some(comment.into()),
        covers: Some(covers.to_vec()),
        due: Some(NOW.minus(10 * HOUR + 240)),
        next: Some(NOW.plus(14 * HOUR)),
        last: Some((NOW.minus(10 * HOUR + 240), Some(TaskResult::Ok))),
        runs: vec![JobRun {
            node: "fi1".into(),
            start: NOW.minus(10 * HOUR + 240),
            end: Some(NOW.minus(10 * HOUR - 192)),
            result: Some(TaskResult::Ok),
        }],
        verdict: Verdict::Ok,
        because: None,
    }
}

fn orizom(mood: Mood) -> SiteRow {
    let bad = mood == Mood::Wrong;
    let hosts = ["cafe1", "cafe2", "cafe3", "cafe4"];
    let verdict = if bad { Verdict::Warning } else { Verdict::Ok };
    SiteRow {
        name: "orizom".into(),
        verdict,
        sources: hosts
            .iter()
            .map(|h| source(h, Product::Pve, Verdict::Ok, SourceState::Fresh))
            .collect(),
        nodes: hosts
            .iter()
            .map(|h| {
                let own = if *h == "cafe3" { verdict } else { Verdict::Ok };
                let mut row = node(h, h, own, 0.08, 28);
                row.guests = Some((4, 5));
                row
            })
            .collect(),
        guests: hosts
            .iter()
            .flat_map(|h| {
                [
                    guest(h, h, 101, "pos"),
                    guest(h, h, 105, "wiki"),
                    guest(h, h, 110, "日本語カフェ"),
                ]
            })
            .collect(),
        storages: vec![storage("cafe1", "local-lvm", Some("cafe1"), 0.51)],
        datastores: Vec::new(),
        backup_jobs: vec![backup_job("cafe1", "backup-a1", "", &[101, 105, 110])],
        groups: Vec::new(),
    }
}

fn atelier(mood: Mood) -> SiteRow {
    let away = mood == Mood::Wrong;
    let name: SourceName = "atelier".into();
    let state = if away { SourceState::Unreachable } else { SourceState::Fresh };
    let verdict = if away { Verdict::Unknown } else { Verdict::Ok };
    let mut nodes = vec![
        node("atelier", "box1", Verdict::Ok, 0.03, 24),
        node("atelier", "box2", Verdict::Ok, 0.02, 20),
    ];
    let mut guests =
        vec![guest("atelier", "box1", 101, "gitlab"), guest("atelier", "box2", 102, "build")];
    if away {
        for row in &mut nodes {
            *row = blind(row.clone(), &name);
        }
        for guest in &mut guests {
            guest.state = "unknown".into();
            guest.verdict = Verdict::Unknown;
            guest.because = Some(Subject::Source(name.clone()));
            guest.cpu = None;
            guest.memory = None;
            guest.seen = Some(NOW.minus(2 * HOUR));
        }
    }
    SiteRow {
        name: "atelier".into(),
        verdict,
        sources: vec![source("atelier", Product::Pve, verdict, state)],
        nodes,
        guests,
        storages: Vec::new(),
        datastores: Vec::new(),
        backup_jobs: Vec::new(),
        groups: Vec::new(),
    }
}

fn home(mood: Mood) -> SiteRow {
    let bad = mood == Mood::Wrong;
    let verdict = if bad { Verdict::Warning } else { Verdict::Ok };
    let job = |kind, id: &str, schedule: &str, hours: i64| StoreJobRow {
        kind,
        id: id.into(),
        ns: "".into(),
        schedule: Some(schedule.into()),
        last: Some(NOW.minus(hours * HOUR)),
        result: Some(TaskResult::Ok),
        next: Some(NOW.plus((24 - hours) * HOUR)),
        running: false,
        verdict: Verdict::Ok,
    };
    SiteRow {
        name: "home".into(),
        verdict,
        sources: vec![source("home", Product::Pbs, Verdict::Ok, SourceState::Fresh)],
        nodes: vec![node("home", "localhost", Verdict::Ok, 0.04, 9)],
        guests: Vec::new(),
        storages: Vec::new(),
        datastores: vec![DatastoreRow {
            source: "home".into(),
            name: "main".into(),
            usage: Some(Usage { used: if bad { 1700 } else { 900 } * GIB, total: 1863 * GIB }),
            full_at: bad.then(|| NOW.plus(12 * DAY + 60)),
            counts: Some((3, 60, 840)),
            newest: Some(NOW.minus(9 * HOUR)),
            jobs: vec![
                job(StoreJobKind::Gc, "main", "daily", 3),
                job(StoreJobKind::Verify, "v-main", "daily", 6),
                job(StoreJobKind::Prune, "p-main", "hourly", 1),
            ],
            carried: Vec::new(),
            writers: vec![
                ("fi".into(), "pbs".into(), "helsinki".into()),
                ("cafe1".into(), "pbs".into(), "orizom".into()),
            ],
            seen: Some(NOW.minus(100)),
            verdict,
            because: None,
        }],
        backup_jobs: Vec::new(),
        groups: vec![GroupRow {
            source: "home".into(),
            store: "main".into(),
            ns: "helsinki".into(),
            kind: BackupType::Ct,
            id: "131".into(),
            owner: Some("vigie@pbs!fi".into()),
            newest: Some(NOW.minus(40 * DAY)),
            count: 6,
            of: Ownership::Orphan,
        }],
    }
}

pub(super) fn sites(mood: Mood) -> Vec<SiteRow> {
    match mood {
        Mood::Empty => Vec::new(),
        mood => vec![helsinki(mood), orizom(mood), atelier(mood), home(mood)],
    }
}
