//! Which theme, and why that one.

use super::BuiltIn;
use super::depth::{Depth, depth};

/// A theme that was chosen, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name; there may be no such theme.
    pub name: String,
    /// Why this one.
    pub why: Why,
}

/// Why a theme was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The command line names it.
    Option,
    /// The configuration does.
    Configuration,
    /// Nobody names one, and the terminal shows no colours.
    NoColours,
    /// Nobody names one, and the terminal is light.
    Light,
    /// Nobody names one, and nothing is known of the terminal, or that it is dark.
    Usual,
}

/// Chooses: what the command line names, else the configuration, else what suits the terminal that
/// the environment tells of.
pub fn choose(
    option: Option<&str>,
    configured: Option<&str>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Choice {
    let named = option.map(|name| (name, Why::Option));
    let named = named.or_else(|| configured.map(|name| (name, Why::Configuration)));
    let (name, why) = named.unwrap_or_else(|| {
        let (theme, why) = if depth(env) == Depth::None {
            (BuiltIn::Mono, Why::NoColours)
        } else if is_light(env) {
            (BuiltIn::Light, Why::Light)
        } else {
            (BuiltIn::Dark, Why::Usual)
        };
        (theme.as_str(), why)
    });
    Choice { name: name.to_owned(), why }
}

/// Whether the terminal tells that its background is light: by `COLORFGBG`, which rxvt, Konsole and
/// others set to the numbers of foreground and background, such as `0;15` or `0;default;15`.
///
/// The terminal itself is not asked (OSC 11): many never answer, and the first frame would have to
/// wait for it. Asked later, its answer would come in among the keys, and crossterm, which knows no
/// such sequence, would hand it on as Alt-], `1`, `1`, `;`, `r`, `g`, `b`…, of which some do things.
fn is_light(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let told = env("COLORFGBG").unwrap_or_default();
    let background = told.rsplit(';').next().and_then(|number| number.trim().parse::<u8>().ok());
    // White, and all that is bright; as Vim reads it.
    told.contains(';') && background.is_some_and(|number| matches!(number, 7 | 9..=15))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(option: Option<&str>, configured: Option<&str>, vars: &[(&str, &str)]) -> String {
        let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let Choice { name, why } = choose(option, configured, &env);
        format!("{name} {why:?}")
    }

    #[test]
    fn the_nearest_word_wins_then_the_terminal() {
        let light = ("COLORFGBG", "0;15");
        assert_eq!(chosen(Some("a"), Some("b"), &[light]), "a Option");
        assert_eq!(chosen(None, Some("b"), &[light]), "b Configuration");
        assert_eq!(chosen(None, None, &[light]), "light Light");
        assert_eq!(chosen(None, None, &[light, ("NO_COLOR", "1")]), "mono NoColours");
        assert_eq!(chosen(None, Some("b"), &[("TERM", "dumb")]), "b Configuration");
        assert_eq!(chosen(None, None, &[]), "dark Usual");
    }

    #[test]
    fn the_background_is_the_last_number() {
        for (told, expected) in [
            ("15;0", "dark"),
            ("0;15", "light"),
            ("0;7", "light"),
            ("0;default;15", "light"),
            ("15;default;0", "dark"),
            ("7;8", "dark"),
            ("0;11", "light"),
            ("0;default", "dark"),
            ("0;255", "dark"),
            ("15", "dark"),
            (";", "dark"),
            ("", "dark"),
            ("0;-1", "dark"),
        ] {
            let name = chosen(None, None, &[("COLORFGBG", told)]);
            assert!(name.starts_with(expected), "{told}: {name}");
        }
    }
}
