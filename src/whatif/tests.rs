//! Cases judged by hand, on the sample's fleet: guest 100 is on fi1 with a replica on fi2, 101 is on
//! fi2, 200 on fi3; all three have copies at another site. Each node has 64 GiB, each guest 2.

mod clusters;
mod emptied;
mod failing;
mod moving;
mod nodes;
mod properties;
mod rules;
mod spared;

use super::{Fate, How, Loss, WhatIf, what_if};
use crate::fleet::host::Usage;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::{Snapshot, Verification};
use crate::fleet::pve::backup::BackupFile;
use crate::fleet::pve::cluster::{NodeState, Qdevice};
use crate::fleet::site::Fleet;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{
    DUE, NOW, alone, change, disk, edit_link, edit_pbs, edit_pve, edit_site, failure, healthy,
    judged, memory, on_shared_storage, set, snapshots, spare, storage_row, under_ha,
    without_replication,
};

const GIB: u64 = 1 << 30;
const DAY: i64 = 86_400;

fn node(name: &str) -> Loss {
    Loss::Node("fi".into(), name.into())
}

fn all(name: &str) -> Loss {
    Loss::Source(name.into())
}

fn place(name: &str) -> Loss {
    Loss::Site(name.into())
}

fn asked(fleet: &Fleet, lost: &[Loss]) -> WhatIf {
    what_if(fleet, &judged(fleet), lost, NOW)
}

/// `100 replica fi/fi2 fits`
fn spell(fate: &Fate) -> String {
    let target =
        fate.target.as_ref().map_or_else(|| "nowhere".to_owned(), |(s, n)| format!("{s}/{n}"));
    let key = if fate.needs_key { " key" } else { "" };
    let how = format!("{:?}", fate.how).to_lowercase();
    match fate.how {
        How::Gone | How::Unknown => format!("{} {how}{key}", fate.vmid),
        _ => format!(
            "{} {how} {target} {}{key}",
            fate.vmid,
            format!("{:?}", fate.room).to_lowercase()
        ),
    }
}

fn told(fleet: &Fleet, lost: &[Loss]) -> Vec<String> {
    asked(fleet, lost).guests.iter().map(spell).collect()
}

fn fate(what_if: &WhatIf, vmid: u32) -> &Fate {
    what_if.guests.iter().find(|fate| fate.vmid == vmid).unwrap()
}

/// The cluster without its third node.
fn two_nodes(fleet: &mut Fleet, qdevice: bool) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.status, |s| s.members.retain(|m| m.node != "fi3".into()));
        change(&mut pve.votes, |v| v.nodes.retain(|(n, _)| *n != "fi3".into()));
        change(&mut pve.resources, |r| {
            r.nodes.retain(|n| n.name != "fi3".into());
            r.guests.retain(|g| g.node != "fi3".into());
            r.storages.retain(|s| s.node != "fi3".into());
        });
        pve.nodes.retain(|name, _| *name != "fi3".into());
        set(&mut pve.qdevice, if qdevice { Qdevice::Votes } else { Qdevice::None });
    });
}

/// The cluster as one host that is in no cluster: fi1 with its guest.
fn one_host(fleet: &mut Fleet) {
    without_replication(fleet);
    alone(fleet, "fi");
}

/// Another site with one host, `cafe/fi1`, without guests.
fn with_cafe(fleet: &mut Fleet) {
    spare(fleet, "cafe");
}

fn encrypted(fleet: &mut Fleet, vmid: u32) {
    snapshots(fleet, vmid, |list| list.iter_mut().for_each(|s| s.encrypted = true));
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            for pbs in list.iter_mut().filter_map(|s| s.pbs.as_mut()) {
                pbs.encryption_key = Some("ab:cd".into());
            }
        });
    });
}

