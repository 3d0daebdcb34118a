//! Themes: the meaning of a colour → how it looks. The only place that knows colours.

mod depth;
mod file;
mod glyphs;

use ratatui::style::Style;

pub use depth::{Depth, depth};
pub use file::ThemeError;
pub use glyphs::{GlyphSet, Glyphs, glyphs};

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
    styles: Vec<Style>,
}

/// Colours and modifiers of one role, as a theme writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Look {
    fg: Option<Shade>,
    bg: Option<Shade>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reversed: bool,
}

/// Themes that come with the program: name and text.
pub const EMBEDDED: &[(&str, &str)] = &[("dark", include_str!("../themes/dark.toml"))];

/// The text of a theme that comes with the program.
pub fn embedded(name: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

impl Theme {
    /// A theme that comes with the program; `dark` stands for one that does not exist.
    ///
    /// # Errors
    /// Where the text of an embedded theme has a mistake, which a test excludes.
    pub fn named(name: &str, depth: Depth) -> Result<Self, ThemeError> {
        let (name, text) = match embedded(name) {
            Some(text) => (name, text),
            None => ("dark", embedded("dark").unwrap_or_default()),
        };
        Self::parse(name, text, depth, &|inherited| embedded(inherited).map(str::to_owned))
    }

    /// Reads a theme. `find` gives the text of the theme that it inherits.
    ///
    /// # Errors
    /// TOML that cannot be read, an unknown key, role or colour, a theme that inherits itself or
    /// one that does not exist.
    pub fn parse(
        name: &str,
        text: &str,
        depth: Depth,
        find: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ThemeError> {
        let looks = file::read(name, text, find)?;
        let styles = looks.iter().map(|look| depth.style(*look)).collect();
        Ok(Self { name: name.to_owned(), depth, styles })
    }

    /// A theme without any colour: what always works.
    pub fn plain() -> Self {
        Self::named("dark", Depth::None).unwrap_or_else(|_| Self {
            name: String::new(),
            depth: Depth::None,
            styles: Vec::new(),
        })
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
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    #[test]
    fn every_embedded_theme_reads_at_every_depth() {
        for (name, _) in EMBEDDED {
            for depth in [Depth::Rgb, Depth::Indexed, Depth::Ansi, Depth::None] {
                let theme = Theme::named(name, depth).expect("reads");
                assert_eq!(theme.styles.len(), Role::ALL.len());
            }
        }
    }

    #[test]
    fn without_colour_there_is_none_and_the_selection_is_still_seen() {
        let theme = Theme::plain();
        for role in Role::ALL {
            let style = theme.style(*role);
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{role:?}");
            assert!(matches!(style.bg, None | Some(Color::Reset)), "{role:?}");
        }
        assert!(theme.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
        assert!(theme.style(Role::Critical).add_modifier.contains(Modifier::BOLD));
    }

    #[test]
    fn roles_that_must_be_told_apart_differ_at_sixteen_colours() {
        let theme = Theme::named("dark", Depth::Ansi).expect("reads");
        let loud = [Role::Text, Role::Muted, Role::Warning, Role::Unknown, Role::Critical];
        for (i, a) in loud.iter().enumerate() {
            for b in &loud[i + 1..] {
                assert_ne!(theme.style(*a).fg, theme.style(*b).fg, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_theme_inherits_and_overrides() {
        let text = "inherits = \"dark\"\n[palette]\nred = \"#00ff00\"\n";
        let find = |name: &str| embedded(name).map(str::to_owned);
        let theme = Theme::parse("mine", text, Depth::Rgb, &find).expect("reads");
        assert_eq!(theme.style(Role::Critical).fg, Some(Color::Rgb(0, 255, 0)));
        assert_eq!(theme.style(Role::Muted).fg, Some(Color::Rgb(0x8a, 0x8f, 0x98)));
    }

    #[test]
    fn mistakes_are_told_not_guessed() {
        let find = |name: &str| match name {
            "loop" => Some("inherits = \"loop\"".to_owned()),
            _ => None,
        };
        for (text, expected) in [
            ("colour = 1", "unknown field"),
            ("[roles]\nshouting = {}", "shouting"),
            ("[roles]\ntext = { fg = \"mauve\" }", "mauve"),
            ("[palette]\nred = \"#12\"\n[roles]\ntext = { fg = \"red\" }", "#12"),
            ("inherits = \"loop\"", "loop"),
            ("inherits = \"nowhere\"", "nowhere"),
            ("[roles]\ntext = {}", "muted"),
        ] {
            let error = Theme::parse("mine", text, Depth::Rgb, &find).expect_err(text);
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
    }
}
