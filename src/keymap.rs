//! Keys are data. One table says which chord means what where; the footer, the help and the
//! table in the README are made from it. No action changes anything on a server.

mod chord;
mod table;

pub use chord::{Chord, Key, NotAChord};
pub use table::TABLE;

use crate::state::{Overlay, State, Tab};

/// Where a chord is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// In a view of the first level.
    List,
    /// In a detail.
    Detail,
    /// Over a text: the help, the evidence.
    Reading,
    /// In the line of the filter. A character that is not in the table is typed.
    Typing,
    /// In the jump palette. A character that is not in the table is typed.
    Jumping,
}

impl Context {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::List, Self::Detail, Self::Reading, Self::Typing, Self::Jumping];

    /// Where a key that is pressed now is meant for.
    pub fn of(state: &State) -> Self {
        match state.overlay {
            Overlay::Filter(_) => Self::Typing,
            Overlay::Jump(_) => Self::Jumping,
            Overlay::Help(_) | Overlay::Evidence(_) | Overlay::Runbook(..) => Self::Reading,
            Overlay::None if state.trail().next().is_none() => Self::List,
            Overlay::None => Self::Detail,
        }
    }
}

/// What the user means: the only thing keys map to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The row or line above.
    Up,
    /// The row or line below.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The first row or line.
    First,
    /// The last row or line.
    Last,
    /// Opens the selected row.
    Open,
    /// Out of a detail; in a list, drops the filter, then `only faults`.
    Back,
    /// To a view of the first level.
    View(Tab),
    /// To the next view of the first level.
    NextView,
    /// To the one before.
    PreviousView,
    /// To the next section of the list.
    NextSection,
    /// To the one before.
    PreviousSection,
    /// Opens the jump palette.
    Jump,
    /// Begins to type a filter.
    Filter,
    /// Shows only what is not well, or all again.
    Faults,
    /// To the next row that is not well; in a problem, to the next problem.
    NextFault,
    /// To the one before.
    PreviousFault,
    /// Sorts by the next column.
    SortColumn,
    /// Sorts the other way round.
    SortReverse,
    /// Asks the servers now.
    Refresh,
    /// Holds the screen still, or lets it go.
    Freeze,
    /// Shows which call said what, and when.
    Evidence,
    /// Shows what would follow if what is marked, or selected, died now.
    WhatIf,
    /// Marks what is selected, to be lost together with others, or takes the mark away.
    Mark,
    /// Shows the steps that bring back what is shown or selected.
    Runbook,
    /// Shows the keys.
    Help,
    /// Closes what lies over the view.
    Close,
    /// Keeps the filter.
    Accept,
    /// Drops the filter.
    Cancel,
    /// Edits the line of the filter.
    Edit(Edit),
    /// Paints the whole screen anew.
    Repaint,
    /// Stops the program for the shell (`fg` goes on).
    Suspend,
    /// Ends the program.
    Quit,
}

/// How the line of the filter is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// Cursor one to the left.
    Left,
    /// Cursor one to the right.
    Right,
    /// Cursor to the start.
    Start,
    /// Cursor to the end.
    End,
    /// Erases what is before the cursor.
    Backspace,
    /// Erases what is under the cursor.
    Delete,
    /// Erases the word before the cursor.
    Word,
    /// Erases all.
    All,
}

/// What keys do, in words: one line of the help each. The sentences are in `lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Help {
    /// Up and down.
    Move,
    /// A page up and down.
    Page,
    /// First and last.
    Ends,
    /// Open.
    Open,
    /// Back.
    Back,
    /// The views by number.
    View,
    /// Next and previous view.
    NextView,
    /// Next and previous section.
    NextSection,
    /// The jump palette.
    Jump,
    /// Go there.
    Go,
    /// Filter.
    Filter,
    /// Only faults.
    Faults,
    /// Next and previous fault.
    NextFault,
    /// Sort.
    Sort,
    /// Refresh.
    Refresh,
    /// Freeze.
    Freeze,
    /// Evidence.
    Evidence,
    /// What if.
    WhatIf,
    /// Mark.
    Mark,
    /// Runbook.
    Runbook,
    /// Help.
    Help,
    /// Close.
    Close,
    /// Keep the filter.
    Accept,
    /// Drop the filter.
    Cancel,
    /// Edit the filter.
    Edit,
    /// Paint anew.
    Repaint,
    /// Suspend.
    Suspend,
    /// Quit.
    Quit,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where.
    pub contexts: &'static [Context],
    /// Which chords; the first is the one the footer shows.
    pub chords: &'static [Chord],
    /// What they mean.
    pub action: Action,
    /// Its line in the help.
    pub help: Help,
    /// Its place in the footer, most useful first; none: not there.
    pub footer: Option<u8>,
}

/// What a chord means in a context.
pub fn action(context: Context, chord: Chord) -> Option<Action> {
    bindings(context).find(|b| b.chords.contains(&chord)).map(|b| b.action)
}

/// The bindings of a context, in the order of the table.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |b| b.contexts.contains(&context))
}

