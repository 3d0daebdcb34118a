//! A chord: a key with its modifiers, and its one spelling: `Ctrl-c`, `PgUp`, `?`.

use std::fmt;
use std::str::FromStr;

/// A key, whatever the terminal calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character, as typed: shift is in it.
    Char(char),
    /// A function key.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with shift.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// The keys that have names, as they are spelled, and the sign that stands for them where room
/// is short.
const NAMES: &[(Key, &str, &str)] = &[
    (Key::Char(' '), "Space", "␣"),
    (Key::Enter, "Enter", "↵"),
    (Key::Esc, "Esc", "Esc"),
    (Key::Tab, "Tab", "⇥"),
    (Key::BackTab, "Shift-Tab", "⇤"),
    (Key::Backspace, "Backspace", "⌫"),
    (Key::Delete, "Delete", "Del"),
    (Key::Insert, "Insert", "Ins"),
    (Key::Up, "Up", "↑"),
    (Key::Down, "Down", "↓"),
    (Key::Left, "Left", "←"),
    (Key::Right, "Right", "→"),
    (Key::Home, "Home", "Home"),
    (Key::End, "End", "End"),
    (Key::PageUp, "PgUp", "PgUp"),
    (Key::PageDown, "PgDn", "PgDn"),
];

impl Key {
    /// The names of those that have one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name, _)| *name)
    }
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Ctrl is held.
    pub ctrl: bool,
    /// Whether Alt is held.
    pub alt: bool,
}

impl Chord {
    /// A key alone.
    pub const fn of(key: Key) -> Self {
        Self { key, ctrl: false, alt: false }
    }

    /// A character alone.
    pub const fn char(c: char) -> Self {
        Self::of(Key::Char(c))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { key: Key::Char(c), ctrl: true, alt: false }
    }

    /// The character it types; none with a modifier.
    pub fn typed(self) -> Option<char> {
        match self {
            Self { key: Key::Char(c), ctrl: false, alt: false } => Some(c),
            _ => None,
        }
    }

    /// Its shortest spelling, for the footer: `↵`, `^C`, `f`. In ASCII where signs cannot be
    /// shown.
    pub fn sign(self, ascii: bool) -> String {
        let alt = if self.alt { "Alt-" } else { "" };
        match self.key {
            Key::Char(c) if self.ctrl && c != ' ' => format!("{alt}^{}", c.to_ascii_uppercase()),
            _ if ascii || self.ctrl => self.to_string(),
            key => match NAMES.iter().find(|(named, ..)| *named == key) {
                Some((_, _, sign)) => format!("{alt}{sign}"),
                None => self.to_string(),
            },
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        if let Some((_, name, _)) = NAMES.iter().find(|(key, ..)| *key == self.key) {
            return f.write_str(name);
        }
        match self.key {
            Key::Char(c) => write!(f, "{c}"),
            Key::F(n) => write!(f, "F{n}"),
            // Every other key has a name above.
            other => write!(f, "{other:?}"),
        }
    }
}

/// A text that spells no chord.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no key")]
pub struct NotAChord(String);

impl FromStr for Chord {
    type Err = NotAChord;

    fn from_str(text: &str) -> Result<Self, NotAChord> {
        let mut chord = Self::char(' ');
        let mut rest = text;
        if let Some(after) = rest.strip_prefix("Ctrl-") {
            chord.ctrl = true;
            rest = after;
        }
        if let Some(after) = rest.strip_prefix("Alt-") {
            chord.alt = true;
            rest = after;
        }
        let named = NAMES.iter().find(|(_, name, _)| *name == rest).map(|(key, ..)| *key);
        let mut chars = rest.chars();
        chord.key = match (named, chars.next(), chars.as_str()) {
            (Some(key), ..) => key,
            // A space, control character or the like is not how anything is spelled.
            (None, Some(c), "") if !c.is_control() && !c.is_whitespace() => Key::Char(c),
            (None, Some('F'), digits) if digits.chars().all(|c| c.is_ascii_digit()) => digits
                .parse()
                .ok()
                .filter(|n| (1..=24).contains(n) && !digits.starts_with('0'))
                .map(Key::F)
                .ok_or_else(|| NotAChord(text.to_owned()))?,
            _ => return Err(NotAChord(text.to_owned())),
        };
        Ok(chord)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Chord, Key, NAMES};

    #[test]
    fn spelled_as_people_write_it() {
        for (chord, text) in [
            (Chord::ctrl('c'), "Ctrl-c"),
            (Chord::char('?'), "?"),
            (Chord::char('-'), "-"),
            (Chord::ctrl('-'), "Ctrl--"),
            (Chord::char('F'), "F"),
            (Chord::char(' '), "Space"),
            (Chord::of(Key::F(12)), "F12"),
            (Chord::of(Key::BackTab), "Shift-Tab"),
            (Chord { key: Key::PageUp, ctrl: true, alt: true }, "Ctrl-Alt-PgUp"),
        ] {
            assert_eq!(chord.to_string(), text);
            assert_eq!(text.parse(), Ok(chord));
        }
        for bad in ["", "Ctrl-", "F0", "F01", "F25", "F999", "PageUp", "ctrl-c", "ab", " ", "\t"] {
            assert!(bad.parse::<Chord>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn signs_are_short() {
        assert_eq!(Chord::of(Key::Enter).sign(false), "↵");
        assert_eq!(Chord::of(Key::Enter).sign(true), "Enter");
        assert_eq!(Chord::ctrl('c').sign(false), "^C");
        assert_eq!(Chord::char('f').sign(false), "f");
    }

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![
            any::<char>()
                .prop_filter("typed", |c| !c.is_control() && !c.is_whitespace())
                .prop_map(Key::Char),
            (1_u8..=24).prop_map(Key::F),
            proptest::sample::select(NAMES).prop_map(|(key, ..)| key),
        ]
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_back(key in key(), ctrl: bool, alt: bool) {
            let chord = Chord { key, ctrl, alt };
            prop_assert_eq!(chord.to_string().parse(), Ok(chord));
        }
    }
}
