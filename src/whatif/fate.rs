//! What becomes of the guests of the nodes that die.

use std::cmp::Reverse;
use std::sync::Arc;

use foldhash::HashMap;

use super::after::After;
use super::lost::Lost;
use super::stage::{Known, Stage};
use crate::fleet::id::{NodeName, SourceName, StorageName, Vmid};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::Verdict;
use crate::judge::context::NodeTrust;
use crate::judge::recovery::ledger::{Ledger, Load};
use crate::judge::recovery::need::{cpus, data, memory, restored};
use crate::judge::recovery::placement::{Reach, left};
use crate::judge::recovery::room::NodeRoom;
use crate::judge::recovery::ways::reads;
use crate::judge::recovery::yard::Yard;
use crate::judge::recovery::{BY_HA, BY_HAND, last_restores, last_took};
use crate::judge::rows::Lack;
use crate::judge::rows::recovery::{CopyPoint, HaCare, Holder, Room, Way, WayKind};

/// How a guest comes back; the better the less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The HA stack starts it elsewhere.
    Ha,
    /// All its disks are on shared storage: another node starts it.
    Shared,
    /// Its replica is started by hand.
    Replica,
    /// Its copy is restored.
    Restore,
    /// Nothing that is known brings it back, and it cannot be told whether something else does.
    Unknown,
    /// Certainly nothing brings it back.
    Gone,
}

/// What becomes of one guest.
#[derive(Clone, Debug, PartialEq)]
pub struct Fate {
    /// Its source.
    pub source: SourceName,
    /// Its number.
    pub vmid: Vmid,
    /// Its name, where anybody tells.
    pub name: Option<Arc<str>>,
    /// The node that it dies with.
    pub node: NodeName,
    /// Whether it is a template.
    pub template: bool,
    /// How it comes back.
    pub how: How,
    /// Where; none: nowhere.
    pub target: Option<(SourceName, NodeName)>,
    /// Whether it fits there beside the others that come back. Of no meaning, and unknown, where
    /// nothing brings it back.
    pub room: Room,
    /// Whether that it is still there to come back by this way cannot be told: who holds the copy
    /// or the replica has not been heard of.
    pub is_doubtful: bool,
    /// What would be lost of it, seconds.
    pub loss: Option<i64>,
    /// What it would be again: the moment of the replica or copy, the server's clock. None on
    /// shared storage: as it is now.
    pub point: Option<Epoch>,
    /// A rough time until it runs again, seconds; none: cannot be told.
    pub takes: Option<i64>,
    /// Disks and mount points that do not come back.
    pub leaves_out: Vec<Arc<str>>,
    /// For a restore: the storage its disks go to, where one is known.
    pub storage: Option<StorageName>,
    /// For a restore: where the copy is, `SRC:STORE[/NS]`, `SRC:STORAGE`, `SRC:NODE/STORAGE`.
    pub place: Option<Arc<str>>,
    /// Whether its copy is encrypted, and the key has to be brought to where it is restored. With
    /// [`How::Gone`]: there are copies, and the key dies with their cluster.
    pub needs_key: bool,
}

impl Fate {
    /// How bad it is. A template that nobody copies is nobody's loss; what would come back by a way
    /// that may not be there any more is not known to come back.
    pub fn verdict(&self) -> Verdict {
        match self.how {
            How::Gone if self.template => Verdict::Ok,
            How::Gone => Verdict::Critical,
            How::Unknown => Verdict::Unknown,
            _ if self.is_doubtful => of_room(self.room).max(Verdict::Unknown),
            _ => of_room(self.room),
        }
    }
}

/// Whether the server that holds a copy does not answer now: what it held it may still hold, but
/// whether it gives it back nobody can tell. One that is off as planned is there when it is wanted.
fn is_away(stage: &Stage<'_>, copy: &CopyPoint) -> bool {
    let Holder::Pbs(name) = &copy.holder else { return false };
    stage.ctx.source(name).is_none_or(|pbs| !pbs.is_fresh() && !pbs.is_planned_off())
}

fn of_room(room: Room) -> Verdict {
    match room {
        Room::Fits | Room::Tight => Verdict::Ok,
        Room::Unknown => Verdict::Unknown,
        Room::NoBridge | Room::Full | Room::Away => Verdict::Warning,
    }
}

