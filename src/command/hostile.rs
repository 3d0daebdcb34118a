//! What servers say at their worst, from the socket to everything that comes out: each string of
//! each answer carries escapes, overrides, floods and worse, and the screen, the reports, the
//! copies and the memory are as if it had been clean text.

mod bed;
mod texts;
mod walk;

use bed::{Bed, Known};
use texts::{NASTY, raw, tame};
use walk::{Screen, walk};

use super::follow::tell::Teller;
use super::target::{Takes, everything};
use super::whatif::asked::Asked;
use super::{inventory, report, runbook, whatif};
use crate::cli::{Format, ListFormat, Paper};
use crate::lang::{Tongue, When, of};
use crate::memory::Memory;
use crate::simulate::Fault;
use crate::simulate::spoil::{BARE_ESCAPE, MARK, NO_UTF8, Spoil};
use crate::whatif::Loss;

/// Sizes of windows that are looked at.
const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (40, 10), (200, 60)];

/// The texts turned by so many places: each word has another one.
fn turned(texts: &[String], by: usize) -> Vec<String> {
    let mut turned = texts.to_vec();
    turned.rotate_left(by);
    turned
}

fn nasty() -> Vec<String> {
    let mut texts: Vec<String> = NASTY.map(str::to_owned).into();
    // A flood of marks on one letter.
    texts.push(format!("e{}x", "\u{301}\u{20dd}".repeat(500)));
    texts
}

/// The same, a megabyte of it, which is put into each answer once, and a sign whose width terminals
/// do not agree on, so that it has no room of its own to compare.
fn nasty_and_long() -> Vec<String> {
    let mut texts = nasty();
    texts.push("\u{1b}[31mA\u{9b}2J".repeat(100_000));
    texts.push("👍🏽 👩🏿".to_owned());
    texts
}

/// Nothing raw is in a text of several lines.
fn sound(what: &str, text: &str) {
    let found = text.chars().find(|c| *c != '\n' && raw(*c));
    assert!(found.is_none(), "{what} holds {found:?}:\n{text:?}");
}

/// What is drawn of both stands alike, wherever one can go.
fn alike(spoilt: &[Screen], tame: &[Screen]) {
    assert_eq!(spoilt.len(), tame.len(), "as many pages");
    for (spoilt, tame) in spoilt.iter().zip(tame) {
        assert_eq!(spoilt.place, tame.place);
        assert_eq!(
            spoilt.shape(),
            tame.shape(),
            "{}\n{}\n{}",
            spoilt.place,
            spoilt.text(),
            tame.text()
        );
    }
}

/// Every text that a command prints or a file of it holds.
fn papers(known: &Known<'_>) -> Vec<(String, String)> {
    let Known { fleet, judged, .. } = known;
    let zone = &jiff::tz::TimeZone::UTC;
    let when = When { now: judged.taken, zone };
    let mut papers = Vec::new();
    for tongue in [Tongue::English, Tongue::French] {
        let lang = of(tongue);
        let mut say = |what: &str, text: String| papers.push((format!("{what} {tongue:?}"), text));
        for format in [Format::Text, Format::Markdown, Format::Json] {
            let text = report::render(judged, fleet, format, lang, zone).unwrap();
            say(&format!("report {format:?}"), text);
        }
        say("plain", Teller::new(judged, lang, zone).summary(&[]).join("\n"));
        for form in [Paper::Text, Paper::Markdown] {
            for (name, text) in runbook::set(fleet, judged, form, lang, &when) {
                sound("the name of a page", &name);
                say(&format!("runbook {name}"), text);
            }
        }
        for lost in losses(known) {
            for format in [ListFormat::Text, ListFormat::Json] {
                let asked = Asked::Losses(vec![lost.clone()]);
                let text = whatif::answer(&asked, fleet, judged, format, lang, &when).unwrap();
                say(&format!("whatif {lost:?} {format:?}"), text);
            }
        }
    }
    papers.push(("inventory".into(), inventory::document(judged, fleet).to_string()));
    papers
}

fn losses(known: &Known<'_>) -> Vec<Loss> {
    let rows = known.judged.sites.iter().flat_map(|site| &site.nodes);
    let nodes = rows.map(|node| Loss::Node(node.source.clone(), node.name.clone()));
    let sites = known.judged.sites.iter().map(|site| Loss::Site(site.name.clone()));
    nodes.chain(sites).collect()
}

/// Nothing raw comes out of what is known: on no page, in no file, in no copy, after no restart.
/// Gives back what was drawn.
fn nothing_raw(known: &Known<'_>) -> Vec<Screen> {
    let screens = walk(known);
    screens.iter().for_each(Screen::is_sound);
    for (what, text) in papers(known) {
        sound(&what, &text);
        // JSON may escape what must not be: read back, it is as clean.
        if let Ok(document) = serde_json::from_str::<serde_json::Value>(&text) {
            strings(&document, &mut |text| sound(&what, text));
        }
    }
    commands_are_quoted(known);
    remembered(known);
    screens
}

