//! What every question about the same fleet shares, prepared once.

use foldhash::{HashMap, HashMapExt};

use super::lost::Lost;
use crate::fleet::id::NodeName;
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::guest::GuestConfig;
use crate::judge::Judged;
use crate::judge::context::{Context, SourceContext};
use crate::judge::mapping::Mapping;
use crate::judge::recovery::key::Keys;
use crate::judge::recovery::placement::Placement;
use crate::judge::recovery::yard::Yard;
use crate::judge::rows::GuestRow;

/// The fleet, prepared to lose something.
pub(super) struct Stage<'a> {
    pub(super) ctx: &'a Context<'a>,
    pub(super) mapping: &'a Mapping,
    pub(super) keys: Keys<'a>,
    pub(super) yard: Yard,
    /// Where HA may start what it has, by the place of the source.
    placements: Vec<Option<Placement<'a>>>,
    /// The judged guests, by the place of their source in the context and by node.
    guests: Vec<HashMap<&'a NodeName, Vec<&'a GuestRow>>>,
}

/// A guest with all that is known of it.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) row: &'a GuestRow,
    pub(super) source: &'a SourceContext<'a>,
    pub(super) pve: &'a PveSurvey,
    pub(super) guest: Option<&'a Guest>,
    pub(super) config: Option<&'a GuestConfig>,
}

impl<'a> Stage<'a> {
    /// Prepares it.
    pub(super) fn new(ctx: &'a Context<'a>, mapping: &'a Mapping, judged: &'a Judged) -> Self {
        let mut guests: Vec<HashMap<&NodeName, Vec<&GuestRow>>> = Vec::new();
        guests.resize_with(ctx.sources.len(), HashMap::new);
        for row in judged.sites.iter().flat_map(|site| &site.guests) {
            let index = ctx.source(&row.source).map(|source| source.index);
            if let Some(nodes) = index.and_then(|index| guests.get_mut(index)) {
                nodes.entry(&row.node).or_default().push(row);
            }
        }
        let placement = |source: &SourceContext<'a>| source.pve().map(Placement::new);
        let placements = ctx.sources.iter().map(placement).collect();
        let (keys, yard) = (Keys::new(ctx, mapping), Yard::new(ctx));
        Self { ctx, mapping, keys, yard, placements, guests }
    }

    /// Where HA may start what a source has in its care.
    pub(super) fn placement(&self, source: usize) -> Option<&Placement<'a>> {
        self.placements.get(source)?.as_ref()
    }

    /// The guests of a node.
    pub(super) fn guests(&self, source: usize, node: &NodeName) -> &[&'a GuestRow] {
        let nodes = self.guests.get(source);
        nodes.and_then(|nodes| nodes.get(node)).map_or(&[], Vec::as_slice)
    }

    /// The guests whose node dies, in the order of the sources, by number.
    pub(super) fn hit(&self, lost: &Lost) -> Vec<Known<'a>> {
        let mut hit = Vec::new();
        for (source, nodes) in self.guests.iter().enumerate().filter(|(at, _)| lost.is_hit(*at)) {
            let from = hit.len();
            if lost.is_whole(source) {
                hit.extend(nodes.values().flatten().filter_map(|row| self.known(source, row)));
            } else {
                let rows = lost.named(source).flat_map(|node| self.guests(source, node));
                hit.extend(rows.filter_map(|row| self.known(source, row)));
            }
            let own = hit.get_mut(from..).unwrap_or_default();
            own.sort_by_key(|known| known.row.vmid);
        }
        hit
    }

    /// A judged guest with all that is known of it.
    pub(super) fn known(&self, source: usize, row: &'a GuestRow) -> Option<Known<'a>> {
        let ctx: &'a Context<'a> = self.ctx;
        let source = ctx.sources.get(source)?;
        let pve = source.pve()?;
        Some(Known {
            row,
            source,
            pve,
            guest: pve.resources.known().and_then(|resources| resources.guest(row.vmid)),
            config: pve.configs.get(&row.vmid).and_then(Part::known),
        })
    }
}
