//! Verify, prune and sync jobs with the state of their latest run.

use serde_json::{Value, json};

use super::super::answer::{object, put};
use super::super::fleet::{SimStoreJob, SimSyncJob};
use super::super::schedule::{When, zone};
use super::{Call, Outcome};

/// Seconds a job of a kind takes.
pub(super) fn duration(kind: &str) -> i64 {
    match kind {
        "verificationjob" => 480,
        "syncjob" => 240,
        _ => 40,
    }
}

/// A run of a job.
pub(super) struct JobRun {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Call<'_> {
    /// The latest run of a job, maybe running.
    pub(super) fn job_run(
        &self,
        when: Option<When>,
        kind: &str,
        missed: Option<i64>,
    ) -> Option<JobRun> {
        let until = missed.map_or(self.now, |since| self.now.min(self.start + since));
        let start = when?.last(until, &zone(&self.pbs.timezone));
        Some(JobRun { start, end: start + duration(kind) })
    }

    fn state(
        &self,
        row: &mut Value,
        when: Option<When>,
        run: Option<&JobRun>,
        upid: &str,
        (status, missed, disabled): (&str, bool, bool),
    ) {
        let zone = zone(&self.pbs.timezone);
        if let Some(run) = run {
            put(row, "last-run-upid", json!(upid));
            if run.end <= self.now {
                put(row, "last-run-endtime", json!(run.end));
                put(row, "last-run-state", json!(status));
            }
        }
        if let (Some(when), false) = (when, disabled) {
            // Computed from the last run: in the past for a job whose runs are missed.
            let from = run.map_or(self.now, |run| if missed { run.start } else { self.now });
            put(row, "next-run", json!(when.next(from, &zone)));
        }
    }

    fn store_job(&self, job: &SimStoreJob, kind: &str, mut row: Value) -> Value {
        if let Some(when) = job.schedule {
            put(&mut row, "schedule", json!(when.text()));
        }
        let run = self.job_run(job.schedule.filter(|_| !job.disabled), kind, job.missed_since);
        let worker = if kind == "prunejob" {
            job.store.clone()
        } else {
            format!("{}:{}", job.store, job.id)
        };
        let upid = run
            .as_ref()
            .map(|run| self.upid(kind, &worker, "root@pam", run.start))
            .unwrap_or_default();
        let words = (job.status.as_str(), job.missed_since.is_some(), job.disabled);
        self.state(&mut row, job.schedule, run.as_ref(), &upid, words);
        row
    }

    pub(super) fn verify_jobs(&self) -> Outcome {
        self.only(&["store"])?;
        let rows: Vec<Value> = self
            .pbs
            .verify_jobs
            .iter()
            .filter(|_| self.rights.storages)
            .map(|job| {
                let row = object([
                    ("id", Some(json!(job.id))),
                    ("store", Some(json!(job.store))),
                    ("ns", job.namespace.as_ref().map(|ns| json!(ns))),
                    ("comment", job.comment.as_ref().map(|text| json!(text))),
                    ("ignore-verified", Some(json!(true))),
                    ("outdated-after", Some(json!(30))),
                ]);
                self.store_job(job, "verificationjob", row)
            })
            .collect();
        self.configured(&json!(rows))
    }

    pub(super) fn prune_jobs(&self) -> Outcome {
        self.only(&["store"])?;
        let rows: Vec<Value> = self
            .pbs
            .prune_jobs
            .iter()
            .filter(|_| self.rights.storages)
            .map(|job| {
                let row = object([
                    ("id", Some(json!(job.id))),
                    ("store", Some(json!(job.store))),
                    ("ns", job.namespace.as_ref().map(|ns| json!(ns))),
                    ("comment", job.comment.as_ref().map(|text| json!(text))),
                    ("keep-daily", Some(json!(job.keep_daily))),
                    ("keep-last", Some(json!(2))),
                    ("disable", job.disabled.then_some(Value::Bool(true))),
                ]);
                self.store_job(job, "prunejob", row)
            })
            .collect();
        self.configured(&json!(rows))
    }

    pub(super) fn sync_jobs(&self) -> Outcome {
        let known: &[&str] =
            if self.since(3, 3) { &["store", "sync-direction"] } else { &["store"] };
        self.only(known)?;
        let direction = self.ask.get("sync-direction").unwrap_or("pull");
        if !["all", "pull", "push"].contains(&direction) {
            let text = format!(
                "parameter verification failed - 'sync-direction': value '{direction}' is not \
                 defined in the enumeration."
            );
            return Err((400, text));
        }
        let rows: Vec<Value> = self
            .pbs
            .sync_jobs
            .iter()
            // Jobs with a remote are left out without Remote.Audit.
            .filter(|job| self.rights.storages && (job.remote.is_none() || self.rights.remotes))
            .filter(|job| direction == "all" || direction == job.direction)
            .map(|job| self.sync_row(job))
            .collect();
        self.configured(&json!(rows))
    }

    fn sync_row(&self, job: &SimSyncJob) -> Value {
        let mut row = object([
            ("id", Some(json!(job.id))),
            ("store", Some(json!(job.store))),
            ("remote", job.remote.as_ref().map(|remote| json!(remote))),
            ("remote-store", Some(json!(job.remote_store))),
            ("remove-vanished", Some(json!(false))),
            ("sync-direction", (job.direction == "push").then(|| json!("push"))),
            ("comment", job.comment.as_ref().map(|text| json!(text))),
            ("schedule", job.schedule.map(|when| json!(when.text()))),
        ]);
        let run = self.job_run(job.schedule, "syncjob", None);
        let upid = run
            .as_ref()
            .map(|run| self.upid("syncjob", &sync_worker(job), "root@pam", run.start))
            .unwrap_or_default();
        self.state(&mut row, job.schedule, run.as_ref(), &upid, (&job.status, false, false));
        row
    }

    pub(super) fn remotes(&self) -> Outcome {
        self.only(&[])?;
        let rows: Vec<Value> = self
            .pbs
            .remotes
            .iter()
            .filter(|_| self.rights.remotes)
            .map(|(name, host)| {
                json!({"name": name, "host": host, "auth-id": "sync@pbs", "fingerprint": null})
            })
            .collect();
        self.configured(&json!(rows))
    }
}

/// Worker id of a sync job: remote, remote store, store, namespace, job.
pub(super) fn sync_worker(job: &SimSyncJob) -> String {
    let remote = job.remote.as_deref().unwrap_or("-");
    format!("{remote}:{}:{}::{}", job.remote_store, job.store, job.id)
}
