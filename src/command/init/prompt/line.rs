//! Takes a line on the terminal, shown or unseen. Not by the crate of the other questions: that one
//! writes a `u` for Ctrl-U, and leaves a secret that was typed in memory that it gave back.

use std::io::{self, Write};
use std::time::Duration;

use crossterm::cursor::{MoveToColumn, MoveUp};
use crossterm::event::{self, Event, KeyEventKind};
use crossterm::queue;
use crossterm::style::{Color, Print, ResetColor, SetForegroundColor};
use crossterm::terminal::{self, Clear, ClearType, disable_raw_mode, enable_raw_mode};
use secrecy::zeroize::Zeroizing;

use super::typed::{Came, Typed, ending};
use crate::command::report::plain::{columns, cut};

/// The columns that an answer has at least, where the terminal is not narrower.
const ROOM: usize = 24;

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub question: &'a str,
    /// What counts where nothing is typed.
    pub proposed: &'a str,
    /// Stands below.
    pub hint: &'a str,
    /// What stands for an answer where somebody went back or left.
    pub back: &'a str,
    pub left: &'a str,
    /// Whether what is typed is shown.
    pub is_shown: bool,
}

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    Said(Zeroizing<String>),
    Back,
    Left,
}

impl Line<'_> {
    /// Asks.
    pub(super) fn read(self) -> io::Result<Answer> {
        let mut out = io::stderr();
        let raw = Raw::enter()?;
        let mut typed = Typed::new();
        self.draw(&mut out, &typed)?;
        let came = loop {
            let came = match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    typed.key(key, self.proposed)
                }
                Event::Paste(text) => {
                    typed.paste(&Zeroizing::new(text));
                    Came::More
                }
                _ => Came::More,
            };
            if came != Came::More {
                break came;
            }
            // What is pasted comes as many keys: it is drawn once.
            if !event::poll(Duration::ZERO)? {
                self.draw(&mut out, &typed)?;
            }
        };
        let answer = match came {
            Came::Back => Answer::Back,
            Came::Left => Answer::Left,
            _ => Answer::Said(match typed.into_text() {
                text if text.is_empty() => Zeroizing::new(self.proposed.to_owned()),
                text => text,
            }),
        };
        self.end(&mut out, &answer)?;
        drop(raw);
        Ok(answer)
    }

    /// Draws it anew: the line, the hint below, and the cursor back in the line.
    fn draw(self, out: &mut impl Write, typed: &Typed) -> io::Result<()> {
        let wide = wide();
        let (question, proposed) = (self.question, self.proposed);
        let mut head = columns(question) + 3;
        let proposed = if proposed.is_empty() {
            String::new()
        } else {
            let room = wide.saturating_sub(head + ROOM + 3);
            format!("({}) ", ending(proposed, room))
        };
        head += columns(&proposed);
        let (text, cursor) =
            if self.is_shown { typed.seen(wide.saturating_sub(head)) } else { (String::new(), 0) };
        let hint = cut(self.hint, wide.saturating_sub(3));
        queue!(
            out,
            MoveToColumn(0),
            Clear(ClearType::FromCursorDown),
            SetForegroundColor(Color::Green),
            Print("?"),
            ResetColor,
            Print(format_args!(" {question} {proposed}{text}\r\n")),
            SetForegroundColor(Color::Cyan),
            Print(format_args!("[{hint}]")),
            ResetColor,
            MoveUp(1),
            MoveToColumn(u16::try_from(head + cursor).unwrap_or(u16::MAX)),
        )?;
        out.flush()
    }

    /// What stays of it.
    fn end(self, out: &mut impl Write, answer: &Answer) -> io::Result<()> {
        let (said, colour) = match answer {
            Answer::Said(text) if self.is_shown => (crate::fleet::text::clean(text), Color::Cyan),
            Answer::Said(_) => ("".into(), Color::Cyan),
            Answer::Back => (self.back.into(), Color::DarkRed),
            Answer::Left => (self.left.into(), Color::DarkRed),
        };
        queue!(
            out,
            MoveToColumn(0),
            Clear(ClearType::FromCursorDown),
            SetForegroundColor(Color::Green),
            Print(">"),
            ResetColor,
            Print(format_args!(" {} ", self.question)),
            SetForegroundColor(colour),
            Print(said),
            ResetColor,
            Print("\r\n"),
        )?;
        out.flush()
    }
}

/// The columns of the terminal; eighty where it does not say.
fn wide() -> usize {
    terminal::size().map_or(80, |(columns, _)| usize::from(columns)).max(1)
}

/// The line of the terminal, raw until this is dropped.
struct Raw;

impl Raw {
    fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
    }
}
