//! The votes of a cluster: what it has, what it needs, and what is left without some nodes.

use crate::fleet::id::NodeName;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{ClusterStatus, Qdevice};

/// Whether a QDevice votes; an endpoint that does not exist knows of none.
pub fn qdevice(pve: &PveSurvey) -> Option<Qdevice> {
    match pve.qdevice.known() {
        Some(has) => Some(*has),
        None => pve.qdevice.was_answered().then_some(Qdevice::None),
    }
}

/// Whether a cluster keeps its quorum without these nodes. Where nobody told whether a QDevice
/// votes, only what holds either way (that one is set up and silent is not reckoned with); none on a
/// standalone host, and where no node would be left.
pub fn quorate_without(pve: &PveSurvey, lost: &[NodeName]) -> Option<bool> {
    let status = pve.status.known().filter(|status| status.is_cluster())?;
    status.members.iter().find(|m| !lost.contains(&m.node))?;
    let tally = |qdevice| Tally::new(pve, status, qdevice, lost).is_quorate();
    match qdevice(pve) {
        Some(has) => Some(tally(has)),
        None => Some(tally(Qdevice::None)).filter(|without| *without == tally(Qdevice::Votes)),
    }
}

/// The votes of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Votes there now.
    pub present: u32,
    /// Votes needed.
    pub quorum: u32,
    /// Votes of the member present that has most.
    largest: u32,
}

impl Tally {
    /// The votes of the members that are online, but for those that are `lost`.
    pub fn new(
        pve: &PveSurvey,
        status: &ClusterStatus,
        qdevice: Qdevice,
        lost: &[NodeName],
    ) -> Self {
        let written = pve.votes.known();
        let votes_of = |node| {
            let entry = written.and_then(|v| v.nodes.iter().find(|(n, _)| n == node));
            entry.map_or(1, |(_, votes)| *votes)
        };
        let (mut expected, mut present, mut largest) = (0u32, 0u32, 0u32);
        for member in &status.members {
            let votes = votes_of(&member.node);
            expected = expected.saturating_add(votes);
            if (member.online || member.local) && !lost.contains(&member.node) {
                present = present.saturating_add(votes);
                largest = largest.max(votes);
            }
        }
        if qdevice != Qdevice::None {
            // `pvecm qdevice setup`: one vote for an even number of nodes, else nodes less one.
            let nodes = u32::try_from(status.members.len()).unwrap_or(u32::MAX);
            let votes = if nodes % 2 == 0 { 1 } else { nodes.saturating_sub(1) };
            expected = expected.saturating_add(votes);
            // Its votes are expected whether or not it gives them.
            present = present.saturating_add(if qdevice == Qdevice::Votes { votes } else { 0 });
        }
        Self { present, quorum: expected / 2 + 1, largest }
    }

    /// The votes left to a cluster without these nodes. None on a standalone host, where no node
    /// would be left, and where it was never told who has a vote.
    pub fn without(pve: &PveSurvey, lost: &[NodeName]) -> Option<Self> {
        let status = pve.status.known().filter(|status| status.is_cluster())?;
        let left = status.members.iter().any(|m| !lost.contains(&m.node));
        left.then(|| Some(Self::new(pve, status, qdevice(pve)?, lost)))?
    }

    /// Whether it has quorum.
    pub fn is_quorate(self) -> bool {
        self.present >= self.quorum
    }

    /// Whether the loss of one more node would end its quorum.
    pub(super) fn is_fragile(self) -> bool {
        self.present.saturating_sub(self.largest) < self.quorum
    }
}
