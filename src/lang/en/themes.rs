//! The words of `vigie theme`.

use super::super::Themes;
use super::English;
use super::cut::several;
use crate::theme::{BuiltIn, Depth, Role, Why};

impl Themes for English {
    fn theme(&self, theme: BuiltIn) -> &'static str {
        match theme {
            BuiltIn::Dark => "calm, on the dark background of the terminal",
            BuiltIn::Light => "the same, on the light background of the terminal",
            BuiltIn::Contrast => "strong, on black; every kind of eye tells its colours apart",
            BuiltIn::Mono => "no colours: bold, underlined, reversed",
            BuiltIn::Gruvbox => "Gruvbox by Pavel Pertsev, dark",
            BuiltIn::GruvboxLight => "Gruvbox by Pavel Pertsev, light",
            BuiltIn::Catppuccin => "Catppuccin Mocha by the Catppuccin community, dark",
            BuiltIn::Nord => "Nord by Sven Greb, dark",
        }
    }

    fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Text => "plain text",
            Role::Muted => "what may be overlooked",
            Role::Title => "where one is",
            Role::Head => "heads of columns",
            Role::Accent => "what leads somewhere",
            Role::Key => "a key to press",
            Role::Selected => "the row under the cursor",
            Role::Cursor => "the mark beside it",
            Role::Ok => "known to be well",
            Role::Warning => "needs a look",
            Role::Unknown => "cannot be told",
            Role::Critical => "needs hands",
            Role::Meter => "the filled part of a meter",
            Role::Rest => "the empty part, a trend",
            Role::Rule => "thin lines",
            Role::Changed => "has just changed",
        }
    }

    fn depth(&self, depth: Depth) -> &'static str {
        match depth {
            Depth::None => "no colours",
            Depth::Ansi => "16 colours",
            Depth::Indexed => "256 colours",
            Depth::Rgb => "true colour",
        }
    }

    fn themes(&self, own: bool) -> &'static str {
        if own { "YOUR OWN" } else { "WITH VIGIE" }
    }

    fn theme_is_used(&self, name: &str, why: Why) -> String {
        let why = match why {
            Why::Option => "--theme says so",
            Why::Configuration => "the configuration says so",
            Why::NoColours => "nobody names another, and this terminal shows no colours",
            Why::Light => "nobody names another, and COLORFGBG says that this terminal is light",
            Why::Usual => "nobody names another",
        };
        format!("{name} is in use: {why}.")
    }

    fn theme_is_wrong(&self, mistakes: usize, file: &str) -> String {
        format!("{}: vigie theme check {file}", several(mistakes, "mistake"))
    }

    fn themes_are_at(&self, folders: &[String]) -> String {
        match folders {
            [] => "There is no place for your own: set HOME.".to_owned(),
            _ => format!("Your own are files NAME.toml in {}.", folders.join(" or ")),
        }
    }

    fn theme_is_good(&self, file: &str) -> String {
        format!("{file}: no mistake")
    }
}
