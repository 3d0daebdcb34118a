//! Backup jobs: configuration, what they take, who is in none.

use serde_json::{Value, json};

use super::super::answer::object;
use super::super::fleet::{SimBackupJob, SimGuest, SimNode, SimSelection};
use super::super::schedule::zone;
use super::guest::volume_id;
use super::{Call, Outcome, Refusal, daemon_data, data, forbidden};

impl Call<'_> {
    pub(super) fn backup_jobs(&self) -> Outcome {
        self.need_system("/")?;
        self.only(&[])?;
        let rows: Vec<Value> =
            self.cluster.backup_jobs.iter().map(|job| self.backup_row(job)).collect();
        data(&json!(rows))
    }

    pub(super) fn backup_job(&self, id: &str) -> Outcome {
        self.need_system("/")?;
        data(&self.backup_row(self.job_named(id)?))
    }

    fn job_named(&self, id: &str) -> Result<&SimBackupJob, Refusal> {
        self.cluster
            .backup_jobs
            .iter()
            .find(|job| job.id == id)
            .ok_or_else(|| Refusal::Parameter("id".to_owned(), format!("No such job '{id}'")))
    }

    fn backup_row(&self, job: &SimBackupJob) -> Value {
        let list = |vmids: &[u32]| {
            json!(vmids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        };
        let (all, exclude, vmid, pool) = match &job.takes {
            SimSelection::All(but) if but.is_empty() => (Some(json!(1)), None, None, None),
            SimSelection::All(but) => (Some(json!(1)), Some(list(but)), None, None),
            SimSelection::Vmids(vmids) => (None, None, Some(list(vmids)), None),
            SimSelection::Pool(pool) => (None, None, None, Some(json!(pool))),
        };
        let next = job.schedule.next(self.now, &zone(&self.cluster.timezone));
        object([
            ("id", Some(json!(job.id))),
            ("type", Some(json!("vzdump"))),
            ("enabled", Some(json!(u8::from(job.enabled)))),
            ("schedule", Some(json!(job.schedule.text()))),
            ("next-run", self.cluster.version.at_least(7, 2).then(|| json!(next))),
            ("storage", Some(json!(job.storage))),
            ("mode", Some(json!("snapshot"))),
            ("all", all),
            ("exclude", exclude),
            ("vmid", vmid),
            ("pool", pool),
            ("node", job.node.as_ref().map(|node| json!(node))),
            ("comment", job.comment.as_ref().map(|text| json!(text))),
            ("mailnotification", Some(json!("always"))),
            ("notes-template", self.cluster.version.at_least(7, 2).then(|| json!("{{guestname}}"))),
            ("prune-backups", Some(json!({"keep-daily": job.keep_days.to_string()}))),
        ])
    }

    /// What vzdump does where a job does not say: what is built in, for no node here has a
    /// `vzdump.conf` of its own.
    pub(super) fn vzdump_defaults(&self, node: &SimNode) -> Outcome {
        self.only(&["storage"])?;
        let name = self.ask.get("storage").unwrap_or("local");
        if !self.rights.storages {
            let rights = "Datastore.Audit|Datastore.AllocateSpace";
            return Err(Refusal::Error(403, forbidden(&format!("/storage/{name}"), rights)));
        }
        let Some(storage) = self.storages_of(node).find(|storage| storage.id == name) else {
            return Err(Refusal::Error(500, format!("storage '{name}' does not exist")));
        };
        if !storage.content.iter().any(|content| content == "backup") {
            let text = format!("can't use storage '{name}' for backups - wrong content type");
            return Err(Refusal::Error(500, text));
        }
        data(&object([
            ("storage", Some(json!(name))),
            ("mode", Some(json!("snapshot"))),
            ("remove", Some(json!(1))),
            ("prune-backups", Some(json!("keep-all=1"))),
        ]))
    }

    /// Guests a job takes: members, on its node when it has one.
    fn members<'s>(&'s self, job: &'s SimBackupJob) -> impl Iterator<Item = &'s SimGuest> {
        self.cluster.guests.iter().filter(move |guest| {
            job.takes.takes(guest) && job.node.as_ref().is_none_or(|node| *node == guest.node)
        })
    }

    pub(super) fn included_volumes(&self, id: &str) -> Outcome {
        self.need_system("/")?;
        self.only(&[])?;
        let job = self.job_named(id)?;
        let mut rows: Vec<Value> = self
            .members(job)
            .filter(|_| self.rights.guests)
            .map(|guest| {
                let volumes: Vec<Value> = guest
                    .volumes
                    .iter()
                    .enumerate()
                    .map(|(at, volume)| {
                        let taken = volume.backed_up();
                        let reason = match (volume.key.as_str(), taken) {
                            (_, false) if volume.storage.starts_with('/') => "not a volume",
                            ("rootfs", _) => "rootfs",
                            (key, true) if key.starts_with("mp") => "enabled",
                            (key, false) if key.starts_with("mp") => "disabled",
                            (_, true) => "backup=yes",
                            (_, false) => "backup=no",
                        };
                        json!({
                            "id": format!("{}:{}", guest.vmid, volume.key), "leaf": 1,
                            "name": volume_id(guest, volume, at), "included": u8::from(taken),
                            "reason": reason,
                        })
                    })
                    .collect();
                json!({
                    "id": guest.vmid, "type": guest.kind.pve(), "name": guest.name,
                    "leaf": u8::from(volumes.is_empty()), "children": volumes,
                })
            })
            .collect();
        if let SimSelection::Vmids(vmids) = &job.takes {
            for vmid in vmids.iter().filter(|vmid| self.cluster.guest(**vmid).is_none()) {
                rows.push(json!({"id": vmid, "type": "unknown", "leaf": 1, "children": []}));
            }
        }
        daemon_data(&json!({"children": rows}))
    }

    pub(super) fn not_backed_up(&self) -> Outcome {
        self.need_system("/")?;
        self.only(&[])?;
        // Disabled jobs count as coverage, volume flags are ignored: the server's own quirks.
        let rows: Vec<Value> = self
            .cluster
            .guests
            .iter()
            .filter(|guest| {
                self.rights.guests
                    && !self.cluster.backup_jobs.iter().any(|job| {
                        job.takes.takes(guest)
                            && job.node.as_ref().is_none_or(|node| *node == guest.node)
                    })
            })
            .map(|guest| json!({"vmid": guest.vmid, "type": guest.kind.pve(), "name": guest.name}))
            .collect();
        daemon_data(&json!(rows))
    }
}
