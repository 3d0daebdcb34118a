//! The report for eyes and mails: plain text, no line beyond [`WIDTH`] columns, no colours.

use jiff::tz::TimeZone;

use super::outline::{Block, Entry, Table, outline};
use super::plain::{columns, cut, plain, wrap};
use crate::fleet::site::Fleet;
use crate::judge::rows::Judged;
use crate::lang::Lang;

/// No line is wider, in columns of a terminal.
pub const WIDTH: usize = 80;

/// How far the body of a problem stands in.
const BODY: usize = 10;
/// How far what belongs to a site stands in.
const SITE: usize = 2;

/// The report of one judged fleet, times in `zone`.
pub fn text(judged: &Judged, fleet: &Fleet, lang: &dyn Lang, zone: &TimeZone) -> String {
    laid(&outline(judged, fleet, lang, zone))
}

/// Pieces laid out as plain text.
pub(in crate::command) fn laid(blocks: &[Block]) -> String {
    let mut page = Page::default();
    for block in blocks {
        page.block(block);
    }
    page.out
}

#[derive(Default)]
struct Page {
    out: String,
    /// Whether a table must stand apart from what is above it.
    stands_free: bool,
}

impl Page {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) | Block::Para(text) => self.wrapped("", "", text),
            Block::Chapter(text) => {
                self.gap();
                self.wrapped("", "", text);
                self.line(&"-".repeat(columns(text).min(WIDTH)));
            }
            Block::Site(text) => {
                self.gap();
                self.wrapped("", "", text);
            }
            Block::Entry(entry) => self.entry(entry),
            Block::Fields(fields) => self.fields(fields),
            Block::Table(table) => {
                if self.stands_free {
                    self.gap();
                }
                self.table(table);
            }
            Block::Items(items) => {
                for item in items {
                    self.wrapped("- ", "  ", item);
                }
            }
        }
        self.stands_free = matches!(block, Block::Table(_) | Block::Fields(_));
    }

    /// An empty line, unless one is there or a head stands just above.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") && !self.out.ends_with("--\n") {
            self.out.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// A text after `first`, its further lines after `rest`.
    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        let mut before = first;
        for line in wrap(text, WIDTH.saturating_sub(columns(first).max(columns(rest)))) {
            self.line(&format!("{before}{line}"));
            before = rest;
        }
    }

    fn entry(&mut self, entry: &Entry) {
        self.gap();
        let body = " ".repeat(BODY);
        self.wrapped(
            &format!("{:<BODY$}", cut(&plain(&entry.severity), BODY - 1)),
            &body,
            &entry.title,
        );
        for each in &entry.each {
            self.wrapped(&format!("{body}- "), &format!("{body}  "), each);
        }
        for said in &entry.said {
            self.wrapped(&body, &body, said);
        }
        if let [one] = entry.next.as_slice() {
            self.wrapped(&body, &format!("{body}  "), &format!("{} {one}", entry.next_label));
        } else if !entry.next.is_empty() {
            self.wrapped(&body, &body, &entry.next_label);
            for next in &entry.next {
                self.wrapped(&format!("{body}  "), &format!("{body}    "), next);
            }
        }
    }

    fn fields(&mut self, fields: &[(String, String)]) {
        let widest = fields.iter().map(|(name, _)| columns(&plain(name))).max();
        let widest = widest.unwrap_or_default().clamp(11, 20);
        for (name, value) in fields {
            let name = pad(&cut(&plain(name), widest), widest, false);
            let first = format!("{}{name}  ", " ".repeat(SITE));
            self.wrapped(&first, &" ".repeat(SITE + widest + 2), value);
        }
    }

    /// A table whose widest columns give way until it fits.
    fn table(&mut self, table: &Table) {
        let heads = table.heads.iter().map(|(head, _)| (*head).to_owned()).collect();
        let rows: Vec<Vec<String>> = std::iter::once(heads)
            .chain(table.rows.iter().cloned())
            .map(|row| row.iter().map(|cell| plain(cell)).collect())
            .collect();
        let mut widths: Vec<usize> = (0..table.heads.len())
            .map(|at| rows.iter().filter_map(|r| r.get(at)).map(|c| columns(c)).max().unwrap_or(0))
            .collect();
        let room = WIDTH.saturating_sub(SITE + 2 * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max() else { break };
            *widest = widest.saturating_sub(1);
        }
        for row in rows {
            let cells: Vec<String> = row
                .iter()
                .zip(widths.iter().zip(&table.heads))
                .map(|(cell, (width, (_, is_number)))| pad(&cut(cell, *width), *width, *is_number))
                .collect();
            self.line(&format!("{}{}", " ".repeat(SITE), cells.join("  ")));
        }
    }
}

fn pad(text: &str, width: usize, to_the_right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(columns(text)));
    if to_the_right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}
