//! The nodes of the fleet as places to put guests: the one search for room, beside what a ledger says
//! was put there already.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::ledger::{Ledger, Load};
use super::room::{NodeRoom, rooms};
use crate::fleet::id::{GuestKind, NodeName, SourceName, StorageName};
use crate::fleet::part::Part;
use crate::judge::context::{Context, NodeTrust};
use crate::judge::rows::recovery::Room;

/// Free bytes that the nodes which see the same storage share.
#[derive(Clone, Debug)]
struct Pool {
    name: StorageName,
    free: Option<u64>,
    /// Whether it holds disks of VMs, and of containers.
    holds: [bool; 2],
}

/// The most that a node can ever take: what keeps a search from asking thousands in vain.
#[derive(Clone, Copy, Debug)]
struct Most {
    /// The place of its source in the context.
    source: usize,
    /// Memory as configured, and as used.
    free: Option<u64>,
    idle: Option<u64>,
    /// On one storage, for disks of VMs and of containers; all there is where one does not tell.
    disk: [Option<u64>; 2],
}

/// Every node of the fleet. A node's place is that in [`Yard::all`].
#[derive(Debug)]
pub struct Yard {
    rooms: Vec<NodeRoom>,
    /// By the place of a source in the context, where its nodes begin and end.
    spans: Vec<Range<usize>>,
    /// Those of each site by the memory they have free as configured, most first.
    by_site: HashMap<usize, Vec<usize>>,
    most: Vec<Most>,
    /// On one storage of any node, as in [`Most::disk`].
    most_disk: [Option<u64>; 2],
    pools: Vec<Pool>,
    /// By node, the storages it sees.
    sees: Vec<Vec<usize>>,
    /// The nodes by the memory they have free as configured, most first.
    by_free: Vec<usize>,
    /// The same as used.
    by_idle: Vec<usize>,
    /// Nodes of which something cannot be told.
    untold: Vec<usize>,
    /// Bridges that guests run on where no list names them.
    unlisted: HashSet<Arc<str>>,
    /// Whether any node tells its bridges.
    tells_bridges: bool,
}

