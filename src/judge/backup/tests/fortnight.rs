//! The last days of a guest, from what the servers said.

use super::*;
use crate::fleet::retention::Keep;
use crate::fleet::sighting::Keeping;
use crate::judge::backup::fortnight::{Cell, Fortnight, Fortnights};

fn last_days(fleet: &Fleet, source: &str, vmid: u32) -> Fortnight {
    let judged = judged(fleet);
    let survey = |name: &crate::fleet::id::SourceName| fleet.survey(name).map(|s| &**s);
    let row = guest_row(&judged, source, vmid);
    Fortnights::new(fleet, NOW).of(row, &survey, (NOW, &jiff::tz::TimeZone::UTC))
}

fn spelled(told: &Fortnight) -> String {
    let letter = |cell: &Cell| match cell {
        Cell::Rest => '-',
        Cell::Pruned => 'p',
        Cell::Verified => 'V',
        Cell::Made => 'm',
        Cell::Late => 'l',
        Cell::Elsewhere => 'e',
        Cell::Gap => 'g',
        Cell::Unknown => '?',
        Cell::Bad => 'b',
        Cell::Failed => 'f',
        Cell::Missing => 'o',
    };
    told.cells.iter().map(letter).collect()
}

fn table(rows: &[(&str, Spoil, &str)]) {
    for (what, spoil, expected) in rows {
        let mut fleet = healthy();
        spoil(&mut fleet);
        assert_eq!(spelled(&last_days(&fleet, "fi", 100)), *expected, "{what}");
    }
}

fn nights(list: &[i64]) -> Vec<Snapshot> {
    list.iter().map(|ago| snapshot(DUE.plus(120).minus(ago * DAY), GOOD)).collect()
}

fn prune_job(keep: Keep) -> PbsJob {
    PbsJob {
        id: "p".into(),
        store: "main".into(),
        ns: "".into(),
        max_depth: None,
        schedule: Some("daily".into()),
        disabled: false,
        run: LastRun {
            upid: Some("UPID:pbs".into()),
            end: Some(NOW.minus(HOUR)),
            result: Some(TaskResult::Ok),
            next: None,
        },
        outdated_after: None,
        keep,
        sync: None,
        comment: None,
    }
}

