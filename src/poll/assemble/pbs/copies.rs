//! What lies in a datastore: namespaces, groups, snapshots. A token may lose the right to see them
//! at any time, and the lists are then shorter and say 200: what is gone from one is not believed
//! to be gone before the rights were read again.

use std::sync::Arc;

use super::super::doubt::doubt_vanished;
use super::super::{Answered, set, variant};
use super::parts;
use crate::fleet::id::{BackupType, Namespace, StoreName};
use crate::fleet::part::{Cause, CauseKind, Outcome, Part};
use crate::fleet::pbs::copies::GroupCopies;
use crate::fleet::pbs::{PbsSurvey, StoreParts};
use crate::fleet::rights::Rights;
use crate::fleet::tier;
use crate::fleet::time::Epoch;
use crate::poll::call::Reading;

/// The list of namespaces; what belongs to one that is gone goes with it.
pub(super) fn namespaces(pbs: &mut PbsSurvey, store: &StoreName, answered: Answered, at: Epoch) {
    // Before 2.2 there are none: the root alone.
    let answered = match answered {
        Ok(Reading::Absent) => Ok(Reading::Namespaces(vec![Namespace::from("")])),
        other => other,
    };
    parts(pbs, store);
    let PbsSurvey { stores, rights, .. } = pbs;
    let Some(parts) = stores.get_mut(store) else { return };
    if let Ok(Reading::Namespaces(new)) = &answered {
        let path = format!("/datastore/{store}");
        let may_see = |rights: &Rights| rights.has_below(&path, "Datastore.Audit");
        let vanished = |ns: &Namespace| !new.contains(ns);
        if doubt_vanished(&mut parts.namespaces, new, rights, may_see, at, vanished) {
            return;
        }
    }
    set(&mut parts.namespaces, answered, at, variant!(Namespaces));
    if parts.namespaces.outcome != Outcome::Fine {
        return;
    }
    if let Some(all) = parts.namespaces.value.clone() {
        parts.groups.retain(|ns, _| all.contains(ns));
        parts.copies.retain(|ns, _| all.contains(ns));
    }
}

/// The list of groups of one namespace.
pub(super) fn groups(
    pbs: &mut PbsSurvey,
    store: &StoreName,
    ns: &Namespace,
    answered: Answered,
    at: Epoch,
) {
    parts(pbs, store);
    let PbsSurvey { stores, rights, .. } = pbs;
    let Some(parts) = stores.get_mut(store) else { return };
    let path = within(format!("/admin/datastore/{store}/groups"), ns);
    let part = parts.groups.entry(ns.clone()).or_insert_with(|| Part::new(path, tier::SLOW));
    if let Ok(Reading::Groups(new)) = &answered {
        let listed: Vec<_> = new.iter().map(|group| (group.kind, &*group.id)).collect();
        let listed = sorted(listed);
        if doubt_vanished(part, new, rights, sees(store, ns), at, |group| {
            listed.binary_search(&(group.kind, &*group.id)).is_err()
        }) {
            return;
        }
    }
    set(part, known_call(answered), at, variant!(Groups));
}

/// All snapshots of one namespace. A group that is gone from the list of groups too, which was
/// believed, is gone.
pub(super) fn all(
    pbs: &mut PbsSurvey,
    store: &StoreName,
    ns: &Namespace,
    answered: Answered,
    at: Epoch,
) {
    parts(pbs, store);
    let PbsSurvey { stores, rights, .. } = pbs;
    let Some(parts) = stores.get_mut(store) else { return };
    let groups = parts.groups.get(ns).filter(|part| part.outcome == Outcome::Fine).cloned();
    let groups = groups.as_ref().and_then(Part::known);
    let groups = groups.map(|all| sorted(all.iter().map(|g| (g.kind, &*g.id)).collect()));
    let part = copies_part(parts, store, ns);
    let answered = match known_call(answered) {
        Ok(Reading::Copies(all)) => {
            let mut all: Vec<_> = all
                .into_iter()
                .map(|copies| Arc::new(GroupCopies { seen: at, ..copies }))
                .collect();
            all.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
            Ok(all)
        }
        other => Err(other),
    };
    match answered {
        Ok(all) => {
            let lacks = |copies: &Arc<GroupCopies>| {
                let key = (copies.kind, &*copies.id);
                let gone = all.binary_search_by(|c| (c.kind, &*c.id).cmp(&key)).is_err();
                gone && groups.as_ref().is_none_or(|groups| groups.binary_search(&key).is_ok())
            };
            if !doubt_vanished(part, &all, rights, sees(store, ns), at, lacks) {
                *part = part.answered(all, at);
            }
        }
        Err(other) => set(part, other, at, |_| None),
    }
}

