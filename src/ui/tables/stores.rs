//! Storages, datastores and groups.

use crate::fleet::host::Usage;
use crate::fleet::tier;
use crate::judge::Verdict;
use crate::judge::rows::{DatastoreRow, Ownership, StorageRow, StoreJobRow};
use crate::lang::{Head, Label};
use crate::state::Item;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::detail::store::synced_into;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{age, aged, loud, none, size, unknown, usage};

/// PVE storages.
pub(super) const STORAGES: &[Col] = &[
    Col::new(Head::Name, 1, 12, 24, storage_name).key(),
    Col::new(Head::Node, 3, 9, 14, storage_node),
    Col::new(Head::Type, 4, 8, 10, storage_kind),
    Col::new(Head::Used, 2, 9, 9, storage_used),
    Col::new(Head::Size, 5, 5, 5, storage_size).right(),
    Col::new(Head::State, 2, 9, 9, storage_state),
];

/// PBS datastores.
pub(super) const DATASTORES: &[Col] = &[
    Col::new(Head::Store, 1, 13, 16, store_name).key(),
    Col::new(Head::Used, 1, 9, 9, store_used),
    Col::new(Head::Size, 6, 5, 5, store_size).right(),
    Col::new(Head::Full, 3, 4, 4, store_full).right(),
    Col::new(Head::Last, 4, 4, 4, store_newest).right(),
    Col::new(Head::Jobs, 2, 16, 32, store_jobs),
    Col::new(Head::Writers, 7, 12, 60, store_writers),
];

/// Groups that are not clearly one watched guest's.
pub(super) const GROUPS: &[Col] = &[
    Col::new(Head::Name, 1, 14, 24, group_name).key(),
    Col::new(Head::Last, 2, 4, 4, group_newest).right(),
    Col::new(Head::Count, 3, 6, 6, group_count).right(),
    Col::new(Head::State, 2, 10, 20, group_state),
    Col::new(Head::Owner, 4, 14, 40, group_owner),
];

fn storage<'a>(item: &Item<'a>) -> Option<&'a StorageRow> {
    match *item {
        Item::Storage(_, row) => Some(row),
        _ => None,
    }
}

fn storage_name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    storage(item).map_or_else(Line::new, |row| Line::text(row.name.as_str()))
}

fn storage_node<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = storage(item) else { return Line::new() };
    row.node.as_ref().map_or_else(|| none(cx), |n| Line::of(n.as_str(), Role::Muted))
}

fn storage_kind<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    storage(item).map_or_else(Line::new, |row| Line::of(&*row.kind, Role::Muted))
}

fn storage_used<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = storage(item) else { return Line::new() };
    usage(cx, row.usage, tone(cx, row.verdict, row.seen, tier::FAST))
}

fn storage_size<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    storage(item).map_or_else(Line::new, |row| size(cx, row.usage))
}

fn storage_state<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    use crate::fleet::pve::cluster::NodeState;
    let Some(row) = storage(item) else { return Line::new() };
    let old = row.seen.filter(|_| cx.is_old(row.seen, tier::FAST));
    match (row.available, old) {
        (Some(true), Some(seen)) => {
            let online = cx.lang().node_state(NodeState::Online);
            Line::of(format!("{online} {}", cx.age(seen)), Role::Muted)
        }
        (Some(true), None) => Line::of(cx.lang().node_state(NodeState::Online), Role::Muted),
        (Some(false), _) => Line::of(cx.lang().node_state(NodeState::Offline), loud(row.verdict)),
        (None, _) => unknown(cx),
    }
}

fn tone(
    cx: &Cx<'_>,
    verdict: Verdict,
    seen: Option<crate::fleet::time::Epoch>,
    every: u32,
) -> Role {
    match verdict {
        Verdict::Ok | Verdict::Unknown => aged(cx, seen, every),
        other => loud(other),
    }
}

fn store<'a>(item: &Item<'a>) -> Option<&'a DatastoreRow> {
    match *item {
        Item::Datastore(_, row) => Some(row),
        _ => None,
    }
}

fn store_name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = store(item) else { return Line::new() };
    Line::of(format!("{}:", row.source), Role::Muted).and(row.name.as_str(), Role::Text)
}

