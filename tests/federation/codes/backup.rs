//! `backup.*`.

use vigie::simulate::fleet::{
    SimCluster, SimDatastore, SimFleet, SimGroup, SimGuest, SimSelection, SimVolume, Window,
};
use vigie::simulate::schedule::When;

use super::{Row, row};

const HOUR: i64 = 3_600;

pub fn rows() -> Vec<Row> {
    vec![
        row(
            "all copies of a guest were removed",
            &[
                "critical backup.missing guest/pve/100",
                "warning recovery.fragile guest/pve/100 (site)",
            ],
        )
        .fleet(|fleet| store(fleet).removed = vec![("vm".into(), "100".into())]),
        row(
            "all copies of a guest are removed while we watch",
            &[
                "critical backup.missing guest/pve/100",
                "warning recovery.fragile guest/pve/100 (site)",
            ],
        )
        .then(|bed| {
            let removed = vec![("vm".into(), "100".into())];
            bed.source("pbs").edit_pbs(|pbs| pbs.datastore_mut("main").unwrap().removed = removed);
        })
        .may_lose(),
        row(
            "last night nothing ran",
            &["warning backup.late guest/alone/500", "warning backup.late guest/alone/501"],
        )
        .fleet(|fleet| alone(fleet).nodes[0].idle_since = Some(-20 * HOUR)),
        row(
            "two nights nothing ran",
            &["critical backup.late guest/alone/500", "critical backup.late guest/alone/501"],
        )
        .fleet(|fleet| alone(fleet).nodes[0].idle_since = Some(-44 * HOUR)),
        row("last night the backup of one guest failed", &["warning backup.failed guest/pve/200"])
            .fleet(|fleet| fail(fleet, -20 * HOUR))
            .also(|judged| {
                let text = judged.problems[0].facts.text.as_deref();
                assert_eq!(text, Some("no space left on device"));
            }),
        row(
            "last night a job failed before the first guest",
            &["warning backup.job backup-job/pve/backup-nightly (failed)"],
        )
        .fleet(|fleet| {
            let text = "could not activate storage 'pbs-home'".to_owned();
            pve(fleet).backup_jobs[0].fails = Some((Window::since(-20 * HOUR), text));
        })
        .also(|judged| {
            let facts = &judged.problems[0].facts;
            assert_eq!(facts.text.as_deref(), Some("could not activate storage 'pbs-home'"));
            assert_eq!(facts.names, ["pve1".into(), "pve2".into()]);
        }),
        row("two nights the backup of one guest failed", &["critical backup.failed guest/pve/200"])
            .fleet(|fleet| fail(fleet, -44 * HOUR)),
        row("the newest copy is damaged", &["critical backup.verify-failed guest/pve/100"]).fleet(
            |fleet| {
                guest(fleet, 100).verify_fails = Some(Window::span(-24 * HOUR, 0));
            },
        ),
        row("an older copy is damaged", &[]).fleet(|fleet| {
            guest(fleet, 100).verify_fails = Some(Window::span(-72 * HOUR, -24 * HOUR));
        }),
        row("verification passed the newest copy by", &["warning backup.unverified guest/pve/100"])
            .fleet(|fleet| {
                store(fleet).verify_new = false;
                guest(fleet, 100).verify_skips = Some(Window::span(-24 * HOUR, 0));
            }),
        row(
            "a guest is in no job",
            &[
                "critical backup.uncovered guest/pve/201",
                "warning recovery.fragile guest/pve/201 (site)",
            ],
        )
        .fleet(|fleet| {
            pve(fleet).backup_jobs[0].takes = SimSelection::All(vec![201]);
        }),
        row(
            "a guest is in no job, and has a young copy",
            &["warning backup.uncovered guest/pve/201"],
        )
        .fleet(|fleet| {
            pve(fleet).backup_jobs[0].takes = SimSelection::All(vec![201]);
            store(fleet).groups.push(group("ct", "201"));
        }),
        row("a disk is left out", &["warning backup.partial guest/pve/100 (scsi1)"]).fleet(
            |fleet| {
                let disk = SimVolume::new("scsi1", "local-zfs", 10);
                guest(fleet, 100).volumes.push(SimVolume { backup: Some(false), ..disk });
            },
        ),
        row(
            "two clusters write one group",
            &["unknown backup.ambiguous guest/alone/100", "unknown backup.ambiguous guest/pve/100"],
        )
        .fleet(|fleet| {
            let entry = pve(fleet).storages.iter().find_map(|s| s.pbs.clone()).unwrap();
            let host = alone(fleet);
            for storage in host.storages.iter_mut().filter(|s| s.pbs.is_some()) {
                storage.pbs = Some(entry.clone());
            }
            host.guests[0].vmid = 100;
        }),
        row(
            "copies are on a server that is not watched",
            &[
                "unknown backup.blind storage/alone/pbs-home",
                "unknown backup.blind storage/pve/pbs-home",
            ],
        )
        .toml(without_pbs),
        row(
            "a job lists a guest that is gone",
            &["warning backup.job backup-job/pve/backup-nightly (guests)"],
        )
        .also(|judged| assert_eq!(judged.problems[0].facts.names, ["999".into()]))
        .fleet(|fleet| {
            let vmids = vec![100, 101, 200, 201, 999];
            pve(fleet).backup_jobs[0].takes = SimSelection::Vmids(vmids);
        }),
        row("copies of a guest that is gone", &["notice backup.orphan group/pbs/main/pve/vm/999"])
            .fleet(|fleet| store(fleet).groups.push(group("vm", "999"))),
        row("copies of a machine nobody watches", &[]).fleet(|fleet| {
            let host = SimGroup { namespace: String::new(), ..group("host", "bastion") };
            store(fleet).groups.push(host);
        }),
    ]
}

fn pve(fleet: &mut SimFleet) -> &mut SimCluster {
    fleet.cluster_mut("pve").unwrap()
}

fn alone(fleet: &mut SimFleet) -> &mut SimCluster {
    fleet.cluster_mut("alone").unwrap()
}

fn guest(fleet: &mut SimFleet, vmid: u32) -> &mut SimGuest {
    pve(fleet).guest_mut(vmid).unwrap()
}

fn store(fleet: &mut SimFleet) -> &mut SimDatastore {
    fleet.pbs_mut("pbs").unwrap().datastore_mut("main").unwrap()
}

fn fail(fleet: &mut SimFleet, since: i64) {
    let text = "no space left on device".to_owned();
    guest(fleet, 200).backup_fails = Some((Window::since(since), text));
}

fn group(kind: &str, id: &str) -> SimGroup {
    SimGroup {
        namespace: "pve".to_owned(),
        kind: kind.to_owned(),
        id: id.to_owned(),
        owner: "pve@pbs!pve".to_owned(),
        schedule: When::Daily(3, 30),
        missing: None,
        size: 3_482_000_000,
        keep_days: 10,
    }
}

/// The configuration without the backup server and its site.
fn without_pbs(toml: &str) -> String {
    let (before, pbs) = toml.split_once("[[site.pbs]]").unwrap();
    let (before, _) = before.rsplit_once("[[site]]").unwrap();
    let (_, after) = pbs.split_once("[[site]]").unwrap();
    format!("{before}\n[[site]]{after}")
}
