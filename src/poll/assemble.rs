//! Answers become part of a survey: pure. A failure never erases what was known, and an emptied
//! list is not believed before the rights were looked at again.

mod doubt;
mod gone;
mod link;
mod nothing;
mod pbs;
mod pve;
mod sight;
mod vouch;

pub use link::{Attempt, attempt, rejected, round_ended, whole_contact};
pub use nothing::{every_part_failed, overrule};
pub use vouch::vouch;

use crate::fleet::part::{Outcome, Part};
use crate::fleet::survey::{Body, Survey};
use crate::fleet::time::Epoch;

use super::call::{Call, Reading};

/// What became of one call.
pub type Answered = Result<Reading, Outcome>;

/// Puts what became of `call` at `at` (our clock) into a survey that is being assembled.
pub fn apply(survey: &mut Survey, call: &Call, answered: Answered, at: Epoch) {
    let offset = survey.link.clock_offset.unwrap_or(0);
    match (&mut survey.body, call) {
        (Body::Pve(known), Call::Pve(call)) if gone::is_node_gone(known, call) => {}
        (Body::Pve(known), Call::Pve(call)) if gone::is_guest_elsewhere(known, call) => {}
        (Body::Pbs(known), Call::Pbs(call)) if gone::is_store_gone(known, call) => {}
        (Body::Pve(pve), Call::Pve(call)) => pve::apply(pve, call, answered, offset, at),
        (Body::Pbs(pbs), Call::Pbs(call)) => pbs::apply(pbs, call, answered, at),
        // A call planned for one product never meets a survey of the other.
        _ => {}
    }
}

/// Puts an answer into a part; `take` picks the value this part is made of.
fn set<T>(
    part: &mut Part<T>,
    answered: Answered,
    at: Epoch,
    take: impl FnOnce(Reading) -> Option<T>,
) {
    *part = match answered {
        Ok(Reading::Absent) => part.absent(at),
        Ok(reading) => match take(reading) {
            Some(value) => part.answered(value, at),
            None => part.failed(unexpected(), at),
        },
        Err(outcome) => part.failed(outcome, at),
    };
}

fn unexpected() -> Outcome {
    use crate::fleet::part::{Cause, CauseKind};
    Outcome::Failed(Cause { kind: CauseKind::Malformed, text: "not what was asked for".into() })
}

/// Picks the variant of a reading that a part is made of.
macro_rules! variant {
    ($name:ident) => {
        |reading| match reading {
            $crate::poll::call::Reading::$name(value) => Some(value),
            _ => None,
        }
    };
}
use variant;

#[cfg(test)]
mod tests;
