//! Rehearsed restores: what the log of drills tells of each guest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::GuestKey;
use super::time::Epoch;

/// How a rehearsal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The guest came back and was as it should be.
    Ok,
    /// It did not come back, or not whole.
    Failed,
    /// It was broken off: nothing is proved.
    Abandoned,
}

/// The last good rehearsal of a guest's restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// When it was done, our clock.
    pub at: Epoch,
    /// How long the restore took, seconds.
    pub took: Option<i64>,
    /// Where the copy was, as in `pbs:main/fi`: it tells nothing of how long one from elsewhere takes.
    pub place: Option<Arc<str>>,
    /// By whom, cleaned.
    pub by: Option<Arc<str>>,
}

/// What the log of rehearsals says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drills {
    /// The last good one of every guest.
    pub good: BTreeMap<GuestKey, Rehearsal>,
    /// When the last one of a guest failed, where none was good since.
    pub failed: BTreeMap<GuestKey, Epoch>,
    /// Why the log could not be read; none where it was, or where there is none yet.
    pub error: Option<Arc<str>>,
}

impl Drills {
    /// Whether this team rehearses at all.
    pub fn is_used(&self) -> bool {
        !self.good.is_empty() || !self.failed.is_empty()
    }
}
