//! Which endpoint is asked where several answer. Of a cluster that split, and whose halves
//! contradict each other, it is the one with quorum.

use super::{ILL_EVERY, Poller, limits};
use crate::fleet::link::{Contact, Endpoint};
use crate::fleet::time::Epoch;
use crate::poll::plan::{Pace, plan};
use crate::poll::reach::Pick;
use crate::poll::source::Source;

impl<S: Source + 'static> Poller<S> {
    /// Where to send the next call: where the endpoint whose turn it is answers with errors only, or
    /// has no quorum, to one that is better.
    pub(super) fn pick(&self, now: Epoch) -> Pick {
        match self.reach.pick(now) {
            Pick::Ask(endpoint) => Pick::Ask(self.better(endpoint, now)),
            wait @ Pick::Wait(_) => wait,
        }
    }

    fn better(&self, endpoint: usize, now: Epoch) -> usize {
        self.with_quorum(self.well(endpoint, now))
    }

    fn with_quorum(&self, endpoint: usize) -> usize {
        let all = &self.survey.link.endpoints;
        if !all.get(endpoint).is_some_and(is_cut_off) {
            return endpoint;
        }
        let status = self.survey.pve().and_then(|pve| pve.status.known());
        // An endpoint of another cluster, configured by mistake, is no other half of this one.
        let is_member = |other: &Endpoint| {
            let node = other.node.as_ref();
            status.zip(node).is_some_and(|(status, node)| status.member(node).is_some())
        };
        let has_quorum = |other: &Endpoint| {
            other.contact == Contact::Fine && other.quorate == Some(true) && is_member(other)
        };
        all.iter().position(has_quorum).unwrap_or(endpoint)
    }

    /// What was read of the half without quorum, or could not be read, is read again of the other.
    pub(super) fn side_with(&mut self, endpoint: usize) {
        let before = self.asked.replace(endpoint);
        let now = self.now();
        let Some(left) = before.filter(|before| *before != endpoint) else { return };
        let is_cut_off = self.survey.link.endpoints.get(left).is_some_and(is_cut_off);
        if !is_cut_off && !self.is_avoided(left, now) {
            return;
        }
        let calls = plan(&self.survey, Pace::Sweep { began: Epoch(i64::MAX) }, now);
        let is_swept = self.deadline.is_some();
        self.queue.extend(calls.into_iter().filter(|call| is_swept || limits::is_frequent(call)));
        self.queue.extend(plan(&self.survey, Pace::Mend { before: now.plus(1) }, now));
        self.round.get_or_insert(now);
    }

    /// Whether an answer comes from an endpoint that was left for a better one meanwhile, and is
    /// not believed.
    pub(super) fn is_left(&self, endpoint: usize, now: Epoch) -> bool {
        self.better(endpoint, now) != endpoint
    }
}

/// Whether it answers and has no quorum.
pub(super) fn is_cut_off(endpoint: &Endpoint) -> bool {
    endpoint.contact == Contact::Fine && endpoint.quorate == Some(false)
}

/// Whether an endpoint should be looked at again though another one is asked: it is not well, or
/// has no quorum, and a while has passed.
pub(super) fn is_due(endpoint: &Endpoint, now: Epoch) -> bool {
    let rested = endpoint.tried.is_none_or(|tried| now.since(tried) >= ILL_EVERY);
    let is_ill = !matches!(endpoint.contact, Contact::Fine | Contact::Untried);
    rested && (is_ill || is_cut_off(endpoint))
}
