//! Guests on their way from the nodes that are emptied.

use std::cmp::Reverse;

use super::packing::Steps;
use super::placing::{Placed, Placing, Spot};
use super::{Moved, Packing, Place};
use crate::fleet::id::{SourceName, StorageName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::judge::context::NodeTrust;
use crate::judge::recovery::ledger::{Ledger, Load};
use crate::judge::recovery::need::{cpus, data, memory};
use crate::judge::recovery::room::NodeRoom;
use crate::judge::recovery::ways::unplugged;
use crate::judge::rows::recovery::{Room, Tie};
use crate::whatif::stage::{Known, Stage};
use crate::whatif::window::{Runs, Window};

/// What takes nothing.
pub(super) const NOTHING: Load<'static> =
    Load { memory: Some(0), used: 0, disk: Some(0), kind: None, cards: None, cpus: None };

/// A guest with what it takes along.
pub(super) struct Mover<'a> {
    pub(super) known: Known<'a>,
    pub(super) load: Load<'a>,
    /// Bytes of disks to be carried to a node of its own source, and to any other.
    pub(super) home: Option<u64>,
    pub(super) away: Option<u64>,
    /// The shared storages that its disks lie on.
    pub(super) shared: Vec<StorageName>,
}

impl<'a> Mover<'a> {
    pub(super) fn new(known: Known<'a>) -> Self {
        let need = known.guest.and_then(|guest| memory(guest, known.config));
        let used = known.guest.and_then(|guest| guest.memory).map(|memory| memory.used);
        let used = used.or(need).filter(|_| need != Some(0)).unwrap_or(0);
        let shared = |name| {
            let storages = known.pve.storages.known().map_or(&[][..], Vec::as_slice);
            storages.iter().any(|s| Some(&s.name) == name && s.shared && s.pbs.is_none())
        };
        let sizes = |with_shared: bool| {
            let disks = data(known.config);
            let moved = disks.filter(|disk| with_shared || !shared(disk.storage.as_ref()));
            known.config.and_then(|_| moved.map(|disk| disk.size).sum::<Option<u64>>())
        };
        let kind = Some(known.row.kind);
        Self {
            load: Load {
                memory: need,
                used: used.min(need.unwrap_or(u64::MAX)),
                disk: Some(0),
                kind,
                cpus: known.guest.and_then(|guest| cpus(guest, known.config)),
                cards: known.config.map(|config| config.bridges.as_slice()),
            },
            home: sizes(false),
            away: sizes(true),
            shared: data(known.config)
                .filter(|disk| shared(disk.storage.as_ref()))
                .filter_map(|disk| disk.storage.clone())
                .collect(),
            known,
        }
    }

    /// Where it goes.
    fn moved(&self, target: Option<Place>, room: Room) -> Moved {
        let row = self.known.row;
        Moved {
            source: row.source.clone(),
            vmid: row.vmid,
            name: row.name.clone(),
            node: row.node.clone(),
            target,
            room,
        }
    }

    /// What it takes on a node: shared disks stay where they are for those that see them.
    fn at(&self, room: &NodeRoom) -> Load<'a> {
        let is_own = room.source == *self.known.source.name();
        let sees = if is_own { room.sees(&self.shared) } else { Some(false) };
        let disk = match sees {
            Some(true) => self.home,
            Some(false) => self.away,
            // Whether they are carried cannot be told.
            None => self.home.filter(|_| self.home == self.away),
        };
        Load { disk, ..self.load }
    }
}

/// Where all guests go, in their order.
pub(super) struct Spread {
    pub(super) guests: Vec<Moved>,
    /// The storage that what is carried of each goes to, by its place in the yard.
    pub(super) pools: Vec<Option<usize>>,
}

impl Spread {
    fn new(mut moved: Vec<(usize, Moved, Option<usize>)>) -> Self {
        moved.sort_by_key(|(number, ..)| *number);
        let (guests, pools) = moved.into_iter().map(|(_, moved, pool)| (moved, pool)).unzip();
        Self { guests, pools }
    }
}

