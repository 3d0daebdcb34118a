//! Days judged by hand.

use jiff::tz::TimeZone;

use super::{Day, Remembered, Tick, remembered, ticks};
use crate::fleet::record::{HOUR, Look, Record};
use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::DAYS;

/// Wednesday, 2026-11-25 12:00 UTC.
const NOON: i64 = 1_795_608_000;
const DAY: i64 = 24 * HOUR;
/// This morning, 00:00 UTC.
const MIDNIGHT: i64 = NOON - 12 * HOUR;

/// Looks every five minutes from `from` to `to` at a job that replicates every quarter of an hour,
/// changed by `with`.
fn watch(record: &mut Record, from: i64, to: i64, with: impl Fn(&mut Look)) {
    for at in (from..=to).step_by(300) {
        let run = (at - 10).div_euclid(900) * 900;
        let mut look = Look {
            at: Epoch(at),
            off: false,
            last_sync: Some(Epoch(run)),
            last_try: Some(Epoch(run)),
            fails: 0,
            late_from: Some(Epoch(run + 1020)),
        };
        with(&mut look);
        record.look(&look);
    }
}

fn letters(told: &Remembered) -> String {
    let letter = |day: &Day| match day {
        Day::Unwatched => '?',
        Day::Untold => 'u',
        Day::Off => '-',
        Day::Partly => 'p',
        Day::Kept => 'k',
        Day::Late => 'l',
        Day::Failed => 'f',
    };
    told.days.iter().map(letter).collect()
}

fn spelled(record: &Record) -> String {
    letters(&remembered(Some(record), Epoch(NOON), &TimeZone::UTC))
}

#[test]
fn what_nobody_watched_is_never_good() {
    let none = remembered(None, Epoch(NOON), &TimeZone::UTC);
    assert_eq!(letters(&none), "??????????????");
    assert_eq!((none.latest, none.fails, none.known), (None, 0, 0));
    let mut record = Record::default();
    watch(&mut record, MIDNIGHT - 3 * DAY, MIDNIGHT - 2 * DAY, |_| {});
    watch(&mut record, MIDNIGHT - DAY + 8 * HOUR, MIDNIGHT - DAY + 17 * HOUR, |_| {});
    watch(&mut record, MIDNIGHT + 11 * HOUR, NOON, |_| {});
    // From the replica of 23:45 on a whole day, a moment of the next, office hours, and this
    // morning's last hour.
    assert_eq!(spelled(&record), "?????????pkppp");
}

#[test]
fn a_day_is_told_by_the_worst_of_it() {
    let mut record = Record::default();
    let day = |ago: i64| MIDNIGHT - ago * DAY;
    watch(&mut record, day(6), day(5), |look| look.off = true);
    watch(&mut record, day(5) + 300, day(4), |_| {});
    let stuck = day(4) + 2 * HOUR;
    watch(&mut record, day(4) + 300, day(3), |look| {
        // Nothing for three hours; then it goes on.
        if (stuck..stuck + 3 * HOUR).contains(&look.at.0) {
            look.last_sync = Some(Epoch(stuck - 900));
            look.late_from = Some(Epoch(stuck + 120));
        }
    });
    watch(&mut record, day(3) + 300, day(2), |look| {
        if (day(3) + HOUR..day(3) + 2 * HOUR).contains(&look.at.0) {
            (look.fails, look.last_try) = (1, Some(Epoch(day(3) + HOUR)));
            look.last_sync = Some(Epoch(day(3) + HOUR - 900));
        }
    });
    watch(&mut record, day(2) + 300, NOON, |_| {});
    assert_eq!(spelled(&record), "???????-klfkkk");
    let told = remembered(Some(&record), Epoch(NOON), &TimeZone::UTC);
    let (lag, at) = told.latest.expect("it was late");
    assert_eq!((lag / 60, at), (173, Epoch(stuck + 2 * HOUR)));
    assert_eq!(told.fails, 1);
    assert_eq!(told.oldest.map(|(age, _)| age / 60), Some(190));
    assert!((told.known - (6 * DAY + 12 * HOUR)).abs() < HOUR, "{}", told.known);
    // The same hours, read in New York: days begin five hours later there.
    let there = TimeZone::get("America/New_York").expect("bundled");
    let told = remembered(Some(&record), Epoch(NOON), &there);
    // The second of them was off for all but five hours.
    assert_eq!(letters(&told), "??????-plfkkkk");
}

