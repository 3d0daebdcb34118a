//! N-1: what would follow from the loss of any one node of the fleet.

use std::cmp::Reverse;

use super::after;
use super::fate::{How, settle};
use super::lost::Lost;
use super::stage::Stage;
use crate::fleet::id::{NodeName, Product, SiteName, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::context::{Context, SourceContext};
use crate::judge::mapping::Mapping;
use crate::judge::recovery::ledger::Ledger;
use crate::judge::rows::recovery::Room;
use crate::judge::{Judged, Verdict};

/// The loss of every node, each for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NMinusOne {
    /// One per PVE node, the worst first.
    pub nodes: Vec<NodeLoss>,
}

/// What would follow from the loss of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeLoss {
    /// Its site.
    pub site: SiteName,
    /// Its source.
    pub source: SourceName,
    /// Its name.
    pub node: NodeName,
    /// Its guests, each counted once below; not the templates that nothing brings back.
    pub guests: u32,
    /// Guests that HA starts elsewhere.
    pub by_ha: u32,
    /// Guests that can be started elsewhere by hand: from a replica, or on shared storage.
    pub restartable: u32,
    /// Guests whose copy has to be restored.
    pub restorable: u32,
    /// Guests that nothing brings back.
    pub gone: u32,
    /// Guests of which that cannot be told.
    pub unknown: u32,
    /// Whether those that come back fit: the worst of them.
    pub fits: Room,
    /// Whether its cluster keeps quorum; none on a standalone host, and where it cannot be told.
    pub quorate_after: Option<bool>,
    /// The most that is lost of a guest that comes back, seconds.
    pub worst_loss: Option<i64>,
    /// Critical where a guest is gone that is no template; unknown where something cannot be told;
    /// a warning where a guest has nowhere to run or the cluster no quorum.
    pub verdict: Verdict,
}

/// Works out the loss of every node, at `now`. What they share is prepared once.
pub fn n_minus_one(fleet: &Fleet, judged: &Judged, now: Epoch) -> NMinusOne {
    let ctx = Context::new(fleet, now);
    let mapping = Mapping::new(&ctx);
    let stage = Stage::new(&ctx, &mapping, judged);
    let mut ledger = Ledger::new(&stage.yard);
    let mut nodes = Vec::new();
    for source in ctx.of(Product::Pve) {
        for (node, _) in source.nodes.iter() {
            nodes.push(loss(&stage, source, node, &mut ledger));
            ledger.clear();
        }
    }
    nodes.sort_by(|a, b| order(a).cmp(&order(b)));
    NMinusOne { nodes }
}

/// The worst first, then by name.
fn order(loss: &NodeLoss) -> impl Ord + '_ {
    let how_bad = (loss.verdict, loss.gone, loss.unknown, loss.fits, loss.worst_loss, loss.guests);
    (Reverse(how_bad), &loss.site, &loss.source, &loss.node)
}

fn loss(
    stage: &Stage<'_>,
    source: &SourceContext<'_>,
    node: &NodeName,
    ledger: &mut Ledger,
) -> NodeLoss {
    let lost = Lost::of_node(stage, source.name(), node);
    let after = after::after(source, &lost);
    let mut loss = NodeLoss {
        site: source.site.name.clone(),
        source: source.name().clone(),
        node: node.clone(),
        guests: 0,
        by_ha: 0,
        restartable: 0,
        restorable: 0,
        gone: 0,
        unknown: 0,
        fits: Room::Fits,
        quorate_after: after.as_ref().and_then(|after| after.quorate),
        worst_loss: None,
        verdict: Verdict::Ok,
    };
    for settled in settle(stage, &lost, after.as_slice(), ledger) {
        let fate = settled.fate;
        // A template that nobody copies is nobody's loss.
        if fate.template && matches!(fate.how, How::Gone | How::Unknown) {
            continue;
        }
        loss.guests += 1;
        *match fate.how {
            How::Ha => &mut loss.by_ha,
            How::Shared | How::Replica => &mut loss.restartable,
            How::Restore => &mut loss.restorable,
            How::Unknown => &mut loss.unknown,
            How::Gone => &mut loss.gone,
        } += 1;
        if !matches!(fate.how, How::Unknown | How::Gone) {
            loss.fits = loss.fits.max(fate.room);
            loss.worst_loss = loss.worst_loss.max(fate.loss);
        }
        loss.verdict = loss.verdict.max(fate.verdict());
    }
    // Where nobody is left, there is no cluster that could lack it.
    let left = after.filter(|after| after.nodes_left > 0);
    loss.verdict = loss.verdict.max(left.map_or(Verdict::Ok, |after| of_quorum(after.quorate)));
    loss
}

fn of_quorum(quorate: Option<bool>) -> Verdict {
    match quorate {
        Some(true) => Verdict::Ok,
        Some(false) => Verdict::Warning,
        None => Verdict::Unknown,
    }
}
