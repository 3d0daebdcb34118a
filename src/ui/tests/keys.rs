//! Every key that the help lists where one is does something there, or says that it cannot.

use ratatui::buffer::Buffer;

use super::super::sample::{Mood, state};
use super::{details, drawn};
use crate::keymap::{Action, Context};
use crate::state::{State, Tab, View};
use crate::theme::GlyphSet;
use crate::update::{Event, update};

/// What is seen, with its styles: a view of the first level is told by them where it is empty.
fn frame(state: &mut State) -> Buffer {
    let (buf, drawn) = drawn(state, state.size, GlyphSet::Full);
    state.settle(drawn);
    buf
}

/// What may leave all as it is, for it is so already: at an end of the list or of the trail, on
/// the view that is asked for, with nothing to go back from.
fn may_rest(action: Action, view: &View) -> bool {
    match action {
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last => true,
        Action::Back => matches!(view, View::Tab(_)),
        Action::View(tab) => *view == View::Tab(tab),
        _ => false,
    }
}

#[test]
fn every_key_that_is_listed_does_something_or_says_that_it_cannot() {
    let tabs = Tab::ALL.map(|tab| (tab.word(), View::Tab(tab)));
    let mut silent = Vec::new();
    for (name, view) in tabs.into_iter().chain(details()) {
        for mood in [Mood::Wrong, Mood::Healthy, Mood::Empty] {
            let mut fresh = state(mood, (80, 24), view.clone());
            frame(&mut fresh);
            let before = frame(&mut fresh);
            for line in fresh.keys.of(Context::below(&fresh)) {
                for chord in &line.chords {
                    let mut state = fresh.clone();
                    let effects = update(&mut state, Event::Key(*chord));
                    let asks = effects.repaint
                        || effects.suspend
                        || effects.quit
                        || effects.copy.is_some()
                        || effects.poll_now.is_some();
                    if !asks && frame(&mut state) == before && !may_rest(line.action, &view) {
                        silent.push(format!("{name} {mood:?}: {chord}"));
                    }
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