const LAST: Keep = Keep { last: 3, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

fn prunes(fleet: &mut Fleet, change: fn(&mut PbsJob)) {
    edit_pbs(fleet, "pbs", |pbs| {
        let mut job = prune_job(LAST);
        change(&mut job);
        set(&mut pbs.prune, vec![job]);
    });
}

#[test]
fn what_prunes_is_asked_of_all_who_may() {
    const OPEN: &str = "gggggggggggVVV";
    const GONE: &str = "pppppppppppVVV";
    table(&[
        ("nothing prunes: the job may be three days old", |_| {}, OPEN),
        ("a prune job of the datastore", |f| prunes(f, |_| {}), GONE),
        ("of the namespace", |f| prunes(f, |job| job.ns = "fi".into()), GONE),
        ("of another", |f| prunes(f, |job| job.ns = "fr".into()), OPEN),
        ("not so deep", |f| prunes(f, |job| job.max_depth = Some(0)), OPEN),
        ("of another datastore", |f| prunes(f, |job| job.store = "off".into()), OPEN),
        ("switched off", |f| prunes(f, |job| job.disabled = true), OPEN),
        ("never to run", |f| prunes(f, |job| job.schedule = None), OPEN),
        ("it never ran", |f| prunes(f, |job| job.run = LastRun::default()), OPEN),
        (
            "it last ran nine days ago",
            |f| prunes(f, |job| job.run.end = Some(DUE.minus(9 * DAY).plus(HOUR))),
            OPEN,
        ),
        (
            "its last run failed",
            |f| {
                prunes(f, |job| job.run.result = Some(TaskResult::Error("no".into())));
            },
            OPEN,
        ),
        (
            "and told nothing of a night between",
            |f| {
                prunes(f, |job| job.run.result = Some(TaskResult::Error("no".into())));
                holds(f, &nights(&[0, 2, 3]));
            },
            "ggggggggggVVgV",
        ),
        (
            "it runs for the first time",
            |f| prunes(f, |job| (job.run.end, job.run.result) = (None, None)),
            OPEN,
        ),
        (
            "with warnings",
            |f| prunes(f, |job| job.run.result = Some(TaskResult::Warnings(1))),
            GONE,
        ),
        (
            "it was changed after it ran",
            |f| {
                prunes(f, |_| {});
                edit_pbs(f, "pbs", |p| {
                    let changed = Some(NOW.minus(60));
                    p.keeping.insert("main".into(), Keeping { form: Some(1), changed });
                });
            },
            OPEN,
        ),
        (
            "what vzdump keeps was changed after the last copy",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].prune = Some("keep-last=3".into()));
                    let sighting = p.sightings.backups.get_mut("nightly").expect("a job");
                    sighting.keep.changed = Some(NOW.minus(60));
                });
            },
            OPEN,
        ),
        (
            "vzdump prunes, says the job",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].prune = Some("keep-last=3".into()));
                });
            },
            GONE,
        ),
        (
            "says its storage",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.storages, |s| s[1].prune = Some("keep-daily=3".into()));
                });
            },
            GONE,
        ),
        (
            "the job itself says to keep all",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.storages, |s| s[1].prune = Some("keep-daily=3".into()));
                    change(&mut p.backup_jobs, |j| j[0].prune = Some("keep-all=1".into()));
                });
            },
            OPEN,
        ),
        (
            "a gap that would have been kept",
            |f| {
                prunes(f, |_| {});
                holds(f, &nights(&[0, 2, 3]));
            },
            "ppppppppppVVoV",
        ),
        (
            "the prune jobs may not be read",
            |f| {
                edit_pbs(f, "pbs", |p| {
                    p.prune = Part::new("/admin/prune", 300)
                        .failed(Outcome::Denied("no".into()), NOW.minus(5));
                });
                holds(f, &nights(&[1, 3]));
            },
            "ggggggggggVgVo",
        ),
    ]);
}

#[test]
fn what_is_there_and_what_was_seen() {
    table(&[
        ("the newest is not there", |f| holds(f, &nights(&[1, 2, 4])), "gggggggggVoVVo"),
        (
            "damaged",
            |f| {
                let mut all = nights(&[0, 1, 2]);
                all[1].verification = Verification::Failed(None);
                holds(f, &all);
            },
            "gggggggggggVbV",
        ),
        (
            "unfinished ones are none",
            |f| {
                let mut all = nights(&[0, 1, 2]);
                all[0].size = None;
                holds(f, &all);
            },
            "gggggggggggVVo",
        ),
        (
            "the newest, seen only in the list of groups",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pbs(f, "pbs", |pbs| {
                    let parts = pbs.stores.get_mut("main").expect("a store");
                    for part in parts.copies.values_mut() {
                        change(part, |list| {
                            for group in list {
                                let seen = NOW.minus(DAY);
                                *group =
                                    Arc::new(GroupCopies { seen, ..GroupCopies::clone(group) });
                            }
                        });
                        age(part, DAY);
                    }
                    change(parts.groups.get_mut("fi").expect("a namespace"), |groups| {
                        for group in groups.iter_mut().filter(|g| &*g.id == "100") {
                            group.last_backup = Some(DUE.plus(200));
                            group.count = 3;
                        }
                    });
                });
            },
            "gggggggggggVVm",
        ),
        (
            "the PBS is silent since before the run",
            |f| {
                holds(f, &nights(&[1, 2]));
                silent(f, "pbs");
                edit_pbs(f, "pbs", stale);
            },
            "gggggggggggVV?",
        ),
        (
            "the cluster is silent since yesterday: its job may be gone",
            |f| {
                holds(f, &nights(&[1, 2]));
                silent(f, "fi");
                edit_pve(f, "fi", |p| age(&mut p.backup_jobs, DAY));
            },
            "gggggggggggVV?",
        ),
        (
            "its PBS is not watched",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.storages, |s| {
                        let pbs = s[1].pbs.as_mut().expect("a pbs");
                        (pbs.server, pbs.fingerprint) = ("elsewhere".into(), None);
                    });
                });
            },
            "??????????????",
        ),
        (
            "it came two days ago",
            |f| {
                holds(f, &nights(&[0]));
                edit_pve(f, "fi", |p| {
                    let config = p.configs.get_mut(&100).expect("a config");
                    change(config, |c| c.created = Some(NOW.minus(2 * DAY)));
                });
            },
            "------------gV",
        ),
        (
            "a predecessor's copies are not its own",
            |f| {
                edit_pve(f, "fi", |p| {
                    let config = p.configs.get_mut(&100).expect("a config");
                    change(config, |c| c.created = Some(NOW.minus(DAY)));
                });
            },
            "-------------V",
        ),
        (
            "no job takes it",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].selection = Selection::Guests(vec![101]));
                });
            },
            "-----------VVV",
        ),
        (
            "the jobs were never read",
            |f| {
                edit_pve(f, "fi", |p| p.backup_jobs = Part::new("/cluster/backup", 300));
            },
            "???????????VVV",
        ),
    ]);
}

