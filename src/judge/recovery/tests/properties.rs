//! What holds for every fleet.

use proptest::prelude::*;

use super::*;
use crate::fleet::id::NodeName;
use crate::fleet::pbs::small::Moment;
use crate::fleet::pve::NodeParts;
use crate::fleet::pve::network::Bridge;
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};
use crate::judge::rows::GuestRow;
use crate::judge::sample::{age, replicated_twice, set};

/// Something that happens to the fleet.
#[derive(Clone, Debug)]
enum Blow {
    Unread(usize),
    Silent(bool),
    Bad(u32),
    Gone(u32),
    NoReplica,
    Bridge(usize),
    Full(usize),
    /// 100 under HA, with two replicas or one.
    Ha(bool),
    /// Bound to a node, for better or for worse; or a rule that nobody understands.
    Rule(usize, bool),
}

fn blows() -> impl Strategy<Value = Vec<Blow>> {
    let vmid = prop_oneof![Just(100_u32), Just(101), Just(200)];
    let blow = prop_oneof![
        (0..7_usize).prop_map(Blow::Unread),
        any::<bool>().prop_map(Blow::Ha),
        (0..4_usize, any::<bool>()).prop_map(|(node, strict)| Blow::Rule(node, strict)),
        any::<bool>().prop_map(Blow::Silent),
        vmid.clone().prop_map(Blow::Bad),
        vmid.prop_map(Blow::Gone),
        Just(Blow::NoReplica),
        (0..4_usize).prop_map(Blow::Bridge),
        (0..3_usize).prop_map(Blow::Full),
    ];
    proptest::collection::vec(blow, 0..4)
}

fn strike(fleet: &mut Fleet, blow: &Blow) {
    match blow {
        Blow::Unread(which) => edit_pve(fleet, "fi", |pve| match which {
            0 => pve.replication.outcome = failure(),
            1 => age(&mut pve.resources, 9_000),
            2 => age(&mut pve.backup_jobs, 90_000),
            3 => pve.configs.clear(),
            4 => {
                let unread = |parts: &mut NodeParts| parts.bridges.value = None;
                pve.nodes.values_mut().for_each(unread);
            }
            5 => pve.ha_rules.value = None,
            _ => age(&mut pve.status, 9_000),
        }),
        Blow::Silent(pbs) => {
            let source = if *pbs { "pbs" } else { "fi" };
            edit_link(fleet, source, |link| {
                link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
            });
        }
        Blow::Bad(vmid) => snapshots(fleet, *vmid, |list| {
            for snapshot in list {
                snapshot.verification = Verification::Failed(None);
            }
        }),
        Blow::Gone(vmid) => snapshots(fleet, *vmid, Vec::clear),
        Blow::NoReplica => without_replication(fleet),
        // Its bridge is on all of them but one.
        Blow::Bridge(but) => edit_pve(fleet, "fi", |pve| {
            for (at, parts) in pve.nodes.values_mut().enumerate() {
                let name = if at == *but { "vmbr0" } else { "vmbr1" };
                let bridge = Bridge { name: name.into(), active: true };
                set(&mut parts.bridges, vec![bridge]);
            }
            if let Some(config) = pve.configs.get_mut(&100) {
                change(config, |c| c.bridges = vec![("net0".into(), "vmbr1".into())]);
            }
        }),
        Blow::Ha(twice) => {
            under_ha(fleet, 100);
            let has_one = fleet
                .survey(&"fi".into())
                .and_then(|s| s.pve())
                .is_some_and(|pve| pve.replication.known().is_some_and(|jobs| !jobs.is_empty()));
            if *twice && has_one {
                replicated_twice(fleet);
            }
        }
        Blow::Rule(node, strict) => edit_pve(fleet, "fi", |pve| {
            let nodes =
                |name: &str| HaAsk::Nodes { nodes: vec![(name.into(), 0)], strict: *strict };
            let asks = ["fi1", "fi2", "fi3"].get(*node).map_or(HaAsk::Untold, |name| nodes(name));
            let rule = HaRule { name: "to".into(), of: HaBound::Guests(vec![100]), asks };
            set(&mut pve.ha_rules, vec![rule]);
        }),
        Blow::Full(node) => {
            let name = ["fi1", "fi2", "fi3"][*node];
            memory(fleet, name, 3, 3);
        }
    }
}

