//! Answers of a PVE source.

use std::collections::BTreeSet;

use super::doubt::{doubt, doubt_emptied};
use super::{Answered, set, sight, variant};
use crate::fleet::id::NodeName;
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pve::cluster::Resources;
use crate::fleet::pve::{NodeParts, PveSurvey};
use crate::fleet::rights::Rights;
use crate::fleet::task::Task;
use crate::fleet::tier;
use crate::fleet::time::Epoch;
use crate::poll::call::{PveCall, Reading};
use crate::poll::plan::{ended_vzdumps, failed_vzdumps};

/// `offset`: the server's clock minus ours, seconds.
pub(super) fn apply(
    pve: &mut PveSurvey,
    call: &PveCall,
    answered: Answered,
    offset: i64,
    at: Epoch,
) {
    match call {
        PveCall::Status => {
            set(&mut pve.status, answered, at, variant!(ClusterStatus));
            fit_nodes(pve);
        }
        PveCall::Resources => resources(pve, answered, at),
        PveCall::Tasks => tasks(pve, answered, at),
        PveCall::Version => {
            let major = |pve: &PveSurvey| pve.version.known().map(|version| version.major);
            let before = major(pve);
            set(&mut pve.version, answered, at, variant!(Version));
            // After an upgrade they are asked for by another call.
            if major(pve) != before {
                pve.ha_rules.tried = None;
            }
        }
        PveCall::Rights => set(&mut pve.rights, answered, at, variant!(Rights)),
        PveCall::Replication => {
            if let Ok(Reading::ReplicationJobs(new)) = &answered
                && doubt_emptied(&mut pve.replication, new, &mut pve.rights, sees_guests, at)
            {
                return;
            }
            set(&mut pve.replication, answered, at, variant!(ReplicationJobs));
            if let Some(jobs) = pve.replication.value.clone() {
                sight::replication(&mut pve.sightings, &jobs, at);
            }
        }
        PveCall::BackupJobs => {
            if let Ok(Reading::BackupJobs(new)) = &answered
                && doubt_emptied(&mut pve.backup_jobs, new, &mut pve.rights, sees_jobs, at)
            {
                return;
            }
            set(&mut pve.backup_jobs, answered, at, variant!(BackupJobs));
            fit_included(pve);
            fit_files(pve);
            if pve.backup_jobs.seen == Some(at) {
                sight::backups(pve, at);
            }
        }
        PveCall::Included(id) => {
            let part = pve.included.entry(id.clone()).or_insert_with(|| {
                Part::new(format!("/cluster/backup/{id}/included_volumes"), tier::SLOW)
            });
            if let Ok(Reading::Included(new)) = &answered
                && new.guests.is_empty()
                && part.known().is_some_and(|old| !old.guests.is_empty())
                && doubt(part, &mut pve.rights, sees_guests, at)
            {
                return;
            }
            set(part, answered, at, variant!(Included));
        }
        PveCall::Storages => {
            if let Ok(Reading::Storages(new)) = &answered
                && doubt_emptied(&mut pve.storages, new, &mut pve.rights, sees_storages, at)
            {
                return;
            }
            set(&mut pve.storages, answered, at, variant!(Storages));
            fit_files(pve);
            sight::backups(pve, at);
        }
        PveCall::Ha => set(&mut pve.ha, answered, at, variant!(Ha)),
        PveCall::Peers => set(&mut pve.peers, answered, at, variant!(Peers)),
        PveCall::Votes => set(&mut pve.votes, answered, at, variant!(Votes)),
        PveCall::Qdevice => set(&mut pve.qdevice, answered, at, variant!(Qdevice)),
        PveCall::HaRules | PveCall::HaGroups => ha_rules(pve, call, answered, at),
        PveCall::Config(vmid, kind, node) => {
            let kind = match kind {
                crate::fleet::id::GuestKind::Qemu => "qemu",
                crate::fleet::id::GuestKind::Lxc => "lxc",
            };
            let path = format!("/nodes/{node}/{kind}/{vmid}/config");
            let part =
                pve.configs.entry(*vmid).or_insert_with(|| Part::new(path.clone(), tier::HOURLY));
            if *part.call != *path {
                part.call = path.into();
            }
            set(part, answered, at, variant!(Config));
        }
        PveCall::Files { storage, node, shared } => {
            let key = if *shared { NodeName::from("") } else { node.clone() };
            let part =
                pve.files.entry(storage.clone()).or_default().entry(key).or_insert_with(|| {
                    let path = format!("/nodes/{node}/storage/{storage}/prunebackups");
                    Part::new(path, tier::HOURLY)
                });
            let path = format!("/storage/{storage}");
            let may_see = |rights: &Rights| rights.has(&path, "Datastore.Audit");
            if let Ok(Reading::Files(new)) = &answered
                && doubt_emptied(part, new, &mut pve.rights, may_see, at)
            {
                return;
            }
            set(part, answered, at, variant!(Files));
        }
        PveCall::Defaults(node, storage) => {
            let of_node = pve.defaults.entry(node.clone()).or_default();
            let part = of_node.entry(storage.clone()).or_insert_with(|| {
                let path = format!("/nodes/{node}/vzdump/defaults");
                let of = storage.as_str();
                let call = if of.is_empty() { path } else { format!("{path}?storage={of}") };
                Part::new(call, tier::HOURLY)
            });
            set(part, answered, at, variant!(Defaults));
            sight::backups(pve, at);
        }
        PveCall::Log(node, upid) => {
            let part = pve.logs.entry(upid.clone()).or_insert_with(|| {
                Part::new(format!("/nodes/{node}/tasks/{upid}/log"), tier::SLOW)
            });
            set(part, answered, at, variant!(Log));
        }
        PveCall::NodeReplication(node)
        | PveCall::NodeTime(node)
        | PveCall::NodeVzdumps(node)
        | PveCall::NodeStatus(node)
        | PveCall::NodeHistory(node)
        | PveCall::NodeVersion(node)
        | PveCall::NodeCertificates(node)
        | PveCall::NodeBridges(node)
        | PveCall::NodeZfs(node)
        | PveCall::NodeServices(node)
        | PveCall::NodeDisks(node) => {
            let parts = pve.nodes.entry(node.clone()).or_insert_with(|| NodeParts::new(node));
            of_node(parts, call, answered, at);
            if matches!(call, PveCall::NodeReplication(_)) {
                sight::replicas(pve, node, offset, at);
            }
            if matches!(call, PveCall::NodeVzdumps(_)) {
                forget_logs(pve, at);
            }
        }
    }
}

