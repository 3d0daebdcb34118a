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

#[test]
fn copies_and_schedules() {
    check(&[
        ("healthy", |_| (), &[], OK, ""),
        (
            "late",
            |f| holds(f, &[snapshot(DUE.minus(DAY), GOOD)]),
            &["warning backup.late guest/fi/100"],
            WARN,
            "",
        ),
        (
            "later",
            |f| holds(f, &[snapshot(DUE.minus(DAY + 1), GOOD)]),
            &["critical backup.late guest/fi/100"],
            BAD,
            "",
        ),
        ("missing", |f| holds(f, &[]), &["critical backup.missing guest/fi/100"], BAD, ""),
        (
            "bad",
            |f| {
                holds(
                    f,
                    &[snapshot(DUE, Verification::Failed(None)), snapshot(DUE.minus(DAY), GOOD)],
                );
            },
            &["critical backup.verify-failed guest/fi/100"],
            BAD,
            "",
        ),
        (
            "a leftover is no copy",
            |f| {
                holds(
                    f,
                    &[
                        Snapshot { size: None, ..snapshot(DUE, GOOD) },
                        snapshot(DUE.minus(DAY), GOOD),
                    ],
                );
            },
            &["warning backup.late guest/fi/100"],
            WARN,
            "",
        ),
        (
            "a predecessor's",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(p.configs.get_mut(&100).unwrap(), |c| {
                        c.created = Some(DUE.plus(3 * HOUR));
                    });
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "young",
            |f| {
                holds(f, &[]);
                edit_pve(f, "fi", |p| {
                    change(p.configs.get_mut(&100).unwrap(), |c: &mut GuestConfig| {
                        c.created = Some(NOW.minus(HOUR));
                    });
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "came while we watched",
            |f| {
                holds(f, &[]);
                edit_pve(f, "fi", |p| {
                    change(p.configs.get_mut(&100).unwrap(), |c| c.created = None);
                    p.sightings.guests.insert(
                        100,
                        GuestSighting {
                            first: NOW.minus(HOUR),
                            arrived: true,
                            name: None,
                            state: "running".into(),
                            state_since: NOW,
                            lock: None,
                        },
                    );
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "was there when we came",
            |f| {
                holds(f, &[]);
                edit_pve(f, "fi", |p| {
                    change(p.configs.get_mut(&100).unwrap(), |c| c.created = None);
                    p.sightings.guests.insert(
                        100,
                        GuestSighting {
                            first: NOW.minus(HOUR),
                            arrived: false,
                            name: None,
                            state: "running".into(),
                            state_since: NOW,
                            lock: None,
                        },
                    );
                });
            },
            &["critical backup.missing guest/fi/100"],
            BAD,
            "",
        ),
        (
            "accepted",
            |f| {
                holds(f, &[]);
                except(f, "guest/fi/100", "backup.*");
            },
            &[],
            OK,
            "",
        ),
    ]);
}

#[test]
fn runs() {
    check(&[
        (
            "running",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| set(&mut p.tasks, vec![task(None, DUE.plus(2), None)]));
            },
            &[],
            OK,
            "",
        ),
        (
            "running, but two runs were missed before",
            |f| {
                holds(f, &[snapshot(DUE.minus(3 * DAY), GOOD)]);
                edit_pve(f, "fi", |p| set(&mut p.tasks, vec![task(None, DUE.plus(2), None)]));
            },
            &["critical backup.late guest/fi/100"],
            BAD,
            "",
        ),
        (
            "another guest's runs",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    set(&mut p.tasks, vec![task(Some("101"), DUE.plus(2), None)]);
                });
            },
            &["warning backup.late guest/fi/100"],
            WARN,
            "",
        ),
        (
            "what ran two minutes ago proves nothing",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    set(&mut p.tasks, vec![task(None, DUE.plus(2), None)]);
                    age(&mut p.tasks, 120);
                });
            },
            &["warning backup.late guest/fi/100"],
            WARN,
            "",
        ),
        (
            "failed",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    set(
                        &mut p.tasks,
                        vec![task(
                            Some("100"),
                            DUE.plus(2),
                            Some(TaskResult::Error("lock".into())),
                        )],
                    );
                });
            },
            &["warning backup.failed guest/fi/100"],
            WARN,
            "",
        ),
        (
            "failed among others",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    let run = task(None, DUE.plus(2), Some(TaskResult::Error("job errors".into())));
                    logged(
                        p,
                        &run,
                        vec![VzdumpGuest {
                            vmid: 100,
                            outcome: VzdumpOutcome::Failed("lock".into()),
                        }],
                    );
                    set(&mut p.tasks, vec![run]);
                });
            },
            &["warning backup.failed guest/fi/100"],
            WARN,
            "",
        ),
        (
            "failed as a whole",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    let run =
                        task(None, DUE.plus(2), Some(TaskResult::Error("storage off".into())));
                    logged(p, &run, vec![]);
                    set(&mut p.tasks, vec![run]);
                });
            },
            &["warning backup.job backup-job/fi/nightly failed"],
            WARN,
            "backup-job/fi/nightly",
        ),
        (
            "two jobs fit: not guessed",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |jobs| {
                        let mut twin = jobs[0].clone();
                        twin.id = "twin".into();
                        jobs.push(twin);
                    });
                    let run =
                        task(None, DUE.plus(2), Some(TaskResult::Error("storage off".into())));
                    logged(p, &run, vec![]);
                    set(&mut p.tasks, vec![run]);
                });
            },
            &["warning backup.late guest/fi/100"],
            WARN,
            "",
        ),
    ]);
}

