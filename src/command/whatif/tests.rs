//! Answers on fleets made by hand: as they are printed, and their keys.

use std::collections::{BTreeMap, BTreeSet};

use clap::Parser;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::asked::Asked;
use super::{WhatIfError, answer};
use crate::cli::{Cli, Command, ListFormat};
use crate::command::report::plain::columns;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::pve::PveSurvey;
use crate::fleet::site::Fleet;
use crate::judge::sample::{
    change, disk, edit_link, edit_pve, healthy, judged, memory, snapshots, without_replication,
};
use crate::lang::{Lang, Tongue, When, english, of};

/// Answers `vigie whatif WORDS`.
fn ask(fleet: &Fleet, words: &str, format: ListFormat) -> Result<String, WhatIfError> {
    ask_in(english(), fleet, words, format)
}

fn ask_in(
    lang: &dyn Lang,
    fleet: &Fleet,
    words: &str,
    format: ListFormat,
) -> Result<String, WhatIfError> {
    let cli = Cli::try_parse_from("vigie whatif".split(' ').chain(words.split(' '))).unwrap();
    let Some(Command::Whatif(arguments)) = cli.command else { panic!("{words}") };
    let judged = judged(fleet);
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    let asked = Asked::find(&arguments, &judged)?;
    answer(&asked, fleet, &judged, format, lang, &when)
}

fn text(fleet: &Fleet, words: &str) -> String {
    let text = ask(fleet, words, ListFormat::Text).unwrap();
    for line in text.lines() {
        assert!(columns(line) <= 80, "{line}");
    }
    text
}

fn json(fleet: &Fleet, words: &str) -> Value {
    serde_json::from_str(&ask(fleet, words, ListFormat::Json).unwrap()).unwrap()
}

fn refused(fleet: &Fleet, words: &str) -> String {
    ask(fleet, words, ListFormat::Text).unwrap_err().to_string()
}

/// The newest copies and replicas are lost to guests 100 and 200; a disk of 101 is in no backup.
fn spoilt() -> Fleet {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    snapshots(&mut fleet, 100, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&101).unwrap(), |config| {
            let mut scratch = disk("scsi1", "local-zfs");
            scratch.backup = false;
            config.disks.push(scratch);
            config.passthrough = vec![("hostpci0".into(), "0000:01:00".into())];
        });
    });
    fleet
}

#[test]
fn the_loss_of_a_node() {
    insta::assert_snapshot!(text(&healthy(), "fi1"));
}

#[test]
fn the_loss_of_two_nodes_of_three_and_of_all_copies() {
    insta::assert_snapshot!(text(&spoilt(), "fi/fi1 fi/fi2 source/pbs"));
}

#[test]
fn a_host_emptied_onto_two() {
    let mut fleet = spoilt();
    memory(&mut fleet, "fi1", 60, 64);
    insta::assert_snapshot!(text(&fleet, "--empty fi2 --onto fi1 fi3"));
}

#[test]
fn nothing_fits_onto_what_has_nothing() {
    let mut fleet = healthy();
    memory(&mut fleet, "fi3", 1, 1);
    let said = text(&fleet, "--empty fi1 fi2 --onto fi3");
    let first: Vec<&str> = said.lines().take(2).collect();
    assert_eq!(
        first,
        [
            "None of the 2 guests of fi/fi1 and fi/fi2 finds room on fi/fi3.",
            "Short: memory as configured, memory as used now.",
        ]
    );
    assert!(said.contains("  fi/100 web   fi/fi1  nowhere  no room\n"), "{said}");
    let plan = json(&fleet, "--empty fi1 fi2 --onto fi3");
    assert_eq!((&plan["fits"], &plan["room"]), (&false.into(), &"full".into()));
    assert_eq!(plan["guests"][0]["target"], Value::Null);
}

#[test]
fn a_cluster_stands_for_all_its_hosts() {
    let plan = json(&healthy(), "--empty fi1 fi/fi1 --onto fi2 fi3");
    let names = |list: &Value| {
        let list = list.as_array().unwrap().iter();
        list.map(|place| place["node"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&plan["empty"]), names(&plan["onto"])),
        (vec!["fi1".to_owned()], vec!["fi2".to_owned(), "fi3".to_owned()])
    );
    for name in ["fi", "helsinki", "source/fi"] {
        let said = refused(&healthy(), &format!("--empty {name} --onto fi2"));
        assert_eq!(said, "fi/fi2 is in both lists: it cannot be emptied onto itself", "{name}");
    }
}