#[test]
fn the_replica_of_a_healthy_cluster() {
    let what_if = asked(&healthy(), &[node("fi1"), node("fi1")]);
    assert_eq!(what_if.lost, [node("fi1")]);
    assert_eq!(what_if.nodes, [("fi".into(), "fi1".into())]);
    let [fate] = &what_if.guests[..] else { panic!("{:?}", what_if.guests) };
    assert_eq!(spell(fate), "100 replica fi/fi2 fits");
    assert_eq!((fate.loss, fate.point, fate.takes), (Some(900), Some(NOW.minus(900)), Some(600)));
    assert_eq!(
        (&fate.place, fate.name.as_deref(), fate.node.as_str()),
        (&None, Some("web"), "fi1")
    );
    let [after] = &what_if.clusters[..] else { panic!("{:?}", what_if.clusters) };
    assert_eq!((after.present, after.quorum, after.nodes_left), (2, 2, 2));
    assert_eq!((after.quorate, after.needs_expected), (Some(true), false));
    let [target] = &what_if.targets[..] else { panic!("{:?}", what_if.targets) };
    assert_eq!((target.node.as_str(), target.guests, target.taken), ("fi2", 1, 2 * GIB));
    // 64 GiB, of which its own guest is promised 2, and 16 are in use.
    assert_eq!((target.free, target.idle), (Some(62 * GIB), Some(48 * GIB)));
    assert_eq!((target.disk, target.room), (0, Room::Fits));
    let [failing] = &what_if.failing[..] else { panic!("{:?}", what_if.failing) };
    assert_eq!((failing.job.to_string().as_str(), failing.at), ("job/fi/100-0", Some(NOW)));
    assert_eq!(what_if.copies_lost, super::CopiesLost::default());
}

#[test]
fn a_copy_is_restored_where_there_is_no_replica() {
    let what_if = asked(&healthy(), &[node("fi2")]);
    let fate = fate(&what_if, 101);
    assert_eq!(spell(fate), "101 restore fi/fi1 fits");
    assert_eq!((fate.loss, fate.point), (Some(35_880), Some(DUE.plus(120))));
    assert_eq!((fate.place.as_deref(), fate.takes), (Some("pbs:main/fi"), None));
    let [target] = &what_if.targets[..] else { panic!("{:?}", what_if.targets) };
    assert_eq!((target.disk, target.disk_free), (32 * GIB, Some(900 * GIB)));
    // How fast it is restored is configured.
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |site| site.policy.restore_rate = Some(GIB / 100));
    assert_eq!(asked(&fleet, &[node("fi2")]).guests[0].takes, Some(101));
}

#[test]
fn names_that_nobody_has_lose_nothing() {
    let lost = [node("fi9"), all("nowhere"), place("nowhere"), Loss::Node("x".into(), "y".into())];
    let what_if = asked(&healthy(), &lost);
    assert_eq!(what_if.lost.len(), 4);
    assert!(what_if.nodes.is_empty() && what_if.guests.is_empty() && what_if.failing.is_empty());
    assert!(asked(&Fleet::new([], Vec::new()), &lost).guests.is_empty());
}

#[test]
fn a_disk_that_is_not_replicated_stays_behind() {
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
    under_ha(&mut fleet, 100);
    let what_if = asked(&fleet, &[node("fi1")]);
    assert_eq!(spell(&what_if.guests[0]), "100 replica fi/fi2 fits");
    assert_eq!(what_if.guests[0].leaves_out, ["scsi1".into()]);
    // Its target dies too: the copy holds two of three.
    let what_if = asked(&fleet, &[node("fi1"), node("fi2")]);
    assert_eq!(spell(&what_if.guests[0]), "100 restore fi/fi3 fits");
    assert_eq!(what_if.guests[0].leaves_out, ["scsi2".into()]);
    assert_eq!(what_if.targets[0].disk, 96 * GIB);
}

#[test]
fn a_copy_is_taken_where_the_replica_finds_no_memory() {
    let mut fleet = healthy();
    memory(&mut fleet, "fi2", 3, 3);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 restore fi/fi3 fits"]);
    // Nobody has any: then what is fastest.
    memory(&mut fleet, "fi3", 3, 3);
    let what_if = asked(&fleet, &[node("fi1")]);
    assert_eq!(spell(&what_if.guests[0]), "100 replica fi/fi2 full");
    let [target] = &what_if.targets[..] else { panic!("{:?}", what_if.targets) };
    assert_eq!((target.guests, target.taken, target.room), (0, 0, Room::Full));
    // But for another site.
    with_cafe(&mut fleet);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 restore cafe/fi1 fits"]);
    // A guest that is stopped needs none.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.guests[0].state = "stopped".into());
    });
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 replica fi/fi2 fits"]);
}

