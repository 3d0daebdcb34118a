//! The jobs of a datastore. Details of their codes are the job's id. Facts: text is the error;
//! flag says overdue (else it failed); newest is the end of the last run.

use jiff::tz::TimeZone;

use super::Store;
use crate::fleet::calendar::CalendarEvent;
use crate::fleet::code::Code;
use crate::fleet::id::JobId;
use crate::fleet::part::Part;
use crate::fleet::pbs::job::{GcStatus, LastRun, PbsJob};
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;
use crate::judge::rows::{StoreJobKind, StoreJobRow};
use crate::judge::verdict::{Consequence, Verdict};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Raises what is wrong with the jobs; gives back their rows, and what follows from lists that
/// cannot be read.
pub(super) fn judge(
    store: &Store<'_>,
    oldest: Option<Epoch>,
    findings: &mut Findings<'_>,
) -> (Vec<StoreJobRow>, Consequence) {
    let (pbs, source) = (store.pbs, store.source);
    let mut follows = Consequence::NONE;
    let mut rows = Vec::new();
    if let Some((gc, live)) = gc(store) {
        let verdict = if live { judge_gc(store, gc, oldest, findings) } else { Verdict::Unknown };
        if !live {
            follows = follows.or_worse(source.unknown());
        }
        rows.push(gc_row(store, gc, verdict));
    } else if !pbs.gc.was_answered() || pbs.gc.known().is_none() {
        let alone = store.parts.is_some_and(|p| p.gc.was_answered());
        if !alone {
            follows = follows.or_worse(source.unknown());
        }
    }
    for (kind, code, part) in lists(store) {
        let live = part.is_young(source.now) && !part.is_failing();
        if !live {
            follows = follows.or_worse(source.unknown());
        }
        for job in own(store, part) {
            let verdict =
                if live { judge_job(store, job, code, part, findings) } else { Verdict::Unknown };
            rows.push(job_row(kind, job, verdict));
        }
    }
    (rows, follows)
}

/// The rows of a PBS that does not tell now.
pub(super) fn rows(store: &Store<'_>) -> Vec<StoreJobRow> {
    let gc = gc(store).map(|(gc, _)| gc_row(store, gc, Verdict::Unknown));
    let jobs = lists(store).into_iter().flat_map(|(kind, _, part)| {
        own(store, part).map(move |job| job_row(kind, job, Verdict::Unknown))
    });
    gc.into_iter().chain(jobs).collect()
}

type List<'a> = (StoreJobKind, Code, &'a Part<Vec<PbsJob>>);

fn lists<'a>(store: &Store<'a>) -> [List<'a>; 3] {
    let pbs = store.pbs;
    [
        (StoreJobKind::Verify, Code::DatastoreVerifyJob, &pbs.verify),
        (StoreJobKind::Prune, Code::DatastorePruneJob, &pbs.prune),
        (StoreJobKind::Sync, Code::DatastoreSyncJob, &pbs.sync),
    ]
}

fn own<'a>(store: &Store<'a>, part: &'a Part<Vec<PbsJob>>) -> impl Iterator<Item = &'a PbsJob> {
    let name = store.name;
    part.known().into_iter().flatten().filter(move |job| job.store == *name)
}

/// Its garbage collection: from the list of all, else asked alone; and whether that is young.
fn gc<'a>(store: &Store<'a>) -> Option<(&'a GcStatus, bool)> {
    let now = store.source.now;
    let all = &store.pbs.gc;
    if let Some(gc) = all.known().and_then(|list| list.iter().find(|g| g.store == *store.name)) {
        return Some((gc, all.is_young(now) && !all.is_failing()));
    }
    let alone = &store.parts?.gc;
    alone.known().map(|gc| (gc, alone.is_young(now) && !alone.is_failing()))
}

