//! A runbook as plain text: for a terminal, and for paper.

use crate::command::report::plain::wrap;
use crate::lang::{Lang, When};
use crate::runbook::{Piece, Runbook, pieces};

/// So many columns a page of text has; commands are never broken.
const WIDTH: usize = 80;

/// A page of text, being written.
#[derive(Default)]
struct Page(String);

impl Page {
    /// A paragraph: its first line begins with `first`, the others with as many blanks.
    fn put(&mut self, first: &str, text: &str) {
        let indent = first.chars().count();
        for (i, line) in wrap(text, WIDTH.saturating_sub(indent)).iter().enumerate() {
            let start = if i == 0 { first.to_owned() } else { " ".repeat(indent) };
            self.line(&format!("{start}{line}"));
        }
    }

    /// A line as it is.
    fn line(&mut self, line: &str) {
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}

/// A runbook as text.
pub(super) fn text(book: &Runbook, lang: &dyn Lang, when: &When<'_>) -> String {
    let mut page = Page::default();
    for piece in pieces(book, lang, when) {
        match piece {
            Piece::Title(title) => {
                page.put("", &title.to_uppercase());
                page.line("");
            }
            Piece::Said(said) => page.put("", &said),
            Piece::Head(head) => {
                page.line("");
                page.put("", &head);
                page.line(&"-".repeat(head.chars().count().min(WIDTH)));
            }
            Piece::Step(number, said) => page.put(&format!("{number:>3}. "), &said),
            Piece::Command(command) => page.line(&format!("       # {command}")),
            Piece::Expected(said) => page.put(&format!("       {} ", lang.expect()), &said),
            Piece::Fact(fact) => page.put("  - ", &fact),
        }
    }
    page.0
}
