//! The jobs that will fail next.

use super::after::After;
use super::lost::Lost;
use super::stage::Stage;
use crate::fleet::id::SourceName;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::context::SourceContext;
use crate::judge::mapping::Server;
use crate::judge::rows::{BackupJobRow, ReplicationRow};

/// A job whose next run will fail, or will not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The backup job or the replication job.
    pub job: Subject,
    /// When it should run next, the server's clock; none where that cannot be told.
    pub at: Option<Epoch>,
    /// The guests that miss it, those that die too; 0 where that cannot be told.
    pub guests: u32,
}

/// Enabled jobs that write to a PBS that is lost, are bound to a node that dies or to a source of
/// which nothing is left, or whose cluster has no quorum any more: without it `/etc/pve` cannot be
/// written, and neither vzdump nor replication can take their locks. By the time of the next run.
pub(super) fn failing(
    stage: &Stage<'_>,
    judged: &Judged,
    lost: &Lost,
    clusters: &[After],
) -> Vec<Failing> {
    let lacks_quorum = |source: &SourceName| {
        clusters.iter().any(|after| after.source == *source && after.needs_expected)
    };
    let mut failing = Vec::new();
    for job in judged.sites.iter().flat_map(|site| &site.backup_jobs).filter(|job| job.enabled) {
        let Some(source) = stage.ctx.source(&job.source) else { continue };
        if fails(stage, lost, source, job) || lacks_quorum(&job.source) {
            failing.push(Failing {
                job: Subject::BackupJob(job.source.clone(), job.id.clone()),
                at: job.next,
                guests: job.covers.as_ref().map_or(0, |c| u32::try_from(c.len()).unwrap_or(0)),
            });
        }
    }
    let guests = judged.sites.iter().flat_map(|site| &site.guests);
    for job in guests.flat_map(|guest| &guest.replication.jobs).filter(|job| !job.disabled) {
        let Some(source) = stage.ctx.source(&job.source) else { continue };
        if loses_an_end(lost, source, job) || lacks_quorum(&job.source) {
            failing.push(Failing {
                job: Subject::Replication(job.source.clone(), job.id.clone()),
                at: job.next.or(job.due),
                guests: 1,
            });
        }
    }
    // What runs at a time that nobody knows comes last.
    failing
        .sort_by_cached_key(|failing| (failing.at.is_none(), failing.at, failing.job.to_string()));
    failing
}

fn fails(stage: &Stage<'_>, lost: &Lost, source: &SourceContext<'_>, job: &BackupJobRow) -> bool {
    let place = job.storage.as_ref().and_then(|s| stage.mapping.place(source.name(), s));
    let writes_there = place.is_some_and(|place| match &place.server {
        Server::Watched(pbs) => stage.ctx.source(pbs).is_some_and(|pbs| lost.is_lost(pbs.index)),
        Server::Elsewhere(_) => false,
    });
    let has_node = match &job.node {
        Some(node) => !lost.is_dead(source.index, node),
        None => !lost.is_whole(source.index),
    };
    writes_there || !has_node
}

fn loses_an_end(lost: &Lost, source: &SourceContext<'_>, job: &ReplicationRow) -> bool {
    let ends = job.source_node.iter().chain([&job.target]);
    lost.is_hit(source.index) && ends.into_iter().any(|node| lost.is_dead(source.index, node))
}
