//! `vigie runbook` on real pipes and in real files.

use vigie::simulate::SimFleet;

use crate::bed::{Bed, command};

#[test]
fn a_guest_a_node_and_a_site_of_the_demo() {
    let home = tempfile::tempdir().unwrap();
    for (target, title, line) in [
        ("fi/101", "BRING BACK GUEST 101 (MAIL) OF FI", "# qm start 101"),
        ("mail", "BRING BACK GUEST 101 (MAIL) OF FI", "# pvecm expected 1"),
        ("fi/fi1", "NODE FI1 OF FI IS LOST", "# pct start 100"),
        ("home", "SITE HOME IS LOST", "# pvesm add pbs pbs-home-new"),
    ] {
        let output = command(home.path()).args(["runbook", target, "--demo"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{target}");
        assert!(text.starts_with(title), "{target}: {text}");
        assert!(text.contains(line), "{target}: {text}");
        assert!(!text.contains('\u{1b}'));
    }
}

#[test]
fn the_whole_set_is_written_and_can_be_made_from_memory_alone() {
    let bed = Bed::new(SimFleet::demo());
    let set = bed.dir.path().join("set");
    let make = |more: &[&str]| {
        let mut command = command(bed.dir.path());
        command.arg("--config").arg(bed.config());
        command.args(["runbook", "all", "--format", "markdown", "-o"]).arg(&set).args(more);
        command.output().unwrap()
    };
    assert!(make(&[]).status.success());
    let index = std::fs::read_to_string(set.join("index.md")).unwrap();
    assert!(index.contains("(guest-fi-101.md)") && index.contains("(site-home.md)"), "{index}");
    let before = std::fs::read_dir(&set).unwrap().count();
    std::fs::remove_dir_all(&set).unwrap();
    bed.federation.forget_requests();
    // The day the line is cut: no server is asked, and every page is there.
    assert!(make(&["--offline"]).status.success());
    assert_eq!(bed.federation.requests().len(), 0);
    assert_eq!(std::fs::read_dir(&set).unwrap().count(), before);
}

#[test]
fn what_nobody_knows_is_a_mistake_of_usage() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["runbook", "nobody", "--demo"][..], "there is no guest, node or site \"nobody\""),
        (&["runbook", "all", "--demo"], "say where to with -o DIR"),
        (&["runbook", "103", "--demo"], "write one of these"),
    ] {
        let output = command(home.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(said), "{text}");
    }
}
