//! What cannot be told.

use super::*;

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
            "no storage named, late on every place that is seen",
            |f| {
                holds(f, &[snapshot(DUE.minus(DAY), GOOD)]);
                edit_pve(f, "fi", |p| change(&mut p.backup_jobs, |j| j[0].storage = None));
            },
            &["warning backup.job backup-job/fi/nightly unnamed"],
            UNKNOWN,
            "backup-job/fi/nightly",
        ),
        (
            "no storage named, a file storage local is there",
            |f| {
                holds(f, &[]);
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].storage = None);
                    change(&mut p.storages, |s| {
                        let mut local = s[0].clone();
                        local.name = "local".into();
                        local.kind = "dir".into();
                        local.disabled = true;
                        s.push(local);
                    });
                });
            },
            &["warning backup.job backup-job/fi/nightly unnamed"],
            UNKNOWN,
            "backup-job/fi/nightly",
        ),
        (
            "no storage named, and its copy is where we look",
            |f| edit_pve(f, "fi", |p| change(&mut p.backup_jobs, |j| j[0].storage = None)),
            &[],
            OK,
            "",
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
