//! Where the user goes.

use super::{Effects, say};
use crate::state::{Notice, ProblemId, RowId, State, Tab, View};

/// To a view of the first level.
pub(super) fn to(state: &mut State, tab: Tab) -> Effects {
    let there = state.tab() == tab && state.trail().next().is_none();
    state.show(tab);
    Effects::drawn_if(!there)
}

/// Opens the row under the cursor.
pub(super) fn open(state: &mut State) -> Effects {
    let Some(id) = state.selected().map(|item| item.id()) else {
        return say(state, Notice::NothingHere);
    };
    let page = state.places.current_mut();
    let cursor = page.listing.selected_index();
    if let Some(layout) = state.drawn.page.as_ref().filter(|l| !l.shows(page.top, cursor)) {
        // Nobody opens what is not seen: it is shown first.
        page.top = layout.reveal(page.top, cursor);
        (page.follows, page.tails, page.holds) = (true, false, false);
        return Effects::DRAW;
    }
    state.enter(id.view());
    Effects::DRAW
}

/// Out of a detail; in a list, drops the filter first, then `only faults`.
pub(super) fn back(state: &mut State) -> Effects {
    let filtered = !state.typed().is_empty();
    if filtered {
        state.filter("");
    } else if state.leave() {
        return Effects::DRAW;
    } else if state.faults_only {
        state.faults_only = false;
        state.refresh();
    } else {
        return Effects::NONE;
    }
    Effects::DRAW
}

/// Back or forward on the trail.
pub(super) fn travel(state: &mut State, forwards: bool) -> Effects {
    if state.travel(forwards) { Effects::DRAW } else { say(state, Notice::NoFurther(forwards)) }
}

/// To the next thing that is not well: the next problem where one is explained, the next row
/// elsewhere.
pub(super) fn next_fault(state: &mut State, forwards: bool) -> Effects {
    if let View::Problem(id) = &state.page().view {
        let Some(next) = neighbour(state, &id.clone(), forwards) else {
            return say(state, Notice::NoFault);
        };
        // Coming back finds the cursor where one left off; not in a list of those that say the same
        // where this one says something else.
        state.leave();
        let row = RowId::Problem(next.clone());
        if !state.list_mut().select(&row) && matches!(state.page().view, View::Alike(_)) {
            state.leave();
            state.list_mut().select(&row);
        }
        state.places.current_mut().follows = true;
        state.enter(View::Problem(next));
        return Effects::DRAW;
    }
    if state.has_log(&state.page().view) {
        let page = state.places.current_mut();
        if !page.seek.step(forwards) {
            return say(state, Notice::NoHit);
        }
        (page.holds, page.tails) = (true, false);
        return Effects::DRAW;
    }
    let before = state.page().listing.cursor_place();
    state.places.current_mut().follows = true;
    if !state.list_mut().next_fault(forwards) {
        return say(state, Notice::NoFault);
    }
    if state.page().listing.cursor_place() == before {
        return say(state, Notice::OnlyFault);
    }
    Effects::DRAW
}

/// The problem after or before another one, round and round; the first or last where that one
/// is over.
fn neighbour(state: &State, id: &ProblemId, forwards: bool) -> Option<ProblemId> {
    let problems = &state.judged.problems;
    let last = problems.len().checked_sub(1)?;
    let index = match (problems.iter().position(|p| id.is(p)), forwards) {
        (Some(here), true) if here < last => here + 1,
        (Some(here), false) if here > 0 => here - 1,
        (_, true) => 0,
        (_, false) => last,
    };
    problems.get(index).map(ProblemId::of)
}
