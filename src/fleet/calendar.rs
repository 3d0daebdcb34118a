//! Calendar events: the schedules of Proxmox (`mon..fri 02:30`, `*/15`, `monthly UTC`).
//!
//! Proxmox starts at the time it last ran and asks for the next event; it knows no "previous
//! event". Judging needs both, and needs them to agree, so a schedule is treated here as a *set of
//! instants*, searched in either direction. An instant belongs to the set when its broken-down
//! local time matches every field. That settles both clock changes the way Proxmox, which walks
//! through local time with `mktime`, meets them:
//!
//! - **Spring**: a local time that is skipped never exists, so it is no event. `02:30` in Paris has
//!   none on the day of the change (`mktime` turns the skipped 02:00 into 03:00, whose hour does not
//!   match, and Proxmox goes on to the next day); `*/15` goes from 01:45 straight to 03:00.
//! - **Autumn**: a local time that is repeated counts once, the first time. `02:30` comes at
//!   summer time only, and `*/15` goes from the first 02:45 to 03:00, an hour and a quarter later.
//!   (Asked from *within* the repetition, the answer of `mktime` depends on what it was asked
//!   before; here the order of events never does.)

mod field;
mod parse;
mod search;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;

pub use self::parse::{CalendarError, LONGEST};
pub use self::search::YEARS_SEARCHED;

use self::field::{Mask, Years};
use crate::fleet::time::Epoch;

/// A schedule of Proxmox, parsed: the local times at which something is due.
///
/// Two texts that mean the same events are equal (`daily` and `0:0`, mostly; lists of years are
/// compared as written).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEvent {
    /// Whether the text ended in `UTC`: the zone asked for is then ignored.
    utc: bool,
    years: Years,
    /// 1..=12; empty when only month 0 was named: it never comes.
    months: Mask,
    /// 1..=31; empty when only day 0 was named.
    days: Mask,
    /// 0..=6, Monday first. With a date, both must match.
    weekdays: Mask,
    /// 0..=23
    hours: Mask,
    /// 0..=59
    minutes: Mask,
    /// 0..=59
    seconds: Mask,
}

impl CalendarEvent {
    /// Reads a schedule as PVE (`schedule` of backup, replication and realm-sync jobs) and PBS
    /// (`schedule`, `gc-schedule`) write it. Blanks around it are ignored.
    ///
    /// # Errors
    /// [`CalendarError`] when the text is no calendar event of Proxmox.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        parse::parse(text)
    }

    /// Whether the schedule is in UTC whatever the zone of the host.
    pub fn is_utc(&self) -> bool {
        self.utc
    }

    /// The earliest event strictly after `last`, in `zone` (that of the host that runs the job).
    ///
    /// None when it never comes: no such date ([`YEARS_SEARCHED`] years are searched), or only
    /// years gone by.
    pub fn next_after(&self, last: Epoch, zone: &TimeZone) -> Option<Epoch> {
        search::next_after(self, last, zone)
    }

    /// The latest event at or before `now`, in `zone`.
    ///
    /// The search goes back [`YEARS_SEARCHED`] years, which is as good as for ever: none means
    /// that no event has come yet.
    pub fn latest(&self, now: Epoch, zone: &TimeZone) -> Option<Epoch> {
        search::latest(self, now, zone)
    }

    /// Seconds between the two events around `now`: the latest and the one after it.
    ///
    /// None when one of them is missing. Varies with `now` for uneven schedules: `mon..fri` has
    /// an interval of three days on Saturday.
    pub fn interval(&self, now: Epoch, zone: &TimeZone) -> Option<i64> {
        Some(self.next_after(now, zone)?.since(self.latest(now, zone)?))
    }
}
