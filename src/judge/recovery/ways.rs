//! The ways back of one guest, and what ties it to its node.

mod care;

use std::cmp::Reverse;
use std::sync::Arc;

use care::Care;
use foldhash::{HashMap, HashMapExt};

use super::ledger::{Ledger, Load};
use super::need::{cpus, data, memory, restored};
use super::placement::Placement;
use super::room::NodeRoom;
use super::yard::Yard;
use super::{Case, Stage};
use crate::fleet::drill::Rehearsal;
use crate::fleet::id::{JobId, NodeName, StorageName, Vmid};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::guest::{DiskKind, GuestConfig, GuestDisk};
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;
use crate::judge::cluster::votes::quorate_without;
use crate::judge::context::{NodeTrust, SourceContext};
use crate::judge::rows::ReplicationRow;
use crate::judge::rows::recovery::{CopyPoint, HaCare, Holder, Room, Tie, Way, WayKind};

/// What HA takes to fence a node (60 s) and to start its guests elsewhere, seconds.
pub const BY_HA: i64 = 180;
/// What a person with the runbook at hand takes to start a replica, seconds.
pub const BY_HAND: i64 = 600;

/// What the guests of one source share.
pub(super) struct Cluster<'a> {
    yard: &'a Yard,
    /// Nothing was put anywhere: each guest is judged alone.
    empty: &'a Ledger,
    placement: Placement<'a>,
    /// Whether the others have quorum without a node.
    quorate: HashMap<&'a NodeName, bool>,
    shared: Vec<&'a StorageName>,
    /// Replication jobs that PVE is about to remove, with their replicas.
    removing: Vec<&'a JobId>,
    /// Seconds that the last good restore of a guest took.
    restores: HashMap<Vmid, (Epoch, i64)>,
}

impl<'a> Cluster<'a> {
    pub(super) fn new(
        stage: &'a Stage<'_>,
        source: &SourceContext<'a>,
        pve: &'a PveSurvey,
    ) -> Self {
        let placement = Placement::new(pve);
        let mut quorate = HashMap::new();
        if !placement.is_empty() {
            for (node, _) in source.nodes.iter() {
                let keeps = quorate_without(pve, std::slice::from_ref(node));
                quorate.insert(node, keeps == Some(true));
            }
        }
        let shared = pve.storages.known().into_iter().flatten();
        Self {
            yard: &stage.yard,
            empty: &stage.empty,
            placement,
            quorate,
            shared: shared.filter(|s| s.shared && s.pbs.is_none()).map(|s| &s.name).collect(),
            removing: pve
                .replication
                .known()
                .into_iter()
                .flatten()
                .filter(|job| job.removing)
                .map(|job| &job.id)
                .collect(),
            restores: last_restores(pve),
        }
    }

    /// Whether there is shared storage at all.
    pub(super) fn has_shared(&self) -> bool {
        !self.shared.is_empty()
    }

    /// Whether a node can take a guest more.
    fn takes(&self, at: usize, load: Load) -> Room {
        self.yard.takes(self.empty, at, load)
    }

    fn is_shared(&self, disk: &GuestDisk) -> bool {
        disk.storage.as_ref().is_some_and(|name| self.shared.contains(&name))
    }
}

/// How long the newer of the two took, seconds: of rehearsals, one with a copy from the same place.
pub fn last_took(
    copy: &CopyPoint,
    rehearsed: Option<&Rehearsal>,
    restore: Option<(Epoch, i64)>,
) -> Option<i64> {
    let rehearsed = rehearsed.filter(|r| r.place.as_ref().is_none_or(|place| *place == copy.place));
    let rehearsed = rehearsed.and_then(|rehearsal| Some((rehearsal.at, rehearsal.took?)));
    let newest = rehearsed.into_iter().chain(restore).max_by_key(|(at, _)| *at);
    newest.map(|(_, took)| took)
}

/// When the last good restore of each guest ended, and the seconds that it took, as far as the
/// tasks go back: not of another guest that had its number.
pub fn last_restores(pve: &PveSurvey) -> HashMap<Vmid, (Epoch, i64)> {
    let born = |vmid| pve.configs.get(&vmid)?.known()?.created;
    let mut restores = HashMap::new();
    for task in pve.tasks.known().into_iter().flatten() {
        let done = task.result.as_ref().is_some_and(TaskResult::is_done);
        let vmid = || task.id.as_ref()?.parse::<Vmid>().ok();
        if done
            && matches!(&*task.kind, "qmrestore" | "vzrestore")
            && let (Some(vmid), Some(end)) = (vmid(), task.end)
            // A clock that was set meanwhile tells no time.
            && end > task.start
            && born(vmid).is_none_or(|born| end >= born)
        {
            restores.entry(vmid).or_insert((end, end.since(task.start)));
        }
    }
    restores
}