fn store_used<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = store(item) else { return Line::new() };
    let is_filling = row.full_at.is_some() || row.usage.and_then(Usage::fraction) >= Some(0.8);
    let role = if is_filling {
        tone(cx, row.verdict, row.seen, tier::SLOW)
    } else {
        aged(cx, row.seen, tier::SLOW)
    };
    usage(cx, row.usage, role)
}

fn store_size<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    store(item).map_or_else(Line::new, |row| size(cx, row.usage))
}

fn store_full<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = store(item) else { return Line::new() };
    match (row.full_at, row.usage) {
        (Some(at), _) => {
            let near = cx
                .problems_of(&subject(row))
                .find(|p| p.code == crate::fleet::code::Code::DatastoreFilling);
            let role = near.map_or(Role::Muted, |p| loud(p.severity.verdict()));
            Line::of(cx.ahead(at), role)
        }
        (None, Some(_)) => none(cx),
        (None, None) => unknown(cx),
    }
}

fn subject(row: &DatastoreRow) -> crate::fleet::subject::Subject {
    crate::fleet::subject::Subject::Datastore(row.source.clone(), row.name.clone())
}

fn store_newest<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = store(item) else { return Line::new() };
    match (row.newest, row.counts) {
        (Some(at), _) => age(cx, Some(at), Role::Text),
        (None, Some((_, _, 0))) => none(cx),
        (None, _) => unknown(cx),
    }
}

/// `gc 3h  verify 9h  prune 1h`: each with the age of its last run; loud where it is not well.
fn store_jobs<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = store(item) else { return Line::new() };
    if row.jobs.is_empty() {
        return if row.usage.is_some() { none(cx) } else { unknown(cx) };
    }
    let mut line = Line::new();
    // The worst first: where there is no room, what is well goes.
    let mut jobs: Vec<&StoreJobRow> = row.jobs.iter().collect();
    jobs.sort_by_key(|j| (std::cmp::Reverse(j.verdict), j.kind));
    for job in jobs {
        if !line.is_empty() {
            line.put("  ", Role::Text);
        }
        let role = match job.verdict {
            Verdict::Ok => Role::Muted,
            other => loud(other),
        };
        line.put(cx.lang().store_job(job.kind), role);
        let when = match (job.running, job.last) {
            (true, _) => cx.lang().label(Label::RunsNow).to_owned(),
            (false, Some(at)) => cx.age(at),
            (false, None) => cx.lang().label(Label::Never).to_owned(),
        };
        line.put(format!(" {when}"), role);
    }
    line
}

fn store_writers<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = store(item) else { return Line::new() };
    let synced = synced_into(cx, &row.source, &row.name).into_iter().map(|(from, _)| from);
    let names: Vec<String> = row
        .writers
        .iter()
        .map(|(source, _, ns)| match ns.as_str() {
            "" => source.to_string(),
            ns if ns == source.as_str() => source.to_string(),
            ns => format!("{source}{}{ns}", cx.glyphs().arrow),
        })
        .chain(synced)
        .collect();
    if names.is_empty() {
        return none(cx);
    }
    Line::of(names.join(" "), Role::Muted)
}

fn group_name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Group(_, row) = *item else { return Line::new() };
    let slash = if row.ns.as_str().is_empty() { "" } else { "/" };
    Line::of(format!("{}{slash}", row.ns), Role::Muted)
        .and(format!("{}/{}", row.kind.as_str(), row.id), Role::Text)
}

fn group_newest<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Group(_, row) = *item else { return Line::new() };
    match (row.newest, row.count) {
        (None, 0) => none(cx),
        (at, _) => age(cx, at, Role::Text),
    }
}

fn group_count<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Group(_, row) = *item else { return Line::new() };
    Line::text(row.count.to_string())
}

fn group_state<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Group(_, row) = *item else { return Line::new() };
    let role = if row.of == Ownership::Ambiguous { Role::Unknown } else { Role::Muted };
    Line::of(cx.lang().ownership(row.of), role)
}

fn group_owner<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Group(_, row) = *item else { return Line::new() };
    row.owner.as_deref().map_or_else(|| unknown(cx), |o| Line::of(o, Role::Muted))
}
