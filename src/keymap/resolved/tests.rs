//! The keys of the table, and others.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{Clash, FIXED, Keymap};
use crate::keymap::{Action, Chord, Context, Help, Key, TABLE};
use crate::state::Tab;

fn chord(text: &str) -> Chord {
    text.parse().unwrap()
}

#[test]
fn no_chord_means_two_things_in_one_context() {
    assert_eq!(Keymap::default().clashes(), []);
    // What is not told by `clashes`: twice for one action.
    for context in Context::ALL {
        let mut seen = HashSet::new();
        for bound in Keymap::default().of(context) {
            for chord in &bound.chords {
                assert!(seen.insert(*chord), "{chord} twice in {context:?}");
            }
        }
    }
}

#[test]
fn what_works_is_what_the_help_lists() {
    let keys = Keymap::default();
    for context in Context::ALL {
        let listed: Vec<Chord> =
            keys.help(context).into_iter().flat_map(|(chords, _)| chords).collect();
        let unique: HashSet<_> = listed.iter().collect();
        assert_eq!(unique.len(), listed.len(), "a chord on two lines in {context:?}");
        for bound in keys.of(context) {
            for chord in &bound.chords {
                assert!(listed.contains(chord), "{chord} of {context:?} is not listed");
                assert_eq!(keys.action(context, *chord), Some(bound.action));
            }
        }
    }
}

#[test]
fn every_context_can_be_left_and_the_program_ended() {
    let keys = Keymap::default();
    for context in Context::ALL {
        assert_eq!(keys.action(context, Chord::ctrl('c')), Some(Action::Quit), "{context:?}");
        let esc = keys.action(context, Chord::of(Key::Esc));
        assert!(
            matches!(esc, Some(Action::Back | Action::Close | Action::Cancel)),
            "{context:?}: {esc:?}"
        );
    }
}

#[test]
fn letters_are_typed_in_the_filter() {
    for letter in ('!'..='~').chain([' ', 'é']) {
        for context in Context::ALL.into_iter().filter(|context| context.types()) {
            assert_eq!(Keymap::default().action(context, Chord::char(letter)), None, "{letter}");
        }
    }
}

#[test]
fn every_view_has_its_number() {
    for tab in Tab::ALL {
        let digit = char::from(b'0' + tab.number());
        for context in [Context::List, Context::Detail] {
            let action = Keymap::default().action(context, Chord::char(digit));
            assert_eq!(action, Some(Action::View(tab)));
        }
    }
}

#[test]
fn the_footer_begins_with_what_is_most_useful() {
    let keys = Keymap::default();
    let first = |context| keys.footer(context).first().map(|(_, help)| *help);
    assert_eq!(first(Context::List), Some(Help::Open));
    assert_eq!(first(Context::Detail), Some(Help::Back));
    assert_eq!(first(Context::Typing), Some(Help::Accept));
    for context in Context::ALL {
        let lines = keys.footer(context);
        let helps: HashSet<_> = lines.iter().map(|(_, help)| *help).collect();
        assert_eq!(helps.len(), lines.len());
        // The help begins with the same.
        let help: Vec<Help> = keys.help(context).iter().map(|(_, help)| *help).collect();
        let footer: Vec<Help> = lines.iter().map(|(_, help)| *help).collect();
        assert_eq!(help.get(..footer.len()), Some(&footer[..]), "{context:?}");
    }
}

#[test]
fn the_readme_lists_every_line_once_with_its_names() {
    let table = Keymap::default()
        .markdown(["Keys", "What they do", "In `[keys]`"], |help| format!("{help:?}"));
    assert!(table.starts_with("| Keys |"), "{table}");
    assert!(table.contains("| `/` | Filter | `filter` |\n"), "{table}");
    for binding in TABLE {
        let row = format!("| {:?} |", binding.help);
        assert_eq!(table.matches(&row).count(), 1, "{row}{table}");
        assert!(table.contains(&format!("`{}`", binding.action.name())), "{table}");
    }
}

#[test]
fn other_chords_hold_wherever_the_action_does_but_none_where_it_would_be_typed() {
    let keys = Keymap::with(&[
        (Action::Down, vec![chord("t")]),
        (Action::Up, vec![chord("x"), chord("F2")]),
        (Action::Mark, vec![]),
        (Action::Quit, vec![chord("Q")]),
    ]);
    assert_eq!(keys.clashes(), []);
    for context in [Context::List, Context::Detail, Context::Reading] {
        assert_eq!(keys.action(context, chord("t")), Some(Action::Down));
        assert_eq!(keys.action(context, chord("j")), None);
        assert_eq!(keys.action(context, chord("Down")), None);
        assert_eq!(keys.action(context, chord("x")), Some(Action::Up));
        assert_eq!(keys.action(context, chord("Q")), Some(Action::Quit));
        assert_eq!(keys.action(context, chord("q")), None);
        assert_eq!(keys.action(context, FIXED), Some(Action::Quit));
    }
    for context in [Context::Typing, Context::Jumping] {
        assert_eq!(keys.action(context, chord("t")), None, "typed");
        assert_eq!(keys.action(context, chord("Down")), Some(Action::Down), "so it stays");
        assert_eq!(keys.action(context, chord("F2")), Some(Action::Up));
        assert_eq!(keys.action(context, chord("Up")), None);
    }
    assert!(keys.chords(Action::Mark).is_empty());
    assert!(!keys.help(Context::List).iter().any(|(_, help)| *help == Help::Mark));
    assert_eq!(keys.chords(Action::Quit), [chord("Q"), FIXED]);
}

#[test]
fn clashes_are_found_where_they_are() {
    let keys = Keymap::with(&[(Action::Mark, vec![chord("e")])]);
    let clash = |context, first, second| Clash { context, chord: chord("e"), first, second };
    assert_eq!(
        keys.clashes(),
        [
            clash(Context::List, Action::Evidence, Action::Mark),
            clash(Context::Detail, Action::Evidence, Action::Mark),
            clash(Context::Log, Action::Evidence, Action::Mark),
        ]
    );
    // Tab may mean something else in a detail than in a list.
    let keys = Keymap::with(&[(Action::NextSection, vec![chord("Tab")])]);
    assert_eq!(keys.clashes().len(), 1);
    let both = [(Action::NextSection, vec![chord("Tab")]), (Action::NextView, vec![chord("}")])];
    assert_eq!(Keymap::with(&both).clashes(), []);
}

fn any_chord() -> impl Strategy<Value = Chord> {
    let known: Vec<Chord> = TABLE.iter().flat_map(|b| b.chords.to_vec()).collect();
    prop_oneof![proptest::sample::select(known), any::<char>().prop_map(Chord::char)]
}

proptest! {
    #[test]
    fn whatever_is_wanted_a_chord_does_one_thing_or_is_told(
        wanted in proptest::collection::vec(
            (
                proptest::sample::select(Action::all().collect::<Vec<_>>()),
                proptest::collection::vec(any_chord(), 0..4),
            ),
            0..6,
        )
    ) {
        let keys = Keymap::with(&wanted);
        let clashes = keys.clashes();
        for context in Context::ALL {
            prop_assert_eq!(keys.action(context, FIXED), Some(Action::Quit));
            for bound in keys.of(context) {
                for chord in &bound.chords {
                    let is_told = clashes.iter().any(|c| c.context == context && c.chord == *chord);
                    let does = keys.action(context, *chord);
                    prop_assert!(is_told || does == Some(bound.action));
                    prop_assert!(!context.types() || chord.typed().is_none());
                }
            }
        }
    }
}