#[test]
fn coverage_and_jobs() {
    const UNCOVERED: Spoil = |f| {
        edit_pve(f, "fi", |p| {
            change(&mut p.backup_jobs, |j| j[0].selection = Selection::AllBut(vec![100]));
        });
    };
    check(&[
        ("uncovered, young copy", UNCOVERED, &["warning backup.uncovered guest/fi/100"], WARN, ""),
        (
            "uncovered, none",
            |f| {
                holds(f, &[]);
                UNCOVERED(f);
            },
            &["critical backup.uncovered guest/fi/100"],
            BAD,
            "",
        ),
        (
            "uncovered, PBS silent",
            |f| {
                holds(f, &[]);
                UNCOVERED(f);
                edit_link(f, "pbs", |l| l.contact = crate::fleet::link::Contact::Untrusted);
                edit_pbs(f, "pbs", stale);
            },
            &["unknown backup.uncovered guest/fi/100"],
            UNKNOWN,
            "",
        ),
        (
            "a disabled job is none",
            |f| edit_pve(f, "fi", |p| change(&mut p.backup_jobs, |j| j[0].enabled = false)),
            &[
                "warning backup.uncovered guest/fi/100",
                "warning backup.uncovered guest/fi/101",
                "warning backup.uncovered guest/fi/200",
            ],
            WARN,
            "",
        ),
        (
            "template without a job",
            |f| {
                holds(f, &[]);
                UNCOVERED(f);
                edit_pve(f, "fi", |p| change(&mut p.resources, |r| r.guests[0].template = true));
            },
            &[],
            None,
            "",
        ),
        (
            "jobs never read",
            |f| {
                edit_pve(f, "fi", |p| {
                    p.backup_jobs =
                        Part::new("/cluster/backup", 300).failed(Outcome::Denied("no".into()), NOW);
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "jobs never read, no copy",
            |f| {
                holds(f, &[]);
                edit_pve(f, "fi", |p| {
                    p.backup_jobs = Part::new("/cluster/backup", 300).failed(failure(), NOW);
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "uncovered when last seen",
            |f| {
                UNCOVERED(f);
                edit_pve(f, "fi", |p| age(&mut p.backup_jobs, 901));
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "a listed guest is gone",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| {
                        j[0].selection = Selection::Guests(vec![100, 101, 200, 999]);
                    });
                });
            },
            &["warning backup.job backup-job/fi/nightly guests"],
            OK,
            "",
        ),
        (
            "covers nothing",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| {
                        let mut more = j[0].clone();
                        more.id = "x".into();
                        more.selection = Selection::Nothing;
                        j.push(more);
                    });
                });
            },
            &["warning backup.job backup-job/fi/x empty"],
            OK,
            "",
        ),
        (
            "dumpdir",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].dumpdir = Some("/tmp".into()));
                });
            },
            &["warning backup.job backup-job/fi/nightly dumpdir"],
            OK,
            "",
        ),
        (
            "no such storage",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].storage = Some("gone".into()));
                });
            },
            &["warning backup.job backup-job/fi/nightly storage"],
            OK,
            "",
        ),
        (
            "storage switched off",
            |f| edit_pve(f, "fi", |p| change(&mut p.storages, |s| s[1].disabled = true)),
            &[
                "critical backup.missing guest/fi/100",
                "critical backup.missing guest/fi/101",
                "critical backup.missing guest/fi/200",
                "warning backup.job backup-job/fi/nightly storage",
            ],
            BAD,
            "",
        ),
        (
            "never comes",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].schedule = Some("02-30".into()));
                });
            },
            &["warning backup.job backup-job/fi/nightly schedule"],
            OK,
            "",
        ),
    ]);
}

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

