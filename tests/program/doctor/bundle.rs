//! A support bundle tells nothing of whose fleet it is.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::Value;
use vigie::simulate::fleet::SimFleet;
use vigie::simulate::{Fault, PBS_TOKEN, PVE_TOKEN, Rights};

use super::said;
use crate::bed::{Bed, SECRET};

/// What a hostile or a talkative person writes wherever text can be written.
const TALK: &str =
    "Zqtalk \u{1b}]52;c;WnF0YWxr\u{7} \u{202e}zqesrever zqx@example.org 06 12 34 56 78";

/// The demo with names that no word of Proxmox is, and talk everywhere.
fn talkative() -> Bed {
    let mut fleet = SimFleet::demo();
    for site in &mut fleet.sites {
        site.contact = Some(TALK.to_owned());
        site.place = Some(TALK.to_owned());
        for cluster in &mut site.clusters {
            for guest in &mut cluster.guests {
                guest.name = format!("zq{}", guest.name);
                guest.tags.iter_mut().for_each(|tag| *tag = format!("zq{tag}"));
                guest.notes = Some(TALK.to_owned());
            }
            for job in &mut cluster.backup_jobs {
                job.comment = Some(TALK.to_owned());
            }
            for task in &mut cluster.tasks {
                TALK.clone_into(&mut task.status);
                "zqperson@zqrealm!zqtoken".clone_into(&mut task.user);
            }
        }
        for pbs in &mut site.backup_servers {
            for store in &mut pbs.datastores {
                store.comment = Some(TALK.to_owned());
            }
            pbs.remotes.push(("zqremote".to_owned(), "zqfar.example.org".to_owned()));
        }
    }
    Bed::new(fleet)
}

/// Everything of a fleet that must not be told, in lower case.
fn telling(bed: &Bed) -> BTreeSet<String> {
    let mut all: BTreeSet<String> =
        [SECRET, PVE_TOKEN, PBS_TOKEN, "zq", "06 12", "127.0.0.1", "10.77.0", "192.168.1", "WnF0"]
            .map(str::to_lowercase)
            .into();
    for handle in bed.federation.sources() {
        all.extend(handle.fingerprints().iter().map(|pin| pin.to_lowercase()));
        all.extend(handle.endpoints());
        all.extend(handle.addresses().iter().map(ToString::to_string));
    }
    bed.federation.edit(|fleet| {
        for site in &fleet.sites {
            all.insert(site.name.clone());
            for cluster in &site.clusters {
                all.insert(cluster.source.clone());
                all.extend(cluster.cluster_name.clone());
                all.extend(cluster.nodes.iter().map(|node| node.name.clone()));
                all.extend(cluster.guests.iter().map(|guest| guest.name.clone()));
                all.extend(cluster.storages.iter().map(|storage| storage.id.clone()));
                all.extend(cluster.pools.iter().map(|(_, comment)| comment.clone()));
            }
            for pbs in &site.backup_servers {
                all.insert(pbs.node.clone());
                all.extend(pbs.datastores.iter().flat_map(|store| store.namespaces.clone()));
                all.extend(pbs.datastores.iter().map(|store| store.name.clone()));
            }
        }
    });
    all.insert("vigie@pve".to_owned());
    // Words of Proxmox's own: `pbs` is a product, `local` the kind of a storage, `main` a section.
    for word in ["pbs", "", "local"] {
        all.remove(word);
    }
    all
}

/// Whether a text stands in another with nothing of a word before or behind it.
fn stands_in(text: &str, what: &str) -> bool {
    let is_in = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(what).any(|(at, _)| {
        let whole = what.len() <= 8 && what != "zq";
        !whole
            || (!is_in(text.get(..at).unwrap().chars().next_back())
                && !is_in(text.get(at + what.len()..).unwrap().chars().next()))
    })
}

