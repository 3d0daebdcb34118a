//! What must hold between what was predicted and what is then seen, judged by hand.

use std::collections::BTreeSet;

use vigie::fleet::code::Code;
use vigie::fleet::pve::cluster::NodeState;
use vigie::fleet::subject::Subject;
use vigie::judge::rows::recovery::{Holder, Room, Way, WayKind};
use vigie::judge::rows::{GuestRow, Judged, NodeRow, SourceState};
use vigie::judge::{Severity, Verdict};
use vigie::whatif::{After, Fate, How};

use super::scene::{Prediction, Scene, comes_back};
use crate::bed::{Bed, source_row};

pub fn guest_rows(judged: &Judged) -> impl Iterator<Item = &GuestRow> {
    judged.sites.iter().flat_map(|site| &site.guests)
}

fn guest_row<'a>(judged: &'a Judged, source: &str, vmid: u32) -> &'a GuestRow {
    let mut rows = guest_rows(judged);
    rows.find(|row| row.source.as_str() == source && row.vmid == vmid).unwrap()
}

fn node_row<'a>(judged: &'a Judged, source: &str, node: &str) -> &'a NodeRow {
    let mut rows = judged.sites.iter().flat_map(|site| &site.nodes);
    rows.find(|row| row.source.as_str() == source && row.name.as_str() == node).unwrap()
}

/// Whether something is said.
pub fn is_said(judged: &Judged, code: &str, subject: &str) -> bool {
    let is = |problem: &&vigie::judge::Problem| {
        problem.code.as_str() == code && problem.subject.to_string() == subject
    };
    judged.problems.iter().any(|problem| is(&problem))
}

fn key(fate: &Fate) -> String {
    format!("{}/{}", fate.source, fate.vmid)
}

/// A cluster has quorum exactly where that was predicted, and says so itself; of a host that stands
/// alone nothing is left that could answer.
pub fn quorum(prediction: &Prediction, after: &Judged, bed: &Bed) {
    let loss = prediction.loss.as_ref().unwrap();
    let (source, node) = (loss.source.as_str(), loss.node.as_str());
    let row = source_row(after, source);
    let Some(cluster) = prediction.what.clusters.first() else {
        assert_eq!(loss.quorate_after, None, "{node}");
        assert_eq!(row.state, SourceState::Unreachable, "{node}");
        return;
    };
    assert_eq!(prediction.what.clusters.len(), 1, "{node}");
    assert_eq!(row.state, SourceState::Fresh, "{node}: the others answer");
    let survey = bed.survey(source);
    let status = survey.pve().unwrap().status.known().unwrap();
    assert_eq!(cluster.quorate, Some(status.has_quorum()), "{node}");
    assert_eq!(cluster.quorate, loss.quorate_after, "{node}");
    let left = status.members.iter().filter(|member| member.online || member.local).count();
    assert_eq!(cluster.nodes_left, left, "{node}");
    let is_missed = is_said(after, "cluster.no-quorum", &format!("cluster/{source}"));
    assert_eq!(is_missed, !status.has_quorum(), "{node}");
    assert_eq!(cluster.needs_expected, is_missed, "{node}");
    // With quorum the others say that it is off; without, they cannot tell.
    let state = if status.has_quorum() { NodeState::Offline } else { NodeState::Unknown };
    assert_eq!(node_row(after, source, node).state, state, "{node}");
}

/// The guests of nodes that are predicted to reset themselves, which wait for quorum.
fn stopped(prediction: &Prediction) -> BTreeSet<String> {
    let of = |after: &After| {
        let name = |vmid: &u32| format!("{}/{vmid}", after.source);
        after.stopped.iter().map(name).collect::<Vec<_>>()
    };
    prediction.what.clusters.iter().flat_map(of).collect()
}

