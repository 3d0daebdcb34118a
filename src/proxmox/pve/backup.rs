//! `/cluster/backup`, its included volumes, and the prune preview.

use serde::Deserialize;

use super::{list, retention, words};
use crate::fleet::id::{GuestKind, JobId, NodeName, StorageName, Vmid};
use crate::fleet::pve::backup::{
    BackupFile, BackupJob, IncludedGuest, IncludedVolume, IncludedVolumes, Selection,
    VzdumpDefaults,
};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, scalar};

#[derive(Deserialize)]
struct Job {
    id: String,
    #[serde(default, deserialize_with = "scalar::flag")]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    schedule: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    all: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    exclude: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    vmid: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    pool: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    node: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    storage: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    dumpdir: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    mode: Option<String>,
    #[serde(default, rename = "prune-backups")]
    prune: Option<serde_json::Value>,
    #[serde(default, deserialize_with = "scalar::flag")]
    remove: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    comment: Option<String>,
}

fn vmids(text: Option<&str>) -> Vec<Vmid> {
    let mut all: Vec<Vmid> = list(text).iter().filter_map(|t| t.parse().ok()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// `/cluster/backup`
pub fn read_jobs(body: &[u8]) -> Result<Vec<BackupJob>, Malformed> {
    let wire: Vec<Job> = data(body)?;
    let mut jobs: Vec<_> = wire.into_iter().map(job).collect();
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(jobs)
}

fn job(job: Job) -> BackupJob {
    // In the order in which PVE decides.
    let selection = if let Some(pool) = &job.pool {
        Selection::Pool(cleaned(pool))
    } else if job.vmid.is_some() {
        Selection::Guests(vmids(job.vmid.as_deref()))
    } else if job.all == Some(true) {
        Selection::AllBut(vmids(job.exclude.as_deref()))
    } else {
        Selection::Nothing
    };
    BackupJob {
        id: JobId::new(cleaned(&job.id)),
        enabled: job.enabled.unwrap_or(true),
        schedule: words(job.schedule),
        selection,
        node: job.node.map(|n| NodeName::new(cleaned(&n))),
        storage: job.storage.map(|s| StorageName::new(cleaned(&s))),
        dumpdir: words(job.dumpdir),
        mode: words(job.mode),
        // Without it nothing is pruned, whatever the job and its storage say.
        prune: if job.remove == Some(false) {
            Some("keep-all=1".into())
        } else {
            job.prune.as_ref().and_then(retention)
        },
        comment: words(job.comment),
    }
}

/// `/nodes/{n}/vzdump/defaults`
pub fn read_defaults(body: &[u8]) -> Result<VzdumpDefaults, Malformed> {
    #[derive(Deserialize)]
    struct Defaults {
        #[serde(default, deserialize_with = "scalar::text")]
        storage: Option<String>,
        #[serde(default, rename = "prune-backups")]
        prune: Option<serde_json::Value>,
        #[serde(default, deserialize_with = "scalar::flag")]
        remove: Option<bool>,
    }
    let wire: Defaults = data(body)?;
    Ok(VzdumpDefaults {
        storage: wire.storage.filter(|s| !s.is_empty()).map(|s| StorageName::new(cleaned(&s))),
        prune: if wire.remove == Some(false) {
            Some("keep-all=1".into())
        } else {
            wire.prune.as_ref().and_then(retention)
        },
    })
}

/// `/cluster/backup/{id}/included_volumes`
pub fn read_included(body: &[u8]) -> Result<IncludedVolumes, Malformed> {
    #[derive(Deserialize)]
    struct Tree {
        children: Vec<Guest>,
    }
    #[derive(Deserialize)]
    struct Guest {
        #[serde(deserialize_with = "scalar::count")]
        id: Option<u32>,
        #[serde(default, deserialize_with = "scalar::text")]
        name: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        r#type: Option<String>,
        #[serde(default)]
        children: Vec<Volume>,
    }
    #[derive(Deserialize)]
    struct Volume {
        id: String,
        #[serde(default, deserialize_with = "scalar::text")]
        name: Option<String>,
        #[serde(default, deserialize_with = "scalar::flag")]
        included: Option<bool>,
        #[serde(default, deserialize_with = "scalar::text")]
        reason: Option<String>,
    }
    let volume = |v: Volume| IncludedVolume {
        // `101:scsi0`
        key: cleaned(v.id.split_once(':').map_or(v.id.as_str(), |(_, key)| key)),
        volume: cleaned(v.name.as_deref().unwrap_or("")),
        included: v.included.unwrap_or(false),
        reason: cleaned(v.reason.as_deref().unwrap_or("")),
    };
    let tree: Tree = data(body)?;
    let mut guests = Vec::with_capacity(tree.children.len());
    for guest in tree.children {
        guests.push(IncludedGuest {
            vmid: guest.id.ok_or_else(|| Malformed::missing("a guest's number"))?,
            kind: kind(guest.r#type.as_deref()),
            name: words(guest.name),
            volumes: guest.children.into_iter().map(volume).collect(),
        });
    }
    guests.sort_by_key(|g| g.vmid);
    Ok(IncludedVolumes { guests })
}

fn kind(text: Option<&str>) -> Option<GuestKind> {
    match text {
        Some("qemu") => Some(GuestKind::Qemu),
        Some("lxc") => Some(GuestKind::Lxc),
        _ => None,
    }
}

/// `/nodes/{n}/storage/{s}/prunebackups`, the dry run with `keep-all=1`.
pub fn read_files(body: &[u8]) -> Result<Vec<BackupFile>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        volid: String,
        #[serde(default, deserialize_with = "scalar::count")]
        vmid: Option<u32>,
        #[serde(default, deserialize_with = "scalar::text")]
        r#type: Option<String>,
        #[serde(default, deserialize_with = "scalar::int")]
        ctime: Option<i64>,
        #[serde(default, deserialize_with = "scalar::text")]
        mark: Option<String>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut files: Vec<_> = wire
        .into_iter()
        // Without a time it proves nothing about when.
        .filter_map(|e| {
            Some(BackupFile {
                time: Epoch(e.ctime?),
                volume: cleaned(&e.volid),
                vmid: e.vmid,
                kind: kind(e.r#type.as_deref()),
                protected: e.mark.as_deref() == Some("protected"),
            })
        })
        .collect();
    files.sort_by(|a, b| (b.time, &a.volume).cmp(&(a.time, &b.volume)));
    Ok(files)
}

#[cfg(test)]
mod defaults {
    use super::read_defaults;

    #[test]
    fn what_vzdump_conf_says() {
        let read = |text: &str| {
            let said = read_defaults(format!(r#"{{"data":{text}}}"#).as_bytes()).unwrap();
            (said.storage.map(|s| s.to_string()), said.prune.map(|p| p.to_string()))
        };
        let some = |text: &str| Some(text.to_owned());
        let built_in =
            r#"{"mode":"snapshot","remove":1,"prune-backups":"keep-all=1","storage":"local"}"#;
        assert_eq!(read(built_in), (some("local"), some("keep-all=1")));
        let other = r#"{"storage":"nas","prune-backups":{"keep-last":"3"},"lockwait":"180"}"#;
        assert_eq!(read(other), (some("nas"), some("keep-last=3")));
        let never = r#"{"storage":"nas","prune-backups":"keep-last=3","remove":"0"}"#;
        assert_eq!(read(never), (some("nas"), some("keep-all=1")));
        assert_eq!(read(r#"{"mode":"stop"}"#), (None, None), "a plain directory");
        assert!(read_defaults(b"{\"data\":7}").is_err() && read_defaults(b"").is_err());
    }
}

#[cfg(test)]
mod tests {
    use super::read_jobs;

    #[test]
    fn a_job_that_removes_nothing_keeps_all() {
        let kept = |more: &str| {
            let body = format!(r#"{{"data":[{{"id":"a"{more}}}]}}"#);
            read_jobs(body.as_bytes()).unwrap()[0].prune.clone()
        };
        assert_eq!(
            kept(r#","prune-backups":"keep-last=3","remove":0"#).as_deref(),
            Some("keep-all=1")
        );
        assert_eq!(kept(r#","remove":"0""#).as_deref(), Some("keep-all=1"));
        assert_eq!(
            kept(r#","prune-backups":"keep-last=3","remove":1"#).as_deref(),
            Some("keep-last=3")
        );
        assert_eq!(kept(""), None);
    }
}
