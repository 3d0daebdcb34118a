//! What HA's own rules allow it to do: cases judged by hand. Guest 100 is on fi1, under HA; its
//! replicas are on fi2, and on fi3 where told.

use super::{kinds, recovery, target};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pve::cluster::{HaService, NodeState};
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::{HaCare, RecoveryRow, Room, WayKind};
use crate::judge::sample::{
    change, edit_pve, failure, healthy, memory, replicated_twice, set, under_ha,
};
use crate::judge::verdict::Verdict;

fn rule(name: &str, guests: &[u32], asks: HaAsk) -> HaRule {
    HaRule { name: name.into(), of: HaBound::Guests(guests.to_vec()), asks }
}

/// Nodes, each with its priority.
fn nodes(nodes: &[(&str, u32)], strict: bool) -> HaAsk {
    let nodes = nodes.iter().map(|(node, priority)| ((*node).into(), *priority)).collect();
    HaAsk::Nodes { nodes, strict }
}

fn service(vmid: u32, node: &str, state: &str) -> HaService {
    HaService {
        vmid,
        node: node.into(),
        state: state.into(),
        request: Some("started".into()),
        group: None,
    }
}

/// 100 under HA, and others with it.
fn fleet(others: &[HaService], rules: Vec<HaRule>) -> Fleet {
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.ha, |ha| ha.services.extend(others.iter().cloned()));
        set(&mut pve.ha_rules, rules);
    });
    fleet
}

/// Nodes with their priorities.
type Ranked<'a> = &'a [(&'a str, u32)];
/// Others under HA: number, node, state.
type Others<'a> = &'a [(u32, &'a str, &'a str)];
/// What happens to the rules.
type Spoil<'a> = &'a dyn Fn(&mut Part<Vec<HaRule>>);

fn is_by_ha(row: &RecoveryRow) -> bool {
    row.ways.first().is_some_and(|way| way.kind == WayKind::Ha)
}

fn barred(rule: &str) -> HaCare {
    HaCare::Barred(Some(rule.into()))
}

#[test]
fn ha_goes_where_a_rule_for_nodes_sends_it() {
    let lacks = || HaCare::Lacks("fi3".into());
    // Replicas on fi2 and fi3?, nodes of the rule, strict → HA, where
    let table: [(bool, Ranked<'_>, bool, HaCare); 13] = [
        // Only to where the replica is.
        (false, &[("fi1", 0), ("fi2", 0)], true, HaCare::Starts),
        (false, &[("fi2", 0)], true, HaCare::Starts),
        (false, &[("fi2", 7)], false, HaCare::Starts),
        // Another node will do, but the one that is preferred is there.
        (false, &[("fi1", 0), ("fi2", 0)], false, HaCare::Starts),
        (false, &[("fi1", 2), ("fi2", 1), ("fi3", 0)], true, HaCare::Starts),
        // Its own alone: nowhere else, or (preferred) anywhere else.
        (true, &[("fi1", 0)], true, barred("to")),
        (true, &[("fi1", 0)], false, HaCare::Starts),
        (false, &[("fi1", 0)], false, lacks()),
        // To where no replica is.
        (false, &[("fi3", 0)], true, lacks()),
        (false, &[("fi1", 0), ("fi3", 0)], false, lacks()),
        (false, &[("fi2", 1), ("fi3", 2)], true, lacks()),
        (true, &[("fi3", 0)], true, HaCare::Starts),
        // A node that is no more.
        (true, &[("fi9", 0)], true, barred("to")),
    ];
    for (twice, list, strict, expected) in table {
        let mut fleet = fleet(&[], vec![rule("to", &[100], nodes(list, strict))]);
        if twice {
            replicated_twice(&mut fleet);
        }
        let (said, row) = recovery(&fleet, 100);
        assert_eq!(row.ha, expected, "{twice} {list:?} {strict}");
        assert_eq!(is_by_ha(&row), expected == HaCare::Starts, "{twice} {list:?} {strict}");
        // The replica on fi2 is there all the same, to be started by hand.
        assert_eq!((said.len(), row.verdict), (0, Some(Verdict::Ok)), "{list:?} {strict}");
        assert!(is_by_ha(&row) || kinds(&row)[0] == WayKind::Replica, "{list:?} {strict}");
    }
}

#[test]
fn what_ha_would_start_is_where_the_rule_sends_it() {
    let mut fleet = fleet(&[], vec![rule("to", &[100], nodes(&[("fi3", 0)], true))]);
    replicated_twice(&mut fleet);
    let row = recovery(&fleet, 100).1;
    assert_eq!((target(&row).as_str(), row.ways[0].kind), ("fi/fi3", WayKind::Ha));
    // Of others than 100 nothing is said.
    assert_eq!(recovery(&fleet, 101).1.ha, HaCare::None);
}

#[test]
fn groups_bind_those_that_name_them() {
    for (group, listed, expected) in [
        (Some("here"), "here", barred("here")),
        (None, "here", HaCare::Starts),
        // PVE takes a group that does not exist for none.
        (Some("gone"), "here", HaCare::Starts),
    ] {
        let asks = nodes(&[("fi1", 0)], true);
        let rules = vec![HaRule { name: listed.into(), of: HaBound::Group, asks }];
        let mut fleet = fleet(&[], rules);
        replicated_twice(&mut fleet);
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.ha, |ha| ha.services[0].group = group.map(Into::into));
        });
        assert_eq!(recovery(&fleet, 100).1.ha, expected, "{group:?}");
    }
}