/// The footer of a context, most useful first: the first chords of what has one line in the
/// help, and that line.
pub fn footer(context: Context) -> Vec<(Vec<Chord>, Help)> {
    let mut ranked: Vec<_> = bindings(context).filter_map(|b| Some((b.footer?, b))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut lines: Vec<(Vec<Chord>, Help)> = Vec::new();
    for (_, binding) in ranked {
        let chord = binding.chords.first().copied();
        match lines.iter_mut().find(|(_, help)| *help == binding.help) {
            Some((chords, _)) => chords.extend(chord),
            None => lines.push((chord.into_iter().collect(), binding.help)),
        }
    }
    lines
}

/// The help of a context: every chord, by what it does.
pub fn help(context: Context) -> Vec<(Vec<Chord>, Help)> {
    grouped(bindings(context))
}

/// The table of keys for the README, in Markdown. `words` says what a line of help reads.
pub fn markdown([keys, meaning]: [&str; 2], words: impl Fn(Help) -> String) -> String {
    let mut text = format!("| {keys} | {meaning} |\n| --- | --- |\n");
    for (chords, help) in grouped(TABLE.iter()) {
        let keys: Vec<String> = chords
            .iter()
            .map(|chord| match chord.to_string().as_str() {
                // A bar would end the cell.
                "|" => "`\\|`".to_owned(),
                key => format!("`{key}`"),
            })
            .collect();
        text.push_str("| ");
        text.push_str(&keys.join(" "));
        text.push_str(" | ");
        text.push_str(&words(help));
        text.push_str(" |\n");
    }
    text
}

fn grouped<'a>(bindings: impl Iterator<Item = &'a Binding>) -> Vec<(Vec<Chord>, Help)> {
    let mut lines: Vec<(Vec<Chord>, Help)> = Vec::new();
    for binding in bindings {
        let index = lines.iter().position(|(_, help)| *help == binding.help);
        if index.is_none() {
            lines.push((Vec::new(), binding.help));
        }
        let line = match index {
            Some(index) => lines.get_mut(index),
            None => lines.last_mut(),
        };
        if let Some((chords, _)) = line {
            for chord in binding.chords {
                if !chords.contains(chord) {
                    chords.push(*chord);
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_chord_means_two_things_in_one_context() {
        for context in Context::ALL {
            let mut seen = HashSet::new();
            for binding in bindings(context) {
                for chord in binding.chords {
                    assert!(seen.insert(*chord), "{chord} twice in {context:?}");
                }
            }
        }
    }

    #[test]
    fn what_works_is_what_the_help_lists() {
        for context in Context::ALL {
            let listed: Vec<Chord> =
                help(context).into_iter().flat_map(|(chords, _)| chords).collect();
            let unique: HashSet<_> = listed.iter().collect();
            assert_eq!(unique.len(), listed.len(), "a chord on two lines in {context:?}");
            for binding in bindings(context) {
                for chord in binding.chords {
                    assert!(listed.contains(chord), "{chord} of {context:?} is not listed");
                    assert_eq!(action(context, *chord), Some(binding.action));
                }
            }
        }
    }

    #[test]
    fn every_context_can_be_left_and_the_program_ended() {
        for context in Context::ALL {
            assert_eq!(action(context, Chord::ctrl('c')), Some(Action::Quit), "{context:?}");
            let esc = action(context, Chord::of(Key::Esc));
            assert!(
                matches!(esc, Some(Action::Back | Action::Close | Action::Cancel)),
                "{context:?}: {esc:?}"
            );
        }
    }

    #[test]
    fn letters_are_typed_in_the_filter() {
        for letter in ('!'..='~').chain([' ', 'é']) {
            assert_eq!(action(Context::Typing, Chord::char(letter)), None, "{letter}");
            assert_eq!(action(Context::Jumping, Chord::char(letter)), None, "{letter}");
        }
    }

    #[test]
    fn every_view_has_its_number() {
        for tab in Tab::ALL {
            let digit = char::from(b'0' + tab.number());
            for context in [Context::List, Context::Detail] {
                assert_eq!(action(context, Chord::char(digit)), Some(Action::View(tab)));
            }
        }
    }

    #[test]
    fn the_footer_begins_with_what_is_most_useful() {
        let first = |context| footer(context).first().map(|(_, help)| *help);
        assert_eq!(first(Context::List), Some(Help::Open));
        assert_eq!(first(Context::Detail), Some(Help::Back));
        assert_eq!(first(Context::Typing), Some(Help::Accept));
        for context in Context::ALL {
            let lines = footer(context);
            let helps: HashSet<_> = lines.iter().map(|(_, help)| *help).collect();
            assert_eq!(helps.len(), lines.len());
        }
    }

    #[test]
    fn the_readme_lists_every_line_once() {
        let table = markdown(["Keys", "What"], |help| format!("{help:?}"));
        assert!(table.starts_with("| Keys |"), "{table}");
        assert!(table.contains("| `/` | Filter |\n"), "{table}");
        for binding in TABLE {
            let row = format!("| {:?} |\n", binding.help);
            assert_eq!(table.matches(&row).count(), 1, "{row}{table}");
        }
    }
}
