//! What was promised of the last days, and what is there: for each guest, day by day, every run
//! that was due ([`dues`]) against the copies that are left ([`decide`]), and what pruning explains
//! ([`prune`]). Nothing of it is a verdict: those say how things stand now.
//!
//! Days are the reader's; runs are due in the time zone of the node; copies are pruned in that of
//! whoever prunes. What is not known never makes a day look better.

mod decide;
mod dues;
mod gather;
mod keeping;
mod prune;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::fleet::id::JobId;
use crate::fleet::time::Epoch;

pub use gather::{Fortnights, days};

/// So many days are shown, today the last.
pub const DAYS: usize = 14;

/// What became of the copies of one day. Of several runs the greatest counts: what is surely there
/// is less than what may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Nothing was due, or is not yet over, and nothing is there.
    Rest,
    /// A run was due; if it left a copy, that was pruned as planned.
    Pruned,
    /// A copy, verified.
    Verified,
    /// A copy that nothing verified.
    Made,
    /// A copy, but only after its grace.
    Late,
    /// A copy, but not where the job that was due writes, and where it should still be: somebody
    /// else made it.
    Elsewhere,
    /// A run was due, nothing is there, and it cannot be told why: pruned by what was not read, or
    /// by other rules than today's, or the job was not yet as it is, or it was missed.
    Gap,
    /// It cannot be looked at.
    Unknown,
    /// A copy that failed its verification, and no other.
    Bad,
    /// A run that is known to have failed, and no copy.
    Failed,
    /// A run was due, and there is no copy that pruning could have taken.
    Missing,
}

impl Cell {
    /// Every one, in the order in which a legend names them.
    pub const ALL: [Self; 11] = [
        Self::Verified,
        Self::Made,
        Self::Late,
        Self::Bad,
        Self::Failed,
        Self::Missing,
        Self::Pruned,
        Self::Gap,
        Self::Rest,
        Self::Elsewhere,
        Self::Unknown,
    ];

    /// Whether there is a copy of that day to bring back.
    pub fn is_made(self) -> bool {
        matches!(self, Self::Verified | Self::Made | Self::Late | Self::Elsewhere)
    }
}

/// A run that did not go as promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mishap {
    /// When it was due, our clock.
    pub due: Epoch,
    /// What became of it: late, elsewhere, nothing and nobody knows why, damaged, failed, or
    /// missing.
    pub cell: Cell,
    /// Whose run it was.
    pub job: JobId,
    /// The error it failed with.
    pub error: Option<Arc<str>>,
    /// The copy of that run, our clock: too late, elsewhere, or damaged.
    pub copy: Option<Epoch>,
}

/// The last days of a guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fortnight {
    /// Day by day, oldest first.
    pub cells: Vec<Cell>,
    /// What did not go as promised, oldest first.
    pub mishaps: Vec<Mishap>,
    /// When today ends, our clock.
    pub until: Option<Epoch>,
}
