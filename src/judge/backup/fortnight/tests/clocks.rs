//! Whose days they are: time zones, changes of the clock, and a today that is not over.

use super::{DAY, Epoch, HOUR, NOW, Setup, TWO, Worth, copy, failed, night, nightly, task};

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
