//! Copies, schedules and runs.

use super::*;

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
        ("a PBS writes its copy", |f| writes(f, DUE.plus(2), DUE.minus(DAY)), &[], OK, ""),
        (
            "a PBS has been at its copy for longer than a day: it hangs",
            |f| writes(f, NOW.minus(DAY + 60), DUE.minus(2 * DAY)),
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

/// A backup to the PBS runs since then, and the newest finished copy is older; PVE says nothing of
/// it.
fn writes(fleet: &mut Fleet, since: Epoch, newest: Epoch) {
    let unfinished = Snapshot { size: None, ..snapshot(since, Verification::None) };
    holds(fleet, &[unfinished, snapshot(newest, GOOD)]);
    edit_pbs(fleet, "pbs", |p| {
        let at_work = Task {
            node: "localhost".into(),
            kind: "backup".into(),
            ..task(Some("main:vm/100"), since, None)
        };
        set(&mut p.tasks, vec![at_work]);
    });
}
