//! A diagnosis for eyes, 80 columns.

use std::fmt::Write as _;

use super::Diagnosed;
use crate::command::report::plain::wrap;
use crate::lang::Lang;
use crate::lang::diagnosis::{Finding, Health};
use crate::probe::Step;

const WIDTH: usize = 80;

/// Columns before what was found: two, a state of nine, a blank, a layer of twelve.
const BEFORE: usize = 24;

pub(super) fn render(all: &[Diagnosed], lang: &dyn Lang) -> String {
    let mut out = String::new();
    for one in all {
        let state = lang.health(one.probe.health());
        let _ = writeln!(out, "{} {state}", one.name);
        for step in &one.probe.before {
            line(&mut out, step, lang);
        }
        for end in &one.probe.endpoints {
            let _ = writeln!(out, " {}", end.address);
            let reached = end.steps.iter().filter(|step| step.health != Health::NotReached);
            reached.for_each(|step| line(&mut out, step, lang));
        }
        if one.probe.rights.health != Health::NotReached {
            out.push('\n');
            line(&mut out, &one.probe.rights, lang);
        }
        for copies in &one.copies {
            let text = lang.goes_to(&copies.storage, copies.watched.as_deref(), &copies.host);
            hung(&mut out, "  ", 2, &text);
        }
        hung(&mut out, "  ", 2, &lang.last_data(one.last));
        out.push('\n');
    }
    let with = |health| all.iter().filter(|one| one.probe.health() == health).count();
    let (warnings, broken) = (with(Health::Warning), with(Health::Broken));
    out.push_str(&lang.all_told(all.len(), warnings, broken));
    out.push('\n');
    out
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
    let head = format!("  {state:<9} {stage:<12}");
    hung(out, &head, BEFORE, &lang.finding(&step.finding));
    if let Some(cure) = lang.cure(step.stage, step.health, &step.finding) {
        hung(out, &" ".repeat(BEFORE), BEFORE, &format!("→ {cure}"));
    }
    let Finding::Rights(lacks) = &step.finding else { return };
    // A command is for pasting: it is never broken.
    for command in lacks.iter().flat_map(|lack| &lack.grant) {
        let _ = writeln!(out, "    {command}");
    }
}

fn hung(out: &mut String, head: &str, indent: usize, text: &str) {
    for (at, part) in wrap(text, WIDTH.saturating_sub(indent)).iter().enumerate() {
        let before = if at == 0 { head.to_owned() } else { " ".repeat(indent) };
        out.push_str(&before);
        out.push_str(part);
        out.push('\n');
    }
}
