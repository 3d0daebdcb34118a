//! Ways to know less.

use std::sync::Arc;

use crate::fleet::link::{Contact, Layer, Link};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::rights::Rights;
use crate::fleet::survey::Body;
use crate::judge::sample::{NOW, failure};

/// What becomes of one part.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loss {
    /// As if nobody had asked.
    NotAsked,
    /// The last try failed; the value is young.
    Failed,
    /// The last try failed; the value is old.
    FailedLong,
    /// 403, and nothing known.
    Denied,
    /// Not read for just too long.
    Stale,
    /// Not read for a month.
    Old,
}

pub(super) const WAYS: [Loss; 6] =
    [Loss::NotAsked, Loss::Failed, Loss::FailedLong, Loss::Denied, Loss::Stale, Loss::Old];

/// A part of any type.
pub(super) trait Losable {
    fn forget(&mut self);
    fn set_outcome(&mut self, outcome: Outcome);
    /// Makes it so old; what is older already stays as old as it is.
    fn age(&mut self, seconds: i64);
    fn every(&self) -> u32;
    fn call(&self) -> &str;
}

impl<T> Losable for &mut Part<T> {
    fn forget(&mut self) {
        **self = Part::new(Arc::clone(&self.call), self.every);
    }

    fn set_outcome(&mut self, outcome: Outcome) {
        self.tried = Some(NOW);
        self.outcome = outcome;
    }

    fn age(&mut self, seconds: i64) {
        self.seen = self.seen.map(|seen| seen.min(NOW.minus(seconds)));
    }

    fn every(&self) -> u32 {
        self.every
    }

    fn call(&self) -> &str {
        &self.call
    }
}

pub(super) fn lose(part: &mut dyn Losable, way: Loss) {
    let stale = i64::from(part.every()) * 3 + 1;
    match way {
        Loss::NotAsked => part.forget(),
        Loss::Failed => part.set_outcome(failure()),
        Loss::FailedLong => {
            part.age(stale);
            part.set_outcome(failure());
        }
        Loss::Denied => {
            part.forget();
            part.set_outcome(Outcome::Denied("Permission check failed".into()));
        }
        Loss::Stale => part.age(stale),
        Loss::Old => part.age(30 * 86_400),
    }
}

/// Every part a rule reads; not SMART, of which not being asked is no problem.
pub(super) fn parts_of(body: &mut Body) -> Vec<Box<dyn Losable + '_>> {
    let mut all: Vec<Box<dyn Losable + '_>> = Vec::new();
    macro_rules! take {
        ($($part:expr),* $(,)?) => { $(all.push(Box::new(&mut $part));)* };
    }
    match body {
        Body::Pve(p) => {
            take!(p.version, p.rights, p.status, p.resources, p.tasks, p.ha, p.votes, p.qdevice);
            take!(p.ha_rules);
            take!(p.replication, p.backup_jobs, p.storages);
            for part in p.included.values_mut() {
                take!(*part);
            }
            for n in p.nodes.values_mut() {
                take!(n.status, n.history, n.replication, n.services, n.zfs, n.certificates);
                take!(n.timezone, n.version, n.vzdumps, n.bridges);
            }
            for part in p.configs.values_mut() {
                take!(*part);
            }
            for part in p.defaults.values_mut().flat_map(|d| d.values_mut()) {
                take!(*part);
            }
        }
        Body::Pbs(p) => {
            take!(p.version, p.rights, p.status, p.history, p.services, p.zfs, p.timezone);
            take!(p.tasks, p.datastores, p.config, p.usage, p.verify, p.prune, p.sync, p.gc);
            for s in p.stores.values_mut() {
                take!(s.namespaces, s.status);
                for part in s.groups.values_mut() {
                    take!(*part);
                }
                for part in s.copies.values_mut() {
                    take!(*part);
                }
            }
        }
    }
    all
}

/// Takes a privilege away everywhere.
pub(super) fn lose_rights(body: &mut Body, privilege: &str) {
    let part = match body {
        Body::Pve(p) => &mut p.rights,
        Body::Pbs(p) => &mut p.rights,
    };
    let mut rights = part.known().cloned().unwrap_or(Rights { paths: [].into() });
    for privileges in rights.paths.values_mut() {
        privileges.retain(|name, _| &**name != privilege);
    }
    part.value = Some(Arc::new(rights));
}

/// Ways to lose contact.
pub(super) const LINKS: usize = 5;

pub(super) fn lose_link(link: &mut Link, way: usize) {
    match way {
        0 => link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into()),
        1 => link.contact = Contact::Unauthorized,
        2 => link.contact = Contact::Untried,
        3 => link.round = Some(NOW.minus(100)),
        _ => link.round = None,
    }
}
