//! The views of the first level: sections one under the other, each with a window of its rows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::chrome::line_across;
use super::cx::Cx;
use super::table::{ROOMY, Table};
use super::tables::{columns, has_head, jobs};
use super::text::Line;
use super::values::unknown;
use super::widgets::legend;
use crate::judge::Verdict;
use crate::judge::backup::fortnight::Cell;
use crate::judge::replication::days::Day;
use crate::keymap::Action;
use crate::state::{Section, Span, Target};
use crate::theme::Role;

/// What needs no place while there is nothing of it.
const OPTIONAL: [Section; 3] = [Section::Notices, Section::Groups, Section::Worst];

/// Draws the list that is shown.
pub(super) fn draw(cx: &Cx<'_>, body: Rect, buf: &mut Buffer) {
    let page = cx.state.page();
    let spans = page.listing.spans();
    let is_first = |s: &Span| spans.first().is_some_and(|first| first.section == s.section);
    let spans: Vec<&Span> = spans
        .iter()
        .filter(|s| s.total > 0 || !OPTIONAL.contains(&s.section))
        .filter(|s| !cx.judged.sites.is_empty() || is_first(s))
        .collect();
    let here = page.listing.cursor_place().map(|(section, _)| section);
    let mut y = body.y;
    let mut first = true;
    let shares = share(cx, &spans, here, body);
    let is_hidden = |(span, lines): &(&Span, u16)| *lines == 0 && span.len > 0;
    let shown = shares.iter().position(|(_, lines)| *lines > 0).unwrap_or(0);
    let above = shares.iter().take(shown).any(is_hidden);
    let below = shares.iter().skip(shown).any(is_hidden);
    for (span, lines) in shares {
        if lines == 0 {
            continue;
        }
        if !first {
            line_across(cx, Rect { y, height: 1, ..body }, buf);
            if span.section == Section::Copies {
                outside(cx, Rect { y, height: 1, ..body }, buf);
            }
            y += 1;
        }
        first = false;
        let area = Rect { y, height: lines.min(body.bottom().saturating_sub(y)), ..body };
        section(cx, area, buf, span);
        y = y.saturating_add(lines);
    }
    // Where only one section has room, signs say that there are others.
    let [up, down] = cx.glyphs().more;
    let edge = body.right().saturating_sub(1);
    if above {
        Line::of(up, Role::Muted).draw(cx, buf, edge, body.y, 1);
    }
    if below {
        Line::of(down, Role::Muted).draw(cx, buf, edge, body.bottom().saturating_sub(1), 1);
    }
}

/// What falls out of the matrix below, at the right end of the line above it.
fn outside(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (lang, out) = (cx.lang(), cx.state.matrix().outside);
    let parts = [
        (out.uncovered, lang.in_no_job(out.uncovered), Role::Warning),
        (out.idle, lang.takes_none(out.idle), Role::Warning),
        (out.ambiguous, lang.of_two(out.ambiguous), Role::Unknown),
        (out.orphans, lang.without_guest(out.orphans), Role::Muted),
    ];
    let mut line = Line::new();
    for (_, words, role) in parts.into_iter().filter(|(count, ..)| *count > 0) {
        let before = if line.is_empty() { " ".to_owned() } else { format!(" {} ", cx.glyphs().ok) };
        let piece = Line::of(before, Role::Rest).and(words, role);
        if line.width() + piece.width() + 3 > usize::from(area.width) {
            break;
        }
        line.append(piece);
    }
    if line.is_empty() {
        return;
    }
    line.put(" ", Role::Text);
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
    line.draw(cx, buf, area.right().saturating_sub(width + 1), area.y, width);
}

/// From so many lines on a section has one to spare for the meaning of its signs.
const ROOM: u16 = 6;

/// Whether a section says what its signs mean, which takes a line: of replication where there is
/// room for its days.
fn has_legend(span: &Span, width: u16) -> bool {
    let has_days = match span.section {
        Section::Copies => true,
        Section::Replication => width >= jobs::WITH_DAYS,
        _ => false,
    };
    has_days && span.len > 0
}

/// From so many columns on a list of problems has a column whose head is missed.
const HEADED: u16 = 60;

fn is_headed(cx: &Cx<'_>, span: &Span, width: u16) -> bool {
    let is_wide = width >= HEADED || span.section != Section::Problems;
    has_head(&cx.state.page().view, span.section) && is_wide
}

fn head_lines(cx: &Cx<'_>, span: &Span, width: u16) -> u16 {
    u16::from(is_headed(cx, span, width) && span.len > 0 || span.section == Section::Notices)
}

