//! Cells as a terminal is told of them, in as few bytes as there may be.
//!
//! ratatui's own encoder names both colours whenever one changes, gives blanks the colour of
//! letters that are not there, and moves with both coordinates along a line. Over a slow line that
//! is half of every frame.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What shows on a blank, too.
const ON_BLANKS: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// How a terminal writes at the moment.
#[derive(Clone, Copy, PartialEq)]
struct Pen {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

impl Pen {
    const RESET: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        underline: Color::Reset,
        modifier: Modifier::empty(),
    };

    fn of(cell: &Cell) -> Self {
        let Cell { fg, bg, underline_color, modifier, .. } = *cell;
        Self { fg, bg, underline: underline_color, modifier }
    }

    /// The pen for a cell: as it is, where a blank looks alike with it.
    fn towards(self, cell: &Cell) -> Self {
        let wanted = Self::of(cell);
        let shows = (self.modifier | wanted.modifier).intersects(ON_BLANKS);
        if cell.symbol() == " " && !shows { Self { bg: wanted.bg, ..self } } else { wanted }
    }
}

/// Appends cells, in the order of their places, to what a terminal is to be told; it is left with
/// nothing set.
pub(super) fn cells<'a>(out: &mut Vec<u8>, content: impl Iterator<Item = (u16, u16, &'a Cell)>) {
    let mut text = String::new();
    let mut pen = Pen::RESET;
    // Where the next sign comes to stand by itself.
    let mut at: Option<(u16, u16)> = None;
    for (x, y, cell) in content {
        match at {
            Some(next) if next == (x, y) => {}
            // Along the line by its column: nothing depends on how wide the last sign was drawn.
            Some((_, line)) if line == y => {
                let _ = write!(text, "\x1b[{}G", u32::from(x) + 1);
            }
            _ => {
                let _ = write!(text, "\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1);
            }
        }
        let wanted = pen.towards(cell);
        change(&mut text, pen, wanted);
        pen = wanted;
        text.push_str(cell.symbol());
        // After a wide sign the place is told anew.
        at = Some((x.saturating_add(1), y));
    }
    if pen != Pen::RESET {
        text.push_str("\x1b[0m");
    }
    out.extend_from_slice(text.as_bytes());
}

/// From one pen to another, in one sequence.
fn change(text: &mut String, from: Pen, to: Pen) {
    if from == to {
        return;
    }
    let mut codes = String::new();
    modifiers(&mut codes, from.modifier, to.modifier);
    for (is, was, base) in
        [(to.fg, from.fg, 30_u8), (to.bg, from.bg, 40), (to.underline, from.underline, 50)]
    {
        if is != was {
            color(&mut codes, is, base);
        }
    }
    let _ = write!(text, "\x1b[{}m", codes.trim_end_matches(';'));
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

#[cfg(test)]
mod tests;
