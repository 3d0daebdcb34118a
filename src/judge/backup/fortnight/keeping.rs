//! What is kept of copies: by the prune jobs of a PBS, and by vzdump itself.

use super::prune::Rule;
use crate::fleet::part::Outcome;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::job::PbsJob;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::backup::BackupJob;
use crate::fleet::retention::Keep;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;
use crate::judge::backup::due::Zones;
use crate::judge::context::SourceContext;
use crate::judge::mapping::{Place, below};

/// What the jobs of a PBS prune at a place, and whether that is all.
pub(super) fn rules(
    source: &SourceContext<'_>,
    pbs: &PbsSurvey,
    place: &Place,
) -> (Vec<Rule>, bool) {
    let zones = Zones::new(pbs.timezone.known(), &source.site.timezone);
    let zone = zones.first();
    let Some(jobs) = pbs.prune.known() else {
        // Before 2.2 the datastore itself has the schedule, and what it keeps is not told.
        let stores = pbs.config.known().filter(|_| pbs.prune.outcome == Outcome::Absent);
        let store = stores.and_then(|list| list.iter().find(|s| s.name == place.store));
        return (Vec::new(), store.is_some_and(|store| store.prune_schedule.is_none()));
    };
    let works = |job: &&PbsJob| {
        let below = below(place.ns.as_str(), job.ns.as_str());
        let levels = |rest: &str| rest.split('/').filter(|level| !level.is_empty()).count();
        job.store == place.store
            && !job.disabled
            && job.schedule.is_some()
            && !job.keep.keeps_all()
            && job.run.upid.is_some()
            && below.is_some_and(|rest| {
                job.max_depth.is_none_or(|depth| levels(rest) <= depth as usize)
            })
    };
    let changed = pbs.keeping.get(&place.store).and_then(|keeping| keeping.changed);
    let changed = changed.map(|at| at.plus(source.offset));
    let (mut rules, mut is_known) = (Vec::new(), true);
    for job in jobs.iter().filter(works) {
        match ran(job).filter(|ran| changed.is_none_or(|changed| changed <= *ran)) {
            Some(ran) => {
                rules.push(Rule { keep: job.keep, zone: zone.clone(), ran: Some(ran) });
            }
            None => is_known = false,
        }
    }
    (rules, is_known)
}

/// When a prune job last ran through; none where it runs now or failed: what it took by then, and
/// what the runs before it took, is told by nobody.
fn ran(job: &PbsJob) -> Option<Epoch> {
    let through = matches!(job.run.result, Some(TaskResult::Ok | TaskResult::Warnings(_)));
    job.run.end.filter(|_| through)
}

/// What vzdump keeps after a run of this job; none where that is not known.
pub(super) fn keep(pve: &PveSurvey, job: &BackupJob) -> Option<Keep> {
    Keep::parse(&pve.prune_of(job)?)
}
