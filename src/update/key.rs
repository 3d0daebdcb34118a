//! Keys: a chord in its context is an action, and an action does this.

use super::{Effects, jump, loss, place, say, typing};
use crate::fleet::subject::Subject;
use crate::keymap::{Action, Chord, Context};
use crate::state::{
    Copying, Frozen, Layout, Listing, Notice, Overlay, Place, Poll, Section, Sort, State, View,
};

/// A key was pressed.
pub(super) fn pressed(state: &mut State, chord: Chord) -> Effects {
    // An answer stands until its time is over, or until another key is pressed.
    let said = state.said.take();
    let mut effects = match (state.keys.action(Context::of(state), chord), chord.typed()) {
        (Some(action), _) => meant(state, action),
        (None, Some(c)) if matches!(state.overlay, Overlay::Filter(_) | Overlay::Jump(_)) => {
            typing::typed(state, c)
        }
        (None, _) => Effects::NONE,
    };
    effects.draw |= said.is_some() && state.said != said;
    effects
}

/// Does what is meant, and keeps the place that was left.
fn meant(state: &mut State, action: Action) -> Effects {
    match action {
        Action::HistoryBack => place::travel(state, false),
        Action::HistoryForward => place::travel(state, true),
        _ => {
            let here = state.stop();
            let effects = act(state, action);
            state.left(here);
            effects
        }
    }
}

/// Does what an action says.
pub(super) fn act(state: &mut State, action: Action) -> Effects {
    match action {
        Action::Up => jump::step(state, -1).unwrap_or_else(|| moved(state, -1)),
        Action::Down => jump::step(state, 1).unwrap_or_else(|| moved(state, 1)),
        Action::PageUp => paged(state, -1),
        Action::PageDown => paged(state, 1),
        Action::First => ended(state, false),
        Action::Last => ended(state, true),
        Action::Open => place::open(state),
        Action::Back => place::back(state),
        Action::HistoryBack | Action::HistoryForward => Effects::NONE,
        Action::View(tab) => place::to(state, tab),
        Action::NextView => place::to(state, state.tab().step(1)),
        Action::PreviousView => place::to(state, state.tab().step(-1)),
        Action::NextSection => section(state, true),
        Action::PreviousSection => section(state, false),
        Action::Filter => typing::begin(state),
        Action::Jump => jump::begin(state),
        Action::Accept => jump::go(state).unwrap_or_else(|| typing::accept(state)),
        Action::Cancel => typing::cancel(state),
        Action::Edit(edit) => typing::edit(state, edit),
        Action::Faults => {
            state.faults_only = !state.faults_only;
            state.refresh();
            Effects::DRAW
        }
        Action::NextFault => place::next_fault(state, true),
        Action::PreviousFault => place::next_fault(state, false),
        Action::SortColumn => sort(state, |sort, section| sort.next(section, true)),
        Action::SortBack => sort(state, |sort, section| sort.next(section, false)),
        Action::SortReverse => sort(state, |sort, _| Sort { reversed: !sort.reversed, ..sort }),
        Action::Refresh => refresh(state),
        Action::Freeze => freeze(state),
        Action::Evidence => over(state, Overlay::Evidence(0)),
        Action::WhatIf => loss::what_if(state),
        Action::Mark => loss::mark(state),
        Action::Runbook => loss::runbook(state),
        Action::CopyRow => copy(Copying::Row),
        Action::CopySummary => copy(Copying::Summary),
        Action::Help => over(state, Overlay::Help(0)),
        Action::Close => over(state, Overlay::None),
        Action::Repaint => Effects { repaint: true, ..Effects::DRAW },
        Action::Suspend => Effects { suspend: true, ..Effects::NONE },
        Action::Quit => Effects { quit: true, ..Effects::NONE },
    }
}

fn moved(state: &mut State, by: i16) -> Effects {
    scrolled(state, |at| at.saturating_add_signed(by)).unwrap_or_else(|| {
        walk(state, |page, at| page.step(at, by > 0), |list| list.step(by.into()))
    })
}

fn paged(state: &mut State, by: i16) -> Effects {
    // The text over the view has most of the screen; the last line of a page is the first of
    // the next.
    let page = i16::try_from(state.size.1.saturating_sub(8).max(1)).unwrap_or(i16::MAX);
    scrolled(state, |at| at.saturating_add_signed(by.saturating_mul(page))).unwrap_or_else(|| {
        walk(state, |page, at| page.page(at, by > 0), |list| list.page(by.into()))
    })
}

