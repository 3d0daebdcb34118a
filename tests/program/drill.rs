//! `vigie drill` on real pipes: what is written down is listed, and nothing else is touched.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use vigie::simulate::fleet::SimFleet;

use crate::bed::{Bed, command, files};

const LOG: &str = ".local/share/vigie/drills.jsonl";

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

fn bed() -> Bed {
    Bed::new(SimFleet::healthy(
        vigie::simulate::fleet::SimVersion(9, 1, 7),
        vigie::simulate::fleet::SimVersion(4, 2, 3),
    ))
}

/// A guest of the cluster, by the list of the report.
fn some_guest(bed: &Bed) -> (String, String) {
    let report = out(&bed.run(&["report", "--format", "json"]));
    let report: Value = serde_json::from_str(&report).unwrap();
    let guests = report["sites"].as_array().unwrap().iter();
    let guest = guests.flat_map(|site| site["guests"].as_array().unwrap()).next().unwrap();
    let (source, vmid) = (guest["source"].as_str().unwrap(), guest["vmid"].as_u64().unwrap());
    (format!("{source}/{vmid}"), guest["name"].as_str().unwrap().to_owned())
}

#[test]
fn what_is_done_is_listed() {
    let bed = bed();
    let (guest, name) = some_guest(&bed);
    let list = out(&bed.run(&["drill"]));
    assert!(list.starts_with("No restore was rehearsed yet.\n"), "{list}");
    let done = ["drill", "done", &guest, "--took", "25m", "--by", "aino", "--notes", "all there"];
    let said = out(&bed.run(&done));
    let log = bed.dir.path().join(LOG);
    assert_eq!(said, format!("recorded in {}: {guest} {name}, ok\n", log.display()));
    let late = ["drill", "done", &guest, "--result", "failed", "--at", "2020-01-01 10:00"];
    out(&bed.run(&late));
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    let text = |line: usize, key: &str| lines[line][key].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (text(0, "by"), text(0, "result"), text(0, "notes")),
        ("aino".into(), "ok".into(), "all there".into())
    );
    assert_eq!((lines[0]["took_s"].as_i64(), text(0, "name")), (Some(1_500), name.clone()));
    assert_eq!(text(1, "time"), "2020-01-01T10:00:00Z");
    let list = out(&bed.run(&["drill", "list"]));
    assert!(list.starts_with("1 guest: no rehearsal is due.\n"), "{list}");
    assert!(list.contains(&format!("  {guest} {name} ")) && list.contains(" aino "), "{list}");
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
    let json = out(&bed.run(&["drill", "--format", "json"]));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["guests"][0]["took_s"], 1_500);
    assert_eq!(json["guests"][0]["last_try"]["result"], "ok");
    assert_eq!(json["guests"][0]["name"].as_str(), Some(name.as_str()));
}

#[test]
fn who_did_it_is_whoever_asks() {
    let bed = bed();
    let (guest, _) = some_guest(&bed);
    for (sudo, user, expected) in
        [(Some("aino"), "root", "aino"), (Some(""), "marc", "marc"), (None, "root", "root")]
    {
        let mut command = command(bed.dir.path());
        command.arg("--config").arg(bed.config()).args(["drill", "done", &guest]);
        command.env("USER", user);
        if let Some(sudo) = sudo {
            command.env("SUDO_USER", sudo);
        }
        out(&command.output().unwrap());
        let log = std::fs::read_to_string(bed.dir.path().join(LOG)).unwrap();
        let last: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
        assert_eq!(last["by"].as_str(), Some(expected));
    }
}

