//! `vigie --plain` on real pipes.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::{Bed, command};

/// A round of the pollers is a quarter of this.
const PATIENCE: Duration = Duration::from_secs(60);

fn bed() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

fn start(bed: &Bed) -> (Child, BufReader<ChildStdout>) {
    let mut child = command(bed.dir.path())
        .arg("--config")
        .arg(bed.config())
        .arg("--plain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// The lines up to the end of the summary.
fn summary(reader: &mut BufReader<ChildStdout>) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).unwrap(), 0, "it ended: {lines:?}");
        let is_last = line.contains("Changes follow");
        lines.push(line);
        if is_last {
            return lines;
        }
    }
}

/// The lines from here on, each as it comes.
fn followed(reader: BufReader<ChildStdout>) -> Receiver<String> {
    let (told, hear) = mpsc::channel();
    std::thread::spawn(move || {
        for line in reader.lines() {
            if told.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    hear
}

/// Waits for the end: the exit code.
fn ended(mut child: Child) -> Option<i32> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.id().try_into().unwrap()).unwrap(), signal).unwrap();
}

#[test]
fn a_node_that_dies_is_told_and_nothing_else() {
    let bed = bed();
    let (child, mut reader) = start(&bed);
    let first = summary(&mut reader);
    assert!(
        first.concat().contains("site healthy: ok. hosts 2 online; guests 4 running."),
        "{first:?}"
    );
    let lines = followed(reader);
    bed.federation.source("pve").unwrap().power_off("pve2");
    let said = lines.recv_timeout(PATIENCE).unwrap();
    let (moment, said) = said.split_once(' ').unwrap();
    assert!(moment.len() == 5 && moment.as_bytes()[2] == b':', "{moment}");
    assert!(said.starts_with("critical: healthy, "), "{said}");
    signal(&child, Signal::TERM);
    assert_eq!(ended(child), Some(143));
    // Whatever else followed from it: text, and nothing that steers a terminal.
    for line in lines {
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

#[test]
fn it_ends_when_it_is_told_to_or_nobody_reads() {
    let bed = bed();
    let (child, mut reader) = start(&bed);
    summary(&mut reader);
    signal(&child, Signal::INT);
    assert_eq!(ended(child), Some(130));
    // Nothing is written any more: that the reader is gone is seen all the same.
    let (mut child, mut reader) = start(&bed);
    summary(&mut reader);
    drop(reader);
    let errors = child.stderr.take().unwrap();
    assert_eq!(ended(child), Some(0));
    assert_eq!(std::io::read_to_string(errors).unwrap(), "");
}

#[test]
fn it_goes_with_no_command() {
    let bed = bed();
    let output = bed.run(&["--plain", "report"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--plain"));
}
