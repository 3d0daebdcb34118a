//! Groups that are not clearly one watched guest's: orphans, whose guest is known to be gone,
//! ambiguous ones, which two clusters may claim, and foreign ones, which nothing maps to.

use std::sync::Arc;

use super::backup::{Claim, Shelves, certainly_lacks, claim};
use super::context::{Context, SourceContext};
use super::findings::Findings;
use super::mapping::{Mapping, Place, Server, Writer};
use super::problem::Severity;
use super::rows::{GroupRow, Ownership};
use crate::fleet::code::Code;
use crate::fleet::id::{BackupType, GroupKey, Namespace, SourceName, StoreName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::{Group, GroupCopies};
use crate::fleet::pve::cluster::Resources;
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
            let known = |w: &Writer| ctx.source(&w.source)?.pve()?.resources.known();
            let writers = mapping.writers(&place).iter().map(|w| (w, known(w))).collect();
            let space = Space { ctx, source, mapping, shelves, place: &place, writers };
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
    /// Who writes there, and what is known of the guests it has, or had.
    writers: Vec<(&'s Writer, Option<&'s Resources>)>,
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
                let known = self.writers.iter().all(|(w, _)| {
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
        self.writers.iter().any(|(_, resources)| has(*resources, kind, vmid))
    }

    /// Whether a source that has such a guest cannot claim it for itself alone.
    fn is_ambiguous(&self, kind: BackupType, vmid: Vmid, owner: Option<&Arc<str>>) -> bool {
        let Some((first, _)) = self.writers.first() else { return false };
        let shared = self.writers.iter().any(|(w, _)| w.source != first.source);
        if !shared && !self.mapping.has_unread_but(&first.source) {
            return false;
        }
        let lacks = |name: &SourceName| {
            self.ctx.source(name).is_some_and(|other| certainly_lacks(other, kind, vmid))
        };
        self.writers.iter().filter(|(_, resources)| has(*resources, kind, vmid)).any(|(w, _)| {
            claim(self.mapping, &w.source, self.place, owner, lacks) == Claim::Ambiguous
        })
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

/// Whether a source is known to have, or have had, such a guest.
fn has(resources: Option<&Resources>, kind: BackupType, vmid: Vmid) -> bool {
    let guest = resources.and_then(|resources| resources.guest(vmid));
    guest.is_some_and(|guest| guest.kind.backup_type() == kind)
}
