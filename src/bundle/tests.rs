mod decoded;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Mask;
use super::class::{Class, class};

fn masked(call: &str, value: &Value) -> Value {
    let mut mask = Mask::default();
    mask.learn_from(call, value);
    mask.document(call, value)
}

#[test]
fn names_are_replaced_alike_wherever_they_stand_and_numbers_stay() {
    let answer = json!({"data": [
        {"id": "storage/frida/attic", "type": "storage", "node": "frida", "storage": "attic",
         "status": "available", "disk": 12, "maxdisk": 99, "shared": 1},
        {"id": "qemu/101", "type": "qemu", "vmid": 101, "name": "payroll", "node": "frida",
         "tags": "gold;paris", "status": "running", "cpu": 0.25},
    ]});
    assert_eq!(
        masked("/cluster/resources", &answer),
        json!({"data": [
            {"id": "storage/node-1/storage-1", "type": "storage", "node": "node-1",
             "storage": "storage-1", "status": "available", "disk": 12, "maxdisk": 99, "shared": 1},
            {"id": "qemu/101", "type": "qemu", "vmid": 101, "name": "guest-1", "node": "node-1",
             "tags": "tag-1;tag-2", "status": "running", "cpu": 0.25},
        ]})
    );
}

#[test]
fn a_configuration_keeps_its_grammar() {
    let answer = json!({"data": {
        "name": "payroll",
        "description": "ask Bob, +33 6 12 34 56 78",
        "scsi0": "attic:vm-101-disk-0,backup=0,size=32G",
        "net0": "virtio=BC:24:11:5E:00:01,bridge=vmbr0,firewall=1,tag=40",
        "mp0": "/srv/payroll,mp=/home/bob",
        "ipconfig0": "ip=10.1.2.3/24,gw=10.1.2.1,ip6=fd00::17/64",
        "memory": "4096", "ciuser": "bob", "sshkeys": "ssh-ed25519%20AAAA", "onboot": 1,
        "bobs-own": "secret", "digest": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    }});
    assert_eq!(
        masked("/nodes/*/qemu/*/config", &answer)["data"],
        json!({
            "name": "guest-1",
            "description": "(dropped)",
            "scsi0": "name-3:vm-101-disk-0,backup=0,size=32G",
            "net0": "virtio=02:00:00:00:00:01,bridge=vmbr0,firewall=1,tag=40",
            "mp0": "/srv/guest-1,mp=/name-1/name-2",
            "ipconfig0": "ip=198.18.0.1/24,gw=198.18.0.2,ip6=2001:db8::3/64",
            "memory": "4096", "ciuser": "(dropped)", "sshkeys": "(dropped)", "onboot": 1,
            "key-1": "(dropped)", "digest": "id-1",
        })
    );
}

#[test]
fn tasks_keep_their_ids_and_errors_their_known_words() {
    let upid = "UPID:frida:0000ABCD:00112233:65F0AAAA:vzdump:101:bob@pve!cron:";
    let answer = json!({"data": [{
        "upid": upid, "node": "frida", "user": "bob@pve!cron", "type": "vzdump", "id": "101",
        "starttime": 1_773_144_440, "status": "job errors on frida: call Bob at 06 12 34",
    }]});
    assert_eq!(
        masked("/cluster/tasks", &answer)["data"][0],
        json!({
            "upid": "UPID:node-1:0000ABCD:00112233:65F0AAAA:vzdump:101:user-1@pve!token-1:",
            "node": "node-1", "user": "user-1@pve!token-1", "type": "vzdump", "id": "101",
            "starttime": 1_773_144_440, "status": "job errors on node-1: … user-1 at …",
        })
    );
}

/// A PBS escapes what it uses itself.
#[test]
fn an_escaped_task_id_names_what_other_answers_name() {
    let mut mask = Mask::default();
    mask.learn("store", "attic");
    let upid =
        "UPID:frida:00001DBE:0004470B:00000014:6B02E79F:verify:attic\\x3avm\\x2d101:bob@pbs:";
    assert_eq!(
        mask.compound(upid, false),
        "UPID:name-1:00001DBE:0004470B:00000014:6B02E79F:verify:store\\x2d1\\x3avm\\x2d101:name-2@pbs:"
    );
    assert_eq!(mask.compound("100-0", false), "100-0");
}

/// A storage called `local`, and the kind of a replication.
#[test]
fn a_word_that_tells_the_kind_stays_though_something_is_called_so() {
    let answer = json!({"data": [
        {"id": "101-0", "type": "local", "guest": 101, "target": "local", "bob": "local"},
    ]});
    assert_eq!(
        masked("/cluster/replication", &answer)["data"][0],
        json!({"id": "101-0", "type": "local", "guest": 101, "target": "node-1", "key-1": "(dropped)"})
    );
}

