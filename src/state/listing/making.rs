//! Making a list: taking the rows, sorting, filtering, finding the selected row again.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use foldhash::HashSet;
use foldhash::fast::RandomState;

use super::{Built, Listing, Room, Shows, Span, is_fault};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::judge::Judged;
use crate::state::alike::Group;
use crate::state::filter::{self, Filter};
use crate::state::members::members;
use crate::state::order::{Known, Sort};
use crate::state::row::Row;
use crate::state::view::{RowId, Section, View};

impl Listing {
    /// Brings the list up to date, if it is not.
    pub(in crate::state) fn refresh(
        &mut self,
        judged: &Arc<Judged>,
        known: &Known<'_>,
        Room { faults_only, tall }: Room,
    ) {
        let built = Built { judged: Arc::downgrade(judged), faults_only, tall };
        let same = |old: &Built| {
            old.tall == tall && std::ptr::eq(old.judged.as_ptr(), Arc::as_ptr(judged))
        };
        match self.built.replace(built) {
            Some(old) if same(&old) && old.faults_only == faults_only => return,
            Some(old) if same(&old) => {}
            _ => self.gather(known, tall),
        }
        self.sift(known.fleet);
    }

    /// Another filter.
    pub(crate) fn set_filter(&mut self, text: &str, fleet: &Fleet) {
        let filter = Filter::new(text);
        if filter != self.filter {
            self.filter = filter;
            self.sift(fleet);
        }
    }

    /// Another order of a section. The cursor stays on its row.
    pub(in crate::state) fn set_sort(&mut self, section: Section, sort: Sort, known: &Known<'_>) {
        self.sorts.retain(|(of, _)| *of != section);
        if sort != Sort::default_of(&self.view, section) {
            self.sorts.push((section, sort));
        }
        if self
            .made_from()
            .is_some_and(|(judged, _)| std::ptr::eq(Arc::as_ptr(&judged), known.judged))
        {
            self.arrange(known);
            self.sift(known.fleet);
        }
    }

    /// Takes an earlier filter, order and cursor again; the rows follow when it is shown.
    pub(in crate::state) fn recall(
        &mut self,
        filter: &str,
        sorts: Vec<(Section, Sort)>,
        chosen: Option<RowId>,
    ) {
        self.filter = Filter::new(filter);
        self.sorts = sorts;
        self.chosen = chosen.is_some();
        self.selected = chosen;
        self.among = None;
        self.order.clear();
        self.built = None;
    }

    /// Takes the rows, and sorts them unless they are the same rows with the same verdicts.
    fn gather(&mut self, known: &Known<'_>, tall: bool) {
        let judged = known.judged;
        let mut marks = Vec::with_capacity(self.marks.len());
        self.rows.clear();
        self.texts.clear();
        self.shows.clear();
        let before = std::mem::take(&mut self.spans);
        for (section, singles) in members(&self.view, known, tall) {
            let total = singles.len();
            let rows = self.fold(section, singles, known);
            let old = before.iter().find(|s| s.section == section);
            self.spans.push(Span {
                section,
                len: old.map_or(0, |s| s.len),
                total,
                told: old.map_or(0, |s| s.told),
                held: rows.len(),
                start: old.map_or(0, |s| s.start),
                first: self.rows.len(),
                offset: old.map_or(0, |s| s.offset),
                lines: old.map_or(0, |s| s.lines),
            });
            marks.push(section as u64);
            marks.extend(rows.iter().map(|row| mark(*row, section, judged, &self.seed)));
            self.rows.extend(rows);
        }
        if marks != self.marks || self.order.len() != self.rows.len() {
            self.marks = marks;
            self.arrange(known);
        }
    }

    /// Puts a row that stands for several before the first of them, and notes when each row is
    /// shown. Rows of which the view is made stay as they are where it lists them one by one.
    fn fold(&mut self, section: Section, singles: Vec<Row>, known: &Known<'_>) -> Vec<Row> {
        let Known { judged, alike, causes, .. } = known;
        let is_meant = matches!(section, Section::Problems | Section::Notices);
        let is_tab = matches!(self.view, View::Tab(_));
        let folds = is_meant && (is_tab || is_of_many(&self.view));
        if !folds {
            self.shows.extend(singles.iter().map(|_| Shows::Always));
            return singles;
        }
        let mut rows = Vec::with_capacity(singles.len());
        let mut begun: HashSet<*const Group> = HashSet::default();
        for row in singles {
            let (place, notices) = match row {
                Row::Problem(place) => (place, false),
                Row::Notice(place) => (place, true),
                _ => (u32::MAX, false),
            };
            let all = if notices { &judged.notices } else { &judged.problems };
            let problem = all.get(place as usize);
            let group = problem.and_then(|problem| alike.of(problem, place));
            if let Some(group) = group.filter(|group| begun.insert(std::ptr::from_ref(*group))) {
                let count = u32::try_from(group.places.len()).unwrap_or(u32::MAX);
                rows.push(Row::Alike { first: place, count, notices });
                self.shows.push(Shows::Unsought);
            }
            // What one cause explains stands behind it where all problems are listed.
            let is_explained = is_tab && !notices && causes.is_explained(place);
            rows.push(row);
            self.shows.push(match group {
                None if !is_explained => Shows::Always,
                _ => Shows::Sought,
            });
        }
        rows
    }