/// The guests that are predicted to be hit are those that are not seen any more, and those that HA
/// has started elsewhere by now; those predicted to wait for quorum are there, and stopped. No guest
/// else is in another state than before.
pub fn hit(prediction: &Prediction, after: &Judged) {
    let predicted: BTreeSet<String> = prediction.what.guests.iter().map(key).collect();
    let mut seen = BTreeSet::new();
    let mut moved = BTreeSet::new();
    let mut waiting = BTreeSet::new();
    for row in guest_rows(after) {
        let name = format!("{}/{}", row.source, row.vmid);
        let before = guest_row(&prediction.judged, row.source.as_str(), row.vmid);
        assert_ne!(&*before.state, "unknown", "{name} before");
        let has_moved = before.node != row.node;
        if has_moved {
            assert_eq!(&*row.state, "running", "{name}");
            moved.insert(format!("{name} {}", row.node));
        }
        if &*row.state == "unknown" || has_moved {
            seen.insert(name);
        } else if &*row.state == "stopped" && row.state != before.state {
            waiting.insert(name);
        } else {
            assert_eq!(row.state, before.state, "{name}");
        }
    }
    assert_eq!(seen, predicted);
    assert_eq!(waiting, stopped(prediction));
    let by_ha = prediction.by_ha().map(|fate| {
        let (source, node) = fate.target.as_ref().unwrap();
        assert_eq!(*source, fate.source);
        format!("{} {node}", key(fate))
    });
    assert_eq!(moved, by_ha.collect());
    if let Some(loss) = &prediction.loss {
        let count = |how: &[How]| {
            let fates = prediction.what.guests.iter();
            u32::try_from(fates.filter(|fate| how.contains(&fate.how)).count()).unwrap()
        };
        assert_eq!(loss.guests as usize, seen.len());
        assert_eq!(loss.by_ha, count(&[How::Ha]));
        assert_eq!(loss.restartable, count(&[How::Shared, How::Replica]));
        assert_eq!(loss.restorable, count(&[How::Restore]));
        assert_eq!((loss.gone, loss.unknown), (count(&[How::Gone]), count(&[How::Unknown])));
    }
}

/// A way as far as it does not depend on the moment.
fn told(way: &Way, has_moved: bool) -> String {
    let target = way.target.as_ref().map(|(source, node)| format!("{source}/{node}"));
    // What HA has started elsewhere takes memory there: another node may be the roomiest now.
    let target = target.filter(|_| way.kind == WayKind::Replica || !has_moved);
    let place = way.copy.as_ref().map(|copy| &*copy.place);
    let kind = match way.kind {
        // Where HA has not started it, its replica is there as before.
        WayKind::Ha => WayKind::Replica,
        kind => kind,
    };
    format!("{kind:?} to {target:?} of {:?} at {place:?}", way.point)
}

/// The ways that are listed when the node is gone are from what was known before: the same ones, to
/// the same places, of the same moments. What was predicted is one of them, and what was predicted
/// to be lost has none.
pub fn ways(prediction: &Prediction, after: &Judged) {
    let has_moved = prediction.by_ha().next().is_some();
    let told = |way: &Way| told(way, has_moved);
    let elapsed = after.taken.since(prediction.judged.taken);
    for fate in prediction.what.guests.iter().filter(|fate| fate.how != How::Ha) {
        let name = key(fate);
        let row = guest_row(after, fate.source.as_str(), fate.vmid);
        let before = guest_row(&prediction.judged, fate.source.as_str(), fate.vmid);
        let all: Vec<String> = row.recovery.ways.iter().map(told).collect();
        assert_eq!(all, before.recovery.ways.iter().map(told).collect::<Vec<_>>(), "{name}");
        let kind = match fate.how {
            How::Gone => {
                assert_eq!(all, Vec::<String>::new(), "{name}");
                let is_lost = is_said(after, "recovery.uncovered", &format!("guest/{name}"));
                assert!(is_lost || fate.template, "{name}");
                continue;
            }
            How::Replica => WayKind::Replica,
            How::Restore => WayKind::Restore,
            How::Shared => WayKind::Shared,
            other => panic!("{name}: {other:?} in a fleet of which all is known"),
        };
        let mut ways = row.recovery.ways.iter().filter(|way| way.point == fate.point);
        let way = ways.find(|way| way.kind == kind).unwrap_or_else(|| panic!("{name}: {all:?}"));
        if kind == WayKind::Replica {
            // A replica is where it is.
            assert_eq!(way.target, fate.target, "{name}");
        } else {
            // A guest's own page gives it the roomiest node as if it came alone; together they are
            // spread over those that have room. Either way it is a node that lives.
            let (source, node) = fate.target.as_ref().unwrap();
            let target = node_row(after, source.as_str(), node.as_str());
            assert_eq!(target.state, NodeState::Online, "{name}");
            assert_eq!(way.copy.as_ref().map(|copy| &copy.place), fate.place.as_ref());
            assert!(kind == WayKind::Restore || *source == fate.source, "{name}");
        }
        // What is lost grows by the time that has passed, and by nothing else; nothing is of what
        // is on storage that lives.
        let elapsed = if kind == WayKind::Shared { 0 } else { elapsed };
        let loss = fate.loss.unwrap() + elapsed;
        assert!((way.loss.unwrap() - loss).abs() <= 1, "{name}: {:?} {loss}", way.loss);
        assert_eq!((way.takes, &way.leaves_out), (fate.takes, &fate.leaves_out), "{name}");
    }
}

