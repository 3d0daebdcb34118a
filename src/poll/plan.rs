//! What is due: a pure function of what is known and of the time.

mod pbs;
mod pve;

use crate::fleet::part::{Outcome, Part};
use crate::fleet::survey::{Body, Survey};
use crate::fleet::tier;
use crate::fleet::time::Epoch;

use super::call::Call;

pub(super) use pve::{ended_vzdumps, failed_vzdumps};

/// How the plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Watching: a part is due when its period has passed since it was last tried.
    Live {
        /// What falls due within this many seconds counts as due.
        slack: u32,
    },
    /// Everything once: a part is due when it was not tried since the sweep began.
    Sweep {
        /// When it began.
        began: Epoch,
    },
    /// What failed, once: a part is due when its last try failed before this.
    Mend {
        /// When it was wished.
        before: Epoch,
    },
}

/// The calls that are due, cheapest first. What depends on answers that are not there yet comes
/// with a later plan.
pub fn plan(survey: &Survey, pace: Pace, now: Epoch) -> Vec<Call> {
    let is_explained = match &survey.body {
        Body::Pve(pve) => pve.rights.tried.is_some(),
        Body::Pbs(pbs) => pbs.rights.tried.is_some(),
    };
    let due = Due { pace, now, is_explained };
    let mut calls: Vec<Call> = match &survey.body {
        Body::Pve(pve) => pve::plan(pve, due).into_iter().map(Call::Pve).collect(),
        Body::Pbs(pbs) => pbs::plan(pbs, due).into_iter().map(Call::Pbs).collect(),
    };
    calls.sort();
    calls.dedup();
    calls
}

/// Tells what is due.
#[derive(Clone, Copy)]
struct Due {
    pace: Pace,
    now: Epoch,
    /// Whether the rights were read since a list was doubted last: they are asked before it.
    is_explained: bool,
}

impl Due {
    fn part<T>(self, part: &Part<T>) -> bool {
        self.every(part, part.every)
    }

    /// Due by another period than the part's own.
    fn every<T>(self, part: &Part<T>, period: u32) -> bool {
        if part.is_doubted() && !self.is_explained {
            return false;
        }
        let Some(tried) = part.tried else { return true };
        // A failure is tried again sooner than an answer grows old.
        let failed = matches!(part.outcome, Outcome::Failed(_));
        let period = if failed { period.min(tier::SLOW) } else { period };
        match self.pace {
            Pace::Sweep { began } => tried < began,
            Pace::Mend { before } => failed && tried < before,
            // A clock set back must not silence a part for long: a try in the future is none.
            Pace::Live { slack } => {
                let waited = self.now.since(tried);
                waited >= i64::from(period.saturating_sub(slack)) || waited < 0
            }
        }
    }

    /// Due once, and again only while it fails (then by its own period).
    fn once<T>(self, part: &Part<T>) -> bool {
        match part.outcome {
            Outcome::Fine | Outcome::Absent => false,
            _ => self.part(part),
        }
    }

    fn is_sweep(self) -> bool {
        matches!(self.pace, Pace::Sweep { .. })
    }
}
