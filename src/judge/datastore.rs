//! Datastores of PBSes and their jobs.

mod job;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::backup::is_configured;
use super::context::SourceContext;
use super::findings::Findings;
use super::mapping::{Mapping, Place, Server, Writer};
use super::problem::Severity;
use super::rows::DatastoreRow;
use super::verdict::Consequence;
use crate::fleet::code::Code;
use crate::fleet::host::Usage;
use crate::fleet::id::{Namespace, SourceName, StorageName, StoreName};
use crate::fleet::part::{CauseKind, Outcome, Part};
use crate::fleet::pbs::datastore::{DatastoreInfo, DatastoreUsage, Maintenance, Mount};
use crate::fleet::pbs::{PbsSurvey, StoreParts};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// Beyond this an estimated full date means never, seconds.
const CENTURY: i64 = 100 * 365 * 86_400;

/// Judges the datastores of one source: its rows by name. A PBS that an earlier source reaches
/// already has none.
pub fn judge(
    source: &SourceContext<'_>,
    mapping: &Mapping,
    findings: &mut Findings<'_>,
) -> Vec<DatastoreRow> {
    let pbs = source.pbs().filter(|_| !mapping.is_second(source.name()));
    let Some(pbs) = pbs else { return Vec::new() };
    let row = |name| Store::new(source, pbs, name).judge(mapping, findings);
    names(pbs).into_iter().map(row).collect()
}

/// Whether a datastore is known not to be readable, whatever the reason.
pub fn is_down(pbs: &PbsSurvey, store: &StoreName) -> bool {
    let entry = pbs.usage.known().into_iter().flatten().find(|u| u.name == *store);
    let unmounted = |mount: Option<Mount>| mount == Some(Mount::NotMounted);
    let infos = pbs.datastores.known().into_iter().flatten();
    entry.is_some_and(|u| u.error.is_some() || unmounted(u.mount))
        || infos.filter(|i| i.name == *store).any(|i| unmounted(i.mount))
        || (pbs.usage.is_failing() && pbs.stores.get(store).is_some_and(|s| is_refused(&s.status)))
}

/// Whether the server answered with an error (and did not merely stay silent).
fn is_refused(part: &Part<Usage>) -> bool {
    matches!(&part.outcome, Outcome::Failed(cause) if matches!(cause.kind, CauseKind::Status(_)))
}

fn names(pbs: &PbsSurvey) -> BTreeSet<&StoreName> {
    let infos = pbs.datastores.known().into_iter().flatten().map(|d| &d.name);
    // A list that was read is believed: what it no longer names is gone.
    if pbs.datastores.known().is_some() {
        return infos.collect();
    }
    let usage = pbs.usage.known().into_iter().flatten().map(|u| &u.name);
    usage.chain(pbs.stores.keys()).collect()
}

/// One datastore with what is known of it.
struct Store<'a> {
    source: &'a SourceContext<'a>,
    pbs: &'a PbsSurvey,
    name: &'a StoreName,
    info: Option<&'a DatastoreInfo>,
    entry: Option<&'a DatastoreUsage>,
    parts: Option<&'a StoreParts>,
}

/// How its usage stands.
enum Reading {
    /// Read, and young.
    Live(Usage),
    /// Not known now, and something raised or a state says why.
    Told,
    /// Not known now.
    Untold,
}

impl<'a> Store<'a> {
    fn new(source: &'a SourceContext<'a>, pbs: &'a PbsSurvey, name: &'a StoreName) -> Self {
        Self {
            source,
            pbs,
            name,
            info: pbs.datastores.known().into_iter().flatten().find(|d| d.name == *name),
            entry: pbs.usage.known().into_iter().flatten().find(|u| u.name == *name),
            parts: pbs.stores.get(name),
        }
    }

    fn subject(&self) -> Subject {
        Subject::Datastore(self.source.name().clone(), self.name.clone())
    }