fn of_node(parts: &mut NodeParts, call: &PveCall, answered: Answered, at: Epoch) {
    match call {
        PveCall::NodeReplication(_) => {
            set(&mut parts.replication, answered, at, variant!(ReplicationStates));
        }
        PveCall::NodeTime(_) => set(&mut parts.timezone, answered, at, variant!(Zone)),
        PveCall::NodeVzdumps(_) => set(&mut parts.vzdumps, answered, at, variant!(Tasks)),
        PveCall::NodeStatus(_) => set(&mut parts.status, answered, at, variant!(Host)),
        PveCall::NodeHistory(_) => set(&mut parts.history, answered, at, variant!(History)),
        PveCall::NodeVersion(_) => set(&mut parts.version, answered, at, variant!(Version)),
        PveCall::NodeCertificates(_) => {
            set(&mut parts.certificates, answered, at, variant!(Certificates));
        }
        PveCall::NodeBridges(_) => set(&mut parts.bridges, answered, at, variant!(Bridges)),
        PveCall::NodeZfs(_) => set(&mut parts.zfs, answered, at, variant!(Zfs)),
        PveCall::NodeServices(_) => set(&mut parts.services, answered, at, variant!(Services)),
        PveCall::NodeDisks(_) => set(&mut parts.disks, answered, at, variant!(Disks)),
        _ => {}
    }
}

/// Members of the cluster have parts; a node that left it has none any more.
fn fit_nodes(pve: &mut PveSurvey) {
    let Some(status) = pve.status.value.clone() else { return };
    for member in &status.members {
        pve.nodes.entry(member.node.clone()).or_insert_with(|| NodeParts::new(&member.node));
    }
    if pve.status.outcome == Outcome::Fine && !status.members.is_empty() {
        pve.nodes.retain(|node, _| status.member(node).is_some());
        pve.defaults.retain(|node, _| status.member(node).is_some());
    }
}

/// Jobs that are gone, or switched off, include nothing.
fn fit_included(pve: &mut PveSurvey) {
    if pve.backup_jobs.outcome != Outcome::Fine {
        return;
    }
    let Some(jobs) = pve.backup_jobs.value.clone() else { return };
    pve.included.retain(|id, _| jobs.iter().any(|job| job.id == *id && job.enabled));
}

