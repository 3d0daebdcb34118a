//! The filter of a list: words that must all occur, `!word` for those that must not, and fields:
//! `tag:prod`, `!state:running`, `node:=fi1`.

mod parse;
#[cfg(test)]
mod tests;
mod text;

use parse::parse;
pub use parse::{Field, Term};
pub(super) use text::{Text, of};

use crate::mistake::nearest;

/// What the user typed after `/`, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
    unknown: Option<Box<str>>,
}

impl Filter {
    /// Takes a text apart. What is not finished (`!`, `tag:`) means nothing yet.
    pub fn new(text: &str) -> Self {
        let (terms, unknown) = parse(text);
        Self { text: text.to_owned(), terms, unknown }
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The first name before a colon that is no field, and the field that was probably meant: it
    /// is looked for as a word, for names may hold colons.
    pub fn unknown(&self) -> Option<(&str, Option<Field>)> {
        let name = self.unknown.as_deref()?;
        let meant = nearest(name, Field::ALL.map(Field::name)).and_then(Field::named);
        Some((name, meant))
    }

    /// Whether a row with this text passes.
    pub(super) fn passes(&self, text: &Text) -> bool {
        self.terms.iter().all(|term| term.fits(text) != term.unwanted)
    }
}
