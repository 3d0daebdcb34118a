//! What subjects are called.

use super::cut::of;
use crate::fleet::subject::Subject;

/// `invité 104 de fi`
pub(super) fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Viewer => "cette machine".to_owned(),
        Subject::Source(s) => format!("source {s}"),
        Subject::Cluster(s) => format!("cluster {s}"),
        Subject::Node(s, n) if n.as_str() == "localhost" => format!("hôte {}", of(s.as_str())),
        Subject::Node(s, n) => format!("nœud {n} {}", of(s.as_str())),
        Subject::Guest(key) => format!("invité {} {}", key.vmid, of(key.source.as_str())),
        Subject::BackupJob(s, j) => format!("job de sauvegarde {j} {}", of(s.as_str())),
        Subject::Group(g) if g.ns.as_str().is_empty() => {
            format!("groupe {}/{} dans {}:{}", g.kind.as_str(), g.id, g.source, g.store)
        }
        Subject::Group(g) => {
            format!("groupe {}/{} dans {}:{}/{}", g.kind.as_str(), g.id, g.source, g.store, g.ns)
        }
        Subject::Replication(s, j) => format!("réplication {j} {}", of(s.as_str())),
        Subject::Storage(s, None, name) => format!("stockage {name} {}", of(s.as_str())),
        Subject::Storage(s, Some(n), name) => {
            format!("stockage {name} sur {n} {}", of(s.as_str()))
        }
        Subject::Datastore(s, d) => format!("datastore {d} {}", of(s.as_str())),
    }
}
