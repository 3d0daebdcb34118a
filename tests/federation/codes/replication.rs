//! `replication.*`.

use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimCluster, SimFleet, SimVolume, Window};

use super::{Row, row};

const MINUTE: i64 = 60;

pub fn rows() -> Vec<Row> {
    vec![
        // It is seven minutes past: the run of the hour is missing.
        row(
            "one run is missing",
            &["warning replication.late job/pve/100-0", "warning replication.late job/pve/101-0"],
        )
        .fleet(|fleet| pve(fleet).nodes[0].idle_since = Some(-15 * MINUTE)),
        row(
            "an hour of runs is missing",
            &["critical replication.late job/pve/100-0", "critical replication.late job/pve/101-0"],
        )
        .fleet(|fleet| pve(fleet).nodes[0].idle_since = Some(-65 * MINUTE)),
        row("the last run failed", &["warning replication.failing job/pve/100-0"])
            .fleet(|fleet| fail(fleet, -10 * MINUTE))
            .also(|judged| {
                assert_eq!(judged.problems[0].facts.text.as_deref(), Some("out of space"));
            }),
        row("runs have failed for hours", &["critical replication.failing job/pve/100-0"])
            .fleet(|fleet| fail(fleet, -180 * MINUTE)),
        row("a job is switched off", &["warning replication.disabled job/pve/100-0"])
            .fleet(|fleet| pve(fleet).replication[0].disabled = true),
        row(
            "a replica is expected and nobody makes one",
            &["warning replication.uncovered guest/pve/100"],
        )
        .toml(|toml| {
            let policy = "name = \"healthy\"\n[site.policy]\nreplication-expected = true\n";
            toml.replace("name = \"healthy\"\n", policy)
        })
        .fleet(|fleet| {
            pve(fleet).replication.remove(0);
        }),
        row("nobody replicates a guest, and nobody expects it", &[]).fleet(|fleet| {
            pve(fleet).replication.remove(0);
        }),
        row("a disk is left out", &["warning replication.partial guest/pve/100 (scsi1)"]).fleet(
            |fleet| {
                let disk = SimVolume::new("scsi1", "local-zfs", 10);
                let disk = SimVolume { replicate: Some(false), ..disk };
                pve(fleet).guest_mut(100).unwrap().volumes.push(disk);
            },
        ),
        row(
            "the state may not be read, and was never",
            &["unknown replication.blind guest/pve/100", "unknown replication.blind guest/pve/101"],
        )
        .then(|bed| {
            let refusal = Fault::Status(500, "got timeout".into());
            bed.source("pve").set_on("/nodes/pve1/replication", &refusal);
            bed.configure(str::to_owned);
        })
        .may_lose(),
        row(
            "the state cannot be read for a moment",
            &["unknown source.partial source/pve (/nodes/pve1/replication)"],
        )
        .then(|bed| {
            let refusal = Fault::Status(500, "got timeout".into());
            bed.source("pve").set_on("/nodes/pve1/replication", &refusal);
        }),
    ]
}

fn pve(fleet: &mut SimFleet) -> &mut SimCluster {
    fleet.cluster_mut("pve").unwrap()
}

fn fail(fleet: &mut SimFleet, since: i64) {
    pve(fleet).replication[0].fails = Some((Window::since(since), "out of space".into()));
}
