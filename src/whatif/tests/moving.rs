//! Hosts that are emptied onto others.

use super::{GIB, change, disk, edit_pve, node, on_shared_storage, set, told, with_cafe};
use crate::fleet::id::{NodeName, SourceName};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::Part;
use crate::fleet::pve::backup::Selection;
use crate::fleet::pve::network::Bridge;
use crate::fleet::site::Fleet;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::tier::SLOW;
use crate::judge::rows::recovery::{Room, Tie};
use crate::judge::sample::{DUE, NOW, edit_link, healthy, judged, memory, rights, snapshots};
use crate::whatif::{Packing, Plan, Resource, consolidate};

pub(super) fn places(names: &[&str]) -> Vec<(SourceName, NodeName)> {
    let of = |name: &&str| name.split_once('/').map(|(s, n)| (s.into(), n.into())).unwrap();
    names.iter().map(of).collect()
}

pub(super) fn plan(fleet: &Fleet, from: &[&str], onto: &[&str]) -> Plan {
    consolidate(fleet, &judged(fleet), &places(from), &places(onto), NOW)
}

fn resource(need: u64, have: u64, fits: Room) -> Resource {
    Resource { need: Some(need * GIB), have: Some(have * GIB), fits }
}

#[test]
fn one_host_onto_two() {
    let plan = plan(&healthy(), &["fi/fi1", "fi/fi1"], &["fi/fi2", "fi/fi3", "fi/fi1", "fi/x"]);
    assert_eq!((plan.from, plan.onto), (places(&["fi/fi1"]), places(&["fi/fi2", "fi/fi3"])));
    // Two nodes of 64 GiB, each with a guest of 2 and 16 in use.
    assert_eq!(plan.memory, resource(2, 124, Room::Fits));
    assert_eq!(plan.used, resource(1, 96, Room::Fits));
    assert_eq!(plan.disk, resource(32, 1800, Room::Fits));
    let cpus = plan.cpus;
    assert_eq!((cpus.need, cpus.have, cpus.ratio), (Some(6.0), Some(16.0), Some(0.375)));
    assert_eq!((cpus.fits, plan.fits, plan.after), (Room::Fits, Room::Fits, Room::Fits));
    let moved: Vec<_> = plan.guests.iter().map(|m| (m.vmid, m.target.clone().unwrap().1)).collect();
    assert_eq!(moved, [(100, "fi2".into())]);
    let [first, second] = &plan.targets[..] else { panic!("{:?}", plan.targets) };
    assert_eq!((first.guests, first.taken, first.disk), (1, 2 * GIB, 32 * GIB));
    assert_eq!((second.guests, second.room), (0, Room::Fits));
    assert!(plan.ties.is_empty());
}

#[test]
fn what_is_left_must_survive_a_loss_too() {
    // All on one: no other is left.
    let one = plan(&healthy(), &["fi/fi1", "fi/fi3"], &["fi/fi2"]);
    assert_eq!((one.fits, one.after, one.guests.len()), (Room::Fits, Room::Full, 2));
    // Three guests of 2 GiB on two nodes of 5: two and one, never all three on one.
    let mut fleet = healthy();
    memory(&mut fleet, "fi2", 1, 5);
    memory(&mut fleet, "fi3", 1, 5);
    let two = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((two.fits, two.after), (Room::Fits, Room::Tight));
    memory(&mut fleet, "fi2", 3, 5);
    memory(&mut fleet, "fi3", 3, 5);
    let two = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((two.fits, two.after), (Room::Fits, Room::Full));
    // Nothing to move to.
    let none = plan(&fleet, &["fi/fi1"], &[]);
    assert_eq!(
        (none.fits, none.memory.fits, none.guests[0].target.clone()),
        (Room::Full, Room::Full, None)
    );
    assert_eq!(plan(&fleet, &[], &["fi/fi1"]).fits, Room::Fits);
}

