//! The one table.

use super::{Action, Binding, Chord, Context, Edit, Help, Key};
use crate::state::Tab;

const fn c(c: char) -> Chord {
    Chord::char(c)
}

const fn k(key: Key) -> Chord {
    Chord::of(key)
}

const fn alt(key: Key) -> Chord {
    Chord { key, ctrl: false, alt: true }
}

const LIST: &[Context] = &[Context::List];
const DETAIL: &[Context] = &[Context::Detail, Context::Log];
const VIEWS: &[Context] = &[Context::List, Context::Detail, Context::Log];
const LISTS: &[Context] = &[Context::List, Context::Detail];
const LOG: &[Context] = &[Context::Log];
const READING: &[Context] = &[Context::Reading];
const TYPING: &[Context] = &[Context::Typing];
const JUMPING: &[Context] = &[Context::Jumping];
const LINES: &[Context] = &[Context::Typing, Context::Jumping];
const SCROLLED: &[Context] = &[Context::List, Context::Detail, Context::Log, Context::Reading];
const ANYWHERE: &[Context] = &Context::ALL;

/// A line that the footer does not show.
const fn hidden(
    contexts: &'static [Context],
    chords: &'static [Chord],
    action: Action,
    help: Help,
) -> Binding {
    Binding { contexts, chords, action, help, footer: None }
}

/// A line of the footer.
const fn shown(
    rank: u8,
    contexts: &'static [Context],
    chords: &'static [Chord],
    action: Action,
    help: Help,
) -> Binding {
    Binding { contexts, chords, action, help, footer: Some(rank) }
}

