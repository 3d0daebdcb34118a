//! Takes apart what was written to a terminal: text, and the sequences that vigie writes. Any
//! other one is foreign: somebody else made it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vigie::fleet::text::is_harmless;

/// Private modes that are switched on and off: mouse, cursor, alternate screen, pasting, frames.
const MODES: [&str; 6] = ["1000", "1006", "25", "1049", "2004", "2026"];

/// What reached the terminal.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// The characters of all frames, one after the other.
    pub(super) text: String,
    /// What was sent to its clipboard.
    pub(super) copied: Vec<String>,
}

/// Whether a character is more than text. What the library calls harmless is compared with a list
/// of its own there (`command::hostile`).
pub(super) fn is_foreign(c: char) -> bool {
    !is_harmless(c)
}

impl Wire {
    /// Reads what was written.
    ///
    /// # Errors
    /// What there is in it that vigie does not write of its own, and what came before.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let all = std::str::from_utf8(bytes).map_err(|error| format!("no text: {error}"))?;
        let mut wire = Self::default();
        let mut rest = all;
        loop {
            let mut left = rest.chars();
            let Some(c) = left.next() else { return Ok(wire) };
            let after = left.as_str();
            rest = match c {
                '\u{1b}' => wire.sequence(after).ok_or_else(|| {
                    let at = all.len() - rest.len();
                    let around = at.saturating_sub(80)..bytes.len().min(at + 80);
                    let seen = String::from_utf8_lossy(&bytes[around]);
                    format!("a foreign sequence: {seen:?}")
                })?,
                // The cursor's own ways.
                '\r' | '\n' | '\u{8}' => after,
                c if is_foreign(c) => return Err(format!("a foreign character: {c:?}")),
                c => {
                    wire.text.push(c);
                    after
                }
            };
        }
    }

    /// What follows a sequence of ours, after its escape character.
    fn sequence<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if let Some(text) = text.strip_prefix("]52;c;") {
            let (payload, rest) = text.split_once('\u{7}')?;
            let plain = STANDARD.decode(payload).ok()?;
            self.copied.push(String::from_utf8(plain).ok()?);
            return Some(rest);
        }
        let text = text.strip_prefix('[')?;
        let end = text.find(|c: char| !matches!(c, '0'..='9' | ';' | ':' | '?'))?;
        let (numbers, rest) = text.split_at(end);
        let mut rest = rest.chars();
        let last = rest.next()?;
        let ours = match numbers.strip_prefix('?') {
            Some(mode) => matches!(last, 'h' | 'l') && MODES.contains(&mode),
            None => {
                matches!(last, 'm' | 'A' | 'B' | 'C' | 'D' | 'G' | 'H' | 'K' | 'X' | 'J')
                    && !numbers.contains('?')
            }
        };
        ours.then_some(rest.as_str())
    }
}

#[test]
fn what_is_foreign_is_found() {
    let ours = "\x1b[?1049h\x1b[H\x1b[38;2;1;2;3ma\x1b[K\x1b[24X\r\n\x08\x1b]52;c;YQ==\x07é\x1b[m";
    let wire = Wire::read(ours.as_bytes()).unwrap();
    assert_eq!((wire.text.as_str(), wire.copied.as_slice()), ("aé", &["a".to_owned()][..]));
    for foreign in [
        "\x1b]0;x\x07",
        "\x1b]8;;x\x07",
        "\x1b]52;c;%%\x07",
        "\x1bPx\x1b\\",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[?1002h",
        "\x1b[5i",
        "\x1bc",
        "\x1b[",
        "\u{9b}31m",
        "\0",
        "\x07",
        "\u{202e}",
        "\u{200b}",
        "\t",
        "\x7f",
        "\x1b[1;2r",
        "\x1b[>4;1m",
    ] {
        assert!(Wire::read(format!("a{foreign}b").as_bytes()).is_err(), "{foreign:?}");
    }
    assert!(Wire::read(b"a\x9b31m").is_err(), "eight bits");
}
