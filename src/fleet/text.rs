//! Text from servers is hostile until cleaned: here, once, where wire becomes fleet.

use std::borrow::Cow;
use std::sync::Arc;

/// Longest text kept of anything a server says, in characters.
pub const LONGEST: usize = 400;

/// Whether a character may reach a terminal: no control character (C0, C1, DEL), no format
/// character (Unicode's Cf, bidi controls among them), nothing of zero width that hides or joins,
/// no line or paragraph separator.
pub fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{061C}' | '\u{06DD}'
            | '\u{070F}' | '\u{0890}' | '\u{0891}' | '\u{08E2}' | '\u{110BD}' | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'))
}

/// Whether a line may be broken at this character: white space, and not one of the no-break
/// blanks that belong to the sign beside them.
pub fn is_break(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
}

/// Whether a character only decorates the one before it (a combining mark).
fn is_combining(c: char) -> bool {
    unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

/// Text as it may be shown: one line, harmless characters only (others become `·`, white space
/// a blank), at most one combining mark per character, at most [`LONGEST`] characters.
pub fn clean(text: &str) -> Cow<'_, str> {
    let plain = text.len() <= LONGEST && text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if plain {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST * 4));
    let mut marks = 0;
    for (count, c) in text.trim_end().chars().enumerate() {
        if count >= LONGEST {
            out.push('…');
            break;
        }
        if is_combining(c) && is_harmless(c) {
            marks += 1;
            if marks == 1 && !out.is_empty() {
                out.push(c);
            }
            continue;
        }
        marks = 0;
        out.push(match c {
            '\t' | '\n' | '\r' => ' ',
            c if is_harmless(c) => c,
            _ => '·',
        });
    }
    Cow::Owned(out)
}

/// Cleaned text, shared.
pub fn cleaned(text: &str) -> Arc<str> {
    Arc::from(&*clean(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, clean, is_harmless};

    #[test]
    fn escapes_overrides_and_floods_are_neutralised() {
        assert_eq!(clean("plain name"), "plain name");
        assert_eq!(clean("a\u{1b}[31mred"), "a·[31mred");
        assert_eq!(clean("line\none\ttab"), "line one tab");
        assert_eq!(clean("abc\u{202e}gpj"), "abc·gpj");
        assert_eq!(clean("ze\u{200b}ro"), "ze·ro");
        assert_eq!(clean("number \u{600}\u{6dd}\u{13430}"), "number ···");
        assert_eq!(clean("e\u{301}\u{301}\u{301}x"), "e\u{301}x");
        assert_eq!(clean("café – été"), "café – été");
        assert_eq!(clean("trailing\n"), "trailing");
    }

    proptest! {
        #[test]
        fn nothing_harmful_passes(text in "\\PC*|.*") {
            let out = clean(&text);
            prop_assert!(out.chars().all(is_harmless));
            prop_assert!(out.chars().count() <= LONGEST + 1);
        }
    }
}
