//! How a detail lies on the screen: one long page of text and rows, of which a window is shown.
//!
//! The drawing knows how long each text is; so it tells where the rows are, and moving through
//! the page is a matter of numbers.

use std::ops::Range;

/// The rows of a section within a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The line of its first row, counted from the top of the page.
    pub line: usize,
    /// Lines of title and heads above it.
    pub head: usize,
    /// Its first row, counted among all visible rows of the list.
    pub first: usize,
    /// How many rows there are.
    pub len: usize,
}

/// A page and the size of its window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Lines of the window.
    pub height: usize,
    /// Lines of the page.
    pub total: usize,
    /// Where the rows are, top to bottom.
    pub rows: Vec<Rows>,
    /// The line of what was looked for and found.
    pub found: Option<usize>,
}

/// Where one is in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first line of the page that the window shows.
    pub top: usize,
    /// The selected row.
    pub cursor: usize,
}

impl Layout {
    /// The last line that can be the first of the window.
    pub fn end(&self) -> usize {
        self.total.saturating_sub(self.height)
    }

    /// The line of a row.
    pub fn line_of(&self, row: usize) -> Option<usize> {
        let rows = self.rows.iter().find(|r| (r.first..r.first + r.len).contains(&row))?;
        Some(rows.line + (row - rows.first))
    }

    /// Whether the window shows a row.
    pub fn shows(&self, top: usize, row: usize) -> bool {
        self.line_of(row).is_some_and(|line| self.window(top).contains(&line))
    }

    /// The nearest `top` from which the window shows a row: with the title of its section where
    /// it is the first there, and with the whole top of the page where that fits.
    pub fn reveal(&self, top: usize, row: usize) -> usize {
        let top = top.min(self.end());
        let Some(line) = self.line_of(row) else { return top };
        if line < top {
            let head = self.rows.iter().find(|r| r.first == row && r.len > 0).map_or(0, |r| r.head);
            let wanted = if row == 0 && line < self.height { 0 } else { line.saturating_sub(head) };
            return wanted.max((line + 1).saturating_sub(self.height));
        }
        top.max((line + 1).saturating_sub(self.height))
    }

    /// The nearest `top` from which the window shows a line; one that is not shown comes to its
    /// middle.
    pub fn bring(&self, top: usize, line: usize) -> usize {
        let top = top.min(self.end());
        if self.window(top).contains(&line) {
            return top;
        }
        line.saturating_sub(self.height / 2).min(self.end())
    }

    /// One line down or up: the cursor moves to the next row once that is shown, and what lies
    /// between is scrolled over.
    #[must_use]
    pub fn step(&self, at: Place, down: bool) -> Place {
        let window = self.window(at.top);
        let scrolled = Place {
            top: if down { (at.top + 1).min(self.end()) } else { at.top.saturating_sub(1) },
            ..at
        };
        let target = match self.line_of(at.cursor) {
            Some(line) if window.contains(&line) => {
                if down {
                    at.cursor.checked_add(1)
                } else {
                    at.cursor.checked_sub(1)
                }
            }
            // Scrolled away from: on to the first row there is in this direction.
            Some(line) if down && line < window.start => self.shown(&window).next(),
            Some(line) if !down && line >= window.end => self.shown(&window).last(),
            _ => None,
        };
        let Some((row, line)) = target.and_then(|row| Some((row, self.line_of(row)?))) else {
            return scrolled;
        };
        // The line beyond the edge comes in with the scrolling.
        let near = window.start.saturating_sub(1)..window.end + 1;
        if near.contains(&line) {
            return Place { top: self.reveal(at.top, row), cursor: row };
        }
        scrolled
    }

    /// A window down or up; one line stays. At the end of the page the cursor goes to its end.
    #[must_use]
    pub fn page(&self, at: Place, down: bool) -> Place {
        let by = self.height.saturating_sub(1).max(1);
        let top = if down { (at.top + by).min(self.end()) } else { at.top.saturating_sub(by) };
        if top == at.top.min(self.end()) {
            let window = self.window(top);
            let mut shown = self.shown(&window);
            let row = if down { shown.last() } else { shown.next() };
            return Place { top, cursor: row.unwrap_or(at.cursor) };
        }
        if self.shows(top, at.cursor) {
            return Place { top, ..at };
        }
        let window = self.window(top);
        let mut shown = self.shown(&window);
        let row = if down { shown.next() } else { shown.last() };
        Place { top, cursor: row.unwrap_or(at.cursor) }
    }

    /// The top or the end of the page.
    #[must_use]
    pub fn ends(&self, at: Place, last: bool) -> Place {
        if !last {
            return Place { top: 0, cursor: 0 };
        }
        let row = self.rows.iter().rev().find(|r| r.len > 0).map(|r| r.first + r.len - 1);
        Place { top: self.end(), cursor: row.unwrap_or(at.cursor) }
    }

