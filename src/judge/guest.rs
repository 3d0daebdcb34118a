//! Guests: do they run, are they free to be worked on?

use super::context::SourceContext;
use super::findings::Findings;
use super::rows::{BackupRow, GuestRow, ReplicationSummary};

/// Judges the guests of a source; `copies` and `replicas` are one per guest, in their order.
pub fn judge(
    _source: &SourceContext<'_>,
    _copies: Vec<BackupRow>,
    _replicas: Vec<ReplicationSummary>,
    _findings: &mut Findings<'_>,
) -> Vec<GuestRow> {
    Vec::new()
}