fn ended(state: &mut State, last: bool) -> Effects {
    scrolled(state, |_| if last { u16::MAX } else { 0 }).unwrap_or_else(|| {
        walk(
            state,
            |page, at| page.ends(at, last),
            |list| if last { list.last() } else { list.first() },
        )
    })
}

/// Moves through a list by its rows; through a detail by the lines of its page, as far as the
/// last frame knows them.
fn walk(
    state: &mut State,
    within: impl FnOnce(&Layout, Place) -> Place,
    step: impl FnOnce(&mut Listing) -> bool,
) -> Effects {
    let page = state.places.current_mut();
    let Some(layout) = &state.drawn.page else {
        page.follows = true;
        return Effects::drawn_if(step(&mut page.listing));
    };
    let before = Place { top: page.top, cursor: page.listing.selected_index() };
    let after = within(layout, before);
    page.top = after.top;
    let moved = page.listing.go_to(after.cursor);
    page.follows = layout.shows(after.top, after.cursor);
    // Who goes to the end of a log stays there while it grows; who scrolls away is left alone.
    let is_log = matches!(page.view, View::Task(_));
    // Where all of it is seen, nothing was scrolled.
    let tails = is_log && after.top >= layout.end() && (page.tails || layout.end() > 0);
    let turned = std::mem::replace(&mut page.tails, tails) != tails;
    page.holds = false;
    Effects::drawn_if(moved || turned || after.top != before.top)
}

/// To the next section of a list that has rows or the one before, which comes into the window.
fn section(state: &mut State, forwards: bool) -> Effects {
    let page = state.places.current_mut();
    if page.listing.spans().iter().filter(|span| span.len > 0).count() < 2 {
        return say(state, Notice::OneSection);
    }
    let moved = page.listing.next_section(forwards);
    let followed = std::mem::replace(&mut page.follows, true) && !page.tails && !page.holds;
    (page.tails, page.holds) = (false, false);
    Effects::drawn_if(moved || !followed)
}

/// Scrolls the text over the view; none when there is no text.
fn scrolled(state: &mut State, to: impl FnOnce(u16) -> u16) -> Option<Effects> {
    let reach = state.drawn.reach;
    match &mut state.overlay {
        Overlay::Help(at) | Overlay::Evidence(at) | Overlay::Runbook(at, _) => {
            let before = std::mem::replace(at, to(*at).min(reach));
            Some(Effects::drawn_if(before != *at))
        }
        Overlay::None | Overlay::Filter(_) | Overlay::Jump(_) => None,
    }
}

/// Sorts the section of the cursor.
fn sort(state: &mut State, change: impl FnOnce(Sort, Section) -> Sort) -> Effects {
    let listing = &state.page().listing;
    let Some(section) = listing.sorted_section() else { return Effects::NONE };
    let sort = change(listing.sort(section), section);
    state.sort(section, sort);
    Effects::DRAW
}

/// Asks the servers behind what is shown.
fn refresh(state: &mut State) -> Effects {
    let source = |subject: &Subject| subject.source().cloned().map_or(Poll::All, Poll::Source);
    let poll = match &state.page().view {
        View::Tab(_) | View::WhatIf(_) => Poll::All,
        View::Site(name) => Poll::Site(name.clone()),
        View::Subject(subject) => source(subject),
        View::Problem(id) => source(&id.subject),
        View::Alike(id) => id.source.clone().map_or(Poll::All, Poll::Source),
        View::Task(id) => Poll::Source(id.source.clone()),
    };
    let wanted = state.wanted();
    state.looks.hurry(&wanted);
    let said = say(state, Notice::Asked(poll.clone()));
    Effects { poll_now: Some(poll), ..said }
}

/// What is copied is made from what is drawn, in the reader's words: not here.
fn copy(what: Copying) -> Effects {
    Effects { copy: Some(what), ..Effects::NONE }
}

/// Holds the screen still, or lets it catch up.
fn freeze(state: &mut State) -> Effects {
    match state.frozen.take() {
        Some(Frozen { fleet, digest, .. }) => {
            state.fleet = fleet;
            state.take(digest);
        }
        None => {
            state.frozen = Some(Frozen {
                since: state.now,
                fleet: state.fleet.clone(),
                digest: state.digest(),
            });
        }
    }
    Effects::DRAW
}

fn over(state: &mut State, overlay: Overlay) -> Effects {
    state.overlay = overlay;
    Effects::DRAW
}
