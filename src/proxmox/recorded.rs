//! Answers of real servers (a PVE 9.1 cluster, a PBS 4.2) decode, with the values they hold.

use std::fs;
use std::path::{Path, PathBuf};

use super::{needs, pbs, pve, rights};
use crate::fleet::host::Usage;
use crate::fleet::id::{BackupType, GuestKind};
use crate::fleet::pbs::copies::Verification;
use crate::fleet::pbs::datastore::{Maintenance, Mount};
use crate::fleet::pbs::small::Moment;
use crate::fleet::pve::backup::Selection;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::task::{TaskResult, VzdumpOutcome};
use crate::fleet::time::Epoch;

mod spoiled;

fn folder(product: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(product)
}

fn pve(name: &str) -> Vec<u8> {
    fs::read(folder("pve").join(format!("{name}.json"))).unwrap()
}

fn pbs(name: &str) -> Vec<u8> {
    fs::read(folder("pbs").join(format!("get_api2__json__{name}.json"))).unwrap()
}

/// Reads a recorded PVE answer by the path in its name; none: not a call of this program.
fn read_pve(call: &str, body: &[u8]) -> Option<Result<(), super::Malformed>> {
    let path = call.split('@').next().unwrap_or(call);
    let steps: Vec<&str> = path.split("__").collect();
    Some(match *steps.as_slice() {
        ["version"] | ["nodes", _, "version"] => pve::cluster::read_version(body).map(drop),
        ["access", "permissions"] => rights::read(body).map(drop),
        ["cluster", "status"] => pve::cluster::read_status(body).map(drop),
        ["cluster", "resources"] => pve::resources::read(body).map(drop),
        ["cluster", "tasks"] | ["nodes", _, "tasks"] => pve::task::read(body).map(drop),
        ["cluster", "ha", "status", "current"] => pve::cluster::read_ha(body).map(drop),
        ["cluster", "ha", "rules"] => pve::placement::read_rules(body).map(drop),
        ["cluster", "ha", "groups"] => pve::placement::read_groups(body).map(drop),
        ["cluster", "replication"] => pve::replication::read_jobs(body).map(drop),
        ["cluster", "backup"] => pve::backup::read_jobs(body).map(drop),
        ["cluster", "backup", _, "included_volumes"] => pve::backup::read_included(body).map(drop),
        ["nodes"] => pve::cluster::read_peers(body).map(drop),
        ["nodes", _, "replication"] => pve::replication::read_states(body).map(drop),
        ["nodes", _, "status"] => pve::node::read_status(body).map(drop),
        ["nodes", _, "services"] => pve::node::read_services(body).map(drop),
        ["nodes", _, "network"] => pve::node::read_bridges(body).map(drop),
        ["nodes", _, "disks", "zfs"] => pve::node::read_zfs(body).map(drop),
        ["nodes", _, "disks", "list"] => pve::node::read_disks(body).map(drop),
        ["nodes", _, "certificates", "info"] => pve::node::read_certificates(body).map(drop),
        ["nodes", _, "time"] => pve::node::read_timezone(body).map(drop),
        ["nodes", _, "rrddata"] => pve::node::read_history(body).map(drop),
        ["nodes", _, "qemu", _, "config"] => pve::guest::read(body, GuestKind::Qemu).map(drop),
        ["nodes", _, "lxc", _, "config"] => pve::guest::read(body, GuestKind::Lxc).map(drop),
        ["nodes", _, "storage", _, "prunebackups"] => pve::backup::read_files(body).map(drop),
        ["nodes", _, "vzdump", "defaults"] => pve::backup::read_defaults(body).map(drop),
        ["nodes", _, "tasks", _, "log"] => pve::log::read(body).map(drop),
        ["storage"] => pve::storage::read(body).map(drop),
        _ => return None,
    })
}

