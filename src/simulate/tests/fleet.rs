//! The described fleets: what a client sees of them.

use serde_json::{Value, json};

use super::super::fleet::SimVersion;
use super::super::{Federation, Options, Rights, SimClock, SimFleet, start};
use super::client::{get, get_as};

// Wednesday 25 November 2026, 11:07:30 UTC: 13:07 in Helsinki, 12:07 in Paris.
pub(super) const NOW: i64 = 1_795_604_850;

pub(super) fn fast() -> Options {
    Options { delays: 0.0, ..Options::default() }
}

pub(super) async fn run(fleet: SimFleet) -> Federation {
    start(fleet, SimClock::fixed(NOW), fast()).await.expect("servers on loopback")
}

pub(super) fn row<'a>(rows: &'a Value, key: &str, value: &Value) -> &'a Value {
    rows.as_array()
        .and_then(|rows| rows.iter().find(|row| row[key] == *value))
        .unwrap_or_else(|| panic!("no row with {key} {value}"))
}

#[tokio::test]
async fn the_demo_is_wrong_from_the_first_second() {
    let demo = run(SimFleet::demo()).await;
    let fi = demo.source("fi").expect("fi");
    let jobs = get(fi, "/nodes/fi2/replication").await.data();
    let failing = row(&jobs, "id", &json!("206-0"));
    assert_eq!(failing["fail_count"], 5);
    assert!(failing["error"].as_str().is_some_and(|text| text.contains("no space left on device")));
    let healthy = row(&jobs, "id", &json!("201-0"));
    assert_eq!(healthy["fail_count"], 0);
    // 11:00 UTC plus 201 % 40 + 2 = 3 seconds.
    assert_eq!(healthy["last_sync"], NOW - 450 + 3);
    assert_eq!(healthy["next_sync"], NOW + 450);
    let outside = get(fi, "/cluster/backup-info/not-backed-up").await.data();
    assert_eq!(outside, json!([{"vmid": 108, "type": "qemu", "name": "scratch"}]));
    let volumes = get(fi, "/cluster/backup/backup-nightly/included_volumes").await.data();
    let cloud = row(&volumes["children"], "id", &json!(102));
    assert_eq!(row(&cloud["children"], "id", &json!("102:scsi1"))["included"], 0);

    let cafe1 = demo.source("cafe1").expect("cafe1");
    let path = "/nodes/cafe1/tasks?typefilter=vzdump&source=all&limit=1";
    let task = get(cafe1, path).await.data()[0].clone();
    assert_eq!(task["status"], "job errors");
    let upid = task["upid"].as_str().expect("a UPID");
    let log = get(cafe1, &format!("/nodes/cafe1/tasks/{upid}/log?limit=5000")).await.text();
    assert!(log.contains("ERROR: Backup of VM 103 failed - VM is locked (backup)"), "{log}");
    assert!(log.contains("INFO: Finished Backup of VM 100 ("), "{log}");
    assert!(log.contains("TASK ERROR: job errors"), "{log}");

    let pbs = demo.source("pbs").expect("pbs");
    let path = "/admin/datastore/main/groups?ns=orizom%2Fcafe1";
    let groups = get(pbs, path).await.data();
    let late = row(&groups, "backup-id", &json!("103"))["last-backup"].as_i64().expect("a time");
    assert!(late < NOW - 24 * 3_600 && late > NOW - 48 * 3_600, "{late}");
    let path = "/admin/datastore/main/snapshots?ns=orizom%2Fcafe4&backup-type=vm&backup-id=400";
    let snapshots = get(pbs, path).await.data();
    let states: Vec<&Value> = snapshots
        .as_array()
        .expect("a list")
        .iter()
        .map(|snapshot| &snapshot["verification"]["state"])
        .collect();
    assert_eq!(states.iter().filter(|state| **state == "failed").count(), 1);
    assert_eq!(states.last(), Some(&&json!("failed")), "the newest one");
    let usage = get(pbs, "/status/datastore-usage").await.data();
    let archive = row(&usage, "store", &json!("archive"));
    assert_eq!(archive["estimated-full-date"], NOW + 12 * 86_400);

    let cafe2 = demo.source("cafe2").expect("cafe2");
    let certificates = get(cafe2, "/nodes/cafe2/certificates/info").await.data();
    let leaf = row(&certificates, "filename", &json!("pveproxy-ssl.pem"));
    assert_eq!(leaf["notafter"], NOW + 9 * 86_400);
    let bridges = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().expect("a list").iter();
        rows.map(|row| row["iface"].as_str().expect("a name").to_owned()).collect()
    };
    let path = "/nodes/cafe2/network?type=any_bridge";
    assert_eq!(bridges(&get(cafe2, path).await.data()), ["vmbr0", "vmbr1"]);
    assert_eq!(bridges(&get(cafe2, "/nodes/cafe2/network").await.data())[0], "eno1");
    let cafe3 = demo.source("cafe3").expect("cafe3");
    let path = "/nodes/cafe3/network?type=any_bridge";
    assert_eq!(bridges(&get(cafe3, path).await.data()), ["vmbr0"]);
    let services = get(cafe3, "/nodes/cafe3/services").await.data();
    assert_eq!(row(&services, "name", &json!("pvescheduler"))["state"], "dead");
}

