//! The keys of the JSON, written down by hand from the contract.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{broken, rendered, unknown};
use crate::cli::Format;
use crate::fleet::site::Fleet;
use crate::judge::sample;

/// What stands at a place: its keys, or the kinds of value it may have.
const CONTRACT: &[(&str, &str)] = &[
    ("", "version taken verdict sites problems notices"),
    ("sites", "name verdict sources nodes guests storages datastores"),
    (
        "sites.sources",
        "name kind verdict state complete seen endpoint product_version clock_offset error \
         missing_privileges parts",
    ),
    ("sites.sources.parts", "name state seen error"),
    (
        "sites.nodes",
        "source name state verdict cpu memory_used memory_total rootfs_used rootfs_total uptime \
         version because what_if",
    ),
    ("sites.nodes.what_if", "lost restartable restorable fits quorate_after"),
    (
        "sites.guests",
        "source vmid kind name node state template verdict because backup replication \
         recovery",
    ),
    ("sites.guests.backup", "verdict newest last age where verification due"),
    ("sites.guests.replication", "verdict jobs"),
    ("sites.guests.recovery", "verdict loss_s way target reasons"),
    (
        "sites.guests.replication.jobs",
        "id source_node target last_sync age fail_count error verdict",
    ),
    ("sites.storages", "source name node kind used total verdict because"),
    ("sites.datastores", "source name used total full_at verdict because"),
    ("problems", "code severity site source subject detail text since evidence"),
    ("problems.evidence", "call seen"),
    ("notices", "code severity site source subject detail text since evidence accepted"),
    ("notices.evidence", "call seen"),
];

/// The words a key may have, where the contract lists them.
const WORDS: &[(&str, &str)] = &[
    ("verdict", "ok warning unknown critical"),
    ("sites.verdict", "ok warning unknown critical"),
    ("sites.sources.kind", "pve pbs"),
    (
        "sites.sources.state",
        "fresh stale unreachable untrusted unauthorized forbidden malformed error planned-off",
    ),
    ("sites.sources.verdict", "ok warning unknown critical"),
    ("sites.sources.parts.state", "fresh stale denied failed not-asked"),
    ("sites.nodes.state", "online offline unknown"),
    ("sites.nodes.verdict", "ok warning unknown critical"),
    ("sites.guests.kind", "qemu lxc"),
    ("sites.guests.verdict", "ok warning unknown critical"),
    ("sites.guests.backup.verdict", "ok warning unknown critical none"),
    ("sites.guests.backup.verification", "ok failed none"),
    ("sites.guests.recovery.verdict", "ok warning unknown critical none"),
    ("sites.guests.recovery.way", "ha replica restore none"),
    ("sites.guests.replication.verdict", "ok warning unknown critical none"),
    ("sites.guests.replication.jobs.verdict", "ok warning unknown critical"),
    ("sites.storages.verdict", "ok warning unknown critical"),
    ("sites.datastores.verdict", "ok warning unknown critical"),
    ("problems.severity", "warning unknown critical"),
    ("notices.severity", "notice"),
];

/// The keys that hold times.
const TIMES: &[&str] = &["taken", "seen", "since", "newest", "last", "due", "last_sync", "full_at"];

type Seen = BTreeMap<String, BTreeSet<String>>;

fn walk(place: &str, value: &Value, seen: &mut Seen) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(place, item, seen)),
        Value::Object(map) => {
            let keys: Vec<&str> = map.keys().map(String::as_str).collect();
            seen.entry(place.to_owned()).or_default().insert(sorted(&keys));
            for (key, value) in map {
                let below = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                if TIMES.contains(&key.as_str()) && !value.is_null() {
                    let time = value.as_str().unwrap_or_else(|| panic!("{below} is {value}"));
                    assert!(time.ends_with('Z') && time.len() == 20, "{below}: {time}");
                    time.parse::<jiff::Timestamp>().unwrap();
                }
                if let Some((_, words)) = WORDS.iter().find(|(at, _)| *at == below)
                    && !value.is_null()
                {
                    let word = value.as_str().unwrap_or_else(|| panic!("{below} is {value}"));
                    assert!(words.split(' ').any(|w| w == word), "{below}: {word}");
                }
                walk(&below, value, seen);
            }
        }
        _ => {}
    }
}

fn sorted(keys: &[&str]) -> String {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.join(" ")
}

fn document(fleet: &Fleet) -> Value {
    serde_json::from_str(&rendered(fleet, Format::Json)).unwrap()
}

