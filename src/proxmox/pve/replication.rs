//! `/cluster/replication` and `/nodes/{n}/replication`.

use serde::Deserialize;

use super::words;
use crate::fleet::id::{JobId, NodeName};
use crate::fleet::pve::replication::{ReplicationJob, ReplicationState};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, scalar};

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default, deserialize_with = "scalar::count")]
    guest: Option<u32>,
    #[serde(default, deserialize_with = "scalar::text")]
    target: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    source: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    schedule: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    disable: Option<bool>,
    #[serde(default, deserialize_with = "scalar::float")]
    rate: Option<f64>,
    #[serde(default, deserialize_with = "scalar::text")]
    comment: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    remove_job: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    last_sync: Option<i64>,
    #[serde(default, deserialize_with = "scalar::int")]
    last_try: Option<i64>,
    #[serde(default, deserialize_with = "scalar::int")]
    next_sync: Option<i64>,
    #[serde(default, deserialize_with = "scalar::float")]
    duration: Option<f64>,
    #[serde(default, deserialize_with = "scalar::count")]
    fail_count: Option<u32>,
    #[serde(default, deserialize_with = "scalar::text")]
    error: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    pid: Option<i64>,
}

/// `/cluster/replication`: configuration of all jobs.
pub fn read_jobs(body: &[u8]) -> Result<Vec<ReplicationJob>, Malformed> {
    let entries: Vec<Entry> = data(body)?;
    let mut jobs = Vec::with_capacity(entries.len());
    for entry in entries {
        // `<vmid>-<n>`: the number stands in the id too.
        let from_id = entry.id.split('-').next().and_then(|n| n.parse().ok());
        jobs.push(ReplicationJob {
            guest: entry
                .guest
                .or(from_id)
                .ok_or_else(|| Malformed::missing("a replication job's guest"))?,
            target: entry
                .target
                .map(|t| NodeName::new(cleaned(&t)))
                .ok_or_else(|| Malformed::missing("a replication job's target"))?,
            id: JobId::new(cleaned(&entry.id)),
            source: entry.source.map(|s| NodeName::new(cleaned(&s))),
            schedule: words(entry.schedule),
            disabled: entry.disable.unwrap_or(false),
            rate: entry.rate,
            comment: words(entry.comment),
            removing: entry.remove_job.is_some(),
        });
    }
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(jobs)
}

/// `/nodes/{n}/replication`: state of the jobs whose guest is on that node.
pub fn read_states(body: &[u8]) -> Result<Vec<ReplicationState>, Malformed> {
    let entries: Vec<Entry> = data(body)?;
    let time = |t: Option<i64>| t.filter(|t| *t > 0).map(Epoch);
    let mut states = Vec::with_capacity(entries.len());
    for entry in entries {
        // Not told is not "no failure".
        let missing = || Malformed::missing("`fail_count` of a replication job");
        states.push(ReplicationState {
            id: JobId::new(cleaned(&entry.id)),
            last_sync: time(entry.last_sync),
            last_try: time(entry.last_try),
            // 0 = failing with its target offline, 1 = to be removed.
            next_sync: entry.next_sync.filter(|t| *t > 1).map(Epoch),
            duration: entry.duration,
            fail_count: entry.fail_count.ok_or_else(missing)?,
            error: words(entry.error),
            running: entry.pid.is_some_and(|pid| pid > 0),
        });
    }
    states.sort_by(|a: &ReplicationState, b| a.id.cmp(&b.id));
    Ok(states)
}
