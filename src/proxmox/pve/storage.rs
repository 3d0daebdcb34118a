//! `/storage`

use serde::Deserialize;

use super::{list, retention};
use crate::fleet::id::{Namespace, NodeName, StorageName, StoreName};
use crate::fleet::pve::storage::{PbsTarget, StorageConfig};
use crate::fleet::text::cleaned;
use crate::proxmox::{Malformed, data, fingerprint, scalar};

#[derive(Deserialize)]
struct Entry {
    storage: String,
    #[serde(default, deserialize_with = "scalar::text")]
    r#type: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    content: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    nodes: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    disable: Option<bool>,
    #[serde(default, deserialize_with = "scalar::flag")]
    shared: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    server: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    port: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    datastore: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    namespace: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    username: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    fingerprint: Option<String>,
    #[serde(default, rename = "encryption-key", deserialize_with = "scalar::text")]
    encryption_key: Option<String>,
    #[serde(default, rename = "master-pubkey", deserialize_with = "scalar::text")]
    master_key: Option<String>,
    #[serde(default, rename = "prune-backups")]
    prune: Option<serde_json::Value>,
}

/// Types whose every node sees the same, whatever the entry says.
const SHARED_TYPES: &[&str] =
    &["nfs", "cifs", "pbs", "cephfs", "rbd", "iscsi", "iscsidirect", "glusterfs", "zfs", "esxi"];

/// Reads the answer.
pub fn read(body: &[u8]) -> Result<Vec<StorageConfig>, Malformed> {
    let wire: Vec<Entry> = data(body)?;
    let mut all: Vec<_> = wire.iter().map(entry).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn entry(entry: &Entry) -> StorageConfig {
    let kind = cleaned(entry.r#type.as_deref().unwrap_or(""));
    let pbs = (&*kind == "pbs").then_some(()).and_then(|()| {
        Some(PbsTarget {
            server: cleaned(entry.server.as_deref()?),
            port: entry.port.and_then(|p| u16::try_from(p).ok()).unwrap_or(8007),
            datastore: StoreName::new(cleaned(entry.datastore.as_deref()?)),
            namespace: Namespace::new(cleaned(entry.namespace.as_deref().unwrap_or(""))),
            username: cleaned(entry.username.as_deref().unwrap_or("")),
            fingerprint: entry.fingerprint.as_deref().and_then(fingerprint),
            encryption_key: entry.encryption_key.as_deref().map(cleaned),
            master_key: entry.master_key.as_deref().is_some_and(|key| !matches!(key, "" | "0")),
        })
    });
    let mut content = list(entry.content.as_deref());
    content.sort();
    StorageConfig {
        name: StorageName::new(cleaned(&entry.storage)),
        content,
        nodes: list(entry.nodes.as_deref()).into_iter().map(NodeName::new).collect(),
        disabled: entry.disable.unwrap_or(false),
        shared: entry.shared.unwrap_or(false) || SHARED_TYPES.contains(&&*kind),
        kind,
        prune: entry.prune.as_ref().and_then(retention),
        pbs,
    }
}
