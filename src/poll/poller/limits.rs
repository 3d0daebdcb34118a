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

/// The most looks under way at one source; fewer where they would take all places.
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
        // A look takes one of all places; looks alone never take all of them, so that a cheap call
        // waits for none unless what takes long fills the rest.
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
        flying.len() < self.all && looks < LOOKS.min(self.all.saturating_sub(1))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Limits;
    use crate::fleet::look::{Ask, Frame, Look};
    use crate::poll::call::{Call, PbsCall, PveCall};

    fn history(store: &str) -> Call {
        let look =
            Look::StoreHistory { source: "pbs".into(), store: store.into(), frame: Frame::Month };
        Call::Look(Ask { look, skip: 0 })
    }

    /// So many looks as may fly, the first ones of all that are wished.
    fn looks(limits: Limits) -> BTreeSet<Call> {
        let mut flying = BTreeSet::new();
        for look in ["a", "b", "c", "d"].map(history) {
            if limits.allow_look(&flying) {
                flying.insert(look);
            }
        }
        flying
    }

    #[test]
    fn looks_that_take_long_never_keep_a_source_from_being_watched() {
        let flying = looks(Limits::PBS);
        assert_eq!(flying.len(), 1, "of two places");
        for call in [PbsCall::Ping, PbsCall::Status] {
            assert!(Limits::PBS.allow(&flying, &Call::Pbs(call), false));
        }
        let flying = looks(Limits::PVE);
        assert_eq!(flying.len(), 2, "of four places");
        assert!(Limits::PVE.allow(&flying, &Call::Pve(PveCall::Resources), false));
    }
}
