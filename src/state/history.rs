//! Where one has been: a trail to go back and forward on, as in a browser. Each stop keeps the
//! selected row, the filter and the order of its list, and nothing of the data.

use super::order::Sort;
use super::view::{RowId, Section, Tab, View};
use super::{Page, State};

/// So many stops are kept in each direction; the oldest go.
const MOST: usize = 50;

/// The trail.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Stops before this place, the nearest last.
    behind: Vec<Stop>,
    /// Stops that were gone back from, the nearest last.
    ahead: Vec<Stop>,
}

/// A place one has been at, and how it looked.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    tab: Tab,
    /// The view of the first level, then the details opened from it.
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    view: View,
    filter: String,
    sorts: Vec<(Section, Sort)>,
    /// The row the cursor was put on; none where it was left on the first.
    chosen: Option<RowId>,
    top: usize,
    follows: bool,
}

impl Level {
    fn of(page: &Page) -> Self {
        Self {
            view: page.view.clone(),
            filter: page.listing.filter().text().to_owned(),
            sorts: page.listing.sorts().to_vec(),
            chosen: page.listing.chosen(),
            top: page.top,
            follows: page.follows,
        }
    }

    /// Makes a page of this view look as it did.
    fn recall(self, page: &mut Page) {
        page.listing.recall(&self.filter, self.sorts, self.chosen);
        page.top = self.top;
        page.follows = self.follows;
    }
}

impl State {
    /// Where one is now.
    pub(crate) fn stop(&self) -> Stop {
        let first = Level::of(self.places.first());
        let details = self.places.details.iter().map(Level::of);
        Stop { tab: self.tab(), levels: std::iter::once(first).chain(details).collect() }
    }

    /// Keeps `stop` as the place one came from, if one is elsewhere now. What was ahead is not any
    /// more.
    pub(crate) fn left(&mut self, stop: Stop) {
        let path = stop.levels.iter().skip(1).map(|level| &level.view);
        if stop.tab == self.tab() && path.eq(self.trail()) {
            return;
        }
        self.history.ahead.clear();
        keep(&mut self.history.behind, stop);
    }

    /// Goes back or forward by one stop; whether there was one.
    pub(crate) fn travel(&mut self, forwards: bool) -> bool {
        let History { behind, ahead } = &mut self.history;
        let Some(Stop { tab, levels }) = (if forwards { ahead.pop() } else { behind.pop() }) else {
            return false;
        };
        let here = self.stop();
        let History { behind, ahead } = &mut self.history;
        keep(if forwards { behind } else { ahead }, here);
        self.places.tab = tab;
        self.places.details.clear();
        let mut levels = levels.into_iter();
        if let Some(first) = levels.next() {
            first.recall(self.places.current_mut());
        }
        for level in levels {
            let mut page = Page::new(level.view.clone());
            level.recall(&mut page);
            self.places.details.push(page);
        }
        self.drawn.page = None;
        self.refresh();
        true
    }
}

fn keep(stops: &mut Vec<Stop>, stop: Stop) {
    if stops.len() >= MOST {
        stops.remove(0);
    }
    stops.push(stop);
}
