//! Where HA may start a guest when nodes are lost: what its rules leave of the nodes that are left.
//!
//! As `select_service_node` chooses (`PVE/HA/Manager.pm` of pve-ha-manager): of a rule for nodes, or
//! a group, the nodes of the highest priority that are there; without those that have a guest which
//! is to be kept apart; where its companions are, if they are on any of them. Of what is left then
//! it may be any. Where nothing is left the guest waits in recovery.

use std::cmp::Reverse;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::room::NodeRoom;
use super::yard::Yard;
use crate::fleet::id::{NodeName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::HaService;
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};
use crate::judge::context::NodeTrust;

/// The rules of a cluster, and what HA has in its care.
#[derive(Debug)]
pub struct Placement<'a> {
    /// None: they could not be read.
    rules: Option<&'a [HaRule]>,
    services: HashMap<Vmid, &'a HaService>,
}

/// A node that is left.
#[derive(Clone, Copy, Debug)]
pub struct Left<'y> {
    /// Its place in the yard.
    pub at: usize,
    node: &'y NodeName,
    /// Whether HA surely sees it.
    is_sure: bool,
}

/// Where HA may start a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On any of these nodes, by their place in the yard; where there is none, the rule that leaves
    /// none.
    Nodes(Vec<usize>, Option<Arc<str>>),
    /// It cannot be told: because of this rule, or because the rules could not be read.
    Untold(Option<Arc<str>>),
}

/// Whether a service takes a node (`get_used_service_nodes`).
enum Place<'a> {
    On(&'a NodeName),
    Nowhere,
    Untold,
}

/// The nodes of a source that HA may see when those that are dead are gone. What HA has put into
/// maintenance it does not choose.
pub fn left(yard: &Yard, source: usize, is_dead: impl Fn(&NodeRoom) -> bool) -> Vec<Left<'_>> {
    let is_left = |(_, room): &(usize, &NodeRoom)| {
        !is_dead(room) && room.trust != NodeTrust::Offline && room.takes_ha != Some(false)
    };
    let left = |(at, room)| {
        let room: &NodeRoom = room;
        let is_seen = matches!(room.trust, NodeTrust::Online | NodeTrust::Stale);
        Left { at, node: &room.node, is_sure: is_seen && room.takes_ha == Some(true) }
    };
    yard.of(source).filter(is_left).map(left).collect()
}

impl<'a> Placement<'a> {
    /// From the rules and the services of HA. Rules that cannot be read now may be others by now.
    pub fn new(pve: &'a PveSurvey) -> Self {
        let rules = pve.ha_rules.known().filter(|_| !pve.ha_rules.is_failing());
        let services = pve.ha.known().into_iter().flat_map(|ha| &ha.services);
        let mut by_number = HashMap::new();
        by_number.extend(services.map(|service| (service.vmid, service)));
        Self { rules: rules.map(Vec::as_slice), services: by_number }
    }

