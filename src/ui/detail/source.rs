//! Sites and sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::{Cx, Line, Sheet};
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::link::{Contact, Endpoint, PeerCertificate};
use crate::fleet::part::{PartState, PartView};
use crate::judge::rows::{SourceRow, SourceState};
use crate::lang::Label;
use crate::theme::Role;
use crate::ui::values::{loud, unknown};

/// Parts that are told one by one, those that are not well first; the rest as a number.
const MOST: usize = 20;

/// Columns of a call.
const CALL: usize = 34;

/// Human facts of a site.
pub(super) fn site<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, name: &SiteName) {
    let Some(site) = cx.state.fleet.sites.iter().find(|s| s.facts.name == *name) else { return };
    let facts = [(Label::Where, &site.facts.place), (Label::Contact, &site.facts.contact)];
    let told = facts.into_iter().filter_map(|(label, value)| {
        let label = format!("{} ", cx.lang().label(label));
        Some(Line::of(label, Role::Muted).and(value.as_deref()?.to_owned(), Role::Text))
    });
    let told: Vec<Line<'_>> = told.collect();
    // Side by side where there is room: a number to call is not to be broken.
    let wide: usize = told.iter().map(|line| line.width() + 3).sum();
    if wide <= sheet.width {
        let mut line = Line::new();
        for fact in told {
            line.append(fact.and("   ", Role::Text));
        }
        sheet.summary(line);
    } else {
        for fact in told {
            sheet.summary(fact);
        }
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
        if let Some(certificate) = &endpoint.certificate {
            sheet.line(of_certificate(cx, certificate));
        }
    }
    trust(cx, sheet, name);
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
    parts(cx, sheet, &survey.parts(cx.now()), &survey.link.took);
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
    line
}

/// `  certificate  ends in 1y  PVE Cluster Manager CA  SHA-256 AB:CD:…`
fn of_certificate<'a>(cx: &Cx<'a>, certificate: &PeerCertificate) -> Line<'a> {
    let lang = cx.lang();
    let mut line = Line::of(format!("    {}", lang.label(Label::Certificate)), Role::Muted);
    if let Some(end) = certificate.not_after {
        line.put(format!("  {}", lang.ahead(&cx.ahead(end))), Role::Text);
        line.put(format!("  {}", lang.date(end, &cx.when())), Role::Muted);
    }
    line.put(format!("  {}", issuer(&certificate.issuer)), Role::Muted);
    line.put(format!("  {} ", lang.label(Label::Fingerprint)), Role::Muted);
    line.and(short(&certificate.fingerprint), Role::Muted)
}

/// Who issued a certificate, by the organisation or else the name in a distinguished name; the
/// whole of it where it has neither.
pub(super) fn issuer(name: &str) -> String {
    let parts = parts_of(name);
    let field = |key: &str| parts.iter().find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    field("O").or_else(|| field("CN")).unwrap_or(name).trim().to_owned()
}

/// The parts of a distinguished name: `CN=a, O=b` with backslashes before commas that part nothing,
/// as vigie spells it, or `/CN=a/O=b`, as PVE does.
fn parts_of(name: &str) -> Vec<String> {
    if let Some(parts) = name.strip_prefix('/') {
        return parts.split('/').map(str::to_owned).collect();
    }
    let (mut parts, mut chars) = (vec![String::new()], name.chars());
    while let Some(c) = chars.next() {
        match (c, parts.last_mut()) {
            (',' | '+', _) => parts.push(String::new()),
            ('\\', Some(part)) => part.extend(chars.next()),
            (' ', Some(part)) if part.is_empty() => {}
            (c, Some(part)) => part.push(c),
            (_, None) => {}
        }
    }
    parts
}

/// `AB:CD:EF:01…`: enough to tell two apart.
fn short(fingerprint: &[u8; 32]) -> String {
    let bytes: Vec<String> = fingerprint.iter().take(6).map(|b| format!("{b:02X}")).collect();
    format!("{}…", bytes.join(":"))
}

