//! The report for programs. Names and shapes are a contract: they do not change once released.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fleet::host::Usage;
use crate::fleet::id::{Product, SourceName, Vmid};
use crate::fleet::part::PartState;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Problem, Severity};
use crate::judge::rows::recovery::{RecoveryRow, Room, WayKind};
use crate::judge::rows::{
    BackupRow, Checked, DatastoreRow, GuestRow, Judged, NodeRow, ReplicationRow,
    ReplicationSummary, SiteRow, SourceRow, SourceState, StorageRow,
};
use crate::judge::verdict::Verdict;
use crate::whatif::{NodeLoss, n_minus_one};

/// The document of one judged fleet; `sentence` makes a problem's text.
pub fn document(
    judged: &Judged,
    fleet: &Fleet,
    sentence: &dyn Fn(&Problem) -> String,
) -> impl Serialize {
    let taken = judged.taken;
    let derived =
        &Derived { reasons: Reasons::new(judged), losses: n_minus_one(fleet, judged, taken).nodes };
    Document {
        version: 1,
        taken: Time(taken),
        verdict: judged.verdict,
        sites: judged.sites.iter().map(|site| self::site(site, fleet, taken, derived)).collect(),
        problems: judged.problems.iter().map(|p| problem(p, sentence)).collect(),
        notices: judged
            .notices
            .iter()
            .map(|p| NoticeDoc {
                problem: problem(p, sentence),
                accepted: p.accepted.as_deref().map(str::to_owned),
            })
            .collect(),
    }
}

/// A time as RFC 3339 in UTC; null beyond the range of dates.
struct Time(Epoch);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.timestamp() {
            Some(at) => serializer.collect_str(&at),
            None => serializer.serialize_none(),
        }
    }
}

fn time(at: Option<Epoch>) -> Option<Time> {
    at.map(Time)
}

/// A share 0..=1 as JSON can hold it: what is not finite is not known.
fn share(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite()).map(|v| v.clamp(0.0, 1.0))
}

fn used(usage: Option<Usage>) -> Option<u64> {
    usage.map(|u| u.used)
}

fn total(usage: Option<Usage>) -> Option<u64> {
    usage.map(|u| u.total)
}

fn text(text: Option<&std::sync::Arc<str>>) -> Option<String> {
    text.map(ToString::to_string)
}

#[derive(Serialize)]
struct Document {
    version: u32,
    taken: Time,
    verdict: Verdict,
    sites: Vec<SiteDoc>,
    problems: Vec<ProblemDoc>,
    notices: Vec<NoticeDoc>,
}

#[derive(Serialize)]
struct SiteDoc {
    name: String,
    verdict: Verdict,
    sources: Vec<SourceDoc>,
    nodes: Vec<NodeDoc>,
    guests: Vec<GuestDoc>,
    storages: Vec<StorageDoc>,
    datastores: Vec<DatastoreDoc>,
}

#[derive(Serialize)]
struct SourceDoc {
    name: String,
    kind: Product,
    verdict: Verdict,
    state: SourceState,
    complete: bool,
    seen: Option<Time>,
    endpoint: Option<String>,
    product_version: Option<String>,
    clock_offset: Option<i64>,
    error: Option<String>,
    missing_privileges: Vec<String>,
    parts: Vec<PartDoc>,
}

#[derive(Serialize)]
struct PartDoc {
    name: String,
    state: PartState,
    seen: Option<Time>,
    error: Option<String>,
}

#[derive(Serialize)]
struct NodeDoc {
    source: String,
    name: String,
    state: NodeState,
    verdict: Verdict,
    cpu: Option<f64>,
    memory_used: Option<u64>,
    memory_total: Option<u64>,
    rootfs_used: Option<u64>,
    rootfs_total: Option<u64>,
    uptime: Option<u64>,
    version: Option<String>,
    because: Option<Subject>,
    what_if: Option<LossDoc>,
}

/// What would follow if this node died now; null for the host of a PBS.
#[derive(Serialize)]
struct LossDoc {
    /// Guests that nothing brings back.
    lost: u32,
    /// Guests that HA starts elsewhere, or that can be started there by hand.
    restartable: u32,
    /// Guests whose copy has to be restored.
    restorable: u32,
    /// Whether those that come back fit somewhere, all of them together.
    fits: Option<bool>,
    quorate_after: Option<bool>,
}

#[derive(Serialize)]
struct GuestDoc {
    source: String,
    vmid: u32,
    kind: crate::fleet::id::GuestKind,
    name: Option<String>,
    node: String,
    state: String,
    template: bool,
    verdict: Verdict,
    because: Option<Subject>,
    backup: BackupDoc,
    replication: ReplicationDoc,
    recovery: RecoveryDoc,
}

