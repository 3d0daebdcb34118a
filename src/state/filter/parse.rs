//! What is typed after `/`, taken apart.

use std::fmt;

use super::text::Text;

/// What a row can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The site.
    Site,
    /// The node, or a node it is about; `fi1` or, with its source, `fi/fi1`.
    Node,
    /// A tag of the guest.
    Tag,
    /// The pool of the guest.
    Pool,
    /// Its state, as its server calls it, and its verdict: `running`, `warning`.
    State,
    /// What kind of thing it is: `vm`, `zfspool`, `backup.late`.
    Kind,
    /// The guest it is about, by its number or its name.
    Guest,
    /// What a task came to: `ok`, `failed`, `warnings`, `running`, `unknown`.
    Result,
}

impl Field {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Site,
        Self::Node,
        Self::Tag,
        Self::Pool,
        Self::State,
        Self::Kind,
        Self::Guest,
        Self::Result,
    ];

    /// As it is typed, before a colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Node => "node",
            Self::Tag => "tag",
            Self::Pool => "pool",
            Self::State => "state",
            Self::Kind => "kind",
            Self::Guest => "guest",
            Self::Result => "result",
        }
    }

    /// The one of this name, whatever the case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether rows that fit are left out.
    pub unwanted: bool,
    /// Where it is looked for; none: everywhere.
    pub field: Option<Field>,
    /// Whether a field has to be this as a whole; else it begins with it.
    pub whole: bool,
    /// What is looked for, folded, never empty.
    pub value: Box<str>,
}

impl Term {
    /// Whether a row is what this term names.
    pub(super) fn fits(&self, text: &Text) -> bool {
        match self.field {
            None => text.holds(&self.value),
            Some(field) if self.whole => text.field(field).any(|value| value == &*self.value),
            Some(field) => text.field(field).any(|value| value.starts_with(&*self.value)),
        }
    }
}

/// As it is typed: it parses back.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unwanted {
            f.write_str("!")?;
        }
        if let Some(field) = self.field {
            write!(f, "{}:", field.name())?;
        }
        if self.whole {
            f.write_str("=")?;
        }
        write!(f, "\"{}\"", self.value)
    }
}

/// The same text whatever the case. By the character, so that a part of a text folds as the whole
/// does.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The terms of a text, and the first name before a colon that is no field.
pub(super) fn parse(text: &str) -> (Vec<Term>, Option<Box<str>>) {
    let (mut terms, mut unknown) = (Vec::new(), None);
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = word(rest);
        let (term, odd) = term(word);
        terms.extend(term);
        unknown = unknown.or(odd);
        rest = after.trim_start();
    }
    (terms, unknown)
}

/// The first word of a text, quotes and all, and what follows it. Blanks in quotes do not end it; a
/// quote that is still open holds all the rest.
fn word(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && c.is_whitespace()
    });
    text.split_at_checked(end.map_or(text.len(), |(at, _)| at)).unwrap_or((text, ""))
}

/// One word as a term; none where it says nothing yet.
fn term(word: &str) -> (Option<Term>, Option<Box<str>>) {
    let (unwanted, word) = match word.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let name = word.split_once(':').map(|(name, _)| name);
    let name = name.filter(|name| !name.is_empty() && name.chars().all(char::is_alphabetic));
    let field = name.and_then(Field::named);
    let unknown = name.filter(|_| field.is_none()).map(Into::into);
    let rest = match (field, word.split_once(':')) {
        (Some(_), Some((_, rest))) => rest,
        _ => word,
    };
    let (whole, rest) = match rest.strip_prefix('=') {
        Some(rest) if field.is_some() => (true, rest),
        _ => (false, rest),
    };
    let value: String = fold(rest).chars().filter(|c| *c != '"').collect();
    let value = value.into_boxed_str();
    ((!value.is_empty()).then_some(Term { unwanted, field, whole, value }), unknown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Field, Term, fold, parse};

    fn told(text: &str) -> String {
        let (terms, unknown) = parse(text);
        let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
        match unknown {
            Some(name) => format!("{} unknown {name}", terms.join(" ")),
            None => terms.join(" "),
        }
    }

    #[test]
    fn words_fields_and_quotes() {
        for (typed, meant) in [
            ("", ""),
            ("  ", ""),
            ("!", ""),
            ("tag:", ""),
            ("!tag:", ""),
            ("tag:=", ""),
            ("\"", ""),
            ("\"\"", ""),
            ("Web  mail", "\"web\" \"mail\""),
            ("!old", "!\"old\""),
            ("tag:Prod", "tag:\"prod\""),
            ("!TAG:prod", "!tag:\"prod\""),
            ("node:=fi1", "node:=\"fi1\""),
            ("\"two words\" x", "\"two words\" \"x\""),
            ("pool:\"my pool\"x y", "pool:\"my poolx\" \"y\""),
            ("!\"not this\"", "!\"not this\""),
            ("site:\"still open", "site:\"still open\""),
            // In quotes a colon is a colon.
            ("\"tag:x\"", "\"tag:x\""),
            (":x", "\":x\""),
            ("10:30", "\"10:30\""),
            ("a=b", "\"a=b\""),
            // No field of this name: looked for as it stands, and said.
            ("pbs:main", "\"pbs:main\" unknown pbs"),
            ("stat:run tags:x", "\"stat:run\" \"tags:x\" unknown stat"),
            ("!!x", "!\"!x\""),
        ] {
            assert_eq!(told(typed), meant, "{typed:?}");
        }
    }

    #[test]
    fn a_part_folds_as_the_whole_does() {
        assert_eq!(fold("ÉTÉ"), "été");
        // At the end of a word Greek has another small sigma: not so here.
        assert!(fold("ΟΔΟΣ ΜΟΥ").contains(&fold("ΟΔΟΣ")));
        assert!(fold("ΟΔΟΣΜΟΥ").contains(&fold("ΟΔΟΣ")));
    }

    fn any_term() -> impl Strategy<Value = Term> {
        let field = proptest::option::of(proptest::sample::select(&Field::ALL[..]));
        // What is typed: no control characters.
        (any::<bool>(), field, any::<bool>(), "[^\"\\p{Cc}]{1,9}").prop_map(
            |(unwanted, field, whole, value)| Term {
                unwanted,
                field,
                whole: whole && field.is_some(),
                value: fold(&value).into(),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_back(terms in proptest::collection::vec(any_term(), 0..6)) {
            let text: Vec<String> = terms.iter().map(ToString::to_string).collect();
            prop_assert_eq!(parse(&text.join(" ")), (terms, None));
        }

        #[test]
        fn any_text_is_taken_apart(text in any::<String>()) {
            let (terms, _) = parse(&text);
            for term in terms {
                prop_assert!(!term.value.is_empty() && !term.value.contains('"'));
                // Parsed again it is the same.
                prop_assert_eq!(parse(&term.to_string()).0, vec![term]);
            }
        }
    }
}
