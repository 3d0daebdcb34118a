//! The days of one guest, from what was promised and what was found. Pure: tables of cases test it.
//!
//! A run that was due left a copy where there is one between it and the next run to the same
//! place. It came in time within the grace, or while a vzdump that was started for it still ran.
//! A copy that no run explains counts for the day it was made on, where nothing was due.

use std::cell::OnceCell;
use std::sync::Arc;

use super::prune::{Pruning, Rule};
use super::{Cell, Fortnight, Mishap};
use crate::fleet::id::JobId;
use crate::fleet::time::Epoch;

/// A scheduler starts its task at most so long after the event, seconds: it ticks once a minute.
pub(super) const START: i64 = 300;

/// A vzdump is believed to run for so long, seconds.
pub(super) const LONGEST: i64 = 24 * 3600;

/// Runs of so long before the first day may have left a copy on it, seconds.
const BEFORE: i64 = 2 * 86_400;

/// All that decides. Times are the server's.
pub(super) struct Case<'a> {
    /// The moment.
    pub now: Epoch,
    /// `backup-grace`, seconds.
    pub grace: i64,
    /// Where each day begins, and where the last one ends.
    pub days: &'a [Epoch],
    /// What was promised.
    pub promised: Promised<'a>,
    /// Whether jobs that cannot be seen may take it too.
    pub hides: bool,
    /// When the guest came to be; nothing was due before. None: it is old, as far as is known.
    pub born: Option<Epoch>,
    /// Its copies, oldest first; older ones than the days may be left out.
    pub copies: &'a [Piece],
    /// The places that copies are at, or should be at.
    pub places: &'a [Spotted],
    /// Whether copies may be its own, or another cluster's guest's.
    pub ambiguous: bool,
}

/// What was promised to a guest.
#[derive(Clone, Copy)]
pub(super) enum Promised<'a> {
    /// By these enabled jobs.
    Jobs(&'a [Promise<'a>]),
    /// No job takes it.
    Nothing,
    /// Which jobs take it cannot be told.
    Untold,
}

/// One enabled job that takes the guest.
pub(super) struct Promise<'a> {
    /// Its id.
    pub job: &'a JobId,
    /// When it was due, earliest first, beyond now too: one reading per time zone the node may be
    /// in. None: no schedule tells.
    pub runs: &'a [Arc<[Epoch]>],
    /// Among the places where its copies go; none where nobody can look.
    pub aim: Option<usize>,
    /// Until when that place was looked at.
    pub seen: Option<Epoch>,
    /// Until when it is known that there is such a job.
    pub told: Epoch,
    /// Since when it is known to be as it is; none: not at all.
    pub since: Option<Epoch>,
    /// Starts of vzdumps that can only have been its own: so long ago it was there. In order.
    pub proofs: &'a [Epoch],
    /// Vzdumps on the guest's node that may be its runs, by start.
    pub tasks: &'a [Task],
    /// Vzdumps on every node that are over, by start: the guest may have been there.
    pub everywhere: &'a [Task],
    /// Vzdumps that are known to have failed for the guest, by start.
    pub failures: &'a [Failure],
}

impl Promise<'_> {
    /// Whether the job is known to have been as it is when a run was due.
    fn was_so(&self, run: Epoch) -> bool {
        let proof = self.proofs.get(self.proofs.partition_point(|start| *start < run));
        self.since.is_some_and(|since| since <= run)
            || proof.is_some_and(|start| start.since(run) <= START)
    }
}

/// A vzdump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Task {
    /// Its start.
    pub start: Epoch,
    /// Its end; none while it runs.
    pub end: Option<Epoch>,
}

/// A vzdump that failed for the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// Its start.
    pub start: Epoch,
    /// Its error.
    pub error: Arc<str>,
}

/// A copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its start.
    pub at: Epoch,
    /// What it is worth.
    pub worth: Worth,
    /// Where it is, among the places.
    pub place: usize,
}

/// What a copy is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// It failed its verification.
    Bad,
    /// It may be finished or not.
    Uncertain,
    /// Finished.
    Made,
    /// Verified and good.
    Verified,
}

/// What is known of pruning at a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Spotted {
    /// The rules that take the guest's copies there.
    pub rules: Vec<Rule>,
    /// Whether these are all.
    pub is_known: bool,
    /// When they were seen to have changed last: by which ones was pruned before is not known.
    pub changed: Option<Epoch>,
    /// Every copy that they may take, newest first.
    pub copies: Vec<Epoch>,
    /// The oldest copy of the guest there.
    pub oldest: Option<Epoch>,
}