#[derive(Serialize)]
struct RecoveryDoc {
    verdict: Answer,
    loss_s: Option<i64>,
    way: Option<&'static str>,
    target: Option<String>,
    reasons: Vec<&'static str>,
}

/// A verdict, or `none` where the question does not apply.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Given(Verdict),
    None(&'static str),
}

fn answer(verdict: Option<Verdict>) -> Answer {
    verdict.map_or(Answer::None("none"), Answer::Given)
}

#[derive(Serialize)]
struct BackupDoc {
    verdict: Answer,
    newest: Option<Time>,
    last: Option<Time>,
    age: Option<i64>,
    #[serde(rename = "where")]
    place: Option<String>,
    verification: Option<Checked>,
    due: Option<Time>,
}

#[derive(Serialize)]
struct ReplicationDoc {
    verdict: Answer,
    jobs: Vec<JobDoc>,
}

#[derive(Serialize)]
struct JobDoc {
    id: String,
    source_node: Option<String>,
    target: String,
    last_sync: Option<Time>,
    age: Option<i64>,
    fail_count: Option<u32>,
    error: Option<String>,
    verdict: Verdict,
}

#[derive(Serialize)]
struct StorageDoc {
    source: String,
    name: String,
    node: Option<String>,
    kind: String,
    used: Option<u64>,
    total: Option<u64>,
    verdict: Verdict,
    because: Option<Subject>,
}

#[derive(Serialize)]
struct DatastoreDoc {
    source: String,
    name: String,
    used: Option<u64>,
    total: Option<u64>,
    full_at: Option<Time>,
    verdict: Verdict,
    because: Option<Subject>,
}

#[derive(Serialize)]
struct ProblemDoc {
    code: &'static str,
    severity: Severity,
    site: Option<String>,
    source: Option<String>,
    subject: Subject,
    detail: Option<String>,
    text: String,
    since: Option<Time>,
    evidence: Vec<EvidenceDoc>,
}

#[derive(Serialize)]
struct NoticeDoc {
    #[serde(flatten)]
    problem: ProblemDoc,
    accepted: Option<String>,
}

#[derive(Serialize)]
struct EvidenceDoc {
    call: String,
    seen: Time,
}

fn site(row: &SiteRow, fleet: &Fleet, taken: Epoch, of: &Derived<'_>) -> SiteDoc {
    SiteDoc {
        name: row.name.to_string(),
        verdict: row.verdict,
        sources: row.sources.iter().map(|s| source(s, fleet, taken)).collect(),
        nodes: row.nodes.iter().map(|row| node(row, &of.losses)).collect(),
        guests: row.guests.iter().map(|row| guest(row, &of.reasons)).collect(),
        storages: row.storages.iter().map(storage).collect(),
        datastores: row.datastores.iter().map(datastore).collect(),
    }
}

fn source(row: &SourceRow, fleet: &Fleet, taken: Epoch) -> SourceDoc {
    let parts = fleet.survey(&row.name).map(|survey| {
        let part = |p: crate::fleet::part::PartView<'_>| PartDoc {
            name: p.call.to_string(),
            state: p.state,
            seen: time(p.seen),
            error: p.error().map(str::to_owned),
        };
        survey.parts(taken).into_iter().map(part).collect()
    });
    SourceDoc {
        name: row.name.to_string(),
        kind: row.product,
        verdict: row.verdict,
        state: row.state,
        complete: row.complete,
        seen: time(row.seen),
        endpoint: text(row.endpoint.as_ref()),
        product_version: text(row.version.as_ref()),
        clock_offset: row.clock_offset,
        error: text(row.error.as_ref()),
        missing_privileges: row.missing_privileges.iter().map(ToString::to_string).collect(),
        parts: parts.unwrap_or_default(),
    }
}

fn loss(loss: &NodeLoss) -> LossDoc {
    LossDoc {
        lost: loss.gone,
        restartable: loss.by_ha.saturating_add(loss.restartable),
        restorable: loss.restorable,
        fits: match loss.fits {
            Room::Fits | Room::Tight => Some(true),
            Room::NoBridge | Room::Full | Room::Away => Some(false),
            Room::Unknown => None,
        },
        quorate_after: loss.quorate_after,
    }
}

fn node(row: &NodeRow, losses: &[NodeLoss]) -> NodeDoc {
    let own = losses.iter().find(|loss| loss.source == row.source && loss.node == row.name);
    NodeDoc {
        source: row.source.to_string(),
        name: row.name.to_string(),
        state: row.state,
        verdict: row.verdict,
        cpu: share(row.cpu),
        memory_used: used(row.memory),
        memory_total: total(row.memory),
        rootfs_used: used(row.rootfs),
        rootfs_total: total(row.rootfs),
        uptime: row.uptime,
        version: text(row.version.as_ref()),
        because: row.because.clone(),
        what_if: own.map(loss),
    }
}