#[test]
fn mistakes_are_told() {
    let fleet = healthy();
    for words in ["atlantis", "fi1 atlantis", "web", "fi/100", "all"] {
        let asked = words.rsplit(' ').next().unwrap();
        let said = refused(&fleet, words);
        assert!(
            said.starts_with(&format!("there is no node, source or site {asked:?}: ")),
            "{said}"
        );
    }
    for (words, asked) in [
        ("--empty atlantis --onto fi1", "atlantis"),
        ("--empty fi1 --onto pbs", "pbs"),
        ("--empty fi1 --onto fi2 100", "100"),
    ] {
        let said = refused(&fleet, words);
        assert!(said.starts_with(&format!("there is no host {asked:?}: ")), "{said}");
    }
    let said = refused(&fleet, "--empty home --onto fi1");
    assert!(said.starts_with("no host of home is known yet"), "{said}");
    // Nothing to empty, nothing to take it, both questions at once, none.
    for words in ["--empty fi1", "--onto fi1", "fi1 --empty fi2 --onto fi3", "--format json"] {
        let words = "vigie whatif".split(' ').chain(words.split(' '));
        assert!(Cli::try_parse_from(words.clone()).is_err(), "{:?}", words.collect::<Vec<_>>());
    }
}

#[test]
fn what_nobody_knows_is_never_called_safe() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "fi", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    // What was known last counts, and says so.
    let said = text(&fleet, "fi1");
    assert!(said.contains("What is said of fi is as of "), "{said}");
    let loss = json(&fleet, "fi1");
    assert_eq!(loss["not_fresh"][0]["source"], "fi");
    assert_eq!(
        (&loss["guests"][0]["fits"], &loss["guests"][0]["room"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(loss["clusters"][0]["quorate"], Value::Null);
    let plan = text(&fleet, "--empty fi1 --onto fi2 fi3");
    assert!(plan.starts_with("Whether the guests of fi/fi1 fit onto fi/fi2 and fi/fi3 cannot be"));
    // Nothing was ever answered.
    edit_pve(&mut fleet, "fi", |pve| *pve = PveSurvey::new());
    let said = text(&fleet, "fi");
    assert!(said.starts_with("If fi died now, what would follow for guests cannot be told.\n"));
    assert!(said.contains("\nOf fi nothing is known yet.\n"), "{said}");
    assert_eq!(json(&fleet, "helsinki")["never_read"][0], "fi");
}

/// What stands at a place of either document.
const CONTRACT: [&[(&str, &str)]; 2] = [
    &[
        (
            "",
            "version taken lost never_read not_fresh not_all_read nodes guests clusters targets \
             failing copies_lost",
        ),
        ("lost", "kind name"),
        ("not_fresh", "source seen"),
        ("nodes", "source node"),
        (
            "guests",
            "source vmid name node template way doubtful target fits room loss_s point takes_s leaves_out \
             where needs_key",
        ),
        ("clusters", "source votes votes_needed quorate needs_expected nodes_left fences stopped"),
        (
            "targets",
            "source node guests memory_taken memory_free memory_idle memory_total disk_taken \
             disk_free cpus threads fits room",
        ),
        ("failing", "job at guests"),
        ("copies_lost", "places guests without_copy"),
        ("copies_lost.without_copy", "source vmid"),
    ],
    &[
        (
            "",
            "version taken empty onto never_read not_fresh not_all_read fits room packing n_minus_one \
             clusters resources guests targets windows",
        ),
        ("empty", "source node"),
        ("onto", "source node"),
        ("not_fresh", "source seen"),
        ("n_minus_one", "fits room weakest"),
        ("clusters", "source votes votes_needed quorate needs_expected nodes_left fences stopped"),
        ("resources", "memory_configured memory_used cpus disk"),
        ("resources.memory_configured", "need have fits room"),
        ("resources.memory_used", "need have fits room"),
        ("resources.cpus", "need have per_thread fits room"),
        ("resources.disk", "need have fits room"),
        ("guests", "source vmid name node target fits room ties"),
        ("guests.ties", "kind what"),
        (
            "targets",
            "source node guests memory_taken memory_free memory_idle memory_total disk_taken \
             disk_free cpus threads fits room",
        ),
        ("windows", "source node now_s then_s"),
    ],
];

fn walk(place: &str, value: &Value, seen: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(place, item, seen)),
        Value::Object(map) => {
            let keys: Vec<&str> = map.keys().map(String::as_str).collect();
            seen.entry(place.to_owned()).or_default().insert(sorted(&keys));
            for (key, value) in map {
                let below = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
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

#[test]
fn the_keys_are_those_of_the_contract() {
    let mut stale = spoilt();
    edit_link(&mut stale, "fi", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    let questions: [&[&str]; 2] =
        [&["fi/fi1 fi/fi2 source/pbs", "fi2"], &["--empty fi2 --onto fi1 fi3"]];
    for (contract, words) in CONTRACT.iter().zip(questions) {
        let mut seen = BTreeMap::new();
        for fleet in [healthy(), spoilt(), stale.clone()] {
            for words in words {
                walk("", &json(&fleet, words), &mut seen);
            }
        }
        for (place, keys) in *contract {
            let keys: Vec<&str> = keys.split(' ').filter(|k| !k.is_empty()).collect();
            let expected = BTreeSet::from([sorted(&keys)]);
            assert_eq!(seen.remove(*place).unwrap_or_default(), expected, "at {place:?}");
        }
        assert_eq!(seen, BTreeMap::new(), "nothing that the contract does not name");
    }
}

#[test]
fn the_values_are_those_of_the_fleet() {
    let loss = json(&spoilt(), "fi/fi1 fi/fi2 source/pbs");
    assert_eq!(loss["version"], 1);
    assert_eq!(loss["taken"], "2026-11-25T12:00:00Z");
    assert_eq!(loss["lost"][2], serde_json::json!({"kind": "source", "name": "pbs"}));
    let ways: Vec<&Value> = loss["guests"].as_array().unwrap().iter().map(|g| &g["way"]).collect();
    assert_eq!(ways, ["none", "none"]);
    let cluster = &loss["clusters"][0];
    assert_eq!((&cluster["votes"], &cluster["votes_needed"]), (&1.into(), &2.into()));
    assert_eq!((&cluster["quorate"], &cluster["needs_expected"]), (&false.into(), &true.into()));
    assert_eq!(loss["copies_lost"]["without_copy"][0]["vmid"], 200);
    let loss = json(&healthy(), "fi1");
    let guest = &loss["guests"][0];
    assert_eq!((&guest["way"], &guest["target"]), (&"replica".into(), &"fi/fi2".into()));
    assert_eq!((&guest["fits"], &guest["room"]), (&true.into(), &"fits".into()));
    assert_eq!(loss["targets"][0]["memory_taken"], 2_u64 << 30);
    assert_eq!(loss["targets"][0]["memory_total"], 64_u64 << 30);
    let plan = json(&spoilt(), "--empty fi2 --onto fi1 fi3");
    assert_eq!(plan["resources"]["memory_configured"]["need"], 2_u64 << 30);
    assert_eq!(plan["n_minus_one"]["fits"], true);
    let tie = serde_json::json!([{"kind": "passthrough", "what": "hostpci0"}]);
    assert_eq!(plan["guests"][0]["ties"], tie);
    assert_eq!(plan["windows"][0]["now_s"], Value::Null);
}

#[test]
fn the_same_is_said_in_french() {
    let fleet = spoilt();
    for (name, words) in
        [("french-loss", "fi/fi1"), ("french-plan", "--empty fi/fi1 --onto fi/fi2")]
    {
        let text = ask_in(of(Tongue::French), &fleet, words, ListFormat::Text).unwrap();
        for line in text.lines() {
            assert!(columns(line) <= 80, "{line}");
        }
        insta::assert_snapshot!(name, text);
    }
}
