//! Which language, and why that one.

/// The languages there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

impl Tongue {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// Its code of two letters, by ISO 639.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// That of this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tongue| tongue.as_str() == code)
    }

    /// Chooses: what the command line names, else the configuration, else the locale that the
    /// environment tells of.
    pub fn choose(
        option: Option<Self>,
        configured: Option<Self>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        option.or(configured).unwrap_or_else(|| Self::of_locale(env))
    }

    /// The language of the locale: of the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set
    /// and not empty, as POSIX has it. What is no French is English.
    fn of_locale(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut told = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(env);
        let locale = told.find(|locale| !locale.is_empty()).unwrap_or_default();
        // `fr_CA.UTF-8@euro`: before territory, character set and modifier.
        let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") { Self::French } else { Self::English }
    }
}

#[cfg(test)]
mod tests {
    use super::Tongue;

    fn chosen(
        option: Option<&str>,
        configured: Option<&str>,
        vars: &[(&str, &str)],
    ) -> &'static str {
        let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let parsed = |code: Option<&str>| code.and_then(Tongue::parse);
        Tongue::choose(parsed(option), parsed(configured), &env).as_str()
    }

    #[test]
    fn the_nearest_word_wins_then_the_locale() {
        let french = ("LANG", "fr_FR.UTF-8");
        assert_eq!(chosen(Some("en"), Some("fr"), &[french]), "en");
        assert_eq!(chosen(None, Some("en"), &[french]), "en");
        assert_eq!(chosen(None, None, &[french]), "fr");
        assert_eq!(chosen(None, Some("fr"), &[]), "fr");
        assert_eq!(chosen(None, None, &[]), "en");
        assert_eq!(Tongue::parse("de"), None);
        assert_eq!(Tongue::parse("FR"), None);
    }

    #[test]
    fn the_first_variable_that_is_set_tells() {
        let of = |all: &str, messages: &str, lang: &str| {
            chosen(None, None, &[("LC_ALL", all), ("LC_MESSAGES", messages), ("LANG", lang)])
        };
        assert_eq!(of("fr_CA.UTF-8", "C", "C"), "fr");
        assert_eq!(of("C", "fr_FR.UTF-8", "fr_FR.UTF-8"), "en");
        assert_eq!(of("", "fr_FR", "en_GB.UTF-8"), "fr");
        assert_eq!(of("", "", "fr_BE@euro"), "fr");
    }

    #[test]
    fn what_begins_like_french_and_is_another_language_is_not_french() {
        for (locale, expected) in [
            ("fr", "fr"),
            ("FR", "fr"),
            ("fr.UTF-8", "fr"),
            ("fr-CH", "fr"),
            ("fry", "en"),
            ("frp_FR", "en"),
            ("C", "en"),
            ("C.UTF-8", "en"),
            ("POSIX", "en"),
            ("de_DE.UTF-8", "en"),
            ("", "en"),
        ] {
            assert_eq!(chosen(None, None, &[("LANG", locale)]), expected, "{locale}");
        }
    }
}
