//! What is predicted of a loss is compared with what the simulated federation then shows: each
//! node of each fleet is killed in turn, and so is the backup server.
//!
//! A prediction is made from a look at the healthy fleet. Then the machine is killed, and vigie
//! looks again: at what is left, at what happens a day later where nobody does anything, and at
//! what is there when somebody did what was predicted.

mod check;
pub mod scene;

use std::collections::BTreeMap;

use vigie::judge::rows::recovery::Room;
use vigie::judge::rows::{Judged, SourceState};
use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::whatif::{How, Loss, what_if};

use crate::bed::{source_row, two_sites};
use check::{guest_rows, is_said};
use scene::{Prediction, Scene};

/// Kills each node in turn; how many guests of all of them come back in which way, and how many of
/// the others stop until there is quorum, because their own node resets itself.
fn each_node_of(fleet: SimFleet) -> (BTreeMap<How, usize>, usize) {
    let (mut ways, mut stopped) = (BTreeMap::new(), 0);
    let mut scene = Scene::new(fleet);
    let nodes = scene.nodes();
    assert!(nodes.len() > 2, "{nodes:?}");
    for (source, node) in nodes {
        let loss = Loss::Node(source.as_str().into(), node.as_str().into());
        let prediction = scene.predict(&[loss]);
        scene.kill(&source, &node);
        let after = scene.look_after(scene::FORGOTTEN);
        check::quorum(&prediction, &after, &scene.bed);
        check::hit(&prediction, &after);
        check::ways(&prediction, &after);
        let later = scene.a_day_without_anybody();
        check::failing(&prediction, &later);
        let played = scene.play(&prediction);
        check::played(&prediction, &played, &scene);
        scene.revive();
        for fate in &prediction.what.guests {
            *ways.entry(fate.how).or_default() += 1;
        }
        stopped += prediction.what.clusters.iter().map(|after| after.stopped.len()).sum::<usize>();
    }
    (ways, stopped)
}

#[test]
fn each_of_two_sites() {
    // Half of two has no quorum: HA does nothing, and the replicas are started by hand.
    let (ways, stopped) = each_node_of(two_sites());
    assert_eq!(ways, [(How::Replica, 4), (How::Restore, 2)].into());
    // The one under HA is on pve1: that resets itself when pve2 is gone, and not the other way.
    assert_eq!(stopped, 2);
}

#[test]
fn each_of_two_sites_with_a_qdevice() {
    let mut fleet = two_sites();
    fleet.cluster_mut("pve").unwrap().qdevice = true;
    let (ways, stopped) = each_node_of(fleet);
    assert_eq!(ways, [(How::Ha, 1), (How::Replica, 3), (How::Restore, 2)].into());
    assert_eq!(stopped, 0);
}

#[test]
fn each_of_three_nodes() {
    let (ways, stopped) = each_node_of(scene::three_nodes());
    assert_eq!(ways, [(How::Ha, 1), (How::Shared, 1), (How::Replica, 4), (How::Restore, 2)].into());
    assert_eq!(stopped, 0);
}

#[test]
fn each_of_the_demo() {
    // Of the twenty guests of the cluster 18 have a replica; the template has a copy alone, and
    // `scratch` has nothing. The other 26 are on hosts that stand alone.
    let (ways, stopped) = each_node_of(SimFleet::demo());
    assert_eq!(ways, [(How::Replica, 18), (How::Restore, 27), (How::Gone, 1)].into());
    // HA has guests on both nodes: whichever is gone, the other resets itself with all it runs. Each
    // of the twenty is on one of them, and all but the template run.
    assert_eq!(stopped, 19);
}

#[test]
fn each_of_the_demo_with_a_qdevice() {
    let mut fleet = SimFleet::demo();
    fleet.cluster_mut("fi").unwrap().qdevice = true;
    let (ways, stopped) = each_node_of(fleet);
    let restored = [(How::Restore, 27), (How::Gone, 1)];
    assert_eq!(ways, [(How::Ha, 3), (How::Replica, 15)].into_iter().chain(restored).collect());
    assert_eq!(stopped, 0);
}

