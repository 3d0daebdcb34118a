//! The dashboard in a terminal, over servers that answer, and over servers that stop.

use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::{Bed, in_terminal};
use crate::pty::Pty;

fn healthy() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

fn demo() -> (tempfile::TempDir, Pty) {
    let home = tempfile::tempdir().unwrap();
    let mut command = in_terminal(home.path());
    command.arg("--demo");
    let pty = Pty::spawn(command, 80, 24);
    (home, pty)
}

#[test]
fn the_demo_says_at_once_what_is_wrong() {
    let (_home, mut pty) = demo();
    pty.wait_text("helsinki");
    pty.wait_text("in no backup job");
    // Every source was asked. How much is wrong depends on the time of day.
    pty.wait_text("10 hosts 46 guests");
    for (key, text) in [("2", "scsi1"), ("3", "etabli"), ("4", "scratch"), ("5", "pbs:main")] {
        pty.keys(key);
        pty.wait_text(text);
    }
    pty.keys("6");
    pty.wait_text("206");
    pty.keys("7");
    pty.wait_text("no way back");
    pty.keys("8");
    pty.wait_text("205 redis");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    assert!(pty.line_is_as_before());
}

#[test]
fn every_row_opens_and_escape_leads_back() {
    let (_home, mut pty) = demo();
    pty.wait_text("10 hosts 46 guests");
    for view in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        pty.keys(view);
        pty.wait_text("1 Fleet");
        pty.keys("\r");
        pty.wait_text("Esc back");
        pty.keys("\u{1b}");
        pty.wait_text("1 Fleet");
    }
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn a_task_that_runs_is_followed() {
    let (_home, mut pty) = demo();
    pty.wait_text("10 hosts 46 guests");
    // A replication run of the guest may be above it.
    pty.keys("8/vzdump state:running\r");
    pty.wait("the vzdump alone", |screen| {
        let text = screen.contents();
        text.contains("205 redis") && !text.contains("replication")
    });
    pty.keys("\r");
    pty.wait_text("following");
    let lines = |text: &str| -> Option<u32> {
        text.lines().find(|l| l.contains("following"))?.split_whitespace().nth(1)?.parse().ok()
    };
    let first = lines(&pty.screen(vt100::Screen::contents)).expect("so many lines");
    // A line every nine seconds: the next one comes by itself.
    pty.wait_text(&format!("LOG  {} lines", first + 1));
    pty.keys("/agent takes\r");
    pty.wait_text("1 of 1");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn what_if_and_its_runbook_are_two_keys_away() {
    let (_home, mut pty) = demo();
    pty.wait_text("10 hosts 46 guests");
    // The worst site: Helsinki.
    pty.keys("w");
    pty.wait_text("if helsinki died now");
    pty.wait_text("20 guests");
    pty.keys("p");
    pty.wait_text("vigie runbook helsinki -o FILE");
    pty.wait_text("is really off");
    pty.keys("\u{1b}");
    pty.wait_text("Esc back");
    pty.keys("\u{1b}");
    pty.wait_text("1 Fleet");
    // Two sites at once.
    pty.keys("mjm");
    pty.wait_text("marked: ");
    pty.keys("w");
    pty.wait_text(" and ");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn a_plug_that_is_pulled_is_seen_and_nothing_known_is_lost() {
    let bed = healthy();
    let mut pty = bed.open(120, 40);
    pty.wait_text("4/4");
    pty.keys("4");
    pty.wait_text("proxy");
    bed.pull_the_plug();
    pty.keys("r");
    pty.wait_text("unknown");
    pty.wait_text("proxy");
    pty.keys("2");
    pty.wait_text("refused");
    bed.mend();
    pty.keys("r");
    pty.wait("well again", |screen| !screen.contents().contains("refused"));
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn the_first_frame_shows_what_was_known_before_anything_is_asked() {
    let bed = healthy();
    let mut pty = bed.open(80, 24);
    pty.wait_text("4/4");
    pty.keys("4");
    pty.wait_text("proxy");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    for handle in bed.federation.sources() {
        handle.set(&Fault::TlsSilent);
    }
    bed.federation.forget_requests();
    let mut pty = bed.open(80, 24);
    pty.wait_text("4/4");
    pty.keys("4");
    pty.wait_text("proxy");
    assert!(bed.federation.requests().is_empty(), "nobody was asked");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn every_size_is_drawn() {
    let bed = healthy();
    let mut pty = bed.open(80, 24);
    pty.wait_text("4/4");
    for (columns, lines) in [(40, 10), (300, 100), (20, 5), (1, 1), (120, 40)] {
        pty.resize(columns, lines);
    }
    pty.keys("4");
    pty.wait_text("proxy");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn without_a_terminal_it_says_what_to_do_instead() {
    let bed = healthy();
    let output = bed.run(&[]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("vigie report"), "{said}");
}

#[test]
fn a_restart_knows_how_long_a_problem_has_stood() {
    let bed = Bed::new(SimFleet::demo());
    let file = bed.dir.path().join(".local/state/vigie/memory/_problems.json");
    let mut pty = bed.open(120, 40);
    pty.wait_text("in no backup job");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    // As if that run had gone on for two hours.
    let text = std::fs::read_to_string(&file).unwrap();
    let mut kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    let problems = kept["problems"].as_array_mut().unwrap();
    assert!(!problems.is_empty(), "{text}");
    for problem in problems {
        problem["first"] = (problem["first"].as_i64().unwrap() - 2 * 3600).into();
    }
    std::fs::write(&file, kept.to_string()).unwrap();
    let mut pty = bed.open(120, 40);
    pty.keys("2");
    pty.wait_text("≥2h");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    let again: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let first = |kept: &serde_json::Value| {
        kept["problems"].as_array().unwrap().iter().map(|p| p["first"].as_i64()).min().unwrap()
    };
    assert_eq!(first(&again), first(&kept), "and the next one will");
    // A damaged file is as none.
    std::fs::write(&file, "{").unwrap();
    let mut pty = bed.open(120, 40);
    pty.wait_text("in no backup job");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn copies_that_a_sync_job_carries_are_told_with_their_store() {
    let bed = Bed::new(SimFleet::demo());
    let mut pty = bed.open(120, 40);
    pty.wait_text("10 hosts 46 guests");
    pty.keys("4/mail\r\r");
    pty.wait_text("pbs:archive/helsinki  sync");
    pty.keys("\u{1b}");
    pty.wait_text("1 Fleet");
    pty.keys("5");
    // Nobody but the sync job writes there.
    pty.wait_text("sync main");
    pty.keys("8/syncjob\r");
    pty.wait_text("main → archive");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}
