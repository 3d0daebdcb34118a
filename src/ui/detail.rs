//! Details: blocks of text and sections of rows, one long page that follows the cursor.

mod aside;
mod facts;
mod guest;
mod job;
mod load;
mod node;
mod problem;
pub(super) mod recovery;
mod replica;
mod source;
pub(super) mod store;
pub(super) mod task;
pub(super) mod whatif;
mod worker;

pub(super) use aside::aside;
pub(super) use source::of_parts;

use std::cmp::Ordering;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cx::Cx;
use super::log::Laid;
use super::table::Table;
use super::tables::columns;
use super::text::Line;
use super::values::{loud, unknown};
use crate::fleet::subject::Subject;
use crate::judge::Verdict;
use crate::judge::rows::SourceState;
use crate::lang::Label;
use crate::state::{Item, Layout, Page, Rows, Section, Shown, Span, Target, View};
use crate::theme::Role;

/// A part of a page.
enum Block<'a> {
    /// Text.
    Lines(Vec<Line<'a>>),
    /// Rows of the list, and blank lines before them.
    Rows(&'a Span, usize),
    /// A log.
    Log(Laid<'a>),
}

/// From so many lines on there is a blank one before each title.
const AIRY: u16 = 44;

/// Text of a detail, being written.
pub(super) struct Sheet<'a> {
    /// Columns there are.
    pub(super) width: usize,
    lines: Vec<Line<'a>>,
    /// Blank lines before each title.
    lead: usize,
    /// Whether it says already that nothing can be told.
    is_unseen: bool,
}

impl<'a> Sheet<'a> {
    /// An empty one for a pane of so many columns; the last one is kept for signs.
    fn new(columns: u16, lead: usize) -> Self {
        let width = usize::from(columns.saturating_sub(4));
        Self { width, lines: Vec::new(), lead, is_unseen: false }
    }

    /// A title.
    fn title(&mut self, cx: &Cx<'_>, label: Label) {
        self.rest();
        self.lines.push(Line::of(format!(" {}", cx.lang().label(label)), Role::Head));
    }

    /// A pause before something new, where there is room for it.
    pub(super) fn rest(&mut self) {
        if !self.lines.is_empty() {
            self.lines.extend(std::iter::repeat_n(Line::new(), self.lead));
        }
    }

    /// A line that is as it is to be: it is not broken.
    pub(super) fn raw(&mut self, line: Line<'a>) {
        self.lines.push(line);
    }

    /// A line, indented.
    pub(super) fn line(&mut self, line: Line<'a>) {
        self.put(3, 6, line);
    }

    /// A line after so many blanks; what does not fit goes on below, further in.
    fn put(&mut self, indent: usize, hang: usize, line: Line<'a>) {
        if !line.is_empty() {
            let line = Line::text(" ".repeat(indent)).also(line);
            self.lines.extend(line.wrapped(self.width + 3, hang));
        }
    }

    /// A label and its value.
    fn field(&mut self, cx: &Cx<'_>, label: Label, value: Line<'a>) {
        self.named(cx.lang().label(label), value);
    }

    /// A name and its value.
    fn named(&mut self, name: &str, value: Line<'a>) {
        let name = Line::of(format!("{name} "), Role::Muted).pad(11);
        // In a narrow window, little is lost to the margin.
        let hang = if self.width < 60 { 6 } else { 14 };
        self.put(3, hang, name.also(value));
    }

    /// A line at the edge.
    fn summary(&mut self, line: Line<'a>) {
        self.put(1, 3, line);
    }
}

/// The verdict of a subject: that of its row, else of its problems. Of a source: the worst of
/// all that its detail lists.
pub(super) fn verdict(cx: &Cx<'_>, subject: &Subject) -> Verdict {
    let worst = |source| cx.index().worst(source);
    let own = || Verdict::worst(cx.problems_of(subject).map(|p| p.severity.verdict()));
    match (subject, cx.item(subject)) {
        (Subject::Source(name) | Subject::Cluster(name), Some(row)) => {
            row.verdict().max(worst(name))
        }
        (Subject::Group(_), Some(_)) | (Subject::Viewer, _) => own(),
        (_, Some(row)) => row.verdict(),
        // Of what has no row nothing is known.
        (_, None) => own().max(Verdict::Unknown),
    }
}

/// Draws the detail that is shown; how many lines are left below the window.
pub(super) fn draw(cx: &Cx<'_>, body: Rect, buf: &mut Buffer) -> usize {
    let page = cx.state.page();
    let mut blocks = blocks(cx, page, (body.width, body.height));
    if cx.state.has_log(&page.view) {
        let (title, log) = task::log(cx, &page.view);
        blocks.push(Block::Lines(vec![title]));
        blocks.extend(log.map(|log| Block::Log(Laid::new(cx, log, body.width))));
    }
    let body = pinned(cx, body, buf, &mut blocks);
    pages(cx, page, body, buf, &blocks)
}

/// What a detail consists of, in so many columns and lines.
fn blocks<'a>(cx: &Cx<'a>, page: &'a Page, (columns, lines): (u16, u16)) -> Vec<Block<'a>> {
    let lead = usize::from(lines >= AIRY);
    let spans = page.listing.spans();
    let mut sheet = Sheet::new(columns, lead);
    match &page.view {
        View::Tab(_) => {}
        View::Site(name) => source::site(cx, &mut sheet, name),
        View::Subject(subject) => text(cx, &mut sheet, subject),
        View::Problem(id) => {
            problem::explain(cx, &mut sheet, id);
            text(cx, &mut sheet, &id.subject);
        }
        View::Alike(id) => problem::explain_all(cx, &mut sheet, id),
        View::WhatIf(lost) => whatif::what_if(cx, &mut sheet, lost),
        View::Task(id) => task::task(cx, &mut sheet, id),
    }
    let explains = matches!(page.view, View::Problem(_) | View::Alike(_));
    let first = |s: &&Span| s.section == Section::Problems && !explains;
    let mut blocks = Vec::new();
    blocks.extend(spans.iter().filter(first).map(|span| Block::Rows(span, 0)));
    blocks.push(Block::Lines(sheet.lines));
    let others = spans.iter().filter(|s| !first(s));
    blocks.extend(others.map(|span| Block::Rows(span, lead)));
    blocks
}

/// Above a log its facts and its title stay while it is scrolled, where there is room for that;
/// what is left of the window.
fn pinned(cx: &Cx<'_>, body: Rect, buf: &mut Buffer, blocks: &mut Vec<Block<'_>>) -> Rect {
    if !matches!(cx.state.page().view, View::Task(_)) {
        return body;
    }
    let is_text = |block: &Block<'_>| matches!(block, Block::Lines(_));
    let height: usize = blocks.iter().filter(|b| is_text(b)).map(Block::height).sum();
    if height * 2 > usize::from(body.height) {
        return body;
    }
    // The title of a log belongs to it: with rows before it, it goes with them.
    let has_rows = blocks.iter().any(|b| matches!(b, Block::Rows(span, _) if span.len > 0));
    let keep = if has_rows { 1 } else { blocks.iter().filter(|b| is_text(b)).count() };
    let mut y = body.y;
    let mut left = keep;
    blocks.retain(|block| {
        let Block::Lines(lines) = block else { return true };
        if left == 0 {
            return true;
        }
        left -= 1;
        for line in lines {
            line.draw(cx, buf, body.x, y, body.width);
            y += 1;
        }
        false
    });
    Rect { y, height: body.bottom().saturating_sub(y), ..body }
}

/// The text of a subject.
fn text<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, subject: &Subject) {
    let before = sheet.lines.len();
    consequence(cx, sheet, subject);
    match subject {
        Subject::Viewer => {}
        Subject::Source(name) | Subject::Cluster(name) => source::source(cx, sheet, name),
        Subject::Node(source, name) => node::node(cx, sheet, source, name),
        Subject::Guest(key) => guest::guest(cx, sheet, key),
        Subject::BackupJob(source, id) => job::backup(cx, sheet, source, id),
        Subject::Replication(source, id) => job::replication(cx, sheet, source, id),
        Subject::Storage(source, node, name) => {
            store::storage(cx, sheet, source, node.as_ref(), name);
        }
        Subject::Datastore(source, name) => store::datastore(cx, sheet, source, name),
        Subject::Group(key) => store::group(cx, sheet, key),
    }
    if sheet.lines.len() == before && !sheet.is_unseen {
        let gone = || Line::of(cx.lang().gone(), Role::Muted);
        sheet.summary(unseen(cx, subject).unwrap_or_else(gone));
    }
}

