//! Which nodes of a cluster are online, and what is believed of them.

use std::collections::BTreeMap;

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
    by_name: BTreeMap<&'a str, (&'a NodeName, NodeTrust)>,
}

impl<'a> NodeStandings<'a> {
    pub(super) fn new(state: SourceState, pve: &'a PveSurvey, now: Epoch) -> Self {
        let mut by_name = BTreeMap::new();
        let known = pve.status.known().into_iter().flat_map(|s| s.members.iter().map(|m| &m.node));
        let listed =
            pve.resources.known().into_iter().flat_map(|r| r.nodes.iter().map(|n| &n.name));
        for node in known.chain(listed).chain(pve.nodes.keys()) {
            by_name.insert(node.as_str(), (node, NodeTrust::Untold));
        }
        let (SourceState::Fresh, Some(status)) = (state, pve.status.live(now)) else {
            return Self { by_name };
        };
        let reported: BTreeMap<&NodeName, NodeState> = pve
            .resources
            .live(now)
            .into_iter()
            .flat_map(|r| r.nodes.iter().map(|n| (&n.name, n.state)))
            .collect();
        for (node, trust) in by_name.values_mut() {
            *trust = trust_of(status, node, reported.get(node).copied());
        }
        Self { by_name }
    }

    /// What is believed of a node; a node nobody names is untold.
    pub fn trust(&self, node: &NodeName) -> NodeTrust {
        self.trust_of_text(node.as_str()).unwrap_or(NodeTrust::Untold)
    }

    /// The same for a name that is part of a call; none when nobody names such a node.
    pub fn trust_of_text(&self, node: &str) -> Option<NodeTrust> {
        self.by_name.get(node).map(|(_, trust)| *trust)
    }

    /// Every node, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'a NodeName, NodeTrust)> {
        self.by_name.values().copied()
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