#[test]
fn each_resource_may_be_short() {
    let mut fleet = healthy();
    memory(&mut fleet, "fi2", 1, 3);
    let short = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!(short.memory, resource(2, 1, Room::Full));
    assert_eq!(short.used, resource(1, 2, Room::Fits));
    assert_eq!(short.fits, Room::Tight);
    // More CPUs than threads, but idle ones; then busy ones.
    let mut fleet = healthy();
    let threads = |fleet: &mut Fleet, load: f64| {
        edit_pve(fleet, "fi", |pve| {
            change(&mut pve.resources, |r| {
                for node in &mut r.nodes {
                    (node.cpus, node.cpu) = (Some(2.0), Some(load));
                }
            });
        });
    };
    threads(&mut fleet, 0.1);
    let cpus = plan(&fleet, &["fi/fi1"], &["fi/fi2"]).cpus;
    assert_eq!((cpus.ratio, cpus.fits), (Some(2.0), Room::Tight));
    threads(&mut fleet, 1.0);
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).cpus.fits, Room::Full);
    threads(&mut fleet, f64::NAN);
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).cpus.fits, Room::Unknown);
    // A disk that is too large.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| c.disks[0].size = Some(901 * GIB));
    });
    let large = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((large.disk, large.fits), (resource(901, 1800, Room::Full), Room::Full));
    // Its size is not known.
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| c.disks[0].size = None);
    });
    let untold = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((untold.disk.need, untold.disk.fits), (None, Room::Unknown));
}

#[test]
fn shared_disks_stay_where_they_are_within_their_source() {
    let mut fleet = healthy();
    on_shared_storage(&mut fleet, 100);
    with_cafe(&mut fleet);
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).disk.need, Some(0));
    assert_eq!(plan(&fleet, &["fi/fi1"], &["cafe/fi1"]).disk.need, Some(32 * GIB));
}

#[test]
fn what_ties_guests_is_named() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| {
            c.passthrough = vec![("hostpci0".into(), "0000:01:00.0".into())];
            c.disks.push(disk("scsi1", "local-zfs"));
        });
    });
    let ties = plan(&fleet, &["fi/fi1"], &["fi/fi2"]).ties;
    assert_eq!(ties, [("fi".into(), 100, vec![Tie::Passthrough("hostpci0".into())])]);
    // A storage is missed where the guest would go, wherever its replica is.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            r.storages
                .iter_mut()
                .filter(|s| s.node == "fi3".into() && s.name == "local-zfs".into())
                .for_each(|s| s.name = "tank".into());
        });
    });
    let ties = |onto: &str| plan(&fleet, &["fi/fi1"], &[onto]).ties[0].2.clone();
    assert_eq!(ties("fi/fi2"), [Tie::Passthrough("hostpci0".into())]);
    assert_eq!(
        ties("fi/fi3"),
        [Tie::Passthrough("hostpci0".into()), Tie::Storage("local-zfs".into())]
    );
}

#[test]
fn a_bridge_is_missed_where_it_is_not() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| {
            config.bridges.push(("net1".into(), "vmbr1".into()));
        });
        for node in ["fi1", "fi3"] {
            change(&mut pve.nodes.get_mut(node).unwrap().bridges, |bridges| {
                bridges.push(Bridge { name: "vmbr1".into(), active: true });
            });
        }
    });
    let bare = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((bare.fits, bare.memory.fits), (Room::NoBridge, Room::Fits));
    assert_eq!(bare.ties, [("fi".into(), 100, vec![Tie::Bridge("vmbr1".into())])]);
    // Of two it goes where it is, though the other has as much room.
    let both = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!((both.fits, both.ties.len()), (Room::Fits, 0));
    assert_eq!(both.guests[0].target, Some(("fi".into(), "fi3".into())));
    // What becomes of it when its node dies.
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 restore fi/fi3 fits"]);
    // Nobody tells.
    edit_pve(&mut fleet, "fi", |pve| {
        pve.nodes.get_mut("fi2").unwrap().bridges.value = None;
    });
    let untold = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    let ties = ["vmbr0", "vmbr1"].map(|name| Tie::BridgeUntold(name.into())).to_vec();
    assert_eq!((untold.fits, untold.ties), (Room::Unknown, vec![("fi".into(), 100, ties)]));
}

fn vzdump(upid: &str, node: &str, id: Option<&str>, start: i64, took: i64) -> Task {
    Task {
        upid: upid.into(),
        node: node.into(),
        kind: "vzdump".into(),
        id: id.map(Into::into),
        user: "root@pam".into(),
        start: NOW.minus(start),
        end: Some(NOW.minus(start).plus(took)),
        result: Some(TaskResult::Ok),
    }
}

