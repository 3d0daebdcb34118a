//! Groups that are not clearly one watched guest's: orphans, whose guest is known to be gone,
//! ambiguous ones, which two clusters may claim, and foreign ones, which nothing maps to.

use std::sync::Arc;

use super::backup::{Claim, Shelves, certainly_lacks, claim};
use super::context::{Context, SourceContext};
use super::findings::Findings;
use super::mapping::{Mapping, Place, Server};
use super::problem::Severity;
use super::rows::{GroupRow, Ownership};
use crate::fleet::code::Code;
use crate::fleet::id::{BackupType, GroupKey, Namespace, SourceName, StoreName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::{Group, GroupCopies};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// The groups on one PBS that are not clearly one watched guest's; raises `backup.orphan` (newest: its
/// newest copy; count: finished copies). Groups of type host are shown as foreign.
pub fn judge(
    ctx: &Context<'_>,
    source: &SourceContext<'_>,
    mapping: &Mapping,
    shelves: &Shelves<'_>,
    findings: &mut Findings<'_>,
) -> Vec<GroupRow> {
    let Some(pbs) = source.pbs().filter(|_| !mapping.is_second(source.name())) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (store, parts) in &pbs.stores {
        let spaces = parts.copies.keys().chain(parts.groups.keys());
        let spaces: std::collections::BTreeSet<&Namespace> = spaces.collect();
        for ns in spaces {
            let place = Place {
                server: Server::Watched(source.name().clone()),
                store: store.clone(),
                ns: ns.clone(),
            };
            let copies = parts.copies.get(ns).and_then(Part::known).map_or(&[][..], Vec::as_slice);
            let groups = parts.groups.get(ns).and_then(Part::known).map_or(&[][..], Vec::as_slice);
            let space = Space { ctx, source, mapping, shelves, place: &place };
            space.judge(copies, groups, findings, &mut rows);
        }
    }
    rows
}

struct Space<'s, 'a> {
    ctx: &'s Context<'a>,
    source: &'s SourceContext<'a>,
    mapping: &'s Mapping,
    shelves: &'s Shelves<'a>,
    place: &'s Place,
}

impl Space<'_, '_> {
    fn judge(
        &self,
        copies: &[Arc<GroupCopies>],
        groups: &[Group],
        findings: &mut Findings<'_>,
        rows: &mut Vec<GroupRow>,
    ) {
        if let Some(shelf) = self.shelves.get(self.place) {
            let writers = self.mapping.writers(self.place);
            for (kind, vmid, entry) in shelf.entries() {
                if !entry.exists() {
                    continue;
                }
                let lives = self.may_live(kind, vmid);
                if lives && !self.is_ambiguous(kind, vmid, entry.owner()) {
                    continue;
                }
                let owner = entry.owner().cloned();
                let (mut newest, mut count) = (None, 0);
                for snapshot in entry.finished() {
                    newest = newest.max(Some(snapshot.time));
                    count += 1;
                }
                let id: Arc<str> = vmid.to_string().into();
                if lives {
                    rows.push(self.row((kind, id), owner, newest, count, Ownership::Ambiguous));
                    continue;
                }
                let known = writers.iter().all(|w| {
                    self.ctx.source(&w.source).is_some_and(|s| certainly_lacks(s, kind, vmid))
                });
                if known && !self.mapping.has_unread() {
                    let row = self.row((kind, id), owner, newest, count, Ownership::Orphan);
                    self.raise(&row, findings);
                    rows.push(row);
                }
            }
        }
        let mapped = self.shelves.get(self.place).is_some();
        let foreign = |kind: BackupType, id: &str| {
            kind == BackupType::Host || id.parse::<Vmid>().is_err() || !mapped
        };
        for group in copies.iter().filter(|g| foreign(g.kind, &g.id)) {
            let finished = group.snapshots.iter().filter(|s| s.is_finished()).count();
            let newest = group.newest().map(|s| s.time);
            let count = u32::try_from(finished).unwrap_or(u32::MAX);
            let (key, owner) = ((group.kind, group.id.clone()), group.owner.clone());
            rows.push(self.row(key, owner, newest, count, Ownership::Foreign));
        }
        let listed: std::collections::HashSet<(BackupType, &str)> =
            copies.iter().map(|c| (c.kind, &*c.id)).filter(|(k, id)| foreign(*k, id)).collect();
        let unlisted = |g: &&Group| foreign(g.kind, &g.id) && !listed.contains(&(g.kind, &*g.id));
        for group in groups.iter().filter(unlisted) {
            let newest = group.last_backup.filter(|_| group.count > 1);
            let (key, owner) = ((group.kind, group.id.clone()), group.owner.clone());
            rows.push(self.row(key, owner, newest, group.count, Ownership::Foreign));
        }
    }

    /// Whether some writer has such a guest, or may have it.
    fn may_live(&self, kind: BackupType, vmid: Vmid) -> bool {
        let writers = self.mapping.writers(self.place);
        writers.iter().any(|writer| self.has(&writer.source, kind, vmid))
    }

    /// Whether a source is known to have, or have had, such a guest.
    fn has(&self, source: &SourceName, kind: BackupType, vmid: Vmid) -> bool {
        let pve = self.ctx.source(source).and_then(SourceContext::pve);
        let guest = pve.and_then(|p| p.resources.known()?.guest(vmid));
        guest.is_some_and(|g| g.kind.backup_type() == kind)
    }

    /// Whether a source that has such a guest cannot claim it for itself alone.
    fn is_ambiguous(&self, kind: BackupType, vmid: Vmid, owner: Option<&Arc<str>>) -> bool {
        let writers = self.mapping.writers(self.place);
        let Some(first) = writers.first() else { return false };
        let shared = writers.iter().any(|w| w.source != first.source);
        if !shared && !self.mapping.has_unread_but(&first.source) {
            return false;
        }
        let lacks = |name: &SourceName| {
            self.ctx.source(name).is_some_and(|other| certainly_lacks(other, kind, vmid))
        };
        writers
            .iter()
            .filter(|w| self.has(&w.source, kind, vmid))
            .any(|w| claim(self.mapping, &w.source, self.place, owner, lacks) == Claim::Ambiguous)
    }

    fn row(
        &self,
        (kind, id): (BackupType, Arc<str>),
        owner: Option<Arc<str>>,
        newest: Option<Epoch>,
        count: u32,
        of: Ownership,
    ) -> GroupRow {
        let (store, ns): (StoreName, Namespace) = (self.place.store.clone(), self.place.ns.clone());
        GroupRow {
            source: self.source.name().clone(),
            store,
            ns,
            kind,
            id,
            owner,
            newest,
            count,
            of,
        }
    }

    fn raise(&self, row: &GroupRow, findings: &mut Findings<'_>) {
        let key = GroupKey {
            source: row.source.clone(),
            store: row.store.clone(),
            ns: row.ns.clone(),
            kind: row.kind,
            id: row.id.clone(),
        };
        let subject = Subject::Group(Arc::new(key));
        let mut draft = findings.raise(self.source, Code::BackupOrphan, Severity::Notice, subject);
        if let Some(shelf) = self.shelves.get(self.place) {
            for said in &shelf.evidence {
                draft = draft.seen(said.call.clone(), said.seen);
            }
        }
        draft.facts(|f| {
            f.newest = row.newest;
            f.age = row.newest.map(|at| self.source.age(at));
            f.count = Some(row.count);
        });
    }
}
