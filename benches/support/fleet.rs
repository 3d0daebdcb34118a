//! A large fleet, made by hand: each site has a cluster of four nodes whose guests are replicated
//! by half, and a backup server with thirty copies of each.

use std::sync::Arc;

use jiff::tz::TimeZone;
use vigie::fleet::host::{LoadHistory, LoadPoint, Usage, Version};
use vigie::fleet::id::{GuestKind, NodeName, Product};
use vigie::fleet::link::Contact;
use vigie::fleet::part::Part;
use vigie::fleet::pbs::copies::{GroupCopies, Snapshot, Verification};
use vigie::fleet::pbs::datastore::{DatastoreInfo, DatastoreUsage, Mount};
use vigie::fleet::pbs::small;
use vigie::fleet::pbs::{PbsSurvey, StoreParts};
use vigie::fleet::policy::{Policy, SiteFacts, SourceFacts};
use vigie::fleet::pve::backup::{BackupJob, Selection};
use vigie::fleet::pve::cluster::{
    ClusterStatus, Guest, Member, Node, NodeState, Resources, Storage,
};
use vigie::fleet::pve::replication::{ReplicationJob, ReplicationState};
use vigie::fleet::pve::storage::{PbsTarget, StorageConfig};
use vigie::fleet::pve::{NodeParts, PveSurvey};
use vigie::fleet::rights::Rights;
use vigie::fleet::site::Fleet;
use vigie::fleet::survey::{Body, Survey};
use vigie::fleet::tier;
use vigie::fleet::time::Epoch;

/// Wednesday, 2026-11-25 12:00 UTC.
pub(crate) const NOW: Epoch = Epoch(1_795_608_000);
/// The latest run of every backup job, 02:00 UTC.
const DUE: Epoch = Epoch(1_795_572_000);
const DAY: i64 = 86_400;
const GIB: u64 = 1 << 30;
const NODES: u32 = 4;

/// So many sites, each with so many guests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) sites: u32,
    pub(crate) guests: u32,
}

/// A hundred sites, ten thousand guests.
pub(crate) const MANY_SITES: Size = Size { sites: 100, guests: 100 };

impl Size {
    pub(crate) fn fleet(self) -> Fleet {
        let mut fleet = Fleet::new((0..self.sites).map(|site| facts(site, self.sites)), Vec::new());
        for site in 0..self.sites {
            put(&mut fleet, &format!("pve{site}"), Body::Pve(Box::new(self.cluster(site))));
            put(&mut fleet, &format!("pbs{site}"), Body::Pbs(Box::new(self.server())));
        }
        fleet
    }

    fn vmids(self) -> impl Iterator<Item = u32> {
        100..100 + self.guests
    }

    fn cluster(self, site: u32) -> PveSurvey {
        let mut pve = PveSurvey::new();
        set(&mut pve.version, version(9));
        set(&mut pve.rights, rights(&["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"]));
        let member = |i| Member {
            node: node_name(i),
            nodeid: None,
            online: true,
            local: i == 0,
            address: None,
        };
        set(
            &mut pve.status,
            ClusterStatus {
                name: Some(format!("pve{site}").into()),
                quorate: Some(true),
                members: (0..NODES).map(member).collect(),
            },
        );
        set(
            &mut pve.resources,
            Resources {
                nodes: (0..NODES).map(node).collect(),
                guests: self.vmids().map(guest).collect(),
                storages: (0..NODES).map(storage).collect(),
            },
        );
        set(
            &mut pve.replication,
            self.vmids().filter(|v| v % 2 == 0).map(replication_job).collect(),
        );
        set(&mut pve.backup_jobs, vec![backup_job()]);
        set(&mut pve.storages, vec![target(site)]);
        for i in 0..NODES {
            let mut parts = NodeParts::new(&node_name(i));
            set(&mut parts.history, history());
            let own = self.vmids().filter(|v| v % 2 == 0 && v % NODES == i);
            set(&mut parts.replication, own.map(replication_state).collect());
            pve.nodes.insert(node_name(i), parts);
        }
        pve
    }

    fn server(self) -> PbsSurvey {
        let mut pbs = PbsSurvey::new();
        set(&mut pbs.version, version(4));
        set(&mut pbs.rights, rights(&["Datastore.Audit", "Sys.Audit", "Remote.Audit"]));
        set(&mut pbs.ping, ());
        set(&mut pbs.history, history());
        set(
            &mut pbs.datastores,
            vec![DatastoreInfo {
                name: "main".into(),
                comment: None,
                maintenance: None,
                mount: Some(Mount::NonRemovable),
            }],
        );
        set(
            &mut pbs.usage,
            vec![DatastoreUsage {
                name: "main".into(),
                usage: Some(Usage { used: 900 * GIB, total: 1000 * GIB }),
                error: None,
                mount: Some(Mount::NonRemovable),
                full_at: Some(NOW.plus(12 * DAY)),
                history: Vec::new(),
            }],
        );
        let mut store = StoreParts::new(&"main".into());
        set(&mut store.namespaces, vec!["site".into()]);
        let mut groups: Vec<_> = self.vmids().map(|vmid| Arc::new(copies(vmid))).collect();
        groups.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        let mut part = Part::new("/admin/datastore/main/snapshots?ns=site", tier::HOURLY);
        set(&mut part, groups);
        store.copies.insert("site".into(), part);
        pbs.stores.insert("main".into(), store);
        pbs
    }
}

