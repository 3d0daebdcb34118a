//! `recovery.*`. The host `alone` has two guests and no replica; their copies are at another site.

use vigie::fleet::drill::{Drills, Rehearsal};
use vigie::fleet::id::GuestKey;
use vigie::simulate::fleet::{SimCluster, SimFleet};

use super::{Row, row};
use crate::bed::Bed;

pub fn rows() -> Vec<Row> {
    vec![
        row(
            "a guest without replica has lost its copies",
            &[
                "critical backup.missing guest/alone/500",
                "critical recovery.uncovered guest/alone/500",
            ],
        )
        .fleet(|fleet| {
            let store = fleet.pbs_mut("pbs").unwrap().datastore_mut("main").unwrap();
            store.removed = vec![("vm".into(), "500".into())];
        }),
        row(
            "no other machine has the memory",
            &[
                "warning recovery.no-room guest/alone/500",
                "warning recovery.no-room guest/alone/501",
            ],
        )
        .fleet(|fleet| {
            for node in &mut fleet.cluster_mut("pve").unwrap().nodes {
                node.memory = 1 << 30;
            }
        }),
        row(
            "copies are encrypted, and their key is in the cluster",
            &["critical recovery.key guest/alone/500", "critical recovery.key guest/alone/501"],
        )
        .fleet(encrypt),
        row("copies are encrypted, and their key is elsewhere too", &[])
            .fleet(encrypt)
            .toml(|toml| of_shed(toml, "keys = \"on paper, in the safe\"\n")),
        row(
            "an hour may be lost, and copies are made once a day",
            &[
                "critical recovery.objective guest/alone/500 (point)",
                "critical recovery.objective guest/alone/501 (point)",
            ],
        )
        .toml(|toml| of_shed(toml, "[site.policy]\nrecovery-point = \"1h\"\n")),
        row(
            "thirteen hours may be lost, and copies are made once a day",
            &[
                "warning recovery.objective guest/alone/500 (point)",
                "warning recovery.objective guest/alone/501 (point)",
            ],
        )
        .toml(|toml| of_shed(toml, "[site.policy]\nrecovery-point = \"13h\"\n")),
        row(
            "it should run again within a minute, and a restore takes hours",
            &[
                "critical recovery.objective guest/alone/500 (time)",
                "critical recovery.objective guest/alone/501 (time)",
            ],
        )
        .toml(|toml| {
            let wanted = "[site.policy]\nrecovery-time = \"1m\"\nrestore-rate = \"1MB/s\"\n";
            of_shed(toml, wanted)
        }),
        row("a day may be lost, and copies are made once a day", &[])
            .toml(|toml| of_shed(toml, "[site.policy]\nrecovery-point = \"1d\"\n")),
        row(
            "one copy is kept, and nothing verifies it",
            &[
                "notice datastore.unverified datastore/pbs/main",
                "warning recovery.fragile guest/alone/500 (single)",
                "warning recovery.fragile guest/alone/501 (single)",
            ],
        )
        .fleet(|fleet| {
            fleet.cluster_mut("alone").unwrap().backup_jobs[0].keep_days = 1;
            let pbs = fleet.pbs_mut("pbs").unwrap();
            pbs.verify_jobs.clear();
            pbs.datastore_mut("main").unwrap().verify_new = false;
        }),
        row(
            "a restore was rehearsed, more than a year ago, and no policy asks for it",
            &["notice recovery.unrehearsed guest/alone/500"],
        )
        .then(|bed| rehearsed(bed, 400)),
        row("a restore was rehearsed within the year", &[]).then(|bed| rehearsed(bed, 300)),
        row(
            "restores should be rehearsed, and were not",
            &[
                "warning recovery.unrehearsed guest/alone/500",
                "warning recovery.unrehearsed guest/alone/501",
            ],
        )
        .toml(|toml| of_shed(toml, "[site.policy]\nrehearse-every = \"180d\"\n")),
    ]
}

fn rehearsed(bed: &mut Bed, days: i64) {
    let key = GuestKey { source: "alone".into(), vmid: 500 };
    let last = Rehearsal { at: bed.now().minus(days * 86_400), took: None, place: None, by: None };
    bed.fleet.drills = Drills { good: [(key, last)].into(), ..Drills::default() }.into();
}

fn of_shed(toml: &str, line: &str) -> String {
    toml.replace("name = \"shed\"\n", &format!("name = \"shed\"\n{line}"))
}

fn encrypt(fleet: &mut SimFleet) {
    let cluster: &mut SimCluster = fleet.cluster_mut("alone").unwrap();
    for entry in cluster.storages.iter_mut().filter_map(|storage| storage.pbs.as_mut()) {
        entry.key = Some("ab:cd:ef:01".into());
    }
}
