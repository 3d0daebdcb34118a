//! Long words of servers, brought down to what a short sentence can carry; numbers with their
//! words.

use std::sync::Arc;

use crate::judge::problem::Facts;

/// The server's text after a colon: ` : no space left`; nothing when there is none.
pub(super) fn told(facts: &Facts) -> String {
    match facts.text.as_deref().map(str::trim) {
        None | Some("") => String::new(),
        Some(text) => format!(" : {text}"),
    }
}

/// The first names and how many more there are: `scsi1, scsi2 +3`.
pub(super) fn names(names: &[Arc<str>], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(|n| &**n).collect();
    let rest = names.len().saturating_sub(most);
    let joined = shown.join(", ");
    if rest > 0 { format!("{joined} +{rest}") } else { joined }
}

/// `0 invité`, `1 invité`, `3 invités`: French has the singular below two.
pub(super) fn several(count: usize, word: &str) -> String {
    if count < 2 { format!("{count} {word}") } else { format!("{count} {word}s") }
}

/// One of two words: the singular below two.
pub(super) fn plural(count: usize, one: &'static str, more: &'static str) -> &'static str {
    if count < 2 { one } else { more }
}

/// After `depuis`, `avant`, `dès`: a date has its article, a time of day has none.
pub(super) fn the(moment: &str) -> String {
    if moment.contains(' ') { format!("le {moment}") } else { moment.to_owned() }
}

/// `de 02:07`, `du 21 nov. 23:04`.
pub(super) fn of_the(moment: &str) -> String {
    if moment.contains(' ') { format!("du {moment}") } else { format!("de {moment}") }
}

/// `d’orizom`, `de fi`: before a vowel the word is cut.
pub(super) fn of(name: &str) -> String {
    let is_vowel =
        name.chars().next().is_some_and(|c| "aeiouyàâéèêëîïôûAEIOUYÀÂÉÈÊËÎÏÔÛ".contains(c));
    if is_vowel { format!("d’{name}") } else { format!("de {name}") }
}

/// `a, b et c`
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} et {last}", rest.join(", ")),
    }
}

/// With a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
