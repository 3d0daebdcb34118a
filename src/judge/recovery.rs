//! Recovery of guests: if the node of a guest died now, what would bring it back, how old would it
//! be, how long would it take, and where would it run?
//!
//! What is judged is made of what the other families found: the copies ([`super::backup`]) and the
//! replicas ([`super::replication`]). What they cannot tell makes the recovery unknown because of
//! the same subject, unless another way back is certain.

pub mod bridges;
pub mod key;
pub mod ledger;
pub mod need;
pub mod placement;
pub mod room;
#[cfg(test)]
mod tests;
pub mod ways;
pub mod yard;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::{Context, NodeTrust, SourceContext};
use super::findings::Findings;
use super::mapping::Mapping;
use super::problem::Severity;
use super::rows::recovery::{CopyPoint, HaCare, Holder, RecoveryRow, Room, Tie, Way, WayKind};
use super::rows::{BackupRow, Checked, Lack, ReplicationSummary};
use super::verdict::{Consequence, Verdict};
use crate::fleet::code::Code;
use crate::fleet::drill::{Drills, Rehearsal};
use crate::fleet::id::{GuestKey, NodeName, SiteName};
use crate::fleet::objective::{self, Objective};
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::guest::GuestConfig;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use ledger::Ledger;
pub use ways::{BY_HA, BY_HAND, last_restores, last_took};
use yard::Yard;

/// A guest that is younger may have a single copy that nothing verified yet, seconds.
const YOUNG: i64 = 3 * 24 * 3600;
/// Without a policy, a rehearsal is worth a word when it is older, seconds.
pub const REHEARSED: i64 = 365 * 24 * 3600;

/// What all guests of the fleet share.
pub struct Stage<'a> {
    pub(super) ctx: &'a Context<'a>,
    yard: Yard,
    empty: Ledger,
    keys: key::Keys<'a>,
}

impl<'a> Stage<'a> {
    /// Prepares it.
    pub fn new(ctx: &'a Context<'a>, mapping: &Mapping) -> Self {
        let yard = Yard::new(ctx);
        Self { ctx, empty: Ledger::new(&yard), yard, keys: key::Keys::new(ctx, mapping) }
    }
}

/// Judges the recovery of the guests of one source; `copies` and `replicas` are one per guest, in
/// the order of `SourceContext::guests`, and so is what is given back.
pub fn judge(
    stage: &Stage<'_>,
    source: &SourceContext<'_>,
    copies: &[BackupRow],
    replicas: &[ReplicationSummary],
    findings: &mut Findings<'_>,
) -> Vec<RecoveryRow> {
    let Some(pve) = source.pve() else { return Vec::new() };
    let cluster = ways::Cluster::new(stage, source, pve);
    let guests = source.guests().iter().zip(copies.iter().zip(replicas));
    guests
        .map(|(guest, (backup, replication))| {
            let config = pve.configs.get(&guest.vmid).and_then(Part::known);
            let case = Case { stage, source, pve, guest, config, backup, replication };
            case.judge(&cluster, findings)
        })
        .collect()
}

/// One guest with all that is known of it.
struct Case<'a> {
    stage: &'a Stage<'a>,
    source: &'a SourceContext<'a>,
    pve: &'a PveSurvey,
    guest: &'a Guest,
    config: Option<&'a GuestConfig>,
    backup: &'a BackupRow,
    replication: &'a ReplicationSummary,
}

/// Whether a family of ways can be believed; what it depends on where it cannot.
#[derive(Clone, Debug, Default)]
struct Doubts {
    copies: Option<Subject>,
    replicas: Option<Subject>,
}

impl Doubts {
    fn of(&self, way: &Way) -> Option<&Subject> {
        match way.kind {
            WayKind::Restore => self.copies.as_ref(),
            WayKind::Ha | WayKind::Shared | WayKind::Replica => self.replicas.as_ref(),
        }
    }

