//! Gaps that look like a way back.

use std::collections::BTreeSet;

use crate::fleet::link::{Contact, Layer};
use crate::fleet::objective::Objective;
use crate::fleet::pbs::copies::{Snapshot, Verification};
use crate::fleet::policy::Window;
use crate::fleet::pve::backup::Selection;
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{
    another, change, disk, edit_link, edit_pbs, edit_pve, edit_site, except, file, guest, healthy,
    judged, memory, rights, said, set, snapshots, spare, storage_row, without_replication,
};
use crate::judge::verdict::Verdict;

fn encrypt(fleet: &mut Fleet, key: &str) {
    snapshots(fleet, 101, |l| l.iter_mut().for_each(|s| s.encrypted = true));
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.storages, |l| l[1].pbs.as_mut().unwrap().encryption_key = Some(key.into()));
    });
}

/// Its objective is kept only by what can be started.
#[test]
fn a_replica_without_room_keeps_no_objective() {
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |s| {
        s.policy.objective = Objective { point: Some(3600), time: None, rehearse: None }
    });
    memory(&mut fleet, "fi2", 3, 3);
    let (_, row) = super::recovery(&fleet, 100);
    assert_eq!(row.verdict, Some(Verdict::Critical));
}

/// A file on its own node changes nothing.
#[test]
fn a_copy_that_dies_with_its_node_is_no_second_one() {
    let mut fleet = healthy();
    let single = |list: &mut Vec<Snapshot>| {
        list.truncate(1);
        list[0].verification = Verification::None;
    };
    snapshots(&mut fleet, 101, single);
    file(&mut fleet, "fi2", 101);
    let (said, _) = super::recovery(&fleet, 101);
    assert!(!said.is_empty(), "a copy on its own node's disk made the verdict better");
}

/// The one copy that needs no key dies with the node.
#[test]
fn a_file_on_its_own_node_is_no_way_round_the_key() {
    let mut fleet = healthy();
    encrypt(&mut fleet, "ab:cd");
    file(&mut fleet, "fi2", 101);
    let (_, row) = super::recovery(&fleet, 101);
    assert!(row.key_at_risk);
}

/// The copies were made with a key that nobody has any more.
#[test]
fn an_old_key_is_not_the_one_that_others_hold() {
    let mut fleet = healthy();
    encrypt(&mut fleet, "new:key");
    another(&mut fleet, "se"); // holds new:key too
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        change(store.copies.get_mut("fi").unwrap(), |l| {
            for g in l.iter_mut() {
                let mut c = (**g).clone();
                c.key = Some("old:key".into());
                *g = c.into();
            }
        });
    });
    edit_pve(&mut fleet, "se", |pve| {
        change(&mut pve.storages, |l| l[1].pbs.as_mut().unwrap().namespace = "se".into());
    });
    let (_, row) = super::recovery(&fleet, 101);
    assert!(row.key_at_risk, "the copies were made with a key that nobody has");
}

/// Shared by its word, restricted to its own node.
#[test]
fn shared_storage_must_be_seen_by_another_node() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |l| {
            let n = StorageConfig {
                name: "nfs".into(),
                kind: "nfs".into(),
                shared: true,
                nodes: vec!["fi2".into()],
                ..l[0].clone()
            };
            l.push(n);
        });
        change(&mut pve.resources, |r| r.storages.push(storage_row("nfs", "fi2", "nfs", true)));
        change(pve.configs.get_mut(&101).unwrap(), |c| c.disks = vec![disk("scsi0", "nfs")]);
    });
    snapshots(&mut fleet, 101, Vec::clear);
    let (_, row) = super::recovery(&fleet, 101);
    assert!(row.ways.is_empty());
}

/// Nobody is told that it is well.
#[test]
fn a_machine_that_sleeps_as_planned_is_no_room() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    for n in ["fi1", "fi2", "fi3"] {
        memory(&mut fleet, n, 3, 3);
    }
    spare(&mut fleet, "cafe");
    edit_link(&mut fleet, "cafe", |l| l.contact = Contact::Unreachable(Layer::Timeout, "".into()));
    assert_eq!(super::recovery(&fleet, 101).1.verdict, Some(Verdict::Unknown));
    edit_site(&mut fleet, "cafe", |s| {
        s.sources[0].planned_off = vec![Window { from: 0, to: 1440 }];
    });
    let (_, row) = super::recovery(&fleet, 101);
    assert!(row.verdict > Some(Verdict::Ok));
}

