//! What stands beside a list in a wide window: the detail of the selected row, as far as it is
//! known, without opening it.

use super::order::Known;
use super::{Item, Page, State, View};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// Seconds the cursor rests on a row before more is asked for its detail: who walks through a list
/// asks nothing.
const REST: i64 = 2;

/// A detail beside a list.
#[derive(Clone, Debug)]
pub(crate) struct Aside {
    page: Page,
    /// Since when the cursor has been on its row.
    since: Epoch,
}

/// From so many columns on there is room for a detail beside a list.
pub const WIDE: u16 = 140;

impl State {
    /// The detail beside the list; none in a narrow window, in a detail, or without a row.
    pub fn aside(&self) -> Option<&Page> {
        self.aside.as_ref().map(|aside| &aside.page)
    }

    /// The same once the cursor has been on its row for a moment.
    pub(crate) fn rested_on(&self) -> Option<&Page> {
        let rests = |aside: &&Aside| self.now.since(aside.since) >= REST;
        self.aside.as_ref().filter(rests).map(|aside| &aside.page)
    }

    /// Lets what stands beside the list follow the cursor and the data. What was done lately is
    /// told there only where that is worked out already: it costs more than all else that is drawn.
    pub(crate) fn look_aside(&mut self) {
        let is_wide = self.size.0 >= WIDE && matches!(self.page().view, View::Tab(_));
        let view = self.selected().filter(|_| is_wide).map(|item| glance(&item));
        let Some(view) = view else {
            self.aside = None;
            return;
        };
        let mut aside = match self.aside.take() {
            Some(aside) if aside.page.view == view => aside,
            _ => Aside { page: Page::new(view), since: self.now },
        };
        let page = &mut aside.page;
        let room = self.room();
        let known = Known {
            judged: &self.judged,
            fleet: &self.fleet,
            index: &self.index,
            causes: &self.causes,
            alike: &self.alike,
            outlook: &self.outlook,
            matrix: &self.matrix,
            zone: &self.zone,
        };
        page.listing.refresh(&self.judged, &known, room);
        self.aside = Some(aside);
    }
}

/// What a row shows beside its list: what opening it would, but nothing that has to be reckoned
/// first.
fn glance(item: &Item<'_>) -> View {
    match item {
        Item::Lost(..) => View::Subject(item.subject().unwrap_or(Subject::Viewer)),
        item => item.id().view(),
    }
}
