//! What holds of every loss.

use proptest::prelude::*;

use super::{GIB, all, asked, edit_pve, node, on_shared_storage, place, with_cafe};
use crate::fleet::host::Usage;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::pbs::copies::Verification;
use crate::fleet::pve::NodeParts;
use crate::fleet::pve::network::Bridge;
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{
    NOW, age, change, edit_link, failure, healthy, judged, memory, set, snapshots, under_ha,
    without_replication,
};
use crate::whatif::{Fate, How, Loss, WhatIf, n_minus_one};

/// Something that happens to the fleet.
#[derive(Clone, Debug)]
enum Blow {
    Unread(usize),
    Silent(usize),
    Bad(u32),
    Gone(u32),
    Ha(u32),
    Shared(u32),
    NoReplica,
    Bridge(usize),
    Full(usize),
    Encrypted,
}

fn vmids() -> impl Strategy<Value = u32> {
    prop_oneof![Just(100_u32), Just(101), Just(200)]
}

fn blows() -> impl Strategy<Value = Vec<Blow>> {
    let blow = prop_oneof![
        (0..6_usize).prop_map(Blow::Unread),
        (0..3_usize).prop_map(Blow::Silent),
        vmids().prop_map(Blow::Bad),
        vmids().prop_map(Blow::Gone),
        vmids().prop_map(Blow::Ha),
        vmids().prop_map(Blow::Shared),
        Just(Blow::NoReplica),
        (0..4_usize).prop_map(Blow::Bridge),
        (0..3_usize).prop_map(Blow::Full),
        Just(Blow::Encrypted),
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
            _ => age(&mut pve.status, 9_000),
        }),
        Blow::Silent(which) => edit_link(fleet, ["fi", "pbs", "cafe"][*which], |link| {
            link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
        }),
        Blow::Bad(vmid) => snapshots(fleet, *vmid, |list| {
            for snapshot in list {
                snapshot.verification = Verification::Failed(None);
            }
        }),
        Blow::Gone(vmid) => snapshots(fleet, *vmid, Vec::clear),
        Blow::Ha(vmid) => under_ha(fleet, *vmid),
        Blow::Shared(vmid) => {
            // Not where the configurations were never read.
            let is_read = fleet
                .survey(&"fi".into())
                .and_then(|s| s.pve())
                .is_some_and(|pve| pve.configs.contains_key(vmid));
            if is_read {
                on_shared_storage(fleet, *vmid);
            }
        }
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
        // Room for nobody; everywhere else there is room for all.
        Blow::Full(at) => memory(fleet, ["fi1", "fi2", "fi3"][*at], 3, 3),
        Blow::Encrypted => super::encrypted(fleet, 101),
    }
}

fn struck(blows: &[Blow]) -> Fleet {
    let mut fleet = healthy();
    with_cafe(&mut fleet);
    for blow in blows {
        strike(&mut fleet, blow);
    }
    fleet
}

fn losses() -> Vec<Loss> {
    let mut losses: Vec<Loss> = ["fi1", "fi2", "fi3"].map(node).to_vec();
    losses.extend(["fi", "pbs", "cafe"].map(all));
    losses.extend(["helsinki", "home", "cafe"].map(place));
    losses
}

fn some_losses() -> impl Strategy<Value = Vec<Loss>> {
    proptest::sample::subsequence(losses(), 1..4)
}

/// How bad a fate is: what is not back is worst, then what has no room, then what is slow.
fn badness(fate: &Fate) -> (u8, u8, How) {
    let class = match fate.how {
        How::Gone => 2,
        How::Unknown => 1,
        _ => 0,
    };
    let room = match fate.room {
        _ if class > 0 => 0,
        Room::Fits | Room::Tight => 0,
        Room::Unknown => 1,
        Room::NoBridge => 2,
        Room::Full => 3,
        Room::Away => 4,
    };
    (class, room, fate.how)
}

/// Whether no guest of the first answer is worse off in the second.
fn never_worse(before: &WhatIf, after: &WhatIf) -> Result<(), String> {
    for old in &before.guests {
        let new =
            after.guests.iter().find(|new| (&new.source, new.vmid) == (&old.source, old.vmid));
        if new.is_none_or(|new| badness(new) > badness(old)) {
            return Err(format!("{old:?} became {new:?}"));
        }
    }
    Ok(())
}

