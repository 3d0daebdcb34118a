//! Each kind of day, and what tells it from the others.

use super::{
    Cell, DAY, Failure, HOUR, Jobs, Keep, NONE, NOW, Piece, Setup, TWO, Worth, check, copy, failed,
    night, nightly, plan, task,
};

#[test]
fn each_kind_of_day() {
    check(&[
        ("all is well", |s| s, "VVVVVVVVVVVVVV"),
        (
            "never verified",
            |mut s| {
                s.copies.iter_mut().for_each(|copy| copy.worth = Worth::Made);
                s
            },
            "mmmmmmmmmmmmmm",
        ),
        ("damaged", |s| s.without(3).with(night(3), Worth::Bad), "VVVVVVVVVVbVVV"),
        (
            "damaged, and made again in time",
            |s| s.without(3).with(night(3), Worth::Bad).with(night(3).plus(60), Worth::Made),
            "VVVVVVVVVVmVVV",
        ),
        (
            "damaged, and made again in the evening",
            |s| s.without(3).with(night(3), Worth::Bad).with(night(3).plus(16 * HOUR), Worth::Made),
            "VVVVVVVVVVlVVV",
        ),
        ("nothing there", |s| s.without(3), "VVVVVVVVVVoVVV"),
        ("late", |s| s.without(3).with(night(3).plus(5 * HOUR), Worth::Verified), "VVVVVVVVVVlVVV"),
        (
            "at the end of the grace",
            |s| s.without(3).with(TWO.plus(2 * HOUR).minus(3 * DAY), Worth::Verified),
            "VVVVVVVVVVVVVV",
        ),
        (
            "just after it",
            |s| s.without(3).with(TWO.plus(2 * HOUR + 1).minus(3 * DAY), Worth::Verified),
            "VVVVVVVVVVlVVV",
        ),
        (
            "late, but its vzdump ran for six hours",
            |mut s| {
                s.plans[0].tasks = vec![task(3, Some(6))];
                s.without(3).with(night(3).plus(5 * HOUR), Worth::Verified)
            },
            "VVVVVVVVVVVVVV",
        ),
        (
            "known to have failed",
            |mut s| {
                s.plans[0].failures = vec![failed(3)];
                s.without(3)
            },
            "VVVVVVVVVVfVVV",
        ),
        (
            "missing, and somebody's own vzdump failed in the afternoon",
            |mut s| {
                let start = TWO.plus(13 * HOUR).minus(3 * DAY);
                s.plans[0].failures = vec![Failure { start, error: "disk full".into() }];
                s.without(3)
            },
            "VVVVVVVVVVoVVV",
        ),
        (
            "failed, and run again by hand",
            |mut s| {
                s.plans[0].failures = vec![failed(3)];
                s.without(3).with(night(3).plus(7 * HOUR), Worth::Made)
            },
            "VVVVVVVVVVlVVV",
        ),
        (
            "switched off on sundays",
            |mut s| {
                s.plans[0].schedule = "mon..sat 02:00";
                s.without(3).without(10)
            },
            "VVV-VVVVVV-VVV",
        ),
        (
            "switched off on sundays, as far as can be seen",
            |mut s| {
                s.plans[0].schedule = "mon..sat 02:00";
                s.hides = true;
                s.without(3).without(10)
            },
            "VVV?VVVVVV?VVV",
        ),
        (
            "a copy by hand on a sunday",
            |mut s| {
                s.plans[0].schedule = "mon..sat 02:00";
                s.without(3).without(10).with(night(3).plus(9 * HOUR), Worth::Made)
            },
            "VVV-VVVVVVmVVV",
        ),
        (
            "a schedule that never comes",
            |mut s| {
                s.plans[0].schedule = "02-30";
                s.copies.clear();
                s
            },
            "--------------",
        ),
        (
            "no schedule that anybody could read",
            |mut s| {
                s.plans[0].schedule = "nonsense";
                s.without(3)
            },
            "VVVVVVVVVV?VVV",
        ),
    ]);
}

#[test]
fn what_is_gone_and_why() {
    check(&[
        (
            "three nights are kept",
            |s| s.keeping(Keep { last: 3, ..NONE }, &[0, 1, 2]),
            "pppppppppppVVV",
        ),
        (
            "three nights are kept, and one was not made",
            |s| s.keeping(Keep { last: 3, ..NONE }, &[0, 2, 3]),
            "ppppppppppVVoV",
        ),
        (
            "three days and the sundays",
            |s| s.keeping(Keep { daily: 3, weekly: 2, ..NONE }, &[0, 1, 2, 3, 10]),
            "pppVppppppVVVV",
        ),
        (
            "and that sunday was not made",
            |s| s.keeping(Keep { daily: 3, weekly: 2, ..NONE }, &[0, 1, 2, 4, 10]),
            "pppVpppppVoVVV",
        ),
        (
            "thirty days are kept and there are five: before them there may have been no job",
            |s| s.keeping(Keep { daily: 30, ..NONE }, &[0, 1, 2, 3, 4]),
            "gggggggggVVVVV",
        ),
        (
            "nothing prunes and there are five",
            |s| s.keeping(NONE, &[0, 1, 2, 3, 4]),
            "gggggggggVVVVV",
        ),
        (
            "what prunes was not read: only what is newer than all is surely missing",
            |mut s| {
                s.is_known[0] = false;
                s.keeping(NONE, &[2, 4, 5])
            },
            "ggggggggVVgVoo",
        ),
        (
            "a rule that is known explains it, whatever else there is",
            |mut s| {
                s.is_known[0] = false;
                s.keeping(Keep { last: 3, ..NONE }, &[0, 1, 2])
            },
            "pppppppppppVVV",
        ),
        (
            "never a copy: no rule takes the last one",
            |mut s| {
                s.is_known[0] = false;
                s.copies.clear();
                s
            },
            "oooooooooooooo",
        ),
        (
            "one kept by hand among what is pruned",
            |s| {
                s.keeping(Keep { last: 3, ..NONE }, &[0, 1, 2]).with(night(7).plus(60), Worth::Made)
            },
            "ppppppmppppVVV",
        ),
        (
            "the later of two is the one of the day that is kept",
            |s| {
                let s = s.keeping(Keep { daily: 9, ..NONE }, &[0, 1, 2, 4, 5]);
                s.with(night(3).plus(8 * HOUR), Worth::Verified)
            },
            "ggggggggVVVVVV",
        ),
        (
            "carried to where all is kept: nothing there either, so it cannot be told",
            |mut s| {
                s = s.keeping(Keep { last: 2, ..NONE }, &[0, 1]);
                for ago in [0, 1, 2, 4, 5, 20] {
                    s.copies.push(Piece { at: night(ago), worth: Worth::Made, place: 1 });
                }
                s
            },
            "ggggggggmmgmVV",
        ),
    ]);
}

