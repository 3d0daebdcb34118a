//! What is left of a cluster, and what it can still do.

use super::{DAY, asked, node, on_shared_storage, spell, told, two_nodes};
use crate::fleet::part::Part;
use crate::judge::sample::{
    DUE, change, edit_pve, healthy, memory, replicated_twice, under_ha, without_replication,
};

#[test]
fn two_nodes_have_quorum_with_a_qdevice_alone() {
    // QDevice → votes there, votes needed, quorate, pvecm expected
    let table = [(false, (1, 2, Some(false), true)), (true, (2, 2, Some(true), false))];
    for (qdevice, expected) in table {
        let mut fleet = healthy();
        two_nodes(&mut fleet, qdevice);
        let what_if = asked(&fleet, &[node("fi1")]);
        let after = &what_if.clusters[0];
        let said = (after.present, after.quorum, after.quorate, after.needs_expected);
        assert_eq!(said, expected, "{qdevice}");
        assert_eq!(told(&fleet, &[node("fi1")]), ["100 replica fi/fi2 fits"]);
        // Without quorum nothing is written to /etc/pve: no backup takes its lock.
        let failing: Vec<String> = what_if.failing.iter().map(|f| f.job.to_string()).collect();
        if qdevice {
            assert_eq!(failing, ["job/fi/100-0"]);
        } else {
            assert_eq!(failing, ["job/fi/100-0", "backup-job/fi/nightly"]);
            assert_eq!(
                (what_if.failing[1].at, what_if.failing[1].guests),
                (Some(DUE.plus(DAY)), 2)
            );
        }
    }
    // Nobody tells whether there is a QDevice: two nodes need it, three do not.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| pve.qdevice = Part::new("/cluster/config/qdevice", 3600));
    assert_eq!(asked(&fleet, &[node("fi1")]).clusters[0].quorate, Some(true));
    two_nodes(&mut fleet, false);
    edit_pve(&mut fleet, "fi", |pve| pve.qdevice = Part::new("/cluster/config/qdevice", 3600));
    let after = asked(&fleet, &[node("fi1")]).clusters[0].clone();
    assert_eq!((after.quorate, after.needs_expected, after.present), (None, false, 1));
}

#[test]
fn ha_starts_it_as_long_as_the_others_have_quorum() {
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    // HA may choose the node without a replica.
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 replica fi/fi2 fits"]);
    replicated_twice(&mut fleet);
    let what_if = asked(&fleet, &[node("fi1")]);
    assert_eq!(spell(&what_if.guests[0]), "100 ha fi/fi2 fits");
    assert_eq!(what_if.guests[0].takes, Some(180));
    let two = [node("fi1"), node("fi3")];
    assert_eq!(told(&fleet, &two), ["100 replica fi/fi2 fits", "200 restore fi/fi2 fits"]);
    assert_eq!(asked(&fleet, &two).guests[0].takes, Some(600));
    assert!(asked(&fleet, &two).clusters[0].needs_expected);
    // On shared storage HA starts it anywhere.
    on_shared_storage(&mut fleet, 100);
    without_replication(&mut fleet);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 ha fi/fi2 fits"]);
    memory(&mut fleet, "fi2", 3, 3);
    // HA may as well choose the one that is full; by hand it goes to the other.
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 shared fi/fi3 fits"]);
    // Both are: HA asks nobody, and starts it all the same.
    memory(&mut fleet, "fi3", 3, 3);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 ha fi/fi2 full"]);
}

#[test]
fn nodes_with_ha_fence_themselves_without_quorum() {
    let mut fleet = healthy();
    under_ha(&mut fleet, 101);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.ha, |ha| ha.services[0].node = "fi2".into());
    });
    assert!(asked(&fleet, &[node("fi1")]).clusters[0].fences.is_empty());
    let what_if = asked(&fleet, &[node("fi1"), node("fi3")]);
    assert_eq!(what_if.clusters[0].fences, ["fi2".into()]);
    // All its guests go down with it, those under HA and the others.
    assert_eq!(what_if.clusters[0].stopped, [101]);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for (vmid, state) in [(102, "running"), (103, "stopped")] {
                let mut more = r.guests[1].clone();
                (more.vmid, more.state) = (vmid, state.into());
                r.guests.push(more);
            }
        });
    });
    let what_if = asked(&fleet, &[node("fi1"), node("fi3")]);
    assert_eq!(what_if.clusters[0].stopped, [101, 102]);
    assert!(what_if.guests.iter().all(|fate| ![101, 102, 103].contains(&fate.vmid)));
    assert!(asked(&fleet, &[node("fi1")]).clusters[0].stopped.is_empty());
}

/// By what the local resource manager of a node has in its care: `active_service_count` leaves out
/// what is stopped, frozen, in error or not its own.
#[test]
fn a_watchdog_is_armed_by_every_service_that_is_cared_for() {
    for (state, armed) in [
        ("started", true),
        ("request_start", true),
        ("request_stop", true),
        ("migrate", true),
        ("relocate", true),
        ("recovery", true),
        ("stopped", false),
        ("freeze", false),
        ("error", false),
        ("ignored", false),
        ("disabled", false),
        ("queued", false),
        ("starting", true),
        ("stopping", true),
        ("deleting", true),
        ("clearing error flag", false),
        ("not found", false),
    ] {
        let mut fleet = healthy();
        under_ha(&mut fleet, 101);
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.ha, |ha| {
                ha.services[0].node = "fi2".into();
                ha.services[0].state = state.into();
            });
        });
        let what_if = asked(&fleet, &[node("fi1"), node("fi3")]);
        assert_eq!(!what_if.clusters[0].fences.is_empty(), armed, "{state}");
        assert_eq!(!what_if.clusters[0].stopped.is_empty(), armed, "{state}");
    }
}
