//! Where a guest could run: the memory and the storage of every node of the fleet.

use std::cmp::Reverse;
use std::ops::Range;

use foldhash::{HashMap, HashMapExt};

use crate::fleet::id::{GuestKind, NodeName, Product, SourceName, StorageName};
use crate::fleet::pve::PveSurvey;
use crate::judge::context::{Context, NodeTrust, SourceContext};
use crate::judge::rows::recovery::Room;

/// What a guest needs of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Memory as configured, bytes; none: cannot be told. 0: it need not run.
    pub memory: Option<u64>,
    /// Room for its disks, bytes; none: cannot be told. 0: they are there already.
    pub disk: Option<u64>,
    /// Which storages can hold them.
    pub kind: Option<GuestKind>,
}

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
    /// What its running guests are configured with, bytes.
    pub promised: u64,
    /// The roomiest storage for disks of VMs and of containers, with its free bytes where told.
    pub disks: [Option<(StorageName, Option<u64>)>; 2],
    /// The storages it sees, that are there.
    pub storages: Vec<StorageName>,
}

impl NodeRoom {
    /// Memory left when every guest uses all it is configured with, bytes.
    pub fn free(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.promised))
    }

    /// Memory left as it is used now, bytes.
    pub fn idle(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.used?))
    }

    /// The storage it would restore a guest of this kind to, and its free bytes.
    pub fn disk(&self, kind: GuestKind) -> Option<&(StorageName, Option<u64>)> {
        match kind {
            GuestKind::Qemu => self.disks.first(),
            GuestKind::Lxc => self.disks.last(),
        }
        .and_then(Option::as_ref)
    }

    /// Whether it lists no storage at all: it does not tell.
    pub fn is_silent(&self) -> bool {
        self.storages.is_empty()
    }

    /// Whether it sees these storages, as far as it tells.
    pub fn may_see<'n>(&self, names: impl IntoIterator<Item = &'n StorageName>) -> bool {
        self.is_silent() || names.into_iter().all(|name| self.storages.contains(name))
    }

    /// Whether something of it cannot be told.
    fn is_untold(&self) -> bool {
        let is_hidden = |disk: &Option<(StorageName, Option<u64>)>| matches!(disk, Some((_, None)));
        !matches!(self.trust, NodeTrust::Online | NodeTrust::Offline)
            || self.free().is_none()
            || self.idle().is_none()
            || self.disks.iter().any(is_hidden)
    }

    /// Whether it can take a guest more.
    pub fn takes(&self, need: Need) -> Room {
        match self.trust {
            NodeTrust::Online => self.memory(need.memory).max(self.disks(need)),
            NodeTrust::Offline => Room::Away,
            NodeTrust::Stale | NodeTrust::Isolated | NodeTrust::Untold => Room::Unknown,
        }
    }

    fn memory(&self, need: Option<u64>) -> Room {
        let (need, free, idle) = match (need, self.free(), self.idle()) {
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

    fn disks(&self, need: Need) -> Room {
        let Some(disk) = need.disk else { return Room::Unknown };
        let Some(kind) = need.kind.filter(|_| disk > 0) else { return Room::Fits };
        match self.disk(kind) {
            Some((_, Some(free))) if *free >= disk => Room::Fits,
            Some((_, None)) => Room::Unknown,
            // Too small, or no storage there holds such disks at all.
            _ => Room::Full,
        }
    }
}

/// Every node of the fleet as a place to run guests.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    /// Those of one source together, in the order of the sources; the roomiest first in each.
    all: Vec<NodeRoom>,
    /// Where those of a source begin and end in `all`.
    of: HashMap<SourceName, (usize, usize)>,
    /// Those of each site by the memory they have free as configured, most first.
    by_site: HashMap<usize, Vec<usize>>,
    /// All of them by the memory they have free as configured, most first.
    by_free: Vec<usize>,
    /// The same as used.
    by_idle: Vec<usize>,
    /// Nodes of which something cannot be told.
    untold: Vec<usize>,
    /// The most that any storage has free for disks of VMs, and of containers.
    disks: [Option<u64>; 2],
}

impl Rooms {
    /// Works them out, from `/cluster/resources` and the guests' configurations.
    pub fn new(ctx: &Context<'_>) -> Self {
        let mut rooms = Self::default();
        for source in ctx.of(Product::Pve) {
            let Some(pve) = source.pve() else { continue };
            let from = rooms.all.len();
            rooms.all.extend(of_source(source, pve));
            let own = rooms.all.get_mut(from..).unwrap_or_default();
            own.sort_by_key(|room| Reverse(room.free()));
            rooms.of.insert(source.name().clone(), (from, rooms.all.len()));
        }
        let all = &rooms.all;
        let ranked = |of: fn(&NodeRoom) -> Option<u64>| {
            let mut ranked: Vec<usize> = (0..all.len()).collect();
            ranked.sort_by_key(|at| Reverse(all.get(*at).and_then(of)));
            ranked
        };
        (rooms.by_free, rooms.by_idle) = (ranked(NodeRoom::free), ranked(NodeRoom::idle));
        for at in &rooms.by_free {
            if let Some(room) = all.get(*at) {
                rooms.by_site.entry(room.site).or_default().push(*at);
            }
        }
        let untold = (0..).zip(all).filter(|(_, room)| room.is_untold());
        rooms.untold = untold.map(|(at, _)| at).collect();
        rooms.disks = [GuestKind::Qemu, GuestKind::Lxc].map(|kind| {
            all.iter().filter_map(|room| room.disk(kind).and_then(|(_, free)| *free)).max()
        });
        rooms
    }

