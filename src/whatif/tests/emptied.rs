//! Hosts that are emptied: what is left of their clusters, numbers, CPUs, nodes that do not answer,
//! and that room is found where there is some.

use proptest::prelude::*;

use super::moving::{places, plan};
use super::{GIB, change, edit_pve, two_nodes, with_cafe};
use crate::fleet::host::Usage;
use crate::fleet::id::GuestKind;
use crate::fleet::part::Part;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::site::Fleet;
use crate::fleet::tier::HOURLY;
use crate::judge::rows::recovery::{Room, Tie};
use crate::judge::sample::{another, guest, healthy, memory, under_ha};
use crate::whatif::Packing;

/// Changes the row of a node of `fi`.
fn row(fleet: &mut Fleet, node: &str, with: impl Fn(&mut crate::fleet::pve::cluster::Node)) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            with(r.nodes.iter_mut().find(|n| n.name == node.into()).unwrap());
        });
    });
}

#[test]
fn votes_are_counted_without_the_emptied_hosts() {
    // Two nodes, with a QDevice or without → votes there, needed, quorate, pvecm expected.
    let table = [(false, (1, 2, Some(false), true)), (true, (2, 2, Some(true), false))];
    for (qdevice, expected) in table {
        let mut fleet = healthy();
        two_nodes(&mut fleet, qdevice);
        let plan = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
        let [after] = &plan.clusters[..] else { panic!("{:?}", plan.clusters) };
        let said = (after.present, after.quorum, after.quorate, after.needs_expected);
        assert_eq!((said, plan.fits), (expected, Room::Fits), "{qdevice}");
    }
    // Guests that go to another cluster: what is left of their own, and that one as it is.
    let mut fleet = healthy();
    another(&mut fleet, "no");
    under_ha(&mut fleet, 101);
    let plan = plan(&fleet, &["fi/fi1", "fi/fi3"], &["no/fi2"]);
    let said: Vec<_> =
        plan.clusters.iter().map(|a| (a.source.as_str(), a.nodes_left, a.quorate)).collect();
    assert_eq!(said, [("fi", 1, Some(false)), ("no", 3, Some(true))]);
    // A standalone host has no votes.
    with_cafe(&mut fleet);
    assert_eq!(super::moving::plan(&fleet, &["cafe/fi1"], &["cafe/fi1"]).clusters, []);
}

#[test]
fn a_number_that_is_taken_there_is_told() {
    let mut fleet = healthy();
    with_cafe(&mut fleet);
    let free = plan(&fleet, &["fi/fi1"], &["cafe/fi1"]);
    assert!(free.ties.is_empty(), "{:?}", free.ties);
    edit_pve(&mut fleet, "cafe", |pve| {
        change(&mut pve.resources, |r| {
            r.guests.push(guest(100, GuestKind::Qemu, "fi1", "other"));
        });
    });
    let taken = plan(&fleet, &["fi/fi1"], &["cafe/fi1"]);
    assert_eq!(taken.ties, [("fi".into(), 100, vec![Tie::Number(100)])]);
    assert_eq!(taken.fits, Room::Fits);
    // Within its own cluster it keeps its number.
    assert!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).ties.is_empty());
    // Two of one number go to the same place: the second needs another.
    let mut fleet = healthy();
    another(&mut fleet, "no");
    with_cafe(&mut fleet);
    let both = plan(&fleet, &["fi/fi1", "no/fi1"], &["cafe/fi1"]);
    assert_eq!(both.ties, [("no".into(), 100, vec![Tie::Number(100)])]);
}

#[test]
fn a_vm_runs_where_there_are_threads_for_it() {
    let mut fleet = healthy();
    let cpus = |fleet: &mut Fleet, kind: GuestKind, cpus: u32| {
        edit_pve(fleet, "fi", |pve| {
            change(pve.configs.get_mut(&100).unwrap(), |config| config.cpus = Some(cpus));
            change(&mut pve.resources, |r| r.guests[0].kind = kind);
        });
    };
    row(&mut fleet, "fi2", |node| node.cpus = Some(4.0));
    row(&mut fleet, "fi3", |node| node.cpus = Some(16.0));
    cpus(&mut fleet, GuestKind::Qemu, 8);
    let small = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((small.fits, small.packing), (Room::Full, Packing::Impossible));
    assert_eq!((small.cpus.fits, small.memory.fits), (Room::Full, Room::Fits));
    let both = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((both.fits, both.cpus.fits), (Room::Fits, Room::Fits));
    assert_eq!(both.guests[0].target, Some(("fi".into(), "fi3".into())));
    let given: Vec<_> = both.targets.iter().map(|t| (t.node.as_str(), t.cpus, t.threads)).collect();
    assert!(given.contains(&("fi2", Some(2.0), Some(4.0))), "{given:?}");
    assert!(given.contains(&("fi3", Some(10.0), Some(16.0))), "{given:?}");
    // A container is given what there is.
    cpus(&mut fleet, GuestKind::Lxc, 8);
    let container = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((container.fits, container.cpus.fits), (Room::Fits, Room::Tight));
    // Enough threads together, not on the one that has the memory: shown, not refused.
    cpus(&mut fleet, GuestKind::Qemu, 4);
    memory(&mut fleet, "fi3", 3, 3);
    let one = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((one.cpus.need, one.cpus.have), (Some(8.0), Some(20.0)));
    assert_eq!((one.fits, one.cpus.fits), (Room::Fits, Room::Tight));
    row(&mut fleet, "fi2", |node| node.cpus = None);
    let untold = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((untold.fits, untold.cpus.fits), (Room::Unknown, Room::Unknown));
}

