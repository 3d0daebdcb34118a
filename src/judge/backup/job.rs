//! Backup jobs: can they do what they are for, and did their last run?
//!
//! Details of `backup.job`: `guests` (listed guests are gone; names say which), `empty` (covers
//! nothing), `dumpdir`, `storage` (switched off or missing; other names it, flag says missing),
//! `schedule` (never comes; text is the schedule), `failed` (the last run failed as a whole; text
//! is its error, names are the nodes).

use std::sync::Arc;

use super::Home;
use super::runs::Run;
use super::spot::{Broken, broken};
use crate::fleet::code::Code;
use crate::fleet::id::Vmid;
use crate::fleet::part::Part;
use crate::fleet::pve::backup::{BackupJob, Selection};
use crate::fleet::subject::Subject;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;
use crate::judge::findings::{Draft, Findings};
use crate::judge::problem::Severity;
use crate::judge::rows::{BackupJobRow, JobRun};
use crate::judge::verdict::{Consequence, Verdict};

/// Judges the jobs of one source and notes which runs failed as a whole.
pub(super) fn judge(home: &mut Home<'_>, findings: &mut Findings<'_>) -> Vec<BackupJobRow> {
    let runs = tie(home);
    let members = members(home);
    let pve = home.pve;
    let follows = if home.source.is_fresh() && pve.backup_jobs.is_young(home.ctx.now) {
        Consequence::NONE
    } else {
        home.source.unknown()
    };
    let enabled: Vec<&BackupJob> = home.coverage.jobs().collect();
    let mut rows = Vec::new();
    for job in pve.backup_jobs.known().into_iter().flatten() {
        let at = enabled.iter().position(|e| std::ptr::eq(*e, job));
        let covers = at.map(|at| members.get(at).cloned().unwrap_or_default());
        let own = at.and_then(|at| runs.get(at)).map_or(&[][..], Vec::as_slice);
        let zone = job.node.as_ref().map_or_else(|| first_zone(home), |node| home.zone(node));
        let due = at.and_then(|at| home.due(at, zone, None));
        let due = due.as_ref().and_then(|d| d.first());
        if let Some(covers) = &covers {
            let never = due.is_some_and(|d| !d.comes());
            say(home, job, covers, never, findings);
        }
        if let Some(at) = at {
            failed_whole(home, job, at, own, findings);
        }
        let is_enabled = at.is_some();
        let hidden = home.coverage.may_hide() && matches!(job.selection, Selection::Pool(_));
        let told = pve.resources.known().is_some() && !hidden;
        rows.push(BackupJobRow {
            source: home.source.name().clone(),
            id: job.id.clone(),
            enabled: is_enabled,
            schedule: job.schedule.clone(),
            storage: pve.storage_of(job),
            node: job.node.clone(),
            comment: job.comment.clone(),
            covers: covers.filter(|_| told),
            due: due.and_then(|d| d.latest),
            next: due.and_then(|d| d.next),
            last: last(own),
            runs: own.iter().rev().map(|run| told_of(run)).collect(),
            verdict: if is_enabled { follows.verdict } else { Verdict::Ok },
            because: if is_enabled { follows.because.clone() } else { None },
        });
    }
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

/// A job that runs on every node: reckoned as the first node would.
fn first_zone(home: &Home<'_>) -> usize {
    home.pve.nodes.keys().next().map_or(0, |node| home.zone(node))
}

/// By job, the guests it takes.
fn members(home: &Home<'_>) -> Vec<Vec<Vmid>> {
    let mut members = vec![Vec::new(); home.spots.len()];
    for guest in home.source.guests() {
        for job in home.coverage.of(guest) {
            if let Some(list) = members.get_mut(job) {
                list.push(guest.vmid);
            }
        }
    }
    members
}

/// By job, the runs that can only be its own, of its last two events. Tasks carry no job id: they
/// are tied by start, node and storage, and where two jobs fit, it is not guessed.
fn tie<'a>(home: &mut Home<'a>) -> Vec<Vec<Run<'a>>> {
    let jobs: Vec<&'a BackupJob> = home.coverage.jobs().collect();
    let mut tied = vec![Vec::new(); jobs.len()];
    let zones: Vec<usize> = (0..home.zones.len()).collect();
    let mut events: Vec<Vec<[Option<Epoch>; 2]>> = Vec::new();
    for job in 0..jobs.len() {
        let mut by_zone = Vec::new();
        for zone in &zones {
            let due = home.due(job, *zone, None);
            let first = due.as_ref().and_then(|d| d.first());
            by_zone.push(first.map_or([None; 2], |d| [d.latest, d.judged]));
        }
        events.push(by_zone);
    }
    let Some(from) = events.iter().flatten().flatten().flatten().min() else { return tied };
    for run in home.runs.since(*from) {
        let zone = home.zone(&run.task.node);
        let fits = |(at, job): &(usize, &&BackupJob)| {
            let due = events.get(*at).and_then(|zones| zones.get(zone));
            let on_time = due
                .into_iter()
                .flatten()
                .flatten()
                .any(|event| run.may_be(*event, job.node.as_ref(), job.storage.as_ref()));
            let takes = run.guest().is_none_or(|vmid| {
                let guest = home.pve.resources.known().and_then(|r| r.guest(vmid));
                guest.is_some_and(|g| home.coverage.of(g).any(|job| job == *at))
            });
            on_time && takes
        };
        let mut fitting = jobs.iter().enumerate().filter(fits);
        if let (Some((at, _)), None) = (fitting.next(), fitting.next())
            && let Some(list) = tied.get_mut(at)
        {
            list.push(*run);
        }
    }
    tied
}