fn verdicts(fleet: &Fleet) -> Vec<Verdict> {
    let judged = judged(fleet);
    let own = |row: &GuestRow| row.recovery.verdict.unwrap_or(Verdict::Ok);
    judged.sites.iter().flat_map(|s| &s.guests).map(own).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_good_copy_more_never_makes_recovery_worse(blows in blows(), vmid in 0..3_usize) {
        let mut fleet = healthy();
        for blow in &blows {
            strike(&mut fleet, blow);
        }
        let before = verdicts(&fleet);
        let vmid = [100, 101, 200][vmid];
        let good = snapshot(NOW.minus(30), Verification::Ok(Moment::of(NOW.minus(20))));
        snapshots(&mut fleet, vmid, |list| list.insert(0, good));
        for (after, before) in verdicts(&fleet).into_iter().zip(before) {
            prop_assert!(after <= before, "{blows:?}: {before:?} became {after:?}");
        }
    }

    // By the contract's own rank, unknown above warning: of the node that is added everything is
    // known, so that nothing that was told becomes doubtful by it. Where it is not known what a guest
    // needs, no node had room for it for certain, and the new one perhaps has.
    #[test]
    fn room_more_never_makes_recovery_worse(blows in blows()) {
        let mut fleet = healthy();
        for blow in &blows {
            strike(&mut fleet, blow);
        }
        let is_told = !blows.iter().any(|b| matches!(b, Blow::Unread(_) | Blow::Silent(_)));
        let before = verdicts(&fleet);
        known_node(&mut fleet);
        for (after, before) in verdicts(&fleet).into_iter().zip(before) {
            let is_perhaps = (before, after) == (Verdict::Warning, Verdict::Unknown);
            prop_assert!(
                after <= before || !is_told && is_perhaps,
                "{blows:?}: {before:?} became {after:?}"
            );
        }
    }

    // A node of which nothing is known but that it is there may have room, or not: certainly no room
    // becomes perhaps, which ranks above; what is bad must not become well by it.
    #[test]
    fn a_node_that_nothing_is_known_of_never_makes_recovery_ok(blows in blows()) {
        let mut fleet = healthy();
        for blow in &blows {
            strike(&mut fleet, blow);
        }
        let before = verdicts(&fleet);
        unknown_node(&mut fleet);
        for (after, before) in verdicts(&fleet).into_iter().zip(before) {
            prop_assert!(
                before == Verdict::Ok || after > Verdict::Ok,
                "{blows:?}: {before:?} became {after:?}"
            );
        }
    }

    #[test]
    fn what_is_not_read_any_more_never_makes_recovery_ok(
        blows in blows(),
        which in 0..7_usize,
        silent in any::<Option<bool>>(),
    ) {
        let mut fleet = healthy();
        for blow in &blows {
            strike(&mut fleet, blow);
        }
        let before = verdicts(&fleet);
        strike(&mut fleet, &Blow::Unread(which));
        if let Some(pbs) = silent {
            strike(&mut fleet, &Blow::Silent(pbs));
        }
        for (after, before) in verdicts(&fleet).into_iter().zip(before) {
            prop_assert!(
                after >= before.min(Verdict::Unknown),
                "{blows:?}: {before:?} became {after:?}"
            );
        }
    }
}

/// A fourth node of `fi`, online, that nothing is known of.
fn unknown_node(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.status, |s| {
            let mut member = s.members[2].clone();
            (member.node, member.local) = ("fi4".into(), false);
            s.members.push(member);
        });
    });
}

/// A fourth node of `fi`, online, without guests, that has room for all, and the storages and
/// bridges of all others.
fn known_node(fleet: &mut Fleet) {
    unknown_node(fleet);
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            let mut node = r.nodes[2].clone();
            node.name = "fi4".into();
            node.memory = Some(Usage { used: GIB, total: 512 * GIB });
            r.nodes.push(node);
            let storages = r.storages.iter().filter(|s| s.node == "fi3".into());
            let mut new: Vec<_> = storages.cloned().collect();
            for row in &mut new {
                row.node = "fi4".into();
            }
            r.storages.extend(new);
        });
        let mut parts = pve.nodes[&NodeName::from("fi3")].clone();
        let bridge = |name: &str| Bridge { name: name.into(), active: true };
        set(&mut parts.bridges, vec![bridge("vmbr0"), bridge("vmbr1")]);
        pve.nodes.insert("fi4".into(), parts);
    });
}