#[test]
fn two_guests_do_not_find_the_same_memory() {
    let lost = [node("fi1"), node("fi2")];
    // fi3 has 3 GiB as configured and 2 as used.
    let mut fleet = healthy();
    memory(&mut fleet, "fi3", 3, 5);
    assert_eq!(told(&fleet, &lost), ["100 restore fi/fi3 fits", "101 restore fi/fi3 full"]);
    let target = asked(&fleet, &lost).targets[0].clone();
    assert_eq!((target.guests, target.taken, target.disk), (1, 2 * GIB, 32 * GIB));
    assert_eq!(target.room, Room::Full);
    // The other one goes elsewhere.
    with_cafe(&mut fleet);
    assert_eq!(told(&fleet, &lost), ["100 restore fi/fi3 fits", "101 restore cafe/fi1 fits"]);
    // The largest comes first, and leaves one of the two counts.
    let mut fleet = healthy();
    memory(&mut fleet, "fi3", 2, 5);
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&101).unwrap(), |c| c.memory = Some(3 * GIB));
    });
    assert_eq!(told(&fleet, &lost), ["100 restore fi/fi3 tight", "101 restore fi/fi3 fits"]);
    // Who starts from a replica comes before who is restored, however large.
    let mut fleet = healthy();
    memory(&mut fleet, "fi2", 3, 5);
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&200).unwrap(), |c| c.memory = Some(3 * GIB));
    });
    let lost = [node("fi1"), node("fi3")];
    assert_eq!(told(&fleet, &lost), ["100 replica fi/fi2 fits", "200 restore fi/fi2 full"]);
}

fn storages(fleet: &mut Fleet, name: &str, shared: bool, free: u64) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            r.storages.clear();
            for node in ["fi1", "fi2", "fi3"] {
                let mut row = storage_row(name, node, "dir", shared);
                row.usage = Some(Usage { used: 0, total: free * GIB });
                r.storages.push(row);
            }
        });
    });
}

#[test]
fn two_restores_do_not_find_the_same_disk() {
    let mut fleet = healthy();
    storages(&mut fleet, "local", false, 40);
    let lost = [node("fi1"), node("fi2")];
    assert_eq!(told(&fleet, &lost), ["100 restore fi/fi3 fits", "101 restore fi/fi3 full"]);
    // A storage that two nodes share is there once.
    let mut fleet = healthy();
    without_replication(&mut fleet);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| r.guests[1].node = "fi1".into());
    });
    storages(&mut fleet, "nfs", true, 40);
    let what_if = asked(&fleet, &[node("fi1")]);
    let rooms: Vec<Room> = what_if.guests.iter().map(|fate| fate.room).collect();
    assert_eq!(rooms, [Room::Fits, Room::Full]);
    storages(&mut fleet, "local", false, 40);
    let rooms: Vec<Room> = asked(&fleet, &[node("fi1")]).guests.iter().map(|f| f.room).collect();
    assert_eq!(rooms, [Room::Fits, Room::Fits]);
    // Of another kind of guest.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            r.storages.iter_mut().for_each(|s| s.content = vec!["rootdir".into()]);
        });
    });
    assert_eq!(asked(&fleet, &[node("fi1")]).guests[0].room, Room::Full);
    // Nobody tells how much is free.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for storage in &mut r.storages {
                (storage.content, storage.usage) = (vec!["images".into()], None);
            }
        });
    });
    assert_eq!(asked(&fleet, &[node("fi1")]).guests[0].room, Room::Unknown);
}

