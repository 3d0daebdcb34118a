//! `vigie whatif` on real pipes.

use std::process::Output;

use serde_json::Value;
use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::{Bed, command, files};

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn demo(words: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let output = command(home.path()).args(["--demo", "whatif"]).args(words).output().unwrap();
    assert!(files(home.path()).is_empty(), "the demo keeps nothing");
    output
}

#[test]
fn the_loss_of_a_node_of_the_demo() {
    let text = out(&demo(&["fi1"]));
    let first = "If fi/fi1 died now, 1 of 10 guests would be lost for good; of other nodes 10\n\
                 guests would be down until there is quorum.\n";
    assert!(text.starts_with(first), "{text}");
    let scratch = text.lines().find(|line| line.contains("fi/108 scratch")).unwrap();
    assert!(scratch.contains(" gone "), "{scratch}");
    assert!(text.contains("nothing starts before pvecm"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let loss: Value = serde_json::from_str(&out(&demo(&["fi1", "--format", "json"]))).unwrap();
    assert_eq!(loss["guests"].as_array().unwrap().len(), 10);
    assert_eq!(loss["clusters"][0]["quorate"], false);
    assert_eq!(loss["not_fresh"].as_array().unwrap().len(), 0);
}

#[test]
fn hosts_of_the_demo_emptied_onto_others() {
    let words = ["--empty", "cafe1", "cafe2", "--onto", "cafe3", "cafe4"];
    let text = out(&demo(&words));
    let first = "All 8 guests of cafe1 and cafe2 fit onto cafe3 and cafe4.\n";
    assert!(text.starts_with(first), "{text}");
    assert!(
        text.lines().nth(1).unwrap().starts_with("If cafe4 died then, the others could not run "),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let plan = out(&demo(&[&words[..], &["--format", "json"]].concat()));
    let plan: Value = serde_json::from_str(&plan).unwrap();
    assert_eq!((&plan["fits"], &plan["guests"].as_array().unwrap().len()), (&true.into(), &8));
    let both = refused(&demo(&["--empty", "orizom", "--onto", "cafe4"]));
    assert_eq!(both, "vigie: cafe4 is in both lists: it cannot be emptied onto itself\n");
}

#[test]
fn only_what_is_shown_is_named_and_all_is_reckoned_with() {
    let said = refused(&demo(&["--site", "helsinki", "cafe1"]));
    assert!(said.starts_with("vigie: there is no node, source or site \"cafe1\": "), "{said}");
    // Its guests come back at other sites.
    let text = out(&demo(&["--site", "atelier", "etabli"]));
    assert!(text.starts_with("If etabli died now, all 3 guests could come back.\n"), "{text}");
}

#[test]
fn memory_serves_when_nobody_answers() {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    // A source is known by its name before it ever answered; what it has is not.
    let said = out(&bed.run(&["whatif", "source/pve", "--offline"]));
    let first = "If pve died now, what would follow for guests cannot be told.\n";
    assert!(said.starts_with(first), "{said}");
    let said = refused(&bed.run(&["whatif", "--empty", "pve", "--onto", "pve2", "--offline"]));
    assert!(said.contains("no host of pve is known yet"), "{said}");
    let fresh = out(&bed.run(&["whatif", "pve1"]));
    assert!(fresh.starts_with("If pve/pve1 died now, all 2 guests could come back.\n"), "{fresh}");
    bed.pull_the_plug();
    // What was known a moment ago is still so.
    let first = "If pve/pve1 died now, all 2 guests could come back.\n";
    let known = out(&bed.run(&["whatif", "pve1", "--offline"]));
    assert!(known.starts_with(first) && !known.contains("as of"), "{known}");
    // Asked in vain, nobody can say whether there is room.
    let said = out(&bed.run(&["whatif", "pve1"]));
    let first = "If pve/pve1 died now, all 2 guests have a way back; whether there is room cannot";
    assert!(said.starts_with(first) && said.contains("What is said of pve is as of "), "{said}");
    let guest = said.lines().find(|line| line.contains("pve/100 web")).unwrap();
    assert!(guest.contains(" replica  pve/pve2  ? "), "{guest}");
}

#[test]
fn mistakes_are_told_with_code_2() {
    let table: [(&[&str], &str); 5] = [
        (&[], "required"),
        (&["atlantis"], "atlantis"),
        (&["fi/100"], "fi/100"),
        (&["--empty", "fi1"], "--onto"),
        (&["fi1", "--format", "yaml"], "yaml"),
    ];
    for (words, said) in table {
        let stderr = refused(&demo(words));
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
}
