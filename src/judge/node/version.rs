//! Versions: mixed majors, end of life.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::host::Version;
use crate::fleet::id::Product;
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::context::SourceContext;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;

/// The last major whose support ended on 2024-07-31, and that moment (PVE 7, PBS 2).
const ENDED_2024: Epoch = Epoch(1_722_470_400);
/// The moment after 2026-08-31 (PVE 8, PBS 3).
const ENDED_2026: Epoch = Epoch(1_788_220_800);

/// When support of a major version ended or will; none while no date is set.
fn end_of_life(product: Product, major: u32) -> Option<Epoch> {
    match (product, major) {
        (Product::Pve, 0..=7) | (Product::Pbs, 0..=2) => Some(ENDED_2024),
        (Product::Pve, 8) | (Product::Pbs, 3) => Some(ENDED_2026),
        _ => None,
    }
}

/// Raises the notice `node.version` for a version at its end of life: detail `end of life`, facts
/// `text` (the version), `at` (the end).
pub(super) fn judge_end_of_life(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Version>,
    findings: &mut Findings<'_>,
) {
    let Some(version) = part.known() else { return };
    let Some(end) = end_of_life(source.facts.product, version.major) else { return };
    if source.now >= end {
        findings
            .raise(source, Code::NodeVersion, Severity::Notice, subject.clone())
            .detail("end of life")
            .facts(|f| {
                f.text = Some(Arc::clone(&version.text));
                f.at = Some(end);
            })
            .evidence(part);
    }
}

/// Raises `node.version` on each node below the highest major of its cluster: detail the version,
/// facts `text` (it), `other` (the highest).
pub(super) fn judge_mixed(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    findings: &mut Findings<'_>,
) {
    let highest = pve.nodes.values().filter_map(|p| p.version.known()).max_by_key(|v| v.major);
    let Some(highest) = highest else { return };
    for (name, parts) in &pve.nodes {
        let Some(version) = parts.version.known().filter(|v| v.major < highest.major) else {
            continue;
        };
        let subject = Subject::Node(source.name().clone(), name.clone());
        findings
            .raise(source, Code::NodeVersion, Severity::Warning, subject)
            .detail(Arc::clone(&version.text))
            .facts(|f| {
                f.text = Some(Arc::clone(&version.text));
                f.other = Some(Arc::clone(&highest.text));
            })
            .evidence(&parts.version);
    }
}

#[cfg(test)]
mod unit {
    use super::{ENDED_2024, ENDED_2026, end_of_life};
    use crate::fleet::id::Product;

    #[test]
    fn the_dates_are_what_they_say() {
        assert_eq!(ENDED_2024.timestamp().unwrap().to_string(), "2024-08-01T00:00:00Z");
        assert_eq!(ENDED_2026.timestamp().unwrap().to_string(), "2026-09-01T00:00:00Z");
        assert_eq!(end_of_life(Product::Pve, 9), None);
        assert_eq!(end_of_life(Product::Pbs, 4), None);
        assert_eq!(end_of_life(Product::Pbs, 2), Some(ENDED_2024));
    }
}
