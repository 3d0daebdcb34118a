//! Backup jobs and replication jobs.

use crate::fleet::id::{NodeName, SourceName};
use crate::judge::Verdict;
use crate::judge::rows::{BackupJobRow, ReplicationRow};
use crate::lang::{Head, Label};
use crate::state::Item;
use crate::theme::Role;
use crate::ui::cx::Cx;
use crate::ui::table::Col;
use crate::ui::text::Line;
use crate::ui::values::{ahead, loud, none, sync, unknown};
use crate::ui::widgets::strip;
use crate::ui::zones;

/// Backup jobs.
pub(super) const BACKUP: &[Col] = &[
    Col::new(Head::Source, 5, 8, 14, source),
    Col::new(Head::Number, 5, 2, 2, number).right(),
    Col::new(Head::Name, 1, 14, 28, name).key(),
    Col::new(Head::Schedule, 3, 10, 18, schedule),
    Col::new(Head::Place, 4, 9, 16, place),
    Col::new(Head::Covers, 5, 6, 6, covers).right(),
    Col::new(Head::Last, 2, 14, 40, last),
    Col::new(Head::Next, 3, 4, 4, next).right(),
];

/// From this width of a list on replication jobs have room for their days.
pub(in crate::ui) const WITH_DAYS: u16 = 102;

/// Replication jobs of every site: numbers and names alone do not tell guests apart.
pub(super) const REPLICATION: &[Col] = &[
    Col::new(Head::Site, 4, 9, 14, site),
    Col::new(Head::Name, 1, 14, 26, guest).key(),
    Col::new(Head::Route, 2, 13, 22, route),
    Col::new(Head::Schedule, 6, 8, 14, planned),
    Col::new(Head::Age, 1, 5, 5, copied),
    Col::new(Head::Days, 7, 14, 14, days),
    Col::new(Head::Fails, 3, 5, 5, fails).right(),
    Col::new(Head::Took, 5, 5, 6, took).right(),
    Col::new(Head::Next, 4, 4, 4, again).right(),
    Col::new(Head::Error, 3, 12, u16::MAX, error),
];

/// Replication jobs of one guest.
pub(super) const REPLICATION_OF_GUEST: &[Col] = &[
    Col::new(Head::Name, 1, 14, 26, guest).key(),
    Col::new(Head::Route, 2, 13, 22, route),
    Col::new(Head::Schedule, 6, 8, 14, planned),
    Col::new(Head::Age, 1, 5, 5, copied),
    Col::new(Head::Fails, 3, 5, 5, fails).right(),
    Col::new(Head::Took, 5, 5, 6, took).right(),
    Col::new(Head::Next, 4, 4, 4, again).right(),
    Col::new(Head::Error, 3, 12, u16::MAX, error),
];

fn job<'a>(item: &Item<'a>) -> Option<&'a BackupJobRow> {
    match *item {
        Item::BackupJob(_, row) => Some(row),
        _ => None,
    }
}

fn source<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    job(item).map_or_else(Line::new, |row| Line::of(row.source.as_str(), Role::Muted))
}

fn name<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    let comment = row.comment.as_deref().filter(|c| !c.is_empty());
    Line::text(comment.unwrap_or(row.id.as_str()))
}

/// Its number among the enabled jobs of its source: guests are marked with it.
fn number<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    match cx.state.matrix().number(&row.source, &row.id) {
        Some(number) => Line::of(number.to_string(), Role::Muted),
        None => none(cx),
    }
}

fn schedule<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    if !row.enabled {
        return Line::of(cx.lang().label(Label::Off), Role::Muted);
    }
    let Some(text) = row.schedule.as_deref() else { return none(cx) };
    Line::text(text).also(zone(cx, text, &row.source, row.node.as_ref()))
}

/// The zone in which a schedule is reckoned, where that makes a difference: ` CET`.
fn zone<'a>(cx: &Cx<'a>, schedule: &str, source: &SourceName, node: Option<&NodeName>) -> Line<'a> {
    match zones::of_schedule(cx, schedule, source, node) {
        Some(foreign) => Line::of(format!(" {}", foreign.short(cx.now())), Role::Muted),
        None => Line::new(),
    }
}

