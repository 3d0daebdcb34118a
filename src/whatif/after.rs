//! What is left of a cluster.

use super::lost::Lost;
use super::stage::Stage;
use crate::fleet::id::{NodeName, Product, SourceName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{ClusterStatus, Guest, Qdevice};
use crate::judge::cluster::votes::{Tally, qdevice, quorate_without};
use crate::judge::context::SourceContext;

/// A cluster after a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Its source.
    pub source: SourceName,
    /// Votes there, that of a QDevice included where one is known.
    pub present: u32,
    /// Votes needed.
    pub quorum: u32,
    /// Whether it has quorum; none: cannot be told.
    pub quorate: Option<bool>,
    /// Whether `pvecm expected` is needed before anything can be started there: nodes are left,
    /// and they have no quorum.
    pub needs_expected: bool,
    /// Nodes left that are online.
    pub nodes_left: usize,
    /// Nodes left that run guests under HA: without quorum they fence themselves.
    pub fences: Vec<NodeName>,
    /// The guests that run on those, by number: they are down until there is quorum again. They do
    /// not die with what is lost, and are none of [`super::WhatIf::guests`].
    pub stopped: Vec<Vmid>,
}

/// Every cluster that loses a node, in the order of the sources.
pub(super) fn clusters(stage: &Stage<'_>, lost: &Lost) -> Vec<After> {
    let hit = stage.ctx.of(Product::Pve).filter(|source| lost.is_hit(source.index));
    hit.filter_map(|source| after(source, lost)).collect()
}

/// What is left of the cluster of a source; none on a standalone host, and where nothing is known.
pub(super) fn after(source: &SourceContext<'_>, lost: &Lost) -> Option<After> {
    let pve = source.pve()?;
    let status = pve.status.known().filter(|status| status.is_cluster())?;
    let is_dead = |node: &NodeName| lost.is_dead(source.index, node);
    let dead: Vec<NodeName> =
        status.members.iter().map(|m| &m.node).filter(|node| is_dead(node)).cloned().collect();
    let online = status.members.iter().filter(|m| m.online || m.local);
    let nodes_left = online.filter(|m| !is_dead(&m.node)).count();
    let mut tally_now = Tally::new(pve, status, qdevice(pve).unwrap_or(Qdevice::None), &dead);
    let quorate = if nodes_left == 0 {
        tally_now.present = 0;
        Some(false)
    } else if !is_live(source, pve) {
        None
    } else {
        quorate_without(pve, &dead)
    };
    let lacks = quorate == Some(false);
    let fences = if lacks { fences(pve, status, is_dead) } else { Vec::new() };
    let runs = |guest: &&Guest| &*guest.state != "stopped" && fences.contains(&guest.node);
    let mut stopped: Vec<Vmid> = source.guests().iter().filter(runs).map(|g| g.vmid).collect();
    stopped.sort_unstable();
    Some(After {
        source: source.name().clone(),
        present: tally_now.present,
        quorum: tally_now.quorum,
        quorate,
        needs_expected: lacks && nodes_left > 0,
        nodes_left,
        fences,
        stopped,
    })
}

fn is_live(source: &SourceContext<'_>, pve: &PveSurvey) -> bool {
    source.is_fresh() && pve.status.is_young(source.now)
}

/// The nodes left that run guests under HA.
fn fences(
    pve: &PveSurvey,
    status: &ClusterStatus,
    is_dead: impl Fn(&NodeName) -> bool,
) -> Vec<NodeName> {
    let services = pve.ha.known().map_or(&[][..], |ha| &ha.services);
    // The local resource manager (pve-ha-manager, `active_service_count`) keeps its watchdog while
    // it counts a service that is neither stopped, frozen nor in error. What is ignored its manager
    // drops. What is read is the word for people (`get_verbose_service_state`): disabled was
    // stopped, an error flag that is being cleared is in error, queued and not found are services
    // that the manager did not take up. Starting and deleting may be anything, and count.
    let idle = [
        "stopped",
        "freeze",
        "error",
        "clearing error flag",
        "ignored",
        "disabled",
        "queued",
        "not found",
    ];
    let is_active = |state: &str| !idle.contains(&state);
    let runs = |node: &NodeName| services.iter().any(|s| s.node == *node && is_active(&s.state));
    let left = status.members.iter().map(|member| &member.node);
    left.filter(|node| !is_dead(node) && runs(node)).cloned().collect()
}
