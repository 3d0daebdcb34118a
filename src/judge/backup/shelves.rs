//! The shelves of the whole fleet, and whose a group on them is.

use std::sync::Arc;

use foldhash::HashMap;

use crate::fleet::id::{BackupType, SourceName, Vmid};
use crate::judge::context::{Context, SourceContext};
use crate::judge::copies::Shelf;
use crate::judge::mapping::{Mapping, Place, Server, Writer};

/// Every watched place that somebody's copies may be at.
pub struct Shelves<'a> {
    by_place: HashMap<&'a Place, Shelf<'a>>,
}

/// Whose a group is, as far as one source can claim it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::judge) enum Claim {
    /// This source's.
    Own,
    /// Another's.
    Other,
    /// Two clusters remain possible.
    Ambiguous,
}

impl<'a> Shelves<'a> {
    /// Prepares them.
    pub fn new(ctx: &Context<'a>, mapping: &'a Mapping) -> Self {
        let shelf = |place: &'a Place| {
            let Server::Watched(name) = &place.server else { return None };
            let pbs = ctx.source(name)?.pbs()?;
            Some((place, Shelf::new(place, name, pbs, ctx.now)))
        };
        Self { by_place: mapping.places().filter_map(shelf).collect() }
    }

    /// What lies at a place.
    pub fn get(&self, place: &Place) -> Option<&Shelf<'a>> {
        self.by_place.get(place)
    }

    /// Every shelf of one PBS.
    pub fn of<'s>(
        &'s self,
        pbs: &'s SourceName,
    ) -> impl Iterator<Item = (&'a Place, &'s Shelf<'a>)> {
        self.by_place.iter().filter_map(move |(place, shelf)| {
            matches!(&place.server, Server::Watched(name) if name == pbs).then_some((*place, shelf))
        })
    }
}

/// Whether a source that has such a guest may claim a group; `lacks` tells of another source that
/// it has no such guest for certain.
pub(in crate::judge) fn claim(
    mapping: &Mapping,
    source: &SourceName,
    place: &Place,
    owner: Option<&Arc<str>>,
    lacks: impl Fn(&SourceName) -> bool,
) -> Claim {
    let writers = mapping.writers(place);
    let owned = |w: &&Writer| owner.is_some_and(|owner| *owner == w.username);
    let mut candidates: Vec<&Writer> = writers.iter().filter(owned).collect();
    if candidates.is_empty() {
        candidates = writers.iter().collect();
        // Nobody we know owns it, and somebody we do not know yet may write here.
        if owner.is_some() && mapping.has_unread_but(source) {
            return Claim::Ambiguous;
        }
    } else if candidates.iter().all(|w| w.source != *source) {
        return Claim::Other;
    }
    let possible = candidates.iter().any(|w| w.source != *source && !lacks(&w.source));
    if possible { Claim::Ambiguous } else { Claim::Own }
}

/// Whether it is certain that a source has no such guest: it is fresh, and every guest is seen.
pub fn certainly_lacks(source: &SourceContext<'_>, kind: BackupType, vmid: Vmid) -> bool {
    let Some(resources) = source.pve().and_then(|pve| pve.resources.live(source.now)) else {
        return false;
    };
    source.is_fresh()
        && source.rights.vm_audit_below == Some(true)
        && resources.guest(vmid).is_none_or(|guest| guest.kind.backup_type() != kind)
}
