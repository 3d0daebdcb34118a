//! Long words of servers, brought down to what a short sentence can carry.

use std::sync::Arc;

use crate::judge::problem::Facts;

/// The server's text after a colon: `: no space left`; nothing when there is none.
pub(super) fn told(facts: &Facts) -> String {
    match facts.text.as_deref().map(str::trim) {
        None | Some("") => String::new(),
        Some(text) => format!(": {text}"),
    }
}

/// The first names and how many more there are: `scsi1, scsi2 +3`.
pub(super) fn names(names: &[Arc<str>], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(|n| &**n).collect();
    let rest = names.len().saturating_sub(most);
    let joined = shown.join(", ");
    if rest > 0 { format!("{joined} +{rest}") } else { joined }
}

/// `1 guest`, `3 guests`.
pub(super) fn several(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
