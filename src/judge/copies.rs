//! The copies of guests: what lies at a place, and since when that is known.
//!
//! Two readings tell of a group: the list of snapshots (hourly, with manifest and verification)
//! and the list of groups (every few minutes, with the newest time and a count). The younger one
//! is believed where they differ: a copy that was pruned since is no copy, and a newer one counts
//! when it must be finished.

use std::sync::Arc;

use crate::fleet::id::{BackupType, GuestKind, NodeName, SourceName, StorageName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::copies::{Group, GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::small::Size;
use crate::fleet::pve::backup::BackupFile;
use crate::fleet::time::Epoch;

use super::mapping::Place;
use super::problem::Evidence;
use super::rows::recovery::Holder;

/// What lies at a watched place, prepared to be asked for thousands of guests.
pub struct Shelf<'a> {
    /// `SRC:STORE[/NS]`
    pub text: Arc<str>,
    holder: Holder,
    /// Sorted by type and number.
    slots: Vec<Slot<'a>>,
    sight: Sight,
    /// Which calls tell of it, and when they did.
    pub evidence: Vec<Evidence>,
    /// Whether the PBS was at work on some backup when it was last asked.
    at_work: bool,
}

/// How much of a place was seen, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    copies_seen: Option<Epoch>,
    groups_seen: Option<Epoch>,
    /// Whether every group there may be seen, so that what is not listed is not there.
    pub complete: bool,
}

impl Sight {
    /// What was seen of a namespace of a datastore.
    pub fn new(place: &Place, pbs: &PbsSurvey, now: Epoch) -> Self {
        let parts = pbs.stores.get(&place.store);
        let mut sight = Self {
            copies_seen: parts.and_then(|p| p.copies.get(&place.ns)).and_then(|p| p.seen),
            groups_seen: parts.and_then(|p| p.groups.get(&place.ns)).and_then(|p| p.seen),
            complete: sees_all(pbs, place),
        };
        if sight.complete && sight.copies_seen.is_none() && sight.groups_seen.is_none() {
            sight.groups_seen = known_absent(pbs, place, now);
        }
        sight
    }

    /// What is known of one group there, found without the [`Shelf`] of the place.
    pub fn entry<'a>(
        &self,
        place: &Place,
        pbs: &'a PbsSurvey,
        kind: BackupType,
        vmid: Vmid,
    ) -> Entry<'a> {
        let id = vmid.to_string();
        let key = (kind, &*id);
        let parts = pbs.stores.get(&place.store);
        let copies = parts.and_then(|p| p.copies.get(&place.ns)).and_then(Part::known);
        let groups = parts.and_then(|p| p.groups.get(&place.ns)).and_then(Part::known);
        // Both lists are sorted by type and id.
        let copies = copies.and_then(|list| {
            let at = list.binary_search_by(|c| (c.kind, &*c.id).cmp(&key)).ok()?;
            list.get(at).map(|copies| &**copies)
        });
        let group = groups.and_then(|list| {
            let at = list.binary_search_by(|g| (g.kind, &*g.id).cmp(&key)).ok()?;
            list.get(at)
        });
        self.made_of(copies, group, false)
    }

    fn made_of<'a>(
        &self,
        copies: Option<&'a GroupCopies>,
        group: Option<&'a Group>,
        at_work: bool,
    ) -> Entry<'a> {
        let listed = copies.map_or(self.copies_seen, |c| Some(c.seen));
        let regrouped = self.groups_seen > listed && (group.is_some() || self.complete);
        // Without the right to see every group, what is not listed may be there all the same.
        let tells = self.complete || copies.is_some() || group.is_some();
        Entry {
            copies,
            group,
            looked: listed.max(self.groups_seen).filter(|_| tells),
            regrouped,
            at_work,
        }
    }
}

/// What both readings list of one group.
type Slot<'a> = ((BackupType, Vmid), Option<&'a GroupCopies>, Option<&'a Group>);

/// One finished copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its start, the server's clock.
    pub time: Epoch,
    /// Its verification; none for files, and for copies seen only in the list of groups.
    pub verification: Option<Verification>,
    /// `SRC:STORE[/NS]`, `SRC:STORAGE`, `SRC:NODE/STORAGE`
    pub place: Arc<str>,
    /// What holds it.
    pub holder: Holder,
    /// Whether it is encrypted; none where nothing tells.
    pub encrypted: Option<bool>,
    /// Fingerprint of the key of its group's newest encrypted copy, where told.
    pub key: Option<Arc<str>>,
    /// Logical bytes, where known.
    pub size: Option<u64>,
}

