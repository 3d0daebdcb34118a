//! The log: merges, bad lines, hostile texts, appending.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use proptest::prelude::*;

use super::{AHEAD, CopyUsed, Log, Record, append, line, read};
use crate::fleet::drill::Outcome;
use crate::fleet::id::GuestKey;
use crate::fleet::text::is_harmless;
use crate::fleet::time::Epoch;

/// Tuesday 10 March 2026, 12:07:20 UTC.
const NOW: Epoch = Epoch(1_773_144_440);

fn log(text: &str) -> Log {
    Log::of(text.as_bytes(), NOW)
}

fn key(source: &str, vmid: u32) -> GuestKey {
    GuestKey { source: source.into(), vmid }
}

/// The least a line must say.
fn least(day: &str, vmid: u32, result: &str) -> String {
    format!(r#"{{"time":"{day}T10:00:00Z","source":"fi","vmid":{vmid},"result":"{result}"}}"#)
}

fn whole() -> Record {
    Record {
        time: NOW,
        source: "fi".into(),
        vmid: 101,
        result: Outcome::Ok,
        name: Some("mail".into()),
        copy: Some(CopyUsed {
            place: Some("pbs:main/fi".into()),
            time: Some(NOW.minus(40_000)),
            volume: Some("pbs-main:backup/vm/101/2026-03-10T01:00:40Z".into()),
        }),
        target: Some("fi2".into()),
        as_vmid: Some(9001),
        started: Some(NOW.minus(1_500)),
        took: Some(1_500),
        by: Some("aino".into()),
        notes: Some("a \"quote\" and\ttwo words".into()),
    }
}

#[test]
fn a_line_reads_as_documented() {
    let text = r#"{"time":"2026-03-10T12:07:20Z","source":"fi","vmid":101,"name":"mail","copy":{"place":"pbs:main/fi","time":"2026-03-10T01:00:40Z","volume":"pbs-main:backup/vm/101/2026-03-10T01:00:40Z"},"target":"fi2","as":9001,"started":"2026-03-10T11:42:20Z","took_s":1500,"result":"ok","by":"aino","notes":"a \"quote\" and\ttwo words"}"#;
    assert_eq!(line(&whole()).unwrap(), format!("{text}\n"));
    let read = log(text);
    let cleaned = Record { notes: Some("a \"quote\" and two words".into()), ..whole() };
    assert_eq!((read.records, read.skipped), (vec![cleaned], 0));
}

#[test]
fn the_last_good_one_counts_whatever_the_order() {
    let lines = [
        least("2026-03-01", 101, "ok"),
        least("2025-06-01", 101, "ok"),
        least("2026-03-05", 101, "failed"),
        least("2026-03-09", 101, "abandoned"),
        least("2026-02-01", 102, "failed"),
    ];
    for turn in 0..lines.len() {
        let mut lines = lines.to_vec();
        lines.rotate_left(turn);
        let log = log(&lines.join("\n"));
        let drills = log.drills();
        assert_eq!(drills.good.len(), 1);
        let good = drills.good[&key("fi", 101)].clone();
        assert_eq!(good.at, Epoch(1_772_359_200));
        // One that failed since, and one of a guest that has no other.
        let failed: Vec<_> = drills.failed.keys().map(|key| key.vmid).collect();
        assert_eq!(failed, [101, 102]);
        assert_eq!(log.last()[&key("fi", 101)].result, Outcome::Abandoned);
        assert_eq!(log.last()[&key("fi", 102)].result, Outcome::Failed);
        assert_eq!((log.skipped, drills.error), (0, None));
    }
}

#[test]
fn a_merge_leaves_every_rehearsal_once() {
    let (ours, theirs) = (least("2026-03-01", 1, "ok"), least("2026-03-02", 2, "ok"));
    let both = least("2026-01-01", 3, "ok");
    let text = format!(
        "{both}\r\n<<<<<<< HEAD\n{ours}\n||||||| base\n{both}\n=======\n{theirs}\n{ours}\n>>>>>>> theirs\n\n"
    );
    let merged = log(&text);
    let guests: Vec<u32> = merged.records.iter().map(|r| r.vmid).collect();
    assert_eq!((guests, merged.skipped), (vec![3, 1, 2], 0));
}

#[test]
fn what_is_no_rehearsal_is_counted_and_passed_over() {
    let good = least("2026-03-01", 1, "ok");
    let bad = [
        "nonsense".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        good.replace("\"ok\"", "\"fine\""),
        good.replace("\"fi\"", "\"../fi\""),
        good.replace("\"fi\"", "\"\""),
        good.replace("\"vmid\":1", "\"vmid\":-1"),
        good.replace("\"vmid\":1", "\"vmid\":4294967296"),
        good.replace("2026-03-01T10:00:00Z", "yesterday"),
        good.replace("2026-03-01T10:00:00Z", "2026-03-01"),
        // It would hide every debt for a century.
        good.replace("2026", "2126"),
        good.replace("\"ok\"", "\"ok\",\"took_s\":\"25m\""),
    ];
    for line in &bad {
        assert_eq!(log(line), Log { skipped: 1, ..Log::default() }, "{line}");
    }
    let all = log(&format!("{}\n{good}", bad.join("\n")));
    assert_eq!((all.records.len(), all.skipped), (1, bad.len()));
    let not_utf8 = [good.as_bytes(), b"\n\xff\xfe\n\0\n"].concat();
    let read = Log::of(&not_utf8, NOW);
    assert_eq!((read.records.len(), read.skipped), (1, 2));
    // What a later version writes, and what makes no sense beside it, is passed over.
    let odd =
        good.replace("\"ok\"", "\"ok\",\"took_s\":-5,\"started\":\"x\",\"more\":[1],\"by\":\" \"");
    let read = log(&odd);
    let record = &read.records[0];
    assert_eq!((record.took, record.started, &record.by), (None, None, &None));
}

#[test]
fn the_clocks_of_a_team_may_differ_by_a_day() {
    let at = |seconds| line(&Record { time: NOW.plus(seconds), ..whole() }).unwrap();
    assert_eq!(log(&at(AHEAD)).records.len(), 1);
    assert_eq!(log(&at(AHEAD + 1)).skipped, 1);
}

#[test]
fn no_text_of_the_file_harms_a_terminal() {
    let evil = r"\u001b[2J\u202e\nx";
    let text = format!(
        r#"{{"time":"2026-03-01T10:00:00Z","source":"fi","vmid":1,"result":"ok","name":"{evil}","by":"{evil}","notes":"{evil}","target":"{evil}","copy":{{"place":"{evil}","volume":"{evil}"}}}}"#
    );
    let read = log(&text);
    let record = &read.records[0];
    let copy = record.copy.clone().unwrap();
    let texts =
        [&record.name, &record.by, &record.notes, &record.target, &copy.place, &copy.volume];
    for text in texts {
        assert_eq!(text.as_deref(), Some("·[2J· x"));
    }
}

#[test]
fn a_file_is_made_as_a_team_wants_it_and_only_grows() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/drills.jsonl");
    assert_eq!(read(&path, NOW), Log::default(), "none yet");
    append(&path, &whole()).unwrap();
    append(&path, &Record { vmid: 102, ..whole() }).unwrap();
    // An editor that leaves the last line open.
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.trim_end()).unwrap();
    append(&path, &Record { vmid: 103, ..whole() }).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!((text.lines().count(), text.ends_with("}\n")), (3, true), "{text}");
    let guests: Vec<u32> = read(&path, NOW).records.iter().map(|r| r.vmid).collect();
    assert_eq!(guests, [101, 102, 103]);
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(dir.path().join("a")) & 0o077, 0);
    assert_eq!(mode(dir.path().join("a/b")) & 0o077, 0);
    assert_eq!(mode(path) & 0o600, 0o600);
}

