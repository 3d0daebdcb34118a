//! Time passes.

use super::Effects;
use crate::fleet::time::Epoch;
use crate::state::State;

/// It is `now`. Visible only if a shown label reads differently, or a word's time is over.
pub(super) fn struck(state: &mut State, now: Epoch) -> Effects {
    let before = state.now;
    state.now = now;
    // Longer than any word stands: the clock was set back since it was said.
    let stands = 1..=super::SAID_FOR;
    let over = state.said.as_ref().is_some_and(|said| !stands.contains(&said.until.since(now)));
    if over {
        state.said = None;
    }
    let rolled = state.drawn.next_roll.is_some_and(|at| at <= now);
    // A clock that was set back makes every age wrong.
    let back = now < before;
    Effects::drawn_if(over || rolled || back)
}
