//! By what a list is sorted.

use std::cmp::Ordering;

use super::row::Item;
use super::view::{Section, Tab, View};
use crate::fleet::host::Usage;
use crate::fleet::time::Epoch;
use crate::judge::rows::recovery::Way;
use crate::judge::timeline::About;

/// A column a list can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Worst first.
    Verdict,
    /// The site's name.
    Site,
    /// The kind of problem.
    Code,
    /// Since when, oldest first.
    Since,
    /// The node's name; of a replication job where the guest is.
    Node,
    /// The node a replica goes to.
    Target,
    /// The guest's number, the job's id.
    Id,
    /// The name.
    Name,
    /// The guest's or node's state.
    State,
    /// Load, highest first.
    Cpu,
    /// Memory in use as a share, highest first.
    Memory,
    /// Disk space in use as a share, highest first.
    Disk,
    /// Time since boot, longest first.
    Uptime,
    /// How many guests, most first.
    Guests,
    /// Age of the recovery point, oldest first; none at all is the oldest.
    Copy,
    /// Age of the oldest replica, oldest first.
    Replica,
    /// How long the last attempt took, longest first.
    Duration,
    /// The next run, soonest first.
    Next,
    /// What would be lost of a guest, most first; with no way back all is.
    Loss,
    /// When it was done, newest first, what runs before all.
    When,
    /// What kind of task.
    Kind,
}

impl Column {
    /// The columns of a view that can be sorted by, left to right.
    pub fn of(view: &View) -> &'static [Self] {
        match view {
            View::Tab(Tab::Fleet) => &[Self::Verdict, Self::Name, Self::Guests],
            View::Tab(Tab::Problems) => &[Self::Verdict, Self::Site, Self::Code, Self::Since],
            View::Tab(Tab::Hosts) => &[
                Self::Verdict,
                Self::Name,
                Self::Guests,
                Self::Cpu,
                Self::Memory,
                Self::Disk,
                Self::Uptime,
            ],
            View::Tab(Tab::Guests) => &[
                Self::Verdict,
                Self::Node,
                Self::Id,
                Self::Name,
                Self::State,
                Self::Cpu,
                Self::Memory,
                Self::Copy,
                Self::Replica,
            ],
            View::Tab(Tab::Backups) => {
                &[Self::Copy, Self::Verdict, Self::Name, Self::Disk, Self::Next]
            }
            View::Tab(Tab::Replication) => &[
                Self::Verdict,
                Self::Id,
                Self::Node,
                Self::Target,
                Self::Replica,
                Self::Duration,
                Self::Next,
            ],
            View::Tab(Tab::Recovery) => {
                &[Self::Verdict, Self::Node, Self::Id, Self::Name, Self::Loss]
            }
            View::Tab(Tab::Tasks) | View::Task(_) => {
                &[Self::When, Self::Duration, Self::Site, Self::Node, Self::Kind, Self::Id]
            }
            View::Site(_) | View::Subject(_) | View::Problem(_) | View::WhatIf(_) => {
                &[Self::Verdict, Self::Name, Self::Cpu, Self::Memory, Self::Copy]
            }
        }
    }
}

/// How a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The column; none: as the judge lists it, which is worst first for problems and by
    /// identity for all else.
    pub column: Option<Column>,
    /// Against the column's own direction.
    pub reversed: bool,
}

impl Sort {
    /// How a view is sorted before anybody asks.
    pub fn default_of(view: &View) -> Self {
        let column = match view {
            View::Tab(Tab::Backups) => Some(Column::Copy),
            View::Tab(Tab::Tasks) | View::Task(_) => Some(Column::When),
            // The worst first; what is equally bad stays where its identity puts it.
            _ => Some(Column::Verdict),
        };
        Self { column, reversed: false }
    }

    /// The next column of the view, and after the last none.
    #[must_use]
    pub fn next(self, view: &View) -> Self {
        let columns = Column::of(view);
        let column = match self.column {
            None => columns.first().copied(),
            Some(column) => columns.iter().skip_while(|c| **c != column).nth(1).copied(),
        };
        Self { column, reversed: false }
    }

