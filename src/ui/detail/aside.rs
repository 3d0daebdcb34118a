//! Beside a list in a wide window: what is to be said of the selected row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Cx, Line, Sheet, problem, source, text};
use crate::judge::Problem;
use crate::state::{Item, ProblemId};
use crate::theme::Role;
use crate::ui::values::loud;

/// Problems that are told; the rest as a number.
const MOST: usize = 8;

/// Draws it, behind a thin line.
pub(in crate::ui) fn draw(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    for y in area.top()..area.bottom() {
        Line::of(cx.glyphs().border[1], Role::Rule).draw(cx, buf, area.x, y, 1);
    }
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let Some(item) = cx.state.selected() else { return };
    let mut sheet = Sheet::new(inner.width);
    write(cx, &mut sheet, &item);
    let room = usize::from(inner.height);
    let shown = if sheet.lines.len() > room { room.saturating_sub(1) } else { room };
    for (y, line) in (inner.y..).zip(sheet.lines.iter().take(shown)) {
        line.draw(cx, buf, inner.x, y, inner.width);
    }
    let left = sheet.lines.len().saturating_sub(shown);
    if left > 0 {
        let more = Line::of(format!(" {}", cx.lang().more(left)), Role::Muted);
        more.draw(cx, buf, inner.x, inner.bottom().saturating_sub(1), inner.width);
    }
}

fn write<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, item: &Item<'a>) {
    match *item {
        Item::Problem(found) | Item::Notice(found) => {
            problem::explain(cx, sheet, &ProblemId::of(found));
            text(cx, sheet, &found.subject);
        }
        Item::Site(site) => {
            name(sheet, site.name.as_str().to_owned());
            source::site(cx, sheet, &site.name);
            problems(cx, sheet, cx.index().problems_at(&site.name, cx.judged), true);
            for row in &site.sources {
                let line = Line::of(row.name.as_str(), Role::Title).and("  ", Role::Text);
                sheet.put(1, 3, line.also(source::summary(cx, row)));
            }
        }
        Item::Story(story) => super::task::facts(cx, sheet, story),
        _ => {
            let Some(subject) = item.subject() else { return };
            name(sheet, cx.title(&subject));
            problems(cx, sheet, cx.problems_of(&subject), false);
            text(cx, sheet, &subject);
        }
    }
}

fn name(sheet: &mut Sheet<'_>, name: String) {
    sheet.summary(Line::of(name, Role::Title));
}

fn problems<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    all: impl Iterator<Item = &'a Problem>,
    named: bool,
) {
    let mut all = all.peekable();
    let mut told = 0;
    while let Some(problem) = all.next_if(|_| told < MOST) {
        told += 1;
        let (sign, role) = cx.sign(problem.severity.verdict());
        let mut line = Line::of(format!("{sign} "), role);
        if named {
            line.put(format!("{}  ", cx.title(&problem.subject)), Role::Text);
        }
        line.put(cx.lang().short(problem, &cx.when()), loud(problem.severity.verdict()));
        sheet.put(1, 3, line);
    }
    let left = all.count();
    if left > 0 {
        sheet.put(1, 3, Line::of(cx.lang().more(left), Role::Muted));
    }
}