    fn any(&self) -> Option<&Subject> {
        self.copies.as_ref().or(self.replicas.as_ref())
    }
}

impl Case<'_> {
    fn judge(&self, cluster: &ways::Cluster<'_>, findings: &mut Findings<'_>) -> RecoveryRow {
        let (ways, ha) = ways::ways(self, cluster);
        let doubts = self.doubts(cluster);
        let is_template = self.guest.template || self.config.is_some_and(|config| config.template);
        let policy = self.source.policy();
        let objective = objective::objective(
            policy.objective,
            &policy.objectives,
            self.source.name(),
            self.guest,
        );
        let mut row = RecoveryRow {
            ties: ways::ties(self, cluster, &ways),
            is_known: doubts.any().is_none(),
            objective,
            rehearsed: self.rehearsed(),
            rehearsal_failed: self.rehearsal_failed(),
            ha,
            ..RecoveryRow::none()
        };
        // A template that nobody copies is nobody's loss.
        if is_template && ways.is_empty() {
            return row;
        }
        let mut follows = self.judge_ways(&ways, &doubts, findings);
        follows = follows.or_worse(self.judge_room(&ways, findings));
        // What HA does by itself may be well, or in the way.
        if matches!(row.ha, HaCare::Untold(_)) {
            follows = follows.or_worse(Consequence::unknown(self.source.subject()));
        }
        row.key_at_risk = self.judge_key(findings);
        if !is_template {
            follows = follows.or_worse(self.judge_objective(&ways, objective, &doubts, findings));
            let last = row.rehearsed.as_ref().map(|r| r.at);
            self.judge_rehearsal(last, row.rehearsal_failed, objective, findings);
        }
        row.verdict = Some(follows.verdict);
        row.because = follows.because;
        row.ways = ways;
        row
    }

    fn subject(&self) -> Subject {
        Subject::guest(self.source.name(), self.guest.vmid)
    }

    /// Its last good rehearsal: not of another guest that had its number, and not where one
    /// failed since.
    fn rehearsed(&self) -> Option<Rehearsal> {
        let good = self.of_drills(|drills| &drills.good).filter(|good| self.is_own(good.at));
        good.filter(|_| self.rehearsal_failed().is_none()).cloned()
    }

    fn rehearsal_failed(&self) -> Option<Epoch> {
        self.of_drills(|drills| &drills.failed).copied().filter(|at| self.is_own(*at))
    }

    fn of_drills<T>(&self, of: impl Fn(&Drills) -> &BTreeMap<GuestKey, T>) -> Option<&T> {
        let map = of(&self.stage.ctx.fleet.drills);
        if map.is_empty() {
            return None;
        }
        map.get(&GuestKey { source: self.source.name().clone(), vmid: self.guest.vmid })
    }

    /// Whether the guest was made before `at`, as far as that is known.
    fn is_own(&self, at: Epoch) -> bool {
        let born = self.config.and_then(|config| config.created);
        born.is_none_or(|born| at >= self.source.ours(born))
    }

    fn doubts(&self, cluster: &ways::Cluster<'_>) -> Doubts {
        // A dead node changes nothing any more: what was known of it holds.
        let node = Subject::Node(self.source.name().clone(), self.guest.node.clone());
        let is_dead = self.source.nodes.trust(&self.guest.node) == NodeTrust::Offline;
        let of = |verdict: Option<Verdict>, because: &Option<Subject>| {
            (verdict == Some(Verdict::Unknown) && !(is_dead && because.as_ref() == Some(&node)))
                .then(|| because.clone().unwrap_or_else(|| self.subject()))
        };
        let untold = match &self.backup.lack {
            Some(Lack::Untold(because)) => Some(because.clone().unwrap_or_else(|| self.subject())),
            _ => None,
        };
        let copies = of(self.backup.verdict, &self.backup.because).or(untold);
        let jobs = &self.replication.jobs;
        // Whether all its disks are shared, its configuration would tell.
        let may_be_shared =
            (self.config.is_none() && cluster.has_shared()).then(|| self.source.subject());
        let replicas = of(self.replication.verdict, &self.replication.because)
            .or_else(|| jobs.iter().find_map(|job| of(Some(job.verdict), &job.because)))
            .or(may_be_shared);
        Doubts { copies, replicas }
    }

    /// Raises `recovery.uncovered` and `recovery.fragile` (detail `single` or `site`; facts `newest`
    /// the moment it would be back at, `other` where it is, `age`; or `count`, of the ways that all
    /// lie at its site).
    fn judge_ways(
        &self,
        ways: &[Way],
        doubts: &Doubts,
        findings: &mut Findings<'_>,
    ) -> Consequence {
        let certain: Vec<&Way> = ways.iter().filter(|way| doubts.of(way).is_none()).collect();
        let Some(first) = certain.first() else {
            if let Some(because) = doubts.any() {
                return Consequence::unknown(because.clone());
            }
            // What has no copy yet is known to be lost, and nobody's fault yet.
            let is_awaited = self.backup.lack == Some(Lack::Awaited);
            let severity = if is_awaited { Severity::Notice } else { Severity::Critical };
            let next = self.backup.next;
            // Whoever accepts that nothing backs it up accepts what follows.
            let same = [Code::BackupUncovered, Code::BackupMissing];
            let accepted =
                same.iter().find_map(|c| findings.accepts(self.source, &self.subject(), *c));
            findings
                .raise(self.source, Code::RecoveryUncovered, severity, self.subject())
                .evidence(&self.pve.backup_jobs)
                .evidence(&self.pve.replication)
                .facts(|f| f.due = next.filter(|_| severity == Severity::Notice))
                .accept(accepted.filter(|_| severity != Severity::Notice));
            return Consequence::NONE;
        };
        let left: Vec<&CopyPoint> =
            self.backup.points.iter().filter(|point| !ways::dies(self, point)).collect();
        let count = holders(&certain, &left, doubts);
        if count > 1 {
            return self.judge_site(&certain, &left, count, doubts, findings);
        }
        let Some(detail) = self.weakness(first, left.len()) else { return Consequence::NONE };
        if let Some(because) = doubts.any() {
            return Consequence::unknown(because.clone());
        }
        let now = self.source.server_now();
        let place = match (&first.copy, &first.target) {
            (Some(copy), _) => Some(Arc::clone(&copy.place)),
            (None, Some((_, node))) => Some(Arc::from(node.as_str())),
            (None, None) => None,
        };
        findings
            .raise(self.source, Code::RecoveryFragile, Severity::Warning, self.subject())
            .detail(detail)
            .evidence(&self.pve.backup_jobs)
            .evidence(&self.pve.replication)
            .facts(|f| {
                f.newest = first.point;
                f.age = first.point.map(|point| now.since(point));
                f.other = place;
            });
        Consequence::NONE
    }

    /// Several ways back, and all of them lie where the guest is: what takes the site takes all.
    fn judge_site(
        &self,
        certain: &[&Way],
        left: &[&CopyPoint],
        count: usize,
        doubts: &Doubts,
        findings: &mut Findings<'_>,
    ) -> Consequence {
        // Replicas and shared storage are at its own site.
        let has_copies = certain.iter().any(|way| way.copy.is_some());
        let own = Some(&self.source.site.name);
        if has_copies && left.iter().any(|copy| self.site_of(copy) != own) {
            return Consequence::NONE;
        }
        // A copy that nobody can tell of may be elsewhere.
        if let Some(because) = &doubts.copies {
            return Consequence::unknown(because.clone());
        }
        findings
            .raise(self.source, Code::RecoveryFragile, Severity::Warning, self.subject())
            .detail("site")
            .evidence(&self.pve.backup_jobs)
            .evidence(&self.pve.replication)
            .facts(|f| f.count = u32::try_from(count).ok());
        Consequence::NONE
    }

    /// What is weak of the one way back, of so many copies that outlive its node.
    fn weakness(&self, way: &Way, left: usize) -> Option<&'static str> {
        let Some(copy) = &way.copy else {
            // A replica, or the shared storage of its own cluster.
            return Some("site");
        };
        let site = self.site_of(copy);
        if site == Some(&self.source.site.name) {
            return Some("site");
        }
        let born = self.config.and_then(|config| config.created);
        let is_young = born.is_some_and(|born| self.source.server_now().since(born) < YOUNG);
        let is_verified = copy.checked == Some(Checked::Ok);
        // Another namespace of the same server holds another copy all the same.
        let is_single = copy.alone && left == 1;
        (is_single && !is_verified && !is_young).then_some("single")
    }

    fn site_of(&self, copy: &CopyPoint) -> Option<&SiteName> {
        self.stage.ctx.source(copy.holder.source()).map(|source| &source.site.name)
    }

    /// Raises `recovery.no-room`: facts `other` (the node with most room), `value` (the memory it
    /// is configured with, bytes); with detail `bridge` where only a bridge is missing there: fact
    /// `text`, its name; with detail `ha` where HA starts it all the same.
    fn judge_room(&self, ways: &[Way], findings: &mut Findings<'_>) -> Consequence {
        // Machines that sleep as planned are no room where those awake are full.
        let sleeps = |way: &&Way| {
            let target = way.target.as_ref().and_then(|(s, _)| self.stage.ctx.source(s));
            way.room == Room::Unknown && target.is_some_and(SourceContext::is_planned_off)
        };
        let awake = ways.iter().filter(|way| !sleeps(way)).map(|way| way.room).min();
        // HA asks nobody, and not for room: what else there is comes after it.
        let by_ha = ways.first().filter(|way| way.kind == WayKind::Ha).map(|way| way.room);
        let Some(best) = by_ha.or(awake).or_else(|| ways.first().map(|way| way.room)) else {
            return Consequence::NONE;
        };
        // That a single machine is nowhere but there needs no telling.
        if self.stage.yard.is_alone(self.source.index, &self.guest.node) {
            return Consequence::NONE;
        }
        match best {
            Room::Fits | Room::Tight => Consequence::NONE,
            Room::Unknown => {
                let way = ways.iter().find(|way| way.room == Room::Unknown);
                let target = way.and_then(|way| way.target.as_ref());
                let there = target.and_then(|(source, _)| self.stage.ctx.source(source));
                let there = there.filter(|there| !there.is_fresh()).unwrap_or(self.source);
                // Machines that sleep as planned are no room where those awake are full; where
                // there is nothing else, nobody is alarmed every night.
                let is_last = self.stage.yard.all().iter().all(|room| {
                    room.source == *there.name()
                        || (room.source == *self.source.name() && room.node == self.guest.node)
                });
                if is_last || there.index == self.source.index {
                    there.unknown()
                } else {
                    Consequence::unknown(there.subject())
                }
            }
            Room::NoBridge | Room::Full | Room::Away => {
                let target = ways.iter().find_map(|way| way.target.as_ref());
                let memory = self.guest.memory.map(|memory| memory.total);
                let missed = self.missed_bridge(ways).filter(|_| best == Room::NoBridge);
                let raised = findings
                    .raise(self.source, Code::RecoveryNoRoom, Severity::Warning, self.subject())
                    .evidence(&self.pve.resources);
                let raised = if by_ha.is_some() {
                    raised.evidence(&self.pve.ha).evidence(&self.pve.ha_rules)
                } else {
                    raised
                };
                let raised = match &missed {
                    Some(_) => raised.detail("bridge"),
                    None if by_ha.is_some() => raised.detail("ha"),
                    None => raised,
                };
                let target = missed.as_ref().map(|(node, _)| node).or(target.map(|(_, n)| n));
                raised.facts(|f| {
                    f.other = target.map(|node| Arc::from(node.as_str()));
                    f.value = memory.map(|bytes| bytes as f64);
                    f.text = missed.as_ref().map(|(_, bridge)| Arc::clone(bridge));
                });
                Consequence::NONE
            }
        }
    }

    /// The node of a way that lacks nothing but a bridge, and that bridge.
    fn missed_bridge(&self, ways: &[Way]) -> Option<(NodeName, Arc<str>)> {
        let way = ways.iter().find(|way| way.room == Room::NoBridge)?;
        let (source, node) = way.target.as_ref()?;
        let there = self.stage.ctx.source(source)?;
        let at = self.stage.yard.find(there.index, node)?;
        let missed = ways::unplugged(&self.stage.yard, at, self.config?);
        let name = missed.into_iter().find_map(|tie| match tie {
            Tie::Bridge(name) => Some(name),
            _ => None,
        })?;
        Some((node.clone(), name))
    }

    /// Raises `recovery.key`: facts `other` (where the newest copy is).
    fn judge_key(&self, findings: &mut Findings<'_>) -> bool {
        // What lies in its own cluster is lost with it, whatever key it needs.
        let own = |point: &&CopyPoint| matches!(&point.holder, Holder::Storage(source, _) if source == self.source.name());
        let mut points = self.backup.points.iter().filter(|point| !own(point)).peekable();
        let is_there = points.peek().is_some();
        let is_at_risk =
            is_there && points.all(|point| self.stage.keys.is_at_risk(self.source, point));
        if is_at_risk {
            let place = self.backup.points.first().map(|point| Arc::clone(&point.place));
            findings
                .raise(self.source, Code::RecoveryKey, Severity::Critical, self.subject())
                .evidence(&self.pve.storages)
                .facts(|f| f.other = place);
        }
        is_at_risk
    }

    /// Raises `recovery.objective`: detail `point` or `time`; facts `value` and `limit`, seconds.
    fn judge_objective(
        &self,
        ways: &[Way],
        objective: Objective,
        doubts: &Doubts,
        findings: &mut Findings<'_>,
    ) -> Consequence {
        if objective.point.is_none() && objective.time.is_none() {
            return Consequence::NONE;
        }
        // What does not fit anywhere is not gone.
        let fits = |way: &&Way| !matches!(way.room, Room::NoBridge | Room::Full | Room::Away);
        let untold = |way: &Way| doubts.of(way).is_some() || way.room == Room::Unknown;
        let mut judged: Vec<Misses> =
            ways.iter().filter(fits).map(|way| Misses::new(way, objective, untold(way))).collect();
        judged.sort_by_key(|misses| misses.verdict());
        // Without any way the objective is not what is wrong.
        let Some(best) = judged.first() else { return Consequence::NONE };
        let more = doubts.any().filter(|_| best.verdict() > Verdict::Ok);
        if let Some(because) = more {
            return Consequence::unknown(because.clone());
        }
        for (detail, miss) in [("point", best.point), ("time", best.time)] {
            let Miss::By { value, limit, severity } = miss else { continue };
            findings
                .raise(self.source, Code::RecoveryObjective, severity, self.subject())
                .detail(detail)
                .evidence(&self.pve.replication)
                .evidence(&self.pve.backup_jobs)
                .facts(|f| {
                    f.value = Some(value as f64);
                    f.limit = Some(limit as f64);
                });
        }
        if best.is_untold() { Consequence::unknown(self.subject()) } else { Consequence::NONE }
    }

    /// Raises `recovery.unrehearsed`: facts `newest` (the last good rehearsal), `age`, `due`,
    /// `limit` (seconds between two); `flag` where the last one failed, and `newest` is that.
    fn judge_rehearsal(
        &self,
        last: Option<Epoch>,
        failed: Option<Epoch>,
        objective: Objective,
        findings: &mut Findings<'_>,
    ) {
        if let Some(at) = failed {
            findings
                .raise(self.source, Code::RecoveryUnrehearsed, Severity::Warning, self.subject())
                .since(Some(at))
                .facts(|f| {
                    f.flag = Some(true);
                    f.newest = Some(at);
                    f.age = Some(self.source.now.since(at));
                });
            return;
        }
        let drills = &self.stage.ctx.fleet.drills;
        let (every, severity) = match objective.rehearse {
            Some(every) => (every, Severity::Warning),
            // Without a policy, what was never rehearsed is counted in the view, not told one by one.
            None if last.is_none() => return,
            None => (REHEARSED, Severity::Notice),
        };
        let now = self.source.now;
        if last.is_some_and(|last| now.since(last) <= every) {
            return;
        }
        let (severity, text) = match &drills.error {
            Some(error) => (Severity::Unknown, Some(Arc::clone(error))),
            None => (severity, None),
        };
        findings
            .raise(self.source, Code::RecoveryUnrehearsed, severity, self.subject())
            .since(last.map(|last| last.plus(every)))
            .facts(|f| {
                f.newest = last;
                f.age = last.map(|last| now.since(last));
                f.limit = Some(every as f64);
                f.text = text;
            });
    }
}

