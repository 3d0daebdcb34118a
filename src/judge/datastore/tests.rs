use crate::fleet::host::Usage;
use crate::fleet::link::Contact;
use crate::fleet::part::{Cause, CauseKind, Outcome, Part};
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::datastore::{Maintenance, Mount};
use crate::fleet::pbs::job::{GcStatus, LastRun, PbsJob, SyncEnd};
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;
use crate::judge::rows::{DatastoreRow, StoreJobKind};
use crate::judge::sample::{
    NOW, SEEN, age, change, edit_link, edit_pbs, failure, healthy, judged, noticed, said, set,
    spelled,
};
use crate::judge::{Judged, Verdict};

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

type Spoil = fn(&mut PbsSurvey);
/// Case, what is done to the PBS, what is said of datastores, the verdict of the row, because.
type Case = (&'static str, Spoil, &'static [&'static str], Verdict, &'static str);

fn store(judged: &Judged) -> &DatastoreRow {
    judged.sites[1].datastores.first().expect("a datastore")
}

fn check(table: &[Case]) {
    for (what, spoil, problems, verdict, because) in table {
        let mut fleet = healthy();
        edit_pbs(&mut fleet, "pbs", spoil);
        let judged = judged(&fleet);
        let heard: Vec<_> =
            said(&judged).into_iter().filter(|p| p.contains(" datastore.")).collect();
        assert_eq!(heard, *problems, "{what}");
        assert_eq!(store(&judged).verdict, *verdict, "{what}");
        assert_eq!(spelled(store(&judged).because.as_ref()), *because, "{what}");
    }
}

fn used(pbs: &mut PbsSurvey, percent: u64) {
    change(&mut pbs.usage, |u| u[0].usage = Some(Usage { used: percent, total: 100 }));
}

fn full_at(pbs: &mut PbsSurvey, at: i64) {
    change(&mut pbs.usage, |u| u[0].full_at = Some(Epoch(at)));
}

fn status(code: u16) -> Outcome {
    Outcome::Failed(Cause { kind: CauseKind::Status(code), text: "no such path".into() })
}

fn run(end: Epoch, result: TaskResult, next: Epoch) -> LastRun {
    LastRun { upid: Some("UPID".into()), end: Some(end), result: Some(result), next: Some(next) }
}

#[test]
fn space() {
    check(&[
        ("healthy", |_| (), &[], Verdict::Ok, ""),
        ("89 %", |p| used(p, 89), &[], Verdict::Ok, ""),
        (
            "90 %",
            |p| used(p, 90),
            &["warning datastore.full datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "95 %",
            |p| used(p, 95),
            &["critical datastore.full datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
        ("full in 31 d", |p| full_at(p, NOW.0 + 31 * DAY), &[], Verdict::Ok, ""),
        (
            "full in 30 d",
            |p| full_at(p, NOW.0 + 30 * DAY),
            &["warning datastore.filling datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "full in 3 d",
            |p| full_at(p, NOW.0 + 3 * DAY),
            &["critical datastore.filling datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
        ("flat: 0", |p| full_at(p, 0), &[], Verdict::Ok, ""),
        ("flat: past", |p| full_at(p, NOW.0 - 1), &[], Verdict::Ok, ""),
        ("flat: far", |p| full_at(p, i64::MAX), &[], Verdict::Ok, ""),
        (
            "old numbers prove nothing",
            |p| {
                used(p, 99);
                age(&mut p.usage, 901);
            },
            &[],
            Verdict::Unknown,
            "source/pbs",
        ),
        (
            "a bare entry",
            |p| change(&mut p.usage, |u| u[0].usage = None),
            &[],
            Verdict::Unknown,
            "source/pbs",
        ),
        ("no entry", |p| change(&mut p.usage, Vec::clear), &[], Verdict::Unknown, "source/pbs"),
    ]);
}

#[test]
fn presence() {
    const ASKED: fn(&mut PbsSurvey, Outcome) = |p, outcome| {
        p.usage = p.usage.failed(status(400), NOW);
        let part = &mut p.stores.get_mut("main").unwrap().status;
        *part = part.failed(outcome, NOW);
    };
    check(&[
        (
            "read-only",
            |p| {
                change(&mut p.datastores, |d| {
                    d[0].maintenance = Some((Maintenance::ReadOnly, None));
                });
            },
            &["warning datastore.maintenance datastore/pbs/main read-only"],
            Verdict::Warning,
            "",
        ),
        (
            "offline mode",
            |p| {
                change(&mut p.datastores, |d| {
                    d[0].maintenance = Some((Maintenance::Offline, None));
                });
            },
            &["unknown datastore.maintenance datastore/pbs/main offline"],
            Verdict::Unknown,
            "",
        ),
        (
            "unmounting",
            |p| {
                change(&mut p.datastores, |d| {
                    d[0].maintenance = Some((Maintenance::Unmount, None));
                });
            },
            &["unknown datastore.maintenance datastore/pbs/main unmount"],
            Verdict::Unknown,
            "",
        ),
        (
            "error",
            |p| {
                change(&mut p.usage, |u| {
                    u[0].usage = None;
                    u[0].error = Some("gone".into());
                });
            },
            &["critical datastore.offline datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
        (
            "not mounted",
            |p| {
                change(&mut p.usage, |u| {
                    u[0].usage = None;
                    u[0].mount = Some(Mount::NotMounted);
                });
            },
            &["warning datastore.offline datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "asked alone: broken",
            |p| ASKED(p, status(400)),
            &["critical datastore.offline datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
        ("asked alone: silent", |p| ASKED(p, failure()), &[], Verdict::Unknown, "source/pbs"),
        (
            "asked alone: fine",
            |p| {
                ASKED(p, failure());
                let part = &mut p.stores.get_mut("main").unwrap().status;
                *part = part.answered(Usage { used: 1, total: 100 }, SEEN);
            },
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "asked alone: full",
            |p| {
                ASKED(p, failure());
                let part = &mut p.stores.get_mut("main").unwrap().status;
                *part = part.answered(Usage { used: 96, total: 100 }, SEEN);
            },
            &["critical datastore.full datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
    ]);
}

fn never_ran(gc: &mut GcStatus) {
    gc.run = LastRun::default();
    gc.began = None;
}

/// A schedule that we cannot read; the last run was long ago, the next is told.
fn newer_grammar(pbs: &mut PbsSurvey, next: Epoch) {
    change(&mut pbs.gc, |g| {
        g[0].schedule = Some("every other full moon".into());
        g[0].run.end = Some(NOW.minus(40 * DAY));
        g[0].run.next = Some(next);
    });
}

fn collection() -> Task {
    Task {
        upid: "UPID:gc".into(),
        node: "localhost".into(),
        kind: "garbage_collection".into(),
        id: Some("main".into()),
        user: "root@pam".into(),
        start: NOW.minus(60),
        end: None,
        result: None,
    }
}

#[test]
fn garbage_collection() {
    check(&[
        (
            "failed",
            |p| change(&mut p.gc, |g| g[0].run.result = Some(TaskResult::Error("abort".into()))),
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "with warnings",
            |p| change(&mut p.gc, |g| g[0].run.result = Some(TaskResult::Warnings(3))),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "one interval missed",
            |p| change(&mut p.gc, |g| g[0].run.end = Some(NOW.minus(DAY + 6 * HOUR))),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "two intervals missed",
            |p| change(&mut p.gc, |g| g[0].run.end = Some(NOW.minus(2 * DAY))),
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "nothing told of the last run but its task, which is young: one runs, or PBS is old",
            |p| {
                change(&mut p.gc, |g| g[0].run = LastRun::default());
                old_copy(p, 31);
            },
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "nothing told of the last run but its task, which is old",
            |p| {
                change(&mut p.gc, |g| {
                    g[0].run = LastRun::default();
                    g[0].began = Some(NOW.minus(3 * DAY));
                });
            },
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "the first one runs, late",
            |p| {
                change(&mut p.gc, |g| never_ran(&mut g[0]));
                old_copy(p, 31);
                change(&mut p.tasks, |tasks| tasks.push(collection()));
            },
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "never, young copies",
            |p| change(&mut p.gc, |g| never_ran(&mut g[0])),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "never, old copies",
            |p| {
                change(&mut p.gc, |g| never_ran(&mut g[0]));
                old_copy(p, 8);
            },
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "not scheduled, 29 d",
            |p| {
                change(&mut p.gc, |g| {
                    g[0].schedule = None;
                    g[0].run.end = Some(NOW.minus(29 * DAY));
                });
            },
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "not scheduled, 31 d",
            |p| {
                change(&mut p.gc, |g| {
                    g[0].schedule = None;
                    g[0].run.end = Some(NOW.minus(31 * DAY));
                });
            },
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "not scheduled, never, old copies",
            |p| {
                change(&mut p.gc, |g| {
                    g[0].schedule = None;
                    never_ran(&mut g[0]);
                });
                old_copy(p, 31);
            },
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "not scheduled, never, no old copies",
            |p| {
                change(&mut p.gc, |g| {
                    g[0].schedule = None;
                    never_ran(&mut g[0]);
                });
                old_copy(p, 20);
            },
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "a schedule in a grammar newer than ours, the next run ahead",
            |p| newer_grammar(p, NOW.plus(HOUR)),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "a schedule in a grammar newer than ours, due a day ago",
            |p| newer_grammar(p, NOW.minus(DAY)),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "a schedule in a grammar newer than ours, due longer ago",
            |p| newer_grammar(p, NOW.minus(DAY + 1)),
            &["warning datastore.gc datastore/pbs/main"],
            Verdict::Warning,
            "",
        ),
        (
            "bad chunks",
            |p| change(&mut p.gc, |g| g[0].still_bad = 2),
            &["critical datastore.corrupt datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
        (
            "not read",
            |p| p.gc = Part::new("/admin/gc", 300).failed(failure(), NOW),
            &[],
            Verdict::Unknown,
            "source/pbs",
        ),
        (
            "older PBS, asked alone",
            |p| {
                let gc = p.gc.known().unwrap()[0].clone();
                p.gc = p.gc.absent(SEEN);
                set(&mut p.stores.get_mut("main").unwrap().gc, GcStatus { still_bad: 1, ..gc });
            },
            &["critical datastore.corrupt datastore/pbs/main"],
            Verdict::Critical,
            "",
        ),
    ]);
}

fn old_copy(pbs: &mut PbsSurvey, days: i64) {
    let part = pbs.stores.get_mut("main").unwrap().copies.get_mut("fi").unwrap();
    change(part, |list| {
        let mut group = crate::fleet::pbs::copies::GroupCopies::clone(&list[0]);
        group.snapshots.push(crate::judge::sample::snapshot(
            NOW.minus(days * DAY),
            crate::fleet::pbs::copies::Verification::Ok(None),
        ));
        list[0] = std::sync::Arc::new(group);
    });
}

fn job(id: &str, run: LastRun) -> PbsJob {
    PbsJob {
        id: id.into(),
        store: "main".into(),
        ns: "".into(),
        max_depth: None,
        schedule: Some("daily".into()),
        disabled: false,
        run,
        outdated_after: None,
        keep: crate::fleet::retention::Keep::default(),
        sync: None,
        comment: None,
    }
}

#[test]
fn jobs() {
    const FAILED: fn() -> LastRun =
        || run(NOW.minus(HOUR), TaskResult::Error("broken".into()), NOW.plus(HOUR));
    const OVERDUE: fn(i64) -> LastRun = |late| run(NOW.minus(DAY), TaskResult::Ok, NOW.minus(late));
    check(&[
        (
            "verify failed",
            |p| change(&mut p.verify, |v| v[0].run = FAILED()),
            &["warning datastore.verify-job datastore/pbs/main v-main"],
            Verdict::Warning,
            "",
        ),
        (
            "prune failed",
            |p| set(&mut p.prune, vec![job("p", FAILED())]),
            &["warning datastore.prune-job datastore/pbs/main p"],
            Verdict::Warning,
            "",
        ),
        (
            "prune switched off",
            |p| set(&mut p.prune, vec![PbsJob { disabled: true, ..job("p", FAILED()) }]),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "sync failed",
            |p| set(&mut p.sync, vec![job("s", FAILED())]),
            &["warning datastore.sync-job datastore/pbs/main s"],
            Verdict::Warning,
            "",
        ),
        ("an hour late", |p| set(&mut p.sync, vec![job("s", OVERDUE(HOUR))]), &[], Verdict::Ok, ""),
        (
            "overdue",
            |p| set(&mut p.sync, vec![job("s", OVERDUE(HOUR + 1))]),
            &["warning datastore.sync-job datastore/pbs/main s"],
            Verdict::Warning,
            "",
        ),
        (
            "running",
            |p| {
                set(
                    &mut p.sync,
                    vec![job(
                        "s",
                        LastRun {
                            upid: Some("U".into()),
                            next: Some(NOW.minus(DAY)),
                            ..LastRun::default()
                        },
                    )],
                );
            },
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "warnings",
            |p| set(&mut p.sync, vec![job("s", run(NOW, TaskResult::Warnings(1), NOW))]),
            &[],
            Verdict::Ok,
            "",
        ),
        (
            "nobody knows how it ended",
            |p| set(&mut p.sync, vec![job("s", run(NOW, TaskResult::Unknown, NOW))]),
            &["warning datastore.sync-job datastore/pbs/main s"],
            Verdict::Warning,
            "",
        ),
        ("prune jobs of an older PBS", |p| p.prune = p.prune.absent(SEEN), &[], Verdict::Ok, ""),
        (
            "not read",
            |p| p.verify = p.verify.failed(failure(), NOW),
            &[],
            Verdict::Unknown,
            "source/pbs",
        ),
    ]);
}

#[test]
fn nothing_verifies() {
    let heard = |spoil: Spoil| {
        let mut fleet = healthy();
        edit_pbs(&mut fleet, "pbs", spoil);
        noticed(&judged(&fleet))
    };
    let note = "notice datastore.unverified datastore/pbs/main";
    assert_eq!(heard(|p| set(&mut p.verify, vec![])), [note]);
    let new: Spoil = |p| {
        set(&mut p.verify, vec![]);
        change(&mut p.config, |c| c[0].verify_new = true);
    };
    assert_eq!(heard(new), [""; 0]);
    let empty: Spoil = |p| {
        set(&mut p.verify, vec![]);
        p.stores.clear();
    };
    assert!(!heard(empty).iter().any(|n| n == note));
}

#[test]
fn a_silent_pbs_explains_its_datastores() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "pbs", |l| l.contact = Contact::Untrusted);
    edit_pbs(&mut fleet, "pbs", |p| used(p, 99));
    let judged = judged(&fleet);
    assert_eq!(store(&judged).verdict, Verdict::Unknown);
    assert_eq!(spelled(store(&judged).because.as_ref()), "source/pbs");
    assert!(!said(&judged).iter().any(|p| p.contains("datastore.")));
    assert_eq!(store(&judged).usage, Some(Usage { used: 99, total: 100 }), "with its age");
}

#[test]
fn the_row() {
    let judged = judged(&healthy());
    let row = store(&judged);
    assert_eq!(row.counts, Some((2, 3, 9)));
    assert_eq!(row.writers, [("fi".into(), "pbs".into(), "fi".into())]);
    let kinds: Vec<_> = row.jobs.iter().map(|j| (j.kind, j.id.as_str())).collect();
    assert_eq!(kinds, [(StoreJobKind::Gc, "main"), (StoreJobKind::Verify, "v-main")]);
    assert!(row.seen.is_some() && row.newest.is_some());
}

#[test]
fn what_a_sync_job_brings_is_no_writer() {
    let mut fleet = healthy();
    assert_eq!(store(&judged(&fleet)).carried, []);
    edit_pbs(&mut fleet, "pbs", |p| {
        let end = SyncEnd { remote: None, store: "main".into(), ns: "fi".into(), push: false };
        let run = run(NOW.minus(HOUR), TaskResult::Ok, NOW.plus(HOUR));
        let job = PbsJob { ns: "kept".into(), sync: Some(end), ..job("s", run) };
        set(&mut p.sync, vec![job]);
    });
    let judged = judged(&fleet);
    assert_eq!(store(&judged).writers, [("fi".into(), "pbs".into(), "fi".into())]);
    assert_eq!(store(&judged).carried, [("fi".into(), "kept".into())]);
}
