//! Guests by what would bring them back.

use super::guests::{guest, id, name, node, site};
use crate::judge::Verdict;
use crate::judge::rows::recovery::Way;
use crate::lang::Head;
use crate::state::Item;
use crate::state::index::Rescues;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::detail::recovery::room;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{loud, none, subject_of, unknown};
use crate::whatif::{Fate, How, NodeLoss};

/// Worst first.
pub(super) const RESCUE: &[Col] = &[
    Col::new(Head::Site, 10, 9, 14, site),
    Col::new(Head::Node, 7, 8, 16, node),
    Col::new(Head::Id, 2, 5, 7, id).ids().key(),
    Col::new(Head::Name, 1, 12, 24, name).key(),
    Col::new(Head::Way, 3, 7, 7, way),
    Col::new(Head::Target, 6, 8, 16, target),
    Col::new(Head::Loss, 4, 4, 4, loss).right(),
    Col::new(Head::Worst, 9, 5, 5, worst).right(),
    Col::new(Head::Back, 8, 3, 4, back).right(),
    Col::new(Head::Room, 11, 7, 8, fits),
    Col::new(Head::Rehearsed, 12, 5, 5, rehearsed).right(),
    Col::new(Head::Weak, 5, 15, 48, weak).fill(),
];

/// What would be lost with each node.
pub(super) const LOSSES: &[Col] = &[
    Col::new(Head::Site, 4, 9, 14, site_of_loss),
    Col::new(Head::Node, 1, 12, 20, lost_node).key(),
    Col::new(Head::Guests, 2, 6, 6, |cx, item| number(cx, item, |l| l.guests, Role::Text)).right(),
    Col::new(Head::ByHa, 6, 3, 3, |cx, item| number(cx, item, |l| l.by_ha, Role::Text)).right(),
    Col::new(Head::ByHand, 5, 4, 5, |cx, item| number(cx, item, |l| l.restartable, Role::Text))
        .right(),
    Col::new(Head::Restored, 5, 5, 7, |cx, item| number(cx, item, |l| l.restorable, Role::Text))
        .right(),
    Col::new(Head::Gone, 3, 4, 4, |cx, item| number(cx, item, |l| l.gone, Role::Critical)).right(),
    Col::new(Head::Untold, 3, 3, 3, |cx, item| number(cx, item, |l| l.unknown, Role::Unknown))
        .right(),
    Col::new(Head::Loss, 8, 4, 4, most_lost).right(),
    Col::new(Head::Room, 7, 7, 8, all_fit),
    Col::new(Head::Quorum, 9, 6, 9, quorum_after),
];

/// What becomes of the guests that a loss hits.
pub(super) const FATES: &[Col] = &[
    Col::new(Head::Site, 9, 9, 14, site),
    Col::new(Head::Node, 7, 8, 16, node),
    Col::new(Head::Id, 2, 5, 7, id).ids().key(),
    Col::new(Head::Name, 1, 12, 20, name).key(),
    Col::new(Head::Way, 3, 9, 9, how),
    Col::new(Head::Target, 4, 9, 16, goes_to),
    Col::new(Head::Loss, 5, 4, 4, loses).right(),
    Col::new(Head::Back, 8, 3, 4, back_in).right(),
    Col::new(Head::Room, 6, 7, 8, has_room),
    Col::new(Head::Weak, 10, 12, 40, left_behind).fill(),
];

/// How the guests of each site would come back.
pub(super) const SITES: &[Col] = &[
    Col::new(Head::Site, 1, 12, 20, site_name).key(),
    Col::new(Head::Guests, 2, 6, 6, |cx, item| of_site(cx, item, |s| s.all, Role::Text)).right(),
    Col::new(Head::Gone, 3, 4, 4, |cx, item| of_site(cx, item, |s| s.gone, Role::Critical)).right(),
    Col::new(Head::Weakly, 4, 4, 4, |cx, item| of_site(cx, item, |s| s.weak, Role::Warning))
        .right(),
    Col::new(Head::Untold, 5, 3, 3, |cx, item| of_site(cx, item, |s| s.unknown, Role::Unknown))
        .right(),
    Col::new(Head::Loss, 6, 4, 4, site_loses).right(),
    Col::new(Head::Unrehearsed, 7, 8, 8, |cx, item| {
        of_site(cx, item, |s| s.unrehearsed, Role::Muted)
    })
    .right(),
];

fn best<'a>(item: &Item<'a>) -> Option<&'a Way> {
    guest(item).and_then(|row| row.recovery.best())
}

/// A cell of the best way; where there is none, a dash, or `?` where that cannot be told.
fn of_best<'a>(
    cx: &Cx<'a>,
    item: &Item<'a>,
    of: impl FnOnce(&'a Way) -> Option<Line<'a>>,
) -> Line<'a> {
    match best(item) {
        Some(way) => of(way).unwrap_or_else(|| unknown(cx)),
        None => none(cx),
    }
}

fn way<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    let recovery = &row.recovery;
    match recovery.best() {
        Some(way) => Line::text(cx.lang().way(way.kind)),
        None if recovery.is_known => {
            Line::of(cx.lang().no_way(), loud(recovery.verdict.unwrap_or(Verdict::Ok)))
        }
        None => unknown(cx),
    }
}

fn target<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    of_best(cx, item, |way| {
        Some(match &way.target {
            Some((_, node)) => Line::of(node.as_str(), Role::Muted),
            None => Line::of(cx.lang().nowhere(), Role::Muted),
        })
    })
}

fn loss<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    of_best(cx, item, |way| match (way.point, way.loss) {
        (Some(point), _) => Some(Line::text(cx.age(point))),
        (None, loss) => Some(Line::text(cx.lang().age(loss?))),
    })
}

