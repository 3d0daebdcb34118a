//! Verify, prune and sync jobs, and garbage collection.

use serde::Deserialize;

use super::words;
use crate::fleet::id::{JobId, Namespace, StoreName, Upid};
use crate::fleet::pbs::job::{GcStatus, LastRun, PbsJob, SyncEnd};
use crate::fleet::retention::Keep;
use crate::fleet::task::TaskResult;
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, scalar, upid, usage};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Entry {
    #[serde(default, deserialize_with = "scalar::text")]
    id: Option<String>,
    store: String,
    #[serde(default, deserialize_with = "scalar::text")]
    ns: Option<String>,
    #[serde(default, deserialize_with = "scalar::count")]
    max_depth: Option<u32>,
    #[serde(default, deserialize_with = "scalar::text")]
    schedule: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    disable: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    comment: Option<String>,
    #[serde(default, deserialize_with = "scalar::count")]
    outdated_after: Option<u32>,
    #[serde(default, deserialize_with = "scalar::count")]
    keep_last: Option<u32>,
    #[serde(default, deserialize_with = "scalar::count")]
    keep_hourly: Option<u32>,
    #[serde(default, deserialize_with = "scalar::count")]
    keep_daily: Option<u32>,
    #[serde(default, deserialize_with = "scalar::count")]
    keep_weekly: Option<u32>,
    #[serde(default, deserialize_with = "scalar::count")]
    keep_monthly: Option<u32>,
    #[serde(default, deserialize_with = "scalar::count")]
    keep_yearly: Option<u32>,
    #[serde(default, deserialize_with = "scalar::text")]
    remote: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    remote_store: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    remote_ns: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    sync_direction: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    next_run: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    last_run_upid: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    last_run_state: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    last_run_endtime: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    upid: Option<String>,
    #[serde(default, deserialize_with = "scalar::size")]
    index_data_bytes: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    disk_bytes: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    pending_bytes: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    still_bad: Option<u64>,
}

fn run(entry: &Entry) -> LastRun {
    LastRun {
        upid: entry.last_run_upid.as_deref().map(|u| Upid::new(cleaned(u))),
        end: entry.last_run_endtime.map(Epoch),
        result: entry.last_run_state.as_deref().map(TaskResult::parse),
        next: entry.next_run.map(Epoch),
    }
}

fn keep(entry: &Entry) -> Keep {
    Keep {
        last: entry.keep_last.unwrap_or(0),
        hourly: entry.keep_hourly.unwrap_or(0),
        daily: entry.keep_daily.unwrap_or(0),
        weekly: entry.keep_weekly.unwrap_or(0),
        monthly: entry.keep_monthly.unwrap_or(0),
        yearly: entry.keep_yearly.unwrap_or(0),
    }
}

/// `/admin/verify`, `/admin/prune`, `/admin/sync`
pub fn read_jobs(body: &[u8]) -> Result<Vec<PbsJob>, Malformed> {
    let wire: Vec<Entry> = data(body)?;
    let mut jobs = Vec::with_capacity(wire.len());
    for entry in wire {
        let run = run(&entry);
        let ns = |text: Option<&str>| Namespace::new(cleaned(text.unwrap_or("")));
        jobs.push(PbsJob {
            id: entry
                .id
                .as_deref()
                .map(|id| JobId::new(cleaned(id)))
                .ok_or_else(|| Malformed::missing("a job's id"))?,
            store: StoreName::new(cleaned(&entry.store)),
            ns: ns(entry.ns.as_deref()),
            max_depth: entry.max_depth,
            run,
            disabled: entry.disable.unwrap_or(false),
            outdated_after: entry.outdated_after,
            keep: keep(&entry),
            sync: entry.remote_store.as_deref().map(|store| SyncEnd {
                remote: entry.remote.as_deref().map(cleaned),
                store: StoreName::new(cleaned(store)),
                ns: ns(entry.remote_ns.as_deref()),
                push: entry.sync_direction.as_deref() == Some("push"),
            }),
            schedule: words(entry.schedule),
            comment: words(entry.comment),
        });
    }
    jobs.sort_by(|a: &PbsJob, b| (&a.store, &a.id).cmp(&(&b.store, &b.id)));
    Ok(jobs)
}

/// `/admin/gc`
pub fn read_gc_list(body: &[u8]) -> Result<Vec<GcStatus>, Malformed> {
    let wire: Vec<Entry> = data(body)?;
    let mut all = wire.into_iter().map(gc).collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| a.store.cmp(&b.store));
    Ok(all)
}

/// `/admin/datastore/{s}/gc`: an object that names no store on some releases.
pub fn read_gc(body: &[u8], store: &StoreName) -> Result<GcStatus, Malformed> {
    let mut wire: serde_json::Map<String, serde_json::Value> = data(body)?;
    wire.entry("store").or_insert_with(|| store.as_str().into());
    let entry: Entry = serde_json::from_value(wire.into())?;
    gc(entry)
}

fn gc(entry: Entry) -> Result<GcStatus, Malformed> {
    // Not told is not "no bad chunks".
    let still_bad = entry.still_bad.ok_or_else(|| Malformed::missing("`still-bad`"))?;
    let mut run = run(&entry);
    let began = entry.upid.as_deref().and_then(upid::parse).map(|task| task.start);
    // The counters' task is the last that ended: alone it does not say that one runs.
    if run.upid.is_none() && (run.end.is_some() || run.result.is_some()) {
        run.upid = entry.upid.as_deref().map(|u| Upid::new(cleaned(u)));
    }
    Ok(GcStatus {
        store: StoreName::new(cleaned(&entry.store)),
        schedule: words(entry.schedule),
        run,
        began,
        deduplication: usage(entry.disk_bytes, entry.index_data_bytes),
        pending: entry.pending_bytes,
        still_bad,
    })
}
