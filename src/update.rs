//! What changes the state: one event at a time, through one function, pure.

mod clock;
mod data;
mod jump;
mod key;
mod loss;
mod mouse;
mod place;
#[cfg(test)]
mod tests;
mod typing;

use std::sync::Arc;

use crate::fleet::look::{Ask, Looked};
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::keymap::Chord;
use crate::state::{Copying, Digest, Notice, Poll, Said, State};

/// What may change the state. Everything that happens to the program comes as one of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Chord),
    /// A text was pasted.
    Paste(Box<str>),
    /// The terminal has so many columns and lines now.
    Resize(u16, u16),
    /// A source was polled.
    Surveyed(Arc<Survey>),
    /// The fleet was judged.
    Judged(Digest),
    /// What is looked at was asked.
    Looked(Looked),
    /// Nobody was there to take what was to be asked.
    Unasked(Ask),
    /// It is later now.
    Clock(Epoch),
    /// The mouse was pressed or its wheel turned.
    Mouse(Mouse),
    /// What was to be copied was sent to the terminal, or was not.
    Copied(Result<Sent, NotCopied>),
    /// The program goes on after it was suspended.
    Resumed,
    /// The program is asked to end.
    Quit,
}

/// What was done with the mouse, at a column and a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// Its main button was pressed.
    Press(u16, u16),
    /// Its wheel was turned, up or down.
    Wheel(bool),
}

/// What was sent to the terminal's clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// So many lines.
    pub lines: usize,
    /// Whether tmux stands between us and the terminal.
    pub through_tmux: bool,
}

/// Why nothing was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCopied {
    /// There is nothing to tell.
    Nothing,
    /// It is longer than terminals take.
    TooLong,
}

/// What the world is asked to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Something visible changed: draw.
    pub draw: bool,
    /// Nothing on the screen is to be trusted: paint it whole.
    pub repaint: bool,
    /// Ask these servers now.
    pub poll_now: Option<Poll>,
    /// Ask this, because somebody looks at it.
    pub looks: Vec<Ask>,
    /// Send this to the terminal's clipboard.
    pub copy: Option<Copying>,
    /// The fleet is not as it was: judge it.
    pub judge: bool,
    /// Stop for the shell.
    pub suspend: bool,
    /// End.
    pub quit: bool,
}

impl Effects {
    /// Nothing to do but to draw.
    const DRAW: Self = Self {
        draw: true,
        repaint: false,
        poll_now: None,
        looks: Vec::new(),
        copy: None,
        judge: false,
        suspend: false,
        quit: false,
    };

    /// Nothing to do at all.
    const NONE: Self = Self {
        draw: false,
        repaint: false,
        poll_now: None,
        looks: Vec::new(),
        copy: None,
        judge: false,
        suspend: false,
        quit: false,
    };

    fn drawn_if(changed: bool) -> Self {
        if changed { Self::DRAW } else { Self::NONE }
    }

    /// Adds what another event asks for. Of two requests to poll the later one stands, unless
    /// the earlier one asks for all.
    pub fn merge(&mut self, other: Self) {
        self.draw |= other.draw;
        self.repaint |= other.repaint;
        self.judge |= other.judge;
        self.copy = other.copy.or(self.copy);
        self.suspend |= other.suspend;
        self.quit |= other.quit;
        self.looks.extend(other.looks);
        if other.poll_now.is_some() && self.poll_now != Some(Poll::All) {
            self.poll_now = other.poll_now;
        }
    }
}

/// Lets an event happen.
pub fn update(state: &mut State, event: Event) -> Effects {
    // Who was not there a moment ago is asked with the next event, not at once again.
    let can_ask = !matches!(event, Event::Unasked(_));
    let mut effects = happens(state, event);
    state.look_aside();
    state.seek();
    if can_ask {
        // Whatever happened may have brought something to the screen that has to be asked for.
        effects.looks.extend(state.ask());
    }
    effects
}

fn happens(state: &mut State, event: Event) -> Effects {
    match event {
        Event::Key(chord) => key::pressed(state, chord),
        Event::Paste(text) => typing::pasted(state, &text),
        Event::Resize(columns, lines) => {
            state.size = (columns, lines);
            state.refresh();
            Effects::DRAW
        }
        Event::Surveyed(survey) => data::surveyed(state, survey),
        Event::Judged(digest) => data::judged(state, digest),
        Event::Looked(looked) => Effects::drawn_if(state.looks.answered(looked)),
        Event::Unasked(ask) => {
            state.looks.unasked(&ask.look);
            Effects::NONE
        }
        Event::Clock(now) => clock::struck(state, now),
        Event::Mouse(mouse) => mouse::used(state, mouse),
        Event::Copied(copied) => {
            let notice = match copied {
                // As it comes, tmux keeps it to itself: once said, that is known.
                Ok(Sent { lines, through_tmux: true }) if !state.knows_tmux => {
                    state.knows_tmux = true;
                    Notice::CopiedThroughTmux(lines)
                }
                Ok(Sent { lines, .. }) => Notice::Copied(lines),
                Err(NotCopied::Nothing) => Notice::NothingToCopy,
                Err(NotCopied::TooLong) => Notice::TooLongToCopy,
            };
            say(state, notice)
        }
        Event::Resumed => Effects { repaint: true, ..Effects::DRAW },
        Event::Quit => Effects { quit: true, ..Effects::NONE },
    }
}

/// Seconds a word on the last line stands.
const SAID_FOR: i64 = 5;

/// Says something on the last line.
fn say(state: &mut State, notice: Notice) -> Effects {
    state.said = Some(Said { notice, until: state.now.plus(SAID_FOR) });
    Effects::DRAW
}
