//! The themes that come with the program.

/// A theme that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltIn {
    /// Calm, on a dark terminal.
    Dark,
    /// The same on a light one.
    Light,
    /// Strong colours that every kind of eye tells apart, on black.
    Contrast,
    /// No colours.
    Mono,
    /// Gruvbox, dark.
    Gruvbox,
    /// Gruvbox, light.
    GruvboxLight,
    /// Catppuccin Mocha.
    Catppuccin,
    /// Nord.
    Nord,
}

impl BuiltIn {
    /// All of them, in the order they are listed in.
    pub const ALL: [Self; 8] = [
        Self::Dark,
        Self::Light,
        Self::Contrast,
        Self::Mono,
        Self::Gruvbox,
        Self::GruvboxLight,
        Self::Catppuccin,
        Self::Nord,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
            Self::Mono => "mono",
            Self::Gruvbox => "gruvbox",
            Self::GruvboxLight => "gruvbox-light",
            Self::Catppuccin => "catppuccin",
            Self::Nord => "nord",
        }
    }

    /// Its file.
    pub fn text(self) -> &'static str {
        match self {
            Self::Dark => include_str!("../../themes/dark.toml"),
            Self::Light => include_str!("../../themes/light.toml"),
            Self::Contrast => include_str!("../../themes/contrast.toml"),
            Self::Mono => include_str!("../../themes/mono.toml"),
            Self::Gruvbox => include_str!("../../themes/gruvbox.toml"),
            Self::GruvboxLight => include_str!("../../themes/gruvbox-light.toml"),
            Self::Catppuccin => include_str!("../../themes/catppuccin.toml"),
            Self::Nord => include_str!("../../themes/nord.toml"),
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name)
    }
}
