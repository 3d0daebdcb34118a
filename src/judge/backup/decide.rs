//! The decision on one guest's backup, from what was found. Pure: a table of cases tests it.

use std::sync::Arc;

use super::due::Due;
use crate::fleet::id::JobId;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::copies::Found;
use crate::judge::problem::Severity;

/// Whether enabled jobs take the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Covered {
    /// At least one does.
    Yes,
    /// None does, and every job is seen.
    No,
    /// The jobs cannot be read, and never were.
    Untold,
    /// None did when they could be read; now they cannot.
    NotWhenSeen,
}

/// The last run that is known to have failed for the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// Its start, the server's clock.
    pub start: Epoch,
    /// Its own error.
    pub text: Arc<str>,
    /// The job that failed as a whole, when it was no fault of this guest's.
    pub job: Option<JobId>,
}

/// All that decides.
pub(super) struct Case<'a> {
    /// The server's clock.
    pub now: Epoch,
    /// `backup-max-age`, seconds.
    pub max_age: i64,
    /// `backup-grace`, seconds.
    pub grace: i64,
    /// Whether it is a template.
    pub template: bool,
    /// Whether jobs take it.
    pub covered: Covered,
    /// Runs of the densest job, one reading per possible time zone; empty: no schedule tells.
    pub dues: &'a [Due],
    /// Its copies.
    pub found: &'a Found,
    /// Whether a group may be its own or another cluster's guest's.
    pub ambiguous: bool,
    /// Its own creation, where known; else it counts as old.
    pub created: Option<Epoch>,
    /// What explains that its backups do not come: its dead node, its cluster, its source.
    pub home: Option<Subject>,
    /// Its source.
    pub source: Subject,
    /// Why a copy made since then might not have been seen; none when we would have seen it.
    pub unseen: &'a dyn Fn(Epoch) -> Option<Subject>,
    /// Who leaves it open whether an uncertain copy is finished: the PBS that holds it.
    pub doubt: &'a dyn Fn() -> Subject,
    /// Its last run, when that failed.
    pub failure: Option<&'a Failure>,
}

/// What is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Say {
    /// `backup.missing`
    Missing,
    /// `backup.late`
    Late(Severity),
    /// `backup.failed`, with the error's text
    Failed(Severity, Arc<str>),
    /// As late as this, because the job failed as a whole.
    OfJob(Severity, JobId),
    /// `backup.verify-failed`
    VerifyFailed,
    /// `backup.uncovered`
    Uncovered(Severity),
    /// `backup.ambiguous`
    Ambiguous,
    /// It cannot be told, because of this.
    Unknown(Subject),
    /// Does not apply.
    Nothing,
}

impl Say {
    /// Whether it is said only where everything was looked at: without a good copy in what was
    /// found, there is none.
    pub(super) fn proves_loss(&self, case: &Case<'_>) -> bool {
        match self {
            Self::Missing
            | Self::Failed(Severity::Critical, _)
            | Self::OfJob(Severity::Critical, _)
            | Self::Uncovered(Severity::Critical) => true,
            Self::VerifyFailed => (case.unseen)(case.now.minus(LOOK)).is_none(),
            _ => false,
        }
    }
}

/// Where no schedule tells when a copy was due, copies must have been looked at within three of
/// the slowest rounds, seconds.
const LOOK: i64 = 3 * 3600;

/// Looks at a case. Nothing said is ok.
pub(super) fn decide(case: &Case<'_>) -> Vec<Say> {
    let bad = case.found.newest.as_ref().is_some_and(super::super::copies::Copy::is_bad);
    match case.covered {
        Covered::No | Covered::NotWhenSeen if case.template => vec![Say::Nothing],
        Covered::No => {
            let mut said = vec![uncovered(case)];
            if bad {
                said.push(Say::VerifyFailed);
            }
            if case.ambiguous {
                said.push(Say::Ambiguous);
            }
            said
        }
        _ if bad => vec![Say::VerifyFailed],
        Covered::NotWhenSeen => vec![Say::Unknown(case.source.clone())],
        Covered::Yes if case.dues.iter().any(Due::comes) => by_schedule(case).into_iter().collect(),
        Covered::Yes | Covered::Untold => by_age(case).into_iter().collect(),
    }
}

fn uncovered(case: &Case<'_>) -> Say {
    let since = case.now.minus(case.max_age);
    let young = case.found.point.as_ref().is_some_and(|p| p.time >= since);
    if young {
        return Say::Uncovered(Severity::Warning);
    }
    let hidden = case.ambiguous
        || case.found.uncertain >= Some(since)
        || (case.unseen)(case.now.minus(LOOK)).is_some();
    Say::Uncovered(if hidden { Severity::Unknown } else { Severity::Critical })
}

