//! What the judge says of everything: one row per subject, shown by views and reports alike.

pub mod recovery;

use std::sync::{Arc, OnceLock};

use self::recovery::{CopyPoint, RecoveryRow};
use super::problem::Problem;
use super::timeline::Timeline;
use super::verdict::Verdict;
use crate::fleet::host::Usage;
use crate::fleet::id::{
    BackupType, GuestKind, JobId, Namespace, NodeName, Product, SiteName, SourceName, StorageName,
    StoreName, Vmid,
};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;

/// The fleet judged at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The moment, our clock.
    pub taken: Epoch,
    /// The worst of all.
    pub verdict: Verdict,
    /// In the order of the file.
    pub sites: Vec<SiteRow>,
    /// Sorted by severity (worst first), site, subject, code, detail.
    pub problems: Vec<Problem>,
    /// Sorted alike.
    pub notices: Vec<Problem>,
    /// What was done lately; worked out when it is first looked at.
    pub timeline: OnceLock<Timeline>,
}

/// One site judged.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteRow {
    /// Its name.
    pub name: SiteName,
    /// The worst of what it holds.
    pub verdict: Verdict,
    /// Its sources, in the order of the file.
    pub sources: Vec<SourceRow>,
    /// Its nodes and PBS hosts, by source and name.
    pub nodes: Vec<NodeRow>,
    /// Its guests, by source and number.
    pub guests: Vec<GuestRow>,
    /// Its storages, by source, name and node.
    pub storages: Vec<StorageRow>,
    /// Its datastores, by source and name.
    pub datastores: Vec<DatastoreRow>,
    /// Its backup jobs, by source and id.
    pub backup_jobs: Vec<BackupJobRow>,
    /// Groups on its PBSes of which it is not clear that they are one watched guest's.
    pub groups: Vec<GroupRow>,
}

/// The state of a source, as the contract names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceState {
    /// Answers, and its last whole round is young.
    Fresh,
    /// Answers, but its last whole round is old; or was never asked since the start.
    Stale,
    /// No endpoint connects.
    Unreachable,
    /// No endpoint is trusted.
    Untrusted,
    /// 401.
    Unauthorized,
    /// Nothing useful may be read.
    Forbidden,
    /// What answers is no PVE or PBS.
    Malformed,
    /// Every part failed.
    Error,
    /// Silent within a planned window.
    PlannedOff,
}

/// One source judged.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    /// Its name.
    pub name: SourceName,
    /// PVE or PBS.
    pub product: Product,
    /// That of its `source.*` and `cluster.*`.
    pub verdict: Verdict,
    /// Its state.
    pub state: SourceState,
    /// Whether every required part was read in this round.
    pub complete: bool,
    /// When it last answered.
    pub seen: Option<Epoch>,
    /// The endpoint that answered last.
    pub endpoint: Option<Arc<str>>,
    /// Version of the answering node.
    pub version: Option<Arc<str>>,
    /// Server clock minus ours, seconds.
    pub clock_offset: Option<i64>,
    /// Why it is not fresh, in the library's or server's words, cleaned.
    pub error: Option<Arc<str>>,
    /// `Sys.Audit on /`
    pub missing_privileges: Vec<Arc<str>>,
}

/// One node or PBS host judged.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeRow {
    /// Its source.
    pub source: SourceName,
    /// Its name; `localhost` for a PBS host.
    pub name: NodeName,
    /// Its state; unknown where the source cannot tell now.
    pub state: NodeState,
    /// Its verdict.
    pub verdict: Verdict,
    /// Load 0..=1; none when not known now.
    pub cpu: Option<f64>,
    /// Memory, bytes.
    pub memory: Option<Usage>,
    /// Root file system, bytes.
    pub rootfs: Option<Usage>,
    /// Seconds since boot.
    pub uptime: Option<u64>,
    /// `9.1.7`
    pub version: Option<Arc<str>>,
    /// When its numbers were read.
    pub seen: Option<Epoch>,
    /// Guests that run there, and all guests there; none for a PBS host.
    pub guests: Option<(u32, u32)>,
    /// What explains the verdict when it is not the node's own.
    pub because: Option<Subject>,
}

