//! Datastores, and what lies on them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::answer::{Answer, object, put};
use super::super::copies::Copy;
use super::super::fleet::SimDatastore;
use super::super::noise::{hash, seed, wander};
use super::super::schedule::zone;
use super::{Call, Outcome};

/// Used bytes now: growing towards full where the description says so.
pub(in crate::simulate) fn used(store: &SimDatastore, now: i64, start: i64) -> u64 {
    let days = (now - start) as f64 / 86_400.0;
    let grown = match store.full_in_days {
        Some(full) if full > 0.0 => store.total.saturating_sub(store.used) as f64 * (days / full),
        _ => 0.0,
    };
    ((store.used as f64 + grown).max(0.0) as u64).min(store.total)
}

/// Why a datastore cannot be read now.
pub(super) fn trouble(store: &SimDatastore) -> Option<String> {
    let name = &store.name;
    if let Some(mode) = &store.maintenance {
        let (kind, message) = mode.split_once(',').unwrap_or((mode, ""));
        let message = message.strip_prefix("message=").unwrap_or(message);
        if kind != "read-only" {
            let tail = if message.is_empty() { String::new() } else { format!(": {message}") };
            return Some(format!(
                "datastore '{name}' is unavailable: {kind} maintenance mode{tail}"
            ));
        }
    }
    if store.mount == "notmounted" {
        return Some(format!("datastore '{name}' is not mounted"));
    }
    if store.broken || store.vanished {
        return Some(format!(
            "unable to open chunk store at \"{}/.chunks\" - No such file or directory (os error 2)",
            store.path
        ));
    }
    None
}

