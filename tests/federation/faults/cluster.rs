//! Clusters that split, change and move while they are looked at.

use vigie::judge::Verdict;
use vigie::judge::rows::{Judged, SourceState as Is};
use vigie::simulate::fleet::SimDatastore;

use super::recovered;
use crate::bed::{Bed, source_row};
use crate::losses::scene::three_nodes;

/// The states of guests of the cluster, as they are shown.
fn states(judged: &Judged) -> Vec<(u32, String)> {
    let rows = judged.sites.iter().flat_map(|site| &site.guests);
    rows.filter(|row| row.source.as_str() == "pve")
        .map(|row| (row.vmid, row.state.to_string()))
        .collect()
}

fn verdict(judged: &Judged, node: &str) -> Verdict {
    judged.sites[0].nodes.iter().find(|row| row.name.as_str() == node).unwrap().verdict
}

/// Two endpoints contradict each other: whichever is asked first, the half with quorum is believed,
/// and the other is shown beside it.
#[test]
fn a_cluster_that_splits() {
    for (cut, others) in [("pve3", ["pve1", "pve2"]), ("pve1", ["pve2", "pve3"])] {
        let mut bed = Bed::new(three_nodes());
        bed.look();
        let since = bed.clock.now() - crate::bed::NOON;
        bed.source("pve").edit_node(cut, |node| node.cut_off_since = Some(since));
        // The second look begins with what the first one knows.
        for look in 1..=2 {
            let judged = bed.look();
            let said = bed.said(&judged);
            for line in [
                format!("critical cluster.no-quorum cluster/pve ({cut})"),
                format!("critical node.offline node/pve/{cut}"),
            ] {
                assert!(said.contains(&line), "{cut}, look {look}: not said: {line}: {said:#?}");
            }
            assert!(!said.contains("critical cluster.no-quorum cluster/pve"), "{cut}: {said:#?}");
            let is_own = |line: &&String| line.contains("node.offline");
            assert_eq!(said.iter().filter(is_own).count(), 1, "{cut}, look {look}: {said:#?}");
            for other in others {
                assert_eq!(verdict(&judged, other), Verdict::Ok, "{cut}, look {look}: {other}");
            }
            assert_eq!(states(&judged).len(), 6, "{cut}: every guest stays");
            for source in ["pve", "alone", "pbs"] {
                let row = source_row(&judged, source);
                assert_eq!(row.state, Is::Fresh, "{cut}, look {look}: {row:?}");
            }
            // Of two minutes, so that whoever is avoided is looked at again.
            bed.clock.advance(120);
        }
        bed.source("pve").edit_node(cut, |node| node.cut_off_since = None);
        bed.look();
        let judged = bed.look();
        recovered(&bed, &judged, "pve", cut);
    }
}

/// No half has quorum: neither is believed of the other, and it is told once.
#[test]
fn a_cluster_that_falls_apart() {
    let mut bed = Bed::new(three_nodes());
    bed.look();
    bed.source("pve").edit(|cluster| cluster.quorate = false);
    let judged = bed.look();
    let said = bed.said(&judged);
    let told: Vec<&String> = said.iter().filter(|line| line.starts_with("critical")).collect();
    assert_eq!(told, ["critical cluster.no-quorum cluster/pve"]);
    assert_eq!(states(&judged).len(), 6);
    bed.source("pve").edit(|cluster| cluster.quorate = true);
    bed.look();
    let judged = bed.look();
    recovered(&bed, &judged, "pve", "a cluster that fell apart");
}

/// A node that was renamed is there once, under its new name, with its guests.
#[test]
fn a_node_that_was_renamed() {
    let mut bed = Bed::new(three_nodes());
    let before = states(&bed.look());
    bed.source("pve").edit(|cluster| {
        let renamed = |name: &mut String| {
            if name == "pve3" {
                "anvil".clone_into(name);
            }
        };
        cluster.nodes.iter_mut().for_each(|node| renamed(&mut node.name));
        cluster.guests.iter_mut().for_each(|guest| renamed(&mut guest.node));
        cluster.replication.iter_mut().for_each(|job| renamed(&mut job.target));
    });
    bed.look();
    let judged = bed.look();
    let names: Vec<&str> = judged.sites[0].nodes.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "anvil").count(), 1, "{names:?}");
    assert!(!names.contains(&"pve3"), "{names:?}");
    assert_eq!(states(&judged), before);
    let on = |name: &str| {
        let guests = &judged.sites[0].guests;
        guests.iter().filter(|row| row.node.as_str() == name).count()
    };
    assert_eq!((on("anvil"), on("pve3")), (2, 0));
    assert!(bed.said(&judged).iter().all(|line| !line.contains("pve3")), "{:?}", bed.said(&judged));
}

/// A guest migrates between two rounds, and while one is under way: its configuration is asked for
/// where it no longer is. It is there once, never gone, and nothing is said of it.
#[test]
fn a_guest_that_migrates_during_the_round() {
    let mut fleet = three_nodes();
    fleet.cluster_mut("pve").unwrap().replication.retain(|job| job.guest != 300);
    let mut bed = Bed::new(fleet);
    let before = states(&bed.look());
    for to in ["pve2", "pve3", "pve1"] {
        bed.source("pve").edit(|cluster| {
            let guest = cluster.guests.iter_mut().find(|guest| guest.vmid == 300).unwrap();
            to.clone_into(&mut guest.node);
        });
        let judged = bed.look();
        recovered(&bed, &judged, "pve", to);
        assert_eq!(states(&judged), before, "{to}");
        let rows = judged.sites[0].guests.iter().filter(|row| row.vmid == 300);
        let nodes: Vec<&str> = rows.map(|row| row.node.as_str()).collect();
        assert_eq!(nodes, [to]);
    }
}

/// A datastore that was removed leaves nothing behind.
#[test]
fn a_datastore_that_was_removed() {
    let mut fleet = three_nodes();
    let second = SimDatastore::healthy("second", 4 << 40, 1 << 40, &["pve"]);
    fleet.pbs_mut("pbs").unwrap().datastores.push(second);
    let mut bed = Bed::new(fleet);
    bed.look();
    bed.source("pbs").edit_pbs(|pbs| pbs.datastores.retain(|store| store.name != "second"));
    let judged = bed.look();
    let stores = judged.sites.iter().flat_map(|site| &site.datastores);
    let names: Vec<&str> = stores.map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["main"]);
    recovered(&bed, &judged, "pbs", "a datastore that was removed");
}
