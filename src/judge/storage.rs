//! Storages of PVE sources.

use super::context::SourceContext;
use super::findings::Findings;
use super::mapping::Mapping;
use super::rows::StorageRow;

/// Judges the storages of a source.
pub fn judge(
    _source: &SourceContext<'_>,
    _mapping: &Mapping,
    _findings: &mut Findings<'_>,
) -> Vec<StorageRow> {
    Vec::new()
}
