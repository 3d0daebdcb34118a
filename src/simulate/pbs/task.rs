//! Tasks of the backup server.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::answer::{Answer, put};
use super::super::noise::{hash, seed};
use super::super::schedule::{rfc3339, zone};
use super::job::{duration, sync_worker};
use super::{Call, Outcome};

/// A task.
struct Task {
    kind: &'static str,
    id: String,
    user: String,
    start: i64,
    /// `None` while it runs.
    end: Option<i64>,
    status: String,
}

impl Task {
    fn class(&self) -> &'static str {
        match self.status.as_str() {
            "OK" => "ok",
            "unknown" => "unknown",
            text if text.starts_with("WARNINGS:") => "warning",
            _ => "error",
        }
    }
}

/// As systemd escapes it: `/` becomes `-`, all but letters, digits, `_`, `.`, turns into `\x2d`.
fn escape(id: &str) -> String {
    let mut text = String::new();
    for (at, byte) in id.bytes().enumerate() {
        match byte {
            b'/' => text.push('-'),
            b'.' if at > 0 => text.push('.'),
            b'_' => text.push('_'),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text
}

/// Numbers of the process that ran a task.
fn process(kind: &str, id: &str, start: i64) -> (u64, u64, u64) {
    let who = hash(seed(kind) ^ seed(id), start.unsigned_abs());
    (7_614, 280_331, who % 0xFFFF_FFFF)
}

impl Call<'_> {
    /// The UPID of a task of this server.
    pub(super) fn upid(&self, kind: &str, id: &str, user: &str, start: i64) -> String {
        let (pid, pstart, number) = process(kind, id, start);
        let node = &self.pbs.node;
        let id = escape(id);
        format!("UPID:{node}:{pid:08X}:{pstart:08X}:{number:08X}:{start:08X}:{kind}:{id}:{user}:")
    }

    /// Tasks that began at `from` or later, newest first.
    fn work_since(&self, from: i64) -> Vec<Task> {
        let from = from.max(self.now - 30 * 86_400);
        let zone = zone(&self.pbs.timezone);
        let mut tasks = Vec::new();
        let mut push = |kind, id: String, user: &str, start: i64, took: i64, status: &str| {
            if start >= from && start <= self.now {
                let end = (start + took <= self.now).then_some(start + took);
                let status = status.to_owned();
                tasks.push(Task { kind, id, user: user.to_owned(), start, end, status });
            }
        };
        for store in &self.pbs.datastores {
            for attempt in self.look.attempts(store, from) {
                let id = format!("{}:{}", store.name, attempt.group);
                let took = attempt.end - attempt.time;
                let status = attempt.error.as_deref().unwrap_or("OK");
                push("backup", id, &attempt.owner, attempt.time, took, status);
            }
            let Some(when) = store.gc else { continue };
            let took = self.gc_run(store).map_or(300, |(start, end)| end - start);
            let events = when.between(from, self.now, &zone);
            let newest = events.last().copied();
            for event in events {
                let status = if Some(event) == newest { store.gc_status.as_str() } else { "OK" };
                push("garbage_collection", store.name.clone(), "root@pam", event, took, status);
            }
        }
        for (jobs, kind) in
            [(&self.pbs.verify_jobs, "verificationjob"), (&self.pbs.prune_jobs, "prunejob")]
        {
            for job in jobs.iter().filter(|job| !job.disabled) {
                let Some(when) = job.schedule else { continue };
                let until = job.missed_since.map_or(self.now, |since| self.start + since);
                let events = when.between(from, until.min(self.now), &zone);
                let newest = events.last().copied();
                for event in events {
                    let id = if kind == "prunejob" {
                        job.store.clone()
                    } else {
                        format!("{}:{}", job.store, job.id)
                    };
                    let status = if Some(event) == newest { job.status.as_str() } else { "OK" };
                    push(kind, id, "root@pam", event, duration(kind), status);
                }
            }
        }
        for job in &self.pbs.sync_jobs {
            let Some(when) = job.schedule else { continue };
            let events = when.between(from, self.now, &zone);
            let newest = events.last().copied();
            for event in events {
                let status = if Some(event) == newest { job.status.as_str() } else { "OK" };
                push("syncjob", sync_worker(job), "root@pam", event, duration("syncjob"), status);
            }
        }
        tasks.sort_by(|a, b| (b.start, &b.id).cmp(&(a.start, &a.id)));
        tasks
    }

    pub(super) fn tasks(&self) -> Outcome {
        self.only(&[
            "errors",
            "limit",
            "running",
            "since",
            "start",
            "statusfilter",
            "store",
            "typefilter",
            "until",
            "userfilter",
        ])?;
        let classes = self.ask.all("statusfilter");
        for class in &classes {
            if !["ok", "warning", "error", "unknown"].contains(class) {
                let text = format!(
                    "unknown variant `{class}`, expected one of `ok`, `warning`, `error`, `unknown`"
                );
                return Err((400, text));
            }
        }
        let limit = match self.unsigned("limit")? {
            Some(0) => usize::MAX,
            Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            None => 50,
        };
        let start = usize::try_from(self.unsigned("start")?.unwrap_or(0)).unwrap_or(0);
        let since = self.ask.number("since").unwrap_or(0);
        let until = self.ask.number("until").unwrap_or(i64::MAX);
        let has = |name: &str, text: &str| self.ask.get(name).is_none_or(|it| text.contains(it));
        let store = self.ask.get("store");
        let matching = |task: &Task| {
            let here = store.is_none_or(|store| task.id.split(':').any(|part| part == store));
            task.start <= until
                && here
                && has("typefilter", task.kind)
                && has("userfilter", &task.user)
                && !(self.ask.flag("running") && task.end.is_some())
                && !(self.ask.flag("errors") && task.status == "OK" && task.end.is_some())
                && (classes.is_empty() || (task.end.is_some() && classes.contains(&task.class())))
        };
        let history = if self.rights.system { self.work_since(since) } else { Vec::new() };
        let rows: Vec<Value> = history
            .iter()
            .filter(|task| matching(task))
            .skip(start)
            .take(limit)
            .map(|task| self.task_row(task))
            .collect();
        // Not the number of all tasks: one more than was given when the limit was reached.
        let total = start + rows.len() + usize::from(rows.len() == limit);
        Ok(Answer::json(&json!({"total": total, "data": rows})).chunked())
    }

    fn task_row(&self, task: &Task) -> Value {
        let (pid, pstart, _) = process(task.kind, &task.id, task.start);
        let mut row = json!({
            "upid": self.upid(task.kind, &task.id, &task.user, task.start), "node": "localhost",
            "pid": pid, "pstart": pstart, "starttime": task.start, "worker_type": task.kind,
            "worker_id": task.id, "user": task.user,
        });
        if let Some(end) = task.end {
            put(&mut row, "endtime", json!(end));
            put(&mut row, "status", json!(task.status));
        }
        row
    }

    /// The start time in a UPID, which must be one.
    fn start_of(upid: &str) -> Result<i64, (u16, String)> {
        let fields: Vec<&str> = upid.split(':').collect();
        match fields.as_slice() {
            ["UPID", _, _, _, _, start, _, _, _, ..] => i64::from_str_radix(start, 16).ok(),
            _ => None,
        }
        .ok_or_else(|| {
            let text = "parameter verification failed - 'upid': value does not match the regex \
                        pattern";
            (400, text.to_owned())
        })
    }

    fn task_named(&self, upid: &str) -> Result<Option<Task>, (u16, String)> {
        let start = Self::start_of(upid)?;
        if !self.rights.system {
            return Err((400, "missing permissions 'Sys.Audit' on '/system/tasks'".to_owned()));
        }
        let is = |task: &Task| self.upid(task.kind, &task.id, &task.user, task.start) == upid;
        Ok(self.work_since(start).into_iter().find(is))
    }

    pub(super) fn task_status(&self, upid: &str) -> Outcome {
        let Some(task) = self.task_named(upid)? else {
            let mut fields = upid.split(':').skip(6);
            let mut next = || fields.next().unwrap_or_default().to_owned();
            let (kind, id, user) = (next(), next(), next());
            let start = Self::start_of(upid)?;
            return self.data(&json!({
                "upid": upid, "node": self.pbs.node, "pid": 0, "pstart": 0, "starttime": start,
                "type": kind, "id": id, "user": user, "status": "stopped",
                "exitstatus": "unknown",
            }));
        };
        let (pid, pstart, _) = process(task.kind, &task.id, task.start);
        let (user, token) =
            task.user.split_once('!').map_or((task.user.as_str(), None), |(u, t)| (u, Some(t)));
        let mut row = json!({
            "upid": upid, "node": self.pbs.node, "pid": pid, "pstart": pstart,
            "starttime": task.start, "type": task.kind, "id": task.id, "user": user,
            "status": if task.end.is_some() { "stopped" } else { "running" },
        });
        if let Some(token) = token {
            put(&mut row, "tokenid", json!(token));
        }
        if let Some(end) = task.end {
            put(&mut row, "endtime", json!(end));
            put(&mut row, "exitstatus", json!(task.status));
        }
        self.data(&row)
    }

    pub(super) fn task_log(&self, upid: &str) -> Outcome {
        self.only(&["download", "limit", "start", "test-status"])?;
        let Some(task) = self.task_named(upid)? else {
            return Err((400, "No such file or directory (os error 2)".to_owned()));
        };
        let stamp = |at: i64| rfc3339(at).replace('Z', "+00:00");
        let mut lines = vec![format!("{}: starting {} {}", stamp(task.start), task.kind, task.id)];
        if let Some(end) = task.end {
            let last = match task.class() {
                "ok" => "TASK OK".to_owned(),
                "warning" => format!("TASK {}", task.status),
                _ => format!("TASK ERROR: {}", task.status),
            };
            lines.push(format!("{}: {last}", stamp(end)));
        }
        // Lines count from 1; 0 and 1 both mean the first.
        let start = usize::try_from(self.unsigned("start")?.unwrap_or(0)).unwrap_or(0);
        let limit = match self.unsigned("limit")? {
            Some(0) => usize::MAX,
            Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            None => 50,
        };
        let rows: Vec<Value> = lines
            .iter()
            .enumerate()
            .skip(start.saturating_sub(1))
            .take(limit)
            .map(|(at, text)| json!({"n": at + 1, "t": text}))
            .collect();
        let mut document = json!({"data": rows, "total": lines.len(), "success": 1});
        if self.ask.flag("test-status") {
            put(&mut document, "active", json!(task.end.is_none()));
        }
        Ok(Answer::json(&document))
    }
}
