//! Where HA may start what it has in its care: the groups of PVE 7 and 8, the rules of PVE 9.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::id::{NodeName, Vmid};

/// One rule in force: of `/cluster/ha/rules`, before PVE 9 a group of `/cluster/ha/groups`. What is
/// switched off is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaRule {
    /// Its name.
    pub name: Arc<str>,
    /// Whom it binds.
    pub of: HaBound,
    /// What it asks for.
    pub asks: HaAsk,
}

/// Whom a rule binds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HaBound {
    /// Those whose service names it as its group.
    Group,
    /// These guests, in order.
    Guests(Vec<Vmid>),
    /// It cannot be told: maybe anybody.
    Anyone,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HaAsk {
    /// To run on these nodes, those with the highest number before the others.
    Nodes {
        /// Nodes and their priority; 0 where none is written.
        nodes: Vec<(NodeName, u32)>,
        /// Whether no other node will do: a strict rule, a restricted group.
        strict: bool,
    },
    /// To run on the same node.
    Together,
    /// To run on different nodes.
    Apart,
    /// What is not understood, or what PVE itself finds faults with: HA may heed it or not.
    Untold,
}
