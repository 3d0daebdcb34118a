//! Replicas of guests on other nodes of their cluster.

pub mod days;
mod late;
mod timetable;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::backup::Zones;
use super::context::{NodeTrust, SourceContext};
use super::findings::Findings;
use super::problem::Severity;
use super::rows::{ReplicationRow, ReplicationSummary};
use super::verdict::Consequence;
use crate::fleet::calendar::CalendarEvent;
use crate::fleet::code::Code;
use crate::fleet::id::{JobId, NodeName, Product, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::pve::replication::{DEFAULT_SCHEDULE, ReplicationJob, ReplicationState, grace};
use crate::fleet::pve::{NodeParts, PveSurvey};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use late::Lateness;
use timetable::Timetable;

/// Judges the replication of one source: one summary per guest in the order of
/// `SourceContext::guests`, with the verdicts that follow from elsewhere.
pub fn judge(source: &SourceContext<'_>, findings: &mut Findings<'_>) -> Vec<ReplicationSummary> {
    match source.pve() {
        Some(pve) if source.facts.product == Product::Pve => {
            let mut cluster = Cluster::new(source, pve);
            source.guests().iter().map(|guest| cluster.judge(guest, findings)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a call is the runtime state of replication: `/nodes/{n}/replication`. When that call
/// alone is refused, `replication.blind` tells it and it is no `source.partial`.
pub fn is_replication_part(call: &str) -> bool {
    call.starts_with("/nodes/") && call.ends_with("/replication")
}

/// One source's jobs, by guest.
struct Cluster<'a> {
    source: &'a SourceContext<'a>,
    pve: &'a PveSurvey,
    jobs: BTreeMap<Vmid, Vec<&'a ReplicationJob>>,
    /// By text, and the place of the zones among `zones`.
    schedules: HashMap<(&'a str, usize), Schedule>,
    nodes: HashMap<&'a NodeName, Rc<OfNode<'a>>>,
    /// Of all nodes; the first is for guests of a node that nothing was asked of.
    zones: Vec<Zones>,
}

/// A schedule, read once for all jobs that have it.
struct Schedule {
    text: Arc<str>,
    /// One per zone; none for a text that is no calendar event.
    tables: Option<Vec<Timetable>>,
}

impl Schedule {
    fn new(text: &str, zones: Option<&Zones>) -> Self {
        let event = CalendarEvent::parse(text).ok().zip(zones);
        let tables = event.map(|(event, zones)| {
            zones.iter().map(|zone| Timetable::new(event.clone(), zone.clone())).collect()
        });
        Self { text: text.into(), tables }
    }
}

/// What all jobs of the guests of a node share.
struct OfNode<'a> {
    part: &'a Part<Vec<ReplicationState>>,
    states: HashMap<&'a JobId, &'a ReplicationState>,
    /// The place of its zones among those of the cluster.
    zones: usize,
    /// How long after its event a run may take to show, seconds.
    grace: i64,
}

/// The state of a job as last seen, and how far it is believed.
struct Seen<'a> {
    state: Option<&'a ReplicationState>,
    at: Option<Epoch>,
    /// The part of the guest's own node.
    part: Option<&'a Part<Vec<ReplicationState>>>,
    live: bool,
}

impl<'a> Cluster<'a> {
    fn new(source: &'a SourceContext<'a>, pve: &'a PveSurvey) -> Self {
        let mut jobs: BTreeMap<Vmid, Vec<&ReplicationJob>> = BTreeMap::new();
        for job in pve.replication.known().into_iter().flatten() {
            jobs.entry(job.guest).or_default().push(job);
        }
        for list in jobs.values_mut() {
            list.sort_by(|a, b| a.id.cmp(&b.id));
        }
        let mut zones = vec![Zones::new(None, &source.site.timezone)];
        let mut of_node = |parts: &'a NodeParts| {
            let known = parts.replication.known().map_or(&[][..], Vec::as_slice);
            let mut states = HashMap::new();
            for state in known {
                states.entry(&state.id).or_insert(state);
            }
            let own = Zones::new(parts.timezone.known(), &source.site.timezone);
            let at = zones.iter().position(|zones| *zones == own).unwrap_or(zones.len());
            if at == zones.len() {
                zones.push(own);
            }
            OfNode { part: &parts.replication, states, zones: at, grace: grace(known) }
        };
        let nodes = pve.nodes.iter().map(|(name, parts)| (name, Rc::new(of_node(parts)))).collect();
        Self { source, pve, jobs, schedules: HashMap::new(), nodes, zones }
    }

    fn judge(&mut self, guest: &Guest, findings: &mut Findings<'_>) -> ReplicationSummary {
        let jobs = self.jobs.get(&guest.vmid).cloned().unwrap_or_default();
        let expected = self.source.policy().replication_expected && !guest.template;
        let listed = self.source.is_fresh()
            && self.pve.replication.is_young(self.source.now)
            && !self.pve.replication.is_failing();
        let works = |job: &&&ReplicationJob| !job.disabled && !job.removing;
        let working = jobs.iter().filter(works).count();
        let mut follows = Consequence::NONE;
        if jobs.is_empty() && !expected {
            // Without the list it cannot be said that there is no job.
            if self.pve.replication.known().is_some() {
                return ReplicationSummary::none();
            }
            follows = self.source.unknown();
        }
        if expected && working == 0 {
            if listed {
                self.raise_guest(guest, Code::ReplicationUncovered, Severity::Warning, findings);
            } else {
                follows = follows.or_worse(self.source.unknown());
            }
        }
        if working > 0 {
            follows = follows.or_worse(self.partial(guest, findings));
        }
        let mut blind = false;
        let mut rows = Vec::with_capacity(jobs.len());
        let node = self.nodes.get(&guest.node).cloned();
        for job in jobs {
            let of = (guest, node.as_deref());
            rows.push(self.job(job, of, working, listed, &mut blind, findings));
        }
        if blind {
            self.raise_guest(guest, Code::ReplicationBlind, Severity::Unknown, findings);
        }
        ReplicationSummary { verdict: Some(follows.verdict), because: follows.because, jobs: rows }
    }

    fn raise_guest(
        &self,
        guest: &Guest,
        code: Code,
        severity: Severity,
        findings: &mut Findings<'_>,
    ) {
        let subject = Subject::guest(self.source.name(), guest.vmid);
        let draft =
            findings.raise(self.source, code, severity, subject).evidence(&self.pve.replication);
        if code == Code::ReplicationBlind {
            let part = self.pve.nodes.get(&guest.node).map(|n| &n.replication);
            draft.facts(|f| f.text = part.and_then(Part::error).map(Into::into));
        }
    }

    /// Disks that replication leaves out though they lie on no shared storage.
    fn partial(&self, guest: &Guest, findings: &mut Findings<'_>) -> Consequence {
        let Some(config) = self.pve.configs.get(&guest.vmid).and_then(Part::known) else {
            return self.source.unknown();
        };
        let storages = self.pve.storages.known().map_or(&[][..], Vec::as_slice);
        let data = |kind| matches!(kind, DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint);
        let shared = |name| storages.iter().any(|s| Some(&s.name) == name && s.shared);
        let left = config
            .disks
            .iter()
            .filter(|disk| !disk.replicate && data(disk.kind) && !shared(disk.storage.as_ref()));
        let names: Vec<Arc<str>> = left.map(|disk| disk.key.clone()).collect();
        if !names.is_empty() {
            let subject = Subject::guest(self.source.name(), guest.vmid);
            let mut draft =
                findings.raise(self.source, Code::ReplicationPartial, Severity::Warning, subject);
            if let Some(part) = self.pve.configs.get(&guest.vmid) {
                draft = draft.evidence(part);
            }
            draft.detail(names.join(", ")).facts(|f| f.names = names);
        }
        Consequence::NONE
    }

    fn seen(&self, job: &ReplicationJob, own: Option<&OfNode<'a>>) -> Seen<'a> {
        let find = |of: &OfNode<'a>| of.states.get(&job.id).copied();
        let part = own.map(|n| n.part);
        let live = self.source.is_fresh()
            && part.is_some_and(|p| p.is_young(self.source.now) && !p.is_failing());
        if let Some(state) = own.and_then(find) {
            return Seen { state: Some(state), at: part.and_then(|p| p.seen), part, live };
        }
        // The guest moved, or its node is gone: what another node said last.
        let parts = self.pve.nodes.keys().filter_map(|name| self.nodes.get(name));
        let known = parts.filter_map(|of| Some((of.part.seen, find(of)?)));
        let last = known.max_by_key(|(seen, _)| *seen);
        Seen {
            state: last.map(|(_, state)| state),
            at: last.and_then(|(seen, _)| seen),
            part,
            live: false,
        }
    }

    fn job(
        &mut self,
        job: &'a ReplicationJob,
        (guest, node): (&Guest, Option<&OfNode<'a>>),
        working: usize,
        listed: bool,
        blind: &mut bool,
        findings: &mut Findings<'_>,
    ) -> ReplicationRow {
        let seen = self.seen(job, node);
        let schedule = job.schedule.as_deref().unwrap_or(DEFAULT_SCHEDULE);
        let (late, schedule) = self.lateness(job, seen.state, node, schedule);
        let follows = if job.disabled || job.removing {
            self.switched_off(job, working, listed, findings)
        } else {
            self.running(job, guest, &seen, &late, blind, findings)
        };
        let state = seen.state;
        let last_sync = state.and_then(|s| s.last_sync);
        ReplicationRow {
            source: self.source.name().clone(),
            id: job.id.clone(),
            guest: job.guest,
            source_node: Some(guest.node.clone()),
            target: job.target.clone(),
            schedule,
            disabled: job.disabled,
            last_sync,
            age: last_sync.map(|at| self.source.server_now().since(at)),
            due: late.due,
            next: state.and_then(|s| s.next_sync).filter(|_| !job.disabled),
            duration: state.and_then(|s| s.duration),
            fail_count: state.map(|s| s.fail_count),
            error: state.and_then(|s| s.error.clone()),
            running: seen.live && state.is_some_and(|s| s.running),
            seen: seen.at,
            verdict: follows.verdict,
            because: follows.because,
        }
    }

    fn switched_off(
        &self,
        job: &ReplicationJob,
        working: usize,
        listed: bool,
        findings: &mut Findings<'_>,
    ) -> Consequence {
        if !listed {
            return self.source.unknown();
        }
        if job.disabled {
            let severity = if working == 0 { Severity::Warning } else { Severity::Notice };
            let subject = Subject::Replication(self.source.name().clone(), job.id.clone());
            findings
                .raise(self.source, Code::ReplicationDisabled, severity, subject)
                .evidence(&self.pve.replication)
                .facts(|f| f.other = Some(job.target.as_str().into()));
        }
        Consequence::NONE
    }

    /// What keeps the state of a job from being told now; none when nothing does.
    fn hindrance(&self, node: &NodeName) -> Option<Subject> {
        if !self.source.is_fresh() {
            return Some(self.source.subject());
        }
        if let Some(because) = self.source.node_consequence(node).because {
            return Some(because);
        }
        let status = self.pve.status.live(self.source.now);
        let quorum = status.is_none_or(crate::fleet::pve::cluster::ClusterStatus::has_quorum);
        (!quorum).then(|| Subject::Cluster(self.source.name().clone()))
    }

    fn running(
        &self,
        job: &ReplicationJob,
        guest: &Guest,
        seen: &Seen<'_>,
        late: &Lateness,
        blind: &mut bool,
        findings: &mut Findings<'_>,
    ) -> Consequence {
        // A replica that was made stays one until the next is due, whoever fell silent since.
        let fails = seen.state.is_some_and(|s| s.fail_count > 0);
        let settled = late.base.is_some() && late.severity.is_none() && !late.untold && !fails;
        if let Some(because) = self.hindrance(&guest.node) {
            let dead = matches!(because, Subject::Node(..));
            if settled && !dead && !late.assumed {
                return Consequence::NONE;
            }
            return Consequence::unknown(because);
        }
        let subject = Subject::Replication(self.source.name().clone(), job.id.clone());
        if self.source.nodes.trust(&job.target) == NodeTrust::Offline {
            findings
                .raise(self.source, Code::ReplicationTargetOffline, Severity::Critical, subject)
                .evidence(&self.pve.status)
                .facts(|f| {
                    f.other = Some(job.target.as_str().into());
                    f.newest = seen.state.and_then(|s| s.last_sync);
                });
            return Consequence::NONE;
        }
        if !seen.live {
            if settled && !late.assumed {
                return Consequence::NONE;
            }
            if seen.part.is_some_and(Part::is_failing) {
                *blind = true;
                return Consequence::unknown(Subject::guest(self.source.name(), guest.vmid));
            }
            return self.source.unknown();
        }
        let Some(state) = seen.state else {
            return self.source.unknown();
        };
        let (code, severity) = if state.fail_count > 0 {
            let critical = state.fail_count >= 4 || late.too_old;
            let severity = if critical { Severity::Critical } else { Severity::Warning };
            (Code::ReplicationFailing, severity)
        } else if let Some(severity) = late.severity {
            if state.running && !late.too_old {
                return Consequence::NONE;
            }
            (Code::ReplicationLate, severity)
        } else if late.untold {
            return self.source.unknown();
        } else {
            return Consequence::NONE;
        };
        let now = self.source.server_now();
        let mut draft = findings.raise(self.source, code, severity, subject);
        if let Some(part) = seen.part {
            draft = draft.evidence(part);
        }
        // One that fails has not done what was due since the first run after the last good one. A
        // retry that is due tells nothing of that, nor the first sight of a job that never was good.
        let is_known = !late.assumed && late.due != state.next_sync && late.due <= Some(now);
        let since = late.due.filter(|_| code == Code::ReplicationLate || is_known);
        draft.since(since.map(|at| self.source.ours(at))).facts(|f| {
            f.newest = state.last_sync;
            f.age = state.last_sync.map(|at| now.since(at));
            f.due = late.due;
            f.count = (state.fail_count > 0).then_some(state.fail_count);
            f.text.clone_from(&state.error);
            f.other = Some(job.target.as_str().into());
        });
        Consequence::NONE
    }

    /// How late a job is, and its schedule.
    fn lateness(
        &mut self,
        job: &ReplicationJob,
        state: Option<&ReplicationState>,
        node: Option<&OfNode<'_>>,
        schedule: &'a str,
    ) -> (Lateness, Arc<str>) {
        let at = node.map_or(0, |of| of.zones);
        let read = || Schedule::new(schedule, self.zones.get(at));
        let Schedule { text, tables } = self.schedules.entry((schedule, at)).or_insert_with(read);
        let first = self.pve.sightings.jobs.get(&job.id).map(|at| at.plus(self.source.offset));
        let late = late::lateness(late::Case {
            tables: tables.as_deref_mut(),
            now: self.source.server_now(),
            grace: node.map_or_else(|| grace(&[]), |of| of.grace),
            last_sync: state.and_then(|s| s.last_sync),
            next_sync: state.and_then(|s| s.next_sync),
            first_seen: first,
            max_age: self.source.policy().replication_max_age,
        });
        (late, Arc::clone(text))
    }
}

#[cfg(test)]
mod tests;