/// No guest dies with a backup server; its copies do, and every job that writes to it fails.
fn the_backup_server_of(fleet: SimFleet) -> (Prediction, Judged) {
    let mut scene = Scene::new(fleet);
    let prediction = scene.predict(&[Loss::Source("pbs".into())]);
    assert_eq!(prediction.what.guests, []);
    assert_eq!(prediction.what.clusters, []);
    scene.kill("pbs", "");
    let after = scene.look_after(scene::FORGOTTEN);
    assert_eq!(source_row(&after, "pbs").state, SourceState::Unreachable);
    check::hit(&prediction, &after);
    let later = scene.a_day_without_anybody();
    check::bare(&prediction, &later);
    check::failing(&prediction, &later);
    (prediction, later)
}

#[test]
fn the_backup_server_of_two_sites() {
    let (prediction, later) = the_backup_server_of(two_sites());
    // All six guests have their only copies there.
    assert_eq!(prediction.what.copies_lost.bare.len(), 6);
    for job in ["backup-job/alone/backup-nightly", "backup-job/pve/backup-nightly"] {
        assert!(prediction.fails(job), "{job}");
        assert!(is_said(&later, "backup.job", job), "{job}");
    }
}

#[test]
fn the_backup_server_of_a_fleet_with_copies_elsewhere() {
    let (prediction, _) = the_backup_server_of(scene::with_copies_at_home());
    // The host keeps copies of its own two guests on its own disk.
    let bare: Vec<u32> = prediction.what.copies_lost.bare.iter().map(|(_, vmid)| *vmid).collect();
    assert_eq!(bare, [100, 101, 200, 201]);
    assert!(!prediction.fails("backup-job/alone/backup-local"));
}

#[test]
fn the_backup_server_of_the_demo() {
    let (prediction, _) = the_backup_server_of(SimFleet::demo());
    // All but the one guest in no job: that has nothing to lose.
    let of_demo = SimFleet::demo();
    let guests = of_demo.clusters().map(|(_, cluster)| cluster.guests.len()).sum::<usize>();
    assert_eq!(prediction.what.copies_lost.bare.len(), guests - 1);
}

/// The copies that a host keeps of its own guests on its own disk die with it.
#[test]
fn copies_at_home_are_lost_with_it() {
    let mut scene = Scene::new(scene::with_copies_at_home());
    let prediction = scene.predict(&[Loss::Node("alone".into(), "alone".into())]);
    let places: Vec<&str> =
        prediction.what.copies_lost.places.iter().map(std::convert::AsRef::as_ref).collect();
    assert_eq!(places, ["alone:alone/local"]);
    for fate in &prediction.what.guests {
        assert_eq!((fate.how, fate.place.as_deref()), (How::Restore, Some("pbs:main/shed")));
    }
}

/// Everything at once: nothing is left to come back to, and nobody is there to say so.
#[test]
fn a_whole_site_and_the_backup_server() {
    let mut scene = Scene::new(two_sites());
    let lost = ["healthy", "vault"].map(|site| Loss::Site(site.into()));
    let prediction = scene.predict(&lost);
    // The replicas of `pve` die with its site, the copies with that of the backup server.
    assert_eq!(prediction.what.guests.len(), 4);
    assert!(prediction.what.guests.iter().all(|fate| fate.how == How::Gone));
    let bare: Vec<u32> = prediction.what.copies_lost.bare.iter().map(|(_, vmid)| *vmid).collect();
    assert_eq!(bare, [500, 501]);
    for (source, node) in [("pve", "pve1"), ("pve", "pve2"), ("pbs", "")] {
        scene.kill(source, node);
    }
    let after = scene.look_after(scene::FORGOTTEN);
    for source in ["pve", "pbs"] {
        assert_eq!(source_row(&after, source).state, SourceState::Unreachable);
    }
    check::hit(&prediction, &after);
    let later = scene.a_day_without_anybody();
    check::bare(&prediction, &later);
    check::failing(&prediction, &later);
}

