//! What the death of one node would leave, once others are emptied.

use super::moving::{Mover, Moving, NOTHING, Spread, guests_of};
use super::placing::{Placed, Placing};
use crate::judge::recovery::ledger::{Ledger, Load};
use crate::judge::rows::recovery::{Room, WayKind};

/// A guest of the node that dies.
struct Stranded<'m, 'a> {
    mover: &'m Mover<'a>,
    /// Bytes of its disks that are on that node, or on the storage they were carried to.
    own: Option<u64>,
    /// That storage, by its place in the yard; none for one that did not move.
    pool: Option<usize>,
    /// Bytes that lie on shared storage of its own source.
    stays: Option<u64>,
    /// Whether it is in its own source still, and so has the replicas it had.
    is_home: bool,
}

impl Moving<'_, '_> {
    /// Whether, of the nodes that are left, the others could take over the guests of any one that
    /// is on, with their disks; and the one whose death would be worst, where it is not all right.
    /// A disk has to be brought back unless it lies on storage that the other node sees too, or has
    /// a replica there.
    pub(super) fn after(
        &self,
        spread: &Spread,
        ledger: &Ledger,
        remaining: &[usize],
    ) -> (Room, Option<usize>) {
        let yard = &self.stage.yard;
        let mut worst = (Room::Fits, None);
        for dead in remaining.iter().filter(|at| !self.is_off(**at)) {
            let there = guests_of(self.stage, *dead).into_iter().map(Mover::new);
            let there: Vec<Mover<'_>> = there.collect();
            let mut stranded = self.came(spread, *dead);
            stranded.extend(there.iter().map(Stranded::new));
            stranded.retain(Stranded::needs_anything);
            let others: Vec<usize> = remaining.iter().filter(|at| *at != dead).copied().collect();
            let load = |thing: usize, at: usize| {
                stranded.get(thing).map_or(NOTHING, |guest| self.again(guest, at))
            };
            let placing = Placing { yard, onto: &others, load, by_disk: false };
            let room = match placing.place(ledger, stranded.len(), self.steps) {
                Placed::Found(room, _) => room,
                Placed::NotFound => Room::Unknown,
                Placed::Impossible => Room::Full,
            };
            if room > worst.0 {
                worst = (room, Some(*dead));
            }
            // Nothing is worse.
            if room == Room::Full {
                break;
            }
        }
        worst
    }

    /// The guests that moved to a node.
    fn came(&self, spread: &Spread, at: usize) -> Vec<Stranded<'_, '_>> {
        let name = self.stage.yard.name(at);
        let all = self.movers.iter().zip(&spread.guests).zip(&spread.pools);
        all.filter(|((_, moved), _)| moved.target == name && moved.room <= Room::Unknown)
            .map(|((mover, _), pool)| {
                let own = self.load(mover, at).disk;
                let stays = mover.away.zip(own).map(|(all, own)| all.saturating_sub(own));
                let source = self.stage.yard.room(at).map(|room| &room.source);
                let is_home = source == Some(mover.known.source.name());
                Stranded { mover, own, pool: *pool, stays, is_home }
            })
            .collect()
    }

    /// What a guest takes on another node.
    fn again<'m>(&self, guest: &Stranded<'m, '_>, at: usize) -> Load<'m> {
        let mover = guest.mover;
        Load { disk: self.brought(guest, at), ..mover.load }
    }

    /// Bytes of its disks that have to be brought there; none: cannot be told.
    fn brought(&self, guest: &Stranded<'_, '_>, at: usize) -> Option<u64> {
        let yard = &self.stage.yard;
        let Mover { known, shared, .. } = guest.mover;
        let is_replica_there = known.row.recovery.ways.iter().any(|way| {
            way.kind != WayKind::Restore && way.point.is_some() && way.target == yard.name(at)
        });
        if guest.is_home && is_replica_there {
            return Some(0);
        }
        let is_seen = guest.pool.is_some_and(|pool| yard.sees(at, pool));
        let own = if is_seen { Some(0) } else { guest.own };
        let stays = guest.stays?;
        if stays == 0 {
            return own;
        }
        let room = yard.room(at)?;
        let is_home = room.source == *known.source.name();
        let sees = if is_home { room.sees(shared) } else { Some(false) };
        Some(own?.saturating_add(if sees? { 0 } else { stays }))
    }
}

impl<'m, 'a> Stranded<'m, 'a> {
    /// A guest that did not move.
    fn new(mover: &'m Mover<'a>) -> Self {
        let stays = mover.away.zip(mover.home).map(|(all, own)| all.saturating_sub(own));
        Self { mover, own: mover.home, pool: None, stays, is_home: true }
    }

    /// Whether there is anything to find room for.
    fn needs_anything(&self) -> bool {
        self.mover.load.memory != Some(0) || self.own != Some(0) || self.stays != Some(0)
    }
}
