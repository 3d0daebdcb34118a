//! Storages, judged by hand.

use crate::fleet::host::Usage;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Storage;
use crate::judge::sample::{
    change, disk, edit_pve, healthy, judged, said, spelled, storage, storage_row,
};
use crate::judge::{Judged, Verdict};

fn with(edit: impl FnOnce(&mut PveSurvey)) -> Judged {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", edit);
    judged(&fleet)
}

/// Judges the healthy fleet with every row of a storage given to `edit`.
fn with_rows(name: &str, mut edit: impl FnMut(&mut Storage)) -> Judged {
    with(|p| {
        change(&mut p.resources, |r| {
            r.storages.iter_mut().filter(|s| s.name.as_str() == name).for_each(&mut edit);
        });
    })
}

/// What was said of storages themselves.
fn own(judged: &Judged) -> Vec<String> {
    said(judged).into_iter().filter(|p| p.contains(" storage.")).collect()
}

#[test]
fn a_shared_storage_stands_once_a_local_one_per_node() {
    let judged = judged(&healthy());
    let rows = &judged.sites[0].storages;
    let spelled: Vec<String> = rows
        .iter()
        .map(|r| format!("{}/{}", r.name, r.node.as_ref().map_or("", |n| n.as_str())))
        .collect();
    assert_eq!(spelled, ["local-zfs/fi1", "local-zfs/fi2", "local-zfs/fi3", "pbs/"]);
}

#[test]
fn a_disabled_storage_is_left_out() {
    let judged = with(|p| change(&mut p.storages, |s| s[0].disabled = true));
    assert_eq!(judged.sites[0].storages.len(), 1);
}

#[test]
fn a_storage_fills() {
    for (used, severity) in [(899, None), (900, Some("warning")), (950, Some("critical"))] {
        let judged = with_rows("local-zfs", |s| {
            if s.node.as_str() == "fi2" {
                s.usage = Some(Usage { used, total: 1000 });
            }
        });
        let expected: Vec<String> = severity
            .map(|s| format!("{s} storage.full storage/fi/fi2/local-zfs"))
            .into_iter()
            .collect();
        assert_eq!(own(&judged), expected);
    }
}

#[test]
fn a_storage_with_disks_of_running_guests_is_critical() {
    let away = |s: &mut Storage| s.available = s.node.as_str() != "fi2";
    let running = with_rows("local-zfs", away);
    assert_eq!(own(&running), ["critical storage.offline storage/fi/fi2/local-zfs"]);
    let stopped = with(|p| {
        change(&mut p.resources, |r| {
            r.storages.iter_mut().for_each(|s| {
                s.available = s.node.as_str() != "fi2" || s.name.as_str() != "local-zfs";
            });
            r.guests[1].state = "stopped".into();
        });
    });
    assert_eq!(own(&stopped), ["warning storage.offline storage/fi/fi2/local-zfs"]);
}

#[test]
fn disks_that_are_not_known_may_be_there() {
    let judged = with(|p| {
        change(&mut p.resources, |r| r.storages[1].available = false);
        p.configs.remove(&101);
    });
    let row = storage(&judged, "fi2", "local-zfs");
    assert_eq!(own(&judged), ["warning storage.offline storage/fi/fi2/local-zfs"]);
    assert_eq!(row.verdict, Verdict::Unknown);
    assert_eq!(spelled(row.because.as_ref()), "source/fi");
}

#[test]
fn a_shared_storage_that_some_nodes_miss_is_one_entry_that_names_them() {
    let judged = with_rows("pbs", |s| s.available = s.node.as_str() == "fi1");
    assert_eq!(own(&judged), ["warning storage.offline storage/fi/pbs fi2, fi3"]);
    assert_eq!(storage(&judged, "", "pbs").available, Some(false));
}

#[test]
fn a_cd_rom_keeps_nothing_alive() {
    use crate::fleet::pve::guest::DiskKind;
    let judged = with(|p| {
        change(&mut p.resources, |r| {
            let mut row = storage_row("iso", "fi2", "nfs", true);
            row.available = false;
            r.storages.push(row);
        });
        change(p.configs.get_mut(&101).unwrap(), |c| {
            let mut cdrom = disk("ide2", "iso");
            cdrom.kind = DiskKind::Cdrom;
            c.disks.push(cdrom);
        });
    });
    assert_eq!(own(&judged), ["warning storage.offline storage/fi/iso fi2"]);
}

#[test]
fn the_storages_of_a_dead_node_follow_from_it() {
    let judged = with(|p| {
        change(&mut p.status, |s| s.members[1].online = false);
        change(&mut p.resources, |r| r.storages[1].available = false);
    });
    assert_eq!(own(&judged), [""; 0]);
    let row = storage(&judged, "fi2", "local-zfs");
    assert_eq!((row.verdict, row.available), (Verdict::Unknown, None));
    assert_eq!(spelled(row.because.as_ref()), "node/fi/fi2");
    assert_eq!(storage(&judged, "", "pbs").verdict, Verdict::Ok);
}