/// Failed, two intervals missed, never ran, or nobody makes it run.
fn judge_gc(
    store: &Store<'_>,
    gc: &GcStatus,
    oldest: Option<Epoch>,
    findings: &mut Findings<'_>,
) -> Verdict {
    let source = store.source;
    let now = source.server_now();
    let mut verdict = Verdict::Ok;
    if gc.still_bad > 0 {
        let draft = findings
            .raise(source, Code::DatastoreCorrupt, Severity::Critical, store.subject())
            .evidence(&store.pbs.gc)
            .facts(|f| f.count = Some(u32::try_from(gc.still_bad).unwrap_or(u32::MAX)));
        verdict = verdict.max(draft.verdict());
    }
    if is_collecting(store, gc) {
        return verdict;
    }
    let failed = failure(&gc.run);
    // Releases before 3.2 tell no end, and none does while it runs.
    let last = gc.run.end.or(gc.began);
    let older = |than: i64, at: Option<Epoch>| at.is_some_and(|at| now.since(at) > than);
    let overdue = match (&gc.schedule, last) {
        (Some(schedule), Some(end)) => missed_two(store, gc, schedule, end, now),
        (Some(_), None) => older(7 * DAY, oldest),
        (None, end) => older(30 * DAY, end.or(oldest)),
    };
    if failed.is_none() && !overdue {
        return verdict;
    }
    let draft = findings
        .raise(source, Code::DatastoreGc, Severity::Warning, store.subject())
        .since(gc.run.end.filter(|_| failed.is_some()).map(|at| source.ours(at)))
        .evidence(&store.pbs.gc)
        .facts(|f| {
            f.flag = Some(failed.is_none());
            f.newest = last;
            f.age = last.map(|last| now.since(last));
            f.text = failed;
        });
    verdict.max(draft.verdict())
}

/// Whether garbage collection runs now. Its own status says nothing of that, only the tasks do.
fn is_collecting(store: &Store<'_>, gc: &GcStatus) -> bool {
    let tasks = store.pbs.tasks.live(store.source.now).map_or(&[][..], Vec::as_slice);
    gc.run.is_running()
        || tasks.iter().any(|task| {
            task.is_running()
                && &*task.kind == "garbage_collection"
                && task.id.as_deref() == Some(store.name.as_str())
        })
}

fn missed_two(store: &Store<'_>, gc: &GcStatus, schedule: &str, end: Epoch, now: Epoch) -> bool {
    let Ok(event) = CalendarEvent::parse(schedule) else {
        // A grammar newer than ours: the server reckons the next run from the last, so one that
        // lies in the past was missed.
        return gc.run.next.is_some_and(|next| now.since(next) > DAY);
    };
    let zone = zone(store);
    let latest = event.latest(now.minus(HOUR), zone);
    let before = latest.and_then(|latest| event.latest(latest.minus(1), zone));
    before.is_some_and(|before| end < before)
}

/// The zone of its server: that of the site where nothing else is known.
fn zone<'a>(store: &Store<'a>) -> &'a TimeZone {
    let own = store.pbs.timezone.known().and_then(Zone::rules);
    own.unwrap_or(&store.source.site.timezone)
}

fn judge_job(
    store: &Store<'_>,
    job: &PbsJob,
    code: Code,
    part: &Part<Vec<PbsJob>>,
    findings: &mut Findings<'_>,
) -> Verdict {
    if job.disabled || job.run.is_running() {
        return Verdict::Ok;
    }
    let source = store.source;
    let now = source.server_now();
    let failed = failure(&job.run);
    let overdue = job.run.next.is_some_and(|next| now.since(next) > HOUR);
    if failed.is_none() && !overdue {
        return Verdict::Ok;
    }
    let since = if failed.is_some() { job.run.end } else { job.run.next };
    findings
        .raise(source, code, Severity::Warning, store.subject())
        .detail(job.id.as_str())
        .since(since.map(|at| source.ours(at)))
        .evidence(part)
        .facts(|f| {
            f.flag = Some(failed.is_none());
            f.due = job.run.next;
            f.newest = job.run.end;
            f.other = Some(job.id.as_str().into());
            f.text = failed;
        })
        .verdict()
}

/// The error of a last run that was not done. A run that ended nobody knows how was not.
fn failure(run: &LastRun) -> Option<std::sync::Arc<str>> {
    match run.result.as_ref()? {
        TaskResult::Ok | TaskResult::Warnings(_) => None,
        TaskResult::Unknown => Some("unknown".into()),
        TaskResult::Error(text) => Some(text.clone()),
    }
}

fn gc_row(store: &Store<'_>, gc: &GcStatus, verdict: Verdict) -> StoreJobRow {
    StoreJobRow {
        kind: StoreJobKind::Gc,
        id: JobId::from(store.name.as_str()),
        ns: "".into(),
        schedule: gc.schedule.clone(),
        last: gc.run.end.or(gc.began),
        result: gc.run.result.clone(),
        next: gc.run.next,
        running: is_collecting(store, gc) && verdict != Verdict::Unknown,
        verdict,
    }
}

fn job_row(kind: StoreJobKind, job: &PbsJob, verdict: Verdict) -> StoreJobRow {
    StoreJobRow {
        kind,
        id: job.id.clone(),
        ns: job.ns.clone(),
        schedule: job.schedule.clone(),
        last: job.run.end,
        result: job.run.result.clone(),
        next: job.run.next,
        running: job.run.is_running() && verdict != Verdict::Unknown,
        verdict,
    }
}
