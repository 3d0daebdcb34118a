//! What can be wrong with a theme, where it stands, and the sentence that says so.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::fleet::text;
use crate::mistake::{Meant, Position, Quoted};

/// Every mistake of a theme and of those that it inherits, at least one, in the order of the files.
/// Displays as one line each, `FILE:LINE:COLUMN: sentence`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeErrors(pub Vec<Mistake>);

/// One mistake and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file; empty where there is none.
    pub file: Arc<str>,
    /// Where in it; none where it concerns the file as a whole.
    pub at: Option<Position>,
    /// What.
    pub what: What,
}

impl fmt::Display for ThemeErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Mistake { file, at, what }) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if !file.is_empty() {
                write!(f, "{}:", text::clean(file))?;
                if let Some(Position { line, column }) = at {
                    write!(f, "{line}:{column}:")?;
                }
                write!(f, " ")?;
            }
            write!(f, "{what}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ThemeErrors {}

/// One kind of mistake, with what its sentence needs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum What {
    /// There is no such theme.
    #[error("there is no theme {theme}{meant}")]
    NoTheme {
        /// What was asked for.
        theme: Quoted,
        /// What there is.
        meant: Meant,
    },
    /// The file cannot be read; the operating system's words.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is larger than a theme can be.
    #[error("is larger than {0} KiB: that is no theme of vigie")]
    TooLarge(u64),
    /// The file holds bytes that are no UTF-8.
    #[error("the file is not UTF-8")]
    NotUtf8,
    /// Not TOML; the parser's words.
    #[error("not valid TOML: {0}")]
    Syntax(String),
    /// A key that its section does not know.
    #[error("unknown key {key} in {section}{meant}")]
    UnknownKey {
        /// The section.
        section: &'static str,
        /// The key.
        key: Quoted,
        /// The nearest known one.
        meant: Meant,
    },
    /// A role that there is not.
    #[error("there is no role {role}{meant}")]
    NoRole {
        /// Its name.
        role: Quoted,
        /// The nearest.
        meant: Meant,
    },
    /// A value of the wrong type.
    #[error("{key} must be {wanted}, this is {found}")]
    WrongType {
        /// The key.
        key: Quoted,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// Neither in the palette nor a colour.
    #[error(
        "{colour} is no colour: a name of [palette], \"#rrggbb\", \"ansi:0\" to \"ansi:15\" or \"default\"{meant}"
    )]
    NoColour {
        /// The text.
        colour: Quoted,
        /// What was probably meant.
        meant: Meant,
    },
    /// A colour of the palette that says what stands in for it, and not what it is.
    #[error("colour {0} lacks `rgb`, the colour itself: {{ rgb = \"#rrggbb\", ansi = 9 }}")]
    NoRgb(Quoted),
    /// A number of a colour that there is not.
    #[error("`{key}` is a number from 0 to {most}")]
    Number {
        /// The key.
        key: &'static str,
        /// The greatest.
        most: u8,
    },
    /// Themes that inherit from each other in a circle.
    #[error("inherits itself: {0}")]
    Circle(String),
    /// More themes than anybody inherits.
    #[error("inherits more than {0} themes")]
    TooDeep(usize),
    /// Roles that are given nowhere.
    #[error("lacks {0}: begin with inherits = \"dark\" to have from there what it does not say")]
    Missing(String),
}
