//! HA's groups and rules, in the words of each release.

use serde_json::json;

use super::super::fleet::{SimHaAsk, SimHaRule, SimVersion};
use super::super::{Federation, Rights, SimFleet};
use super::client::{get, get_as};
use super::fleet::run;

async fn bound(version: SimVersion) -> Federation {
    let mut fleet = SimFleet::healthy(version, SimVersion(4, 2, 3));
    let cluster = fleet.cluster_mut("pve").expect("pve");
    cluster.bind("here", &[100], &["pve1"], true);
    cluster.ha_rules.push(SimHaRule {
        name: "apart".to_owned(),
        guests: vec![201, 100],
        asks: SimHaAsk::Apart,
        disabled: true,
    });
    run(fleet).await
}

#[tokio::test]
async fn groups_of_8() {
    let fleet = bound(SimVersion(8, 4, 1)).await;
    let pve = fleet.source("pve").expect("pve");
    let groups = get(pve, "/cluster/ha/groups").await.data();
    assert_eq!(groups[0]["group"], "here");
    assert_eq!((&groups[0]["nodes"], &groups[0]["restricted"]), (&json!("pve1"), &json!(1)));
    assert_eq!(groups.as_array().map(Vec::len), Some(1), "groups bind to nodes alone");
    let services = get(pve, "/cluster/ha/status/current").await.data();
    let services = services.as_array().expect("a list").iter();
    let groups: Vec<_> = services.filter_map(|row| row.get("group")).collect();
    assert_eq!(groups, ["here"]);
    assert_eq!(get(pve, "/cluster/ha/rules").await.status, 501);
}

#[tokio::test]
async fn rules_of_9() {
    let fleet = bound(SimVersion(9, 1, 7)).await;
    let pve = fleet.source("pve").expect("pve");
    let rules = get(pve, "/cluster/ha/rules").await.data();
    let first = &rules[0];
    assert_eq!((&first["rule"], &first["type"]), (&json!("here"), &json!("node-affinity")));
    assert_eq!((&first["resources"], &first["nodes"]), (&json!("vm:100"), &json!("pve1")));
    assert_eq!((&first["strict"], first.get("disable")), (&json!(1), None));
    assert_eq!((&rules[1]["affinity"], &rules[1]["disable"]), (&json!("negative"), &json!(1)));
    assert_eq!(rules[1]["resources"], "ct:201,vm:100");
    let groups = get(pve, "/cluster/ha/groups").await;
    assert_eq!(groups.status, 500);
    let services = get(pve, "/cluster/ha/status/current").await.text();
    assert!(!services.contains("\"group\""), "{services}");
}

/// Both need Sys.Audit on `/`.
#[tokio::test]
async fn without_the_right_nothing_is_told() {
    for (version, path) in
        [(SimVersion(8, 4, 1), "/cluster/ha/groups"), (SimVersion(9, 1, 7), "/cluster/ha/rules")]
    {
        let fleet = bound(version).await;
        let pve = fleet.source("pve").expect("pve");
        assert_eq!(get_as(pve, Rights::NOTHING, path).await.status, 403, "{path}");
    }
}
