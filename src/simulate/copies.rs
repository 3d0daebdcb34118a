//! What lies on a datastore: snapshots that follow from backup jobs, sync jobs and own groups.

use super::fleet::{SimDatastore, SimFleet, SimPbs, Window};
use super::noise::{hash, seed};
use super::runs::runs;
use super::schedule::{When, zone};

/// One snapshot.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    /// Namespace.
    pub namespace: String,
    /// `vm`, `ct`, `host`.
    pub kind: String,
    /// Id.
    pub id: String,
    /// Start of the backup.
    pub time: i64,
    /// End, in the future while it runs.
    pub end: i64,
    /// Owner.
    pub owner: String,
    /// First line of the notes.
    pub comment: Option<String>,
    /// Archives: name and bytes.
    pub files: Vec<(String, u64)>,
    /// Fingerprint of the key it is encrypted with.
    pub key: Option<String>,
    /// When it was verified, and how that ended.
    pub verified: Option<(i64, bool)>,
}

/// An attempt that left no snapshot.
pub(super) struct Attempt {
    /// `vm/100`.
    pub group: String,
    /// Start.
    pub time: i64,
    /// End.
    pub end: i64,
    /// User of the task.
    pub owner: String,
    /// Error text; none went well.
    pub error: Option<String>,
}

/// Where and when to look.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// The whole fleet: clusters write here.
    pub fleet: &'a SimFleet,
    /// The server.
    pub pbs: &'a SimPbs,
    /// Time at the start of the federation.
    pub start: i64,
    /// Time now.
    pub now: i64,
}