/// The guests of a node.
pub(super) fn guests_of<'a>(stage: &Stage<'a>, at: usize) -> Vec<Known<'a>> {
    let Some(room) = stage.yard.room(at) else { return Vec::new() };
    let rows = stage.guests(room.index, &room.node).iter();
    rows.filter_map(|row| stage.known(room.index, row)).collect()
}

/// The guests of the nodes that are emptied, in the order of the sources, by number.
pub(super) fn movers<'a>(stage: &Stage<'a>, from: &[usize]) -> Vec<Mover<'a>> {
    let guests = from.iter().flat_map(|at| guests_of(stage, *at));
    let mut movers: Vec<Mover<'a>> = guests.map(Mover::new).collect();
    movers.sort_by_key(|mover| (mover.known.source.index, mover.known.row.vmid));
    movers
}

/// Guests on their way.
pub(super) struct Moving<'s, 'a> {
    pub(super) stage: &'s Stage<'a>,
    pub(super) movers: Vec<Mover<'a>>,
    pub(super) onto: &'s [usize],
    /// What all searches may take together.
    pub(super) steps: &'s Steps,
}

impl Moving<'_, '_> {
    /// What a guest takes on a node.
    pub(super) fn load<'m>(&self, mover: &Mover<'m>, at: usize) -> Load<'m> {
        self.stage.yard.room(at).map_or(mover.load, |room| mover.at(room))
    }

    /// What ties the guests to where they are, and the storages that are not where each would go.
    pub(super) fn ties(&self, guests: &[Moved]) -> Vec<(SourceName, Vmid, Vec<Tie>)> {
        let mut all = Vec::new();
        for (mover, moved) in self.movers.iter().zip(guests) {
            let row = mover.known.row;
            // The judge names what the node of its replica lacks.
            let of_target =
                |tie: &&Tie| matches!(tie, Tie::Storage(_) | Tie::Bridge(_) | Tie::BridgeUntold(_));
            let own = row.recovery.ties.iter().filter(|tie| !of_target(tie));
            let mut ties: Vec<Tie> = own.cloned().collect();
            let yard = &self.stage.yard;
            let at = moved
                .target
                .as_ref()
                .and_then(|(source, node)| yard.find(self.stage.ctx.source(source)?.index, node));
            if let (Some(at), Some(config)) = (at, mover.known.config) {
                ties.extend(unplugged(yard, at, config));
            }
            if self.is_taken(guests, moved) {
                ties.push(Tie::Number(moved.vmid));
            }
            let target = at.and_then(|at| yard.room(at));
            if let Some(room) = target {
                for storage in data(mover.known.config).filter_map(|disk| disk.storage.as_ref()) {
                    let tie = Tie::Storage(storage.clone());
                    if room.sees([storage]) == Some(false) && !ties.contains(&tie) {
                        ties.push(tie);
                    }
                }
            }
            if !ties.is_empty() {
                all.push((row.source.clone(), row.vmid, ties));
            }
        }
        all
    }

    /// Whether a guest's number belongs to another one where it goes: to one that is there, or that
    /// goes there too.
    fn is_taken(&self, guests: &[Moved], moved: &Moved) -> bool {
        let Some((there, _)) = moved.target.as_ref().filter(|(of, _)| *of != moved.source) else {
            return false;
        };
        let is_there = self
            .stage
            .ctx
            .source(there)
            .is_some_and(|source| source.guests().iter().any(|guest| guest.vmid == moved.vmid));
        let before = guests.iter().take_while(|other| *other != moved);
        let goes_there = |other: &Moved| {
            other.vmid == moved.vmid && other.target.as_ref().is_some_and(|(of, _)| of == there)
        };
        is_there || before.into_iter().any(goes_there)
    }

    /// Whether all guests of a node's source are seen, as they are now.
    pub(super) fn is_told(&self, at: usize) -> bool {
        let ctx = self.stage.ctx;
        let source = self.stage.yard.room(at).and_then(|room| ctx.source(&room.source));
        source.is_some_and(|source| {
            source.is_fresh()
                && source.rights.vm_audit_below == Some(true)
                && source.pve().is_some_and(|pve| pve.resources.is_young(source.now))
        })
    }

    /// Whether what a node says is what it is now.
    pub(super) fn is_online(&self, at: usize) -> bool {
        self.stage.yard.room(at).is_some_and(|room| room.trust == NodeTrust::Online)
    }

    /// Whether a node is off.
    pub(super) fn is_off(&self, at: usize) -> bool {
        self.stage.yard.room(at).is_some_and(|room| room.trust == NodeTrust::Offline)
    }

    /// Finds a place for all guests; where none is found, those with most memory go first, each
    /// where there is most room. The ledger is left with what was put where.
    pub(super) fn place(&self, ledger: &mut Ledger) -> (Spread, Packing) {
        let placing = Placing {
            yard: &self.stage.yard,
            onto: self.onto,
            load: |thing: usize, at: usize| self.load_of(thing, at),
            by_disk: false,
        };
        let placed = if self.is_too_much() {
            Placed::Impossible
        } else {
            placing.place(ledger, self.movers.len(), self.steps)
        };
        match placed {
            Placed::Found(_, spots) => (self.put(ledger, &spots), Packing::Found),
            Placed::NotFound => {
                let mut moved = self.spread(ledger);
                // Nobody has shown that these fit nowhere.
                for left in moved.guests.iter_mut().filter(|moved| moved.room > Room::Unknown) {
                    (left.room, left.target) = (Room::Unknown, None);
                }
                (moved, Packing::NotFound)
            }
            Placed::Impossible => (self.spread(ledger), Packing::Impossible),
        }
    }

    /// Puts the guests where they were found to fit.
    fn put(&self, ledger: &mut Ledger, spots: &[(usize, Spot)]) -> Spread {
        let yard = &self.stage.yard;
        let mut moved = Vec::new();
        for (number, Spot { at, pool }) in spots {
            let Some(mover) = self.movers.get(*number) else { continue };
            let load = self.load(mover, *at);
            let spots = yard.spots(ledger, *at, load).into_iter();
            let room = spots.filter(|(other, _)| other == pool).map(|(_, room)| room).min();
            ledger.put_on(*at, load, *pool);
            let room = room.unwrap_or(Room::Unknown);
            moved.push((*number, mover.moved(yard.name(*at), room), *pool));
        }
        Spread::new(moved)
    }

    /// Puts the guests where there is most room, those with most memory first.
    fn spread(&self, ledger: &mut Ledger) -> Spread {
        let yard = &self.stage.yard;
        let mut order: Vec<usize> = (0..self.movers.len()).collect();
        let size = |mover: &Mover<'_>| Reverse((mover.load.memory, mover.away));
        order.sort_by_key(|at| self.movers.get(*at).map(size));
        let mut moved = Vec::new();
        for number in order {
            let Some(mover) = self.movers.get(number) else { continue };
            let room = |at: &usize| yard.takes(ledger, *at, self.load(mover, *at));
            let best = self
                .onto
                .iter()
                .map(|at| (*at, room(at)))
                .min_by_key(|(at, room)| (*room, Reverse(yard.free(ledger, *at))));
            let pool = best.filter(|(_, room)| *room <= Room::Unknown);
            let pool = pool.and_then(|(at, _)| ledger.put(yard, at, self.load(mover, at)));
            let target = best.and_then(|(at, _)| yard.name(at));
            let room = best.map_or(Room::Full, |(_, room)| room);
            moved.push((number, mover.moved(target, room), pool));
        }
        Spread::new(moved)
    }

    /// Whether the guests use more memory than the nodes have by either count, or their disks
    /// are more than the storages hold: then no search is needed.
    fn is_too_much(&self) -> bool {
        let yard = &self.stage.yard;
        let most = |at: &usize| {
            let room = yard.room(*at)?;
            match room.trust {
                NodeTrust::Online => Some(u128::from(room.most_free()?.max(room.idle()?))),
                NodeTrust::Offline => Some(0),
                _ => None,
            }
        };
        let memory: Option<u128> = self.onto.iter().map(most).sum();
        // What a guest needs is at least what it uses.
        let told = self.movers.iter().filter(|mover| mover.load.memory.is_some());
        let used: u128 = told.map(|mover| u128::from(mover.load.used)).sum();
        let least = |mover: &Mover<'_>| mover.home.zip(mover.away).map(|(h, a)| h.min(a));
        let disks: u128 = self.movers.iter().filter_map(least).map(u128::from).sum();
        let storage = yard.disk_of(self.onto).map(u128::from);
        let is_online = self.onto.iter().all(|at| self.is_online(*at) || self.is_off(*at));
        memory.is_some_and(|most| used > most)
            || is_online && storage.is_some_and(|most| disks > most)
    }

    /// The nodes that are left of the clusters that lose or get guests.
    pub(super) fn remaining(&self, from: &[usize]) -> Vec<usize> {
        let yard = &self.stage.yard;
        let source = |at: &usize| yard.room(*at).map(|room| room.index);
        let touched: Vec<usize> = from.iter().chain(self.onto).filter_map(source).collect();
        let all = yard.all().iter().enumerate();
        let own = all.filter(|(at, room)| touched.contains(&room.index) && !from.contains(at));
        own.map(|(at, _)| at).collect()
    }

    /// What a guest by its number takes on a node.
    pub(super) fn load_of(&self, thing: usize, at: usize) -> Load<'_> {
        self.movers.get(thing).map_or(NOTHING, |mover| self.load(mover, at))
    }

    /// How long the backups of each node take when all have moved.
    pub(super) fn windows(&self, from: &[usize], guests: &[Moved]) -> Vec<Window> {
        let yard = &self.stage.yard;
        let pve = |at: usize| {
            let source = self.stage.ctx.source(&yard.room(at)?.source)?;
            source.pve().map(|pve: &PveSurvey| (source.index, pve))
        };
        let mut runs: Vec<(usize, Runs<'_>)> = Vec::new();
        for (index, pve) in from.iter().chain(self.onto).filter_map(|at| pve(*at)) {
            if runs.iter().all(|(known, _)| *known != index) {
                runs.push((index, Runs::new(self.stage, index, pve)));
            }
        }
        let takes = |at: usize, guests: &[Known<'_>], is_whole: bool| {
            let room = yard.room(at)?;
            let (_, runs) = runs.iter().find(|(index, _)| *index == room.index)?;
            runs.takes(guests, is_whole.then_some(&room.node))
        };
        let window = |at: &usize| {
            let (source, node) = yard.name(*at)?;
            let own = takes(*at, &guests_of(self.stage, *at), true);
            let name = Some((source.clone(), node.clone()));
            let came = from.iter().map(|old| {
                let old_name = yard.name(*old)?;
                let all = self.movers.iter().zip(guests);
                let all = all.filter(|(_, m)| (&m.source, &m.node) == (&old_name.0, &old_name.1));
                let came: Vec<Known<'_>> = all
                    .clone()
                    .filter(|(_, moved)| moved.target == name)
                    .map(|(mover, _)| mover.known)
                    .collect();
                let is_whole = came.len() == all.count();
                takes(*old, &came, is_whole)
            });
            let sum = own.into_iter().map(Some).chain(came).sum::<Option<i64>>();
            Some(Window { source, node, before: own, takes: own.and(sum) })
        };
        self.onto.iter().filter_map(window).collect()
    }
}