/// One guest judged.
#[derive(Clone, Debug, PartialEq)]
pub struct GuestRow {
    /// Its source.
    pub source: SourceName,
    /// Its number.
    pub vmid: Vmid,
    /// VM or container.
    pub kind: GuestKind,
    /// Its name; none where nobody tells or remembers it.
    pub name: Option<Arc<str>>,
    /// Where it is.
    pub node: NodeName,
    /// PVE's word, or `unknown`.
    pub state: Arc<str>,
    /// Whether it is a template.
    pub template: bool,
    /// The worst of all that is said of it.
    pub verdict: Verdict,
    /// What explains the worst verdict when it is not the guest's own.
    pub because: Option<Subject>,
    /// Load 0..=1; none when not known now.
    pub cpu: Option<f64>,
    /// Memory, bytes.
    pub memory: Option<Usage>,
    /// When its state was read.
    pub seen: Option<Epoch>,
    /// Its copies.
    pub backup: BackupRow,
    /// Its replicas.
    pub replication: ReplicationSummary,
    /// What would bring it back.
    pub recovery: RecoveryRow,
}

/// The copies of a guest judged.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupRow {
    /// None: does not apply.
    pub verdict: Option<Verdict>,
    /// What explains it when it is not the guest's own.
    pub because: Option<Subject>,
    /// Newest finished copy.
    pub newest: Option<Epoch>,
    /// Recovery point: newest finished copy whose verification did not fail.
    pub last: Option<Epoch>,
    /// Age of the recovery point at `taken`, seconds.
    pub age: Option<i64>,
    /// Where the recovery point is: `SRC:STORE[/NS]`, `SRC:STORAGE`, `SRC:NODE/STORAGE`.
    pub place: Option<Arc<str>>,
    /// Verification of the newest.
    pub verification: Option<Checked>,
    /// The latest run due.
    pub due: Option<Epoch>,
    /// The next run, where a schedule tells.
    pub next: Option<Epoch>,
    /// Whether a backup of it runs now.
    pub running: bool,
    /// The enabled jobs that cover it.
    pub jobs: Vec<JobId>,
    /// The newest good copy at every place that has one, newest first.
    pub points: Vec<CopyPoint>,
    /// How it stands where there is no good copy; none where there is one.
    pub lack: Option<Lack>,
}

/// How a guest without any good copy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Its first run is still to come.
    Awaited,
    /// It is certain that there is none.
    Certain,
    /// It cannot be told; because of this, where something hides them.
    Untold(Option<Subject>),
}

impl BackupRow {
    /// Nothing is known and nothing applies yet: the row to start from.
    pub fn none() -> Self {
        Self {
            verdict: None,
            because: None,
            newest: None,
            last: None,
            age: None,
            place: None,
            verification: None,
            due: None,
            next: None,
            running: false,
            jobs: Vec::new(),
            points: Vec::new(),
            lack: None,
        }
    }
}

/// How the newest copy stands with verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Checked {
    /// Verified and good.
    Ok,
    /// Verified and bad.
    Failed,
    /// Never verified.
    None,
}

/// The replicas of a guest judged.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicationSummary {
    /// The worst of its jobs; none without a job and without the expectation.
    pub verdict: Option<Verdict>,
    /// What explains it when it is not the guest's own or its jobs'.
    pub because: Option<Subject>,
    /// Its jobs, by id.
    pub jobs: Vec<ReplicationRow>,
}

impl ReplicationSummary {
    /// No job and no expectation: does not apply.
    pub fn none() -> Self {
        Self { verdict: None, because: None, jobs: Vec::new() }
    }
}

/// One replication job judged.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicationRow {
    /// Its source.
    pub source: SourceName,
    /// `<vmid>-<n>`
    pub id: JobId,
    /// The guest.
    pub guest: Vmid,
    /// Where the guest is.
    pub source_node: Option<NodeName>,
    /// Where copies go.
    pub target: NodeName,
    /// Calendar event, `*/15` where none is written.
    pub schedule: Arc<str>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Start of the last good run.
    pub last_sync: Option<Epoch>,
    /// Its age at `taken`, seconds.
    pub age: Option<i64>,
    /// The first event after it.
    pub due: Option<Epoch>,
    /// Next attempt.
    pub next: Option<Epoch>,
    /// Seconds the last attempt took.
    pub duration: Option<f64>,
    /// Failures in a row.
    pub fail_count: Option<u32>,
    /// PVE's text for the latest failure.
    pub error: Option<Arc<str>>,
    /// Whether it runs now.
    pub running: bool,
    /// When this was read.
    pub seen: Option<Epoch>,
    /// Its verdict; a disabled job's is that of its problem, if any.
    pub verdict: Verdict,
    /// What explains it when it is not the job's own.
    pub because: Option<Subject>,
}

