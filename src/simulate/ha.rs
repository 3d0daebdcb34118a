//! What the HA stack does by itself: when a node dies, its guests are started on another.

use super::fleet::{SimCluster, SimGuest, SimNode};

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

/// A node that is on and has its disks: that of a replica; any where all are on shared storage.
/// (The real stack starts a guest anywhere its rules allow, and fails where the disks are not.)
fn target<'a>(cluster: &'a SimCluster, guest: &SimGuest, at: i64) -> Option<&'a SimNode> {
    let mut on = cluster.nodes.iter().filter(|node| node.offline_since.is_none_or(|off| at < off));
    let is_shared = |id: &str| cluster.storage(id).is_some_and(|storage| storage.shared);
    if guest.volumes.iter().all(|volume| is_shared(&volume.storage)) {
        return on.next();
    }
    let jobs = cluster.replication.iter().filter(|job| job.guest == guest.vmid && !job.disabled);
    let is_whole = guest.volumes.iter().all(|volume| volume.replicate != Some(false));
    let targets: Vec<&str> = jobs.map(|job| job.target.as_str()).collect();
    on.find(|node| is_whole && targets.contains(&node.name.as_str()))
}
