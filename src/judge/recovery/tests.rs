//! Cases judged by hand, on the sample's fleet: guest 100 has a replica on fi2 and three copies at
//! another site, 101 and 200 have the copies alone. And properties.

mod gaps;
mod ha;
mod plugged;
mod properties;
mod rules;
mod yard;

use crate::fleet::drill::{Drills, Rehearsal};
use crate::fleet::host::Usage;
use crate::fleet::id::GuestKey;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::objective::{Objective, ObjectiveRule, Which};
use crate::fleet::pbs::copies::{Snapshot, Verification};
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::{RecoveryRow, Room, Tie, WayKind};
use crate::judge::sample::{
    NOW, change, disk, edit_link, edit_pbs, edit_pve, edit_site, failure, file, guest_row, healthy,
    judged, memory, said, snapshot, snapshots, spelled, under_ha, without_replication,
};
use crate::judge::verdict::Verdict;

const GIB: u64 = 1 << 30;

/// What is said of recovery, of guest `vmid`.
fn recovery(fleet: &Fleet, vmid: u32) -> (Vec<String>, RecoveryRow) {
    let judged = judged(fleet);
    let all = judged.problems.iter().chain(&judged.notices);
    let of = format!("guest/fi/{vmid}");
    let own = all.filter(|p| p.code.family() == "recovery" && p.subject.to_string() == of);
    let mut said: Vec<String> = own
        .map(|p| {
            let severity = format!("{:?}", p.severity).to_lowercase();
            let detail = p.detail.as_deref().map(|d| format!(" ({d})")).unwrap_or_default();
            format!("{severity} {}{detail}", p.code)
        })
        .collect();
    said.sort();
    (said, guest_row(&judged, "fi", vmid).recovery.clone())
}

fn kinds(row: &RecoveryRow) -> Vec<WayKind> {
    row.ways.iter().map(|way| way.kind).collect()
}

fn target(row: &RecoveryRow) -> String {
    row.best()
        .and_then(|way| way.target.as_ref())
        .map_or_else(|| "nowhere".to_owned(), |(source, node)| format!("{source}/{node}"))
}

#[test]
fn a_healthy_guest_has_its_ways_and_nothing_is_said() {
    let fleet = healthy();
    assert_eq!(said(&judged(&fleet)), Vec::<String>::new());
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(row.verdict, Some(Verdict::Ok));
    assert_eq!(kinds(&row), [WayKind::Replica, WayKind::Restore]);
    assert_eq!(target(&row), "fi/fi2");
    let replica = &row.ways[0];
    // The last sync was a quarter of an hour ago, and took four seconds.
    assert_eq!((replica.loss, replica.worst), (Some(900), Some(904)));
    assert_eq!((replica.room, replica.point), (Room::Fits, Some(NOW.minus(900))));
    let restore = &row.ways[1];
    // Copied at 02:02, daily.
    assert_eq!((restore.loss, restore.worst), (Some(35_880), Some(86_400)));
    assert_eq!(restore.takes, None);
    let copy = restore.copy.as_ref().unwrap();
    assert_eq!((&*copy.place, copy.encrypted, copy.alone), ("pbs:main/fi", Some(false), false));
    assert_ne!(restore.target.as_ref().unwrap().1, "fi1".into());
    let (_, row) = recovery(&fleet, 101);
    assert_eq!(kinds(&row), [WayKind::Restore]);
}

#[test]
fn without_copies_and_replica_nothing_brings_it_back() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, Vec::clear);
    let (said, row) = recovery(&fleet, 101);
    assert_eq!(said, ["critical recovery.uncovered"]);
    assert_eq!((row.verdict, kinds(&row), row.is_known), (Some(Verdict::Critical), vec![], true));
    // One way left, in its own site.
    let mut fleet = healthy();
    snapshots(&mut fleet, 100, Vec::clear);
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, ["warning recovery.fragile (site)"]);
    assert_eq!(kinds(&row), [WayKind::Replica]);
    // A copy that is bad is none.
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, |list| {
        for snapshot in list {
            snapshot.verification = Verification::Failed(None);
        }
    });
    assert_eq!(recovery(&fleet, 101).0, ["critical recovery.uncovered"]);
}

#[test]
fn a_guest_that_waits_for_its_first_backup_is_noticed() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&101).unwrap(), |c| c.created = Some(NOW.minus(3600)));
    });
    let (said, row) = recovery(&fleet, 101);
    assert_eq!(said, ["notice recovery.uncovered"]);
    assert_eq!(row.verdict, Some(Verdict::Ok));
}

