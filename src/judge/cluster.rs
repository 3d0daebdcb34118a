//! Clusters: quorum and HA.

use super::context::SourceContext;
use super::findings::Findings;

/// Judges the cluster of a source.
pub fn judge(_source: &SourceContext<'_>, _findings: &mut Findings<'_>) {}