#[test]
fn the_key_dies_with_its_whole_cluster() {
    let mut fleet = healthy();
    with_cafe(&mut fleet);
    encrypted(&mut fleet, 101);
    // 100 and 200 were copied before there was a key.
    let some = [node("fi1"), node("fi2")];
    assert_eq!(told(&fleet, &some), ["100 restore fi/fi3 fits", "101 restore fi/fi3 fits"]);
    let every = [node("fi1"), node("fi2"), node("fi3")];
    let gone = ["100 restore cafe/fi1 fits", "101 gone key", "200 restore cafe/fi1 fits"];
    for lost in [&every[..], &[all("fi")], &[place("helsinki")]] {
        assert_eq!(told(&fleet, lost), gone, "{lost:?}");
    }
    // Its site says where keys are kept: it must be brought.
    let mut kept = fleet.clone();
    edit_site(&mut kept, "helsinki", |site| site.keys = Some("in the safe".into()));
    assert_eq!(told(&kept, &every)[1], "101 restore cafe/fi1 fits key");
    // Another cluster has it, and burns too.
    edit_pve(&mut fleet, "cafe", |pve| {
        change(&mut pve.storages, |list| {
            let mut pbs = list[0].clone();
            (pbs.name, pbs.kind) = ("pbs".into(), "pbs".into());
            pbs.pbs = Some(crate::fleet::pve::storage::PbsTarget {
                master_key: false,
                server: "pbs".into(),
                port: 8007,
                datastore: "main".into(),
                namespace: "cafe".into(),
                username: "cafe@pbs!backup".into(),
                fingerprint: None,
                encryption_key: Some("ab:cd".into()),
            });
            list.push(pbs);
        });
    });
    assert_eq!(told(&fleet, &every)[1], "101 restore cafe/fi1 fits");
    let both = [all("fi"), all("cafe")];
    assert_eq!(told(&fleet, &both)[1], "101 gone key");
}

#[test]
fn a_pbs_at_the_site_that_burns_is_gone_with_it() {
    let mut fleet = healthy();
    // At another site, there is nowhere to restore to, but the copies are left.
    let nowhere =
        ["100 restore nowhere full", "101 restore nowhere full", "200 restore nowhere full"];
    assert_eq!(told(&fleet, &[place("helsinki")]), nowhere);
    let pbs = fleet.sites.remove(1);
    let home = &mut fleet.sites[0];
    home.surveys.extend(pbs.surveys);
    let mut facts = (*home.facts).clone();
    facts.sources.extend(pbs.facts.sources.iter().cloned());
    home.facts = facts.into();
    assert_eq!(told(&fleet, &[place("helsinki")]), ["100 gone", "101 gone", "200 gone"]);
    assert_eq!(told(&fleet, &[all("fi")]), nowhere);
    assert_eq!(told(&fleet, &[node("fi2"), all("pbs")]), ["101 gone"]);
    assert_eq!(told(&fleet, &[node("fi1"), all("pbs")]), ["100 replica fi/fi2 fits"]);
}

#[test]
fn the_loss_of_the_pbs_alone_kills_nobody() {
    for lost in [all("pbs"), place("home"), Loss::Node("pbs".into(), "localhost".into())] {
        let what_if = asked(&healthy(), &[lost]);
        assert!(what_if.nodes.is_empty() && what_if.guests.is_empty());
        assert!(what_if.clusters.is_empty() && what_if.targets.is_empty());
        let [failing] = &what_if.failing[..] else { panic!("{:?}", what_if.failing) };
        assert_eq!(failing.job.to_string(), "backup-job/fi/nightly");
        assert_eq!((failing.at, failing.guests), (Some(DUE.plus(DAY)), 3));
        let lost = &what_if.copies_lost;
        assert_eq!((&lost.places[..], lost.guests), (&["pbs:main/fi".into()][..], 3));
        let bare: Vec<u32> = lost.bare.iter().map(|(_, vmid)| *vmid).collect();
        assert_eq!(bare, [100, 101, 200]);
    }
    // A guest that dies itself is not left behind without a copy.
    let lost = asked(&healthy(), &[all("pbs"), node("fi1")]).copies_lost;
    assert_eq!((lost.guests, lost.bare.len()), (3, 2));
}

