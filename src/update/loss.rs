//! What if: marks, the page of what would follow, the runbook.

use std::sync::Arc;

use super::{Effects, say};
use crate::fleet::id::GuestKey;
use crate::fleet::subject::Subject;
use crate::runbook::{Runbook, guest, losses};
use crate::state::{Item, Notice, Overlay, State, View};

/// To the page of what would follow if what is marked, or selected, died now.
pub(super) fn what_if(state: &mut State) -> Effects {
    let lost = state.losses();
    if lost.is_empty() {
        return say(state, Notice::NothingToLose);
    }
    state.enter(View::WhatIf(lost.into()));
    Effects::DRAW
}

/// Marks what is selected, or takes the mark away.
pub(super) fn mark(state: &mut State) -> Effects {
    let Some(loss) = state.loss() else {
        return say(state, Notice::NothingToLose);
    };
    if !state.marked.remove(&loss) {
        state.marked.insert(loss);
    }
    Effects::DRAW
}

/// Shows the steps that bring back what is shown, else what is selected.
pub(super) fn runbook(state: &mut State) -> Effects {
    match book(state) {
        Some(book) => {
            state.overlay = Overlay::Runbook(0, Arc::new(book));
            Effects::DRAW
        }
        None => say(state, Notice::NothingToLose),
    }
}

fn book(state: &State) -> Option<Runbook> {
    let of_guest = |key: &GuestKey| guest(&state.fleet, &state.judged, key);
    match &state.page().view {
        View::WhatIf(lost) => return losses(&state.fleet, &state.judged, lost),
        View::Subject(Subject::Guest(key)) => return of_guest(key),
        View::Problem(id) => {
            if let Subject::Guest(key) = &id.subject {
                return of_guest(key);
            }
        }
        View::Tab(_) | View::Alike(_) => {
            let subject = match state.selected() {
                Some(Item::Guest(..)) => state.selected().and_then(|item| item.subject()),
                Some(Item::Problem(problem) | Item::Notice(problem)) => {
                    Some(problem.subject.clone())
                }
                _ => None,
            };
            if let Some(Subject::Guest(key)) = &subject {
                return of_guest(key);
            }
        }
        View::Task(_) => {
            let subject = state.selected().and_then(|item| item.subject());
            if let Some(Subject::Guest(key)) = &subject {
                return of_guest(key);
            }
        }
        View::Site(_) | View::Subject(_) => {}
    }
    losses(&state.fleet, &state.judged, &[state.loss()?])
}
