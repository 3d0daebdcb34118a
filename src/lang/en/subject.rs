//! What subjects are called.

use crate::fleet::subject::Subject;

/// `guest 104 of fi`
pub(super) fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Viewer => "this machine".to_owned(),
        Subject::Source(s) => format!("source {s}"),
        Subject::Cluster(s) => format!("cluster {s}"),
        Subject::Node(s, n) if n.as_str() == "localhost" => format!("host of {s}"),
        Subject::Node(s, n) => format!("node {n} of {s}"),
        Subject::Guest(key) => format!("guest {} of {}", key.vmid, key.source),
        Subject::BackupJob(s, j) => format!("backup job {j} of {s}"),
        Subject::Group(g) if g.ns.as_str().is_empty() => {
            format!("group {}/{} in {}:{}", g.kind.as_str(), g.id, g.source, g.store)
        }
        Subject::Group(g) => {
            format!("group {}/{} in {}:{}/{}", g.kind.as_str(), g.id, g.source, g.store, g.ns)
        }
        Subject::Replication(s, j) => format!("replication {j} of {s}"),
        Subject::Storage(s, None, name) => format!("storage {name} of {s}"),
        Subject::Storage(s, Some(n), name) => format!("storage {name} on {n} of {s}"),
        Subject::Datastore(s, d) => format!("datastore {d} of {s}"),
    }
}