#[test]
fn what_must_be_apart_is_not_put_together() {
    let apart = |guests: &[u32]| rule("apart", guests, HaAsk::Apart);
    let untold = || HaCare::Untold(Some("apart".into()));
    let table: [(Others<'_>, &[u32], HaCare); 10] = [
        // Each of the others has one of the nodes that are left.
        (&[(101, "fi2", "started"), (200, "fi3", "started")], &[100, 101, 200], barred("apart")),
        (&[(101, "fi2", "started"), (200, "fi3", "error")], &[100, 101, 200], barred("apart")),
        (&[(101, "fi2", "started")], &[100, 101], HaCare::Starts),
        // What is stopped takes no place, nor does what HA does not know.
        (&[(101, "fi2", "stopped"), (200, "fi3", "started")], &[100, 101, 200], HaCare::Starts),
        (&[(200, "fi3", "started")], &[100, 101, 200], HaCare::Starts),
        // Of others nothing follows.
        (&[(101, "fi2", "started"), (200, "fi3", "started")], &[101, 200], HaCare::Starts),
        // It is on its way to nobody knows where, or starts, here or there.
        (&[(101, "fi2", "migrate")], &[100, 101], untold()),
        (&[(101, "fi2", "starting")], &[100, 101], untold()),
        (&[(101, "fi2", "new word")], &[100, 101], untold()),
        // It dies with the same node: one of the two goes first.
        (&[(101, "fi1", "started")], &[100, 101], untold()),
    ];
    for (others, guests, expected) in table {
        let others: Vec<HaService> =
            others.iter().map(|(vmid, node, state)| service(*vmid, node, state)).collect();
        let mut fleet = fleet(&others, vec![apart(guests)]);
        replicated_twice(&mut fleet);
        let row = recovery(&fleet, 100).1;
        assert_eq!(row.ha, expected, "{others:?}");
    }
    // One of the nodes that is left is taken, and the other has no replica.
    let taken = fleet(&[service(101, "fi2", "started")], vec![apart(&[100, 101])]);
    assert_eq!(recovery(&taken, 100).1.ha, HaCare::Lacks("fi3".into()));
    // Its companion must be apart, and so must it.
    let together = rule("with", &[100, 101], HaAsk::Together);
    let others = [service(101, "fi1", "started"), service(200, "fi2", "started")];
    let mut implied = fleet(&others, vec![rule("apart", &[101, 200], HaAsk::Apart), together]);
    assert_eq!(recovery(&implied, 100).1.ha, HaCare::Lacks("fi3".into()));
    replicated_twice(&mut implied);
    let row = recovery(&implied, 100).1;
    assert_eq!((row.ha.clone(), target(&row).as_str()), (HaCare::Starts, "fi/fi3"));
}

#[test]
fn what_must_be_together_follows() {
    let together = || rule("with", &[100, 101], HaAsk::Together);
    // Its companion is on fi3 already, where it has no replica; or on fi2, where it has.
    for (node, expected) in [("fi3", HaCare::Lacks("fi3".into())), ("fi2", HaCare::Starts)] {
        let fleet = fleet(&[service(101, node, "started")], vec![together()]);
        assert_eq!(recovery(&fleet, 100).1.ha, expected, "{node}");
    }
    // Both die, and both go to one node: any.
    let both = fleet(&[service(101, "fi1", "started")], vec![together()]);
    assert_eq!(recovery(&both, 100).1.ha, HaCare::Lacks("fi3".into()));
    // A rule for nodes binds companions too.
    let rules = vec![together(), rule("to", &[101], nodes(&[("fi2", 0)], true))];
    let bound = fleet(&[service(101, "fi1", "started")], rules.clone());
    assert_eq!(recovery(&bound, 100).1.ha, HaCare::Starts);
    // Two such rules PVE does not put together: which it heeds nobody can tell.
    let more = [rules, vec![rule("two", &[100], nodes(&[("fi3", 0)], true))]].concat();
    let two = fleet(&[service(101, "fi1", "started")], more);
    assert!(matches!(recovery(&two, 100).1.ha, HaCare::Untold(Some(_))));
}

#[test]
fn rules_that_are_not_understood_or_not_read_leave_it_unknown() {
    let of_unknown = |of| HaRule { name: "odd".into(), of, asks: HaAsk::Untold };
    let unread = |part: &mut Part<Vec<HaRule>>| *part = Part::new("/cluster/ha/rules", 300);
    let denied = |part: &mut Part<Vec<HaRule>>| {
        *part = Part::new("/cluster/ha/rules", 300);
        part.outcome = Outcome::Denied("Permission check failed".into());
    };
    let failing = |part: &mut Part<Vec<HaRule>>| part.outcome = failure();
    let absent = |part: &mut Part<Vec<HaRule>>| *part = part.absent(crate::judge::sample::SEEN);
    let odd =
        |of: HaBound| move |part: &mut Part<Vec<HaRule>>| set(part, vec![of_unknown(of.clone())]);
    let (own, anyone) = (odd(HaBound::Guests(vec![100])), odd(HaBound::Anyone));
    let cases: [(Spoil<'_>, Option<&str>); 6] = [
        (&unread, None),
        (&denied, None),
        (&failing, None),
        (&absent, None),
        (&own, Some("odd")),
        (&anyone, Some("odd")),
    ];
    for (at, (spoil, name)) in cases.into_iter().enumerate() {
        let mut fleet = fleet(&[], Vec::new());
        replicated_twice(&mut fleet);
        assert_eq!(recovery(&fleet, 100).1.ha, HaCare::Starts);
        edit_pve(&mut fleet, "fi", |pve| spoil(&mut pve.ha_rules));
        let row = recovery(&fleet, 100).1;
        assert_eq!(row.ha, HaCare::Untold(name.map(Into::into)), "{at}");
        assert_eq!((is_by_ha(&row), row.verdict), (false, Some(Verdict::Unknown)), "{at}");
        // Who is not under HA needs no rules.
        assert_eq!(recovery(&fleet, 101).1.verdict, Some(Verdict::Ok), "{at}");
    }
    // An odd rule of others is theirs.
    let others = fleet(&[], vec![of_unknown(HaBound::Guests(vec![101]))]);
    assert_eq!(recovery(&others, 100).1.verdict, Some(Verdict::Ok));
}

#[test]
fn a_node_that_ha_has_put_into_maintenance_is_not_chosen() {
    let state = |states: [Option<&str>; 2]| {
        let mut fleet = fleet(&[], Vec::new());
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.resources, |r| {
                for (node, state) in r.nodes[1..].iter_mut().zip(states) {
                    node.ha = state.map(Into::into);
                }
            });
        });
        recovery(&fleet, 100).1.ha
    };
    let online = Some("online");
    assert_eq!(state([online, online]), HaCare::Lacks("fi3".into()));
    assert_eq!(state([online, Some("maintenance")]), HaCare::Starts);
    assert_eq!(state([Some("maintenance"); 2]), HaCare::Barred(None));
    // HA itself has not heard of it: it may be back by then.
    assert_eq!(state([online, Some("unknown")]), HaCare::Lacks("fi3".into()));
}

