//! Guests: do they run, are they free to be worked on?

mod clash;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::context::{NodeTrust, SourceContext};
use super::findings::{Draft, Findings};
use super::problem::Severity;
use super::rows::recovery::RecoveryRow;
use super::rows::{BackupRow, GuestRow, ReplicationSummary};
use super::verdict::Consequence;
use crate::fleet::code::Code;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::guest::GuestConfig;
use crate::fleet::sighting::GuestSighting;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// A guest that is prepared to start for longer is stuck, seconds.
const PRELAUNCH: i64 = 600;
/// Any lock but that of a backup is left behind after this, seconds.
const LOCKED: i64 = 24 * 3600;
/// A backup's lock that has just come may belong to a vzdump that the list of tasks, read a moment
/// before, does not hold yet, seconds.
const JUST_COME: i64 = 60;

/// What the other families say of the guests of a source: one each per guest, in their order.
pub type Judged = (Vec<BackupRow>, Vec<ReplicationSummary>, Vec<RecoveryRow>);

/// Judges the guests of a source.
pub fn judge(
    source: &SourceContext<'_>,
    (copies, replicas, recoveries): Judged,
    findings: &mut Findings<'_>,
) -> Vec<GuestRow> {
    let Some(pve) = source.pve() else { return Vec::new() };
    clash::judge(source, pve, findings);
    let unknown: Arc<str> = "unknown".into();
    let mut copies = copies.into_iter();
    let mut replicas = replicas.into_iter();
    let mut recoveries = recoveries.into_iter();
    source
        .guests()
        .iter()
        .map(|guest| {
            let seen = Seen::new(source, pve, guest);
            let consequence = judge_guest(source, pve, &seen, findings);
            let is_told = seen.is_told();
            GuestRow {
                source: source.name().clone(),
                vmid: guest.vmid,
                kind: guest.kind,
                name: seen.name(),
                node: guest.node.clone(),
                state: Arc::clone(if is_told { &guest.state } else { &unknown }),
                template: guest.template || seen.config.is_some_and(|c| c.template),
                verdict: consequence.verdict,
                because: consequence.because,
                cpu: guest.cpu.filter(|_| is_told),
                memory: guest.memory.filter(|_| is_told),
                seen: pve.resources.seen,
                backup: copies.next().unwrap_or_else(|| unjudged_copies(source)),
                replication: replicas.next().unwrap_or_else(|| unjudged_replicas(source)),
                recovery: recoveries.next().unwrap_or_else(|| unjudged_recovery(source)),
            }
        })
        .collect()
}

/// A guest with all that is known of it.
struct Seen<'a> {
    guest: &'a Guest,
    trust: NodeTrust,
    /// Whether the table of resources is young, and its source fresh.
    is_live: bool,
    config: Option<&'a GuestConfig>,
    sighting: Option<&'a GuestSighting>,
}

impl<'a> Seen<'a> {
    fn new(source: &SourceContext<'a>, pve: &'a PveSurvey, guest: &'a Guest) -> Self {
        Self {
            guest,
            trust: source.nodes.trust(&guest.node),
            is_live: source.is_fresh() && pve.resources.is_young(source.now),
            config: pve.configs.get(&guest.vmid).and_then(|p| p.known()),
            sighting: pve.sightings.guests.get(&guest.vmid),
        }
    }

    /// Whether PVE's word for its state can be repeated: it is young, and its node not away. That
    /// the cluster's status cannot be read makes the verdict unknown, not the word.
    fn is_told(&self) -> bool {
        self.is_live && matches!(self.trust, NodeTrust::Online | NodeTrust::Untold)
    }

    /// Whether what is so since `since` began while the guest was watched: what was so when it was
    /// first seen began nobody knows when.
    fn saw_it_come(&self, since: Epoch) -> bool {
        self.sighting.is_some_and(|sighting| since > sighting.first)
    }

    fn name(&self) -> Option<Arc<str>> {
        self.guest
            .name
            .as_ref()
            .or_else(|| self.config.and_then(|c| c.name.as_ref()))
            .or_else(|| self.sighting.and_then(|s| s.name.as_ref()))
            .map(Arc::clone)
    }
}

/// Judges one guest; what it gives back is what follows for it from elsewhere.
fn judge_guest(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    seen: &Seen<'_>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let guest = seen.guest;
    if seen.trust != NodeTrust::Online {
        return source.node_consequence(&guest.node);
    }
    if !seen.is_live {
        return source.unknown();
    }
    // HA decides what a guest under it should do, and says when it gave up.
    let ha = if guest.ha.is_some() { source.needs(&pve.ha) } else { Consequence::NONE };
    judge_state(source, pve, seen, findings)
        .or_worse(judge_lock(source, pve, seen, findings))
        .or_worse(ha)
}

