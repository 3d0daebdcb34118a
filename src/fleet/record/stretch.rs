//! Hours in a row that are told in one entry.

use serde::{Deserialize, Serialize};

use super::{HOUR, Hour};
use crate::fleet::time::Epoch;

/// Hours in a row of which the same is known: of which the replica's age was about the same, or
/// grew with the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Packed", into = "Packed")]
pub(super) struct Stretch {
    /// The first, in hours since 1970.
    pub from: u32,
    /// How many.
    pub count: u16,
    /// Seconds of each that are known.
    pub known: u16,
    /// Seconds of those in which it could be told whether the replica was late.
    pub told: u16,
    /// Runs that failed in each.
    pub fails: u16,
    /// Whether the job was off.
    pub off: bool,
    /// The greatest age in the last of them, seconds.
    pub age: Option<u32>,
    /// How late at most in the last of them, seconds.
    pub lag: u32,
    /// Whether age and lag grew by an hour each hour; else they were the same in all.
    pub grows: bool,
}

/// As it is written: small. What could be told was not always written.
#[derive(Serialize, Deserialize)]
struct Packed(u32, u16, u16, u16, bool, Option<u32>, u32, bool, #[serde(default)] Option<u16>);

impl From<Packed> for Stretch {
    fn from(Packed(from, count, known, fails, off, age, lag, grows, told): Packed) -> Self {
        // That nothing was late may have meant that nobody could tell.
        let told = told.unwrap_or(if lag > 0 { known } else { 0 });
        // Whoever wrote it: no more than is ever written here.
        let (count, known) = (count.min(MOST), known.min(3600));
        Self { from, count, known, told: told.min(known), fails, off, age, lag, grows }
    }
}

impl From<Stretch> for Packed {
    fn from(s: Stretch) -> Self {
        Self(s.from, s.count, s.known, s.fails, s.off, s.age, s.lag, s.grows, Some(s.told))
    }
}

/// So much may ages differ that count as the same, seconds: two looks are a minute apart.
const ALIKE: u32 = 120;

/// So many hours are told in one entry at most: what is a little off does not add up for long.
const MOST: u16 = 24;

impl Stretch {
    fn of(hour: u32) -> Self {
        Self {
            from: hour,
            count: 1,
            known: 0,
            told: 0,
            fails: 0,
            off: false,
            age: None,
            lag: 0,
            grows: false,
        }
    }

    /// The hour after the last one.
    pub(super) fn end(&self) -> i64 {
        i64::from(self.from) + i64::from(self.count)
    }

    /// One by one.
    pub(super) fn hours(&self) -> impl Iterator<Item = Hour> + use<> {
        let s = *self;
        (0..s.count).map(move |i| {
            let left = if s.grows { u32::from(s.count - 1 - i).saturating_mul(3600) } else { 0 };
            Hour {
                at: Epoch((i64::from(s.from) + i64::from(i)).saturating_mul(HOUR)),
                known: s.known,
                told: s.told,
                off: s.off,
                fails: s.fails,
                age: s.age.map(|age| age.saturating_sub(left)),
                lag: s.lag.saturating_sub(left),
            }
        })
    }

    /// Both in one, where that tells the same.
    fn and(&self, next: &Self) -> Option<Self> {
        let whole = |s: &Self| s.known >= 3540;
        let told = |s: &Self| (s.told >= 3540, s.told == 0);
        let same = self.end() == i64::from(next.from)
            && (self.off, self.fails) == (next.off, next.fails)
            && whole(self)
            && whole(next)
            && told(self) == told(next)
            && told(self) != (false, false)
            && self.age.is_some() == next.age.is_some()
            && self.count.checked_add(next.count).is_some_and(|count| count <= MOST);
        if !same || next.count != 1 {
            return None;
        }
        let (count, known) = (self.count + 1, self.known.min(next.known));
        let told = self.told.min(next.told);
        let (before, after) = (self.age.unwrap_or(0), next.age.unwrap_or(0));
        let near = |a: u32, b: u32| a.abs_diff(b) <= ALIKE;
        let of_one = self.count == 1;
        if (of_one || !self.grows) && near(before, after) && near(self.lag, next.lag) {
            let age = self.age.max(next.age);
            let lag = self.lag.max(next.lag);
            return Some(Self { count, known, told, age, lag, grows: false, ..*self });
        }
        let grew = |a: u32, b: u32| near(a.saturating_add(3600), b);
        let grows =
            grew(before, after) && (grew(self.lag, next.lag) || (self.lag, next.lag) == (0, 0));
        (grows && (of_one || self.grows)).then_some(Self {
            count,
            known,
            told,
            age: next.age,
            lag: next.lag,
            grows: true,
            ..*self
        })
    }
}

/// Joins what can be told in one; the last hour is still open and stays alone.
pub(super) fn join(all: &mut Vec<Stretch>) {
    loop {
        let closed = all.split_last().map_or(&[][..], |(_, closed)| closed);
        let mut pairs = closed.windows(2).enumerate();
        let found = pairs.find_map(|(at, pair)| match pair {
            [a, b] => Some((at, a.and(b)?)),
            _ => None,
        });
        let Some((at, both)) = found else { return };
        all.splice(at..at + 2, [both]);
    }
}

/// The entry of an hour, taken out of the stretch that it is in, or made.
pub(super) fn alone(all: &mut Vec<Stretch>, hour: u32) -> Option<&mut Stretch> {
    let place = |all: &[Stretch]| all.partition_point(|s| s.end() <= i64::from(hour));
    let at = place(all);
    match all.get(at).copied() {
        Some(s) if s.from <= hour && s.count > 1 => {
            let single = |h: Hour| Stretch {
                known: h.known,
                told: h.told,
                fails: h.fails,
                off: h.off,
                age: h.age,
                lag: h.lag,
                ..Stretch::of(u32::try_from(h.at.0 / HOUR).unwrap_or(0))
            };
            all.splice(at..=at, s.hours().map(single));
        }
        Some(s) if s.from <= hour => {}
        _ => all.insert(at, Stretch::of(hour)),
    }
    let at = place(all);
    all.get_mut(at)
}