/// What explains the verdict of a subject, where its own text does not say it.
fn consequence(cx: &Cx<'_>, sheet: &mut Sheet<'_>, subject: &Subject) {
    let Some(item) = cx.item(subject) else { return };
    let because = match item {
        Item::Storage(_, row) => &row.because,
        Item::Datastore(_, row) => &row.because,
        Item::BackupJob(_, row) => &row.because,
        Item::Replication(_, _, row) => &row.because,
        _ => return,
    };
    if let Some(because) = because {
        let (sign, role) = cx.sign(item.verdict());
        let verdict = cx.lang().verdict(item.verdict());
        let line = Line::of(format!("{sign} {verdict}  "), role);
        sheet.summary(line.and(cx.lang().because(because), Role::Muted));
    }
}

/// Whether the rows of a section explain themselves without heads.
fn is_plain(section: Section) -> bool {
    matches!(section, Section::Problems | Section::Notices)
}

/// That nothing can be told of a subject, and why: what a source that does not answer, or not in
/// full, tells no more is not known to be gone. None where the source tells all there is.
fn unseen(cx: &Cx<'_>, subject: &Subject) -> Option<Line<'static>> {
    let source = subject.source()?;
    let row = cx.source(source);
    if row.is_some_and(|s| s.state == SourceState::Fresh && s.complete) {
        return None;
    }
    let mut line = unknown(cx)
        .and(format!(" {}  ", cx.lang().cannot_tell()), Role::Unknown)
        .and(cx.lang().because(&Subject::Source(source.clone())), Role::Muted);
    if let Some(row) = row {
        let state = cx.lang().source_state(row.state);
        line.put(format!("  {state}"), loud(row.verdict));
    }
    if let Some(seen) = row.and_then(|s| s.seen) {
        let label = cx.lang().label(Label::Seen);
        line.put(format!("  {label} {}", cx.lang().ago(&cx.age(seen))), Role::Muted);
    }
    Some(line)
}

impl Block<'_> {
    /// Lines before the rows: title and heads.
    fn head(&self) -> usize {
        match self {
            Self::Lines(_) | Self::Log(_) => 0,
            Self::Rows(span, _) if span.len == 0 => 0,
            Self::Rows(span, lead) if span.section == Section::Problems => *lead,
            Self::Rows(span, lead) if !is_plain(span.section) => lead + 2,
            Self::Rows(_, lead) => lead + 1,
        }
    }

    fn height(&self) -> usize {
        match self {
            Self::Lines(lines) => lines.len(),
            Self::Rows(span, _) => self.head() + span.len,
            Self::Log(log) => log.height(),
        }
    }
}

