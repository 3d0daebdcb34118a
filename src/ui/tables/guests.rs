//! Guests.

use crate::fleet::code::Code;
use crate::fleet::host::Usage;
use crate::fleet::id::JobId;
use crate::fleet::pve::cluster::Guest;
use crate::judge::Verdict;
use crate::judge::rows::GuestRow;
use crate::lang::Head;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{
    ahead, copy, guest_share, guest_state, loud, none, replica, replica_against, subject_of,
    unknown,
};
use crate::ui::widgets::strip;

/// All there is to say.
pub(super) const ALL: &[Col] = &[
    Col::new(Head::Site, 8, 9, 14, site),
    Col::new(Head::Node, 5, 12, 16, node),
    Col::new(Head::Id, 2, 5, 7, id).ids().key(),
    Col::new(Head::Kind, 7, 1, 1, kind),
    Col::new(Head::Name, 1, 12, 28, name).key(),
    Col::new(Head::State, 4, 8, 12, state),
    Col::new(Head::Cpu, 6, 4, 4, cpu).right(),
    Col::new(Head::Memory, 6, 4, 4, memory).right(),
    Col::new(Head::Copy, 2, 11, 11, copied),
    Col::new(Head::Replica, 3, 11, 14, replicated),
    Col::new(Head::Uptime, 9, 4, 4, uptime).right(),
    Col::new(Head::Pool, 11, 8, 12, pool),
    Col::new(Head::Tags, 10, 10, 24, tags),
];

/// What their jobs promise, against what is there.
pub(super) const COPIES: &[Col] = &[
    Col::new(Head::Site, 3, 9, 12, site),
    Col::new(Head::Id, 2, 5, 7, id).ids().key(),
    Col::new(Head::Name, 1, 12, 20, name).key(),
    Col::new(Head::Copy, 2, 11, 11, copied),
    Col::new(Head::Days, 2, 14, 14, fortnight),
    Col::new(Head::Marks, 3, 4, 5, marks),
    Col::new(Head::Replica, 4, 11, 14, against),
    Col::new(Head::LeftOut, 4, 3, 3, left_out).right(),
    Col::new(Head::Next, 5, 4, 4, next).right(),
    Col::new(Head::Place, 6, 16, 32, place),
];

pub(super) fn guest<'a>(item: &Item<'a>) -> Option<&'a GuestRow> {
    match *item {
        Item::Guest(_, row) | Item::Fated(_, row, _) => Some(row),
        _ => None,
    }
}

/// Its row in what the cluster said last, for what the judge does not need.
fn told<'a>(cx: &Cx<'a>, row: &GuestRow) -> Option<&'a Guest> {
    cx.pve(&row.source)?.resources.known()?.guest(row.vmid)
}

pub(super) fn site<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let (Item::Guest(site, _) | Item::Fated(site, _, _)) = *item else { return Line::new() };
    Line::of(site.name.as_str(), Role::Muted)
}

/// `fi/fi2`; the node alone where it has its source's name.
pub(super) fn node<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    if row.source.as_str() == row.node.as_str() {
        return Line::of(row.node.as_str(), Role::Muted);
    }
    Line::of(format!("{}/{}", row.source, row.node), Role::Muted)
}

pub(super) fn id<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| Line::text(row.vmid.to_string()))
}

fn kind<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |r| Line::of(cx.lang().guest_letter(r.kind), Role::Muted))
}

pub(super) fn name<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    row.name.as_deref().map_or_else(|| unknown(cx), Line::text)
}

fn state<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| guest_state(cx, row))
}

fn cpu<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| guest_share(cx, row, row.cpu))
}

fn memory<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let of = |row: &GuestRow| guest_share(cx, row, row.memory.and_then(Usage::fraction));
    guest(item).map_or_else(Line::new, of)
}

fn copied<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| copy(cx, row))
}

fn replicated<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| replica(cx, row))
}

fn uptime<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    if row.template || &*row.state != "running" {
        return if !row.template && &*row.state == "unknown" { unknown(cx) } else { none(cx) };
    }
    match told(cx, row).and_then(|g| g.uptime).and_then(|s| i64::try_from(s).ok()) {
        Some(seconds) => Line::of(cx.lang().age(seconds), Role::Muted),
        None => unknown(cx),
    }
}

fn pool<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    match told(cx, row) {
        Some(Guest { pool: Some(pool), .. }) => Line::of(&**pool, Role::Muted),
        Some(_) => none(cx),
        None => unknown(cx),
    }
}

fn tags<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    match told(cx, row) {
        Some(guest) if guest.tags.is_empty() => none(cx),
        Some(guest) => Line::of(guest.tags.join(" "), Role::Muted),
        None => unknown(cx),
    }
}

fn fortnight<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    if row.backup.verdict.is_none() {
        return none(cx);
    }
    strip(cx, &cx.fortnight(row).cells, 0)
}

/// So many jobs of a source have a place of their own.
const MOST: usize = 4;

/// `1·3`: which of the jobs of its source take it, by their numbers in the list of jobs; of many
/// the first, and how many others: `3+1`.
fn marks<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    let all = cx.state.matrix().jobs(&row.source);
    if row.backup.jobs.is_empty() {
        let is_known = !all.is_empty() || row.backup.verdict != Some(Verdict::Unknown);
        return if is_known { none(cx) } else { unknown(cx) };
    }
    let takes = |id: &JobId| row.backup.jobs.contains(id);
    let mut numbers = (1..).zip(all).filter(|(_, id)| takes(id)).map(|(number, _)| number);
    let Some(first) = numbers.next() else { return unknown(cx) };
    if all.len() > MOST {
        let others = numbers.count();
        let line = Line::text(first.to_string());
        return if others > 0 { line.and(format!("+{others}"), Role::Text) } else { line };
    }
    let mut line = Line::new();
    for (number, id) in (1..).zip(all) {
        if takes(id) {
            line.put(number.to_string(), Role::Text);
        } else {
            line.put(cx.glyphs().ok, Role::Rest);
        }
    }
    line
}

fn against<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| replica_against(cx, row))
}

/// How many of its volumes no job takes: those that bring nothing back when they are lost.
fn left_out<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    if row.backup.jobs.is_empty() {
        return none(cx);
    }
    let jobs: Vec<&JobId> = row.backup.jobs.iter().collect();
    let left = cx
        .pve(&row.source)
        .and_then(|pve| crate::judge::backup::left_out(pve, (row.kind, row.vmid), &jobs));
    let Some(left) = left else { return unknown(cx) };
    let partial = cx.problems_of(&subject_of(row)).find(|p| p.code == Code::BackupPartial);
    match (left.data.len(), left.bind.len()) {
        (0, 0) => Line::of("0", Role::Rest),
        (0, binds) => Line::of(binds.to_string(), Role::Muted),
        (disks, _) => {
            let role = partial.map_or(Role::Muted, |p| loud(p.severity.verdict()));
            Line::of(disks.to_string(), role)
        }
    }
}

fn place<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    match (&row.backup.place, &row.backup.because) {
        (Some(place), _) => Line::of(&**place, Role::Muted),
        (None, Some(subject)) => Line::of(cx.lang().subject(subject), Role::Muted),
        (None, None) => none(cx),
    }
}

fn next<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    guest(item).map_or_else(Line::new, |row| ahead(cx, row.backup.next))
}
