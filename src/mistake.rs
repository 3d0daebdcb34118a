//! Mistakes in files that people write (the configuration, themes): where they stand, how a text of
//! the file may be repeated, and what was probably meant.

use std::fmt;

use crate::fleet::text;

/// A place in the file; line and column count from one, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// Where the lines of a text begin, to tell places in it.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        Self { text, starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The place of a byte.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        // A span may end inside a character where the text is broken: count what is whole.
        let before = self.text.get(start..offset).map_or(0, |text| text.chars().count());
        Position { line, column: before.saturating_add(1) }
    }
}

/// A text of the file as an error may repeat it: cleaned, cut, and hidden as a whole where it
/// looks like the secret of a token (they are UUIDs) or a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Quoted(String);

/// Longest text that an error repeats, in characters.
const LONGEST_QUOTE: usize = 80;

impl Quoted {
    /// Makes `text` fit to be repeated.
    pub fn new(text: &str) -> Self {
        if looks_secret(text) {
            return Self("(not shown)".to_owned());
        }
        let clean = text::clean(text);
        let mut short: String = clean.chars().take(LONGEST_QUOTE).collect();
        if clean.chars().nth(LONGEST_QUOTE).is_some() {
            short.push('…');
        }
        Self(format!("\"{short}\""))
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text holds what looks like a token's secret: 32 hexadecimal digits or more in a
/// row, hyphens between them or not.
pub(crate) fn looks_secret(text: &str) -> bool {
    let mut digits = 0;
    text.chars().any(|c| {
        match c {
            '-' => {}
            c if c.is_ascii_hexdigit() => digits += 1,
            _ => digits = 0,
        }
        digits >= 32
    })
}

/// What the author of an unknown word probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Nothing is near.
    Nothing,
    /// This word.
    Word(String),
    /// A key that stands in another section.
    Elsewhere(&'static str, &'static str),
    /// None of these is near, and they are few enough to name.
    OneOf(Vec<String>),
}

impl fmt::Display for Meant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Word(word) => write!(f, "; did you mean `{word}`?"),
            Self::Elsewhere(key, section) => write!(f, "; `{key}` stands in {section}"),
            Self::OneOf(words) => write!(f, "; known are {}", words.join(", ")),
        }
    }
}

/// The candidate nearest to `word`, if any is near enough to be meant: the same but for case,
/// `_` and `-`, or a few letters away.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    // Distances cost the product of both lengths; nothing that long is near anything.
    if word.len() > 100 {
        return None;
    }
    let word = plain(word);
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&word, &plain(known)), known))
        .filter(|&(distance, known)| distance <= allowed && distance < known.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{Quoted, nearest};

    #[test]
    fn a_quote_is_harmless_short_and_never_a_secret() {
        assert_eq!(Quoted::new("fi").to_string(), "\"fi\"");
        assert_eq!(Quoted::new("a\u{1b}[m").to_string(), "\"a·[m\"");
        assert_eq!(Quoted::new(&"é".repeat(99)).to_string().chars().count(), 83);
        for secret in [
            "0b6f2a10-93f5-4e6c-8e55-1c9c3f8a7d21",
            "vigie@pve!b=0B6F2A10-93F5-4E6C-8E55-1C9C3F8A7D21",
            "https://x:0b6f2a1093f54e6c8e551c9c3f8a7d21@h",
        ] {
            assert_eq!(Quoted::new(secret).to_string(), "(not shown)");
        }
    }

    #[test]
    fn the_nearest_is_near() {
        let known = ["endpoints", "token", "secret-file", "name"];
        assert_eq!(nearest("endpoint", known), Some("endpoints"));
        assert_eq!(nearest("Secret_File", known), Some("secret-file"));
        assert_eq!(nearest("tokne", known), Some("token"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
