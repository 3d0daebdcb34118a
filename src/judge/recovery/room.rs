//! Every node of the fleet as a place to run guests: its memory, and the storages it sees.

use std::cmp::Reverse;

use foldhash::{HashMap, HashMapExt};

use super::bridges::Bridges;
use super::need::cpus;
use crate::fleet::id::{NodeName, Product, SourceName, StorageName};
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::judge::context::{Context, NodeTrust, SourceContext};

/// A node as a place to run guests.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeRoom {
    /// Its source.
    pub source: SourceName,
    /// The place of its source among those of the context.
    pub index: usize,
    /// The place of its site in the fleet.
    pub site: usize,
    /// Its name.
    pub node: NodeName,
    /// What is believed of it.
    pub trust: NodeTrust,
    /// Its memory, bytes.
    pub total: Option<u64>,
    /// What is used of it, bytes.
    pub used: Option<u64>,
    /// What its running guests are configured with, bytes: those that are seen and tell.
    pub seen: u64,
    /// What all of them are configured with, bytes; none: one does not tell, or may be hidden.
    pub promised: Option<u64>,
    /// Its threads.
    pub threads: Option<f64>,
    /// CPUs that its running guests are given; none: one does not tell, or may be hidden.
    pub cpus: Option<f64>,
    /// The storages it sees, that are there; those that the token may read.
    pub storages: Vec<StorageName>,
    /// Whether it may have more: the token is not known to read all of them.
    pub hides_storages: bool,
    /// Its bridges.
    pub bridges: Bridges,
    /// Whether HA may choose it: not where it put it into maintenance (8.3 and later tell); none: it
    /// has lost sight of it.
    pub takes_ha: Option<bool>,
}

impl NodeRoom {
    /// Memory left when every guest uses all it is configured with, bytes.
    pub fn free(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.promised?))
    }

    /// The most that this can be, whatever the guests are configured with that do not tell, bytes.
    pub fn most_free(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.seen))
    }

    /// Memory left as it is used now, bytes.
    pub fn idle(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.used?))
    }

    /// Whether it sees all of these storages; none: it cannot be told.
    pub fn sees<'n>(&self, names: impl IntoIterator<Item = &'n StorageName>) -> Option<bool> {
        let is_listed = names.into_iter().all(|name| self.storages.contains(name));
        (is_listed || !self.hides_storages).then_some(is_listed)
    }

    /// The same, as far as it tells.
    pub fn may_see<'n>(&self, names: impl IntoIterator<Item = &'n StorageName>) -> bool {
        self.sees(names) != Some(false)
    }
}

/// The guests that run on a node, as far as they are seen.
#[derive(Clone, Copy, Debug)]
struct Running {
    /// What those that tell are configured with, bytes.
    memory: u64,
    /// Whether all of them tell.
    is_told: bool,
    cpus: Option<f64>,
}

impl Default for Running {
    fn default() -> Self {
        Self { memory: 0, is_told: true, cpus: Some(0.0) }
    }
}

/// Every node, from `/cluster/resources` and the guests' configurations: those of one source
/// together, in the order of the sources; the roomiest first in each.
pub(super) fn rooms(ctx: &Context<'_>) -> Vec<NodeRoom> {
    let mut rooms: Vec<NodeRoom> = Vec::new();
    for source in ctx.of(Product::Pve) {
        let Some(pve) = source.pve() else { continue };
        let from = rooms.len();
        rooms.extend(of_source(source, pve));
        let own = rooms.get_mut(from..).unwrap_or_default();
        // What is used moves all the time: it decides only where nothing else does.
        let idle = |room: &NodeRoom| room.free().is_none().then(|| room.idle());
        own.sort_by_key(|room| Reverse((room.free(), idle(room))));
    }
    rooms
}

fn of_source<'a>(
    source: &'a SourceContext<'_>,
    pve: &'a PveSurvey,
) -> impl Iterator<Item = NodeRoom> + 'a {
    let resources = pve.resources.live(source.now).filter(|_| source.is_fresh());
    // A guest that the token may not see runs all the same.
    let sees_all = resources.is_some() && source.rights.vm_audit_below == Some(true);
    let mut running: HashMap<&NodeName, Running> = HashMap::new();
    for guest in resources.iter().flat_map(|r| &r.guests) {
        if &*guest.state != "stopped" && !guest.template {
            let config = pve.configs.get(&guest.vmid).and_then(Part::known);
            let told = guest.memory.map(|memory| memory.total);
            let told = told.or(config.and_then(|config| config.memory));
            let sum = running.entry(&guest.node).or_default();
            sum.memory = sum.memory.saturating_add(told.unwrap_or(0));
            sum.is_told &= told.is_some();
            sum.cpus = sum.cpus.zip(cpus(guest, config)).map(|(sum, cpus)| sum + cpus);
        }
    }
    source.nodes.iter().map(move |(node, trust)| {
        let own = resources.and_then(|r| r.node(node));
        let memory = own.and_then(|n| n.memory);
        let threads = own.and_then(|n| n.cpus).filter(|cpus| cpus.is_finite() && *cpus > 0.0);
        let running = running.get(node).copied().unwrap_or_default();
        let listed = resources.map_or(&[][..], |r| &r.storages).iter();
        let storages: Vec<StorageName> =
            listed.filter(|s| s.node == *node && s.available).map(|s| s.name.clone()).collect();
        NodeRoom {
            source: source.name().clone(),
            index: source.index,
            site: source.site_index,
            node: node.clone(),
            trust,
            total: memory.map(|m| m.total),
            used: memory.map(|m| m.used),
            seen: running.memory,
            promised: Some(running.memory).filter(|_| sees_all && running.is_told),
            threads,
            cpus: running.cpus.filter(|_| sees_all),
            bridges: Bridges::new(pve, node),
            // `/cluster/resources` leaves out what lacks Datastore.Audit; no list at all is no list
            // of nothing.
            hides_storages: storages.is_empty() || source.rights.datastore_audit != Some(true),
            storages,
            takes_ha: match own.and_then(|node| node.ha.as_deref()) {
                None | Some("online") => Some(true),
                Some("maintenance") => Some(false),
                Some(_) => None,
            },
        }
    })
}