#[test]
fn what_cannot_be_told() {
    const FILES: Spoil = |f| {
        holds(f, &[]);
        edit_pve(f, "fi", |p| {
            change(&mut p.storages, |s| {
                let mut nfs = s[0].clone();
                nfs.name = "nfs".into();
                nfs.kind = "nfs".into();
                nfs.shared = true;
                s.push(nfs);
            });
            change(&mut p.backup_jobs, |j| j[0].storage = Some("nfs".into()));
            let file = BackupFile {
                volume: "nfs:backup/x".into(),
                vmid: Some(100),
                kind: None,
                time: DUE,
                protected: false,
            };
            let part = Part::new("/nodes/fi1/storage/nfs/prunebackups", 3600)
                .answered(vec![file], NOW.minus(5));
            p.files.insert("nfs".into(), [("".into(), part)].into());
        });
    };
    check(&[
        ("PBS silent, newest still proves", |f| silent(f, "pbs"), &[], OK, ""),
        (
            "PBS silent since before the run",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                silent(f, "pbs");
                edit_pbs(f, "pbs", stale);
            },
            &[],
            UNKNOWN,
            "source/pbs",
        ),
        (
            "PBS silent, and it was late when it fell silent",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                silent(f, "pbs");
            },
            &["warning backup.late guest/fi/100"],
            WARN,
            "",
        ),
        (
            "bad, and silent",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), Verification::Failed(None))]);
                silent(f, "pbs");
                edit_pbs(f, "pbs", stale);
            },
            &["critical backup.verify-failed guest/fi/100"],
            BAD,
            "",
        ),
        (
            "nothing read yet",
            |f| {
                edit_pbs(f, "pbs", |p| {
                    p.stores.clear();
                });
            },
            &[],
            UNKNOWN,
            "source/pbs",
        ),
        (
            "only its own groups may be read",
            |f| {
                holds(f, &[]);
                edit_pbs(f, "pbs", |p| change(&mut p.rights, |r| r.paths.clear()));
            },
            &[],
            UNKNOWN,
            "source/pbs",
        ),
        (
            "datastore offline",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pbs(f, "pbs", |p| {
                    stale(p);
                    change(&mut p.datastores, |d| {
                        d[0].maintenance =
                            Some((crate::fleet::pbs::datastore::Maintenance::Offline, None));
                    });
                });
            },
            &[],
            UNKNOWN,
            "datastore/pbs/main",
        ),
        (
            "its node is dead",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| {
                    change(&mut p.status, |s| s.members[0].online = false);
                    change(&mut p.status, |s| {
                        s.members[0].local = false;
                        s.members[1].local = true;
                    });
                    change(&mut p.resources, |r| r.nodes[0].state = NodeState::Offline);
                });
            },
            &[],
            UNKNOWN,
            "node/fi/fi1",
        ),
        ("PVE silent, newest still proves", |f| silent(f, "fi"), &[], OK, ""),
        (
            "PVE silent, late",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                silent(f, "fi");
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "unwatched PBS",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.storages, |s| {
                        let target = s[1].pbs.as_mut().unwrap();
                        target.server = "elsewhere".into();
                        target.fingerprint = Some([9; 32]);
                    });
                });
            },
            &["unknown backup.blind storage/fi/pbs"],
            UNKNOWN,
            "storage/fi/pbs",
        ),
        ("files", FILES, &[], OK, ""),
        (
            "files that may not be read",
            |f| {
                FILES(f);
                edit_pve(f, "fi", |p| {
                    let denied = Part::new("/x", 3600).failed(Outcome::Denied("no".into()), NOW);
                    p.files.insert("nfs".into(), [("".into(), denied)].into());
                });
            },
            &["unknown backup.blind storage/fi/nfs"],
            UNKNOWN,
            "storage/fi/nfs",
        ),
        (
            "included volumes never read",
            |f| {
                edit_pve(f, "fi", |p| {
                    p.included.clear();
                    p.configs.clear();
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "zone not known, same either way",
            |f| {
                edit_pve(f, "fi", |p| {
                    p.nodes.get_mut("fi1").unwrap().timezone = Part::new("/x", 3600);
                });
            },
            &[],
            OK,
            "",
        ),
    ]);
}

