//! Things put into bins: some quick tries, then a search that takes so many steps at most.
//!
//! What is found is a valid packing; that there is none is only said where everything was tried.

use std::cell::Cell;

/// Steps that one search may take.
const SEARCH: u32 = 20_000;

/// Steps that are left to all searches of one plan together.
#[derive(Debug)]
pub(super) struct Steps(Cell<u32>);

impl Steps {
    /// What a plan may take: about a second, of which no search takes more than a fifth.
    pub(super) const PLAN: u32 = 5 * SEARCH;

    pub(super) const fn new(left: u32) -> Self {
        Self(Cell::new(left))
    }

    /// How many are left.
    pub(super) fn left(&self) -> u32 {
        self.0.get()
    }

    /// Takes one, where there is one.
    fn take(&self) -> bool {
        let left = self.left();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// What things are put into.
pub(super) trait Bins {
    /// A place for a thing.
    type Spot: Copy;
    /// Where a thing may go as things are now, and what would be left there.
    fn spots(&self, thing: usize) -> Vec<(Self::Spot, u64)>;
    /// Puts it there.
    fn put(&mut self, thing: usize, spot: Self::Spot);
    /// Takes away what was put last.
    fn undo(&mut self);
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packed<S> {
    /// Where each goes, in the order they were given, in which they were put.
    Found(Vec<(usize, S)>),
    /// Nothing was found, and not everything tried.
    NotFound,
    /// Everything was tried.
    Impossible,
}

/// Puts things into bins, which are left as they were: in the quick order each where most is left;
/// else each where least is left; else, in the best order, every way, up to so many
/// steps.
pub(super) fn pack<B: Bins>(
    bins: &mut B,
    quick: &[usize],
    best: &[usize],
    steps: &Steps,
) -> Packed<B::Spot> {
    // What finds no place in empty bins finds none in fuller ones.
    if best.iter().any(|thing| bins.spots(*thing).is_empty()) {
        return Packed::Impossible;
    }
    for (order, fullest) in [(quick, false), (quick, true), (best, true)] {
        if let Some(found) = descend(bins, order, fullest) {
            return Packed::Found(found);
        }
    }
    search(bins, best, steps)
}

/// Each thing where most is left of what can take it, or least.
fn descend<B: Bins>(
    bins: &mut B,
    things: &[usize],
    fullest: bool,
) -> Option<Vec<(usize, B::Spot)>> {
    let mut found = Vec::with_capacity(things.len());
    for thing in things {
        let spots = bins.spots(*thing).into_iter();
        let best = if fullest {
            spots.min_by_key(|(_, left)| *left)
        } else {
            // Of equals the first.
            spots.rev().max_by_key(|(_, left)| *left)
        };
        let Some((spot, _)) = best else { break };
        bins.put(*thing, spot);
        found.push((*thing, spot));
    }
    take_away(bins, found.len());
    (found.len() == things.len()).then_some(found)
}

fn take_away<B: Bins>(bins: &mut B, count: usize) {
    for _ in 0..count {
        bins.undo();
    }
}

/// Every way, those that leave least first.
fn search<B: Bins>(bins: &mut B, things: &[usize], steps: &Steps) -> Packed<B::Spot> {
    // By depth, what was not tried yet.
    let mut open: Vec<std::vec::IntoIter<B::Spot>> = Vec::new();
    let mut found: Vec<(usize, B::Spot)> = Vec::new();
    let mut left = SEARCH;
    loop {
        let Some(thing) = things.get(found.len()) else {
            take_away(bins, found.len());
            return Packed::Found(found);
        };
        if open.len() == found.len() {
            let mut spots = bins.spots(*thing);
            spots.sort_by_key(|(_, left)| *left);
            let spots: Vec<B::Spot> = spots.into_iter().map(|(spot, _)| spot).collect();
            open.push(spots.into_iter());
        }
        match open.last_mut().and_then(Iterator::next) {
            Some(_) if left == 0 || !steps.take() => {
                take_away(bins, found.len());
                return Packed::NotFound;
            }
            Some(spot) => {
                left -= 1;
                bins.put(*thing, spot);
                found.push((*thing, spot));
            }
            None => {
                open.pop();
                if found.pop().is_none() {
                    return Packed::Impossible;
                }
                bins.undo();
            }
        }
    }
}

/// Bins of one kind of thing: what is left in each.
pub(super) struct Sizes<'a> {
    needs: &'a [u64],
    left: Vec<u64>,
    put: Vec<(usize, u64)>,
}

impl<'a> Sizes<'a> {
    /// So large things, so large bins.
    pub(super) fn new(needs: &'a [u64], left: Vec<u64>) -> Self {
        Self { needs, left, put: Vec::new() }
    }

    /// Whether all of it together is too much.
    pub(super) fn is_too_much(&self) -> bool {
        let sum = |of: &[u64]| of.iter().map(|size| u128::from(*size)).sum::<u128>();
        sum(self.needs) > sum(&self.left)
    }
}

impl Bins for Sizes<'_> {
    type Spot = usize;

    fn spots(&self, thing: usize) -> Vec<(usize, u64)> {
        let need = self.needs.get(thing).copied().unwrap_or(0);
        let mut spots: Vec<(usize, u64)> = Vec::new();
        for (at, left) in self.left.iter().enumerate() {
            let Some(rest) = left.checked_sub(need) else { continue };
            // Of bins that are alike one is enough.
            if spots.iter().all(|(_, known)| *known != rest) {
                spots.push((at, rest));
            }
        }
        spots
    }

    fn put(&mut self, thing: usize, spot: usize) {
        let need = self.needs.get(thing).copied().unwrap_or(0);
        if let Some(left) = self.left.get_mut(spot) {
            *left = left.saturating_sub(need);
        }
        self.put.push((spot, need));
    }

    fn undo(&mut self) {
        let Some((spot, need)) = self.put.pop() else { return };
        if let Some(left) = self.left.get_mut(spot) {
            *left = left.saturating_add(need);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(needs: &[u64], left: &[u64], steps: u32) -> Packed<usize> {
        let things: Vec<usize> = (0..needs.len()).collect();
        pack(&mut Sizes::new(needs, left.to_vec()), &things, &things, &Steps::new(steps))
    }

    /// Whether any of all ways is one.
    fn by_force(needs: &[u64], left: &[u64]) -> bool {
        let Some((need, rest)) = needs.split_first() else { return true };
        (0..left.len()).any(|at| {
            let mut left = left.to_vec();
            left[at] >= *need && {
                left[at] -= need;
                by_force(rest, &left)
            }
        })
    }

    #[test]
    fn what_the_quick_ways_miss_is_searched_for() {
        let (needs, left) = ([5, 5, 4, 4], [10, 8]);
        for fullest in [false, true] {
            let mut bins = Sizes::new(&needs, left.to_vec());
            assert!(descend(&mut bins, &[0, 1, 2, 3], fullest).is_none());
            assert_eq!(bins.left, left);
        }
        assert!(matches!(packed(&needs, &left, 1000), Packed::Found(_)));
        assert_eq!(packed(&[6, 6, 6], &[10, 10], 1000), Packed::Impossible);
        // Without steps nothing is ruled out.
        assert_eq!(packed(&[6, 6, 6], &[10, 10], 0), Packed::NotFound);
        assert_eq!(packed(&[], &[], 0), Packed::Found(vec![]));
        assert_eq!(packed(&[1], &[], 0), Packed::Impossible);
    }

    #[test]
    fn searches_share_their_steps() {
        let steps = Steps::new(25_000);
        // Twelve things of which no two go into one of eleven bins.
        let search = || {
            let things: Vec<usize> = (0..12).collect();
            let needs: Vec<u64> = (60..72).collect();
            pack(&mut Sizes::new(&needs, (90..101).collect()), &things, &things, &steps)
        };
        for left in [5_000, 0, 0] {
            assert_eq!((search(), steps.left()), (Packed::NotFound, left));
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_there_is_and_rules_out_what_is_not(
            needs in proptest::collection::vec(0_u64..12, 0..7),
            left in proptest::collection::vec(0_u64..16, 0..4),
            steps in prop_oneof![Just(0_u32), Just(7), Just(1_000_000)],
        ) {
            let exists = by_force(&needs, &left);
            match packed(&needs, &left, steps) {
                Packed::Found(found) => {
                    let mut rest = left.clone();
                    for (thing, bin) in &found {
                        prop_assert!(rest[*bin] >= needs[*thing], "{found:?}");
                        rest[*bin] -= needs[*thing];
                    }
                    prop_assert_eq!(found.len(), needs.len());
                }
                Packed::NotFound => prop_assert!(steps < SEARCH),
                Packed::Impossible => prop_assert!(!exists),
            }
            prop_assert!(!Sizes::new(&needs, left.clone()).is_too_much() || !exists);
        }
    }
}