fn guest(row: &GuestRow, reasons: &Reasons<'_>) -> GuestDoc {
    GuestDoc {
        source: row.source.to_string(),
        vmid: row.vmid,
        kind: row.kind,
        name: text(row.name.as_ref()),
        node: row.node.to_string(),
        state: row.state.to_string(),
        template: row.template,
        verdict: row.verdict,
        because: row.because.clone(),
        backup: backup(&row.backup),
        replication: replication(&row.replication),
        recovery: recovery(&row.recovery, reasons.of(row)),
    }
}

/// The way that is gone first; `none` only where it is certain that there is no other.
fn recovery(row: &RecoveryRow, reasons: Vec<&'static str>) -> RecoveryDoc {
    let best = row.best();
    RecoveryDoc {
        verdict: answer(row.verdict),
        loss_s: best.and_then(|way| way.loss),
        way: match best.map(|way| way.kind) {
            Some(WayKind::Ha) => Some("ha"),
            // Both are started on another node by hand, from disks that are there.
            Some(WayKind::Shared | WayKind::Replica) => Some("replica"),
            Some(WayKind::Restore) => Some("restore"),
            None => row.is_known.then_some("none"),
        },
        target: best
            .and_then(|way| way.target.as_ref())
            .map(|(source, node)| format!("{source}/{node}")),
        reasons,
    }
}

/// What is worked out from the whole.
struct Derived<'a> {
    reasons: Reasons<'a>,
    losses: Vec<NodeLoss>,
}

/// The codes `recovery.*` that were raised, by guest.
struct Reasons<'a>(BTreeMap<(&'a SourceName, Vmid), Vec<&'static str>>);

impl<'a> Reasons<'a> {
    fn new(judged: &'a Judged) -> Self {
        let mut raised: BTreeMap<_, Vec<&'static str>> = BTreeMap::new();
        for problem in &judged.problems {
            if let (Subject::Guest(key), "recovery") = (&problem.subject, problem.code.family()) {
                let of = raised.entry((&key.source, key.vmid)).or_default();
                of.push(problem.code.as_str());
                of.dedup();
            }
        }
        Self(raised)
    }

    fn of(&self, row: &GuestRow) -> Vec<&'static str> {
        self.0.get(&(&row.source, row.vmid)).cloned().unwrap_or_default()
    }
}

fn backup(row: &BackupRow) -> BackupDoc {
    BackupDoc {
        verdict: answer(row.verdict),
        newest: time(row.newest),
        last: time(row.last),
        age: row.age,
        place: text(row.place.as_ref()),
        verification: row.verification,
        due: time(row.due),
    }
}

fn replication(summary: &ReplicationSummary) -> ReplicationDoc {
    let job = |row: &ReplicationRow| JobDoc {
        id: row.id.to_string(),
        source_node: row.source_node.as_ref().map(ToString::to_string),
        target: row.target.to_string(),
        last_sync: time(row.last_sync),
        age: row.age,
        fail_count: row.fail_count,
        error: text(row.error.as_ref()),
        verdict: row.verdict,
    };
    ReplicationDoc {
        verdict: answer(summary.verdict),
        jobs: summary.jobs.iter().map(job).collect(),
    }
}

fn storage(row: &StorageRow) -> StorageDoc {
    StorageDoc {
        source: row.source.to_string(),
        name: row.name.to_string(),
        node: row.node.as_ref().map(ToString::to_string),
        kind: row.kind.to_string(),
        used: used(row.usage),
        total: total(row.usage),
        verdict: row.verdict,
        because: row.because.clone(),
    }
}

fn datastore(row: &DatastoreRow) -> DatastoreDoc {
    DatastoreDoc {
        source: row.source.to_string(),
        name: row.name.to_string(),
        used: used(row.usage),
        total: total(row.usage),
        full_at: time(row.full_at),
        verdict: row.verdict,
        because: row.because.clone(),
    }
}

fn problem(p: &Problem, sentence: &dyn Fn(&Problem) -> String) -> ProblemDoc {
    ProblemDoc {
        code: p.code.as_str(),
        severity: p.severity,
        site: p.site.as_ref().map(ToString::to_string),
        source: p.source.as_ref().map(ToString::to_string),
        subject: p.subject.clone(),
        detail: p.detail.as_deref().map(str::to_owned),
        text: sentence(p),
        since: time(p.since),
        evidence: p
            .evidence
            .iter()
            .map(|e| EvidenceDoc { call: format!("GET {}", e.call), seen: Time(e.seen) })
            .collect(),
    }
}
