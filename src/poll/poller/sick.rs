//! An endpoint that answers with nothing but errors: one that is well is asked in its place.
//!
//! 401 and 403 are no such errors: they are the word of the whole cluster, wherever it is said.

use super::Poller;
use crate::fleet::link::Contact;
use crate::fleet::part::Outcome;
use crate::fleet::survey::Body;
use crate::fleet::time::Epoch;
use crate::poll::assemble::{self, Attempt};
use crate::poll::call::Call;
use crate::poll::source::Source;

impl<S: Source + 'static> Poller<S> {
    /// The endpoint to ask where it is the turn of this one: another that is well, where this one
    /// errs, or did so a short while ago.
    pub(super) fn well(&self, endpoint: usize, now: Epoch) -> usize {
        if !self.is_avoided(endpoint, now) {
            return endpoint;
        }
        let all = self.survey.link.endpoints.iter().enumerate();
        let mut well = all.filter(|(at, other)| {
            other.contact == Contact::Fine
                && !self.is_avoided(*at, now)
                && !self.reach.rests(*at, now)
        });
        well.next().map_or(endpoint, |(at, _)| at)
    }

    pub(super) fn is_avoided(&self, endpoint: usize, now: Epoch) -> bool {
        let contact = self.survey.link.endpoints.get(endpoint).map(|e| &e.contact);
        contact.is_some_and(is_error) || self.ailing.rests(endpoint, now)
    }

    /// Notes how an endpoint answered a call.
    pub(super) fn diagnose(&mut self, call: &Call, attempt: &Attempt, now: Epoch) {
        match &attempt.contact {
            contact if is_error(contact) => self.ailing.erred(attempt.endpoint, call, now),
            Contact::Fine => self.ailing.answered(attempt.endpoint),
            _ => {}
        }
    }

    /// What an attempt says of its endpoint. One call that fails is a failed part; only when all
    /// do, it is the source that is wrong, or, where it has several, that endpoint.
    pub(super) fn softened(&self, attempt: Attempt, now: Epoch) -> Attempt {
        let is_one_of_several = self.survey.link.endpoints.len() > 1;
        let is_ill = is_one_of_several && self.ailing.is_ill(attempt.endpoint);
        let is_all = is_ill || assemble::every_part_failed(&self.survey, now);
        if is_error(&attempt.contact) && !is_all {
            return Attempt { contact: Contact::Fine, ..attempt };
        }
        attempt
    }

    /// What a probe says of its endpoint: an error is its own, unless the one that is asked answers
    /// that call no better.
    pub(super) fn probed(&self, attempt: Attempt, now: Epoch) -> Attempt {
        let link = &self.survey.link;
        let has_failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
        let fails_elsewhere = match &self.survey.body {
            Body::Pve(pve) => has_failed(&pve.status.outcome),
            Body::Pbs(pbs) => has_failed(&pbs.version.outcome),
        };
        let was_ill = link.endpoints.get(attempt.endpoint).is_some_and(|e| is_error(&e.contact));
        let is_other = link.current != Some(attempt.endpoint);
        if is_other && (was_ill || !fails_elsewhere) {
            return attempt;
        }
        self.softened(attempt, now)
    }
}

/// Whether somebody is there who answers nothing that was asked for.
fn is_error(contact: &Contact) -> bool {
    matches!(contact, Contact::Error(_) | Contact::Malformed(_))
}