#[test]
fn what_many_append_at_once_stays_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("drills.jsonl");
    std::thread::scope(|scope| {
        for person in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for n in 0..25 {
                    append(path, &Record { vmid: person * 100 + n, ..whole() }).unwrap();
                }
            });
        }
    });
    let log = read(&path, NOW);
    assert_eq!((log.records.len(), log.skipped), (100, 0));
}

#[test]
fn a_log_that_cannot_be_read_is_told_and_not_touched() {
    let dir = tempfile::tempdir().unwrap();
    let log = read(dir.path(), NOW);
    let error = log.error.clone().unwrap();
    assert!(error.contains("Is a directory") && error.contains('/'), "{error}");
    assert_eq!(log.drills().error, Some(error));
    assert!(append(dir.path(), &whole()).is_err());
    let large = dir.path().join("large");
    std::fs::File::create(&large).unwrap().set_len(super::LARGEST + 1).unwrap();
    assert!(read(&large, NOW).error.unwrap().ends_with("larger than 16 MiB"));
}

fn text() -> impl Strategy<Value = Option<Arc<str>>> {
    proptest::option::of("\\PC{0,20}|.{0,20}").prop_map(|text| text.map(Into::into))
}

proptest! {
    #[test]
    fn no_line_is_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Log::of(&bytes, NOW);
    }

    #[test]
    fn any_slip_in_a_good_line_is_survived(at in 0_usize..400, byte in any::<u8>()) {
        let mut bytes = line(&whole()).unwrap().into_bytes();
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        let read = Log::of(&bytes, NOW);
        prop_assert!(read.records.len() + read.skipped <= 2);
    }

    #[test]
    fn what_is_written_is_one_line_and_reads_back(
        (name, by, notes, place) in (text(), text(), text(), text()),
        took in proptest::option::of(0_i64..100_000),
    ) {
        let copy = CopyUsed { place, time: None, volume: None };
        let record = Record { name, by, notes, took, copy: Some(copy), ..whole() };
        let written = line(&record).unwrap();
        prop_assert_eq!(written.matches('\n').count(), 1);
        let read = log(&written);
        prop_assert_eq!(read.records.len(), 1);
        let back = &read.records[0];
        prop_assert_eq!((back.time, back.took, back.key()), (record.time, record.took, record.key()));
        for text in [&back.name, &back.by, &back.notes].into_iter().flatten() {
            prop_assert!(text.chars().all(is_harmless));
        }
        // Once read it is as it will be read.
        prop_assert_eq!(log(&line(back).unwrap()).records, read.records);
    }
}
