//! How many calls may be under way at once: small cost on what is watched.

use std::collections::BTreeSet;

use crate::poll::call::{Call, PbsCall, PveCall};

/// The most calls under way at one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of any kind, when there is much to ask.
    pub all: usize,
    /// Of those that may take long on the server.
    pub dear: usize,
}

/// A longer queue than this is no ordinary round: an hourly listing, a large cluster's node by node.
/// A cluster of three has some twenty calls in its longest.
pub(super) const MUCH: usize = 24;

/// The most looks under way at one source.
const LOOKS: usize = 2;

impl Limits {
    /// PVE's proxy has three workers, and four connections within each.
    pub const PVE: Self = Self { all: 4, dear: 2 };
    /// A PBS often sits behind a home line.
    pub const PBS: Self = Self { all: 2, dear: 1 };

    /// Whether `call` may join those that fly. In an ordinary round calls go one after another over
    /// one connection, those that may take long last; what is due while one of these is under way
    /// does not wait for it. Where there is `much` to ask, all limits are used.
    pub fn allow(self, flying: &BTreeSet<Call>, call: &Call, much: bool) -> bool {
        let dear = flying.iter().filter(|c| c.is_dear()).count();
        // A look takes one of all places, and no cheap call waits for it.
        let cheap = flying.iter().filter(|c| !c.is_dear() && !c.is_look()).count();
        let (most_cheap, most_dear) = match (much, cheap) {
            (true, _) => (self.all, self.dear),
            (false, 0) => (1, 1),
            (false, _) => (1, 0),
        };
        let room = flying.len() < self.all
            && if call.is_dear() { dear < most_dear } else { cheap < most_cheap };
        room && !(call.takes_lock() && flying.iter().any(Call::takes_lock))
    }

    /// Whether a look may join those that fly.
    pub fn allow_look(self, flying: &BTreeSet<Call>) -> bool {
        let looks = flying.iter().filter(|c| c.is_look()).count();
        flying.len() < self.all && looks < LOOKS
    }
}

/// Whether a call reads what changes often, and so is worth asking when the user waits.
pub(super) fn is_frequent(call: &Call) -> bool {
    match call {
        // Asked anew by whoever looks.
        Call::Look(_) => false,
        Call::Pve(call) => matches!(
            call,
            PveCall::Status
                | PveCall::Resources
                | PveCall::Tasks
                | PveCall::Rights
                | PveCall::Replication
                | PveCall::BackupJobs
                | PveCall::Ha
                | PveCall::NodeReplication(_)
                | PveCall::NodeStatus(_)
                | PveCall::NodeVzdumps(_)
        ),
        Call::Pbs(call) => matches!(
            call,
            PbsCall::Ping
                | PbsCall::Version
                | PbsCall::Rights
                | PbsCall::Datastores
                | PbsCall::Tasks { .. }
                | PbsCall::Status
                | PbsCall::Usage
                | PbsCall::Groups(..)
        ),
    }
}