fn bundle(bed: &Bed, name: &str) -> (PathBuf, String) {
    let path = bed.dir.path().join(name);
    let (_, text) = said(bed, &["--bundle", path.to_str().unwrap()]);
    assert!(text.contains("read it before you show it"), "{text}");
    let written = std::fs::read_to_string(&path).unwrap();
    (path, written)
}

#[test]
fn nothing_of_the_fleet_is_told() {
    let bed = talkative();
    // Two endpoints' worth of trouble: errors have texts, too.
    let fi = bed.federation.source("fi").unwrap();
    fi.set_on("/cluster/replication", &Fault::Status(500, format!("{TALK} on fi1 {SECRET}")));
    let forge = bed.federation.source("forge").unwrap();
    forge.grant(forge.token(), Rights::NOTHING);
    let etabli = bed.federation.source("etabli").unwrap();
    etabli.change_certificate(500, true).unwrap();
    let (path, text) = bundle(&bed, "bundle.json");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let lower = text.to_lowercase();
    for telling in telling(&bed) {
        let found = lower.lines().find(|line| stands_in(line, &telling));
        assert_eq!(found, None, "{telling} is told");
    }
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "a control character");

    let whole: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&whole["vigie_bundle"], &whole["vigie"]), (&1.into(), &"0.1.0".into()));
    let sources = whole["sources"].as_array().unwrap();
    assert_eq!(sources.len(), bed.federation.sources().len());
    let version = |source: &Value| {
        let layers = source["doctor"]["endpoints"][0].as_array().unwrap();
        layers.iter().find(|layer| layer["layer"] == "version").unwrap()["found"].clone()
    };
    assert_eq!(version(&sources[0]), "9.1.7");
    let kept = sources[0]["said"]["kept"].as_array().unwrap();
    let resources = kept.iter().find(|answer| answer["get"] == "/cluster/resources").unwrap();
    let guest = |row: &&Value| row["vmid"] == 101;
    let rows = resources["said"]["data"].as_array().unwrap();
    let guest = rows.iter().find(guest).unwrap();
    assert_eq!(guest["status"], "running", "numbers and states stay: {guest}");
    assert!(guest["maxmem"].as_u64().unwrap() > 1 << 20, "{guest}");
    let failed = kept.iter().find(|answer| answer["get"] == "/cluster/replication").unwrap();
    assert!(failed["failed"].as_str().unwrap().contains("500"), "{failed}");
    assert!(whole["config"]["site"][0]["pve"][0]["endpoints"].is_array(), "{}", whole["config"]);
}

#[test]
fn only_get_is_sent_and_a_file_that_is_there_stays() {
    let bed = super::healthy();
    let (path, _) = bundle(&bed, "bundle.json");
    let seen = bed.federation.requests();
    assert!(seen.iter().all(|seen| seen.method == "GET"), "{seen:?}");
    std::fs::write(&path, "mine").unwrap();
    bed.federation.forget_requests();
    let (code, text) = said(&bed, &["--bundle", path.to_str().unwrap()]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("is there already"), "{text}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert!(bed.federation.requests().is_empty(), "nobody waits to be told that");
    let link = bed.dir.path().join("link");
    std::os::unix::fs::symlink(bed.dir.path().join("elsewhere"), &link).unwrap();
    assert_eq!(said(&bed, &["--bundle", link.to_str().unwrap()]).0, Some(2));
    assert!(!bed.dir.path().join("elsewhere").exists(), "a link is not followed");
    let (code, text) = said(&bed, &["--bundle", "/nowhere/at/all.json"]);
    assert!(code == Some(2) && text.contains("cannot be written"), "{text}");
}

#[test]
fn a_source_that_is_away_does_not_keep_the_rest() {
    let bed = super::healthy();
    bed.pull_the_plug();
    let (_, text) = bundle(&bed, "bundle.json");
    let whole: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(whole["sources"][0]["doctor"]["health"], "broken");
    let layers = whole["sources"][0]["doctor"]["endpoints"][0].as_array().unwrap();
    assert!(layers.iter().any(|layer| layer["found"] == "refused"), "{layers:?}");
}
