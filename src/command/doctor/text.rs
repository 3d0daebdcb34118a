//! A diagnosis for eyes, 80 columns.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::copies::Copies;
use super::{Diagnosed, paste};
use crate::command::report::plain::wrap;
use crate::fleet::id::Product;
use crate::lang::Lang;
use crate::lang::diagnosis::{Finding, Health, Lack};
use crate::probe::Step;

const WIDTH: usize = 80;

/// Columns before what was found: two, a state of nine, a blank, a layer of twelve.
const BEFORE: usize = 24;

/// Missing rights that are told: a token may be kept from hundreds of guests.
const MOST: usize = 6;

pub(super) fn render(all: &[Diagnosed], lang: &dyn Lang) -> String {
    let mut out = String::new();
    for one in all {
        let state = lang.health(one.probe.health());
        let _ = writeln!(out, "{} {state}", one.name);
        lines(&mut out, &one.probe.before, lang);
        for end in &one.probe.endpoints {
            let _ = writeln!(out, " {}", end.address);
            lines(&mut out, &end.steps, lang);
        }
        if one.probe.rights.health != Health::NotReached {
            out.push('\n');
            line(&mut out, &one.probe.rights, lang);
        }
        if one.product == Product::Pve {
            copies(&mut out, one.copies.as_ref(), lang);
        }
        hung(&mut out, &head("", lang.last_head()), BEFORE, &lang.last_data(one.last));
        out.push('\n');
    }
    let with = |health| all.iter().filter(|one| one.probe.health() == health).count();
    let (warnings, broken) = (with(Health::Warning), with(Health::Broken));
    out.push_str(&lang.all_told(all.len(), warnings, broken));
    out.push('\n');
    out
}

fn copies(out: &mut String, known: Option<&Copies>, lang: &dyn Lang) {
    let mut before = head("", lang.copies_head());
    let Some(known) = known else {
        return hung(out, &before, BEFORE, lang.goes_unknown());
    };
    let since = lang.known_since(known.age);
    let mut to: Vec<String> =
        known.to.iter().map(|to| lang.goes_to(&to.storage, &to.goes)).collect();
    if to.is_empty() {
        to.push(lang.goes_nowhere().to_owned());
    }
    for text in to {
        hung(out, &before, BEFORE, &format!("{text} ({since})"));
        before = " ".repeat(BEFORE);
    }
}

fn head(state: &str, stage: &str) -> String {
    format!("  {state:<9} {stage:<12}")
}

/// The layers that were reached; those in a row of which there is nothing to say are one line.
fn lines(out: &mut String, steps: &[Step], lang: &dyn Lang) {
    let reached: Vec<&Step> =
        steps.iter().filter(|step| step.health != Health::NotReached).collect();
    let is_plain = |step: &Step| step.health == Health::Ok && step.finding == Finding::Fine;
    for row in reached.chunk_by(|a, b| is_plain(a) && is_plain(b)) {
        match row {
            [step] if !is_plain(step) => line(out, step, lang),
            plain => {
                let names: Vec<&str> = plain.iter().map(|step| lang.stage(step.stage)).collect();
                hung(out, &format!("  {:<9} ", lang.health(Health::Ok)), BEFORE, &names.join(", "));
            }
        }
    }
}

/// Steps alone, a line each.
pub(in crate::command) fn steps(steps: &[Step], lang: &dyn Lang) -> String {
    let mut out = String::new();
    for step in steps {
        line(&mut out, step, lang);
    }
    out
}

fn line(out: &mut String, step: &Step, lang: &dyn Lang) {
    let (state, stage) = (lang.health(step.health), lang.stage(step.stage));
    hung(out, &head(state, stage), BEFORE, &lang.finding(&step.finding));
    if let Some(cure) = lang.cure(step.stage, step.health, &step.finding) {
        hung(out, &" ".repeat(BEFORE), BEFORE, &format!("→ {cure}"));
    }
    if let Finding::Rights(access) = &step.finding {
        let (wanted, needed): (Vec<&Lack>, Vec<&Lack>) =
            access.lacks.iter().partition(|lack| lack.optional);
        let mut told = BTreeSet::new();
        // The cure is said above.
        missing(out, &needed, None, &mut told, lang);
        missing(out, &wanted, Some(lang.if_wanted()), &mut told, lang);
    }
}

/// Rights that are missing, and below them the commands that grant them, each once: what is `told`
/// already brings these, too.
fn missing<'a>(
    out: &mut String,
    lacks: &[&'a Lack],
    cure: Option<&str>,
    told: &mut BTreeSet<&'a str>,
    lang: &dyn Lang,
) {
    let before = " ".repeat(BEFORE);
    for lack in lacks.iter().take(MOST) {
        hung(out, &before, BEFORE, &lang.lack(lack));
    }
    if let more @ 1.. = lacks.len().saturating_sub(MOST) {
        hung(out, &before, BEFORE, &lang.lacks_more(more));
    }
    let commands = lacks.iter().take(MOST).flat_map(|lack| &lack.grant);
    let new: Vec<&str> = commands.map(String::as_str).filter(|c| told.insert(c)).collect();
    if let (Some(cure), false) = (cure, new.is_empty()) {
        hung(out, &before, BEFORE, &format!("→ {cure}"));
    }
    for command in new {
        for line in paste::lines(command, WIDTH) {
            let _ = writeln!(out, "{line}");
        }
    }
}

fn hung(out: &mut String, head: &str, indent: usize, text: &str) {
    let text = &halved(text);
    for (at, part) in wrap(text, WIDTH.saturating_sub(indent)).iter().enumerate() {
        let before = if at == 0 { head.to_owned() } else { " ".repeat(indent) };
        out.push_str(&before);
        out.push_str(part);
        out.push('\n');
    }
}

/// A fingerprint is wider than what is left of a line: it is broken in its middle, behind a colon.
fn halved(text: &str) -> String {
    let halves = |word: &str| {
        let is_fingerprint = word.len() == 95 && word.matches(':').count() == 31;
        let halves = is_fingerprint.then(|| word.split_at_checked(48)).flatten();
        halves.map_or_else(|| word.to_owned(), |(first, second)| format!("{first} {second}"))
    };
    text.split(' ').map(halves).collect::<Vec<_>>().join(" ")
}
