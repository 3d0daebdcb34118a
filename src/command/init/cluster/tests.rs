use super::{backups, is_watched, others};
use crate::command::init::wish::endpoint;
use crate::config::{Around, Config, parse};
use crate::fleet::id::Product;
use crate::proxmox::pve::{cluster, storage};

fn hex(byte: u8) -> String {
    vec![format!("{byte:02X}"); 32].join(":")
}

/// Nodes that are told, what is asked over, what is configured and shown; then who else there is.
fn told(nodes: &[(&str, &str, Option<u8>)], asked: &str, ends: &[&str], shown: &[u8]) -> String {
    let status: Vec<_> = nodes
        .iter()
        .enumerate()
        .map(|(at, (name, ip, _))| {
            serde_json::json!({"type": "node", "name": name, "online": 1, "ip": ip,
                "local": u8::from(at == 0)})
        })
        .collect();
    let list: Vec<_> = nodes
        .iter()
        .map(
            |(name, _, print)| serde_json::json!({"node": name, "ssl_fingerprint": print.map(hex)}),
        )
        .collect();
    let status = cluster::read_status(&bytes(&status)).unwrap();
    let peers = cluster::read_peers(&bytes(&list)).unwrap();
    let end = |text: &str| endpoint(text, Product::Pve).unwrap();
    let ends: Vec<_> = ends.iter().map(|e| end(e)).collect();
    let shown: Vec<[u8; 32]> = shown.iter().map(|byte| [*byte; 32]).collect();
    let all = others(&status, &peers, &end(asked), &ends, &shown).into_iter().map(|other| {
        let at: Vec<String> = other.candidates.iter().map(ToString::to_string).collect();
        format!("{} {}", other.node, at.join(" "))
    });
    all.collect::<Vec<_>>().join("; ")
}

fn bytes(rows: &[serde_json::Value]) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({ "data": rows })).unwrap()
}

#[test]
fn the_other_nodes_judged_by_hand() {
    let three = &[("a", "10.0.0.1", Some(1)), ("b", "10.0.0.2", Some(2)), ("c", "", Some(3))];
    // Asked at its address: the others at theirs; one without an address is nowhere.
    assert_eq!(told(three, "10.0.0.1", &["10.0.0.1"], &[1]), "b 10.0.0.2:8006; c ");
    // Asked by its name: the others by theirs first.
    assert_eq!(
        told(three, "A.example.org:443", &[], &[1]),
        "b b.example.org:443 10.0.0.2:443; c c.example.org:443"
    );
    assert_eq!(told(three, "a", &[], &[]), "b b:8006 10.0.0.2:8006; c c:8006");
    // A name that is none of the node's tells nothing of the others'.
    assert_eq!(told(three, "proxmox.example.org", &[], &[]), "b 10.0.0.2:8006; c ");
    // Those that are endpoints already, by address or by the certificate they show.
    assert_eq!(told(three, "a", &["a", "10.0.0.2"], &[1, 3]), "");
    // One certificate for all is nobody's own.
    let same = &[("a", "10.0.0.1", Some(1)), ("b", "10.0.0.2", Some(1))];
    assert_eq!(told(same, "10.0.0.1", &["10.0.0.1"], &[1]), "b 10.0.0.2:8006");
    // A host that stands alone, and IPv6.
    assert_eq!(told(&[("a", "10.0.0.1", None)], "a", &["a"], &[]), "");
    assert_eq!(
        told(&[("a", "fd00::1", None), ("b", "fd00::2", None)], "fd00::1", &[], &[]),
        "b [fd00::2]:8006"
    );
    // What is no address is no endpoint.
    assert_eq!(told(&[("a", "x", None), ("b", "$(reboot)", None)], "x", &[], &[]), "b ");
}

#[test]
fn a_pbs_of_several_storages_is_offered_once() {
    let rows = vec![
        serde_json::json!({"storage": "local", "type": "dir"}),
        serde_json::json!({"storage": "s1", "type": "pbs", "server": "pbs.example.org",
            "datastore": "main", "namespace": "fi", "fingerprint": hex(7)}),
        serde_json::json!({"storage": "s2", "type": "pbs", "server": "PBS.example.org",
            "port": 8007, "datastore": "main"}),
        serde_json::json!({"storage": "s3", "type": "pbs", "server": "fd00::9", "port": 443,
            "datastore": "x"}),
        serde_json::json!({"storage": "s4", "type": "pbs", "server": "a b", "datastore": "x"}),
    ];
    let found = backups(&storage::read(&bytes(&rows)).unwrap());
    let ends: Vec<_> = found.iter().map(|backup| backup.endpoint.url.as_str()).collect();
    assert_eq!(ends, ["https://pbs.example.org:8007", "https://[fd00::9]:443"]);
    assert_eq!(found[0].storages, ["s1: main/fi", "s2: main"]);
    assert_eq!(found[0].fingerprint, Some([7; 32]));
    let config = |text: &str| -> Config {
        let text = format!(
            "[[site]]\nname = \"a\"\n[[site.pbs]]\n{text}\ntoken = \"v@pbs!x\"\nsecret-env = \"S\"\n"
        );
        let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
        parse(&text, std::path::Path::new("/c.toml"), &around).unwrap()
    };
    let watched = |text: &str| is_watched(&found[0], Some(&config(text)));
    assert!(watched("endpoints = \"https://pbs.example.org\""));
    assert!(watched(&format!("endpoints = \"https://10.0.0.9\"\nfingerprint = \"{}\"", hex(7))));
    assert!(!watched("endpoints = \"https://10.0.0.9\""));
    assert!(!is_watched(&found[0], None));
}
