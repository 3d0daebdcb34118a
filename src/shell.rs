//! Words for a shell: every name that a server told is quoted before it stands in a command.

use std::borrow::Cow;

/// A word as POSIX `sh` reads it back unchanged: as it is where nothing in it means anything to a
/// shell, else in single quotes.
pub fn quote(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}
