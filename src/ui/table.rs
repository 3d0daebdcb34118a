//! Rows under heads. Columns have a rank: where there is no room the least useful go first; where
//! there is more, the most useful grow first. Widths depend on the window alone, so nothing jumps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::cx::Cx;
use super::text::Line;
use crate::lang::{Head, Lang};
use crate::state::{Column, Item, Section, Shown, Target};
use crate::theme::Role;

/// Cells before the first column: cursor, sign, blank.
const MARGIN: u16 = 3;

/// From this width on columns stand two blanks apart.
pub(super) const ROOMY: u16 = 110;

/// Up to this width columns say less, that more of them have room.
const SLIM: u16 = 60;

/// What a cell shows.
pub(super) type Cell = for<'a> fn(&Cx<'a>, &Item<'a>) -> Line<'a>;

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Col {
    head: Head,
    /// What its head says instead, in a slim window.
    said: Option<Head>,
    min: u16,
    max: u16,
    /// 1 is the most useful.
    rank: u8,
    right: bool,
    /// Whether it names the row: it is lit under the cursor.
    key: bool,
    /// Whether it takes what is left when every column has its most.
    fill: bool,
    /// Whether it has room for the dates of every language.
    date: bool,
    /// Whether it shows the numbers of guests, which have nine digits at some.
    ids: bool,
    cell: Cell,
    /// In a slim window: so many columns, of this.
    slim: Option<(u16, Cell)>,
}

impl Col {
    /// A column of this width at least and at most.
    pub(super) const fn new(head: Head, rank: u8, min: u16, max: u16, cell: Cell) -> Self {
        Self {
            head,
            said: None,
            min,
            max,
            rank,
            right: false,
            key: false,
            fill: false,
            date: false,
            ids: false,
            cell,
            slim: None,
        }
    }

    /// Numbers: to the right.
    pub(super) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Takes what is left.
    pub(super) const fn fill(mut self) -> Self {
        self.fill = true;
        self
    }

    /// Dates, which are longer in some languages.
    pub(super) const fn date(mut self) -> Self {
        self.date = true;
        self
    }

    /// Numbers of guests: none is cut, since it would be another one's.
    pub(super) const fn ids(mut self) -> Self {
        self.ids = true;
        self.right()
    }

    /// In a slim window it takes so many columns at least, and shows this.
    pub(super) const fn slim(mut self, min: u16, cell: Cell) -> Self {
        self.slim = Some((min, cell));
        self
    }

    /// As it is in so many columns.
    fn within(self, width: u16) -> Self {
        match self.slim {
            Some((min, cell)) if width < SLIM => {
                {
                    // A date became something short; all else may grow.
                    let max = if self.date { min } else { min.max(self.max) };
                    let said = self.date.then_some(Head::Age);
                    Self { min, max, date: false, cell, said, ..self }
                }
            }
            _ => self,
        }
    }

    /// Its head.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Whether it names the row.
    pub(super) fn names(&self) -> bool {
        self.key
    }

    /// What it shows of a row.
    pub(super) fn line<'a>(&self, cx: &Cx<'a>, item: &Item<'a>) -> Line<'a> {
        (self.cell)(cx, item)
    }

    /// Names the row.
    pub(super) const fn key(mut self) -> Self {
        self.key = true;
        self
    }
}

/// A column with its place.
#[derive(Clone, Copy)]
struct Placed {
    col: Col,
    x: u16,
    width: u16,
}

/// A table laid out for a width.
pub(super) struct Table {
    columns: Vec<Placed>,
    key: (u16, u16),
}

impl Table {
    /// Lays columns out. Numbers of guests have `ids` digits at most. Under heads none is narrower
    /// than its own, or than a date where it shows dates: both are longer in some languages; `heads`
    /// is the language of those that are drawn.
    pub(super) fn new(cols: &[Col], area: Rect, ids: u16, heads: Option<&dyn Lang>) -> Self {
        let widened = |col: Col| {
            let least = if col.ids { ids } else { 0 };
            Col { min: col.min.max(least), max: col.max.max(least), ..col }
        };
        let cols: Vec<Col> = cols.iter().map(|col| widened(col.within(area.width))).collect();
        let least = |col: &Col| {
            let own = heads.map_or(0, |lang| {
                let date = if col.date { lang.date_width() } else { 0 };
                lang.head(col.said.unwrap_or(col.head)).width().max(date)
            });
            col.min.max(u16::try_from(own).unwrap_or(u16::MAX))
        };
        let gap = if area.width >= ROOMY { 2 } else { 1 };
        let room = area.width.saturating_sub(MARGIN);
        let mut ranked: Vec<usize> = (0..cols.len()).collect();
        ranked.sort_by_key(|i| cols.get(*i).map_or(u8::MAX, |c| c.rank));
        let mut widths = vec![0_u16; cols.len()];
        let mut used = 0_u16;
        for i in &ranked {
            let (Some(col), Some(width)) = (cols.get(*i), widths.get_mut(*i)) else { continue };
            let min = least(col);
            let cost = min.saturating_add(if used > 0 { gap } else { 0 });
            // Once one does not fit, nothing less useful takes its place.
            if used.saturating_add(cost) > room && used > 0 {
                break;
            }
            *width = min.min(room);
            used = used.saturating_add(cost);
        }
        let mut left = room.saturating_sub(used);
        for i in &ranked {
            let (Some(col), Some(width)) = (cols.get(*i), widths.get_mut(*i)) else { continue };
            if *width > 0 {
                let more = col.max.saturating_sub(*width).min(left);
                *width += more;
                left -= more;
            }
        }
        for (col, width) in cols.iter().zip(&mut widths) {
            if col.fill && *width > 0 {
                *width += std::mem::take(&mut left);
            }
        }
        let mut x = area.x + MARGIN;
        let mut columns = Vec::with_capacity(cols.len());
        let mut key = (area.x + 1, area.x + MARGIN);
        for (col, width) in cols.iter().zip(widths).filter(|(_, width)| *width > 0) {
            columns.push(Placed { col: *col, x, width });
            x = x.saturating_add(width);
            if col.key {
                key.1 = x;
            }
            x = x.saturating_add(gap);
        }
        Self { columns, key }
    }

