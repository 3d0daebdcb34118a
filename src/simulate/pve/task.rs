//! Tasks: lists, state and logs.

use serde_json::{Value, json};

use super::super::answer::put;
use super::super::fleet::{SimNode, SimSelection};
use super::super::noise::{hash, seed};
use super::super::runs::{Run, runs};
use super::super::schedule::{format, rfc3339, zone};
use super::{Call, Outcome, Refusal, daemon_data, data};

/// Days of history a node keeps.
const HISTORY: i64 = 30;

/// A task of a node.
struct Task {
    upid: String,
    pid: u64,
    pstart: u64,
    node: String,
    kind: String,
    id: String,
    user: String,
    start: i64,
    end: Option<i64>,
    status: String,
    /// Number of the run it belongs to, for its log.
    run: Option<usize>,
}

impl Task {
    fn new(node: &str, kind: &str, id: &str, user: &str, start: i64) -> Self {
        let who = hash(seed(node) ^ seed(kind) ^ seed(id), start.unsigned_abs());
        let pid = 1_000 + who % 60_000;
        let pstart = 100_000 + (who >> 20) % 900_000_000;
        let upid = format!("UPID:{node}:{pid:08X}:{pstart:08X}:{start:08X}:{kind}:{id}:{user}:");
        Self {
            upid,
            pid,
            pstart,
            node: node.to_owned(),
            kind: kind.to_owned(),
            id: id.to_owned(),
            user: user.to_owned(),
            start,
            end: None,
            status: String::new(),
            run: None,
        }
    }

    /// User and token name apart, as the API shows them.
    fn account(&self) -> (&str, Option<&str>) {
        self.user.split_once('!').map_or((&self.user, None), |(user, token)| (user, Some(token)))
    }

    fn class(&self) -> &'static str {
        match self.status.as_str() {
            "OK" => "ok",
            "unexpected status" => "unknown",
            text if text.starts_with("WARNINGS:") => "warning",
            _ => "error",
        }
    }
}

