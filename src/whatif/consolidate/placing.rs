//! Guests put on nodes, all of them at once.

use super::packing::{Bins, Packed, Steps, pack};
use crate::judge::recovery::ledger::{Ledger, Load, Mark};
use crate::judge::recovery::yard::Yard;
use crate::judge::rows::recovery::Room;

/// A place for a guest: a node, and the storage there that its disks go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) at: usize,
    pub(super) pool: Option<usize>,
}

/// What a search for room came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// Where each goes, in the order in which they are put, and the worst that is said of them.
    Found(Room, Vec<(usize, Spot)>),
    /// Nothing was found; there may be something.
    NotFound,
    /// It was ruled out.
    Impossible,
}

/// What is placed: each thing by its number, with what it takes on a node.
pub(super) struct Placing<'p, F> {
    pub(super) yard: &'p Yard,
    /// The nodes that may take it.
    pub(super) onto: &'p [usize],
    pub(super) load: F,
    /// Whether it is room on storages that is used up first, not memory.
    pub(super) by_disk: bool,
}

impl<'l, F: Fn(usize, usize) -> Load<'l>> Placing<'_, F> {
    /// Looks for places for so many things beside what the ledger holds: all of them where they
    /// fit by both counts of memory, else by one, else where it cannot be told.
    pub(super) fn place(&self, ledger: &Ledger, things: usize, steps: &Steps) -> Placed {
        let at = self.onto.first().copied().unwrap_or_default();
        let load = |thing: &usize| (self.load)(*thing, at);
        let mut quick: Vec<usize> = (0..things).collect();
        quick.sort_by_key(|thing| {
            let load = load(thing);
            std::cmp::Reverse(if self.by_disk { load.disk } else { load.memory })
        });
        // Of guests that fit as memory is used, but not as it is configured, those go first that
        // use least of theirs: if any order is good, this one is. So what fails in this order
        // fails in all.
        let mut best = quick.clone();
        best.sort_by_key(|thing| {
            let load = load(thing);
            std::cmp::Reverse(load.memory.map(|memory| memory.saturating_sub(load.used)))
        });
        let mut last = Placed::Impossible;
        for level in [Room::Fits, Room::Tight, Room::Unknown] {
            let mut bins =
                Level { placing: self, ledger: ledger.clone(), worst: level, marks: Vec::new() };
            last = match pack(&mut bins, &quick, &best, steps) {
                Packed::Found(spots) => return Placed::Found(level, spots),
                Packed::NotFound => Placed::NotFound,
                Packed::Impossible => Placed::Impossible,
            };
        }
        last
    }
}

/// The nodes as bins, where nothing is put that fits less well than this.
struct Level<'b, 'p, F> {
    placing: &'b Placing<'p, F>,
    ledger: Ledger,
    worst: Room,
    marks: Vec<Mark>,
}

impl<'l, F: Fn(usize, usize) -> Load<'l>> Bins for Level<'_, '_, F> {
    type Spot = Spot;

    fn spots(&self, thing: usize) -> Vec<(Spot, u64)> {
        let Placing { yard, onto, load, by_disk } = self.placing;
        let of = |at: usize| {
            let spots = yard.spots(&self.ledger, at, load(thing, at)).into_iter();
            let fit = spots.filter(|(_, room)| *room <= self.worst);
            fit.map(move |(pool, _)| {
                let left = match pool.filter(|_| *by_disk) {
                    Some(pool) => yard.free_on(&self.ledger, pool),
                    None => yard.free(&self.ledger, at).or_else(|| yard.idle(&self.ledger, at)),
                };
                (Spot { at, pool }, left.unwrap_or(0))
            })
        };
        onto.iter().flat_map(|at| of(*at)).collect()
    }

    fn put(&mut self, thing: usize, spot: Spot) {
        self.marks.push(self.ledger.mark(spot.at, spot.pool));
        self.ledger.put_on(spot.at, (self.placing.load)(thing, spot.at), spot.pool);
    }

    fn undo(&mut self) {
        if let Some(mark) = self.marks.pop() {
            self.ledger.restore(&mark);
        }
    }
}
