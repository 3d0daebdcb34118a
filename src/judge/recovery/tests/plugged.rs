//! Bridges: guest 100 is on fi1 with a replica on fi2; each test plugs it into something.

use crate::fleet::part::Part;
use crate::fleet::pve::network::Bridge;
use crate::fleet::site::Fleet;
use crate::fleet::tier::SLOW;
use crate::judge::rows::recovery::{RecoveryRow, Room, Tie};
use crate::judge::sample::{age, change, edit_pve, healthy, rights, set};
use crate::judge::verdict::Verdict;

/// Guest 100 plugged into `vmbr1`, which these nodes list beside `vmbr0`.
pub(super) fn plugged(fleet: &mut Fleet, nodes: &[&str]) {
    edit_pve(fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| {
            config.bridges = vec![("net0".into(), "vmbr0".into()), ("net1".into(), "vmbr1".into())];
        });
        for node in nodes {
            change(&mut pve.nodes.get_mut(*node).unwrap().bridges, |bridges| {
                bridges.push(Bridge { name: "vmbr1".into(), active: true });
            });
        }
    });
}

fn rooms(row: &RecoveryRow) -> Vec<(&str, Room)> {
    row.ways
        .iter()
        .map(|way| (way.target.as_ref().map_or("", |(_, n)| n.as_str()), way.room))
        .collect()
}

fn bridge(tie: fn(std::sync::Arc<str>) -> Tie) -> Vec<Tie> {
    vec![tie("vmbr1".into())]
}

#[test]
fn a_node_without_its_bridge_does_not_run_it() {
    // Where the bridge is → where the replica and the copy would run, what ties, what is said.
    type Case<'a> = (&'a [&'a str], [(&'a str, Room); 2], Vec<Tie>, &'a [&'a str]);
    let table: [Case<'_>; 4] = [
        (&["fi1", "fi2", "fi3"], [("fi2", Room::Fits), ("fi2", Room::Fits)], vec![], &[]),
        // The copy goes where it is.
        (&["fi1", "fi3"], [("fi2", Room::NoBridge), ("fi3", Room::Fits)], bridge(Tie::Bridge), &[]),
        (
            &["fi1"],
            [("fi2", Room::NoBridge), ("fi2", Room::NoBridge)],
            bridge(Tie::Bridge),
            &["warning recovery.no-room (bridge)"],
        ),
        // It runs on one that its own node does not list: lists do not tell of it.
        (&[], [("fi2", Room::Unknown), ("fi2", Room::Unknown)], bridge(Tie::BridgeUntold), &[]),
    ];
    for (nodes, expected, ties, problems) in table {
        let mut fleet = healthy();
        plugged(&mut fleet, nodes);
        let (said, row) = super::recovery(&fleet, 100);
        assert_eq!(rooms(&row), expected, "{nodes:?}");
        assert_eq!(row.ties, ties, "{nodes:?}");
        assert_eq!(said, problems, "{nodes:?}");
    }
}

#[test]
fn a_list_that_is_not_whole_proves_no_absence() {
    let asked = |change: &dyn Fn(&mut Fleet)| {
        let mut fleet = healthy();
        plugged(&mut fleet, &["fi1"]);
        change(&mut fleet);
        let (_, row) = super::recovery(&fleet, 100);
        (row.ways[0].room, row.ties.clone(), row.verdict)
    };
    let known = (Room::NoBridge, bridge(Tie::Bridge), Some(Verdict::Ok));
    assert_eq!(asked(&|_| ()), (known.0, known.1.clone(), Some(Verdict::Warning)));
    let unknown = (Room::Unknown, bridge(Tie::BridgeUntold), Some(Verdict::Unknown));
    // PVE hides what a token may not see.
    let hidden = asked(&|fleet| {
        let most = ["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"];
        edit_pve(fleet, "fi", |pve| set(&mut pve.rights, rights(&[("/", &most)])));
    });
    assert_eq!(hidden, unknown);
    let never = |bridges: &mut Part<Vec<Bridge>>| *bridges = Part::new("/nodes/n/network", SLOW);
    let unread = asked(&|fleet| {
        edit_pve(fleet, "fi", |pve| {
            for parts in pve.nodes.values_mut() {
                never(&mut parts.bridges);
            }
        });
    });
    let both = [Tie::BridgeUntold("vmbr0".into()), Tie::BridgeUntold("vmbr1".into())];
    assert_eq!(unread, (Room::Unknown, both.to_vec(), Some(Verdict::Unknown)));
    // Written down, and not up.
    let down = asked(&|fleet| {
        edit_pve(fleet, "fi", |pve| {
            for node in ["fi2", "fi3"] {
                change(&mut pve.nodes.get_mut(node).unwrap().bridges, |bridges| {
                    bridges.push(Bridge { name: "vmbr1".into(), active: false });
                });
            }
        });
    });
    assert_eq!(down, unknown);
    // What is written down holds when nobody has looked for a day.
    let old = asked(&|fleet| {
        edit_pve(fleet, "fi", |pve| {
            pve.nodes.values_mut().for_each(|parts| age(&mut parts.bridges, 86_400));
        });
    });
    assert_eq!(old.0, Room::NoBridge);
}

#[test]
fn what_does_not_run_needs_no_bridge() {
    let mut fleet = healthy();
    plugged(&mut fleet, &["fi1"]);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.guests[0].state = "stopped".into());
    });
    let (said, row) = super::recovery(&fleet, 100);
    assert_eq!((said.len(), row.ways[0].room), (0, Room::Fits));
    assert_eq!(row.ties, [Tie::Bridge("vmbr1".into())]);
}
