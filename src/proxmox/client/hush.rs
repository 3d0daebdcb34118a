//! Our own secret is taken out of whatever a server says, before anything is made of it: one that
//! says back what it was told may do so in the name of a guest as well as in an error.

use std::borrow::Cow;

use bytes::Bytes;
use memchr::{memchr2_iter, memmem};

/// Shorter ones are words that a server says anyhow, and no secrets: those of both products are
/// UUIDs.
const SHORTEST: usize = 8;

/// What stands in its place, in UTF-8.
const INSTEAD: &str = "…";

/// The bytes without the secret, as it is and as JSON may spell it (`\u0035`, `\/`). Almost always
/// they are searched, and given back as they are.
pub(super) fn hushed<'a>(bytes: &'a [u8], secret: &str) -> Cow<'a, [u8]> {
    let secret = secret.as_bytes();
    let Some(first) = secret.first().filter(|_| secret.len() >= SHORTEST) else {
        return bytes.into();
    };
    if !may_hold(bytes, secret) {
        return bytes.into();
    }
    let mut out = Vec::new();
    let mut told = 0;
    let mut next = 0;
    for at in memchr2_iter(*first, b'\\', bytes) {
        // Within one that was found, or behind a backslash that is spelled itself.
        if at < next {
            continue;
        }
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\\\\")) {
            next = at.saturating_add(2);
        }
        if let Some(len) = bytes.get(at..).and_then(|rest| spelled(rest, secret)) {
            out.extend_from_slice(bytes.get(told..at).unwrap_or_default());
            out.extend_from_slice(INSTEAD.as_bytes());
            told = at.saturating_add(len);
            next = told;
        }
    }
    if told == 0 {
        return bytes.into();
    }
    out.extend_from_slice(bytes.get(told..).unwrap_or_default());
    out.into()
}

/// The same of a body.
pub(super) fn hushed_body(body: Bytes, secret: &str) -> Bytes {
    match hushed(&body, secret) {
        Cow::Borrowed(_) => body,
        Cow::Owned(other) => other.into(),
    }
}

/// Whether it is worth looking closely: it is there, or a character is spelled that need not be.
fn may_hold(bytes: &[u8], secret: &[u8]) -> bool {
    let is_special = secret.iter().any(|byte| matches!(byte, b'"' | b'\\' | b'/'));
    memmem::find(bytes, secret).is_some()
        || memmem::find(bytes, b"\\u00").is_some()
        || (is_special && memmem::find(bytes, b"\\").is_some())
}

/// How many bytes spell the secret at the beginning of these; none where they do not.
fn spelled(bytes: &[u8], secret: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for wanted in secret {
        let rest = bytes.get(at..)?;
        at = at.checked_add(spells(rest, *wanted)?)?;
    }
    Some(at)
}

/// How many bytes spell one ASCII character: no header carries another one.
fn spells(rest: &[u8], wanted: u8) -> Option<usize> {
    match rest {
        [b'\\', b'u', code @ ..] => {
            let code = std::str::from_utf8(code.get(..4)?).ok()?;
            let is_it = u32::from_str_radix(code, 16).ok() == Some(wanted.into());
            (is_it && !code.starts_with('+')).then_some(6)
        }
        [b'\\', next, ..] if *next == wanted && matches!(wanted, b'"' | b'\\' | b'/') => Some(2),
        [byte, ..] if *byte == wanted => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::hushed;

    const SECRET: &str = "5d1f2c3b-4a59-4687-9d0e-b1a2c3d4e5f6";

    /// Without its last, and without its first character.
    const BEGUN: &str = "5d1f2c3b-4a59-4687-9d0e-b1a2c3d4e5f";
    const ENDED: &str = "d1f2c3b-4a59-4687-9d0e-b1a2c3d4e5f6";

    fn is(bytes: &str, secret: &str, expected: &str) {
        let hushed = hushed(bytes.as_bytes(), secret);
        assert_eq!(std::str::from_utf8(&hushed).unwrap(), expected, "{bytes}");
    }

    #[test]
    fn it_is_taken_out_however_it_is_spelled() {
        is("", SECRET, "");
        is("{\"data\": []}", SECRET, "{\"data\": []}");
        is(SECRET, SECRET, "…");
        is(&format!("a{SECRET}b{SECRET}{SECRET}"), SECRET, "a…b……");
        // Begun, and begun anew within.
        is(&format!("5d1f2c3b-{SECRET}"), SECRET, "5d1f2c3b-…");
        is(BEGUN, SECRET, BEGUN);
        is(&format!("\\u0035{ENDED}"), SECRET, "…");
        is(&format!("\\\\{BEGUN}\\u0036"), SECRET, "\\\\…");
        is(&format!("x\\u002{}\\u002D", "5d1f2c3b"), SECRET, "x\\u0025d1f2c3b\\u002D");
        is("say \\\"a/b\\\\c\\/d", "\"a/b\\c/d", "say …");
        is("say \\\"a/b\\\\c\\u002fd!", "\"a/b\\c/d", "say …!");
        // A backslash that is spelled, and what looks like a number behind it.
        is("\\\\u0067hijklmnop", "ghijklmnop", "\\\\u0067hijklmnop");
        is("\\\\\\u0067hijklmnop", "ghijklmnop", "\\\\…");
        // No JSON.
        is(&format!("C:\\{SECRET}"), SECRET, "C:\\…");
        // What is no secret is not looked for.
        is("{\"data\": []}", "data", "{\"data\": []}");
        is("{\"data\": []}", "", "{\"data\": []}");
    }

    /// A text as JSON may spell it: each character plain, or by its number in either case.
    fn spelled(text: &str, how: &[u8]) -> String {
        let ways = how.iter().chain(std::iter::repeat(&0));
        let each = text.chars().zip(ways).map(|(c, way)| match (way % 3, c) {
            (1, c) => format!("\\u{:04x}", u32::from(c)),
            (2, c) => format!("\\u{:04X}", u32::from(c)),
            (_, '"' | '\\') => format!("\\{c}"),
            (_, c) => c.to_string(),
        });
        each.collect()
    }

    proptest! {
        #[test]
        fn no_text_that_is_read_holds_it_and_nothing_else_is_lost(
            secret in "[!-~]{8,40}",
            before in "[a-z\\\\\"]{0,9}",
            behind in "[ g-z\u{e9}]{0,9}",
            how in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let told = format!("{}{}{}", spelled(&before, &[]), spelled(&secret, &how), behind);
            let body = format!("{{\"data\": [\"{told}\", 1, \"other\"]}}");
            let read: Value = serde_json::from_str(&body).unwrap();
            prop_assert!(read["data"][0].as_str().unwrap().contains(&secret));
            let hushed: Value = serde_json::from_slice(&hushed(body.as_bytes(), &secret)).unwrap();
            let shown = hushed["data"][0].as_str().unwrap();
            prop_assert!(!shown.contains(&secret), "{shown}");
            prop_assert!(shown.ends_with(&behind));
            prop_assert_eq!(&hushed["data"][1], &json!(1));
            prop_assert_eq!(&hushed["data"][2], &json!("other"));
        }

        #[test]
        fn what_does_not_hold_it_stays_as_it_is(text in ".{0,200}") {
            prop_assert_eq!(&*hushed(text.as_bytes(), SECRET), text.as_bytes());
        }
    }
}