/// Every key there is.
pub const TABLE: &[Binding] = &[
    hidden(SCROLLED, &[k(Key::Up), c('k')], Action::Up, Help::Move),
    hidden(SCROLLED, &[k(Key::Down), c('j')], Action::Down, Help::Move),
    // Where letters are typed, the arrows still move in the list.
    hidden(LINES, &[k(Key::Up)], Action::Up, Help::Move),
    hidden(LINES, &[k(Key::Down)], Action::Down, Help::Move),
    hidden(JUMPING, &[k(Key::BackTab), Chord::ctrl('p')], Action::Up, Help::Move),
    hidden(JUMPING, &[k(Key::Tab), Chord::ctrl('n')], Action::Down, Help::Move),
    hidden(SCROLLED, &[k(Key::PageUp), Chord::ctrl('b')], Action::PageUp, Help::Page),
    hidden(SCROLLED, &[k(Key::PageDown), Chord::ctrl('f')], Action::PageDown, Help::Page),
    hidden(SCROLLED, &[c('g'), k(Key::Home)], Action::First, Help::Ends),
    hidden(SCROLLED, &[c('G'), k(Key::End)], Action::Last, Help::Ends),
    hidden(TYPING, &[k(Key::PageUp)], Action::PageUp, Help::Page),
    hidden(TYPING, &[k(Key::PageDown)], Action::PageDown, Help::Page),
    shown(15, VIEWS, &[k(Key::Enter), c('l'), k(Key::Right)], Action::Open, Help::Open),
    hidden(LIST, &[k(Key::Esc), c('h'), k(Key::Left), k(Key::Backspace)], Action::Back, Help::Back),
    shown(
        10,
        DETAIL,
        &[k(Key::Esc), c('h'), k(Key::Left), k(Key::Backspace)],
        Action::Back,
        Help::Back,
    ),
    hidden(VIEWS, &[c('['), alt(Key::Left)], Action::HistoryBack, Help::History),
    hidden(VIEWS, &[c(']'), alt(Key::Right)], Action::HistoryForward, Help::History),
    hidden(VIEWS, &[c('1')], Action::View(Tab::Fleet), Help::View),
    hidden(VIEWS, &[c('2')], Action::View(Tab::Problems), Help::View),
    hidden(VIEWS, &[c('3')], Action::View(Tab::Hosts), Help::View),
    hidden(VIEWS, &[c('4')], Action::View(Tab::Guests), Help::View),
    hidden(VIEWS, &[c('5')], Action::View(Tab::Backups), Help::View),
    hidden(VIEWS, &[c('6')], Action::View(Tab::Replication), Help::View),
    hidden(VIEWS, &[c('7')], Action::View(Tab::Recovery), Help::View),
    hidden(VIEWS, &[c('8')], Action::View(Tab::Tasks), Help::View),
    hidden(LIST, &[k(Key::Tab)], Action::NextView, Help::NextView),
    hidden(LIST, &[k(Key::BackTab)], Action::PreviousView, Help::NextView),
    hidden(LIST, &[c('}')], Action::NextSection, Help::NextSection),
    hidden(LIST, &[c('{')], Action::PreviousSection, Help::NextSection),
    hidden(DETAIL, &[k(Key::Tab), c('}')], Action::NextSection, Help::NextSection),
    hidden(DETAIL, &[k(Key::BackTab), c('{')], Action::PreviousSection, Help::NextSection),
    shown(20, LISTS, &[c('/')], Action::Filter, Help::Filter),
    shown(16, LOG, &[c('/')], Action::Filter, Help::Search),
    shown(65, VIEWS, &[c(':'), Chord::ctrl('k')], Action::Jump, Help::Jump),
    shown(30, VIEWS, &[c('f')], Action::Faults, Help::Faults),
    shown(40, LISTS, &[c('n')], Action::NextFault, Help::NextFault),
    hidden(LISTS, &[c('N')], Action::PreviousFault, Help::NextFault),
    shown(17, LOG, &[c('n')], Action::NextFault, Help::NextHit),
    hidden(LOG, &[c('N')], Action::PreviousFault, Help::NextHit),
    shown(60, VIEWS, &[c('s'), c('>')], Action::SortColumn, Help::Sort),
    hidden(VIEWS, &[c('<')], Action::SortBack, Help::Sort),
    hidden(VIEWS, &[c('S')], Action::SortReverse, Help::Sort),
    shown(50, VIEWS, &[c('r')], Action::Refresh, Help::Refresh),
    hidden(VIEWS, &[c(' ')], Action::Freeze, Help::Freeze),
    hidden(LIST, &[c('e')], Action::Evidence, Help::Evidence),
    shown(18, DETAIL, &[c('e')], Action::Evidence, Help::Evidence),
    shown(45, VIEWS, &[c('w')], Action::WhatIf, Help::WhatIf),
    hidden(VIEWS, &[c('m')], Action::Mark, Help::Mark),
    hidden(LIST, &[c('p')], Action::Runbook, Help::Runbook),
    shown(19, DETAIL, &[c('p')], Action::Runbook, Help::Runbook),
    shown(55, VIEWS, &[c('y')], Action::CopyRow, Help::Copy),
    hidden(VIEWS, &[c('Y')], Action::CopySummary, Help::Copy),
    hidden(VIEWS, &[Chord::ctrl('l')], Action::Repaint, Help::Repaint),
    shown(48, VIEWS, &[c('?'), k(Key::F(1))], Action::Help, Help::Help),
    shown(
        10,
        READING,
        &[
            k(Key::Esc),
            c('h'),
            k(Key::Left),
            k(Key::Backspace),
            k(Key::Enter),
            c('?'),
            c('e'),
            c('p'),
        ],
        Action::Close,
        Help::Close,
    ),
    shown(10, TYPING, &[k(Key::Enter), k(Key::Tab)], Action::Accept, Help::Accept),
    shown(20, TYPING, &[k(Key::Esc)], Action::Cancel, Help::Cancel),
    shown(10, JUMPING, &[k(Key::Enter)], Action::Accept, Help::Go),
    shown(20, JUMPING, &[k(Key::Esc)], Action::Cancel, Help::Close),
    hidden(LINES, &[k(Key::Left)], Action::Edit(Edit::Left), Help::Edit),
    hidden(LINES, &[k(Key::Right)], Action::Edit(Edit::Right), Help::Edit),
    hidden(LINES, &[k(Key::Home), Chord::ctrl('a')], Action::Edit(Edit::Start), Help::Edit),
    hidden(LINES, &[k(Key::End), Chord::ctrl('e')], Action::Edit(Edit::End), Help::Edit),
    hidden(LINES, &[k(Key::Backspace)], Action::Edit(Edit::Backspace), Help::Edit),
    hidden(LINES, &[k(Key::Delete)], Action::Edit(Edit::Delete), Help::Edit),
    hidden(LINES, &[Chord::ctrl('w')], Action::Edit(Edit::Word), Help::Edit),
    hidden(LINES, &[Chord::ctrl('u')], Action::Edit(Edit::All), Help::Edit),
    hidden(ANYWHERE, &[Chord::ctrl('z')], Action::Suspend, Help::Suspend),
    shown(80, SCROLLED, &[c('q')], Action::Quit, Help::Quit),
    hidden(ANYWHERE, &[Chord::ctrl('c')], Action::Quit, Help::Quit),
];
