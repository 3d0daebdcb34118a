//! What HA and shared storage bring back by themselves.

use super::{kinds, recovery, target};
use crate::fleet::pve::cluster::{NodeState, Qdevice};
use crate::fleet::pve::network::Bridge;
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::WayKind;
use crate::judge::sample::{
    NOW, change, edit_pve, healthy, on_shared_storage, on_storage_of, replicated_twice, set,
    under_ha, without_replication,
};

#[test]
fn ha_needs_a_replica_and_a_quorum() {
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    replicated_twice(&mut fleet);
    let (_, row) = recovery(&fleet, 100);
    assert_eq!(kinds(&row), [WayKind::Ha, WayKind::Replica, WayKind::Restore]);
    assert_eq!((target(&row).as_str(), row.ways[0].loss), ("fi/fi2", Some(900)));
    // Without a replica HA would start it without its disk: it is no way.
    let mut without = fleet.clone();
    without_replication(&mut without);
    assert_eq!(kinds(&recovery(&without, 100).1), [WayKind::Restore]);
    // Two nodes and no QDevice: the other one alone has no quorum.
    let two = |qdevice| {
        let mut fleet = healthy();
        under_ha(&mut fleet, 100);
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.status, |s| s.members.retain(|m| m.node != "fi3".into()));
            change(&mut pve.votes, |v| v.nodes.retain(|(n, _)| *n != "fi3".into()));
            change(&mut pve.resources, |r| r.nodes.retain(|n| n.name != "fi3".into()));
            pve.nodes.retain(|name, _| *name != "fi3".into());
            set(&mut pve.qdevice, qdevice);
        });
        kinds(&recovery(&fleet, 100).1)
    };
    assert_eq!(two(Qdevice::None), [WayKind::Replica, WayKind::Restore]);
    assert_eq!(two(Qdevice::Votes), [WayKind::Ha, WayKind::Restore]);
    // Its server does not answer: it gives no vote.
    assert_eq!(two(Qdevice::Silent), [WayKind::Replica, WayKind::Restore]);
}

/// HA knows of no replicas: it starts a guest on any node that its rules allow, and those are not
/// read. Where one of these lacks the disks or a bridge, that HA brings it back cannot be told.
#[test]
fn ha_brings_back_what_starts_wherever_it_may_go() {
    let first = |fleet: &Fleet| kinds(&recovery(fleet, 100).1)[0];
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    assert_eq!(first(&fleet), WayKind::Replica, "fi3 has no replica");
    let off = |fleet: &mut Fleet| {
        edit_pve(fleet, "fi", |pve| {
            change(&mut pve.status, |s| s.members[2].online = false);
            change(&mut pve.resources, |r| r.nodes[2].state = NodeState::Offline);
            // Two of three, and of these one dies: the QDevice keeps the other going.
            change(&mut pve.votes, |v| v.nodes[1].1 = 3);
        });
    };
    let mut two = fleet.clone();
    off(&mut two);
    assert_eq!(first(&two), WayKind::Ha, "fi3 is off: HA does not choose it");
    replicated_twice(&mut fleet);
    assert_eq!(first(&fleet), WayKind::Ha);
    let mut removed = fleet.clone();
    edit_pve(&mut removed, "fi", |pve| change(&mut pve.replication, |j| j[1].removing = true));
    assert_eq!(first(&removed), WayKind::Replica, "its replica on fi3 is being removed");
    // What would be lost is what the older replica lacks: HA may choose that one.
    let mut older = fleet.clone();
    edit_pve(&mut older, "fi", |pve| {
        change(&mut pve.nodes.get_mut("fi1").unwrap().replication, |states| {
            states[1].last_sync = Some(NOW.minus(5_000));
        });
    });
    let row = recovery(&older, 100).1;
    assert_eq!((row.ways[0].kind, row.ways[0].loss), (WayKind::Ha, Some(5_000)));
    // One node lacks its bridge.
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| {
            config.bridges = vec![("net0".into(), "vmbr7".into())];
        });
        for node in ["fi1", "fi2"] {
            change(&mut pve.nodes.get_mut(node).unwrap().bridges, |bridges| {
                bridges.push(Bridge { name: "vmbr7".into(), active: true });
            });
        }
    });
    assert_eq!(first(&fleet), WayKind::Replica, "fi3 has no vmbr7");
}

#[test]
fn ha_brings_back_from_shared_storage_where_every_node_sees_it() {
    let first = |seen: &[&str]| {
        let mut fleet = healthy();
        without_replication(&mut fleet);
        under_ha(&mut fleet, 100);
        on_storage_of(&mut fleet, 100, seen);
        kinds(&recovery(&fleet, 100).1)[0]
    };
    assert_eq!(first(&["fi1", "fi2", "fi3"]), WayKind::Ha);
    assert_eq!(first(&["fi1", "fi2"]), WayKind::Shared, "HA may choose fi3, that does not see it");
}

/// HA recovers what it manages: by the word that PVE makes of a service's state and request.
#[test]
fn ha_brings_back_only_what_it_has_in_its_care() {
    for (state, managed) in [
        ("started", true),
        ("starting", true),
        ("recovery", true),
        ("stopped", false),
        ("disabled", false),
        ("ignored", false),
        ("error", false),
        // Its node was shut down with its services frozen: they wait for it to come back.
        ("freeze", false),
        // It was taken from HA, and its guest is not there.
        ("deleting", false),
        ("not found", false),
        ("clearing error flag", false),
    ] {
        let mut fleet = healthy();
        under_ha(&mut fleet, 100);
        replicated_twice(&mut fleet);
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.ha, |ha| {
                ha.services[0].state = state.into();
                ha.services[0].request = None;
            });
        });
        let kinds = kinds(&recovery(&fleet, 100).1);
        assert_eq!(kinds.contains(&WayKind::Ha), managed, "{state}");
    }
}

#[test]
fn shared_storage_needs_no_replica() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    on_shared_storage(&mut fleet, 100);
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(kinds(&row), [WayKind::Shared, WayKind::Restore]);
    assert_eq!((row.ways[0].loss, row.ways[0].point), (Some(0), None));
    under_ha(&mut fleet, 100);
    assert_eq!(kinds(&recovery(&fleet, 100).1), [WayKind::Ha, WayKind::Restore]);
}
