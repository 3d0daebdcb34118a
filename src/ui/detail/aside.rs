//! Beside a list in a wide window: the detail of the selected row. It does not scroll: opened, it
//! has the window to itself.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Cx, Line, blocks, window};
use crate::state::{Page, View};
use crate::theme::Role;
use crate::ui::chrome::{crumbs, word};

/// Draws it, behind a thin line.
pub(in crate::ui) fn aside(cx: &Cx<'_>, page: &Page, area: Rect, buf: &mut Buffer) {
    for y in area.top()..area.bottom() {
        Line::of(cx.glyphs().border[1], Role::Rule).draw(cx, buf, area.x, y, 1);
    }
    let mut inner = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    // A problem says itself what it is about.
    if !matches!(page.view, View::Problem(_) | View::Alike(_)) {
        title(cx, &page.view, Rect { height: 1, ..inner }, buf);
        inner = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    }
    let blocks = blocks(cx, page, (inner.width, inner.height));
    let total: usize = blocks.iter().map(super::Block::height).sum();
    let room = usize::from(inner.height);
    let shown = if total > room { room.saturating_sub(1) } else { room };
    let body = Rect { height: u16::try_from(shown).unwrap_or(inner.height), ..inner };
    window(cx, page, body, buf, &blocks, 0, false);
    let left = total.saturating_sub(shown);
    if left > 0 {
        let more = Line::of(format!(" {}", cx.lang().more(left)), Role::Muted);
        more.draw(cx, buf, inner.x, inner.bottom().saturating_sub(1), inner.width);
    }
}

/// `104 nextcloud                                          ▲ critical`
fn title(cx: &Cx<'_>, view: &View, area: Rect, buf: &mut Buffer) {
    let (names, verdict) = crumbs(cx, view);
    let (sign, role) = cx.sign(verdict);
    let right = Line::of(format!("{sign} {} ", word(cx, view, verdict)), role);
    let taken = u16::try_from(right.width()).unwrap_or(0).min(area.width);
    let room = area.width - taken;
    if let Some(name) = names.last() {
        let name = Line::of(format!(" {name}"), Role::Title);
        name.draw(cx, buf, area.x, area.y, room.saturating_sub(1));
    }
    right.draw(cx, buf, area.x + room, area.y, taken);
}
