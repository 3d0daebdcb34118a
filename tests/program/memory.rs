//! What is kept on disk fails: the report and the dashboard go on, and say so.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::{Bed, command, files, in_terminal};
use crate::pty::Pty;

fn healthy() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

fn folder(bed: &Bed) -> PathBuf {
    bed.dir.path().join(".local/state/vigie/memory")
}

/// A report that was made, and what was said beside it.
fn reported(output: &Output) -> (Value, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    (serde_json::from_slice(&output.stdout).unwrap(), said)
}

fn report(bed: &Bed) -> (Value, String) {
    reported(&bed.run(&["report", "--format", "json"]))
}

fn guests(report: &Value) -> usize {
    report["sites"][0]["guests"].as_array().unwrap().len()
}

/// Nothing of a failure is left: all is kept, and nothing is said.
fn is_well_again(bed: &Bed) {
    let (judged, said) = report(bed);
    assert_eq!((judged["verdict"].as_str(), said.as_str()), (Some("ok"), ""));
    let kept = files(&folder(bed));
    let surveys = kept.iter().filter(|file| !file.ends_with("_problems.json"));
    assert_eq!(surveys.count(), 2, "{kept:?}");
    let (_, said) = report(bed);
    assert_eq!(said, "", "what was kept is read");
}

