//! Which bridges a node has, as far as it is known.

use std::sync::Arc;

use crate::fleet::id::NodeName;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::network::Bridge;

/// The bridges of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridges {
    listed: Vec<Bridge>,
    /// Whether what is not listed is not there.
    is_whole: bool,
}

impl Bridges {
    /// From the node's own list. PVE leaves out, without a word, what a token may not see of
    /// `/sdn/zones`: only with SDN.Audit on all of it a bridge that is not listed is not there.
    pub fn new(pve: &PveSurvey, node: &NodeName) -> Self {
        let Some(listed) = pve.nodes.get(node).and_then(|parts| parts.bridges.known()) else {
            return Self::default();
        };
        let rights = pve.rights.known();
        let is_whole = rights.is_some_and(|rights| rights.has_below("/sdn", "SDN.Audit"));
        Self { listed: listed.clone(), is_whole }
    }

    /// Whether it has a bridge; none: it cannot be told.
    pub fn has(&self, name: &str) -> Option<bool> {
        match self.listed.iter().find(|bridge| &*bridge.name == name) {
            Some(bridge) => bridge.active.then_some(true),
            None => self.is_whole.then_some(false),
        }
    }

    /// Whether something can be told of it at all.
    pub(super) fn is_told(&self) -> bool {
        self.is_whole || !self.listed.is_empty()
    }
}

/// What a card is plugged into, by a guest's configuration; none: it was never read.
pub type Cards<'a> = Option<&'a [(Arc<str>, Arc<str>)]>;
