//! Sites and sources.

use crate::fleet::host::Usage;
use crate::fleet::tier;
use crate::judge::rows::{NodeRow, SiteRow, SourceState};
use crate::judge::{Problem, Verdict};
use crate::lang::Head;
use crate::state::{Cause, Item, Sums, Tally};
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{age, aged, history, loud, none, unknown};
use crate::ui::widgets::{SMALL, spark};

/// Sites.
pub(super) const SITES: &[Col] = &[
    Col::new(Head::Site, 1, 10, 24, name).key(),
    Col::new(Head::Hosts, 3, 5, 5, hosts),
    Col::new(Head::Guests, 4, 7, 7, guests),
    Col::new(Head::Cpu, 6, 9, 9, cpu),
    Col::new(Head::Memory, 7, 4, 4, memory).right(),
    Col::new(Head::Store, 5, 5, 5, store).right(),
    Col::new(Head::Backups, 2, 16, 24, backups),
    Col::new(Head::Replicas, 2, 10, 20, replicas),
];

/// Sources of a site.
pub(super) const SOURCES: &[Col] = &[
    Col::new(Head::Source, 1, 10, 20, source_name).key(),
    Col::new(Head::Type, 5, 4, 4, product),
    Col::new(Head::State, 2, 13, 13, source_state),
    Col::new(Head::Seen, 3, 4, 4, source_seen).right(),
    Col::new(Head::Version, 6, 8, 8, version),
    Col::new(Head::Error, 4, 10, 60, source_error),
];

fn site<'a>(item: &Item<'a>) -> Option<&'a SiteRow> {
    match *item {
        Item::Site(site) => Some(site),
        _ => None,
    }
}

fn name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    site(item).map_or_else(Line::new, |s| Line::text(s.name.as_str()))
}

/// Online of all; a node that cannot be seen makes the first unknown.
fn hosts<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let all = site.nodes.len();
    if all == 0 {
        return unknown(cx);
    }
    let Some(sums) = sums(cx, site) else { return unknown(cx) };
    let (online, blind) = (sums.online, sums.hosts_unknown);
    if blind && online == 0 {
        return unknown(cx).and(format!("/{all}"), Role::Text);
    }
    let role = if online < all && !blind { Role::Critical } else { Role::Text };
    let line = Line::of(online.to_string(), if blind { Role::Unknown } else { role })
        .and(format!("/{all}"), Role::Text);
    // What is not known is not down: that is told by a sign too, never by colour alone.
    if blind { partly(cx, line, all, 5) } else { line }
}

/// A count of which some is not known, with the sign of that; where both do not fit in the columns,
/// the sign instead of the count: a count that is cut off is a false one.
fn partly<'a>(cx: &Cx<'a>, count: Line<'a>, all: usize, columns: usize) -> Line<'a> {
    let line = count.also(unknown(cx));
    if line.width() <= columns {
        return line;
    }
    unknown(cx).and(format!("/{all}"), Role::Text)
}

/// Running of all, templates left out.
fn guests<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let has_pve = site.sources.iter().any(|s| s.product == crate::fleet::id::Product::Pve);
    let Some(sums) = sums(cx, site) else { return unknown(cx) };
    let (running, all, blind) = (sums.running, sums.guests, sums.guests_unknown);
    match (all, blind) {
        (0, _) if !has_pve => none(cx),
        (0, _) if !sums.is_whole => unknown(cx),
        (_, true) if running == 0 => unknown(cx).and(format!("/{all}"), Role::Text),
        (_, true) => {
            let line = Line::of(running.to_string(), Role::Unknown);
            partly(cx, line.and(format!("/{all}"), Role::Text), all, 7)
        }
        (_, false) => Line::text(format!("{running}/{all}")),
    }
}

/// Hosts whose numbers are known, with the weight of each: its threads.
fn weighed<'a>(cx: &Cx<'a>, site: &'a SiteRow) -> impl Iterator<Item = (&'a NodeRow, f64)> {
    site.nodes.iter().map(|node| {
        let known = cx.pve(&node.source).and_then(|p| p.resources.known());
        let cpus = known.and_then(|r| r.node(&node.name)).and_then(|n| n.cpus);
        (node, cpus.unwrap_or(1.0))
    })
}

fn cpu<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let (mut load, mut weight, mut seen) = (0.0, 0.0, None);
    let mut trend: Vec<Option<f64>> = Vec::new();
    for (node, cpus) in weighed(cx, site) {
        let Some(cpu) = node.cpu else { continue };
        load += cpu * cpus;
        weight += cpus;
        seen = seen.max(node.seen);
        let points = history(cx, node);
        if trend.len() < points.len() {
            trend.resize(points.len(), None);
        }
        // Aligned at their newest end.
        for (slot, point) in trend.iter_mut().rev().zip(points.iter().rev()) {
            *slot = match (*slot, *point) {
                (Some(a), Some(b)) => Some(f64::max(a, b)),
                (a, b) => a.or(b),
            };
        }
    }
    if weight <= 0.0 {
        return Line::text("   ").also(unknown(cx));
    }
    let role = aged(cx, seen, tier::MEDIUM);
    let percent = cx.lang().percent(load / weight);
    Line::of(format!("{percent:>4} "), role).also(spark(cx, &trend, SMALL))
}

