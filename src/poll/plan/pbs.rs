//! What is due at a PBS.

use std::collections::BTreeMap;

use super::Due;
use crate::fleet::id::{Namespace, StoreName};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pbs::copies::{Group, GroupCopies};
use crate::fleet::pbs::datastore::{Maintenance, Mount};
use crate::fleet::pbs::{PbsSurvey, StoreParts};
use crate::fleet::tier;
use crate::fleet::time::Epoch;
use crate::poll::call::PbsCall;

/// How far back tasks are read at first, seconds.
const TASK_HISTORY: i64 = 2 * 86_400;

/// A task that ran is asked for as long, seconds; longer none is kept.
const TASK_AGE: i64 = 8 * 86_400;

pub(super) fn plan(pbs: &PbsSurvey, due: Due) -> Vec<PbsCall> {
    let mut calls = Vec::new();
    let mut ask = |wanted: bool, call: PbsCall| {
        if wanted {
            calls.push(call);
        }
    };
    ask(due.part(&pbs.ping), PbsCall::Ping);
    ask(due.part(&pbs.version), PbsCall::Version);
    ask(due.part(&pbs.rights), PbsCall::Rights);
    ask(due.part(&pbs.datastores), PbsCall::Datastores);
    ask(due.part(&pbs.tasks), PbsCall::Tasks { since: tasks_since(pbs, due.now) });
    ask(due.part(&pbs.status), PbsCall::Status);
    ask(due.part(&pbs.timezone), PbsCall::Time);
    ask(due.part(&pbs.config), PbsCall::Config);
    ask(due.part(&pbs.usage), PbsCall::Usage);
    ask(due.part(&pbs.verify), PbsCall::Verify);
    ask(due.part(&pbs.prune), PbsCall::Prune);
    // The call for sync jobs depends on the version: asked once that is known.
    ask(pbs.version.tried.is_some() && due.part(&pbs.sync), PbsCall::Sync);
    ask(due.part(&pbs.gc), PbsCall::Gc);
    ask(due.part(&pbs.remotes), PbsCall::Remotes);
    ask(due.part(&pbs.identity), PbsCall::Identity);
    ask(due.part(&pbs.history), PbsCall::History);
    ask(due.part(&pbs.services), PbsCall::Services);
    let zfs = if pbs.zfs.outcome == Outcome::Absent {
        due.every(&pbs.zfs, tier::HOURLY)
    } else {
        due.part(&pbs.zfs)
    };
    ask(zfs, PbsCall::Zfs);
    ask(due.part(&pbs.disks), PbsCall::Disks);
    for (store, parts) in &pbs.stores {
        if can_be_read(pbs, store) {
            of_store(pbs, store, parts, due, &mut calls);
        }
    }
    calls
}

/// Tasks are read from the oldest one that still ran when last looked, else from the newest
/// known, so that an answer is small; the list is merged.
fn tasks_since(pbs: &PbsSurvey, now: Epoch) -> Epoch {
    let fresh = now.minus(TASK_HISTORY);
    let Some(tasks) = pbs.tasks.known() else { return fresh };
    let running = tasks.iter().filter(|t| t.is_running()).map(|t| t.start).min();
    let newest = tasks.iter().map(|t| t.start).max();
    // One that ran when last looked is asked for by its start, however long ago: how else would
    // its end be heard of?
    let running = running.map(|t| t.max(now.minus(TASK_AGE)));
    running.or_else(|| newest.map(|t| t.max(fresh))).unwrap_or(fresh)
}

/// Whether its contents can be asked: not in a maintenance that blocks reading, and there.
fn can_be_read(pbs: &PbsSurvey, store: &StoreName) -> bool {
    let info = pbs.datastores.known().and_then(|all| all.iter().find(|i| i.name == *store));
    info.is_none_or(|info| {
        let blocked = match info.maintenance {
            None | Some((Maintenance::ReadOnly, _)) => false,
            Some(_) => true,
        };
        !blocked && info.mount != Some(Mount::NotMounted)
    })
}

fn of_store(
    pbs: &PbsSurvey,
    store: &StoreName,
    parts: &StoreParts,
    due: Due,
    calls: &mut Vec<PbsCall>,
) {
    if due.part(&parts.namespaces) {
        calls.push(PbsCall::Namespaces(store.clone()));
    }
    // One broken store makes the call for all fail: then each is asked alone.
    if matches!(pbs.usage.outcome, Outcome::Failed(_)) && due.part(&parts.status) {
        calls.push(PbsCall::StoreStatus(store.clone()));
    }
    if pbs.gc.outcome == Outcome::Absent && due.part(&parts.gc) {
        calls.push(PbsCall::StoreGc(store.clone()));
    }
    let Some(namespaces) = parts.namespaces.known() else { return };
    for ns in namespaces {
        let groups = parts.groups.get(ns);
        if groups.is_none_or(|part| due.part(part)) {
            calls.push(PbsCall::Groups(store.clone(), ns.clone()));
        }
        match parts.copies.get(ns) {
            None => calls.push(PbsCall::Copies(store.clone(), ns.clone())),
            // A failure is tried again sooner than a listing that went well.
            Some(part) if due.part(part) || (part.is_failing() && due.every(part, tier::SLOW)) => {
                calls.push(PbsCall::Copies(store.clone(), ns.clone()));
            }
            Some(part) if !part.is_failing() => calls.extend(changed(store, ns, groups, part)),
            Some(_) => {}
        }
    }
}

/// More changed groups than this are read with one call for the whole namespace.
const ONE_BY_ONE: usize = 12;

/// Groups whose list entry says other than their snapshots do.
fn changed(
    store: &StoreName,
    ns: &Namespace,
    groups: Option<&Part<Vec<Group>>>,
    copies: &Part<Vec<std::sync::Arc<GroupCopies>>>,
) -> Vec<PbsCall> {
    let Some(groups_part) = groups else { return Vec::new() };
    let (Some(groups), Some(listed)) = (groups_part.seen, copies.seen) else { return Vec::new() };
    let (Some(entries), Some(copies)) = (groups_part.known(), copies.known()) else {
        return Vec::new();
    };
    let known: BTreeMap<_, _> = copies.iter().map(|c| ((c.kind, &c.id), c)).collect();
    // What was read after the list of groups is newer than the list.
    let differing: Vec<_> = entries
        .iter()
        .filter(|group| match known.get(&(group.kind, &group.id)) {
            None => listed < groups,
            Some(copies) => copies.seen < groups && says_other(group, copies),
        })
        .collect();
    if differing.len() > ONE_BY_ONE {
        return vec![PbsCall::Copies(store.clone(), ns.clone())];
    }
    differing
        .into_iter()
        .map(|g| PbsCall::GroupCopies(store.clone(), ns.clone(), g.kind, g.id.clone()))
        .collect()
}

fn says_other(group: &Group, copies: &GroupCopies) -> bool {
    let count = usize::try_from(group.count).unwrap_or(usize::MAX);
    // With one snapshot, last-backup may be an unfinished one.
    let newest = copies.newest().or(copies.snapshots.first()).map(|s| s.time);
    count != copies.snapshots.len() || (group.last_backup.is_some() && group.last_backup != newest)
}
