//! The copies that die with what holds them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::lost::Lost;
use super::stage::Stage;
use crate::fleet::id::{SourceName, Vmid};
use crate::judge::Judged;

/// The copies that die.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopiesLost {
    /// The places that die and had good copies, as text: `SRC:STORE[/NS]`.
    pub places: Vec<Arc<str>>,
    /// Guests of which copies die, those that die themselves too.
    pub guests: u32,
    /// Guests that live on without any known good copy, in the order of the judged.
    pub bare: Vec<(SourceName, Vmid)>,
}

/// What dies of the good copies of all guests of the fleet.
pub(super) fn lost(stage: &Stage<'_>, judged: &Judged, lost: &Lost) -> CopiesLost {
    let mut places: BTreeSet<&Arc<str>> = BTreeSet::new();
    let mut copies = CopiesLost::default();
    for row in judged.sites.iter().flat_map(|site| &site.guests) {
        let points = &row.backup.points;
        let dead = || points.iter().filter(|point| lost.takes(stage, &point.holder));
        let count = dead().count();
        if count == 0 {
            continue;
        }
        places.extend(dead().map(|point| &point.place));
        copies.guests = copies.guests.saturating_add(1);
        let source = stage.ctx.source(&row.source);
        let lives = source.is_some_and(|source| !lost.is_dead(source.index, &row.node));
        if lives && count == points.len() {
            copies.bare.push((row.source.clone(), row.vmid));
        }
    }
    copies.places = places.into_iter().cloned().collect();
    copies
}