#[test]
fn a_policy_makes_what_is_due_and_the_log_may_lie_where_a_team_shares_it() {
    let bed = bed();
    let (guest, _) = some_guest(&bed);
    let config = std::fs::read_to_string(bed.config()).unwrap();
    let source = guest.split_once('/').unwrap().0;
    let objective = format!("[[objective]]\nguests = [\"{source}/*\"]\nrehearse-every = \"26w\"\n");
    std::fs::write(
        bed.config(),
        format!("drill-log = \"team/drills.jsonl\"\n{config}\n{objective}"),
    )
    .unwrap();
    let list = out(&bed.run(&["drill"]));
    assert!(list.contains(" rehearsals are due, ") && list.contains(" never "), "{list}");
    assert!(list.contains("\nnext: vigie drill start "), "{list}");
    let said = out(&bed.run(&["drill", "done", &guest]));
    assert!(said.contains("/team/drills.jsonl: ") && said.contains("\nnext due: "), "{said}");
    assert!(!bed.dir.path().join(LOG).exists());
    // The judge knows of it.
    let report = out(&bed.run(&["report", "--format", "json"]));
    let report: Value = serde_json::from_str(&report).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let due: Vec<&str> = problems
        .iter()
        .filter(|problem| problem["code"] == "recovery.unrehearsed")
        .map(|problem| problem["subject"].as_str().unwrap())
        .collect();
    assert!(!due.is_empty() && !due.contains(&format!("guest/{guest}").as_str()), "{due:?}");
}

#[test]
fn the_steps_are_printed_from_one_look_or_from_memory() {
    let bed = bed();
    let said = refused(&bed.run(&["drill", "start", "pve/100", "--offline"]));
    assert!(said.contains("nothing is known of the guests of pve yet"), "{said}");
    let (guest, name) = some_guest(&bed);
    let fresh = out(&bed.run(&["drill", "start", &guest, "--as", "9123"]));
    assert!(fresh.starts_with(&format!("Rehearsal: restore {guest} {name} as 9123\n")), "{fresh}");
    assert!(
        fresh.contains(" 9123 --storage ") && fresh.contains(" destroy \"$copy\" --purge\n"),
        "{fresh}"
    );
    let config = bed.config().display().to_string();
    assert!(fresh.contains(&format!("vigie --config {config} drill done {guest} ")), "{fresh}");
    bed.pull_the_plug();
    let old = out(&bed.run(&["drill", "start", &guest, "--as", "9123", "--offline"]));
    let commands = |page: &str| -> Vec<String> {
        page.lines().filter(|line| line.starts_with("     ")).map(str::to_owned).collect()
    };
    assert_eq!(commands(&old), commands(&fresh));
    assert!(!bed.dir.path().join(LOG).exists(), "to begin writes nothing");
}

#[test]
fn a_hostile_name_stays_a_word_of_the_printed_commands() {
    let evil = "pbs-$(reboot)'; reboot #";
    let mut fleet = SimFleet::healthy(
        vigie::simulate::fleet::SimVersion(9, 1, 7),
        vigie::simulate::fleet::SimVersion(4, 2, 3),
    );
    for cluster in fleet.sites.iter_mut().flat_map(|site| &mut site.clusters) {
        for storage in cluster.storages.iter_mut().filter(|storage| storage.pbs.is_some()) {
            for job in &mut cluster.backup_jobs {
                if job.storage == storage.id {
                    evil.clone_into(&mut job.storage);
                }
            }
            evil.clone_into(&mut storage.id);
        }
    }
    let bed = Bed::new(fleet);
    let (guest, _) = some_guest(&bed);
    let page = out(&bed.run(&["drill", "start", &guest]));
    let (_, vmid) = guest.split_once('/').unwrap();
    let quoted = r"'pbs-$(reboot)'\''; reboot #";
    assert!(page.contains(&format!("     pvesm list {quoted}' --vmid {vmid}\n")), "{page}");
    assert!(page.contains(&format!(" {quoted}:backup/")), "{page}");
}

#[test]
fn a_log_that_cannot_be_read_is_told_and_nothing_is_listed() {
    let bed = bed();
    let (guest, _) = some_guest(&bed);
    let log = bed.dir.path().join(LOG);
    std::fs::create_dir_all(&log).unwrap();
    for arguments in [&["drill"][..], &["drill", "list", "--format", "json"]] {
        let said = refused(&bed.run(arguments));
        assert!(
            said.contains("log of rehearsals cannot be read: ") && said.contains(LOG),
            "{said}"
        );
    }
    let said = refused(&bed.run(&["drill", "done", &guest]));
    assert!(said.contains("log of rehearsals cannot be written: ") && said.contains(LOG), "{said}");
    // A report is made all the same.
    out(&bed.run(&["report"]));
}

