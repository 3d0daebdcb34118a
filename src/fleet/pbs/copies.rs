//! Groups and snapshots: the copies on a PBS. Kept small: a fleet has hundreds of thousands.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::small::{Moment, Size};
use crate::fleet::id::BackupType;
use crate::fleet::time::Epoch;

/// One group as `/admin/datastore/{s}/groups` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// vm, ct, host.
    pub kind: BackupType,
    /// Its id; a vmid as text for guests.
    pub id: Arc<str>,
    /// Newest snapshot, maybe unfinished when it is the only one; none = none finished.
    pub last_backup: Option<Epoch>,
    /// Snapshots, an unfinished one included.
    pub count: u32,
    /// Who owns it.
    pub owner: Option<Arc<str>>,
    /// Its note.
    pub comment: Option<Arc<str>>,
}

/// The snapshots of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupCopies {
    /// vm, ct, host.
    pub kind: BackupType,
    /// Its id.
    pub id: Arc<str>,
    /// When these snapshots were read, our clock.
    pub seen: Epoch,
    /// Who owns it.
    pub owner: Option<Arc<str>>,
    /// Fingerprint of the key of the newest encrypted snapshot.
    pub key: Option<Arc<str>>,
    /// First line of the newest snapshot's notes.
    pub comment: Option<Arc<str>>,
    /// Newest first.
    pub snapshots: Vec<Snapshot>,
}

impl GroupCopies {
    /// A group without snapshots, read at no time.
    pub fn none(kind: BackupType, id: Arc<str>) -> Self {
        Self {
            kind,
            id,
            seen: Epoch(0),
            owner: None,
            key: None,
            comment: None,
            snapshots: Vec::new(),
        }
    }

    /// The newest snapshot that is finished.
    pub fn newest(&self) -> Option<&Snapshot> {
        self.snapshots.iter().find(|s| s.is_finished())
    }
}

/// What is known of a snapshot's verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verification {
    /// Never verified.
    None,
    /// Verified, and good, at this time (from the UPID; none where it does not tell).
    Ok(Option<Moment>),
    /// Verified, and bad.
    Failed(Option<Moment>),
}

/// One snapshot. Kept and stored small: in memory files it is a row of five numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Snapshot {
    /// Start of the backup.
    pub time: Epoch,
    /// Logical bytes; none = no manifest: still running, or a leftover.
    pub size: Option<Size>,
    /// Its verification.
    pub verification: Verification,
    /// Whether prune must leave it.
    pub protected: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl Snapshot {
    /// Whether it has a manifest, and so can be restored.
    pub fn is_finished(&self) -> bool {
        self.size.is_some()
    }
}

/// Time, size, verification (0 none, 1 ok, 2 failed) and its time, flags (1 protected,
/// 2 encrypted).
type Row = (i64, Option<u64>, u8, Option<i64>, u8);

impl From<Snapshot> for Row {
    fn from(s: Snapshot) -> Self {
        let (verification, at) = match s.verification {
            Verification::None => (0, None),
            Verification::Ok(at) => (1, at),
            Verification::Failed(at) => (2, at),
        };
        let flags = u8::from(s.protected) | (u8::from(s.encrypted) << 1);
        (s.time.0, s.size.map(Size::bytes), verification, at.map(|t| t.epoch().0), flags)
    }
}

impl From<Row> for Snapshot {
    fn from((time, size, verification, at, flags): Row) -> Self {
        let at = at.and_then(|at| Moment::of(Epoch(at)));
        Self {
            time: Epoch(time),
            size: size.map(Size::of),
            verification: match verification {
                1 => Verification::Ok(at),
                2 => Verification::Failed(at),
                _ => Verification::None,
            },
            protected: flags & 1 != 0,
            encrypted: flags & 2 != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Epoch, Moment, Row, Size, Snapshot, Verification};

    /// Hundreds of thousands are kept: 56 bytes each were 17 MB in a large fleet.
    #[test]
    fn a_snapshot_is_small() {
        assert_eq!(size_of::<Snapshot>(), 24);
    }

    #[test]
    fn a_snapshot_survives_its_row() {
        for verification in [
            Verification::None,
            Verification::Ok(Moment::of(Epoch(7))),
            Verification::Ok(None),
            Verification::Failed(Moment::of(Epoch(9))),
        ] {
            for (protected, encrypted) in [(false, true), (true, false), (true, true)] {
                for size in [None, Some(Size::of(0)), Some(Size::of(6))] {
                    let s = Snapshot { time: Epoch(5), size, verification, protected, encrypted };
                    assert_eq!(Snapshot::from(Row::from(s)), s);
                }
            }
        }
    }
}