/// The snapshots of one group. One that had some and has none now, though the list of groups still
/// names it, is looked for in the whole list, which is doubted if need be.
pub(super) fn of_group(
    pbs: &mut PbsSurvey,
    (store, ns): (&StoreName, &Namespace),
    (kind, id): (BackupType, &Arc<str>),
    answered: Answered,
    at: Epoch,
) {
    let part = copies_part(parts(pbs, store), store, ns);
    match known_call(answered) {
        Ok(Reading::Copies(mut one)) => {
            let copies = one.pop();
            let had = part
                .known()
                .into_iter()
                .flatten()
                .any(|old| old.kind == kind && old.id == *id && !old.snapshots.is_empty());
            if copies.is_none() && had {
                part.tried = None;
                return;
            }
            let copies = copies.unwrap_or_else(|| GroupCopies::none(kind, id.clone()));
            replace_group(part, GroupCopies { seen: at, ..copies });
        }
        other => set(part, other, at, |_| None),
    }
}

/// Only one group was read anew: the part keeps the time of its last whole reading, and the group
/// carries its own.
fn replace_group(part: &mut Part<Vec<Arc<GroupCopies>>>, copies: GroupCopies) {
    let Some(all) = &part.value else { return };
    let mut all = (**all).clone();
    let key = |c: &GroupCopies| (c.kind, c.id.clone());
    let wanted = key(&copies);
    match all.binary_search_by(|c| key(c).cmp(&wanted)) {
        Ok(at) => {
            if let Some(slot) = all.get_mut(at) {
                *slot = Arc::new(copies);
            }
        }
        Err(at) => all.insert(at, Arc::new(copies)),
    }
    part.value = Some(Arc::new(all));
}

/// Every version knows these calls: what is not found tells of no copies, least of all that there
/// are none.
fn known_call(answered: Answered) -> Answered {
    match answered {
        Ok(Reading::Absent) => {
            Err(Outcome::Failed(Cause { kind: CauseKind::Status(404), text: "not found".into() }))
        }
        other => other,
    }
}

/// Whether every group of a namespace may be seen (with `Datastore.Backup` alone: only its own).
fn sees(store: &StoreName, ns: &Namespace) -> impl Fn(&Rights) -> bool {
    let path = if ns.as_str().is_empty() {
        format!("/datastore/{store}")
    } else {
        format!("/datastore/{store}/{ns}")
    };
    move |rights| rights.has(&path, "Datastore.Audit")
}

fn sorted<K: Ord>(mut keys: Vec<K>) -> Vec<K> {
    keys.sort_unstable();
    keys
}

/// The call of a namespace: without it those of one datastore could not be told apart.
fn within(path: String, ns: &Namespace) -> String {
    if ns.as_str().is_empty() { path } else { format!("{path}?ns={ns}") }
}

fn copies_part<'a>(
    parts: &'a mut StoreParts,
    store: &StoreName,
    ns: &Namespace,
) -> &'a mut Part<Vec<Arc<GroupCopies>>> {
    let path = within(format!("/admin/datastore/{store}/snapshots"), ns);
    parts.copies.entry(ns.clone()).or_insert_with(|| Part::new(path, tier::HOURLY))
}