#[test]
fn jobs_that_are_bound_to_a_node_die_with_it() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.backup_jobs, |jobs| {
            jobs[0].node = Some("fi2".into());
            let mut off = jobs[0].clone();
            (off.id, off.enabled) = ("off".into(), false);
            jobs.push(off);
        });
    });
    let jobs = |lost: &[Loss]| -> Vec<String> {
        asked(&fleet, lost).failing.iter().map(|f| f.job.to_string()).collect()
    };
    assert_eq!(jobs(&[node("fi2")]), ["job/fi/100-0", "backup-job/fi/nightly"]);
    assert_eq!(jobs(&[node("fi1")]), ["job/fi/100-0"]);
    assert_eq!(jobs(&[node("fi3")]), [""; 0]);
    assert_eq!(jobs(&[all("fi")]), ["job/fi/100-0", "backup-job/fi/nightly"]);
}

#[test]
fn two_nodes_at_once() {
    let lost = [node("fi2"), node("fi1")];
    let what_if = asked(&healthy(), &lost);
    assert_eq!(what_if.lost, [node("fi1"), node("fi2")]);
    let spelled: Vec<String> = what_if.guests.iter().map(spell).collect();
    assert_eq!(spelled, ["100 restore fi/fi3 fits", "101 restore fi/fi3 fits"]);
    assert_eq!(fate(&what_if, 100).loss, Some(35_880));
    let after = &what_if.clusters[0];
    assert_eq!((after.present, after.quorum, after.quorate), (1, 2, Some(false)));
    assert_eq!((after.nodes_left, after.needs_expected), (1, true));
    // Nobody is left to need it.
    let after = &asked(&healthy(), &[all("fi")]).clusters[0];
    assert_eq!((after.present, after.quorate, after.needs_expected), (0, Some(false), false));
}

#[test]
fn shared_storage_is_there_until_its_source_is_lost() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    on_shared_storage(&mut fleet, 100);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 shared fi/fi2 fits"]);
    assert_eq!(asked(&fleet, &[node("fi1")]).guests[0].loss, Some(0));
    assert_eq!(told(&fleet, &[node("fi1"), node("fi2")])[0], "100 shared fi/fi3 fits");
    assert_eq!(told(&fleet, &[all("fi")])[0], "100 restore nowhere full");
}

#[test]
fn files_die_with_the_node_or_the_source_that_holds_them() {
    let with_file = |at: &str| {
        let mut fleet = healthy();
        with_cafe(&mut fleet);
        snapshots(&mut fleet, 101, Vec::clear);
        edit_pve(&mut fleet, "fi", |pve| {
            let mut part = Part::new("/prunebackups", crate::fleet::tier::SLOW);
            set(
                &mut part,
                vec![BackupFile {
                    volume: "local:backup/x".into(),
                    vmid: Some(101),
                    kind: Some(pve.resources.known().unwrap().guests[1].kind),
                    time: NOW.minus(3_600),
                    protected: false,
                }],
            );
            pve.files.insert("local".into(), [(at.into(), part)].into());
            change(&mut pve.resources, |r| {
                let seen = ["fi1", "fi2", "fi3"];
                r.storages
                    .extend(seen.map(|node| storage_row("local", node, "dir", at.is_empty())));
            });
        });
        fleet
    };
    let fleet = with_file("fi3");
    // Only the node that has the disk can read it.
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 restore fi/fi3 fits"]);
    assert_eq!(told(&fleet, &[node("fi2"), node("fi3")])[0], "101 gone");
    assert_eq!(told(&with_file("fi2"), &[node("fi2")]), ["101 gone"]);
    // A storage that outlives its nodes is not seen from elsewhere.
    let shared = with_file("");
    assert_eq!(
        told(&shared, &[node("fi1"), node("fi2"), node("fi3")])[1],
        "101 restore nowhere full"
    );
    assert_eq!(told(&shared, &[all("fi")])[1], "101 gone");
}