    fn arrange(&mut self, known: &Known<'_>) {
        self.order.clear();
        for span in &self.spans {
            let rows = (0_u32..).zip(&self.rows).skip(span.first).take(span.held);
            let mut items: Vec<_> =
                rows.filter_map(|(i, row)| Some((i, row.item(known.judged)?))).collect();
            self.sort(span.section).apply(span.section, &mut items, known);
            self.order.extend(items.iter().map(|(i, _)| *i));
        }
    }

    /// Lets through what passes the filter, and finds the selected row again.
    fn sift(&mut self, fleet: &Fleet) {
        let Some((judged, faults_only)) = self.made_from() else { return };
        let old = self.span_at(self.cursor).copied();
        if !self.filter.is_empty() && self.texts.is_empty() {
            for span in &self.spans {
                let rows = self.rows.iter().skip(span.first).take(span.held);
                self.texts.extend(rows.map(|row| {
                    let item = row.item(&judged);
                    item.map(|i| filter::of(&i, span.section, &judged, fleet)).unwrap_or_default()
                }));
            }
        }
        self.visible.clear();
        for span in &mut self.spans {
            span.start = self.visible.len();
            let section = span.section;
            let is_sought = !self.filter.is_empty();
            let passing = self.order.iter().skip(span.first).take(span.held).filter(|index| {
                let index = **index as usize;
                (!faults_only
                    || self.rows.get(index).is_some_and(|row| is_fault(*row, section, &judged)))
                    && (!is_sought
                        || self.texts.get(index).is_some_and(|text| self.filter.passes(text)))
            });
            span.told = 0;
            for index in passing {
                let shows = self.shows.get(*index as usize).copied().unwrap_or(Shows::Always);
                span.told += usize::from(shows != Shows::Unsought);
                let is_shown = match shows {
                    Shows::Always => true,
                    Shows::Sought => is_sought,
                    Shows::Unsought => !is_sought,
                };
                if is_shown {
                    self.visible.push(*index);
                }
            }
            span.len = self.visible.len() - span.start;
        }
        self.find_again(old, &judged);
    }

    /// Where the row is that was chosen; and which one that is, where it stands among others now:
    /// once it stands alone again, it is chosen still.
    fn find_chosen(&self, judged: &Judged) -> (Option<usize>, Option<RowId>) {
        let Some(selected) = self.selected.as_ref().filter(|_| self.chosen) else {
            return (None, None);
        };
        if let Some(index) = self.among.as_deref().and_then(|id| self.find(id, judged)) {
            return (Some(index), None);
        }
        if let Some(index) = self.find(selected, judged) {
            return (Some(index), self.among.as_deref().cloned());
        }
        let found = self.find_among(selected, judged);
        let is_one = found.is_some() && matches!(selected, RowId::Problem(_));
        (found, Some(selected.clone()).filter(|_| is_one))
    }

    /// Puts the cursor back on the selected row, on the line of the screen where it was. A row
    /// that is gone leaves the cursor to the one that took its place.
    fn find_again(&mut self, old: Option<Span>, judged: &Judged) {
        let before = old.map(|span| (span, self.cursor.saturating_sub(span.start)));
        let (found, among) = self.find_chosen(judged);
        self.among = among.map(Box::new);
        self.cursor = match (found, before) {
            (Some(index), _) => index,
            (None, _) if !self.chosen => 0,
            (None, Some((old, at))) => {
                let here = self.spans.iter().find(|s| s.section == old.section && s.len > 0);
                let index = here.map_or(old.start + at, |s| s.start + at.min(s.len - 1));
                index.min(self.visible.len().saturating_sub(1))
            }
            (None, None) => 0,
        };
        if !self.is_empty() {
            self.selected = self.id_at(self.cursor, judged);
        }
        let (cursor, chosen) = (self.cursor, self.chosen);
        for span in &mut self.spans {
            if !chosen {
                span.offset = 0;
            } else if let Some((old, at)) = before
                && old.section == span.section
                && span.range().contains(&cursor)
            {
                span.offset = (span.offset + (cursor - span.start)).saturating_sub(at);
            }
            span.offset = span.offset_for(span.lines, cursor);
        }
    }
}

/// Whether a detail is about so much that its problems stand together as they do in a list of all.
fn is_of_many(view: &View) -> bool {
    matches!(view, View::Site(_) | View::Subject(Subject::Source(_) | Subject::Cluster(_)))
}

fn mark(row: Row, section: Section, judged: &Judged, seed: &RandomState) -> u64 {
    let mut hasher = seed.build_hasher();
    if let Some(item) = row.item(judged) {
        item.id().hash(&mut hasher);
        item.verdict_in(section).hash(&mut hasher);
    }
    hasher.finish()
}
