//! What watchdogs do by themselves: a node that runs guests under HA and loses quorum resets
//! itself, boots, and starts nothing before there is quorum again.

use super::fleet::{SimCluster, SimNode};

/// Seconds without quorum after which the watchdog resets a node that is armed.
const PATIENCE: i64 = 60;

/// Seconds from the reset until its server answers again.
const BOOT: i64 = 90;

/// Whether a node is on its way up.
pub(super) fn is_booting(node: &SimNode, at: i64) -> bool {
    node.fenced_since.is_some_and(|since| (since..since + BOOT).contains(&at))
}

/// Whether anything happens by `at`, relative to the start.
pub(super) fn is_due(cluster: &SimCluster, at: i64) -> bool {
    let waits = cluster.guests.iter().any(|guest| guest.waits);
    (waits && cluster.has_quorum(at)) || !resets(cluster, at).is_empty()
}

/// Resets nodes that have no quorum, and starts what waits where there is quorum again.
pub(super) fn settle(cluster: &mut SimCluster, at: i64) {
    for (name, since) in resets(cluster, at) {
        if let Some(node) = cluster.node_mut(&name) {
            node.fenced_since = Some(since);
            node.booted = -since - BOOT;
        }
        for guest in cluster.guests.iter_mut().filter(|guest| guest.node == name && guest.runs()) {
            "stopped".clone_into(&mut guest.status);
            guest.waits = true;
        }
    }
    if !cluster.has_quorum(at) {
        return;
    }
    // At boot a node starts its own when there is quorum; HA starts those in its care.
    let managed: Vec<u32> = cluster.ha.iter().map(|ha| ha.vmid).collect();
    for guest in cluster.guests.iter_mut().filter(|guest| guest.waits) {
        guest.waits = false;
        if guest.onboot || managed.contains(&guest.vmid) {
            "running".clone_into(&mut guest.status);
        }
    }
}

/// The nodes that reset themselves by `at`, and when. Once for a loss of quorum: booted without it,
/// nothing arms the watchdog.
fn resets(cluster: &SimCluster, at: i64) -> Vec<(String, i64)> {
    let Some(lost) = cluster.without_quorum_since(at) else { return Vec::new() };
    let since = lost + PATIENCE;
    let is_on = |node: &&SimNode| node.offline_since.is_none();
    let was_reset = |node: &SimNode| node.fenced_since.is_some_and(|last| last >= lost);
    let nodes = cluster.nodes.iter().filter(is_on).filter(|node| !was_reset(node));
    let due = nodes.filter(|node| at >= since && cluster.is_armed(&node.name));
    due.map(|node| (node.name.clone(), since)).collect()
}
