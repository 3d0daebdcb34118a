//! Which disks of a guest the jobs that take it leave out, judged by hand: those that none of them
//! takes, as PVE's own lists say.

use super::*;
use crate::fleet::id::JobId;
use crate::fleet::pve::backup::{IncludedGuest, IncludedVolumes};
use crate::fleet::pve::guest::{DiskKind, GuestDisk};
use crate::judge::backup::{LeftOut, left_out};
use crate::judge::sample::{disk, failure, set};

/// What one job says of guest 100: keys that it takes, keys that it leaves out; none: not read.
type Said<'a> = Option<(&'a [&'a str], &'a [&'a str])>;

/// Keys of disks, and of bind mounts, that none takes.
type Left = Option<(Vec<String>, Vec<String>)>;

/// Jobs, and what follows.
type Case<'a> = (&'a [(&'a str, Said<'a>)], Left);

fn left(disks: &[GuestDisk], jobs: &[(&str, Said<'_>)]) -> Left {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| c.disks = disks.to_vec());
        pve.included.clear();
        for (id, said) in jobs {
            let mut part = Part::new(format!("/cluster/backup/{id}/included_volumes"), 300);
            if let Some((taken, left)) = said {
                let volume = |key: &str, included| IncludedVolume {
                    key: key.into(),
                    volume: format!("local-zfs:{key}").into(),
                    included,
                    reason: "x".into(),
                };
                let taken = taken.iter().map(|key| volume(key, true));
                let volumes = taken.chain(left.iter().map(|key| volume(key, false))).collect();
                let guest =
                    IncludedGuest { vmid: 100, kind: Some(GuestKind::Qemu), name: None, volumes };
                set(&mut part, IncludedVolumes { guests: vec![guest] });
            } else {
                part.outcome = failure();
            }
            pve.included.insert((*id).into(), part);
        }
    });
    let survey = fleet.survey(&"fi".into()).unwrap();
    let ids: Vec<JobId> = jobs.iter().map(|(id, _)| (*id).into()).collect();
    let ids: Vec<&JobId> = ids.iter().collect();
    let keys = |keys: Vec<Arc<str>>| keys.iter().map(ToString::to_string).collect();
    left_out(survey.pve().unwrap(), (GuestKind::Qemu, 100), &ids)
        .map(|LeftOut { data, bind }| (keys(data), keys(bind)))
}

#[test]
fn a_disk_is_left_out_that_no_job_takes() {
    let of = |data: &[&str], bind: &[&str]| {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Some((words(data), words(bind)))
    };
    let kind = |key: &str, kind| GuestDisk { kind, ..disk(key, "local-zfs") };
    let disks = [
        disk("scsi0", "local-zfs"),
        disk("scsi1", "local-zfs"),
        kind("mp0", DiskKind::Bind),
        kind("ide2", DiskKind::Cdrom),
    ];
    let all: Said<'_> = Some((&["scsi0", "scsi1"], &[]));
    let system: Said<'_> = Some((&["scsi0"], &["scsi1"]));
    let data: Said<'_> = Some((&["scsi1"], &["scsi0"]));
    let nothing: Said<'_> = Some((&[], &["scsi0", "scsi1", "mp0", "ide2"]));
    let cases: [Case<'_>; 11] = [
        (&[("a", all)], of(&[], &[])),
        (&[("a", system)], of(&["scsi1"], &[])),
        (&[("a", nothing)], of(&["scsi0", "scsi1"], &["mp0"])),
        // What one job leaves out another takes.
        (&[("a", system), ("b", data)], of(&[], &[])),
        (&[("a", system), ("b", all)], of(&[], &[])),
        (&[("a", system), ("b", system)], of(&["scsi1"], &[])),
        (&[("a", data), ("b", nothing)], of(&["scsi0"], &["mp0"])),
        // The first list is older than the second disk: the other job tells of it.
        (&[("a", Some((&["scsi0"], &[]))), ("b", system)], of(&["scsi1"], &[])),
        // The list of the other job was not read: it may take what this one leaves out.
        (&[("a", system), ("b", None)], None),
        (&[("a", all), ("b", None)], of(&[], &[])),
        // No list at all: the flags of the configuration tell, where all of them say yes.
        (&[("a", None)], of(&[], &[])),
    ];
    for (at, (jobs, expected)) in cases.into_iter().enumerate() {
        assert_eq!(left(&disks, jobs), expected, "{at}: {jobs:?}");
    }
}
