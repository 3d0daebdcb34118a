//! Cells that are written without moving or another pen in between.

use ratatui::buffer::Cell;
use ratatui::layout::Size;
use unicode_width::UnicodeWidthStr as _;

use super::pen::Pen;
use super::shown::Shown;

/// From so many blanks on, erasing is shorter than writing them: to the end of the line (3 bytes),
/// before a place that is moved to anyway (4 to 6), and before one that would follow by itself.
const TO_END: u16 = 4;
const BEFORE_GAP: u16 = 6;
const WITHIN: u16 = 11;

/// One stretch of a line.
pub(super) struct Run {
    pub(super) x: u16,
    pub(super) y: u16,
    pub(super) what: What,
    /// The pen of its letters; when there are none, only how its blanks look matters.
    pub(super) pen: Pen,
}

/// What is done there.
pub(super) enum What {
    Write {
        text: String,
        /// Nothing but blanks.
        blank: bool,
        /// The place after it.
        end: u16,
        /// So many columns further the terminal may be, by its own idea of the signs' width.
        drift: u16,
    },
    /// So many columns become blank; the place stays.
    Erase(u16),
    EraseToEnd,
}

/// What changed, in the order of the places; `shown` learns of it.
pub(super) fn cut<'a>(
    content: impl Iterator<Item = (u16, u16, &'a Cell)>,
    shown: &mut Shown,
    size: Size,
) -> Vec<Run> {
    let changed: Vec<_> = content
        .map(|(x, y, cell)| {
            let width = match cell.symbol() {
                symbol if symbol.len() == 1 => 1,
                symbol => u16::try_from(symbol.width()).unwrap_or(u16::MAX).max(1),
            };
            shown.put(x, y, cell.symbol(), width, Pen::of(cell));
            (x, y, cell, width)
        })
        .collect();
    let mut runs: Vec<Run> = Vec::new();
    let mut rest = changed.as_slice();
    while let Some((&(x, y, cell, width), after)) = rest.split_first() {
        rest = after;
        if let Some((erased, passed)) = erase(x, y, after, shown, size) {
            runs.push(erased);
            rest = after.get(passed..).unwrap_or_default();
            continue;
        }
        if !runs.last_mut().is_some_and(|run| run.goes_on(x, y, cell, width)) {
            runs.push(Run::begin(x, y, cell, width));
        }
    }
    runs
}

/// Blanks from a place on, when it is shorter to erase them, and how many of the changed places
/// after it are among them.
fn erase(
    x: u16,
    y: u16,
    after: &[(u16, u16, &Cell, u16)],
    shown: &Shown,
    size: Size,
) -> Option<(Run, usize)> {
    let is_erased = |x| shown.at(x, y).is_some_and(super::shown::Spot::is_erased);
    if !is_erased(x) {
        return None;
    }
    let end = (x..size.width).find(|&x| !is_erased(x)).unwrap_or(size.width);
    let same = after.iter().take_while(|&&(x, at, ..)| at == y && x < end);
    let (passed, last) = same.fold((0, x), |(passed, _), &(x, ..)| (passed + 1, x));
    let blanks = last - x + 1;
    let followed = after.get(passed).is_some_and(|&(x, at, ..)| (x, at) == (last + 1, y));
    let what = match blanks {
        TO_END.. if end == size.width => What::EraseToEnd,
        WITHIN.. => What::Erase(blanks),
        BEFORE_GAP.. if !followed => What::Erase(blanks),
        _ => return None,
    };
    Some((Run { x, y, what, pen: Pen::RESET }, passed))
}

impl Run {
    fn begin(x: u16, y: u16, cell: &Cell, width: u16) -> Self {
        let symbol = cell.symbol();
        let mut run = Self {
            x,
            y,
            what: What::Write { text: String::new(), blank: symbol == " ", end: x, drift: 0 },
            pen: Pen::of(cell),
        };
        run.append(symbol, width);
        run
    }

    /// Takes in the place when it follows and needs no other pen.
    fn goes_on(&mut self, x: u16, y: u16, cell: &Cell, width: u16) -> bool {
        let What::Write { blank, end, .. } = &mut self.what else { return false };
        if (*end, self.y) != (x, y) {
            return false;
        }
        let pen = Pen::of(cell);
        if self.pen != pen {
            let alike = pen.blanks_as(self.pen);
            match (cell.symbol() == " ", *blank) {
                (true, _) if alike => {}
                (false, true) if alike => self.pen = pen,
                _ => return false,
            }
        }
        *blank &= cell.symbol() == " ";
        self.append(cell.symbol(), width);
        true
    }

    fn append(&mut self, symbol: &str, width: u16) {
        let What::Write { text, end, drift, .. } = &mut self.what else { return };
        text.push_str(symbol);
        // After a wide sign the place is told anew.
        *end = end.saturating_add(1);
        if !symbol.is_ascii() {
            *drift = drift.saturating_add(width);
        }
    }

    /// Whether it fits in with any pen of the same background.
    pub(super) fn is_blank(&self) -> bool {
        !matches!(self.what, What::Write { blank: false, .. })
    }
}