/// A cluster, and the backup server of another site: copies are kept elsewhere.
fn facts(site: u32, sites: u32) -> SiteFacts {
    let guarded = (site + 1) % sites;
    let source = |name: String, product, port| SourceFacts {
        endpoints: vec![format!("{name}:{port}").into()],
        name: name.into(),
        product,
        fingerprints: Vec::new(),
        planned_off: Vec::new(),
    };
    SiteFacts {
        name: format!("site{site}").into(),
        place: None,
        contact: None,
        keys: None,
        timezone: TimeZone::UTC,
        policy: Policy::default(),
        sources: vec![
            source(format!("pve{site}"), Product::Pve, 8006),
            source(format!("pbs{guarded}"), Product::Pbs, 8007),
        ],
    }
}

fn put(fleet: &mut Fleet, source: &str, body: Body) {
    let Some(known) = fleet.survey(&source.into()) else { return };
    let mut link = known.link.clone();
    let seen = NOW.minus(5);
    (link.contact, link.current, link.clock_offset) = (Contact::Fine, Some(0), Some(0));
    (link.answered, link.round) = (Some(seen), Some(seen));
    for endpoint in &mut link.endpoints {
        (endpoint.contact, endpoint.tried) = (Contact::Fine, Some(seen));
    }
    fleet.take(Arc::new(Survey { source: source.into(), link, body }));
}

fn set<T>(part: &mut Part<T>, value: T) {
    *part = part.answered(value, NOW.minus(5));
}

fn rights(privileges: &[&str]) -> Rights {
    let all = privileges.iter().map(|p| (Arc::from(*p), true)).collect();
    Rights { paths: [(Arc::from("/"), all)].into_iter().collect() }
}

fn version(major: u32) -> Version {
    Version { text: format!("{major}.1.2").into(), major, minor: 1, patch: 2 }
}

fn node_name(number: u32) -> NodeName {
    format!("node{}", number % NODES).into()
}

fn kind(vmid: u32) -> GuestKind {
    if vmid.is_multiple_of(3) { GuestKind::Lxc } else { GuestKind::Qemu }
}

fn history() -> LoadHistory {
    let point = |i: i64| LoadPoint {
        time: NOW.minus(60 * (70 - i)),
        cpu: Some((i % 10) as f64 / 10.0),
        iowait: Some(0.01),
        memory: Some(0.5),
        swap: None,
        load: None,
    };
    LoadHistory { points: (0..70).map(point).collect() }
}

fn node(number: u32) -> Node {
    Node {
        name: node_name(number),
        state: NodeState::Online,
        cpu: Some(0.23),
        cpus: Some(16.0),
        memory: Some(Usage { used: 40 * GIB, total: 64 * GIB }),
        rootfs: Some(Usage { used: 20 * GIB, total: 94 * GIB }),
        uptime: Some(41 * 86_400),
        ha: None,
    }
}

fn guest(vmid: u32) -> Guest {
    Guest {
        vmid,
        kind: kind(vmid),
        node: node_name(vmid),
        name: Some(format!("guest-{vmid}").into()),
        state: if vmid.is_multiple_of(9) { "stopped" } else { "running" }.into(),
        template: false,
        uptime: Some(1000 * u64::from(vmid)),
        cpu: Some(0.12),
        cpus: Some(4.0),
        memory: Some(Usage { used: 3 * GIB, total: 8 * GIB }),
        disk: None,
        pool: Some("asso".into()),
        ha: None,
        lock: None,
        tags: vec!["prod".into(), "web".into()],
    }
}

fn storage(number: u32) -> Storage {
    Storage {
        name: "local-zfs".into(),
        node: node_name(number),
        kind: "zfspool".into(),
        content: vec!["images".into()],
        shared: false,
        available: true,
        usage: Some(Usage { used: 720 * GIB, total: 1000 * GIB }),
    }
}

fn target(site: u32) -> StorageConfig {
    StorageConfig {
        name: "pbs".into(),
        kind: "pbs".into(),
        content: vec!["backup".into()],
        nodes: Vec::new(),
        disabled: false,
        shared: true,
        prune: None,
        pbs: Some(PbsTarget {
            server: format!("pbs{site}").into(),
            port: 8007,
            datastore: "main".into(),
            namespace: "site".into(),
            username: "vigie@pbs!pve".into(),
            fingerprint: None,
            encryption_key: None,
            master_key: false,
        }),
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
        comment: Some("nightly, all guests".into()),
    }
}

fn replication_job(vmid: u32) -> ReplicationJob {
    ReplicationJob {
        id: format!("{vmid}-0").into(),
        guest: vmid,
        target: node_name(vmid + 1),
        source: Some(node_name(vmid)),
        schedule: None,
        disabled: false,
        rate: None,
        comment: None,
        removing: false,
    }
}

fn replication_state(vmid: u32) -> ReplicationState {
    let is_failing = vmid.is_multiple_of(10);
    let last = NOW.minus(i64::from(vmid % 97) + if is_failing { 7200 } else { 200 });
    ReplicationState {
        id: format!("{vmid}-0").into(),
        last_sync: Some(last),
        last_try: Some(NOW.minus(240)),
        next_sync: Some(NOW.plus(660)),
        duration: Some(4.0),
        fail_count: if is_failing { 5 } else { 0 },
        error: is_failing.then(|| "out of space on rpool/data".into()),
        running: false,
    }
}

/// Thirty nights, newest first; of some guests the last two are missing.
fn copies(vmid: u32) -> GroupCopies {
    let first = if vmid.is_multiple_of(7) { 2 } else { 0 };
    let snapshot = |night: i64| Snapshot {
        time: DUE.plus(420).minus(night * DAY),
        size: Some(small::Size::of(48 * GIB)),
        verification: Verification::Ok(None),
        protected: false,
        encrypted: true,
    };
    GroupCopies {
        kind: kind(vmid).backup_type(),
        id: vmid.to_string().into(),
        seen: NOW.minus(5),
        owner: Some("vigie@pbs!pve".into()),
        key: None,
        comment: None,
        snapshots: (first..30).map(snapshot).collect(),
    }
}