/// What is said not to fit does not: put there all the same, the node's memory is full.
#[test]
fn what_has_no_room_has_none() {
    let mut fleet = two_sites();
    let cluster = fleet.cluster_mut("pve").unwrap();
    cluster.qdevice = true;
    for node in &mut cluster.nodes {
        (node.memory, node.memory_used) = (16 << 30, Some(0.7));
    }
    cluster.guest_mut(101).unwrap().memory = 16 << 30;
    fleet.cluster_mut("alone").unwrap().nodes[0].memory = 2 << 30;
    let mut scene = Scene::new(fleet);
    let prediction = scene.predict(&[Loss::Node("pve".into(), "pve1".into())]);
    let fate = prediction.what.guests.iter().find(|fate| fate.vmid == 101).unwrap();
    assert_eq!((fate.how, fate.room), (How::Replica, Room::Full));
    let of_node = scene.n_minus_one().nodes;
    let loss = of_node.iter().find(|loss| loss.node.as_str() == "pve1").unwrap();
    assert_eq!(loss.fits, Room::Full);
    scene.kill("pve", "pve1");
    scene.look_after(scene::FORGOTTEN);
    scene.bed.source("pve").move_guest(101, "pve2");
    let after = scene.look_after(scene::SETTLED);
    let told = after.problems.iter().find(|problem| problem.code.as_str() == "node.memory");
    assert_eq!(told.map(|problem| problem.subject.to_string()), Some("node/pve/pve2".into()));
}

/// What is predicted of several at once is what is predicted of each, where they share nothing.
#[test]
fn what_dies_together_is_the_sum_where_nothing_is_shared() {
    let mut scene = Scene::new(SimFleet::demo());
    let nodes: Vec<Loss> =
        ["cafe1", "refractaire"].map(|name| Loss::Node(name.into(), name.into())).to_vec();
    let both = scene.predict(&nodes);
    let mut hit: Vec<(String, u32)> = Vec::new();
    for loss in nodes {
        let one = what_if(&scene.bed.fleet, &both.judged, &[loss], both.judged.taken);
        hit.extend(one.guests.iter().map(|fate| (fate.source.to_string(), fate.vmid)));
    }
    let all: Vec<(String, u32)> =
        both.what.guests.iter().map(|fate| (fate.source.to_string(), fate.vmid)).collect();
    assert_eq!(all, hit);
    for name in ["cafe1", "refractaire"] {
        scene.kill(name, name);
    }
    let after = scene.look_after(scene::FORGOTTEN);
    check::hit(&both, &after);
    check::ways(&both, &after);
    assert!(guest_rows(&after).count() > all.len());
}

/// HA goes where its rules let it, and nowhere else; where they leave no node, hands do.
#[test]
fn each_of_three_nodes_bound_by_rules() {
    // The guest under HA is on pve1, its replicas are on pve2 and pve3.
    for (nodes, strict, by_ha) in [
        (&["pve1", "pve3"][..], true, 1),
        (&["pve3"][..], false, 1),
        (&["pve1"][..], true, 0),
        (&["pve1"][..], false, 1),
    ] {
        let mut fleet = scene::three_nodes();
        fleet.cluster_mut("pve").unwrap().bind("bound", &[100], nodes, strict);
        let (ways, _) = each_node_of(fleet);
        assert_eq!(ways.get(&How::Ha).copied().unwrap_or(0), by_ha, "{nodes:?} {strict}");
        assert_eq!(ways.get(&How::Replica), Some(&(5 - by_ha)), "{nodes:?} {strict}");
    }
}

/// The same in the words of PVE 8.
#[test]
fn each_of_three_nodes_bound_by_groups() {
    for (strict, by_ha) in [(true, 0), (false, 1)] {
        let mut fleet = scene::three_nodes();
        let cluster = fleet.cluster_mut("pve").unwrap();
        cluster.version = SimVersion(8, 4, 1);
        cluster.bind("bound", &[100], &["pve1"], strict);
        let (ways, _) = each_node_of(fleet);
        assert_eq!(ways.get(&How::Ha).copied().unwrap_or(0), by_ha, "{strict}");
    }
}