/// By what its endpoints are believed to be who they say.
fn trust<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, name: &SourceName) {
    let sites = &cx.state.fleet.sites;
    let facts = sites.iter().flat_map(|s| &s.facts.sources).find(|s| s.name == *name);
    let Some(facts) = facts else { return };
    let lang = cx.lang();
    let label = if facts.fingerprints.is_empty() { Label::Authorities } else { Label::Pinned };
    let mut line = Line::text(lang.label(label));
    for fingerprint in &facts.fingerprints {
        line.put(format!("  {}", short(fingerprint)), Role::Muted);
    }
    sheet.field(cx, Label::Trust, line);
}

/// What was read and what was not: each part with its age, those that are not fresh first.
fn parts<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    parts: &[PartView<'a>],
    took: &BTreeMap<Arc<str>, u32>,
) {
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
    let fine = parts.iter().filter(|p| !told(p) && p.state != PartState::NotAsked);
    let left = (rest.clone().count() + fine.clone().count()).saturating_sub(MOST);
    let shown: Vec<_> = rest.chain(fine).take(MOST).collect();
    let pad = columns_of_calls(shown.iter().copied(), sheet.width);
    for part in shown {
        sheet.line(of_part_padded(cx, part, pad, took.get(part.call)));
    }
    if left > 0 {
        sheet.line(Line::of(lang.more(left), Role::Muted));
    }
}

/// Columns that the calls of some parts take, within so many for all.
fn columns_of_calls<'p>(parts: impl Iterator<Item = &'p PartView<'p>>, width: usize) -> usize {
    let longest = parts.map(|part| part.call.width()).max().unwrap_or(0);
    longest.clamp(CALL, CALL.max(width.saturating_sub(43)))
}

/// Parts one under the other.
pub(in crate::ui) fn of_parts<'a>(
    cx: &Cx<'a>,
    parts: &[PartView<'a>],
    width: usize,
) -> Vec<Line<'a>> {
    let pad = columns_of_calls(parts.iter(), width);
    parts.iter().map(|part| of_part_padded(cx, part, pad, None)).collect()
}

/// `/cluster/resources  failed 2h  no answer in time`
pub(in crate::ui) fn of_part<'a>(cx: &Cx<'a>, part: &PartView<'a>) -> Line<'a> {
    of_part_padded(cx, part, CALL, None)
}

fn of_part_padded<'a>(
    cx: &Cx<'a>,
    part: &PartView<'a>,
    pad: usize,
    took: Option<&u32>,
) -> Line<'a> {
    let lang = cx.lang();
    let role = match part.state {
        PartState::Fresh => Role::Muted,
        PartState::NotAsked if !part.required => Role::Muted,
        _ => Role::Unknown,
    };
    let mut line = Line::text(&**part.call).pad(pad).and("  ", Role::Text);
    line.put(format!("{:<9}", lang.part_state(part.state)), role);
    match part.seen {
        Some(at) => line.put(format!("{:>4}", cx.age(at)), Role::Muted),
        None => line.put(format!("{:>4}", cx.glyphs().none), Role::Rest),
    }
    if part.state == PartState::Fresh {
        let every = lang.age(part.every.into());
        line.put(format!("  {} {every:<4}", lang.label(Label::Every)), Role::Muted);
        if let Some(millis) = took {
            let took = match *millis {
                ..1000 => format!("{millis} ms"),
                _ => lang.duration(f64::from(*millis) / 1000.0),
            };
            line.put(format!("  {} {took:>6}", lang.label(Label::Took)), Role::Muted);
        }
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

#[cfg(test)]
mod tests {
    use super::issuer;

    #[test]
    fn whoever_issued_is_told_as_the_name_has_it() {
        for (name, expected) in [
            ("CN=pve, OU=1234, O=PVE Cluster Manager CA", "PVE Cluster Manager CA"),
            (
                "/CN=Proxmox Virtual Environment/OU=1/O=PVE Cluster Manager CA",
                "PVE Cluster Manager CA",
            ),
            ("CN=pbs", "pbs"),
            (r"CN=x\, O=PVE Cluster Manager CA", "x, O=PVE Cluster Manager CA"),
            (r"CN=a/O=PVE Cluster Manager CA", "a/O=PVE Cluster Manager CA"),
            (r"CN=x \+ O=y", "x + O=y"),
            (r"O=Foo\, Inc., CN=z", "Foo, Inc."),
            (r"OU=a + O=b", "b"),
            (r"CN=a\", "a"),
            ("", ""),
        ] {
            assert_eq!(issuer(name), expected, "{name}");
        }
    }
}