#[test]
fn partial_and_unverified() {
    const LEFT: fn(&mut Fleet, &str, &str) = |f, key, volume| {
        let volume = IncludedVolume {
            key: key.into(),
            volume: volume.into(),
            included: false,
            reason: "x".into(),
        };
        edit_pve(f, "fi", |p| {
            change(p.included.get_mut("nightly").unwrap(), |i| {
                let of = if key.starts_with("mp") { 2 } else { 0 };
                i.guests[of].volumes.push(volume);
            });
        });
    };
    const UNVERIFIED: Spoil = |f| holds(f, &[snapshot(DUE.plus(120), Verification::None)]);
    const UPID: &str = "UPID:pbs:1:1:1:6B07AC80:verificationjob:v:root@pam:";
    check(&[
        (
            "a disk left out",
            |f| LEFT(f, "scsi1", "local-zfs:disk-1"),
            &["warning backup.partial guest/fi/100 scsi1"],
            WARN,
            "",
        ),
        ("cloud-init", |f| LEFT(f, "ide2", "local:100/vm-100-cloudinit.qcow2"), &[], OK, ""),
        (
            "a mount point left out",
            |f| LEFT(f, "mp0", "local-zfs:subvol"),
            &["warning backup.partial guest/fi/200 mp0"],
            OK,
            "",
        ),
        ("a bind mount", |f| LEFT(f, "mp0", "/srv"), &[], OK, ""),
        (
            "not verified yet",
            |f| {
                UNVERIFIED(f);
                edit_pbs(f, "pbs", |p| change(&mut p.verify, |v| v[0].run = LastRun::default()));
            },
            &[],
            OK,
            "",
        ),
        (
            "skipped by a verification",
            |f| {
                UNVERIFIED(f);
                edit_pbs(f, "pbs", |p| {
                    change(&mut p.verify, |v| {
                        v[0].run.upid = Some(
                            format!(
                                "UPID:pbs:1:1:1:{:08X}:verificationjob:v:root@pam:",
                                DUE.0 + 2 * HOUR
                            )
                            .as_str()
                            .into(),
                        );
                    });
                    set(
                        &mut p.tasks,
                        vec![Task {
                            kind: "backup".into(),
                            id: Some("main:vm/100".into()),
                            ..task(None, DUE.plus(121), Some(TaskResult::Ok))
                        }],
                    );
                });
            },
            &["warning backup.unverified guest/fi/100"],
            WARN,
            "",
        ),
        (
            "it may have been finished only after",
            |f| {
                UNVERIFIED(f);
                edit_pbs(f, "pbs", |p| {
                    change(&mut p.verify, |v| {
                        v[0].run.upid = Some(
                            format!(
                                "UPID:pbs:1:1:1:{:08X}:verificationjob:v:root@pam:",
                                DUE.0 + 2 * HOUR
                            )
                            .as_str()
                            .into(),
                        );
                    });
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "two intervals",
            |f| {
                holds(f, &[snapshot(DUE.minus(2 * DAY), Verification::None)]);
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].schedule = Some("sun 02:00".into()));
                });
            },
            &["warning backup.unverified guest/fi/100"],
            WARN,
            "",
        ),
        (
            "an aborted verification proves nothing",
            |f| {
                UNVERIFIED(f);
                edit_pbs(f, "pbs", |p| {
                    change(&mut p.verify, |v| {
                        v[0].run.upid = Some(UPID.into());
                        v[0].run.result = Some(TaskResult::Error("abort".into()));
                    });
                });
            },
            &[],
            OK,
            "",
        ),
    ]);
    let mut fleet = healthy();
    LEFT(&mut fleet, "mp0", "/srv");
    assert_eq!(noticed(&judged(&fleet)), ["notice backup.partial guest/fi/200 mp0"]);
}

