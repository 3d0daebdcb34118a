//! Key by key against the answers of real servers: PVE 9.1 and PBS 4.2.
//!
//! Every difference is in [`KNOWN`], with its reason; one that is not, or no longer exists,
//! fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Weekday;
use serde_json::Value;

use super::super::Federation;
use super::super::fleet::{
    SimBackupJob, SimCluster, SimFleet, SimGroup, SimGuest, SimPbs, SimReplication, SimSelection,
    SimStoreJob, SimSyncJob, SimTask, SimVersion, SimVolume, Window,
};
use super::super::schedule::When;
use super::client::get;
use super::fleet::run;

/// Recorded file, source (`pve-off`: with one node off), our path.
const CALLS: &[(&str, &str, &str)] = &[
    ("pve/GET_version.json", "pve", "/version"),
    ("pve/GET_access__permissions.json", "pve", "/access/permissions"),
    ("pve/GET_cluster__status.json", "pve", "/cluster/status"),
    ("pve/GET_cluster__resources.json", "pve", "/cluster/resources"),
    ("pve/off-6min.GET_cluster__resources.json", "pve-off", "/cluster/resources"),
    ("pve/off-6min.GET_nodes.json", "pve-off", "/nodes"),
    ("pve/GET_cluster__tasks.json", "pve", "/cluster/tasks"),
    ("pve/GET_nodes.json", "pve", "/nodes"),
    ("pve/GET_cluster__replication.json", "pve", "/cluster/replication"),
    ("pve/GET_cluster__backup.json", "pve", "/cluster/backup"),
    (
        "pve/GET_cluster__backup__nightly-all__included_volumes.json",
        "pve",
        "/cluster/backup/backup-nightly/included_volumes",
    ),
    (
        "pve/GET_cluster__backup-info__not-backed-up.json",
        "pve",
        "/cluster/backup-info/not-backed-up",
    ),
    ("pve/GET_cluster__ha__status__current.json", "pve", "/cluster/ha/status/current"),
    ("pve/GET_storage.json", "pve", "/storage"),
    ("pve/GET_pools.json", "pve", "/pools"),
    ("pve/GET_nodes__hetzner-fi1__replication.json", "pve", "/nodes/pve1/replication"),
    ("pve/GET_nodes__hetzner-fi1__status.json", "pve", "/nodes/pve1/status"),
    ("pve/GET_nodes__hetzner-fi1__time.json", "pve", "/nodes/pve1/time"),
    ("pve/GET_nodes__hetzner-fi1__services.json", "pve", "/nodes/pve1/services"),
    ("pve/GET_nodes__hetzner-fi1__subscription.json", "pve", "/nodes/pve1/subscription"),
    ("pve/GET_nodes__hetzner-fi1__certificates__info.json", "pve", "/nodes/pve1/certificates/info"),
    ("pve/GET_nodes__hetzner-fi1__disks__list.json", "pve", "/nodes/pve1/disks/list"),
    ("pve/GET_nodes__hetzner-fi1__disks__zfs.json", "pve", "/nodes/pve1/disks/zfs"),
    ("pve/GET_nodes__hetzner-fi1__disks__zfs__rpool.json", "pve", "/nodes/pve1/disks/zfs/rpool"),
    ("pve/GET_nodes__hetzner-fi1__tasks.json", "pve", "/nodes/pve1/tasks"),
    (
        "pve/states.GET_nodes__hetzner-fi1__tasks@source=active.json",
        "pve",
        "/nodes/pve1/tasks?source=active",
    ),
    ("pve/GET_nodes__hetzner-fi1__storage.json", "pve", "/nodes/pve1/storage"),
    (
        "pve/GET_nodes__hetzner-fi1__storage__local__status.json",
        "pve",
        "/nodes/pve1/storage/local/status",
    ),
    (
        "pve/GET_nodes__hetzner-fi1__storage__local__prunebackups.json",
        "pve",
        "/nodes/pve1/storage/local/prunebackups?prune-backups=keep-all%3D1",
    ),
    ("pve/GET_nodes__hetzner-fi1__qemu.json", "pve", "/nodes/pve1/qemu"),
    ("pve/GET_nodes__hetzner-fi1__lxc.json", "pve", "/nodes/pve1/lxc"),
    ("pve/GET_nodes__hetzner-fi1__qemu__100__config.json", "pve", "/nodes/pve1/qemu/100/config"),
    ("pve/GET_nodes__hetzner-fi1__lxc__201__config.json", "pve", "/nodes/pve1/lxc/101/config"),
    (
        "pve/GET_nodes__hetzner-fi1__rrddata@timeframe=hour.json",
        "pve",
        "/nodes/pve1/rrddata?timeframe=hour",
    ),
    ("pbs/get_api2__json__version.json", "pbs", "/version"),
    ("pbs/get_api2__json__ping.json", "pbs", "/ping"),
    ("pbs/get_api2__json__access__permissions.json", "pbs", "/access/permissions"),
    ("pbs/get_api2__json__nodes__localhost__status.json", "pbs", "/nodes/localhost/status"),
    ("pbs/get_api2__json__nodes__localhost__identity.json", "pbs", "/nodes/localhost/identity"),
    ("pbs/get_api2__json__nodes__localhost__time.json", "pbs", "/nodes/localhost/time"),
    (
        "pbs/get_api2__json__nodes__localhost__subscription.json",
        "pbs",
        "/nodes/localhost/subscription",
    ),
    (
        "pbs/get_api2__json__nodes__localhost__services--systemd.json",
        "pbs",
        "/nodes/localhost/services",
    ),
    (
        "pbs/get_api2__json__nodes__localhost__disks__list.json",
        "pbs",
        "/nodes/localhost/disks/list",
    ),
    (
        "pbs/get_api2__json__nodes__localhost__apt__update.json",
        "pbs",
        "/nodes/localhost/apt/update",
    ),
    ("pbs/get_api2__json__nodes__localhost__tasks.json", "pbs", "/nodes/localhost/tasks"),
    (
        "pbs/get_api2__json__nodes__localhost__tasks@running=true--running.json",
        "pbs",
        "/nodes/localhost/tasks?running=true",
    ),
    ("pbs/get_api2__json__status__datastore-usage.json", "pbs", "/status/datastore-usage"),
    ("pbs/get_api2__json__admin__datastore.json", "pbs", "/admin/datastore"),
    ("pbs/get_api2__json__config__datastore.json", "pbs", "/config/datastore"),
    (
        "pbs/get_api2__json__admin__datastore__store1__namespace.json",
        "pbs",
        "/admin/datastore/main/namespace",
    ),
    (
        "pbs/get_api2__json__admin__datastore__store1__groups.json",
        "pbs",
        "/admin/datastore/main/groups?ns=pve",
    ),
    (
        "pbs/get_api2__json__admin__datastore__store1__snapshots.json",
        "pbs",
        "/admin/datastore/main/snapshots?ns=pve",
    ),
    (
        "pbs/get_api2__json__admin__datastore__store1__status@verbose=true.json",
        "pbs",
        "/admin/datastore/main/status?verbose=true",
    ),
    ("pbs/get_api2__json__admin__datastore__store1__gc.json", "pbs", "/admin/datastore/main/gc"),
    ("pbs/get_api2__json__admin__gc.json", "pbs", "/admin/gc"),
    ("pbs/get_api2__json__admin__verify.json", "pbs", "/admin/verify"),
    ("pbs/get_api2__json__admin__prune.json", "pbs", "/admin/prune"),
    (
        "pbs/get_api2__json__admin__sync@sync-direction=all.json",
        "pbs",
        "/admin/sync?sync-direction=all",
    ),
];