    fn judge(&self, mapping: &Mapping, findings: &mut Findings<'_>) -> DatastoreRow {
        let fresh = self.source.is_fresh();
        let mut follows = Consequence::NONE;
        let counts = self.counts();
        let jobs = if fresh {
            match self.reading(findings) {
                Reading::Live(usage) => self.usage(usage, findings),
                Reading::Told => {}
                Reading::Untold => follows = self.source.unknown(),
            }
            if !self.source.pbs().is_some_and(|p| p.datastores.is_young(self.source.now)) {
                follows = follows.or_worse(self.source.unknown());
            }
            let copies = counts.oldest.is_some() || counts.copies > 0;
            if is_configured(self.pbs, self.name) == Some(false) && copies {
                findings
                    .raise(self.source, Code::DatastoreUnverified, Severity::Notice, self.subject())
                    .evidence(&self.pbs.verify)
                    .evidence(&self.pbs.config);
            }
            let (jobs, consequence) = job::judge(self, counts.oldest, findings);
            follows = follows.or_worse(consequence);
            jobs
        } else {
            follows = self.source.unknown();
            job::rows(self)
        };
        DatastoreRow {
            source: self.source.name().clone(),
            name: self.name.clone(),
            usage: self.entry.and_then(|e| e.usage).or_else(|| self.status().copied()),
            full_at: self.full_at(),
            counts: counts.known.then_some((counts.spaces, counts.groups, counts.copies)),
            newest: counts.newest,
            jobs,
            writers: self.writers(mapping),
            carried: self.carried(mapping),
            seen: self
                .pbs
                .usage
                .seen
                .filter(|_| self.entry.is_some())
                .or_else(|| self.parts.and_then(|p| p.status.seen)),
            verdict: follows.verdict,
            because: follows.because,
        }
    }

    fn status(&self) -> Option<&Usage> {
        self.parts.and_then(|p| p.status.known())
    }

    /// What the datastore says of itself. Raises maintenance and offline.
    fn reading(&self, findings: &mut Findings<'_>) -> Reading {
        if let Some((mode, message)) = self.info.and_then(|i| i.maintenance.as_ref()) {
            let severity = match mode {
                Maintenance::ReadOnly => Severity::Warning,
                _ => Severity::Unknown,
            };
            let word = match mode {
                Maintenance::ReadOnly => "read-only",
                Maintenance::Offline => "offline",
                Maintenance::Delete => "delete",
                Maintenance::Unmount => "unmount",
                Maintenance::S3Refresh => "s3-refresh",
                Maintenance::Other => "unknown",
            };
            findings
                .raise(self.source, Code::DatastoreMaintenance, severity, self.subject())
                .detail(word)
                .evidence(&self.pbs.datastores)
                .facts(|f| f.text.clone_from(message));
            if *mode != Maintenance::ReadOnly {
                return Reading::Told;
            }
        }
        let mount = self.entry.and_then(|e| e.mount).or(self.info.and_then(|i| i.mount));
        if mount == Some(Mount::NotMounted) {
            self.offline(Severity::Warning, None, findings);
            return Reading::Told;
        }
        let now = self.source.now;
        if !self.pbs.usage.is_failing() && self.pbs.usage.is_young(now) {
            return match self.entry {
                Some(DatastoreUsage { error: Some(error), .. }) => {
                    self.offline(Severity::Critical, Some(error.clone()), findings);
                    Reading::Told
                }
                Some(DatastoreUsage { usage: Some(usage), .. }) => Reading::Live(*usage),
                // A bare entry, or none: what may not be read.
                _ => Reading::Untold,
            };
        }
        // The call for all fails when one datastore does: each was then asked alone.
        match self.parts.map(|p| &p.status) {
            Some(status) if is_refused(status) => {
                let text = status.error().map(Into::into);
                self.offline(Severity::Critical, text, findings);
                Reading::Told
            }
            Some(status) if !status.is_failing() => {
                status.live(now).map_or(Reading::Untold, |usage| Reading::Live(*usage))
            }
            _ => Reading::Untold,
        }
    }