#[test]
fn what_cannot_be_told_is_unknown_because_of_what_hides_it() {
    // The PBS was never read: of 101 nothing is known, 100 has its replica, and maybe that alone.
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| *pbs = crate::fleet::pbs::PbsSurvey::new());
    for vmid in [100, 101] {
        let (said, row) = recovery(&fleet, vmid);
        assert_eq!(said, Vec::<String>::new(), "{vmid}");
        assert_eq!(row.verdict, Some(Verdict::Unknown), "{vmid}");
        assert_eq!(spelled(row.because.as_ref()), "source/pbs", "{vmid}");
        assert!(!row.is_known);
    }
}

#[test]
fn the_death_of_its_node_makes_no_way_unknown() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.status, |status| {
            for member in &mut status.members {
                (member.online, member.local) =
                    (member.node != "fi1".into(), member.node == "fi2".into());
            }
        });
        change(&mut pve.resources, |r| {
            r.nodes[0].state = crate::fleet::pve::cluster::NodeState::Offline;
        });
    });
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(row.verdict, Some(Verdict::Ok));
    assert_eq!(kinds(&row), [WayKind::Replica, WayKind::Restore]);
    assert_eq!(row.ways[0].room, Room::Fits);
}

#[test]
fn what_a_way_leaves_out_is_named() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| {
            let mut second = disk("scsi1", "local-zfs");
            second.replicate = false;
            let mut third = disk("scsi2", "local-zfs");
            third.backup = false;
            c.disks.extend([second, third]);
        });
    });
    let row = recovery(&fleet, 100).1;
    assert_eq!(row.ways[0].leaves_out, ["scsi1".into()]);
    assert_eq!(row.ways[1].leaves_out, ["scsi2".into()]);
    // HA cannot start it without a disk.
    under_ha(&mut fleet, 100);
    assert_eq!(kinds(&recovery(&fleet, 100).1), [WayKind::Replica, WayKind::Restore]);
}

#[test]
fn it_must_have_somewhere_to_run() {
    // fi2 has no memory for it: fi3 takes the copy.
    let mut fleet = healthy();
    memory(&mut fleet, "fi2", 3, 3);
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!((row.ways[0].room, target(&row).as_str()), (Room::Full, "fi/fi3"));
    // As configured nothing is free, as used there is.
    memory(&mut fleet, "fi2", 1, 4);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for guest in r.guests.iter_mut().filter(|g| g.node == "fi2".into()) {
                guest.memory = Some(Usage { used: GIB, total: 3 * GIB });
            }
        });
    });
    assert_eq!(recovery(&fleet, 100).1.ways[0].room, Room::Tight);
    // Nobody has any.
    for node in ["fi2", "fi3"] {
        memory(&mut fleet, node, 3, 3);
    }
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, ["warning recovery.no-room"]);
    assert_eq!(row.verdict, Some(Verdict::Warning));
    // A stopped guest needs none.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.guests[0].state = "stopped".into());
    });
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
    // No disk is large enough for a restore.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for storage in &mut r.storages {
                storage.content = vec!["images".into(), "rootdir".into()];
                storage.usage = Some(Usage { used: 90 * GIB, total: 100 * GIB });
            }
        });
    });
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.no-room"]);
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
}

#[test]
fn the_only_machine_is_not_said_to_be_full() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.status, |s| {
            s.members.retain(|m| m.node == "fi1".into());
            (s.name, s.quorate) = (None, None);
        });
        change(&mut pve.resources, |r| {
            r.nodes.retain(|n| n.name == "fi1".into());
            r.guests.retain(|g| g.node == "fi1".into());
        });
        pve.nodes.retain(|name, _| *name == "fi1".into());
    });
    without_replication(&mut fleet);
    let (said, row) = recovery(&fleet, 100);
    assert_eq!(said, Vec::<String>::new());
    assert_eq!((target(&row).as_str(), row.verdict), ("nowhere", Some(Verdict::Ok)));
}

#[test]
fn a_single_unverified_copy_is_fragile_unless_the_guest_is_young() {
    let single = |list: &mut Vec<Snapshot>| {
        list.truncate(1);
        list[0].verification = Verification::None;
    };
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, single);
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.fragile (single)"]);
    // With a replica beside it, it is not the one way.
    snapshots(&mut fleet, 100, single);
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&101).unwrap(), |c| c.created = Some(NOW.minus(86_400)));
    });
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
    // Verified, it is one that can be restored.
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, |list| list.truncate(1));
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
}

