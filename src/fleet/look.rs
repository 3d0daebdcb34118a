//! What is asked only while somebody looks at it: logs and long histories.
//!
//! A survey holds what verdicts are made of. What only a detail shows is asked when that detail
//! is open, and kept for a while, each with its age and, where it failed, with its cause.

use std::fmt;
use std::sync::Arc;

use super::host::{LoadHistory, Usage};
use super::id::{GuestKind, JobId, NodeName, SourceName, StoreName, Upid, Vmid};
use super::part::Outcome;
use super::time::Epoch;

/// The most lines of a log that are kept: of a longer one its end.
pub const LINES: usize = 10_000;

/// How far back a history goes, in the servers' own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frame {
    /// An hour, a point a minute.
    Hour,
    /// A day; a point a minute from PVE 9 on and on a PBS, before that one per half-hour.
    Day,
    /// A month; a point per half-hour, before PVE 9 one per half-day.
    Month,
}

impl Frame {
    /// As `timeframe=` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// Its length, seconds.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
            Self::Month => 30 * 86_400,
        }
    }
}

/// What can be looked at, by meaning. Displays as the call that reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// The log of a task, of PVE or of a PBS (whose node is `localhost`).
    TaskLog {
        /// The source.
        source: SourceName,
        /// Where the task runs or ran.
        node: NodeName,
        /// The task.
        upid: Upid,
    },
    /// The log of the last run of a replication job.
    ReplicationLog {
        /// The source.
        source: SourceName,
        /// Where the guest lives: no other node has the log.
        node: NodeName,
        /// The job.
        job: JobId,
    },
    /// Load and memory of a PVE node, or of a PBS (`localhost`).
    NodeHistory {
        /// The source.
        source: SourceName,
        /// The node.
        node: NodeName,
        /// How far back.
        frame: Frame,
    },
    /// What a guest used.
    GuestHistory {
        /// The source.
        source: SourceName,
        /// Where it lives.
        node: NodeName,
        /// Machine or container.
        kind: GuestKind,
        /// Its number.
        vmid: Vmid,
        /// How far back.
        frame: Frame,
    },
    /// How full a datastore of a PBS was.
    StoreHistory {
        /// The PBS.
        source: SourceName,
        /// The datastore.
        store: StoreName,
        /// How far back.
        frame: Frame,
    },
}

impl Look {
    /// Who is asked.
    pub fn source(&self) -> &SourceName {
        match self {
            Self::TaskLog { source, .. }
            | Self::ReplicationLog { source, .. }
            | Self::NodeHistory { source, .. }
            | Self::GuestHistory { source, .. }
            | Self::StoreHistory { source, .. } => source,
        }
    }

    /// Whether it is a log, read on from line to line.
    pub fn is_log(&self) -> bool {
        matches!(self, Self::TaskLog { .. } | Self::ReplicationLog { .. })
    }

    /// Whether it is a log that is written anew, in the same place, at the start of each run.
    pub fn begins_anew(&self) -> bool {
        matches!(self, Self::ReplicationLog { .. })
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TaskLog { node, upid, .. } => write!(f, "/nodes/{node}/tasks/{upid}/log"),
            Self::ReplicationLog { node, job, .. } => {
                write!(f, "/nodes/{node}/replication/{job}/log")
            }
            Self::NodeHistory { node, frame, .. } => {
                let call = if node.as_str() == "localhost" { "rrd" } else { "rrddata" };
                write!(f, "/nodes/{node}/{call}?timeframe={}", frame.as_str())
            }
            Self::GuestHistory { node, kind, vmid, frame, .. } => {
                let kind = match kind {
                    GuestKind::Qemu => "qemu",
                    GuestKind::Lxc => "lxc",
                };
                write!(f, "/nodes/{node}/{kind}/{vmid}/rrddata?timeframe={}", frame.as_str())
            }
            Self::StoreHistory { store, frame, .. } => {
                write!(f, "/admin/datastore/{store}/rrd?timeframe={}", frame.as_str())
            }
        }
    }
}

/// A look that is asked for, with where to go on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// What.
    pub look: Look,
    /// Lines of a log that need not be sent again; 0 for all else.
    pub skip: u64,
}

/// What became of an [`Ask`].
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// What was asked.
    pub ask: Ask,
    /// When the answer came, our clock.
    pub at: Epoch,
    /// The answer, or why there is none.
    pub answer: Result<Seen, Outcome>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// Lines of a log.
    Log(Log),
    /// Of a node or PBS host.
    Load(LoadHistory),
    /// Of a guest.
    Guest(Vec<GuestPoint>),
    /// Of a datastore.
    Store(Vec<StorePoint>),
}

/// A piece of a log, or all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Lines before the first one here.
    pub skipped: u64,
    /// The lines, cleaned.
    pub lines: Vec<Arc<str>>,
    /// Lines in all, as the server counts them.
    pub total: u64,
}

impl Log {
    /// Lines up to the last one here.
    pub fn end(&self) -> u64 {
        self.skipped.saturating_add(self.lines.len() as u64)
    }

    /// Whether the server has lines after these.
    pub fn has_more(&self) -> bool {
        self.end() < self.total
    }

    /// Whether its last line is the one every worker ends with: nothing follows.
    pub fn is_ended(&self) -> bool {
        !self.has_more() && self.lines.last().is_some_and(|line| is_end(line))
    }