impl Copy {
    /// Whether it was verified, and is bad.
    pub fn is_bad(&self) -> bool {
        matches!(self.verification, Some(Verification::Failed(_)))
    }

    fn rank(&self) -> (Epoch, u8) {
        let trust = match self.verification {
            Some(Verification::Failed(_)) => 0,
            None => 1,
            Some(Verification::None) => 2,
            Some(Verification::Ok(_)) => 3,
        };
        (self.time, trust)
    }
}

/// What was found of one guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The newest finished copy; of two with the same time the better verified one.
    pub newest: Option<Copy>,
    /// The newest finished copy whose verification did not fail.
    pub point: Option<Copy>,
    /// The newest good copy of every place, and whether it is the only good one there.
    pub points: Vec<(Copy, bool)>,
    /// A copy that may be finished or not: nothing tells yet.
    pub uncertain: Option<Epoch>,
    /// Start of the newest unfinished copy, where its PBS is at work on a backup: anywhere else it
    /// is a leftover.
    pub unfinished: Option<Epoch>,
}

impl Found {
    /// Takes in a finished copy.
    pub fn add(&mut self, copy: Copy) {
        if !copy.is_bad() {
            self.add_point(copy.clone());
            if self.point.as_ref().is_none_or(|p| p.rank() < copy.rank()) {
                self.point = Some(copy.clone());
            }
        }
        if self.newest.as_ref().is_none_or(|n| n.rank() < copy.rank()) {
            self.newest = Some(copy);
        }
    }

    fn add_point(&mut self, copy: Copy) {
        match self.points.iter_mut().find(|(known, _)| Arc::ptr_eq(&known.place, &copy.place)) {
            Some((known, alone)) => {
                *alone = false;
                if known.rank() < copy.rank() {
                    *known = copy;
                }
            }
            None => self.points.push((copy, true)),
        }
    }

    /// Says that a place has more good copies than those that were added.
    fn has_more(&mut self, place: &Arc<str>) {
        let known = self.points.iter_mut().find(|(known, _)| Arc::ptr_eq(&known.place, place));
        if let Some((_, alone)) = known {
            *alone = false;
        }
    }
}

/// One group, as both readings together tell it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    copies: Option<&'a GroupCopies>,
    group: Option<&'a Group>,
    /// When it was last looked at; none while nothing was ever read.
    pub looked: Option<Epoch>,
    /// Whether the list of groups is younger than the list of snapshots.
    regrouped: bool,
    /// As in its shelf.
    at_work: bool,
}

impl<'a> Shelf<'a> {
    /// Prepares a namespace of a datastore. `source` names the PBS in places.
    pub fn new(place: &Place, source: &SourceName, pbs: &'a PbsSurvey, now: Epoch) -> Self {
        let parts = pbs.stores.get(&place.store);
        let copies = parts.and_then(|p| p.copies.get(&place.ns));
        let groups = parts.and_then(|p| p.groups.get(&place.ns));
        let mut shelf = Self {
            text: place_text(source, place),
            holder: Holder::Pbs(source.clone()),
            slots: Vec::new(),
            sight: Sight::new(place, pbs, now),
            evidence: Vec::new(),
            at_work: pbs
                .tasks
                .known()
                .is_some_and(|tasks| tasks.iter().any(|t| t.is_running() && &*t.kind == "backup")),
        };
        let said = [groups.map(|p| (&p.call, p.seen)), copies.map(|p| (&p.call, p.seen))];
        for (call, seen) in said.into_iter().flatten() {
            shelf.evidence.extend(seen.map(|seen| Evidence { call: call.clone(), seen }));
        }
        for copies in copies.and_then(Part::known).into_iter().flatten() {
            if let Some(vmid) = guest_number(copies.kind, &copies.id) {
                shelf.slots.push(((copies.kind, vmid), Some(&**copies), None));
            }
        }
        for group in groups.and_then(Part::known).into_iter().flatten() {
            if let Some(vmid) = guest_number(group.kind, &group.id) {
                shelf.slots.push(((group.kind, vmid), None, Some(group)));
            }
        }
        // Two sorted lists, mostly: quick for a stable sort.
        shelf.slots.sort_by_key(|(key, ..)| *key);
        shelf.slots.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                (kept.1, kept.2) = (kept.1.or(later.1), kept.2.or(later.2));
            }
            same
        });
        shelf
    }

    /// What is known of a guest's group there.
    pub fn entry(&self, kind: BackupType, vmid: Vmid) -> Entry<'a> {
        let at = self.slots.binary_search_by_key(&(kind, vmid), |(key, ..)| *key);
        let slot = at.ok().and_then(|at| self.slots.get(at));
        slot.map_or(self.made_of(None, None), |(_, copies, group)| self.made_of(*copies, *group))
    }

    fn made_of(&self, copies: Option<&'a GroupCopies>, group: Option<&'a Group>) -> Entry<'a> {
        self.sight.made_of(copies, group, self.at_work)
    }

    /// Whether its snapshots were ever read: the list of groups knows nothing of verification.
    pub fn was_listed(&self) -> bool {
        self.sight.copies_seen.is_some()
    }

    /// Every group of vms and containers with what is known of it.
    pub fn entries(&self) -> impl Iterator<Item = (BackupType, Vmid, Entry<'a>)> + '_ {
        let of = |(key, copies, group): &Slot<'a>| (key.0, key.1, self.made_of(*copies, *group));
        self.slots.iter().map(of)
    }
}

