//! Cells as a terminal is told of them, in as few bytes as there may be.
//!
//! ratatui's own encoder names both colours whenever one changes, gives blanks the colour of
//! letters that are not there, and moves with both coordinates along a line. Over a slow line that
//! is half of every frame. Here what already stands on the screen is known, so that short gaps are
//! written over instead of jumped, long blanks are erased, and a frame whose colours alternate along
//! every line is written colour by colour.
//!
//! Only what every terminal worth naming has done alike for decades is used: `ECH` and `EL` with no
//! background set (some erase with the background, some do not), no `REP`, no `LF` but after `CR`
//! and never on the last line.

use ratatui::buffer::Cell;
use ratatui::layout::Size;

use super::cursor::Cursor;
use super::pen::Pen;
use super::run::{Run, What, cut};
use super::shown::Shown;

/// Knows what the terminal shows.
#[derive(Default)]
pub(super) struct Encoder {
    shown: Shown,
}

impl Encoder {
    /// The terminal has this size and shows nothing.
    pub(super) fn cleared(&mut self, size: Size) {
        self.shown.clear(size);
    }

    /// Appends cells, in the order of their places, to what a terminal of this size is to be told;
    /// it is left with nothing set.
    pub(super) fn cells<'a>(
        &mut self,
        out: &mut Vec<u8>,
        size: Size,
        content: impl Iterator<Item = (u16, u16, &'a Cell)>,
    ) {
        self.shown.fit(size);
        let mut runs = cut(content, &mut self.shown, size);
        let in_order = self.write(&runs);
        colour_by_colour(&mut runs);
        let grouped = self.write(&runs);
        let shortest = if grouped.len() < in_order.len() { grouped } else { in_order };
        out.extend_from_slice(shortest.as_bytes());
    }

    fn write(&self, runs: &[Run]) -> String {
        let mut text = String::new();
        let mut pen = Pen::RESET;
        let mut cursor = Cursor::default();
        for run in runs {
            let wanted = match run.what {
                What::Write { blank: false, .. } => run.pen,
                _ => pen.for_blanks(run.pen),
            };
            cursor.go(&mut text, (run.x, run.y), (pen, wanted), &self.shown);
            pen = wanted;
            match &run.what {
                What::Write { text: signs, end, drift, .. } => {
                    text.push_str(signs);
                    cursor.wrote(*end, run.y, *drift);
                }
                What::EraseToEnd => text.push_str("\x1b[K"),
                What::Erase(columns) => {
                    text.push_str("\x1b[");
                    text.push_str(&columns.to_string());
                    text.push('X');
                }
            }
        }
        Pen::change(&mut text, pen, Pen::RESET);
        text
    }
}

/// All of one pen before all of the next, first those that need none; else as they stand.
fn colour_by_colour(runs: &mut [Run]) {
    let mut pens = vec![Pen::RESET];
    let mut last = 0;
    let mut rank = |run: &Run| {
        let pen = if run.is_blank() && !run.pen.marks_blanks() {
            Pen::blank(run.pen.bg)
        } else {
            run.pen
        };
        if pens.get(last) != Some(&pen) {
            last = pens.iter().position(|known| *known == pen).unwrap_or(pens.len());
            if last == pens.len() {
                pens.push(pen);
            }
        }
        last
    };
    runs.sort_by_cached_key(|run| rank(run));
}

#[cfg(test)]
mod tests;