/// Guests that live on without a copy: all that are known of them are at a source that is gone. For
/// a while that is a server that does not answer; a day later no copy of them can be vouched for.
pub fn bare(prediction: &Prediction, later: &Judged) {
    let is_gone = |holder: &Holder| {
        source_row(later, holder.source().as_str()).state == SourceState::Unreachable
    };
    let dead: BTreeSet<String> = prediction.what.guests.iter().map(key).collect();
    let mut bare = BTreeSet::new();
    for row in guest_rows(later) {
        let name = format!("{}/{}", row.source, row.vmid);
        let points = &row.backup.points;
        if points.is_empty() || dead.contains(&name) || !points.iter().all(|p| is_gone(&p.holder)) {
            continue;
        }
        assert!(row.backup.verdict > Some(Verdict::Warning), "{name}: {:?}", row.backup.verdict);
        bare.insert(name);
    }
    let told = prediction.what.copies_lost.bare.iter();
    assert_eq!(bare, told.map(|(source, vmid)| format!("{source}/{vmid}")).collect());
}

/// A day later, with nobody having done anything: the jobs that were predicted to fail have made
/// nothing since, and every other that was well has.
pub fn failing(prediction: &Prediction, later: &Judged) {
    let before = &prediction.judged;
    let dead: BTreeSet<String> = prediction.what.guests.iter().map(key).collect();
    let mut jobs = BTreeSet::new();
    for row in guest_rows(before).flat_map(|row| &row.replication.jobs) {
        let subject = Subject::Replication(row.source.clone(), row.id.clone()).to_string();
        let now = guest_row(later, row.source.as_str(), row.guest);
        let now = now.replication.jobs.iter().find(|job| job.id == row.id).unwrap();
        let has_run = now.last_sync > row.last_sync;
        // One job of the demo fails from the start.
        let was_well = row.fail_count == Some(0);
        let fails = prediction.fails(&subject);
        let is_of = |fate: &&Fate| fate.source == row.source && fate.vmid == row.guest;
        // Its source dies, which is said of all its jobs. The one that leads to where HA starts it
        // leads back from then on, to the dead node; any other goes on to a node that lives, where
        // both have a snapshot in common: the simulated ones always do, real ones perhaps.
        let goes_on = match prediction.by_ha().find(is_of) {
            Some(fate) => {
                assert!(fails, "{subject}");
                let (_, runs_on) = fate.target.as_ref().unwrap();
                *runs_on != row.target && fate.node != row.target
            }
            None => !fails,
        };
        assert_eq!(has_run, was_well && goes_on, "{subject}: {now:?}");
        jobs.insert(subject);
    }
    for job in before.sites.iter().flat_map(|site| &site.backup_jobs) {
        let subject = Subject::BackupJob(job.source.clone(), job.id.clone()).to_string();
        let fails = prediction.fails(&subject);
        for vmid in job.covers.as_ref().unwrap() {
            let name = format!("{}/{vmid}", job.source);
            let made = |judged: &Judged| {
                let points = &guest_row(judged, job.source.as_str(), *vmid).backup.points;
                let place = |holder: &Holder| match holder {
                    Holder::Pbs(_) => job.storage.as_ref().unwrap().as_str() != "local",
                    Holder::Storage(..) => job.storage.as_ref().unwrap().as_str() == "local",
                };
                points.iter().filter(|p| place(&p.holder)).map(|point| point.time).max()
            };
            let has_run = made(later) > made(before);
            // Guests that are gone are not copied by a job that goes on for others, but for those
            // that HA has started elsewhere. One guest of the demo was locked from the start, and
            // the copies of another are damaged.
            let row = guest_row(before, job.source.as_str(), *vmid);
            let was_well = row.backup.verdict == Some(Verdict::Ok);
            let is_there = !dead.contains(&name) || prediction.by_ha().any(|f| key(f) == name);
            if was_well || fails {
                assert_eq!(has_run, !fails && is_there, "{subject} of {name}");
            }
        }
        if fails {
            // Where somebody is left to tell, it is told.
            let row = source_row(later, job.source.as_str());
            let is_told = later.problems.iter().any(|problem| {
                problem.source.as_ref() == Some(&job.source)
                    && problem.code.as_str().starts_with("backup.")
            });
            assert!(row.state != SourceState::Fresh || is_told, "{subject}");
        }
        jobs.insert(subject);
    }
    for failing in &prediction.what.failing {
        assert!(jobs.contains(&failing.job.to_string()), "{failing:?}");
        assert!(failing.at.is_some_and(|at| at >= before.taken && at < later.taken), "{failing:?}");
    }
}