/// A fate, and the place of its target in the yard.
pub(super) struct Settled {
    pub(super) fate: Fate,
    pub(super) at: Option<usize>,
}

/// What the guests that die still have.
struct Case<'a> {
    known: Known<'a>,
    memory: Option<u64>,
    /// Ways that need no copy, the best first.
    fast: Vec<Fast<'a>>,
    /// The nodes that HA may choose, by their place in the yard; none where it starts it nowhere.
    reach: Vec<usize>,
    /// The newest copy that is left and can be read.
    copy: Option<&'a CopyPoint>,
    /// Whether a copy is left that nobody has the key of any more.
    keyless: bool,
    chosen: Option<Choice<'a>>,
}

#[derive(Clone, Copy)]
struct Fast<'a> {
    how: How,
    way: &'a Way,
    spot: Spot,
}

/// Where a way leads.
#[derive(Clone, Copy)]
enum Spot {
    /// To this node; none: one that nothing is known of.
    Node(Option<usize>),
    /// To any node of the guest's own cluster.
    Cluster,
    /// To any that HA may choose.
    Reach,
}

#[derive(Clone, Copy)]
struct Choice<'a> {
    by: By<'a>,
    at: Option<usize>,
    room: Room,
    load: Load<'a>,
    /// The storage that it was put on, by its place in the yard.
    pool: Option<usize>,
}

#[derive(Clone, Copy)]
enum By<'a> {
    Fast(Fast<'a>),
    Copy(&'a CopyPoint),
}

impl By<'_> {
    fn how(self) -> How {
        match self {
            Self::Fast(fast) => fast.how,
            Self::Copy(_) => How::Restore,
        }
    }
}

/// Whether a guest fits at all comes before how fast it is back.
fn rank(room: Room) -> u8 {
    match room {
        Room::Fits | Room::Tight => 0,
        Room::Unknown => 1,
        // A bridge is laid sooner than memory is bought.
        Room::NoBridge => 2,
        Room::Full => 3,
        Room::Away => 4,
    }
}

/// Settles what becomes of the guests of the nodes that die; the ledger is left with what was put
/// where.
pub(super) fn settle(
    stage: &Stage<'_>,
    lost: &Lost,
    clusters: &[After],
    ledger: &mut Ledger,
) -> Vec<Settled> {
    let mut cases: Vec<Case<'_>> =
        stage.hit(lost).into_iter().map(|known| Case::new(stage, lost, clusters, known)).collect();
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|at| cases.get(*at).map(|case| (case.turn(), Reverse(case.memory))));
    let mut left = Vec::new();
    for at in order {
        let Some(case) = cases.get_mut(at) else { continue };
        let choice = case.best(stage, lost, ledger, false);
        match choice.filter(|choice| rank(choice.room) == 0) {
            Some(choice) => case.choose(stage, ledger, choice),
            None => left.push(at),
        }
    }
    left.sort_by_key(|at| cases.get(*at).map(|case| Reverse(case.memory)));
    for at in left {
        let Some(case) = cases.get_mut(at) else { continue };
        if let Some(choice) = case.best(stage, lost, ledger, true) {
            case.choose(stage, ledger, choice);
        }
    }
    let mut restores = HashMap::default();
    cases.into_iter().map(|case| case.settled(stage, lost, &mut restores)).collect()
}

impl<'a> Case<'a> {
    fn new(stage: &Stage<'a>, lost: &Lost, clusters: &[After], known: Known<'a>) -> Self {
        let source = known.source;
        let is_quorate = clusters
            .iter()
            .any(|after| after.source == *source.name() && after.quorate == Some(true));
        let is_whole = lost.is_whole(source.index);
        let reach = if is_quorate && !is_whole { reach(stage, lost, known) } else { Vec::new() };
        let fast = if is_whole { Vec::new() } else { fast(stage, lost, known, &reach) };
        let left = || known.row.backup.points.iter().filter(|p| !lost.takes(stage, &p.holder));
        let is_lost = |of: &SourceName| {
            stage.ctx.source(of).is_some_and(|source| lost.is_whole(source.index))
        };
        let is_keyless = |point: &&CopyPoint| is_whole && stage.keys.dies(source, point, is_lost);
        Self {
            known,
            memory: known
                .guest
                .and_then(|guest| memory(guest, known.config))
                .or_else(|| known.row.template.then_some(0)),
            fast,
            reach,
            copy: left().find(|point| !is_keyless(point)),
            keyless: left().any(|point| is_keyless(&point)),
            chosen: None,
        }
    }