#[test]
fn what_cannot_be_told_is_never_in_time() {
    let mut record = Record::default();
    watch(&mut record, MIDNIGHT - 2 * DAY, NOON, |look| {
        // Nine days old, and nobody knows when the next one is due.
        look.last_sync = Some(Epoch(MIDNIGHT - 9 * DAY));
        look.late_from = None;
    });
    assert_eq!(spelled(&record), "????uuuuuuuuuu");
    let mut record = Record::default();
    watch(&mut record, MIDNIGHT - DAY, MIDNIGHT, |look| {
        look.off = look.at.0 > MIDNIGHT - DAY + HOUR;
    });
    assert_eq!(spelled(&record).chars().nth(12), Some('p'), "off for 23 hours");
    let mut record = Record::default();
    watch(&mut record, MIDNIGHT - DAY, NOON, |look| {
        (look.last_sync, look.late_from) = (None, Some(Epoch(NOON + DAY)));
    });
    assert!(!spelled(&record).contains(['k', 'p']), "there is no replica at all");
    let mut record = Record::default();
    watch(&mut record, MIDNIGHT - DAY, MIDNIGHT, |look| {
        if (MIDNIGHT - 9 * HOUR..MIDNIGHT - 7 * HOUR).contains(&look.at.0) {
            look.late_from = None;
        }
    });
    assert_eq!(spelled(&record).chars().nth(12), Some('p'), "not told for two hours");
}

#[test]
fn a_job_without_a_replica_is_late_once_it_should_have_one() {
    let mut record = Record::default();
    watch(&mut record, MIDNIGHT, NOON, |look| {
        (look.last_sync, look.last_try) = (None, None);
        look.late_from = Some(Epoch(MIDNIGHT + 1020));
    });
    assert_eq!(spelled(&record), "?????????????l");
    assert_eq!(ticks(Some(&record), Epoch(NOON), 28).0.last(), Some(&Tick::None));
}

#[test]
fn the_chart_holds_the_worst_of_each_span() {
    let mut record = Record::default();
    watch(&mut record, NOON - 20 * HOUR, NOON - 10 * HOUR, |_| {});
    watch(&mut record, NOON - 5 * HOUR, NOON, |look| {
        look.last_sync = Some(Epoch(NOON - 5 * HOUR));
    });
    let (all, each) = ticks(Some(&record), Epoch(NOON + 60), 84);
    assert_eq!((all.len(), each), (84, 4));
    let shown: Vec<Option<u32>> = all[78..]
        .iter()
        .map(|tick| match tick {
            Tick::Age(age) => Some(age / 60),
            _ => None,
        })
        .collect();
    let expected = [Some(15), Some(15), Some(15), Some(15), Some(120), Some(300)];
    assert_eq!(shown, expected);
    for spans in [0, 1, 7, 335, 336, 1000] {
        let (all, each) = ticks(Some(&record), Epoch(NOON), spans);
        assert!(all.len() <= spans.clamp(1, DAYS * 24) && all.len() * each >= DAYS * 24, "{spans}");
        assert!(all.iter().any(|tick| matches!(tick, Tick::Age(_))), "{spans}");
    }
}

#[test]
fn absurd_clocks_are_survived() {
    let mut record = Record::default();
    watch(&mut record, NOON - HOUR, NOON, |_| {});
    for now in [i64::MIN, -1, 0, i64::MAX / 2, i64::MAX] {
        let _ = remembered(Some(&record), Epoch(now), &TimeZone::UTC);
        let _ = ticks(Some(&record), Epoch(now), 84);
    }
}
