//! The jump palette.

use tui_input::InputRequest;

use super::{Effects, key};
use crate::keymap::Context;
use crate::state::{Jump, Overlay, State, View, Way};

/// Longest that may be typed, in characters.
const LONGEST: usize = 100;

/// Opens it.
pub(super) fn begin(state: &mut State) -> Effects {
    state.overlay = Overlay::Jump(Jump::new(&state.judged, &state.keys, Context::below(state)));
    Effects::DRAW
}

/// Edits what is typed.
pub(super) fn change(jump: &mut Jump, requests: impl IntoIterator<Item = InputRequest>) -> Effects {
    let mut changed = false;
    for request in requests {
        let full = jump.input.value().chars().count() >= LONGEST;
        if full && matches!(request, InputRequest::InsertChar(_)) {
            break;
        }
        changed |= jump.input.handle(request).is_some();
    }
    if changed {
        jump.search();
    }
    Effects::drawn_if(changed)
}

/// Chooses the next one or the one before; none when the palette is not open.
pub(super) fn step(state: &mut State, by: isize) -> Option<Effects> {
    let Overlay::Jump(jump) = &mut state.overlay else { return None };
    jump.step(by);
    Some(Effects::DRAW)
}

/// Goes to the one that is chosen, or does it; none when the palette is not open.
pub(super) fn go(state: &mut State) -> Option<Effects> {
    let Overlay::Jump(jump) = &state.overlay else { return None };
    let way = jump.goal().map(|goal| goal.way.clone());
    state.overlay = Overlay::None;
    match way {
        Some(Way::To(View::Tab(tab))) => state.show(tab),
        Some(Way::To(view)) => state.enter(view),
        // The palette is gone from the screen, whatever comes of it.
        Some(Way::Do(action)) => {
            return Some(Effects { draw: true, ..key::act(state, action) });
        }
        None => {}
    }
    Some(Effects::DRAW)
}
