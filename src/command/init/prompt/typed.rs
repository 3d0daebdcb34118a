//! A line while it is typed: what each key does to it, as in a shell. It shows nothing itself.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use secrecy::zeroize::Zeroizing;
use unicode_width::UnicodeWidthChar as _;

use crate::command::report::plain::columns;
use crate::fleet::text::is_harmless;

/// The most that is taken, bytes: more than any answer has. The buffer never grows, so that no copy
/// of a secret stays behind.
const MOST: usize = 8192;

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    More,
    Done,
    /// One step back.
    Back,
    /// Out of it all.
    Left,
}

/// What is typed so far, and where the next character goes.
#[derive(Debug)]
pub(super) struct Typed {
    text: Zeroizing<String>,
    /// A byte of the text, at the begin of a character or its end.
    at: usize,
}

impl Typed {
    pub(super) fn new() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MOST)), at: 0 }
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> Zeroizing<String> {
        self.text
    }

    /// What was pasted.
    pub(super) fn paste(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    /// A key. `proposed` comes into an empty line where it is asked for, to be changed there.
    pub(super) fn key(&mut self, key: KeyEvent, proposed: &str) -> Came {
        let with = |modifier| key.modifiers.contains(modifier);
        let (control, alt) = (with(KeyModifiers::CONTROL), with(KeyModifiers::ALT));
        match key.code {
            KeyCode::Enter => return Came::Done,
            KeyCode::Esc => return Came::Back,
            KeyCode::Char(c) if control => return self.control(c, proposed),
            KeyCode::Up if self.text.is_empty() => self.paste(proposed),
            KeyCode::Left if control || alt => self.at = self.word_before(is_of_word),
            KeyCode::Left => self.at = self.before(),
            KeyCode::Right if control || alt => self.at = self.word_after(),
            KeyCode::Right => self.at = self.after(),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.text.len(),
            KeyCode::Backspace if control || alt => self.cut(self.word_before(is_of_word)),
            KeyCode::Backspace => self.cut(self.before()),
            KeyCode::Delete => self.cut(self.after()),
            KeyCode::Char('b') if alt => self.at = self.word_before(is_of_word),
            KeyCode::Char('f') if alt => self.at = self.word_after(),
            KeyCode::Char('d') if alt => self.cut(self.word_after()),
            KeyCode::Char(c) if !alt => self.push(c),
            _ => {}
        }
        Came::More
    }

    fn control(&mut self, c: char, proposed: &str) -> Came {
        match c {
            // A line break that was pasted is Ctrl-J.
            'j' | 'm' => return Came::Done,
            'g' => return Came::Back,
            'c' => return Came::Left,
            'd' if self.text.is_empty() => return Came::Left,
            'd' => self.cut(self.after()),
            'h' => self.cut(self.before()),
            'u' => self.cut(0),
            'k' => self.cut(self.text.len()),
            'w' => self.cut(self.word_before(|c| !c.is_whitespace())),
            'a' => self.at = 0,
            'e' => self.at = self.text.len(),
            'b' => self.at = self.before(),
            'f' => self.at = self.after(),
            'p' if self.text.is_empty() => self.paste(proposed),
            _ => {}
        }
        Came::More
    }

    fn push(&mut self, c: char) {
        if self.text.len() + c.len_utf8() <= MOST {
            self.text.insert(self.at, c);
            self.at += c.len_utf8();
        }
    }

    /// Takes away what lies between here and there.
    fn cut(&mut self, there: usize) {
        let (from, to) = (self.at.min(there), self.at.max(there));
        drop(self.text.drain(from..to));
        self.at = from;
    }

    fn sides(&self) -> (&str, &str) {
        self.text.split_at_checked(self.at).unwrap_or((&self.text, ""))
    }

    fn before(&self) -> usize {
        self.at - self.sides().0.chars().next_back().map_or(0, char::len_utf8)
    }

    fn after(&self) -> usize {
        self.at + self.sides().1.chars().next().map_or(0, char::len_utf8)
    }

    /// The begin of the word before, made of such characters.
    fn word_before(&self, is_of: impl Fn(char) -> bool) -> usize {
        self.sides().0.trim_end_matches(|c| !is_of(c)).trim_end_matches(is_of).len()
    }

    /// The end of the word that follows.
    fn word_after(&self) -> usize {
        let rest = self.sides().1;
        let rest = rest.trim_start_matches(|c| !is_of_word(c)).trim_start_matches(is_of_word);
        self.text.len() - rest.len()
    }

    /// What of it is to be seen in so many columns, and in which of them the cursor stands. What is
    /// wider is moved along under it; the cursor has a column of its own.
    pub(super) fn seen(&self, wide: usize) -> (String, usize) {
        let (before, after) = self.sides();
        let most = wide.saturating_sub(1);
        let mut left = Vec::new();
        let mut cursor = 0;
        for c in before.chars().rev().map(shown) {
            if cursor + width(c) > most {
                break;
            }
            cursor += width(c);
            left.push(c);
        }
        let mut text: String = left.iter().rev().collect();
        let mut used = cursor;
        for c in after.chars().map(shown) {
            used += width(c);
            if used > most {
                break;
            }
            text.push(c);
        }
        (text, cursor)
    }
}

/// Words of which an address is made.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// What was pasted may hold what no terminal should get, such as a blank of no width.
fn shown(c: char) -> char {
    if is_harmless(c) { c } else { '·' }
}

fn width(c: char) -> usize {
    c.width().unwrap_or(1)
}

/// A text in so many columns, its end kept: there the names of files differ.
pub(super) fn ending(text: &str, wide: usize) -> Cow<'_, str> {
    if columns(text) <= wide {
        return Cow::Borrowed(text);
    }
    let mut rest = text.chars();
    let mut over = columns(text) + 1;
    while over > wide {
        let Some(c) = rest.next() else { break };
        over -= width(c);
    }
    Cow::Owned(format!("…{}", rest.as_str()))
}

#[cfg(test)]
mod tests;