impl Look<'_> {
    /// All snapshots of one namespace of a datastore, only of one group when asked; in the
    /// order of the groups.
    pub(super) fn copies(
        &self,
        store: &SimDatastore,
        namespace: &str,
        only: Option<(&str, &str)>,
    ) -> Vec<Copy> {
        let mut copies = self.own(store, namespace, only);
        let local = |job: &&super::fleet::SimSyncJob| {
            job.store == store.name && job.remote.is_none() && job.remote_store != store.name
        };
        for job in self.pbs.sync_jobs.iter().filter(local) {
            let (Some(schedule), Some(from)) =
                (job.schedule, self.pbs.datastore(&job.remote_store))
            else {
                continue;
            };
            let synced = schedule.last(self.now, &zone(&self.pbs.timezone));
            for mut copy in self.own(from, namespace, only) {
                if copy.end <= synced {
                    copy.verified = None;
                    copies.push(copy);
                }
            }
        }
        copies.retain(|copy| {
            !store.removed.iter().any(|(kind, id)| *kind == copy.kind && *id == copy.id)
        });
        copies.sort_by(|a, b| (&a.kind, &a.id, a.time).cmp(&(&b.kind, &b.id, b.time)));
        copies
    }

    fn own(&self, store: &SimDatastore, namespace: &str, only: Option<(&str, &str)>) -> Vec<Copy> {
        let wanted = |kind: &str, id: &str| only.is_none_or(|only| only == (kind, id));
        let mut copies = Vec::new();
        for (cluster, entry, storage) in self.writers(store, Some(namespace)) {
            let mut entries = cluster.storages.iter().filter(|s| s.id == storage);
            let key = entries.find_map(|s| s.pbs.as_ref()?.key.clone());
            let keep = cluster.backup_jobs.iter().map(|job| job.keep_days).max().unwrap_or(0);
            for run in runs(self.fleet, cluster, self.start, self.now - keep * 86_400, self.now) {
                if run.job.storage != storage || run.event < self.now - run.job.keep_days * 86_400 {
                    continue;
                }
                for part in &run.guests {
                    let (kind, id) = (part.guest.kind.pbs(), part.guest.vmid.to_string());
                    if part.error.is_some() || part.start > self.now || !wanted(kind, &id) {
                        continue;
                    }
                    let skipped =
                        part.guest.verify_skips.is_some_and(|w| w.holds(part.start, self.start));
                    let age = (run.event - self.start) / 86_400;
                    copies.push(Copy {
                        namespace: namespace.to_owned(),
                        kind: kind.to_owned(),
                        id,
                        time: part.start,
                        end: part.end,
                        owner: entry.to_owned(),
                        comment: Some(part.guest.name.clone()),
                        files: guest_files(part.guest, age),
                        key: key.clone(),
                        verified: self
                            .verified(
                                store,
                                part.end,
                                part.guest
                                    .verify_fails
                                    .is_some_and(|w| w.holds(part.start, self.start)),
                            )
                            .filter(|_| !skipped),
                    });
                }
            }
        }
        let zone = zone(&self.pbs.timezone);
        for group in store.groups.iter().filter(|group| group.namespace == namespace) {
            if !wanted(&group.kind, &group.id) {
                continue;
            }
            let from = self.now - group.keep_days * 86_400;
            for event in group.schedule.between(from, self.now, &zone) {
                let missing = |window: Window| window.holds(event, self.start);
                if group.missing.is_some_and(missing) {
                    continue;
                }
                let time = event + 7;
                let end = time + 60;
                copies.push(Copy {
                    namespace: namespace.to_owned(),
                    kind: group.kind.clone(),
                    id: group.id.clone(),
                    time,
                    end,
                    owner: group.owner.clone(),
                    comment: None,
                    files: vec![
                        ("root.pxar.didx".to_owned(), group.size),
                        ("catalog.pcat1.didx".to_owned(), 182_344),
                        ("index.json.blob".to_owned(), 449),
                    ],
                    key: None,
                    verified: self.verified(store, end, false),
                });
            }
        }
        copies
    }

    fn verified(&self, store: &SimDatastore, end: i64, fails: bool) -> Option<(i64, bool)> {
        if store.verify_new {
            return (end + 30 <= self.now).then_some((end + 2, !fails));
        }
        let zone = zone(&self.pbs.timezone);
        self.pbs
            .verify_jobs
            .iter()
            .filter(|job| job.store == store.name)
            .filter_map(|job| {
                let at = job.schedule.map(|schedule: When| schedule.next(end, &zone))?;
                let missed = job.missed_since.is_some_and(|since| at >= self.start + since);
                (!missed).then_some(at)
            })
            .min()
            .filter(|at| at + 60 <= self.now)
            .map(|at| (at, !fails))
    }

    /// Backup attempts on a datastore in `from..=now`, in all namespaces, for the task list.
    pub(super) fn attempts(&self, store: &SimDatastore, from: i64) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        for (cluster, owner, storage) in self.writers(store, None) {
            for run in runs(self.fleet, cluster, self.start, from - 14_400, self.now) {
                if run.job.storage != storage {
                    continue;
                }
                for part in &run.guests {
                    if part.start > self.now || part.start < from {
                        continue;
                    }
                    attempts.push(Attempt {
                        group: format!("{}/{}", part.guest.kind.pbs(), part.guest.vmid),
                        time: part.start,
                        end: part.end,
                        owner: owner.to_owned(),
                        error: part.error.map(|_| "connection error: connection reset".to_owned()),
                    });
                }
            }
        }
        let zone = zone(&self.pbs.timezone);
        for group in &store.groups {
            for event in group.schedule.between(from, self.now, &zone) {
                if group.missing.is_some_and(|window| window.holds(event, self.start)) {
                    continue;
                }
                attempts.push(Attempt {
                    group: format!("{}/{}", group.kind, group.id),
                    time: event + 7,
                    end: event + 67,
                    owner: group.owner.clone(),
                    error: None,
                });
            }
        }
        attempts
    }

    /// Clusters that write into a datastore: cluster, owner, storage entry.
    fn writers<'s>(
        &'s self,
        store: &'s SimDatastore,
        namespace: Option<&'s str>,
    ) -> impl Iterator<Item = (&'s super::fleet::SimCluster, &'s str, &'s str)> {
        self.fleet.clusters().flat_map(move |(_, cluster)| {
            cluster.storages.iter().filter(|storage| !storage.disabled).filter_map(move |storage| {
                let entry = storage.pbs.as_ref()?;
                let here = entry.source == self.pbs.source
                    && entry.datastore == store.name
                    && namespace.is_none_or(|namespace| namespace == entry.namespace);
                here.then_some((cluster, entry.username.as_str(), storage.id.as_str()))
            })
        })
    }
}

/// The archives of a guest's snapshot; logical sizes, growing a little from day to day.
fn guest_files(guest: &super::fleet::SimGuest, day: i64) -> Vec<(String, u64)> {
    let mut files = Vec::new();
    match guest.kind {
        super::fleet::SimKind::Qemu => {
            for volume in guest.volumes.iter().filter(|volume| volume.backed_up()) {
                files.push((format!("drive-{}.img.fidx", volume.key), volume.gib << 30));
            }
            files.push(("qemu-server.conf.blob".to_owned(), 471));
        }
        super::fleet::SimKind::Lxc => {
            let wobble = hash(u64::from(guest.vmid), seed(&guest.name)) % 400;
            let used = guest.backup_bytes() / 1_000 * (300 + wobble);
            let grown = used.saturating_add_signed(day * 4_000_000);
            files.push(("root.pxar.didx".to_owned(), grown.max(1_000_000)));
            files.push(("catalog.pcat1.didx".to_owned(), 2_345_678));
            files.push(("pct.conf.blob".to_owned(), 274));
        }
    }
    files.push(("index.json.blob".to_owned(), 512));
    files
}
