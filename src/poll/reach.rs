//! Which endpoint to ask, and when to try again: fail-over and back-off, pure.

use crate::fleet::time::Epoch;

/// An endpoint that failed is left alone this long while another answers, seconds.
const COOL_DOWN: i64 = 60;

/// First and longest wait after every endpoint failed, seconds.
const WAIT: (i64, i64) = (10, 180);

/// No wait is longer, seconds: the longest and its spread.
const LONGEST: i64 = WAIT.1 + WAIT.1 / 5;

/// Whether a wait is not over. One that ends later than any wait can was reckoned before the
/// clock was set back: it is none.
pub(super) fn is_ahead(until: Epoch, now: Epoch, longest: i64) -> bool {
    now < until && until.since(now) <= longest
}

/// Where to send the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// To this endpoint.
    Ask(usize),
    /// Nowhere before this time.
    Wait(Epoch),
}

/// What is known of the endpoints of one source, as far as choosing goes.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Until when each is left alone.
    cooling: Vec<Option<Epoch>>,
    /// How often all failed in a row.
    rounds: u32,
    /// Spreads the waits of many sources.
    seed: u64,
    /// When to try again after all failed.
    again: Option<Epoch>,
}

impl Reach {
    /// Nothing has been tried.
    pub fn new(endpoints: usize, seed: u64) -> Self {
        Self { cooling: vec![None; endpoints], rounds: 0, seed, again: None }
    }

    /// Where to send a call at `now`: the first endpoint in the order of the file that is not
    /// left alone.
    pub fn pick(&self, now: Epoch) -> Pick {
        if let Some(again) = self.again
            && is_ahead(again, now, LONGEST)
        {
            return Pick::Wait(again);
        }
        let free = (0..self.cooling.len()).find(|endpoint| !self.rests(*endpoint, now));
        // After the wait every endpoint is worth a try, in order.
        free.map_or(Pick::Ask(0), Pick::Ask)
    }

    /// Whether an endpoint is left alone because it could not be reached.
    pub fn rests(&self, endpoint: usize, now: Epoch) -> bool {
        let until = self.cooling.get(endpoint).copied().flatten();
        until.is_some_and(|until| is_ahead(until, now, COOL_DOWN))
    }

    /// An endpoint answered.
    pub fn succeeded(&mut self, endpoint: usize) {
        if let Some(until) = self.cooling.get_mut(endpoint) {
            *until = None;
        }
        self.rounds = 0;
        self.again = None;
    }

    /// An endpoint could not be reached, or is not trusted. Whether all have failed now.
    pub fn failed(&mut self, endpoint: usize, now: Epoch) -> bool {
        if let Some(until) = self.cooling.get_mut(endpoint) {
            *until = Some(now.plus(COOL_DOWN));
        }
        let all = (0..self.cooling.len()).all(|endpoint| self.rests(endpoint, now));
        if all && self.again.is_none_or(|again| !is_ahead(again, now, LONGEST)) {
            let wait = back_off(self.rounds, self.seed);
            self.rounds = self.rounds.saturating_add(1);
            self.again = Some(now.plus(wait));
            // When the wait is over, all are free again.
            for until in &mut self.cooling {
                *until = until.map(|until| until.min(now.plus(wait)));
            }
        }
        all
    }

    /// The user asks: no wait, no cooling.
    pub fn reset(&mut self) {
        self.cooling.fill(None);
        self.again = None;
    }
}

/// The wait after `rounds` earlier failures in a row: 10 s doubling to 3 min, a fifth more or
/// less, so that many sources behind one dead line do not come back in step.
pub fn back_off(rounds: u32, seed: u64) -> i64 {
    let (first, longest) = WAIT;
    let wait = first.saturating_mul(1 << rounds.min(10)).min(longest);
    wait + spread(seed.wrapping_add(u64::from(rounds)), wait / 5)
}

/// A number in -range..=range that follows from a seed.
pub fn spread(seed: u64, range: i64) -> i64 {
    if range <= 0 {
        return 0;
    }
    let mut x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^= x >> 31;
    let width = range.unsigned_abs().saturating_mul(2).saturating_add(1);
    i64::try_from(x % width).unwrap_or(0) - range
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Pick, Reach, back_off};
    use crate::fleet::time::Epoch;

    #[test]
    fn a_clock_set_back_prolongs_no_wait() {
        let mut reach = Reach::new(1, 0);
        reach.failed(0, Epoch(1_000_000));
        assert!(matches!(reach.pick(Epoch(1_000_001)), Pick::Wait(_)));
        let back = Epoch(1_000_000 - 86_400);
        assert_eq!(reach.pick(back), Pick::Ask(0));
        reach.failed(0, back);
        assert!(matches!(reach.pick(back), Pick::Wait(_)), "nor ends the waiting");
    }

    #[test]
    fn the_next_endpoint_takes_over_at_once_and_the_first_comes_back_after_a_minute() {
        let mut reach = Reach::new(2, 0);
        assert_eq!(reach.pick(Epoch(0)), Pick::Ask(0));
        assert!(!reach.failed(0, Epoch(0)));
        assert_eq!(reach.pick(Epoch(0)), Pick::Ask(1));
        reach.succeeded(1);
        assert_eq!(reach.pick(Epoch(59)), Pick::Ask(1));
        assert_eq!(reach.pick(Epoch(60)), Pick::Ask(0));
    }

    #[test]
    fn when_all_fail_the_waits_grow_and_a_success_ends_them() {
        let mut reach = Reach::new(2, 7);
        let mut now = Epoch(0);
        let mut waits = Vec::new();
        for _ in 0..7 {
            assert!(!reach.failed(0, now));
            assert!(reach.failed(1, now));
            let Pick::Wait(again) = reach.pick(now) else { panic!("no wait") };
            waits.push(again.since(now));
            now = again;
            assert_eq!(reach.pick(now), Pick::Ask(0), "all are tried again, in order");
        }
        assert!(waits.windows(2).all(|w| w[1] > w[0] || w[1] >= 144), "{waits:?}");
        assert!((8..=12).contains(&waits[0]) && (144..=216).contains(&waits[6]), "{waits:?}");
        reach.succeeded(0);
        reach.failed(0, now);
        reach.failed(1, now);
        let Pick::Wait(again) = reach.pick(now) else { panic!("no wait") };
        assert!(again.since(now) <= 12, "after a success it begins anew");
        reach.reset();
        assert_eq!(reach.pick(now), Pick::Ask(0));
    }

    proptest! {
        #[test]
        fn waits_stay_within_a_fifth(rounds in 0u32..100, seed: u64) {
            let wait = back_off(rounds, seed);
            prop_assert!((8..=216).contains(&wait));
        }
    }
}
