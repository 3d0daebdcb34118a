//! Where the next sign comes to stand, and the shortest way elsewhere.

use std::fmt::Write as _;

use super::pen::Pen;
use super::shown::Shown;

/// So many lines down are worth a thought.
const NEAR: u16 = 3;

/// The place at which a terminal writes.
#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    /// As we reckon; none when nothing is known.
    at: Option<(u16, u16)>,
    /// So many columns further it may be: terminals do not agree on the width of what is not ASCII.
    drift: u16,
}

/// A way to a place.
#[derive(Clone, Copy)]
enum Way {
    /// By writing again what stands in between; first so many places with the pen
    /// as it is, then so many with the next one.
    Over(u16, u16),
    /// Columns to the right.
    Right(u16),
    /// Columns to the left, one by one.
    Left(u16),
    /// To a column of this line.
    Column,
    /// To the begin of the line some lines below, then to the right.
    Below(u16),
    /// Some lines down, then so many columns to the right, or to the left when negative.
    Down(u16, i32),
    /// By line and column.
    Place,
}

impl Cursor {
    /// Signs were written up to `end`.
    pub(super) fn wrote(&mut self, end: u16, y: u16, drift: u16) {
        self.at = Some((end, y));
        self.drift = self.drift.saturating_add(drift);
    }

    /// Goes to a place and takes another pen. Whatever is reckoned from where a sign may have been
    /// drawn wider than we think is told by its number instead.
    pub(super) fn go(
        &mut self,
        text: &mut String,
        (x, y): (u16, u16),
        (from, to): (Pen, Pen),
        shown: &Shown,
    ) {
        let known = self.at.filter(|&at| at == (x, y));
        if known.is_none() {
            let way = self.way((x, y), (from, to), shown);
            let begin = self.at.map_or(0, |(x, _)| x);
            self.at = Some((x, y));
            if let Way::Over(kept, _) = way {
                let again = |text: &mut String, places: std::ops::Range<u16>, pen| {
                    text.extend(places.filter_map(|x| shown.at(x, y)?.again(pen)));
                };
                again(text, begin..begin + kept, from);
                Pen::change(text, from, to);
                again(text, begin + kept..x, to);
                return;
            }
            if !matches!(way, Way::Right(_) | Way::Left(_) | Way::Down(..)) {
                self.drift = 0;
            }
            write(text, way, x, y);
        }
        Pen::change(text, from, to);
    }

    fn way(self, (x, y): (u16, u16), (from, to): (Pen, Pen), shown: &Shown) -> Way {
        let place = Way::Place;
        let mut best = (place.cost(x, y), place);
        let mut offer = |way: Way| {
            let cost = way.cost(x, y);
            if cost < best.0 {
                best = (cost, way);
            }
        };
        let Some((column, line)) = self.at else { return place };
        // At the edge a terminal waits with its place on the last column.
        let sure = self.drift == 0 && column < shown.width();
        if line == y {
            offer(Way::Column);
            if sure && let Some(kept) = over(column, x, y, (from, to), shown) {
                offer(Way::Over(kept, x - column - kept));
            }
            if sure && column < x {
                offer(Way::Right(x - column));
            }
            if sure && x < column {
                offer(Way::Left(column - x));
            }
        } else if sure && line < y {
            offer(Way::Down(y - line, i32::from(x) - i32::from(column)));
        }
        if line < y && y - line <= NEAR && column.saturating_add(self.drift) <= shown.width() {
            offer(Way::Below(y - line));
        }
        best.1
    }
}

/// When what stands between two columns can be written again: how much of it with the pen as it
/// is, the rest with the next one.
fn over(begin: u16, end: u16, y: u16, (from, to): (Pen, Pen), shown: &Shown) -> Option<u16> {
    // Ten places are never shorter than a move.
    if begin >= end || end - begin > 9 {
        return None;
    }
    let can = |x, pen| shown.at(x, y).is_some_and(|spot| spot.again(pen).is_some());
    let then = (begin..end).find(|&x| !can(x, from)).unwrap_or(end);
    (then..end).all(|x| can(x, to)).then_some(then - begin)
}

impl Way {
    /// In bytes.
    fn cost(self, x: u16, y: u16) -> usize {
        let sequence = |number: u16| if number == 1 { 3 } else { 3 + digits(number) };
        match self {
            Self::Over(kept, then) => usize::from(kept) + usize::from(then),
            Self::Right(columns) => sequence(columns),
            Self::Left(columns) => usize::from(columns),
            Self::Column => sequence(x + 1),
            Self::Below(lines) => 1 + usize::from(lines) + if x == 0 { 0 } else { sequence(x) },
            Self::Down(lines, 0) => sequence(lines),
            Self::Down(lines, columns) => {
                let along = u16::try_from(columns.unsigned_abs()).unwrap_or(u16::MAX);
                sequence(lines) + if columns < 0 { usize::from(along) } else { sequence(along) }
            }
            Self::Place if x == 0 => sequence(y + 1),
            Self::Place => 4 + digits(x + 1) + if y == 0 { 0 } else { digits(y + 1) },
        }
    }
}

fn write(text: &mut String, way: Way, x: u16, y: u16) {
    let sequence = |text: &mut String, number: u16, last: char| {
        let _ = match number {
            1 => write!(text, "\x1b[{last}"),
            _ => write!(text, "\x1b[{number}{last}"),
        };
    };
    match way {
        Way::Over(..) => {}
        Way::Right(columns) => sequence(text, columns, 'C'),
        Way::Left(columns) => text.extend((0..columns).map(|_| '\x08')),
        Way::Column => sequence(text, x + 1, 'G'),
        Way::Below(lines) => {
            // The lines are there: nothing is scrolled.
            text.push('\r');
            text.extend((0..lines).map(|_| '\n'));
            if x > 0 {
                sequence(text, x, 'C');
            }
        }
        Way::Down(lines, columns) => {
            sequence(text, lines, 'B');
            match u16::try_from(columns) {
                Ok(0) => {}
                Ok(right) => sequence(text, right, 'C'),
                Err(_) => text.extend((columns..0).map(|_| '\x08')),
            }
        }
        Way::Place if x == 0 => sequence(text, y + 1, 'H'),
        Way::Place if y == 0 => {
            let _ = write!(text, "\x1b[;{}H", x + 1);
        }
        Way::Place => {
            let _ = write!(text, "\x1b[{};{}H", y + 1, x + 1);
        }
    }
}

fn digits(number: u16) -> usize {
    number.checked_ilog10().map_or(1, |tens| tens as usize + 1)
}
