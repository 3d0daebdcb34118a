//! Endpoints that answer with nothing but errors: when one is left, and for how long, pure.

use std::collections::BTreeSet;

use super::call::Call;
use super::reach::is_ahead;
use crate::fleet::id::Product;
use crate::fleet::time::Epoch;

/// So many errors in a row at least: a worker that begins anew refuses one or two.
const MANY: u32 = 3;

/// First and longest time that an endpoint is left alone, seconds: doubled with each fall.
const REST: (i64, i64) = (60, 1800);

/// One that was well for so long has the earlier falls forgiven, seconds.
const FORGIVEN: i64 = 3600;

#[derive(Clone, Debug, Default)]
struct One {
    /// Errors since anything else was answered.
    errors: u32,
    /// The calls of a fast round among them. The server answers them by itself: no other node,
    /// dead or not, has a part in it.
    fast: BTreeSet<Call>,
    /// How often it fell ill lately.
    falls: u32,
    /// Until when it is left alone, well or not.
    until: Option<Epoch>,
}

/// What is known of the endpoints of one source.
#[derive(Clone, Debug)]
pub struct Ailing {
    all: Vec<One>,
    /// How many calls a fast round has.
    fast: usize,
}

impl Ailing {
    /// Nothing has been tried.
    pub fn new(endpoints: usize, product: Product) -> Self {
        // Status, resources and tasks; the ping.
        let fast = match product {
            Product::Pve => 3,
            Product::Pbs => 1,
        };
        Self { all: vec![One::default(); endpoints], fast }
    }

    /// An endpoint answered with something else than an error: a refusal, or what was asked for.
    pub fn answered(&mut self, endpoint: usize) {
        if let Some(one) = self.all.get_mut(endpoint) {
            one.errors = 0;
            one.fast.clear();
        }
    }

    /// An endpoint answered `call` with an error.
    pub fn erred(&mut self, endpoint: usize, call: &Call, now: Epoch) {
        let was_ill = self.is_ill(endpoint);
        if let Some(one) = self.all.get_mut(endpoint) {
            one.errors = one.errors.saturating_add(1);
            if call.is_fast() {
                one.fast.insert(call.clone());
            }
        }
        if !was_ill && self.is_ill(endpoint) {
            self.fell(endpoint, now);
        }
    }

    fn fell(&mut self, endpoint: usize, now: Epoch) {
        let Some(one) = self.all.get_mut(endpoint) else { return };
        if one.until.is_none_or(|until| now.since(until) >= FORGIVEN) {
            one.falls = 0;
        }
        let (first, longest) = REST;
        let rest = first.saturating_mul(1 << one.falls.min(10)).min(longest);
        one.falls = one.falls.saturating_add(1);
        one.until = Some(now.plus(rest));
    }

    /// Whether every call of a fast round failed since anything else was answered, and many did.
    pub fn is_ill(&self, endpoint: usize) -> bool {
        let one = self.all.get(endpoint);
        one.is_some_and(|one| one.errors >= MANY && one.fast.len() >= self.fast)
    }

    /// Whether it is left alone, though it may be well by now: so that one that errs now and then
    /// is not gone back to each time.
    pub fn rests(&self, endpoint: usize, now: Epoch) -> bool {
        let until = self.all.get(endpoint).and_then(|one| one.until);
        until.is_some_and(|until| is_ahead(until, now, REST.1))
    }

    /// The user asks: nobody rests.
    pub fn reset(&mut self) {
        for one in &mut self.all {
            one.until = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ailing;
    use crate::fleet::id::Product;
    use crate::fleet::time::Epoch;
    use crate::poll::call::{Call, PbsCall, PveCall};

    /// Errs in all calls of a fast round.
    fn fall(ailing: &mut Ailing, now: i64) {
        for call in [PveCall::Status, PveCall::Resources, PveCall::Tasks] {
            ailing.erred(0, &Call::Pve(call), Epoch(now));
        }
    }

    #[test]
    fn it_takes_every_call_of_a_fast_round_in_a_row() {
        let node = |n: u8| Call::Pve(PveCall::NodeStatus(format!("n{n}").as_str().into()));
        let mut ailing = Ailing::new(2, Product::Pve);
        for n in 0..20 {
            ailing.erred(0, &node(n), Epoch(0));
        }
        for call in [PveCall::Resources, PveCall::Tasks, PveCall::Resources] {
            ailing.erred(0, &Call::Pve(call), Epoch(0));
        }
        assert!(!ailing.is_ill(0), "the status was answered, or not asked for");
        ailing.erred(0, &Call::Pve(PveCall::Status), Epoch(0));
        assert!(ailing.is_ill(0) && !ailing.is_ill(1));
        ailing.answered(0);
        assert!(!ailing.is_ill(0));
        let mut ailing = Ailing::new(2, Product::Pbs);
        for (call, ill) in
            [(PbsCall::Ping, false), (PbsCall::Version, false), (PbsCall::Status, true)]
        {
            ailing.erred(1, &Call::Pbs(call), Epoch(0));
            assert_eq!(ailing.is_ill(1), ill);
        }
    }

    #[test]
    fn each_fall_is_rested_longer_until_it_was_well_for_an_hour() {
        let mut ailing = Ailing::new(1, Product::Pve);
        let mut now = 0;
        let mut rests = Vec::new();
        for _ in 0..8 {
            fall(&mut ailing, now);
            let began = now;
            while ailing.rests(0, Epoch(now)) {
                now += 1;
            }
            rests.push(now - began);
            ailing.answered(0);
        }
        assert_eq!(rests, [60, 120, 240, 480, 960, 1800, 1800, 1800]);
        now += 3600;
        fall(&mut ailing, now);
        assert!(ailing.rests(0, Epoch(now + 59)) && !ailing.rests(0, Epoch(now + 60)));
        // One that goes on being ill does not fall again.
        fall(&mut ailing, now + 59);
        assert!(!ailing.rests(0, Epoch(now + 60)));
        // A clock that was set back prolongs no rest.
        assert!(!ailing.rests(0, Epoch(now - 86_400)));
        ailing.answered(0);
        fall(&mut ailing, now + 61);
        ailing.reset();
        assert!(!ailing.rests(0, Epoch(now + 61)));
    }
}