/// A vzdump of last night that failed before any guest.
fn whole(pve: &mut PveSurvey, node: &str) -> Task {
    let error = TaskResult::Error("storage is offline".into());
    let run = Task {
        upid: format!("UPID:{node}").as_str().into(),
        node: node.into(),
        ..task(None, DUE.plus(3), Some(error))
    };
    logged(pve, &run, vec![]);
    run
}

/// The job is seen to be as it is for so many seconds only.
fn seen_for(pve: &mut PveSurvey, seconds: i64) {
    let sighting = pve.sightings.backups.get_mut("nightly").expect("a job");
    sighting.since = NOW.minus(seconds);
}

#[test]
fn since_when_a_job_is_as_it_is() {
    table(&[
        (
            "first seen this morning",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| seen_for(p, HOUR));
            },
            "ggggggggggVgVg",
        ),
        (
            "and so two days ago",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| seen_for(p, 2 * DAY + 12 * HOUR));
            },
            "ggggggggggVoVo",
        ),
        (
            "never noted",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| p.sightings.backups.clear());
            },
            "ggggggggggVgVg",
        ),
        (
            "its vzdumps tell, on whatever node",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| {
                    seen_for(p, HOUR);
                    let run = |ago: i64| Task {
                        node: "fi3".into(),
                        ..task(None, DUE.plus(9).minus(ago * DAY), Some(TaskResult::Ok))
                    };
                    set(&mut p.tasks, vec![run(0), run(2)]);
                });
            },
            "ggggggggggVoVo",
        ),
        (
            "somebody's own vzdump tells nothing",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| {
                    seen_for(p, HOUR);
                    let mut run = task(None, DUE.plus(9).minus(2 * DAY), Some(TaskResult::Ok));
                    run.user = "aino@pve".into();
                    set(&mut p.tasks, vec![run]);
                });
            },
            "ggggggggggVgVg",
        ),
        (
            "one that may be another job's neither",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| {
                    seen_for(p, HOUR);
                    change(&mut p.backup_jobs, |jobs| {
                        let mut other = jobs[0].clone();
                        (other.id, other.selection) =
                            ("other".into(), Selection::Guests(vec![101]));
                        jobs.push(other);
                    });
                    let run = task(None, DUE.plus(9).minus(2 * DAY), Some(TaskResult::Ok));
                    set(&mut p.tasks, vec![run]);
                });
            },
            "ggggggggggVgVg",
        ),
        (
            "what the job keeps was changed yesterday",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pve(f, "fi", |p| {
                    let sighting = p.sightings.backups.get_mut("nightly").expect("a job");
                    sighting.keep.changed = Some(NOW.minus(DAY));
                });
            },
            "ggggggggggVgVo",
        ),
        (
            "what the PBS keeps was",
            |f| {
                holds(f, &nights(&[1, 3]));
                edit_pbs(f, "pbs", |p| {
                    let changed = Some(NOW.minus(DAY));
                    p.keeping.insert("main".into(), Keeping { form: Some(1), changed });
                });
            },
            "ggggggggggVgVo",
        ),
    ]);
}

