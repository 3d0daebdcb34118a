//! Keys come in on a thread of their own, and another one watches for the terminal to go away.
//!
//! crossterm reads with a blocking call, and when the terminal is gone it reads nothing for ever
//! at full speed. On its own thread neither can hold up the loop; and `poll` tells the moment it
//! happens, without waking anybody before.
//!
//! crossterm is built with `use-dev-tty`: its other source of events waits edge-triggered, and
//! forgets what was typed in the same moment in which the size changed until the next key.

use std::io;
use std::thread;

use crossterm::event::{
    self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::stdio;
use tokio::sync::mpsc;

use super::runner::{Control, Ending};
use crate::keymap::{Chord, Key};
use crate::update::{Event, Mouse};

/// Starts both threads. They end with the process, or when nobody listens.
pub(super) fn spawn(keys: mpsc::Sender<Event>, control: &mpsc::Sender<Control>) -> io::Result<()> {
    let gone = control.clone();
    thread::Builder::new().name("keys".into()).spawn(move || {
        if read_keys(&keys).is_err() {
            let _ = gone.blocking_send(Control::End(Ending::HungUp));
        }
    })?;
    let gone = control.clone();
    thread::Builder::new().name("hang-up".into()).spawn(move || {
        wait_for_hang_up();
        let _ = gone.blocking_send(Control::End(Ending::HungUp));
    })?;
    Ok(())
}

/// Passes on what is typed until nobody listens.
fn read_keys(keys: &mpsc::Sender<Event>) -> io::Result<()> {
    loop {
        if let Some(event) = convert(event::read()?)
            && keys.blocking_send(event).is_err()
        {
            return Ok(());
        }
    }
}

/// Returns when the other end of the terminal is closed.
fn wait_for_hang_up() {
    let stdin = stdio::stdin();
    let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
    while matches!(poll(&mut watched, None), Err(Errno::INTR)) {}
}

/// What an input of the terminal means to us. Sizes are not taken from here: they are asked for
/// when the signal comes.
fn convert(input: event::Event) -> Option<Event> {
    match input {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => chord(key).map(Event::Key),
        event::Event::Mouse(input) => match input.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                Some(Event::Mouse(Mouse::Press(input.column, input.row)))
            }
            MouseEventKind::ScrollUp => Some(Event::Mouse(Mouse::Wheel(true))),
            MouseEventKind::ScrollDown => Some(Event::Mouse(Mouse::Wheel(false))),
            _ => None,
        },
        event::Event::Paste(text) => Some(Event::Paste(text.into())),
        _ => None,
    }
}

fn chord(input: KeyEvent) -> Option<Chord> {
    let ctrl = input.modifiers.contains(KeyModifiers::CONTROL);
    let alt = input.modifiers.contains(KeyModifiers::ALT);
    let shift = input.modifiers.contains(KeyModifiers::SHIFT);
    let key = match input.code {
        // What Backspace sends where `stty erase` is `^H`.
        KeyCode::Char('h' | 'H') if ctrl => return Some(Chord::of(Key::Backspace)),
        KeyCode::Char(c) if ctrl => Key::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::F(n) => Key::F(n),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if shift => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    };
    Some(Chord { key, ctrl, alt })
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::{Chord, Event, Key, Mouse, MouseButton, MouseEventKind, convert};

    #[test]
    fn what_the_terminal_says_is_what_the_table_calls_it() {
        let shift = KeyModifiers::SHIFT;
        for (code, modifiers, expected) in [
            (KeyCode::Char('G'), shift, Chord::char('G')),
            (KeyCode::Char('c'), KeyModifiers::CONTROL, Chord::ctrl('c')),
            (KeyCode::Char('C'), KeyModifiers::CONTROL | shift, Chord::ctrl('c')),
            (KeyCode::Char('h'), KeyModifiers::CONTROL, Chord::of(Key::Backspace)),
            (KeyCode::Tab, shift, Chord::of(Key::BackTab)),
            (KeyCode::BackTab, shift, Chord::of(Key::BackTab)),
            (KeyCode::Down, shift, Chord::of(Key::Down)),
        ] {
            let mut key = KeyEvent::new(code, modifiers);
            assert_eq!(convert(Input::Key(key)), Some(Event::Key(expected)), "{code:?}");
            key.kind = KeyEventKind::Release;
            assert_eq!(convert(Input::Key(key)), None);
        }
        let mouse = |kind, column, row| {
            let modifiers = KeyModifiers::NONE;
            convert(Input::Mouse(crossterm::event::MouseEvent { kind, column, row, modifiers }))
        };
        let left = MouseEventKind::Down(MouseButton::Left);
        assert_eq!(mouse(left, 3, 4), Some(Event::Mouse(Mouse::Press(3, 4))));
        assert_eq!(mouse(MouseEventKind::ScrollUp, 3, 4), Some(Event::Mouse(Mouse::Wheel(true))));
        assert_eq!(mouse(MouseEventKind::Up(MouseButton::Left), 3, 4), None);
        assert_eq!(convert(Input::Resize(1, 1)), None);
        assert_eq!(convert(Input::Paste("a".into())), Some(Event::Paste("a".into())));
    }
}
