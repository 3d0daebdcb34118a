//! What would follow from losses: worked out once per judgement when it is looked at, and never
//! while drawing.

use std::sync::{Arc, Weak};

use foldhash::{HashMap, HashMapExt};

use crate::fleet::id::{NodeName, SourceName, Vmid};
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::whatif::{Fate, Loss, NodeLoss, WhatIf, n_minus_one, what_if};

/// N-1 of every node, and what follows from the losses that are looked at.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    judged: Weak<Judged>,
    nodes: Option<Arc<Nodes>>,
    asked: Option<Arc<Asked>>,
}

/// What would follow from the loss of each node.
#[derive(Debug)]
pub(super) struct Nodes {
    nodes: Vec<NodeLoss>,
    of_node: HashMap<(SourceName, NodeName), usize>,
}

impl Nodes {
    /// Works out the loss of every node.
    pub(super) fn new(judged: &Judged, fleet: &Fleet) -> Self {
        let nodes = n_minus_one(fleet, judged, judged.taken).nodes;
        let of_node = (0..)
            .zip(&nodes)
            .map(|(at, loss)| ((loss.source.clone(), loss.node.clone()), at))
            .collect();
        Self { nodes, of_node }
    }
}

/// What follows from some losses.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The losses.
    pub lost: Vec<Loss>,
    /// What follows.
    pub what_if: WhatIf,
    of_guest: HashMap<(SourceName, Vmid), usize>,
}

impl Asked {
    /// What becomes of a guest; none where it is not hit.
    pub fn fate(&self, source: &SourceName, vmid: Vmid) -> Option<&Fate> {
        let at = self.of_guest.get(&(source.clone(), vmid))?;
        self.what_if.guests.get(*at)
    }
}

impl Outlook {
    /// Whether it was made from this judgement.
    pub(super) fn is_of(&self, judged: &Arc<Judged>) -> bool {
        std::ptr::eq(self.judged.as_ptr(), Arc::as_ptr(judged))
    }

    /// Nothing worked out of this judgement yet.
    pub(super) fn new(judged: &Arc<Judged>) -> Self {
        Self::of(judged, None)
    }

    /// Nothing but the losses of nodes, where those are.
    pub(super) fn of(judged: &Arc<Judged>, nodes: Option<Arc<Nodes>>) -> Self {
        Self { judged: Arc::downgrade(judged), nodes, asked: None }
    }

    /// The losses of nodes, where those were worked out.
    pub(super) fn nodes(&self) -> Option<Arc<Nodes>> {
        self.nodes.clone()
    }

    /// Works out the loss of every node, unless it is.
    pub(super) fn reckon(&mut self, judged: &Judged, fleet: &Fleet) {
        self.nodes.get_or_insert_with(|| Arc::new(Nodes::new(judged, fleet)));
    }

    /// Works out what follows from these losses, unless that is what was asked last.
    pub(super) fn ask(&mut self, lost: &[Loss], judged: &Judged, fleet: &Fleet) {
        if self.asked.as_ref().is_some_and(|asked| asked.lost == lost) {
            return;
        }
        let what_if = what_if(fleet, judged, lost, judged.taken);
        let mut of_guest = HashMap::with_capacity(what_if.guests.len());
        for (at, fate) in (0..).zip(&what_if.guests) {
            of_guest.insert((fate.source.clone(), fate.vmid), at);
        }
        self.asked = Some(Arc::new(Asked { lost: lost.to_vec(), what_if, of_guest }));
    }

    /// What would follow from the loss of a node; none for what is no PVE node.
    pub fn node(&self, source: &SourceName, node: &NodeName) -> Option<&NodeLoss> {
        let all = self.nodes.as_deref()?;
        all.nodes.get(*all.of_node.get(&(source.clone(), node.clone()))?)
    }

    /// What follows from the losses that are looked at.
    pub fn asked(&self) -> Option<&Asked> {
        self.asked.as_deref()
    }
}
