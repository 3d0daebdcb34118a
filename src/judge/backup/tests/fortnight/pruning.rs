//! What explains that a copy is gone: everybody who may prune.

use super::*;
use crate::fleet::retention::Keep;

const LAST: Keep = Keep { last: 3, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

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
