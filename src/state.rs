//! The state, pure: what is known, and where the user is. Only [`crate::update`] changes it.

mod alike;
pub mod aside;
pub mod asking;
mod causes;
pub mod digest;
pub mod drawn;
pub mod filter;
mod finder;
mod history;
pub mod index;
pub mod jump;
pub mod layout;
pub mod listing;
pub mod looks;
pub mod matrix;
mod members;
pub mod order;
pub mod outlook;
pub mod overlay;
mod places;
pub mod row;
#[cfg(test)]
pub(crate) mod samples;
pub mod seek;
mod standing;
#[cfg(test)]
mod tests;
pub mod view;
mod wanted;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

pub use alike::{Alike, AlikeId, Group};
pub use asking::{Asking, unasked};
pub use causes::Causes;
pub use digest::{Digest, Digester, Extras};
pub use drawn::{Drawn, Target, Zone};
pub use filter::{Field, Filter};
pub use index::{Cause, Index, Sums, Tally};
pub use jump::{Goal, Jump, Way};
pub use layout::{Layout, Place, Rows};
pub use listing::{Listing, Shown, Span};
pub use looks::{Looks, Want};
pub use matrix::{Matrix, Outside};
pub use order::{Column, Sort};
pub use outlook::{Asked, Outlook};
pub use overlay::{Copying, Notice, Overlay, Poll, Said, Wish};
pub use places::Page;
pub use row::{Item, Row};
pub use seek::Seek;
pub use view::{ProblemId, RowId, Section, Tab, View};

use history::History;
use listing::Room;
use order::Known;
pub(crate) use places::Places;
pub use standing::{Standing, Stood};

use crate::fleet::look::Seen;
use crate::fleet::part::Part;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::timeline::{Deed, StoryId};
use crate::judge::{Judged, Verdict};
use crate::keymap::Keymap;
use crate::whatif::Loss;

/// From so many lines on the first view has more than sites and problems.
const TALL: u16 = 50;

/// Everything the screen is drawn from.
#[derive(Clone, Debug)]
pub struct State {
    /// What is known of the fleet, as shown: while frozen, what was known then.
    pub fleet: Fleet,
    /// What the judge says of it.
    pub judged: Arc<Judged>,
    /// The time, our clock. It goes on while frozen: ages stay true.
    pub now: Epoch,
    /// The viewer's time zone.
    pub zone: TimeZone,
    /// The keys that hold.
    pub keys: Arc<Keymap>,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// Lists show only what is not well.
    pub faults_only: bool,
    /// What lies over the view.
    pub overlay: Overlay,
    /// Since when the screen stands still, and what came in behind it.
    pub frozen: Option<Frozen>,
    /// A short word in answer to the last key.
    pub said: Option<Said>,
    /// Whether it was said what tmux needs to take what is copied.
    pub(crate) knows_tmux: bool,
    /// How far the first look at the fleet has come; none once it is over, for good.
    pub asking: Option<Asking>,
    /// When watching began.
    started: Epoch,
    standing: Arc<Standing>,
    pub(crate) places: Places,
    history: History,
    aside: Option<aside::Aside>,
    /// What the last frame told.
    pub(crate) drawn: Drawn,
    index: Arc<Index>,
    causes: Causes,
    alike: Arc<Alike>,
    outlook: Outlook,
    matrix: Arc<Matrix>,
    /// What is marked, to be lost together.
    pub marked: BTreeSet<Loss>,
    /// What was seen of what is only asked while it is looked at.
    pub looks: Looks,
}

/// What waits behind a frozen screen.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// Since when.
    pub since: Epoch,
    /// The fleet as it is known by now.
    pub fleet: Fleet,
    /// Its judgement.
    pub digest: Digest,
}