#[test]
fn what_is_known_of_the_runs() {
    table(&[
        (
            "it failed for this guest",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let error = TaskResult::Error("job errors".into());
                    let run = task(None, DUE.plus(3), Some(error));
                    let outcome = VzdumpOutcome::Failed("lock".into());
                    logged(p, &run, vec![VzdumpGuest { vmid: 100, outcome }]);
                    p.nodes.get_mut("fi1").expect("a node").vzdumps =
                        Part::new("/nodes/fi1/tasks", 3600).answered(vec![run], NOW.minus(5));
                });
            },
            "gggggggggggVVf",
        ),
        (
            "for another guest",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let error = TaskResult::Error("job errors".into());
                    let run = task(None, DUE.plus(3), Some(error));
                    let outcome = VzdumpOutcome::Failed("lock".into());
                    logged(p, &run, vec![VzdumpGuest { vmid: 7, outcome }]);
                    set(&mut p.tasks, vec![run]);
                });
            },
            "gggggggggggVVo",
        ),
        (
            "as a whole",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let error = TaskResult::Error("storage is offline".into());
                    let run = task(None, DUE.plus(3), Some(error));
                    logged(p, &run, vec![]);
                    set(&mut p.tasks, vec![run]);
                });
            },
            "gggggggggggVVf",
        ),
        (
            "alone, and nobody read its log",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let error = TaskResult::Error("no space".into());
                    set(&mut p.tasks, vec![task(Some("100"), DUE.plus(3), Some(error))]);
                });
            },
            "gggggggggggVVf",
        ),
        (
            "it still runs",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| set(&mut p.tasks, vec![task(None, DUE.plus(3), None)]));
            },
            "gggggggggggVV-",
        ),
        (
            "it runs on another node",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let run = Task { node: "fi2".into(), ..task(None, DUE.plus(3), None) };
                    set(&mut p.tasks, vec![run]);
                });
            },
            "gggggggggggVVo",
        ),
        (
            "it failed as a whole, on another node alone: the guest may have been there",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let run = whole(p, "fi2");
                    set(&mut p.tasks, vec![run]);
                });
            },
            "gggggggggggVVf",
        ),
        (
            "another node's failed, its own ran well",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let own = task(None, DUE.plus(4), Some(TaskResult::Ok));
                    let run = whole(p, "fi2");
                    set(&mut p.tasks, vec![run, own]);
                });
            },
            "gggggggggggVVo",
        ),
        (
            "one other node's failed, another's did not",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pve(f, "fi", |p| {
                    let third = Task {
                        node: "fi3".into(),
                        ..task(None, DUE.plus(4), Some(TaskResult::Ok))
                    };
                    let run = whole(p, "fi2");
                    set(&mut p.tasks, vec![run, third]);
                });
            },
            "gggggggggggVVo",
        ),
    ]);
    let mut fleet = healthy();
    holds(&mut fleet, &nights(&[1, 2]));
    edit_link(&mut fleet, "fi", |link| link.clock_offset = Some(30));
    edit_pve(&mut fleet, "fi", |p| {
        let error = TaskResult::Error("no space".into());
        set(&mut p.tasks, vec![task(Some("100"), DUE.plus(3), Some(error))]);
    });
    let told = last_days(&fleet, "fi", 100);
    let mishap = told.mishaps.last().expect("one");
    assert_eq!((mishap.due, mishap.cell), (DUE.minus(30), Cell::Failed), "on our clock");
    assert_eq!(mishap.error.as_deref(), Some("no space"));
}

