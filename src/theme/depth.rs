//! How many colours a terminal has, and what stands in for a colour it has not.

use std::fmt;

use ratatui::style::{Color, Modifier, Style};

use super::Look;

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// None: bold, reverse and underline remain.
    None,
    /// Sixteen, chosen by the user of the terminal.
    Ansi,
    /// 256: those sixteen, a cube and a row of greys.
    Indexed,
    /// Every one.
    Rgb,
}

/// A colour as a theme writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// The terminal's own.
    Default,
    /// One of sixteen.
    Ansi(u8),
    /// One of them all, and what stands in for it.
    Full(Full),
}

/// Red, green, blue, and what stands in for them where the terminal has fewer colours; the nearest
/// where the theme does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full {
    /// The colour itself.
    pub(super) rgb: [u8; 3],
    /// The one of 256.
    pub(super) indexed: Option<u8>,
    /// The one of sixteen.
    pub(super) ansi: Option<Sixteen>,
}

/// One of sixteen, or the terminal's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sixteen {
    /// Neither: the terminal's own.
    Default,
    /// One of sixteen.
    Number(u8),
}

/// The depth that the environment tells of. `NO_COLOR` (set and not empty) and a dumb terminal
/// mean none; `COLORTERM` or a known name every colour; `256color` 256; all else sixteen.
pub fn depth(env: &dyn Fn(&str) -> Option<String>) -> Depth {
    let get = |name: &str| env(name).unwrap_or_default().to_ascii_lowercase();
    let term = get("TERM");
    if !get("NO_COLOR").is_empty() || term == "dumb" {
        return Depth::None;
    }
    let colorterm = get("COLORTERM");
    let direct = ["direct", "kitty", "alacritty", "ghostty", "wezterm", "foot"];
    if colorterm == "truecolor"
        || colorterm == "24bit"
        || direct.iter().any(|name| term.contains(name))
    {
        Depth::Rgb
    } else if term.contains("256color") || !colorterm.is_empty() {
        Depth::Indexed
    } else {
        Depth::Ansi
    }
}

impl Shade {
    /// Reads `default`, `ansi:9`, `#rrggbb`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Default);
        }
        if let Some(number) = text.strip_prefix("ansi:") {
            return number.parse().ok().filter(|n| *n < 16).map(Self::Ansi);
        }
        let hex = text.strip_prefix('#').filter(|h| h.len() == 6)?;
        let value = u32::from_str_radix(hex, 16).ok()?;
        // `from_str_radix` takes a sign.
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let [_, r, g, b] = value.to_be_bytes();
        Some(Self::Full(Full { rgb: [r, g, b], indexed: None, ansi: None }))
    }

    fn color(self, depth: Depth) -> Option<Color> {
        match (self, depth) {
            (_, Depth::None) => None,
            (Self::Default, _) => Some(Color::Reset),
            (Self::Ansi(n), _) => Some(Color::Indexed(n)),
            (Self::Full(Full { rgb: [r, g, b], .. }), Depth::Rgb) => Some(Color::Rgb(r, g, b)),
            (Self::Full(Full { rgb, indexed, .. }), Depth::Indexed) => {
                Some(Color::Indexed(indexed.unwrap_or_else(|| to_256(rgb))))
            }
            (Self::Full(Full { rgb, ansi, .. }), Depth::Ansi) => Some(match ansi {
                Some(Sixteen::Default) => Color::Reset,
                Some(Sixteen::Number(n)) => named(n),
                None => named(to_16(rgb)),
            }),
        }
    }
}

impl fmt::Display for Shade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Ansi(number) => write!(f, "ansi:{number}"),
            Self::Full(Full { rgb: [r, g, b], .. }) => write!(f, "#{r:02x}{g:02x}{b:02x}"),
        }
    }
}

