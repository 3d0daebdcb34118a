mod blind;
mod coverage;
mod disks;
mod due;
mod fortnight;
mod groups;

use std::sync::Arc;

use crate::fleet::id::{BackupType, GuestKind, Product};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pbs::copies::{GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::job::{LastRun, PbsJob, SyncEnd};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::backup::{BackupFile, IncludedVolume, Selection};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::guest::GuestConfig;
use crate::fleet::sighting::GuestSighting;
use crate::fleet::site::Fleet;
use crate::fleet::survey::Body;
use crate::fleet::task::{Task, TaskResult, VzdumpGuest, VzdumpLog, VzdumpOutcome};
use crate::fleet::time::Epoch;
use crate::judge::rows::{Checked, GuestRow};
use crate::judge::sample::{
    DUE, NOW, age, change, copies, edit_link, edit_pbs, edit_pve, except, failure, guest,
    guest_row, healthy, judged, noticed, put, said, set, site, snapshot, source, spelled,
};
use crate::judge::{Judged, Verdict};

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;
const GOOD: Verification = Verification::Ok(None);

/// Replaces what the PBS holds of VM 100: both readings of it.
fn holds(fleet: &mut Fleet, snapshots: &[Snapshot]) {
    edit_pbs(fleet, "pbs", |pbs| {
        let parts = pbs.stores.get_mut("main").expect("a store");
        let part = parts.copies.get_mut("fi").expect("a namespace");
        change(part, |list| {
            list.retain(|g| &*g.id != "100");
            if !snapshots.is_empty() {
                list.insert(0, Arc::new(copies(GuestKind::Qemu, 100, snapshots)));
            }
        });
        change(parts.groups.get_mut("fi").expect("a namespace"), |groups| {
            groups.retain(|g| &*g.id != "100" || !snapshots.is_empty());
            for group in groups.iter_mut().filter(|g| &*g.id == "100") {
                let finished = snapshots.iter().filter(|s| s.is_finished());
                group.last_backup = finished.map(|s| s.time).max();
                group.count = u32::try_from(snapshots.len()).expect("few");
            }
        });
    });
}

fn task(id: Option<&str>, start: Epoch, result: Option<TaskResult>) -> Task {
    Task {
        upid: format!("UPID:fi1:{}", start.0).as_str().into(),
        node: "fi1".into(),
        kind: "vzdump".into(),
        id: id.map(Into::into),
        user: "root@pam".into(),
        start,
        end: result.as_ref().map(|_| start.plus(60)),
        result,
    }
}

fn logged(pve: &mut PveSurvey, task: &Task, guests: Vec<VzdumpGuest>) {
    let log = VzdumpLog { storage: Some("pbs".into()), guests, error: None };
    let part = Part::new("/nodes/fi1/tasks/UPID/log", 3600).answered(log, NOW.minus(5));
    pve.logs.insert(task.upid.clone(), part);
}

fn web(judged: &Judged) -> &GuestRow {
    guest_row(judged, "fi", 100)
}

type Spoil = fn(&mut Fleet);

/// Case, what is done to the healthy fleet, what is said, the backup verdict of VM 100, because.
type Case = (&'static str, Spoil, &'static [&'static str], Option<Verdict>, &'static str);

fn check(table: &[Case]) {
    for (what, spoil, problems, verdict, because) in table {
        let mut fleet = healthy();
        spoil(&mut fleet);
        let judged = judged(&fleet);
        let of_backup = |p: &String| p.contains(" backup.");
        let heard: Vec<_> = said(&judged).into_iter().filter(of_backup).collect();
        assert_eq!(heard, *problems, "{what}");
        let row = &web(&judged).backup;
        assert_eq!(row.verdict, *verdict, "{what}");
        assert_eq!(spelled(row.because.as_ref()), *because, "{what}");
    }
}

const OK: Option<Verdict> = Some(Verdict::Ok);
const BAD: Option<Verdict> = Some(Verdict::Critical);
const WARN: Option<Verdict> = Some(Verdict::Warning);
const UNKNOWN: Option<Verdict> = Some(Verdict::Unknown);

/// Nothing of a PBS was read since an hour before the last run.
fn stale(pbs: &mut crate::fleet::pbs::PbsSurvey) {
    let before = NOW.since(DUE) + HOUR;
    for store in pbs.stores.values_mut() {
        store.groups.values_mut().for_each(|p| age(p, before));
        for part in store.copies.values_mut() {
            age(part, before);
            change(part, |list| {
                for group in list {
                    *group = Arc::new(GroupCopies {
                        seen: NOW.minus(before),
                        ..GroupCopies::clone(group)
                    });
                }
            });
        }
    }
}

fn silent(fleet: &mut Fleet, source: &str) {
    edit_link(fleet, source, |link| {
        link.contact = crate::fleet::link::Contact::Unreachable(
            crate::fleet::link::Layer::Timeout,
            "silent".into(),
        );
        link.round = Some(NOW.minus(HOUR));
    });
}
