//! What helps to work: filters, sorting, other keys, a screen that is held.

use std::sync::Arc;

use super::{drawn, press, text};
use crate::keymap::{Action, Chord, Keymap};
use crate::state::{Overlay, State, Tab, View};
use crate::theme::GlyphSet;
use crate::ui::sample::{Mood, state};
use crate::update::{Event, update};

const SIZE: (u16, u16) = (80, 24);

fn screen(state: &State) -> Vec<String> {
    let (buf, _) = drawn(state, SIZE, GlyphSet::Full);
    text(&buf).lines().map(str::to_owned).collect()
}

fn on(tab: Tab) -> State {
    state(Mood::Wrong, SIZE, View::Tab(tab))
}

/// Types into the jump palette, and goes.
fn go(state: &mut State, letters: &str) -> crate::update::Effects {
    press(state, ":");
    update(state, Event::Paste(letters.into()));
    update(state, Event::Key("Enter".parse().unwrap()))
}

#[test]
fn what_can_be_done_is_done_from_the_palette() {
    let mut state = on(Tab::Guests);
    press(&mut state, ":");
    update(&mut state, Event::Paste("hold".into()));
    let shown = screen(&state).join("\n");
    assert!(shown.contains('␣') && shown.contains("hold the screen still"), "{shown}");
    press(&mut state, "Enter");
    assert!(state.frozen.is_some());
    assert!(matches!(state.overlay, Overlay::None));
    assert!(go(&mut state, "faults").draw && state.faults_only);
    go(&mut state, "help");
    assert!(matches!(state.overlay, Overlay::Help(_)));
    press(&mut state, "Esc");
    go(&mut state, "what if");
    assert!(matches!(state.page().view, View::WhatIf(_)));
    assert!(go(&mut state, "quit").quit);
}

#[test]
fn a_guest_whose_node_is_marked_shows_it() {
    let mut state = on(Tab::Guests);
    let marks = |state: &State| {
        let lines = screen(state);
        lines.iter().filter(|line| line.chars().nth(2) == Some('*')).count()
    };
    assert_eq!(marks(&state), 0);
    press(&mut state, "m");
    let node = state.marked.iter().next().cloned().unwrap();
    let guests = state.judged.sites.iter().flat_map(|site| &site.guests);
    let there =
        guests.filter(|g| node == crate::whatif::Loss::Node(g.source.clone(), g.node.clone()));
    let there = there.count();
    // As many of them as the window shows.
    assert!((2..=there).contains(&marks(&state)), "{} of {there}", marks(&state));
    press(&mut state, "m");
    assert_eq!(marks(&state), 0);
}

fn type_filter(state: &mut State, filter: &str) {
    press(state, "/");
    update(state, Event::Paste(filter.into()));
}

#[test]
fn a_field_that_is_none_is_said_while_it_is_typed_and_after() {
    let mut state = on(Tab::Guests);
    press(&mut state, "/");
    let last = screen(&state).pop().unwrap();
    for field in ["site:", "node:", "tag:", "pool:", "state:", "kind:", "guest:", "result:", "!not"]
    {
        assert!(last.contains(field), "{last}");
    }
    update(&mut state, Event::Paste("stat:run".into()));
    let last = screen(&state).pop().unwrap();
    assert!(last.contains("there is no stat: did you mean state: ?"), "{last}");
    press(&mut state, "Enter");
    let rule = screen(&state)[2].clone();
    assert!(rule.contains("stat:run") && rule.contains("did you mean state:"), "{rule}");
    press(&mut state, "Esc");
    type_filter(&mut state, "tag:prod");
    assert!(!screen(&state).join("\n").contains("there is no"));
}

#[test]
fn the_head_of_the_sorted_column_has_an_arrow_in_any_set_of_signs() {
    let mut state = on(Tab::Guests);
    assert!(!screen(&state)[3].contains(['↓', '↑']), "as ever, and calm");
    press(&mut state, "s s s");
    let lines = screen(&state);
    assert!(lines[3].contains(" ID↓") || lines[3].contains("↓ID"), "{}", lines[3]);
    assert!(lines[2].contains("by ID"), "{}", lines[2]);
    press(&mut state, "S");
    assert!(screen(&state)[3].contains('↑'));
    let (buf, _) = drawn(&state, SIZE, GlyphSet::Ascii);
    assert!(text(&buf).lines().nth(3).unwrap().contains("^ID"), "{}", text(&buf));
    // No column moves for it.
    let plain = |line: &str| line.replace(['↓', '↑'], " ");
    let before = screen(&on(Tab::Guests));
    assert_eq!(plain(&screen(&state)[3]).trim_end(), before[3]);
}

#[test]
fn other_keys_are_told_wherever_keys_are() {
    let chord = |text: &str| text.parse::<Chord>().unwrap();
    let keys = Keymap::with(&[
        (Action::Freeze, vec![chord("F9")]),
        (Action::Back, vec![chord("F8")]),
        (Action::Open, vec![chord("o")]),
        (Action::Mark, vec![]),
    ]);
    assert_eq!(keys.clashes(), []);
    let mut state = on(Tab::Guests);
    state.keys = Arc::new(keys);
    press(&mut state, "Space");
    assert!(state.frozen.is_none());
    press(&mut state, "F9");
    let lines = screen(&state);
    assert!(lines[2].contains("held for 0s, F9 goes on"), "{}", lines[2]);
    assert!(lines[23].starts_with(" o open"), "{}", lines[23]);
    type_filter(&mut state, "no such guest");
    press(&mut state, "Enter");
    assert!(screen(&state).join("\n").contains("F8 shows all"));
    press(&mut state, "F8 ?");
    let help = screen(&state).join("\n");
    assert!(help.contains("│ o "), "{help}");
    assert!(!help.contains("mark what is to die"), "{help}");
    press(&mut state, "PgDn");
    assert!(!screen(&state).join("\n").contains("mark what is to die"));
}

#[test]
fn the_help_begins_with_what_works_here_and_names_the_rest() {
    for (view, other) in
        [(View::Tab(Tab::Fleet), "in a detail"), (View::Site("helsinki".into()), "in a list")]
    {
        let mut state = state(Mood::Wrong, SIZE, view);
        press(&mut state, "?");
        let mut all = String::new();
        for _ in 0..9 {
            let (buf, found) = drawn(&state, SIZE, GlyphSet::Full);
            state.settle(found);
            all.push_str(&text(&buf));
            press(&mut state, "j j j j j j j");
        }
        let at = |what: &str| all.find(what).unwrap_or_else(|| panic!("no {what}: {all}"));
        assert!(at("open what is selected") < at("quit"));
        for title in [other, "while a filter is typed", "in the jump palette"] {
            assert!(at("quit") < at(&format!("│ {title}")), "{title}");
        }
    }
}