/// Copies count only on storages that are there and that an enabled job uses: the listings of
/// others are read no more, and would be believed for ever.
fn fit_files(pve: &mut PveSurvey) {
    if pve.backup_jobs.outcome != Outcome::Fine || pve.storages.outcome != Outcome::Fine {
        return;
    }
    let (Some(jobs), Some(storages)) = (pve.backup_jobs.value.clone(), pve.storages.value.clone())
    else {
        return;
    };
    let asked = pve.asked_defaults();
    for of_node in pve.defaults.values_mut() {
        of_node.retain(|storage, _| asked.contains(storage));
    }
    let used: BTreeSet<_> =
        jobs.iter().filter(|job| job.enabled).filter_map(|job| pve.storage_of(job)).collect();
    pve.files.retain(|name, _| {
        storages.iter().any(|storage| storage.name == *name) && used.contains(name)
    });
}

fn resources(pve: &mut PveSurvey, answered: Answered, at: Epoch) {
    let Ok(Reading::Resources(new)) = answered else {
        set(&mut pve.resources, answered, at, variant!(Resources));
        return;
    };
    let old = pve.resources.value.clone();
    let emptied = |old: &Resources| {
        (new.guests.is_empty() && !old.guests.is_empty())
            || (new.storages.is_empty() && !old.storages.is_empty())
    };
    if old.as_deref().is_some_and(emptied) {
        let may_see = |rights: &Rights| sees_guests(rights) && sees_storages(rights);
        if doubt(&mut pve.resources, &mut pve.rights, may_see, at) {
            return;
        }
    } else if old.as_ref().is_some_and(|old| new.guests.len() < old.guests.len()) {
        // Guests vanish when they are removed, and when rights are: look which it was.
        pve.rights.tried = None;
    }
    // A list read before the rights may have been read with fewer of them.
    let whole = pve.resources.seen.filter(|seen| Some(*seen) >= pve.rights.seen);
    let whole = whole.filter(|_| old.is_some() && sees_all_guests(pve));
    sight::guests(&mut pve.sightings, &new, whole, at);
    if sees_all_guests(pve) {
        pve.configs.retain(|vmid, _| new.guest(*vmid).is_some());
    }
    for node in &new.nodes {
        pve.nodes.entry(node.name.clone()).or_insert_with(|| NodeParts::new(&node.name));
    }
    pve.resources = pve.resources.answered(new, at);
}

fn sees_jobs(rights: &Rights) -> bool {
    rights.has("/", "Sys.Audit")
}

fn sees_guests(rights: &Rights) -> bool {
    rights.has("/vms", "VM.Audit")
}

fn sees_storages(rights: &Rights) -> bool {
    rights.has("/storage", "Datastore.Audit")
}

fn sees_all_guests(pve: &PveSurvey) -> bool {
    pve.rights.known().is_some_and(|rights| rights.has_below("/vms", "VM.Audit"))
}

/// A release that does not know the one call knows the other: after an upgrade the version that is
/// remembered is an old one.
fn ha_rules(pve: &mut PveSurvey, call: &PveCall, answered: Answered, at: Epoch) {
    if !matches!(answered, Ok(Reading::HaRules(_))) {
        pve.version.tried = None;
    }
    let is_rules = *call == PveCall::HaRules;
    let path = if is_rules { "/cluster/ha/rules" } else { "/cluster/ha/groups" };
    if *pve.ha_rules.call != *path {
        pve.ha_rules.call = path.into();
    }
    set(&mut pve.ha_rules, answered, at, variant!(HaRules));
}

/// When a vzdump ended, its node has new copies or new failures: what tells of them is due.
fn tasks(pve: &mut PveSurvey, answered: Answered, at: Epoch) {
    let old = pve.tasks.value.clone();
    set(&mut pve.tasks, answered, at, variant!(Tasks));
    let (Some(old), Some(new)) = (old, pve.tasks.value.clone()) else { return };
    let nodes = ended_vzdumps(&old, &new);
    for node in &nodes {
        if let Some(parts) = pve.nodes.get_mut(node) {
            parts.vzdumps.tried = None;
        }
    }
    if !nodes.is_empty() {
        for part in pve.files.values_mut().flat_map(|f| f.values_mut()) {
            part.tried = None;
        }
    }
}

/// Logs of tasks that no longer matter are dropped.
fn forget_logs(pve: &mut PveSurvey, at: Epoch) {
    let all = pve.nodes.values().filter_map(|parts| parts.vzdumps.known()).flatten();
    let tasks: Vec<&Task> = all.collect();
    let kept: BTreeSet<_> = failed_vzdumps(tasks, at).map(|t| t.upid.clone()).collect();
    pve.logs.retain(|upid, _| kept.contains(upid));
}
