//! What the HA stack does by itself: when a node dies, its guests are started on another.

use super::fleet::{SimCluster, SimGuest, SimHaAsk, SimHaRule, SimNode};

/// Seconds until the others may take over: one minute until a node counts as dead, one more until
/// its watchdog has certainly reset it.
const FENCED: i64 = 120;

/// What HA has to move by `at`, relative to the start: number, node, when.
pub(super) fn due(cluster: &SimCluster, at: i64) -> Vec<(u32, String, i64)> {
    let managed = cluster.ha.iter().filter(|ha| ha.request == "started" && ha.state == "started");
    let guests = managed.filter_map(|ha| cluster.guest(ha.vmid));
    let due = guests.filter_map(|guest| {
        let since = cluster.node(&guest.node)?.offline_since? + FENCED;
        // It is decided when it is due: quorum that came later does not date back.
        let when = if cluster.has_quorum(since) { since } else { at };
        (at >= since && cluster.has_quorum(when))
            .then(|| Some((guest.vmid, target(cluster, guest, when)?.name.clone(), when)))?
    });
    due.collect()
}

/// Moves them.
pub(super) fn settle(cluster: &mut SimCluster, at: i64) {
    for (vmid, node, since) in due(cluster, at) {
        cluster.move_guest(vmid, &node, since);
    }
}

/// A node that is on, that its rules allow, and that has its disks: that of a replica; any where all
/// are on shared storage. (The real stack starts a guest anywhere its rules allow, and fails where
/// the disks are not.)
fn target<'a>(cluster: &'a SimCluster, guest: &SimGuest, at: i64) -> Option<&'a SimNode> {
    let on = cluster.nodes.iter().filter(|node| node.offline_since.is_none_or(|off| at < off));
    let mut on = allowed(cluster, guest, on.collect()).into_iter();
    let is_shared = |id: &str| cluster.storage(id).is_some_and(|storage| storage.shared);
    if guest.volumes.iter().all(|volume| is_shared(&volume.storage)) {
        return on.next();
    }
    let jobs = cluster.replication.iter().filter(|job| job.guest == guest.vmid && !job.disabled);
    let is_whole = guest.volumes.iter().all(|volume| volume.replicate != Some(false));
    let targets: Vec<&str> = jobs.map(|job| job.target.as_str()).collect();
    on.find(|node| is_whole && targets.contains(&node.name.as_str()))
}

/// Of these nodes those that HA may choose: of a rule for nodes the ones with the highest priority
/// that are on, all others where none is and it is not strict; none that has a guest which is to be
/// elsewhere; where its companions are, if they are anywhere.
fn allowed<'a>(
    cluster: &'a SimCluster,
    guest: &SimGuest,
    mut on: Vec<&'a SimNode>,
) -> Vec<&'a SimNode> {
    let binds = |rule: &&SimHaRule| !rule.disabled && rule.guests.contains(&guest.vmid);
    let rules: Vec<&SimHaRule> = cluster.ha_rules.iter().filter(binds).collect();
    for rule in &rules {
        let SimHaAsk::Nodes(nodes, strict) = &rule.asks else { continue };
        let priority = |node: &SimNode| {
            nodes.iter().find(|(name, _)| *name == node.name).map(|(_, priority)| *priority)
        };
        let best = on.iter().filter_map(|node| priority(node)).max();
        on.retain(|node| if best.is_none() { !strict } else { priority(node) == best });
    }
    let has = |node: &SimNode, rule: &SimHaRule| {
        let others = rule.guests.iter().filter(|vmid| **vmid != guest.vmid);
        others.filter_map(|vmid| cluster.guest(*vmid)).any(|other| other.node == node.name)
    };
    for rule in &rules {
        match rule.asks {
            SimHaAsk::Apart => on.retain(|node| !has(node, rule)),
            SimHaAsk::Together if on.iter().any(|node| has(node, rule)) => {
                on.retain(|node| has(node, rule));
            }
            _ => {}
        }
    }
    on
}
