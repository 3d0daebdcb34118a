//! Problems and notices.

use crate::judge::{Problem, Severity};
use crate::lang::Head;
use crate::state::{AlikeId, Item};
use crate::theme::Role;
use crate::ui::alike;
use crate::ui::cx::Cx;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{at_least, loud, unknown};

/// Under the sites.
pub(super) const BRIEF: &[Col] = &[
    Col::new(Head::Site, 3, 10, 14, site).key(),
    Col::new(Head::Subject, 2, 13, 24, subject).key(),
    Col::new(Head::Problem, 1, 20, 52, said).fill(),
];

/// A view of their own.
pub(super) const FULL: &[Col] = &[
    Col::new(Head::Site, 4, 10, 14, site).key(),
    Col::new(Head::Subject, 2, 13, 24, subject).key(),
    Col::new(Head::Problem, 1, 20, 52, said).fill(),
    Col::new(Head::Since, 5, 4, 5, since).right(),
];

/// Of one site.
pub(super) const OF_SITE: &[Col] = &[
    Col::new(Head::Subject, 2, 14, 24, subject).key(),
    Col::new(Head::Problem, 1, 20, 52, said).fill(),
    Col::new(Head::Since, 5, 4, 5, since).right(),
];

/// Of one subject.
pub(super) const OF_SUBJECT: &[Col] = &[
    Col::new(Head::Problem, 1, 20, 52, said).fill().key(),
    Col::new(Head::Since, 5, 4, 5, since).right(),
];

fn problem<'a>(item: &Item<'a>) -> Option<&'a Problem> {
    match *item {
        Item::Problem(problem) | Item::Notice(problem) | Item::Alike(problem, _) => Some(problem),
        _ => None,
    }
}

fn site<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(problem) = problem(item) else { return Line::new() };
    match &problem.site {
        Some(site) => Line::of(site.as_str(), Role::Muted),
        None => Line::of(cx.glyphs().none, Role::Rest),
    }
}

fn subject<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    if let Item::Alike(problem, count) = *item {
        return Line::text(cx.lang().several_like(&problem.subject, count));
    }
    problem(item).map_or_else(Line::new, |p| Line::text(cx.title(&p.subject)))
}

/// The answer in words: in the colour of its severity, a notice muted.
fn said<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(problem) = problem(item) else { return Line::new() };
    if let Some(at) = problem.facts.newest.or(problem.facts.at) {
        cx.note(|d| d.age(at, cx.now()));
    }
    let role = match problem.severity {
        Severity::Notice => Role::Muted,
        other => loud(other.verdict()),
    };
    if let Item::Alike(..) = item {
        let id = AlikeId::of(problem);
        let said = alike::said(cx, &id).unwrap_or_default();
        return Line::of(said, role).and(format!("  {}", alike::names(cx, &id)), Role::Muted);
    }
    let mut line = Line::of(cx.lang().short(problem, &cx.when()), role);
    let follow = cx.state.causes().count(problem);
    if follow > 0 {
        line.put(format!("  {}", cx.lang().follow_from_it(follow)), Role::Muted);
    }
    match &problem.accepted {
        Some(reason) => line.and(format!(" ({reason})"), Role::Muted),
        None => line,
    }
}

fn since<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let found = match *item {
        // The first of them began then; where that is not known of one, it is not known.
        Item::Alike(problem, _) => match alike::since(cx, &AlikeId::of(problem)) {
            Ok(at) => return Line::of(cx.age(at), Role::Muted),
            Err(undated) => undated,
        },
        _ => problem(item),
    };
    match found {
        Some(Problem { since: Some(at), .. }) => Line::of(cx.age(*at), Role::Muted),
        Some(problem) => match at_least(cx, problem) {
            Some(age) => Line::of(cx.lang().at_least(&age), Role::Muted),
            None => unknown(cx).all(Role::Muted),
        },
        None => Line::new(),
    }
}