/// What a guest takes where it runs again, with so many bytes of disks.
fn load<'a>(case: &Case<'a>, disk: Option<u64>) -> Load<'a> {
    let memory = memory(case.guest, case.config);
    let cards = case.config.map(|config| config.bridges.as_slice());
    let cpus = cpus(case.guest, case.config);
    Load { memory, used: 0, disk, kind: Some(case.guest.kind), cards, cpus }
}

/// Every way back, the fastest first, and what HA does.
pub(super) fn ways(case: &Case<'_>, cluster: &Cluster<'_>) -> (Vec<Way>, HaCare) {
    let need = load(case, Some(0));
    let mut ways: Vec<Way> = Vec::new();
    let is_managed = cluster.is_managed(case);
    let mut ha = HaCare::None;
    ways.extend(shared(case, cluster, need, is_managed.then_some(&mut ha)));
    let mut replicas: Vec<Way> =
        case.replication.jobs.iter().filter_map(|job| replica(case, cluster, need, job)).collect();
    replicas.sort_by_key(|way| (way.room, Reverse(way.point)));
    if is_managed && ways.is_empty() {
        ha = by_ha(case, cluster, need, &mut replicas);
    }
    ways.extend(replicas);
    ways.extend(restore(case, cluster));
    // Every guest keeps its own, and they are big: no room for ways that are not there.
    ways.shrink_to_fit();
    (ways, ha)
}

/// With all its disks on shared storage another node of the cluster starts it; `ha`: what HA does,
/// where it would.
fn shared<'c>(
    case: &Case<'_>,
    cluster: &'c Cluster<'_>,
    need: Load<'_>,
    ha: Option<&mut HaCare>,
) -> Option<Way> {
    let mut disks = data(case.config).peekable();
    disks.peek()?;
    if !disks.all(|disk| cluster.is_shared(disk)) {
        return None;
    }
    let source = case.source.name();
    // A node that does not list the storages does not see the disks.
    let names = || data(case.config).filter_map(|disk| disk.storage.as_ref());
    let sees =
        |(_, room): &(usize, &NodeRoom)| room.node != case.guest.node && room.may_see(names());
    let others = cluster.yard.of(case.source.index).filter(sees);
    // One that hides storages may see them or not.
    let takes = |(at, room): (usize, &'c NodeRoom)| {
        let told = if room.sees(names()) == Some(true) { Room::Fits } else { Room::Unknown };
        (cluster.takes(at, need).max(told), room)
    };
    let fit: Vec<(Room, &NodeRoom)> = others.map(takes).collect();
    let best = fit.iter().min_by_key(|(room, _)| *room)?;
    let is_seen = |room: &NodeRoom| room.sees(names()) == Some(true);
    let care = ha.map(|ha| {
        let care = cluster.care(case, need, is_seen);
        ha.clone_from(&care.what);
        care
    });
    let by_ha = care.filter(Care::starts);
    let (room, node) = match &by_ha {
        None => (best.0, &best.1.node),
        Some(care) => {
            let own = fit.iter().filter(|(_, room)| care.nodes.contains(&room.node));
            let (_, target) = own.min_by_key(|(room, _)| *room)?;
            (care.room, &target.node)
        }
    };
    Some(Way {
        kind: if by_ha.is_some() { WayKind::Ha } else { WayKind::Shared },
        target: Some((source.clone(), node.clone())),
        room,
        storage: None,
        point: None,
        loss: Some(0),
        worst: Some(0),
        takes: Some(if by_ha.is_some() { BY_HA } else { BY_HAND }),
        leaves_out: Vec::new(),
        copy: None,
    })
}

