//! Guests by what would bring them back.

use super::guests::{guest, id, name, node, site};
use crate::judge::Verdict;
use crate::judge::rows::recovery::Way;
use crate::lang::Head;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::detail::recovery::room;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{loud, none, subject_of, unknown};

/// Worst first.
pub(super) const RESCUE: &[Col] = &[
    Col::new(Head::Site, 10, 9, 14, site),
    Col::new(Head::Node, 7, 8, 16, node),
    Col::new(Head::Id, 2, 5, 7, id).right().key(),
    Col::new(Head::Name, 1, 12, 24, name).key(),
    Col::new(Head::Way, 3, 7, 7, way),
    Col::new(Head::Target, 6, 6, 16, target),
    Col::new(Head::Loss, 4, 4, 4, loss).right(),
    Col::new(Head::Worst, 9, 5, 5, worst).right(),
    Col::new(Head::Back, 8, 3, 4, back).right(),
    Col::new(Head::Room, 11, 7, 8, fits),
    Col::new(Head::Rehearsed, 12, 5, 5, rehearsed).right(),
    Col::new(Head::Weak, 5, 17, 48, weak).fill(),
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
        Some(because) => Line::of(cx.lang().because(because), Role::Muted),
        None => Line::new(),
    }
}
