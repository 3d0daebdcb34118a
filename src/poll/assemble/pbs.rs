//! Answers of a PBS.

mod copies;

use std::collections::BTreeMap;

use super::doubt::{doubt, doubt_emptied};
use super::{Answered, set, sight, variant};
use crate::fleet::id::StoreName;
use crate::fleet::part::Part;
use crate::fleet::pbs::job::PbsJob;
use crate::fleet::pbs::{PbsSurvey, StoreParts};
use crate::fleet::rights::Rights;
use crate::fleet::task::Task;
use crate::fleet::time::Epoch;
use crate::poll::call::{PbsCall, Reading};

/// Tasks kept, at most.
const TASKS: usize = 2000;

/// Tasks older than this are dropped, seconds.
const TASK_AGE: i64 = 8 * 86_400;

pub(super) fn apply(pbs: &mut PbsSurvey, call: &PbsCall, answered: Answered, at: Epoch) {
    match call {
        PbsCall::Ping => {
            set(&mut pbs.ping, answered, at, |r| matches!(r, Reading::Pong).then_some(()));
        }
        PbsCall::Version => set(&mut pbs.version, answered, at, variant!(Version)),
        PbsCall::Rights => set(&mut pbs.rights, answered, at, variant!(Rights)),
        PbsCall::Datastores => datastores(pbs, answered, at),
        PbsCall::Tasks { since } => tasks(pbs, answered, *since, at),
        PbsCall::Status => set(&mut pbs.status, answered, at, variant!(Host)),
        PbsCall::Time => set(&mut pbs.timezone, answered, at, variant!(Zone)),
        PbsCall::Config => {
            if let Ok(Reading::DatastoreConfigs(new)) = &answered
                && doubt_emptied(&mut pbs.config, new, &mut pbs.rights, sees_stores, at)
            {
                return;
            }
            set(&mut pbs.config, answered, at, variant!(DatastoreConfigs));
        }
        PbsCall::Usage => set(&mut pbs.usage, answered, at, variant!(DatastoreUsages)),
        PbsCall::Verify => jobs(&mut pbs.verify, &mut pbs.rights, answered, at),
        PbsCall::Prune => {
            jobs(&mut pbs.prune, &mut pbs.rights, answered, at);
            if let Some(list) = pbs.prune.value.as_ref().filter(|_| pbs.prune.seen == Some(at)) {
                sight::prunes(&mut pbs.keeping, list, at);
            }
        }
        PbsCall::Sync => jobs(&mut pbs.sync, &mut pbs.rights, answered, at),
        PbsCall::Gc => {
            if let Ok(Reading::Gc(new)) = &answered
                && doubt_emptied(&mut pbs.gc, new, &mut pbs.rights, sees_stores, at)
            {
                return;
            }
            set(&mut pbs.gc, answered, at, variant!(Gc));
        }
        PbsCall::Remotes => set(&mut pbs.remotes, answered, at, variant!(Remotes)),
        PbsCall::Identity => set(&mut pbs.identity, answered, at, variant!(Text)),
        PbsCall::History => set(&mut pbs.history, answered, at, variant!(History)),
        PbsCall::Services => set(&mut pbs.services, answered, at, variant!(Services)),
        PbsCall::Zfs => set(&mut pbs.zfs, answered, at, variant!(Zfs)),
        PbsCall::Disks => set(&mut pbs.disks, answered, at, variant!(Disks)),
        PbsCall::StoreStatus(store) => {
            set(&mut parts(pbs, store).status, answered, at, variant!(Usage));
        }
        PbsCall::StoreGc(store) => {
            set(&mut parts(pbs, store).gc, answered, at, |reading| match reading {
                Reading::Gc(mut one) => one.pop(),
                _ => None,
            });
        }
        PbsCall::Namespaces(store) => copies::namespaces(pbs, store, answered, at),
        PbsCall::Groups(store, ns) => copies::groups(pbs, store, ns, answered, at),
        PbsCall::Copies(store, ns) => copies::all(pbs, store, ns, answered, at),
        PbsCall::GroupCopies(store, ns, kind, id) => {
            copies::of_group(pbs, (store, ns), (*kind, id), answered, at);
        }
    }
}