/// A second cluster that writes into the same namespace.
fn neighbour(fleet: &mut Fleet, username: &str, guests: Vec<crate::fleet::pve::cluster::Guest>) {
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
    assert_eq!(heard(&fleet), ["critical backup.missing guest/fr/100"], "the owner decides");
    let mut fleet = healthy();
    neighbour(&mut fleet, "fi@pbs!backup", vec![]);
    assert_eq!(heard(&fleet), [""; 0], "the other has no such guest");
    let mut fleet = healthy();
    neighbour(&mut fleet, "fi@pbs!backup", vec![]);
    silent(&mut fleet, "fr");
    assert_eq!(heard(&fleet), ["unknown backup.ambiguous guest/fi/100"], "or perhaps it has");
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
            judged.sites[1].groups.iter().map(|g| (g.id.to_string(), g.orphan)).collect::<Vec<_>>();
        (noticed(&judged), rows)
    };
    let mut fleet = healthy();
    more(&mut fleet, BackupType::Vm, "300", "fi");
    assert_eq!(
        rows(&fleet),
        (vec!["notice backup.orphan group/pbs/main/fi/vm/300".into()], vec![("300".into(), true)])
    );
    silent(&mut fleet, "fi");
    assert!(rows(&fleet).0.iter().all(|n| !n.contains("orphan")), "its guest may be there");
    let mut fleet = healthy();
    more(&mut fleet, BackupType::Host, "backup-host", "fi");
    more(&mut fleet, BackupType::Vm, "100", "");
    assert_eq!(rows(&fleet), (vec![], vec![("100".into(), false), ("backup-host".into(), false)]));
}