fn read_pbs(call: &str, body: &[u8]) -> Option<Result<(), super::Malformed>> {
    let path = call.split(['@']).next().and_then(|p| p.split("--").next()).unwrap_or(call);
    let steps: Vec<&str> = path.split("__").collect();
    Some(match *steps.as_slice() {
        ["ping"] => pbs::server::read_ping(body),
        ["version"] => pbs::server::read_version(body).map(drop),
        ["access", "permissions"] => rights::read(body).map(drop),
        ["nodes", "localhost", "status"] => pve::node::read_status(body).map(drop),
        ["nodes", "localhost", "services"] => pve::node::read_services(body).map(drop),
        ["nodes", "localhost", "disks", "list"] => pve::node::read_disks(body).map(drop),
        ["nodes", "localhost", "time"] => pve::node::read_timezone(body).map(drop),
        ["nodes", "localhost", "rrd"] => pve::node::read_history(body).map(drop),
        ["nodes", "localhost", "identity"] => pbs::server::read_identity(body).map(drop),
        ["nodes", "localhost", "tasks"] => pbs::task::read(body).map(drop),
        ["status", "datastore-usage"] => pbs::datastore::read_usage(body).map(drop),
        ["admin", "datastore"] => pbs::datastore::read_list(body).map(drop),
        ["admin", "datastore", _, "status"] => pbs::datastore::read_status(body).map(drop),
        ["admin", "datastore", _, "namespace"] => pbs::datastore::read_namespaces(body).map(drop),
        ["admin", "datastore", _, "groups"] => pbs::copies::read_groups(body).map(drop),
        ["admin", "datastore", _, "snapshots"] => pbs::copies::read_snapshots(body).map(drop),
        ["admin", "datastore", store, "gc"] => pbs::job::read_gc(body, &store.into()).map(drop),
        ["admin", "verify" | "prune" | "sync"] => pbs::job::read_jobs(body).map(drop),
        ["admin", "gc"] => pbs::job::read_gc_list(body).map(drop),
        ["config", "datastore"] => pbs::datastore::read_config(body).map(drop),
        ["config", "remote"] => pbs::server::read_remotes(body).map(drop),
        _ => return None,
    })
}

/// Reads one answer: fine, malformed, or no call of this program.
type Read = fn(&str, &[u8]) -> Option<Result<(), super::Malformed>>;

