//! N-1, and who is worst off.

use std::sync::Arc;

use super::{DAY, change, edit_pve, encrypted, node, one_host, two_nodes, with_cafe};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::pbs::copies::GroupCopies;
use crate::fleet::policy::Window;
use crate::fleet::site::Fleet;
use crate::judge::Verdict;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{
    NOW, age, alone, edit_link, edit_pbs, edit_site, healthy, judged, memory, replicated_twice,
    snapshots, under_ha, without_replication,
};
use crate::whatif::{NodeLoss, n_minus_one, what_if, worst_guests};

fn nodes(fleet: &Fleet) -> Vec<NodeLoss> {
    n_minus_one(fleet, &judged(fleet), NOW).nodes
}

fn names(fleet: &Fleet) -> Vec<String> {
    let name = |loss: NodeLoss| format!("{}/{} {:?}", loss.source, loss.node, loss.verdict);
    nodes(fleet).into_iter().map(name).collect()
}

fn loss(fleet: &Fleet, node: &str) -> NodeLoss {
    nodes(fleet).into_iter().find(|loss| loss.node.as_str() == node).unwrap()
}

#[test]
fn every_node_of_a_healthy_cluster() {
    let fleet = healthy();
    // Those that lose most come first; a PBS is no node to run guests.
    assert_eq!(names(&fleet), ["fi/fi2 Ok", "fi/fi3 Ok", "fi/fi1 Ok"]);
    let first = loss(&fleet, "fi1");
    assert_eq!((first.guests, first.restartable, first.site.as_str()), (1, 1, "helsinki"));
    assert_eq!((first.worst_loss, first.fits), (Some(900), Room::Fits));
    assert_eq!(first.quorate_after, Some(true));
    let second = loss(&fleet, "fi2");
    assert_eq!((second.restorable, second.worst_loss), (1, Some(35_880)));
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    assert_eq!((loss(&fleet, "fi1").by_ha, loss(&fleet, "fi1").restartable), (0, 1));
    replicated_twice(&mut fleet);
    assert_eq!((loss(&fleet, "fi1").by_ha, loss(&fleet, "fi1").restartable), (1, 0));
}

#[test]
fn the_verdict_is_that_of_the_worst_off() {
    // Gone.
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, Vec::clear);
    let gone = loss(&fleet, "fi2");
    assert_eq!((gone.gone, gone.verdict, gone.worst_loss), (1, Verdict::Critical, None));
    assert_eq!(names(&fleet)[0], "fi/fi2 Critical");
    // A template that nobody copied is nobody's loss.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            (r.guests[1].template, r.guests[1].state) = (true, "stopped".into());
        });
    });
    let template = loss(&fleet, "fi2");
    assert_eq!((template.guests, template.gone, template.verdict), (0, 0, Verdict::Ok));
    // Nowhere to run.
    let mut fleet = healthy();
    for node in ["fi2", "fi3"] {
        memory(&mut fleet, node, 3, 3);
    }
    let full = loss(&fleet, "fi1");
    assert_eq!((full.fits, full.restartable, full.verdict), (Room::Full, 1, Verdict::Warning));
    // No quorum.
    let mut fleet = healthy();
    two_nodes(&mut fleet, false);
    let first = loss(&fleet, "fi1");
    assert_eq!((first.quorate_after, first.verdict), (Some(false), Verdict::Warning));
    two_nodes(&mut fleet, true);
    assert_eq!(loss(&fleet, "fi1").verdict, Verdict::Ok);
    // A node without guests.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| change(&mut pve.resources, |r| r.guests.truncate(2)));
    let empty = loss(&fleet, "fi3");
    assert_eq!((empty.guests, empty.fits, empty.verdict), (0, Room::Fits, Verdict::Ok));
}

#[test]
fn single_hosts_lean_on_each_other() {
    let mut fleet = healthy();
    one_host(&mut fleet);
    with_cafe(&mut fleet);
    let host = loss(&fleet, "fi1");
    assert_eq!((host.restorable, host.quorate_after, host.verdict), (1, None, Verdict::Ok));
    // The key dies with the one host.
    encrypted(&mut fleet, 100);
    assert_eq!(loss(&fleet, "fi1").gone, 1);
    alone(&mut fleet, "cafe");
    assert_eq!(names(&fleet), ["fi/fi1 Critical", "cafe/fi1 Ok"]);
}

#[test]
fn the_worst_guest_comes_first() {
    let order = |fleet: &Fleet| -> Vec<u32> {
        worst_guests(&judged(fleet)).into_iter().map(|(_, vmid)| vmid).collect()
    };
    // All are well: who would lose most.
    let mut fleet = healthy();
    assert_eq!(order(&fleet), [101, 200, 100]);
    snapshots(&mut fleet, 200, |list| {
        for copy in list {
            copy.time = copy.time.minus(DAY);
        }
    });
    assert_eq!(order(&fleet), [200, 101, 100]);
    // No way back is worse than a bad one.
    without_replication(&mut fleet);
    snapshots(&mut fleet, 100, Vec::clear);
    assert_eq!(order(&fleet), [100, 200, 101]);
}

/// Copies on a server that nobody has heard of for days may be gone by now.
#[test]
fn what_only_a_silent_server_holds_is_not_safe() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    // What was listed then.
    for vmid in [100, 101, 200] {
        snapshots(&mut fleet, vmid, |list| {
            for copy in list {
                copy.time = copy.time.minus(3 * DAY);
            }
        });
    }
    edit_pbs(&mut fleet, "pbs", |pbs| {
        for store in pbs.stores.values_mut() {
            for part in store.copies.values_mut() {
                age(part, 3 * DAY);
                change(part, |list| {
                    for group in list {
                        let seen = NOW.minus(3 * DAY);
                        *group = Arc::new(GroupCopies { seen, ..GroupCopies::clone(group) });
                    }
                });
            }
            store.groups.values_mut().for_each(|part| age(part, 3 * DAY));
        }
    });
    // 101 has nothing but its copies there.
    let loss = loss(&fleet, "fi2");
    assert_eq!((loss.restorable, loss.verdict), (1, Verdict::Unknown));
    let (lost, judged) = ([node("fi2")], judged(&fleet));
    let what = what_if(&fleet, &judged, &lost, NOW);
    assert!(what.guests[0].is_doubtful);
    assert_eq!(what.guests[0].verdict(), Verdict::Unknown, "nobody calls it well");
}

/// What it held a minute ago it may hold still; whether it can be had when it is needed is not known.
#[test]
fn what_a_server_holds_that_does_not_answer_now_is_not_safe() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    let lost = loss(&fleet, "fi2");
    assert_eq!((lost.restorable, lost.verdict), (1, Verdict::Unknown));
    // What has a replica needs no copy.
    assert_eq!(loss(&fleet, "fi1").verdict, Verdict::Ok);
    let what = what_if(&fleet, &judged(&fleet), &[node("fi2")], NOW);
    assert!(what.guests[0].is_doubtful);
    // One that sleeps as planned wakes when it is wanted.
    edit_site(&mut fleet, "home", |site| {
        site.sources[0].planned_off = vec![Window { from: 0, to: 1440 }];
    });
    assert!(!what_if(&fleet, &judged(&fleet), &[node("fi2")], NOW).guests[0].is_doubtful);
}