    /// HA is there first, then who starts by hand, then who restores.
    fn turn(&self) -> u8 {
        match self.fast.first() {
            Some(Fast { how: How::Ha, .. }) => 0,
            Some(_) => 1,
            None => 2,
        }
    }

    fn load(&self, disk: Option<u64>) -> Load<'a> {
        let used = self.known.guest.and_then(|guest| guest.memory).map(|memory| memory.used);
        let used = used.or(self.memory).filter(|_| self.memory != Some(0)).unwrap_or(0);
        Load {
            memory: self.memory,
            used: used.min(self.memory.unwrap_or(u64::MAX)),
            disk,
            kind: Some(self.known.row.kind),
            cpus: self.known.guest.and_then(|guest| cpus(guest, self.known.config)),
            cards: self.known.config.map(|config| config.bridges.as_slice()),
        }
    }

    /// The best of what is left: HA before anybody, where it fits before where it does not, then
    /// what is fastest. A copy is looked at where there is nothing else, or where asked to.
    fn best(
        &self,
        stage: &Stage<'_>,
        lost: &Lost,
        ledger: &Ledger,
        with_copy: bool,
    ) -> Option<Choice<'a>> {
        let yard = &stage.yard;
        let source = self.known.source.index;
        let is_dead = |room: &NodeRoom| lost.is_dead(room.index, &room.node);
        let load = self.load(Some(0));
        let fast = self.fast.iter().map(|fast| {
            let (at, room) = match fast.spot {
                Spot::Node(Some(at)) => (Some(at), yard.takes(ledger, at, load)),
                Spot::Node(None) => (None, Room::Unknown),
                Spot::Cluster | Spot::Reach => yard
                    .best_of(ledger, source, load, |room| {
                        let is_barred = || !self.reaches(yard, room);
                        is_dead(room)
                            || !self.sees(room)
                            || matches!(fast.spot, Spot::Reach) && is_barred()
                    })
                    .map_or((None, Room::Unknown), |(at, room)| {
                        // One that hides storages may see them or not.
                        let sees = yard.room(at).and_then(|room| room.sees(self.storages()));
                        let told = if sees == Some(true) { Room::Fits } else { Room::Unknown };
                        (Some(at), room.max(told))
                    }),
            };
            Choice { by: By::Fast(*fast), at, room, load, pool: None }
        });
        let copy = self.copy.filter(|_| with_copy || self.fast.is_empty()).map(|copy| {
            let load = self.load(restored(self.known.config, copy.size));
            let best = yard.best(ledger, source, load, |room| is_dead(room) || !reads(room, copy));
            let room = best.map_or(Room::Full, |(_, room)| room);
            Choice { by: By::Copy(copy), at: best.map(|(at, _)| at), room, load, pool: None }
        });
        // HA starts it before anybody can do better, wherever it fits.
        let waits = |choice: &Choice<'_>| choice.by.how() != How::Ha;
        fast.chain(copy)
            .min_by_key(|choice| (waits(choice), rank(choice.room), choice.by.how(), choice.room))
    }

    /// Whether HA may choose a node.
    fn reaches(&self, yard: &Yard, room: &NodeRoom) -> bool {
        self.reach.iter().filter_map(|at| yard.room(*at)).any(|of| of.node == room.node)
    }

    /// Whether a node sees the storages that the guest's disks lie on.
    fn sees(&self, room: &NodeRoom) -> bool {
        room.may_see(self.storages())
    }

    /// The storages that its disks lie on.
    fn storages(&self) -> impl Iterator<Item = &StorageName> {
        data(self.known.config).filter_map(|disk| disk.storage.as_ref())
    }

    /// What does not fit takes nothing from others.
    fn choose(&mut self, stage: &Stage<'_>, ledger: &mut Ledger, mut choice: Choice<'a>) {
        if let Some(at) = choice.at.filter(|_| rank(choice.room) <= 1) {
            choice.pool = ledger.put(&stage.yard, at, choice.load);
        }
        self.chosen = Some(choice);
    }

    fn settled(
        self,
        stage: &Stage<'_>,
        lost: &Lost,
        restores: &mut HashMap<usize, HashMap<Vmid, (Epoch, i64)>>,
    ) -> Settled {
        let Known { row, source, .. } = self.known;
        let mut fate = Fate {
            source: row.source.clone(),
            vmid: row.vmid,
            name: row.name.clone(),
            node: row.node.clone(),
            template: row.template,
            how: How::Unknown,
            target: None,
            room: Room::Unknown,
            is_doubtful: false,
            loss: None,
            point: None,
            takes: None,
            leaves_out: Vec::new(),
            storage: None,
            place: None,
            needs_key: self.keyless,
        };
        let Some(choice) = self.chosen else {
            if self.is_certain(lost) {
                fate.how = How::Gone;
            }
            return Settled { fate, at: None };
        };
        fate.how = choice.by.how();
        fate.is_doubtful = self.is_doubtful(fate.how);
        fate.room = choice.room;
        fate.target = choice.at.and_then(|at| stage.yard.name(at));
        let now = source.server_now();
        match choice.by {
            By::Fast(Fast { how, way, .. }) => {
                fate.target = fate.target.or_else(|| way.target.clone());
                fate.point = way.point;
                fate.loss = way.point.map_or(way.loss, |point| Some(now.since(point).max(0)));
                fate.takes = Some(if how == How::Ha { BY_HA } else { BY_HAND });
                fate.leaves_out.clone_from(&way.leaves_out);
                fate.needs_key = false;
            }
            By::Copy(copy) => {
                fate.point = Some(copy.time);
                fate.loss = Some(now.since(copy.time).max(0));
                fate.takes = self.takes(copy, restores);
                let left = data(self.known.config).filter(|disk| !disk.backup);
                fate.leaves_out = left.map(|disk| Arc::clone(&disk.key)).collect();
                fate.is_doubtful |= is_away(stage, copy);
                fate.place = Some(Arc::clone(&copy.place));
                fate.storage = choice.pool.and_then(|pool| stage.yard.storage(pool)).cloned();
                let is_home = fate.target.as_ref().is_some_and(|(of, _)| of == source.name());
                let has = fate
                    .target
                    .as_ref()
                    .is_some_and(|(of, _)| stage.keys.is_held_by(source, copy, of));
                fate.needs_key = !is_home && !has && stage.keys.is_encrypted(source, copy);
            }
        }
        Settled { fate, at: choice.at }
    }

    /// Whether what a way needs cannot be told to be there. That its node is off changes nothing of
    /// what was known.
    fn is_doubtful(&self, how: How) -> bool {
        let Known { row, source, .. } = self.known;
        let node = Subject::Node(source.name().clone(), row.node.clone());
        let is_off = source.nodes.trust(&row.node) == NodeTrust::Offline;
        let of = |verdict: Option<Verdict>, because: &Option<Subject>| {
            verdict == Some(Verdict::Unknown) && !(is_off && because.as_ref() == Some(&node))
        };
        let replicas = &row.replication;
        // What HA does first, nobody can tell: it may be in the way.
        let by_hand = matches!(how, How::Replica | How::Shared);
        if by_hand && matches!(row.recovery.ha, HaCare::Untold(_)) {
            return true;
        }
        match how {
            How::Restore => of(row.backup.verdict, &row.backup.because),
            How::Replica | How::Ha if self.has_replica() => {
                of(replicas.verdict, &replicas.because)
                    || replicas.jobs.iter().any(|job| of(Some(job.verdict), &job.because))
            }
            _ => false,
        }
    }

    /// Whether a way without a copy starts from a replica.
    fn has_replica(&self) -> bool {
        self.fast.iter().any(|fast| fast.way.point.is_some())
    }

    /// Whether it is certain that nothing else brings it back. Where no node of its source is left,
    /// only other copies could.
    fn is_certain(&self, lost: &Lost) -> bool {
        let row = self.known.row;
        if lost.is_whole(self.known.source.index) {
            return row.recovery.is_known || row.backup.lack == Some(Lack::Certain);
        }
        row.recovery.is_known && !self.may_be_shared()
    }

    /// Whether its disks may lie on shared storage though nobody said so: its configuration was
    /// never read, or that of the storages.
    fn may_be_shared(&self) -> bool {
        let Known { pve, config, .. } = self.known;
        let Some(storages) = pve.storages.known() else { return true };
        config.is_none() && storages.iter().any(|s| s.shared && s.pbs.is_none())
    }

    /// What the judge says of this copy; of another one, how long the guest's last restore took,
    /// rehearsed or not, else what its size takes at the configured rate. Seconds.
    fn takes(
        &self,
        copy: &CopyPoint,
        restores: &mut HashMap<usize, HashMap<Vmid, (Epoch, i64)>>,
    ) -> Option<i64> {
        let Known { row, source, pve, .. } = self.known;
        let judged = row.recovery.ways.iter().find(|way| way.copy.as_ref() == Some(copy));
        if let Some(way) = judged {
            return way.takes;
        }
        let known = restores.entry(source.index).or_insert_with(|| last_restores(pve));
        let restore = known.get(&row.vmid).copied();
        last_took(copy, row.recovery.rehearsed.as_ref(), restore).or_else(|| {
            let rate = source.policy().restore_rate.filter(|rate| *rate > 0)?;
            i64::try_from(copy.size?.div_ceil(rate)).ok()
        })
    }
}

