//! First contact with servers that are hostile: what `init`, `trust`, `doctor` and the news say of
//! them, by flags, on pipes and in a terminal.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::simulate::spoil::MARK;

use super::wire::{Wire, is_foreign};
use super::{bed, disk_is_clean, everywhere, nasty, sound, spoil};
use crate::bed::{Bed, SECRET, command, in_terminal};
use crate::pty::Pty;

/// A bed whose certificates hold this text.
fn certified(text: &str) -> Bed {
    let bed = bed();
    certify(&bed, text);
    bed
}

fn certify(bed: &Bed, text: &str) {
    for handle in bed.federation.sources() {
        handle.spoil_certificate(text).unwrap();
    }
}

fn first(bed: &Bed, source: &str) -> String {
    bed.federation.source(source).unwrap().endpoints()[0].clone()
}

/// `init` by flags, into a file of its own.
fn init(bed: &Bed, more: &[&str]) -> Output {
    let own = bed.dir.path().join("own/config.toml");
    let _ = std::fs::remove_dir_all(own.parent().unwrap());
    let (url, secret) = (first(bed, "pve"), bed.dir.path().join("secret"));
    let words = ["init", "--site", "here", "--token", "vigie@pve!demo", "--pve", &url];
    let mut command = command(bed.dir.path());
    let command = command.arg("--config").arg(own).args(words).arg("--secret-file").arg(secret);
    command.args(more).stdin(Stdio::null()).output().unwrap()
}

/// Texts of all kinds in one certificate, and one that is as long as a handshake takes.
fn in_certificates() -> Vec<String> {
    let mut texts = nasty();
    texts.push("\u{1b}[31mA\0\u{9b}2J, O=Somebody else\n".repeat(50));
    texts
}

#[test]
fn what_a_certificate_says_of_itself_is_text_and_nothing_more() {
    let bed = bed();
    for text in in_certificates() {
        certify(&bed, &text);
        let doctor = sound("doctor", &bed.run(&["doctor"]));
        let trust = sound("trust", &bed.run(&["trust", "pve"]));
        let fresh = sound("init", &init(&bed, &[]));
        let taken = sound("init", &init(&bed, &["--accept-new-fingerprint", "--peers"]));
        sound("doctor in JSON", &bed.run(&["doctor", "--format", "json"]));
        sound("doctor of the PBS", &bed.run(&["doctor", "pbs"]));
        sound("the report", &bed.run(&["report"]));
        for said in [&doctor, &trust, &fresh, &taken] {
            let all = said.concat();
            assert!(all.contains(MARK), "it names no certificate: {all}");
            let is_long = |line: &&str| {
                line.chars().count() > 120
                    && ![" = [", "--fingerprint"].iter().any(|ours| line.contains(ours))
            };
            assert_eq!(all.lines().find(is_long), None, "a line without end");
            // Two certificates, what is to be done, what changes: no server makes more of it.
            assert!(all.lines().count() < 120, "the question is out of sight: {all}");
        }
        disk_is_clean(&bed);
    }
}

#[test]
fn a_certificate_of_a_megabyte_is_refused_and_said() {
    let bed = certified(&"\u{1b}[31mA\u{9b}2J".repeat(120_000));
    let [said, _] = sound("doctor", &bed.run(&["doctor"]));
    assert!(said.contains("longer than any certificate"), "{said}");
    sound("trust", &bed.run(&["trust", "pve"]));
    let output = init(&bed, &["--accept-new-fingerprint"]);
    sound("init", &output);
    assert_eq!(output.status.code(), Some(2));
    assert!(!bed.dir.path().join("own").exists(), "nothing is written of it");
}

#[test]
fn first_contact_with_a_server_whose_every_word_is_hostile() {
    let bed = bed();
    let mut texts = nasty();
    texts.push("\u{1b}[31mA\u{9b}2J".repeat(120_000));
    let bundle = bed.dir.path().join("bundle");
    for all in [false, true] {
        spoil(&bed, &texts, all);
        sound("init", &init(&bed, &["--accept-new-fingerprint", "--peers"]));
        // What was written of it, if anything was, is read again.
        sound("init again", &init(&bed, &["--accept-new-fingerprint"]));
        sound("trust", &bed.run(&["trust", "pve"]));
        let _ = std::fs::remove_file(&bundle);
        let packed = ["doctor", "--bundle", &bundle.display().to_string()];
        sound("doctor with a bundle", &bed.run(&packed));
        assert!(bundle.exists());
        disk_is_clean(&bed);
    }
}

/// Opens a command in a terminal.
fn open(bed: &Bed, config: &str, words: &[&str]) -> Pty {
    let mut command = in_terminal(bed.dir.path());
    command.arg("--config");
    command.arg(bed.dir.path().join(config));
    command.args(words);
    Pty::spawn(command, 80, 200)
}

