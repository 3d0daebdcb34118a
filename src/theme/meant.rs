//! What the author of a theme probably meant: words of other programs, colours written otherwise.

use crate::mistake::{Meant, nearest};

/// A known key, and words that others use for it.
pub(super) type Known = (&'static str, &'static [&'static str]);

pub(super) const TOP: &[Known] = &[
    ("inherits", &["inherit", "extends", "base", "parent"]),
    ("palette", &["colors", "colours", "color", "colour"]),
    ("roles", &["role", "styles", "style"]),
];

pub(super) const ENTRY: &[Known] = &[
    ("fg", &["foreground", "color", "colour"]),
    ("bg", &["background"]),
    ("bold", &["strong"]),
    ("dim", &["faint"]),
    ("italic", &["italics"]),
    ("underline", &["underlined"]),
    ("reversed", &["reverse", "inverse", "inverted"]),
];

pub(super) const COLOUR: &[Known] =
    &[("rgb", &["hex", "color", "colour"]), ("indexed", &["256", "xterm"]), ("ansi", &["16"])];

/// Words that others use for a role.
pub(super) const ROLES: &[Known] = &[
    ("critical", &["error", "crit", "red"]),
    ("warning", &["warn", "yellow"]),
    ("unknown", &["unk"]),
    ("ok", &["good", "success", "green"]),
    ("text", &["foreground", "normal", "default"]),
    ("muted", &["dim", "faint", "comment"]),
    ("head", &["header", "heading"]),
    ("accent", &["link", "active"]),
    ("selected", &["selection"]),
    ("rule", &["border", "line"]),
];

/// The known word for which others use this one.
pub(super) fn also(word: &str, known: &'static [Known]) -> Option<&'static str> {
    let word = word.to_lowercase();
    known.iter().find(|(_, also)| also.contains(&word.as_str())).map(|(known, _)| *known)
}

pub(super) fn meant(word: &str, known: &'static [Known]) -> Meant {
    let near = || nearest(word, known.iter().map(|(word, _)| *word));
    match also(word, known).or_else(near) {
        Some(word) => Meant::Word(word.to_owned()),
        None => Meant::OneOf(known.iter().map(|(word, _)| (*word).to_owned()).collect()),
    }
}

/// A colour that is written otherwise elsewhere, as it is written here.
pub(super) fn spelled(text: &str) -> Option<String> {
    let plain = text.trim().to_lowercase();
    let digits = plain.trim_start_matches("0x").trim_start_matches('#');
    if digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        match digits.len() {
            3 => {
                return Some(
                    digits.chars().fold("#".to_owned(), |all, c| all + &format!("{c}{c}")),
                );
            }
            // What is behind six is how much of it shows through.
            6 | 8 => return Some(format!("#{}", digits.get(..6)?)),
            _ => {}
        }
    }
    let words: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    if matches!(words.as_str(), "none" | "reset" | "terminal" | "transparent") {
        return Some("default".to_owned());
    }
    if let Some(number) = words.strip_prefix("ansi").and_then(|n| n.parse::<u8>().ok()) {
        return (number < 16).then(|| format!("ansi:{number}"));
    }
    let bright = words.strip_prefix("bright").or_else(|| words.strip_prefix("light"));
    let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    let number = match bright.unwrap_or(&words) {
        "gray" | "grey" => return Some("ansi:8".to_owned()),
        name => names.iter().position(|known| *known == name)?,
    };
    let number = if bright.is_some() { number.saturating_add(8) } else { number };
    Some(format!("ansi:{number}"))
}
