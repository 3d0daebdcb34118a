//! The server itself: ping, version, identity, remotes.

use std::sync::Arc;

use serde::Deserialize;

use crate::fleet::host::Version;
use crate::fleet::text::cleaned;
use crate::proxmox::{Malformed, data, scalar};

/// `/ping`
pub fn read_ping(body: &[u8]) -> Result<(), Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        pong: bool,
    }
    let wire: Wire = data(body)?;
    if wire.pong { Ok(()) } else { Err(Malformed::missing("pong")) }
}

/// `/version`: `version` is major.minor, `release` the patch level.
pub fn read_version(body: &[u8]) -> Result<Version, Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        version: String,
        #[serde(default, deserialize_with = "scalar::text")]
        release: Option<String>,
    }
    let wire: Wire = data(body)?;
    let full = match wire.release {
        Some(release) => format!("{}.{release}", wire.version),
        None => wire.version,
    };
    super::super::pve::version(&full).ok_or_else(|| Malformed::missing("a version number"))
}

/// `/nodes/localhost/identity`
pub fn read_identity(body: &[u8]) -> Result<Arc<str>, Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(rename = "pbs-instance-id")]
        id: String,
    }
    let wire: Wire = data(body)?;
    Ok(cleaned(&wire.id))
}

/// A remote: its name and its host.
pub type Remote = (Arc<str>, Arc<str>);

/// `/config/remote`: name and host, by name.
pub fn read_remotes(body: &[u8]) -> Result<Vec<Remote>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        #[serde(default, deserialize_with = "scalar::text")]
        host: Option<String>,
    }
    let wire: Vec<Entry> = data(body)?;
    let mut remotes: Vec<_> = wire
        .into_iter()
        .map(|e| (cleaned(&e.name), cleaned(&e.host.unwrap_or_default())))
        .collect();
    remotes.sort();
    Ok(remotes)
}