#[test]
fn a_folder_that_cannot_be_made_is_told_once_and_stops_nothing() {
    let bed = healthy();
    fs::create_dir_all(folder(&bed).parent().unwrap()).unwrap();
    fs::write(folder(&bed), "in the way").unwrap();
    let (judged, said) = report(&bed);
    assert_eq!(judged["verdict"], "ok", "{judged:#}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("vigie: what is known cannot be kept for the next start"), "{said}");
    assert!(said.contains("make room") && said.contains(".json"), "{said}");
    let mut french = command(bed.dir.path());
    french.env("LANG", "fr_FR.UTF-8").arg("--config").arg(bed.config()).arg("report");
    let said = String::from_utf8(french.output().unwrap().stderr).unwrap();
    assert!(said.contains("faire de la place"), "{said}");
    // What reads no memory writes none.
    let output = bed.run(&["report", "--no-memory"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    fs::remove_file(folder(&bed)).unwrap();
    is_well_again(&bed);
}

/// No file may grow beyond half a KiB, as on a disk that is full.
#[test]
fn a_disk_that_is_full_is_told_and_what_was_kept_stays_whole() {
    let bed = healthy();
    let (first, _) = report(&bed);
    let kept = || -> Vec<_> {
        let all = files(&folder(&bed)).into_iter();
        all.map(|file| (fs::read(&file).unwrap(), file)).collect()
    };
    let before = kept();
    // The signal that the system sends with it ends nobody, whoever started the program.
    for signal in ["trap '' XFSZ; ", ""] {
        let mut full = Command::new("sh");
        let limited = format!("{signal}ulimit -f 1; exec \"$@\"");
        full.args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_vigie"), "--config"]);
        full.arg(bed.config()).args(["report", "--format", "json"]);
        full.env_clear().env("HOME", bed.dir.path()).env("TZ", "UTC").env("PATH", "/usr/bin:/bin");
        let (judged, said) = reported(&full.output().unwrap());
        assert_eq!(judged["verdict"], "ok");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("make room for"), "{said}");
        assert!(said.contains("File too large (os error 27)"), "the system's own words: {said}");
        assert!(kept() == before, "what was kept is as it was, and nothing lies beside it");
    }
    is_well_again(&bed);
    bed.pull_the_plug();
    let (later, _) = report(&bed);
    assert_eq!((later["verdict"].as_str(), guests(&later)), (Some("unknown"), guests(&first)));
}

#[test]
fn a_memory_that_is_not_ours_is_left_out_told_and_replaced() {
    let bed = healthy();
    let (first, _) = report(&bed);
    let file = folder(&bed).join("pve.json");
    let whole = fs::read(&file).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let of_version = |version: u32| {
        let other = text.replacen("\"vigie_memory\":1", &format!("\"vigie_memory\":{version}"), 1);
        assert_ne!(other, text);
        other.into_bytes()
    };
    let half = whole[..whole.len() / 2].to_vec();
    let table: [(&str, Vec<u8>, &str); 7] = [
        ("older", of_version(0), "format 0, this version reads 1"),
        ("newer", of_version(9), "format 9, this version reads 1"),
        ("cut", half, "is cut, or not of vigie"),
        ("empty", Vec::new(), "is cut, or not of vigie"),
        ("another program's", b"{\"hello\": [1, 2]}".to_vec(), "is cut, or not of vigie"),
        ("no text", vec![0x1b, 0xff, 0x00, b']', 7], "is cut, or not of vigie"),
        ("of another source", fs::read(folder(&bed).join("pbs.json")).unwrap(), ""),
    ];
    for (what, bytes, expected) in table {
        fs::write(&file, &bytes).unwrap();
        let (judged, said) = report(&bed);
        assert_eq!(judged["verdict"], "ok", "{what}");
        assert_eq!(guests(&judged), guests(&first), "{what}");
        assert!(said.contains(expected), "{what}: {said}");
        assert_eq!(said.lines().count(), usize::from(!expected.is_empty()), "{what}: {said}");
        assert!(!said.contains('\u{1b}'), "{what}: {said:?}");
        is_well_again(&bed);
    }
    // With nobody there what is left out is not known, and that is not well.
    fs::write(&file, b"{}").unwrap();
    bed.pull_the_plug();
    let (judged, said) = report(&bed);
    assert_eq!((judged["verdict"].as_str(), guests(&judged)), (Some("unknown"), 0), "{said}");
    assert!(said.contains("is lost"), "{said}");
}

#[test]
fn a_memory_that_is_no_file_does_not_hold_up_the_start() {
    let bed = healthy();
    report(&bed);
    let file = folder(&bed).join("pve.json");
    fs::remove_file(&file).unwrap();
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    let (judged, said) = report(&bed);
    assert_eq!(judged["verdict"], "ok");
    assert!(said.contains("is no file; remove it"), "{said}");
    is_well_again(&bed);
}

#[test]
fn several_at_once_keep_one_memory_that_is_whole() {
    let bed = healthy();
    let (first, _) = report(&bed);
    let mut watching = bed.open(80, 24);
    watching.wait_text("4/4");
    let run = || {
        let mut one = command(bed.dir.path());
        one.arg("--config").arg(bed.config()).args(["report", "--format", "json"]);
        one.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        one.spawn().unwrap()
    };
    let all: Vec<_> = (0..4).map(|_| run()).collect();
    for one in all {
        let (judged, said) = reported(&one.wait_with_output().unwrap());
        assert_eq!((judged["verdict"].as_str(), said.as_str()), (Some("ok"), ""));
    }
    watching.keys("q");
    assert_eq!(watching.ended().0, 0);
    is_well_again(&bed);
    bed.pull_the_plug();
    let (later, said) = report(&bed);
    assert_eq!((guests(&later), said.as_str()), (guests(&first), ""));
}

/// Without a key pressed, in both languages, once; and again when it is left.
#[test]
fn the_dashboard_says_that_nothing_is_kept() {
    let bed = healthy();
    fs::create_dir_all(folder(&bed).parent().unwrap()).unwrap();
    fs::write(folder(&bed), "in the way").unwrap();
    let mut pty = bed.open(80, 24);
    let mut french = in_terminal(bed.dir.path());
    french.args(["--lang", "fr", "--config"]);
    french.arg(bed.config());
    let mut french = Pty::spawn(french, 80, 24);
    pty.wait_text("not kept on disk: ");
    french.wait_text("rien n’est gardé sur disque");
    pty.screen(|screen| {
        let lines = screen.contents();
        let told = lines.lines().filter(|line| line.contains("not kept on disk"));
        assert_eq!(told.count(), 1, "{lines}");
        assert!(!lines.contains("cannot be kept"), "no sentence breaks into the picture: {lines}");
    });
    // The problem's page says what to do.
    pty.keys("2\r");
    pty.wait_text("df -h");
    french.keys("q");
    assert_eq!(french.ended().0, 0);
    pty.keys("1q");
    assert_eq!(pty.ended().0, 0);
    let says = |screen: &vt100::Screen| screen.contents().contains("cannot be kept");
    pty.wait("said on the screen from before", says);
    assert!(pty.line_is_as_before());
    let log = files(folder(&bed).parent().unwrap());
    let log = log.iter().find(|file| file.extension().is_some_and(|end| end == "log")).unwrap();
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("the memory is not written"), "{log}");
}

/// What a vigie that was killed left half written goes with the next start; nothing else does.
#[test]
fn what_was_left_half_written_is_cleaned_up() {
    let bed = healthy();
    report(&bed);
    let mut alive = Command::new("sleep").arg("600").spawn().unwrap();
    let mut dead = Command::new("true").spawn().unwrap();
    dead.wait().unwrap();
    let (alive_id, dead_id) = (alive.id(), dead.id());
    let hour = std::time::Duration::from_secs(3_600);
    let now = std::time::SystemTime::now();
    let table = [
        (format!("pve.{dead_id}.new"), now - hour, false),
        (format!("_problems.{dead_id}.new"), now - hour, false),
        (format!("a.b.{dead_id}.new"), now - hour, false),
        // Somebody may be writing it this moment, here or on another machine.
        (format!("pbs.{dead_id}.new"), now, true),
        (format!("pve.{alive_id}.new"), now - hour, true),
        // Whoever has the number now is another one.
        (format!("pbs.{alive_id}.new"), now - 48 * hour, false),
        ("notes.new".to_owned(), now - 48 * hour, true),
        ("pve.mine.new".to_owned(), now - 48 * hour, true),
        (format!("pve.{dead_id}.new.txt"), now - 48 * hour, true),
    ];
    for (name, written, _) in &table {
        let file = fs::File::create(folder(&bed).join(name)).unwrap();
        file.set_modified(*written).unwrap();
    }
    let folder_of_that_name = folder(&bed).join("folder.1.new");
    fs::create_dir(&folder_of_that_name).unwrap();
    let (_, said) = report(&bed);
    assert_eq!(said, "");
    for (name, _, stays) in &table {
        assert_eq!(folder(&bed).join(name).exists(), *stays, "{name}");
    }
    assert!(folder_of_that_name.exists());
    alive.kill().unwrap();
    alive.wait().unwrap();
}

/// Where others may write, what is there is not believed, and nothing is put there.
#[test]
fn a_memory_that_others_may_write_is_not_believed() {
    use std::os::unix::fs::PermissionsExt;
    let bed = healthy();
    report(&bed);
    let set = |path: &std::path::Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let file = folder(&bed).join("pve.json");
    for mode in [0o620, 0o602, 0o666] {
        set(&file, mode);
        let (judged, said) = report(&bed);
        assert_eq!(judged["verdict"], "ok");
        assert!(said.contains("others may write to it") && said.contains("pve.json"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        // It was replaced by one of our own.
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        is_well_again(&bed);
    }
    let state = folder(&bed).parent().unwrap().to_path_buf();
    for open in [folder(&bed), state] {
        let before = fs::read(&file).unwrap();
        let mode = fs::metadata(&open).unwrap().permissions().mode() & 0o777;
        set(&open, 0o777);
        let (judged, said) = report(&bed);
        assert_eq!(judged["verdict"], "ok", "{}", open.display());
        assert!(said.contains("others may write to it"), "{said}");
        assert!(said.lines().count() <= 2, "once for what is read, once for what is kept: {said}");
        assert!(fs::read(&file).unwrap() == before, "nothing is written there");
        set(&open, mode);
        is_well_again(&bed);
    }
    // Of another user, where we may give it away.
    if std::os::unix::fs::chown(&file, Some(12_345), None).is_ok() {
        let (judged, said) = report(&bed);
        assert_eq!(judged["verdict"], "ok");
        assert!(said.contains("another user's") && said.contains("pve.json"), "{said}");
        is_well_again(&bed);
    }
}
