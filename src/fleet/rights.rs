//! What a token may read: `GET /access/permissions`, alike on PVE and PBS.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Effective privileges per path: path → privilege → whether it goes on to what lies below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// As answered; a path that is not listed inherits from the nearest one above.
    pub paths: BTreeMap<Arc<str>, BTreeMap<Arc<str>, bool>>,
}

impl Rights {
    /// Whether `privilege` is held on exactly `path` (own entry, else inherited). A deeper entry
    /// replaces what stands above it, as the servers compute it.
    pub fn has(&self, path: &str, privilege: &str) -> bool {
        if let Some(own) = self.paths.get(path) {
            return own.contains_key(privilege);
        }
        self.inherited(path, privilege)
    }

    /// Whether `privilege` is held on `path` and on everything below it.
    pub fn has_below(&self, path: &str, privilege: &str) -> bool {
        let below = if path == "/" { "/".to_owned() } else { format!("{path}/") };
        let own = match self.paths.get(path) {
            Some(own) => own.get(privilege).copied().unwrap_or(false),
            None => self.inherited(path, privilege),
        };
        own && self
            .paths
            .iter()
            .filter(|(p, _)| p.starts_with(&below) && p.len() > below.len())
            .all(|(_, privileges)| privileges.contains_key(privilege))
    }

    /// Whether `privilege` is held on `path` or anywhere below it.
    pub fn has_any_below(&self, path: &str, privilege: &str) -> bool {
        let below = if path == "/" { "/".to_owned() } else { format!("{path}/") };
        self.has(path, privilege)
            || self
                .paths
                .iter()
                .any(|(p, privileges)| p.starts_with(&below) && privileges.contains_key(privilege))
    }

    fn inherited(&self, path: &str, privilege: &str) -> bool {
        let mut at = path;
        while let Some(cut) = at.rfind('/') {
            at = at.get(..cut).unwrap_or("");
            let above = if at.is_empty() { "/" } else { at };
            if let Some(privileges) = self.paths.get(above) {
                return privileges.get(privilege).copied().unwrap_or(false);
            }
            if at.is_empty() {
                break;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Rights;

    fn rights(entries: &[(&str, &[(&str, bool)])]) -> Rights {
        Rights {
            paths: entries
                .iter()
                .map(|(path, privileges)| {
                    ((*path).into(), privileges.iter().map(|(p, on)| ((*p).into(), *on)).collect())
                })
                .collect(),
        }
    }

    #[test]
    fn inheritance_needs_propagation_and_a_deeper_entry_replaces() {
        let r = rights(&[
            ("/", &[("Sys.Audit", true), ("VM.Audit", true), ("Pool.Audit", false)]),
            ("/storage", &[("Datastore.Audit", true)]),
            ("/storage/pbs", &[("Datastore.AllocateSpace", true)]),
        ]);
        assert!(r.has("/", "Sys.Audit") && r.has("/vms/100", "VM.Audit"));
        assert!(r.has("/", "Pool.Audit") && !r.has("/pool", "Pool.Audit"));
        assert!(!r.has("/storage", "Sys.Audit"), "replaced, not added");
        assert!(r.has("/storage/local", "Datastore.Audit"));
        assert!(!r.has("/storage/pbs", "Datastore.Audit"));
        assert!(r.has_below("/vms", "VM.Audit") && !r.has_below("/storage", "Datastore.Audit"));
        assert!(r.has_any_below("/storage", "Datastore.AllocateSpace"));
        assert!(!rights(&[]).has("/", "Sys.Audit"));
    }
}