/// Gives a node so many GiB.
fn total(fleet: &mut Fleet, source: &str, at: usize, gib: u64) {
    edit_pve(fleet, source, |pve| {
        change(&mut pve.resources, |r| {
            r.nodes[at].memory = Some(Usage { used: GIB, total: gib * GIB });
        });
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn losing_more_never_makes_a_fate_better(
        blows in blows(),
        lost in some_losses(),
        more in some_losses(),
    ) {
        let fleet = struck(&blows);
        let less = asked(&fleet, &lost);
        let both: Vec<Loss> = lost.iter().chain(&more).cloned().collect();
        let worse = asked(&fleet, &both);
        prop_assert!(worse.nodes.len() >= less.nodes.len());
        prop_assert!(worse.copies_lost.guests >= less.copies_lost.guests);
        for old in &less.guests {
            let new = worse.guests.iter().find(|n| n.vmid == old.vmid);
            prop_assert!(new.is_some_and(|new| badness(new) >= badness(old)), "{old:?}: {new:?}");
        }
    }

    #[test]
    fn what_is_not_read_any_more_never_brings_anybody_back(
        blows in blows(),
        lost in some_losses(),
        which in 0..6_usize,
        silent in any::<Option<bool>>(),
    ) {
        let mut fleet = struck(&blows);
        let before = asked(&fleet, &lost);
        strike(&mut fleet, &Blow::Unread(which));
        if let Some(pbs) = silent {
            strike(&mut fleet, &Blow::Silent(usize::from(pbs)));
        }
        let after = asked(&fleet, &lost);
        for new in after.guests.iter().filter(|new| badness(new) < (0, 1, How::Ha)) {
            let old = before.guests.iter().find(|old| old.vmid == new.vmid);
            prop_assert!(old.is_some_and(|old| badness(old) <= badness(new)), "{old:?}: {new:?}");
        }
        for new in after.guests.iter().filter(|new| new.how == How::Gone) {
            let old = before.guests.iter().find(|old| old.vmid == new.vmid);
            prop_assert!(old.is_some_and(|old| old.how == How::Gone), "{old:?}: {new:?}");
        }
    }

    #[test]
    fn a_little_more_memory_never_harms_a_guest_alone(
        blows in blows(),
        sizes in [1_u64..9, 1..9, 1..9],
        dead in 0..3_usize,
        at in 0..3_usize,
        more in 0..9_u64,
    ) {
        let mut fleet = struck(&blows);
        for (at, size) in sizes.into_iter().enumerate() {
            total(&mut fleet, "fi", at, size);
        }
        let lost = [losses()[dead].clone()];
        let before = asked(&fleet, &lost);
        prop_assert_eq!(before.guests.len(), 1);
        total(&mut fleet, "fi", at, sizes[at] + more);
        let told = never_worse(&before, &asked(&fleet, &lost));
        prop_assert!(told.is_ok(), "{told:?}");
    }

    #[test]
    fn a_guest_alone_finds_the_room_that_the_judge_found(
        blows in blows(),
        sizes in [1_u64..9, 1..9, 1..9, 1..9],
        free in prop_oneof![Just(31_u64), Just(40)],
        dead in 0..3_usize,
    ) {
        let mut fleet = struck(&blows);
        without_replication(&mut fleet);
        super::storages(&mut fleet, "local", false, free);
        for (at, size) in sizes.into_iter().enumerate() {
            if at < 3 { total(&mut fleet, "fi", at, size) } else { total(&mut fleet, "cafe", 0, size) }
        }
        let judged = judged(&fleet);
        let what_if = asked(&fleet, &[losses()[dead].clone()]);
        for fate in what_if.guests.iter().filter(|fate| fate.how == How::Restore) {
            let mut rows = judged.sites.iter().flat_map(|site| &site.guests);
            let row = rows.find(|row| row.vmid == fate.vmid).unwrap();
            let way = row.recovery.ways.iter().find(|way| way.copy.is_some()).unwrap();
            prop_assert_eq!(fate.room, way.room, "{:?}: {:?}", fate, way);
        }
    }

    #[test]
    fn room_for_all_never_harms_anybody(
        blows in blows(),
        sizes in [1_u64..9, 1..9, 1..9],
        lost in some_losses(),
        at in 0..4_usize,
    ) {
        let mut fleet = struck(&blows);
        for (at, size) in sizes.into_iter().enumerate() {
            total(&mut fleet, "fi", at, size);
        }
        let before = asked(&fleet, &lost);
        if at < 3 {
            total(&mut fleet, "fi", at, 512);
        } else {
            another(&mut fleet);
        }
        let told = never_worse(&before, &asked(&fleet, &lost));
        prop_assert!(told.is_ok(), "{told:?}");
    }

    #[test]
    fn what_dies_is_counted_once_and_put_where_there_is_room(
        blows in blows(),
        sizes in [1_u64..9, 1..9, 1..9],
        lost in some_losses(),
    ) {
        let mut fleet = struck(&blows);
        for (at, size) in sizes.into_iter().enumerate() {
            total(&mut fleet, "fi", at, size);
        }
        let what_if = asked(&fleet, &lost);
        let judged = judged(&fleet);
        let rows = judged.sites.iter().flat_map(|s| &s.guests);
        let dead: Vec<u32> = rows
            .filter(|row| what_if.nodes.contains(&(row.source.clone(), row.node.clone())))
            .map(|row| row.vmid)
            .collect();
        let told: Vec<u32> = what_if.guests.iter().map(|fate| fate.vmid).collect();
        prop_assert_eq!(told, dead);
        for fate in &what_if.guests {
            let is_back = !matches!(fate.how, How::Gone | How::Unknown);
            prop_assert!(is_back || (fate.target.is_none() && fate.loss.is_none()), "{fate:?}");
            if let Some(target) = &fate.target {
                prop_assert!(!what_if.nodes.contains(target), "{fate:?}");
            }
        }
        for target in &what_if.targets {
            // What fits by one of two counts takes no more than that one has; every guest uses
            // half of what it is configured with.
            let fits = [target.free, target.idle.map(|idle| idle.saturating_mul(2))];
            let most = fits.into_iter().flatten().max();
            let is_told = most.is_some() && target.room != Room::Unknown;
            prop_assert!(!is_told || Some(target.taken) <= most, "{target:?}");
        }
    }

    #[test]
    fn any_one_node_is_the_loss_of_that_node(blows in blows(), sizes in [1_u64..9, 1..9, 1..9]) {
        let mut fleet = struck(&blows);
        for (at, size) in sizes.into_iter().enumerate() {
            total(&mut fleet, "fi", at, size);
        }
        let table = n_minus_one(&fleet, &judged(&fleet), NOW);
        prop_assert_eq!(table.nodes.len(), 4);
        for loss in table.nodes {
            let what_if = asked(&fleet, &[Loss::Node(loss.source.clone(), loss.node.clone())]);
            let count = |hows: &[How]| {
                let fates = what_if.guests.iter().filter(|fate| hows.contains(&fate.how));
                u32::try_from(fates.count()).unwrap()
            };
            prop_assert_eq!(loss.by_ha, count(&[How::Ha]));
            prop_assert_eq!(loss.restartable, count(&[How::Shared, How::Replica]));
            prop_assert_eq!(loss.restorable, count(&[How::Restore]));
            prop_assert_eq!(loss.gone, count(&[How::Gone]));
            prop_assert_eq!(loss.unknown, count(&[How::Unknown]));
            let sum = loss.by_ha + loss.restartable + loss.restorable + loss.gone + loss.unknown;
            prop_assert_eq!(loss.guests, sum);
            let back = || what_if.guests.iter().filter(|f| !matches!(f.how, How::Gone | How::Unknown));
            prop_assert_eq!(loss.fits, back().map(|f| f.room).max().unwrap_or(Room::Fits));
            prop_assert_eq!(loss.worst_loss, back().filter_map(|f| f.loss).max());
            let after = what_if.clusters.first();
            prop_assert_eq!(loss.quorate_after, after.and_then(|after| after.quorate));
        }
    }
}

/// A fourth node with room for all, online, without guests.
fn another(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.status, |s| {
            let mut member = s.members[2].clone();
            member.node = "fi4".into();
            s.members.push(member);
        });
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
    });
}
