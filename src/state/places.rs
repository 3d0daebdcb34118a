//! Where the user is: each view with its list, and the details opened above it.

use super::layout::Layout;
use super::listing::Listing;
use super::seek::Seek;
use super::view::{Tab, View};

/// A view with its list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where.
    pub view: View,
    /// What is listed there.
    pub listing: Listing,
    /// The first line of a detail that is shown.
    pub top: usize,
    /// Whether a detail keeps its cursor in the window: not while its text is scrolled over.
    pub follows: bool,
    /// Whether the window stays at the end while the page grows.
    pub tails: bool,
    /// What is looked for in the log of the page.
    pub seek: Seek,
    /// Whether the window holds what was found: not once it is scrolled.
    pub holds: bool,
}

impl Page {
    /// The first line that the window shows.
    pub(crate) fn place(&self, layout: &Layout) -> usize {
        let top = self.top.min(layout.end());
        if self.tails {
            layout.end()
        } else if self.holds
            && let Some(line) = layout.found
        {
            layout.bring(top, line)
        } else if self.follows {
            layout.reveal(top, self.listing.selected_index())
        } else {
            top
        }
    }

    /// A view nobody has been to.
    pub(crate) fn new(view: View) -> Self {
        Self {
            listing: Listing::new(&view),
            // A log is followed until it is scrolled; one that is over begins at its top.
            tails: false,
            view,
            top: 0,
            follows: false,
            seek: Seek::default(),
            holds: false,
        }
    }
}

/// Where the user is.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The view of the first level.
    pub(crate) tab: Tab,
    tabs: Tabs,
    /// Details opened from it, one from the other.
    pub(crate) details: Vec<Page>,
}

/// The views of the first level: each keeps its cursor, sort and filter.
#[derive(Clone, Debug)]
struct Tabs {
    fleet: Page,
    problems: Page,
    hosts: Page,
    guests: Page,
    backups: Page,
    replication: Page,
    recovery: Page,
    tasks: Page,
}

impl Places {
    /// At the start.
    pub(super) fn new() -> Self {
        let page = |tab| Page::new(View::Tab(tab));
        Self {
            tab: Tab::Fleet,
            tabs: Tabs {
                fleet: page(Tab::Fleet),
                problems: page(Tab::Problems),
                hosts: page(Tab::Hosts),
                guests: page(Tab::Guests),
                backups: page(Tab::Backups),
                replication: page(Tab::Replication),
                recovery: page(Tab::Recovery),
                tasks: page(Tab::Tasks),
            },
            details: Vec::new(),
        }
    }

    /// What is looked at.
    pub(super) fn current(&self) -> &Page {
        self.details.last().unwrap_or_else(|| self.first())
    }

    /// The view of the first level.
    pub(super) fn first(&self) -> &Page {
        self.of(self.tab)
    }

    /// A view of the first level.
    pub(super) fn of(&self, tab: Tab) -> &Page {
        match tab {
            Tab::Fleet => &self.tabs.fleet,
            Tab::Problems => &self.tabs.problems,
            Tab::Hosts => &self.tabs.hosts,
            Tab::Guests => &self.tabs.guests,
            Tab::Backups => &self.tabs.backups,
            Tab::Replication => &self.tabs.replication,
            Tab::Recovery => &self.tabs.recovery,
            Tab::Tasks => &self.tabs.tasks,
        }
    }

    pub(crate) fn current_mut(&mut self) -> &mut Page {
        self.details.last_mut().unwrap_or(match self.tab {
            Tab::Fleet => &mut self.tabs.fleet,
            Tab::Problems => &mut self.tabs.problems,
            Tab::Hosts => &mut self.tabs.hosts,
            Tab::Guests => &mut self.tabs.guests,
            Tab::Backups => &mut self.tabs.backups,
            Tab::Replication => &mut self.tabs.replication,
            Tab::Recovery => &mut self.tabs.recovery,
            Tab::Tasks => &mut self.tabs.tasks,
        })
    }
}
