//! The last days of a replication job, as they were remembered.
//!
//! Nothing of it is a verdict: those say how things stand now. A day is called good only where it
//! was watched; what nobody looked at is said to be just that.

use jiff::tz::TimeZone;

use crate::fleet::record::{HOUR, Hour, Record};
use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::{DAYS, days};

/// What became of the replica on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Day {
    /// Nobody looked.
    Unwatched,
    /// Something is known of it, and not whether it was in time.
    Untold,
    /// The job was switched off whenever somebody looked.
    Off,
    /// In time, whenever somebody looked and could tell: not all day.
    Partly,
    /// In time all day.
    Kept,
    /// Late for a while.
    Late,
    /// A run failed.
    Failed,
}

impl Day {
    /// Every one, in the order in which a legend names them.
    pub const ALL: [Self; 7] = [
        Self::Kept,
        Self::Partly,
        Self::Late,
        Self::Failed,
        Self::Off,
        Self::Untold,
        Self::Unwatched,
    ];

    /// Whether it says anything of the replica: that it was in time, or not.
    pub const fn is_told(self) -> bool {
        !matches!(self, Self::Off | Self::Untold | Self::Unwatched)
    }
}

/// What is remembered of the last days of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Day by day, oldest first, today the last.
    pub days: Vec<Day>,
    /// How late it was at most, seconds, and in which hour.
    pub latest: Option<(u32, Epoch)>,
    /// How old it was at most, seconds, and in which hour.
    pub oldest: Option<(u32, Epoch)>,
    /// Runs that were seen to fail.
    pub fails: u32,
    /// So much of the time since the first day began is known, seconds.
    pub known: i64,
    /// Since when the days are told.
    pub from: Epoch,
    /// When today ends, our clock.
    pub until: Option<Epoch>,
}

/// So much of a day may be missing, seconds, and it counts as watched: the next look is to come,
/// and a restart takes a moment.
const MISSED: i64 = 1800;

/// Reads the last days from a record, in the reader's zone.
pub fn remembered(record: Option<&Record>, now: Epoch, zone: &TimeZone) -> Remembered {
    let mut told =
        Remembered { days: vec![Day::Unwatched; DAYS], from: now, ..Remembered::default() };
    let Some(bounds) = days(now, zone) else { return told };
    told.from = bounds.first().copied().unwrap_or(now);
    told.until = bounds.last().copied();
    let Some(record) = record else { return told };
    let hours: Vec<Hour> = record.hours().filter(|h| h.known > 0 || h.fails > 0).collect();
    for (day, (start, end)) in bounds.iter().zip(bounds.iter().skip(1)).enumerate() {
        let own = |h: &&Hour| h.at >= *start && h.at < *end && h.at <= now;
        let own: Vec<&Hour> = hours.iter().filter(own).collect();
        if let Some(slot) = told.days.get_mut(day) {
            *slot = of_day(&own, now.min(*end).since(*start));
        }
        for hour in own {
            told.take(hour);
        }
    }
    told
}

impl Remembered {
    fn take(&mut self, hour: &Hour) {
        let most = |known: &mut Option<(u32, Epoch)>, value: u32| {
            if known.is_none_or(|(most, _)| most < value) {
                *known = Some((value, hour.at));
            }
        };
        if hour.lag > 0 {
            most(&mut self.latest, hour.lag);
        }
        if let Some(age) = hour.age {
            most(&mut self.oldest, age);
        }
        self.fails = self.fails.saturating_add(u32::from(hour.fails));
        self.known += i64::from(hour.known);
    }
}

/// A day of which so many seconds are over.
fn of_day(hours: &[&Hour], over: i64) -> Day {
    let known: i64 = hours.iter().map(|h| i64::from(h.known)).sum();
    let told: i64 = hours.iter().filter(|h| !h.off).map(|h| i64::from(h.told)).sum();
    if hours.iter().any(|h| h.fails > 0) {
        Day::Failed
    } else if hours.iter().any(|h| h.lag > 0) {
        Day::Late
    } else if known == 0 {
        Day::Unwatched
    } else if hours.iter().all(|h| h.off) {
        Day::Off
    } else if told == 0 {
        Day::Untold
    } else if over.saturating_sub(told) <= MISSED {
        Day::Kept
    } else {
        Day::Partly
    }
}

/// What is known of a span of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Nothing, or the job was off.
    Unwatched,
    /// There was no replica at all.
    None,
    /// The greatest age of the replica, seconds.
    Age(u32),
}

/// The last days in so many spans of as many whole hours each, oldest first, the last one with
/// this hour; and how many hours a span has.
pub fn ticks(record: Option<&Record>, now: Epoch, spans: usize) -> (Vec<Tick>, usize) {
    let all = DAYS * 24;
    let each = all.div_ceil(spans.clamp(1, all));
    let count = all.div_ceil(each);
    let mut ticks = vec![Tick::Unwatched; count];
    let last = now.0.div_euclid(HOUR);
    for hour in record.into_iter().flat_map(Record::hours) {
        let ago = usize::try_from(last.saturating_sub(hour.at.0.div_euclid(HOUR)));
        let place = ago.ok().and_then(|ago| count.checked_sub(1 + ago / each));
        let Some(tick) = place.and_then(|at| ticks.get_mut(at)) else { continue };
        if hour.off || hour.known == 0 {
            continue;
        }
        *tick = match (*tick, hour.age) {
            (Tick::None, _) | (_, None) => Tick::None,
            (Tick::Age(most), Some(age)) => Tick::Age(most.max(age)),
            (Tick::Unwatched, Some(age)) => Tick::Age(age),
        };
    }
    (ticks, each)
}

#[cfg(test)]
mod tests;