    /// Sorts `rows`, which all belong to `section`. Stable; what has no value comes last in
    /// either direction.
    pub(super) fn apply(self, section: Section, rows: &mut [(u32, Item<'_>)]) {
        // Problems have an order that means something under any column of another section.
        let Some(column) = self.column.filter(|c| c.fits(section)) else {
            if self.column.is_none() && self.reversed {
                rows.reverse();
            }
            return;
        };
        rows.sort_by(|(_, a), (_, b)| match (column.key(a, section), column.key(b, section)) {
            (Key::Missing, Key::Missing) => Ordering::Equal,
            (Key::Missing, _) => Ordering::Greater,
            (_, Key::Missing) => Ordering::Less,
            (a, b) if self.reversed => b.compare(&a),
            (a, b) => a.compare(&b),
        });
    }
}

/// What is compared.
enum Key<'a> {
    Missing,
    /// Smallest first.
    Number(f64),
    Text(&'a str),
}

impl Key<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => natural(a, b),
            _ => Ordering::Equal,
        }
    }
}

/// Compares texts so that `pve10` follows `pve9`, whatever the case.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let order = number(&mut a).cmp(&number(&mut b));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                let order = x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                a.next();
                b.next();
            }
        }
    }
}

/// The number at the start of `chars`, taken off; beyond 128 bits it saturates.
fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> u128 {
    let mut value = 0_u128;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(u128::from(digit));
        chars.next();
    }
    value
}

impl Column {
    /// Whether rows of the section are sorted by this column at all; else they keep their order.
    fn fits(self, section: Section) -> bool {
        match section {
            Section::Problems | Section::Notices => {
                matches!(self, Self::Verdict | Self::Site | Self::Code | Self::Since)
            }
            // A detail lists them as the timeline does, whatever its guests are sorted by.
            Section::Tasks => matches!(
                self,
                Self::When | Self::Duration | Self::Site | Self::Node | Self::Kind | Self::Id
            ),
            _ => !matches!(self, Self::Code | Self::Since | Self::When | Self::Kind),
        }
    }

    fn key<'a>(self, item: &Item<'a>, section: Section) -> Key<'a> {
        match self {
            Self::Verdict => Key::Number(-f64::from(item.verdict_in(section) as u8)),
            Self::Site => site(item).map_or(Key::Missing, Key::Text),
            Self::Name => name(item).map_or(Key::Missing, Key::Text),
            Self::Id => id(item),
            _ => self.measure(item),
        }
    }

    fn measure<'a>(self, item: &Item<'a>) -> Key<'a> {
        let most = |value: Option<f64>| value.map_or(Key::Missing, |v| Key::Number(-v));
        match (self, *item) {
            (Self::Code, Item::Problem(p) | Item::Notice(p)) => Key::Text(p.code.as_str()),
            (Self::Since, Item::Problem(p) | Item::Notice(p)) => {
                p.since.map_or(Key::Missing, |at| Key::Number(at.0 as f64))
            }
            (Self::Node, Item::Guest(_, g) | Item::Fated(_, g, _)) => Key::Text(g.node.as_str()),
            (Self::Node, Item::Lost(_, n, _)) => Key::Text(n.name.as_str()),
            (Self::Node, Item::Replication(_, g, r)) => {
                Key::Text(r.source_node.as_ref().unwrap_or(&g.node).as_str())
            }
            (Self::Target, Item::Replication(_, _, r)) => Key::Text(r.target.as_str()),
            (Self::State, Item::Guest(_, g)) => Key::Text(&g.state),
            (Self::Cpu, Item::Guest(_, g)) => most(g.cpu),
            (Self::Cpu, Item::Node(_, n)) => most(n.cpu),
            (Self::Memory, Item::Guest(_, g)) => most(g.memory.and_then(Usage::fraction)),
            (Self::Memory, Item::Node(_, n)) => most(n.memory.and_then(Usage::fraction)),
            (Self::Disk, Item::Node(_, n)) => most(n.rootfs.and_then(Usage::fraction)),
            (Self::Disk, Item::Storage(_, s)) => most(s.usage.and_then(Usage::fraction)),
            (Self::Disk, Item::Datastore(_, d)) => most(d.usage.and_then(Usage::fraction)),
            (Self::Uptime, Item::Node(_, n)) => most(n.uptime.map(|s| s as f64)),
            (Self::Guests, Item::Node(_, n)) => most(n.guests.map(|(_, all)| f64::from(all))),
            (Self::Guests, Item::Site(s)) => most(Some(s.guests.len() as f64)),
            (Self::Copy, Item::Guest(_, g)) => {
                let age = g.backup.age.map_or(f64::INFINITY, |s| s as f64);
                most(g.backup.verdict.map(|_| age))
            }
            (Self::Replica, Item::Guest(_, g)) => {
                let ages = g.replication.jobs.iter().filter(|j| !j.disabled);
                most(ages.map(|j| j.age.map_or(f64::INFINITY, |s| s as f64)).reduce(f64::max))
            }
            (Self::Replica, Item::Replication(_, _, r)) => {
                most(Some(r.age.map_or(f64::INFINITY, |s| s as f64)))
            }
            (Self::Loss, Item::Guest(_, g)) => {
                let loss = |way: &Way| way.loss.map_or(f64::INFINITY, |s| s as f64);
                most(Some(g.recovery.best().map_or(f64::INFINITY, loss)))
            }
            (Self::Duration, Item::Replication(_, _, r)) => most(r.duration),
            (Self::Duration, Item::Story(s)) => most(s.end.map(|end| end.since(s.began) as f64)),
            (Self::When, Item::Story(s)) if s.is_running() => Key::Number(f64::NEG_INFINITY),
            (Self::When, Item::Story(s)) => most(Some(s.began.0 as f64)),
            (Self::Kind, Item::Story(s)) => Key::Text(s.word()),
            (Self::Node, Item::Story(s)) => Key::Text(s.node.as_str()),
            (Self::Next, Item::Replication(_, _, r)) => soonest(r.next),
            (Self::Next, Item::BackupJob(_, j)) => soonest(j.next),
            (Self::Next, Item::Guest(_, g)) => soonest(g.backup.next),
            _ => Key::Missing,
        }
    }
}

