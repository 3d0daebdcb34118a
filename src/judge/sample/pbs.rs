//! The PBS of the sample: one datastore, verified daily, with three nights of every guest.

use std::sync::Arc;

use super::pve::{COPIED, guests, history, host, rights, service, version};
use super::{NOW, PBS_FINGERPRINT, SEEN, set};
use crate::fleet::host::Usage;
use crate::fleet::id::{GuestKind, Namespace};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::{Group, GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::datastore::{DatastoreConfig, DatastoreInfo, DatastoreUsage, Mount};
use crate::fleet::pbs::job::{GcStatus, LastRun, PbsJob};
use crate::fleet::pbs::small::{Moment, Size};
use crate::fleet::pbs::{PbsSurvey, StoreParts};
use crate::fleet::task::TaskResult;
use crate::fleet::tier;
use crate::fleet::time::Epoch;

const TIB: u64 = 1 << 40;
const DAY: i64 = 86_400;
/// The daily verification and garbage collection, 04:00 and 05:00 UTC.
const VERIFIED: Epoch = Epoch(1_795_579_200);

/// What a healthy PBS says.
pub(crate) fn healthy() -> PbsSurvey {
    let mut pbs = PbsSurvey::new();
    set(&mut pbs.version, version(4));
    let all = ["Datastore.Audit", "Sys.Audit", "Remote.Audit"];
    set(&mut pbs.rights, rights(&[("/", &all)]));
    set(&mut pbs.identity, "instance-pbs".into());
    set(&mut pbs.ping, ());
    set(
        &mut pbs.status,
        crate::fleet::host::HostStatus { fingerprint: Some(PBS_FINGERPRINT), ..host() },
    );
    set(&mut pbs.history, history());
    set(
        &mut pbs.services,
        ["proxmox-backup", "proxmox-backup-proxy"]
            .map(|name| crate::fleet::host::Service { active: None, ..service(name) })
            .to_vec(),
    );
    pbs.zfs = pbs.zfs.absent(SEEN);
    set(&mut pbs.disks, Vec::new());
    set(&mut pbs.timezone, "UTC".into());
    set(&mut pbs.tasks, Vec::new());
    let name = || "main".into();
    set(
        &mut pbs.datastores,
        vec![DatastoreInfo {
            name: name(),
            comment: None,
            maintenance: None,
            mount: Some(Mount::NonRemovable),
        }],
    );
    set(
        &mut pbs.config,
        vec![DatastoreConfig {
            name: name(),
            path: Some("/mnt/main".into()),
            gc_schedule: Some("05:00".into()),
            prune_schedule: None,
            verify_new: false,
            removable: false,
        }],
    );
    set(
        &mut pbs.usage,
        vec![DatastoreUsage {
            name: name(),
            usage: Some(Usage { used: TIB, total: 4 * TIB }),
            error: None,
            mount: Some(Mount::NonRemovable),
            full_at: None,
            history: Vec::new(),
        }],
    );
    set(&mut pbs.verify, vec![verify_job()]);
    set(&mut pbs.prune, Vec::new());
    set(&mut pbs.sync, Vec::new());
    set(
        &mut pbs.gc,
        vec![GcStatus {
            store: name(),
            schedule: Some("05:00".into()),
            run: run(VERIFIED.plus(3600)),
            began: Some(VERIFIED.plus(3600)),
            deduplication: None,
            pending: Some(0),
            still_bad: 0,
        }],
    );
    set(&mut pbs.remotes, Vec::new());
    pbs.stores.insert(name(), store());
    pbs
}

fn run(start: Epoch) -> LastRun {
    LastRun {
        upid: Some("UPID:pbs".into()),
        end: Some(start.plus(600)),
        result: Some(TaskResult::Ok),
        next: Some(start.plus(DAY)),
    }
}

fn verify_job() -> PbsJob {
    PbsJob {
        id: "v-main".into(),
        store: "main".into(),
        ns: "".into(),
        max_depth: None,
        schedule: Some("04:00".into()),
        disabled: false,
        run: run(VERIFIED),
        outdated_after: None,
        keep: crate::fleet::retention::Keep::default(),
        sync: None,
        comment: None,
    }
}

fn store() -> StoreParts {
    let mut store = StoreParts::new(&"main".into());
    let (root, fi): (Namespace, Namespace) = ("".into(), "fi".into());
    set(&mut store.namespaces, vec![root.clone(), fi.clone()]);
    let all: Vec<_> = guests().map(|(vmid, kind)| copies(kind, vmid, &nights())).collect();
    let groups = all
        .iter()
        .map(|c| Group {
            kind: c.kind,
            id: Arc::clone(&c.id),
            last_backup: c.newest().map(|s| s.time),
            count: 3,
            owner: c.owner.clone(),
            comment: None,
        })
        .collect();
    for (ns, groups, copies) in [(root, Vec::new(), Vec::new()), (fi, groups, all)] {
        let mut part = Part::new("/admin/datastore/main/groups", tier::SLOW);
        set(&mut part, groups);
        store.groups.insert(ns.clone(), part);
        let query = if ns.as_str().is_empty() { String::new() } else { format!("?ns={ns}") };
        let call = format!("/admin/datastore/main/snapshots{query}");
        let mut part = Part::new(call, tier::HOURLY);
        set(&mut part, copies.into_iter().map(Arc::new).collect());
        store.copies.insert(ns, part);
    }
    store
}

/// Three nights, newest first, verified.
fn nights() -> Vec<Snapshot> {
    let verified = Verification::Ok(Moment::of(VERIFIED));
    (0..3).map(|night| snapshot(COPIED.minus(night * DAY), verified)).collect()
}

/// A finished snapshot.
pub(crate) fn snapshot(time: Epoch, verification: Verification) -> Snapshot {
    Snapshot {
        time,
        size: Some(Size::of(1 << 30)),
        verification,
        protected: false,
        encrypted: false,
    }
}

/// The copies of a guest of the sample.
pub(crate) fn copies(kind: GuestKind, vmid: u32, snapshots: &[Snapshot]) -> GroupCopies {
    GroupCopies {
        kind: kind.backup_type(),
        id: vmid.to_string().into(),
        seen: NOW.minus(5),
        owner: Some("fi@pbs!backup".into()),
        key: None,
        comment: None,
        snapshots: snapshots.to_vec(),
    }
}