#[tokio::test]
async fn time_makes_things_happen() {
    let fleet = run(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3))).await;
    let pve = fleet.source("pve").expect("pve");
    let sync = |rows: Value| row(&rows, "guest", &json!(100))["last_sync"].as_i64();
    let first = sync(get(pve, "/nodes/pve1/replication").await.data());
    fleet.clock().advance(900);
    let second = sync(get(pve, "/nodes/pve1/replication").await.data());
    assert_eq!(second, first.map(|at| at + 900));
    let pbs = fleet.source("pbs").expect("pbs");
    let path = "/admin/datastore/main/groups?ns=pve";
    let last = |rows: Value| row(&rows, "backup-id", &json!("100"))["last-backup"].as_i64();
    let before = last(get(pbs, path).await.data());
    fleet.clock().advance(86_400);
    let after = last(get(pbs, path).await.data());
    assert_eq!(after, before.map(|at| at + 86_400));
    // 02:30 in Paris: the backup of the first guest has just begun.
    fleet.clock().set(1_795_656_610);
    let running = get(pbs, "/nodes/localhost/tasks?running=true").await.data();
    assert_eq!(running.as_array().map(Vec::len), Some(2), "one per node: {running}");
    let path = "/admin/datastore/main/snapshots?ns=pve&backup-type=vm&backup-id=100";
    let newest = get(pbs, path).await.data();
    let newest = newest.as_array().and_then(|rows| rows.last()).expect("a snapshot");
    assert_eq!(newest["files"], json!([]));
    assert!(newest.get("size").is_none());
    let active = get(pve, "/nodes/pve1/tasks?source=active").await.data();
    assert_eq!(active[0]["status"], "RUNNING");
}

#[tokio::test]
async fn a_healthy_fleet_has_no_fault_in_any_version() {
    for (pve, pbs) in [
        (SimVersion(7, 4, 17), SimVersion(2, 4, 7)),
        (SimVersion(8, 4, 14), SimVersion(3, 4, 2)),
        (SimVersion(9, 1, 7), SimVersion(4, 2, 3)),
    ] {
        let fleet = run(SimFleet::healthy(pve, pbs)).await;
        let handle = fleet.source("pve").expect("pve");
        for node in ["pve1", "pve2"] {
            let jobs = get(handle, &format!("/nodes/{node}/replication")).await.data();
            for job in jobs.as_array().expect("a list") {
                assert_eq!(job["fail_count"], 0);
                assert!(job["next_sync"].as_i64().is_some_and(|at| at > NOW), "{job}");
            }
            let bad = get(handle, &format!("/nodes/{node}/tasks?errors=1")).await.json();
            assert_eq!(bad, json!({"data": []}));
        }
        assert_eq!(get(handle, "/cluster/backup-info/not-backed-up").await.data(), json!([]));
        let server = fleet.source("pbs").expect("pbs");
        let ns = if pbs.at_least(2, 2) { "?ns=pve" } else { "" };
        let path = format!("/admin/datastore/main/snapshots{ns}");
        let snapshots = get(server, &path).await.data();
        let snapshots = snapshots.as_array().expect("a list");
        assert_eq!(snapshots.len(), 4 * 14);
        for snapshot in snapshots {
            assert_eq!(snapshot["verification"]["state"], "ok", "{snapshot}");
        }
    }
}

