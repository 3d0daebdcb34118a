//! Words for a shell: what came from a server is a word and nothing else, wherever it is pasted.

/// Whether a character means nothing to any shell of the POSIX family, wherever in a word it is.
/// (`=` would begin an assignment, `~` a home, `{` an expansion in some.)
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | ',' | '+' | '@' | '%')
}

/// A text as one word of a shell: as it is where that is harmless, else in single quotes. What no
/// shell can hold (the NUL character) is left out.
///
/// A line break stays one, within the quotes. For a command that is shown, clean the text first
/// ([`crate::fleet::text::clean`]): a terminal knows no quotes.
pub fn quote(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('\'');
    for c in text.chars() {
        match c {
            // Out of the quotes, an escaped one, and in again.
            '\'' => out.push_str("'\\''"),
            '\0' => {}
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::quote;

    #[test]
    fn words_judged_by_hand() {
        for (text, quoted) in [
            ("fi1", "fi1"),
            (
                "pbs-main:backup/vm/101/2026-03-10T03:00:00Z",
                "pbs-main:backup/vm/101/2026-03-10T03:00:00Z",
            ),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("$(reboot)", "'$(reboot)'"),
            ("`reboot`", "'`reboot`'"),
            ("a;reboot", "'a;reboot'"),
            ("~root", "'~root'"),
            ("A=1", "'A=1'"),
            ("{a,b}", "'{a,b}'"),
            ("#", "'#'"),
            ("*", "'*'"),
            ("a\nb", "'a\nb'"),
            ("é", "'é'"),
            ("a\0b", "'ab'"),
        ] {
            assert_eq!(quote(text), quoted, "{text:?}");
        }
    }

    fn echoed(script: &str) -> Vec<u8> {
        let output = Command::new("sh").args(["-c", script]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{script:?}");
        output.stdout
    }

    #[test]
    fn every_character_of_ascii_survives_alone_and_in_front() {
        let all = (1..128_u8).map(char::from);
        let texts: Vec<String> = all.flat_map(|c| [c.to_string(), format!("{c}a")]).collect();
        let words: Vec<String> = texts.iter().map(|text| quote(text)).collect();
        let script = format!("printf '%s|' {}", words.join(" "));
        assert_eq!(echoed(&script), (texts.join("|") + "|").into_bytes());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shell_gives_back_what_was_quoted(
            texts in prop::collection::vec("[^\\x00]*|[ -~]{0,12}|['\"$`\\\\!*?~ \n]{0,8}", 1..6),
        ) {
            let words: Vec<String> = texts.iter().map(|text| quote(text)).collect();
            let script = format!("printf '%s\\001' {}", words.join(" "));
            let expected = texts.join("\u{1}") + "\u{1}";
            prop_assert_eq!(echoed(&script), expected.into_bytes());
        }
    }
}