impl Yard {
    /// From `/cluster/resources` of every PVE source.
    pub fn new(ctx: &Context<'_>) -> Self {
        let rooms = rooms(ctx);
        let spans: Vec<Range<usize>> = ctx.sources.iter().map(|s| span(&rooms, s.index)).collect();
        let (pools, sees) = pools(ctx, &rooms, &spans);
        let seen = |at: usize| sees.get(at).into_iter().flatten().filter_map(|p| pools.get(*p));
        let most_disk = |at: usize, kind: GuestKind| {
            let holding = seen(at).filter(|pool| pool.holds(kind));
            holding.map(|pool| pool.free.unwrap_or(u64::MAX)).max()
        };
        let all = || rooms.iter().enumerate();
        let most: Vec<Most> = all()
            .map(|(at, room)| Most {
                source: room.index,
                free: room.free(),
                idle: room.idle(),
                disk: [GuestKind::Qemu, GuestKind::Lxc].map(|kind| most_disk(at, kind)),
            })
            .collect();
        let most_disk =
            [0, 1].map(|kind: usize| most.iter().filter_map(|most| *most.disk.get(kind)?).max());
        let ranked = |of: fn(&Most) -> Option<u64>| {
            let mut ranked: Vec<usize> = (0..most.len()).collect();
            ranked.sort_by_key(|at| Reverse(most.get(*at).and_then(of)));
            ranked
        };
        let (by_free, by_idle) = (ranked(|most| most.free), ranked(|most| most.idle));
        let mut by_site: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, room) in by_free.iter().filter_map(|at| Some((*at, rooms.get(*at)?))) {
            by_site.entry(room.site).or_default().push(at);
        }
        let is_untold = |(at, room): &(usize, &NodeRoom)| {
            !matches!(room.trust, NodeTrust::Online | NodeTrust::Offline)
                || room.free().is_none()
                || room.idle().is_none()
                || room.hides_storages
                || seen(*at).any(|pool| pool.free.is_none())
        };
        let untold = all().filter(is_untold).map(|(at, _)| at).collect();
        let unlisted = unlisted(ctx, &rooms, &spans);
        let tells_bridges = rooms.iter().any(|room| room.bridges.is_told());
        Self {
            rooms,
            spans,
            by_site,
            most,
            most_disk,
            pools,
            sees,
            by_free,
            by_idle,
            untold,
            unlisted,
            tells_bridges,
        }
    }

    /// Every node: those of one source together, in the order of the sources, the roomiest first.
    pub fn all(&self) -> &[NodeRoom] {
        &self.rooms
    }

    /// The nodes of a source with their places, the roomiest first.
    pub fn of(&self, source: usize) -> impl Iterator<Item = (usize, &NodeRoom)> {
        self.span(source).filter_map(|at| Some((at, self.room(at)?)))
    }

    /// Whether there is no other machine than this one.
    pub fn is_alone(&self, source: usize, node: &NodeName) -> bool {
        self.rooms.iter().all(|room| room.index == source && room.node == *node)
    }

    /// Whether a node sees a storage.
    pub fn sees(&self, at: usize, pool: usize) -> bool {
        self.sees.get(at).is_some_and(|seen| seen.contains(&pool))
    }

    /// How many storages there are.
    pub(super) fn storages(&self) -> usize {
        self.pools.len()
    }

    /// A storage by its place.
    pub fn storage(&self, pool: usize) -> Option<&StorageName> {
        self.pools.get(pool).map(|pool| &pool.name)
    }

    /// A node by its place.
    pub fn room(&self, at: usize) -> Option<&NodeRoom> {
        self.rooms.get(at)
    }

    /// Where the nodes of a source begin and end.
    fn span(&self, source: usize) -> Range<usize> {
        self.spans.get(source).cloned().unwrap_or_default()
    }

    /// The place of a node.
    pub fn find(&self, source: usize, node: &NodeName) -> Option<usize> {
        let span = self.span(source);
        let own = self.rooms.get(span.clone()).unwrap_or_default();
        own.iter().position(|room| room.node == *node).map(|at| span.start.saturating_add(at))
    }

    /// The name of a node by its place.
    pub fn name(&self, at: usize) -> Option<(SourceName, NodeName)> {
        self.room(at).map(|room| (room.source.clone(), room.node.clone()))
    }

    /// Free bytes of the roomiest storage of a node that holds disks at all, whatever was put
    /// there.
    pub fn disk_free(&self, at: usize) -> Option<u64> {
        let seen = self.sees.get(at)?.iter().filter_map(|pool| self.pools.get(*pool));
        seen.filter_map(|pool| pool.free).max()
    }

    /// The same of what is left of it.
    pub fn disk_left(&self, ledger: &Ledger, at: usize) -> Option<u64> {
        let seen = self.sees.get(at)?.iter().filter_map(|at| Some((at, self.pools.get(*at)?)));
        seen.filter_map(|(at, pool)| Some(pool.free?.saturating_sub(ledger.on(*at)))).max()
    }

    /// Free bytes of all storages for disks that these nodes see; none where one does not tell, or
    /// a node does not.
    pub fn disk_of(&self, nodes: &[usize]) -> Option<u64> {
        let mut seen: Vec<usize> = Vec::new();
        for at in nodes {
            let room = self.room(*at)?;
            let is_untold = room.hides_storages || self.sees.get(*at)?.is_empty();
            if room.trust != NodeTrust::Offline && is_untold {
                return None;
            }
            seen.extend(self.sees.get(*at)?);
        }
        seen.sort_unstable();
        seen.dedup();
        let free = |at: &usize| self.pools.get(*at)?.free;
        seen.iter().try_fold(0_u64, |sum, at| Some(sum.saturating_add(free(at)?)))
    }

    /// Whether a node can take a guest more.
    pub fn takes(&self, ledger: &Ledger, at: usize, load: Load<'_>) -> Room {
        let Some(room) = self.room(at) else { return Room::Unknown };
        match room.trust {
            NodeTrust::Online => self.runs(ledger, at, load).max(self.disk(ledger, at, load)),
            NodeTrust::Offline => Room::Away,
            NodeTrust::Stale | NodeTrust::Isolated | NodeTrust::Untold => Room::Unknown,
        }
    }

    /// Where on a node the disks of a guest more could go, and whether it would fit then: each
    /// storage with room for them, or none, where they need none or it cannot be told.
    pub fn spots(&self, ledger: &Ledger, at: usize, load: Load<'_>) -> Vec<(Option<usize>, Room)> {
        let room = match self.room(at).map(|room| room.trust) {
            Some(NodeTrust::Online) => self.runs(ledger, at, load),
            Some(NodeTrust::Offline) => return vec![(None, Room::Away)],
            _ => return vec![(None, Room::Unknown)],
        };
        let Some(need) = load.disk else { return vec![(None, room.max(Room::Unknown))] };
        let Some(kind) = load.kind.filter(|_| need > 0) else { return vec![(None, room)] };
        let own = self.sees.get(at).into_iter().flatten().copied();
        let holds = |pool: &usize| self.left(ledger, *pool, kind).is_some_and(|left| left >= need);
        let mut spots: Vec<_> = own.filter(holds).map(|pool| (Some(pool), room)).collect();
        if self.hides_storage(at, kind) {
            spots.push((None, room.max(Room::Unknown)));
        } else if spots.is_empty() {
            spots.push((None, room.max(Room::Full)));
        }
        spots
    }

    /// Bytes left on a storage, where it holds disks of guests of this kind and tells.
    fn left(&self, ledger: &Ledger, pool: usize, kind: GuestKind) -> Option<u64> {
        self.pools.get(pool).filter(|pool| pool.holds(kind))?;
        self.free_on(ledger, pool)
    }

    /// Bytes left on a storage by its place.
    pub fn free_on(&self, ledger: &Ledger, pool: usize) -> Option<u64> {
        Some(self.pools.get(pool)?.free?.saturating_sub(ledger.on(pool)))
    }

    /// Whether a guest would run on a node that is on, whatever its disks need.
    fn runs(&self, ledger: &Ledger, at: usize, load: Load<'_>) -> Room {
        let plugged = self.plugs(at, load).max(self.threads(at, load));
        self.memory(ledger, at, load.memory).max(plugged)
    }

    /// PVE starts no VM with more CPUs than its node has threads; a container it gives what there
    /// is.
    fn threads(&self, at: usize, load: Load<'_>) -> Room {
        if load.memory == Some(0) || load.kind != Some(GuestKind::Qemu) {
            return Room::Fits;
        }
        match (load.cpus, self.room(at).and_then(|room| room.threads)) {
            (Some(cpus), Some(threads)) if cpus > threads => Room::Full,
            (Some(_), Some(_)) => Room::Fits,
            _ => Room::Unknown,
        }
    }

    /// Whether it fits into a node's memory.
    pub fn memory(&self, ledger: &Ledger, at: usize, need: Option<u64>) -> Room {
        let (need, idle) = match (need, self.idle(ledger, at)) {
            (Some(0), _) => return Room::Fits,
            (Some(need), Some(idle)) => (need, idle),
            _ => return Room::Unknown,
        };
        let most = self.room(at).and_then(NodeRoom::most_free);
        let most = most.map(|most| most.saturating_sub(ledger.memory(at)));
        match (self.free(ledger, at).map(|free| free >= need), idle >= need) {
            (Some(true), true) => Room::Fits,
            (Some(false), false) => Room::Full,
            // By one count it does, whatever the other comes to.
            (Some(_), _) | (None, true) => Room::Tight,
            // By one it does not, nor by the other, however little the rest is configured with.
            (None, false) if most.is_some_and(|most| most < need) => Room::Full,
            (None, false) => Room::Unknown,
        }
    }

    /// Whether it fits onto a storage of a node.
    pub fn disk(&self, ledger: &Ledger, at: usize, load: Load<'_>) -> Room {
        let Some(need) = load.disk else { return Room::Unknown };
        let Some(kind) = load.kind.filter(|_| need > 0) else { return Room::Fits };
        match self.roomiest(ledger, at, kind) {
            Some((_, Some(free))) if free >= need => Room::Fits,
            _ if self.hides_storage(at, kind) => Room::Unknown,
            // Too small, or no storage there holds such disks at all.
            _ => Room::Full,
        }
    }

    /// Whether a node has what a guest is plugged into; what does not run needs nothing.
    fn plugs(&self, at: usize, load: Load<'_>) -> Room {
        if load.memory == Some(0) {
            return Room::Fits;
        }
        let Some(cards) = load.cards else { return Room::Unknown };
        let room = |(_, bridge): &(_, Arc<str>)| match self.has_bridge(at, bridge) {
            Some(true) => Room::Fits,
            Some(false) => Room::NoBridge,
            None => Room::Unknown,
        };
        cards.iter().map(room).max().unwrap_or(Room::Fits)
    }

    /// Whether a node has a bridge; none: it cannot be told.
    pub fn has_bridge(&self, at: usize, bridge: &Arc<str>) -> Option<bool> {
        let has = self.room(at)?.bridges.has(bridge);
        // Where guests run on one that their own node does not list, lists do not tell of it: it
        // is written in a file that PVE does not read.
        has.filter(|has| *has || !self.unlisted.contains(bridge))
    }

    /// Memory left when every guest uses all it is configured with, bytes.
    pub fn free(&self, ledger: &Ledger, at: usize) -> Option<u64> {
        Some(self.room(at)?.free()?.saturating_sub(ledger.memory(at)))
    }

    /// Memory left as it is used now, bytes.
    pub fn idle(&self, ledger: &Ledger, at: usize) -> Option<u64> {
        Some(self.room(at)?.idle()?.saturating_sub(ledger.used(at)))
    }

    /// The storage with most free bytes that would hold the disks of a guest of this kind.
    pub fn roomiest(
        &self,
        ledger: &Ledger,
        at: usize,
        kind: GuestKind,
    ) -> Option<(usize, Option<u64>)> {
        let seen = self.sees.get(at)?.iter().copied();
        let fit = seen.filter_map(|at| Some((at, self.pools.get(at)?)));
        fit.filter(|(_, pool)| pool.holds(kind))
            .map(|(at, pool)| (at, pool.free.map(|f| f.saturating_sub(ledger.on(at)))))
            .max_by_key(|(_, free)| *free)
    }

    /// Whether a node may hold disks of guests of this kind where nobody tells how much is free.
    fn hides_storage(&self, at: usize, kind: GuestKind) -> bool {
        if self.room(at).is_none_or(|room| room.hides_storages) {
            return true;
        }
        let mut seen = self.sees.get(at).into_iter().flatten().filter_map(|at| self.pools.get(*at));
        seen.any(|pool| pool.holds(kind) && pool.free.is_none())
    }

    /// The best node of a source: where it fits best, of equals the one with most room left.
    pub fn best_of(
        &self,
        ledger: &Ledger,
        source: usize,
        load: Load<'_>,
        is_dead: impl Fn(&NodeRoom) -> bool,
    ) -> Option<(usize, Room)> {
        let own = self.span(source);
        let left = own.filter(|at| self.room(*at).is_some_and(|room| !is_dead(room)));
        let mut best: Option<(usize, Room, Option<u64>)> = None;
        for at in left {
            // They come the roomiest first: nobody after this one can have more left.
            let had = self.room(at).and_then(NodeRoom::free);
            if best.is_some_and(|(_, room, free)| room == Room::Fits && had <= free) {
                break;
            }
            let room = self.takes(ledger, at, load);
            let free = self.free(ledger, at);
            if best.is_none_or(|(_, known, most)| (room, Reverse(free)) < (known, Reverse(most))) {
                best = Some((at, room, free));
            }
        }
        best.map(|(at, room, _)| (at, room))
    }

    /// The best node of the fleet for a guest of `source`: where it fits, at home before elsewhere.
    pub fn best(
        &self,
        ledger: &Ledger,
        source: usize,
        load: Load<'_>,
        is_dead: impl Fn(&NodeRoom) -> bool,
    ) -> Option<(usize, Room)> {
        // Where its own need cannot be told, nothing better can be found than that.
        let is_plugged = self.tells_bridges || load.cards.is_some_and(<[_]>::is_empty);
        let is_told = load.memory.is_some()
            && load.disk.is_some()
            && (load.memory == Some(0) || load.cards.is_some() && is_plugged);
        let goal = if is_told { Room::Fits } else { Room::Unknown };
        let tight = goal.max(Room::Tight);
        let mut best = self.best_of(ledger, source, load, &is_dead);
        let is_met = |best: Option<(usize, Room)>, goal| best.is_some_and(|(_, r)| r <= goal);
        let mut look = |at: usize, goal: Room, may: bool| {
            if !is_met(best, goal)
                && may
                && self.room(at).is_some_and(|room| room.index != source && !is_dead(room))
            {
                let takes = self.takes(ledger, at, load);
                if best.is_none_or(|(_, known)| takes < known) {
                    best = Some((at, takes));
                }
            }
            is_met(best, goal)
        };
        let most = |at: usize| self.most.get(at).copied();
        // Nobody has more than at the start: who had too little then is not asked.
        let enough = |of: Option<u64>| load.memory.is_none() || of >= load.memory;
        let free = |at: &usize| most(*at).is_some_and(|most| enough(most.free));
        let idle = |at: &usize| most(*at).is_some_and(|most| enough(most.idle));
        let may = |at: usize| {
            most(at).is_some_and(|most| most.source != source && may_hold(most.disk, load))
        };
        let site = self.room(self.span(source).start).map(|room| room.site);
        let beside = site.and_then(|site| self.by_site.get(&site)).into_iter().flatten();
        // Often nobody has room for its disks: then nobody is asked one by one.
        let holds = may_hold(self.most_disk, load);
        let mut free = self.by_free.iter().take_while(|at| holds && free(at));
        let mut idle = self.by_idle.iter().take_while(|at| holds && idle(at));
        let _ = beside.copied().any(|at| look(at, goal, true))
            || free.any(|at| look(*at, goal, may(*at)))
            || idle.any(|at| look(*at, tight, may(*at)))
            || self.untold.iter().any(|at| look(*at, Room::Unknown, true))
            || self.by_free.iter().any(|at| look(*at, Room::Full, true));
        best
    }
}