/// Makes of the first replica the way that HA takes, where it finds one whole on every node that it
/// may choose. Which of them it takes nobody can tell: what is lost is what the oldest lacks.
fn by_ha(case: &Case<'_>, cluster: &Cluster<'_>, need: Load<'_>, replicas: &mut [Way]) -> HaCare {
    let is_at = |way: &Way, node: &NodeName| {
        way.leaves_out.is_empty() && way.target.as_ref().is_some_and(|(_, at)| at == node)
    };
    let holds = |room: &NodeRoom| replicas.iter().any(|way| is_at(way, &room.node));
    let care = cluster.care(case, need, holds);
    if !care.starts() {
        return care.what;
    }
    let may_be = |way: &Way| care.nodes.iter().any(|node| is_at(way, node));
    let whole = || replicas.iter().filter(|way| may_be(way));
    let oldest = whole().min_by_key(|way| way.point);
    let Some((point, loss)) = oldest.map(|way| (way.point, way.loss)) else {
        return HaCare::None;
    };
    // None: one of them has no schedule.
    let worst = whole().map(|way| way.worst).collect::<Option<Vec<_>>>();
    let worst = worst.and_then(|all| all.into_iter().max());
    if let Some(way) = replicas.iter_mut().find(|way| may_be(way)) {
        (way.kind, way.takes, way.room) = (WayKind::Ha, Some(BY_HA), care.room);
        (way.point, way.loss, way.worst) = (point, loss, worst);
    }
    // It comes first, whatever has more room: nobody is asked.
    replicas.sort_by_key(|way| way.kind != WayKind::Ha);
    care.what
}

fn replica(
    case: &Case<'_>,
    cluster: &Cluster<'_>,
    need: Load<'_>,
    job: &ReplicationRow,
) -> Option<Way> {
    let point = job.last_sync.filter(|_| job.target != case.guest.node)?;
    if cluster.removing.contains(&&job.id) {
        return None;
    }
    let leaves = |disk: &&GuestDisk| !disk.replicate && !cluster.is_shared(disk);
    if is_nothing(case, leaves) {
        return None;
    }
    let left = data(case.config).filter(leaves);
    let at = cluster.yard.find(case.source.index, &job.target);
    // The first event after a run began is when the next must begin: between them lies what is
    // lost at worst, and the time that one takes.
    let pace = job.due.filter(|_| !job.disabled).map(|due| due.since(point));
    let loss = case.source.server_now().since(point).max(0);
    let takes = job.duration.filter(|d| d.is_finite() && *d > 0.0).map_or(0, |d| d as i64);
    Some(Way {
        kind: WayKind::Replica,
        target: Some((case.source.name().clone(), job.target.clone())),
        room: at.map_or(Room::Unknown, |at| cluster.takes(at, need)),
        storage: None,
        point: Some(point),
        loss: Some(loss),
        worst: pace.map(|pace| pace.saturating_add(takes).max(loss)),
        takes: Some(BY_HAND),
        leaves_out: left.map(|disk| Arc::clone(&disk.key)).collect(),
        copy: None,
    })
}

/// The newest good copy that does not die with the node, restored where there is room.
fn restore(case: &Case<'_>, cluster: &Cluster<'_>) -> Option<Way> {
    let copy = case.backup.points.iter().find(|point| !dies(case, point))?;
    if is_nothing(case, |disk| !disk.backup) {
        return None;
    }
    let need = load(case, restored(case.config, copy.size));
    let is_out = |room: &NodeRoom| {
        let is_own = room.index == case.source.index && room.node == case.guest.node;
        is_own || !reads(room, copy)
    };
    let yard = cluster.yard;
    let best = yard.best(cluster.empty, case.source.index, need, is_out);
    let there = best.and_then(|(at, _)| Some((at, yard.room(at)?)));
    let pace = case.backup.next.zip(case.backup.due).map(|(next, due)| next.since(due));
    let loss = case.source.server_now().since(copy.time).max(0);
    Some(Way {
        kind: WayKind::Restore,
        target: there.map(|(_, room)| (room.source.clone(), room.node.clone())),
        room: best.map_or(Room::Full, |(_, room)| room),
        storage: there
            .and_then(|(at, _)| yard.roomiest(cluster.empty, at, case.guest.kind))
            .and_then(|(pool, _)| yard.storage(pool).cloned()),
        point: Some(copy.time),
        loss: Some(loss),
        worst: pace.map(|pace| pace.max(loss)),
        takes: takes(case, cluster, copy),
        leaves_out: data(case.config)
            .filter(|disk| !disk.backup)
            .map(|disk| Arc::clone(&disk.key))
            .collect(),
        copy: Some(copy.clone()),
    })
}

/// Whether a way that leaves out such disks brings nothing back: all of them, or what it starts from.
fn is_nothing(case: &Case<'_>, leaves: impl Fn(&&GuestDisk) -> bool) -> bool {
    let mut disks = data(case.config).peekable();
    let has_any = disks.peek().is_some();
    has_any
        && (data(case.config).all(|disk| leaves(&disk))
            || data(case.config).any(|disk| disk.kind == DiskKind::Rootfs && leaves(&disk)))
}

