//! Takes a secret unseen. Not by the crate of the other questions: that one writes a `u` for Ctrl-U,
//! which here nobody would see, and leaves what was typed in memory that it gave back.

use std::io::{self, Write};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use secrecy::zeroize::Zeroizing;

/// The most that is taken, bytes: more than any secret has. The buffer never grows, so that no copy
/// stays behind.
const MOST: usize = 8192;

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    More,
    Done,
    Left,
}

/// The secret; none where somebody left.
pub(super) fn read(question: &str) -> io::Result<Option<Zeroizing<String>>> {
    let mut out = io::stderr();
    write!(out, "? {question} ")?;
    out.flush()?;
    let raw = Raw::enter()?;
    let mut typed = Zeroizing::new(String::with_capacity(MOST));
    let came = loop {
        match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match take(&mut typed, key) {
                Came::More => {}
                came => break came,
            },
            Event::Paste(text) => Zeroizing::new(text).chars().for_each(|c| push(&mut typed, c)),
            _ => {}
        }
    };
    drop(raw);
    writeln!(out)?;
    Ok((came == Came::Done).then_some(typed))
}

fn take(typed: &mut String, key: KeyEvent) -> Came {
    let with_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        // A line break that was pasted is Ctrl-J.
        KeyCode::Enter => return Came::Done,
        KeyCode::Char('j' | 'm') if with_control => return Came::Done,
        KeyCode::Esc => return Came::Left,
        KeyCode::Char('c' | 'd') if with_control => return Came::Left,
        KeyCode::Char('u' | 'w') if with_control => {
            typed.clear();
        }
        KeyCode::Char('h') if with_control => drop(typed.pop()),
        KeyCode::Backspace => drop(typed.pop()),
        KeyCode::Char(c) if !with_control && !key.modifiers.contains(KeyModifiers::ALT) => {
            push(typed, c);
        }
        _ => {}
    }
    Came::More
}

fn push(typed: &mut String, c: char) {
    if typed.len() + c.len_utf8() <= MOST {
        typed.push(c);
    }
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

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{Came, MOST, take};

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> (String, Came) {
        let mut text = String::new();
        let mut came = Came::More;
        for (code, with) in keys {
            came = take(&mut text, KeyEvent::new(*code, *with));
        }
        (text, came)
    }

    #[test]
    fn what_is_typed_unseen_can_be_taken_back() {
        const NONE: KeyModifiers = KeyModifiers::NONE;
        const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
        let key = |c| (KeyCode::Char(c), NONE);
        let with = |c| (KeyCode::Char(c), CONTROL);
        let enter = (KeyCode::Enter, NONE);
        for (keys, text, came) in [
            (vec![key('a'), key('B'), enter], "aB", Came::Done),
            (vec![key('a'), (KeyCode::Char('B'), KeyModifiers::SHIFT)], "aB", Came::More),
            (vec![key('x'), with('u'), key('a'), with('j')], "a", Came::Done),
            (vec![key('a'), key('b'), (KeyCode::Backspace, NONE), with('h')], "", Came::More),
            (vec![key('a'), with('x'), (KeyCode::Char('f'), KeyModifiers::ALT)], "a", Came::More),
            (vec![(KeyCode::Backspace, NONE), with('c')], "", Came::Left),
            (vec![key('a'), (KeyCode::Esc, NONE)], "a", Came::Left),
        ] {
            assert_eq!(typed(&keys), (text.to_owned(), came), "{keys:?}");
        }
        let (text, _) = typed(&vec![key('é'); MOST]);
        assert_eq!(text.len(), MOST, "and no more than fits");
    }
}
