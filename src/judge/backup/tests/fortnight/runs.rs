//! What is known of the runs and of the job that they were of.

use super::*;

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
