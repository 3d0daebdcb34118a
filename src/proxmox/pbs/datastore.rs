//! Datastores: list, configuration, usage, namespaces.

use serde::Deserialize;

use super::words;
use crate::fleet::host::Usage;
use crate::fleet::id::{Namespace, StoreName};
use crate::fleet::pbs::datastore::{
    DatastoreConfig, DatastoreInfo, DatastoreUsage, Maintenance, Mount,
};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::property::Property;
use crate::proxmox::{Malformed, data, scalar, usage};

/// The most points kept of a month's history.
const POINTS: usize = 90;

fn mount(text: Option<&str>) -> Option<Mount> {
    match text? {
        "mounted" => Some(Mount::Mounted),
        "notmounted" => Some(Mount::NotMounted),
        _ => Some(Mount::NonRemovable),
    }
}

/// `offline,message=disk swap`, also `type=offline,…`
fn maintenance(text: &str) -> (Maintenance, Option<std::sync::Arc<str>>) {
    let property = Property::parse(text);
    let mode = match property.main.as_deref().or(property.get("type")) {
        Some("read-only") => Maintenance::ReadOnly,
        Some("offline") => Maintenance::Offline,
        Some("delete") => Maintenance::Delete,
        Some("unmount") => Maintenance::Unmount,
        Some("s3-refresh") => Maintenance::S3Refresh,
        _ => Maintenance::Other,
    };
    (mode, property.get("message").map(cleaned))
}

/// `/admin/datastore`
pub fn read_list(body: &[u8]) -> Result<Vec<DatastoreInfo>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        store: String,
        #[serde(default, deserialize_with = "scalar::text")]
        comment: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        maintenance: Option<String>,
        #[serde(default, rename = "mount-status", deserialize_with = "scalar::text")]
        mount: Option<String>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut all: Vec<_> = wire
        .into_iter()
        .map(|e| DatastoreInfo {
            name: StoreName::new(cleaned(&e.store)),
            comment: words(e.comment),
            maintenance: e.maintenance.as_deref().map(maintenance),
            mount: mount(e.mount.as_deref()),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// `/config/datastore`
pub fn read_config(body: &[u8]) -> Result<Vec<DatastoreConfig>, Malformed> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Entry {
        name: String,
        #[serde(default, deserialize_with = "scalar::text")]
        path: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        gc_schedule: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        prune_schedule: Option<String>,
        #[serde(default, deserialize_with = "scalar::flag")]
        verify_new: Option<bool>,
        #[serde(default, deserialize_with = "scalar::text")]
        backing_device: Option<String>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut all: Vec<_> = wire
        .into_iter()
        .map(|e| DatastoreConfig {
            name: StoreName::new(cleaned(&e.name)),
            path: words(e.path),
            gc_schedule: words(e.gc_schedule),
            prune_schedule: words(e.prune_schedule),
            verify_new: e.verify_new.unwrap_or(false),
            removable: e.backing_device.is_some(),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// `/status/datastore-usage`
pub fn read_usage(body: &[u8]) -> Result<Vec<DatastoreUsage>, Malformed> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Entry {
        store: String,
        // -1 on PBS 2: read as not known.
        #[serde(default, deserialize_with = "scalar::size")]
        total: Option<u64>,
        #[serde(default, deserialize_with = "scalar::size")]
        used: Option<u64>,
        #[serde(default, deserialize_with = "scalar::text")]
        error: Option<String>,
        #[serde(default, deserialize_with = "scalar::text")]
        mount_status: Option<String>,
        #[serde(default, deserialize_with = "scalar::int")]
        estimated_full_date: Option<i64>,
        #[serde(default)]
        history: Option<Vec<Option<f32>>>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut all: Vec<_> = wire
        .into_iter()
        .map(|e| DatastoreUsage {
            name: StoreName::new(cleaned(&e.store)),
            usage: usage(e.used, e.total),
            error: words(e.error),
            mount: mount(e.mount_status.as_deref()),
            full_at: e.estimated_full_date.map(Epoch),
            history: thinned(&e.history.unwrap_or_default()),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// Every n-th point, so that a month fits a chart and a memory.
fn thinned(points: &[Option<f32>]) -> Vec<Option<f32>> {
    let step = points.len().div_ceil(POINTS).max(1);
    points
        .chunks(step)
        .map(|chunk| chunk.iter().rev().find_map(|p| p.filter(|f| f.is_finite())))
        .collect()
}

/// `/admin/datastore/{s}/status`
pub fn read_status(body: &[u8]) -> Result<Usage, Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(default, deserialize_with = "scalar::size")]
        total: Option<u64>,
        #[serde(default, deserialize_with = "scalar::size")]
        used: Option<u64>,
    }
    let wire: Wire = data(body)?;
    // All zeros are what a token without rights on the store itself gets.
    usage(wire.used, wire.total).ok_or_else(|| Malformed::missing("the size of the datastore"))
}

/// `/admin/datastore/{s}/namespace`: the root is the empty text.
pub fn read_namespaces(body: &[u8]) -> Result<Vec<Namespace>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        ns: String,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut all: Vec<_> = wire.into_iter().map(|e| Namespace::new(cleaned(&e.ns))).collect();
    all.sort();
    all.dedup();
    Ok(all)
}
