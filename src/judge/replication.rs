//! Replicas of guests on other nodes of their cluster.

use super::context::{Context, SourceContext};
use super::findings::Findings;
use super::frame::Cache;
use super::rows::ReplicationSummary;

/// Judges replication: per source, one summary per guest in the order of
/// `SourceContext::guests`, with the verdicts that follow from elsewhere.
pub fn judge(
    ctx: &Context<'_>,
    _cache: &mut Cache,
    _findings: &mut Findings<'_>,
) -> Vec<Vec<ReplicationSummary>> {
    let none = |s: &SourceContext<'_>| vec![ReplicationSummary::none(); s.guests().len()];
    ctx.sources.iter().map(none).collect()
}

/// Whether a call is the runtime state of replication: `/nodes/{n}/replication`. When that call
/// alone is refused, `replication.blind` tells it and it is no `source.partial`.
pub fn is_replication_part(call: &str) -> bool {
    call.starts_with("/nodes/") && call.ends_with("/replication")
}