fn soonest<'a>(at: Option<Epoch>) -> Key<'a> {
    at.map_or(Key::Missing, |at| Key::Number(at.0 as f64))
}

fn site<'a>(item: &Item<'a>) -> Option<&'a str> {
    Some(match *item {
        Item::Site(s)
        | Item::Source(s, _)
        | Item::Node(s, _)
        | Item::Guest(s, _)
        | Item::Storage(s, _)
        | Item::Datastore(s, _)
        | Item::BackupJob(s, _)
        | Item::Replication(s, _, _)
        | Item::Group(s, _)
        | Item::Lost(s, _, _)
        | Item::Fated(s, _, _) => s.name.as_str(),
        Item::Problem(p) | Item::Notice(p) => p.site.as_ref()?.as_str(),
        Item::Story(s) => s.site.as_str(),
    })
}

fn name<'a>(item: &Item<'a>) -> Option<&'a str> {
    Some(match *item {
        Item::Site(s) => s.name.as_str(),
        Item::Source(_, s) => s.name.as_str(),
        Item::Node(_, n) | Item::Lost(_, n, _) => n.name.as_str(),
        Item::Guest(_, g) | Item::Fated(_, g, _) | Item::Replication(_, g, _) => {
            g.name.as_deref()?
        }
        Item::Storage(_, s) => s.name.as_str(),
        Item::Datastore(_, d) => d.name.as_str(),
        Item::BackupJob(_, j) => j.id.as_str(),
        Item::Group(_, g) => &g.id,
        Item::Problem(_) | Item::Notice(_) | Item::Story(_) => return None,
    })
}

fn id<'a>(item: &Item<'a>) -> Key<'a> {
    match *item {
        Item::Guest(_, g) | Item::Fated(_, g, _) => Key::Number(f64::from(g.vmid)),
        Item::Replication(_, _, r) => Key::Text(r.id.as_str()),
        Item::BackupJob(_, j) => Key::Text(j.id.as_str()),
        Item::Group(_, g) => Key::Text(&g.id),
        Item::Story(s) => match &s.about {
            About::Guest(key) => Key::Number(f64::from(key.vmid)),
            About::Named(_) | About::Nothing => Key::Missing,
        },
        _ => Key::Missing,
    }
}