impl Depth {
    /// A look as this depth can show it, on a page of this colour. Without colours another
    /// background becomes reverse video, so that what is selected is still seen.
    pub(super) fn style(self, look: Look, page: Option<Shade>) -> Style {
        let mut modifier = Modifier::empty();
        for (on, what) in [
            (look.bold, Modifier::BOLD),
            (look.dim, Modifier::DIM),
            (look.italic, Modifier::ITALIC),
            (look.underline, Modifier::UNDERLINED),
            (look.reversed, Modifier::REVERSED),
        ] {
            if on {
                modifier |= what;
            }
        }
        let stands_out = look.bg.is_some_and(|bg| bg != Shade::Default) && look.bg != page;
        if self == Self::None && stands_out {
            modifier |= Modifier::REVERSED;
        }
        Style {
            fg: look.fg.and_then(|shade| shade.color(self)),
            bg: look.bg.and_then(|shade| shade.color(self)),
            ..Style::default().add_modifier(modifier)
        }
    }
}

/// The nearest of the 256: the cube 16..=231 or the greys 232..=255.
fn to_256([r, g, b]: [u8; 3]) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |v: u8| (0..).zip(STEPS).min_by_key(|(_, s)| s.abs_diff(v)).unwrap_or((0, 0));
    let ((ri, rs), (gi, gs), (bi, bs)) = (step(r), step(g), step(b));
    let far = |x: u8, y: u8, z: u8| {
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        square(x, r) + square(y, g) + square(z, b)
    };
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(23).min(23);
    let level = 8 + grey * 10;
    if far(level, level, level) < far(rs, gs, bs) { 232 + grey } else { 16 + 36 * ri + 6 * gi + bi }
}

/// One of the sixteen by hue; what has little colour becomes a grey.
fn to_16([r, g, b]: [u8; 3]) -> u8 {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    if u16::from(high - low) * 4 < u16::from(high).max(1) {
        return match high {
            0..=48 => 0,
            49..=160 => 8,
            161..=216 => 7,
            _ => 15,
        };
    }
    let middle = low + (high - low) / 2;
    let bit = |v: u8, bit: u8| if v > middle { bit } else { 0 };
    let bright = if high > 160 { 8 } else { 0 };
    bright + (bit(r, 1) | bit(g, 2) | bit(b, 4))
}

/// The sixteen by their names: terminals get the short sequences for these.
fn named(number: u8) -> Color {
    match number {
        0 => Color::Black,
        1 => Color::Red,
        2 => Color::Green,
        3 => Color::Yellow,
        4 => Color::Blue,
        5 => Color::Magenta,
        6 => Color::Cyan,
        7 => Color::Gray,
        8 => Color::DarkGray,
        9 => Color::LightRed,
        10 => Color::LightGreen,
        11 => Color::LightYellow,
        12 => Color::LightBlue,
        13 => Color::LightMagenta,
        14 => Color::LightCyan,
        _ => Color::White,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_the_depth() {
        for (vars, expected) in [
            (&[][..], Depth::Ansi),
            (&[("TERM", "xterm-256color")], Depth::Indexed),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::Rgb),
            (&[("TERM", "xterm-kitty")], Depth::Rgb),
            (&[("TERM", "linux")], Depth::Ansi),
            (&[("TERM", "dumb"), ("COLORTERM", "truecolor")], Depth::None),
            (&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], Depth::None),
            (&[("NO_COLOR", ""), ("COLORTERM", "24bit")], Depth::Rgb),
        ] {
            let env =
                |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(depth(&env), expected, "{vars:?}");
        }
    }

    #[test]
    fn colours_come_down_to_what_a_terminal_has() {
        // Judged by eye on the table of the 256 colours.
        for (rgb, indexed) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([95, 135, 175], 67),
            ([128, 128, 128], 244),
            ([43, 48, 59], 236),
        ] {
            assert_eq!(to_256(rgb), indexed, "{rgb:?}");
        }
        for (rgb, ansi) in [
            ([0, 0, 0], 0),
            ([255, 255, 255], 15),
            ([255, 95, 109], 9),
            ([120, 0, 0], 1),
            ([255, 180, 84], 11),
            ([130, 170, 255], 12),
            ([138, 143, 152], 8),
        ] {
            assert_eq!(to_16(rgb), ansi, "{rgb:?}");
        }
    }
}
