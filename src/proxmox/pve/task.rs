//! `/cluster/tasks` and `/nodes/{n}/tasks`.

use serde::Deserialize;

use super::words;
use crate::fleet::id::{NodeName, Upid};
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, scalar, upid};

#[derive(Deserialize)]
struct Entry {
    upid: String,
    #[serde(default, deserialize_with = "scalar::text")]
    node: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    r#type: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    user: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    starttime: Option<i64>,
    #[serde(default, deserialize_with = "scalar::int")]
    endtime: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    status: Option<String>,
}

/// Reads a list of tasks, newest first.
pub fn read(body: &[u8]) -> Result<Vec<Task>, Malformed> {
    let wire: Vec<Entry> = data(body)?;
    let mut tasks = Vec::with_capacity(wire.len());
    for entry in wire {
        tasks.push(task(entry).ok_or_else(|| Malformed::missing("a task's start"))?);
    }
    tasks.sort_by(|a: &Task, b| b.start.cmp(&a.start).then_with(|| a.upid.cmp(&b.upid)));
    Ok(tasks)
}

fn task(entry: Entry) -> Option<Task> {
    // What the row leaves out stands in the id.
    let parsed = upid::parse(&entry.upid);
    let from_id = |pick: fn(&upid::Parsed) -> &String| parsed.as_ref().map(|p| pick(p).clone());
    let running = matches!(entry.status.as_deref(), Some("RUNNING"));
    Some(Task {
        start: entry.starttime.map(Epoch).or(parsed.as_ref().map(|p| p.start))?,
        node: NodeName::new(cleaned(&entry.node.or_else(|| from_id(|p| &p.node))?)),
        kind: cleaned(&entry.r#type.or_else(|| from_id(|p| &p.kind))?),
        id: words(entry.id),
        user: cleaned(entry.user.as_deref().unwrap_or("")),
        end: if running { None } else { entry.endtime.map(Epoch) },
        result: match entry.status.as_deref() {
            Some("RUNNING") | None => None,
            Some(status) => Some(TaskResult::parse(status)),
        },
        upid: Upid::new(cleaned(&entry.upid)),
    })
}