/// One storage judged: shared ones once, with no node.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageRow {
    /// Its source.
    pub source: SourceName,
    /// Its id.
    pub name: StorageName,
    /// Its node; none when shared.
    pub node: Option<NodeName>,
    /// Its type.
    pub kind: Arc<str>,
    /// Bytes.
    pub usage: Option<Usage>,
    /// Whether its nodes reach it; none when not known now.
    pub available: Option<bool>,
    /// When this was read.
    pub seen: Option<Epoch>,
    /// Its verdict.
    pub verdict: Verdict,
    /// What explains it when it is not its own.
    pub because: Option<Subject>,
}

/// One datastore judged.
#[derive(Clone, Debug, PartialEq)]
pub struct DatastoreRow {
    /// Its source.
    pub source: SourceName,
    /// Its name.
    pub name: StoreName,
    /// Bytes.
    pub usage: Option<Usage>,
    /// When it is estimated full; none = not filling, or not known.
    pub full_at: Option<Epoch>,
    /// Namespaces, groups and snapshots in it, where known.
    pub counts: Option<(u32, u32, u32)>,
    /// Its newest finished copy.
    pub newest: Option<Epoch>,
    /// Its jobs.
    pub jobs: Vec<StoreJobRow>,
    /// The PVE storages that write into it: source, storage, namespace.
    pub writers: Vec<(SourceName, StorageName, Namespace)>,
    /// The PVE sources whose copies a sync job brings here, and the namespace.
    pub carried: Vec<(SourceName, Namespace)>,
    /// When its usage was read.
    pub seen: Option<Epoch>,
    /// Its verdict.
    pub verdict: Verdict,
    /// What explains it when it is not its own.
    pub because: Option<Subject>,
}

/// What a job of a datastore does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StoreJobKind {
    /// Garbage collection.
    Gc,
    /// Verification.
    Verify,
    /// Pruning.
    Prune,
    /// Sync from or to elsewhere.
    Sync,
}

/// One job of a datastore judged.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreJobRow {
    /// What it does.
    pub kind: StoreJobKind,
    /// Its id; the datastore's name for garbage collection.
    pub id: JobId,
    /// Where it works.
    pub ns: Namespace,
    /// Calendar event.
    pub schedule: Option<Arc<str>>,
    /// End of the last run.
    pub last: Option<Epoch>,
    /// How that ended.
    pub result: Option<TaskResult>,
    /// Next run.
    pub next: Option<Epoch>,
    /// Whether it runs now.
    pub running: bool,
    /// Its verdict.
    pub verdict: Verdict,
}

/// One backup job judged.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupJobRow {
    /// Its source.
    pub source: SourceName,
    /// Its id.
    pub id: JobId,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Calendar event.
    pub schedule: Option<Arc<str>>,
    /// Where it writes.
    pub storage: Option<StorageName>,
    /// Its node, when bound to one.
    pub node: Option<NodeName>,
    /// Its comment.
    pub comment: Option<Arc<str>>,
    /// Guests it covers now; none when that cannot be told.
    pub covers: Option<Vec<Vmid>>,
    /// The latest run due.
    pub due: Option<Epoch>,
    /// Next run.
    pub next: Option<Epoch>,
    /// Its last run as a whole: start, and how it ended (none while it runs).
    pub last: Option<(Epoch, Option<TaskResult>)>,
    /// The tasks of its last two runs that can only be its own, newest first.
    pub runs: Vec<JobRun>,
    /// Its verdict; ok for a disabled one.
    pub verdict: Verdict,
    /// What explains it when it is not its own.
    pub because: Option<Subject>,
}

/// One task of a run of a backup job: a job that runs on every node has one on each.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRun {
    /// Where.
    pub node: NodeName,
    /// Its start.
    pub start: Epoch,
    /// Its end; none while it runs.
    pub end: Option<Epoch>,
    /// How it ended; none while it runs.
    pub result: Option<TaskResult>,
}

/// Whose a group is that is not clearly one watched guest's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ownership {
    /// Its guest is known to be gone.
    Orphan,
    /// It may be one of two guests': two clusters write there.
    Ambiguous,
    /// Nothing that is watched maps to it.
    Foreign,
}

/// A group that is not clearly one watched guest's.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    /// Its PBS.
    pub source: SourceName,
    /// Its datastore.
    pub store: StoreName,
    /// Its namespace.
    pub ns: Namespace,
    /// vm, ct, host.
    pub kind: BackupType,
    /// Its id.
    pub id: Arc<str>,
    /// Who owns it.
    pub owner: Option<Arc<str>>,
    /// Its newest finished copy.
    pub newest: Option<Epoch>,
    /// Finished copies in it.
    pub count: u32,
    /// Whose it is.
    pub of: Ownership,
}
