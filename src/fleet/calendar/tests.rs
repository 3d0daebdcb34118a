//! Cases judged by hand. Those at clock changes were checked against `mktime` of glibc, driven the
//! way Proxmox drives it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Epoch {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00Z") };
    Epoch(text.parse::<Timestamp>().unwrap().as_second())
}

fn show(epoch: Option<Epoch>) -> String {
    epoch.map_or("never".into(), |epoch| epoch.timestamp().unwrap().to_string())
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// The events after `last`, one after the other.
fn after(event: &CalendarEvent, last: Epoch, zone: &TimeZone) -> impl Iterator<Item = Epoch> {
    std::iter::successors(event.next_after(last, zone), |last| event.next_after(*last, zone))
}

fn event(text: &str) -> CalendarEvent {
    CalendarEvent::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// 1 January 1970, a Thursday, plus so many days and hours.
fn thursday(days: i64, hours: i64, minutes: i64) -> Epoch {
    Epoch(days * 86_400 + hours * 3600 + minutes * 60)
}

#[test]
fn next_events_in_utc() {
    let start = thursday(0, 0, 0);
    let year_2020 = at("2020-07-31"); // Friday
    let cases = [
        ("*/15", start, Some(thursday(0, 0, 15))),
        ("*/15", thursday(0, 0, 59), Some(thursday(0, 1, 0))),
        ("0", start, Some(thursday(0, 1, 0))),
        ("30", start, Some(thursday(0, 0, 30))),
        ("22", start, Some(thursday(0, 0, 22))), // minutes, not hours
        ("*", start, Some(thursday(0, 0, 1))),
        ("*:0", start, Some(thursday(0, 1, 0))),
        ("*:*", start, Some(thursday(0, 0, 1))),
        ("*:*:*", start, Some(Epoch(1))),
        ("*:3:5", start, Some(Epoch(185))),
        ("daily", start, Some(thursday(1, 0, 0))),
        ("daily", Epoch(1), Some(thursday(1, 0, 0))),
        ("daily", Epoch(-1), Some(start)),
        ("1:0", thursday(0, 15, 0), Some(thursday(1, 1, 0))),
        ("mon *:*", start, Some(thursday(4, 0, 0))),
        ("mon 2:50", start, Some(thursday(4, 2, 50))),
        ("thu", start, Some(thursday(7, 0, 0))),
        ("fri..mon", thursday(2, 0, 0), Some(thursday(3, 0, 0))),
        ("fri..mon", thursday(4, 0, 0), Some(thursday(8, 0, 0))),
        ("mon,wed..fri 12:00", thursday(4, 12, 0), Some(thursday(6, 12, 0))),
        ("4..10/2:0", start, Some(thursday(0, 4, 0))),
        ("4..10/2:0", thursday(0, 5, 0), Some(thursday(0, 6, 0))),
        ("4..10/2:0", thursday(0, 11, 0), Some(thursday(1, 4, 0))),
        ("5/2:0", start, Some(thursday(0, 5, 0))),
        ("5/2:0", thursday(0, 5, 0), Some(thursday(0, 7, 0))),
        ("5/2:0", thursday(0, 23, 0), Some(thursday(1, 5, 0))),
        ("6,4..10:23,5/5", start, Some(thursday(0, 4, 5))),
        ("10,5:8,4", start, Some(thursday(0, 5, 4))),
        ("8..17,22:0:15", thursday(0, 18, 0), Some(Epoch(22 * 3600 + 15))),
        ("02-29", start, Some(at("1972-02-29"))),
        ("02-29", at("2096-02-29"), Some(at("2104-02-29"))),
        ("2020-07-31", start, Some(year_2020)),
        ("2020-07-31", year_2020, None),
        ("1965/5-01-01", Epoch(-1), Some(start)),
        ("2020-7..9-2/2", year_2020, Some(at("2020-08-02"))),
        ("2020,2021-12-31", year_2020, Some(at("2020-12-31"))),
        ("2000/150-1-1", at("2160-01-01"), Some(at("2300-01-01"))),
        ("sat", year_2020, Some(at("2020-08-01"))),
        ("Sat *-1..7 15:00", year_2020, Some(at("2020-08-01T15:00Z"))),
        ("Sat *-1..7 15:00", at("2020-08-01T15:00Z"), Some(at("2020-09-05T15:00Z"))),
        ("minutely", start, Some(thursday(0, 0, 1))),
        ("hourly", start, Some(thursday(0, 1, 0))),
        ("weekly", start, Some(thursday(4, 0, 0))),
        ("monthly", start, Some(at("1970-02-01"))),
        ("quarterly", start, Some(at("1970-04-01"))),
        ("semiannually", start, Some(at("1970-07-01"))),
        ("semi-annually", at("1970-07-01"), Some(at("1971-01-01"))),
        ("yearly", start, Some(at("1971-01-01"))),
        ("annually", at("1971-01-01"), Some(at("1972-01-01"))),
        ("2021-02-29", start, None),
        ("02-30", start, None),
        ("4,6,9,11-31", start, None),
        ("0-1", start, None),
    ];
    for (text, last, next) in cases {
        let found = event(text).next_after(last, &TimeZone::UTC);
        assert_eq!(show(found), show(next), "{text} after {}", show(Some(last)));
        let elsewhere = event(&format!("{text} UTC")).next_after(last, &zone("Asia/Tokyo"));
        assert_eq!(show(elsewhere), show(next), "{text} UTC after {}", show(Some(last)));
    }
}

#[test]
fn latest_events_in_utc() {
    let now = at("2026-11-25T10:46:31Z"); // Wednesday
    let cases = [
        ("*/15", Some("2026-11-25T10:45Z")),
        ("46", Some("2026-11-25T10:46Z")),
        ("47", Some("2026-11-25T09:47Z")),
        ("*:*:31", Some("2026-11-25T10:46:31Z")),
        ("*:*:32", Some("2026-11-25T10:45:32Z")),
        ("10:46:32", Some("2026-11-24T10:46:32Z")),
        ("mon..fri 22:00", Some("2026-11-24T22:00Z")),
        ("sat 23:59", Some("2026-11-21T23:59Z")),
        ("*-31", Some("2026-10-31")),
        ("2/2-29..30", Some("2026-10-30")),
        ("monthly", Some("2026-11-01")),
        ("yearly", Some("2026-01-01")),
        ("02-29", Some("2024-02-29")),
        ("2015-01-01", Some("2015-01-01")),
        ("sun 02-29", Some("2004-02-29")),
        ("2027-01-01", None),
        ("02-30", None),
    ];
    for (text, latest) in cases {
        let found = event(text).latest(now, &TimeZone::UTC);
        assert_eq!(show(found), show(latest.map(at)), "{text}");
    }
}

/// `(zone, schedule, first instant asked, the events that follow it)`
const CLOCK_CHANGES: &[(&str, &str, &str, &[&str])] = &[
    // Spring: the local times that are skipped are no events.
    (
        "Europe/Paris",
        "02:30",
        "2026-03-27T12:00Z",
        &["2026-03-28T02:30+01", "2026-03-30T02:30+02", "2026-03-31T02:30+02"],
    ),
    (
        "Europe/Paris",
        "2:0",
        "2026-03-27T12:00Z",
        &["2026-03-28T02:00+01", "2026-03-30T02:00+02", "2026-03-31T02:00+02"],
    ),
    ("Europe/Paris", "03:00", "2026-03-28T12:00Z", &["2026-03-29T03:00+02", "2026-03-30T03:00+02"]),
    (
        "Europe/Paris",
        "2..3:15,30",
        "2026-03-28T12:00Z",
        &["2026-03-29T03:15+02", "2026-03-29T03:30+02", "2026-03-30T02:15+02"],
    ),
    (
        "Europe/Paris",
        "*/15",
        "2026-03-29T00:30Z",
        &["2026-03-29T01:45+01", "2026-03-29T03:00+02", "2026-03-29T03:15+02"],
    ),
    (
        "Europe/Helsinki",
        "3:30",
        "2026-03-27T12:00Z",
        &["2026-03-28T03:30+02", "2026-03-30T03:30+03"],
    ),
    (
        "America/New_York",
        "2:30",
        "2026-03-06T12:00Z",
        &["2026-03-07T02:30-05", "2026-03-09T02:30-04"],
    ),
    (
        "America/New_York",
        "*/15",
        "2026-03-08T06:30Z",
        &["2026-03-08T01:45-05", "2026-03-08T03:00-04"],
    ),
    // Lord Howe moves its clock by half an hour only.
    (
        "Australia/Lord_Howe",
        "2:15",
        "2026-10-02T00:00Z",
        &["2026-10-03T02:15+10:30", "2026-10-05T02:15+11"],
    ),
    (
        "Australia/Lord_Howe",
        "2:45",
        "2026-10-02T00:00Z",
        &["2026-10-03T02:45+10:30", "2026-10-04T02:45+11", "2026-10-05T02:45+11"],
    ),
    (
        "Australia/Lord_Howe",
        "*/15",
        "2026-10-03T15:10Z",
        &["2026-10-04T01:45+10:30", "2026-10-04T02:30+11", "2026-10-04T02:45+11"],
    ),
    // Midnight itself is skipped.
    ("Africa/Cairo", "daily", "2026-04-22T12:00Z", &["2026-04-23T00:00+02", "2026-04-25T00:00+03"]),
    // Autumn: local times that come twice count the first time.
    (
        "Europe/Paris",
        "02:30",
        "2026-10-23T12:00Z",
        &["2026-10-24T02:30+02", "2026-10-25T02:30+02", "2026-10-26T02:30+01"],
    ),
    ("Europe/Paris", "03:00", "2026-10-24T12:00Z", &["2026-10-25T03:00+01", "2026-10-26T03:00+01"]),
    (
        "Europe/Paris",
        "*/15",
        "2026-10-24T23:50Z",
        &[
            "2026-10-25T02:00+02",
            "2026-10-25T02:15+02",
            "2026-10-25T02:30+02",
            "2026-10-25T02:45+02",
            "2026-10-25T03:00+01",
            "2026-10-25T03:15+01",
        ],
    ),
    ("Europe/Paris", "*/15", "2026-10-25T02:20+01", &["2026-10-25T03:00+01"]),
    (
        "Europe/Paris",
        "*:*:*",
        "2026-10-25T02:59:58+02",
        &["2026-10-25T02:59:59+02", "2026-10-25T03:00:00+01"],
    ),
    (
        "Europe/Helsinki",
        "3:30",
        "2026-10-24T12:00Z",
        &["2026-10-25T03:30+03", "2026-10-26T03:30+02"],
    ),
    (
        "America/New_York",
        "1:30",
        "2026-10-31T12:00Z",
        &["2026-11-01T01:30-04", "2026-11-02T01:30-05"],
    ),
    (
        "Australia/Lord_Howe",
        "*/15",
        "2026-04-04T14:20Z",
        &["2026-04-05T01:30+11", "2026-04-05T01:45+11", "2026-04-05T02:00+10:30"],
    ),
    // UTC knows no clock changes.
    ("Europe/Paris", "02:30 UTC", "2026-03-28T12:00Z", &["2026-03-29T02:30Z"]),
    ("Europe/Paris", "01:30 UTC", "2026-10-24T12:00Z", &["2026-10-25T01:30Z"]),
];

#[test]
fn events_at_clock_changes() {
    for (name, text, start, expected) in CLOCK_CHANGES {
        let (event, zone) = (event(text), zone(name));
        let mut last = at(start);
        for next in expected.iter().map(|next| at(next)) {
            let context = format!("{text} in {name} after {}", show(Some(last)));
            assert_eq!(show(event.next_after(last, &zone)), show(Some(next)), "{context}");
            assert_eq!(show(event.latest(next, &zone)), show(Some(next)), "{context}");
            let before = event.latest(next.minus(1), &zone).unwrap();
            assert!(before <= last, "{context}: {} between", show(Some(before)));
            last = next;
        }
    }
}

#[test]
fn a_date_that_is_always_skipped_never_comes() {
    let paris = zone("Europe/Paris");
    let now = at("2026-06-01");
    let always = event("sun *-3-25..31 2:30");
    assert_eq!(always.next_after(now, &paris), None);
    assert!(always.next_after(now, &TimeZone::UTC).is_some());
}

#[test]
fn events_one_after_the_other_and_interval() {
    let (utc, noon) = (TimeZone::UTC, at("2026-06-01T12:00Z"));
    let quarter = event("*/15");
    let four: Vec<_> = (1..5).map(|n| noon.plus(n * 900)).collect();
    assert_eq!(after(&quarter, noon, &utc).take(4).collect::<Vec<_>>(), four);
    assert_eq!(after(&quarter, noon.plus(1), &utc).take(4).collect::<Vec<_>>(), four);
    assert_eq!(after(&quarter, noon.minus(1), &utc).next(), Some(noon));
    assert_eq!(after(&event("02-30"), Epoch(i64::MIN), &utc).next(), None);
    assert_eq!(quarter.interval(noon, &utc), Some(900));
    assert_eq!(event("mon..fri").interval(at("2026-06-06T12:00Z"), &utc), Some(3 * 86_400));
    assert_eq!(
        event("daily").interval(at("2026-03-29T12:00Z"), &zone("Europe/Paris")),
        Some(82_800)
    );
    assert_eq!(event("2015-01-01").interval(noon, &utc), None);
}

#[test]
fn same_meaning_is_equal() {
    let same = [
        ("daily", "0:0"),
        (" daily\t", "00:00:00"),
        ("hourly", "*:0"),
        ("hourly", "0"),
        ("*/15", "0,15,30,45"),
        ("MON", "monDay"),
        ("fri..mon", "mon,friday..Sunday"),
        ("mon..sun", "*-*"),
        ("weekly", "mon"),
        ("monthly", "*-1"),
        ("quarterly", "1,4,7,10-01"),
        ("semiannually", "1,7-1"),
        ("yearly", "*-1-1"),
        ("0..45/15", "*/15"),
        ("5/0", "5"),
        ("daily UTC", "  0:0UTC "),
        ("mon2:50", "mon   2:50"),
        ("2020-07-31 2:0", "2020-07-31  02:00"),
        ("*-0..3", "*-1..3"),
    ];
    for (one, other) in same {
        assert_eq!(event(one), event(other), "{one:?} and {other:?}");
    }
    assert_ne!(event("daily"), event("daily UTC"));
    assert!(event("daily UTC").is_utc());
}

#[test]
fn what_is_rejected() {
    let rejected = [
        "",
        " ",
        "UTC",
        "~",
        "*-*~1",
        "@123",
        "@daily",
        "24:00",
        "24:0:0",
        "1:60",
        "1:2:60",
        "60",
        "*/60",
        "*/24:0",
        "*/0",
        "1:",
        ":1",
        "1:2:",
        "1:2:3:4",
        "1..",
        "..5",
        "5..3",
        "1,",
        ",1",
        "1,,2",
        "5/",
        "/5",
        "-1",
        "1-",
        "2-32",
        "13-1",
        "2200-01-01",
        "mon,",
        "mon..",
        "mon...tue",
        "mon, tue",
        "mon.tue",
        "mo",
        "montag",
        "Daily",
        "DAILY",
        "daily 2:00",
        "daily utc",
        "2:00 utc",
        "2:00 CET",
        "2:00 Europe/Paris",
        "daily UTC UTC",
        "2:00 mon",
        "1 2",
        "2020-1-1-1",
        "1.5",
        "*:*:1.5",
        "never",
        "**",
        "* *",
        "1: 2",
        "+1",
        "0x10",
        "٣",
        "２:00",
        "mon\u{a0}2:00",
        "99999999999",
        "2:30\n3:30",
        "mon\0",
    ];
    for text in rejected {
        assert!(CalendarEvent::parse(text).is_err(), "{text:?} was read");
    }
    assert_eq!(CalendarEvent::parse(&"1,".repeat(600)), Err(CalendarError::TooLong));
    assert_eq!(CalendarEvent::parse("24:00"), Err(CalendarError::Hour));
    assert_eq!(CalendarEvent::parse("mon 1:75"), Err(CalendarError::Junk { at: 4 }));
    assert_eq!(CalendarEvent::parse("montag"), Err(CalendarError::Word));
}

fn list(max: u32, low: u32) -> impl Strategy<Value = String> {
    let item = (low..=max, low..=max, 1..=max, 0..4_u8).prop_map(|(a, b, step, kind)| {
        let (a, b) = (a.min(b), a.max(b));
        match kind {
            0 => format!("{a}"),
            1 => format!("{a}..{b}"),
            2 => format!("{a}/{step}"),
            _ => format!("{a}..{b}/{step}"),
        }
    });
    prop_oneof![
        2 => Just("*".to_owned()),
        1 => (1..=max).prop_map(|step| format!("*/{step}")),
        4 => proptest::collection::vec(item, 1..4).prop_map(|items| items.join(",")),
    ]
}

fn schedule() -> impl Strategy<Value = CalendarEvent> {
    let weekdays = prop_oneof![
        2 => Just(String::new()),
        1 => (0..7_usize, 0..7_usize).prop_map(|(a, b)| {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            format!("{}..{} ", names[a], names[b])
        }),
    ];
    let date = prop_oneof![
        2 => Just(String::new()),
        1 => (list(12, 1), list(31, 1)).prop_map(|(month, day)| format!("{month}-{day} ")),
        1 => (2000..2100_u32, list(12, 1), list(31, 1))
            .prop_map(|(year, month, day)| format!("{year}/3-{month}-{day} ")),
    ];
    let time = prop_oneof![
        1 => list(59, 0),
        3 => (list(23, 0), list(59, 0)).prop_map(|(hour, minute)| format!("{hour}:{minute}")),
        1 => (list(23, 0), list(59, 0), list(59, 0)).prop_map(|(h, m, s)| format!("{h}:{m}:{s}")),
    ];
    (weekdays, date, time)
        .prop_map(|(weekdays, date, time)| event(&format!("{weekdays}{date}{time}")))
}

fn somewhere() -> impl Strategy<Value = TimeZone> {
    let names =
        ["UTC", "Europe/Paris", "Europe/Helsinki", "America/New_York", "Australia/Lord_Howe"];
    proptest::sample::select(names.to_vec()).prop_map(zone)
}

/// Any time, mostly near a clock change of one of the zones.
fn sometime() -> impl Strategy<Value = Epoch> {
    let changes = [
        "2026-03-29T01:00Z",
        "2026-10-25T01:00Z",
        "2026-03-08T07:00Z",
        "2026-11-01T06:00Z",
        "2026-04-04T15:00Z",
        "2026-10-03T15:30Z",
    ];
    prop_oneof![
        (0_i64..5_000_000_000).prop_map(Epoch),
        (proptest::sample::select(changes.to_vec()), -9000_i64..9000)
            .prop_map(|(change, seconds)| at(change).plus(seconds)),
    ]
}

/// Whether a second is an event, said without any search: it matches, and its local time has not
/// been before.
fn is_event(event: &CalendarEvent, epoch: Epoch, zone: &TimeZone) -> bool {
    let instant = epoch.timestamp().unwrap();
    let wall = zone.to_datetime(instant);
    event.years.reach(wall.year().into(), field::Way::Forward) == Some(wall.year().into())
        && event.months.has(wall.month())
        && event.days.has(wall.day())
        && event.weekdays.has(wall.weekday().to_monday_zero_offset())
        && event.hours.has(wall.hour())
        && event.minutes.has(wall.minute())
        && event.seconds.has(wall.second())
        && zone.to_ambiguous_timestamp(wall).earlier().unwrap() == instant
}

proptest! {
    #[test]
    fn forward_and_backward_agree(event in schedule(), zone in somewhere(), t in sometime()) {
        if let Some(next) = event.next_after(t, &zone) {
            prop_assert!(next > t);
            prop_assert!(is_event(&event, next, &zone));
            prop_assert_eq!(event.latest(next, &zone), Some(next));
            prop_assert_eq!(event.latest(next.minus(1), &zone), event.latest(t, &zone));
        }
        if let Some(latest) = event.latest(t, &zone) {
            prop_assert!(latest <= t);
            prop_assert!(is_event(&event, latest, &zone));
            prop_assert_eq!(event.next_after(latest, &zone), event.next_after(t, &zone));
            prop_assert_eq!(event.next_after(latest.minus(1), &zone), Some(latest));
        }
    }

    #[test]
    fn no_event_is_missed(event in schedule(), zone in somewhere(), t in sometime()) {
        let to = t.plus(9000);
        let events = after(&event, t.minus(1), &zone);
        let found: Vec<_> = events.take_while(|event| *event <= to).take(10_000).collect();
        let counted: Vec<_> =
            (t.0..=to.0).map(Epoch).filter(|epoch| is_event(&event, *epoch, &zone)).collect();
        prop_assert_eq!(found, counted);
    }

    #[test]
    fn parse_never_panics(text in any::<String>()) {
        let _ = CalendarEvent::parse(&text);
    }

    #[test]
    fn parse_never_panics_on_near_misses(text in "[-*/.,:~@ 0-9a-z]{0,4}(mon|fri|UTC|2020|\\.\\.|daily)?[-*/.,:0-9 ]{0,12}( UTC|é)?") {
        if let Ok(event) = CalendarEvent::parse(&text) {
            let _ = event.next_after(Epoch(0), &TimeZone::UTC);
        }
    }

    #[test]
    fn no_time_is_too_far(event in schedule(), zone in somewhere(), t: i64) {
        let edges = [t, i64::MIN, i64::MAX, Timestamp::MIN.as_second(), Timestamp::MAX.as_second()];
        for edge in edges.into_iter().flat_map(|t| [t.saturating_sub(1), t, t.saturating_add(1)]) {
            let _ = event.latest(Epoch(edge), &zone);
            let _ = event.interval(Epoch(edge), &zone);
            if let Some(next) = event.next_after(Epoch(edge), &zone) {
                prop_assert!(next.0 > edge);
            }
        }
    }
}