impl State {
    /// At the start: nothing known but what `fleet` holds, on the first view.
    pub fn new(fleet: Fleet, now: Epoch, zone: TimeZone, size: (u16, u16)) -> Self {
        let judged = Judged {
            taken: now,
            verdict: Verdict::Unknown,
            sites: Vec::new(),
            problems: Vec::new(),
            notices: Vec::new(),
            timeline: std::sync::OnceLock::new(),
        };
        let mut state = Self {
            asking: None,
            started: now,
            standing: Arc::default(),
            fleet,
            judged: Arc::new(judged),
            now,
            zone,
            keys: Arc::default(),
            size,
            faults_only: false,
            overlay: Overlay::None,
            frozen: None,
            said: None,
            knows_tmux: false,
            places: Places::new(),
            history: History::default(),
            aside: None,
            drawn: Drawn::default(),
            index: Arc::default(),
            causes: Causes::default(),
            alike: Arc::default(),
            outlook: Outlook::default(),
            matrix: Arc::default(),
            marked: BTreeSet::new(),
            looks: Looks::default(),
        };
        state.begin(now);
        state.refresh();
        state
    }

    /// Watching begins now.
    pub fn begin(&mut self, now: Epoch) {
        self.now = now;
        self.started = now;
        self.asking = Asking::of(&self.fleet, now, now);
    }

    /// The view of the first level that is shown, or that the details were opened from.
    pub fn tab(&self) -> Tab {
        self.places.tab
    }

    /// What is shown: the innermost detail, else the view of the first level.
    pub fn page(&self) -> &Page {
        self.places.current()
    }

    /// The details opened one from the other, outermost first.
    pub fn trail(&self) -> impl Iterator<Item = &View> {
        self.places.details.iter().map(|page| &page.view)
    }

