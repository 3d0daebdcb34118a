//! Nodes and PBS hosts.

use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::fleet::tier;
use crate::judge::rows::NodeRow;
use crate::lang::Head;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{aged, loud, node_cpu, none, unknown, usage};

/// Of every site.
pub(super) const ALL: &[Col] = &[
    Col::new(Head::Site, 4, 9, 14, site).key(),
    Col::new(Head::Node, 1, 8, 14, name).key(),
    Col::new(Head::State, 2, 8, 8, state),
    Col::new(Head::Cpu, 3, 9, 9, cpu),
    Col::new(Head::Memory, 3, 9, 9, memory),
    Col::new(Head::Root, 6, 9, 9, root),
    Col::new(Head::Guests, 7, 6, 6, guests).right(),
    Col::new(Head::Uptime, 8, 3, 4, uptime).right(),
    Col::new(Head::Version, 9, 7, 9, version),
    Col::new(Head::Problem, 5, 14, 44, why).fill(),
];

/// Of one site.
pub(super) const OF_SITE: &[Col] = &[
    Col::new(Head::Node, 1, 10, 14, name).key(),
    Col::new(Head::State, 2, 8, 8, state),
    Col::new(Head::Cpu, 3, 9, 9, cpu),
    Col::new(Head::Memory, 3, 9, 9, memory),
    Col::new(Head::Root, 6, 9, 9, root),
    Col::new(Head::Guests, 7, 6, 6, guests).right(),
    Col::new(Head::Uptime, 8, 3, 4, uptime).right(),
    Col::new(Head::Version, 9, 7, 9, version),
    Col::new(Head::Problem, 5, 14, 44, why).fill(),
];

fn node<'a>(item: &Item<'a>) -> Option<&'a NodeRow> {
    match *item {
        Item::Node(_, row) => Some(row),
        _ => None,
    }
}

fn site<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Node(site, _) = *item else { return Line::new() };
    Line::of(site.name.as_str(), Role::Muted)
}

fn name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = node(item) else { return Line::new() };
    Line::text(if row.guests.is_none() && row.name.as_str() == "localhost" {
        row.source.as_str()
    } else {
        row.name.as_str()
    })
}

fn state<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = node(item) else { return Line::new() };
    match row.state {
        NodeState::Online => Line::of(cx.lang().node_state(row.state), Role::Muted),
        NodeState::Offline => Line::of(cx.lang().node_state(row.state), Role::Critical),
        NodeState::Unknown => match row.seen {
            Some(seen) => unknown(cx).and(format!(" {}", cx.age(seen)), Role::Muted),
            None => unknown(cx),
        },
    }
}

fn cpu<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    node(item).map_or_else(Line::new, |row| away(cx, row).unwrap_or_else(|| node_cpu(cx, row)))
}

fn memory<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let of = |row: &NodeRow| usage(cx, row.memory, aged(cx, row.seen, tier::MEDIUM));
    node(item).map_or_else(Line::new, |row| away(cx, row).unwrap_or_else(|| of(row)))
}

fn root<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let of = |row: &NodeRow| {
        let is_full = crate::fleet::code::Code::NodeRootfs;
        let subject = Subject::Node(row.source.clone(), row.name.clone());
        let problem = cx.problems_of(&subject).find(|p| p.code == is_full);
        let role = problem
            .map_or_else(|| aged(cx, row.seen, tier::MEDIUM), |p| loud(p.severity.verdict()));
        usage(cx, row.rootfs, role)
    };
    node(item).map_or_else(Line::new, |row| away(cx, row).unwrap_or_else(|| of(row)))
}

/// An offline node has no load: that does not apply. An unknown one has, and nobody knows which.
fn away(cx: &Cx<'_>, row: &NodeRow) -> Option<Line<'static>> {
    (row.state == NodeState::Offline).then(|| Line::text("   ").also(none(cx)))
}

fn guests<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = node(item) else { return Line::new() };
    match (row.guests, row.name.as_str(), row.state) {
        (Some((_, all)), _, NodeState::Unknown | NodeState::Offline) => {
            unknown(cx).and(format!("/{all}"), Role::Text)
        }
        (Some((running, all)), _, NodeState::Online) => Line::text(format!("{running}/{all}")),
        (None, "localhost", _) => none(cx),
        (None, ..) => unknown(cx),
    }
}

fn uptime<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = node(item) else { return Line::new() };
    match (row.uptime, row.state) {
        (_, NodeState::Offline) => none(cx),
        (Some(seconds), _) => {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            Line::of(cx.lang().age(seconds), Role::Muted)
        }
        (None, _) => unknown(cx),
    }
}

fn version<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = node(item) else { return Line::new() };
    row.version.as_deref().map_or_else(|| unknown(cx), |v| Line::of(v, Role::Muted))
}

/// Its worst problem, or what explains its verdict.
fn why<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = node(item) else { return Line::new() };
    let subject = Subject::Node(row.source.clone(), row.name.clone());
    if let Some(problem) = cx.problems_of(&subject).next() {
        let role = loud(problem.severity.verdict());
        return Line::of(cx.lang().short(problem, &cx.when()), role);
    }
    match &row.because {
        Some(subject) => Line::of(cx.lang().subject(subject), Role::Muted),
        None => Line::new(),
    }
}
