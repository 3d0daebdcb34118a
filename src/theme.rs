//! Themes: the meaning of a colour → how it looks. The only place that knows colours.

mod built_in;
mod chain;
mod choice;
mod depth;
mod file;
mod glyphs;
mod meant;
mod mistake;
#[cfg(test)]
mod tests;

use std::fmt;

use ratatui::style::Style;

pub use built_in::BuiltIn;
pub use chain::{Shelf, Source};
pub use choice::{Choice, Why, choose};
pub use depth::{Depth, depth};
pub use glyphs::{GlyphSet, Glyphs, glyphs};
pub use mistake::{Mistake, ThemeErrors, What};

use self::chain::Origin;
use self::depth::Shade;

macro_rules! roles {
    ($($variant:ident = $name:literal, $doc:literal;)*) => {
        /// The meaning of a colour.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $(#[doc = $doc] $variant,)*
        }

        impl Role {
            /// Every role there is, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name in a theme.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

roles! {
    Text = "text", "Plain text.";
    Muted = "muted", "What may be overlooked: old values, units, what does not apply.";
    Title = "title", "Where one is.";
    Head = "head", "Heads of columns and of sections.";
    Accent = "accent", "What leads somewhere, or is active.";
    Key = "key", "A key that can be pressed.";
    Selected = "selected", "The row under the cursor.";
    Cursor = "cursor", "The mark beside that row.";
    Ok = "ok", "Known to be well: quiet.";
    Warning = "warning", "Needs a look.";
    Unknown = "unknown", "Cannot be told.";
    Critical = "critical", "Needs hands.";
    Meter = "meter", "The filled part of a meter, a trend.";
    Rest = "rest", "The empty part of a meter.";
    Rule = "rule", "Thin lines.";
    Changed = "changed", "A value that has just changed.";
}

/// A theme made ready for one terminal.
#[derive(Clone, Debug)]
pub struct Theme {
    name: String,
    depth: Depth,
    looks: Vec<Look>,
    styles: Vec<Style>,
}

/// Colours and modifiers of one role, as a theme writes them. Displays as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    fg: Option<Shade>,
    bg: Option<Shade>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reversed: bool,
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colours = [("fg", self.fg), ("bg", self.bg)];
        let colours = colours.into_iter().filter_map(|(key, shade)| Some((key, shade?)));
        let mut said: Vec<String> =
            colours.map(|(key, shade)| format!("{key} = \"{shade}\"")).collect();
        for (key, flag) in [
            ("bold", self.bold),
            ("dim", self.dim),
            ("italic", self.italic),
            ("underline", self.underline),
            ("reversed", self.reversed),
        ] {
            if flag {
                said.push(format!("{key} = true"));
            }
        }
        match said.as_slice() {
            [] => f.write_str("{}"),
            _ => write!(f, "{{ {} }}", said.join(", ")),
        }
    }
}

impl Theme {
    /// The theme of a name: one of the shelf, else one that comes with the program.
    ///
    /// # Errors
    /// There is none, or it has mistakes: all of them.
    pub fn load(name: &str, depth: Depth, shelf: &dyn Shelf) -> Result<Self, ThemeErrors> {
        Ok(Self::of(name, depth, chain::find(name, shelf)?))
    }

    /// A theme that comes with the program.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn named(name: &str, depth: Depth) -> Result<Self, ThemeErrors> {
        Self::load(name, depth, &())
    }

    /// The theme of a file.
    ///
    /// # Errors
    /// Every mistake of it, and of those that it inherits.
    pub fn read(
        name: &str,
        source: &Source,
        depth: Depth,
        shelf: &dyn Shelf,
    ) -> Result<Self, ThemeErrors> {
        Ok(Self::of(name, depth, chain::read(name, source, Origin::Shelf, shelf)?))
    }

    fn of(name: &str, depth: Depth, looks: Vec<Look>) -> Self {
        let page = looks.get(Role::Text as usize).and_then(|look| look.bg);
        let styles = looks.iter().map(|look| depth.style(*look, page)).collect();
        Self { name: name.to_owned(), depth, looks, styles }
    }

    /// A theme without any colour: what always works.
    pub fn plain() -> Self {
        Self::named(BuiltIn::Mono.as_str(), Depth::None)
            .unwrap_or_else(|_| Self::of("", Depth::None, Vec::new()))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The colours it was made for.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// A look without its own text colour: laid behind what keeps its colour.
    pub fn behind(style: Style) -> Style {
        Style { fg: None, ..style }
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// How a role is written.
    pub fn look(&self, role: Role) -> Look {
        self.looks.get(role as usize).copied().unwrap_or_default()
    }
}
