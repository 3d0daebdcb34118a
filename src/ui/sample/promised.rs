//! What the jobs of the sample promise its guests, and what of it is there: every kind of day.

use std::sync::Arc;

use super::{DAY, HOUR, NOW};
use crate::fleet::id::{BackupType, JobId};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::copies::{GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::small::Size;
use crate::fleet::pve::backup::{BackupJob, Selection, VzdumpDefaults};
use crate::fleet::pve::storage::{PbsTarget, StorageConfig};
use crate::fleet::pve::{NodeParts, PveSurvey};
use crate::fleet::rights::Rights;
use crate::fleet::sighting::{JobSighting, Keeping};
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::tier;
use crate::fleet::time::Epoch;

const GIB: u64 = 1 << 30;

/// The run of a night, 02:00 UTC.
fn due(ago: i64) -> Epoch {
    Epoch(NOW.0 - NOW.0.rem_euclid(DAY) + 2 * HOUR - ago * DAY)
}

fn job(id: &str, schedule: &str, selection: Selection) -> BackupJob {
    BackupJob {
        id: JobId::from(id),
        enabled: true,
        schedule: Some(schedule.into()),
        selection,
        node: None,
        storage: Some("pbs".into()),
        dumpdir: None,
        mode: None,
        prune: None,
        comment: None,
    }
}

/// The jobs, where they write, and the one run that is known to have failed.
pub(super) fn jobs(pve: &mut PveSurvey) {
    let seen = NOW.minus(4);
    pve.backup_jobs = pve.backup_jobs.answered(
        vec![
            job("backup-4f", "02:00", Selection::AllBut(Vec::new())),
            job("backup-w1", "sun 12:00", Selection::Guests(vec![116])),
        ],
        seen,
    );
    for node in pve.nodes.keys() {
        let said = VzdumpDefaults { storage: Some("pbs".into()), prune: Some("keep-all=1".into()) };
        let part = Part::new("/nodes/fi/vzdump/defaults", tier::HOURLY).answered(said, seen);
        pve.defaults.insert(node.clone(), [("pbs".into(), part)].into());
    }
    // Watched for long: the jobs were always so.
    for job in ["backup-4f", "backup-w1"] {
        let (since, keep) = (NOW.minus(90 * DAY), Keeping::default());
        pve.sightings.backups.insert(job.into(), JobSighting { form: 0, since, keep });
    }
    let target = PbsTarget {
        server: "home1.example.org".into(),
        port: 8006,
        datastore: "main".into(),
        namespace: "helsinki".into(),
        username: "vigie@pbs!fi".into(),
        fingerprint: None,
        encryption_key: None,
        master_key: false,
    };
    let storage = StorageConfig {
        name: "pbs".into(),
        kind: "pbs".into(),
        content: vec!["backup".into()],
        nodes: Vec::new(),
        disabled: false,
        shared: true,
        prune: None,
        pbs: Some(target),
    };
    pve.storages = pve.storages.answered(vec![storage], seen);
    for parts in pve.nodes.values_mut() {
        parts.timezone = parts.timezone.answered("UTC".into(), seen);
    }
    let failed = Task {
        upid: "UPID:113".into(),
        node: "fi1".into(),
        kind: "vzdump".into(),
        id: Some("113".into()),
        user: "root@pam".into(),
        start: due(2).plus(4),
        end: Some(due(2).plus(9)),
        result: Some(TaskResult::Error("VM is locked (snapshot)".into())),
    };
    if let Some(parts) = pve.nodes.get_mut("fi1") {
        let NodeParts { vzdumps, .. } = parts;
        *vzdumps = vzdumps.answered(vec![failed], seen);
    }
}

/// So many nights before today of a guest, from a list of what became of each.
fn nights(worth: impl Fn(i64) -> Option<(i64, Verification)>) -> Vec<Snapshot> {
    let made = |ago: i64| {
        let (after, verification) = worth(ago)?;
        Some(Snapshot {
            time: due(ago).plus(after),
            size: Some(Size::of(48 * GIB - ago.unsigned_abs() * GIB / 9)),
            verification,
            protected: false,
            encrypted: true,
        })
    };
    (0..20).filter_map(made).collect()
}

/// What lies on the PBS, and who may see it.
pub(super) fn copies(pbs: &mut PbsSurvey) {
    let seen = NOW.minus(100);
    let audit = [("Datastore.Audit".into(), true)].into();
    pbs.rights = pbs.rights.answered(Rights { paths: [("/".into(), audit)].into() }, seen);
    pbs.prune = pbs.prune.answered(Vec::new(), seen);
    pbs.timezone = pbs.timezone.answered("UTC".into(), seen);
    let good = Some((420, Verification::Ok(None)));
    let group = |vmid: u32, snapshots: Vec<Snapshot>| {
        Arc::new(GroupCopies {
            kind: if vmid.is_multiple_of(2) { BackupType::Vm } else { BackupType::Ct },
            id: vmid.to_string().into(),
            seen,
            owner: Some("vigie@pbs!fi".into()),
            key: None,
            comment: None,
            snapshots,
        })
    };
    let mut groups: Vec<Arc<GroupCopies>> = (101..=117)
        .map(|vmid| {
            let of = nights(|ago| match (vmid, ago) {
                (101, 5) => Some((420, Verification::Failed(None))),
                (103, _) => Some((420, Verification::None)),
                (104, 3) | (117, 0) | (113, 2) | (107, 7..) => None,
                (109, 4) => Some((9 * HOUR, Verification::Ok(None))),
                _ => good,
            });
            group(vmid, of)
        })
        .collect();
    groups.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    let call = "/admin/datastore/main/snapshots?ns=helsinki";
    let part = Part::new(call, tier::HOURLY).answered(groups, seen);
    let store = "main".into();
    let mut parts = crate::fleet::pbs::StoreParts::new(&store);
    parts.copies.insert("helsinki".into(), part);
    pbs.stores.insert(store, parts);
}
