//! A list: what it holds, how it is sorted and filtered, and which row the cursor is on.
//!
//! Sorting and filtering happen when data, sort or filter change, never per key or frame: what a
//! frame needs is a range of [`Listing::shown`].

mod making;
mod moving;

use std::ops::Range;
use std::sync::{Arc, Weak};

use foldhash::fast::RandomState;

use super::filter::{Filter, Text};
use super::order::Sort;
use super::row::Row;
use super::view::{RowId, Section, View};
use crate::judge::{Judged, Verdict};

/// A list with its cursor.
#[derive(Clone, Debug)]
pub struct Listing {
    view: View,
    /// How its sections are sorted, where somebody chose.
    sorts: Vec<(Section, Sort)>,
    filter: Filter,
    /// Everything the view holds, section by section, as the judge lists it.
    rows: Vec<Row>,
    /// Identity and verdict of each row, as a hash: where these stand still, so do the rows.
    marks: Vec<u64>,
    /// What the marks are hashed with.
    seed: RandomState,
    /// `rows`, each section sorted.
    order: Vec<u32>,
    /// What the filter looks at; made when there is a filter.
    texts: Vec<Text>,
    /// When each of `rows` is shown at all.
    shows: Vec<Shows>,
    /// What of `order` passes the filter.
    visible: Vec<u32>,
    spans: Vec<Span>,
    selected: Option<RowId>,
    /// What was selected before it came to stand among others, on whose row the cursor is now.
    among: Option<Box<RowId>>,
    /// Where the selected row is in `visible`.
    cursor: usize,
    /// Whether the user chose the selection. Until then it is the first row, whatever that is.
    chosen: bool,
    built: Option<Built>,
}

/// What of a view there is room and wish for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Only what is not well.
    pub(crate) faults_only: bool,
    /// More than the view is about.
    pub(crate) tall: bool,
}

/// What a listing was made from.
#[derive(Clone, Debug)]
struct Built {
    /// A list that is not shown keeps nothing alive.
    judged: Weak<Judged>,
    faults_only: bool,
    tall: bool,
}

/// A section of a list as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it holds.
    pub section: Section,
    /// Rows that pass the filter.
    pub len: usize,
    /// Rows there are, of those that stand as one each.
    pub total: usize,
    /// For how many of these the rows stand that pass the filter.
    pub told: usize,
    /// Rows in `order`: with those that stand for several.
    held: usize,
    /// Where its rows begin among all visible ones.
    start: usize,
    /// Where they begin in `order`.
    first: usize,
    /// The first row on the screen, counted within the section.
    offset: usize,
    /// Lines it had in the last frame.
    lines: usize,
}

/// When a row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    /// Whatever is looked for.
    Always,
    /// Where something is looked for: else it stands behind its cause, or among those that say the
    /// same.
    Sought,
    /// Where nothing is looked for: it stands for others.
    Unsought,
}

/// A row within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which row.
    pub row: Row,
    /// In which section.
    pub section: Section,
    /// Whether the cursor is on it.
    pub selected: bool,
}

impl Span {
    /// Its first row, counted among all visible rows of the list.
    pub fn first_row(&self) -> usize {
        self.start
    }

    fn range(&self) -> Range<usize> {
        self.start..self.start + self.len
    }

    /// The first row to show in so many lines, such that `cursor` is among them if it is here.
    fn offset_for(&self, lines: usize, cursor: usize) -> usize {
        let mut offset = self.offset.min(self.len.saturating_sub(lines));
        if lines > 0 && self.range().contains(&cursor) {
            let at = cursor - self.start;
            offset = offset.min(at).max((at + 1).saturating_sub(lines));
        }
        offset
    }
}

impl Listing {
    /// An empty list for `view`.
    pub(crate) fn new(view: &View) -> Self {
        Self {
            view: view.clone(),
            sorts: Vec::new(),
            filter: Filter::default(),
            rows: Vec::new(),
            marks: Vec::new(),
            seed: RandomState::default(),
            order: Vec::new(),
            texts: Vec::new(),
            shows: Vec::new(),
            visible: Vec::new(),
            spans: Vec::new(),
            selected: None,
            among: None,
            cursor: 0,
            chosen: false,
            built: None,
        }
    }