/// Whether the disks of a guest may go where storages hold so much at most.
fn may_hold(most: [Option<u64>; 2], load: Load<'_>) -> bool {
    let (Some(need), Some(kind)) = (load.disk.filter(|need| *need > 0), load.kind) else {
        return true;
    };
    let [vms, containers] = most;
    let most = match kind {
        GuestKind::Qemu => vms,
        GuestKind::Lxc => containers,
    };
    most.is_some_and(|most| most >= need)
}

impl Pool {
    fn holds(&self, kind: GuestKind) -> bool {
        let [vms, containers] = self.holds;
        match kind {
            GuestKind::Qemu => vms,
            GuestKind::Lxc => containers,
        }
    }
}

/// The bridges that running guests are plugged into on a node that does not list them.
fn unlisted(ctx: &Context<'_>, rooms: &[NodeRoom], spans: &[Range<usize>]) -> HashSet<Arc<str>> {
    let mut unlisted = HashSet::new();
    for source in &ctx.sources {
        let Some(pve) = source.pve() else { continue };
        let span = spans.get(source.index).cloned().unwrap_or_default();
        let own = rooms.get(span).unwrap_or_default();
        for guest in source.guests().iter().filter(|guest| &*guest.state == "running") {
            let config = pve.configs.get(&guest.vmid).and_then(Part::known);
            let cards = config.map_or(&[][..], |config| &config.bridges);
            let room = own.iter().find(|room| room.node == guest.node);
            let strange = cards.iter().filter(|(_, bridge)| {
                room.is_some_and(|room| room.bridges.has(bridge) == Some(false))
            });
            unlisted.extend(strange.map(|(_, bridge)| Arc::clone(bridge)));
        }
    }
    unlisted
}