#[tokio::test]
async fn versions_differ_as_the_real_ones_do() {
    let fleet = run(SimFleet::healthy(SimVersion(7, 4, 17), SimVersion(2, 4, 7))).await;
    let pve = fleet.source("pve").expect("pve");
    assert_eq!(get(pve, "/version").await.data()["version"], "7.4-17");
    let error = get(pve, "/cluster/resources?foo=1").await;
    assert_eq!(error.reason, "Parameter verification failed.");
    let body = error.json();
    assert!(body.get("message").is_none(), "{body}");
    let resources = get(pve, "/cluster/resources").await.data();
    let guest = row(&resources, "vmid", &json!(100));
    assert!(guest.get("memhost").is_none(), "{guest}");
    assert!(get(pve, "/nodes/pve1/status").await.data().get("current-kernel").is_none());
    let pbs = fleet.source("pbs").expect("pbs");
    assert_eq!(get(pbs, "/admin/gc").await.status, 404);
    assert_eq!(get(pbs, "/admin/datastore/main/gc").await.status, 200);
    let sync = get(pbs, "/admin/sync?sync-direction=all").await;
    assert_eq!(sync.status, 400);
    assert_eq!(
        sync.text(),
        "parameter verification failed - 'sync-direction': schema does not allow additional \
         properties."
    );
    pbs.edit_pbs(|pbs| pbs.datastores[0].broken = true);
    let usage = get(pbs, "/status/datastore-usage").await.data();
    assert_eq!(usage[0]["total"], -1);
}

#[tokio::test]
async fn vzdump_has_its_built_in_defaults() {
    let fleet = run(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3))).await;
    let pve = fleet.source("pve").expect("pve");
    let said = get(pve, "/nodes/pve1/vzdump/defaults").await.data();
    assert_eq!((&said["storage"], &said["prune-backups"]), (&json!("local"), &json!("keep-all=1")));
    let none = get(pve, "/nodes/pve1/vzdump/defaults?storage=nosuch").await;
    assert_eq!((none.status, none.reason.as_str()), (500, "storage 'nosuch' does not exist"));
}

#[tokio::test]
async fn rights_hide_or_refuse() {
    let fleet = run(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3))).await;
    let pve = fleet.source("pve").expect("pve");
    for path in ["/nodes/pve1/qemu", "/nodes/pve1/replication", "/cluster/tasks", "/storage"] {
        let reply = get_as(pve, Rights::NOTHING, path).await;
        assert_eq!((reply.status, reply.data()), (200, json!([])), "{path}");
    }
    for (path, text) in [
        ("/cluster/status", "Permission check failed (/, Sys.Audit)"),
        ("/nodes/pve1/status", "Permission check failed (/nodes/pve1, Sys.Audit)"),
        ("/nodes/pve1/qemu/100/config", "Permission check failed (/vms/100, VM.Audit)"),
        (
            "/nodes/pve1/vzdump/defaults",
            "Permission check failed (/storage/local, Datastore.Audit|Datastore.AllocateSpace)",
        ),
    ] {
        let reply = get_as(pve, Rights::NOTHING, path).await;
        assert_eq!((reply.status, reply.reason.as_str()), (403, text), "{path}");
    }
    let nodes = get_as(pve, Rights::NOTHING, "/cluster/resources").await.data();
    assert_eq!(nodes.as_array().map(Vec::len), Some(2));
    assert!(nodes[0].get("cpu").is_none());
    let pbs = fleet.source("pbs").expect("pbs");
    for path in ["/admin/datastore", "/admin/verify", "/nodes/localhost/tasks"] {
        let reply = get_as(pbs, Rights::NOTHING, path).await;
        assert_eq!((reply.status, reply.data()), (200, json!([])), "{path}");
    }
    let reply = get_as(pbs, Rights::NOTHING, "/admin/datastore/main/snapshots").await;
    assert_eq!(reply.status, 403);
    assert_eq!(
        reply.text(),
        "permission check failed - missing Datastore.Audit|Datastore.Backup on /datastore/main"
    );
}