/// The nodes that HA may choose for a guest which the judge says it would start; none where it
/// cannot be told.
fn reach(stage: &Stage<'_>, lost: &Lost, known: Known<'_>) -> Vec<usize> {
    let ways = &known.row.recovery.ways;
    if !ways.iter().any(|way| way.kind == WayKind::Ha) {
        return Vec::new();
    }
    let source = known.source.index;
    let is_dead = |room: &NodeRoom| room.node == known.row.node || lost.is_dead(source, &room.node);
    let left = left(&stage.yard, source, is_dead);
    let placement = stage.placement(source);
    let reach = placement.map(|placement| placement.reach(known.row.vmid, &left));
    let Some(Reach::Nodes(nodes, _)) = reach else { return Vec::new() };
    // With more nodes lost it may choose others, which need not have what the judge saw there.
    let starts = |at: &usize| {
        let Some(room) = stage.yard.room(*at) else { return false };
        let is_there = |way: &Way| {
            let target = way.target.as_ref();
            way.leaves_out.is_empty() && target.is_some_and(|(_, node)| *node == room.node)
        };
        let mut fast = ways.iter().filter(|way| way.kind != WayKind::Restore);
        let mut storages = data(known.config).filter_map(|disk| disk.storage.as_ref());
        fast.any(|way| match way.point {
            Some(_) => is_there(way),
            None => room.sees(storages.by_ref()) == Some(true),
        })
    };
    if nodes.iter().all(starts) { nodes } else { Vec::new() }
}