/// At how many places there is a way back: nodes with a replica, servers and storages with copies
/// that do not die with the guest's node.
fn holders(certain: &[&Way], points: &[&CopyPoint], doubts: &Doubts) -> usize {
    let others = certain.iter().filter(|way| way.copy.is_none()).count();
    let restores = certain.iter().any(|way| way.copy.is_some()) && doubts.copies.is_none();
    let mut holders: Vec<&Holder> = Vec::new();
    for point in points.iter().filter(|_| restores) {
        if !holders.contains(&&point.holder) {
            holders.push(&point.holder);
        }
    }
    others + if restores { holders.len().max(1) } else { 0 }
}

/// How a way stands to one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Miss {
    /// Nobody set one, or it is kept.
    Not,
    /// It cannot be told.
    Untold,
    /// Missed.
    By { value: i64, limit: i64, severity: Severity },
}

impl Miss {
    fn new(value: Option<i64>, limit: Option<i64>) -> Self {
        let Some(limit) = limit else { return Self::Not };
        let Some(value) = value else { return Self::Untold };
        if value <= limit {
            return Self::Not;
        }
        let twice = value > limit.saturating_mul(2);
        let severity = if twice { Severity::Critical } else { Severity::Warning };
        Self::By { value, limit, severity }
    }

    fn verdict(self) -> Verdict {
        match self {
            Self::Not => Verdict::Ok,
            Self::Untold => Verdict::Unknown,
            Self::By { severity, .. } => severity.verdict(),
        }
    }
}

/// How a way stands to what is wanted.
#[derive(Clone, Copy, Debug)]
struct Misses {
    point: Miss,
    time: Miss,
}

impl Misses {
    fn new(way: &Way, objective: Objective, is_doubtful: bool) -> Self {
        if is_doubtful {
            let untold = |limit: Option<i64>| limit.map_or(Miss::Not, |_| Miss::Untold);
            return Self { point: untold(objective.point), time: untold(objective.time) };
        }
        // Where no schedule tells how old it can become, or a disk is left out, what would be lost
        // cannot be told; that it is too much already can.
        let known = way.worst;
        let is_whole = way.leaves_out.is_empty();
        let point = match Miss::new(known.filter(|_| is_whole), objective.point) {
            Miss::Untold => match Miss::new(way.loss, objective.point) {
                Miss::Not => Miss::Untold,
                missed => missed,
            },
            told => told,
        };
        Self { point, time: Miss::new(way.takes, objective.time) }
    }

    fn verdict(self) -> Verdict {
        self.point.verdict().max(self.time.verdict())
    }

    fn is_untold(self) -> bool {
        self.point == Miss::Untold || self.time == Miss::Untold
    }
}
