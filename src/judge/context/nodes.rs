//! Which nodes of a cluster are online, and what is believed of them.

use std::collections::BTreeMap;

use foldhash::HashMap;

use crate::fleet::id::NodeName;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{ClusterStatus, NodeState};
use crate::fleet::time::Epoch;
use crate::judge::rows::SourceState;

/// What is believed of a node now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeTrust {
    /// Member of a quorate cluster (or the answering node itself), and its pvestatd reports.
    Online,
    /// A quorate cluster does not see it.
    Offline,
    /// Seen by the cluster, and nothing from its pvestatd.
    Stale,
    /// What is said of it comes from a node without quorum: because of `cluster/SRC`.
    Isolated,
    /// Its source does not tell now: because of `source/SRC`.
    Untold,
}

/// The nodes of one source.
#[derive(Debug, Default)]
pub struct NodeStandings<'a> {
    by_name: BTreeMap<&'a NodeName, NodeTrust>,
    /// The same, to be asked for thousands of guests.
    trust: HashMap<&'a str, NodeTrust>,
}

impl<'a> NodeStandings<'a> {
    pub(super) fn new(state: SourceState, pve: &'a PveSurvey, now: Epoch) -> Self {
        let known = pve.status.known().into_iter().flat_map(|s| s.members.iter().map(|m| &m.node));
        let listed =
            pve.resources.known().into_iter().flat_map(|r| r.nodes.iter().map(|n| &n.name));
        let nodes = known.chain(listed).chain(pve.nodes.keys());
        let mut by_name: BTreeMap<_, _> = nodes.map(|node| (node, NodeTrust::Untold)).collect();
        if let (SourceState::Fresh, Some(status)) = (state, pve.status.live(now)) {
            let reported: BTreeMap<&NodeName, NodeState> = pve
                .resources
                .live(now)
                .into_iter()
                .flat_map(|r| r.nodes.iter().map(|n| (&n.name, n.state)))
                .collect();
            for (node, trust) in &mut by_name {
                *trust = trust_of(status, node, reported.get(node).copied());
            }
        }
        let trust = by_name.iter().map(|(node, trust)| (node.as_str(), *trust)).collect();
        Self { by_name, trust }
    }

    /// What is believed of a node; a node nobody names is untold.
    pub fn trust(&self, node: &NodeName) -> NodeTrust {
        self.trust_of_text(node.as_str()).unwrap_or(NodeTrust::Untold)
    }

    /// The same for a name that is part of a call; none when nobody names such a node.
    pub fn trust_of_text(&self, node: &str) -> Option<NodeTrust> {
        self.trust.get(node).copied()
    }

    /// Every node, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'a NodeName, NodeTrust)> {
        self.by_name.iter().map(|(node, trust)| (*node, *trust))
    }
}

fn trust_of(status: &ClusterStatus, node: &NodeName, reported: Option<NodeState>) -> NodeTrust {
    let Some(member) = status.member(node) else { return NodeTrust::Untold };
    if !status.has_quorum() && !member.local {
        return NodeTrust::Isolated;
    }
    if !member.online && !member.local {
        return NodeTrust::Offline;
    }
    match reported {
        Some(NodeState::Online) => NodeTrust::Online,
        // The table may lag behind corosync by a moment: a node that left it is not yet proven
        // to be gone, and one that came back does not report yet.
        Some(NodeState::Unknown | NodeState::Offline) => NodeTrust::Stale,
        None => NodeTrust::Untold,
    }
}
