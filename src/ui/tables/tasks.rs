//! What was done lately.

use crate::fleet::task::Work;
use crate::judge::rows::StoreJobKind;
use crate::judge::timeline::Story;
use crate::lang::Head;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::detail::task::{about, host as at, made, name, onto, standing};
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::none;

/// Everywhere.
pub(super) const ALL: &[Col] = &[
    Col::new(Head::Began, 1, 12, 12, began).date().slim(4, age),
    Col::new(Head::Took, 4, 6, 7, took).right(),
    Col::new(Head::Host, 4, 12, 26, host),
    Col::new(Head::Task, 2, 15, 18, kind).key().slim(11, brief),
    Col::new(Head::Subject, 2, 13, 28, subject).slim(9, subject),
    Col::new(Head::Result, 1, 11, 24, result).fill().slim(8, outcome),
    Col::new(Head::By, 6, 12, 24, user),
];

/// In a detail, which says where.
pub(super) const OF_SUBJECT: &[Col] = &[
    Col::new(Head::Began, 1, 12, 12, began).date().slim(4, age),
    Col::new(Head::Took, 4, 6, 7, took).right(),
    Col::new(Head::Task, 2, 15, 18, kind).key().slim(11, brief),
    Col::new(Head::Subject, 2, 13, 28, subject).slim(9, subject),
    Col::new(Head::Result, 1, 11, 24, result).fill().slim(8, outcome),
    Col::new(Head::By, 6, 12, 24, user),
];

fn story<'a>(item: &Item<'a>) -> Option<&'a Story> {
    match *item {
        Item::Story(story) => Some(story),
        _ => None,
    }
}

fn began<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(story) = story(item) else { return Line::new() };
    Line::text(cx.lang().moment(story.began, &cx.when()))
}

/// How long ago it began.
fn age<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(story) = story(item) else { return Line::new() };
    crate::ui::values::age(cx, Some(story.began), Role::Text)
}

fn took<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(story) = story(item) else { return Line::new() };
    match story.took(cx.now()) {
        // So far: in minutes, so that it does not change with every second.
        Some(_) if story.is_running() => Line::of(cx.age(story.began), Role::Accent),
        Some(seconds) => Line::of(cx.lang().duration(seconds as f64), Role::Muted),
        None => none(cx),
    }
}

fn host<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    story(item).map_or_else(Line::new, at)
}

fn kind<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    story(item).map_or_else(Line::new, |story| Line::text(name(cx, story)))
}

/// What it does, in eleven columns.
fn brief<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(story) = story(item) else { return Line::new() };
    match story.kind.as_deref().and_then(Work::of) {
        Some(Work::Gc) => Line::text(cx.lang().store_job(StoreJobKind::Gc)),
        _ => Line::text(name(cx, story)),
    }
}

fn subject<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    story(item).map_or_else(Line::new, |story| about(cx, story))
}

/// How it ended, without what came of it.
fn outcome<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    story(item).map_or_else(Line::new, |story| standing(cx, story))
}

fn result<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(story) = story(item) else { return Line::new() };
    let standing = standing(cx, story);
    [made(cx, story), onto(cx, story)]
        .into_iter()
        .flatten()
        .fold(standing, |line, piece| line.and("  ", Role::Text).also(piece))
}

fn user<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(story) = story(item) else { return Line::new() };
    story.user.as_deref().map_or_else(|| none(cx), |user| Line::of(user, Role::Muted))
}
