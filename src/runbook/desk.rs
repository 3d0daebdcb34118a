//! Where the reader stands while a runbook is followed: the node that was logged in to, whose
//! quorum was looked at, and which numbers are taken by now.

use std::collections::{BTreeMap, BTreeSet};

use super::guest::step;
use super::{Step, What};
use crate::fleet::id::{NodeName, SourceName, Vmid};
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::shell::quote;

/// What is left of a cluster's votes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ballot {
    /// Votes left and votes needed; none: not known.
    pub votes: Option<(u32, u32)>,
    /// Whether they suffice; none: not known.
    pub quorate: Option<bool>,
    /// Whether HA runs guests there.
    pub has_ha: bool,
}

/// Where the reader stands.
pub(super) struct Desk<'a> {
    fleet: &'a Fleet,
    at: Option<(SourceName, NodeName)>,
    /// The clusters that are hit and were not looked at yet.
    ballots: BTreeMap<SourceName, Ballot>,
    /// The numbers of every source that no other guest can have.
    taken: BTreeSet<(SourceName, Vmid)>,
    /// Clusters that were looked at.
    seen: BTreeSet<SourceName>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        fleet: &'a Fleet,
        judged: &Judged,
        ballots: BTreeMap<SourceName, Ballot>,
    ) -> Self {
        let guests = judged.sites.iter().flat_map(|site| &site.guests);
        let taken = guests.map(|guest| (guest.source.clone(), guest.vmid)).collect();
        Self { fleet, at: None, ballots, taken, seen: BTreeSet::new() }
    }

    /// The steps that lead to a node: the login, and, the first time in a cluster, its quorum.
    /// None where the reader is there already.
    pub(super) fn go(&mut self, target: Option<&(SourceName, NodeName)>) -> Vec<Step> {
        let Some((source, node)) = target.filter(|target| self.at.as_ref() != Some(*target)) else {
            return Vec::new();
        };
        self.at = target.cloned();
        let mut steps = vec![login(self.fleet, source, node)];
        if self.seen.insert(source.clone()) {
            steps.extend(self.quorum(source));
        }
        steps
    }

    /// Votes are only made do with in a cluster that lost some: the other ones are looked at.
    fn quorum(&self, source: &SourceName) -> Vec<Step> {
        let look = |votes| step(What::Quorum(votes), ["pvecm status".to_owned()]);
        let Some(ballot) = self.ballots.get(source) else {
            let pve = self.fleet.survey(source).and_then(|survey| survey.pve());
            let lacks = pve.is_some_and(|pve| {
                pve.may_be_cluster()
                    && pve.status.known().is_none_or(|status| status.quorate != Some(true))
            });
            return if lacks { vec![look(None)] } else { Vec::new() };
        };
        let mut steps = vec![look(ballot.votes)];
        if ballot.quorate != Some(true) {
            steps.push(step(What::Expected, ["pvecm expected 1".to_owned()]));
            if ballot.has_ha {
                steps.push(step(What::HaSettles, ["ha-manager status".to_owned()]));
            }
        }
        steps
    }

    /// The number to restore a guest under: its own where that is free, else one that is. It is
    /// taken from then on.
    pub(super) fn number(&mut self, there: Option<&SourceName>, own: Vmid) -> Vmid {
        let Some(there) = there else { return own };
        let free = |vmid: &Vmid| !self.taken.contains(&(there.clone(), *vmid));
        // Its own number with a digit before it is easily recognised.
        let speaking = (1..=9).map(|digit| format!("{digit}{own:04}").parse().unwrap_or(u32::MAX));
        let mut all = [own].into_iter().chain(speaking.rev()).chain(100..1_000_000);
        let number = all.find(free).unwrap_or(own);
        self.taken.insert((there.clone(), number));
        number
    }
}

/// Where the commands are typed from now on.
fn login(fleet: &Fleet, source: &SourceName, node: &NodeName) -> Step {
    let pve = fleet.survey(source).and_then(|survey| survey.pve());
    let members = pve.and_then(|pve| pve.status.known()).map(|status| &status.members);
    let member = members.and_then(|all| all.iter().find(|m| m.node == *node));
    let host = member.and_then(|m| m.address.as_deref()).unwrap_or(node.as_str());
    let command = format!("ssh {}", quote(&format!("root@{host}")));
    step(What::LogIn(source.clone(), node.clone()), [command])
}