/// Raises `guest.down`, `.io-error`, `.paused`: facts `text` (PVE's word), since when it was first
/// seen so.
fn judge_state(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    seen: &Seen<'_>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let guest = seen.guest;
    let since = seen.sighting.filter(|s| s.state == guest.state).map(|s| s.state_since);
    let (code, severity) = match &*guest.state {
        "stopped" => match judge_stopped(seen) {
            Some(true) => (Code::GuestDown, Severity::Warning),
            Some(false) => return Consequence::NONE,
            None => return source.unknown(),
        },
        "io-error" | "internal-error" => (Code::GuestIoError, Severity::Critical),
        "paused" | "suspended" => (Code::GuestPaused, Severity::Warning),
        "prelaunch" => match since {
            Some(since) if source.now.since(since) > PRELAUNCH => {
                (Code::GuestPaused, Severity::Warning)
            }
            Some(_) => return Consequence::NONE,
            None => return source.unknown(),
        },
        // PVE lists it and nothing more: its node's pvestatd did not tell.
        "unknown" | "" => {
            return Consequence::unknown(Subject::Node(source.name().clone(), guest.node.clone()));
        }
        _ => return Consequence::NONE,
    };
    raise(source, pve, seen, findings, code, severity)
        .since(since.filter(|since| seen.saw_it_come(*since)))
        .facts(|f| f.text = Some(Arc::clone(&guest.state)));
    Consequence::NONE
}

/// Whether a stopped guest should run; none when that cannot be told.
fn judge_stopped(seen: &Seen<'_>) -> Option<bool> {
    let guest = seen.guest;
    if guest.template || guest.lock.is_some() || guest.ha.is_some() {
        return Some(false);
    }
    seen.config.map(|c| c.onboot && !c.template)
}

/// Raises `guest.lock`: detail the lock, facts `age` where watching tells: of a backup's lock that
/// was there when its guest was first seen, nobody knows how old it is.
fn judge_lock(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    seen: &Seen<'_>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let Some(lock) = &seen.guest.lock else { return Consequence::NONE };
    let since = seen
        .sighting
        .and_then(|s| s.lock.as_ref())
        .filter(|(held, _)| held == lock)
        .map(|(_, since)| *since);
    let age = since.map(|s| source.now.since(s));
    let known = since.filter(|since| seen.saw_it_come(*since));
    let is_backup = &**lock == "backup";
    let is_left = if is_backup {
        let is_new = known.is_some() && age.is_some_and(|age| age < JUST_COME);
        match source.runs_vzdump(&seen.guest.node) {
            Some(runs) => !runs && !is_new,
            None => return source.unknown(),
        }
    } else {
        age.is_some_and(|age| age > LOCKED)
    };
    if is_left {
        let draft = raise(source, pve, seen, findings, Code::GuestLock, Severity::Warning)
            .detail(Arc::clone(lock))
            .since(known)
            .facts(|f| {
                // A day is said to have passed where one was watched, whatever was before.
                f.age = age.filter(|_| known.is_some() || !is_backup);
                f.text = Some(Arc::clone(lock));
            });
        if is_backup {
            draft.evidence(&pve.tasks);
        }
    }
    Consequence::NONE
}

fn raise<'f>(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    seen: &Seen<'_>,
    findings: &'f mut Findings<'_>,
    code: Code,
    severity: Severity,
) -> Draft<'f> {
    findings
        .raise(source, code, severity, Subject::guest(source.name(), seen.guest.vmid))
        .evidence(&pve.resources)
}

/// The row of a guest whose copies nobody judged.
fn unjudged_copies(source: &SourceContext<'_>) -> BackupRow {
    let Consequence { verdict, because } = source.unknown();
    BackupRow { verdict: Some(verdict), because, ..BackupRow::none() }
}

/// The row of a guest whose recovery nobody judged.
fn unjudged_recovery(source: &SourceContext<'_>) -> RecoveryRow {
    let Consequence { verdict, because } = source.unknown();
    RecoveryRow { verdict: Some(verdict), because, ..RecoveryRow::none() }
}

/// The summary of a guest whose replicas nobody judged.
fn unjudged_replicas(source: &SourceContext<'_>) -> ReplicationSummary {
    let Consequence { verdict, because } = source.unknown();
    ReplicationSummary { verdict: Some(verdict), because, jobs: Vec::new() }
}
