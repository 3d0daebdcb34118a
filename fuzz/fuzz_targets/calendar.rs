//! Calendar events: no text of one hangs, and what comes next comes later, and is found again by
//! whoever looks back.

#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use vigie::fleet::calendar::CalendarEvent;
use vigie::fleet::time::Epoch;

const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
];

fuzz_target!(|given: (u8, i64, &str)| {
    let (zone, at, text) = given;
    let Ok(event) = CalendarEvent::parse(text) else { return };
    let zone = ZONES[usize::from(zone) % ZONES.len()];
    let zone = TimeZone::get(zone).expect("a zone of the bundled database");
    let _ = event.is_utc();
    for at in [Epoch(at), Epoch(at.rem_euclid(4_000_000_000))] {
        let _ = event.interval(at, &zone);
        let _ = event.latest(at, &zone);
        if let Some(next) = event.next_after(at, &zone) {
            assert!(next > at, "{text:?} after {at:?}: {next:?}");
        }
    }
});
