//! Values as cells: known, old, unknown, or not applicable; each of these looks different.

use super::cx::Cx;
use super::text::Line;
use super::widgets::{SMALL, gauge, spark};
use crate::fleet::host::Usage;
use crate::fleet::id::{GuestKind, SourceName};
use crate::fleet::pbs::copies::GroupCopies;
use crate::fleet::subject::Subject;
use crate::fleet::tier;
use crate::fleet::time::Epoch;
use crate::judge::rows::{BackupRow, Checked, GuestRow, NodeRow, ReplicationRow};
use crate::judge::{Problem, Verdict};
use crate::theme::Role;

/// `?`: it is not known.
pub(super) fn unknown(cx: &Cx<'_>) -> Line<'static> {
    Line::of(cx.glyphs().unknown, Role::Unknown)
}

/// `–`: it does not apply.
pub(super) fn none(cx: &Cx<'_>) -> Line<'static> {
    Line::of(cx.glyphs().none, Role::Rest)
}

/// The colour of a verdict's words; ok is plain.
pub(super) fn loud(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Ok => Role::Text,
        Verdict::Warning => Role::Warning,
        Verdict::Unknown => Role::Unknown,
        Verdict::Critical => Role::Critical,
    }
}

/// The age of a moment, right in three columns; never where there is none.
pub(super) fn age(cx: &Cx<'_>, at: Option<Epoch>, role: Role) -> Line<'static> {
    match at {
        Some(at) => Line::of(format!("{:>3}", cx.age(at)), role),
        None => unknown(cx),
    }
}

/// How long a problem has stood at least, where its beginning is not known; none in the first
/// minute of one that stood when the watch began, which tells nothing.
pub(super) fn at_least(cx: &Cx<'_>, problem: &Problem) -> Option<String> {
    let first = cx.state.first_seen(problem)?;
    let tells = cx.state.first_seen_tells(first);
    if tells > cx.now() {
        cx.note(|d| d.rolls_at(tells));
        return None;
    }
    Some(cx.age(first))
}

/// The time until a moment.
pub(super) fn ahead(cx: &Cx<'_>, at: Option<Epoch>) -> Line<'static> {
    match at {
        Some(at) if at > cx.now() => Line::of(format!("{:>3}", cx.ahead(at)), Role::Muted),
        Some(_) => Line::of(" 0s", Role::Muted),
        None => none(cx),
    }
}

/// Percent and a meter.
pub(super) fn usage(cx: &Cx<'_>, usage: Option<Usage>, role: Role) -> Line<'static> {
    match usage.and_then(Usage::fraction) {
        Some(fraction) => gauge(cx, fraction, SMALL, role),
        None => Line::of("   ", Role::Text).also(unknown(cx)),
    }
}

/// Total bytes.
pub(super) fn size(cx: &Cx<'_>, usage: Option<Usage>) -> Line<'static> {
    usage.map_or_else(|| unknown(cx), |u| Line::of(cx.lang().bytes(u.total), Role::Muted))
}

/// The load of a node, with its last hour.
pub(super) fn node_cpu(cx: &Cx<'_>, row: &NodeRow) -> Line<'static> {
    let role = aged(cx, row.seen, tier::MEDIUM);
    let Some(cpu) = row.cpu else { return Line::of("   ", Role::Text).also(unknown(cx)) };
    let line = Line::of(format!("{:>4} ", cx.lang().percent(cpu)), role);
    line.also(spark(cx, &history(cx, row), SMALL))
}

/// The load of a node over the last hour, oldest first.
pub(super) fn history(cx: &Cx<'_>, row: &NodeRow) -> Vec<Option<f64>> {
    let part = match cx.pbs(&row.source) {
        Some(pbs) => Some(&pbs.history),
        None => cx.pve(&row.source).and_then(|p| p.nodes.get(&row.name)).map(|n| &n.history),
    };
    let points = part.and_then(|p| p.known()).map_or(&[][..], |h| h.points.as_slice());
    points.iter().map(|p| p.cpu).collect()
}

/// How a live value looks: plain while fresh, muted when older than two rounds.
pub(super) fn aged(cx: &Cx<'_>, seen: Option<Epoch>, every: u32) -> Role {
    if cx.is_old(seen, every) { Role::Muted } else { Role::Text }
}

/// The state of a guest; with its age when it is old.
pub(super) fn guest_state<'a>(cx: &Cx<'a>, row: &'a GuestRow) -> Line<'a> {
    if row.template {
        return Line::of(cx.lang().label(crate::lang::Label::Template), Role::Muted);
    }
    if &*row.state == "unknown" {
        let line = unknown(cx);
        return match row.seen {
            Some(seen) => line.and(format!(" {}", cx.age(seen)), Role::Muted),
            None => line,
        };
    }
    let is_old = cx.is_old(row.seen, tier::FAST);
    let role = match &*row.state {
        _ if is_old => Role::Muted,
        "running" => Role::Text,
        _ if cx.problem_of(&subject_of(row), "guest").is_some() => loud(row.verdict),
        _ => Role::Muted,
    };
    let line = Line::of(cx.lang().guest_state(&row.state), role);
    match row.seen {
        Some(seen) if is_old => line.and(format!(" {}", cx.age(seen)), Role::Muted),
        _ => line,
    }
}

/// The subject of a guest.
pub(super) fn subject_of(row: &GuestRow) -> Subject {
    Subject::guest(&row.source, row.vmid)
}

/// A live share of a guest; does not apply while it does not run.
pub(super) fn guest_share(cx: &Cx<'_>, row: &GuestRow, fraction: Option<f64>) -> Line<'static> {
    match fraction {
        _ if row.template => none(cx),
        Some(fraction) => Line::of(cx.lang().percent(fraction), aged(cx, row.seen, tier::FAST)),
        None if &*row.state == "running" || &*row.state == "unknown" => unknown(cx),
        None => none(cx),
    }
}

/// The age of a guest's recovery point and one word about it.
pub(super) fn copy(cx: &Cx<'_>, row: &GuestRow) -> Line<'static> {
    let backup = &row.backup;
    let Some(verdict) = backup.verdict else { return none(cx) };
    let role = loud(verdict);
    let age = match backup.last {
        Some(at) => Line::of(format!("{:>3}", cx.age(at)), role),
        // A young guest has none yet, and that is well.
        None if verdict == Verdict::Unknown => Line::of("  ?", role),
        None => Line::of(format!("  {}", cx.glyphs().none), role),
    };
    let problem = cx.problem_of(&subject_of(row), "backup");
    // With an age beside it, the word is not to be taken for one about the copy of that age.
    let word = match backup.last {
        Some(_) => cx.lang().copy_doubt(problem, verdict),
        None => cx.lang().copy_word(problem, verdict),
    };
    if verdict != Verdict::Ok {
        return if backup.last.is_none() && word == "?" {
            age
        } else {
            age.and(" ", role).and(word, role)
        };
    }
    age.also(mark(cx, backup))
}

fn mark(cx: &Cx<'_>, backup: &BackupRow) -> Line<'static> {
    match backup.verification {
        Some(Checked::Ok) => Line::of(format!(" {}", cx.glyphs().verified), Role::Muted),
        Some(Checked::Failed) => Line::of(format!(" {}", cx.glyphs().bad_copy), Role::Critical),
        Some(Checked::None) | None => Line::new(),
    }
}

/// The age of a guest's oldest replica and one word about it.
pub(super) fn replica(cx: &Cx<'_>, row: &GuestRow) -> Line<'static> {
    let Some(verdict) = row.replication.verdict else { return none(cx) };
    let jobs = || row.replication.jobs.iter().filter(|j| !j.disabled);
    let worst = jobs().max_by_key(|j| (j.verdict, j.last_sync.map(|at| -at.0)));
    let role = loud(verdict);
    let age = match worst.map(|j| j.last_sync) {
        Some(Some(at)) => Line::of(format!("{:>3}", cx.age(at)), role),
        Some(None) if verdict == Verdict::Unknown => Line::of("  ?", role),
        _ => Line::of(format!("  {}", cx.glyphs().none), role),
    };
    let job = worst.map(|j| Subject::Replication(j.source.clone(), j.id.clone()));
    let problem = job
        .and_then(|subject| cx.problem_of(&subject, "replication"))
        .or_else(|| cx.problem_of(&subject_of(row), "replication"));
    let word = cx.lang().replica_word(problem, verdict);
    if word.is_empty() || word == "?" { age } else { age.and(" ", role).and(word, role) }
}

/// The age of a guest's oldest replica beside its schedule, or what is wrong with it.
pub(super) fn replica_against<'a>(cx: &Cx<'a>, row: &'a GuestRow) -> Line<'a> {
    let jobs = row.replication.jobs.iter().filter(|job| !job.disabled);
    let oldest = jobs.filter_map(|job| Some((job.last_sync?, job))).min_by_key(|(at, _)| *at);
    match (row.replication.verdict, oldest) {
        (Some(Verdict::Ok), Some((at, job))) => {
            age(cx, Some(at), Role::Text).and(" ", Role::Text).and(&*job.schedule, Role::Muted)
        }
        _ => replica(cx, row),
    }
}

/// The age of one replica.
pub(super) fn sync(cx: &Cx<'_>, row: &ReplicationRow) -> Line<'static> {
    let role = loud(row.verdict);
    match row.last_sync {
        Some(at) => Line::of(format!("{:>3}", cx.age(at)), role),
        None if row.verdict == Verdict::Unknown => Line::of("  ?", role),
        None => Line::of(cx.lang().label(crate::lang::Label::Never), role),
    }
}

/// Copies of a guest at one place.
pub(super) struct At<'a> {
    /// Where: source, datastore and namespace.
    pub(super) place: String,
    /// What is there; none for a namespace that could not be read.
    pub(super) group: Option<&'a GroupCopies>,
    /// Whether a sync job brings them there: they are those of another place.
    pub(super) carried: bool,
}

/// Every group of a guest's copies: first where they are written, then where sync jobs bring them.
pub(super) fn groups<'a>(
    cx: &Cx<'a>,
    source: &SourceName,
    vmid: u32,
    kind: GuestKind,
) -> Vec<At<'a>> {
    let id = vmid.to_string();
    let wanted = (kind.backup_type(), id.as_str());
    let store =
        |site: u32, store: u32| cx.judged.sites.get(site as usize)?.datastores.get(store as usize);
    let written = cx.index().writers(source).iter().filter_map(|(site, at, writer)| {
        let store = store(*site, *at)?;
        let (_, _, ns) = store.writers.get(*writer as usize)?;
        Some((store, ns, false))
    });
    let carried = cx.index().carried(source).iter().filter_map(|(site, at, place)| {
        let store = store(*site, *at)?;
        let (_, ns) = store.carried.get(*place as usize)?;
        Some((store, ns, true))
    });
    let mut found: Vec<At<'a>> = Vec::new();
    for (store, ns, carried) in written.chain(carried) {
        let parts = cx.pbs(&store.source).and_then(|p| p.stores.get(&store.name));
        let list = parts.and_then(|p| p.copies.get(ns)).and_then(|p| p.known());
        let slash = if ns.as_str().is_empty() { "" } else { "/" };
        let place = format!("{}:{}{slash}{ns}", store.source, store.name);
        if found.iter().any(|known| known.place == place) {
            continue;
        }
        let Some(list) = list else {
            found.push(At { place, group: None, carried });
            continue;
        };
        // Sorted by type and id; where that does not hold, every group is looked at.
        let group = list
            .binary_search_by(|g| (g.kind, &*g.id).cmp(&wanted))
            .ok()
            .and_then(|i| list.get(i))
            .or_else(|| {
                (!list.is_sorted_by_key(|g| (g.kind, &*g.id)))
                    .then(|| list.iter().find(|g| (g.kind, &*g.id) == wanted))
                    .flatten()
            });
        if let Some(group) = group {
            found.push(At { place, group: Some(&**group), carried });
        }
    }
    found
}
