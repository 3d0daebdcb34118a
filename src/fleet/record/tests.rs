//! Records made of looks, against what a record without any joining would tell.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{HOUR, HOURS, Hour, Look, Record};
use crate::fleet::time::Epoch;

/// 2026-11-25 12:00 UTC.
const NOON: i64 = 1_795_608_000;
const MINUTE: i64 = 60;

/// A look at a job that runs every quarter of an hour and takes ten seconds.
fn well(at: i64) -> Look {
    let run = (at - 10).div_euclid(900) * 900;
    Look {
        at: Epoch(at),
        off: false,
        last_sync: Some(Epoch(run)),
        last_try: Some(Epoch(run)),
        fails: 0,
        late_from: Some(Epoch(run + 1020)),
    }
}

/// A look at one whose last good run was then; it fails since the next quarter, every half hour.
fn failing(at: i64, good: i64) -> Look {
    let first = good + 900;
    let fails = if at < first { 0 } else { 1 + (at - first) / 1800 };
    let tried = if at < first { good } else { first + (fails - 1) * 1800 };
    Look {
        at: Epoch(at),
        off: false,
        last_sync: Some(Epoch(good)),
        last_try: Some(Epoch(tried)),
        fails: u32::try_from(fails).expect("few"),
        late_from: Some(Epoch(good + 1020)),
    }
}

fn watch(record: &mut Record, from: i64, to: i64, look: impl Fn(i64) -> Look) {
    for at in (from..=to).step_by(60) {
        record.look(&look(at));
    }
}

/// Hours by their distance from noon: known minutes, failures, minutes of age and of lag.
fn told(record: &Record) -> Vec<(i64, u16, u16, Option<u32>, u32)> {
    let of = |h: Hour| {
        let at = (h.at.0 - NOON).div_euclid(HOUR);
        (at, h.known / 60, h.fails, h.age.map(|age| age / 60), h.lag / 60)
    };
    record.hours().map(of).collect()
}

#[test]
fn a_job_that_runs_well_takes_little_room() {
    let mut record = Record::default();
    watch(&mut record, NOON, NOON + 10 * 24 * HOUR, well);
    assert!(record.hours.len() <= 12, "{} entries for ten days", record.hours.len());
    let hours: Vec<Hour> = record.hours().collect();
    assert_eq!(hours.len(), 242, "from the replica of 11:45 on");
    let whole = &hours[1..241];
    assert!(whole.iter().all(|h| h.known >= 3540 && h.fails == 0 && h.lag == 0 && !h.off));
    assert!(whole.iter().all(|h| h.age.is_some_and(|age| (840..=1020).contains(&age))));
    let text = serde_json::to_string(&record).expect("spelled");
    assert!(text.len() < 1000, "{} bytes", text.len());
    assert_eq!(serde_json::from_str::<Record>(&text).expect("read"), record);
}

#[test]
fn hours_nobody_watched_are_missing() {
    let mut record = Record::default();
    watch(&mut record, NOON, NOON + 30 * MINUTE, well);
    watch(&mut record, NOON + 5 * HOUR + 20 * MINUTE, NOON + 6 * HOUR - 1, well);
    // The replica of 17:15 was the newest until then: what is known begins with it.
    let expected = [(-1, 15, 0, Some(15), 0), (0, 30, 0, Some(15), 0), (5, 44, 0, Some(15), 0)];
    assert_eq!(told(&record), expected);
}

#[test]
fn looks_with_a_short_pause_between_them_tell_of_the_pause() {
    let mut record = Record::default();
    for at in (0..=6).map(|i| NOON + i * 600) {
        record.look(&well(at));
    }
    let hours = told(&record);
    assert_eq!((hours[0].0, hours[0].1), (-1, 15), "the replica of 11:45 was the newest at noon");
    assert_eq!((hours[1].0, hours[1].1), (0, 60));
}

#[test]
fn a_failing_job_is_told_with_every_failure_and_how_late_it_grew() {
    let mut record = Record::default();
    watch(&mut record, NOON, NOON + 6 * HOUR, |at| failing(at, NOON));
    watch(&mut record, NOON + 6 * HOUR + MINUTE, NOON + 8 * HOUR, well);
    let hours = told(&record);
    let fails: Vec<u16> = hours.iter().map(|h| h.2).collect();
    assert_eq!(fails, [2, 2, 2, 2, 2, 2, 0, 0, 0], "at 12:15, 12:45, 13:15 and so on");
    let lag: Vec<u32> = hours.iter().map(|h| h.4).collect();
    assert_eq!(lag, [43, 103, 163, 223, 283, 343, 343, 0, 0], "17 minutes after noon it was late");
    assert_eq!(hours[2].3, Some(180));
    assert!(record.hours.len() <= 5, "{:?}", record.hours);
}

#[test]
fn that_there_was_no_replica_since_then_is_known_whoever_watched() {
    let mut record = Record::default();
    watch(&mut record, NOON, NOON + MINUTE, well);
    // Vigie was off for six hours, and nothing was replicated since half past one.
    let good = NOON + HOUR + 30 * MINUTE;
    record.look(&failing(NOON + 6 * HOUR + 20 * MINUTE, good));
    let hours = told(&record);
    let known: Vec<(i64, u16)> = hours.iter().map(|h| (h.0, h.1)).collect();
    assert_eq!(known, [(-1, 15), (0, 1), (1, 30), (2, 60), (3, 60), (4, 60), (5, 60), (6, 20)]);
    assert_eq!(hours[5].4, 2 * 60 + 30 + 60 - 17, "late since 13:47");
    let fails: u16 = hours.iter().map(|h| h.2).sum();
    assert_eq!(fails, 10, "all of them since half past one");
    let mut record = Record::default();
    record.look(&failing(NOON + 100 * HOUR, NOON));
    let fails: Vec<(i64, u16)> = told(&record).iter().map(|h| (h.0, h.2)).collect();
    assert_eq!(fails.iter().filter(|(_, fails)| *fails > 0).count(), 1);
    assert_eq!(fails.last(), Some(&(100, 0)), "the last try was at a quarter to");
    assert_eq!(fails.iter().map(|(_, fails)| fails).sum::<u16>(), 1, "of which days is not known");
}