#[test]
fn files_count_like_copies() {
    let nfs = |f: &mut Fleet, prune: Option<&str>, nights: &[i64]| {
        let files: Vec<_> = nights
            .iter()
            .map(|ago| BackupFile {
                volume: "nfs:backup/x".into(),
                vmid: Some(100),
                kind: Some(GuestKind::Qemu),
                time: DUE.plus(60).minus(ago * DAY),
                protected: false,
            })
            .collect();
        edit_pve(f, "fi", |p| {
            change(&mut p.storages, |s| {
                let mut nfs = s[0].clone();
                (nfs.name, nfs.kind, nfs.shared) = ("nfs".into(), "nfs".into(), true);
                nfs.prune = prune.map(Into::into);
                s.push(nfs);
            });
            change(&mut p.backup_jobs, |j| j[0].storage = Some("nfs".into()));
            let part = Part::new("/nodes/fi1/storage/nfs/prunebackups", 3600)
                .answered(files, NOW.minus(5));
            p.files.insert("nfs".into(), [("".into(), part)].into());
        });
        // What was copied before the job was changed is still there, and still counts.
        holds(f, &[]);
    };
    let mut fleet = healthy();
    nfs(&mut fleet, Some("keep-last=2"), &[0, 2]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "pppppppppppmom");
    let mut fleet = healthy();
    nfs(&mut fleet, None, &[0, 2]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "gggggggggggmom");
    let mut fleet = healthy();
    nfs(&mut fleet, Some("keep-last=2"), &[1, 2]);
    edit_pve(&mut fleet, "fi", |p| {
        p.files.values_mut().flat_map(|nodes| nodes.values_mut()).for_each(|part| age(part, DAY));
    });
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "pppppppppppmm?", "not looked at since");
}

#[test]
fn what_may_be_anothers_is_not_its_own() {
    let own = || guest(100, GuestKind::Qemu, "fi1", "db");
    let mut fleet = healthy();
    super::groups::neighbour(&mut fleet, "fi@pbs!backup", vec![own()]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "??????????????");
    assert_eq!(spelled(&last_days(&fleet, "fi", 101)), "gggggggggggVVV");
    let mut fleet = healthy();
    super::groups::neighbour(&mut fleet, "fr@pbs", vec![own()]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "gggggggggggVVV", "the owner decides");
    assert_eq!(spelled(&last_days(&fleet, "fr", 100)), "oooooooooooooo", "never a copy");
}

#[test]
fn a_source_nothing_is_known_of() {
    let fleet = healthy();
    let judged = judged(&fleet);
    let row = guest_row(&judged, "fi", 100);
    let nobody = |_: &crate::fleet::id::SourceName| None;
    let when = (NOW, &jiff::tz::TimeZone::UTC);
    let told = Fortnights::new(&fleet, NOW).of(row, &nobody, when);
    assert_eq!(spelled(&told), "??????????????");
    let survey = |name: &crate::fleet::id::SourceName| fleet.survey(name).map(|s| &**s);
    let told = Fortnights::default().of(row, &survey, when);
    assert_eq!(spelled(&told), "??????????????");
}

#[test]
fn nights_on_a_node_that_the_guest_left_are_not_missing() {
    let told = |nodes: &[(&str, &[i64])]| {
        let mut fleet = healthy();
        holds(&mut fleet, &[]);
        edit_pve(&mut fleet, "fi", |p| {
            change(&mut p.storages, |s| {
                let mut local = s[0].clone();
                (local.name, local.kind, local.shared) = ("local".into(), "dir".into(), false);
                s.push(local);
            });
            change(&mut p.backup_jobs, |j| j[0].storage = Some("local".into()));
            for (node, nights) in nodes {
                let file = |ago: &i64| BackupFile {
                    volume: "local:backup/x".into(),
                    vmid: Some(100),
                    kind: Some(GuestKind::Qemu),
                    time: DUE.plus(60).minus(ago * DAY),
                    protected: false,
                };
                let part = Part::new("/prunebackups", 3600)
                    .answered(nights.iter().map(file).collect(), NOW.minus(5));
                p.files.entry("local".into()).or_default().insert((*node).into(), part);
            }
        });
        spelled(&last_days(&fleet, "fi", 100))
    };
    assert_eq!(told(&[("fi1", &[])]), "oooooooooooooo");
    assert_eq!(told(&[("fi1", &[]), ("fi2", &[1, 2])]), "???????????mm?");
    assert_eq!(told(&[("fi1", &[0]), ("fi2", &[1, 2])]), "gggggggggggmmm");
}