impl Entry<'_> {
    /// Who owns the group, where that is told.
    pub fn owner(&self) -> Option<&Arc<str>> {
        let grouped = self.group.and_then(|g| g.owner.as_ref());
        let listed = self.copies.and_then(|c| c.owner.as_ref());
        if self.regrouped { grouped.or(listed) } else { listed.or(grouped) }
    }

    /// Whether there is such a group at all.
    pub fn exists(&self) -> bool {
        if self.regrouped {
            self.group.is_some()
        } else {
            self.copies.is_some() || self.group.is_some()
        }
    }

    /// The finished snapshots that are still there.
    pub fn finished(&self) -> impl Iterator<Item = &Snapshot> {
        let (newest, only) = match (self.regrouped, self.group) {
            (false, _) => (None, false),
            (true, None) => (Some(Epoch(i64::MIN)), false),
            (true, Some(g)) => (Some(g.last_backup.unwrap_or(Epoch(i64::MIN))), g.count <= 1),
        };
        self.copies.into_iter().flat_map(|c| &c.snapshots).filter(move |s| {
            s.is_finished()
                && newest
                    .is_none_or(|newest| if only { s.time == newest } else { s.time <= newest })
        })
    }

    /// The newest snapshot, where only the list of groups tells of it, and whether it is certainly
    /// finished: the newest finished one of several.
    pub fn unlisted(&self) -> Option<(Epoch, bool)> {
        let group = self.group.filter(|_| self.regrouped)?;
        let newest = self.finished().map(|s| s.time).max();
        let last = group.last_backup.filter(|last| Some(*last) > newest)?;
        Some((last, group.count > 1))
    }

    /// Until when every copy of it is known. Where the list of groups tells of a newer one, others
    /// may have come since the snapshots were listed.
    pub fn whole(&self) -> Option<Epoch> {
        match self.unlisted() {
            Some(_) => self.copies.map(|copies| copies.seen),
            None => self.looked,
        }
    }

    /// Adds what counts to what was found: nothing older than `created`, the guest's own
    /// creation, for that belongs to a predecessor.
    pub fn add_to(&self, found: &mut Found, shelf: &Shelf<'_>, created: Option<Epoch>) {
        let place = &shelf.text;
        let own = |time: Epoch| created.is_none_or(|created| time >= created);
        let (mut newest, mut point): (Option<&Snapshot>, Option<&Snapshot>) = (None, None);
        let mut more = false;
        // Newest first: mostly the first one is both.
        for snapshot in self.finished().filter(|s| own(s.time)) {
            newest = newest.or(Some(snapshot));
            if !matches!(snapshot.verification, Verification::Failed(_)) {
                more = point.is_some();
                if more {
                    break;
                }
                point = Some(snapshot);
            }
        }
        let newest_time = newest.map(|n| n.time);
        // Mostly both are one.
        let bad = newest.filter(|newest| point.is_none_or(|point| point.time != newest.time));
        for snapshot in [point, bad].into_iter().flatten() {
            found.add(Copy {
                time: snapshot.time,
                verification: Some(snapshot.verification),
                place: place.clone(),
                holder: shelf.holder.clone(),
                encrypted: Some(snapshot.encrypted),
                key: self.copies.and_then(|c| c.key.clone()).filter(|_| snapshot.encrypted),
                size: snapshot.size.map(Size::bytes),
            });
        }
        if more {
            found.has_more(place);
        }
        let Some(group) = self.group.filter(|_| self.regrouped) else {
            found.unfinished = found.unfinished.max(self.unfinished());
            return;
        };
        match group.last_backup.filter(|last| own(*last) && Some(*last) > newest_time) {
            // The newest finished one of several.
            Some(time) if group.count > 1 => {
                // What it is was not read; like the one before, most likely as large.
                let size = newest.and_then(|newest| newest.size.map(Size::bytes));
                found.add(Copy {
                    time,
                    verification: None,
                    place: place.clone(),
                    holder: shelf.holder.clone(),
                    encrypted: None,
                    key: self.copies.and_then(|copies| copies.key.clone()),
                    size,
                });
                found.has_more(place);
            }
            // The only one: finished or not.
            Some(time) => found.uncertain = found.uncertain.max(Some(time)),
            None => {}
        }
        found.unfinished = found.unfinished.max(self.unfinished());
    }

    fn unfinished(&self) -> Option<Epoch> {
        if !self.at_work {
            return None;
        }
        let all = self.copies.into_iter().flat_map(|c| &c.snapshots);
        // Newest first.
        all.into_iter().find(|s| !s.is_finished()).map(|s| s.time)
    }
}