/// What pruning says of a copy that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It would be gone by now.
    Taken,
    /// It would still be there.
    Kept,
    /// It cannot be told.
    Untold,
}

/// Looks at a case.
pub(super) fn decide(case: &Case<'_>) -> Fortnight {
    let count = case.days.len().saturating_sub(1);
    let readings = match case.promised {
        Promised::Jobs(jobs) => jobs.iter().map(|job| job.runs.len()).max().unwrap_or(1).max(1),
        Promised::Nothing | Promised::Untold => 1,
    };
    let prunings: Vec<OnceCell<Vec<Pruning>>> = vec![OnceCell::new(); case.places.len()];
    let mut told = Fortnight::default();
    for reading in 0..readings {
        let mut page = Page {
            case,
            prunings: &prunings,
            reading,
            cells: vec![Cell::Rest; count],
            used: vec![false; case.copies.len()],
            mishaps: Vec::new(),
        };
        page.fill();
        if reading == 0 {
            (told.cells, told.mishaps) = (page.cells, page.mishaps);
        } else {
            for (cell, other) in told.cells.iter_mut().zip(page.cells) {
                *cell = agree(*cell, other);
            }
        }
    }
    let cells = &told.cells;
    told.mishaps.retain(|mishap| {
        let day = day_of(case.days, mishap.due).and_then(|day| cells.get(day));
        readings == 1 || day.is_some_and(|cell| *cell == mishap.cell)
    });
    told.mishaps.sort_by_key(|mishap| mishap.due);
    told
}

/// What two readings have in common: a copy that both see is there, but late, or elsewhere, only
/// for both.
fn agree(a: Cell, b: Cell) -> Cell {
    match (a, b) {
        _ if a == b => a,
        (Cell::Late | Cell::Elsewhere, other) | (other, Cell::Late | Cell::Elsewhere)
            if other.is_made() =>
        {
            other
        }
        _ if a.is_made() && b.is_made() => a.max(b),
        _ => Cell::Unknown,
    }
}

fn day_of(days: &[Epoch], at: Epoch) -> Option<usize> {
    let day = days.partition_point(|start| *start <= at).checked_sub(1)?;
    (day + 1 < days.len()).then_some(day)
}

/// The days as one reading of the schedules tells them.
struct Page<'c> {
    case: &'c Case<'c>,
    prunings: &'c [OnceCell<Vec<Pruning>>],
    reading: usize,
    cells: Vec<Cell>,
    /// Copies that a run explains.
    used: Vec<bool>,
    mishaps: Vec<Mishap>,
}

/// What became of a run.
struct Outcome {
    cell: Cell,
    error: Option<Arc<str>>,
    copy: Option<Epoch>,
}

impl Outcome {
    fn of(cell: Cell) -> Self {
        Self { cell, error: None, copy: None }
    }
}

