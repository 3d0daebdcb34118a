//! Text made safe for a page, measured in columns of a terminal, wrapped and cut.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(in crate::command) use crate::lang::markdown::plain;

/// How many columns a text takes. Joined characters may be drawn apart, so the wider of the two
/// readings counts.
pub(in crate::command) fn columns(text: &str) -> usize {
    let apart = text.chars().filter_map(UnicodeWidthChar::width).sum();
    text.width().max(apart)
}

/// A text cut to so many columns, with `…` where something is gone.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = head(text, width.saturating_sub(1)).to_owned();
    if width > 0 {
        out.push('…');
    }
    out
}

/// The longest beginning of at most so many columns.
fn head(text: &str, width: usize) -> &str {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if text.get(..next).is_none_or(|part| columns(part) > width) {
            break;
        }
        end = next;
    }
    text.get(..end).unwrap_or_default()
}

/// The lines of a text, broken between words; a word that is wider than a line is broken within.
/// Nothing but a line is given back for an empty text.
pub(in crate::command) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in plain(text).split(' ') {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if columns(&joined) <= width {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while columns(rest) > width {
            let part = head(rest, width);
            // Two columns hold any character; this only guards against going on for ever.
            let Some(after) = rest.get(part.len()..).filter(|_| !part.is_empty()) else { break };
            lines.push(part.to_owned());
            rest = after;
        }
        rest.clone_into(&mut line);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{columns, cut, plain, wrap};

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("", 7), [""]);
        assert_eq!(wrap("a longerthanaline b", 6), ["a", "longer", "thanal", "ine b"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn lines_and_escapes_become_words() {
        assert_eq!(plain(" a\n\n\tb\u{1b}[31m \u{202e} c "), "a b·[31m · c");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(text in "\\PC*|.*", width in 2_usize..90) {
            let lines = wrap(&text, width);
            for line in &lines {
                prop_assert!(columns(line) <= width, "{line:?}");
            }
            let letters = |s: &str| s.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&plain(&text)));
        }

        #[test]
        fn a_cut_fits(text in "\\PC*", width in 0_usize..40) {
            prop_assert!(columns(&cut(&text, width)) <= width);
        }
    }
}