impl Call<'_> {
    /// Tasks of a node that began at `from` or later, newest first.
    fn tasks_of(&self, node: &SimNode, from: i64) -> (Vec<Task>, Vec<Run<'_>>) {
        let from = from.max(self.now - HISTORY * 86_400);
        let runs: Vec<Run<'_>> = runs(self.fleet, self.cluster, self.start, from, self.now)
            .into_iter()
            .filter(|run| run.node.name == node.name)
            .collect();
        let mut tasks = Vec::new();
        for (at, run) in runs.iter().enumerate() {
            // The id is the vmid only when exactly one guest is taken.
            let id = match run.guests.as_slice() {
                [only] => only.guest.vmid.to_string(),
                _ => String::new(),
            };
            let mut task = Task::new(&node.name, "vzdump", &id, "root@pam", run.event);
            task.run = Some(at);
            if run.end <= self.now {
                task.end = Some(run.end);
                run.status().clone_into(&mut task.status);
            }
            tasks.push(task);
        }
        for described in self.cluster.tasks.iter().filter(|task| task.node == node.name) {
            let start = self.start + described.start;
            if start < from || start > self.now {
                continue;
            }
            let mut task =
                Task::new(&node.name, &described.kind, &described.id, &described.user, start);
            if let Some(took) = described.took.filter(|took| start + took <= self.now) {
                task.end = Some(start + took);
                task.status.clone_from(&described.status);
            }
            tasks.push(task);
        }
        tasks.sort_by_key(|task| std::cmp::Reverse((task.start, task.pid)));
        (tasks, runs)
    }

    pub(super) fn cluster_tasks(&self) -> Outcome {
        self.only(&[])?;
        let mut rows = Vec::new();
        for node in self.cluster.nodes.iter().filter(|_| self.rights.system) {
            let (tasks, _) = self.tasks_of(node, self.now - 7 * 86_400);
            for task in tasks.iter().take(25) {
                let (user, token) = task.account();
                let mut row = json!({
                    "upid": task.upid, "node": task.node, "type": task.kind, "id": task.id,
                    "user": user, "starttime": task.start,
                });
                if let Some(token) = token {
                    put(&mut row, "tokenid", json!(token));
                }
                if let Some(end) = task.end {
                    put(&mut row, "endtime", json!(end));
                    put(&mut row, "status", json!(task.status));
                    put(&mut row, "saved", json!("1"));
                } else {
                    put(&mut row, "pid", json!(task.pid));
                    put(&mut row, "saved", json!("0"));
                }
                rows.push(row);
            }
        }
        data(&json!(rows))
    }

    pub(super) fn node_tasks(&self, node: &SimNode) -> Outcome {
        self.only(&[
            "errors",
            "limit",
            "since",
            "source",
            "start",
            "statusfilter",
            "typefilter",
            "until",
            "userfilter",
            "vmid",
        ])?;
        let since = self.integer("since")?.unwrap_or(0);
        let until = self.integer("until")?.unwrap_or(i64::MAX);
        let limit = usize::try_from(self.integer("limit")?.unwrap_or(50)).unwrap_or(0);
        let start = usize::try_from(self.integer("start")?.unwrap_or(0)).unwrap_or(0);
        let source = self.ask.get("source").unwrap_or("archive");
        let classes: Vec<&str> =
            self.ask.get("statusfilter").map(|text| text.split(',').collect()).unwrap_or_default();
        for class in &classes {
            if !["ok", "warning", "error", "unknown"].contains(class) {
                let text = format!("invalid format - unknown status '{class}'");
                return Err(Refusal::Parameter("statusfilter".to_owned(), text));
            }
        }
        let is = |name: &str, value: &str| self.ask.get(name).is_none_or(|want| want == value);
        let (tasks, _) = self.tasks_of(node, since);
        let matching: Vec<&Task> = tasks
            .iter()
            .filter(|_| self.rights.system)
            .filter(|task| task.start >= since && task.start <= until)
            .filter(|task| match source {
                "active" => task.end.is_none(),
                "all" => true,
                _ => task.end.is_some(),
            })
            .filter(|task| is("typefilter", &task.kind) && is("vmid", &task.id))
            .filter(|task| self.ask.get("userfilter").is_none_or(|user| task.user.contains(user)))
            .filter(|task| !self.ask.flag("errors") || task.status != "OK")
            .filter(|task| classes.is_empty() || classes.contains(&task.class()))
            .collect();
        let rows: Vec<Value> = matching
            .iter()
            .skip(start)
            .take(limit)
            .map(|task| {
                let (user, token) = task.account();
                let mut row = json!({
                    "upid": task.upid, "node": task.node, "pid": task.pid, "pstart": task.pstart,
                    "type": task.kind, "id": task.id, "user": user, "starttime": task.start,
                    "status": if task.end.is_some() { &task.status } else { "RUNNING" },
                });
                if let Some(token) = token {
                    put(&mut row, "tokenid", json!(token));
                }
                match task.end {
                    Some(end) => put(&mut row, "endtime", json!(end)),
                    None => put(&mut row, "saved", json!("0")),
                }
                row
            })
            .collect();
        Ok(super::counted(&json!(rows), matching.len()))
    }

    fn task_named(
        &self,
        node: &SimNode,
        upid: &str,
    ) -> Result<(Task, Option<Vec<String>>), Refusal> {
        let refuse = |text: &str| Refusal::Parameter("upid".to_owned(), text.to_owned());
        if !upid.starts_with("UPID:") || upid.split(':').count() < 9 {
            return Err(refuse("unable to parse worker upid"));
        }
        self.need_node(node)?;
        let (tasks, runs) = self.tasks_of(node, 0);
        let task = tasks
            .into_iter()
            .find(|task| task.upid == upid)
            .ok_or_else(|| refuse("no such task"))?;
        let lines = task.run.and_then(|at| runs.get(at)).map(|run| self.vzdump_log(run));
        Ok((task, lines))
    }

    pub(super) fn task_status(&self, node: &SimNode, upid: &str) -> Outcome {
        let (task, _) = self.task_named(node, upid)?;
        let (user, token) = task.account();
        let mut row = json!({
            "upid": task.upid, "node": task.node, "pid": task.pid, "pstart": task.pstart,
            "type": task.kind, "id": task.id, "user": user, "starttime": task.start,
            "status": if task.end.is_some() { "stopped" } else { "running" },
        });
        if let Some(token) = token {
            put(&mut row, "tokenid", json!(token));
        }
        if task.end.is_some() {
            put(&mut row, "exitstatus", json!(task.status));
        }
        daemon_data(&row)
    }

    pub(super) fn task_log(&self, node: &SimNode, upid: &str) -> Outcome {
        self.only(&["download", "limit", "start"])?;
        let (task, lines) = self.task_named(node, upid)?;
        let lines = lines.unwrap_or_else(|| {
            if task.kind == "vzdump" {
                return self.dump_by_hand(&task);
            }
            let last = match task.class() {
                _ if task.end.is_none() => {
                    return vec![format!("running {} {}", task.kind, task.id)];
                }
                "ok" => "TASK OK".to_owned(),
                "warning" => format!("TASK {}", task.status),
                _ => format!("TASK ERROR: {}", task.status),
            };
            vec![format!("{} {}", task.kind, task.id), last]
        });
        Ok(self.page(&lines).protected())
    }

    /// The log of a vzdump that somebody began by hand, as far as it has come.
    fn dump_by_hand(&self, task: &Task) -> Vec<String> {
        let vmid = &task.id;
        let local = |at: i64| format(at, &zone(&self.cluster.timezone), "%Y-%m-%d %H:%M:%S");
        let end = self.cluster.tasks.iter().find_map(|described| {
            let is_it = self.start + described.start == task.start && described.id == task.id;
            is_it.then(|| task.start + described.took.unwrap_or(3_600))
        });
        let end = end.unwrap_or(task.start + 60);
        let mut lines = vec![
            format!(
                "INFO: starting new backup job: vzdump {vmid} --storage pbs-home --mode snapshot"
            ),
            format!("INFO: Starting Backup of VM {vmid} (qemu)"),
            format!("INFO: Backup started at {}", local(task.start)),
            "INFO: status = running".to_owned(),
            format!("INFO: include disk 'scsi0' 'local-zfs:vm-{vmid}-disk-0' 32G"),
            "INFO: issuing guest-agent 'fs-freeze' command".to_owned(),
            "WARN: guest agent takes its time: 7 s until the file systems stood still".to_owned(),
            "INFO: issuing guest-agent 'fs-thaw' command".to_owned(),
        ];
        lines.extend(progress(task.start, end, self.now));
        if let Some(ended) = task.end {
            lines.push(format!("INFO: Finished Backup of VM {vmid} (00:45:00)"));
            lines.push(format!("INFO: Backup finished at {}", local(ended)));
            lines.push("INFO: Backup job finished successfully".to_owned());
            lines.push("TASK OK".to_owned());
        }
        lines
    }

    /// The log of a run, as far as it has come.
    fn vzdump_log(&self, run: &Run<'_>) -> Vec<String> {
        let zone = zone(&self.cluster.timezone);
        let local = |at: i64| format(at, &zone, "%Y-%m-%d %H:%M:%S");
        let storage = &run.job.storage;
        let whom = match &run.job.takes {
            SimSelection::All(but) if but.is_empty() => "--all 1".to_owned(),
            SimSelection::All(but) => {
                let list: Vec<String> = but.iter().map(ToString::to_string).collect();
                format!("--all 1 --exclude {}", list.join(","))
            }
            SimSelection::Vmids(vmids) => {
                vmids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            SimSelection::Pool(pool) => format!("--pool {pool}"),
        };
        let quiet = "--quiet 1 --mode snapshot --notes-template '{{guestname}}'";
        let mut lines = vec![format!(
            "INFO: starting new backup job: vzdump {whom} --storage {storage} {quiet}"
        )];
        let elsewhere: Vec<String> = self
            .cluster
            .guests
            .iter()
            .filter(|guest| run.job.takes.takes(guest) && guest.node != run.node.name)
            .map(|guest| guest.vmid.to_string())
            .collect();
        if !elsewhere.is_empty() && !matches!(run.job.takes, SimSelection::All(_)) {
            lines.push(format!("INFO: skip external VMs: {}", elsewhere.join(", ")));
        }
        for part in run.guests.iter().take_while(|part| part.start <= self.now) {
            let (guest, vmid) = (part.guest, part.guest.vmid);
            let (kind, short) =
                (guest.kind.pve(), if guest.kind.pve() == "qemu" { "VM" } else { "CT" });
            lines.push(format!("INFO: Starting Backup of VM {vmid} ({kind})"));
            lines.push(format!("INFO: Backup started at {}", local(part.start)));
            lines.push(format!("INFO: status = {}", guest.status));
            lines.push(format!("INFO: {short} Name: {}", guest.name));
            for (at, volume) in guest.volumes.iter().enumerate() {
                let id = super::guest::volume_id(guest, volume, at);
                lines.push(match (short, volume.backed_up()) {
                    ("VM", true) => {
                        format!("INFO: include disk '{}' '{id}' {}G", volume.key, volume.gib)
                    }
                    ("VM", false) => {
                        format!("INFO: exclude disk '{}' '{id}' (backup=no)", volume.key)
                    }
                    (_, true) => {
                        format!("INFO: including mount point {} ('/') in backup", volume.key)
                    }
                    (_, false) => {
                        format!(
                            "INFO: excluding volume mount point {} ('/srv') from backup (disabled)",
                            volume.key
                        )
                    }
                });
            }
            if let Some(error) = part.error {
                lines.push(format!("ERROR: Backup of VM {vmid} failed - {error}"));
                lines.push(format!("INFO: Failed at {}", local(part.end)));
                continue;
            }
            let archive = format!("{}/{vmid}/{}", guest.kind.pbs(), rfc3339(part.start));
            lines.push(format!("INFO: creating Proxmox Backup Server archive '{archive}'"));
            lines.extend(progress(part.start, part.end, self.now));
            if part.end > self.now {
                return lines;
            }
            let took = part.end - part.start;
            let took = format!("{:02}:{:02}:{:02}", took / 3_600, took / 60 % 60, took % 60);
            lines.push(format!("INFO: Finished Backup of VM {vmid} ({took})"));
            lines.push(format!("INFO: Backup finished at {}", local(part.end)));
        }
        if run.end <= self.now {
            if let Some(error) = run.error {
                lines.push(format!("ERROR: Backup job failed - {error}"));
                lines.push(format!("TASK ERROR: {error}"));
            } else if run.status() == "OK" {
                lines.push("INFO: Backup job finished successfully".to_owned());
                lines.push("TASK OK".to_owned());
            } else {
                lines.push("INFO: Backup job finished with errors".to_owned());
                lines.push("TASK ERROR: job errors".to_owned());
            }
        }
        lines
    }
}

/// What vzdump says on its way from `start` to `end`, as far as it has come: every few seconds at
/// first, then more seldom.
fn progress(start: i64, end: i64, now: i64) -> Vec<String> {
    let whole = (end - start).max(1);
    let step = (whole / 100).max(3);
    let mut lines = Vec::new();
    let mut at = start + 3;
    while at <= now && at < end {
        let percent = (at - start) * 100 / whole;
        let read = 32.0 * (at - start) as f64 / whole as f64;
        lines.push(format!(
            "INFO: {percent:>3}% ({read:.1} GiB of 32.0 GiB) in {}s, read: {:.1} MiB/s, write: {:.1} MiB/s",
            at - start,
            32.0 * 1024.0 / whole as f64,
            8.0 * 1024.0 / whole as f64,
        ));
        at += if at - start < 30 { 3 } else { step.min(9) };
    }
    lines
}
