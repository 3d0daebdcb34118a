//! Tasks, of PVE and of PBS, and how they ended.

mod work;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{NodeName, Upid, Vmid};
use super::time::Epoch;
pub use work::Work;

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskResult {
    /// `OK`
    Ok,
    /// `WARNINGS: n`: done, with n warnings.
    Warnings(u32),
    /// `unknown` (PBS), `unexpected status` (PVE): nobody knows how it ended.
    Unknown,
    /// Anything else: the error itself, cleaned.
    Error(Arc<str>),
}

impl TaskResult {
    /// Reads a status text as both products write it.
    pub fn parse(text: &str) -> Self {
        if text == "OK" {
            Self::Ok
        } else if let Some(count) = text.strip_prefix("WARNINGS: ") {
            Self::Warnings(count.trim().parse().unwrap_or(1))
        } else if matches!(text, "unknown" | "unexpected status") {
            Self::Unknown
        } else {
            Self::Error(super::text::cleaned(text))
        }
    }

    /// Whether what the task was for was done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Ok | Self::Warnings(_))
    }
}

/// A task of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its unique id.
    pub upid: Upid,
    /// Where it runs.
    pub node: NodeName,
    /// `vzdump`, `backup`, `verificationjob`…
    pub kind: Arc<str>,
    /// What it works on; absent for a vzdump of several guests.
    pub id: Option<Arc<str>>,
    /// Who started it.
    pub user: Arc<str>,
    /// Its start.
    pub start: Epoch,
    /// Its end; none while it runs.
    pub end: Option<Epoch>,
    /// How it ended; none while it runs.
    pub result: Option<TaskResult>,
}

impl Task {
    /// Whether it still runs.
    pub fn is_running(&self) -> bool {
        self.end.is_none() && self.result.is_none()
    }
}

/// What a vzdump log says of its guests (`/nodes/{n}/tasks/{upid}/log`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VzdumpLog {
    /// The storage named in its first line.
    pub storage: Option<Arc<str>>,
    /// Guest by guest, in the order of the log.
    pub guests: Vec<VzdumpGuest>,
    /// The text of `TASK ERROR:`, cleaned.
    pub error: Option<Arc<str>>,
}

/// One guest within a vzdump log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VzdumpGuest {
    /// Its number.
    pub vmid: Vmid,
    /// What became of it.
    pub outcome: VzdumpOutcome,
}

/// What became of a guest within a vzdump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VzdumpOutcome {
    /// `Finished Backup of VM n`
    Finished,
    /// `Backup of VM n failed - text`
    Failed(Arc<str>),
    /// Begun, and the log ends without a word.
    Unfinished,
}