#[tokio::test]
async fn a_node_that_goes_off_does_it_in_stages() {
    let fleet = run(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3))).await;
    let pve = fleet.source("pve").expect("pve");
    // With a QDevice the other has quorum, and goes on.
    pve.edit(|cluster| cluster.qdevice = true);
    pve.power_off("pve2");
    let status = get(pve, "/cluster/status").await.data();
    assert_eq!(row(&status, "name", &json!("pve2"))["online"], 0);
    let resources = get(pve, "/cluster/resources").await.data();
    assert_eq!(row(&resources, "id", &json!("node/pve2"))["status"], "offline");
    assert_eq!(row(&resources, "vmid", &json!(200))["status"], "running");
    let proxied = get(pve, "/nodes/pve2/status").await;
    assert_eq!((proxied.status, proxied.reason.as_str()), (595, "No route to host"));
    assert!(proxied.body.is_empty());
    assert_eq!(get(pve, "/nodes/pve2/rrddata?timeframe=hour").await.status, 200);
    fleet.clock().advance(301);
    let resources = get(pve, "/cluster/resources").await.data();
    let guest = row(&resources, "vmid", &json!(200));
    assert_eq!(guest["status"], "unknown");
    assert!(guest.get("name").is_none());
    // At the next run the replication to it fails, and no retry is planned.
    fleet.clock().advance(900);
    let jobs = get(pve, "/nodes/pve1/replication").await.data();
    let job = row(&jobs, "guest", &json!(100));
    assert!(job["fail_count"].as_i64().is_some_and(|count| count > 0), "{job}");
    assert_eq!(job["next_sync"], 0);
    pve.power_on("pve2");
    assert_eq!(get(pve, "/nodes/pve2/status").await.status, 200);
}

#[tokio::test]
async fn the_written_configuration_reaches_every_server() {
    let demo = run(SimFleet::demo()).await;
    let config: toml::Value = toml::from_str(&demo.config_toml()).expect("TOML");
    let sites = config["site"].as_array().expect("sites");
    assert_eq!(sites.len(), 5);
    let fi = &sites[0]["pve"][0];
    let handle = demo.source("fi").expect("fi");
    assert_eq!(fi["name"].as_str(), Some("fi"));
    assert_eq!(fi["endpoints"].as_array().map(Vec::len), Some(2));
    assert_eq!(fi["endpoints"][0].as_str(), handle.endpoints().first().map(String::as_str));
    assert_eq!(fi["secret-env"].as_str(), Some("VIGIE_SIM_SECRET"));
    let reply = get(handle, "/version").await;
    let digest = sha2::Digest::finalize(sha2::Digest::chain_update(
        <sha2::Sha256 as sha2::Digest>::new(),
        &reply.certificate,
    ));
    let print: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(fi["fingerprint"][0].as_str(), Some(print.join(":").as_str()));
    assert!(!demo.config_toml().contains(demo.secret()));
    // The PVE side names the same PBS certificate.
    let storages = get(handle, "/storage").await.data();
    let pbs = demo.source("pbs").expect("pbs").fingerprints();
    assert_eq!(
        row(&storages, "storage", &json!("pbs-home"))["fingerprint"].as_str(),
        pbs.first().map(|print| print.to_lowercase()).as_deref()
    );
}

#[tokio::test]
async fn the_secret_file_is_private() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret");
    let options = Options { secret_file: Some(path.clone()), ..fast() };
    let fleet = SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
    let fleet = start(fleet, SimClock::fixed(NOW), options).await.expect("servers");
    fleet.write_config(&folder.path().join("config.toml")).expect("files");
    let text = std::fs::read_to_string(&path).expect("the secret");
    assert_eq!(text.trim(), fleet.secret());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_big_fleet_answers_quickly_the_second_time() {
    let fleet = run(SimFleet::scaled(1, 2_000, 3)).await;
    let site = fleet.source("site0").expect("site0");
    let rows = get(site, "/cluster/resources?type=vm").await.data();
    assert_eq!(rows.as_array().map(Vec::len), Some(2_000));
    let pbs = fleet.source("pbs").expect("pbs");
    let path = "/admin/datastore/main/snapshots?ns=site0";
    let rows = get(pbs, path).await.data();
    assert_eq!(rows.as_array().map(Vec::len), Some(6_000));
}