fn told_of(run: &Run<'_>) -> JobRun {
    JobRun {
        node: run.task.node.clone(),
        start: run.task.start,
        end: run.task.end,
        result: run.task.result.clone(),
    }
}

/// The last run: its start, and the worst of how its tasks ended.
fn last(runs: &[Run<'_>]) -> Option<(Epoch, Option<TaskResult>)> {
    let newest = runs.iter().map(|r| r.task.start).max()?;
    // One run is one task per node, all started within minutes.
    let tasks = runs.iter().map(|r| r.task).filter(|t| newest.since(t.start) <= 300);
    let worst = tasks.max_by_key(|t| match &t.result {
        Some(TaskResult::Error(_)) => 4,
        Some(TaskResult::Unknown) => 3,
        None => 2,
        Some(TaskResult::Warnings(_)) => 1,
        Some(TaskResult::Ok) => 0,
    })?;
    Some((newest, worst.result.clone()))
}

fn failed_whole(
    home: &mut Home<'_>,
    job: &BackupJob,
    at: usize,
    runs: &[Run<'_>],
    findings: &mut Findings<'_>,
) {
    let mut nodes: Vec<Arc<str>> = Vec::new();
    let mut first: Option<(Epoch, Arc<str>)> = None;
    for run in runs {
        let node = &run.task.node;
        let later = runs.iter().any(|r| r.task.node == *node && r.task.start > run.task.start);
        let Some(error) = run.failed_whole().filter(|_| !later) else { continue };
        home.whole.insert((at, node.clone()), (run.task.start, error.clone()));
        nodes.push(node.as_str().into());
        if first.as_ref().is_none_or(|(start, _)| run.task.start < *start) {
            first = Some((run.task.start, error));
        }
    }
    if let Some((start, error)) = first {
        let since = home.source.ours(start);
        raise(home, job, "failed", findings).since(Some(since)).facts(|f| {
            f.text = Some(error);
            f.names = nodes;
        });
    }
}

fn say(
    home: &Home<'_>,
    job: &BackupJob,
    covers: &[Vmid],
    never: bool,
    findings: &mut Findings<'_>,
) {
    let gone = gone(home, job);
    if !gone.is_empty() {
        raise(home, job, "guests", findings).facts(|f| {
            f.count = u32::try_from(gone.len()).ok();
            f.names = gone.iter().map(|vmid| vmid.to_string().into()).collect();
        });
    }
    if covers.is_empty() && sees_all(home) && !home.coverage.may_hide() {
        raise(home, job, "empty", findings);
    }
    match broken(home.source, job) {
        Some(Broken::Dumpdir) => {
            raise(home, job, "dumpdir", findings).facts(|f| f.text.clone_from(&job.dumpdir));
        }
        Some(kind) => {
            raise(home, job, "storage", findings).facts(|f| {
                f.other = job.storage.as_ref().map(|name| name.as_str().into());
                f.flag = Some(kind == Broken::Missing);
            });
        }
        None => {}
    }
    if never {
        raise(home, job, "schedule", findings).facts(|f| f.text.clone_from(&job.schedule));
    }
}

/// Whether every guest is seen, and now.
fn sees_all(home: &Home<'_>) -> bool {
    home.source.rights.vm_audit_below == Some(true)
        && home.source.is_fresh()
        && home.pve.resources.is_young(home.ctx.now)
}

/// Listed guests that are gone: PVE says so itself, or every guest is seen and this is none.
fn gone(home: &Home<'_>, job: &BackupJob) -> Vec<Vmid> {
    let Selection::Guests(listed) = &job.selection else { return Vec::new() };
    let all = sees_all(home);
    let included = home.pve.included.get(&job.id).and_then(Part::known);
    let is_gone = |vmid: &Vmid| {
        let exists = home.pve.resources.known().is_some_and(|r| r.guest(*vmid).is_some());
        let said = included.and_then(|i| i.guest(*vmid)).is_some_and(|g| g.kind.is_none());
        !exists && (said || all)
    };
    let mut gone: Vec<Vmid> = listed.iter().copied().filter(is_gone).collect();
    gone.sort_unstable();
    gone.dedup();
    gone
}

fn raise<'f>(
    home: &Home<'_>,
    job: &BackupJob,
    detail: &'static str,
    findings: &'f mut Findings<'_>,
) -> Draft<'f> {
    let subject = Subject::BackupJob(home.source.name().clone(), job.id.clone());
    findings
        .raise(home.source, Code::BackupJob, Severity::Warning, subject)
        .detail(detail)
        .evidence(&home.pve.backup_jobs)
}