fn worst<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    of_best(cx, item, |way| Some(Line::of(cx.lang().age(way.worst?), Role::Muted)))
}

fn back<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    of_best(cx, item, |way| Some(Line::of(cx.lang().age(way.takes?), Role::Muted)))
}

fn fits<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    of_best(cx, item, |way| Some(room(cx, way.room)))
}

fn rehearsed<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    match &row.recovery.rehearsed {
        Some(last) => Line::of(cx.age(last.at), Role::Muted),
        None => none(cx),
    }
}

/// The worst of what is wrong with its recovery, else because of what it is unknown.
fn weak<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = guest(item) else { return Line::new() };
    if let Some(problem) = cx.problem_of(&subject_of(row), "recovery") {
        let role = loud(problem.severity.verdict());
        return Line::of(cx.lang().weak(problem), role);
    }
    match &row.recovery.because {
        // What it is alone: there is no room for more.
        Some(because) => Line::of(cx.lang().subject(because), Role::Muted),
        None => Line::new(),
    }
}

fn loss_of<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Option<&'a NodeLoss> {
    let Item::Lost(_, row, _) = *item else { return None };
    cx.state.outlook().node(&row.source, &row.name)
}

/// A count, quiet where it is nought.
fn count(cx: &Cx<'_>, count: usize, role: Role) -> Line<'static> {
    if count == 0 { none(cx) } else { Line::of(count.to_string(), role) }
}

fn number<'a>(cx: &Cx<'a>, item: &Item<'a>, of: fn(&NodeLoss) -> u32, role: Role) -> Line<'a> {
    loss_of(cx, item).map_or_else(Line::new, |loss| count(cx, of(loss) as usize, role))
}

fn site_of_loss<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Lost(site, _, _) = *item else { return Line::new() };
    Line::of(site.name.as_str(), Role::Muted)
}

fn lost_node<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Lost(_, row, _) = *item else { return Line::new() };
    if row.source.as_str() == row.name.as_str() {
        return Line::text(row.name.as_str());
    }
    Line::text(format!("{}/{}", row.source, row.name))
}

fn most_lost<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    match loss_of(cx, item).and_then(|loss| loss.worst_loss) {
        Some(worst) => Line::of(cx.lang().age(worst), Role::Muted),
        None => none(cx),
    }
}

fn all_fit<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    match loss_of(cx, item) {
        Some(loss) if loss.guests > loss.gone + loss.unknown => room(cx, loss.fits),
        _ => none(cx),
    }
}

fn quorum_after<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    match loss_of(cx, item).map(|loss| loss.quorate_after) {
        Some(Some(true)) => Line::of(cx.lang().yes_no(true), Role::Muted),
        Some(Some(false)) => Line::of(cx.lang().yes_no(false), Role::Warning),
        _ => none(cx),
    }
}

fn fate<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Option<&'a Fate> {
    let Item::Fated(_, row, _) = *item else { return None };
    cx.state.outlook().asked()?.fate(&row.source, row.vmid)
}

fn how<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(fate) = fate(cx, item) else { return Line::new() };
    let role = match fate.how {
        How::Gone if fate.template => Role::Muted,
        How::Gone => Role::Critical,
        How::Unknown => Role::Unknown,
        _ => Role::Text,
    };
    let said = cx.lang().how(fate.how);
    if fate.is_doubtful {
        return unknown(cx).and(format!(" {said}"), Role::Unknown);
    }
    Line::of(said, role)
}

fn goes_to<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    match fate(cx, item).map(|fate| &fate.target) {
        Some(Some((_, node))) => Line::of(node.as_str(), Role::Muted),
        _ => none(cx),
    }
}

fn loses<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(fate) = fate(cx, item) else { return Line::new() };
    match (fate.point, fate.loss) {
        (Some(point), _) => Line::text(cx.age(point)),
        (None, Some(loss)) => Line::text(cx.lang().age(loss)),
        (None, None) => none(cx),
    }
}

fn back_in<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(fate) = fate(cx, item) else { return Line::new() };
    match fate.takes {
        Some(takes) => Line::of(cx.lang().age(takes), Role::Muted),
        None if matches!(fate.how, How::Gone | How::Unknown) => none(cx),
        None => unknown(cx),
    }
}

fn has_room<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    match fate(cx, item) {
        Some(fate) if !matches!(fate.how, How::Gone | How::Unknown) => room(cx, fate.room),
        _ => none(cx),
    }
}

/// What does not come back, and what has to be brought.
fn left_behind<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(fate) = fate(cx, item) else { return Line::new() };
    let mut line = Line::new();
    if !fate.leaves_out.is_empty() {
        line.put(format!("{} {}", cx.lang().without(), fate.leaves_out.join(", ")), Role::Warning);
    }
    if fate.needs_key {
        let role = if fate.how == How::Gone { Role::Critical } else { Role::Muted };
        if !line.is_empty() {
            line.put("  ", Role::Text);
        }
        line.put(cx.lang().needs_key(), role);
    }
    line
}

fn site_name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Site(site) = *item else { return Line::new() };
    Line::text(site.name.as_str())
}

fn sums<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Option<&'a Rescues> {
    let Item::Site(site) = *item else { return None };
    cx.index().site(&site.name).map(|(_, sums)| &sums.rescues)
}

fn of_site<'a>(cx: &Cx<'a>, item: &Item<'a>, of: fn(&Rescues) -> usize, role: Role) -> Line<'a> {
    sums(cx, item).map_or_else(Line::new, |sums| count(cx, of(sums), role))
}

fn site_loses<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    match sums(cx, item).and_then(|sums| sums.worst_loss) {
        Some(worst) => Line::of(cx.lang().age(worst), Role::Muted),
        None => none(cx),
    }
}
