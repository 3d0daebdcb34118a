//! What is due at a PVE source.

use std::collections::BTreeSet;

use super::Due;
use crate::fleet::id::{NodeName, StorageName};
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::tier;
use crate::fleet::time::Epoch;
use crate::poll::call::PveCall;

/// Logs of failed vzdumps that are read at most, per node: the newest ones.
const LOGS_PER_NODE: usize = 8;

/// How far back a failed vzdump still matters, seconds: the days that are shown of each guest.
const LOG_AGE: i64 = 15 * 86_400;

pub(super) fn plan(pve: &PveSurvey, due: Due) -> Vec<PveCall> {
    let mut calls = Vec::new();
    whole_cluster(pve, due, &mut calls);
    let online = pve.online_nodes();
    for node in &online {
        of_node(pve, node, due, &mut calls);
    }
    replication(pve, &online, due, &mut calls);
    included(pve, due, &mut calls);
    configs(pve, &online, due, &mut calls);
    files(pve, &online, due, &mut calls);
    logs(pve, &online, due, &mut calls);
    defaults(pve, &online, due, &mut calls);
    calls
}

fn whole_cluster(pve: &PveSurvey, due: Due, calls: &mut Vec<PveCall>) {
    let mut ask = |wanted: bool, call: PveCall| {
        if wanted {
            calls.push(call);
        }
    };
    ask(due.part(&pve.status), PveCall::Status);
    ask(due.part(&pve.resources), PveCall::Resources);
    ask(due.part(&pve.tasks), PveCall::Tasks);
    ask(due.part(&pve.version), PveCall::Version);
    ask(due.part(&pve.rights), PveCall::Rights);
    ask(due.part(&pve.replication), PveCall::Replication);
    ask(due.part(&pve.backup_jobs), PveCall::BackupJobs);
    ask(due.part(&pve.storages), PveCall::Storages);
    ask(due.part(&pve.ha), PveCall::Ha);
    ask(due.part(&pve.peers), PveCall::Peers);
    // A standalone host has no votes: its answer would be 424 and 500.
    let cluster =
        pve.status.known().is_none_or(crate::fleet::pve::cluster::ClusterStatus::is_cluster);
    let told = pve.status.was_answered();
    ask(told && cluster && due.part(&pve.votes), PveCall::Votes);
    ask(told && cluster && due.part(&pve.qdevice), PveCall::Qdevice);
    // Where HA has nothing in its care its rules bind nobody. PVE 9 knows groups no more.
    if let Some(version) = pve.version.known().filter(|_| pve.uses_ha()) {
        let call = if version.major >= 9 { PveCall::HaRules } else { PveCall::HaGroups };
        ask(due.part(&pve.ha_rules), call);
    }
}

fn of_node(pve: &PveSurvey, node: &NodeName, due: Due, calls: &mut Vec<PveCall>) {
    let Some(parts) = pve.nodes.get(node) else { return };
    let mut ask = |wanted: bool, call: fn(NodeName) -> PveCall| {
        if wanted {
            calls.push(call(node.clone()));
        }
    };
    ask(due.part(&parts.status), PveCall::NodeStatus);
    ask(due.part(&parts.history), PveCall::NodeHistory);
    ask(due.part(&parts.services), PveCall::NodeServices);
    // Where there is no ZFS, once an hour is enough to notice that there is some now.
    let zfs = if parts.zfs.outcome == crate::fleet::part::Outcome::Absent {
        due.every(&parts.zfs, tier::HOURLY)
    } else {
        due.part(&parts.zfs)
    };
    ask(zfs, PveCall::NodeZfs);
    ask(due.part(&parts.certificates), PveCall::NodeCertificates);
    ask(due.part(&parts.timezone), PveCall::NodeTime);
    ask(due.part(&parts.version), PveCall::NodeVersion);
    ask(due.part(&parts.vzdumps), PveCall::NodeVzdumps);
    ask(due.part(&parts.bridges), PveCall::NodeBridges);
    ask(due.part(&parts.disks), PveCall::NodeDisks);
}

/// The state call takes the cluster's lock: only with quorum, only where a job's guest is.
fn replication(pve: &PveSurvey, online: &BTreeSet<&NodeName>, due: Due, calls: &mut Vec<PveCall>) {
    let (Some(status), Some(jobs)) = (pve.status.known(), pve.replication.known()) else { return };
    if !status.has_quorum() || jobs.is_empty() {
        return;
    }
    for node in online.intersection(&pve.replicated_nodes()) {
        if pve.nodes.get(*node).is_some_and(|parts| due.part(&parts.replication)) {
            calls.push(PveCall::NodeReplication((*node).clone()));
        }
    }
}

fn included(pve: &PveSurvey, due: Due, calls: &mut Vec<PveCall>) {
    let Some(jobs) = pve.backup_jobs.known() else { return };
    for job in jobs.iter().filter(|job| job.enabled) {
        let wanted = match pve.included.get(&job.id) {
            Some(part) => due.part(part),
            None => true,
        };
        if wanted {
            calls.push(PveCall::Included(job.id.clone()));
        }
    }
}

