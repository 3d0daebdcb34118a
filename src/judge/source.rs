//! Sources: are they reached, trusted, read in full, on time?

use super::context::{Context, SourceContext};
use super::findings::Findings;
use super::rows::SourceRow;
use super::verdict::Verdict;

/// Clocks that are off: the one rule that compares sources.
pub fn judge_clocks(_ctx: &Context<'_>, _findings: &mut Findings<'_>) {}

/// Judges one source.
pub fn judge(source: &SourceContext<'_>, _findings: &mut Findings<'_>) -> SourceRow {
    let link = &source.survey.link;
    SourceRow {
        name: source.name().clone(),
        product: source.facts.product,
        verdict: Verdict::Ok,
        state: source.state,
        complete: false,
        seen: link.answered,
        endpoint: link.endpoint().map(|e| e.address.clone()),
        version: None,
        clock_offset: link.clock_offset,
        error: None,
        missing_privileges: Vec::new(),
    }
}
