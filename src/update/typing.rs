//! The line of the filter.

use tui_input::{Input, InputRequest};

use super::{Effects, jump};
use crate::keymap::Edit;
use crate::state::{Overlay, State};

/// Longest filter, in characters: enough for anything meant.
const LONGEST: usize = 200;

/// Opens the line with the filter that is set.
pub(super) fn begin(state: &mut State) -> Effects {
    let text = state.typed().to_owned();
    state.overlay = Overlay::Filter(Input::new(text));
    Effects::DRAW
}

/// Closes the line; the filter stays.
pub(super) fn accept(state: &mut State) -> Effects {
    state.overlay = Overlay::None;
    Effects::DRAW
}

/// Closes the line and drops the filter; closes the palette.
pub(super) fn cancel(state: &mut State) -> Effects {
    if let Overlay::Jump(_) = state.overlay {
        state.overlay = Overlay::None;
        return Effects::DRAW;
    }
    state.overlay = Overlay::None;
    state.filter("");
    Effects::DRAW
}

/// Edits the line.
pub(super) fn edit(state: &mut State, edit: Edit) -> Effects {
    let request = match edit {
        Edit::Left => InputRequest::GoToPrevChar,
        Edit::Right => InputRequest::GoToNextChar,
        Edit::Start => InputRequest::GoToStart,
        Edit::End => InputRequest::GoToEnd,
        Edit::Backspace => InputRequest::DeletePrevChar,
        Edit::Delete => InputRequest::DeleteNextChar,
        Edit::Word => InputRequest::DeletePrevWord,
        Edit::All => InputRequest::DeleteLine,
    };
    change(state, [request])
}

/// Types a character.
pub(super) fn typed(state: &mut State, c: char) -> Effects {
    change(state, Some(c).filter(|c| !c.is_control()).map(InputRequest::InsertChar))
}

/// Types what was pasted, with everything that is no character as a space. Outside the line a
/// paste is not meant for us.
pub(super) fn pasted(state: &mut State, text: &str) -> Effects {
    let clean = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    change(state, clean.take(LONGEST).map(InputRequest::InsertChar))
}

fn change(state: &mut State, requests: impl IntoIterator<Item = InputRequest>) -> Effects {
    if let Overlay::Jump(open) = &mut state.overlay {
        return jump::change(open, requests);
    }
    let Overlay::Filter(input) = &mut state.overlay else { return Effects::NONE };
    let mut changed = false;
    for request in requests {
        let full = input.value().chars().count() >= LONGEST;
        if full && matches!(request, InputRequest::InsertChar(_)) {
            break;
        }
        changed |= input.handle(request).is_some();
    }
    let text = input.value().to_owned();
    state.filter(&text);
    Effects::drawn_if(changed)
}
