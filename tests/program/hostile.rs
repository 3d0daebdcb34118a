//! The real program over servers whose every word is spoilt: what reaches its terminal is text,
//! and the few sequences that it is made to write itself.

mod contact;
mod wire;

use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::simulate::spoil::{BARE_ESCAPE, MARK, NO_UTF8, Spoil};

use crate::bed::{Bed, files};
use crate::pty::Pty;
use wire::{Wire, is_foreign};

/// What a server may say behind each word, one of each kind.
fn nasty() -> Vec<String> {
    let texts = [
        "\u{1b}[31m\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}[?1049l\u{1b}[6n\u{1b}c",
        "\u{1b}]8;;https://evil.example/\u{1b}\\link\u{1b}]8;;\u{7}\u{1b}]52;c;ZXZpbA==\u{7}",
        "\u{1b}P1$r0m\u{1b}\\\u{1b}_Gf=100;AAAA\u{1b}\\\u{1b}^pm\u{1b}\\\u{1b}Xsos\u{1b}\\",
        "\u{9b}31m\u{9d}52;c;ZXZpbA==\u{9c}\u{90}1$r0m\u{9c}\u{9f}apc\u{9c}\u{85}\u{8d}",
        "\u{202e}gpj.exe\u{2066}a\u{2069}\u{200b}\u{feff}\u{e0041}\u{fe0f}\u{600}",
        "one\ntwo\r\nthree\tfour\0\u{8}\u{7f}\u{2028}five",
        "日本語 👩\u{200d}👧 z\u{334}\u{321}\u{489}\u{36f}",
    ];
    let mut texts: Vec<String> = texts.map(str::to_owned).into();
    texts.push(format!("e{}x", "\u{301}\u{20dd}".repeat(500)));
    // How a megabyte fares is tested where it takes less time.
    texts.push("\u{1b}[31mA\u{9b}2J".repeat(1_000));
    texts
}

fn spoil(bed: &Bed, texts: &[String], all: bool) {
    for handle in bed.federation.sources() {
        handle.set(&Fault::Spoilt(Spoil { texts: texts.to_vec(), all }));
    }
}

fn bed() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

/// Goes through every view, opens what it shows, and copies.
fn everywhere(pty: &mut Pty) {
    let quiet = Duration::from_millis(30);
    for tab in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        for key in [tab, "y", "\r", "y", "e", "\x1b", "p", "\x1b", "\x1b", "w", "\x1b", "Y"] {
            pty.keys(key);
            pty.rests(quiet);
        }
    }
    for (columns, lines) in [(40, 10), (200, 60), (1, 1), (80, 24)] {
        pty.resize(columns, lines);
        pty.rests(quiet);
    }
}

/// What was written to the terminal, taken apart; nothing of it is foreign.
fn read(pty: &Pty) -> Wire {
    Wire::read(&pty.bytes()).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Nothing foreign was written to disk, but what the program was given.
fn disk_is_clean(bed: &Bed) -> usize {
    let given = ["secret", "config.toml"].map(|name| bed.dir.path().join(name));
    let kept: Vec<_> =
        files(bed.dir.path()).into_iter().filter(|file| !given.contains(file)).collect();
    for file in &kept {
        let text = String::from_utf8(std::fs::read(file).unwrap()).expect("text");
        let found = text.chars().find(|c| *c != '\n' && is_foreign(*c));
        assert!(found.is_none(), "{} holds {found:?}", file.display());
    }
    kept.len()
}

/// What a command wrote, on both outputs: text, and nothing that steers a terminal. What is JSON is
/// as harmless once it is read.
fn sound(what: &str, output: &Output) -> [String; 2] {
    let check = |text: &str| {
        let found = text.chars().find(|c| *c != '\n' && is_foreign(*c));
        assert!(found.is_none(), "{what} holds {found:?}: {text:?}");
    };
    [&output.stdout, &output.stderr].map(|bytes| {
        let text = String::from_utf8(bytes.clone()).expect("text");
        check(&text);
        if let Ok(document) = serde_json::from_str(&text) {
            strings(&document, &check);
        }
        text
    })
}

fn strings(value: &Value, check: &impl Fn(&str)) {
    match value {
        Value::String(text) => check(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, check)),
        Value::Object(fields) => fields.iter().for_each(|(key, item)| {
            check(key);
            strings(item, check);
        }),
        _ => {}
    }
}

#[test]
fn only_sequences_of_our_own_reach_the_terminal() {
    let bed = bed();
    let mut texts = nasty();
    for round in 0..3 {
        texts.rotate_left(round);
        spoil(&bed, &texts, false);
        let mut pty = bed.open(120, 40);
        pty.wait_text("healthy");
        // The names came, behind their mark.
        pty.keys("4");
        pty.wait_text(&MARK.to_string());
        everywhere(&mut pty);
        pty.keys("q");
        assert_eq!(pty.ended().0, 0);
        let wire = read(&pty);
        assert!(wire.text.contains(MARK), "the names were shown");
        assert!(wire.copied.iter().any(|text| text.contains(MARK)), "and copied");
        for text in &wire.copied {
            let found = text.chars().find(|c| *c != '\n' && is_foreign(*c));
            assert!(found.is_none(), "copied is {found:?} of {text:?}");
        }
        assert!(disk_is_clean(&bed) > 2, "memory and log were written");
    }
    // What is remembered of them is as clean, while nobody answers.
    bed.pull_the_plug();
    let mut pty = bed.open(80, 24);
    pty.keys("4");
    pty.wait_text(&MARK.to_string());
    everywhere(&mut pty);
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    read(&pty);
}

#[test]
fn nonsense_and_reasons_reach_it_no_more_than_names() {
    let bed = bed();
    let mut texts = nasty();
    texts.push(format!("x{NO_UTF8}y"));
    texts.push(format!("x{BARE_ESCAPE}[2J"));
    let reasons = [
        None,
        Some(Fault::Status(500, texts[0].clone())),
        Some(Fault::Bare(595, texts[3].clone())),
    ];
    for reason in reasons {
        for handle in bed.federation.sources() {
            handle.clear();
            if let Some(fault) = &reason {
                handle.set(fault);
            }
        }
        spoil(&bed, &texts, true);
        let mut pty = bed.open(80, 24);
        pty.wait_text("healthy");
        everywhere(&mut pty);
        pty.keys("q");
        assert_eq!(pty.ended().0, 0);
        read(&pty);
        disk_is_clean(&bed);
    }
}

#[test]
fn what_goes_through_pipes_is_text() {
    let bed = bed();
    let texts = nasty();
    let papers: [&[&str]; 10] = [
        &["report"],
        &["report", "--format", "json"],
        &["report", "--format", "markdown"],
        &["runbook", "healthy"],
        &["whatif", "healthy"],
        &["whatif", "healthy", "--format", "json"],
        &["inventory", "--fresh"],
        &["doctor"],
        &["doctor", "--format", "json"],
        &["drill"],
    ];
    let mut marked = 0;
    for all in [false, true] {
        spoil(&bed, &texts, all);
        for paper in papers {
            let text = sound(&paper.join(" "), &bed.run(paper));
            marked += text.iter().filter(|text| text.contains(MARK)).count();
        }
        disk_is_clean(&bed);
    }
    assert!(marked >= 7, "only {marked} of them name what is spoilt");
}