/// Recorded file, key, why we differ.
const KNOWN: &[(&str, &str, &str)] = &[
    ("pve/GET_cluster__resources.json", ".data[lxc].hastate", "the HA resource here is a VM"),
    (
        "pve/off-6min.GET_cluster__resources.json",
        ".data[lxc].hastate",
        "the HA resource here is a VM",
    ),
    ("pve/GET_cluster__tasks.json", ".data[].pid", "only running tasks have it; none ran then"),
    ("pve/GET_cluster__backup.json", ".data[].compress", "a setting of file backups"),
    ("pve/GET_cluster__backup.json", ".data[].prune-backups.keep-last", "jobs here keep days"),
    (
        "pve/GET_cluster__ha__status__current.json",
        ".data[service].comment",
        "no comment is described",
    ),
    ("pve/GET_storage.json", ".data[].is_mountpoint", "no such storage is described"),
    (
        "pve/GET_nodes__hetzner-fi1__status.json",
        ".data.boot-info.secureboot",
        "the recorded host had a legacy BIOS",
    ),
    ("pve/GET_nodes__hetzner-fi1__disks__list.json", ".data[].mounted", "disks here are of ZFS"),
    (
        "pve/GET_nodes__hetzner-fi1__disks__list.json",
        ".data[].wearout",
        "a number for a disk that has SMART",
    ),
    (
        "pve/GET_nodes__hetzner-fi1__storage__local__prunebackups.json",
        ".data[qemu]",
        "only a container had been backed up",
    ),
    (
        "pve/GET_nodes__hetzner-fi1__qemu__100__config.json",
        ".data.balloon",
        "an option of that guest",
    ),
    (
        "pve/GET_nodes__hetzner-fi1__qemu__100__config.json",
        ".data.protection",
        "an option of that guest",
    ),
    (
        "pve/GET_nodes__hetzner-fi1__qemu__100__config.json",
        ".data.startup",
        "an option of that guest",
    ),
    ("pve/GET_nodes__hetzner-fi1__qemu.json", ".data[].balloon_min", "an option of those guests"),
    ("pve/GET_nodes__hetzner-fi1__qemu.json", ".data[].shares", "an option of those guests"),
    ("pve/GET_nodes__hetzner-fi1__qemu.json", ".data[].serial", "an option of those guests"),
    ("pve/GET_nodes__hetzner-fi1__lxc.json", ".data[lxc].pid", "no container ran then"),
    ("pve/GET_nodes__hetzner-fi1__lxc.json", ".data[lxc].pressurecpufull", "no container ran then"),
    ("pve/GET_nodes__hetzner-fi1__lxc.json", ".data[lxc].pressurecpusome", "no container ran then"),
    ("pve/GET_nodes__hetzner-fi1__lxc.json", ".data[lxc].pressureiofull", "no container ran then"),
    ("pve/GET_nodes__hetzner-fi1__lxc.json", ".data[lxc].pressureiosome", "no container ran then"),
    (
        "pve/GET_nodes__hetzner-fi1__lxc.json",
        ".data[lxc].pressurememoryfull",
        "no container ran then",
    ),
    (
        "pve/GET_nodes__hetzner-fi1__lxc.json",
        ".data[lxc].pressurememorysome",
        "no container ran then",
    ),
    (
        "pbs/get_api2__json__nodes__localhost__disks__list.json",
        ".data[].model",
        "the recorded disk was virtual",
    ),
    (
        "pbs/get_api2__json__nodes__localhost__disks__list.json",
        ".data[].serial",
        "the recorded disk was virtual",
    ),
    (
        "pbs/get_api2__json__nodes__localhost__disks__list.json",
        ".data[].wearout",
        "the recorded disk was virtual",
    ),
    ("pbs/get_api2__json__config__datastore.json", ".data[].verify-new", "switched on here"),
    (
        "pbs/get_api2__json__admin__datastore__store1__snapshots.json",
        ".data[].fingerprint",
        "nothing is encrypted here",
    ),
    ("pbs/get_api2__json__admin__prune.json", ".data[].ns", "one job here is of a namespace"),
];

