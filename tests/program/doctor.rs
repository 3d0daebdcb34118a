//! `vigie doctor` over real sockets: each layer broken once.

mod bundle;
mod layers;

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use vigie::simulate::fleet::{SimFleet, SimSelection, SimVersion};
use vigie::simulate::{Fault, Rights};

use crate::bed::{Bed, SECRET};

fn healthy() -> Bed {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let pbs = bed.federation.source("pbs").unwrap();
    pbs.grant(pbs.token(), Rights::WITH_REMOTES);
    bed
}

/// Exit code and text, without the secret.
fn said(bed: &Bed, words: &[&str]) -> (Option<i32>, String) {
    let output = bed.run(&[&["doctor"], words].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!text.contains(SECRET) && !errors.contains(SECRET), "the secret is told");
    (output.status.code(), text + &errors)
}

#[test]
fn all_is_well_and_only_get_is_sent() {
    let bed = healthy();
    let (code, text) = said(&bed, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Proxmox VE 9.1.7") && text.contains("Server 4.2.3"), "{text}");
    let seen = bed.federation.requests();
    assert!(!seen.is_empty() && seen.iter().all(|seen| seen.method == "GET"), "{seen:?}");
}

#[test]
fn each_layer_of_the_line_broken_once() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    for (fault, sentence) in [
        (Fault::Down, "the connection is refused"),
        (Fault::TlsSilent, "the TLS handshake does not end in time"),
        (Fault::PlainHttp, "no TLS: "),
        (Fault::Silent, "nothing comes back in time"),
        (Fault::Html, "no usable answer: "),
        (Fault::Status(500, format!("bad {SECRET}")), "no usable answer: "),
        (Fault::Unauthorized, "the token is not accepted"),
    ] {
        pve.set(&fault);
        if fault == Fault::Down {
            // Its listeners close when they notice.
            for endpoint in pve.endpoints() {
                let address = endpoint.trim_start_matches("https://").to_owned();
                while std::net::TcpStream::connect(&address).is_ok() {
                    std::thread::yield_now();
                }
            }
        }
        let (code, text) = said(&bed, &["pve"]);
        assert_eq!(code, Some(2), "{fault:?}: {text}");
        assert!(text.contains(sentence) && text.contains("→ "), "{fault:?}: {text}");
        bed.mend();
    }
    assert_eq!(said(&bed, &["pve"]).0, Some(0));
}

#[test]
fn a_changed_certificate_is_told_with_both_fingerprints() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    let before = pve.fingerprints();
    pve.change_certificate(500, true).unwrap();
    let (code, text) = said(&bed, &["pve", "--format", "json"]);
    assert_eq!(code, Some(2), "{text}");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let layers = whole["sources"][0]["endpoints"][0]["layers"].as_array().unwrap();
    let trust = layers.iter().find(|layer| layer["layer"] == "trust").unwrap();
    let finding = trust["finding"].as_str().unwrap();
    assert_eq!(trust["health"], "broken");
    assert!(finding.contains(&before[0]) && finding.contains(&pve.fingerprints()[0]), "{finding}");
    assert!(layers.iter().any(|l| l["layer"] == "http" && l["health"] == "not-reached"));
}

/// The commands of a text, the broken ones made whole.
fn commands(text: &str) -> Vec<String> {
    let whole = text.replace(" \\\n      ", " ");
    let lines = whole.lines().map(str::trim).filter(|line| !line.starts_with('→'));
    let is = |line: &&str| line.starts_with("pveum ") || line.starts_with("proxmox-backup-manager");
    lines.filter(is).map(str::to_owned).collect()
}

