//! The state of a source.

use super::rights::RightsDigest;
use crate::fleet::link::{Contact, Link};
use crate::fleet::part::Outcome;
use crate::fleet::policy::{SiteFacts, SourceFacts, planned_off};
use crate::fleet::survey::{Body, Survey};
use crate::fleet::time::Epoch;
use crate::judge::rows::SourceState;

/// How the source stands now.
pub(super) fn state(
    site: &SiteFacts,
    facts: &SourceFacts,
    survey: &Survey,
    rights: &RightsDigest,
    now: Epoch,
) -> SourceState {
    match &survey.link.contact {
        Contact::Unreachable(..) => {
            if planned_off(&facts.planned_off, &site.timezone, now) {
                SourceState::PlannedOff
            } else {
                SourceState::Unreachable
            }
        }
        Contact::Untrusted => SourceState::Untrusted,
        Contact::Unauthorized => SourceState::Unauthorized,
        Contact::Malformed(_) => SourceState::Malformed,
        Contact::Error(_) => SourceState::Error,
        Contact::Fine if sees_nothing(survey, rights) => SourceState::Forbidden,
        Contact::Fine if is_young(&survey.link, now) => SourceState::Fresh,
        // Untried: never asked since the start; what memory kept is old, whatever it says.
        Contact::Fine | Contact::Untried => SourceState::Stale,
    }
}

/// Whether the last whole round is not older than three fast rounds.
fn is_young(link: &Link, now: Epoch) -> bool {
    link.round.is_some_and(|round| crate::fleet::part::is_young(round, link.every, now))
}

/// Whether no guest (PVE) or no datastore (PBS) may be read: by the rights, and none is listed now.
/// Where even the rights are refused, the refusal of the list tells.
fn sees_nothing(survey: &Survey, rights: &RightsDigest) -> bool {
    let is_refused = |outcome: &Outcome| matches!(outcome, Outcome::Denied(_));
    match &survey.body {
        Body::Pve(pve) if is_refused(&pve.rights.outcome) => is_refused(&pve.resources.outcome),
        Body::Pbs(pbs) if is_refused(&pbs.rights.outcome) => is_refused(&pbs.datastores.outcome),
        Body::Pve(pve) => {
            rights.any_guest == Some(false)
                && (pve.resources.is_failing()
                    || pve.resources.known().is_none_or(|r| r.guests.is_empty()))
        }
        Body::Pbs(pbs) => {
            rights.any_store == Some(false)
                && (pbs.datastores.is_failing() || pbs.datastores.known().is_none_or(Vec::is_empty))
        }
    }
}