fn strings(value: &serde_json::Value, look: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => look(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, look)),
        serde_json::Value::Object(fields) => {
            for (key, item) in fields {
                look(key);
                strings(item, look);
            }
        }
        _ => {}
    }
}

/// What a server put behind a name stands within quotes in every command.
fn commands_are_quoted(known: &Known<'_>) {
    let mut seen = 0;
    let mut script = String::new();
    for (target, _) in everything(&known.judged, Takes::Runbooks) {
        let Some(book) = runbook::book(&known.fleet, &known.judged, &target) else { continue };
        let steps = book.chapters.iter().flat_map(|chapter| &chapter.steps);
        for command in steps.flat_map(|step| &step.commands) {
            sound("a command", command);
            script.push_str(command);
            script.push('\n');
            let mut quoted = false;
            let mut escaped = false;
            for c in command.chars() {
                match c {
                    _ if escaped => escaped = false,
                    '\\' if !quoted => escaped = true,
                    '\'' => quoted = !quoted,
                    MARK => {
                        seen += 1;
                        assert!(quoted, "{command}");
                    }
                    _ => {}
                }
            }
            assert!(!quoted, "a quote is left open: {command}");
        }
    }
    reads_as_shell(&script);
    let is_spoilt = known.judged.sites.iter().flat_map(|site| &site.nodes);
    if is_spoilt.into_iter().any(|node| node.name.as_str().contains(MARK)) {
        assert!(seen > 0, "no command names anything of a server");
    }
}

/// A shell has the same view of where words end: it reads the commands, and runs none.
fn reads_as_shell(script: &str) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("commands");
    std::fs::write(&path, script).unwrap();
    let read = std::process::Command::new("sh").arg("-n").arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success() && said.is_empty(), "{said}\n{script}");
}

/// The memory on disk holds nothing raw, and read again it is what it was.
fn remembered(known: &Known<'_>) {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    for site in &known.fleet.sites {
        for (survey, facts) in site.surveys.iter().zip(&site.facts.sources) {
            memory.save(survey, known.judged.taken).unwrap();
            let path = dir.path().join(format!("memory/{}.json", survey.source));
            let text = std::fs::read_to_string(path).unwrap();
            sound("the memory", &text);
            strings(&serde_json::from_str(&text).unwrap(), &mut |text| sound("the memory", text));
            let again = memory.load(facts).unwrap().expect("a memory");
            let again = serde_json::to_value(&again).unwrap();
            strings(&again, &mut |text| sound("what is remembered", text));
        }
    }
}

#[test]
fn whatever_words_of_a_server_carry_nothing_raw_comes_out_and_the_layout_stands() {
    let bed = Bed::new();
    let texts = nasty();
    let tamed: Vec<String> = texts.iter().map(|text| tame(text)).collect();
    each((0..texts.len()).step_by(5), |round| {
        let known = bed.look(&[Fault::Spoilt(Spoil { texts: turned(&texts, round), all: false })]);
        assert!(known.spoilt_guests() > 3, "{:?}", known.judged.sites);
        let screens = nothing_raw(&known);
        let tame = bed.look(&[Fault::Spoilt(Spoil { texts: turned(&tamed, round), all: false })]);
        alike(&screens, &walk(&tame));
    });
}

/// Does this for each, and fails when one did: all that is wrong is told at once.
fn each<T: std::fmt::Debug>(all: impl IntoIterator<Item = T>, look: impl Fn(T)) {
    let wrong = all.into_iter().filter_map(|one| {
        let name = format!("{one:.60?}").chars().take(80).collect();
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look(one)));
        done.is_err().then_some(name)
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "not so of {wrong:?}");
}

#[test]
fn where_no_word_is_what_it_was_nothing_raw_comes_out_either() {
    let bed = Bed::new();
    let mut texts = nasty_and_long();
    texts.push(format!("x{NO_UTF8}y"));
    texts.push(format!("x{BARE_ESCAPE}[2J"));
    each(texts.chunks(6), |part| {
        nothing_raw(&bed.look(&[Fault::Spoilt(Spoil { texts: part.into(), all: true })]));
    });
}

#[test]
fn reason_phrases_and_errors_are_as_harmless() {
    let bed = Bed::new();
    each(nasty_and_long().chunks(2).enumerate(), |(at, texts)| {
        let code = [400, 403, 404, 500, 501, 595][at % 6];
        let error = match at % 3 {
            0 => Fault::Bare(code, texts[0].clone()),
            _ => Fault::Status(code, texts[0].clone()),
        };
        let spoil = Fault::Spoilt(Spoil { texts: texts.to_vec(), all: at % 2 == 0 });
        let known = bed.look(&[error, spoil]);
        assert!(!known.judged.problems.is_empty());
        nothing_raw(&known);
    });
}