#[test]
fn what_stands_in_the_log_reaches_no_terminal() {
    let bed = bed();
    let (guest, _) = some_guest(&bed);
    let (source, vmid) = guest.split_once('/').unwrap();
    let evil = r"\u001b]0;x\u0007\u202e";
    let line = format!(
        r#"{{"time":"2020-01-01T10:00:00Z","source":"{source}","vmid":{vmid},"result":"failed","by":"{evil}","notes":"{evil}"}}"#
    );
    let gone = line.replace(&format!("\"vmid\":{vmid}"), "\"vmid\":999,\"name\":\"\\u001b[2J\"");
    std::fs::create_dir_all(bed.dir.path().join(".local/share/vigie")).unwrap();
    std::fs::write(bed.dir.path().join(LOG), format!("<<<<<<< HEAD\n{line}\n{gone}\nxx\n"))
        .unwrap();
    let list = out(&bed.run(&["drill"]));
    assert!(!list.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{list:?}");
    assert!(list.contains("\n1 line of it is passed over"), "{list}");
    assert!(list.contains(" gone "), "{list}");
}

#[test]
fn mistakes_of_usage_say_what_is_meant() {
    let home = tempfile::tempdir().unwrap();
    let demo = |arguments: &[&str]| {
        let mut command = command(home.path());
        command.arg("--demo").arg("drill").args(arguments).output().unwrap()
    };
    for (arguments, said) in [
        (&["start", "fj/101"][..], "there is no PVE source \"fj\"; there are: fi, cafe1"),
        (&["start", "pbs/101"], "source pbs is a PBS"),
        (&["start", "fi/999"], "there is no guest 999 at fi"),
        (&["start", "fi/109"], "is a template"),
        (
            &["start", "fi/101", "--node", "fi9"],
            "there is no node \"fi9\" at fi; there are: fi1, fi2",
        ),
        (&["start", "fi/101", "--as", "102"], "number 102 is taken by cloud"),
        (&["done", "fi/101", "--at", "soon"], "\"soon\" is no time"),
        (&["done", "fi/101", "--at", "2100-01-01"], "still to come"),
        (&["done", "fi/101", "--copy", "x"], "\"x\" is no copy"),
        (&["done", "fi/101", "--took", "999w"], "longer than a year"),
        (&["--format", "json", "done", "fi/101"], "`--format` is for `vigie drill list` alone"),
    ] {
        let told = refused(&demo(arguments));
        assert!(told.contains(said), "{arguments:?}: {told}");
    }
    for (arguments, said) in [
        (&["start", "fi"][..], "a guest is SOURCE/VMID"),
        (&["start"], "SOURCE/VMID"),
        (&["done", "fi/101", "--took", "TIME"], "is no duration"),
        (&["done", "fi/101", "--result", "fine"], "abandoned"),
    ] {
        let output = demo(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{arguments:?}");
    }
    assert!(files(home.path()).is_empty());
}

#[test]
fn the_demo_rehearses_and_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let demo = |home: &Path, arguments: &[&str]| {
        out(&command(home).arg("--demo").arg("drill").args(arguments).output().unwrap())
    };
    let list = demo(home.path(), &[]);
    assert!(list.contains("fi/101 mail") && list.contains("log: built into the demo"), "{list}");
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
    let page = demo(home.path(), &["start", "fi/101"]);
    assert!(
        page.contains("qmrestore pbs-home:backup/vm/101/")
            && page.contains("vigie --demo drill done"),
        "{page}"
    );
    let done = demo(home.path(), &["done", "fi/101", "--by", "me"]);
    assert!(done.contains("\"vmid\":101") && done.contains("\"by\":\"me\""), "{done}");
    assert!(files(home.path()).is_empty(), "the demo keeps nothing");
}
