//! A source that answers, and of which nothing can be read.

use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{Cause, CauseKind, Outcome, PartView};
use crate::fleet::survey::Survey;
use crate::fleet::tier;
use crate::fleet::time::Epoch;

/// Whether everything that was asked of the source lately failed: within two medium rounds, so
/// that a cheap call that still answers is always among it, and what was read well before, or is
/// remembered, says nothing of today.
pub fn every_part_failed(survey: &Survey, now: Epoch) -> bool {
    every_part_failed_since(survey, now.minus(2 * i64::from(tier::MEDIUM) - 1), now)
}

/// Whether everything that was asked of the source since then failed, and something was.
fn every_part_failed_since(survey: &Survey, since: Epoch, now: Epoch) -> bool {
    let tried = |part: &PartView<'_>| part.tried.is_some_and(|tried| tried >= since);
    let mut tried = survey.parts(now).into_iter().filter(tried).peekable();
    tried.peek().is_some() && tried.all(|part| matches!(part.outcome, Outcome::Failed(_)))
}

/// Tells that nothing can be read of a source whose endpoints are called fine: because one of them
/// answers something while it is another that is asked, or because the time was over before the last
/// call had failed. `was` is how the source was reached before: what goes on keeps its beginning.
/// `since`: the beginning of a sweep that is over; while it lasts, and while it is watched, what was
/// asked lately counts.
pub fn overrule(
    survey: &mut Survey,
    was: &(Contact, Option<Epoch>),
    since: Option<Epoch>,
    at: Epoch,
) {
    let is_all = match since {
        Some(since) => every_part_failed_since(survey, since, at),
        None => every_part_failed(survey, at),
    };
    if survey.link.contact != Contact::Fine || !is_all {
        return;
    }
    let Some(contact) = said(survey, at) else { return };
    let goes_on = std::mem::discriminant(&was.0) == std::mem::discriminant(&contact);
    let link = &mut survey.link;
    link.since = if goes_on { was.1 } else { Some(at) };
    link.contact = contact;
}

/// What the failures come to: those of calls that were made, before those of calls that were not.
fn said(survey: &Survey, at: Epoch) -> Option<Contact> {
    let parts = survey.parts(at);
    let causes = parts.iter().filter_map(|part| match part.outcome {
        Outcome::Failed(cause) => Some(cause),
        _ => None,
    });
    let mut causes: Vec<&Cause> = causes.collect();
    causes.sort_by_key(|cause| cause.kind == CauseKind::OutOfTime);
    let first = *causes.first()?;
    if first.kind == CauseKind::OutOfTime {
        return Some(Contact::Unreachable(Layer::Timeout, first.text.clone()));
    }
    let is_strange =
        |cause: &&Cause| matches!(cause.kind, CauseKind::Malformed | CauseKind::OutOfTime);
    if first.kind == CauseKind::Malformed && causes.iter().all(is_strange) {
        return Some(Contact::Malformed(first.text.clone()));
    }
    Some(Contact::Error(first.clone()))
}
