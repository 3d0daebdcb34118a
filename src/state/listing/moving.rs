//! Moving the cursor of a list.

use std::ops::Range;
use std::sync::Arc;

use super::{Listing, Span, is_fault};
use crate::judge::Judged;
use crate::state::alike::AlikeId;
use crate::state::row::Item;
use crate::state::view::RowId;

impl Listing {
    /// Moves the cursor by so many rows; whether it moved.
    pub(crate) fn step(&mut self, by: isize) -> bool {
        self.go(self.cursor.saturating_add_signed(by))
    }

    /// Moves the cursor by pages of the section it is in.
    pub(crate) fn page(&mut self, by: isize) -> bool {
        let lines = self.span_at(self.cursor).map_or(1, |s| s.lines.saturating_sub(1).max(1));
        self.step(by.saturating_mul(isize::try_from(lines).unwrap_or(isize::MAX)))
    }

    /// Moves the cursor to the first row.
    pub(crate) fn first(&mut self) -> bool {
        self.go(0)
    }

    /// Moves the cursor to the last row.
    pub(crate) fn last(&mut self) -> bool {
        self.go(usize::MAX)
    }

    /// Moves the cursor to the first row of the next section that has any, round and round.
    pub(crate) fn next_section(&mut self, forwards: bool) -> bool {
        let full: Vec<Range<usize>> =
            self.spans.iter().filter(|s| s.len > 0).map(Span::range).collect();
        let Some(here) = full.iter().position(|r| r.contains(&self.cursor)) else { return false };
        let there = if forwards { here + 1 } else { here + full.len() - 1 } % full.len();
        full.get(there).is_some_and(|range| self.go(range.start))
    }

    /// Moves the cursor to a row, counted among all visible ones; whether it moved.
    pub(crate) fn go_to(&mut self, index: usize) -> bool {
        self.go(index)
    }

    /// Moves the cursor to the next row that is not well, round and round; whether there is one.
    pub(crate) fn next_fault(&mut self, forwards: bool) -> bool {
        let Some((judged, _)) = self.made_from() else { return false };
        let len = self.visible.len();
        let steps = 1..=len;
        let place = |step: usize| {
            if forwards { (self.cursor + step) % len } else { (self.cursor + len - step) % len }
        };
        let found = steps.map(place).find(|index| self.is_fault_at(*index, &judged));
        found
            .inspect(|index| {
                self.go(*index);
            })
            .is_some()
    }

    fn is_fault_at(&self, visible: usize, judged: &Judged) -> bool {
        let section = self.span_at(visible).map(|span| span.section);
        section.zip(self.row(visible)).is_some_and(|(s, row)| is_fault(row, s, judged))
    }

    /// Puts the cursor on a row, if it is visible.
    pub(crate) fn select(&mut self, id: &RowId) -> bool {
        let Some((judged, _)) = self.made_from() else { return false };
        let found = self.find(id, &judged).or_else(|| self.find_among(id, &judged));
        found.is_some_and(|index| {
            self.go(index);
            true
        })
    }

    /// Where a row is among the visible ones.
    pub(super) fn find(&self, id: &RowId, judged: &Judged) -> Option<usize> {
        (0..self.visible.len()).find(|i| self.id_at(*i, judged).as_ref() == Some(id))
    }

    /// Where the row is that stands for a problem, as long as that stands among others; or, of
    /// several that stood together, the first that is left.
    pub(super) fn find_among(&self, id: &RowId, judged: &Judged) -> Option<usize> {
        match id {
            RowId::Problem(id) => {
                let problem = judged.problems.iter().chain(&judged.notices).find(|p| id.is(p))?;
                self.find(&RowId::Alike(Arc::new(AlikeId::of(problem))), judged)
            }
            RowId::Alike(id) => (0..self.visible.len()).find(|i| {
                let item = self.row(*i).and_then(|row| row.item(judged));
                match item {
                    Some(Item::Problem(problem) | Item::Notice(problem)) => {
                        problem.severity == id.severity && AlikeId::of(problem) == **id
                    }
                    _ => false,
                }
            }),
            _ => None,
        }
    }

    fn go(&mut self, index: usize) -> bool {
        let index = index.min(self.visible.len().saturating_sub(1));
        let Some((judged, _)) = self.made_from() else { return false };
        if self.is_empty() {
            return false;
        }
        self.chosen = true;
        self.among = None;
        let moved = index != self.cursor;
        self.cursor = index;
        self.selected = self.id_at(index, &judged);
        for span in &mut self.spans {
            span.offset = span.offset_for(span.lines, index);
        }
        moved
    }
}