/// The ways without a copy whose target lives. HA starts what the judge says it would where it may
/// choose to, as long as there is quorum; else that is done by hand.
fn fast<'a>(stage: &Stage<'a>, lost: &Lost, known: Known<'a>, reach: &[usize]) -> Vec<Fast<'a>> {
    let of = |way: &'a Way| {
        let is_shared = way.kind == WayKind::Shared || way.point.is_none();
        let (source, node) = match way.kind {
            WayKind::Restore => return None,
            _ => way.target.as_ref()?,
        };
        if is_shared {
            let by_ha = !reach.is_empty();
            let (how, spot) =
                if by_ha { (How::Ha, Spot::Reach) } else { (How::Shared, Spot::Cluster) };
            return Some(Fast { how, way, spot });
        }
        let index = stage.ctx.source(source)?.index;
        if lost.is_dead(index, node) {
            return None;
        }
        let at = stage.yard.find(index, node);
        let by_ha = way.leaves_out.is_empty() && at.is_some_and(|at| reach.contains(&at));
        let how = if by_ha { How::Ha } else { How::Replica };
        Some(Fast { how, way, spot: Spot::Node(at) })
    };
    let mut fast: Vec<Fast<'a>> = known.row.recovery.ways.iter().filter_map(of).collect();
    fast.sort_by_key(|fast| fast.how);
    fast
}