fn memory<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let known = site.nodes.iter().filter_map(|n| Some((n.memory?, n.seen)));
    let (mut sum, mut seen) = (Usage { used: 0, total: 0 }, None);
    for (usage, at) in known {
        sum.used = sum.used.saturating_add(usage.used);
        sum.total = sum.total.saturating_add(usage.total);
        seen = seen.max(at);
    }
    match sum.fraction() {
        Some(fraction) => Line::of(cx.lang().percent(fraction), aged(cx, seen, tier::MEDIUM)),
        None => unknown(cx),
    }
}

/// The fullest storage or datastore.
fn store<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let storages = site.storages.iter().map(|s| (s.usage, s.verdict));
    let datastores = site.datastores.iter().map(|d| (d.usage, d.verdict));
    let all = storages.chain(datastores);
    // What is not read may be fuller.
    let is_partly = all.clone().any(|(_, verdict)| verdict == Verdict::Unknown);
    let known = all.filter_map(|(usage, verdict)| Some((usage?.fraction()?, verdict)));
    let fullest = known.max_by(|a, b| a.0.total_cmp(&b.0));
    match fullest {
        Some((fraction, verdict)) => {
            let line = Line::of(cx.lang().percent(fraction), loud(verdict));
            if is_partly { line.also(unknown(cx)) } else { line }
        }
        None if site.sources.iter().all(|s| s.state == SourceState::Fresh) => none(cx),
        None => unknown(cx),
    }
}

/// How the backups of its guests stand: all well, or how many are not.
fn backups<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let Some(sums) = sums(cx, site) else { return unknown(cx) };
    let of_guests = sums.backups;
    if of_guests.all == 0 {
        // A site with a PBS and no guests: its fullest store is what matters.
        let Some(store) = site.datastores.iter().max_by_key(|d| d.verdict) else {
            return match (sums.is_whole, site.guests.is_empty()) {
                // What is not seen may have guests, and these no backup.
                (false, _) => unknown(cx),
                (true, true) => none(cx),
                (true, false) => Line::text("0"),
            };
        };
        return match store.full_at.filter(|_| store.verdict != Verdict::Ok) {
            Some(at) => Line::of(cx.lang().full_in(&cx.ahead(at)), loud(store.verdict)),
            None if store.verdict == Verdict::Unknown => unknown(cx),
            None => none(cx),
        };
    }
    match of_guests.worst {
        Verdict::Ok => Line::of(of_guests.all.to_string(), Role::Text)
            .and(format!(" {}", cx.lang().verdict(Verdict::Ok)), Role::Muted),
        worst => {
            let word = word(cx, of_guests, |problem| cx.lang().copy_word(problem, worst));
            let said = cx.lang().backups_bad(of_guests.bad, of_guests.all, word, worst);
            Line::of(said, loud(worst))
        }
    }
}

fn replicas<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(site) = site(item) else { return Line::new() };
    let Some(sums) = sums(cx, site) else { return unknown(cx) };
    let tally = sums.replicas;
    match (tally.all, tally.worst) {
        (0, _) if !sums.is_whole && site.guests.is_empty() => unknown(cx),
        (0, _) => none(cx),
        (all, Verdict::Ok) => Line::of(all.to_string(), Role::Text)
            .and(format!(" {}", cx.lang().verdict(Verdict::Ok)), Role::Muted),
        (_, worst) => {
            let word = word(cx, tally, |problem| cx.lang().replica_word(problem, worst));
            Line::of(cx.lang().replicas_bad(tally.bad, word, worst), loud(worst))
        }
    }
}

fn sums<'a>(cx: &Cx<'a>, site: &SiteRow) -> Option<&'a Sums> {
    cx.index().site(&site.name).map(|(_, sums)| sums)
}

/// The word that all bad ones share; none where they differ.
fn word(
    cx: &Cx<'_>,
    tally: Tally,
    of: impl FnOnce(Option<&Problem>) -> &'static str,
) -> Option<&'static str> {
    match tally.cause {
        Cause::Mixed => None,
        Cause::Shared(index) => Some(of(cx.judged.problems.get(index as usize))),
        Cause::Open | Cause::None => Some(of(None)),
    }
}

fn source_name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Source(_, row) = *item else { return Line::new() };
    Line::text(row.name.as_str())
}

fn product<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Source(_, row) = *item else { return Line::new() };
    Line::of(cx.lang().product(row.product), Role::Muted)
}

fn source_state<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Source(_, row) = *item else { return Line::new() };
    let role = match row.state {
        SourceState::Fresh | SourceState::PlannedOff => Role::Text,
        _ => loud(row.verdict),
    };
    Line::of(cx.lang().source_state(row.state), role)
}

fn source_seen<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Source(_, row) = *item else { return Line::new() };
    age(cx, row.seen, aged(cx, row.seen, tier::FAST))
}

fn version<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Source(_, row) = *item else { return Line::new() };
    row.version.as_deref().map_or_else(|| unknown(cx), |v| Line::of(v, Role::Muted))
}

fn source_error<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Source(_, row) = *item else { return Line::new() };
    match (&row.error, &row.endpoint) {
        (Some(error), _) => Line::of(&**error, loud(row.verdict)),
        (None, Some(endpoint)) => Line::of(&**endpoint, Role::Muted),
        (None, None) => none(cx),
    }
}