#[test]
fn a_job_that_is_off_or_never_ran_has_no_age() {
    let none = Look { last_sync: None, last_try: None, late_from: None, ..well(NOON) };
    let mut record = Record::default();
    watch(&mut record, NOON, NOON + HOUR, |at| Look { at: Epoch(at), off: true, ..well(at) });
    watch(&mut record, NOON + HOUR + MINUTE, NOON + 2 * HOUR, |at| Look { at: Epoch(at), ..none });
    let hours: Vec<Hour> = record.hours().collect();
    assert_eq!(hours.iter().map(|h| h.off).collect::<Vec<_>>(), [true, false, false]);
    assert!(hours.iter().all(|h| h.age.is_none() && h.lag == 0 && h.known > 0));
}

#[test]
fn a_clock_that_was_wrong_leaves_nothing_of_times_to_come() {
    let mut record = Record::default();
    watch(&mut record, NOON + 9000 * HOUR, NOON + 9001 * HOUR, well);
    record.look(&well(NOON));
    assert!(record.hours().all(|h| h.at <= Epoch(NOON)));
    for at in [i64::MIN, -1, 0, i64::MAX / 2, i64::MAX] {
        let odd = Look { last_sync: Some(Epoch(i64::MIN)), at: Epoch(at), ..well(NOON) };
        record.look(&odd);
        record.look(&Look { last_sync: Some(Epoch(i64::MAX)), last_try: None, ..odd });
        assert!(record.hours.len() <= 400);
    }
}

#[test]
fn what_was_written_before_it_held_what_was_told_can_be_read() {
    let text = r#"{"hours":[[7,2,3600,0,false,900,0,false],[9,1,3600,0,false,5000,60,false]]}"#;
    let record: Record = serde_json::from_str(text).expect("read");
    let hours: Vec<(u16, u16)> = record.hours().map(|h| (h.known, h.told)).collect();
    assert_eq!(hours, [(3600, 0), (3600, 0), (3600, 3600)], "only what was seen to be late");
    let again = serde_json::to_string(&record).expect("spelled");
    assert_eq!(serde_json::from_str::<Record>(&again).expect("read"), record);
}

#[test]
fn what_somebody_else_wrote_is_bounded() {
    let text = r#"{"hours":[[4294967295,65535,65535,9,true,null,4294967295,true],[1,0,0,0,false,5,0,true],[7,3,1,1,false,5,0,false]]}"#;
    let mut record: Record = serde_json::from_str(text).expect("read");
    assert_eq!(record.hours().count(), 27);
    record.look(&well(NOON));
    record.look(&well(7 * HOUR));
    let one = format!("[{},1,1,1,false,5,0,false]", NOON / HOUR);
    let text = format!(r#"{{"hours":[{}]}}"#, vec![one; 5000].join(","));
    let mut record: Record = serde_json::from_str(&text).expect("read");
    record.look(&well(NOON));
    assert!(record.hours().count() <= 2, "only what was seen now");
}

proptest! {
    #[test]
    fn joining_loses_nothing(
        steps in prop::collection::vec((30_i64..9000, 0_u8..4, 0_i64..40_000), 1..300)
    ) {
        let (mut record, mut at) = (Record::default(), NOON);
        let mut watched: BTreeMap<i64, i64> = BTreeMap::new();
        let (mut ages, mut lags) = (BTreeMap::new(), BTreeMap::new());
        for (step, kind, back) in steps {
            at += step;
            let look = match kind {
                0 => failing(at, at - back),
                1 => Look { off: true, ..well(at) },
                _ => well(at),
            };
            record.look(&look);
            *watched.entry(at.div_euclid(HOUR)).or_default() += 1;
            if !look.off {
                let age = look.last_sync.map_or(0, |sync| at - sync.0);
                let lag = look.late_from.map_or(0, |late| (at - late.0).max(0));
                let most = |map: &mut BTreeMap<i64, i64>, value: i64| {
                    let known = map.entry(at.div_euclid(HOUR)).or_default();
                    *known = value.max(*known);
                };
                most(&mut ages, age);
                most(&mut lags, lag);
            }
        }
        let hours: Vec<Hour> = record.hours().collect();
        prop_assert!(hours.windows(2).all(|two| two[0].at < two[1].at), "in order, each once");
        let first = at.div_euclid(HOUR) - HOURS + 1;
        prop_assert!(record.hours.iter().all(|s| s.end() > first));
        prop_assert!(hours.iter().all(|h| h.known <= 3600 && h.at <= Epoch(at)));
        // Every hour that was looked at is there, and was no better than it was seen to be.
        for (hour, _) in watched.range(first..) {
            let told = hours.iter().find(|h| h.at.0 == hour * HOUR);
            prop_assert!(told.is_some(), "hour {hour} is lost");
            let told = told.expect("just looked");
            let (age, lag) = (ages.get(hour).copied(), lags.get(hour).copied());
            if let Some(age) = age {
                prop_assert!(told.age.is_some_and(|a| i64::from(a) >= age - 24 * 120));
            }
            prop_assert!(i64::from(told.lag) >= lag.unwrap_or(0) - 24 * 120);
        }
    }
}
