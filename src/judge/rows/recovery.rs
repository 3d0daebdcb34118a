//! What would bring a guest back if its node died now.

use std::sync::Arc;

use super::Checked;
use crate::fleet::drill::Rehearsal;
use crate::fleet::id::{NodeName, SourceName, StorageName, Vmid};
use crate::fleet::objective::Objective;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::verdict::Verdict;

/// What holds a copy, and dies with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A PBS.
    Pbs(SourceName),
    /// A storage of a PVE source: of one node, or (none) shared.
    Storage(SourceName, Option<NodeName>),
}

impl Holder {
    /// The source it is at.
    pub fn source(&self) -> &SourceName {
        match self {
            Self::Pbs(source) | Self::Storage(source, _) => source,
        }
    }
}

/// The newest good copy at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyPoint {
    /// Its start, the server's clock.
    pub time: Epoch,
    /// `SRC:STORE[/NS]`, `SRC:STORAGE`, `SRC:NODE/STORAGE`
    pub place: Arc<str>,
    /// What holds it.
    pub holder: Holder,
    /// Its verification; none where that cannot be told.
    pub checked: Option<Checked>,
    /// Whether it is encrypted; none where that cannot be told.
    pub encrypted: Option<bool>,
    /// Fingerprint of the key of its group's newest encrypted copy, where told.
    pub key: Option<Arc<str>>,
    /// Logical bytes, where known.
    pub size: Option<u64>,
    /// Whether it is the only good copy there.
    pub alone: bool,
}

/// How a guest comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WayKind {
    /// The HA stack starts it elsewhere.
    Ha,
    /// All its disks are on shared storage: another node starts it.
    Shared,
    /// Its replica is started by hand.
    Replica,
    /// Its copy is restored.
    Restore,
}

/// Whether a node can take a guest more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Room {
    /// Both as memory is configured, every guest using all of its own, and as it is used now.
    Fits,
    /// Only by one of the two counts, or by how it is used now and how it is configured cannot be
    /// told.
    Tight,
    /// It cannot be told.
    Unknown,
    /// A bridge that it is plugged into is not there: it would not start as it is.
    NoBridge,
    /// It does not fit.
    Full,
    /// The node is off.
    Away,
}

/// What ties a guest to its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tie {
    /// A passed-through device, by key: `hostpci0`.
    Passthrough(Arc<str>),
    /// A CD image on a storage that its node alone sees.
    Iso(Arc<str>),
    /// A storage that the target does not have.
    Storage(StorageName),
    /// A bridge that the target does not have.
    Bridge(Arc<str>),
    /// A bridge of which nobody tells whether the target has it.
    BridgeUntold(Arc<str>),
    /// Its number belongs to another guest where it goes.
    Number(Vmid),
    /// A bind mount or device of its node, by key.
    Bind(Arc<str>),
    /// A linked clone: what it is a clone of.
    Clone(Arc<str>),
    /// A CPU type that another machine may not offer: `host`.
    Cpu(Arc<str>),
}

/// What HA does with a guest whose node is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HaCare {
    /// Nothing: it is not in its care, or bound to its node, or there is no quorum.
    #[default]
    None,
    /// It starts it on a node that has all it needs to start.
    Starts,
    /// It starts it nowhere: this rule, or (none) what is left of the cluster, leaves it no node.
    Barred(Option<Arc<str>>),
    /// It may start it on this node, which lacks its disks or a bridge.
    Lacks(NodeName),
    /// It may start it on this node, which has no room for it, though another has.
    Full(NodeName),
    /// It may start it on this node, of which nobody can tell whether it has room.
    Unsure(NodeName),
    /// It cannot be told: this rule is not understood, or (none) the rules could not be read.
    Untold(Option<Arc<str>>),
}

/// One way back.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// How.
    pub kind: WayKind,
    /// Where: the node that has the replica, the roomiest node for a restore; none: nowhere.
    pub target: Option<(SourceName, NodeName)>,
    /// Whether it fits there.
    pub room: Room,
    /// For a restore: the roomiest storage there that holds such disks.
    pub storage: Option<StorageName>,
    /// What it would be again: the replica's or the copy's moment, the server's clock. None on
    /// shared storage: as it is now.
    pub point: Option<Epoch>,
    /// What would be lost now, seconds.
    pub loss: Option<i64>,
    /// What would be lost at the worst moment of the schedule, seconds; no less than now.
    pub worst: Option<i64>,
    /// A rough time until it runs again, seconds; none: cannot be told.
    pub takes: Option<i64>,
    /// Disks and mount points that it does not bring back.
    pub leaves_out: Vec<Arc<str>>,
    /// For a restore: the copy.
    pub copy: Option<CopyPoint>,
}

/// A guest's recovery, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryRow {
    /// None: does not apply.
    pub verdict: Option<Verdict>,
    /// What explains it when it is not the guest's own.
    pub because: Option<Subject>,
    /// Every way that does not need its node, the fastest first.
    pub ways: Vec<Way>,
    /// Whether it is certain that there are no other ways.
    pub is_known: bool,
    /// What ties it to its node.
    pub ties: Vec<Tie>,
    /// What HA does.
    pub ha: HaCare,
    /// Whether the key of its encrypted copies is nowhere else than in its own cluster.
    pub key_at_risk: bool,
    /// What is wanted.
    pub objective: Objective,
    /// Its last good rehearsal, unless one failed since.
    pub rehearsed: Option<Rehearsal>,
    /// When its rehearsal failed, where none was good since.
    pub rehearsal_failed: Option<Epoch>,
}

impl RecoveryRow {
    /// Nothing is known and nothing applies yet: the row to start from.
    pub fn none() -> Self {
        Self {
            verdict: None,
            because: None,
            ways: Vec::new(),
            is_known: false,
            ties: Vec::new(),
            ha: HaCare::None,
            key_at_risk: false,
            objective: Objective::default(),
            rehearsed: None,
            rehearsal_failed: None,
        }
    }

    /// The way that is gone first: that of HA, which asks nobody, else the fastest that fits
    /// somewhere, else the fastest.
    pub fn best(&self) -> Option<&Way> {
        let is_first =
            |way: &&Way| way.kind == WayKind::Ha || matches!(way.room, Room::Fits | Room::Tight);
        self.ways.iter().find(is_first).or_else(|| self.ways.first())
    }
}