#[test]
fn who_cannot_look_does_not_know() {
    check(&[
        (
            "the PBS is silent since yesterday noon",
            |mut s| {
                s.plans[0].seen = Some(NOW.minus(DAY));
                s.without(0).without(3)
            },
            "VVVVVVVVVVoVV?",
        ),
        (
            "it was never looked at",
            |mut s| {
                s.plans[0].seen = None;
                s.copies.clear();
                s
            },
            "??????????????",
        ),
        (
            "nobody can look there",
            |mut s| {
                s.plans[0].aim = None;
                s.copies.clear();
                s
            },
            "??????????????",
        ),
        (
            "the cluster is silent since two days: there may be no such job any more",
            |mut s| {
                s.plans[0].told = NOW.minus(2 * DAY);
                s.without(0).without(5)
            },
            "VVVVVVVVoVVVV?",
        ),
        (
            "whose copies they are is not clear",
            |mut s| {
                s.ambiguous = true;
                s.copies.retain(|copy| copy.at >= night(4));
                s
            },
            "?????????VVVVV",
        ),
        (
            "no job takes it",
            |mut s| {
                s.jobs = Jobs::None;
                s.copies.retain(|copy| copy.at < night(6));
                s
            },
            "VVVVVVV-------",
        ),
        (
            "which jobs take it cannot be told",
            |mut s| {
                s.jobs = Jobs::Untold;
                s.without(2).without(9).with(night(9), Worth::Bad)
            },
            "VVVVbVVVVVV?VV",
        ),
    ]);
}

#[test]
fn two_jobs() {
    let two = |s: Setup, schedule: &'static str, aim: usize| {
        let mut s = s;
        s.plans.push(plan(schedule, aim));
        s
    };
    // Sundays at noon to the same place.
    let same = || two(nightly(), "sun 12:00", 0);
    let sunday = |ago: i64| TWO.plus(10 * HOUR + 60).minus(ago * DAY);
    assert_eq!(same().spelled(), "VVVoVVVVVVoVVV", "the copy of the next night is not its own");
    let s = same().with(sunday(3), Worth::Verified).with(sunday(10), Worth::Made);
    assert_eq!(s.spelled(), "VVVmVVVVVVVVVV");
    // To another place at the same hour: each looks at its own.
    let other = |nights: &[i64]| {
        let mut s = two(nightly(), "02:00", 1);
        for ago in nights {
            s.copies.push(Piece { place: 1, ..copy(night(*ago), Worth::Made) });
        }
        s
    };
    assert_eq!(other(&[0, 1, 2, 4, 20]).spelled(), "ooooooooomommm");
    assert_eq!(other(&[0, 1, 2, 4]).spelled(), "gggggggggmommm", "that job may be new");
    assert_eq!(other(&[]).spelled(), "oooooooooooooo", "never a copy there");
    // Every four hours, and once nothing came: the day says so.
    let mut s = nightly();
    s.plans = vec![plan("2/4:00", 0)];
    s.grace = HOUR;
    s.copies = (0..6 * 20)
        .map(|i| copy(NOW.plus(120).minus((2 + i * 4) * HOUR), Worth::Verified))
        .collect();
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV");
    s.copies.retain(|copy| copy.at != NOW.plus(120).minus((2 + 4 * 20) * HOUR));
    assert_eq!(s.spelled(), "VVVVVVVVVVoVVV");
    // One of them a day is kept.
    s.rules[0] = vec![super::Rule {
        keep: Keep { last: 4, daily: 30, ..NONE },
        zone: super::TimeZone::UTC,
        ran: None,
    }];
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV", "it would be pruned by now");
}

#[test]
fn mishaps_are_told_with_their_times() {
    let mut s = nightly().without(3).without(5).without(7);
    s.plans[0].failures = vec![failed(5)];
    let late = night(7).plus(6 * HOUR);
    let told = s.with(late, Worth::Made).decide();
    let spelled: Vec<_> = told
        .mishaps
        .iter()
        .map(|m| (m.due, m.cell, m.error.as_deref(), m.copy, m.job.as_str()))
        .collect();
    let due = |ago: i64| TWO.minus(ago * DAY);
    assert_eq!(
        spelled,
        [
            (due(7), Cell::Late, None, Some(late), "job0"),
            (due(5), Cell::Failed, Some("lock timeout"), None, "job0"),
            (due(3), Cell::Missing, None, None, "job0"),
        ]
    );
}