#[test]
fn any_node_that_is_left_may_die_then() {
    let mut fleet = healthy();
    // fi2 holds its own guest and that of fi1, and not that of fi3 too.
    memory(&mut fleet, "fi2", 1, 5);
    memory(&mut fleet, "fi3", 1, 64);
    let onto_one = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!(onto_one.remaining, places(&["fi/fi3", "fi/fi2"]));
    assert_eq!((onto_one.fits, onto_one.after), (Room::Fits, Room::Tight));
    memory(&mut fleet, "fi2", 3, 5);
    let full = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((full.fits, full.after), (Room::Fits, Room::Full));
    assert_eq!(full.weakest, Some(("fi".into(), "fi3".into())));
    // One that is off neither dies nor takes anything.
    row(&mut fleet, "fi3", |node| node.state = NodeState::Offline);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.status, |s| s.members[2].online = false);
    });
    let off = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!(
        (off.fits, off.after, off.weakest),
        (Room::Fits, Room::Full, Some(("fi".into(), "fi2".into())))
    );
}

#[test]
fn nodes_that_do_not_answer_promise_nothing() {
    // What is known of fi2 → what there is of memory and disk, and whether each fits.
    let seen = |fleet: &Fleet, onto: &[&str]| {
        let plan = plan(fleet, &["fi/fi1"], onto);
        (plan.fits, plan.memory.fits, plan.used.fits, plan.disk.fits, plan.cpus.fits)
    };
    let mut fleet = healthy();
    assert_eq!(
        seen(&fleet, &["fi/fi2"]),
        (Room::Fits, Room::Fits, Room::Fits, Room::Fits, Room::Fits)
    );
    // The cluster sees it, and its figures come from nobody.
    row(&mut fleet, "fi2", |node| node.state = NodeState::Unknown);
    let unknown = (Room::Unknown, Room::Unknown, Room::Unknown, Room::Unknown, Room::Unknown);
    assert_eq!(seen(&fleet, &["fi/fi2"]), unknown);
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).memory.have, None);
    // Beside one that answers it is not needed.
    let beside = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((beside.fits, beside.memory.fits), (Room::Fits, Room::Fits));
    assert_eq!(beside.guests[0].target, Some(("fi".into(), "fi3".into())));
    // Where that one is too small, it cannot be told.
    memory(&mut fleet, "fi3", 64, 64);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.nodes[2].memory = Some(Usage { used: GIB, total: GIB }));
    });
    let small = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((small.fits, small.memory.fits), (Room::Unknown, Room::Unknown));
    // One that is off has nothing, and that is known.
    row(&mut fleet, "fi2", |node| node.state = NodeState::Offline);
    edit_pve(&mut fleet, "fi", |pve| change(&mut pve.status, |s| s.members[1].online = false));
    let off = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!(
        (off.memory.have, off.memory.fits, off.disk.fits),
        (Some(0), Room::Full, Room::Full)
    );
    assert_eq!((off.fits, off.packing), (Room::Away, Packing::Impossible));
}

/// A guest: memory as configured, as used, its disk. GiB.
type Size = (u64, u64, u64);
/// A node: memory free as configured, as used, room for disks. GiB.
type Hole = (u64, u64, u64);