/// Ways to know less, applied to every case of a list of states: the verdict on a backup may turn
/// to unknown, or stay, but never become better than it was.
#[test]
fn knowing_less_never_improves() {
    let states: [(&str, Spoil); 9] = [
        ("healthy", |_| ()),
        ("late", |f| holds(f, &[snapshot(DUE.minus(DAY), GOOD)])),
        ("later", |f| holds(f, &[snapshot(DUE.minus(3 * DAY), GOOD)])),
        ("missing", |f| holds(f, &[])),
        ("bad", |f| holds(f, &[snapshot(DUE, Verification::Failed(None))])),
        ("uncovered", |f| {
            edit_pve(f, "fi", |p| {
                change(&mut p.backup_jobs, |j| j[0].selection = Selection::AllBut(vec![100]));
            });
        }),
        ("uncovered, no copy", |f| {
            holds(f, &[]);
            edit_pve(f, "fi", |p| {
                change(&mut p.backup_jobs, |j| j[0].selection = Selection::AllBut(vec![100]));
            });
        }),
        ("failed", |f| {
            holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
            edit_pve(f, "fi", |p| {
                let failed = TaskResult::Error("lock".into());
                set(&mut p.tasks, vec![task(Some("100"), DUE.plus(2), Some(failed))]);
            });
        }),
        ("a copy that may be unfinished", |f| {
            holds(f, &[snapshot(DUE.plus(120), GOOD)]);
            edit_pbs(f, "pbs", |p| {
                p.stores.get_mut("main").unwrap().copies.clear();
            });
        }),
    ];
    let losses: [(&str, Spoil); 13] = [
        ("PVE silent", |f| silent(f, "fi")),
        ("PBS silent", |f| silent(f, "pbs")),
        ("PBS silent for long", |f| {
            silent(f, "pbs");
            edit_pbs(f, "pbs", stale);
        }),
        ("no copies", |f| {
            edit_pbs(f, "pbs", |p| {
                p.stores.get_mut("main").unwrap().copies.clear();
            });
        }),
        ("no groups", |f| {
            edit_pbs(f, "pbs", |p| {
                p.stores.get_mut("main").unwrap().groups.clear();
            });
        }),
        ("no stores", |f| edit_pbs(f, "pbs", |p| p.stores.clear())),
        ("no rights on the PBS", |f| {
            edit_pbs(f, "pbs", |p| p.rights = Part::new("/access/permissions", 3600));
        }),
        ("no storages", |f| edit_pve(f, "fi", |p| p.storages = Part::new("/storage", 3600))),
        ("old jobs", |f| edit_pve(f, "fi", |p| age(&mut p.backup_jobs, 7200))),
        ("old resources", |f| edit_pve(f, "fi", |p| age(&mut p.resources, 7200))),
        ("no tasks", |f| edit_pve(f, "fi", |p| p.tasks = Part::new("/cluster/tasks", 15))),
        ("no configurations", |f| edit_pve(f, "fi", |p| p.configs.clear())),
        ("no included volumes", |f| edit_pve(f, "fi", |p| p.included.clear())),
    ];
    for (state, spoil) in states {
        let mut fleet = healthy();
        spoil(&mut fleet);
        let before = web(&judged(&fleet)).backup.verdict.expect("applies");
        for (loss, lose) in losses {
            let mut less = fleet.clone();
            lose(&mut less);
            let after = web(&judged(&less)).backup.verdict.expect("applies");
            assert!(after >= before.min(Verdict::Unknown), "{state}, {loss}: {before:?} {after:?}");
        }
    }
}

/// Not a test of right or wrong: prints how long a large fleet takes (`--ignored --nocapture`).
#[test]
#[ignore = "a measurement"]
fn ten_thousand_guests() {
    let mut fleet = healthy();
    let guests = || (1000..11_000).map(|vmid| guest(vmid, GuestKind::Qemu, "fi1", "web"));
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.resources, |r| r.guests = guests().collect());
        let config = p.configs.get(&100).unwrap().clone();
        p.configs = guests().map(|g| (g.vmid, config.clone())).collect();
        let mut included = p.included.get("nightly").unwrap().clone();
        change(&mut included, |i| {
            let one = i.guests[0].clone();
            let of = |vmid| crate::fleet::pve::backup::IncludedGuest { vmid, ..one.clone() };
            i.guests = guests().map(|g| of(g.vmid)).collect();
        });
        p.included.insert("nightly".into(), included);
    });
    edit_pbs(&mut fleet, "pbs", |p| {
        let parts = p.stores.get_mut("main").unwrap();
        let snapshots: Vec<_> =
            (0..30).map(|night| snapshot(DUE.plus(60).minus(night * DAY), GOOD)).collect();
        change(parts.copies.get_mut("fi").unwrap(), |list| {
            *list = guests().map(|g| Arc::new(copies(g.kind, g.vmid, &snapshots))).collect();
        });
        change(parts.groups.get_mut("fi").unwrap(), |list| {
            let one = list[0].clone();
            *list = guests()
                .map(|g| crate::fleet::pbs::copies::Group {
                    id: g.vmid.to_string().into(),
                    last_backup: Some(DUE.plus(60)),
                    count: 30,
                    ..one.clone()
                })
                .collect();
        });
    });
    let mut cache = crate::judge::Cache::default();
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let judged = crate::judge::judge(&fleet, NOW, &mut cache);
        let took = begun.elapsed();
        assert!(judged.problems.is_empty());
        assert!(took.as_secs() < 60, "{took:?}");
        std::hint::black_box(&judged);
        std::fs::write(std::env::temp_dir().join("judged-in"), format!("{took:?}")).unwrap();
    }
}