fn place<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    row.storage.as_ref().map_or_else(|| unknown(cx), |s| Line::of(s.as_str(), Role::Muted))
}

fn covers<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    match &row.covers {
        Some(guests) if guests.is_empty() && row.enabled => Line::of("0", loud(row.verdict)),
        Some(guests) => Line::text(guests.len().to_string()),
        None if row.enabled => unknown(cx),
        None => none(cx),
    }
}

fn last<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    let Some((start, result)) = &row.last else {
        return if row.enabled { unknown(cx) } else { none(cx) };
    };
    let age = cx.age(*start);
    match result {
        None => Line::of(format!("{age:>3} "), Role::Text)
            .and(cx.lang().label(Label::RunsNow), Role::Accent),
        Some(result) => {
            let role = if result.is_done() {
                Role::Muted
            } else {
                loud(row.verdict.max(Verdict::Warning))
            };
            Line::of(format!("{age:>3} "), Role::Text).and(cx.lang().result(result), role)
        }
    }
}

fn next<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = job(item) else { return Line::new() };
    match row.next {
        None if row.verdict == Verdict::Unknown => unknown(cx),
        next => ahead(cx, next),
    }
}

fn row<'a>(item: &Item<'a>) -> Option<&'a ReplicationRow> {
    match *item {
        Item::Replication(_, _, row) => Some(row),
        _ => None,
    }
}

fn guest<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Replication(_, guest, row) = *item else { return Line::new() };
    let number = Line::text(format!("{:<4}", row.guest));
    match &guest.name {
        Some(name) => number.and(" ", Role::Text).and(&**name, Role::Text),
        None => number,
    }
}

fn site<'a>(_: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Item::Replication(site, _, _) = *item else { return Line::new() };
    Line::of(site.name.as_str(), Role::Muted)
}

fn route<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = row(item) else { return Line::new() };
    let from = match &row.source_node {
        Some(node) => Line::text(node.as_str()),
        None => unknown(cx),
    };
    from.and(format!(" {} ", cx.glyphs().arrow), Role::Rest).and(row.target.as_str(), Role::Text)
}

fn planned<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = row(item) else { return Line::new() };
    if row.disabled {
        return Line::of(cx.lang().label(Label::Off), Role::Muted);
    }
    let zone = zone(cx, &row.schedule, &row.source, row.source_node.as_ref());
    Line::of(&*row.schedule, Role::Muted).also(zone)
}

fn copied<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    row(item).map_or_else(Line::new, |row| sync(cx, row))
}

/// The last days as they were watched.
fn days<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    row(item).map_or_else(Line::new, |row| strip(cx, &cx.remembered(row).days, 0))
}

fn fails<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = row(item) else { return Line::new() };
    match row.fail_count {
        Some(0) => Line::of("0", Role::Rest),
        Some(count) => Line::of(count.to_string(), loud(row.verdict)),
        None => unknown(cx),
    }
}

fn took<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = row(item) else { return Line::new() };
    match (row.duration, row.last_sync) {
        (Some(seconds), _) => Line::of(cx.lang().duration(seconds), Role::Muted),
        (None, _) => unknown(cx),
    }
}

fn again<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = row(item) else { return Line::new() };
    if row.running {
        return Line::of(cx.lang().label(Label::RunsNow), Role::Accent);
    }
    ahead(cx, row.next)
}

fn error<'a>(cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
    let Some(row) = row(item) else { return Line::new() };
    match (&row.error, &row.because, row.verdict) {
        (Some(error), _, _) => Line::of(&**error, loud(row.verdict)),
        (None, Some(subject), verdict) if verdict != Verdict::Ok => {
            Line::of(cx.lang().subject(subject), Role::Muted)
        }
        (None, _, Verdict::Ok) => Line::new(),
        (None, _, verdict) => {
            let subject =
                crate::fleet::subject::Subject::Replication(row.source.clone(), row.id.clone());
            match cx.problems_of(&subject).next() {
                Some(problem) => Line::of(cx.lang().short(problem, &cx.when()), loud(verdict)),
                None => unknown(cx),
            }
        }
    }
}
