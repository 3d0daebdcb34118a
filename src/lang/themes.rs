//! Words for themes.

use crate::theme::{BuiltIn, Depth, Role, Why};

/// The words of `vigie theme`. Names of files come ready made.
pub trait Themes {
    /// What a theme is that comes with the program, in a line.
    fn theme(&self, theme: BuiltIn) -> &'static str;
    /// What a role means, in a few words.
    fn role(&self, role: Role) -> &'static str;
    /// How many colours a terminal has.
    fn depth(&self, depth: Depth) -> &'static str;
    /// The title of the themes that come with the program, and of those of the user.
    fn themes(&self, own: bool) -> &'static str;
    /// Why this theme is the one in use: `light is in use: the configuration says so`.
    fn theme_is_used(&self, name: &str, why: Why) -> String;
    /// It has mistakes, which a command tells.
    fn theme_is_wrong(&self, mistakes: usize, file: &str) -> String;
    /// Where the user's own themes are looked for.
    fn themes_are_at(&self, folders: &[String]) -> String;
    /// A file without a mistake.
    fn theme_is_good(&self, file: &str) -> String;
}
