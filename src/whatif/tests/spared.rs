//! The death of a node after others were emptied: there must be room for disks too.

use super::moving::plan;
use super::{GIB, change, edit_pve, on_shared_storage, storage_row, without_replication};
use crate::fleet::host::Usage;
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{another, healthy};

/// So much is free on the local storage of a node of a source, GiB; none: nobody tells.
fn free(fleet: &mut Fleet, source: &str, node: &str, free: Option<u64>) {
    edit_pve(fleet, source, |pve| {
        change(&mut pve.resources, |r| {
            for storage in r.storages.iter_mut().filter(|s| s.node == node.into() && !s.shared) {
                storage.usage = free.map(|free| Usage { used: 0, total: free * GIB });
            }
        });
    });
}

#[test]
fn those_that_are_left_need_room_for_the_disks() {
    // Each guest has 32 GiB; with fi1 empty, fi2 holds two of three. Free on fi3 → what is said.
    let table = [
        (Some(64), Room::Fits, None),
        (Some(63), Room::Full, Some("fi2")),
        (None, Room::Unknown, Some("fi2")),
    ];
    for (gib, expected, weakest) in table {
        let mut fleet = healthy();
        free(&mut fleet, "fi", "fi3", gib);
        let plan = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
        let said = plan.weakest.as_ref().map(|(_, node)| node.as_str());
        assert_eq!((plan.fits, plan.after, said), (Room::Fits, expected, weakest), "{gib:?}");
    }
}

#[test]
fn a_disk_whose_size_nobody_knows_is_not_said_to_fit() {
    // 200 stays where it is: only the death of its node asks for its size.
    let unsized_ = |pve: &mut crate::fleet::pve::PveSurvey| {
        change(pve.configs.get_mut(&200).unwrap(), |config| config.disks[0].size = None);
    };
    let unread = |pve: &mut crate::fleet::pve::PveSurvey| {
        pve.configs.remove(&200);
    };
    for change in [unsized_, unread] {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", change);
        let plan = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
        assert_eq!((plan.fits, plan.after), (Room::Fits, Room::Unknown));
    }
}

#[test]
fn shared_disks_outlive_the_node() {
    let mut fleet = healthy();
    for vmid in [100, 101, 200] {
        on_shared_storage(&mut fleet, vmid);
    }
    for node in ["fi2", "fi3"] {
        free(&mut fleet, "fi", node, Some(1));
    }
    let all = |fleet: &Fleet| plan(fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((all(&fleet).fits, all(&fleet).after), (Room::Fits, Room::Fits));
    // A node that does not see them takes none of them.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            r.storages.retain(|s| s.name != "ceph".into() || s.node != "fi3".into());
        });
    });
    assert_eq!((all(&fleet).fits, all(&fleet).after), (Room::Fits, Room::Full));
}

#[test]
fn a_replica_is_there_already() {
    // 100 stays on fi1 with its replica on fi2, where 200 goes: no room is left for a copy.
    let mut fleet = healthy();
    free(&mut fleet, "fi", "fi2", Some(40));
    let all = |fleet: &Fleet| plan(fleet, &["fi/fi3"], &["fi/fi2"]);
    assert_eq!((all(&fleet).fits, all(&fleet).after), (Room::Fits, Room::Fits));
    without_replication(&mut fleet);
    assert_eq!((all(&fleet).fits, all(&fleet).after), (Room::Fits, Room::Full));
    // What moves to its own replica has none there any more, and that of an emptied node is off.
    let mut fleet = healthy();
    free(&mut fleet, "fi", "fi3", Some(63));
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).after, Room::Full);
    // Elsewhere it keeps it.
    let mut fleet = healthy();
    free(&mut fleet, "fi", "fi2", Some(32));
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi3"]).after, Room::Fits);
    without_replication(&mut fleet);
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi3"]).after, Room::Full);
}

#[test]
fn what_was_carried_to_shared_storage_is_not_carried_again() {
    let mut fleet = healthy();
    another(&mut fleet, "no");
    // Nothing else is there, and no room elsewhere.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.guests.truncate(1));
    });
    for node in ["fi2", "fi3"] {
        free(&mut fleet, "fi", node, Some(1));
    }
    edit_pve(&mut fleet, "no", |pve| {
        change(&mut pve.resources, |r| {
            r.guests.clear();
            for node in ["fi1", "fi2", "fi3"] {
                let mut row = storage_row("nfs", node, "nfs", true);
                row.usage = Some(Usage { used: 0, total: 40 * GIB });
                r.storages.push(row);
            }
        });
    });
    for node in ["fi1", "fi2", "fi3"] {
        free(&mut fleet, "no", node, Some(1));
    }
    let shared = plan(&fleet, &["fi/fi1"], &["no/fi2"]);
    assert_eq!((shared.fits, shared.after), (Room::Fits, Room::Fits));
    // On a disk of that node it would have to be.
    free(&mut fleet, "no", "fi2", Some(32));
    edit_pve(&mut fleet, "no", |pve| {
        change(&mut pve.resources, |r| r.storages.retain(|s| !s.shared));
    });
    let local = plan(&fleet, &["fi/fi1"], &["no/fi2"]);
    assert_eq!((local.fits, local.after), (Room::Fits, Room::Full));
}
