//! Copies that a verification should have verified, and did not.

use foldhash::{HashMap, HashMapExt};

use super::due::Zones;
use crate::fleet::calendar::CalendarEvent;
use crate::fleet::code::Code;
use crate::fleet::id::{BackupType, SourceName, StoreName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::copies::Verification;
use crate::fleet::pbs::job::PbsJob;
use crate::fleet::subject::Subject;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;
use crate::judge::context::{Context, SourceContext};
use crate::judge::copies::Copy;
use crate::judge::findings::Findings;
use crate::judge::mapping::{Place, Server, below};
use crate::judge::problem::Severity;

/// The longest a backup is thought to take when no task tells its end; and how long a
/// verification of a new copy may take. Seconds.
const LONGEST: i64 = 24 * 3600;

/// Verification at the places of the fleet, worked out once per place.
pub(super) struct Verifications<'a> {
    ctx: &'a Context<'a>,
    places: HashMap<Place, State>,
    backups: HashMap<SourceName, HashMap<&'a str, Vec<&'a Task>>>,
}

/// How a place is verified. Times are the PBS's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// Start of the last verification that ran to its end, and was over when we last looked.
    ran: Option<Epoch>,
    /// Copies older than this have outlived two intervals of a verify job.
    overdue: Option<Epoch>,
}

impl<'a> Verifications<'a> {
    pub(super) fn new(ctx: &'a Context<'a>) -> Self {
        Self { ctx, places: HashMap::new(), backups: HashMap::new() }
    }

    /// Raises `backup.unverified` on a guest for its newest copy.
    pub(super) fn judge(
        &mut self,
        source: &SourceContext<'_>,
        (place, kind, vmid): (&Place, BackupType, Vmid),
        newest: &Copy,
        findings: &mut Findings<'_>,
    ) {
        if newest.verification != Some(Verification::None) {
            return;
        }
        let Server::Watched(name) = &place.server else { return };
        let ctx = self.ctx;
        let Some((pbs_source, pbs)) = ctx.source(name).and_then(|s| Some((s, s.pbs()?))) else {
            return;
        };
        let state = *self.places.entry(place.clone()).or_insert_with(|| {
            let listed = pbs.stores.get(&place.store).and_then(|s| s.copies.get(&place.ns)?.seen);
            let seen = listed.map(|at| at.plus(pbs_source.offset));
            let zones = Zones::new(pbs.timezone.known(), &pbs_source.site.timezone);
            State::new(pbs, place, &zones, seen)
        });
        let skipped = state.ran.filter(|ran| newest.time < *ran).is_some_and(|ran| {
            let tasks = self.backups.entry(name.clone()).or_insert_with(|| backups(pbs));
            let id = format!("{}:{}/{vmid}", place.store, kind.as_str());
            finished(tasks.get(id.as_str()), newest.time) <= ran
        });
        let overdue = state.overdue.is_some_and(|limit| newest.time < limit);
        if skipped || overdue {
            let subject = Subject::guest(source.name(), vmid);
            findings
                .raise(source, Code::BackupUnverified, Severity::Warning, subject)
                .evidence(&pbs.verify)
                .facts(|f| {
                    f.newest = Some(newest.time);
                    f.age = Some(source.server_now().since(newest.time));
                    f.other = Some(newest.place.clone());
                });
        }
    }
}

impl State {
    fn new(pbs: &PbsSurvey, place: &Place, zones: &Zones, seen: Option<Epoch>) -> Self {
        let mut state = Self::default();
        let Some(seen) = seen else { return state };
        for job in pbs.verify.known().into_iter().flatten().filter(|job| covers(job, place)) {
            let over = job.run.end.filter(|end| *end <= seen);
            let done = job.run.result.as_ref().is_some_and(TaskResult::is_done);
            if let (true, Some(_)) = (done, over) {
                state.ran = state.ran.max(job.run.upid.as_ref().and_then(|u| started(u.as_str())));
            }
            let event = job.schedule.as_ref().and_then(|text| CalendarEvent::parse(text).ok());
            let limit = event.and_then(|event| {
                let zone = zones.first();
                let latest = event.latest(seen, &zone)?;
                let interval = event.next_after(seen, &zone)?.since(latest);
                let before = latest.since(event.latest(latest.minus(1), &zone)?);
                Some(seen.minus(interval.max(before).saturating_mul(2)))
            });
            state.overdue = state.overdue.max(limit);
        }
        let config = pbs.config.known().into_iter().flatten().find(|c| c.name == place.store);
        if config.is_some_and(|c| c.verify_new) {
            // Every new copy is verified right after it was made.
            state.overdue = state.overdue.max(Some(seen.minus(2 * LONGEST)));
        }
        state
    }
}

/// Whether a verify job looks at a place.
pub(in crate::judge) fn covers(job: &PbsJob, place: &Place) -> bool {
    job.store == place.store
        && below(place.ns.as_str(), job.ns.as_str()).is_some_and(|rest| {
            let levels = rest.split('/').filter(|level| !level.is_empty()).count();
            job.max_depth.is_none_or(|depth| levels <= depth as usize)
        })
}

/// Whether anything is set up to verify a datastore; none when that was not read.
pub(in crate::judge) fn is_configured(pbs: &PbsSurvey, store: &StoreName) -> Option<bool> {
    let jobs = pbs.verify.known().map(|jobs| jobs.iter().any(|job| job.store == *store));
    let config = pbs.config.known().and_then(|list| list.iter().find(|c| c.name == *store));
    let new = config.map(|c| c.verify_new);
    match (jobs, new) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn backups(pbs: &PbsSurvey) -> HashMap<&str, Vec<&Task>> {
    let mut backups: HashMap<&str, Vec<&Task>> = HashMap::new();
    for task in Part::known(&pbs.tasks).into_iter().flatten().filter(|t| &*t.kind == "backup") {
        if let Some(id) = &task.id {
            backups.entry(id).or_default().push(task);
        }
    }
    backups
}

/// When a copy was finished at the latest.
fn finished(tasks: Option<&Vec<&Task>>, start: Epoch) -> Epoch {
    let own = tasks.into_iter().flatten().find(|t| t.start.since(start).abs() <= 900);
    own.and_then(|task| task.end).unwrap_or(start.plus(LONGEST))
}

/// The start inside a UPID of a PBS: `UPID:node:pid:pstart:task_id:starttime:…`, in hex.
fn started(upid: &str) -> Option<Epoch> {
    let field = upid.split(':').nth(5)?;
    i64::from_str_radix(field, 16).ok().map(Epoch)
}

#[cfg(test)]
mod tests {
    use super::started;
    use crate::fleet::time::Epoch;

    #[test]
    fn the_start_is_inside_the_upid() {
        let upid = "UPID:pbs:00000293:00000B4E:00000005:6911D1C0:verificationjob:v:root@pam:";
        assert_eq!(started(upid), Some(Epoch(0x6911_D1C0)));
        assert_eq!(started("UPID:pbs"), None);
    }
}
