//! The fields of a calendar event: sets of small numbers, and the years, which are open-ended.

/// The direction of a search through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Forward,
    Backward,
}

impl Way {
    /// One unit on.
    pub(super) fn step(self) -> i8 {
        match self {
            Self::Forward => 1,
            Self::Backward => -1,
        }
    }

    /// Where a range is entered when coming this way.
    pub(super) fn entry(self, low: i8, high: i8) -> i8 {
        match self {
            Self::Forward => low,
            Self::Backward => high,
        }
    }
}

/// A set of numbers from 0 to 63.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mask(u64);

impl Mask {
    /// All numbers from `low` to `high`, both below 64.
    pub(super) fn range(low: u32, high: u32) -> Self {
        let mut mask = Self::default();
        (low..=high).for_each(|n| mask.insert(n));
        mask
    }

    pub(super) fn of(n: u32) -> Self {
        Self::range(n, n)
    }

    pub(super) fn insert(&mut self, n: u32) {
        self.0 |= 1_u64.checked_shl(n).unwrap_or(0);
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, n: i8) -> bool {
        u32::try_from(n).is_ok_and(|n| self.0.checked_shr(n).unwrap_or(0) & 1 == 1)
    }

    /// The member nearest to `from` when going that way; `from` itself when it is one.
    pub(super) fn reach(self, from: i8, way: Way) -> Option<i8> {
        let bits = match way {
            Way::Forward => {
                let below = u32::try_from(from).unwrap_or(0);
                self.0 & u64::MAX.checked_shl(below).unwrap_or(0)
            }
            Way::Backward => {
                let above = u32::try_from(from).ok()?.saturating_add(1);
                self.0 & !u64::MAX.checked_shl(above).unwrap_or(0)
            }
        };
        if bits == 0 {
            return None;
        }
        let found = match way {
            Way::Forward => bits.trailing_zeros(),
            Way::Backward => bits.ilog2(),
        };
        i8::try_from(found).ok()
    }

    /// The first member met when coming that way.
    pub(super) fn entry(self, way: Way) -> Option<i8> {
        self.reach(way.entry(0, 63), way)
    }
}

/// One item of a list: `a` (step 0), `a..b` (step 1), `a/n` (no end), `a..b/n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    /// None: open, up to the maximum of the field. Years have none.
    pub(super) end: Option<u32>,
    /// 0: the start alone, whatever the end.
    pub(super) step: u32,
}

impl Span {
    /// Its members up to `max`.
    pub(super) fn numbers(self, max: u32) -> impl Iterator<Item = u32> {
        let end = if self.step == 0 { self.start } else { self.end.unwrap_or(max) };
        (self.start..=end.min(max)).step_by(self.step.max(1) as usize)
    }

    /// The member nearest to `from` when going that way.
    fn reach(self, from: i32, way: Way) -> Option<i32> {
        let start = i64::from(self.start);
        let step = i64::from(self.step);
        let steps = i64::from(from).saturating_sub(start);
        let steps = match (step, way) {
            (0, _) => i64::from(steps > 0 && way == Way::Forward),
            (_, Way::Forward) if steps <= 0 => 0,
            (_, Way::Forward) => steps.saturating_add(step - 1) / step,
            (_, Way::Backward) => steps.div_euclid(step),
        };
        let last = match self.end {
            _ if step == 0 => 0,
            Some(end) => i64::from(end).saturating_sub(start) / step,
            None => i64::MAX,
        };
        let steps = if way == Way::Backward { steps.min(last) } else { steps };
        if steps < 0 || steps > last {
            return None;
        }
        let found = i32::try_from(start.saturating_add(steps.saturating_mul(step))).ok()?;
        let on_the_way = match way {
            Way::Forward => found >= from,
            Way::Backward => found <= from,
        };
        on_the_way.then_some(found)
    }
}

/// The years of a calendar event. An open repetition (`2020/2`) goes on for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Years {
    #[default]
    Any,
    Listed(Vec<Span>),
}

impl Years {
    /// The year nearest to `from` when going that way; `from` itself when it is one.
    pub(super) fn reach(&self, from: i32, way: Way) -> Option<i32> {
        let spans = match self {
            Self::Any => return Some(from),
            Self::Listed(spans) => spans,
        };
        let reached = spans.iter().filter_map(|span| span.reach(from, way));
        match way {
            Way::Forward => reached.min(),
            Way::Backward => reached.max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_mask_reaches_what_counting_finds(bits: u64, from in -2_i8..=66) {
            let mask = Mask(bits);
            let forward = (from.max(0)..64).find(|n| mask.has(*n));
            let backward = (0..=from.min(63)).rev().find(|n| mask.has(*n));
            prop_assert_eq!(mask.reach(from, Way::Forward), forward);
            prop_assert_eq!(mask.reach(from, Way::Backward), backward);
        }

        #[test]
        fn a_year_reached_is_what_counting_finds(
            start in 0_u32..300,
            end in proptest::option::of(0_u32..300),
            step in 0_u32..9,
            from in -50_i32..400,
        ) {
            let span = Span { start, end: end.map(|end| end.max(start)), step };
            let members: Vec<i32> = span.numbers(500).map(u32::cast_signed).collect();
            let years = Years::Listed(vec![span]);
            let after = members.iter().copied().find(|n| *n >= from);
            let before = members.iter().copied().rev().find(|n| *n <= from);
            prop_assert_eq!(years.reach(from, Way::Forward), after);
            prop_assert_eq!(years.reach(from, Way::Backward), before);
        }
    }

    #[test]
    fn numbers_of_a_span() {
        let of = |start, end, step| Span { start, end, step }.numbers(20).collect::<Vec<_>>();
        assert_eq!(of(3, Some(3), 0), [3]);
        assert_eq!(of(3, Some(5), 1), [3, 4, 5]);
        assert_eq!(of(3, None, 8), [3, 11, 19]);
        assert_eq!(of(3, Some(12), 4), [3, 7, 11]);
        assert_eq!(of(3, None, 0), [3]);
    }
}
