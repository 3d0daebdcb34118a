//! Copies of guests: are they there, young, whole, verified?

use super::context::{Context, SourceContext};
use super::findings::Findings;
use super::frame::Cache;
use super::mapping::Mapping;
use super::rows::{BackupJobRow, BackupRow, GroupRow};

/// What the judgement of backups gives back.
#[derive(Debug, Default)]
pub struct Backups {
    /// Per source, one row per guest in the order of `SourceContext::guests`: with the verdict
    /// that follows from elsewhere (none: does not apply), what was raised is merged later.
    pub guests: Vec<Vec<BackupRow>>,
    /// Per source, its backup jobs by id.
    pub jobs: Vec<Vec<BackupJobRow>>,
    /// Per source (a PBS), groups that belong to no watched guest.
    pub groups: Vec<Vec<GroupRow>>,
}

/// Judges the copies of all guests.
pub fn judge(
    ctx: &Context<'_>,
    _mapping: &Mapping,
    _cache: &mut Cache,
    _findings: &mut Findings<'_>,
) -> Backups {
    let none = |s: &SourceContext<'_>| vec![BackupRow::none(); s.guests().len()];
    Backups {
        guests: ctx.sources.iter().map(none).collect(),
        jobs: ctx.sources.iter().map(|_| Vec::new()).collect(),
        groups: ctx.sources.iter().map(|_| Vec::new()).collect(),
    }
}
