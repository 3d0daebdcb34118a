//! The mouse, where it is taken: nothing is done with it that a key does not do.

use super::{Effects, Mouse, key, place};
use crate::keymap::Action;
use crate::state::{Overlay, Sort, State, Target};

/// Rows or lines that one notch of the wheel moves.
const NOTCH: u16 = 3;

/// The mouse was used.
pub(super) fn used(state: &mut State, mouse: Mouse) -> Effects {
    let said = state.said.take();
    let here = state.stop();
    let mut effects = match mouse {
        Mouse::Wheel(up) => wheel(state, up),
        Mouse::Press(column, line) => press(state, column, line),
    };
    state.left(here);
    effects.draw |= said.is_some() && state.said != said;
    effects
}

fn wheel(state: &mut State, up: bool) -> Effects {
    let mut effects = Effects::NONE;
    for _ in 0..NOTCH {
        effects.merge(key::act(state, if up { Action::Up } else { Action::Down }));
    }
    effects
}

fn press(state: &mut State, column: u16, line: u16) -> Effects {
    match state.overlay {
        // What is typed stays; the list below is clicked through.
        Overlay::None | Overlay::Filter(_) => {}
        Overlay::Jump(_) => return choose(state, column, line),
        Overlay::Help(_) | Overlay::Evidence(_) | Overlay::Runbook(..) => {
            let is_on = matches!(state.drawn.at(column, line), Some((Target::Text, _)));
            return if is_on { Effects::NONE } else { key::act(state, Action::Close) };
        }
    }
    match state.drawn.at(column, line) {
        Some((Target::Tab(tab), _)) => place::to(state, tab),
        Some((Target::Row(first), down)) => row(state, first + usize::from(down)),
        Some((Target::Head(section, column), _)) => {
            let before = state.page().listing.sort(section);
            let column = Some(column);
            let reversed = before.column == column && !before.reversed;
            state.sort(section, Sort { column, reversed });
            Effects::DRAW
        }
        Some((Target::Goal(_) | Target::Text, _)) | None => Effects::NONE,
    }
}

/// Selects a row; opens it if it was selected.
fn row(state: &mut State, index: usize) -> Effects {
    let listing = &state.page().listing;
    if index >= listing.len() {
        return Effects::NONE;
    }
    if listing.selected_index() == index {
        return key::act(state, Action::Open);
    }
    let page = state.places.current_mut();
    page.follows = true;
    Effects::drawn_if(page.listing.go_to(index))
}

/// Chooses a goal of the palette; goes there if it was chosen. Beside the palette: closes it.
fn choose(state: &mut State, column: u16, line: u16) -> Effects {
    let Overlay::Jump(jump) = &mut state.overlay else { return Effects::NONE };
    match state.drawn.at(column, line) {
        Some((Target::Goal(first), down)) => {
            let index = first + usize::from(down);
            if index == jump.chosen() {
                key::act(state, Action::Accept)
            } else {
                Effects::drawn_if(jump.choose(index))
            }
        }
        Some((Target::Text, _)) => Effects::NONE,
        _ => key::act(state, Action::Cancel),
    }
}