    /// Draws the heads; at that of the column by which the rows are sorted a sign of its direction,
    /// in the gap beside it where the head has no room.
    pub(super) fn head(&self, cx: &Cx<'_>, buf: &mut Buffer, y: u16, section: Section) {
        let sort = cx.state.page().listing.sort(section);
        let [turned, usual] = cx.glyphs().more;
        let sign = Line::of(if sort.reversed { turned } else { usual }, Role::Accent);
        for Placed { col, x, width } in &self.columns {
            let line = Line::of(cx.lang().head(col.said.unwrap_or(col.head)), Role::Head);
            put(cx, buf, &line, (*x, y), *width, col.right);
            let target = Target::Head(section, Column::Under(col.head));
            cx.note(|d| d.zone((*x, y), (*width, 1), target));
            if sort.column == Some(Column::Under(col.head)) {
                let taken = u16::try_from(line.width()).unwrap_or(*width).min(*width);
                let at = if col.right { x + width - taken - 1 } else { x + taken };
                sign.draw(cx, buf, at, y, 1);
            }
        }
        if sort.reversed && sort.column == Some(Column::Verdict) {
            sign.draw(cx, buf, self.key.0, y, 1);
        }
    }

    /// The heads, shown or not, for a test.
    #[cfg(test)]
    pub(super) fn heads(cols: &[Col]) -> Vec<Head> {
        cols.iter().map(|col| col.head).collect()
    }

    /// Draws one row.
    pub(super) fn row(&self, cx: &Cx<'_>, buf: &mut Buffer, area: Rect, y: u16, shown: Shown) {
        let Some(item) = shown.row.item(cx.judged) else { return };
        let (sign, role) = match item {
            Item::Notice(_) => (cx.glyphs().ok, Role::Ok),
            _ => cx.sign(item.verdict_in(shown.section)),
        };
        Line::of(sign, role).draw(cx, buf, area.x + 1, y, 1);
        let is_marked = !cx.state.marked.is_empty()
            // Of those that losses hit each would be marked; and what was done is not lost with
            // where it was done.
            && !matches!(item, Item::Fated(..) | Item::Story(_))
            && item.loss().is_some_and(|loss| cx.state.marked.contains(&loss));
        if is_marked {
            Line::of(cx.glyphs().marked, Role::Accent).draw(cx, buf, area.x + 2, y, 1);
        }
        for Placed { col, x, width } in &self.columns {
            put(cx, buf, &(col.cell)(cx, &item), (*x, y), *width, col.right);
        }
        if shown.selected {
            Line::of(cx.glyphs().cursor, Role::Cursor).draw(cx, buf, area.x, y, 1);
            // Only what names the row is lit: moving the cursor costs few bytes on a slow line.
            let (from, to) = self.key;
            let lit = Rect { x: from, y, width: to.saturating_sub(from), height: 1 };
            let mut style = cx.skin.theme.style(Role::Selected);
            buf.set_style(Rect { width: 1, ..lit }, crate::theme::Theme::behind(style));
            style.sub_modifier = ratatui::style::Modifier::empty();
            buf.set_style(Rect { x: from + 1, width: lit.width.saturating_sub(1), ..lit }, style);
        }
    }
}

fn put(
    cx: &Cx<'_>,
    buf: &mut Buffer,
    line: &Line<'_>,
    (x, y): (u16, u16),
    width: u16,
    right: bool,
) {
    let free = usize::from(width).saturating_sub(line.width());
    let shift = if right { u16::try_from(free).unwrap_or(0) } else { 0 };
    line.draw(cx, buf, x + shift, y, width - shift);
}
