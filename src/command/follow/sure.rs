//! Whether a problem that is no longer raised is known to be over, or only no longer seen.

use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::problem::Problem;
use crate::judge::rows::{GuestRow, Judged, SourceState};
use crate::judge::verdict::Verdict;

/// Whether the absence of `problem` says that it is over. What cannot be told is not over.
pub(super) fn can_tell(judged: &Judged, problem: &Problem) -> bool {
    let Some(name) = &problem.source else { return true };
    // How a source is reached is known from trying.
    if problem.code.as_str().starts_with("source.") {
        return true;
    }
    let mut sources = judged.sites.iter().flat_map(|site| &site.sources);
    let Some(source) = sources.find(|source| source.name == *name) else { return true };
    if source.state != SourceState::Fresh {
        return false;
    }
    match verdict(judged, problem) {
        // It is gone; or nobody lists it any more.
        None => source.complete,
        // What hides behind a worse verdict is not known either.
        Some(verdict) if !source.complete => verdict == Verdict::Ok,
        Some(verdict) => verdict != Verdict::Unknown,
    }
}

/// The verdict of what the problem was about, as near to it as there is one.
fn verdict(judged: &Judged, problem: &Problem) -> Option<Verdict> {
    let sites = || judged.sites.iter();
    match &problem.subject {
        Subject::Guest(key) => sites()
            .flat_map(|site| &site.guests)
            .find(|row| row.source == key.source && row.vmid == key.vmid)
            .map(|row| of_guest(row, problem.code)),
        Subject::Replication(source, job) => sites()
            .flat_map(|site| &site.guests)
            .flat_map(|guest| &guest.replication.jobs)
            .find(|row| row.source == *source && row.id == *job)
            .map(|row| row.verdict),
        Subject::Node(source, node) => sites()
            .flat_map(|site| &site.nodes)
            .find(|row| row.source == *source && row.name == *node)
            .map(|row| row.verdict),
        Subject::Storage(source, node, name) => sites()
            .flat_map(|site| &site.storages)
            .find(|row| row.source == *source && row.node == *node && row.name == *name)
            .map(|row| row.verdict),
        Subject::Datastore(source, name) => sites()
            .flat_map(|site| &site.datastores)
            .find(|row| row.source == *source && row.name == *name)
            .map(|row| row.verdict),
        Subject::BackupJob(source, id) => sites()
            .flat_map(|site| &site.backup_jobs)
            .find(|row| row.source == *source && row.id == *id)
            .map(|row| row.verdict),
        Subject::Group(_) | Subject::Viewer | Subject::Source(_) | Subject::Cluster(_) => None,
    }
}

/// That of the copies for what was said of copies, that of the replicas alike.
fn of_guest(row: &GuestRow, code: Code) -> Verdict {
    let own = match code.as_str().split_once('.') {
        Some(("backup", _)) => row.backup.verdict,
        Some(("replication", _)) => row.replication.verdict,
        Some(("recovery", _)) => row.recovery.verdict,
        _ => None,
    };
    own.unwrap_or(row.verdict)
}