    /// Whether HA has nothing in its care.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// What HA has of a guest.
    pub fn service(&self, vmid: Vmid) -> Option<&'a HaService> {
        self.services.get(&vmid).copied()
    }

    /// Where HA may start a guest.
    pub fn reach(&self, vmid: Vmid, left: &[Left<'_>]) -> Reach {
        let Some(rules) = self.rules else { return Reach::Untold(None) };
        let family = family(rules, vmid);
        let bound: Vec<&HaRule> =
            rules.iter().filter(|rule| self.binds(rule, vmid, &family)).collect();
        let is_odd = |rule: &&&HaRule| rule.asks == HaAsk::Untold || rule.of == HaBound::Anyone;
        if let Some(odd) = bound.iter().find(is_odd) {
            return Reach::Untold(Some(Arc::clone(&odd.name)));
        }
        let mut nodes = left.to_vec();
        let mut by = None;
        for rule in &bound {
            let HaAsk::Nodes { nodes: list, strict } = &rule.asks else { continue };
            // PVE leaves out both, or one; which, is its secret.
            if by.replace(&rule.name).is_some() {
                return Reach::Untold(Some(Arc::clone(&rule.name)));
            }
            nodes = preferred(list, *strict, left);
        }
        for rule in bound.iter().filter(|rule| rule.asks == HaAsk::Apart) {
            for other in guests(rule).iter().filter(|other| !family.contains(other)) {
                match self.services.get(other).map_or(Place::Nowhere, |service| place(service)) {
                    Place::Nowhere => {}
                    Place::On(node) if left.iter().any(|left| left.node == node) => {
                        nodes.retain(|left| left.node != node);
                        by = Some(&rule.name);
                    }
                    // It is moved too, to one of these nodes.
                    Place::On(_) | Place::Untold => {
                        return Reach::Untold(Some(Arc::clone(&rule.name)));
                    }
                }
            }
        }
        if let Some(rule) = bound.iter().find(|rule| rule.asks == HaAsk::Together)
            && !self.gather(vmid, &family, &mut nodes)
        {
            return Reach::Untold(Some(Arc::clone(&rule.name)));
        }
        let by = by.filter(|_| nodes.is_empty()).map(Arc::clone);
        Reach::Nodes(nodes.into_iter().map(|left| left.at).collect(), by)
    }

    /// The rule that keeps a guest from a node: started there by hand, HA moves it away or stops it
    /// as soon as it has it again. None where no rule does, as far as they are read.
    pub fn bars(&self, vmid: Vmid, node: &NodeName) -> Option<&'a Arc<str>> {
        let rules = self.rules?;
        let family = family(rules, vmid);
        let has = |other: &Vmid| {
            let service = self.service(*other).map(place);
            matches!(service, Some(Place::On(there)) if there == node)
        };
        let bars = |rule: &&HaRule| match &rule.asks {
            HaAsk::Nodes { nodes, strict } => *strict && nodes.iter().all(|(name, _)| name != node),
            HaAsk::Apart => guests(rule).iter().any(|other| !family.contains(other) && has(other)),
            HaAsk::Together | HaAsk::Untold => false,
        };
        let mut bound = rules.iter().filter(|rule| self.binds(rule, vmid, &family));
        bound.find(bars).map(|rule| &rule.name)
    }

    fn binds(&self, rule: &HaRule, vmid: Vmid, family: &[Vmid]) -> bool {
        match &rule.of {
            HaBound::Anyone => true,
            HaBound::Guests(guests) => family.iter().any(|of| guests.binary_search(of).is_ok()),
            HaBound::Group => {
                let group = self.service(vmid).and_then(|service| service.group.as_ref());
                group == Some(&rule.name)
            }
        }
    }

    /// Leaves the nodes where most of its companions are, if they are on any of these; whether that
    /// can be told.
    fn gather(&self, vmid: Vmid, family: &[Vmid], nodes: &mut Vec<Left<'_>>) -> bool {
        let mut there: Vec<&NodeName> = Vec::new();
        for other in family.iter().filter(|other| **other != vmid) {
            match self.services.get(other).map_or(Place::Nowhere, |service| place(service)) {
                Place::On(node) => there.push(node),
                Place::Nowhere => {}
                Place::Untold => return false,
            }
        }
        let count = |left: &Left<'_>| there.iter().filter(|node| **node == left.node).count();
        let most = nodes.iter().map(count).max().unwrap_or(0);
        nodes.retain(|left| most == 0 || count(left) == most);
        true
    }
}

/// A guest with all that must be where it is.
fn family(rules: &[HaRule], vmid: Vmid) -> Vec<Vmid> {
    let mut family = vec![vmid];
    let together = || rules.iter().filter(|rule| rule.asks == HaAsk::Together).map(guests);
    loop {
        let before = family.len();
        for guests in together() {
            if family.iter().any(|of| guests.binary_search(of).is_ok()) {
                family.extend(guests);
                family.sort_unstable();
                family.dedup();
            }
        }
        if family.len() == before {
            return family;
        }
    }
}

/// Those that a rule names.
fn guests(rule: &HaRule) -> &[Vmid] {
    match &rule.of {
        HaBound::Guests(guests) => guests,
        HaBound::Group | HaBound::Anyone => &[],
    }
}

/// The nodes of the highest priority that are there; what is in no list comes last, or not at all.
/// Where it is not sure that one of them is there, the next may be chosen too.
fn preferred<'y>(list: &[(NodeName, u32)], strict: bool, left: &[Left<'y>]) -> Vec<Left<'y>> {
    let rank = |left: &Left<'_>| {
        let written = list.iter().find(|(node, _)| node == left.node);
        match written {
            Some((_, priority)) => Some(i64::from(*priority)),
            None => (!strict).then_some(-1),
        }
    };
    let mut ranked: Vec<(i64, Left<'y>)> =
        left.iter().filter_map(|left| Some((rank(left)?, *left))).collect();
    ranked.sort_by_key(|(rank, _)| Reverse(*rank));
    let sure = ranked.iter().filter(|(_, left)| left.is_sure).map(|(rank, _)| *rank).max();
    ranked.retain(|(rank, _)| sure.is_none_or(|sure| *rank >= sure));
    ranked.into_iter().map(|(_, left)| left).collect()
}

/// Where a service is. The state is the one that `get_verbose_service_state` makes of it: what
/// starts may be in either of two, of which one takes a node.
fn place(service: &HaService) -> Place<'_> {
    match &*service.state {
        "started" | "stopping" | "request_stop" | "freeze" | "error" | "clearing error flag" => {
            Place::On(&service.node)
        }
        "stopped" | "disabled" | "ignored" | "queued" | "not found" | "request_start" => {
            Place::Nowhere
        }
        _ => Place::Untold,
    }
}
