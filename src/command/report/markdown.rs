//! The report for wikis and tickets. Names and words of servers are escaped: none of them can be
//! more than text.

use jiff::tz::TimeZone;

use super::outline::{Block, Entry, Table, outline};
use crate::fleet::site::Fleet;
use crate::judge::rows::Judged;
use crate::lang::Lang;
pub(crate) use crate::lang::markdown::escaped;

/// The report of one judged fleet, times in `zone`.
pub fn markdown(judged: &Judged, fleet: &Fleet, lang: &dyn Lang, zone: &TimeZone) -> String {
    let mut page = String::new();
    for block in outline(judged, fleet, lang, zone) {
        if !page.is_empty() {
            page.push('\n');
        }
        write(&mut page, &block);
    }
    page
}

fn write(page: &mut String, block: &Block) {
    let mut line = |text: &str| {
        page.push_str(text);
        page.push('\n');
    };
    match block {
        Block::Title(text) => line(&format!("# {}", escaped(text))),
        Block::Chapter(text) => line(&format!("## {}", escaped(text))),
        Block::Site(text) => line(&format!("### {}", escaped(text))),
        Block::Para(text) => line(&escaped(text)),
        Block::Entry(entry) => entry_lines(entry).iter().for_each(|l| line(l)),
        Block::Fields(fields) => {
            for (name, value) in fields {
                line(&format!("- **{}**: {}", escaped(name), escaped(value)));
            }
        }
        Block::Table(table) => table_lines(table).iter().for_each(|l| line(l)),
        Block::Items(items) => items.iter().for_each(|item| line(&format!("- {}", escaped(item)))),
    }
}

fn entry_lines(entry: &Entry) -> Vec<String> {
    let mut lines = vec![format!("- **{}** {}", escaped(&entry.severity), escaped(&entry.title))];
    lines.extend(entry.each.iter().map(|each| format!("  - {}", escaped(each))));
    lines.extend(entry.said.iter().map(|said| format!("  - {}", escaped(said))));
    if !entry.next.is_empty() {
        lines.push(format!("  - {}", escaped(&entry.next_label)));
        lines.extend(entry.next.iter().map(|next| format!("    - {}", escaped(next))));
    }
    lines
}

fn table_lines(table: &Table) -> Vec<String> {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![
        row(table.heads.iter().map(|(head, _)| escaped(head)).collect()),
        row(table
            .heads
            .iter()
            .map(|(_, right)| if *right { "--:" } else { "---" }.to_owned())
            .collect()),
    ];
    lines.extend(table.rows.iter().map(|cells| row(cells.iter().map(|c| escaped(c)).collect())));
    lines
}