#[test]
fn a_pbs_at_the_site_that_burns_is_no_second_place() {
    let mut fleet = healthy();
    let pbs = fleet.sites.remove(1);
    let home = &mut fleet.sites[0];
    home.surveys.extend(pbs.surveys);
    let mut facts = (*home.facts).clone();
    facts.sources.extend(pbs.facts.sources.iter().cloned());
    home.facts = facts.into();
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.fragile (site)"]);
    // Two ways, a replica and a copy, and the fire takes both.
    assert_eq!(recovery(&fleet, 100).0, ["warning recovery.fragile (site)"]);
    let all = judged(&fleet).problems;
    let own = all.iter().find(|p| p.subject.to_string() == "guest/fi/100").unwrap();
    assert_eq!((own.facts.count, own.facts.other.as_deref()), (Some(2), None));
    // Copies that nobody tells of may be elsewhere.
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        for part in store.copies.values_mut() {
            (part.value, part.seen, part.outcome) = (None, None, failure());
        }
        for part in store.groups.values_mut() {
            (part.value, part.seen, part.outcome) = (None, None, failure());
        }
    });
    let (said, row) = recovery(&fleet, 100);
    assert_eq!((said.len(), row.verdict), (0, Some(Verdict::Unknown)));
    // One copy elsewhere outlives it.
    let mut fleet = healthy();
    file(&mut fleet, "fi3", 100);
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
}

#[test]
fn the_key_must_be_elsewhere_too() {
    let mut fleet = healthy();
    let encrypt = |list: &mut Vec<Snapshot>| list.iter_mut().for_each(|s| s.encrypted = true);
    snapshots(&mut fleet, 100, encrypt);
    snapshots(&mut fleet, 101, encrypt);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            list[1].pbs.as_mut().unwrap().encryption_key = Some("ab:cd".into());
        });
    });
    for vmid in [100, 101] {
        let (said, row) = recovery(&fleet, vmid);
        assert_eq!(said, ["critical recovery.key"], "{vmid}");
        assert!(row.key_at_risk);
    }
    // 200 has copies from before there was a key.
    assert_eq!(recovery(&fleet, 200).0, Vec::<String>::new());
    edit_site(&mut fleet, "helsinki", |site| site.keys = Some("in the safe".into()));
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
}

#[test]
fn objectives_are_held_against_the_best_way() {
    let wanted = |point, time| {
        let mut fleet = healthy();
        edit_site(&mut fleet, "helsinki", |site| {
            site.policy.objective = Objective { point, time, rehearse: None };
            site.policy.restore_rate = Some((1 << 30) / 3_600);
        });
        fleet
    };
    let fleet = wanted(Some(3600), Some(3600));
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
    // A day may be lost where an hour is wanted; to restore takes an hour and a bit.
    assert_eq!(
        recovery(&fleet, 101).0,
        ["critical recovery.objective (point)", "warning recovery.objective (time)"]
    );
    let fleet = wanted(Some(50_000), None);
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.objective (point)"]);
    assert_eq!(recovery(&wanted(Some(86_400), None), 101).0, Vec::<String>::new());
    // How long a restore takes is not known: nor whether it is in time.
    let mut fleet = wanted(None, Some(3600));
    edit_site(&mut fleet, "helsinki", |site| site.policy.restore_rate = None);
    let (said, row) = recovery(&fleet, 101);
    assert_eq!((said, row.verdict), (Vec::new(), Some(Verdict::Unknown)));
    // What was rehearsed is known.
    rehearsed(&mut fleet, 101, 0, Some(7_201));
    assert_eq!(recovery(&fleet, 101).0, ["critical recovery.objective (time)"]);
    // A rule for one guest.
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |site| {
        site.policy.objectives = [ObjectiveRule {
            guests: vec![Which::Guest("fi".into(), 200)],
            objective: Objective { point: Some(3_600), ..Objective::default() },
        }]
        .into();
    });
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
    assert_eq!(recovery(&fleet, 200).0, ["critical recovery.objective (point)"]);
}

fn rehearsed(fleet: &mut Fleet, vmid: u32, ago: i64, took: Option<i64>) {
    let mut drills: Drills = (*fleet.drills).clone();
    drills.good.insert(
        GuestKey { source: "fi".into(), vmid },
        Rehearsal { at: NOW.minus(ago), took, place: None, by: None },
    );
    fleet.drills = drills.into();
}

#[test]
fn a_rehearsal_that_failed_since_counts() {
    const DAY: i64 = 86_400;
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |site| site.policy.objective.rehearse = Some(180 * DAY));
    rehearsed(&mut fleet, 101, 100 * DAY, Some(540));
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
    assert_eq!(restore_takes(&fleet), Some(540));
    let mut drills: Drills = (*fleet.drills).clone();
    drills.failed.insert(GuestKey { source: "fi".into(), vmid: 101 }, NOW.minus(DAY));
    fleet.drills = drills.into();
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.unrehearsed"]);
    assert_eq!(restore_takes(&fleet), None, "what it took is not promised any more");
    // It was another guest of that number.
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&101).unwrap(), |c| c.created = Some(NOW.minus(3600)));
    });
    let (problems, row) = recovery(&fleet, 101);
    assert!(problems.contains(&"warning recovery.unrehearsed".to_owned()), "{problems:?}");
    assert_eq!((row.rehearsed, row.rehearsal_failed), (None, None));
}