#[test]
fn the_keys_are_those_of_the_contract() {
    let mut seen = Seen::new();
    for fleet in [sample::healthy(), broken(), unknown()] {
        walk("", &document(&fleet), &mut seen);
    }
    for (place, keys) in CONTRACT {
        let keys: Vec<&str> = keys.split(' ').filter(|k| !k.is_empty()).collect();
        let expected = BTreeSet::from([sorted(&keys)]);
        assert_eq!(seen.remove(*place).unwrap_or_default(), expected, "at {place:?}");
    }
    assert_eq!(seen, Seen::new(), "nothing that the contract does not name");
}

#[test]
fn each_way_back_has_its_word() {
    let told = |change: &dyn Fn(&mut Fleet)| {
        let mut fleet = sample::healthy();
        change(&mut fleet);
        let recovery = document(&fleet)["sites"][0]["guests"][0]["recovery"].clone();
        (recovery["way"].clone(), recovery["target"].clone(), recovery["loss_s"].clone())
    };
    let null = Value::Null;
    assert_eq!(told(&|_| {}), ("replica".into(), "fi/fi2".into(), 900.into()));
    let ha = told(&|fleet| {
        sample::under_ha(fleet, 100);
        sample::replicated_twice(fleet);
    });
    assert_eq!(ha, ("ha".into(), "fi/fi2".into(), 900.into()));
    // Copies of 02:02, at noon.
    let restore = told(&|fleet| sample::without_replication(fleet));
    assert_eq!((restore.0, restore.2), ("restore".into(), 35_880.into()));
    let none = told(&|fleet| {
        sample::without_replication(fleet);
        sample::snapshots(fleet, 100, Vec::clear);
    });
    assert_eq!(none, ("none".into(), null.clone(), null.clone()));
    let untold = told(&|fleet| {
        sample::without_replication(fleet);
        sample::edit_pbs(fleet, "pbs", |pbs| *pbs = crate::fleet::pbs::PbsSurvey::new());
    });
    assert_eq!(untold, (null.clone(), null.clone(), null));
}

#[test]
fn the_values_are_those_of_the_fleet() {
    let report = document(&broken());
    assert_eq!(report["version"], 1);
    assert_eq!(report["taken"], "2026-11-25T12:00:00Z");
    assert_eq!(report["verdict"], "critical");
    let site = &report["sites"][0];
    assert_eq!(site["name"], "helsinki");
    assert_eq!(site["sources"][0]["endpoint"], "fi1:8006");
    assert_eq!(site["sources"][0]["complete"], false);
    assert_eq!(site["nodes"][0]["rootfs_used"], 97);
    let guest = &site["guests"][1];
    assert_eq!(guest["vmid"], 101);
    assert_eq!(guest["state"], "stopped");
    assert_eq!(guest["backup"]["age"], 4 * 86400);
    assert_eq!(guest["backup"]["where"], "pbs:main/fi");
    assert_eq!(guest["replication"]["verdict"], "none");
    assert_eq!(site["guests"][2]["because"], "node/fi/fi3");
    // Its copies of four days ago are what is left of 101; fi3 is offline.
    let recovery = &guest["recovery"];
    assert_eq!((&recovery["way"], &recovery["loss_s"]), (&"restore".into(), &345_600.into()));
    let what_if = &document(&sample::healthy())["sites"][0]["nodes"][0]["what_if"];
    assert_eq!(what_if["restartable"], 1, "its one guest has a replica");
    assert_eq!((&what_if["lost"], &what_if["restorable"]), (&0.into(), &0.into()));
    assert_eq!((&what_if["fits"], &what_if["quorate_after"]), (&true.into(), &true.into()));
    let pbs = site["storages"].as_array().unwrap().iter().find(|s| s["name"] == "pbs").unwrap();
    assert_eq!(pbs["node"], Value::Null);
    assert_eq!(report["sites"][1]["nodes"][0]["name"], "localhost");
    assert_eq!(report["sites"][1]["nodes"][0]["what_if"], Value::Null);
    assert_eq!(report["sites"][1]["datastores"][0]["full_at"], "2026-12-07T12:00:00Z");
    let late = report["problems"].as_array().unwrap();
    let late = late.iter().find(|p| p["subject"] == "guest/fi/101").unwrap();
    assert_eq!(late["code"], "backup.late");
    assert_eq!(late["text"], "guest 101 (mail) of fi: backup late: due 04:00, newest copy 4d old");
    let accepted = &report["notices"][0];
    assert_eq!((&accepted["code"], &accepted["accepted"]), (&"guest.down".into(), &"known".into()));
}