/// How many lines each section gets, rules between them aside. Each gets what it wants where there
/// is room; else they share; and where not even a row of each fits, only the one with the cursor
/// is shown.
fn share<'a>(
    cx: &Cx<'_>,
    spans: &[&'a Span],
    here: Option<Section>,
    body: Rect,
) -> Vec<(&'a Span, u16)> {
    let head_lines = |span: &Span| head_lines(cx, span, body.width);
    let height = body.height;
    let rules = u16::try_from(spans.len().saturating_sub(1)).unwrap_or(0);
    let wants: Vec<u16> = spans
        .iter()
        .map(|s| {
            let rows = u16::try_from(s.len.max(1)).unwrap_or(u16::MAX);
            head_lines(s).saturating_add(rows).saturating_add(u16::from(has_legend(s, body.width)))
        })
        .collect();
    let least: u16 = spans.iter().map(|s| head_lines(s) + 1).sum::<u16>() + rules;
    if least > height {
        let only = spans.iter().position(|s| Some(s.section) == here).unwrap_or(0);
        return spans
            .iter()
            .enumerate()
            .map(|(i, s)| (*s, if i == only { height } else { 0 }))
            .collect();
    }
    // Mostly the last one is the main one; of recovery the worst guests, of backups the guests, of
    // the fleet the problems.
    let main = [Section::Rescue, Section::Copies, Section::Problems];
    let main = main.iter().find_map(|m| spans.iter().position(|s| s.section == *m));
    let main = main.unwrap_or(spans.len().saturating_sub(1));
    let mut given: Vec<u16> = spans.iter().map(|s| head_lines(s) + 1).collect();
    let mut left = height.saturating_sub(least);
    while left > 0 {
        // The one with the fewest lines grows, if it wants; the main one twice as fast.
        let next = (0..given.len())
            .filter(|i| given.get(*i) < wants.get(*i))
            .min_by_key(|i| given.get(*i).copied().unwrap_or(0) / if *i == main { 2 } else { 1 });
        let Some(slot) = next.and_then(|i| given.get_mut(i)) else { break };
        *slot += 1;
        left -= 1;
    }
    spans.iter().copied().zip(given).collect()
}

fn section(cx: &Cx<'_>, area: Rect, buf: &mut Buffer, span: &Span) {
    let page = cx.state.page();
    let head = head_lines(cx, span, area.width).min(area.height);
    let is_headed = is_headed(cx, span, area.width);
    let mut lines = area.height - head;
    if has_legend(span, area.width) && area.height >= ROOM {
        lines -= 1;
        let gap = if area.width >= ROOMY { 2 } else { 1 };
        let width = usize::from(area.width.saturating_sub(4));
        let signs = match span.section {
            Section::Replication => legend(cx, Day::ALL, width, gap),
            _ => legend(cx, Cell::ALL, width, gap),
        };
        let y = area.y + (head + lines).min(head + u16::try_from(span.len).unwrap_or(u16::MAX));
        signs.draw(cx, buf, area.x + 3, y, area.width.saturating_sub(3));
    }
    cx.note(|d| d.rows(span.section, lines));
    if span.len == 0 {
        empty(cx, span).draw(cx, buf, area.x + 1, area.y + head, area.width.saturating_sub(1));
        return;
    }
    // The last column is kept for the signs that there is more.
    let inner = Rect { width: area.width.saturating_sub(1), ..area };
    // Notices stand under the heads of the problems: their columns are as wide.
    let is_under = span.section == Section::Notices && area.width >= HEADED;
    let heads = (is_headed || is_under).then(|| cx.lang());
    let table = Table::new(columns(&page.view, span.section), inner, cx.index().digits(), heads);
    if head > 0 && is_headed {
        table.head(cx, buf, area.y, span.section);
    } else if head > 0 {
        let title = Line::of(cx.lang().section(span.section), Role::Head);
        title.draw(cx, buf, area.x + 3, area.y, area.width.saturating_sub(3));
    }
    let (above, rows) = page.listing.shown(span, lines);
    let first = span.first_row() + above;
    let height = lines.min(u16::try_from(span.len - above).unwrap_or(u16::MAX));
    let at = (area.x, area.y + head);
    cx.note(|d| d.zone(at, (area.width, height), Target::Row(first)));
    for (y, shown) in (area.y + head..).zip(rows) {
        table.row(cx, buf, area, y, shown);
    }
    // How far there is more, at the right edge of the first and the last row.
    let [up, down] = cx.glyphs().more;
    let edge = area.right().saturating_sub(1);
    if above > 0 {
        Line::of(up, Role::Muted).draw(cx, buf, edge, area.y + head, 1);
    }
    if lines > 0 && above + usize::from(lines) < span.len {
        Line::of(down, Role::Muted).draw(cx, buf, edge, area.y + head + lines - 1, 1);
    }
}

/// What stands where there are no rows: why there are none.
pub(super) fn empty(cx: &Cx<'_>, span: &Span) -> Line<'static> {
    if span.total > 0 {
        return Line::of("  ", Role::Text).and(
            cx.lang().nothing_passes(span.total, cx.key(Action::Back).as_deref()),
            Role::Muted,
        );
    }
    if cx.judged.sites.is_empty() && cx.judged.verdict != Verdict::Ok {
        return Line::of(format!("{} ", cx.glyphs().unknown), Role::Unknown)
            .and(cx.lang().waiting(), Role::Muted);
    }
    let (sign, role) = match span.section {
        Section::Problems if cx.judged.verdict == Verdict::Ok => (cx.glyphs().ok, Role::Ok),
        Section::Notices | Section::Sites => (" ", Role::Text),
        _ if !cx.index().is_whole => {
            // That nothing is listed does not tell that nothing is there.
            let nothing =
                cx.lang().said_of(cx.lang().nothing(span.section), cx.lang().not_all_seen());
            return unknown(cx).and(format!(" {nothing}"), Role::Muted);
        }
        _ => (" ", Role::Text),
    };
    Line::of(format!("{sign} "), role).and(cx.lang().nothing(span.section), Role::Muted)
}