#[test]
fn a_rehearsal_tells_how_long_a_copy_from_its_place_takes() {
    let mut fleet = healthy();
    rehearsed(&mut fleet, 101, 86_400, Some(540));
    let (_, row) = recovery(&fleet, 101);
    let copy = row.ways.iter().find_map(|way| way.copy.clone()).unwrap();
    for (place, expected) in [(copy.place, Some(540)), ("far:away/fi".into(), None)] {
        let mut drills: Drills = (*fleet.drills).clone();
        for rehearsal in drills.good.values_mut() {
            rehearsal.place = Some(place.clone());
        }
        fleet.drills = drills.into();
        assert_eq!(restore_takes(&fleet), expected, "{place}");
    }
}

/// How long the first restore of 101 is said to take.
fn restore_takes(fleet: &Fleet) -> Option<i64> {
    let (_, row) = recovery(fleet, 101);
    row.ways.iter().find(|way| way.kind == WayKind::Restore).unwrap().takes
}

#[test]
fn rehearsals_come_due() {
    const DAY: i64 = 86_400;
    let mut fleet = healthy();
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
    rehearsed(&mut fleet, 100, DAY, None);
    assert_eq!(recovery(&fleet, 100).0, Vec::<String>::new());
    // Without a policy only what was rehearsed, and long ago, is worth a word.
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
    rehearsed(&mut fleet, 101, 366 * DAY, None);
    assert_eq!(recovery(&fleet, 101).0, ["notice recovery.unrehearsed"]);
    edit_site(&mut fleet, "helsinki", |site| {
        site.policy.objective.rehearse = Some(180 * DAY);
    });
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.unrehearsed"]);
    rehearsed(&mut fleet, 101, 180 * DAY, None);
    assert_eq!(recovery(&fleet, 101).0, Vec::<String>::new());
    rehearsed(&mut fleet, 101, 180 * DAY + 1, None);
    assert_eq!(recovery(&fleet, 101).0, ["warning recovery.unrehearsed"]);
    let drills = Drills { error: Some("no such file".into()), ..Drills::default() };
    fleet.drills = drills.into();
    assert_eq!(recovery(&fleet, 101).0, ["unknown recovery.unrehearsed"]);
}

#[test]
fn templates_need_no_room_and_no_objective() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for guest in r.guests.iter_mut().filter(|g| g.vmid == 101) {
                (guest.template, guest.state) = (true, "stopped".into());
            }
        });
    });
    edit_site(&mut fleet, "helsinki", |site| {
        site.policy.objective = Objective { point: Some(1), time: Some(1), rehearse: Some(1) };
    });
    let (said, row) = recovery(&fleet, 101);
    assert_eq!((said, kinds(&row)), (vec![], vec![WayKind::Restore]));
}

#[test]
fn ties_to_its_node_are_named() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| {
            c.passthrough = vec![("hostpci0".into(), "0000:01:00.0".into())];
            c.cpu_type = Some("host".into());
            c.disks[0].volume = "local-zfs:base-900-disk-0/vm-100-disk-0".into();
            let mut iso = disk("ide2", "local");
            (iso.kind, iso.volume) = (DiskKind::Cdrom, "local:iso/debian.iso".into());
            let mut bind = disk("mp0", "local-zfs");
            (bind.kind, bind.storage, bind.volume) = (DiskKind::Bind, None, "/srv".into());
            c.disks.extend([iso, bind]);
        });
    });
    let row = recovery(&fleet, 100).1;
    assert_eq!(
        row.ties,
        [
            Tie::Passthrough("hostpci0".into()),
            Tie::Clone("base-900-disk-0".into()),
            Tie::Iso("local:iso/debian.iso".into()),
            Tie::Bind("mp0".into()),
            Tie::Storage("local".into()),
            Tie::Cpu("host".into()),
        ]
    );
}

#[test]
fn a_file_on_its_own_node_dies_with_it() {
    let with_file = |node: &str| {
        let mut fleet = healthy();
        snapshots(&mut fleet, 101, Vec::clear);
        file(&mut fleet, node, 101);
        recovery(&fleet, 101)
    };
    let own = guest_row(&judged(&healthy()), "fi", 101).node.clone();
    let (_, row) = with_file(own.as_str());
    assert_eq!(kinds(&row), []);
    assert_eq!(row.verdict, Some(Verdict::Critical));
    let (said, row) = with_file("fi3");
    assert_eq!(kinds(&row), [WayKind::Restore]);
    assert_eq!(said, ["warning recovery.fragile (site)"]);
}