#[test]
fn guided_by_hostile_servers_the_terminal_shows_text() {
    let bed = Bed::apart(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let texts = nasty();
    certify(&bed, &texts[..8].concat());
    spoil(&bed, &texts, false);
    let mut pty = open(&bed, "config.toml", &["trust", "pve"]);
    pty.wait_text("Trust this certificate from now on?");
    pty.keys("n\r");
    pty.wait_text("Nothing was written");
    let mut seen = vec![pty];
    let url = first(&bed, "pve");
    let mut pty = open(&bed, "own/config.toml", &["init", "--pve", &url]);
    for (question, keys) in [
        ("Trust this certificate?", "y"),
        ("Name of the site:", "here"),
        ("Name of the source:", ""),
        ("Id of the token:", "vigie@pve!demo"),
        ("Where does its secret live?", ""),
        ("Secret:", SECRET),
    ] {
        pty.wait(question, |screen| {
            let all = screen.contents();
            all.lines().rev().find(|l| l.starts_with("? ")).is_some_and(|l| l.contains(question))
        });
        pty.keys(&format!("{keys}\r"));
    }
    pty.wait_text("it is Proxmox VE");
    // Peers, changes, what else comes: whatever is asked, to the end.
    let mut asked = String::new();
    for _ in 0..12 {
        pty.wait("the next question", |screen| {
            let all = screen.contents();
            let last = all.lines().rev().find(|l| l.starts_with("? "));
            last.is_some_and(|last| last != asked) || all.contains("Next: `vigie report`")
        });
        let all = pty.screen(vt100::Screen::contents);
        if all.contains("Next: `vigie report`") || all.contains("Set up ") {
            break;
        }
        asked = all.lines().rev().find(|l| l.starts_with("? ")).unwrap_or_default().to_owned();
        pty.keys("\r");
    }
    pty.keys("\u{3}");
    pty.ended();
    seen.push(pty);
    for pty in seen {
        let wire = Wire::read(&pty.bytes()).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert!(wire.text.contains(MARK), "it was shown");
        assert!(!wire.text.contains(SECRET));
    }
}

#[test]
fn news_of_hostile_servers_are_lines_of_text() {
    let bed = bed();
    let mut texts = nasty();
    texts.push("\u{1b}[31mA\u{9b}2J".repeat(120_000));
    spoil(&bed, &texts, false);
    let mut child = command(bed.dir.path())
        .arg("--config")
        .arg(bed.config())
        .arg("--plain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let check = |line: &str| {
        let found = line.chars().find(|c| is_foreign(*c));
        assert!(found.is_none(), "{found:?} in {line:?}");
        assert!(line.chars().count() < 2_000, "a line without end: {line:?}");
    };
    for line in lines.by_ref().map(Result::unwrap) {
        check(&line);
        if line.contains("Changes follow") {
            break;
        }
    }
    bed.federation.source("pve").unwrap().power_off("pve2");
    let mut is_named = false;
    for line in lines.by_ref().map(Result::unwrap) {
        check(&line);
        is_named |= line.contains(MARK);
        if is_named {
            break;
        }
    }
    assert!(is_named, "the news name nothing that is spoilt");
    kill_process(Pid::from_raw(child.id().try_into().unwrap()).unwrap(), Signal::TERM).unwrap();
    for line in lines.map_while(Result::ok) {
        check(&line);
    }
    child.wait().unwrap();
    sound(
        "--plain",
        &Output {
            status: std::process::ExitStatus::default(),
            stdout: Vec::new(),
            stderr: std::io::read_to_string(child.stderr.take().unwrap()).unwrap().into_bytes(),
        },
    );
}

#[test]
fn the_dashboard_shows_of_a_certificate_what_is_text() {
    let bed = bed();
    let texts = nasty();
    certify(&bed, &texts[..8].concat());
    // Not trusted: the problem tells of it. Pinned: the source does.
    for is_pinned in [false, true] {
        if is_pinned {
            bed.federation.write_config(&bed.config()).unwrap();
        }
        spoil(&bed, &texts, false);
        let mut pty = bed.open(120, 40);
        pty.wait_text(if is_pinned { "healthy" } else { "certificate not trusted" });
        everywhere(&mut pty);
        pty.keys("q");
        assert_eq!(pty.ended().0, 0);
        let wire = Wire::read(&pty.bytes()).unwrap_or_else(|wrong| panic!("{wrong}"));
        // Where it is not trusted, nothing else is known that holds it.
        assert!(wire.text.contains(MARK), "it was shown");
        disk_is_clean(&bed);
    }
}