/// Draws the window of the page that the state asks for; how many lines are left below it.
fn pages(cx: &Cx<'_>, page: &Page, body: Rect, buf: &mut Buffer, blocks: &[Block<'_>]) -> usize {
    let height = usize::from(body.height);
    let mut layout = Layout { height, ..Layout::default() };
    for block in blocks {
        if let Block::Rows(span, _) = block {
            layout.rows.push(Rows {
                line: layout.total + block.head(),
                head: block.head(),
                first: span.first_row(),
                len: span.len,
            });
            cx.note(|d| d.rows(span.section, body.height));
        }
        if let Block::Log(log) = block {
            let line = page.seek.line().and_then(|line| log.start(line));
            layout.found = line.map(|line| layout.total + line);
        }
        layout.total += block.height();
    }
    let end = layout.end();
    let top = page.place(&layout);
    cx.note(|d| d.page = Some(layout));
    window(cx, page, body, buf, blocks, top, true);
    let [up, down] = cx.glyphs().more;
    let edge = body.right().saturating_sub(1);
    if top > 0 {
        Line::of(up, Role::Muted).draw(cx, buf, edge, body.y, 1);
    }
    if top < end {
        Line::of(down, Role::Muted).draw(cx, buf, edge, body.bottom().saturating_sub(1), 1);
    }
    end.saturating_sub(top)
}

/// Draws what of the blocks is seen from the line `top` on.
fn window(
    cx: &Cx<'_>,
    page: &Page,
    body: Rect,
    buf: &mut Buffer,
    blocks: &[Block<'_>],
    top: usize,
    with_cursor: bool,
) {
    let height = usize::from(body.height);
    let mut at = 0;
    for block in blocks {
        let from = top.saturating_sub(at).min(block.height());
        let to = (top + height).saturating_sub(at).min(block.height());
        if from < to {
            let y = body.y + u16::try_from((at + from).saturating_sub(top)).unwrap_or(0);
            part(cx, page, Rect { y, ..body }, buf, block, from..to, with_cursor);
        }
        at += block.height();
    }
}

/// Draws some lines of a block.
fn part(
    cx: &Cx<'_>,
    page: &Page,
    area: Rect,
    buf: &mut Buffer,
    block: &Block<'_>,
    Range { start: from, end: to }: Range<usize>,
    with_cursor: bool,
) {
    match block {
        Block::Lines(lines) => {
            for (y, line) in (area.y..).zip(lines.iter().take(to).skip(from)) {
                line.draw(cx, buf, area.x, y, area.width);
            }
        }
        Block::Log(log) => {
            let lines = log.lines(cx, &page.seek, from, to);
            for (y, line) in (area.y..).zip(lines) {
                line.draw(cx, buf, area.x, y, area.width);
            }
        }
        Block::Rows(span, lead) => {
            let head = block.head();
            let inner = Rect { width: area.width.saturating_sub(1), ..area };
            let heads = (!is_plain(span.section)).then(|| cx.lang());
            let table =
                Table::new(columns(&page.view, span.section), inner, cx.index().digits(), heads);
            let mut y = area.y;
            for line in from..to.min(head) {
                match line.cmp(lead) {
                    // A pause.
                    Ordering::Less => {}
                    Ordering::Equal => {
                        let title = format!(" {}", cx.lang().section(span.section));
                        Line::of(title, Role::Head).draw(cx, buf, area.x, y, area.width);
                    }
                    Ordering::Greater => table.head(cx, buf, y, span.section),
                }
                y += 1;
            }
            let first = from.saturating_sub(head);
            let count = to.saturating_sub(head).saturating_sub(first);
            let height = u16::try_from(count).unwrap_or(0);
            let target = Target::Row(span.first_row() + first);
            cx.note(|d| d.zone((area.x, y), (area.width, height), target));
            for (y, shown) in (y..).zip(page.listing.rows(span, first, count)) {
                let selected = shown.selected && with_cursor;
                table.row(cx, buf, area, y, Shown { selected, ..shown });
            }
        }
    }
}
