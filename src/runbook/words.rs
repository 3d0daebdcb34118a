//! A runbook in words.

use super::Runbook;
use crate::lang::{Lang, When};

/// A piece of a runbook, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The title.
    Title(String),
    /// A paragraph.
    Said(String),
    /// The head of a chapter.
    Head(String),
    /// A step with its number within the runbook.
    Step(usize, String),
    /// To be typed.
    Command(String),
    /// What then appears.
    Expected(String),
    /// What it was made from.
    Fact(String),
}

/// A runbook in words, piece by piece.
pub fn pieces(book: &Runbook, lang: &dyn Lang, when: &When<'_>) -> Vec<Piece> {
    let mut pieces = vec![
        Piece::Title(lang.case(&book.case)),
        Piece::Said(lang.preface(&lang.taken(book.taken, when))),
    ];
    let mut number = 0;
    for chapter in &book.chapters {
        pieces.push(Piece::Head(lang.runbook_head(&chapter.head)));
        for step in &chapter.steps {
            number += 1;
            pieces.push(Piece::Step(number, lang.runbook_step(&step.what, when)));
            pieces.extend(step.commands.iter().cloned().map(Piece::Command));
            pieces.extend(lang.expected(&step.what, when).map(Piece::Expected));
        }
    }
    pieces.push(Piece::Head(lang.made_from().to_owned()));
    for fact in &book.facts {
        let age = fact.seen.map(|seen| lang.age(book.taken.since(seen)));
        let said = lang.fact(fact.source.as_str(), &fact.call, age.as_deref());
        pieces.push(Piece::Fact(said));
    }
    pieces
}
