//! Clocks that are off: theirs, or ours.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::link::Contact;
use crate::judge::context::{Context, SourceContext};
use crate::judge::findings::Findings;
use crate::judge::problem::{Evidence, Severity};

/// Raises `source.clock-skew`: facts `value` (server minus ours, seconds), `limit`. When two or
/// more clocks are off alike, it is ours: subject viewer, facts `names` (the sources that agree).
pub fn judge_clocks(ctx: &Context<'_>, findings: &mut Findings<'_>) {
    let measured: Vec<(&SourceContext<'_>, i64)> = ctx
        .sources
        .iter()
        .filter(|s| s.survey.link.contact == Contact::Fine)
        .filter_map(|s| s.survey.link.clock_offset.map(|offset| (s, offset)))
        .collect();
    let off: Vec<(&SourceContext<'_>, i64)> =
        measured.iter().copied().filter(|(s, offset)| is_off(s, *offset)).collect();
    let alike = largest_alike(&off);
    let is_ours = alike.len() >= 2;
    if is_ours {
        let middle = alike.get(alike.len() / 2).map(|(_, offset)| *offset as f64);
        let limit = alike.iter().map(|(s, _)| s.policy().clock_skew).min();
        let mut draft =
            findings.raise_viewer(Code::SourceClockSkew, Severity::Warning).facts(|f| {
                f.value = middle;
                f.limit = limit.map(|l| l as f64);
                f.names = alike.iter().map(|(s, _)| Arc::from(s.name().as_str())).collect();
            });
        for (source, _) in &alike {
            if let Some(Evidence { call, seen }) = evidence(source) {
                draft = draft.seen(call, seen);
            }
        }
    }
    for (source, offset) in off {
        if is_ours && alike.iter().any(|(s, _)| s.index == source.index) {
            continue;
        }
        let draft = findings
            .raise(source, Code::SourceClockSkew, Severity::Warning, source.subject())
            .facts(|f| {
                f.value = Some(offset as f64);
                f.limit = Some(source.policy().clock_skew as f64);
            });
        if let Some(Evidence { call, seen }) = evidence(source) {
            draft.seen(call, seen);
        }
    }
}

fn is_off(source: &SourceContext<'_>, offset: i64) -> bool {
    offset.saturating_abs() > source.policy().clock_skew
}

/// The largest set of clocks that differ among each other by no more than is allowed.
fn largest_alike<'a, 'b>(
    off: &[(&'a SourceContext<'b>, i64)],
) -> Vec<(&'a SourceContext<'b>, i64)> {
    let mut sorted = off.to_vec();
    sorted.sort_by_key(|(s, offset)| (*offset, s.index));
    let mut best: &[(&SourceContext<'_>, i64)] = &[];
    for (start, (first, low)) in sorted.iter().enumerate() {
        let rest = sorted.get(start..).unwrap_or_default();
        let limit = first.policy().clock_skew;
        let len = rest
            .partition_point(|(_, o)| o.saturating_sub(*low) <= limit && (*o < 0) == (*low < 0));
        if len > best.len() {
            best = rest.get(..len).unwrap_or_default();
        }
    }
    best.to_vec()
}

/// Every answer carries the server's clock; the cheapest call stands for them.
fn evidence(source: &SourceContext<'_>) -> Option<Evidence> {
    let call = match (source.pve(), source.pbs()) {
        (Some(pve), _) => &pve.status.call,
        (None, Some(pbs)) => &pbs.ping.call,
        (None, None) => return None,
    };
    source.survey.link.answered.map(|seen| Evidence { call: Arc::clone(call), seen })
}