#[test]
fn a_site_with_one_host() {
    let mut fleet = healthy();
    one_host(&mut fleet);
    for lost in [node("fi1"), all("fi"), place("helsinki")] {
        let what_if = asked(&fleet, std::slice::from_ref(&lost));
        assert_eq!(spell(&what_if.guests[0]), "100 restore nowhere full", "{lost:?}");
        assert!(what_if.clusters.is_empty(), "a single host is no cluster");
    }
    with_cafe(&mut fleet);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 restore cafe/fi1 fits"]);
    encrypted(&mut fleet, 100);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 gone key"]);
    edit_pve(&mut fleet, "cafe", |pve| {
        change(&mut pve.resources, |r| r.nodes[0].memory = Some(Usage { used: GIB, total: GIB }));
    });
    edit_site(&mut fleet, "helsinki", |site| site.keys = Some("in the safe".into()));
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 restore cafe/fi1 full key"]);
}

#[test]
fn templates_and_linked_clones() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for guest in r.guests.iter_mut().filter(|g| g.vmid == 101) {
                (guest.template, guest.state) = (true, "stopped".into());
            }
        });
        change(pve.configs.get_mut(&200).unwrap(), |c| {
            c.disks[0].volume = "local-zfs:basevol-900-disk-0/subvol-200-disk-0".into();
        });
    });
    // A template takes disk and no memory; a clone is restored with all that it shares.
    let what_if = asked(&fleet, &[node("fi2"), node("fi3")]);
    let spelled: Vec<String> = what_if.guests.iter().map(spell).collect();
    assert_eq!(spelled, ["101 restore fi/fi1 fits", "200 restore fi/fi1 fits"]);
    assert!(fate(&what_if, 101).template);
    let target = &what_if.targets[0];
    assert_eq!((target.guests, target.taken, target.disk), (2, 2 * GIB, 64 * GIB));
    snapshots(&mut fleet, 101, Vec::clear);
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 gone"]);
}

#[test]
fn what_cannot_be_told_is_neither_gone_nor_back() {
    // The PBS was never read.
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| *pbs = crate::fleet::pbs::PbsSurvey::new());
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 unknown"]);
    assert_eq!(told(&fleet, &[all("fi")]), ["100 unknown", "101 unknown", "200 unknown"]);
    assert_eq!(told(&fleet, &[node("fi1")]), ["100 replica fi/fi2 fits"]);
    // Nothing good is there, and that is certain.
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, |list: &mut Vec<Snapshot>| {
        for snapshot in list {
            snapshot.verification = Verification::Failed(None);
        }
    });
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 gone"]);
    // Its replication cannot be read, but no node is left to hold a replica.
    edit_pve(&mut fleet, "fi", |pve| {
        pve.replication = Part::new("/cluster/replication", 300);
        pve.replication.outcome = failure();
    });
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 unknown"]);
    assert_eq!(told(&fleet, &[all("fi")])[1], "101 gone");
    // Where there is shared storage, its disks may lie there as long as nobody read which it has.
    let mut fleet = healthy();
    on_shared_storage(&mut fleet, 200);
    snapshots(&mut fleet, 101, Vec::clear);
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 gone"]);
    edit_pve(&mut fleet, "fi", |pve| pve.configs.clear());
    assert_eq!(told(&fleet, &[node("fi2")]), ["101 unknown"]);
    // The cluster is silent: nobody knows what there is room for, nor who is online.
    let mut fleet = healthy();
    under_ha(&mut fleet, 100);
    edit_link(&mut fleet, "fi", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    let what_if = asked(&fleet, &[node("fi1")]);
    assert_eq!(spell(&what_if.guests[0]), "100 replica fi/fi2 unknown");
    assert_eq!(what_if.clusters[0].quorate, None);
    assert_eq!(what_if.targets[0].free, None);
}

#[test]
fn a_node_that_is_off_takes_nobody() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.status, |s| s.members[1].online = false);
        change(&mut pve.resources, |r| r.nodes[1].state = NodeState::Offline);
    });
    let what_if = asked(&fleet, &[node("fi1")]);
    assert_eq!(spell(&what_if.guests[0]), "100 restore fi/fi3 fits");
    let after = &what_if.clusters[0];
    assert_eq!((after.present, after.nodes_left, after.quorate), (1, 1, Some(false)));
}