    /// Adds a later piece. The piece may begin with lines that are here already (the last one
    /// may have been half written): those are replaced. After a gap only the piece stays. When the
    /// log has become shorter another one stands in its place: nothing of the old one stays, and
    /// what the piece left out is still to be read.
    pub fn extend(&mut self, piece: Log) {
        let joins = (self.skipped..=self.end()).contains(&piece.skipped);
        if piece.total < self.end() && piece.skipped > 0 {
            *self = Self { total: piece.total, ..Self::default() };
        } else if !joins || piece.total < self.end() {
            *self = piece;
        } else {
            let kept = usize::try_from(piece.skipped - self.skipped).unwrap_or(usize::MAX);
            self.lines.truncate(kept);
            self.lines.extend(piece.lines);
            self.total = piece.total.max(self.end());
        }
        let over = self.lines.len().saturating_sub(LINES);
        self.lines.drain(..over);
        self.skipped = self.skipped.saturating_add(over as u64);
    }

    /// How many lines need not be sent again: all but the last, which may have been half
    /// written; of a log much longer than what is kept, all but its end.
    pub fn known(&self) -> u64 {
        let mine = self.end().saturating_sub(1);
        mine.max(self.total.saturating_sub(LINES as u64))
    }
}

/// Whether a line is the last of a task's log: `TASK OK`, `TASK ERROR: …`, `TASK WARNINGS: n`,
/// on a PBS after the time.
pub fn is_end(line: &str) -> bool {
    let is_stamp = |t: &str| t.len() >= 20 && t.as_bytes().get(4) == Some(&b'-') && t.contains('T');
    let text = line.split_once(": ").filter(|(t, _)| is_stamp(t)).map_or(line, |(_, text)| text);
    text.strip_prefix("TASK ").is_some_and(|word| {
        word == "OK" || word.starts_with("ERROR: ") || word.starts_with("WARNINGS: ")
    })
}

/// One point of a guest's history. What was not measured (it did not run) is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuestPoint {
    /// Time of the sample.
    pub time: Epoch,
    /// Load of its CPUs, 0..=1.
    pub cpu: Option<f64>,
    /// Memory used of what it may have, 0..=1.
    pub memory: Option<f64>,
    /// Bytes a second read from disks.
    pub disk_read: Option<f64>,
    /// Bytes a second written to disks.
    pub disk_write: Option<f64>,
    /// Bytes a second received.
    pub net_in: Option<f64>,
    /// Bytes a second sent.
    pub net_out: Option<f64>,
}

/// One point of a datastore's history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StorePoint {
    /// Time of the sample.
    pub time: Epoch,
    /// Bytes used of all.
    pub usage: Option<Usage>,
    /// Bytes a second read.
    pub read: Option<f64>,
    /// Bytes a second written.
    pub write: Option<f64>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LINES, Log, is_end};

    fn log(skipped: u64, lines: &[&str], total: u64) -> Log {
        Log { skipped, lines: lines.iter().map(|l| (*l).into()).collect(), total }
    }

    #[test]
    fn a_log_is_read_on_from_its_last_line() {
        let mut seen = log(0, &["a", "b", "half"], 3);
        assert_eq!(seen.known(), 2, "the last line may have been half written");
        seen.extend(log(2, &["half a line", "c"], 4));
        assert_eq!(seen, log(0, &["a", "b", "half a line", "c"], 4));
        assert!(!seen.has_more() && !seen.is_ended());
        seen.extend(log(3, &["c", "TASK OK"], 5));
        assert!(seen.is_ended());
    }

    #[test]
    fn a_log_that_begins_anew_replaces_the_old_one() {
        let mut seen = log(0, &["run 1", "b", "c"], 3);
        seen.extend(log(2, &[], 1));
        assert_eq!(seen, log(0, &[], 1), "its first line was not sent");
        assert!(seen.has_more());
        assert_eq!(seen.known(), 0, "it is read from its first line on");
        seen.extend(log(0, &["run 2"], 1));
        assert_eq!(seen, log(0, &["run 2"], 1));
        seen.extend(log(0, &["run 3", "b"], 2));
        assert_eq!(seen, log(0, &["run 3", "b"], 2), "a piece from the start is all of it");
    }

    #[test]
    fn of_a_very_long_log_the_end_is_kept() {
        let first: Vec<String> = (0..10).map(|n| n.to_string()).collect();
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        let mut seen = log(0, &first, 50_000);
        assert_eq!(seen.known(), 50_000 - LINES as u64);
        seen.extend(log(seen.known(), &["later"], 50_000));
        assert_eq!((seen.skipped, seen.lines.len()), (50_000 - LINES as u64, 1));
    }

    #[test]
    fn the_last_line_of_both_products() {
        for end in [
            "TASK OK",
            "TASK ERROR: job errors",
            "TASK WARNINGS: 2",
            "2026-11-22T13:01:19+00:00: TASK OK",
            "2026-11-22T13:01:19+01:00: TASK ERROR: no such group",
        ] {
            assert!(is_end(end), "{end}");
        }
        for line in ["", "TASK", "TASK OKAY", "INFO: TASK OK", "INFO: about a TASK ERROR: x"] {
            assert!(!is_end(line), "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_piece_makes_a_log_too_long_or_its_numbers_wrong(
            pieces in proptest::collection::vec(
                (0_u64..30_000, 0_usize..9_000, 0_u64..40_000), 1..6),
        ) {
            let mut seen = Log::default();
            for (skipped, len, total) in pieces {
                seen.extend(Log { skipped, lines: vec!["x".into(); len], total });
                prop_assert!(seen.lines.len() <= LINES);
                prop_assert!(seen.end() >= seen.skipped);
            }
        }
    }
}
