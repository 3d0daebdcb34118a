//! A log: every line broken at the width of the window, so that the end of an error is seen;
//! only the lines in the window are made.

mod breaks;
mod stamp;

use self::stamp::Clock;
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
    clock: Clock<'a>,
}

/// Whether every line has a moment of its own, which is told in the reader's zone.
pub(super) fn tells_its_zone(log: &Log) -> bool {
    log.lines.iter().all(|line| stamp::of(line).is_some())
}

impl<'a> Laid<'a> {
    /// Lays a log out in so many columns.
    pub(super) fn new(cx: &Cx<'a>, log: &'a Log, columns: u16) -> Self {
        // The last column is kept for signs.
        let width = usize::from(columns).saturating_sub(MARGIN + 1).max(HANG + 8);
        let mut starts = Vec::with_capacity(log.lines.len() + 1);
        let clock = Clock::new(&log.lines, width, cx.lang(), cx.when());
        let mut at = 0;
        for line in &log.lines {
            starts.push(at);
            at += match stamp::of(line) {
                Some((_, text)) => breaks::count(text, clock.width(), width, HANG),
                None => breaks::count(line, 0, width, HANG),
            };
        }
        starts.push(at);
        Self { log, starts, width, clock }
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
        let before = Line::text(" ").also(mark).and(" ", Role::Text);
        let (first, text, lead) = match stamp::of(line) {
            Some((stamp, text)) => {
                let lead = self.clock.width();
                (before.also(self.clock.told(stamp)).pad(MARGIN + lead), text, lead)
            }
            None => (before.pad(MARGIN), line, 0),
        };
        let found = seek.place(text);
        let mut rows = Vec::new();
        let mut row = first;
        breaks::rows(text, lead, self.width, HANG, |from, to| {
            // Blanks at the end of a row need no room.
            let to = from + text.get(from..to).map_or(0, |piece| piece.trim_end_matches(' ').len());
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
            let next = Line::text(" ".repeat(MARGIN + HANG));
            rows.push(std::mem::replace(&mut row, next));
        });
        rows
    }
}
