//! The terminal's clipboard, by OSC 52: it works over SSH, and nobody answers. Whether the terminal
//! took it cannot be known.
//!
//! tmux takes the sequence itself with `set-clipboard on`, and passes on what is wrapped for it with
//! `allow-passthrough on`; with neither, as it comes, both are ignored. Both are sent: with both on
//! the same text arrives twice.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest text, in bytes: made into four thirds of that it is what xterm takes.
pub(super) const LONGEST: usize = 74_994;

/// What GNU screen passes on at once, in bytes.
const CHUNK: usize = 240;

/// What stands between us and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Through {
    Nothing,
    Tmux,
    Screen,
}

impl Through {
    /// What the environment tells of.
    pub(super) fn of(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name| env(name).is_some_and(|value| !value.is_empty());
        if is_set("TMUX") {
            Self::Tmux
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::Nothing
        }
    }

    /// What puts a text into the clipboard; none where it is too long.
    pub(super) fn sequence(self, text: &str) -> Option<Vec<u8>> {
        if text.len() > LONGEST {
            return None;
        }
        let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
        Some(match self {
            Self::Nothing => plain.into_bytes(),
            // Each escape within is doubled.
            Self::Tmux => format!("{plain}\x1bPtmux;\x1b{plain}\x1b\\").into_bytes(),
            Self::Screen => plain
                .as_bytes()
                .chunks(CHUNK)
                .flat_map(|chunk| [b"\x1bP", chunk, b"\x1b\\"].concat())
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Through};

    fn through(vars: &[(&str, &str)]) -> Through {
        Through::of(&|name| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn sequence(through: Through, text: &str) -> String {
        String::from_utf8(through.sequence(text).unwrap()).unwrap()
    }

    #[test]
    fn each_way_to_the_terminal_has_its_wrapping() {
        assert_eq!(through(&[]), Through::Nothing);
        assert_eq!(through(&[("TMUX", "")]), Through::Nothing);
        assert_eq!(through(&[("TMUX", "/tmp/x"), ("STY", "1.x")]), Through::Tmux);
        assert_eq!(through(&[("STY", "1.x")]), Through::Screen);
        assert_eq!(sequence(Through::Nothing, "wörld\n"), "\x1b]52;c;d8O2cmxkCg==\x07");
        assert_eq!(
            sequence(Through::Tmux, "a"),
            "\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
        );
        assert_eq!(sequence(Through::Screen, "a"), "\x1bP\x1b]52;c;YQ==\x07\x1b\\");
    }

    #[test]
    fn screen_gets_it_in_pieces_that_make_the_whole() {
        let text = "x".repeat(1000);
        let wrapped = sequence(Through::Screen, &text);
        let pieces: Vec<&str> = wrapped.split("\x1b\\").collect();
        assert!(pieces.len() > 5 && pieces.iter().all(|p| p.len() <= 242));
        let joined: String = pieces.iter().filter_map(|p| p.strip_prefix("\x1bP")).collect();
        assert_eq!(joined, sequence(Through::Nothing, &text));
    }

    #[test]
    fn what_no_terminal_takes_is_not_sent() {
        assert!(Through::Nothing.sequence(&"x".repeat(LONGEST)).unwrap().len() <= 100_000);
        assert_eq!(Through::Nothing.sequence(&"x".repeat(LONGEST + 1)), None);
    }
}
