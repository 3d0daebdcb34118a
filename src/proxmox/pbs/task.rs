//! `/nodes/localhost/tasks`

use serde::Deserialize;

use super::words;
use crate::fleet::id::{NodeName, Upid};
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, scalar};

#[derive(Deserialize)]
struct Entry {
    upid: String,
    #[serde(default, deserialize_with = "scalar::int")]
    starttime: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    worker_type: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    worker_id: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    user: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    endtime: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    status: Option<String>,
}

/// Reads a list of tasks, newest first. Running ones have neither end nor status.
pub fn read(body: &[u8]) -> Result<Vec<Task>, Malformed> {
    let wire: Vec<Entry> = data(body)?;
    let mut tasks = Vec::with_capacity(wire.len());
    for entry in wire {
        let start = entry.starttime.ok_or_else(|| Malformed::missing("a task's start"))?;
        tasks.push(Task {
            upid: Upid::new(cleaned(&entry.upid)),
            node: NodeName::from("localhost"),
            kind: cleaned(entry.worker_type.as_deref().unwrap_or("")),
            id: words(entry.worker_id),
            user: cleaned(entry.user.as_deref().unwrap_or("")),
            start: Epoch(start),
            end: entry.endtime.map(Epoch),
            result: entry.status.as_deref().map(TaskResult::parse),
        });
    }
    tasks.sort_by(|a, b| b.start.cmp(&a.start).then_with(|| a.upid.cmp(&b.upid)));
    Ok(tasks)
}
