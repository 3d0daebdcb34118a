//! A problem explained: what it means, since when, what to do.

use unicode_width::UnicodeWidthStr;

use super::{Cx, Line, Sheet, unseen};
use crate::lang::{Label, trust};
use crate::state::{AlikeId, ProblemId};
use crate::theme::Role;
use crate::ui::alike;
use crate::ui::text::wrap;
use crate::ui::values::{at_least, loud};

/// Writes the explanation of a problem.
pub(super) fn explain<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, id: &ProblemId) {
    let Some(problem) = cx.state.problem(id) else {
        // What cannot be seen may well go on.
        let unseen = unseen(cx, &id.subject);
        sheet.is_unseen = unseen.is_some();
        sheet.summary(unseen.unwrap_or_else(|| Line::of(cx.lang().over(), Role::Muted)));
        return;
    };
    let when = cx.when();
    let role = loud(problem.severity.verdict());
    if let Some(at) = problem.facts.newest {
        cx.note(|d| d.age(at, cx.now()));
    }
    sheet.summary(
        Line::of(cx.title(&problem.subject), Role::Title)
            .and("  ", Role::Text)
            .and(cx.lang().short(problem, &when), role),
    );
    let meaning = cx.lang().meaning(problem, &when);
    for line in wrap(&meaning, sheet.width.min(96)) {
        sheet.line(Line::text(line));
    }
    let since = if let Some(at) = problem.since {
        Line::text(cx.lang().date(at, &when))
            .and(format!("  {}", cx.lang().ago(&cx.age(at))), Role::Muted)
    } else {
        let line = Line::of(cx.glyphs().unknown, Role::Unknown)
            .and(format!(" {}", cx.lang().label(Label::NotKnown)), Role::Muted);
        let line = match at_least(cx, problem) {
            Some(age) => line.and(format!("  {}", cx.lang().stood(&age)), Role::Muted),
            None => line,
        };
        match cx.state.seen_before(problem) {
            Some(at) => line.and(format!("  {}", cx.lang().seen_before(&cx.age(at))), Role::Muted),
            None => line,
        }
    };
    sheet.field(cx, Label::Since, since);
    for stranger in &problem.facts.strangers {
        let told = trust::stranger(cx.lang(), stranger, &when);
        let wide = told.iter().map(|(mark, _)| mark.width()).max().unwrap_or(0);
        for (mark, value) in told {
            let mut head = mark;
            for part in wrap(&value, sheet.width.saturating_sub(wide + 2)) {
                let line = Line::of(head, Role::Muted).pad(wide + 2);
                sheet.line(line.and(part, Role::Text));
                head = "";
            }
        }
    }
    if let Some(reason) = &problem.accepted {
        sheet.field(cx, Label::Accepted, Line::text(&**reason));
    }
    sheet.title(cx, Label::Next);
    for line in cx.lang().next(problem) {
        sheet.line(Line::text(line));
    }
}

/// Writes what several problems that say the same mean: the single ones are listed below.
pub(super) fn explain_all<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, id: &AlikeId) {
    let members = alike::members(cx, id);
    let Some(first) = members.first().copied() else {
        sheet.summary(Line::of(cx.lang().over(), Role::Muted));
        return;
    };
    let title = cx.lang().several_like(&first.subject, members.len());
    let mut summary = Line::of(title, Role::Title).and("  ", Role::Text);
    summary.put(alike::in_common(cx, &members), loud(id.severity.verdict()));
    sheet.summary(summary);
    for line in wrap(cx.lang().consequence(first), sheet.width.min(96)) {
        sheet.line(Line::text(line));
    }
    if let Some(reason) = &first.accepted {
        sheet.field(cx, Label::Accepted, Line::text(&**reason));
    }
    sheet.title(cx, Label::Next);
    let next = cx.lang().next(first);
    if members.iter().any(|problem| cx.lang().next(problem) != next) {
        let whose = cx.title(&first.subject);
        sheet.line(Line::of(cx.lang().next_for(Some(&whose)), Role::Muted));
    }
    for line in next {
        sheet.line(Line::text(line));
    }
}