#[test]
fn a_node_that_is_off_leaves_the_others_of_the_rule() {
    let off = |strict| {
        let rules = vec![rule("to", &[100], nodes(&[("fi1", 0), ("fi2", 0)], strict))];
        let mut fleet = fleet(&[], rules);
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.status, |s| s.members[1].online = false);
            change(&mut pve.resources, |r| r.nodes[1].state = NodeState::Offline);
            change(&mut pve.votes, |v| v.nodes[2].1 = 3);
        });
        recovery(&fleet, 100).1.ha
    };
    assert_eq!(off(true), barred("to"));
    assert_eq!(off(false), HaCare::Lacks("fi3".into()), "it falls back to any");
}

/// HA does not ask for memory: it starts it where there is none, and the node runs short.
#[test]
fn ha_onto_a_node_that_is_full() {
    let room = |full: &[&str], rules: Vec<HaRule>| {
        let mut fleet = fleet(&[], rules);
        replicated_twice(&mut fleet);
        for node in full {
            memory(&mut fleet, node, 3, 3);
        }
        recovery(&fleet, 100)
    };
    // None of both has any, though the copy would find room in the fleet: on its own node's peers
    // there is none, so that nothing else can be told than that HA overloads one.
    let (said, row) = room(&["fi2", "fi3"], Vec::new());
    assert_eq!(said, ["warning recovery.no-room (ha)"]);
    assert_eq!((is_by_ha(&row), row.ways[0].room), (true, Room::Full));
    assert_eq!((row.ha.clone(), row.verdict), (HaCare::Starts, Some(Verdict::Warning)));
    // The one that the rule allows.
    let (said, row) = room(&["fi2"], vec![rule("to", &[100], nodes(&[("fi2", 0)], true))]);
    assert_eq!((said.len(), row.ways[0].room), (1, Room::Full));
    // One of two that it may choose: that may be the wrong one; by hand it is the right one.
    let (said, row) = room(&["fi3"], Vec::new());
    assert_eq!((said.len(), row.ha.clone()), (0, HaCare::Full("fi3".into())));
    assert_eq!((target(&row).as_str(), row.best().unwrap().kind), ("fi/fi2", WayKind::Replica));
    // The other one is not allowed.
    let (said, row) = room(&["fi3"], vec![rule("to", &[100], nodes(&[("fi2", 0)], true))]);
    assert_eq!((said.len(), row.ha), (0, HaCare::Starts));
}
