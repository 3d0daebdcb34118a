//! The mouse, on what is really drawn.

use super::{drawn, text};
use crate::state::{Column, Overlay, Section, State, Tab, View};
use crate::theme::GlyphSet;
use crate::ui::sample::{Mood, state};
use crate::update::{Effects, Event, Mouse, update};

const SIZE: (u16, u16) = (80, 24);

/// Draws, and tells the state of it.
fn settle(state: &mut State) -> String {
    let (buf, found) = drawn(state, SIZE, GlyphSet::Full);
    state.settle(found);
    text(&buf)
}

/// Presses where a text stands on the screen.
fn press(state: &mut State, on: &str) -> Effects {
    let screen = settle(state);
    // What lies lower: above may stand the same in words.
    let lines: Vec<&str> = screen.lines().collect();
    let line = lines.iter().rposition(|line| line.contains(on)).expect(on);
    let before = lines[line].split(on).next().unwrap();
    let column = u16::try_from(before.chars().count()).unwrap();
    let at = Mouse::Press(column, u16::try_from(line).unwrap());
    let effects = update(state, Event::Mouse(at));
    settle(state);
    effects
}

fn wheel(state: &mut State, up: bool) {
    update(state, Event::Mouse(Mouse::Wheel(up)));
    settle(state);
}

#[test]
fn a_press_selects_and_a_second_one_opens() {
    let mut state = state(Mood::Wrong, SIZE, View::Tab(Tab::Fleet));
    assert!(press(&mut state, "4 Guests").draw);
    assert_eq!(state.page().view, View::Tab(Tab::Guests));
    let first = state.page().listing.selected().cloned();
    press(&mut state, "dns");
    let dns = state.page().listing.selected().cloned();
    assert_ne!(dns, first);
    press(&mut state, "dns");
    assert_eq!(Some(state.page().view.clone()), dns.map(|row| row.view()));
    update(&mut state, Event::Key("[".parse().unwrap()));
    assert_eq!(state.page().view, View::Tab(Tab::Guests), "the trail knows of presses");
}

#[test]
fn a_press_on_a_head_sorts_and_a_second_one_turns_round() {
    let mut state = state(Mood::Wrong, SIZE, View::Tab(Tab::Guests));
    let sort = |state: &State| state.page().listing.sort(Section::Guests);
    for reversed in [false, true, false] {
        press(&mut state, "NAME");
        let column = sort(&state).column;
        assert_eq!(column, Some(Column::Under(crate::lang::Head::Name)));
        assert_eq!(sort(&state).reversed, reversed);
    }
    assert!(settle(&mut state).contains("NAME↓"));
}

#[test]
fn the_wheel_walks_and_scrolls() {
    let mut state = state(Mood::Wrong, SIZE, View::Tab(Tab::Guests));
    settle(&mut state);
    wheel(&mut state, false);
    assert_eq!(state.page().listing.selected_index(), 3);
    wheel(&mut state, true);
    assert_eq!(state.page().listing.selected_index(), 0);
    state.overlay = Overlay::Help(0);
    settle(&mut state);
    wheel(&mut state, false);
    assert!(matches!(state.overlay, Overlay::Help(at) if at > 0));
}

#[test]
fn a_press_beside_a_text_closes_it_and_on_it_does_nothing() {
    let mut state = state(Mood::Wrong, SIZE, View::Tab(Tab::Guests));
    state.overlay = Overlay::Evidence(0);
    press(&mut state, "evidence");
    assert!(matches!(state.overlay, Overlay::Evidence(_)));
    press(&mut state, "4 Guests");
    assert!(matches!(state.overlay, Overlay::None));
    assert_eq!(state.tab(), Tab::Guests);
}

#[test]
fn a_goal_of_the_palette_is_chosen_and_gone_to() {
    let mut state = state(Mood::Wrong, SIZE, View::Tab(Tab::Guests));
    update(&mut state, Event::Key(":".parse().unwrap()));
    press(&mut state, "Backups");
    assert!(matches!(&state.overlay, Overlay::Jump(jump) if jump.chosen() == 4));
    press(&mut state, "Backups");
    assert_eq!(state.page().view, View::Tab(Tab::Backups));
}

#[test]
fn nothing_is_there_to_press_beyond_the_last_row() {
    let mut state = state(Mood::Wrong, SIZE, View::Tab(Tab::Hosts));
    settle(&mut state);
    let before = state.page().listing.selected_index();
    for line in 0..30 {
        for column in [79, 200] {
            update(&mut state, Event::Mouse(Mouse::Press(column, line)));
            if state.page().listing.selected_index() != before {
                // On a row, whatever the column.
                assert!((4..24).contains(&line) && column == 79);
            }
            state = crate::ui::sample::state(Mood::Wrong, SIZE, View::Tab(Tab::Hosts));
            settle(&mut state);
        }
    }
}
