//! What was found of one guest: its copies, and the places they lie at.

use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::decide::{Piece, Spotted, Worth};
use crate::judge::backup::fortnight::prune::Rule;

/// What was found of one guest.
pub(super) struct Gathered {
    /// Older copies matter no more.
    from: Epoch,
    pub(super) copies: Vec<Piece>,
    pub(super) places: Vec<Spotted>,
    pub(super) looked: Vec<Option<Epoch>>,
    pub(super) ambiguous: bool,
}

impl Gathered {
    pub(super) fn new(from: Epoch) -> Self {
        Self { from, copies: Vec::new(), places: Vec::new(), looked: Vec::new(), ambiguous: false }
    }

    /// Goes on to the next place.
    pub(super) fn open(&mut self, rules: &[Rule], is_known: bool, changed: Option<Epoch>) {
        let rules = rules.to_vec();
        self.places.push(Spotted { rules, is_known, changed, ..Spotted::default() });
        self.looked.push(None);
    }

    pub(super) fn look(&mut self, at: Option<Epoch>) {
        if let Some(slot) = self.looked.last_mut() {
            *slot = at;
        }
    }

    /// Takes in a copy at the last place, newest first; false for one that is too old to matter.
    /// Nothing before `own`, the guest's own creation, is its own; pruning counts it all the same.
    pub(super) fn add(
        &mut self,
        at: Epoch,
        worth: Worth,
        is_protected: bool,
        own: Option<Epoch>,
    ) -> bool {
        if at < self.from {
            return false;
        }
        let place = self.places.len().saturating_sub(1);
        if let (Some(spotted), false) = (self.places.last_mut(), is_protected) {
            spotted.copies.push(at);
        }
        if own.is_none_or(|own| at >= own) {
            self.copies.push(Piece { at, worth, place });
            if worth != Worth::Uncertain {
                self.note_oldest(Some(at));
            }
        }
        true
    }

    /// Notes the oldest copy at the last place, which may be too old for all else.
    pub(super) fn note_oldest(&mut self, at: Option<Epoch>) {
        if let (Some(at), Some(place)) = (at, self.places.last_mut()) {
            place.oldest = Some(place.oldest.map_or(at, |known| known.min(at)));
        }
    }
}
