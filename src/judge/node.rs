//! Nodes and PBS hosts.

use super::context::SourceContext;
use super::findings::Findings;
use super::rows::NodeRow;

/// Judges the nodes of a source.
pub fn judge(_source: &SourceContext<'_>, _findings: &mut Findings<'_>) -> Vec<NodeRow> {
    Vec::new()
}
