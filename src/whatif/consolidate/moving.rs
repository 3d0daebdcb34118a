//! Guests on their way from the nodes that are emptied.

use std::cmp::Reverse;

use super::Moved;
use crate::fleet::id::{SourceName, StorageName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::judge::context::NodeTrust;
use crate::judge::recovery::need::{data, memory};
use crate::judge::recovery::room::NodeRoom;
use crate::judge::recovery::ways::unplugged;
use crate::judge::recovery::yard::{Ledger, Load};
use crate::judge::rows::recovery::{Room, Tie};
use crate::whatif::stage::{Known, Stage};
use crate::whatif::window::{Runs, Window};

/// A guest with what it takes along.
pub(super) struct Mover<'a> {
    pub(super) known: Known<'a>,
    pub(super) load: Load<'a>,
    /// Bytes of disks to be carried to a node of its own source, and to any other.
    pub(super) home: Option<u64>,
    pub(super) away: Option<u64>,
    /// The shared storages that its disks lie on.
    shared: Vec<StorageName>,
}

impl<'a> Mover<'a> {
    fn new(known: Known<'a>) -> Self {
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

    /// What it takes on a node: shared disks stay where they are for those that see them.
    fn at(&self, room: &NodeRoom) -> Load<'a> {
        let is_home = room.source == *self.known.source.name() && room.may_see(&self.shared);
        Load { disk: if is_home { self.home } else { self.away }, ..self.load }
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
            let target = at.and_then(|at| yard.room(at));
            if let Some(room) = target.filter(|room| !room.storages.is_empty()) {
                for storage in data(mover.known.config).filter_map(|disk| disk.storage.as_ref()) {
                    let tie = Tie::Storage(storage.clone());
                    if !room.storages.contains(storage) && !ties.contains(&tie) {
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

    /// Puts the guests where there is most room, those with most memory first.
    pub(super) fn place(&self, ledger: &mut Ledger) -> Vec<Moved> {
        let yard = &self.stage.yard;
        let mut order: Vec<usize> = (0..self.movers.len()).collect();
        let size = |mover: &Mover<'_>| Reverse((mover.load.memory, mover.away));
        order.sort_by_key(|at| self.movers.get(*at).map(size));
        let mut moved: Vec<(usize, Moved)> = Vec::new();
        for number in order {
            let Some(mover) = self.movers.get(number) else { continue };
            let room = |at: &usize| yard.takes(ledger, *at, self.load(mover, *at));
            let best = self
                .onto
                .iter()
                .map(|at| (*at, room(at)))
                .min_by_key(|(at, room)| (*room, Reverse(yard.free(ledger, *at))));
            if let Some((at, room)) = best
                && room <= Room::Unknown
            {
                ledger.put(yard, at, self.load(mover, at));
            }
            let row = mover.known.row;
            moved.push((
                number,
                Moved {
                    source: row.source.clone(),
                    vmid: row.vmid,
                    name: row.name.clone(),
                    node: row.node.clone(),
                    target: best.and_then(|(at, _)| yard.name(at)),
                    room: best.map_or(Room::Full, |(_, room)| room),
                },
            ));
        }
        moved.sort_by_key(|(number, _)| *number);
        moved.into_iter().map(|(_, moved)| moved).collect()
    }

    /// Whether the others hold the guests of any one node in memory, when all have moved.
    pub(super) fn after(&self, guests: &[Moved], ledger: &Ledger) -> Room {
        let yard = &self.stage.yard;
        let mut worst = Room::Fits;
        for dead in self.onto {
            let name = yard.name(*dead);
            let came = self.movers.iter().zip(guests).filter(|(_, moved)| moved.target == name);
            let was = guests_of(self.stage, *dead).into_iter().map(|known| Mover::new(known).load);
            let mut loads: Vec<Load> = came.map(|(mover, _)| mover.load).chain(was).collect();
            loads.sort_by_key(|load| Reverse(load.memory));
            let mut ledger = ledger.clone();
            for load in loads.into_iter().filter(|load| load.memory != Some(0)) {
                let others = self.onto.iter().filter(|at| *at != dead);
                let best = others
                    .map(|at| (*at, yard.takes(&ledger, *at, load)))
                    .min_by_key(|(at, room)| (*room, Reverse(yard.free(&ledger, *at))));
                if let Some((at, _)) = best {
                    ledger.put(yard, at, load);
                }
                worst = worst.max(best.map_or(Room::Full, |(_, room)| room));
            }
        }
        worst
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
