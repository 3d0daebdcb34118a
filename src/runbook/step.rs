//! What a step is about. What it says is in `lang`.

use std::sync::Arc;

use crate::fleet::id::{GuestKey, NodeName, SourceName, StorageName};
use crate::fleet::time::Epoch;
use crate::judge::rows::recovery::WayKind;

/// What a chapter is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// Before anything is touched.
    Before,
    /// A way back: which of several (from 1), how, where; of which guest where there are several.
    Way {
        /// Its place among the ways of its guest, from 1.
        nth: usize,
        /// How.
        kind: WayKind,
        /// Where.
        target: Option<NodeName>,
        /// The guest and its name, in a runbook for several.
        guest: Option<(GuestKey, Option<Arc<str>>)>,
    },
    /// A guest that nothing brings back, or of which that cannot be told.
    NoWay {
        /// The guest and its name, in a runbook for several.
        guest: Option<(GuestKey, Option<Arc<str>>)>,
        /// Whether that is certain.
        is_known: bool,
    },
    /// What HA does by itself.
    ByHa,
    /// A lost backup server is replaced.
    CopiesAgain,
    /// When it runs again.
    Afterwards,
    /// When the node is to come back.
    ComingBack,
}

/// One step: what it is about, what to type for it, and what then appears.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it is about.
    pub what: What,
    /// To be typed, as root on the node that was logged in to.
    pub commands: Vec<String>,
}

/// What a step is about.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Whom to call, and where the machine is.
    Call {
        /// The operator's words.
        contact: Option<Arc<str>>,
        /// The operator's words.
        place: Option<Arc<str>>,
    },
    /// Is it really off?
    IsOff(NodeName),
    /// Is a backup server really lost?
    ServerLost(SourceName),
    /// Another backup server is set up.
    NewServer(Vec<Arc<str>>),
    /// A source is led to it: its storage there, and its jobs.
    PointTo(SourceName),
    /// Where the commands are typed.
    LogIn(SourceName, NodeName),
    /// Whether the rest of the cluster has quorum: votes left, votes needed; none: not known.
    Quorum(Option<(u32, u32)>),
    /// Without it: make do with the votes that are left.
    Expected,
    /// With the votes back, HA may start things by itself: that comes first.
    HaSettles,
    /// Another way was begun there: it is taken back first.
    Undo(NodeName),
    /// There is no machine to restore to: one is installed.
    NewHost,
    /// It is locked by what was done to it when its node died: by what.
    Unlock(Arc<str>),
    /// HA starts it: the service, and where.
    HaStarts(String, Option<NodeName>),
    /// HA may have started it, wherever that was: nothing is done by hand until that is known.
    HaMayHave(String),
    /// HA does not start it: this rule, or (none) what is left of its cluster, leaves it no node.
    HaWaits(String, Option<Arc<str>>),
    /// HA must let go of it first.
    HaLetsGo(String),
    /// The replica is there: the moment it was made.
    Snapshots(Option<Epoch>),
    /// What would be lost: since when, and what is not in it.
    Loses(Option<Epoch>, Vec<Arc<str>>),
    /// Its configuration is given to the target.
    Move(NodeName),
    /// Disks that are not there are taken out.
    Unlink(Vec<Arc<str>>),
    /// Devices that are not there are taken out.
    Detach(Vec<Arc<str>>),
    /// CDs that are not there are taken out.
    Eject(Vec<Arc<str>>),
    /// Storages of its configuration that the target lacks.
    Storages(Vec<StorageName>),
    /// Bridges it needs.
    Bridges(Vec<Arc<str>>),
    /// Bridges it needs that the node does not list.
    LacksBridges(NodeName, Vec<Arc<str>>),
    /// There is no room: make some first, so many bytes of memory.
    MakeRoom(NodeName, Option<u64>),
    /// Start it.
    Start,
    /// Does it run?
    Runs,
    /// Does its agent answer?
    Agent,
    /// Is the storage with the copies there?
    HasCopies(StorageName),
    /// The storage with the copies is not configured there.
    AddStorage(StorageName),
    /// What holds the copies did not answer when the page was made.
    ServerAway {
        /// Which server.
        server: SourceName,
        /// Since when, where that is known; our clock.
        since: Option<Epoch>,
        /// Whom to call for it, in the operator's words.
        contact: Option<Arc<str>>,
        /// Where it is, in the operator's words.
        place: Option<Arc<str>>,
    },
    /// The key of its copies: where it is kept, in the operator's words.
    Key(Option<Arc<str>>),
    /// Find the copy; the volume that must be listed, where its storage is known.
    Find(Option<String>),
    /// Its number is taken, by its own remains or by another guest: it comes back under another.
    Number {
        /// Its own.
        old: u32,
        /// The free one.
        new: u32,
        /// Whether its remains have it.
        by_itself: bool,
    },
    /// Restore: about so many seconds.
    Restore(Option<i64>),
    /// The old one must not start beside it when its node comes back; whether that can be seen to
    /// from here.
    KeepOff(NodeName, bool),
    /// Guests that run on without any copy.
    CopyAgain(Vec<GuestKey>),
    /// What the operator has to repair by hand in services that name it.
    Check,
    /// Backup jobs that named its old number.
    Cover(Vec<Arc<str>>),
    /// Its replication turns round by itself.
    Turns(NodeName),
    /// What was moved away does not start there again; whether it left disks to a replication.
    Moved(NodeName, bool),
    /// What was restored has old remains there.
    Remains(NodeName),
    /// Its address is one of its old place.
    Address,
    /// HA looks after it again; the rule that keeps it from where it is now.
    HaAgain(Option<Arc<str>>),
    /// It is a linked clone of these volumes, and its disks lie where they are; or (false) it starts
    /// from a replica, that holds all of them.
    Clone(Vec<Arc<str>>, bool),
    /// Quorum goes back to normal.
    Normal,
    /// Nothing brings it back: what its disks were, to be looked for on the dead node.
    Disks(Vec<Arc<str>>),
}