    /// Its sections, top to bottom, empty ones too.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// How a section is sorted.
    pub fn sort(&self, section: Section) -> Sort {
        let chosen = self.sorts.iter().find(|(of, _)| *of == section).map(|(_, sort)| *sort);
        chosen.unwrap_or_else(|| Sort::default_of(&self.view, section))
    }

    /// How its sections are sorted, where somebody chose.
    pub(super) fn sorts(&self) -> &[(Section, Sort)] {
        &self.sorts
    }

    /// The row the cursor was put on; none where it was left on the first.
    pub(super) fn chosen(&self) -> Option<RowId> {
        self.among.as_deref().cloned().or_else(|| self.selected.clone()).filter(|_| self.chosen)
    }

    /// The section that the keys for sorting mean: that of the cursor, else the first.
    pub fn sorted_section(&self) -> Option<Section> {
        let here = self.cursor_place().map(|(section, _)| section);
        here.or_else(|| self.spans.first().map(|span| span.section))
    }

    /// What filters it.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Visible rows in all sections.
    pub fn len(&self) -> usize {
        self.visible.len()
    }

    /// For how many rows the visible ones stand, in all sections.
    pub fn told(&self) -> usize {
        self.spans.iter().map(|span| span.told).sum()
    }

    /// How many rows there are, in all sections.
    pub fn total(&self) -> usize {
        self.spans.iter().map(|span| span.total).sum()
    }

    /// Whether nothing is visible.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The selected row; none in an empty list.
    pub fn selected(&self) -> Option<&RowId> {
        self.selected.as_ref().filter(|_| !self.is_empty())
    }

    /// Where the cursor is among all visible rows.
    pub fn selected_index(&self) -> usize {
        self.cursor
    }

    /// The row under the cursor.
    pub fn cursor_row(&self) -> Option<Row> {
        self.row(self.cursor)
    }

    /// Where the cursor is: its section, and the row counted from 0 within it.
    pub fn cursor_place(&self) -> Option<(Section, usize)> {
        let span = self.span_at(self.cursor)?;
        Some((span.section, self.cursor - span.start))
    }

    /// The part of a section that `lines` lines show, and how many rows are above it. The cursor
    /// is always within it, whatever the size.
    pub fn shown(&self, span: &Span, lines: u16) -> (usize, impl Iterator<Item = Shown> + '_) {
        let lines = usize::from(lines);
        let offset = span.offset_for(lines, self.cursor);
        (offset, self.rows(span, offset, lines))
    }

    /// `count` rows of a section from the row `first` on, wherever the cursor is.
    pub fn rows(
        &self,
        span: &Span,
        first: usize,
        count: usize,
    ) -> impl Iterator<Item = Shown> + '_ {
        let from = span.start + first.min(span.len);
        let to = span.start + first.saturating_add(count).min(span.len);
        let section = span.section;
        (from..to).filter_map(move |index| {
            Some(Shown { row: self.row(index)?, section, selected: index == self.cursor })
        })
    }

    /// Keeps how many lines a section got in the last frame, and what it showed.
    pub(crate) fn drawn(&mut self, section: Section, lines: u16) {
        let cursor = self.cursor;
        for span in self.spans.iter_mut().filter(|s| s.section == section) {
            span.lines = usize::from(lines);
            span.offset = span.offset_for(span.lines, cursor);
        }
    }

    /// Whether it was ever shown.
    pub(super) fn is_made(&self) -> bool {
        self.built.is_some()
    }

    /// What it was made from, while that is what is shown.
    fn made_from(&self) -> Option<(Arc<Judged>, bool)> {
        let built = self.built.as_ref()?;
        Some((built.judged.upgrade()?, built.faults_only))
    }

    fn row(&self, visible: usize) -> Option<Row> {
        let order = *self.visible.get(visible)?;
        self.rows.get(order as usize).copied()
    }

    fn span_at(&self, visible: usize) -> Option<&Span> {
        self.spans.iter().find(|s| s.range().contains(&visible))
    }

    fn id_at(&self, visible: usize, judged: &Judged) -> Option<RowId> {
        self.row(visible)?.item(judged).map(|item| item.id())
    }
}

/// Whether a row is not well, as far as its section tells.
fn is_fault(row: Row, section: Section, judged: &Judged) -> bool {
    row.item(judged).is_some_and(|item| item.verdict_in(section) != Verdict::Ok)
}