/// When what was predicted was done: every guest runs where it was said to, no node is over its
/// memory, and nothing is said to have no room.
pub fn played(prediction: &Prediction, played: &Judged, scene: &Scene) {
    for after in &prediction.what.clusters {
        let cluster = format!("cluster/{}", after.source);
        assert!(!is_said(played, "cluster.no-quorum", &cluster), "{cluster}");
    }
    // Those that waited for quorum run where they were, without anybody having started them.
    for name in stopped(prediction) {
        let (source, vmid) = name.split_once('/').unwrap();
        let row = guest_row(played, source, vmid.parse().unwrap());
        let before = guest_row(&prediction.judged, source, row.vmid);
        assert_eq!((&row.state, &row.node), (&before.state, &before.node), "{name}");
    }
    for fate in &prediction.what.guests {
        let name = key(fate);
        let Some((target, node)) = fate.target.as_ref().filter(|_| comes_back(fate)) else {
            assert!(matches!(fate.how, How::Gone), "{name}: {fate:?}");
            continue;
        };
        let mut restored = scene.restored.iter();
        let is_it = |it: &&(String, u32, u32)| it.0 == fate.source.as_str() && it.1 == fate.vmid;
        let vmid = restored.find(is_it).map_or(fate.vmid, |(_, _, vmid)| *vmid);
        let row = guest_row(played, target.as_str(), vmid);
        assert_eq!(row.node, *node, "{name}");
        let before = guest_row(&prediction.judged, fate.source.as_str(), fate.vmid);
        assert_eq!(row.state, before.state, "{name}");
        let subject = format!("guest/{target}/{vmid}");
        assert!(!is_said(played, "recovery.no-room", &subject), "{name}");
        assert!(!is_said(played, "guest.down", &subject), "{name}");
    }
    for target in &prediction.what.targets {
        let (source, node) = (target.source.as_str(), target.node.as_str());
        let row = node_row(played, source, node);
        let memory = row.memory.unwrap();
        let before = node_row(&prediction.judged, source, node).memory.unwrap();
        assert!(memory.used <= memory.total, "{source}/{node}");
        assert_eq!(Some(memory.total), target.total, "{source}/{node}");
        // They took no more than was said to be free as it is used now.
        let idle = before.total - before.used;
        assert_eq!(target.idle, Some(idle), "{source}/{node}");
        assert!(!is_said(played, "node.memory", &format!("node/{source}/{node}")));
        // What is configured fits too, where it was said to fit by both counts.
        let running = |row: &&GuestRow| &*row.state == "running" && row.node == target.node;
        let there = guest_rows(played).filter(|row| row.source == target.source).filter(running);
        let (count, promised) = there.fold((0, 0), |(count, sum), row| {
            (count + 1, sum + row.memory.map_or(0, |memory| memory.total))
        });
        assert!(count >= target.guests || target.taken == 0, "{source}/{node}");
        assert!(target.room != Room::Fits || promised <= memory.total, "{source}/{node}");
    }
    // Nothing but what follows from the loss itself is critical of what came back.
    let fates = &prediction.what.guests;
    let critical = played.problems.iter().filter(|p| p.severity == Severity::Critical);
    for problem in critical {
        let Subject::Guest(guest) = &problem.subject else { continue };
        let is_back =
            fates.iter().any(|f| f.source == guest.source && f.vmid == guest.vmid && comes_back(f));
        let was_said =
            is_said(&prediction.judged, problem.code.as_str(), &problem.subject.to_string());
        // Where it came back from is what it would come back from next: gone with the node.
        let follows = problem.code == Code::RecoveryObjective;
        assert!(!is_back || was_said || follows, "{problem:?}");
    }
}