    fn window(&self, top: usize) -> Range<usize> {
        top..top.saturating_add(self.height)
    }

    /// The rows that a window shows, top to bottom.
    fn shown<'a>(&'a self, window: &Range<usize>) -> impl Iterator<Item = usize> + use<'a> {
        let window = window.clone();
        self.rows.iter().flat_map(move |r| {
            let from = window.start.saturating_sub(r.line).min(r.len);
            let to = window.end.saturating_sub(r.line).min(r.len);
            r.first + from..r.first + to
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Layout, Place, Rows};

    /// Ten lines of text, a title and two rows, five lines of text, a title and three rows.
    fn page() -> Layout {
        let rows = |line, first, len| Rows { line, head: 1, first, len };
        Layout { height: 6, total: 22, rows: vec![rows(11, 0, 2), rows(19, 2, 3)], found: None }
    }

    #[test]
    fn text_is_scrolled_over_and_rows_are_walked_through() {
        let layout = page();
        let mut at = Place { top: 0, cursor: 0 };
        let mut seen = Vec::new();
        for _ in 0..24 {
            at = layout.step(at, true);
            seen.push((at.top, at.cursor));
        }
        // The text until a row is shown, then its neighbour; text again; rows, and the end.
        let tops = (1..=6).map(|top| (top, 0)).chain((7..=14).map(|top| (top, 1)));
        let expected: Vec<_> = tops.chain([(14, 2), (15, 3), (16, 4), (16, 4)]).collect();
        assert_eq!(seen.get(..expected.len()), Some(&expected[..]));
        for _ in 0..40 {
            at = layout.step(at, false);
        }
        assert_eq!(at, Place { top: 0, cursor: 0 });
    }

    #[test]
    fn a_row_is_shown_with_its_title() {
        let layout = page();
        for (top, row, expected) in
            [(0, 0, 6), (0, 4, 16), (16, 2, 16), (19, 2, 16), (16, 0, 10), (16, 1, 12)]
        {
            assert_eq!(layout.reveal(top, row), expected, "{top} {row}");
        }
        let short = Layout { height: 14, ..layout };
        assert_eq!(short.reveal(8, 0), 8, "shown already");
        assert_eq!(Layout { total: 60, ..short }.reveal(12, 0), 0, "with all above it");
    }

    #[test]
    fn what_was_found_comes_into_the_window() {
        let layout = page();
        for (top, line, expected) in
            [(0, 3, 0), (0, 6, 3), (0, 21, 16), (16, 0, 0), (99, 21, 16), (4, 9, 4), (4, 10, 7)]
        {
            assert_eq!(layout.bring(top, line), expected, "{top} {line}");
        }
    }

    #[test]
    fn pages_and_ends() {
        let layout = page();
        let at = |top, cursor| Place { top, cursor };
        assert_eq!(layout.page(at(0, 0), true), at(5, 0));
        assert_eq!(layout.page(at(5, 0), true), at(10, 0));
        assert_eq!(layout.page(at(10, 0), true), at(15, 2));
        assert_eq!(layout.page(at(16, 2), true), at(16, 4));
        assert_eq!(layout.page(at(16, 4), false), at(11, 1));
        assert_eq!(layout.ends(at(3, 0), true), at(16, 4));
        assert_eq!(layout.ends(at(16, 4), false), at(0, 0));
    }

    proptest! {
        #[test]
        fn every_line_can_be_reached(
            blocks in proptest::collection::vec((0_usize..12, 0_usize..6), 1..6),
            height in 1_usize..9,
        ) {
            let (mut line, mut first, mut rows) = (0, 0, Vec::new());
            for (text, len) in blocks {
                line += text;
                rows.push(Rows { line: line + 1, head: 1, first, len });
                line += 1 + len;
                first += len;
            }
            let layout = Layout { height, total: line, rows, found: None };
            let mut at = Place { top: 0, cursor: 0 };
            let (mut lines, mut walked) = (0..height.min(line)).fold(
                (vec![false; line], vec![false; first]),
                |mut all, i| { all.0[i] = true; all },
            );
            for _ in 0..line + first + 2 {
                if let Some(slot) = walked.get_mut(at.cursor) {
                    *slot = true;
                }
                let next = layout.step(at, true);
                prop_assert!(next.top <= at.top + 1 && next.cursor <= at.cursor + 1);
                prop_assert!(next.top <= layout.end());
                at = next;
                lines.iter_mut().skip(at.top).take(height).for_each(|seen| *seen = true);
            }
            prop_assert!(lines.iter().all(|seen| *seen), "lines {lines:?}");
            prop_assert!(walked.iter().all(|seen| *seen), "rows {walked:?}");
        }
    }
}
