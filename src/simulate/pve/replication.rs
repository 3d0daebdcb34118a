//! Replication: the configuration half and the state half.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::answer::{object, put};
use super::super::fleet::{SimNode, SimReplication};
use super::super::noise::share;
use super::super::schedule::{When, format, zone};
use super::{Call, Outcome, Refusal, counted, daemon_data, data, forbidden};

/// What `/nodes/{n}/replication` says about a job beside its configuration.
struct State {
    last_sync: i64,
    last_try: i64,
    next_sync: i64,
    fail_count: u32,
    error: Option<String>,
    running: bool,
}

impl Call<'_> {
    fn job_config(&self, job: &SimReplication) -> Value {
        let source = self.cluster.guest(job.guest).map(|guest| json!(guest.node));
        object([
            ("id", Some(json!(job.id()))),
            ("type", Some(json!("local"))),
            ("guest", Some(json!(job.guest))),
            ("jobnum", Some(json!(job.jobnum))),
            ("source", source),
            ("target", Some(json!(job.target))),
            ("schedule", job.schedule.map(|when| json!(when.text()))),
            ("rate", job.rate.map(|rate| json!(rate))),
            ("comment", job.comment.as_ref().map(|text| json!(text))),
            ("disable", job.disabled.then(|| json!(1))),
        ])
    }

    pub(super) fn replication_config(&self) -> Outcome {
        self.only(&[])?;
        let jobs = self.cluster.replication.iter().filter(|_| self.rights.guests);
        let rows: Vec<Value> = jobs.map(|job| self.job_config(job)).collect();
        data(&json!(rows))
    }

    pub(super) fn replication_config_of(&self, id: &str) -> Outcome {
        let job = self.cluster.replication_job(id).filter(|_| self.rights.guests);
        let Some(job) = job else {
            return Err(Refusal::Error(500, format!("no such replication job '{id}'")));
        };
        data(&self.job_config(job))
    }

    pub(super) fn replication_route(&self, node: &SimNode, rest: &[&str]) -> Outcome {
        match rest {
            [] => {
                self.only(&["guest"])?;
                if !self.rights.guests {
                    return daemon_data(&json!([]));
                }
                self.need_lock()?;
                let only = self.integer("guest")?;
                let rows: Vec<Value> = self
                    .cluster
                    .replication
                    .iter()
                    .filter(|job| self.at_home(job, node))
                    .filter(|job| only.is_none_or(|only| only == i64::from(job.guest)))
                    .map(|job| self.job_row(job))
                    .collect();
                daemon_data(&json!(rows))
            }
            [id, "status"] => {
                let job = self.job_here(node, id)?;
                self.need_lock()?;
                daemon_data(&self.job_row(job))
            }
            [id, "log"] => {
                self.only(&["start", "limit"])?;
                let job = self.job_here(node, id)?;
                Ok(self.job_log(job))
            }
            _ => Err(Refusal::Unknown),
        }
    }

    fn at_home(&self, job: &SimReplication, node: &SimNode) -> bool {
        self.cluster.guest(job.guest).is_some_and(|guest| guest.node == node.name)
    }

    fn job_here(&self, node: &SimNode, id: &str) -> Result<&SimReplication, Refusal> {
        let job = self.cluster.replication_job(id);
        if let (Some(job), false) = (job, self.rights.guests) {
            let text = forbidden(&format!("/vms/{}", job.guest), "VM.Audit");
            return Err(Refusal::Error(403, text));
        }
        job.filter(|job| self.at_home(job, node))
            .ok_or_else(|| Refusal::Error(500, format!("no such replication job '{id}'")))
    }

    /// The cluster-wide lock of replication.cfg; not to be had without quorum.
    fn need_lock(&self) -> Result<(), Refusal> {
        if self.quorate() {
            return Ok(());
        }
        let text = "cfs-lock 'file-replication_cfg' error: no quorum!";
        Err(Refusal::Late(500, text.to_owned(), Duration::from_secs(10)))
    }

    fn job_row(&self, job: &SimReplication) -> Value {
        let mut row = self.job_config(job);
        let state = self.job_state(job);
        if let Some(guest) = self.cluster.guest(job.guest) {
            put(&mut row, "vmtype", json!(guest.kind.pve()));
        }
        put(&mut row, "last_sync", json!(state.last_sync));
        put(&mut row, "last_try", json!(state.last_try));
        put(&mut row, "next_sync", json!(state.next_sync));
        put(&mut row, "fail_count", json!(state.fail_count));
        if let Some(error) = state.error {
            put(&mut row, "error", json!(error));
        }
        if state.last_try > 0 {
            let part = share(u64::from(job.guest), state.last_try.unsigned_abs());
            put(&mut row, "duration", json!(job.duration as f64 - 0.7 + part));
        }
        if state.running {
            put(&mut row, "pid", json!(20_000 + job.guest));
        }
        row
    }

    /// Follows the job through its schedule up to now.
    fn job_state(&self, job: &SimReplication) -> State {
        let zone = zone(&self.cluster.timezone);
        let when = job.schedule.unwrap_or(When::Every(15));
        let never = State {
            last_sync: 0,
            last_try: 0,
            next_sync: 1_800,
            fail_count: 0,
            error: None,
            running: false,
        };
        if job.disabled {
            return never;
        }
        let target_off = self
            .cluster
            .node(&job.target)
            .and_then(|node| node.offline_since)
            .map(|since| self.start + since);
        let fails = |at: i64| -> Option<String> {
            if let Some((window, text)) = &job.fails
                && window.holds(at, self.start)
            {
                return Some(text.clone());
            }
            target_off.filter(|off| at >= *off).map(|_| {
                format!(
                    "command '/usr/bin/ssh -o 'BatchMode=yes' root@{} -- pvesr prepare-local-job \
                     {}' failed: exit code 255",
                    job.target,
                    job.id()
                )
            })
        };
        let made = self.start - job.made;
        let last_before = |at: i64| {
            let start = when.last(at - job.delay, &zone) + job.delay;
            if start < made { 0 } else { start }
        };
        // A scheduler that hangs starts nothing more.
        let idle = self
            .cluster
            .guest(job.guest)
            .and_then(|guest| self.cluster.node(&guest.node))
            .and_then(|node| node.idle_since);
        let latest = last_before(idle.map_or(self.now, |since| self.now.min(self.start + since)));
        let done = if latest > 0 && self.now < latest + job.duration {
            last_before(latest - 1)
        } else {
            latest
        };
        // The first failing run is the first event inside of the window; from there on retries
        // after 5, 10, 15, then 30 minutes.
        let begins = [job.fails.as_ref().map(|(window, _)| self.start + window.from), target_off];
        let begin = begins.into_iter().flatten().filter(|at| *at <= self.now).min();
        if let Some(begin) = begin {
            let mut last_try = when.next((begin - job.delay - 1).max(0), &zone) + job.delay;
            let good = last_before(last_try - 1);
            let mut count = 0;
            let mut error = None;
            while last_try <= self.now {
                let Some(text) = fails(last_try) else {
                    count = 0;
                    break;
                };
                count += 1;
                error = Some(text);
                let next = last_try + pause(count);
                if next > self.now {
                    break;
                }
                last_try = next;
            }
            if count > 0 && last_try <= self.now {
                let next = if target_off.is_some() { 0 } else { last_try + pause(count) };
                return State {
                    last_sync: good,
                    last_try,
                    next_sync: next,
                    fail_count: count,
                    error,
                    running: false,
                };
            }
        }
        State {
            last_sync: done,
            last_try: latest,
            next_sync: if latest == 0 { when.next(0, &zone) } else { when.next(latest, &zone) },
            running: done != latest,
            ..never
        }
    }

    fn job_log(&self, job: &SimReplication) -> super::super::answer::Answer {
        let state = self.job_state(job);
        let id = job.id();
        let zone = zone(&self.cluster.timezone);
        if state.last_try == 0 {
            let line = json!([{"n": 1, "t": "unable to open file - No such file or directory"}]);
            return counted(&line, 1).protected();
        }
        let guest = self.cluster.guest(job.guest);
        let kind = guest.map_or("VM", |guest| if guest.kind.pve() == "lxc" { "CT" } else { "VM" });
        let runs = guest.is_some_and(super::super::fleet::SimGuest::runs);
        let volume = format!("local-zfs:vm-{}-disk-0", job.guest);
        let snapshot = format!("__replicate_{id}_{}__", state.last_try);
        let old = format!("__replicate_{id}_{}__", state.last_sync);
        let mut texts = vec![
            "start replication job".to_owned(),
            format!("guest => {kind} {}, running => {}", job.guest, u8::from(runs)),
            format!("volumes => {volume}"),
            format!("create snapshot '{snapshot}' on {volume}"),
        ];
        if let Some(error) = &state.error {
            texts.push(format!("end replication job with error: {error}"));
        } else {
            texts.push("using secure transmission, rate limit: none".to_owned());
            texts.push(format!("incremental sync '{volume}' ({old} => {snapshot})"));
            if !state.running {
                texts.push(format!("successfully imported '{volume}'"));
                texts.push(format!("delete previous replication snapshot '{old}' on {volume}"));
                texts.push("end replication job".to_owned());
            }
        }
        let lines: Vec<String> = texts
            .iter()
            .zip(0_i64..)
            .map(|(text, at)| {
                let time = format(state.last_try + at / 3, &zone, "%Y-%m-%d %H:%M:%S");
                format!("{time} {id}: {text}")
            })
            .collect();
        self.page(&lines).protected()
    }

    /// Lines `start..start+limit` of a log (default 50, 0 is all since 7.3), numbered from 1.
    pub(super) fn page(&self, lines: &[String]) -> super::super::answer::Answer {
        let start = usize::try_from(self.ask.number("start").unwrap_or(0)).unwrap_or(0);
        let limit = match self.ask.number("limit") {
            Some(0) if self.cluster.version.at_least(7, 3) => usize::MAX,
            Some(limit) => usize::try_from(limit).unwrap_or(0),
            None => 50,
        };
        let rows: Vec<Value> = lines
            .iter()
            .enumerate()
            .skip(start)
            .take(limit)
            .map(|(at, text)| json!({"n": at + 1, "t": text}))
            .collect();
        counted(&json!(rows), lines.len())
    }
}

/// Pause before the next try after so many failures in a row.
fn pause(count: u32) -> i64 {
    match count {
        0 | 1 => 300,
        2 => 600,
        3 => 900,
        _ => 1_800,
    }
}
