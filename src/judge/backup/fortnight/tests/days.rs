//! Each kind of day, and what tells it from the others.

use super::{
    Cell, DAY, Epoch, Failure, HOUR, Jobs, Keep, NOW, Piece, Setup, TWO, Task, Worth, copy, night,
    nightly, plan,
};

const NONE: Keep = Keep { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

/// What is done to the healthy nights, and the fourteen days, today the last.
type Row = (&'static str, fn(Setup) -> Setup, &'static str);

fn check(table: &[Row]) {
    for (what, change, expected) in table {
        assert_eq!(change(nightly()).spelled(), *expected, "{what}");
    }
}

fn task(ago: i64, hours: Option<i64>) -> Task {
    let start = TWO.plus(3).minus(ago * DAY);
    Task { start, end: hours.map(|hours| start.plus(hours * HOUR)) }
}

fn failed(ago: i64) -> Failure {
    Failure { start: TWO.plus(3).minus(ago * DAY), error: "lock timeout".into() }
}

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
fn today_is_not_over() {
    let at = |offset: i64, change: fn(Setup) -> Setup| {
        let mut s = change(nightly().without(0));
        s.now = TWO.plus(offset);
        s.spelled()
    };
    assert_eq!(at(-1, |s| s), "VVVVVVVVVVVVV-", "not due yet");
    assert_eq!(at(HOUR, |s| s), "VVVVVVVVVVVVV-", "within its grace");
    assert_eq!(at(2 * HOUR, |s| s), "VVVVVVVVVVVVV-", "its last second");
    assert_eq!(at(2 * HOUR + 1, |s| s), "VVVVVVVVVVVVVo");
    let runs: fn(Setup) -> Setup = |mut s| {
        s.plans[0].tasks = vec![task(0, None)];
        s
    };
    assert_eq!(at(7 * HOUR, runs), "VVVVVVVVVVVVV-", "its vzdump still runs");
    let fell: fn(Setup) -> Setup = |mut s| {
        s.plans[0].failures = vec![failed(0)];
        s
    };
    assert_eq!(at(HOUR, fell), "VVVVVVVVVVVVVf", "that is known at once");
    let unfinished: fn(Setup) -> Setup = |s| s.with(night(0), Worth::Uncertain);
    assert_eq!(at(HOUR, unfinished), "VVVVVVVVVVVVV?");
    assert_eq!(at(9 * HOUR, unfinished), "VVVVVVVVVVVVV?", "a leftover, or finished");
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
fn a_guest_that_came_a_week_ago() {
    check(&[
        (
            "its first nights",
            |mut s| {
                s.born = Some(NOW.minus(7 * DAY));
                s.copies.retain(|copy| copy.at > NOW.minus(7 * DAY));
                s
            },
            "-------VVVVVVV",
        ),
        (
            "it missed the first of them: nobody knows when its job came",
            |mut s| {
                s.born = Some(NOW.minus(7 * DAY));
                s.copies.retain(|copy| copy.at > NOW.minus(6 * DAY));
                s
            },
            "-------gVVVVVV",
        ),
        (
            "it never had one",
            |mut s| {
                s.born = Some(NOW.minus(7 * DAY));
                s.copies.clear();
                s
            },
            "-------ooooooo",
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
fn the_days_are_the_readers() {
    // 23:30 in Helsinki, and the copy is made after midnight there; it is still the run's day.
    let helsinki = |reader| {
        let mut s = nightly();
        s.reader = reader;
        s.plans[0].schedule = "23:30";
        s.plans[0].zones = vec!["Europe/Helsinki"];
        // 21:30 UTC, and half an hour and five minutes for those before it.
        let made = |ago: i64| TWO.minus(4 * HOUR + 30 * 60 - 35 * 60).minus(ago * DAY);
        s.copies = (0..20).map(|ago| copy(made(ago), Worth::Verified)).collect();
        s
    };
    // At noon today's run is still to come.
    assert_eq!(helsinki("Europe/Helsinki").spelled(), "VVVVVVVVVVVVV-");
    assert_eq!(helsinki("UTC").spelled(), "VVVVVVVVVVVVV-");
    // In Auckland it is a morning, and that day is over: today there is the 26th.
    assert_eq!(helsinki("Pacific/Auckland").spelled(), "VVVVVVVVVVVVV-");
    let mut s = helsinki("Pacific/Auckland");
    s.now = NOW.plus(12 * HOUR);
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVo", "its morning run left nothing");
}

#[test]
fn both_changes_of_the_clock() {
    let paris = |now: i64, schedule: &'static str, hour: i64| {
        let mut s = nightly();
        (s.reader, s.now) = ("Europe/Paris", Epoch(now));
        s.plans[0].schedule = schedule;
        s.plans[0].zones = vec!["Europe/Paris"];
        let zone = super::zone("Europe/Paris");
        let days = s.days();
        s.copies = days
            .iter()
            .take(14)
            .filter_map(|start| {
                let date = zone.to_datetime(start.timestamp()?).date();
                let at = date.at(hour as i8, 32, 0, 0).to_zoned(zone.clone()).ok()?;
                Some(copy(Epoch(at.timestamp().as_second()), Worth::Verified))
            })
            .collect();
        s
    };
    // Spring, Sunday 2026-03-29: 02:30 does not come. Looked at on Tuesday at noon.
    let spring = 1_774_951_200;
    let mut s = paris(spring, "02:30", 2);
    s.copies.remove(11);
    assert_eq!(s.spelled(), "VVVVVVVVVVV-VV");
    // 01:30 does, and a copy that is not there is missed.
    let mut s = paris(spring, "01:30", 1);
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV");
    s.copies.remove(11);
    assert_eq!(s.spelled(), "VVVVVVVVVVVoVV");
    // Autumn, Sunday 2026-10-25: 02:30 comes once, the first time. Looked at on Tuesday at noon.
    let autumn = 1_793_098_800;
    let mut s = paris(autumn, "02:30", 2);
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV");
    s.copies[11].at = s.copies[11].at.plus(HOUR);
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV", "within its grace all the same");
    s.copies.remove(11);
    assert_eq!(s.spelled(), "VVVVVVVVVVVoVV");
}

#[test]
fn a_node_whose_zone_is_not_known() {
    let mut s = nightly();
    s.plans[0].zones = vec!["Europe/Helsinki", "UTC"];
    // 02:00 in Helsinki is midnight UTC: copies made then are 22 hours late for the other reading.
    s.copies = (0..20).map(|ago| copy(night(ago).minus(2 * HOUR), Worth::Verified)).collect();
    assert_eq!(s.spelled(), "VVVVVVVVVVVVV?");
    let s = s.clone();
    let gone = Setup {
        copies: s.copies.iter().copied().filter(|c| c.at != night(3).minus(2 * HOUR)).collect(),
        ..s
    };
    // The night before for one reading, that night for the other.
    assert_eq!(gone.spelled(), "VVVVVVVVV??VV?");
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

#[test]
fn of_nights_before_the_job_was_so_nothing_is_missing() {
    check(&[
        (
            "first seen so four days ago at noon",
            |mut s| {
                s.plans[0].since = Some(NOW.minus(4 * DAY));
                s.without(2).without(4).without(7)
            },
            "VVVVVVgVVgVoVV",
        ),
        (
            "never seen: by an older version of this program",
            |mut s| {
                s.plans[0].since = None;
                s.without(2)
            },
            "VVVVVVVVVVVgVV",
        ),
        (
            "a vzdump of then can only have been its own",
            |mut s| {
                s.plans[0].since = Some(NOW.minus(HOUR));
                s.plans[0].proofs = vec![TWO.plus(3).minus(7 * DAY), TWO.plus(300).minus(2 * DAY)];
                s.without(2).without(4).without(7)
            },
            "VVVVVVoVVgVoVV",
        ),
        (
            "one that began too late for it, and one before it, prove nothing",
            |mut s| {
                s.plans[0].since = None;
                s.plans[0].proofs = vec![TWO.minus(2 * DAY + 1), TWO.plus(301).minus(2 * DAY)];
                s.without(2)
            },
            "VVVVVVVVVVVgVV",
        ),
        (
            "what is kept was changed five days ago: it may have been pruned by the rule before",
            |mut s| {
                s.changed[0] = Some(NOW.minus(5 * DAY));
                s.plans[0].proofs = vec![TWO.plus(3).minus(7 * DAY)];
                s.without(2).without(7)
            },
            "VVVVVVgVVVVoVV",
        ),
        (
            "a run that failed is known to have been",
            |mut s| {
                s.plans[0].since = None;
                s.plans[0].failures = vec![failed(3)];
                s.without(3)
            },
            "VVVVVVVVVVfVVV",
        ),
    ]);
}

#[test]
fn a_copy_at_a_place_no_job_writes_to_keeps_no_promise() {
    fn there(mut s: Setup, ago: i64, worth: Worth) -> Setup {
        s.copies.push(Piece { place: 1, ..copy(night(ago).plus(5 * HOUR), worth) });
        s
    }
    check(&[
        (
            "made by hand, where the job's own is missing",
            |s| there(s.without(3), 3, Worth::Verified),
            "VVVVVVVVVVeVVV",
        ),
        ("beside the job's own", |s| there(s, 3, Worth::Made), "VVVVVVVVVVVVVV"),
        (
            "carried there, and kept longer: the job's own was pruned as planned",
            |s| {
                let s = s.keeping(Keep { last: 3, ..NONE }, &[0, 1, 2]);
                there(there(s, 6, Worth::Made), 20, Worth::Made)
            },
            "gggggggmpppVVV",
        ),
        (
            "what the job left cannot be looked at",
            |mut s| {
                s.plans[0].seen = None;
                s.copies.clear();
                there(s, 3, Worth::Verified)
            },
            "??????????V???",
        ),
        (
            "the job may not have been so",
            |mut s| {
                s.plans[0].since = None;
                there(s.without(3), 3, Worth::Made)
            },
            "VVVVVVVVVVmVVV",
        ),
        ("a bad one there is no copy", |s| there(s.without(3), 3, Worth::Bad), "VVVVVVVVVVoVVV"),
        (
            "where nobody knows where the job writes, any may be its own",
            |mut s| {
                s.plans[0].aim = None;
                s.copies.clear();
                there(s, 3, Worth::Made)
            },
            "??????????l???",
        ),
    ]);
    let told = there(nightly().without(3), 3, Worth::Made).decide();
    let [mishap] = told.mishaps.as_slice() else { panic!("one: {:?}", told.mishaps) };
    assert_eq!((mishap.cell, mishap.copy), (Cell::Elsewhere, Some(night(3).plus(5 * HOUR))));
}

#[test]
fn a_guest_that_was_on_another_node_was_copied_there() {
    let late = || nightly().without(3).with(night(3).plus(5 * HOUR), Worth::Verified);
    let long =
        Task { start: TWO.plus(3).minus(3 * DAY), end: Some(TWO.plus(6 * HOUR).minus(3 * DAY)) };
    let mut s = late();
    s.plans[0].everywhere = vec![long];
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV", "its vzdump ran long, there");
    // Where its own node had one, that was it.
    s.plans[0].tasks = vec![task(3, Some(1))];
    s.plans[0].everywhere = vec![task(3, Some(1)), long];
    assert_eq!(s.spelled(), "VVVVVVVVVVlVVV");
}