    /// The nodes of a source, the roomiest first.
    pub fn of(&self, source: &SourceName) -> &[NodeRoom] {
        self.all.get(self.span(source)).unwrap_or_default()
    }

    /// A node.
    pub fn node(&self, source: &SourceName, node: &NodeName) -> Option<&NodeRoom> {
        self.of(source).iter().find(|room| room.node == *node)
    }

    /// Every node: those of one source together, in the order of the sources.
    pub fn all(&self) -> &[NodeRoom] {
        &self.all
    }

    /// The places in [`Rooms::all`] of the nodes of a site, those with most free memory first.
    pub fn at_site(&self, site: usize) -> &[usize] {
        self.by_site.get(&site).map_or(&[], Vec::as_slice)
    }

    /// Where the nodes of a source begin and end in [`Rooms::all`], the roomiest first.
    pub fn span(&self, source: &SourceName) -> Range<usize> {
        let (from, to) = self.of.get(source).copied().unwrap_or_default();
        from..to
    }

    /// Whether there is no other machine than this one.
    pub fn is_alone(&self, source: &SourceName, node: &NodeName) -> bool {
        self.all.iter().all(|room| room.source == *source && room.node == *node)
    }

    /// The best node but those that are lost for a guest of `source`: where it fits; in its own
    /// cluster before its own site, and there before elsewhere.
    pub fn best<'r>(
        &'r self,
        source: &SourceContext<'_>,
        need: Need,
        is_lost: impl Fn(&NodeRoom) -> bool,
    ) -> Option<(&'r NodeRoom, Room)> {
        let mut best: Option<(&NodeRoom, Room)> = None;
        // Whether something at least as good as `goal` is found, this one being asked too.
        let mut is_met = |room: Option<&'r NodeRoom>, goal: Room| {
            if let Some(room) = room.filter(|room| !is_lost(room)) {
                let takes = room.takes(need);
                if best.is_none_or(|(_, known)| takes < known) {
                    best = Some((room, takes));
                }
            }
            best.is_some_and(|(_, room)| room <= goal)
        };
        let at = |at: &usize| self.all.get(*at);
        // What cannot be told of its own need is told nowhere.
        let is_told = need.memory.is_some() && need.disk.is_some();
        let goal = if is_told { Room::Fits } else { Room::Unknown };
        let enough = |of: Option<u64>| need.memory.is_none() || of >= need.memory;
        let free = |room: &&usize| at(room).is_some_and(|room| enough(room.free()));
        let idle = |room: &&usize| at(room).is_some_and(|room| enough(room.idle()));
        let holds = self.may_hold(need);
        let own = self.span(source.name());
        let mut elsewhere =
            self.at_site(source.site_index).iter().filter(|room| !own.contains(room));
        let _ = self.of(source.name()).iter().any(|room| is_met(Some(room), goal))
            || elsewhere.any(|room| is_met(at(room), goal))
            || holds && self.by_free.iter().take_while(free).any(|room| is_met(at(room), goal))
            || holds
                && self
                    .by_idle
                    .iter()
                    .take_while(idle)
                    .any(|r| is_met(at(r), goal.max(Room::Tight)))
            || self.untold.iter().any(|room| is_met(at(room), Room::Unknown))
            || self.by_free.iter().any(|room| is_met(at(room), Room::Full));
        best
    }

    /// Whether any storage there is may hold the disks of a guest.
    fn may_hold(&self, need: Need) -> bool {
        let (Some(disk), Some(kind)) = (need.disk.filter(|disk| *disk > 0), need.kind) else {
            return true;
        };
        let [vms, containers] = self.disks;
        let most = match kind {
            GuestKind::Qemu => vms,
            GuestKind::Lxc => containers,
        };
        most.is_some_and(|most| most >= disk)
    }
}

fn of_source<'a>(
    source: &'a SourceContext<'_>,
    pve: &'a PveSurvey,
) -> impl Iterator<Item = NodeRoom> + 'a {
    let resources = pve.resources.live(source.now).filter(|_| source.is_fresh());
    let mut promised: HashMap<&NodeName, u64> = HashMap::new();
    for guest in resources.iter().flat_map(|r| &r.guests) {
        if &*guest.state != "stopped" && !guest.template {
            let sum = promised.entry(&guest.node).or_default();
            *sum = sum.saturating_add(guest.memory.map_or(0, |memory| memory.total));
        }
    }
    source.nodes.iter().map(move |(node, trust)| {
        let memory = resources.and_then(|r| r.node(node)).and_then(|n| n.memory);
        let storages = resources.map_or(&[][..], |r| &r.storages).iter();
        let here = storages.filter(|s| s.node == *node && s.available);
        let roomiest = |content: &str| {
            let fit = here.clone().filter(|s| s.content.iter().any(|c| &**c == content));
            let free = fit.map(|s| {
                let free = s.usage.map(|usage| usage.total.saturating_sub(usage.used));
                (s.name.clone(), free)
            });
            free.max_by_key(|(_, free)| *free)
        };
        NodeRoom {
            source: source.name().clone(),
            index: source.index,
            site: source.site_index,
            node: node.clone(),
            trust,
            total: memory.map(|m| m.total),
            used: memory.map(|m| m.used),
            promised: promised.get(node).copied().unwrap_or(0),
            disks: [roomiest("images"), roomiest("rootdir")],
            storages: here.clone().map(|s| s.name.clone()).collect(),
        }
    })
}