impl Page<'_> {
    fn fill(&mut self) {
        let case = self.case;
        let Some(first) = case.days.first() else { return };
        let mut is_open = true;
        match case.promised {
            Promised::Jobs(jobs) => {
                is_open = jobs.iter().any(|job| self.runs(job).is_none());
                if is_open {
                    self.cells.fill(Cell::Unknown);
                }
                for job in jobs {
                    if let Some(runs) = self.runs(job) {
                        self.hold(job, jobs, runs, *first);
                    }
                }
            }
            Promised::Nothing if !case.ambiguous => {}
            Promised::Nothing | Promised::Untold => self.cells.fill(Cell::Unknown),
        }
        self.leave(is_open);
        if case.hides {
            self.doubt();
        }
    }

    /// On days that are over and on which nothing was seen to be due, something may have been.
    fn doubt(&mut self) {
        let case = self.case;
        let days = case.days.iter().zip(case.days.iter().skip(1));
        for (cell, (start, end)) in self.cells.iter_mut().zip(days) {
            let is_its = case.born.is_none_or(|born| *start >= born) && *end <= case.now;
            if *cell == Cell::Rest && is_its {
                *cell = Cell::Unknown;
            }
        }
    }

    fn runs<'a>(&self, job: &'a Promise<'_>) -> Option<&'a [Epoch]> {
        job.runs.get(self.reading).or(job.runs.first()).map(|runs| &**runs)
    }

    /// Holds the runs of one job against what is there.
    fn hold(&mut self, job: &Promise<'_>, jobs: &[Promise<'_>], runs: &[Epoch], first: Epoch) {
        let from = runs.partition_point(|run| *run < first.minus(BEFORE));
        let runs = runs.get(from..).unwrap_or_default();
        for run in runs.iter().copied().take_while(|run| *run <= self.case.now) {
            let next = self.next(job, jobs, run);
            let outcome = self.outcome(job, jobs, run, next);
            let Some(day) = day_of(self.case.days, run) else { continue };
            if let Some(cell) = self.cells.get_mut(day) {
                *cell = (*cell).max(outcome.cell);
            }
            let is_well = matches!(
                outcome.cell,
                Cell::Rest | Cell::Pruned | Cell::Verified | Cell::Made | Cell::Unknown
            );
            if !is_well {
                self.mishaps.push(Mishap {
                    due: run,
                    cell: outcome.cell,
                    job: job.job.clone(),
                    error: outcome.error,
                    copy: outcome.copy,
                });
            }
        }
    }

    /// The next run to the same place, by whatever job.
    fn next(&self, job: &Promise<'_>, jobs: &[Promise<'_>], run: Epoch) -> Epoch {
        let same = jobs.iter().filter(|other| other.aim == job.aim);
        let following = same.filter_map(|other| {
            let runs = self.runs(other)?;
            runs.get(runs.partition_point(|at| *at <= run)).copied()
        });
        following.min().unwrap_or(Epoch(i64::MAX))
    }

    fn outcome(
        &mut self,
        job: &Promise<'_>,
        jobs: &[Promise<'_>],
        run: Epoch,
        next: Epoch,
    ) -> Outcome {
        let case = self.case;
        let ended = ended(case, job, run);
        let limit = run.plus(case.grace).max(ended.unwrap_or(run));
        let until = next.max(ended.map_or(next, |end| end.plus(1)));
        let from = case.copies.partition_point(|copy| copy.at < run);
        let mut best: Option<Worth> = None;
        let mut late: Option<(usize, Piece)> = None;
        let mut elsewhere: Option<(usize, Piece)> = None;
        let (mut bad, mut is_uncertain) = (None, false);
        for (i, copy) in (from..).zip(case.copies.get(from..).unwrap_or_default()) {
            if copy.at >= until {
                break;
            }
            if Some(copy.place) != job.aim {
                // What another job's place holds is that one's. Where this one's is not known, it
                // may be any that nobody else has.
                if jobs.iter().any(|other| other.aim == Some(copy.place)) {
                    continue;
                }
                if job.aim.is_some() {
                    let sound = matches!(copy.worth, Worth::Made | Worth::Verified);
                    if sound && elsewhere.is_none_or(|(_, found)| found.worth < copy.worth) {
                        elsewhere = Some((i, *copy));
                    }
                    continue;
                }
            }
            match copy.worth {
                Worth::Bad => bad = bad.or(Some(copy.at)),
                Worth::Uncertain => is_uncertain = true,
                worth if copy.at <= limit => best = best.max(Some(worth)),
                _ => {
                    late = late.or(Some((i, *copy)));
                    continue;
                }
            }
            self.use_up(i);
        }
        let cell = |worth| if worth == Worth::Verified { Cell::Verified } else { Cell::Made };
        if let Some(worth) = best {
            return Outcome::of(cell(worth));
        }
        if let Some((i, copy)) = late {
            self.use_up(i);
            // One in time may have been pruned, and this one kept in its place.
            if self.fate(job, run) == Fate::Taken {
                return Outcome::of(cell(copy.worth));
            }
            return Outcome { copy: Some(copy.at), ..Outcome::of(Cell::Late) };
        }
        if let Some((i, copy)) = elsewhere {
            self.use_up(i);
            // A copy may be carried further, and live longer there. Where the one it was made of
            // should still be, there was none, and this is another's.
            let is_seen = job.seen.is_some_and(|seen| seen >= limit) && job.told >= run;
            if is_uncertain || !is_seen || self.left(job, run) != Cell::Missing {
                return Outcome::of(cell(copy.worth));
            }
            return Outcome { copy: Some(copy.at), ..Outcome::of(Cell::Elsewhere) };
        }
        if is_uncertain {
            return Outcome::of(Cell::Unknown);
        }
        if bad.is_some() {
            return Outcome { copy: bad, ..Outcome::of(Cell::Bad) };
        }
        self.nothing(job, run, next, limit)
    }

    /// Nothing is there.
    fn nothing(&self, job: &Promise<'_>, run: Epoch, next: Epoch, limit: Epoch) -> Outcome {
        let case = self.case;
        if case.born.is_some_and(|born| run < born) {
            return Outcome::of(Cell::Rest);
        }
        // What failed at another time of the day was somebody's else.
        let is_its = |failure: &Failure| failure.start.since(run) <= START;
        let from = job.failures.partition_point(|failure| failure.start < run);
        let failures = job.failures.get(from..).unwrap_or_default();
        if let Some(failure) = failures.iter().take_while(|f| f.start < next && is_its(f)).last() {
            return Outcome { error: Some(failure.error.clone()), ..Outcome::of(Cell::Failed) };
        }
        if limit >= case.now {
            return Outcome::of(Cell::Rest);
        }
        let seen = job.aim.is_some() && job.seen.is_some_and(|seen| seen >= limit);
        if job.told < run || !seen || case.ambiguous {
            return Outcome::of(Cell::Unknown);
        }
        Outcome::of(self.left(job, run))
    }

    /// What it means that where a job writes nothing is left of a run.
    fn left(&self, job: &Promise<'_>, run: Epoch) -> Cell {
        let place = job.aim.and_then(|aim| self.case.places.get(aim));
        let is_after = |at: Option<Epoch>| at.is_some_and(|at| at > run);
        // Before its first copy there may have been no such job.
        let is_new = is_after(place.and_then(|place| place.oldest));
        // By which rules was pruned then, nobody knows.
        let is_changed = is_after(place.and_then(|place| place.changed));
        match self.fate(job, run) {
            Fate::Taken => Cell::Pruned,
            Fate::Kept if !is_new && !is_changed && job.was_so(run) => Cell::Missing,
            Fate::Kept | Fate::Untold => Cell::Gap,
        }
    }

    fn use_up(&mut self, copy: usize) {
        if let Some(used) = self.used.get_mut(copy) {
            *used = true;
        }
    }

    /// What pruning says of a copy that a run would have left where its job writes.
    fn fate(&self, job: &Promise<'_>, run: Epoch) -> Fate {
        let case = self.case;
        let Some((aim, place)) = job.aim.and_then(|at| Some((at, case.places.get(at)?))) else {
            return Fate::Untold;
        };
        // Whatever the rule, the newest one stays.
        if place.copies.first().is_none_or(|newest| *newest < run) {
            return Fate::Kept;
        }
        if self.takes(aim, run) {
            // Where its copies are carried further, and kept longer, it should be there.
            let elsewhere = case.places.iter().enumerate().any(|(at, other)| {
                let around = other.copies.first() > Some(&run) && other.copies.last() < Some(&run);
                at != aim && around && !self.takes(at, run)
            });
            return if elsewhere { Fate::Untold } else { Fate::Taken };
        }
        if place.is_known { Fate::Kept } else { Fate::Untold }
    }

    /// Whether a rule at a place takes what was made then.
    fn takes(&self, at: usize, run: Epoch) -> bool {
        let (Some(place), Some(kept)) = (self.case.places.get(at), self.prunings.get(at)) else {
            return false;
        };
        let made = || place.rules.iter().map(|rule| Pruning::new(rule, &place.copies)).collect();
        kept.get_or_init(made).iter().any(|pruning| pruning.takes(run))
    }

    /// Copies that no run explains count for the day they were made on, where nothing else is to
    /// be said of it.
    fn leave(&mut self, is_open: bool) {
        let mut spare: Vec<Option<Worth>> = vec![None; self.cells.len()];
        for (copy, _) in self.case.copies.iter().zip(&self.used).filter(|(_, used)| !**used) {
            let day = day_of(self.case.days, copy.at).and_then(|day| spare.get_mut(day));
            if let Some(slot) = day {
                *slot = (*slot).max(Some(copy.worth));
            }
        }
        for (cell, worth) in self.cells.iter_mut().zip(spare) {
            let Some(worth) = worth else { continue };
            if *cell == Cell::Rest || is_open && *cell == Cell::Unknown {
                *cell = match worth {
                    Worth::Verified => Cell::Verified,
                    Worth::Made => Cell::Made,
                    Worth::Bad => Cell::Bad,
                    Worth::Uncertain => Cell::Unknown,
                };
            }
        }
    }
}

/// When the last vzdump that was started for a run was over; now where it is not. Where the guest's
/// node had none, the guest was elsewhere, and so was its vzdump.
fn ended(case: &Case<'_>, job: &Promise<'_>, run: Epoch) -> Option<Epoch> {
    let end = |task: &Task| task.end.unwrap_or(case.now.min(task.start.plus(LONGEST)));
    let last = |tasks: &[Task]| started(tasks, run).iter().map(end).max();
    last(job.tasks).or_else(|| last(job.everywhere))
}

/// Those of some tasks that were started for a run.
pub(super) fn started(tasks: &[Task], run: Epoch) -> &[Task] {
    let from = tasks.partition_point(|task| task.start < run);
    let tasks = tasks.get(from..).unwrap_or_default();
    let to = tasks.partition_point(|task| task.start.since(run) <= START);
    tasks.get(..to).unwrap_or_default()
}