/// Where the nodes of a source begin and end.
fn span(rooms: &[NodeRoom], source: usize) -> Range<usize> {
    let from = rooms.partition_point(|room| room.index < source);
    let to = rooms.partition_point(|room| room.index <= source);
    from..to
}

/// The storages that are there and hold disks, shared ones once per source; by node, those it sees.
fn pools(
    ctx: &Context<'_>,
    rooms: &[NodeRoom],
    spans: &[Range<usize>],
) -> (Vec<Pool>, Vec<Vec<usize>>) {
    let mut pools: Vec<Pool> = Vec::new();
    let mut sees = vec![Vec::new(); rooms.len()];
    for source in &ctx.sources {
        let Some(pve) = source.pve().filter(|_| source.is_fresh()) else { continue };
        let Some(resources) = pve.resources.live(source.now) else { continue };
        let span = spans.get(source.index).cloned().unwrap_or_default();
        let own = rooms.get(span.clone()).unwrap_or_default();
        let places: HashMap<&NodeName, usize> =
            own.iter().map(|room| &room.node).zip(span).collect();
        let mut shared: HashMap<&StorageName, usize> = HashMap::new();
        for storage in resources.storages.iter().filter(|storage| storage.available) {
            let content = |word: &str| storage.content.iter().any(|c| &**c == word);
            let holds = [content("images"), content("rootdir")];
            let Some(seen) = places.get(&storage.node).and_then(|at| sees.get_mut(*at)) else {
                continue;
            };
            if holds == [false; 2] {
                continue;
            }
            let new = pools.len();
            let at = if storage.shared { *shared.entry(&storage.name).or_insert(new) } else { new };
            if at == new {
                let free = storage.usage.map(|usage| usage.total.saturating_sub(usage.used));
                pools.push(Pool { name: storage.name.clone(), free, holds });
            }
            seen.push(at);
        }
    }
    (pools, sees)
}