/// Where its replica is there is none; of the only other place for a copy nobody can tell.
#[test]
fn a_full_node_beside_one_that_cannot_be_told_is_unknown() {
    let mut fleet = healthy();
    for n in ["fi1", "fi2", "fi3"] {
        memory(&mut fleet, n, 3, 3);
    }
    assert_eq!(super::recovery(&fleet, 100).0, ["warning recovery.no-room"]);
    spare(&mut fleet, "cafe");
    edit_link(&mut fleet, "cafe", |l| l.contact = Contact::Unreachable(Layer::Timeout, "".into()));
    let (said, row) = super::recovery(&fleet, 100);
    assert_eq!((said, row.verdict), (Vec::<String>::new(), Some(Verdict::Unknown)));
    // Asleep as planned, it is no room.
    edit_site(&mut fleet, "cafe", |s| {
        s.sources[0].planned_off = vec![Window { from: 0, to: 1440 }];
    });
    let (said, row) = super::recovery(&fleet, 100);
    assert_eq!(said, ["warning recovery.no-room"]);
    assert_eq!(row.verdict, Some(Verdict::Warning));
}

/// It leaves out every disk.
#[test]
fn a_replica_of_nothing_is_no_way() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 100, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| c.disks[0].replicate = false);
    });
    let (_, row) = super::recovery(&fleet, 100);
    assert_eq!(row.verdict, Some(Verdict::Critical));
}

/// One disk is in no copy and in no replica.
#[test]
fn an_objective_is_not_kept_without_all_disks() {
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |s| {
        s.policy.objective = Objective { point: Some(3600), time: None, rehearse: None }
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| {
            let mut d = disk("scsi1", "local-zfs");
            d.replicate = false;
            d.backup = false;
            c.disks.push(d);
        });
    });
    let (_, row) = super::recovery(&fleet, 100);
    assert!(row.verdict > Some(Verdict::Ok), "scsi1 is in no copy and no replica");
}

/// Its cluster writes to a PBS that is not watched.
#[test]
fn copies_may_be_where_nobody_looked() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |l| {
            let mut s = l[1].clone();
            s.name = "pbs-old".into();
            let p = s.pbs.as_mut().unwrap();
            p.server = "old".into();
            p.fingerprint = Some([9; 32]);
            l.push(s);
        });
    });
    let (_, row) = super::recovery(&fleet, 101);
    assert_eq!(row.verdict, Some(Verdict::Unknown));
}

/// The job is on its way out.
#[test]
fn a_replica_that_is_being_removed_is_none() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 100, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| change(&mut pve.replication, |l| l[0].removing = true));
    let (_, row) = super::recovery(&fleet, 100);
    assert_eq!(row.verdict, Some(Verdict::Critical));
}

/// What it loses grows by the hour.
#[test]
fn an_objective_is_not_kept_by_a_job_that_is_off() {
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |s| {
        s.policy.objective = Objective { point: Some(3600), time: None, rehearse: None }
    });
    edit_pve(&mut fleet, "fi", |pve| change(&mut pve.replication, |l| l[0].disabled = true));
    let (_, row) = super::recovery(&fleet, 100);
    assert!(row.verdict > Some(Verdict::Ok));
}

/// Whatever the order of maps.
#[test]
fn of_several_keys_none_is_drawn_by_lot() {
    let mut seen = BTreeSet::new();
    for _ in 0..60 {
        let mut fleet = healthy();
        snapshots(&mut fleet, 101, |l| l.iter_mut().for_each(|s| s.encrypted = true));
        // fi writes elsewhere with two keys; the copies at main/fi came by a sync: its own entry for it has none
        another(&mut fleet, "se");
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.storages, |l| {
                for (n, k) in [("a", "key:a"), ("b", "key:b")] {
                    let mut s = l[1].clone();
                    s.name = n.into();
                    let p = s.pbs.as_mut().unwrap();
                    p.namespace = n.into();
                    p.encryption_key = Some(k.into());
                    l.push(s);
                }
            });
        });
        edit_pve(&mut fleet, "se", |pve| {
            change(&mut pve.storages, |l| {
                let p = l[1].pbs.as_mut().unwrap();
                p.namespace = "se".into();
                p.encryption_key = Some("key:a".into());
            });
        });
        seen.insert(super::recovery(&fleet, 101).1.key_at_risk);
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

/// Who accepts that no job takes it accepts what follows.
#[test]
fn an_accepted_gap_is_accepted_once() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.backup_jobs, |j| j[0].selection = Selection::AllBut(vec![101]));
    });
    except(&mut fleet, "guest/fi/101", "backup.uncovered");
    assert!(said(&judged(&fleet)).is_empty());
}

/// Nobody may see which node sees the shared storage.
#[test]
fn shared_storage_that_no_node_lists_is_no_certain_way() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    snapshots(&mut fleet, 101, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |l| {
            let nfs = StorageConfig {
                name: "nfs".into(),
                kind: "nfs".into(),
                shared: true,
                ..l[0].clone()
            };
            l.push(nfs);
        });
        change(&mut pve.resources, |r| r.storages.clear());
        change(pve.configs.get_mut(&101).unwrap(), |c| c.disks = vec![disk("scsi0", "nfs")]);
    });
    let (_, row) = super::recovery(&fleet, 101);
    assert_eq!(row.ways.len(), 1);
    assert_eq!(row.ways[0].room, Room::Unknown);
    assert!(row.verdict > Some(Verdict::Ok), "{:?}", row.verdict);
}

