//! Sites and sources.

use super::{Cx, Line, Sheet};
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::link::{Contact, Endpoint};
use crate::fleet::part::{PartState, PartView};
use crate::judge::rows::{SourceRow, SourceState};
use crate::lang::Label;
use crate::theme::Role;
use crate::ui::values::{loud, unknown};

/// Parts that are told one by one; the rest as a number.
const MOST: usize = 12;

/// Human facts of a site.
pub(super) fn site<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, name: &SiteName) {
    let Some(site) = cx.state.fleet.sites.iter().find(|s| s.facts.name == *name) else { return };
    let mut line = Line::new();
    for (label, value) in [(Label::Where, &site.facts.place), (Label::Contact, &site.facts.contact)]
    {
        if let Some(value) = value {
            line.put(format!("{} ", cx.lang().label(label)), Role::Muted);
            line.put(format!("{value}   "), Role::Text);
        }
    }
    if !line.is_empty() {
        sheet.summary(line);
    }
}

/// A source: how it is reached, what may be read, what was read.
pub(super) fn source<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, name: &SourceName) {
    let Some(survey) = cx.survey(name) else { return };
    let row = cx.source(name);
    if let Some(row) = row {
        sheet.summary(summary(cx, row));
    }
    sheet.title(cx, Label::Endpoints);
    for (i, endpoint) in survey.link.endpoints.iter().enumerate() {
        sheet.line(of_endpoint(cx, endpoint, survey.link.current == Some(i)));
    }
    sheet.title(cx, Label::Rights);
    match row.map(|r| r.missing_privileges.as_slice()) {
        None => sheet.line(unknown(cx)),
        Some([]) if row.is_some_and(|r| r.state == SourceState::Fresh) => {
            sheet.line(Line::of(cx.lang().label(Label::RightsComplete), Role::Muted));
        }
        Some([]) => sheet
            .line(unknown(cx).and(format!(" {}", cx.lang().label(Label::NotKnown)), Role::Muted)),
        Some(missing) => {
            for privilege in missing {
                sheet.line(
                    Line::of(format!("{} ", cx.lang().label(Label::Missing)), Role::Unknown)
                        .and(cx.lang().right(privilege), Role::Text),
                );
            }
        }
    }
    sheet.title(cx, Label::Parts);
    parts(cx, sheet, &survey.parts(cx.now()), MOST);
}

pub(super) fn summary<'a>(cx: &Cx<'a>, row: &'a SourceRow) -> Line<'a> {
    let lang = cx.lang();
    let mut line = Line::text(lang.product(row.product));
    if let Some(version) = &row.version {
        line.put(format!(" {version}"), Role::Text);
    }
    line.put("  ", Role::Text);
    line.put(lang.source_state(row.state), loud(row.verdict));
    match row.seen {
        Some(at) => {
            line.put(format!("  {} ", lang.label(Label::Seen)), Role::Muted);
            line.put(lang.ago(&cx.age(at)), Role::Text);
        }
        None => line.put(format!("  {}", lang.label(Label::Never)), Role::Unknown),
    }
    if let Some(offset) = row.clock_offset {
        line.put(format!("  {} ", lang.label(Label::Clock)), Role::Muted);
        line.put(format!("{offset:+}s"), Role::Text);
    }
    if let Some(error) = &row.error {
        line.put(format!("  {error}"), loud(row.verdict));
    }
    line
}

fn of_endpoint<'a>(cx: &Cx<'a>, endpoint: &'a Endpoint, is_current: bool) -> Line<'a> {
    let lang = cx.lang();
    let mark = if is_current { cx.glyphs().crumb } else { " " };
    let mut line = Line::of(format!("{mark} "), Role::Accent)
        .and(&*endpoint.address, Role::Text)
        .pad(32)
        .and("  ", Role::Text);
    let role = match endpoint.contact {
        Contact::Fine => Role::Muted,
        Contact::Untrusted => Role::Critical,
        _ => Role::Unknown,
    };
    line.put(lang.contact(&endpoint.contact), role);
    if let Some(node) = &endpoint.node {
        line.put(format!("  {node}"), Role::Text);
    }
    if let (Some(since), false) = (endpoint.since, endpoint.contact == Contact::Fine) {
        line.put(format!("  {}", lang.since(&lang.moment(since, &cx.when()))), Role::Muted);
    }
    if let Some(end) = endpoint.certificate.as_ref().and_then(|c| c.not_after) {
        line.put(format!("  {} ", lang.label(Label::Certificate)), Role::Muted);
        line.put(lang.ahead(&cx.ahead(end)), Role::Muted);
    }
    line
}

/// What was read and what was not: each part that is not fresh, and how many are.
pub(super) fn parts<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, parts: &[PartView<'a>], most: usize) {
    let fresh = parts.iter().filter(|p| p.state == PartState::Fresh);
    let oldest = fresh.clone().filter_map(|p| p.seen).min();
    let count = fresh.count();
    let waiting = parts.iter().filter(|p| p.state == PartState::NotAsked).count();
    let told = |p: &&PartView<'_>| !matches!(p.state, PartState::Fresh | PartState::NotAsked);
    let rest = parts.iter().filter(told);
    let lang = cx.lang();
    let mut line = Line::text(format!("{count} {}", lang.part_state(PartState::Fresh)));
    if let Some(oldest) = oldest {
        line.put(format!("  {}", lang.ago(&cx.age(oldest))), Role::Muted);
    }
    if waiting > 0 {
        line.put(format!("   {waiting} {}", lang.part_state(PartState::NotAsked)), Role::Muted);
    }
    sheet.line(line);
    let left = rest.clone().count().saturating_sub(most);
    for part in rest.take(most) {
        sheet.line(of_part(cx, part));
    }
    if left > 0 {
        sheet.line(Line::of(lang.more(left), Role::Muted));
    }
}

/// `/cluster/resources  failed 2h  no answer in time`
pub(in crate::ui) fn of_part<'a>(cx: &Cx<'a>, part: &PartView<'a>) -> Line<'a> {
    let lang = cx.lang();
    let role = match part.state {
        PartState::Fresh => Role::Muted,
        PartState::NotAsked if !part.required => Role::Muted,
        _ => Role::Unknown,
    };
    let mut line = Line::text(&**part.call).pad(36).and("  ", Role::Text);
    line.put(lang.part_state(part.state), role);
    match part.seen {
        Some(at) => line.put(format!("  {}", cx.age(at)), Role::Muted),
        None => line.put(format!("  {}", cx.glyphs().none), Role::Rest),
    }
    match part.outcome {
        crate::fleet::part::Outcome::Denied(text) => line.put(format!("  {text}"), Role::Text),
        crate::fleet::part::Outcome::Failed(cause) => {
            let colon = lang.said_of(&lang.cause(cause.kind), "");
            line.put(format!("  {colon}"), Role::Text);
            line.put(&*cause.text, Role::Muted);
        }
        _ => {}
    }
    line
}
