//! A runbook as Markdown: for a wiki.

use std::fmt::Write;

use crate::command::report::markdown::escaped;
use crate::lang::{Lang, When};
use crate::runbook::{Piece, Runbook, pieces};

/// A runbook as Markdown.
pub(super) fn markdown(book: &Runbook, lang: &dyn Lang, when: &When<'_>) -> String {
    let mut out = String::new();
    let mut open = false;
    for piece in pieces(book, lang, when) {
        let is_command = matches!(piece, Piece::Command(_));
        if open && !is_command {
            out.push_str("   ```\n\n");
        }
        // Writing to a text cannot fail.
        let _ = match piece {
            Piece::Title(title) => writeln!(out, "# {}\n", escaped(&title)),
            Piece::Said(said) => writeln!(out, "{}", escaped(&said)),
            Piece::Head(head) => writeln!(out, "\n## {}\n", escaped(&head)),
            Piece::Step(number, said) => writeln!(out, "{number}. {}\n", escaped(&said)),
            Piece::Command(command) => {
                if !open {
                    out.push_str("   ```sh\n");
                }
                writeln!(out, "   {command}")
            }
            Piece::Expected(said) => {
                writeln!(out, "   {} {}\n", lang.expect(), escaped(&said))
            }
            Piece::Fact(fact) => writeln!(out, "- {}", escaped(&fact)),
        };
        open = is_command;
    }
    out
}
