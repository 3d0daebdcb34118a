//! Keys are data. One table says which chord means what where, and the configuration may say
//! otherwise; the footer, the help and the table in the README are made from what comes of it. No
//! action changes anything on a server.

mod chord;
mod name;
mod resolved;
mod table;

pub use chord::{Chord, Key, NotAChord};
pub use resolved::{Bound, Clash, FIXED, Keymap};
pub use table::TABLE;

use crate::state::{Overlay, State, Tab};

/// Where a chord is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// In a view of the first level.
    List,
    /// In a detail.
    Detail,
    /// In a detail with a log.
    Log,
    /// Over a text: the help, the evidence.
    Reading,
    /// In the line of the filter. A character that is not in the table is typed.
    Typing,
    /// In the jump palette. A character that is not in the table is typed.
    Jumping,
}

impl Context {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::List, Self::Detail, Self::Log, Self::Reading, Self::Typing, Self::Jumping];

    /// Whether a character is typed here, not a key.
    pub fn types(self) -> bool {
        matches!(self, Self::Typing | Self::Jumping)
    }

    /// Where a key that is pressed now is meant for.
    pub fn of(state: &State) -> Self {
        match state.overlay {
            Overlay::Filter(_) => Self::Typing,
            Overlay::Jump(_) => Self::Jumping,
            Overlay::Help(_) | Overlay::Evidence(_) | Overlay::Runbook(..) => Self::Reading,
            Overlay::None => Self::below(state),
        }
    }

    /// The same, were nothing over the view.
    pub fn below(state: &State) -> Self {
        if state.trail().next().is_none() {
            Self::List
        } else if state.has_log(&state.page().view) {
            Self::Log
        } else {
            Self::Detail
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
    /// To the place one was at before this one, whatever it was.
    HistoryBack,
    /// To the place one went back from.
    HistoryForward,
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
    /// Sorts by the column before.
    SortBack,
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
    /// Copies the row as one line.
    CopyRow,
    /// Copies what is wrong, for a chat.
    CopySummary,
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
    /// Back and forward on the trail.
    History,
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
    /// Search in a log.
    Search,
    /// Next and previous place that was found in a log.
    NextHit,
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
    /// Copy.
    Copy,
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