/// Every good answer that was recorded: its name, its call, its bytes and who reads it.
fn good_answers() -> Vec<(String, String, Vec<u8>, Read)> {
    let mut all: Vec<(String, String, Vec<u8>, Read)> = Vec::new();
    for entry in fs::read_dir(folder("pve")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(name) = name.strip_suffix(".json") else { continue };
        let headers = fs::read_to_string(path.with_file_name(format!("{name}.hdr"))).unwrap();
        let good = headers.starts_with("HTTP/1.1 200");
        let Some((_, call)) = name.split_once("GET_") else { continue };
        // `download` gives the bare file, gzipped.
        if good && !call.contains("download=1") {
            all.push((name.to_owned(), call.to_owned(), fs::read(&path).unwrap(), read_pve));
        }
    }
    for entry in fs::read_dir(folder("pbs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(call) = name.strip_prefix("get_api2__json__") else { continue };
        // Errors are plain text: `.txt`.
        let Some(call) = call.strip_suffix(".json") else { continue };
        all.push((name.clone(), call.to_owned(), fs::read(&path).unwrap(), read_pbs));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// What a support bundle shows of real answers is read as they are, and tells none of the names.
#[test]
fn masked_answers_decode_and_name_nobody() {
    let answers: Vec<_> = good_answers()
        .into_iter()
        .filter_map(|(name, call, bytes, read)| {
            read(&call, &bytes)?.ok()?;
            let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
            let path = call.split(['@']).next()?.split("--").next()?.replace("__", "/");
            let products = [crate::fleet::id::Product::Pve, crate::fleet::id::Product::Pbs];
            let row = products.iter().find_map(|p| needs::row_of(*p, &format!("/{path}")))?;
            Some((name, call, row.call, value, read))
        })
        .collect();
    assert!(answers.len() > 150, "only {} answers", answers.len());
    let mut mask = crate::bundle::Mask::default();
    for (_, _, row, value, _) in &answers {
        mask.learn_from(row, value);
    }
    for (name, call, row, value, read) in &answers {
        let shown = mask.document(row, value);
        let text = shown.to_string();
        let again = read(call, text.as_bytes()).unwrap();
        assert!(again.is_ok(), "{name}: {again:?}\n{text}");
        for secret in [
            "hetzner",
            "store1",
            "shared-nas",
            "local-zfs",
            "monitor",
            "dash",
            "before-upgrade",
            "10.77",
            "BC:24:11",
            "BEGIN CERT",
            "disk swap",
            "WDC",
            "dc1",
            "edge",
            "web01",
            "f518c653",
            "b764a44471de42bc",
            "Helsinki",
            "Web front",
            "nightly",
            "vmbr9",
        ] {
            assert!(!text.contains(secret), "{name}: {secret}\n{text}");
        }
    }
}

#[test]
fn every_good_answer_decodes() {
    let (mut read, mut wrong) = (0, Vec::new());
    for (name, call, body, reader) in good_answers() {
        match reader(&call, &body) {
            Some(Ok(())) => read += 1,
            Some(Err(error)) => wrong.push(format!("{name}: {error}")),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read > 200, "only {read} answers were looked at");
}

#[test]
fn a_cluster_with_a_node_down() {
    let status = pve::cluster::read_status(&pve("off-6min.GET_cluster__status")).unwrap();
    assert_eq!(status.name.as_deref(), Some("hetzner"));
    let seen: Vec<_> = status.members.iter().map(|m| (m.node.as_str(), m.online)).collect();
    assert_eq!(seen, [("hetzner-fi1", true), ("hetzner-fi2", false)]);
    assert_eq!(status.answering().unwrap().node.as_str(), "hetzner-fi1");
    let all = pve::resources::read(&pve("off-6min.GET_cluster__resources")).unwrap();
    assert_eq!(all.node(&"hetzner-fi2".into()).unwrap().state, NodeState::Offline);
    let gone: Vec<_> = all.guests.iter().filter(|g| g.node.as_str() == "hetzner-fi2").collect();
    assert!(!gone.is_empty());
    assert!(gone.iter().all(|g| &*g.state == "unknown" && g.name.is_none()));
}

#[test]
fn resources() {
    let all = pve::resources::read(&pve("GET_cluster__resources")).unwrap();
    let guest = all.guest(101).unwrap();
    assert_eq!((guest.kind, guest.name.as_deref()), (GuestKind::Qemu, Some("db01")));
    assert_eq!((&*guest.state, guest.lock.as_deref()), ("stopped", Some("backup")));
    assert_eq!(guest.tags.iter().map(|t| &**t).collect::<Vec<_>>(), ["db", "prod"]);
    assert_eq!(guest.memory.unwrap().total, 4 << 30);
    assert!(all.guest(102).unwrap().template && !guest.template);
    assert_eq!(all.guest(100).unwrap().pool.as_deref(), Some("prod"));
    assert!(all.guests.windows(2).all(|w| w[0].vmid < w[1].vmid));
    let shared = all.storages.iter().filter(|s| s.name.as_str() == "shared-nas").count();
    assert_eq!(shared, 2, "a shared storage comes once per node");
    let pbs = all.storages.iter().find(|s| s.name.as_str() == "pbs-fi").unwrap();
    assert!(!pbs.available && pbs.usage.is_none() && pbs.shared);
}

#[test]
fn replication() {
    let jobs = pve::replication::read_jobs(&pve("GET_cluster__replication")).unwrap();
    let rows: Vec<_> =
        jobs.iter().map(|j| (j.id.as_str(), j.guest, j.schedule.as_deref(), j.disabled)).collect();
    assert_eq!(
        rows,
        [
            ("100-0", 100, None, false),
            ("101-0", 101, Some("*/30"), true),
            ("103-0", 103, None, false),
            ("200-0", 200, Some("sat 03:00"), false),
        ]
    );
    let body = pve("GET_nodes__hetzner-fi1__replication");
    let states = pve::replication::read_states(&body).unwrap();
    let failing = &states[0];
    assert_eq!((failing.fail_count, failing.last_sync), (5, None), "0 is never");
    assert!(failing.error.as_deref().unwrap().ends_with("out of space"));
    assert_eq!(states[2].last_sync, Some(Epoch(1_795_354_266)));
    assert_eq!(states[2].duration, Some(9.881_508));
}

#[test]
fn backup_jobs_and_what_they_include() {
    let jobs = pve::backup::read_jobs(&pve("GET_cluster__backup")).unwrap();
    let job = |id: &str| jobs.iter().find(|j| j.id.as_str() == id).unwrap();
    assert_eq!(job("nightly-all").selection, Selection::AllBut(vec![103, 104]));
    assert_eq!(job("weekly-pbs").selection, Selection::Guests(vec![100, 200]));
    assert_eq!(job("weekly-pbs").node.as_ref().unwrap().as_str(), "hetzner-fi1");
    let pool = job("0321b89c-a466-42cd-abbd-f201f3864aee");
    assert_eq!((&pool.selection, pool.enabled), (&Selection::Pool("prod".into()), false));
    let body = pve("GET_cluster__backup__nightly-all__included_volumes");
    let included = pve::backup::read_included(&body).unwrap();
    let db = included.guest(101).unwrap();
    let volumes: Vec<_> = db.volumes.iter().map(|v| (&*v.key, v.included)).collect();
    assert_eq!(volumes, [("scsi0", true), ("scsi1", false), ("scsi2", false)]);
    assert_eq!(included.guest(105).unwrap().volumes.len(), 0);
    let name =
        "GET_nodes__hetzner-fi1__storage__shared-nas__prunebackups@prune-backups=keep-all%3D1";
    let files = pve::backup::read_files(&pve(name)).unwrap();
    assert_eq!((files[0].vmid, files[0].time), (Some(204), Epoch(1_795_352_263)));
}

#[test]
fn guest_configurations() {
    let read = |name: &str, kind| pve::guest::read(&pve(name), kind).unwrap();
    let db = read("GET_nodes__hetzner-fi1__qemu__101__config", GuestKind::Qemu);
    let disks: Vec<_> = db.disks.iter().map(|d| (&*d.key, d.kind, d.backup, d.replicate)).collect();
    assert_eq!(
        disks,
        [
            ("ide2", DiskKind::Cdrom, false, true),
            ("scsi0", DiskKind::Disk, true, true),
            ("scsi1", DiskKind::Disk, false, false),
            ("scsi2", DiskKind::Disk, false, true),
            ("unused0", DiskKind::Unused, false, true),
        ]
    );
    assert_eq!((db.memory, db.cpus), (Some(4 << 30), Some(2)));
    assert_eq!(db.description.as_deref(), Some("Database: keep line two"));
    assert_eq!(db.disks[1].storage.as_ref().unwrap().as_str(), "local-zfs");
    assert_eq!(db.disks[3].storage, None, "a raw device lies on no storage");
    let proxy = read("GET_nodes__hetzner-fi1__lxc__201__config", GuestKind::Lxc);
    let mounts: Vec<_> = proxy.disks.iter().map(|d| (&*d.key, d.kind, d.backup)).collect();
    assert_eq!(
        mounts,
        [
            ("mp0", DiskKind::MountPoint, false),
            ("mp1", DiskKind::MountPoint, true),
            ("mp2", DiskKind::Bind, false),
            ("rootfs", DiskKind::Rootfs, true),
        ]
    );
    assert!(proxy.onboot && proxy.name.as_deref() == Some("proxy"));
    let broken = read("odd.GET_nodes__hetzner-fi1__qemu__107__config", GuestKind::Qemu);
    assert_eq!((broken.name.as_deref(), broken.disks.len()), (Some("brokencfg"), 0));
}

#[test]
fn storages_know_their_pbs() {
    let all = pve::storage::read(&pve("GET_storage")).unwrap();
    let pbs = all.iter().find_map(|s| s.pbs.as_ref()).unwrap();
    assert_eq!((&*pbs.server, pbs.port), ("127.0.0.1", 8099));
    assert_eq!((pbs.datastore.as_str(), pbs.namespace.as_str()), ("main", "fi1"));
    assert_eq!(&*pbs.username, "monitor@pbs!pve");
    assert_eq!(pbs.fingerprint.unwrap()[..3], [0x11, 0x22, 0x33]);
    let nas = all.iter().find(|s| s.name.as_str() == "old-nas").unwrap();
    assert!(nas.disabled && nas.is_file_storage());
    let prune = |name: &str| all.iter().find(|s| s.name.as_str() == name)?.prune.as_deref();
    assert_eq!(prune("local"), Some("keep-daily=7,keep-last=3"));
    assert_eq!((prune("pbs-fi"), prune("shared-nas")), (Some("keep-all=1"), None));
}

#[test]
fn tasks_and_logs() {
    let tasks = pve::task::read(&pve("GET_nodes__hetzner-fi1__tasks@typefilter=vzdump+errors=1"));
    assert!(tasks.unwrap().iter().all(|t| matches!(t.result, Some(TaskResult::Error(_)))));
    let name = "GET_nodes__hetzner-fi1__tasks__UPID:hetzner-fi1:00000443:0004697C:6B02E6C6:vzdump::root@pam:__log@limit=0";
    let log = pve::log::read(&pve(name)).unwrap();
    let failed = log.guests.iter().find(|g| g.vmid == 101).unwrap();
    assert_eq!(failed.outcome, VzdumpOutcome::Failed("VM is locked (backup)".into()));
    assert!(log.guests.iter().any(|g| g.outcome == VzdumpOutcome::Finished));
}

#[test]
fn hosts() {
    let status = pve::node::read_status(&pve("GET_nodes__hetzner-fi1__status")).unwrap();
    assert_eq!(status.load, Some([2.24, 1.79, 2.04]), "PVE writes these as texts");
    assert_eq!(status.swap, Some(Usage { used: 0, total: 0 }), "a host without swap");
    assert_eq!(status.rootfs.unwrap().total, 270_553_174_016);
    let status = pve::node::read_status(&pbs("nodes__localhost__status")).unwrap();
    assert_eq!(status.rootfs.unwrap().used, 31_406_850_048);
    assert_eq!(status.fingerprint.unwrap()[..2], [0xb8, 0x55]);
    let pools = pve::node::read_zfs(&pve("GET_nodes__hetzner-fi1__disks__zfs")).unwrap();
    let health: Vec<_> = pools.iter().map(|p| (&*p.name, &*p.health)).collect();
    assert_eq!(health, [("rpool", "ONLINE"), ("tank", "DEGRADED")]);
    let disks = pve::node::read_disks(&pve("GET_nodes__hetzner-fi1__disks__list")).unwrap();
    assert_eq!((disks[0].life, disks[0].health.as_deref()), (None, Some("UNKNOWN")));
    let files = pve("GET_nodes__hetzner-fi1__certificates__info");
    let files = pve::node::read_certificates(&files).unwrap();
    let ca = files.iter().find(|f| &*f.file == "pve-root-ca.pem").unwrap();
    assert_eq!(ca.not_after, Some(Epoch(2_110_625_542)));
    let history = pve("GET_nodes__hetzner-fi1__rrddata@timeframe=hour");
    let points = pve::node::read_history(&history).unwrap().points;
    assert_eq!(points[0].cpu, None, "the first points have only a time");
    let last = points.last().unwrap();
    assert!((last.memory.unwrap() - 0.1076).abs() < 0.001 && last.swap.is_none());
}

#[test]
fn rights_of_both_products() {
    let of_pve = rights::read(&pve("GET_access__permissions")).unwrap();
    assert!(of_pve.has("/", "Sys.Audit") && of_pve.has("/vms/7", "VM.Audit"));
    assert!(!of_pve.has("/", "Sys.Modify"));
    let one = rights::read(&pve("vmonly.GET_access__permissions")).unwrap();
    assert!(!one.has("/", "Sys.Audit") && one.has("/vms/100", "VM.Audit"));
    let of_pbs = rights::read(&pbs("access__permissions")).unwrap();
    assert!(of_pbs.has_below("/datastore", "Datastore.Audit"));
    assert!(!of_pbs.has("/remote", "Remote.Audit"));
    let none = rights::read(&pbs("access__permissions--limited@pbs_t")).unwrap();
    assert!(!none.has_any_below("/datastore", "Datastore.Audit"));
}

#[test]
fn datastores_in_their_three_shapes() {
    let all = pbs::datastore::read_usage(&pbs("status__datastore-usage")).unwrap();
    let of = |name: &str| all.iter().find(|d| d.name.as_str() == name).unwrap();
    assert_eq!(of("store2").usage.unwrap().total, 270_553_174_016);
    assert_eq!(of("flat").full_at, Some(Epoch(i64::MAX)));
    assert!(of("maint").usage.is_none() && of("maint").error.is_some());
    assert_eq!((of("usb1").mount, of("usb1").usage), (Some(Mount::NotMounted), None));
    assert!(all.iter().all(|d| d.history.len() <= 90));
    let list = pbs::datastore::read_list(&pbs("admin__datastore")).unwrap();
    let maint = list.iter().find(|d| d.name.as_str() == "maint").unwrap();
    assert_eq!(maint.maintenance, Some((Maintenance::Offline, Some("disk swap".into()))));
    let body = pbs("admin__datastore__store1__namespace");
    let namespaces = pbs::datastore::read_namespaces(&body).unwrap();
    let names: Vec<_> = namespaces.iter().map(crate::fleet::id::Namespace::as_str).collect();
    assert_eq!(names, ["", "archive", "prod", "prod/dc1"]);
}

#[test]
fn snapshots_and_their_verification() {
    let body = pbs("admin__datastore__store1__snapshots");
    let groups = pbs::copies::read_snapshots(&body).unwrap();
    let ct = groups.iter().find(|g| g.kind == BackupType::Ct && &*g.id == "101").unwrap();
    assert_eq!(ct.owner.as_deref(), Some("backup@pbs!client"));
    let times: Vec<_> = ct.snapshots.iter().map(|s| s.time.0).collect();
    assert_eq!(times, [1_795_345_226, 1_795_093_226], "newest first");
    assert_eq!(ct.snapshots[0].verification, Verification::Ok(Moment::of(Epoch(0x6B02_E782))));
    let body = pbs("admin__datastore__store1__snapshots@backup-id=slow01--running");
    let running = pbs::copies::read_snapshots(&body).unwrap();
    assert!(running[0].newest().is_none() && running[0].snapshots.len() == 1);
}

#[test]
fn jobs_and_garbage_collection() {
    let jobs = pbs::job::read_jobs(&pbs("admin__verify--job-running")).unwrap();
    assert!(jobs.iter().any(|j| j.run.is_running()));
    let jobs = pbs::job::read_jobs(&pbs("admin__sync@sync-direction=all")).unwrap();
    let end = jobs[0].sync.as_ref().unwrap();
    assert_eq!((&end.remote, end.store.as_str(), end.push), (&None, "store1", false));
    assert!(matches!(jobs[0].run.result, Some(TaskResult::Error(_))));
    let jobs = pbs::job::read_jobs(&pbs("admin__prune")).unwrap();
    assert!(jobs.iter().find(|j| j.id.as_str() == "p-disabled").unwrap().disabled);
    let keep = crate::fleet::retention::Keep { daily: 7, last: 2, ..Default::default() };
    assert!(jobs.iter().any(|j| j.keep == keep), "{jobs:?}");
    let all = pbs::job::read_gc_list(&pbs("admin__gc--fresh")).unwrap();
    assert!(all.iter().all(|gc| gc.run.upid.is_none() && gc.began.is_none()), "never ran");
    let all = pbs::job::read_gc_list(&pbs("admin__gc")).unwrap();
    let ended = all.iter().find(|gc| gc.run.end.is_some()).unwrap();
    assert!(ended.began.unwrap() <= ended.run.end.unwrap(), "its task tells when it began");
}

#[test]
fn what_is_not_told_is_malformed_and_never_well() {
    let cut = |name: &str, read: fn(&[u8]) -> bool, key: &str| {
        let whole =
            String::from_utf8(if name.starts_with("admin") { pbs(name) } else { pve(name) })
                .unwrap();
        assert!(read(whole.as_bytes()), "{name}");
        let without = whole.replace(&format!("\"{key}\""), "\"something-else\"");
        assert_ne!(whole, without);
        assert!(!read(without.as_bytes()), "{name} without {key}");
    };
    cut("GET_cluster__status", |b| pve::cluster::read_status(b).is_ok(), "online");
    cut("GET_cluster__status", |b| pve::cluster::read_status(b).is_ok(), "quorate");
    let replication = "GET_nodes__hetzner-fi1__replication";
    cut(replication, |b| pve::replication::read_states(b).is_ok(), "fail_count");
    cut("admin__gc", |b| pbs::job::read_gc_list(b).is_ok(), "still-bad");
}