/// Whether a node can read a copy: a PBS from everywhere, a file only where its storage is seen.
pub fn reads(room: &NodeRoom, copy: &CopyPoint) -> bool {
    let Holder::Storage(source, node) = &copy.holder else { return true };
    let storage = copy.place.rsplit([':', '/']).next().unwrap_or_default();
    room.source == *source
        && node.as_ref().is_none_or(|node| room.node == *node)
        && (room.hides_storages || room.storages.iter().any(|name| name.as_str() == storage))
}

/// Whether a copy is lost with the guest's node.
pub(super) fn dies(case: &Case<'_>, point: &CopyPoint) -> bool {
    matches!(&point.holder, Holder::Storage(source, Some(node))
        if source == case.source.name() && *node == case.guest.node)
}

/// How long its last restore took, rehearsed or not; else what its size takes at the configured
/// rate. Seconds.
fn takes(case: &Case<'_>, cluster: &Cluster<'_>, copy: &CopyPoint) -> Option<i64> {
    let restore = cluster.restores.get(&case.guest.vmid).copied();
    last_took(copy, case.rehearsed().as_ref(), restore).or_else(|| {
        let rate = case.source.policy().restore_rate.filter(|rate| *rate > 0)?;
        i64::try_from(copy.size?.div_ceil(rate)).ok()
    })
}

/// What ties a guest to its node.
pub(super) fn ties(case: &Case<'_>, cluster: &Cluster<'_>, ways: &[Way]) -> Vec<Tie> {
    let Some(config) = case.config else { return Vec::new() };
    let mut ties: Vec<Tie> =
        config.passthrough.iter().map(|(key, _)| Tie::Passthrough(Arc::clone(key))).collect();
    for disk in &config.disks {
        match disk.kind {
            DiskKind::Cdrom if disk.storage.is_some() && !cluster.is_shared(disk) => {
                ties.push(Tie::Iso(Arc::clone(&disk.volume)));
            }
            DiskKind::Bind => ties.push(Tie::Bind(Arc::clone(&disk.key))),
            DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint => {
                ties.extend(base_of(&disk.volume).map(Tie::Clone));
            }
            _ => {}
        }
    }
    let start = ways.iter().find(|way| way.copy.is_none()).and_then(|way| way.target.as_ref());
    let at = start.and_then(|(_, node)| cluster.yard.find(case.source.index, node));
    ties.extend(at.into_iter().flat_map(|at| unplugged(cluster.yard, at, config)));
    let target = at.and_then(|at| cluster.yard.room(at));
    if let Some(room) = target {
        for storage in config.disks.iter().filter_map(|disk| disk.storage.as_ref()) {
            let tie = Tie::Storage(storage.clone());
            if room.sees([storage]) == Some(false) && !ties.contains(&tie) {
                ties.push(tie);
            }
        }
    }
    if let Some(cpu) = config.cpu_type.as_ref().filter(|cpu| &***cpu == "host") {
        ties.push(Tie::Cpu(Arc::clone(cpu)));
    }
    ties.shrink_to_fit();
    ties
}

/// The bridges that a guest is plugged into and that a node does not have, or may not have; of a
/// node that is off nothing is said.
pub fn unplugged(yard: &Yard, at: usize, config: &GuestConfig) -> Vec<Tie> {
    let is_on = yard.room(at).is_some_and(|room| room.trust != NodeTrust::Offline);
    let mut ties: Vec<Tie> = Vec::new();
    for (_, bridge) in config.bridges.iter().filter(|_| is_on) {
        let tie = match yard.has_bridge(at, bridge) {
            Some(true) => continue,
            Some(false) => Tie::Bridge(Arc::clone(bridge)),
            None => Tie::BridgeUntold(Arc::clone(bridge)),
        };
        if !ties.contains(&tie) {
            ties.push(tie);
        }
    }
    ties
}

/// What a linked clone is a clone of: `local-zfs:base-100-disk-0/vm-101-disk-0`.
fn base_of(volume: &str) -> Option<Arc<str>> {
    let (_, path) = volume.split_once(':')?;
    let (base, _) = path.split_once("/vm-").or_else(|| path.split_once("/subvol-"))?;
    let name = base.rsplit('/').next().unwrap_or(base);
    (name.starts_with("base-") || name.starts_with("basevol-")).then(|| name.into())
}
