//! How a terminal writes at the moment, and the shortest way to another manner.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What shows on a blank, too.
const ON_BLANKS: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// How a terminal writes at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) bg: Color,
    fg: Color,
    underline: Color,
    modifier: Modifier,
}

impl Pen {
    /// With nothing set.
    pub(super) const RESET: Self = Self::blank(Color::Reset);

    /// Nothing but a background.
    pub(super) const fn blank(bg: Color) -> Self {
        Self { bg, fg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() }
    }

    pub(super) fn of(cell: &Cell) -> Self {
        let Cell { fg, bg, underline_color, modifier, .. } = *cell;
        Self { bg, fg, underline: underline_color, modifier }
    }

    /// Whether a blank written with it is more than its background.
    pub(super) fn marks_blanks(self) -> bool {
        self.modifier.intersects(ON_BLANKS)
    }

    /// Whether blanks written with either look alike.
    pub(super) fn blanks_as(self, other: Self) -> bool {
        self == other || self.bg == other.bg && !(self.marks_blanks() || other.marks_blanks())
    }

    /// The pen nearest to this one for blanks that are to look as written with `wanted`.
    pub(super) fn for_blanks(self, wanted: Self) -> Self {
        if wanted.marks_blanks() {
            wanted
        } else if self.marks_blanks() {
            Self::blank(wanted.bg)
        } else {
            Self { bg: wanted.bg, ..self }
        }
    }

    /// From one pen to another, in one sequence: by what differs or from nothing set, whichever
    /// is shorter.
    pub(super) fn change(text: &mut String, from: Self, to: Self) {
        if from == to {
            return;
        }
        if to == Self::RESET {
            text.push_str("\x1b[m");
            return;
        }
        let mut differs = String::new();
        codes(&mut differs, from, to);
        let mut anew = String::from("0;");
        codes(&mut anew, Self::RESET, to);
        let shortest = if anew.len() < differs.len() { anew } else { differs };
        text.push_str("\x1b[");
        text.push_str(shortest.trim_end_matches(';'));
        text.push('m');
    }
}

fn codes(codes: &mut String, from: Pen, to: Pen) {
    modifiers(codes, from.modifier, to.modifier);
    for (is, was, base) in
        [(to.fg, from.fg, 30_u8), (to.bg, from.bg, 40), (to.underline, from.underline, 50)]
    {
        if is != was {
            color(codes, is, base);
        }
    }
}

fn modifiers(codes: &mut String, from: Modifier, to: Modifier) {
    let weight = Modifier::BOLD | Modifier::DIM;
    let mut gone = from - to;
    let mut come = to - from;
    if gone.intersects(weight) {
        // One code ends both.
        codes.push_str("22;");
        come |= to & weight;
        gone -= weight;
    }
    let blink = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
    if gone.intersects(blink) {
        codes.push_str("25;");
        come |= to & blink;
        gone -= blink;
    }
    for (modifier, begin, end) in [
        (Modifier::BOLD, "1;", ""),
        (Modifier::DIM, "2;", ""),
        (Modifier::ITALIC, "3;", "23;"),
        (Modifier::UNDERLINED, "4;", "24;"),
        (Modifier::SLOW_BLINK, "5;", ""),
        (Modifier::RAPID_BLINK, "6;", ""),
        (Modifier::REVERSED, "7;", "27;"),
        (Modifier::HIDDEN, "8;", "28;"),
        (Modifier::CROSSED_OUT, "9;", "29;"),
    ] {
        if gone.contains(modifier) {
            codes.push_str(end);
        }
        if come.contains(modifier) {
            codes.push_str(begin);
        }
    }
}

/// A colour of letters (`base` 30), of the background (40), of the underline (50, which has no
/// codes for the sixteen).
fn color(codes: &mut String, color: Color, base: u8) {
    let (own, none) = (base + 8, base + 9);
    let indexed = match color {
        Color::Reset => {
            let _ = write!(codes, "{none};");
            return;
        }
        Color::Rgb(r, g, b) => {
            let _ = write!(codes, "{own};2;{r};{g};{b};");
            return;
        }
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    // The sixteen have codes of their own for letters and backgrounds: fewer bytes, and every
    // terminal knows them.
    let _ = match indexed {
        0..8 if base < 50 => write!(codes, "{};", base + indexed),
        8..16 if base < 50 => write!(codes, "{};", base + 60 + (indexed - 8)),
        _ => write!(codes, "{own};5;{indexed};"),
    };
}