    /// The row under the cursor, resolved.
    pub fn selected(&self) -> Option<Item<'_>> {
        self.page().listing.cursor_row()?.item(&self.judged)
    }

    /// The problem a view explains; none once it is over.
    pub fn problem(&self, id: &ProblemId) -> Option<&crate::judge::Problem> {
        let index = self.index();
        let mut problems = index.problems(&id.subject, &self.judged);
        let mut notices = index.notices(&id.subject, &self.judged);
        problems.find(|p| id.is(p)).or_else(|| notices.find(|p| id.is(p)))
    }

    /// When a problem whose beginning is not known was first seen, of those that have stood ever
    /// since: the beginning is not after it.
    pub fn first_seen(&self, problem: &crate::judge::Problem) -> Option<Epoch> {
        self.standing.first(problem)
    }

    /// When it was first seen in watches before this one, which a time without a look parts from it.
    pub fn seen_before(&self, problem: &crate::judge::Problem) -> Option<Epoch> {
        self.standing.before(problem)
    }

    /// From when on it says something that a problem was first seen then.
    pub fn first_seen_tells(&self, first: Epoch) -> Epoch {
        self.standing.tells(first)
    }

    /// Sums and places of what is judged.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Which problems one cause explains.
    pub fn causes(&self) -> &Causes {
        &self.causes
    }

    /// Which problems say the same.
    pub fn alike(&self) -> &Alike {
        &self.alike
    }

    /// What would follow from losses.
    pub fn outlook(&self) -> &Outlook {
        &self.outlook
    }

    /// Jobs against copies.
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// What would be lost with what is marked; else with what the view is about, or with the row
    /// under the cursor.
    pub fn losses(&self) -> Vec<Loss> {
        if !self.marked.is_empty() {
            return self.marked.iter().cloned().collect();
        }
        self.loss().into_iter().collect()
    }

    /// What would be lost with what the view is about; in a list with the row under the cursor.
    pub fn loss(&self) -> Option<Loss> {
        let of = |subject: &Subject| self.index.item(subject, &self.judged).and_then(|i| i.loss());
        match &self.page().view {
            View::Site(name) => Some(Loss::Site(name.clone())),
            View::Subject(subject) => of(subject),
            View::Problem(id) => of(&id.subject),
            View::Tab(_) | View::Alike(_) | View::WhatIf(_) | View::Task(_) => {
                match self.selected()? {
                    Item::Problem(problem) | Item::Notice(problem) => of(&problem.subject),
                    item => item.loss(),
                }
            }
        }
    }

    /// All that is known by now, whatever is shown: what is to be judged.
    pub fn newest(&self) -> &Fleet {
        self.frozen.as_ref().map_or(&self.fleet, |frozen| &frozen.fleet)
    }

    /// When something that is shown may read differently with nothing having happened; none where
    /// nothing ever will.
    pub fn changes_at(&self) -> Option<Epoch> {
        // What is looked at is asked for anew by the clock.
        let asked = (!self.wanted().is_empty()).then(|| self.now.plus(1));
        let said = self.said.as_ref().map(|said| said.until);
        [self.drawn.next_roll, said, asked].into_iter().flatten().min()
    }

    /// Takes back what a frame found out.
    pub fn settle(&mut self, drawn: Drawn) {
        let listing = self.list_mut();
        for (section, lines) in &drawn.lines {
            listing.drawn(*section, *lines);
        }
        match &mut self.overlay {
            Overlay::Help(scroll) | Overlay::Evidence(scroll) | Overlay::Runbook(scroll, _) => {
                *scroll = (*scroll).min(drawn.reach);
            }
            Overlay::None | Overlay::Filter(_) | Overlay::Jump(_) => {
                let page = self.places.current_mut();
                if let Some(layout) = &drawn.page {
                    page.top = page.place(layout);
                }
            }
        }
        self.drawn = drawn;
    }

    /// To a view of the first level, out of all details.
    pub(crate) fn show(&mut self, tab: Tab) {
        self.places.details.clear();
        self.places.tab = tab;
        self.drawn.page = None;
        self.refresh();
    }

    /// Into a detail. One that is open already is gone back to, so that going round in a circle
    /// (guest, job, guest) leads nowhere deep.
    pub(crate) fn enter(&mut self, view: View) {
        let details = &mut self.places.details;
        if let Some(open) = details.iter().position(|page| page.view == view) {
            details.truncate(open + 1);
        } else {
            let tails = self.is_running(&view);
            self.places.details.push(Page { tails, ..Page::new(view) });
        }
        self.drawn.page = None;
        self.refresh();
    }

    /// Whether a view shows a task that runs.
    fn is_running(&self, view: &View) -> bool {
        let View::Task(id) = view else { return false };
        let found = self.judged.look_back(&self.fleet).find(id);
        found.is_some_and(|(_, story)| story.is_running())
    }

    /// The log that a view shows.
    pub fn log_of(&self, view: &View) -> Option<&Part<Seen>> {
        self.looks.get(&self.log_wanted(view)?.look)
    }

    /// Whether a view shows a log, in which can be searched.
    pub fn has_log(&self, view: &View) -> bool {
        let is_task = |id: &StoryId| matches!(id.deed, Deed::Task(_));
        match view {
            View::Task(id) => is_task(id),
            View::Subject(subject) => matches!(subject, Subject::Replication(..)),
            _ => false,
        }
    }

    /// Looks again for what is looked for, when the log of the page is another one.
    pub(crate) fn seek(&mut self) {
        if !self.has_log(&self.page().view) {
            return;
        }
        let seen = self.log_of(&self.page().view).and_then(|part| part.value.clone());
        self.places.current_mut().seek.search(seen.as_ref());
    }

    /// Out of the innermost detail; whether there was one.
    pub(crate) fn leave(&mut self) -> bool {
        let left = self.places.details.pop().is_some();
        if left {
            self.drawn.page = None;
            self.refresh();
        }
        left
    }

    /// What lists are to hold.
    fn room(&self) -> Room {
        Room { faults_only: self.faults_only, tall: self.size.1 >= TALL }
    }

    /// The list that is shown.
    pub(crate) fn list_mut(&mut self) -> &mut Listing {
        &mut self.places.current_mut().listing
    }

    /// Filters the list that is shown.
    pub(crate) fn filter(&mut self, text: &str) {
        if self.has_log(&self.page().view) {
            let page = self.places.current_mut();
            page.seek.set(text);
            self.seek();
            let page = self.places.current_mut();
            if !page.seek.is_empty() && page.seek.at().is_none() && page.seek.step(true) {
                (page.holds, page.tails) = (true, false);
            }
            return;
        }
        self.places.current_mut().listing.set_filter(text, &self.fleet);
    }

    /// What filters the list that is shown, or is looked for in its log.
    pub fn typed(&self) -> &str {
        let page = self.page();
        if self.has_log(&page.view) { page.seek.text() } else { page.listing.filter().text() }
    }

    /// Sorts a section of the list that is shown.
    pub(crate) fn sort(&mut self, section: Section, sort: Sort) {
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
        self.places.current_mut().listing.set_sort(section, sort, &known);
    }

    /// Takes a judgement over, and what was prepared of it.
    pub(crate) fn take(&mut self, digest: Digest) {
        let Digest { judged, standing, index, matrix, nodes } = digest;
        self.standing = standing.unwrap_or_else(|| Arc::new(self.standing.after(&judged)));
        self.index = index.unwrap_or_default();
        self.matrix = matrix.unwrap_or_default();
        self.outlook = Outlook::of(&judged, nodes);
        self.judged = judged;
        if self.asking.is_some() {
            self.asking = Asking::of(&self.fleet, self.started, self.judged.taken);
        }
        self.refresh();
    }

    /// The judgement that is shown, with what is prepared of it.
    pub(crate) fn digest(&self) -> Digest {
        Digest {
            judged: self.judged.clone(),
            standing: Some(self.standing.clone()),
            index: Some(self.index.clone()),
            matrix: Some(self.matrix.clone()),
            nodes: self.outlook.nodes(),
        }
    }

    /// What somebody looks, or has looked, at of what takes long to prepare, or much room.
    pub(crate) fn extras(&self) -> Extras {
        let was_at = |tab| self.tab() == tab || self.places.of(tab).listing.is_made();
        let view = &self.page().view;
        let is_list = |view: &View| {
            matches!(view, View::Tab(_) | View::Site(_) | View::Alike(_) | View::WhatIf(_))
        };
        let is_detail = !is_list(view);
        let is_told = is_detail || self.aside.is_some();
        Extras { losses: was_at(Tab::Recovery), lately: is_told || was_at(Tab::Tasks) }
    }

    /// Brings the list that is shown up to date with the data. Others follow when they are shown.
    pub(crate) fn refresh(&mut self) {
        if !self.index.is_of(&self.judged) {
            self.index = Arc::new(Index::new(&self.judged, &self.fleet));
        }
        if !self.causes.is_of(&self.judged) {
            self.causes = Causes::new(&self.judged, &self.index, &self.fleet);
        }
        if !self.alike.is_of(&self.judged) {
            self.alike = Arc::new(Alike::new(&self.judged, &self.causes));
        }
        if !self.outlook.is_of(&self.judged) {
            self.outlook = Outlook::new(&self.judged);
        }
        if !self.matrix.is_of(&self.judged) {
            self.matrix = Arc::new(Matrix::new(&self.judged, &self.fleet));
        }
        let room = self.room();
        let page = self.places.current_mut();
        match &page.view {
            View::WhatIf(lost) => self.outlook.ask(lost, &self.judged, &self.fleet),
            View::Tab(Tab::Recovery) => self.outlook.reckon(&self.judged, &self.fleet),
            View::Tab(Tab::Tasks) | View::Task(_) | View::Subject(_) | View::Problem(_) => {
                self.judged.look_back(&self.fleet);
            }
            View::Tab(_) | View::Site(_) | View::Alike(_) => {}
        }
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
        self.look_aside();
    }
}