impl Call<'_> {
    pub(super) fn stores(&self) -> Outcome {
        self.only(&[])?;
        let rows: Vec<Value> = self
            .pbs
            .datastores
            .iter()
            .filter(|_| self.rights.storages)
            .map(|store| {
                let comment = store.comment.as_ref().map_or(Value::Null, |text| json!(text));
                object([
                    ("store", Some(json!(store.name))),
                    ("comment", Some(comment)),
                    ("mount-status", self.since(3, 3).then(|| json!(store.mount))),
                    ("backend-type", self.since(4, 1).then(|| json!("filesystem"))),
                    (
                        "maintenance",
                        store.maintenance.as_ref().filter(|_| self.since(2, 2)).map(|m| json!(m)),
                    ),
                ])
            })
            .collect();
        self.data(&json!(rows))
    }

    pub(super) fn store_config(&self) -> Outcome {
        self.only(&[])?;
        let rows: Vec<Value> = self
            .pbs
            .datastores
            .iter()
            .filter(|_| self.rights.storages)
            .map(|store| {
                object([
                    ("name", Some(json!(store.name))),
                    ("path", Some(json!(store.path))),
                    ("comment", store.comment.as_ref().map(|text| json!(text))),
                    ("gc-schedule", store.gc.map(|when| json!(when.text()))),
                    ("verify-new", store.verify_new.then_some(Value::Bool(true))),
                    ("maintenance-mode", store.maintenance.as_ref().map(|mode| json!(mode))),
                    (
                        "backing-device",
                        (store.mount != "nonremovable")
                            .then(|| json!("0f3c1b52-7f6a-4d9e-9a1b-5d2b8f1c2d3e")),
                    ),
                    ("notification-mode", self.since(3, 2).then(|| json!("notification-system"))),
                ])
            })
            .collect();
        self.configured(&json!(rows))
    }

    pub(super) fn store_status(&self, name: &str) -> Outcome {
        self.only(&["verbose"])?;
        let store = self.readable(name)?;
        let used = used(store, self.now, self.start);
        let mut row = object([
            ("total", Some(json!(store.total))),
            ("used", Some(json!(used))),
            ("avail", Some(json!(store.total - used))),
            ("backend-type", self.since(4, 1).then(|| json!("filesystem"))),
        ]);
        if self.ask.flag("verbose") {
            let mut counts = BTreeMap::new();
            for namespace in namespaces(store) {
                for copy in self.look.copies(store, namespace, None) {
                    let (groups, snapshots): &mut (Vec<String>, usize) =
                        counts.entry(copy.kind.clone()).or_default();
                    let group = format!("{namespace}/{}", copy.id);
                    if groups.last() != Some(&group) {
                        groups.push(group);
                    }
                    *snapshots += 1;
                }
            }
            let count = |kind: &str| {
                counts.get(kind).map_or(
                    Value::Null,
                    |(groups, snapshots)| json!({"groups": groups.len(), "snapshots": snapshots}),
                )
            };
            put(
                &mut row,
                "counts",
                json!({
                    "ct": count("ct"), "vm": count("vm"), "host": count("host"), "other": null,
                }),
            );
            put(&mut row, "gc-status", self.gc_counters(store));
        }
        self.data(&row)
    }

    pub(super) fn usage(&self) -> Outcome {
        self.only(&[])?;
        if !self.rights.storages {
            return self.data(&json!([]));
        }
        if self.pbs.datastores.iter().any(|store| store.vanished) {
            // One store whose directory vanished fails the call for all.
            return Err((400, "ENOENT: No such file or directory".to_owned()));
        }
        let rows: Vec<Value> =
            self.pbs.datastores.iter().map(|store| self.usage_row(store)).collect();
        self.data(&json!(rows))
    }

    fn usage_row(&self, store: &SimDatastore) -> Value {
        let mut row = object([
            ("store", Some(json!(store.name))),
            ("mount-status", self.since(3, 3).then(|| json!(store.mount))),
            ("backend-type", self.since(4, 1).then(|| json!("filesystem"))),
        ]);
        let trouble = trouble(store);
        if trouble.is_some() || store.mount == "notmounted" {
            if !self.since(3, 0) {
                // Before 3.2 numbers that are not known are -1.
                for key in ["total", "used", "avail"] {
                    put(&mut row, key, json!(-1));
                }
            }
            if let Some(text) = trouble.filter(|_| store.mount != "notmounted") {
                put(&mut row, "error", json!(text));
            }
            return row;
        }
        let used = used(store, self.now, self.start);
        put(&mut row, "total", json!(store.total));
        put(&mut row, "used", json!(used));
        put(&mut row, "avail", json!(store.total - used));
        let first = self.now - 1_439 * 1_800;
        let fraction = used as f64 / store.total.max(1) as f64;
        let slope = store.full_in_days.map_or(0.0, |days| (1.0 - fraction) / (days * 48.0));
        let who = seed(&store.name);
        let history: Vec<Value> = (0..1_440_i64)
            .map(|at| {
                let wave = (wander(who, first + at * 1_800) - 0.5) * 0.001;
                json!((fraction - slope * (1_439 - at) as f64 + wave).max(0.0))
            })
            .collect();
        put(&mut row, "history", json!(history));
        put(&mut row, "history-start", json!(first));
        put(&mut row, "history-delta", json!(1_800));
        put(
            &mut row,
            "estimated-full-date",
            match store.full_in_days {
                Some(days) => json!(self.start + (days * 86_400.0) as i64),
                None if self.since(4, 0) => json!(i64::MAX),
                None => json!(0),
            },
        );
        put(&mut row, "gc-status", self.gc_counters(store));
        row
    }

    pub(super) fn namespaces(&self, name: &str) -> Outcome {
        self.only(&["max-depth", "parent"])?;
        let store = self.readable(name)?;
        let parent = self.ask.get("parent").unwrap_or_default();
        let depth = self.unsigned("max-depth")?.unwrap_or(7);
        let level = |ns: &str| {
            ns.split('/')
                .filter(|part| !part.is_empty())
                .zip(1_i64..)
                .last()
                .map_or(0, |(_, at)| at)
        };
        let below =
            |ns: &str| parent.is_empty() || ns == parent || ns.starts_with(&format!("{parent}/"));
        let rows: Vec<Value> = namespaces(store)
            .filter(|ns| below(ns) && level(ns) - level(parent) <= depth)
            .map(|ns| json!({ "ns": ns }))
            .collect();
        self.data(&json!(rows))
    }

    fn namespace<'s>(&'s self, store: &SimDatastore) -> Result<&'s str, (u16, String)> {
        let wanted = self.ask.get("ns").unwrap_or_default();
        if namespaces(store).any(|ns| ns == wanted) {
            return Ok(wanted);
        }
        Err((400, "ENOENT: No such file or directory".to_owned()))
    }

    fn listing_parameters(&self, more: &[&str]) -> Result<(), (u16, String)> {
        let mut known = more.to_vec();
        if self.since(2, 2) {
            known.push("ns");
        }
        self.only(&known)
    }

    pub(super) fn groups(&self, name: &str) -> Outcome {
        self.listing_parameters(&[])?;
        let store = self.readable(name)?;
        let copies = self.look.copies(store, self.namespace(store)?, None);
        let mut rows: Vec<Value> = Vec::new();
        let mut rest = copies.as_slice();
        while let Some(first) = rest.first() {
            let same = |copy: &&Copy| copy.kind == first.kind && copy.id == first.id;
            let count = rest.iter().take_while(same).count();
            let (group, tail) = rest.split_at(count);
            rest = tail;
            rows.push(self.group_row(first, group));
        }
        self.data(&json!(rows))
    }

    fn group_row(&self, first: &Copy, group: &[Copy]) -> Value {
        let finished = group.iter().rev().find(|copy| copy.end <= self.now);
        let newest = match (finished, group) {
            (Some(copy), _) => copy.time,
            // The only one is unfinished: its time all the same.
            (None, [only]) => only.time,
            _ => 0,
        };
        let files: Vec<&str> = finished
            .map(|copy| copy.files.iter().rev().map(|(name, _)| name.as_str()).collect())
            .unwrap_or_default();
        json!({
            "backup-type": first.kind, "backup-id": first.id, "backup-count": group.len(),
            "last-backup": newest, "owner": first.owner, "files": files,
        })
    }

    pub(super) fn snapshots(&self, name: &str) -> Outcome {
        self.listing_parameters(&["backup-type", "backup-id"])?;
        let store = self.readable(name)?;
        let (kind, id) = (self.ask.get("backup-type"), self.ask.get("backup-id"));
        let only = kind.zip(id);
        let rows: Vec<Value> = self
            .look
            .copies(store, self.namespace(store)?, only)
            .iter()
            .filter(|copy| kind.is_none_or(|kind| kind == copy.kind))
            .filter(|copy| id.is_none_or(|id| id == copy.id))
            .map(|copy| self.snapshot_row(store, copy))
            .collect();
        self.data(&json!(rows)).map(Answer::chunked)
    }

    fn snapshot_row(&self, store: &SimDatastore, copy: &Copy) -> Value {
        let mut row = json!({
            "backup-type": copy.kind, "backup-id": copy.id, "backup-time": copy.time,
            "owner": copy.owner, "protected": false,
        });
        if copy.end > self.now {
            // Running: no manifest yet.
            put(&mut row, "files", json!([]));
            return row;
        }
        let mode = if copy.key.is_some() { "encrypt" } else { "none" };
        if let Some(key) = &copy.key {
            put(&mut row, "fingerprint", json!(key));
        }
        let files: Vec<Value> = copy
            .files
            .iter()
            .map(|(name, size)| json!({"filename": name, "crypt-mode": mode, "size": size}))
            .collect();
        put(&mut row, "size", json!(copy.files.iter().map(|(_, size)| size).sum::<u64>()));
        put(&mut row, "files", json!(files));
        if let Some(comment) = &copy.comment {
            put(&mut row, "comment", json!(comment));
        }
        if let Some((at, good)) = copy.verified {
            let ns = if copy.namespace.is_empty() {
                String::new()
            } else {
                format!("ns/{}/", copy.namespace.replace('/', "/ns/"))
            };
            let id = format!("{}:{ns}{}/{}/{:08X}", store.name, copy.kind, copy.id, copy.time);
            let upid = self.upid("verify_snapshot", &id, "root@pam", at);
            let state = json!({"state": if good { "ok" } else { "failed" }, "upid": upid});
            put(&mut row, "verification", state);
        }
        row
    }

    /// Counters of the latest garbage collection.
    fn gc_counters(&self, store: &SimDatastore) -> Value {
        let mut row = json!({
            "disk-bytes": 0, "disk-chunks": 0, "index-data-bytes": 0, "index-file-count": 0,
            "pending-bytes": 0, "pending-chunks": 0, "removed-bad": 0, "removed-bytes": 0,
            "removed-chunks": 0, "still-bad": store.still_bad, "upid": null,
        });
        if let Some((at, _)) = self.gc_run(store) {
            let disk = store.used / 10 * 9;
            put(&mut row, "disk-bytes", json!(disk));
            put(&mut row, "disk-chunks", json!(disk / 2_700_000));
            put(&mut row, "index-data-bytes", json!(disk.saturating_mul(14)));
            put(&mut row, "index-file-count", json!(1_204));
            put(
                &mut row,
                "upid",
                json!(self.upid("garbage_collection", &store.name, "root@pam", at)),
            );
            if self.since(4, 1) {
                put(&mut row, "cache-stats", json!({"hits": 912_331, "misses": 401_222}));
            }
        }
        row
    }

    /// Start and end of the latest finished garbage collection.
    pub(super) fn gc_run(&self, store: &SimDatastore) -> Option<(i64, i64)> {
        let when = store.gc?;
        let took = (300 + hash(seed(&store.name), 1) % 900).cast_signed();
        let zone = zone(&self.pbs.timezone);
        let last = when.last(self.now, &zone);
        let last = if last + took > self.now { when.last(last - 1, &zone) } else { last };
        Some((last, last + took))
    }

    fn gc_row(&self, store: &SimDatastore) -> Value {
        let mut row = self.gc_counters(store);
        put(&mut row, "store", json!(store.name));
        let Some(when) = store.gc else { return row };
        put(&mut row, "schedule", json!(when.text()));
        put(&mut row, "next-run", json!(when.next(self.now, &zone(&self.pbs.timezone))));
        if let Some((start, end)) = self.gc_run(store) {
            let running = when.last(self.now, &zone(&self.pbs.timezone)) > start;
            if !running {
                put(&mut row, "duration", json!(end - start));
                put(&mut row, "last-run-endtime", json!(end));
                put(&mut row, "last-run-state", json!(store.gc_status));
            }
        }
        row
    }

    pub(super) fn gc_list(&self, only: Option<&str>) -> Outcome {
        self.only(&[])?;
        let rows: Vec<Value> = self
            .pbs
            .datastores
            .iter()
            .filter(|store| self.rights.storages && trouble(store).is_none())
            .filter(|store| only.is_none_or(|only| only == store.name))
            .map(|store| self.gc_row(store))
            .collect();
        self.data(&json!(rows))
    }

    pub(super) fn gc_status(&self, name: &str) -> Outcome {
        self.only(&[])?;
        let store = self.readable(name)?;
        let row = if self.since(3, 2) { self.gc_row(store) } else { self.gc_counters(store) };
        self.data(&row)
    }

    pub(super) fn store_history(&self, name: &str) -> Outcome {
        let store = self.store(name)?;
        let rows = self.history(|time| {
            let used = used(store, time, self.start) as f64;
            // Backups come in the small hours.
            let night = if time.rem_euclid(86_400) < 3 * 3_600 { 1.0 } else { 0.05 };
            json!({
                "total": store.total as f64, "used": used, "available": store.total as f64 - used,
                "read_bytes": wander(1, time) * 4e6 * (night + 0.1),
                "write_bytes": wander(2, time) * 60e6 * night,
                "read_ios": wander(3, time) * 90.0, "write_ios": wander(4, time) * 30.0,
                "io_ticks": wander(5, time),
            })
        })?;
        self.data(&rows)
    }
}

/// The root and all namespaces of a datastore, parents first.
pub(super) fn namespaces(store: &SimDatastore) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(store.namespaces.iter().map(String::as_str))
}
