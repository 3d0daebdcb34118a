//! What watching told of a replication job, hour by hour.
//!
//! PVE keeps no history of replication: of a run that is over it tells no more once the next one
//! has begun. What was seen is therefore put down here, and kept in memory. Hours in which nobody
//! looked are missing, and nothing is said of them.

use serde::{Deserialize, Serialize};

use super::time::Epoch;

mod stretch;
#[cfg(test)]
mod tests;

use stretch::Stretch;

/// So far back is remembered, hours: the fourteen days that are shown, in any time zone.
pub const HOURS: i64 = 15 * 24;

/// An hour, seconds.
pub const HOUR: i64 = 3600;

/// Two looks so near to each other tell of the time between them, seconds: those of a timer that
/// fires every ten minutes do.
pub const NEAR: i64 = 660;

/// What was seen of a job at one moment. Times are those of our clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The moment.
    pub at: Epoch,
    /// Whether the job is switched off.
    pub off: bool,
    /// The recovery point; none = there is no replica.
    pub last_sync: Option<Epoch>,
    /// Start of the last attempt.
    pub last_try: Option<Epoch>,
    /// Failures in a row.
    pub fails: u32,
    /// From when on the replica is late, unless there is a newer one; none where that cannot be
    /// told: nothing is said then of its being in time.
    pub late_from: Option<Epoch>,
}

/// What is known of one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Its beginning.
    pub at: Epoch,
    /// So much of it is known, seconds.
    pub known: u16,
    /// In so much of that there was a replica, and it could be told whether it was late, seconds.
    pub told: u16,
    /// Whether the job was switched off whenever it was looked at.
    pub off: bool,
    /// Runs that were seen to have failed.
    pub fails: u16,
    /// The greatest age of the replica, seconds; none where there was none.
    pub age: Option<u32>,
    /// How late it was at most, seconds.
    pub lag: u32,
}

/// The record of one job: bounded, a few entries for a job that runs as it should.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Earliest first.
    hours: Vec<Stretch>,
    last: Option<Last>,
}

/// The last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Last {
    at: Epoch,
    sync: Option<Epoch>,
    tried: Option<Epoch>,
    fails: u32,
}

impl Record {
    /// Puts down what was seen.
    pub fn look(&mut self, look: &Look) {
        self.forget(look.at);
        let begin = self.begin(look);
        let mut hour = index(begin);
        while hour <= index(look.at) {
            let start = begin.max(beginning(hour));
            let end = look.at.min(beginning(hour.saturating_add(1)));
            self.note(hour, start, end, look);
            hour = hour.saturating_add(1);
        }
        let fails = self.failed(look);
        if fails > 0 {
            let oldest = beginning(index(look.at).saturating_sub(HOURS - 1));
            let tried = look.last_try.unwrap_or(look.at).min(look.at).max(oldest);
            if let Some(entry) = self.entry(index(tried)) {
                entry.fails = entry.fails.saturating_add(fails);
            }
        }
        let (sync, tried) = (look.last_sync, look.last_try);
        self.last = Some(Last { at: look.at, sync, tried, fails: look.fails });
        stretch::join(&mut self.hours);
    }

    /// What is known, hour by hour, earliest first; hours of which nothing is known are missing.
    pub fn hours(&self) -> impl Iterator<Item = Hour> {
        self.hours.iter().flat_map(Stretch::hours)
    }

    /// Since when what is known now is known without a break: since the last look, where another
    /// one is near; and since the replica that is still the newest, for there was none after it.
    fn begin(&self, look: &Look) -> Epoch {
        let oldest = look.at.minus((HOURS - 1) * HOUR);
        let last = self.last.map(|last| last.at);
        let near = last.filter(|last| look.at.since(*last) <= NEAR);
        let replica = look.last_sync.filter(|_| !look.off);
        let begin = near.or(replica.max(last.filter(|_| replica.is_some()))).unwrap_or(look.at);
        begin.max(oldest).min(look.at)
    }

    /// How many runs failed since the last look.
    fn failed(&self, look: &Look) -> u16 {
        if look.off {
            return 0;
        }
        // All of them came after the replica; those of days ago are told of none of its days.
        let lately =
            look.last_try.zip(look.last_sync).is_some_and(|(a, b)| a.since(b) <= 24 * HOUR);
        let some = |count: u32| if lately { count } else { count.min(1) };
        let count = match self.last {
            None => some(look.fails),
            Some(last) if last.sync != look.last_sync => some(look.fails),
            Some(last) if look.fails > last.fails => {
                let new = look.fails - last.fails;
                if look.at.since(last.at) <= NEAR { new } else { some(new) }
            }
            Some(_) => 0,
        };
        u16::try_from(count).unwrap_or(u16::MAX)
    }

    fn note(&mut self, hour: i64, start: Epoch, end: Epoch, look: &Look) {
        let since = |from: Option<Epoch>| {
            let passed = end.since(from?);
            (passed >= 0).then(|| u32::try_from(passed).unwrap_or(u32::MAX))
        };
        let Some(entry) = self.entry(hour) else { return };
        let seconds = u16::try_from(end.since(start).clamp(0, HOUR)).unwrap_or(0);
        entry.off = look.off && (entry.off || entry.known == 0);
        entry.known = entry.known.saturating_add(seconds.max(1)).min(3600);
        if !look.off {
            if look.late_from.is_some() && look.last_sync.is_some() {
                entry.told = entry.told.saturating_add(seconds.max(1)).min(entry.known);
            }
            entry.age = entry.age.max(since(look.last_sync));
            entry.lag = entry.lag.max(since(look.late_from).unwrap_or(0));
        }
    }

    fn entry(&mut self, hour: i64) -> Option<&mut Stretch> {
        stretch::alone(&mut self.hours, u32::try_from(hour).ok()?)
    }

    /// Lets go of what is too old, and of what is said of times to come: the clock was wrong.
    fn forget(&mut self, now: Epoch) {
        let (first, last) = (index(now).saturating_sub(HOURS - 1), index(now));
        self.hours.retain(|s| s.end() > first && i64::from(s.from) <= last && s.end() - 1 <= last);
        // Each hour is told once: what holds more was written by somebody else.
        if i64::try_from(self.hours.len()).is_ok_and(|count| count > HOURS + 1) {
            self.hours.clear();
        }
        if self.last.is_some_and(|last| last.at > now) {
            self.last = None;
        }
    }
}

/// Hours since 1970.
fn index(at: Epoch) -> i64 {
    at.0.div_euclid(HOUR)
}

fn beginning(hour: i64) -> Epoch {
    Epoch(hour.saturating_mul(HOUR))
}
