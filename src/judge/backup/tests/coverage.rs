//! What jobs cover, and what of a guest.

use super::*;

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