/// Without a schedule that tells.
fn by_age(case: &Case<'_>) -> Option<Say> {
    let Some(newest) = case.found.newest.as_ref() else {
        if case.ambiguous {
            return Some(Say::Ambiguous);
        }
        // A template that perhaps nobody means to back up.
        let since = case.now.minus(case.max_age);
        let young = case.created.is_some_and(|created| created >= since);
        return (!young).then(|| Say::Unknown(case.home.clone().unwrap_or(case.source.clone())));
    };
    let age = case.now.since(newest.time);
    if age <= case.max_age {
        return failed(case, newest.time, Severity::Warning);
    }
    let critical = age > case.max_age.saturating_mul(2);
    let severity = if critical { Severity::Critical } else { Severity::Warning };
    let since = case.now.minus(case.max_age);
    hindered(case, since, case.now.minus(LOOK))
        .or_else(|| failed(case, newest.time, severity))
        .or(Some(Say::Late(severity)))
}

fn by_schedule(case: &Case<'_>) -> Option<Say> {
    let Some(newest) = case.found.newest.as_ref() else { return without_copy(case) };
    let severities: Vec<_> = case.dues.iter().map(|due| lateness(due, newest.time)).collect();
    let Some(worst) = severities.iter().copied().max().flatten() else {
        return failed(case, newest.time, Severity::Warning);
    };
    // Where the zone is not known, only what holds in both is critical.
    let agreed = severities.iter().all(|s| *s == Some(worst));
    let severity = if agreed { worst } else { Severity::Warning };
    let judged = case.dues.iter().filter_map(|due| due.judged).max().unwrap_or(case.now);
    hindered(case, judged, judged.plus(case.grace))
        .or_else(|| failed(case, newest.time, severity))
        .or(Some(Say::Late(severity)))
}

fn lateness(due: &Due, newest: Epoch) -> Option<Severity> {
    if newest >= due.judged? {
        None
    } else if due.before.is_some_and(|before| newest < before) {
        Some(Severity::Critical)
    } else {
        Some(Severity::Warning)
    }
}

fn without_copy(case: &Case<'_>) -> Option<Say> {
    if case.ambiguous {
        return Some(Say::Ambiguous);
    }
    let pending = |due: &Due| {
        let Some(judged) = due.judged else { return true };
        case.created.is_some_and(|created| {
            let age = case.now.since(created);
            created > judged || due.interval.is_some_and(|interval| age <= interval)
        })
    };
    let waiting = case.dues.iter().filter(|due| pending(due)).count();
    if waiting == case.dues.len() {
        return failed(case, Epoch(i64::MIN), Severity::Warning);
    }
    if waiting > 0 {
        return Some(Say::Unknown(case.home.clone().unwrap_or(case.source.clone())));
    }
    let judged = case.dues.iter().filter_map(|due| due.judged).max().unwrap_or(case.now);
    // A dead node makes no copies, but it did not take away those that were never made.
    let home = case.home.clone().filter(|home| !matches!(home, Subject::Node(..)));
    home.map(Say::Unknown)
        .or_else(|| unseen(case, Epoch(i64::MIN), judged.plus(case.grace)))
        .or_else(|| failed(case, Epoch(i64::MIN), Severity::Critical))
        .or(Some(Say::Missing))
}

/// What makes lateness a consequence, or leaves it untold.
fn hindered(case: &Case<'_>, judged: Epoch, by: Epoch) -> Option<Say> {
    if let Some(home) = case.home.clone() {
        return Some(Say::Unknown(home));
    }
    if case.ambiguous {
        return Some(Say::Ambiguous);
    }
    unseen(case, judged, by)
}

fn unseen(case: &Case<'_>, judged: Epoch, by: Epoch) -> Option<Say> {
    if let Some(blame) = (case.unseen)(by) {
        return Some(Say::Unknown(blame));
    }
    let uncertain = case.found.uncertain.is_some_and(|at| at >= judged);
    uncertain.then(|| Say::Unknown((case.doubt)()))
}

fn failed(case: &Case<'_>, newest: Epoch, severity: Severity) -> Option<Say> {
    let failure = case.failure.filter(|failure| newest < failure.start)?;
    Some(match &failure.job {
        Some(job) => Say::OfJob(severity, job.clone()),
        None => Say::Failed(severity, failure.text.clone()),
    })
}

#[cfg(test)]
mod tests;