    fn offline(&self, severity: Severity, text: Option<Arc<str>>, findings: &mut Findings<'_>) {
        findings
            .raise(self.source, Code::DatastoreOffline, severity, self.subject())
            .evidence(&self.pbs.usage)
            .facts(|f| f.text = text);
    }

    /// Raises full (value: the used fraction) and filling (at: the estimated date).
    fn usage(&self, usage: Usage, findings: &mut Findings<'_>) {
        let policy = self.source.policy();
        if let Some(fraction) = usage.fraction() {
            let (severity, limit) = if fraction >= policy.datastore.critical {
                (Some(Severity::Critical), policy.datastore.critical)
            } else if fraction >= policy.datastore.warning {
                (Some(Severity::Warning), policy.datastore.warning)
            } else {
                (None, 0.0)
            };
            if let Some(severity) = severity {
                findings
                    .raise(self.source, Code::DatastoreFull, severity, self.subject())
                    .evidence(&self.pbs.usage)
                    .facts(|f| {
                        f.value = Some(fraction);
                        f.limit = Some(limit);
                    });
            }
        }
        let Some(at) = self.full_at().filter(|_| !self.pbs.usage.is_failing()) else { return };
        let left = at.since(self.source.server_now());
        let severity = if left <= policy.filling.critical {
            Severity::Critical
        } else if left <= policy.filling.warning {
            Severity::Warning
        } else {
            return;
        };
        findings
            .raise(self.source, Code::DatastoreFilling, severity, self.subject())
            .evidence(&self.pbs.usage)
            .facts(|f| f.at = Some(at));
    }

    /// When it will be full; none for dates that mean never.
    fn full_at(&self) -> Option<Epoch> {
        let at = self.entry?.full_at?;
        let left = at.since(self.source.server_now());
        (left > 0 && left < CENTURY).then_some(at)
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let Some(parts) = self.parts else { return counts };
        for space in parts.copies.values().filter_map(Part::known) {
            counts.known = true;
            counts.spaces += 1;
            counts.groups = counts.groups.saturating_add(len(space.len()));
            for group in space {
                counts.copies = counts.copies.saturating_add(len(group.snapshots.len()));
                // Newest first: both ends tell.
                counts.newest = counts.newest.max(group.newest().map(|s| s.time));
                let oldest = group.snapshots.iter().rfind(|s| s.is_finished()).map(|s| s.time);
                counts.oldest = match (counts.oldest, oldest) {
                    (Some(one), Some(two)) => Some(one.min(two)),
                    (one, two) => one.or(two),
                };
            }
        }
        counts
    }

    /// Who writes here, and where: itself, or by the sync job that carries it on.
    fn reached<'m>(&self, mapping: &'m Mapping) -> impl Iterator<Item = (&'m Writer, &'m Place)> {
        let here =
            |server: &Server| matches!(server, Server::Watched(name) if name == self.source.name());
        mapping
            .places()
            .filter(move |p| here(&p.server) && p.store == *self.name)
            .flat_map(|p| mapping.writers(p).iter().map(move |w| (w, p)))
    }

    fn writers(&self, mapping: &Mapping) -> Vec<(SourceName, StorageName, Namespace)> {
        let mut writers: Vec<_> = self
            .reached(mapping)
            .filter(|(w, _)| w.direct)
            .map(|(w, p)| (w.source.clone(), w.storage.clone(), p.ns.clone()))
            .collect();
        writers.sort();
        writers
    }

    fn carried(&self, mapping: &Mapping) -> Vec<(SourceName, Namespace)> {
        let reached = self.reached(mapping).filter(|(w, _)| !w.direct);
        let mut carried: Vec<_> = reached.map(|(w, p)| (w.source.clone(), p.ns.clone())).collect();
        carried.sort();
        carried.dedup();
        carried
    }
}

/// What lies in a datastore.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    known: bool,
    spaces: u32,
    groups: u32,
    copies: u32,
    newest: Option<Epoch>,
    oldest: Option<Epoch>,
}

fn len(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
