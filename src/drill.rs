//! The log of rehearsed restores: who brought back which guest from which copy, when, how long it
//! took, and whether it was whole.
//!
//! One line of JSON each, appended and never changed, so that a team can share the file in git: the
//! order of the lines says nothing, the same line twice is one, and what a merge left behind is
//! passed over. [`read`] never fails: a line that cannot be read is counted, a file that cannot be
//! read is told.

mod append;
pub mod demo;
mod line;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

pub use append::append;
pub use line::line;

use crate::fleet::drill::{Drills, Outcome, Rehearsal};
use crate::fleet::id::{GuestKey, SourceName, Vmid};
use crate::fleet::text;
use crate::fleet::time::Epoch;

/// Larger files are not read: 16 MiB, some ten thousand rehearsals.
const LARGEST: u64 = 16 << 20;

/// How far ahead of our clock a rehearsal may lie, seconds: the clocks of a team differ, but what
/// lies further ahead would hide every debt until then.
pub const AHEAD: i64 = 24 * 3600;

/// Longest time that a rehearsal may have taken, seconds.
pub const LONGEST: i64 = 366 * 24 * 3600;

/// One rehearsal. Every text is cleaned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// When it was over, our clock.
    pub time: Epoch,
    /// The guest's source.
    pub source: SourceName,
    /// The guest's number there.
    pub vmid: Vmid,
    /// How it ended.
    pub result: Outcome,
    /// The guest's name at that time.
    pub name: Option<Arc<str>>,
    /// The copy it was restored from.
    pub copy: Option<CopyUsed>,
    /// The node it was restored to.
    pub target: Option<Arc<str>>,
    /// The number it had there.
    pub as_vmid: Option<Vmid>,
    /// When the restore was begun.
    pub started: Option<Epoch>,
    /// How long the restore took, seconds.
    pub took: Option<i64>,
    /// By whom.
    pub by: Option<Arc<str>>,
    /// What else there is to say.
    pub notes: Option<Arc<str>>,
}

/// The copy that a rehearsal restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyUsed {
    /// Where it was: `SRC:STORE[/NS]`, `SRC:STORAGE`, `SRC:NODE/STORAGE`.
    pub place: Option<Arc<str>>,
    /// When it was made, the server's clock.
    pub time: Option<Epoch>,
    /// Its volume id, as `pvesm list` names it.
    pub volume: Option<Arc<str>>,
}

impl Record {
    /// Which guest.
    pub fn key(&self) -> GuestKey {
        GuestKey { source: self.source.clone(), vmid: self.vmid }
    }
}

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Every rehearsal once, the oldest first.
    pub records: Vec<Record>,
    /// Lines that are none, or that lie in the future.
    pub skipped: usize,
    /// Why the file could not be read, cleaned; none where it was, or where there is none yet.
    pub error: Option<Arc<str>>,
}

impl Log {
    /// What the judge needs of it.
    pub fn drills(&self) -> Drills {
        let good = self.records.iter().filter(|record| record.result == Outcome::Ok);
        // The oldest first: the last one stays.
        let good: BTreeMap<GuestKey, Rehearsal> = good
            .map(|record| {
                let Record { time: at, took, by, copy, .. } = record.clone();
                let place = copy.and_then(|copy| copy.place);
                // What took no time was not timed.
                let took = took.filter(|took| *took > 0);
                (record.key(), Rehearsal { at, took, place, by })
            })
            .collect();
        let failed = self.records.iter().filter(|record| record.result == Outcome::Failed);
        let mut failed: BTreeMap<GuestKey, Epoch> =
            failed.map(|record| (record.key(), record.time)).collect();
        failed.retain(|key, at| good.get(key).is_none_or(|good| good.at < *at));
        Drills { good, failed, error: self.error.clone() }
    }

    /// The last try of every guest, whatever came of it.
    pub fn last(&self) -> BTreeMap<GuestKey, &Record> {
        self.records.iter().map(|record| (record.key(), record)).collect()
    }

    fn of(lines: &[u8], now: Epoch) -> Self {
        let mut log = Self::default();
        for bytes in lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            if bytes.is_empty() || is_conflict_marker(bytes) {
                continue;
            }
            match line::read(bytes).filter(|record| now.plus(AHEAD) >= record.time) {
                Some(record) => log.records.push(record),
                None => log.skipped += 1,
            }
        }
        log.records.sort();
        log.records.dedup();
        log
    }
}

/// What git writes between two sides that it could not merge.
fn is_conflict_marker(line: &[u8]) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
        .iter()
        .any(|marker| line.starts_with(marker.as_bytes()))
}

/// Reads the file; that there is none yet is no error: nothing was rehearsed.
pub fn read(path: &Path, now: Epoch) -> Log {
    match bytes(path) {
        Ok(lines) => Log::of(&lines, now),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Log::default(),
        Err(error) => {
            let error = text::cleaned(&format!("{}: {error}", path.display()));
            Log { error: Some(error), ..Log::default() }
        }
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let len = file.metadata().map_or(0, |m| m.len().min(LARGEST));
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("larger than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}