#[test]
fn the_backup_window_is_the_sum_of_past_runs() {
    let windows = |fleet: &Fleet, from: &[&str], onto: &[&str]| -> Vec<Option<i64>> {
        plan(fleet, from, onto).windows.iter().map(|window| window.takes).collect()
    };
    // Nobody saw a run.
    let mut fleet = healthy();
    assert_eq!(windows(&fleet, &["fi/fi1"], &["fi/fi2"]), [None]);
    // A run that began when they were due, or that all have a copy of, is that of all.
    edit_pve(&mut fleet, "fi", |pve| {
        for (node, took) in [("fi1", 300), ("fi2", 500)] {
            let runs = vec![
                vzdump(&format!("new-{node}"), node, None, 36_000, took),
                vzdump(&format!("old-{node}"), node, None, 90_000, 9_999),
            ];
            set(&mut pve.nodes.get_mut(node).unwrap().vzdumps, runs);
        }
    });
    assert_eq!(windows(&fleet, &["fi/fi1"], &["fi/fi2"]), [Some(800)]);
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).windows[0].before, Some(500));
    // fi3 never ran one.
    assert_eq!(windows(&fleet, &["fi/fi1"], &["fi/fi3"]), [None]);
    assert_eq!(windows(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]), [Some(800), None]);
    // Runs of a guest tell of it alone; one that failed tells nothing.
    edit_pve(&mut fleet, "fi", |pve| {
        let failed = Task {
            result: Some(TaskResult::Error("no space".into())),
            ..vzdump("failed", "fi3", Some("200"), 100, 5)
        };
        set(&mut pve.tasks, vec![failed, vzdump("one", "fi3", Some("200"), 7_000, 70)]);
    });
    assert_eq!(windows(&fleet, &["fi/fi1"], &["fi/fi3"]), [Some(370)]);
    // A guest that no job takes needs no time.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.backup_jobs, |jobs| jobs[0].selection = Selection::Guests(vec![200]));
    });
    assert_eq!(windows(&fleet, &["fi/fi1"], &["fi/fi3"]), [Some(70)]);
}

#[test]
fn a_run_by_hand_is_not_that_of_the_night() {
    // 100 and 101 are on fi1, 200 is on fi2; the night took 600 seconds.
    let mut fleet = healthy();
    let tasks = |fleet: &mut Fleet, all: &[(&str, i64, i64)]| {
        edit_pve(fleet, "fi", |pve| {
            let task =
                |(upid, start, took): &(&str, _, _)| vzdump(upid, "fi1", None, *start, *took);
            set(&mut pve.nodes.get_mut("fi1").unwrap().vzdumps, all.iter().map(task).collect());
            change(&mut pve.resources, |r| {
                r.guests.retain(|guest| guest.vmid != 200);
                r.guests.iter_mut().for_each(|guest| guest.node = "fi1".into());
            });
        });
    };
    let began = |fleet: &mut Fleet, vmid: u32, at: i64| {
        snapshots(fleet, vmid, |list| {
            list.iter_mut().max_by_key(|s| s.time).unwrap().time = DUE.plus(at);
        });
    };
    let window = |fleet: &Fleet| {
        let windows = plan(fleet, &["fi/fi1"], &["fi/fi2"]).windows;
        let [window] = &windows[..] else { panic!("{windows:?}") };
        window.takes
    };
    let night = ("night", 36_000, 600);
    // At 03:00 somebody copied 101 again, and a machine that no job takes.
    let by_hand = ("hand", 32_400, 40);
    began(&mut fleet, 100, 10);
    began(&mut fleet, 101, 3_600);
    tasks(&mut fleet, &[by_hand, night]);
    assert_eq!(window(&fleet), Some(600));
    // Without the night in sight, nobody knows how long it is.
    tasks(&mut fleet, &[by_hand]);
    assert_eq!(window(&fleet), None);
    // Both were copied by hand: that is a run of all.
    began(&mut fleet, 100, 3_610);
    began(&mut fleet, 101, 3_620);
    tasks(&mut fleet, &[("hand", 32_400, 80)]);
    assert_eq!(window(&fleet), Some(80));
    // 101 has had no copy since the night began: it was not of it.
    let mut fleet = healthy();
    began(&mut fleet, 100, 10);
    began(&mut fleet, 101, -86_000);
    tasks(&mut fleet, &[night]);
    assert_eq!(window(&fleet), None);
    // Two that began then: which of them is the night's?
    let mut fleet = healthy();
    began(&mut fleet, 100, 10);
    began(&mut fleet, 101, 3_600);
    tasks(&mut fleet, &[("other", 35_900, 30), night]);
    assert_eq!(window(&fleet), None);
}