/// Keys with the JSON types seen there; rows of a list are one, those of a mixed list by type.
type Shape = BTreeMap<String, BTreeSet<&'static str>>;

/// Types that part the rows of a mixed list.
const ROWS: [&str; 12] = [
    "node", "qemu", "lxc", "storage", "pool", "network", "cluster", "quorum", "master", "lrm",
    "fencing", "service",
];

fn shape(value: &Value, at: &str, into: &mut Shape) {
    let word = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    into.entry(at.to_owned()).or_default().insert(word);
    match value {
        Value::Array(rows) => {
            for row in rows {
                let kind = row["type"].as_str().filter(|kind| ROWS.contains(kind));
                shape(row, &format!("{at}[{}]", kind.unwrap_or_default()), into);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                // Permission paths are names of things, not of fields.
                let key = if key.starts_with('/') { "<path>" } else { key };
                shape(field, &format!("{at}.{key}"), into);
            }
        }
        _ => {}
    }
}

/// What differs, one line each: `<key> missing`, `<key> extra`, `<key> types …`. Below a key
/// that is not in both nothing more is said.
fn differences(recorded: &Value, answer: &Value) -> Vec<String> {
    let (mut theirs, mut ours) = (Shape::new(), Shape::new());
    shape(recorded, "", &mut theirs);
    shape(answer, "", &mut ours);
    let keys: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let mut lines = Vec::new();
    let mut above: Option<&String> = None;
    for key in keys {
        if above.is_some_and(|above| key.starts_with(above.as_str())) {
            continue;
        }
        match (theirs.get(key), ours.get(key)) {
            (Some(theirs), Some(ours)) if ours.is_subset(theirs) => {}
            (Some(theirs), Some(ours)) => {
                lines.push(format!("{key} types {ours:?} for {theirs:?}"));
            }
            (there, _) => {
                let word = if there.is_some() { "missing" } else { "extra" };
                lines.push(format!("{key} {word}"));
                above = Some(key);
            }
        }
    }
    lines
}

