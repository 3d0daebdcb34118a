//! The search for events, forward and backward through local time.
//!
//! Field by field, from the largest down: each jump goes straight to the nearest value allowed, so
//! that an event far away costs no more than the months in between.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::CalendarEvent;
use super::field::Way;
use crate::fleet::time::Epoch;

/// How many years are searched, forward and backward: one whole cycle of the calendar, so that a
/// date not found in them never comes (Proxmox gives up after some 300).
pub const YEARS_SEARCHED: u32 = 400;

/// How often an event may fall on local times that are skipped before it is held never to come
/// (`sun *-3-25..31 2:30` in Paris does so year after year).
const SKIPS: u32 = 200;

/// How many changes of offset are looked at to find the one that skips or repeats a local time.
/// Some changes move only a name, not the clock, and may stand between.
const CHANGES: usize = 8;

pub(super) fn next_after(event: &CalendarEvent, last: Epoch, zone: &TimeZone) -> Option<Epoch> {
    let from = last.plus(1).max(Epoch(Timestamp::MIN.as_second()));
    find(event, from, zone, Way::Forward)
}

pub(super) fn latest(event: &CalendarEvent, now: Epoch, zone: &TimeZone) -> Option<Epoch> {
    let from = now.min(Epoch(Timestamp::MAX.as_second()));
    find(event, from, zone, Way::Backward)
}

/// The event nearest to `from` when going that way; `from` itself when it is one.
fn find(event: &CalendarEvent, from: Epoch, zone: &TimeZone, way: Way) -> Option<Epoch> {
    let zone = if event.utc { &TimeZone::UTC } else { zone };
    let mut wall = start(from.timestamp()?, zone, way)?;
    for _ in 0..SKIPS {
        let candidate = nearest_wall(event, wall, way)?;
        let ambiguous = zone.to_ambiguous_timestamp(candidate);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            wall = across_gap(candidate, ambiguous.earlier().ok()?, zone, way)?;
            continue;
        }
        // `compatible` takes the first of two.
        let found = Epoch(ambiguous.compatible().ok()?.as_second());
        let on_the_way = match way {
            Way::Forward => found >= from,
            Way::Backward => found <= from,
        };
        if on_the_way {
            return Some(found);
        }
        wall = neighbour(candidate, way)?;
    }
    None
}

/// The local time to start from at `now`. During the second pass of a repeated hour, whose local
/// times have all been taken by the first, that is the end of the repetition.
fn start(now: Timestamp, zone: &TimeZone, way: Way) -> Option<DateTime> {
    let wall = zone.to_datetime(now);
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    if !matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. }) {
        return Some(wall);
    }
    if ambiguous.earlier().is_ok_and(|first| first >= now) {
        return Some(wall);
    }
    let after = Timestamp::from_second(now.as_second().checked_add(1)?).ok()?;
    let end = zone
        .preceding(after)
        .take(CHANGES)
        .filter_map(|change| last_before(change.timestamp(), zone))
        .find(|end| *end >= wall)?;
    match way {
        Way::Forward => neighbour(end, way),
        Way::Backward => Some(end),
    }
}

/// The first local time beyond the gap in which `skipped` lies; `before` is an instant shortly
/// before that gap.
fn across_gap(skipped: DateTime, before: Timestamp, zone: &TimeZone, way: Way) -> Option<DateTime> {
    let change = zone
        .following(before)
        .take(CHANGES)
        .map(|change| change.timestamp())
        .find(|change| zone.to_datetime(*change) > skipped)?;
    match way {
        Way::Forward => Some(zone.to_datetime(change)),
        Way::Backward => last_before(change, zone),
    }
}

/// The last local time, in whole seconds, before the clock changes at `change`.
fn last_before(change: Timestamp, zone: &TimeZone) -> Option<DateTime> {
    let last = Timestamp::from_second(change.as_second().checked_sub(1)?).ok()?;
    Some(zone.to_datetime(last))
}

/// The second after or before.
fn neighbour(wall: DateTime, way: Way) -> Option<DateTime> {
    wall.checked_add(jiff::SignedDuration::from_secs(way.step().into())).ok()
}

/// The local time nearest to `from` that matches every field.
fn nearest_wall(event: &CalendarEvent, from: DateTime, way: Way) -> Option<DateTime> {
    let mut date = nearest_date(event, from.date(), way)?;
    if date == from.date() {
        if let Some(time) = nearest_time(event, from.time(), way) {
            return Some(date.to_datetime(time));
        }
        let beyond = match way {
            Way::Forward => date.tomorrow(),
            Way::Backward => date.yesterday(),
        };
        date = nearest_date(event, beyond.ok()?, way)?;
    }
    let hour = event.hours.entry(way)?;
    let (minute, second) = (event.minutes.entry(way)?, event.seconds.entry(way)?);
    Some(date.to_datetime(Time::new(hour, minute, second, 0).ok()?))
}

fn nearest_date(event: &CalendarEvent, from: Date, way: Way) -> Option<Date> {
    let (mut year, mut month, mut day) = (i32::from(from.year()), from.month(), from.day());
    for _ in 0..YEARS_SEARCHED {
        let matching = event.years.reach(year, way)?;
        if matching != year {
            (year, month, day) = (matching, way.entry(1, 12), way.entry(1, 31));
        }
        while let Some(found) = event.months.reach(month, way) {
            if found != month {
                day = way.entry(1, 31);
            }
            let first = Date::new(i16::try_from(year).ok()?, found, 1).ok()?;
            if let Some(date) = nearest_day(event, first, day, way) {
                return Some(date);
            }
            (month, day) = (found + way.step(), way.entry(1, 31));
        }
        year += i32::from(way.step());
        (month, day) = (way.entry(1, 12), way.entry(1, 31));
    }
    None
}

/// The matching day nearest to `from` in the month that begins on `first`.
fn nearest_day(event: &CalendarEvent, first: Date, from: i8, way: Way) -> Option<Date> {
    let mut day = from;
    while let Some(found) = event.days.reach(day, way) {
        // Going backward the search starts at 31, which not every month has.
        if let Ok(date) = Date::new(first.year(), first.month(), found)
            && event.weekdays.has(date.weekday().to_monday_zero_offset())
        {
            return Some(date);
        }
        day = found + way.step();
    }
    None
}

fn nearest_time(event: &CalendarEvent, from: Time, way: Way) -> Option<Time> {
    let (minute_entry, second_entry) = (event.minutes.entry(way)?, event.seconds.entry(way)?);
    let mut hour = event.hours.reach(from.hour(), way)?;
    if hour == from.hour() {
        let mut minute = event.minutes.reach(from.minute(), way);
        if minute == Some(from.minute()) {
            if let Some(second) = event.seconds.reach(from.second(), way) {
                return Time::new(hour, from.minute(), second, 0).ok();
            }
            minute = event.minutes.reach(from.minute() + way.step(), way);
        }
        if let Some(minute) = minute {
            return Time::new(hour, minute, second_entry, 0).ok();
        }
        hour = event.hours.reach(hour + way.step(), way)?;
    }
    Time::new(hour, minute_entry, second_entry, 0).ok()
}