#[test]
fn missing_rights_come_with_the_commands_that_grant_them() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    pve.grant(pve.token(), Rights::NOTHING);
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("missing: Sys.Audit on /; denied: /cluster/status,"), "{text}");
    let roots = commands(&text).into_iter().filter(|command| command.contains(" / "));
    assert_eq!(
        roots.collect::<Vec<_>>(),
        [
            "pveum acl modify / --users vigie@pve --roles PVEAuditor",
            "pveum acl modify / --tokens 'vigie@pve!demo' --roles PVEAuditor",
        ]
    );
    pve.grant(pve.token(), Rights { guests: false, ..Rights::AUDITOR });
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("/nodes/*/qemu/*/config"), "{text}");
    assert!(
        commands(&text)
            .contains(&"pveum acl modify /vms --tokens 'vigie@pve!demo' --roles PVEAuditor".into()),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

/// The contract calls it a notice: what the usual role gives is no fault.
#[test]
fn a_pbs_with_the_usual_role_is_well_and_says_what_it_does_not_see() {
    let bed = healthy();
    let pbs = bed.federation.source("pbs").unwrap();
    pbs.grant(pbs.token(), Rights::AUDITOR);
    let (code, text) = said(&bed, &["pbs"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("optional, and missing: Remote.Audit on /remote; blind:"), "{text}");
    assert_eq!(
        commands(&text),
        [
            "proxmox-backup-manager acl update /remote RemoteAudit --auth-id vigie@pbs",
            "proxmox-backup-manager acl update /remote RemoteAudit --auth-id 'vigie@pbs!demo'",
        ]
    );
}

#[test]
fn every_call_is_told_to_programs() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    pve.grant(pve.token(), Rights::GUESTS);
    let whole: Value = serde_json::from_str(&said(&bed, &["pve", "--format", "json"]).1).unwrap();
    let rights = &whole["sources"][0]["rights"];
    let state = |call: &str| {
        let calls = rights["calls"].as_array().unwrap();
        calls.iter().find(|of| of["call"] == call).unwrap()["state"].clone()
    };
    assert_eq!(state("/version"), "allowed");
    assert_eq!(state("/nodes/*/qemu/*/config"), "allowed");
    assert_eq!(state("/cluster/status"), "denied");
    assert_eq!(state("/storage"), "blind");
    let missing = rights["missing"].as_array().unwrap();
    assert!(missing.iter().all(|lack| lack["grant"].as_array().unwrap().len() == 2), "{missing:?}");
    let system = missing.iter().find(|lack| lack["path"] == "/nodes").unwrap();
    assert_eq!((&system["privilege"], &system["optional"]), (&"Sys.Audit".into(), &false.into()));
}

/// Only a job that goes by a pool needs to see pools.
#[test]
fn pools_matter_where_a_backup_job_goes_by_one() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    pve.grant(pve.token(), Rights { pools: false, ..Rights::AUDITOR });
    assert_eq!(said(&bed, &["pve"]).0, Some(0));
    pve.edit(|cluster| {
        let takes = SimSelection::Pool("prod".to_owned());
        cluster.backup_jobs.first_mut().unwrap().takes = takes;
    });
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("  missing: Pool.Audit on /pool"), "{text}");
}

#[test]
fn what_is_wrong_on_this_machine() {
    let bed = healthy();
    let config = std::fs::read_to_string(bed.config()).unwrap();
    std::fs::write(bed.config(), config.replace("127.0.0.1", "nowhere.invalid")).unwrap();
    let (code, text) = said(&bed, &["pbs"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("the name cannot be looked up"), "{text}");
    let secret = bed.dir.path().join("secret");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, text) = said(&bed, &["pbs"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("mode 644") && !text.contains("looked up"), "{text}");
    let (code, text) = said(&bed, &["atlantis"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("there is no source \"atlantis\"; there are: pve, pbs"), "{text}");
}

#[test]
fn where_copies_go_is_asked_now_or_remembered_or_unknown() {
    let bed = healthy();
    let (_, text) = said(&bed, &["pve"]);
    assert!(text.contains("storage pbs-home is at pbs (asked now)"), "{text}");
    assert!(text.contains("last data   unknown: memory holds nothing of it"), "{text}");
    let (_, text) = said(&bed, &["pbs"]);
    assert!(!text.contains("copies  "), "a PBS has no storages: {text}");

    // Nobody answers, and nothing is remembered.
    let pve = bed.federation.source("pve").unwrap();
    bed.pull_the_plug();
    let (_, text) = said(&bed, &["pve"]);
    assert!(text.contains("copies      unknown: the storages were never read"), "{text}");

    // An emptied list is none.
    bed.mend();
    pve.grant(pve.token(), Rights { storages: false, ..Rights::AUDITOR });
    let (_, text) = said(&bed, &["pve"]);
    assert!(text.contains("copies      unknown: the storages were never read"), "{text}");
    pve.grant(pve.token(), Rights::AUDITOR);

    bed.run(&["report"]);
    bed.pull_the_plug();
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("storage pbs-home is at pbs (from memory, "), "{text}");
    assert!(text.contains(" old, from memory"), "{text}");
    let whole: Value = serde_json::from_str(&said(&bed, &["pve", "--format", "json"]).1).unwrap();
    let source = &whole["sources"][0];
    assert_eq!(source["copies"][0]["source"], "pbs", "{source}");
    assert!(source["copies_age"].is_i64() && source["last_data_age"].is_i64(), "{source}");
}