/// Whether all datastores, and the jobs of all, may be seen.
fn sees_stores(rights: &Rights) -> bool {
    rights.has_below("/datastore", "Datastore.Audit")
}

fn jobs(part: &mut Part<Vec<PbsJob>>, rights: &mut Part<Rights>, answered: Answered, at: Epoch) {
    if let Ok(Reading::Jobs(new)) = &answered
        && doubt_emptied(part, new, rights, sees_stores, at)
    {
        return;
    }
    set(part, answered, at, variant!(Jobs));
}

fn parts<'a>(pbs: &'a mut PbsSurvey, store: &StoreName) -> &'a mut StoreParts {
    pbs.stores.entry(store.clone()).or_insert_with(|| StoreParts::new(store))
}

/// The list of datastores; a shorter one is doubted.
fn datastores(pbs: &mut PbsSurvey, answered: Answered, at: Epoch) {
    let Ok(Reading::Datastores(new)) = answered else {
        set(&mut pbs.datastores, answered, at, variant!(Datastores));
        return;
    };
    let vanished = pbs.datastores.known().is_some_and(|old| new.len() < old.len());
    if vanished && doubt(&mut pbs.datastores, &mut pbs.rights, sees_stores, at) {
        return;
    }
    let sees_all = pbs.rights.known().is_some_and(sees_stores);
    for store in &new {
        parts(pbs, &store.name);
    }
    if sees_all {
        pbs.stores.retain(|name, _| new.iter().any(|store| store.name == *name));
    }
    pbs.datastores = pbs.datastores.answered(new, at);
}

/// Tasks come from the oldest that still ran on: the list is merged. Where a verification ended,
/// the snapshots it looked at are due.
fn tasks(pbs: &mut PbsSurvey, answered: Answered, since: Epoch, at: Epoch) {
    let Ok(Reading::Tasks(new)) = answered else {
        set(&mut pbs.tasks, answered, at, variant!(Tasks));
        return;
    };
    let old = pbs.tasks.value.clone();
    let ended = old.as_deref().map_or_else(Vec::new, |old| ended_verifications(old, &new));
    let mut merged: BTreeMap<_, Task> = BTreeMap::new();
    // One that ran and would be in the answer runs no more, however it ended.
    let vanished = |task: &&Task| task.is_running() && task.start >= since;
    let kept = old.iter().flat_map(|old| old.iter()).filter(|task| !vanished(task)).cloned();
    for task in kept.chain(new) {
        merged.insert(task.upid.clone(), task);
    }
    let mut tasks: Vec<Task> = merged.into_values().collect();
    tasks.sort_by(|a, b| b.start.cmp(&a.start).then_with(|| a.upid.cmp(&b.upid)));
    tasks.retain(|task| task.start >= since || at.since(task.start) <= TASK_AGE);
    tasks.truncate(TASKS);
    pbs.tasks = pbs.tasks.answered(tasks, at);
    for (name, store) in &mut pbs.stores {
        if ended.iter().any(|s| s == name.as_str()) {
            for part in store.copies.values_mut() {
                part.tried = None;
            }
        }
    }
}

/// Datastores in which a verification ran when last looked and does not now, or ran in between.
fn ended_verifications(old: &[Task], new: &[Task]) -> Vec<String> {
    let is_verification = |task: &&Task| task.kind.starts_with("verif");
    new.iter()
        .filter(is_verification)
        .filter(|task| !task.is_running())
        .filter(|task| !old.iter().any(|t| t.upid == task.upid && !t.is_running()))
        .filter_map(|task| task.id.as_deref()?.split(':').next().map(str::to_owned))
        .collect()
}
