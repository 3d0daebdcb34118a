//! Hosts that are emptied onto others: does it fit, and what would that leave?

mod moving;
mod packing;
mod placing;
mod resources;
mod spared;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::moving::{Moving, movers};
use self::packing::Steps;
use super::after::{After, after};
use super::lost::{Loss, Lost};
use super::stage::Stage;
use super::target::Target;
use super::window::Window;
use crate::fleet::id::{NodeName, SourceName, Vmid};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::context::Context;
use crate::judge::mapping::Mapping;
use crate::judge::recovery::ledger::Ledger;
use crate::judge::rows::recovery::{Room, Tie};

/// A node by name.
type Place = (SourceName, NodeName);

/// What moving all guests of some nodes onto others comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The nodes that are emptied; only those that exist, each once.
    pub from: Vec<Place>,
    /// The nodes that take their guests, none of which is emptied.
    pub onto: Vec<Place>,
    /// Every guest that moves, in the order of the sources, by number.
    pub guests: Vec<Moved>,
    /// What each node would take.
    pub targets: Vec<Target>,
    /// Memory as configured: what the guests need, what is free where they go, bytes.
    pub memory: Resource,
    /// Memory as it is used now, bytes.
    pub used: Resource,
    /// CPUs.
    pub cpus: Cpus,
    /// Disks, bytes: those on shared storage stay where they are for a node of their own source.
    pub disk: Resource,
    /// Whether all of it fits together: the worst of the guests.
    pub fits: Room,
    /// Whether a place for all was found.
    pub packing: Packing,
    /// Whether, any one node of the clusters that lose or get guests dying afterwards, those that
    /// are left could take over all guests: their memory, and the disks that died with it.
    pub after: Room,
    /// The node that could be spared least then; none where any one can be.
    pub weakest: Option<Place>,
    /// The nodes that are left of those clusters.
    pub remaining: Vec<Place>,
    /// The votes of those clusters once the emptied nodes are off, in the order of the sources.
    pub clusters: Vec<After>,
    /// How long the backups of each node would take afterwards.
    pub windows: Vec<Window>,
    /// What ties guests to where they are, and the storages that are not where they would go.
    pub ties: Vec<(SourceName, Vmid, Vec<Tie>)>,
}

/// Whether a place for all guests was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Yes.
    Found,
    /// No, and it was not ruled out that there is one.
    NotFound,
    /// No, and there is none.
    Impossible,
}

/// A guest that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its source.
    pub source: SourceName,
    /// Its number.
    pub vmid: Vmid,
    /// Its name, where anybody tells.
    pub name: Option<Arc<str>>,
    /// Where it is.
    pub node: NodeName,
    /// Where it would go; none: nowhere.
    pub target: Option<Place>,
    /// Whether it fits there beside the others.
    pub room: Room,
}

/// What is needed of something, and what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What the guests need; none: cannot be told.
    pub need: Option<u64>,
    /// What is free where they go; none: cannot be told.
    pub have: Option<u64>,
    /// Whether every guest finds enough of it on one node.
    pub fits: Room,
}

/// CPUs promised to guests, and threads of the machines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cpus {
    /// CPUs of all guests that would run there, those that are there already too.
    pub need: Option<f64>,
    /// Threads of the nodes.
    pub have: Option<f64>,
    /// CPUs to one thread.
    pub ratio: Option<f64>,
    /// Fits where, on each node, a thread stands behind every CPU; tight where on one there are
    /// fewer; full where there are not enough for the load as it is now, or where a VM has more
    /// CPUs than any of the nodes has threads, and so would not start.
    pub fits: Room,
}

/// Works out what emptying these nodes onto those comes to, at `now`.
pub fn consolidate(
    fleet: &Fleet,
    judged: &Judged,
    from: &[Place],
    onto: &[Place],
    now: Epoch,
) -> Plan {
    within(fleet, judged, from, onto, now, &Steps::new(Steps::PLAN))
}

/// The same, with so many steps for all that is searched for; what they do not reach is unknown.
fn within(
    fleet: &Fleet,
    judged: &Judged,
    from: &[Place],
    onto: &[Place],
    now: Epoch,
    steps: &Steps,
) -> Plan {
    let ctx = Context::new(fleet, now);
    let mapping = Mapping::new(&ctx);
    let stage = Stage::new(&ctx, &mapping, judged);
    let from = existing(&stage, from, &[]);
    let onto = existing(&stage, onto, &from);
    let moving = Moving { stage: &stage, movers: movers(&stage, &from), onto: &onto, steps };
    let mut ledger = Ledger::new(&stage.yard);
    let (spread, packing) = moving.place(&mut ledger);
    let remaining = moving.remaining(&from);
    let memory = moving.memory(|load| load.memory, |at| stage.yard.room(at)?.free());
    let used =
        moving.memory(|load| load.memory.map(|_| load.used), |at| stage.yard.room(at)?.idle());
    let disk = moving.disk();
    // Searches once for each node that is left: after all others, so that it starves none.
    let (after, weakest) = moving.after(&spread, &ledger, &remaining);
    let guests = spread.guests;
    let names = |places: &[usize]| places.iter().filter_map(|at| stage.yard.name(*at)).collect();
    let found = guests.iter().map(|moved| moved.room).max().unwrap_or(Room::Fits);
    // Guests that nobody sees need room too, and those that were seen long ago may run by now.
    let is_told = from.iter().chain(&onto).all(|at| moving.is_told(*at));
    let fits = found.max(if is_told { Room::Fits } else { Room::Unknown });
    let targets = onto.iter().filter_map(|at| {
        let name = stage.yard.name(*at);
        let own = guests.iter().filter(|moved| moved.target == name).map(|moved| moved.room);
        Target::new(&stage, &ledger, *at, own.max().unwrap_or(Room::Fits))
    });
    Plan {
        from: names(&from),
        onto: names(&onto),
        targets: targets.collect(),
        memory,
        used,
        cpus: moving.cpus(&ledger),
        disk,
        fits,
        packing,
        after: after.max(fits),
        weakest: weakest.and_then(|at| stage.yard.name(at)),
        remaining: names(&remaining),
        clusters: clusters(&stage, &from, &onto),
        windows: moving.windows(&from, &guests),
        ties: moving.ties(&guests),
        guests,
    }
}

/// What is left of the clusters that lose or get guests, once the emptied nodes are off.
fn clusters(stage: &Stage<'_>, from: &[usize], onto: &[usize]) -> Vec<After> {
    let name = |at: &usize| stage.yard.name(*at).map(|(source, node)| Loss::Node(source, node));
    let lost = Lost::new(stage, &from.iter().filter_map(name).collect::<Vec<_>>());
    let source = |at: &usize| stage.yard.room(*at).map(|room| room.index);
    let touched: BTreeSet<usize> = from.iter().chain(onto).filter_map(source).collect();
    let sources = touched.into_iter().filter_map(|index| stage.ctx.sources.get(index));
    sources.filter_map(|source| after(source, &lost)).collect()
}

/// The places of those that exist, each once, without these others.
fn existing(stage: &Stage<'_>, named: &[Place], but: &[usize]) -> Vec<usize> {
    let mut places = Vec::new();
    let find = |(source, node): &Place| stage.yard.find(stage.ctx.source(source)?.index, node);
    for at in named.iter().filter_map(find) {
        if !places.contains(&at) && !but.contains(&at) {
            places.push(at);
        }
    }
    places
}
