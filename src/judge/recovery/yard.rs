//! The nodes of the fleet as places to put guests: the one search for room, and a ledger of what was
//! put where while several guests are placed together.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::bridges::Cards;
use super::room::{NodeRoom, rooms};
use crate::fleet::id::{GuestKind, NodeName, SourceName, StorageName};
use crate::fleet::part::Part;
use crate::judge::context::{Context, NodeTrust};
use crate::judge::rows::recovery::Room;

/// What a guest takes where it is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load<'a> {
    /// Memory as configured, bytes; none: cannot be told. 0: it need not run.
    pub memory: Option<u64>,
    /// Memory as it uses it now, bytes.
    pub used: u64,
    /// Its disks, bytes; none: cannot be told. 0: they are there already.
    pub disk: Option<u64>,
    /// Which storages can hold them; none: nothing has to be held.
    pub kind: Option<GuestKind>,
    /// What its network cards are plugged into, where it has to run.
    pub cards: Cards<'a>,
}

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

/// What was put where; what follows finds so much less.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    memory: Vec<u64>,
    used: Vec<u64>,
    disk: Vec<u64>,
    guests: Vec<u32>,
    pools: Vec<u64>,
    /// The nodes and pools that something was put on.
    touched: Vec<(usize, Option<usize>)>,
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
        seen.filter_map(|(at, pool)| Some(pool.free?.saturating_sub(sum(&ledger.pools, *at)))).max()
    }

    /// Free bytes of all storages for disks that these nodes see; none where one does not tell, or
    /// a node does not.
    pub fn disk_of(&self, nodes: &[usize]) -> Option<u64> {
        let mut seen: Vec<usize> = Vec::new();
        for at in nodes {
            if self.room(*at)?.trust != NodeTrust::Offline && self.sees.get(*at)?.is_empty() {
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
            NodeTrust::Online => {
                let held = self.memory(ledger, at, load.memory).max(self.disk(ledger, at, load));
                held.max(self.plugs(at, load))
            }
            NodeTrust::Offline => Room::Away,
            NodeTrust::Stale | NodeTrust::Isolated | NodeTrust::Untold => Room::Unknown,
        }
    }

    /// Whether it fits into a node's memory.
    pub fn memory(&self, ledger: &Ledger, at: usize, need: Option<u64>) -> Room {
        let (need, free, idle) = match (need, self.free(ledger, at), self.idle(ledger, at)) {
            (Some(0), ..) => return Room::Fits,
            (Some(need), Some(free), Some(idle)) => (need, free, idle),
            _ => return Room::Unknown,
        };
        match (free >= need, idle >= need) {
            (true, true) => Room::Fits,
            (false, false) => Room::Full,
            _ => Room::Tight,
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
        Some(self.room(at)?.free()?.saturating_sub(sum(&ledger.memory, at)))
    }

    /// Memory left as it is used now, bytes.
    pub fn idle(&self, ledger: &Ledger, at: usize) -> Option<u64> {
        Some(self.room(at)?.idle()?.saturating_sub(sum(&ledger.used, at)))
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
            .map(|(at, pool)| (at, pool.free.map(|f| f.saturating_sub(sum(&ledger.pools, at)))))
            .max_by_key(|(_, free)| *free)
    }

    fn hides_storage(&self, at: usize, kind: GuestKind) -> bool {
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
        left.map(|at| (at, self.takes(ledger, at, load)))
            .min_by_key(|(at, room)| (*room, Reverse(self.free(ledger, *at)), *at))
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
        let free = |at: &&usize| most(**at).is_some_and(|most| enough(most.free));
        let idle = |at: &&usize| most(**at).is_some_and(|most| enough(most.idle));
        let may =
            |at: usize| most(at).is_some_and(|most| most.source != source && most.may_hold(load));
        let site = self.room(self.span(source).start).map(|room| room.site);
        let beside = site.and_then(|site| self.by_site.get(&site)).into_iter().flatten();
        let _ = beside.copied().any(|at| look(at, goal, true))
            || self.by_free.iter().take_while(free).any(|at| look(*at, goal, may(*at)))
            || self.by_idle.iter().take_while(idle).any(|at| look(*at, tight, may(*at)))
            || self.untold.iter().any(|at| look(*at, Room::Unknown, true))
            || self.by_free.iter().any(|at| look(*at, Room::Full, true));
        best
    }
}

impl Most {
    /// Whether its storages may hold the disks of a guest.
    fn may_hold(&self, load: Load<'_>) -> bool {
        let (Some(need), Some(kind)) = (load.disk.filter(|need| *need > 0), load.kind) else {
            return true;
        };
        let [vms, containers] = self.disk;
        let most = match kind {
            GuestKind::Qemu => vms,
            GuestKind::Lxc => containers,
        };
        most.is_some_and(|most| most >= need)
    }
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

impl Ledger {
    /// Nothing was put anywhere.
    pub fn new(yard: &Yard) -> Self {
        let nodes = yard.rooms.len();
        Self {
            memory: vec![0; nodes],
            used: vec![0; nodes],
            disk: vec![0; nodes],
            guests: vec![0; nodes],
            pools: vec![0; yard.pools.len()],
            touched: Vec::new(),
        }
    }

    /// Puts a guest on a node; gives back the storage that its disks went to.
    pub fn put(&mut self, yard: &Yard, at: usize, load: Load<'_>) -> Option<usize> {
        let disk = load.disk.unwrap_or(0);
        let kind = load.kind.filter(|_| disk > 0);
        let pool = kind.and_then(|kind| yard.roomiest(self, at, kind)).map(|(pool, _)| pool);
        add(&mut self.memory, at, load.memory.unwrap_or(0));
        add(&mut self.used, at, load.used);
        add(&mut self.disk, at, if kind.is_some() { disk } else { 0 });
        if let Some(pool) = pool {
            add(&mut self.pools, pool, disk);
        }
        if let Some(guests) = self.guests.get_mut(at) {
            *guests = guests.saturating_add(1);
        }
        self.touched.push((at, pool));
        pool
    }

    /// Takes everything away again.
    pub fn clear(&mut self) {
        for (at, pool) in std::mem::take(&mut self.touched) {
            for list in [&mut self.memory, &mut self.used, &mut self.disk] {
                list.get_mut(at).into_iter().for_each(|sum| *sum = 0);
            }
            self.guests.get_mut(at).into_iter().for_each(|count| *count = 0);
            if let Some(sum) = pool.and_then(|pool| self.pools.get_mut(pool)) {
                *sum = 0;
            }
        }
    }

    /// How many guests were put on a node.
    pub fn guests(&self, at: usize) -> u32 {
        self.guests.get(at).copied().unwrap_or(0)
    }

    /// Memory as configured that was put on a node, bytes.
    pub fn memory(&self, at: usize) -> u64 {
        sum(&self.memory, at)
    }

    /// Disks that were put on the storages of a node, bytes.
    pub fn disk(&self, at: usize) -> u64 {
        sum(&self.disk, at)
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

fn sum(list: &[u64], at: usize) -> u64 {
    list.get(at).copied().unwrap_or(0)
}

fn add(list: &mut [u64], at: usize, more: u64) {
    if let Some(sum) = list.get_mut(at) {
        *sum = sum.saturating_add(more);
    }
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
