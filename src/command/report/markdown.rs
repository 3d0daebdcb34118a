//! The report for wikis and tickets. Names and words of servers are escaped: none of them can be
//! more than text.

use jiff::tz::TimeZone;

use super::outline::{Block, Entry, Table, outline};
use super::plain::plain;
use crate::fleet::site::Fleet;
use crate::judge::rows::Judged;
use crate::lang::Lang;

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

/// A text that Markdown (and GitHub's) reads as nothing but text, wherever it stands: no markup,
/// no HTML, no entity, no link that makes itself, no end of a table's cell.
pub(crate) fn escaped(text: &str) -> String {
    let text = plain(text);
    let mut out = String::with_capacity(text.len());
    let mut only_digits = true;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let is_markup = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => true,
            // Heads, lists and rules, where a block begins.
            '#' | '+' | '-' | '=' => at == 0,
            // A numbered list.
            '.' | ')' if at > 0 && only_digits => rest.get(1..).is_none_or(ends_marker),
            // GitHub makes links of addresses.
            ':' => rest.starts_with("://"),
            '.' => text.get(..at).is_some_and(|before| before.to_lowercase().ends_with("www")),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        only_digits &= c.is_ascii_digit();
    }
    out
}

/// Whether what follows a number and its point makes it the number of a list's item.
fn ends_marker(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_becomes_text() {
        for (hostile, expected) in [
            ("plain - name 1.2.3 (ok)", "plain - name 1.2.3 (ok)"),
            ("a|b", "a\\|b"),
            ("a\\|b", "a\\\\\\|b"),
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("`code`", "\\`code\\`"),
            ("![x](http://e)", "!\\[x\\](http\\://e)"),
            ("www.example.org", "www\\.example.org"),
            ("# head\n# head", "\\# head # head"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("12.", "12\\."),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
            ("__x__ *y* ~~z~~", "\\_\\_x\\_\\_ \\*y\\* \\~\\~z\\~\\~"),
            ("a\n\n## b\u{2028}c", "a ## b c"),
        ] {
            assert_eq!(escaped(hostile), expected, "{hostile:?}");
        }
    }
}