/// A cluster and a server with one of everything the recorded ones had.
async fn rich() -> Federation {
    let mut fleet = SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
    enrich_cluster(fleet.cluster_mut("pve").expect("pve"));
    enrich_pbs(fleet.pbs_mut("pbs").expect("pbs"));
    run(fleet).await
}

fn enrich_cluster(cluster: &mut SimCluster) {
    cluster.pools = vec![("prod".into(), "prod guests".into())];
    cluster.nodes[0].subscribed = false;
    let web = cluster.guest_mut(100).expect("web");
    web.pool = Some("prod".into());
    web.notes = Some("Web front end\nsecond line".into());
    let dns = cluster.guest_mut(101).expect("dns");
    dns.tags = vec!["edge".into()];
    dns.pool = Some("prod".into());
    dns.volumes.push(SimVolume::new("mp0", "local-zfs", 50));
    dns.volumes.push(SimVolume { backup: Some(true), ..SimVolume::new("mp1", "local-zfs", 10) });
    dns.volumes.push(SimVolume::new("mp2", "/srv/host", 0));
    let mut locked = SimGuest::qemu(102, "db01", "pve1").stopped();
    locked.lock = Some("backup".into());
    locked.template = true;
    let mut container = SimGuest::lxc(301, "fi2-ct", "pve2").stopped();
    container.lock = Some("migrate".into());
    let mut template = SimGuest::lxc(202, "ct-template", "pve1").stopped();
    template.template = true;
    cluster.guests.extend([locked, container, template]);
    cluster.replication.push(SimReplication {
        schedule: Some(When::Every(30)),
        disabled: true,
        jobnum: 1,
        ..SimReplication::healthy(101, "pve2")
    });
    let failing = &mut cluster.replication[0];
    failing.rate = Some(50);
    failing.fails = Some((Window::since(-6_000), "out of space".into()));
    cluster.backup_jobs[0].takes = SimSelection::All(vec![102]);
    cluster.backup_jobs[0].comment = Some("all".into());
    let sunday = When::Weekly(Weekday::Sunday, 4, 0);
    for (id, takes, node) in [
        ("weekly", SimSelection::Vmids(vec![100]), Some("pve1".to_owned())),
        ("pool", SimSelection::Pool("prod".into()), None),
    ] {
        let job = SimBackupJob::nightly(id, "local", sunday);
        cluster.backup_jobs.push(SimBackupJob { takes, node, ..job });
    }
    let storages = &mut cluster.storages;
    storages[1].nodes = vec!["pve1".into(), "pve2".into()];
    let mut old = storages[0].clone();
    "old-nas".clone_into(&mut old.id);
    old.disabled = true;
    storages.push(old);
    let done = SimTask {
        node: "pve1".into(),
        kind: "qmsnapshot".into(),
        id: "100".into(),
        user: "monitor@pve!full".into(),
        start: -500,
        took: Some(5),
        status: "OK".into(),
    };
    let running = SimTask { took: None, start: -20, user: "root@pam".into(), ..done.clone() };
    cluster.tasks = vec![running, done];
}

