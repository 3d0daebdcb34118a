//! Whose a group is, and the rows that are shown.

use super::*;
use crate::judge::rows::Ownership;

/// A second cluster that writes into the same namespace.
pub(super) fn neighbour(
    fleet: &mut Fleet,
    username: &str,
    guests: Vec<crate::fleet::pve::cluster::Guest>,
) {
    let mut pve = PveSurvey::clone(fleet.survey(&"fi".into()).and_then(|s| s.pve()).unwrap());
    change(&mut pve.storages, |s| s[1].pbs.as_mut().unwrap().username = username.into());
    change(&mut pve.resources, |r| r.guests = guests);
    set(&mut pve.replication, vec![]);
    let mut facts = fleet
        .sites
        .iter()
        .map(|s| crate::fleet::policy::SiteFacts::clone(&s.facts))
        .collect::<Vec<_>>();
    facts.push(site("other", source("fr", Product::Pve, &["fr1:8006"])));
    let mut wider = Fleet::new(facts, vec![]);
    for survey in fleet.sites.iter().flat_map(|s| &s.surveys) {
        wider.take(survey.clone());
    }
    put(&mut wider, "fr", Body::Pve(Box::new(pve)));
    *fleet = wider;
}

#[test]
fn two_clusters_in_one_namespace() {
    let own = || guest(100, GuestKind::Qemu, "fi1", "db");
    let heard = |fleet: &Fleet| {
        let judged = judged(fleet);
        said(&judged).into_iter().filter(|p| p.contains("100")).collect::<Vec<_>>()
    };
    let mut fleet = healthy();
    neighbour(&mut fleet, "fi@pbs!backup", vec![own()]);
    assert_eq!(
        heard(&fleet),
        ["unknown backup.ambiguous guest/fi/100", "unknown backup.ambiguous guest/fr/100"]
    );
    let mut fleet = healthy();
    neighbour(&mut fleet, "fr@pbs", vec![own()]);
    assert_eq!(
        heard(&fleet),
        ["critical backup.missing guest/fr/100", "critical recovery.uncovered guest/fr/100"],
        "the owner decides"
    );
    let mut fleet = healthy();
    neighbour(&mut fleet, "fi@pbs!backup", vec![]);
    assert_eq!(heard(&fleet), [""; 0], "the other has no such guest");
    let mut fleet = healthy();
    neighbour(&mut fleet, "fi@pbs!backup", vec![]);
    silent(&mut fleet, "fr");
    assert_eq!(heard(&fleet), ["unknown backup.ambiguous guest/fi/100"], "or perhaps it has");
    let judged = judged(&fleet);
    let groups: Vec<_> = judged.sites[1].groups.iter().map(|g| (&*g.id, g.of, g.count)).collect();
    assert_eq!(
        groups,
        [
            ("100", Ownership::Ambiguous, 3),
            ("101", Ownership::Ambiguous, 3),
            ("200", Ownership::Ambiguous, 3)
        ]
    );
}

#[test]
fn a_synced_copy_settles_it() {
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let mut off = pbs.stores.get("main").unwrap().clone();
        let copies = off.copies.get("fi").unwrap().clone();
        off.copies = [("".into(), copies)].into();
        let groups = off.groups.get("fi").unwrap().clone();
        off.groups = [("".into(), groups)].into();
        pbs.stores.insert("off".into(), off);
        set(
            &mut pbs.sync,
            vec![PbsJob {
                id: "s".into(),
                store: "off".into(),
                ns: "".into(),
                max_depth: None,
                schedule: None,
                disabled: false,
                run: LastRun::default(),
                outdated_after: None,
                keep: crate::fleet::retention::Keep::default(),
                sync: Some(SyncEnd {
                    remote: None,
                    store: "main".into(),
                    ns: "fi".into(),
                    push: false,
                }),
                comment: None,
            }],
        );
    });
    holds(&mut fleet, &[]);
    let judged = judged(&fleet);
    assert_eq!(web(&judged).backup.place.as_deref(), Some("pbs:off"));
    assert_eq!(web(&judged).backup.verdict, OK);
}

#[test]
fn the_row_of_a_guest() {
    let judged = judged(&healthy());
    let row = &web(&judged).backup;
    assert_eq!(row.newest, Some(DUE.plus(120)));
    assert_eq!((row.last, row.age), (row.newest, Some(NOW.since(DUE) - 120)));
    assert_eq!(row.place.as_deref(), Some("pbs:main/fi"));
    assert_eq!(row.verification, Some(Checked::Ok));
    assert_eq!((row.due, row.next), (Some(DUE), Some(DUE.plus(DAY))));
    assert_eq!(row.jobs, ["nightly".into()]);
    assert!(!row.running);
    let mut fleet = healthy();
    holds(&mut fleet, &[snapshot(DUE, Verification::Failed(None)), snapshot(DUE.minus(DAY), GOOD)]);
    let judged = crate::judge::sample::judged(&fleet);
    let row = &web(&judged).backup;
    assert_eq!((row.newest, row.last), (Some(DUE), Some(DUE.minus(DAY))));
    assert_eq!(row.verification, Some(Checked::Failed));
}

#[test]
fn the_row_of_a_job() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        set(&mut p.tasks, vec![task(None, DUE.plus(3), Some(TaskResult::Ok))]);
    });
    let judged = judged(&fleet);
    let row = judged.sites[0].backup_jobs.first().expect("one");
    assert_eq!(row.covers.as_deref(), Some(&[100, 101, 200][..]));
    assert_eq!((row.due, row.next), (Some(DUE), Some(DUE.plus(DAY))));
    assert_eq!(row.last, Some((DUE.plus(3), Some(TaskResult::Ok))));
    let runs: Vec<_> = row.runs.iter().map(|run| (run.start, run.result.clone())).collect();
    assert_eq!(runs, [(DUE.plus(3), Some(TaskResult::Ok))]);
    assert_eq!(row.verdict, Verdict::Ok);
}

#[test]
fn orphans_and_foreign_groups() {
    let more = |fleet: &mut Fleet, kind, id: &str, ns: &str| {
        let group = GroupCopies {
            kind,
            id: id.into(),
            ..copies(GuestKind::Qemu, 1, &[snapshot(DUE, GOOD)])
        };
        edit_pbs(fleet, "pbs", |pbs| {
            let parts = pbs.stores.get_mut("main").unwrap();
            change(parts.copies.get_mut(ns).unwrap(), |list| list.push(Arc::new(group)));
        });
    };
    let rows = |fleet: &Fleet| {
        let judged = judged(fleet);
        let rows =
            judged.sites[1].groups.iter().map(|g| (g.id.to_string(), g.of)).collect::<Vec<_>>();
        (noticed(&judged), rows)
    };
    let mut fleet = healthy();
    more(&mut fleet, BackupType::Vm, "300", "fi");
    assert_eq!(
        rows(&fleet),
        (
            vec!["notice backup.orphan group/pbs/main/fi/vm/300".into()],
            vec![("300".into(), Ownership::Orphan)]
        )
    );
    silent(&mut fleet, "fi");
    assert!(rows(&fleet).0.iter().all(|n| !n.contains("orphan")), "its guest may be there");
    let mut fleet = healthy();
    more(&mut fleet, BackupType::Host, "backup-host", "fi");
    more(&mut fleet, BackupType::Vm, "100", "");
    assert_eq!(
        rows(&fleet),
        (
            vec![],
            vec![("100".into(), Ownership::Foreign), ("backup-host".into(), Ownership::Foreign)]
        )
    );
}
