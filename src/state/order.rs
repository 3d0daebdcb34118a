//! By what a list is sorted: every column that is shown, each section by its own.

mod key;
mod measure;
mod natural;

use std::cmp::Ordering;

use jiff::tz::TimeZone;

use super::alike::Alike;
use super::causes::Causes;
use super::index::Index;
use super::matrix::Matrix;
use super::outlook::Outlook;
use super::row::Item;
use super::view::{Section, Tab, View};
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::lang::Head;
use key::Key;

/// A column a section can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The sign before every row, worst first.
    Verdict,
    /// The column under this head. Names from the first letter on, numbers and ages from the
    /// highest or oldest on, what is to come from the soonest on, states from the worst on.
    Under(Head),
}

impl Column {
    /// The columns of a section, left to right, whichever of them a view and a width show.
    pub fn of(section: Section) -> impl Iterator<Item = Self> {
        let heads = heads(section).iter().map(|head| Self::Under(*head));
        std::iter::once(Self::Verdict).chain(heads)
    }
}

impl Column {
    /// By what rows of the section are sorted that this column does not tell apart: of copies that
    /// are equally well the oldest come first.
    fn then(self, section: Section) -> Option<Self> {
        (self == Self::Verdict && section == Section::Copies).then_some(Self::Under(Head::Copy))
    }
}

fn heads(section: Section) -> &'static [Head] {
    use Head as H;
    match section {
        Section::Sites => {
            &[H::Site, H::Hosts, H::Guests, H::Cpu, H::Memory, H::Store, H::Backups, H::Replicas]
        }
        Section::Sources => &[H::Source, H::Type, H::State, H::Seen, H::Version, H::Error],
        Section::Problems | Section::Notices => &[H::Site, H::Subject, H::Problem, H::Since],
        Section::Nodes => &[
            H::Site,
            H::Node,
            H::State,
            H::Cpu,
            H::Memory,
            H::Root,
            H::Guests,
            H::Uptime,
            H::Version,
            H::Problem,
        ],
        Section::Guests | Section::Worst => &[
            H::Site,
            H::Node,
            H::Id,
            H::Kind,
            H::Name,
            H::State,
            H::Cpu,
            H::Memory,
            H::Copy,
            H::Replica,
            H::Uptime,
            H::Pool,
            H::Tags,
        ],
        Section::Copies => &[
            H::Site,
            H::Id,
            H::Name,
            H::Copy,
            H::Days,
            H::Marks,
            H::Replica,
            H::LeftOut,
            H::Next,
            H::Place,
        ],
        Section::Storages => &[H::Name, H::Node, H::Type, H::Used, H::Size, H::State],
        Section::Datastores => &[H::Store, H::Used, H::Size, H::Full, H::Last, H::Jobs, H::Writers],
        Section::BackupJobs => {
            &[H::Source, H::Number, H::Name, H::Schedule, H::Place, H::Covers, H::Last, H::Next]
        }
        Section::Replication => &[
            H::Site,
            H::Name,
            H::Route,
            H::Schedule,
            H::Age,
            H::Days,
            H::Fails,
            H::Took,
            H::Next,
            H::Error,
        ],
        Section::Tasks => &[H::Began, H::Took, H::Host, H::Task, H::Subject, H::Result, H::By],
        Section::Groups => &[H::Name, H::Last, H::Count, H::State, H::Owner],
        Section::Rescue => &[
            H::Site,
            H::Node,
            H::Id,
            H::Name,
            H::Way,
            H::Target,
            H::Loss,
            H::Worst,
            H::Back,
            H::Room,
            H::Rehearsed,
            H::Weak,
        ],
        Section::Rescues => {
            &[H::Site, H::Guests, H::Gone, H::Weakly, H::Untold, H::Loss, H::Unrehearsed]
        }
        Section::Losses => &[
            H::Site,
            H::Node,
            H::Guests,
            H::ByHa,
            H::ByHand,
            H::Restored,
            H::Gone,
            H::Untold,
            H::Loss,
            H::Room,
            H::Quorum,
        ],
        Section::Fates => &[
            H::Site,
            H::Node,
            H::Id,
            H::Name,
            H::Way,
            H::Target,
            H::Loss,
            H::Back,
            H::Room,
            H::Weak,
        ],
    }
}

/// How a section is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The column; none: as the judge lists it, which is worst first for problems and by
    /// identity for all else.
    pub column: Option<Column>,
    /// Against the column's own direction.
    pub reversed: bool,
}

impl Sort {
    /// How a section of a view is sorted before anybody asks.
    pub fn default_of(view: &View, section: Section) -> Self {
        let column = match (view, section) {
            // Jobs have the numbers of their order.
            (View::Tab(Tab::Backups), Section::BackupJobs) => None,
            // As a timeline is told.
            (_, Section::Tasks) => Some(Column::Under(Head::Began)),
            // The worst first; what is equally bad stays where its identity puts it.
            _ => Some(Column::Verdict),
        };
        Self { column, reversed: false }
    }

    /// The next column of the section, or the one before; beyond the ends none.
    #[must_use]
    pub fn next(self, section: Section, forwards: bool) -> Self {
        let mut columns: Vec<Option<Column>> = Column::of(section).map(Some).collect();
        columns.push(None);
        let here = columns.iter().position(|c| *c == self.column).unwrap_or(0);
        let by = if forwards { 1 } else { columns.len() - 1 };
        let column = columns.get((here + by) % columns.len()).copied().flatten();
        Self { column, reversed: false }
    }

    /// Sorts the rows of a section. Stable; what has no value, or none that is known, comes last
    /// in either direction.
    pub(super) fn apply(self, section: Section, rows: &mut [(u32, Item<'_>)], known: &Known<'_>) {
        let Some(column) = self.column else {
            if self.reversed {
                rows.reverse();
            }
            return;
        };
        let then = column.then(section);
        // Some values take a while to find: each is asked for once.
        let mut keyed: Vec<_> = rows
            .iter()
            .map(|row| {
                let second = then.map(|then| known.key(then, &row.1, section));
                (known.key(column, &row.1, section), second.unwrap_or(Key::Missing), *row)
            })
            .collect();
        keyed.sort_by(|(a, then_a, _), (b, then_b, _)| {
            self.compare(a, b).then_with(|| self.compare(then_a, then_b))
        });
        for (slot, (_, _, row)) in rows.iter_mut().zip(keyed) {
            *slot = row;
        }
    }

    /// Which value comes first.
    fn compare(self, a: &Key<'_>, b: &Key<'_>) -> Ordering {
        match (a, b) {
            (Key::Missing, Key::Missing) => Ordering::Equal,
            (Key::Missing, _) => Ordering::Greater,
            (_, Key::Missing) => Ordering::Less,
            (a, b) if self.reversed => b.compare(a),
            (a, b) => a.compare(b),
        }
    }
}

/// Where the values of rows are found.
pub(super) struct Known<'a> {
    pub(super) judged: &'a Judged,
    pub(super) fleet: &'a Fleet,
    pub(super) index: &'a Index,
    pub(super) causes: &'a Causes,
    pub(super) alike: &'a Alike,
    pub(super) outlook: &'a Outlook,
    pub(super) matrix: &'a Matrix,
    pub(super) zone: &'a TimeZone,
}

#[cfg(test)]
mod tests;