#[test]
fn the_run_of_a_node_divides_by_its_copies() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            r.guests.iter_mut().for_each(|guest| guest.node = "fi1".into());
        });
        // 02:00 to 02:10: 100 until 101 began, then 101 until 200 began, then 200 to the end.
        let run = vec![vzdump("run", "fi1", None, 36_000, 600)];
        set(&mut pve.nodes.get_mut("fi1").unwrap().vzdumps, run);
    });
    for (vmid, began) in [(100, 10), (101, 100), (200, 400)] {
        snapshots(&mut fleet, vmid, |list| {
            list.iter_mut().max_by_key(|s| s.time).unwrap().time = DUE.plus(began);
        });
    }
    // The largest goes first: it has one node for itself, the others fit better on the other.
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| config.memory = Some(40 * GIB));
    });
    let both = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    let took = |plan: &Plan| -> Vec<(Option<i64>, Option<i64>)> {
        plan.windows.iter().map(|window| (window.before, window.takes)).collect()
    };
    assert_eq!(took(&both), [(Some(0), Some(90)), (Some(0), Some(300 + 200))]);
    // All of them together take what the run took.
    let one = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!(took(&one), [(Some(0), Some(600))]);
    // A copy is missing: how long that guest takes nobody knows.
    snapshots(&mut fleet, 200, |list| list.retain(|snapshot| snapshot.time < DUE));
    let both = plan(&fleet, &["fi/fi1"], &["fi/fi2", "fi/fi3"]);
    assert_eq!(took(&both), [(Some(0), Some(90)), (Some(0), None)]);
}

#[test]
fn what_nobody_sees_does_not_fit() {
    let fits = |change: &dyn Fn(&mut Fleet)| {
        let mut fleet = healthy();
        change(&mut fleet);
        plan(&fleet, &["fi/fi1"], &["fi/fi2"]).fits
    };
    assert_eq!(fits(&|_| ()), Room::Fits);
    // Guests that may not be seen, on either side.
    assert_eq!(
        fits(&|fleet| edit_pve(fleet, "fi", |pve| set(
            &mut pve.rights,
            rights(&[("/pool/prod", &["VM.Audit"])])
        ))),
        Room::Unknown
    );
    // Guests as they were: a silent source.
    assert_eq!(
        fits(&|fleet| edit_link(fleet, "fi", |link| {
            link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
        })),
        Room::Unknown
    );
    // An empty host of which nobody can tell that it is empty.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.guests.retain(|guest| guest.node != "fi1".into()));
        set(&mut pve.rights, rights(&[("/pool/prod", &["VM.Audit"])]));
    });
    let empty = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((empty.guests.len(), empty.fits), (0, Room::Unknown));
}

/// A token without Datastore.Audit is shown no storage.
#[test]
fn hidden_storages_rule_nothing_out() {
    let mut fleet = healthy();
    let blind = ["Sys.Audit", "VM.Audit", "Pool.Audit", "SDN.Audit"];
    edit_pve(&mut fleet, "fi", |pve| {
        set(&mut pve.rights, rights(&[("/", &blind)]));
        change(&mut pve.resources, |r| r.storages.clear());
    });
    let hidden = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert_eq!((hidden.fits, hidden.packing), (Room::Unknown, Packing::Found));
    assert_eq!((hidden.disk.have, hidden.disk.fits), (None, Room::Unknown));
    // Whether a node sees the shared storage cannot be told, nor whether the disk is carried.
    let mut fleet = healthy();
    on_shared_storage(&mut fleet, 100);
    edit_pve(&mut fleet, "fi", |pve| {
        set(&mut pve.rights, rights(&[("/", &blind), ("/storage/pbs", &["Datastore.Audit"])]));
        change(&mut pve.resources, |r| r.storages.retain(|s| s.name == "pbs".into()));
    });
    assert_eq!(plan(&fleet, &["fi/fi1"], &["fi/fi2"]).fits, Room::Unknown);
}

#[test]
fn a_shared_disk_is_carried_to_who_does_not_see_it() {
    let mut fleet = healthy();
    on_shared_storage(&mut fleet, 100);
    let disk_of = |fleet: &Fleet| plan(fleet, &["fi/fi1"], &["fi/fi2"]).targets[0].disk;
    assert_eq!(disk_of(&fleet), 0);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            r.storages.retain(|s| s.name != "ceph".into() || s.node != "fi2".into());
        });
    });
    assert_eq!(disk_of(&fleet), 32 * GIB);
}

#[test]
fn jobs_that_were_not_read_leave_the_window_open() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        pve.backup_jobs = Part::new("/cluster/backup", SLOW);
        change(&mut pve.tasks, Vec::clear);
    });
    let plan = plan(&fleet, &["fi/fi1"], &["fi/fi2"]);
    assert!(!plan.windows.is_empty());
    assert!(plan.windows.iter().all(|window| window.takes.is_none()), "{:?}", plan.windows);
}
