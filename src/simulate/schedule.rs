//! The few schedules the simulated jobs use, with their events in both directions.
//!
//! On purpose not the calendar of the rest of the program: this is its test bed.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// When a simulated job runs, in the time zone of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Every so many minutes of the hour (a divisor of 60): `*/15`.
    Every(i64),
    /// Once a day: `02:30`.
    Daily(i8, i8),
    /// Once a week: `sun 04:00`.
    Weekly(Weekday, i8, i8),
}

impl When {
    /// As Proxmox writes it.
    pub fn text(self) -> String {
        match self {
            Self::Every(minutes) => format!("*/{minutes}"),
            Self::Daily(hour, minute) => format!("{hour:02}:{minute:02}"),
            Self::Weekly(day, hour, minute) => {
                let name = match day {
                    Weekday::Monday => "mon",
                    Weekday::Tuesday => "tue",
                    Weekday::Wednesday => "wed",
                    Weekday::Thursday => "thu",
                    Weekday::Friday => "fri",
                    Weekday::Saturday => "sat",
                    Weekday::Sunday => "sun",
                };
                format!("{name} {hour:02}:{minute:02}")
            }
        }
    }

    /// The latest event not after `now`.
    pub fn last(self, now: i64, zone: &TimeZone) -> i64 {
        match self {
            Self::Every(minutes) => now - now.rem_euclid((minutes * 60).max(60)),
            Self::Daily(..) | Self::Weekly(..) => {
                let mut days_back = 0;
                while days_back <= 8 {
                    if let Some(event) = self.on_day(now, -days_back, zone)
                        && event <= now
                    {
                        return event;
                    }
                    days_back += 1;
                }
                now
            }
        }
    }

    /// The first event after `now`.
    pub fn next(self, now: i64, zone: &TimeZone) -> i64 {
        match self {
            Self::Every(minutes) => self.last(now, zone) + (minutes * 60).max(60),
            Self::Daily(..) | Self::Weekly(..) => (0..=8)
                .find_map(|day| self.on_day(now, day, zone).filter(|at| *at > now))
                .unwrap_or(now),
        }
    }

    /// Events in `from..=to`, oldest first.
    pub fn between(self, from: i64, to: i64, zone: &TimeZone) -> Vec<i64> {
        let mut events = Vec::new();
        let mut at = self.next(from - 1, zone);
        while at <= to && events.len() < 5_000 {
            events.push(at);
            at = self.next(at, zone);
        }
        events
    }

    fn on_day(self, now: i64, days: i64, zone: &TimeZone) -> Option<i64> {
        let (hour, minute, weekday) = match self {
            Self::Every(_) => return None,
            Self::Daily(hour, minute) => (hour, minute, None),
            Self::Weekly(day, hour, minute) => (hour, minute, Some(day)),
        };
        let date = zoned(now, zone)?.date().checked_add(days.days()).ok()?;
        if weekday.is_some_and(|day| day != date.weekday()) {
            return None;
        }
        let at = date.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(at.timestamp().as_second())
    }
}

/// The time zone of this name; UTC for one nobody knows.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn zoned(at: i64, zone: &TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_second(at).ok()?.to_zoned(zone.clone()))
}

/// `at` in `zone`, written in strftime's `format`.
pub fn format(at: i64, zone: &TimeZone, format: &str) -> String {
    zoned(at, zone).map(|time| time.strftime(format).to_string()).unwrap_or_default()
}

/// `at` as RFC 3339 in UTC, as PBS writes backup times: `2026-11-22T13:00:26Z`.
pub fn rfc3339(at: i64) -> String {
    format(at, &TimeZone::UTC, "%Y-%m-%dT%H:%M:%SZ")
}

/// `at` as an HTTP date.
pub fn http_date(at: i64) -> String {
    format(at, &TimeZone::UTC, "%a, %d %b %Y %H:%M:%S GMT")
}

/// `at` as PVE's HA manager writes it: `Sun Nov 22 13:38:27 2026`.
pub fn ha_time(at: i64, zone: &TimeZone) -> String {
    format(at, zone, "%a %b %e %H:%M:%S %Y")
}

/// Seconds `zone` is ahead of UTC at `at`.
pub fn offset(at: i64, zone: &TimeZone) -> i64 {
    zoned(at, zone).map_or(0, |time| i64::from(time.offset().seconds()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Sunday 22 November 2026, 13:00:00 UTC.
    const NOW: i64 = 1_795_352_400;

    #[test]
    fn events_judged_by_hand() {
        let utc = TimeZone::UTC;
        let paris = zone("Europe/Paris");
        for (when, zone, last, next) in [
            (When::Every(15), &utc, NOW, NOW + 900),
            (When::Daily(2, 30), &utc, NOW - 37_800, NOW + 48_600),
            (When::Daily(2, 30), &paris, NOW - 41_400, NOW + 45_000),
            (When::Daily(14, 0), &paris, NOW, NOW + 86_400),
            (When::Weekly(Weekday::Sunday, 13, 0), &utc, NOW, NOW + 604_800),
            (When::Weekly(Weekday::Monday, 13, 0), &utc, NOW - 518_400, NOW + 86_400),
        ] {
            assert_eq!(when.last(NOW, zone), last, "last of {when:?}");
            assert_eq!(when.next(NOW, zone), next, "next of {when:?}");
        }
    }

    #[test]
    fn texts() {
        assert_eq!(rfc3339(NOW), "2026-11-22T13:00:00Z");
        assert_eq!(http_date(NOW), "Sun, 22 Nov 2026 13:00:00 GMT");
        assert_eq!(ha_time(NOW, &TimeZone::UTC), "Sun Nov 22 13:00:00 2026");
        assert_eq!(When::Weekly(Weekday::Sunday, 4, 0).text(), "sun 04:00");
        assert_eq!(offset(NOW, &zone("Europe/Helsinki")), 7200);
    }
}
