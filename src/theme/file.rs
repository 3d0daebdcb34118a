//! The file of a theme: TOML with a palette, roles and inheritance.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::depth::Shade;
use super::{Look, Role};

/// How deep themes may inherit from each other.
const DEEPEST: usize = 8;

/// Why a theme cannot be used.
#[derive(Debug, Error)]
pub enum ThemeError {
    /// The text is no TOML, or has a key that means nothing.
    #[error("theme {theme}: {error}")]
    Toml {
        /// Which theme.
        theme: String,
        /// What the reader says, with line and column.
        error: Box<toml::de::Error>,
    },
    /// It inherits a theme that does not exist.
    #[error("theme {theme} inherits {inherited}, which does not exist")]
    NoParent {
        /// Which theme.
        theme: String,
        /// The one that is missing.
        inherited: String,
    },
    /// Themes inherit from each other in a circle, or too deep.
    #[error("theme {0} inherits itself")]
    Circle(String),
    /// A role that there is not.
    #[error("there is no role {0}")]
    NoRole(String),
    /// A colour that neither the palette knows nor can be read.
    #[error("role {role}: no colour {colour}")]
    NoColour {
        /// Of which role.
        role: String,
        /// The text.
        colour: String,
    },
    /// A role that the theme and what it inherits leave out.
    #[error("role {0} is not given")]
    Missing(&'static str),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    inherits: Option<String>,
    palette: BTreeMap<String, Colour>,
    roles: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Colour {
    Text(String),
    Both { rgb: String, ansi: u8 },
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reversed: bool,
}

/// Reads a theme and those that it inherits; one look per role, in the order of [`Role::ALL`].
pub(super) fn read(
    name: &str,
    text: &str,
    find: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Look>, ThemeError> {
    let mut chain = vec![parse(name, text)?];
    while let Some(inherited) = chain.last().and_then(|file| file.inherits.clone()) {
        if chain.len() > DEEPEST {
            return Err(ThemeError::Circle(inherited));
        }
        let Some(text) = find(&inherited) else {
            return Err(ThemeError::NoParent { theme: name.to_owned(), inherited });
        };
        chain.push(parse(&inherited, &text)?);
    }
    let mut palette = BTreeMap::new();
    let mut roles = BTreeMap::new();
    for file in chain.into_iter().rev() {
        palette.extend(file.palette);
        roles.extend(file.roles);
    }
    if let Some(unknown) = roles.keys().find(|k| !Role::ALL.iter().any(|r| r.as_str() == **k)) {
        return Err(ThemeError::NoRole(unknown.clone()));
    }
    Role::ALL
        .iter()
        .map(|role| match roles.get(role.as_str()) {
            Some(entry) => look(*role, entry, &palette),
            None => Err(ThemeError::Missing(role.as_str())),
        })
        .collect()
}

fn parse(theme: &str, text: &str) -> Result<File, ThemeError> {
    toml::from_str(text)
        .map_err(|error| ThemeError::Toml { theme: theme.to_owned(), error: Box::new(error) })
}

fn look(role: Role, entry: &Entry, palette: &BTreeMap<String, Colour>) -> Result<Look, ThemeError> {
    let shade = |name: &Option<String>| {
        name.as_deref()
            .map(|name| {
                resolve(name, palette).map_err(|colour| ThemeError::NoColour {
                    role: role.as_str().to_owned(),
                    colour,
                })
            })
            .transpose()
    };
    Ok(Look {
        fg: shade(&entry.fg)?,
        bg: shade(&entry.bg)?,
        bold: entry.bold,
        dim: entry.dim,
        italic: entry.italic,
        underline: entry.underline,
        reversed: entry.reversed,
    })
}

fn resolve(name: &str, palette: &BTreeMap<String, Colour>) -> Result<Shade, String> {
    match palette.get(name) {
        Some(Colour::Text(text)) => Shade::parse(text).ok_or_else(|| text.clone()),
        Some(Colour::Both { rgb, ansi }) => match Shade::parse(rgb) {
            Some(Shade::Rgb(r, g, b, _)) if *ansi < 16 => Ok(Shade::Rgb(r, g, b, Some(*ansi))),
            _ => Err(rgb.clone()),
        },
        None => Shade::parse(name).ok_or_else(|| name.to_owned()),
    }
}
