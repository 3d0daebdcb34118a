//! What HA's rules leave of what it brings back, with one node lost and with several.

use super::{Fleet, How, asked, change, edit_pve, fate, healthy, node, on_shared_storage, set};
use super::{under_ha, without_replication};
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};
use crate::judge::Verdict;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{memory, replicated_twice};

/// 100 under HA and bound to nodes; fi3 has votes enough to be left alone.
fn bound(nodes: &[(&str, u32)], strict: bool) -> Fleet {
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    edit_pve(&mut fleet, "fi", |pve| {
        let nodes = nodes.iter().map(|(node, priority)| ((*node).into(), *priority)).collect();
        let asks = HaAsk::Nodes { nodes, strict };
        set(
            &mut pve.ha_rules,
            vec![HaRule { name: "to".into(), of: HaBound::Guests(vec![100]), asks }],
        );
        change(&mut pve.votes, |votes| votes.nodes[2].1 = 3);
    });
    fleet
}

fn told(fleet: &Fleet, lost: &[&str]) -> (How, String) {
    let lost: Vec<_> = lost.iter().map(|name| node(name)).collect();
    let what = asked(fleet, &lost);
    let fate = fate(&what, 100);
    let target = fate.target.as_ref().map(|(_, node)| node.to_string());
    (fate.how, target.unwrap_or_default())
}

#[test]
fn ha_starts_it_where_its_rules_let_it() {
    let at = |how, node: &str| (how, node.to_owned());
    let mut fleet = bound(&[("fi1", 0), ("fi2", 0)], true);
    assert_eq!(told(&fleet, &["fi1"]), at(How::Ha, "fi2"));
    replicated_twice(&mut fleet);
    assert_eq!(told(&fleet, &["fi1"]), at(How::Ha, "fi2"));
    // What is left is not allowed: by hand.
    assert_eq!(told(&fleet, &["fi1", "fi2"]), at(How::Replica, "fi3"));
    // Another node will do where none of the rule is left.
    let mut fleet = bound(&[("fi1", 0), ("fi2", 0)], false);
    assert_eq!(told(&fleet, &["fi1"]), at(How::Ha, "fi2"));
    // It would, and finds no replica there.
    assert_eq!(told(&fleet, &["fi1", "fi2"]).0, How::Restore);
    replicated_twice(&mut fleet);
    assert_eq!(told(&fleet, &["fi1", "fi2"]), at(How::Ha, "fi3"));
    // Its own node alone.
    let fleet = bound(&[("fi1", 0)], true);
    assert_eq!(told(&fleet, &["fi1"]), at(How::Replica, "fi2"));
}

#[test]
fn on_shared_storage_too() {
    let at = |how, node: &str| (how, node.to_owned());
    let mut fleet = bound(&[("fi2", 0)], true);
    without_replication(&mut fleet);
    on_shared_storage(&mut fleet, 100);
    assert_eq!(told(&fleet, &["fi1"]), at(How::Ha, "fi2"));
    // By hand it can go anywhere.
    assert_eq!(told(&fleet, &["fi1", "fi2"]), at(How::Shared, "fi3"));
    // The one that is allowed is full: HA does not go to the other.
    memory(&mut fleet, "fi2", 3, 3);
    let what = asked(&fleet, &[node("fi1")]);
    let fate = fate(&what, 100);
    assert_eq!((fate.how, fate.room), (How::Ha, Room::Full));
    assert_eq!(fate.target.as_ref().unwrap().1, "fi2".into());
}

#[test]
fn rules_that_are_not_read_leave_it_to_hands() {
    let mut fleet = bound(&[("fi2", 0)], true);
    edit_pve(&mut fleet, "fi", |pve| pve.ha_rules.value = None);
    assert_eq!(told(&fleet, &["fi1"]), (How::Replica, "fi2".to_owned()));
    // HA may be in the way: that it comes back so cannot be told.
    let what = asked(&fleet, &[node("fi1")]);
    let of = fate(&what, 100);
    assert_eq!((of.is_doubtful, of.verdict()), (true, Verdict::Unknown));
}