/// A token without Datastore.Audit is shown no storage, or only some.
#[test]
fn a_node_that_hides_its_storages_is_not_full() {
    let blind = ["Sys.Audit", "VM.Audit", "Pool.Audit", "SDN.Audit"];
    let some: &[(&str, &[&str])] = &[("/", &blind), ("/storage/pbs", &["Datastore.Audit"])];
    for (rights_are, is_listed) in [(&some[..1], false), (some, true)] {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", |pve| {
            set(&mut pve.rights, rights(rights_are));
            change(&mut pve.resources, |r| {
                r.storages.retain(|s| is_listed && s.name == "pbs".into());
            });
        });
        let (said, row) = super::recovery(&fleet, 101);
        assert_eq!(said, Vec::<String>::new(), "{is_listed}");
        assert_eq!((row.ways[0].room, row.verdict), (Room::Unknown, Some(Verdict::Unknown)));
        // Where all are told, there is none that holds disks.
        edit_pve(&mut fleet, "fi", |pve| {
            set(&mut pve.rights, rights(&[("/", &[&blind[..], &["Datastore.Audit"]].concat())]));
        });
        let (said, _) = super::recovery(&fleet, 101);
        assert_eq!(said.is_empty(), !is_listed, "{said:?}");
    }
}

/// A file on a storage that the token may not see can be read by whoever sees it.
#[test]
fn a_storage_that_is_not_listed_may_be_seen() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    snapshots(&mut fleet, 101, Vec::clear);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |l| {
            let nfs = StorageConfig {
                name: "nfs".into(),
                kind: "nfs".into(),
                shared: true,
                ..l[0].clone()
            };
            l.push(nfs);
        });
        change(pve.configs.get_mut(&101).unwrap(), |c| c.disks = vec![disk("scsi0", "nfs")]);
    });
    // Every node tells all it sees: none sees it.
    assert!(super::recovery(&fleet, 101).1.ways.is_empty());
    let blind = ["Sys.Audit", "VM.Audit", "Pool.Audit", "SDN.Audit"];
    edit_pve(&mut fleet, "fi", |pve| {
        set(
            &mut pve.rights,
            rights(&[("/", &blind), ("/storage/local-zfs", &["Datastore.Audit"])]),
        );
    });
    let (_, row) = super::recovery(&fleet, 101);
    assert_eq!((row.ways[0].room, row.verdict), (Room::Unknown, Some(Verdict::Unknown)));
    assert!(row.ties.is_empty(), "{:?}", row.ties);
}

/// What runs on a node unseen is promised memory there too.
#[test]
fn room_is_not_ok_where_guests_may_be_hidden() {
    use crate::fleet::host::Usage;
    use crate::fleet::id::GuestKind;
    const GIB: u64 = 1 << 30;
    // What is used of 64 GiB on the one node it could start on, which guests are seen, what the
    // seen one there is configured with → room for a guest of 16.
    let all: &[&str] = &["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit", "SDN.Audit"];
    let some: &[&str] = &["Sys.Audit", "Datastore.Audit", "Pool.Audit", "SDN.Audit"];
    let table = [
        (60, all, Some(2), Room::Tight),
        (60, some, Some(2), Room::Unknown),
        (60, all, None, Room::Unknown),
        // Whatever is hidden, no more than 14 are free.
        (60, some, Some(50), Room::Full),
        (60, all, Some(50), Room::Full),
        // As it is used it fits.
        (10, all, Some(2), Room::Fits),
        (10, some, Some(2), Room::Tight),
        (10, all, None, Room::Tight),
        (10, all, Some(50), Room::Tight),
    ];
    for (used, held, configured, expected) in table {
        let mut fleet = healthy();
        memory(&mut fleet, "fi2", used, 64);
        edit_pve(&mut fleet, "fi", |pve| {
            set(&mut pve.rights, rights(&[("/", held), ("/pool/prod", all)]));
            change(&mut pve.resources, |r| {
                r.guests.retain(|g| g.node != "fi2".into());
                let mut other = guest(900, GuestKind::Lxc, "fi2", "other");
                other.memory = configured.map(|total| Usage { used: GIB, total: total * GIB });
                r.guests.push(other);
            });
            change(pve.configs.get_mut(&100).unwrap(), |c| c.memory = Some(16 * GIB));
        });
        let (_, row) = super::recovery(&fleet, 100);
        assert_eq!(row.ways[0].room, expected, "{used} {held:?} {configured:?}");
    }
}