/// So many guests on fi1, to go onto fi2 and fi3.
fn fleet_of(guests: &[Size], holes: [Hole; 2]) -> Fleet {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        let config = pve.configs[&100].known().unwrap().clone();
        pve.configs.clear();
        change(&mut pve.replication, Vec::clear);
        change(&mut pve.resources, |r| {
            r.guests.clear();
            for (vmid, (need, used, disk)) in (100..).zip(guests) {
                let mut row = guest(vmid, GuestKind::Qemu, "fi1", "a");
                row.memory = Some(Usage { used: used * GIB, total: need * GIB });
                r.guests.push(row);
                let mut config = config.clone();
                config.memory = Some(need * GIB);
                config.disks[0].size = Some(disk * GIB);
                let mut part = Part::new("/config", HOURLY);
                crate::judge::sample::set(&mut part, config);
                pve.configs.insert(vmid, part);
            }
            for (node, (free, idle, disk)) in ["fi2", "fi3"].into_iter().zip(holes) {
                // A guest's promise takes what is not free as configured.
                let total = free.max(idle);
                let row = r.nodes.iter_mut().find(|n| n.name == node.into()).unwrap();
                row.memory = Some(Usage { used: (total - idle) * GIB, total: total * GIB });
                if total > free {
                    let mut own =
                        guest(if node == "fi2" { 200 } else { 300 }, GuestKind::Lxc, node, "b");
                    own.memory = Some(Usage { used: 0, total: (total - free) * GIB });
                    r.guests.push(own);
                }
                let storage = r.storages.iter_mut().filter(|s| s.node == node.into());
                storage.for_each(|s| {
                    s.usage = Some(Usage { used: 100 * GIB, total: (100 + disk) * GIB });
                });
            }
        });
    });
    fleet
}

/// The best that any order and any distribution comes to.
fn by_force(guests: &[Size], holes: [Hole; 2]) -> Option<Room> {
    if guests.is_empty() {
        return Some(Room::Fits);
    }
    let mut best = None;
    for next in 0..guests.len() {
        let (need, used, disk) = guests[next];
        let rest: Vec<Size> = [&guests[..next], &guests[next + 1..]].concat();
        for at in 0..2 {
            let (free, idle, room) = holes[at];
            let fits = match (free >= need, idle >= need) {
                _ if room < disk => continue,
                (true, true) => Room::Fits,
                (false, false) => continue,
                _ => Room::Tight,
            };
            let mut holes = holes;
            holes[at] = (free.saturating_sub(need), idle.saturating_sub(used), room - disk);
            let found = by_force(&rest, holes).map(|rest| rest.max(fits));
            best = [best, found].into_iter().flatten().min();
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn room_is_found_where_there_is_some(
        guests in proptest::collection::vec((1_u64..8, 0_u64..8, 1_u64..8), 1..5),
        holes in [(0_u64..12, 0_u64..12, 2_u64..14), (0_u64..12, 0_u64..12, 2_u64..14)],
    ) {
        let guests: Vec<Size> =
            guests.into_iter().map(|(need, used, disk)| (need, used.min(need), disk)).collect();
        let plan = plan(&fleet_of(&guests, holes), &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
        let best = by_force(&guests, holes);
        let packing = if best.is_some() { Packing::Found } else { Packing::Impossible };
        prop_assert_eq!((plan.fits, plan.packing), (best.unwrap_or(Room::Full), packing));
        // What is said to go somewhere is there, once.
        let put: u32 = plan.targets.iter().map(|target| target.guests).sum();
        let found = plan.guests.iter().filter(|moved| moved.room <= Room::Tight).count();
        prop_assert_eq!(put as usize, found);
        for (target, (_, _, room)) in ["fi2", "fi3"].iter().zip(holes) {
            let target = plan.targets.iter().find(|t| t.node.as_str() == *target).unwrap();
            prop_assert!(target.disk <= room * GIB, "{target:?}");
        }
    }
}

#[test]
fn what_is_too_much_to_try_is_not_ruled_out() {
    // Thirty guests of odd sizes onto two hosts that hold their sum, and half a GiB less.
    let sizes: Vec<Size> = (0..26).map(|n| (10 + n * 7 % 13, 0, 1)).collect();
    let sum: u64 = sizes.iter().map(|(need, ..)| need).sum();
    let fits = plan(
        &fleet_of(&sizes, [(sum / 2, 1, 900), (sum - sum / 2, 1, 900)]),
        &["fi/fi1"],
        &["fi/fi2", "fi/fi3"],
    );
    assert_eq!((fits.packing, fits.fits), (Packing::Found, Room::Tight));
    let short = plan(
        &fleet_of(&sizes, [(sum / 2 - 1, 1, 900), (sum - sum / 2, 1, 900)]),
        &["fi/fi1"],
        &["fi/fi2", "fi/fi3"],
    );
    assert_eq!((short.packing, short.fits), (Packing::NotFound, Room::Unknown));
    assert_eq!(short.memory.fits, Room::Full);
    let left = short.guests.iter().filter(|moved| moved.target.is_none()).count();
    assert!(left > 0);
    assert!(short.guests.iter().all(|moved| moved.room <= Room::Unknown));
}
