//! `vigie report` on real pipes.

use std::time::{Duration, Instant};

use serde_json::Value;
use vigie::simulate::fleet::SimFleet;
use vigie::simulate::{Fault, fleet::SimVersion};

use crate::bed::{Bed, command};

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn states(report: &Value) -> Vec<(String, String)> {
    let sites = report["sites"].as_array().unwrap();
    let sources = sites.iter().flat_map(|site| site["sources"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    sources.map(|source| (text(&source["name"]), text(&source["state"]))).collect()
}

#[test]
fn the_demo_is_reported_as_one_document_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let output =
        command(home.path()).args(["--demo", "report", "--format", "json"]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let report = json(&output.stdout);
    assert_eq!(report["version"], 1);
    assert_eq!(report["verdict"], "critical");
    assert!(states(&report).iter().all(|(_, state)| state == "fresh"), "{:?}", states(&report));
    let codes: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap().to_owned())
        .collect();
    for expected in ["backup.uncovered", "replication.failing", "datastore.filling"] {
        assert!(codes.iter().any(|code| code == expected), "{expected}: {codes:?}");
    }
    assert!(crate::bed::files(home.path()).is_empty(), "the demo keeps nothing");
}

#[test]
fn mistakes_are_told_on_stderr_with_code_2_and_nothing_on_stdout() {
    let home = tempfile::tempdir().unwrap();
    let wrong = home.path().join("wrong.toml");
    std::fs::write(&wrong, "[[site]]\nname = \"a\"\ntypo = 1\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    let table: [(&[&str], &str); 5] = [
        (&["report", "--format", "yaml"], "yaml"),
        (&["report", "--timeout", "0"], "0"),
        (&["--config", wrong, "report"], "wrong.toml:3"),
        (&["--config", "/nowhere.toml", "report"], "/nowhere.toml"),
        (&["--demo", "--site", "atlantis", "report"], "atlantis"),
    ];
    for (arguments, said) in table {
        let output = command(home.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn forty_sites_of_which_two_hang_take_no_longer_than_the_time_out() {
    let bed = Bed::new(SimFleet::scaled(40, 2, 1));
    for name in ["site3", "site17"] {
        bed.federation.source(name).unwrap().set(&Fault::Silent);
    }
    let began = Instant::now();
    let output = bed.run(&["report", "--format", "json", "--timeout", "6"]);
    let took = began.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(took < Duration::from_secs(9), "{took:?}");
    let states = states(&json(&output.stdout));
    let not_fresh: Vec<_> = states.iter().filter(|(_, state)| state != "fresh").collect();
    assert_eq!(states.len(), 41);
    let names: Vec<_> = not_fresh.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["site3", "site17"], "{not_fresh:?}");
}

#[test]
fn what_was_known_is_reported_with_its_age_when_nobody_answers() {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let first = json(&bed.run(&["report", "--format", "json"]).stdout);
    assert_eq!(first["verdict"], "ok", "{:#?}", first["problems"]);
    bed.pull_the_plug();
    let second = json(&bed.run(&["report", "--format", "json"]).stdout);
    assert_eq!(second["verdict"], "unknown", "{:#?}", second["problems"]);
    let guests = |report: &Value| report["sites"][0]["guests"].as_array().unwrap().len();
    assert_eq!(guests(&second), guests(&first), "nothing known is lost");
    let unknown = |guest: &Value| guest["verdict"] == "unknown";
    assert!(second["sites"][0]["guests"].as_array().unwrap().iter().all(unknown));
    let third = json(&bed.run(&["report", "--format", "json", "--no-memory"]).stdout);
    assert_eq!(guests(&third), 0, "without memory nothing is known of the guests");
    assert_eq!(third["verdict"], "unknown");
}

#[test]
fn one_site_is_shown_and_all_are_judged() {
    let home = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| command(home.path()).args(words).output().unwrap();
    let output = run(&["report", "--demo", "--site", "atelier", "--format", "json"]);
    let report = json(&output.stdout);
    let names: Vec<_> = report["sites"].as_array().unwrap().iter().map(|s| &s["name"]).collect();
    assert_eq!(names, ["atelier"]);
    // Its copies are at another site, which is not shown.
    let copies = &report["sites"][0]["guests"][0]["backup"];
    assert_eq!(copies["verdict"], "ok", "{copies}");
}

#[test]
fn the_text_fits_a_mail() {
    let home = tempfile::tempdir().unwrap();
    let output = command(home.path()).args(["report", "--demo"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("vigie report: CRITICAL\n"), "{text}");
    let too_wide: Vec<_> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(too_wide.is_empty(), "{too_wide:?}");
    assert!(!text.contains('\u{1b}'), "no escapes in a mail");
}

#[test]
fn a_secret_that_is_missing_is_told_as_what_it_is_and_the_rest_goes_on() {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let config = std::fs::read_to_string(bed.config()).unwrap();
    let secret = bed.dir.path().join("secret");
    // The second source is the PBS: its secret is looked for elsewhere.
    let (pve, pbs) = config.split_once("[[site.pbs]]").unwrap();
    let elsewhere = pbs.replace(secret.to_str().unwrap(), "/nowhere/secret");
    std::fs::write(bed.config(), format!("{pve}[[site.pbs]]{elsewhere}")).unwrap();
    let text = String::from_utf8(bed.run(&["report"]).stdout).unwrap();
    assert!(text.contains("no secret: /nowhere/secret"), "{text}");
    assert!(text.contains("It was not asked at all"), "{text}");
    assert!(!text.contains("every call ends in an error"), "{text}");
    let report = json(&bed.run(&["report", "--format", "json"]).stdout);
    let states = states(&report);
    assert_eq!(states, [("pve".into(), "fresh".into()), ("pbs".into(), "error".into())]);
}