fn enrich_pbs(pbs: &mut SimPbs) {
    pbs.updates = vec!["libssl3t64".into()];
    pbs.datastores[0].comment = Some("main store".into());
    let mut second = pbs.datastores[0].clone();
    "second".clone_into(&mut second.name);
    second.comment = None;
    second.gc = None;
    let mut offline = second.clone();
    "maint".clone_into(&mut offline.name);
    offline.maintenance = Some("offline,message=disk swap".into());
    let mut usb = second.clone();
    "usb1".clone_into(&mut usb.name);
    "notmounted".clone_into(&mut usb.mount);
    pbs.datastores.extend([second, offline, usb]);
    for jobs in [&mut pbs.verify_jobs, &mut pbs.prune_jobs] {
        jobs[0].comment = Some("weekly".into());
        let never = SimStoreJob::healthy("never", "main", When::Daily(1, 0));
        jobs.push(SimStoreJob { namespace: Some("pve".into()), schedule: None, ..never });
    }
    let off = SimStoreJob::healthy("off", "main", When::Daily(1, 0));
    pbs.prune_jobs.push(SimStoreJob { disabled: true, ..off });
    pbs.sync_jobs = vec![SimSyncJob {
        id: "s-local".into(),
        store: "second".into(),
        remote: None,
        remote_store: "main".into(),
        direction: "pull".into(),
        schedule: Some(When::Every(60)),
        comment: Some("local copy".into()),
        status: "sync failed with some errors.".into(),
    }];
    // A host that is being backed up now: it is 12:07:30 in Paris.
    pbs.datastores[0].groups = vec![SimGroup {
        namespace: "pve".into(),
        kind: "host".into(),
        id: "slow01".into(),
        owner: "backup@pbs!client".into(),
        schedule: When::Daily(12, 7),
        missing: None,
        size: 9_000_000,
        keep_days: 3,
    }];
}

#[tokio::test]
async fn our_answers_have_the_keys_and_types_of_the_recorded_ones() {
    let fleet = rich().await;
    let off = rich().await;
    off.source("pve").expect("pve").edit_node("pve2", |node| node.offline_since = Some(-400));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let mut found = Vec::new();
    for (file, source, path) in CALLS {
        let (fleet, source) =
            source.strip_suffix("-off").map_or((&fleet, *source), |source| (&off, source));
        let reply = get(fleet.source(source).expect("a source"), path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        let text = std::fs::read_to_string(folder.join(file)).expect(file);
        let recorded: Value = serde_json::from_str(&text).expect("JSON");
        let lines = differences(&recorded, &reply.json());
        found.extend(lines.into_iter().map(|line| format!("{file} {line}")));
    }
    let known: Vec<String> = KNOWN.iter().map(|(file, key, _)| format!("{file} {key} ")).collect();
    let unknown: Vec<&String> = found
        .iter()
        .filter(|line| !known.iter().any(|known| line.starts_with(known.as_str())))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    for known in &known {
        let still = found.iter().any(|line| line.starts_with(known.as_str()));
        assert!(still, "no longer different: {known}");
    }
}
