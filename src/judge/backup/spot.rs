//! Where the copies that a job makes are looked for, and who is to blame when that is not possible.

use crate::fleet::id::{JobId, NodeName, StorageName};
use crate::fleet::part::Outcome;
use crate::fleet::pbs::datastore::Maintenance;
use crate::fleet::pve::backup::BackupJob;
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::context::{Context, SourceContext};
use crate::judge::mapping::{Mapping, Place, Server};

/// Where the copies of a job go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A namespace on a watched PBS.
    Shelf(Place),
    /// A file storage; whether it is shared.
    Files(StorageName, bool),
    /// A storage we cannot look into; whether it is shared.
    Blind(StorageName, bool),
    /// Where vzdump.conf of each node says, which is not known, or not the same on all of them: the
    /// job names no storage.
    Unnamed(JobId),
    /// Nowhere: the job itself is broken and says so.
    Nowhere,
    /// Its storages were never read: because of the source.
    Untold,
}

/// What keeps a job from writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// A plain directory.
    Dumpdir,
    /// The storage is switched off.
    Disabled,
    /// There is no such storage.
    Missing,
}

fn config<'a>(source: &SourceContext<'a>, name: &StorageName) -> Option<&'a StorageConfig> {
    source.pve()?.storages.known()?.iter().find(|s| s.name == *name)
}

/// Whether the storage a job names cannot be written to.
pub(super) fn broken(source: &SourceContext<'_>, job: &BackupJob) -> Option<Broken> {
    if job.dumpdir.is_some() {
        return Some(Broken::Dumpdir);
    }
    source.pve()?.storages.known()?;
    match config(source, &source.pve()?.storage_of(job)?) {
        Some(storage) => storage.disabled.then_some(Broken::Disabled),
        None if source.rights.datastore_audit == Some(true) => Some(Broken::Missing),
        None => None,
    }
}

impl Spot {
    /// Where the copies of a job go.
    pub(super) fn of(source: &SourceContext<'_>, mapping: &Mapping, job: &BackupJob) -> Self {
        if broken(source, job).is_some() {
            return Self::Nowhere;
        }
        // `local` is what PVE falls back on, but only where vzdump.conf says nothing else.
        let name = source.pve().and_then(|pve| pve.storage_of(job));
        let Some(name) = name else { return Self::Unnamed(job.id.clone()) };
        if source.pve().and_then(|p| p.storages.known()).is_none() {
            return Self::Untold;
        }
        let Some(config) = config(source, &name) else { return Self::Blind(name, true) };
        if let Some(place) = mapping.place(source.name(), &name) {
            return match place.server {
                Server::Watched(_) => Self::Shelf(place.clone()),
                // A sync may bring its copies to where we can look.
                Server::Elsewhere(_) => Self::Blind(name, true),
            };
        }
        if config.is_file_storage() {
            Self::Files(name, config.shared)
        } else {
            Self::Blind(name, config.shared)
        }
    }
}

/// Who is to blame when a place on a watched PBS was not looked at.
pub(super) fn blame_place(ctx: &Context<'_>, place: &Place, fallback: &Subject) -> Subject {
    let Server::Watched(name) = &place.server else { return fallback.clone() };
    let source = Subject::Source(name.clone());
    let Some(pbs) = ctx.source(name).filter(|pbs| pbs.is_fresh()) else { return source };
    let stores = pbs.pbs().and_then(|p| p.datastores.known()).map_or(&[][..], Vec::as_slice);
    let info = stores.iter().find(|s| s.name == place.store);
    let closed = info
        .and_then(|s| s.maintenance.as_ref())
        .is_some_and(|(mode, _)| !matches!(mode, Maintenance::ReadOnly));
    if closed || pbs.pbs().is_some_and(|p| crate::judge::datastore::is_down(p, &place.store)) {
        return Subject::Datastore(name.clone(), place.store.clone());
    }
    source
}

/// When the files of a storage were last listed as `node` sees them, and who is to blame when
/// that is too long ago.
pub(super) fn files_seen(
    source: &SourceContext<'_>,
    storage: &StorageName,
    shared: bool,
    node: &NodeName,
) -> (Option<Epoch>, Subject) {
    let key: NodeName = if shared { "".into() } else { node.clone() };
    let files = source.pve().and_then(|pve| pve.files.get(storage));
    let Some(part) = files.and_then(|nodes| nodes.get(&key)) else {
        return (None, source.subject());
    };
    let blame = match part.outcome {
        Outcome::Denied(_) | Outcome::Absent => storage_subject(source, storage, shared, node),
        _ => source.subject(),
    };
    (part.seen.filter(|_| part.known().is_some()), blame)
}

/// A storage as a subject: a local one with the node it is on.
pub(super) fn storage_subject(
    source: &SourceContext<'_>,
    storage: &StorageName,
    shared: bool,
    node: &NodeName,
) -> Subject {
    Subject::Storage(source.name().clone(), (!shared).then(|| node.clone()), storage.clone())
}
