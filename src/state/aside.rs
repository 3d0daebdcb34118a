//! What stands beside a list in a wide window: the detail of the selected row, as far as it is
//! known, without opening it.

use super::{Item, Page, State, View};
use crate::fleet::subject::Subject;

/// From so many columns on there is room for a detail beside a list.
pub const WIDE: u16 = 140;

impl State {
    /// The detail beside the list; none in a narrow window, in a detail, or without a row.
    pub fn aside(&self) -> Option<&Page> {
        self.aside.as_ref()
    }

    /// Lets what stands beside the list follow the cursor and the data.
    pub(crate) fn look_aside(&mut self) {
        let is_wide = self.size.0 >= WIDE && matches!(self.page().view, View::Tab(_));
        let view = self.selected().filter(|_| is_wide).map(|item| glance(&item));
        let Some(view) = view else {
            self.aside = None;
            return;
        };
        let mut page = match self.aside.take() {
            Some(page) if page.view == view => page,
            _ => Page::new(view),
        };
        let room = self.room();
        let from = (&self.judged, &self.outlook);
        page.listing.refresh(&page.view, from, &self.fleet, room);
        self.aside = Some(page);
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
