//! Mistakes of themes.

use std::fmt::Write as _;

use super::phrase::{meant, phrase, quoted};
use crate::fleet::text::clean;
use crate::mistake::Position;
use crate::theme::{Mistake, ThemeErrors, What};

/// One line each.
pub(super) fn mistakes(errors: &ThemeErrors) -> String {
    let line = |Mistake { file, at, what }: &Mistake| {
        let mut line = String::new();
        if !file.is_empty() {
            let _ = write!(line, "{}:", clean(file));
            if let Some(Position { line: at, column }) = at {
                let _ = write!(line, "{at}:{column}:");
            }
            line.push(' ');
        }
        line + &what_is(what)
    };
    errors.0.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The sentence of one.
pub(super) fn what_is(what: &What) -> String {
    match what {
        What::NoTheme { theme, meant: near } => {
            format!("il n’y a pas de thème {}{}", quoted(theme), meant(near))
        }
        What::Unreadable(why) => format!("illisible : {}", phrase(why)),
        What::TooLarge(most) => format!("dépasse {most} Kio : ce n’est pas un thème de vigie"),
        What::NotUtf8 => "le fichier n’est pas en UTF-8".to_owned(),
        What::Syntax(said) => format!("TOML invalide : {said}"),
        What::UnknownKey { section, key, meant: near } => {
            format!("clé inconnue {} dans {}{}", quoted(key), phrase(section), meant(near))
        }
        What::NoRole { role, meant: near } => {
            format!("il n’y a pas de rôle {}{}", quoted(role), meant(near))
        }
        What::WrongType { key, wanted, found } => {
            let (wanted, found) = (phrase(wanted), phrase(found));
            format!("{} doit être {wanted}, et ceci est {found}", quoted(key))
        }
        What::NoColour { colour, meant: near } => format!(
            "{} n’est pas une couleur : un nom de [palette], \"#rrggbb\", de \"ansi:0\" à \"ansi:15\" \
             ou \"default\"{}",
            quoted(colour),
            meant(near)
        ),
        What::NoRgb(colour) => format!(
            "la couleur {} n’a pas de `rgb`, la couleur elle-même : {{ rgb = \"#rrggbb\", ansi = 9 }}",
            quoted(colour)
        ),
        What::Number { key, most } => format!("`{key}` est un nombre de 0 à {most}"),
        What::Circle(names) => format!("hérite de lui-même : {names}"),
        What::TooDeep(most) => format!("hérite de plus de {most} thèmes"),
        What::Missing(roles) => format!(
            "sans {roles} : commencer par inherits = \"dark\" pour en recevoir ce qui n’est pas dit"
        ),
    }
}
