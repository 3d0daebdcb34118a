//! Texts that harm, and what they are once they cannot any more.

use unicode_width::UnicodeWidthChar;

use crate::fleet::text::clean;

/// What a broken-into server, or a joker with the right to name a guest, may write.
pub(super) const NASTY: [&str; 12] = [
    // Colours, cursor, screen, title, the alternate screen, a question to the terminal.
    "\u{1b}[31m\u{1b}[2J\u{1b}[H\u{1b}]0;title\u{7}\u{1b}[?1049l\u{1b}[6n\u{1b}c",
    // A link, and the clipboard, ended by BEL and by ST.
    "\u{1b}]8;;https://evil.example/\u{7}link\u{1b}]8;;\u{1b}\\\u{1b}]52;c;ZXZpbA==\u{1b}\\",
    // Device control, application command, privacy message, start of string.
    "\u{1b}P1$r0m\u{1b}\\\u{1b}_Gf=100;AAAA\u{1b}\\\u{1b}^pm\u{1b}\\\u{1b}Xsos\u{1b}\\",
    // The same in eight bits.
    "\u{9b}31m\u{9b}2J\u{9d}52;c;ZXZpbA==\u{9c}\u{90}1$r0m\u{9c}\u{9f}apc\u{9c}\u{85}\u{8d}",
    // What turns the order of letters round.
    "\u{202e}gpj.exe\u{202c}\u{2066}a\u{2067}b\u{2068}c\u{2069}\u{200e}\u{200f}\u{61c}\u{202a}\u{202b}\u{202d}",
    // What is not seen.
    "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{feff}f\u{ad}g\u{180e}h\u{34f}i\u{115f}j\u{3164}k\u{e0041}l\u{fe0f}\u{600}\u{6dd}\u{fff9}\u{13430}\u{1d173}",
    // What ends or empties a line.
    "one\ntwo\r\nthree\rfour\tfive\u{b}six\u{c}seven\u{2028}eight\u{2029}nine",
    // The rest of the control characters.
    "\0\u{1}\u{5}\u{7}\u{8}\u{8}\u{e}\u{f}\u{11}\u{13}\u{1a}\u{7f}\u{80}\u{84}\u{9e}",
    // Wide letters, and pictures made of several.
    "日本語のサーバー가나다 👩\u{200d}👩\u{200d}👧\u{200d}👦 🏳\u{fe0f}\u{200d}🌈 🇫🇮",
    // Marks of several writings.
    "z\u{334}\u{321}\u{489}\u{36f}a\u{300}\u{301}\u{302} ก\u{e33}\u{e33}\u{e49}\u{e49} स\u{94d}\u{200d}",
    // For a shell, for Markdown, for HTML.
    "';$(touch hacked)`touch hacked`\"|&<>*?~#\\ <script>alert(1)</script> [a](http://x) **b** `c`",
    // A format of ours, and of others.
    "{}%s%n{0}\\u001b[31m\\x1b\\033[0m${HOME}",
];

/// Whether a character must not reach a terminal, a file or a clipboard: control characters, and
/// those that Unicode calls format characters, separators of lines, or ignorable.
///
/// Written out by itself, so that a gap in what cleans is no gap in what looks.
pub(super) fn raw(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            // Cf.
            0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890 | 0x891 | 0x8E2 | 0x180E
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF0..=0xFFFB
            | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF
            // Zl, Zp.
            | 0x2028 | 0x2029
            // Drawn as nothing.
            | 0x34F | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x3164
            | 0xFE00..=0xFE0F | 0xFFA0)
}

/// A text of plain letters that takes the room of this one once it is cleaned.
pub(super) fn tame(text: &str) -> String {
    let letter = |c: char| match c.width() {
        Some(1) => c.to_string(),
        width => "a".repeat(width.unwrap_or(0)),
    };
    clean(text).chars().map(letter).collect()
}

/// The list above and the one that text is cleaned by say the same of every character there is, so
/// that either can be used to look.
#[test]
fn what_is_raw_is_what_is_not_harmless() {
    let differ = ('\0'..=char::MAX).filter(|c| raw(*c) == crate::fleet::text::is_harmless(*c));
    assert_eq!(differ.collect::<String>(), "");
}