/// Configurations: those never seen at once, the others spread over the hour, oldest first.
fn configs(pve: &PveSurvey, online: &BTreeSet<&NodeName>, due: Due, calls: &mut Vec<PveCall>) {
    let Some(resources) = pve.resources.known() else { return };
    let mut again: Vec<(i64, PveCall)> = Vec::new();
    for guest in resources.guests.iter().filter(|g| online.contains(&g.node)) {
        let call = PveCall::Config(guest.vmid, guest.kind, guest.node.clone());
        match pve.configs.get(&guest.vmid) {
            None => calls.push(call),
            Some(part) if part.tried.is_none() || due.is_sweep() => {
                if due.part(part) {
                    calls.push(call);
                }
            }
            // Asked a little early, so that all have their turn within the period.
            Some(part) => {
                if due.every(part, part.every.saturating_mul(9) / 10) {
                    again.push((part.tried.map_or(0, |t| t.0), call));
                }
            }
        }
    }
    again.sort();
    // Answers bring plans of their own: what was asked within this round counts.
    let round = i64::from(tier::FAST);
    let asked = pve.configs.values().filter_map(|part| part.tried);
    let asked = asked.filter(|tried| due.now.since(*tried) < round).count();
    let share = configs_per_round(resources.guests.len()).saturating_sub(asked);
    calls.extend(again.into_iter().take(share).map(|(_, call)| call));
}

/// How many known configurations are read again in one fast round.
fn configs_per_round(guests: usize) -> usize {
    let rounds = (tier::HOURLY / tier::FAST) as usize;
    guests.div_ceil(rounds).max(1)
}

/// Storages whose backups are files, as far as an enabled job writes there.
fn files(pve: &PveSurvey, online: &BTreeSet<&NodeName>, due: Due, calls: &mut Vec<PveCall>) {
    let (Some(jobs), Some(storages)) = (pve.backup_jobs.known(), pve.storages.known()) else {
        return;
    };
    let used: BTreeSet<StorageName> =
        jobs.iter().filter(|job| job.enabled).filter_map(|job| pve.storage_of(job)).collect();
    for storage in storages {
        if storage.disabled || !storage.is_file_storage() || !used.contains(&storage.name) {
            continue;
        }
        let nodes = online
            .iter()
            .filter(|node| storage.nodes.is_empty() || storage.nodes.contains(*node))
            .copied();
        let asked: Vec<_> = if storage.shared { nodes.take(1).collect() } else { nodes.collect() };
        for node in asked {
            let key = if storage.shared { NodeName::from("") } else { node.clone() };
            let part = pve.files.get(&storage.name).and_then(|parts| parts.get(&key));
            if part.is_none_or(|part| due.part(part)) {
                calls.push(PveCall::Files {
                    storage: storage.name.clone(),
                    node: node.clone(),
                    shared: storage.shared,
                });
            }
        }
    }
}

/// What `vzdump.conf` says, where a job leaves something to it: mostly none does.
fn defaults(pve: &PveSurvey, online: &BTreeSet<&NodeName>, due: Due, calls: &mut Vec<PveCall>) {
    let asked = pve.asked_defaults();
    for (node, storage) in online.iter().flat_map(|node| asked.iter().map(move |s| (*node, s))) {
        let part = pve.defaults.get(node).and_then(|parts| parts.get(storage));
        if part.is_none_or(|part| due.part(part)) {
            calls.push(PveCall::Defaults(node.clone(), storage.clone()));
        }
    }
}

fn logs(pve: &PveSurvey, online: &BTreeSet<&NodeName>, due: Due, calls: &mut Vec<PveCall>) {
    for node in online {
        let Some(tasks) = pve.nodes.get(*node).and_then(|parts| parts.vzdumps.known()) else {
            continue;
        };
        for task in failed_vzdumps(tasks, due.now).take(LOGS_PER_NODE) {
            let part = pve.logs.get(&task.upid);
            if part.is_none_or(|part: &Part<_>| due.once(part)) {
                calls.push(PveCall::Log((*node).clone(), task.upid.clone()));
            }
        }
    }
}

/// Vzdumps that ended badly and not long ago, in the order given.
pub(in crate::poll) fn failed_vzdumps<'a>(
    tasks: impl IntoIterator<Item = &'a Task>,
    now: Epoch,
) -> impl Iterator<Item = &'a Task> {
    tasks.into_iter().filter(move |task| {
        let bad = matches!(task.result, Some(TaskResult::Error(_) | TaskResult::Unknown));
        bad && now.since(task.start) <= LOG_AGE
    })
}

/// Vzdumps that ran when the older list was made and do not in the newer one: their nodes have
/// new copies, or new failures.
pub(in crate::poll) fn ended_vzdumps(older: &[Task], newer: &[Task]) -> BTreeSet<NodeName> {
    let runs = |t: &&Task| &*t.kind == "vzdump" && t.is_running();
    let running: BTreeSet<_> = newer.iter().filter(runs).map(|t| &t.upid).collect();
    older
        .iter()
        .filter(runs)
        .filter(|t| !running.contains(&t.upid))
        .map(|t| t.node.clone())
        .collect()
}
