//! Groups and snapshots.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::words;
use crate::fleet::id::BackupType;
use crate::fleet::pbs::copies::{Group, GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::small::{Moment, Size};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, scalar, upid};

fn kind(text: &str) -> Option<BackupType> {
    match text {
        "vm" => Some(BackupType::Vm),
        "ct" => Some(BackupType::Ct),
        "host" => Some(BackupType::Host),
        _ => None,
    }
}

/// `/admin/datastore/{s}/groups`
pub fn read_groups(body: &[u8]) -> Result<Vec<Group>, Malformed> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Entry {
        backup_type: String,
        #[serde(deserialize_with = "scalar::text")]
        backup_id: Option<String>,
        #[serde(default, deserialize_with = "scalar::int")]
        last_backup: Option<i64>,
        #[serde(default, deserialize_with = "scalar::count")]
        backup_count: Option<u32>,
        #[serde(default, deserialize_with = "scalar::text")]
        owner: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        comment: Option<String>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut groups = Vec::with_capacity(wire.len());
    for e in wire {
        // A type this program does not know holds no guest's copies.
        let Some(kind) = kind(&e.backup_type) else { continue };
        groups.push(Group {
            kind,
            id: words(e.backup_id).ok_or_else(|| Malformed::missing("a group's id"))?,
            last_backup: e.last_backup.filter(|t| *t > 0).map(Epoch),
            count: e.backup_count.unwrap_or(0),
            owner: words(e.owner),
            comment: words(e.comment),
        });
    }
    groups.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    Ok(groups)
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Entry<'a> {
    #[serde(borrow)]
    backup_type: Cow<'a, str>,
    #[serde(borrow)]
    backup_id: Cow<'a, str>,
    backup_time: i64,
    #[serde(default, deserialize_with = "scalar::size")]
    size: Option<u64>,
    #[serde(default)]
    verification: Option<Verify<'a>>,
    #[serde(default, deserialize_with = "scalar::flag")]
    protected: Option<bool>,
    #[serde(default, borrow)]
    owner: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    fingerprint: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    comment: Option<Cow<'a, str>>,
    #[serde(default)]
    files: Vec<File<'a>>,
}

#[derive(Deserialize)]
struct Verify<'a> {
    #[serde(borrow)]
    state: Cow<'a, str>,
    #[serde(default, borrow)]
    upid: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File<'a> {
    #[serde(default, borrow)]
    crypt_mode: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Vec<Entry<'a>>,
}

/// `/admin/datastore/{s}/snapshots`: per group, newest snapshot first. The time of reading is
/// set where the answer becomes part of a survey.
pub fn read_snapshots(body: &[u8]) -> Result<Vec<GroupCopies>, Malformed> {
    let wire: Envelope<'_> = serde_json::from_slice(body)?;
    let mut groups: BTreeMap<(BackupType, String), Vec<Entry<'_>>> = BTreeMap::new();
    for entry in wire.data {
        let Some(kind) = kind(&entry.backup_type) else { continue };
        groups.entry((kind, entry.backup_id.clone().into_owned())).or_default().push(entry);
    }
    Ok(groups.into_iter().map(|((kind, id), entries)| group(kind, &id, entries)).collect())
}

fn group(kind: BackupType, id: &str, mut entries: Vec<Entry<'_>>) -> GroupCopies {
    entries.sort_by_key(|e| std::cmp::Reverse(e.backup_time));
    let first = |pick: fn(&Entry<'_>) -> Option<Arc<str>>| entries.iter().find_map(pick);
    GroupCopies {
        kind,
        id: cleaned(id),
        seen: Epoch(0),
        owner: first(|e| e.owner.as_deref().map(cleaned)),
        key: first(|e| e.fingerprint.as_deref().filter(|_| is_encrypted(e)).map(cleaned)),
        comment: first(|e| e.comment.as_deref().filter(|c| !c.is_empty()).map(cleaned)),
        snapshots: entries.iter().map(snapshot).collect(),
    }
}

/// A fingerprint stands on signed ones too: the files tell.
fn is_encrypted(entry: &Entry<'_>) -> bool {
    entry.files.iter().any(|f| f.crypt_mode.as_deref() == Some("encrypt"))
}

fn snapshot(entry: &Entry<'_>) -> Snapshot {
    let at =
        |v: &Verify<'_>| v.upid.as_deref().and_then(upid::parse).and_then(|u| Moment::of(u.start));
    Snapshot {
        time: Epoch(entry.backup_time),
        size: entry.size.map(Size::of),
        verification: match &entry.verification {
            None => Verification::None,
            Some(v) if v.state == "ok" => Verification::Ok(at(v)),
            // A state this program does not know is not good.
            Some(v) => Verification::Failed(at(v)),
        },
        protected: entry.protected.unwrap_or(false),
        encrypted: is_encrypted(entry),
    }
}
