//! A log: every line broken at the width of the window, so that the end of an error is seen;
//! only the lines in the window are made.

use unicode_width::UnicodeWidthChar;

use super::cx::Cx;
use super::text::Line;
use crate::fleet::look::Log;
use crate::state::Seek;
use crate::state::seek::complains;
use crate::theme::Role;

/// Columns before a line: the mark of what was found.
const MARGIN: usize = 3;

/// Columns by which the rest of a line is set in.
const HANG: usize = 2;

/// A log laid out for a width.
pub(super) struct Laid<'a> {
    log: &'a Log,
    /// Where each line begins, and at last where the log ends.
    starts: Vec<usize>,
    /// Columns for text.
    width: usize,
}

impl<'a> Laid<'a> {
    /// Lays a log out in so many columns.
    pub(super) fn new(log: &'a Log, columns: u16) -> Self {
        // The last column is kept for signs.
        let width = usize::from(columns).saturating_sub(MARGIN + 1).max(HANG + 8);
        let mut starts = Vec::with_capacity(log.lines.len() + 1);
        let mut at = 0;
        for line in &log.lines {
            starts.push(at);
            let (time, text) = told(line);
            at += rows(text, lead(time), width);
        }
        starts.push(at);
        Self { log, starts, width }
    }

    /// Lines of the page.
    pub(super) fn height(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Where a line of the log begins.
    pub(super) fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).copied()
    }

    /// The lines `from..to` of the page.
    pub(super) fn lines(&self, cx: &Cx<'_>, seek: &Seek, from: usize, to: usize) -> Vec<Line<'a>> {
        let first = self.starts.partition_point(|start| *start <= from).saturating_sub(1);
        let mut lines = Vec::with_capacity(to.saturating_sub(from));
        let mut at = self.start(first).unwrap_or(0);
        for (index, line) in self.log.lines.iter().enumerate().skip(first) {
            for row in self.broken(cx, seek, index, line) {
                if (from..to).contains(&at) {
                    lines.push(row);
                }
                at += 1;
            }
            if at >= to {
                break;
            }
        }
        lines
    }

    fn broken(&self, cx: &Cx<'_>, seek: &Seek, index: usize, line: &'a str) -> Vec<Line<'a>> {
        let here = seek.line() == Some(index);
        // What was found is told by a sign and by a look.
        let mark = match (here, seek.is_hit(index) && !seek.is_empty()) {
            (true, _) => Line::of(cx.glyphs().cursor, Role::Cursor),
            (false, true) => Line::of(cx.glyphs().marked, Role::Accent),
            (false, false) => Line::text(" "),
        };
        let role = if complains(line) { Role::Warning } else { Role::Text };
        let (time, text) = told(line);
        let found = seek.place(text);
        let before = Line::text(" ").also(mark).and(" ", Role::Text);
        let mut rows = vec![before.and(time, Role::Muted).pad(MARGIN + lead(time))];
        let (mut used, mut begun) = (lead(time), 0);
        let put = |rows: &mut Vec<Line<'a>>, from: usize, to: usize| {
            let Some(row) = rows.last_mut() else { return };
            // In up to three pieces: before what was found, that, and after it.
            let (start, end) = found.unwrap_or((to, to));
            let (start, end) = (start.clamp(from, to), end.clamp(from, to));
            for (piece, role) in [
                (text.get(from..start), role),
                (text.get(start..end), Role::Selected),
                (text.get(end..to), role),
            ] {
                row.put(piece.unwrap_or_default(), role);
            }
        };
        for (at, c) in text.char_indices() {
            let wide = c.width().unwrap_or(0);
            if used + wide > self.width {
                put(&mut rows, begun, at);
                rows.push(Line::text(" ".repeat(MARGIN + HANG)));
                (used, begun) = (HANG, at);
            }
            used += wide;
        }
        put(&mut rows, begun, text.len());
        rows
    }
}

/// How many rows a text takes, its first one beginning after `used` columns.
fn rows(text: &str, used: usize, width: usize) -> usize {
    if text.is_ascii() {
        let over = (used + text.len()).saturating_sub(width);
        return 1 + over.div_ceil(width.saturating_sub(HANG).max(1));
    }
    let (mut rows, mut used) = (1, used);
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > width {
            rows += 1;
            used = HANG;
        }
        used += wide;
    }
    rows
}

/// Columns that a time takes before the text.
fn lead(time: &str) -> usize {
    if time.is_empty() { 0 } else { time.len() + 1 }
}

/// A line as it is shown: `2026-11-22T13:01:19+00:00: text` as `13:01:19 ` and `text`. The day is
/// told above.
fn told(line: &str) -> (&str, &str) {
    let bytes = line.as_bytes();
    let is_stamped = bytes.get(4) == Some(&b'-')
        && bytes.get(10) == Some(&b'T')
        && bytes.get(13) == Some(&b':')
        && bytes.get(..19).is_some_and(<[u8]>::is_ascii);
    let rest = line.get(19..).filter(|_| is_stamped);
    let found = rest.and_then(|rest| {
        let zone = rest.find(": ").filter(|at| *at <= 6 && !rest.starts_with(' '))?;
        Some((line.get(11..19)?, rest.get(zone + 2..)?))
    });
    match found {
        Some((time, text)) => (time, text),
        None => ("", line),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{rows, told};

    #[test]
    fn the_stamp_of_a_pbs_is_told_as_the_time() {
        assert_eq!(told("2026-11-22T13:01:19+00:00: TASK OK"), ("13:01:19", "TASK OK"));
        assert_eq!(told("2026-11-22T13:01:19Z: x"), ("13:01:19", "x"));
        for plain in ["INFO: x", "", "2026-11-22 13:32:02 100-0: x", "2026-11-22T13:01:19 no: x"] {
            assert_eq!(told(plain), ("", plain));
        }
    }

    proptest! {
        #[test]
        fn ascii_is_counted_as_all_else(text in "[a-z ]{0,200}", used in 0_usize..9, width in 10_usize..90) {
            let other: String = text.chars().map(|_| 'é').collect();
            prop_assert_eq!(rows(&text, used, width), rows(&other, used, width));
        }
    }
}