#[test]
fn a_log_says_what_became_of_each_guest_and_nothing_of_the_site() {
    let lines = [
        ("INFO: starting new backup job: vzdump 101 --storage attic", None),
        ("INFO: Starting Backup of VM 101 (qemu)", Some("INFO: Starting Backup of VM 101 (qemu)")),
        (
            "ERROR: Backup of VM 101 failed - no space left on attic",
            Some("ERROR: Backup of VM 101 failed - no space left on storage-1"),
        ),
        ("payroll key is hunter2", Some("… key is …")),
    ];
    let mut mask = Mask::default();
    mask.learn("storage", "attic");
    for (line, expected) in lines {
        let shown = mask.document("/nodes/*/tasks/*/log", &json!({"data": [{"n": 1, "t": line}]}));
        let shown = shown["data"][0]["t"].as_str().unwrap();
        assert!(!shown.contains("attic") && !shown.contains("payroll"), "{shown}");
        if let Some(expected) = expected {
            assert_eq!(shown, expected);
        }
    }
}

#[test]
fn keys_that_are_names_are_replaced_too() {
    let answer = json!({"data": {
        "/storage/attic": {"Datastore.Audit": 1}, "/vms/101": {"VM.Audit": 1},
        "/pool/gold/paris": {}, "payroll": {"attic": 7, "x": "bob"},
    }});
    let shown = masked("/access/permissions", &answer);
    assert_eq!(
        shown["data"],
        json!({
            "/storage/name-3": {"Datastore.Audit": 1}, "/vms/101": {"VM.Audit": 1},
            "/pool/name-1/name-2": {}, "key-2": {"name-3": 7, "key-1": "(dropped)"},
        })
    );
}

#[test]
fn a_name_that_is_a_word_of_proxmox_does_not_spoil_what_is_read_by_it() {
    let answer = json!({"data": [
        {"id": "qemu/101", "type": "qemu", "vmid": 101, "name": "qemu", "node": "running",
         "status": "running"},
    ]});
    let row = masked("/cluster/resources", &answer)["data"][0].clone();
    assert_eq!((&row["type"], &row["id"]), (&json!("qemu"), &json!("qemu/101")));
    assert_eq!(row["node"], "node-1");
}

#[test]
fn paths_are_shown_with_their_names_replaced() {
    let mut mask = Mask::default();
    mask.learn("node", "frida");
    mask.learn("user", "bob");
    assert_eq!(
        mask.path("/nodes/*/qemu/*/config", "/nodes/frida/qemu/101/config"),
        "/nodes/node-1/qemu/101/config"
    );
    assert_eq!(
        mask.path("/nodes/*/tasks/*/log", "/nodes/frida/tasks/UPID%3Afrida%3A0000ABCD%3A00112233%3A65F0AAAA%3Avzdump%3A%3Abob%40pam%3A/log"),
        "/nodes/node-1/tasks/UPID:node-1:0000ABCD:00112233:65F0AAAA:vzdump::user-1@pam:/log"
    );
}

#[test]
fn hostile_texts_come_out_as_nothing() {
    let bad = "a\u{1b}]52;c;aGk=\u{7}\u{202e}zwei\u{200b}drei";
    for key in ["name", "tags", "status", "volid", "comment", "version", "user", "bogus"] {
        let shown = masked("/cluster/resources", &json!({ (key): bad })).to_string();
        for part in ["zwei", "drei", "aGk", "\\u001b", "\u{1b}", "\u{202e}", "\u{200b}"] {
            assert!(!shown.contains(part), "{key}: {shown}");
        }
    }
}

#[test]
fn a_version_stays_and_a_name_after_its_number_does_not() {
    for version in ["9.1.7", "6.18.44-fc-v669", "8.4.14-2-pve", "4.2"] {
        let shown = masked("/cluster/resources", &json!({ "version": version })).to_string();
        assert!(shown.contains(version), "{shown}");
    }
    for named in ["0.Zqxwv", "1.frida", "9.1-of-frida", "0.zqxwv1"] {
        let shown = masked("/cluster/resources", &json!({ "version": named })).to_string();
        assert!(!shown.contains("frida") && !shown.contains("qxwv"), "{shown}");
    }
}

const KEYS: [&str; 18] = [
    "name", "node", "tags", "status", "volid", "comment", "version", "user", "bogus", "upid", "id",
    "scsi0", "net0", "path", "t", "error", "schedule", "ns",
];

proptest! {
    /// Whatever stands around it: a word that nobody knows is never shown.
    #[test]
    fn no_unknown_word_is_ever_shown(
        before in "[ -~]{0,12}|\\PC{0,6}",
        after in "[ -~]{0,12}|\\PC{0,6}",
        key in prop::sample::select(KEYS.to_vec()),
        call in prop::sample::select(vec!["/cluster/resources", "/nodes/*/services", "/storage", "config", ""]),
    ) {
        let text = format!("{before}Zqxwv{after}");
        let value = json!({ (key): text.clone(), "data": [{ (text.clone()): text }] });
        let mut mask = Mask::default();
        let unlearned = mask.document(call, &value).to_string();
        prop_assert!(!unlearned.contains("qxwv"), "{}", unlearned);
        let learned = masked(call, &value).to_string();
        prop_assert!(!learned.contains("qxwv"), "{}", learned);
    }

    #[test]
    fn whatever_comes_is_masked(text in "\\PC*|.*") {
        let mut mask = Mask::default();
        mask.prose(&text);
        mask.compound(&text, true);
        mask.path("/nodes/*/x", &text);
    }
}

#[test]
fn what_people_write_has_a_class_of_its_own() {
    for key in ["comment", "description", "notes", "pem", "sshkeys"] {
        assert_eq!(class("/cluster/resources", key), Class::Drop, "{key}");
    }
}
