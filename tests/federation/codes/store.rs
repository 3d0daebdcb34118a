//! `storage.*` and `datastore.*`.

use vigie::simulate::fleet::{SimDatastore, SimFleet, SimPbs, SimStorage, SimSyncJob};
use vigie::simulate::schedule::When;

use super::{Row, row};

const TIB: u64 = 1 << 40;
const DAY: i64 = 86_400;

pub fn rows() -> Vec<Row> {
    let mut rows = storages();
    rows.extend(datastores());
    rows.extend(jobs());
    rows
}

fn storages() -> Vec<Row> {
    vec![
        row(
            "a storage is nearly full",
            &[
                "warning storage.full storage/pve/pve1/local",
                "warning storage.full storage/pve/pve2/local",
            ],
        )
        .fleet(|fleet| storage(fleet, "pve", "local").used = 92 << 30),
        row("a storage is full", &["critical storage.full storage/alone/alone/local"])
            .fleet(|fleet| storage(fleet, "alone", "local").used = 96 << 30),
        row(
            "a storage with running guests is gone",
            &["critical storage.offline storage/alone/alone/local-zfs"],
        )
        .then(|bed| {
            bed.federation.edit(|fleet| storage(fleet, "alone", "local-zfs").available = false);
        }),
        row(
            "a storage without guests is gone",
            &["warning storage.offline storage/alone/alone/local"],
        )
        .then(|bed| {
            bed.federation.edit(|fleet| storage(fleet, "alone", "local").available = false);
        }),
        row(
            "no node reaches the backup server",
            &["warning storage.offline storage/pve/pbs-home (pve1, pve2)"],
        )
        .then(|bed| {
            bed.federation.edit(|fleet| storage(fleet, "pve", "pbs-home").available = false);
        }),
    ]
}

fn datastores() -> Vec<Row> {
    vec![
        row("a datastore is nearly full", &["warning datastore.full datastore/pbs/main"])
            .fleet(|fleet| main(fleet).used = 4 * TIB / 100 * 92),
        row("a datastore is full", &["critical datastore.full datastore/pbs/main"])
            .fleet(|fleet| main(fleet).used = 4 * TIB / 100 * 96),
        row(
            "a datastore will be full in twelve days",
            &["warning datastore.filling datastore/pbs/main"],
        )
        .fleet(|fleet| main(fleet).full_in_days = Some(12.0)),
        row(
            "a datastore will be full in two days",
            &["critical datastore.filling datastore/pbs/main"],
        )
        .fleet(|fleet| main(fleet).full_in_days = Some(2.0)),
        row(
            "a datastore may not be written to",
            &["warning datastore.maintenance datastore/pbs/main (read-only)"],
        )
        .then(|bed| {
            bed.federation.edit(|fleet| main(fleet).maintenance = Some("read-only".into()));
        }),
        row(
            "a datastore is in maintenance",
            &["unknown datastore.maintenance datastore/pbs/main (offline)"],
        )
        .then(|bed| {
            let mode = "offline,message=disk swap".to_owned();
            bed.federation.edit(|fleet| main(fleet).maintenance = Some(mode));
        }),
        row("a datastore cannot be read", &["critical datastore.offline datastore/pbs/main"]).then(
            |bed| {
                bed.federation.edit(|fleet| main(fleet).broken = true);
            },
        ),
        row("one of two datastores vanished", &["critical datastore.offline datastore/pbs/main"])
            .fleet(second)
            .then(|bed| {
                bed.federation.edit(|fleet| main(fleet).vanished = true);
            }),
        row(
            "a removable datastore is not there",
            &["warning datastore.offline datastore/pbs/second"],
        )
        .fleet(|fleet| {
            second(fleet);
            pbs(fleet).datastore_mut("second").unwrap().mount = "notmounted".into();
        }),
        row("bad chunks are on disk", &["critical datastore.corrupt datastore/pbs/main"])
            .fleet(|fleet| main(fleet).still_bad = 3),
        row("nothing verifies the copies", &["notice datastore.unverified datastore/pbs/main"])
            .fleet(|fleet| {
                main(fleet).verify_new = false;
                pbs(fleet).verify_jobs.clear();
            }),
    ]
}

fn jobs() -> Vec<Row> {
    vec![
        row("garbage collection failed", &["warning datastore.gc datastore/pbs/main"])
            .fleet(|fleet| main(fleet).gc_status = "no space left on device".into()),
        row("garbage collection found something", &[])
            .fleet(|fleet| main(fleet).gc_status = "WARNINGS: 1".into()),
        row(
            "a verification found damage",
            &["warning datastore.verify-job datastore/pbs/main (v-main)"],
        )
        .fleet(|fleet| {
            pbs(fleet).verify_jobs[0].status = "verification failed - see log".into();
        }),
        row(
            "verification does not run",
            &["warning datastore.verify-job datastore/pbs/main (v-main)"],
        )
        .fleet(|fleet| pbs(fleet).verify_jobs[0].missed_since = Some(-3 * DAY)),
        row("pruning failed", &["warning datastore.prune-job datastore/pbs/main (p-main)"])
            .fleet(|fleet| pbs(fleet).prune_jobs[0].status = "permission denied".into()),
        row("a disabled prune job", &[]).fleet(|fleet| pbs(fleet).prune_jobs[0].disabled = true),
        row("a sync failed", &["warning datastore.sync-job datastore/pbs/second (s-second)"])
            .fleet(|fleet| {
                second(fleet);
                pbs(fleet).sync_jobs.push(SimSyncJob {
                    id: "s-second".to_owned(),
                    store: "second".to_owned(),
                    remote: None,
                    remote_store: "main".to_owned(),
                    direction: "pull".to_owned(),
                    schedule: Some(When::Daily(6, 0)),
                    comment: None,
                    status: "sync failed with some errors.".to_owned(),
                });
            }),
    ]
}

fn storage<'a>(fleet: &'a mut SimFleet, source: &str, id: &str) -> &'a mut SimStorage {
    let cluster = fleet.cluster_mut(source).unwrap();
    cluster.storages.iter_mut().find(|storage| storage.id == id).unwrap()
}

fn pbs(fleet: &mut SimFleet) -> &mut SimPbs {
    fleet.pbs_mut("pbs").unwrap()
}

fn main(fleet: &mut SimFleet) -> &mut SimDatastore {
    pbs(fleet).datastore_mut("main").unwrap()
}

fn second(fleet: &mut SimFleet) {
    pbs(fleet).datastores.push(SimDatastore::healthy("second", 4 * TIB, TIB, &["pve", "shed"]));
}
