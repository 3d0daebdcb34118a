//! What follows in the simulator when something is switched off: votes, HA, jobs that fail.

use serde_json::{Value, json};

use super::super::fleet::{SimCluster, SimFleet, SimNode, SimVersion};
use super::super::{Federation, Handle};
use super::client::get;
use super::fleet::{row, run};

const DAY: i64 = 86_400;

/// Two nodes, and a backup server that they write to.
async fn pair() -> Federation {
    run(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3))).await
}

async fn is_quorate(pve: &Handle) -> bool {
    get(pve, "/cluster/status").await.data()[0]["quorate"] == 1
}

async fn guest(pve: &Handle, vmid: u32) -> Value {
    row(&get(pve, "/cluster/resources").await.data(), "vmid", &json!(vmid)).clone()
}

async fn last_vzdump(pve: &Handle, node: &str) -> Value {
    let path = format!("/nodes/{node}/tasks?typefilter=vzdump&source=all&limit=1");
    get(pve, &path).await.data()[0].clone()
}

#[test]
fn votes_judged_by_hand() {
    let cluster = |nodes: usize, off: usize, qdevice: bool, expected: Option<usize>| {
        let mut all: Vec<SimNode> =
            (0..nodes).map(|at| SimNode::healthy(&format!("n{at}"), "10.0.0.1")).collect();
        all.iter_mut().take(off).for_each(|node| node.offline_since = Some(100));
        let when = super::super::schedule::When::Daily(1, 0);
        let cluster = SimCluster::healthy("c", SimVersion(9, 1, 7), all, None, when);
        SimCluster { qdevice, expected, ..cluster }
    };
    for (nodes, off, qdevice, expected, has) in [
        (1, 0, false, None, true),
        (2, 0, false, None, true),
        (2, 1, false, None, false),
        (2, 1, true, None, true),
        (2, 1, false, Some(1), true),
        (3, 1, false, None, true),
        (3, 2, false, None, false),
        (3, 2, true, None, true),
        (4, 2, false, None, false),
        (4, 2, true, None, true),
        (2, 2, true, None, false),
    ] {
        let cluster = cluster(nodes, off, qdevice, expected);
        let what = format!("{nodes} nodes, {off} off, {qdevice}, {expected:?}");
        assert_eq!(cluster.has_quorum(100), has, "{what}");
        assert!(cluster.has_quorum(99), "before that: {what}");
    }
}

#[tokio::test]
async fn half_of_two_has_no_quorum_and_saves_nothing() {
    let fleet = pair().await;
    let pve = fleet.source("pve").expect("pve");
    assert!(is_quorate(pve).await);
    pve.power_off("pve2");
    assert!(!is_quorate(pve).await);
    assert_eq!(get(pve, "/nodes/pve1/replication").await.status, 500);
    fleet.clock().advance(DAY);
    assert_eq!(last_vzdump(pve, "pve1").await["status"], "job errors");
    // The guest under HA stays where it is: nobody may start it.
    pve.edit(|cluster| cluster.ha[0].vmid = 200);
    assert_eq!(guest(pve, 200).await["node"], "pve2");
    pve.edit(|cluster| cluster.expected = Some(1));
    assert!(is_quorate(pve).await);
    assert_eq!(guest(pve, 200).await["node"], "pve1");
}

#[tokio::test]
async fn ha_starts_a_guest_where_its_replica_is() {
    let fleet = pair().await;
    let pve = fleet.source("pve").expect("pve");
    pve.edit(|cluster| {
        cluster.qdevice = true;
        cluster.ha[0].vmid = 200;
    });
    pve.power_off("pve2");
    fleet.clock().advance(119);
    assert_eq!(guest(pve, 200).await["node"], "pve2");
    fleet.clock().advance(1);
    let moved = guest(pve, 200).await;
    assert_eq!((&moved["node"], &moved["status"]), (&json!("pve1"), &json!("running")));
    // The other guest of the node is not under HA.
    assert_eq!(guest(pve, 201).await["node"], "pve2");
    // The job turned round, and leads to a node that is off.
    let jobs = get(pve, "/cluster/replication").await.data();
    assert_eq!(row(&jobs, "guest", &json!(200))["target"], "pve2");
    fleet.clock().advance(900);
    let jobs = get(pve, "/nodes/pve1/replication").await.data();
    let turned = row(&jobs, "guest", &json!(200));
    assert!(turned["fail_count"].as_i64().is_some_and(|count| count > 0), "{turned}");
}

#[tokio::test]
async fn what_a_guest_did_before_it_moved_is_told_of_its_old_node() {
    let fleet = pair().await;
    let pve = fleet.source("pve").expect("pve");
    let pbs = fleet.source("pbs").expect("pbs");
    let groups = async || get(pbs, "/admin/datastore/main/groups?ns=pve").await.data();
    let (before, copies) = (last_vzdump(pve, "pve1").await, groups().await);
    pve.move_guest(101, "pve2");
    assert_eq!(last_vzdump(pve, "pve1").await, before);
    assert_eq!(groups().await, copies);
    fleet.clock().advance(DAY);
    // One guest is left: its run is called by its number.
    assert_eq!(last_vzdump(pve, "pve1").await["id"], "100");
}

#[tokio::test]
async fn what_came_takes_its_memory_along() {
    let fleet = pair().await;
    let pve = fleet.source("pve").expect("pve");
    let used = async |node: &str| {
        let rows = get(pve, "/cluster/resources").await.data();
        row(&rows, "id", &json!(format!("node/{node}")))["mem"].as_u64().expect("bytes")
    };
    let (from, to) = (used("pve1").await, used("pve2").await);
    let mem = guest(pve, 100).await["mem"].as_u64().expect("bytes");
    pve.move_guest(100, "pve2");
    assert_eq!((used("pve1").await, used("pve2").await), (from - mem, to + mem));
}

#[tokio::test]
async fn nothing_is_written_to_a_backup_server_that_is_off() {
    let fleet = pair().await;
    let pve = fleet.source("pve").expect("pve");
    fleet.source("pbs").expect("pbs").power_off("");
    let rows = get(pve, "/cluster/resources").await.data();
    assert_eq!(row(&rows, "id", &json!("storage/pve1/pbs-home"))["status"], "unknown");
    fleet.clock().advance(DAY);
    let status = last_vzdump(pve, "pve1").await["status"].clone();
    assert!(status.as_str().is_some_and(|text| text.contains("could not activate")), "{status}");
    fleet.source("pbs").expect("pbs").power_on("");
    let rows = get(pve, "/cluster/resources").await.data();
    assert_eq!(row(&rows, "id", &json!("storage/pve1/pbs-home"))["status"], "available");
}