/// The vzdump files of one source, prepared like a [`Shelf`].
#[derive(Default)]
pub struct Files {
    by_guest: Vec<(Vmid, Option<GuestKind>, Epoch, u32)>,
    places: Vec<(Arc<str>, Holder)>,
}

impl Files {
    /// Takes in the files of one storage; `node` is none for a shared one.
    pub fn add(
        &mut self,
        source: &SourceName,
        node: Option<&NodeName>,
        storage: &StorageName,
        files: &[BackupFile],
    ) {
        let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let text = match node {
            Some(node) => format!("{source}:{node}/{storage}"),
            None => format!("{source}:{storage}"),
        };
        self.places.push((text.into(), Holder::Storage(source.clone(), node.cloned())));
        let own = files.iter().filter_map(|f| Some((f.vmid?, f.kind, f.time, place)));
        self.by_guest.extend(own);
    }

    /// To be called once, after the last [`Files::add`].
    pub fn sort(&mut self) {
        self.by_guest.sort_unstable_by_key(|(vmid, _, time, _)| (*vmid, *time));
    }

    /// Adds a guest's files to what was found.
    pub fn add_to(&self, found: &mut Found, vmid: Vmid, kind: GuestKind, created: Option<Epoch>) {
        let from = self.by_guest.partition_point(|(v, ..)| *v < vmid);
        let own = self.by_guest.get(from..).unwrap_or_default();
        for (_, of, time, place) in own.iter().take_while(|(v, ..)| *v == vmid) {
            let own = of.is_none_or(|of| of == kind) && created.is_none_or(|c| *time >= c);
            if let (true, Some((place, holder))) = (own, self.places.get(*place as usize)) {
                found.add(Copy {
                    time: *time,
                    verification: None,
                    place: place.clone(),
                    holder: holder.clone(),
                    encrypted: None,
                    key: None,
                    size: None,
                });
            }
        }
    }
}

/// A place as the report names it.
pub fn place_text(source: &SourceName, place: &Place) -> Arc<str> {
    if place.ns.as_str().is_empty() {
        format!("{source}:{}", place.store).into()
    } else {
        format!("{source}:{}/{}", place.store, place.ns).into()
    }
}

/// Whether the token may see every group at a place (with `Datastore.Backup` alone: only its own).
pub fn sees_all(pbs: &PbsSurvey, place: &Place) -> bool {
    let path = if place.ns.as_str().is_empty() {
        format!("/datastore/{}", place.store)
    } else {
        format!("/datastore/{}/{}", place.store, place.ns)
    };
    pbs.rights.known().is_some_and(|rights| rights.has(&path, "Datastore.Audit"))
}

/// When it was seen that the place does not exist: no such datastore, no such namespace.
fn known_absent(pbs: &PbsSurvey, place: &Place, now: Epoch) -> Option<Epoch> {
    let stores = pbs.datastores.live(now)?;
    let all = pbs.rights.known().is_some_and(|r| r.has_below("/datastore", "Datastore.Audit"));
    if !all || pbs.datastores.is_failing() {
        return None;
    }
    if stores.iter().all(|s| s.name != place.store) {
        return pbs.datastores.seen;
    }
    let namespaces = &pbs.stores.get(&place.store)?.namespaces;
    let gone = !namespaces.is_failing() && namespaces.live(now)?.iter().all(|ns| *ns != place.ns);
    namespaces.seen.filter(|_| gone)
}

fn guest_number(kind: BackupType, id: &str) -> Option<Vmid> {
    (kind != BackupType::Host).then(|| id.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
