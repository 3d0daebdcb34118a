//! Walks the parsed file by hand, so that every mistake is found, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Meant, Mistake, Position, Quoted, What, nearest};
use super::schema::{self, Key, Section};
use crate::mistake::Lines;

/// What surrounds the file: nothing else of the world is looked at.
pub struct Around<'a> {
    /// The environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// The viewer's time zone, for sites that name none.
    pub timezone: jiff::tz::TimeZone,
}

/// Where in the file a value was written: key to line. A key that is absent has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written(BTreeMap<&'static str, usize>);

impl Written {
    /// Keys with their lines.
    pub(super) fn of(lines: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        Self(lines.into_iter().collect())
    }

    /// The line of a key; none where the default holds.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.0.get(key).copied()
    }
}

pub(super) type Value<'i> = Spanned<DeValue<'i>>;
pub(super) type Span = Range<usize>;

/// The walk over one file: collects mistakes.
pub(super) struct Walk<'a> {
    lines: Lines<'a>,
    folder: PathBuf,
    pub(super) around: &'a Around<'a>,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str, path: &Path, around: &'a Around<'a>) -> Self {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self { lines: Lines::of(text), folder, around, mistakes: Vec::new() }
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        self.lines.position(offset)
    }

    pub(super) fn line(&self, span: &Span) -> usize {
        self.position(span.start).line
    }

    pub(super) fn wrong(&mut self, span: &Span, what: What) {
        let at = Some(self.position(span.start));
        self.mistakes.push(Mistake { at, what });
    }

    /// The value, or none and the mistake noted.
    pub(super) fn note<T>(&mut self, span: &Span, result: Result<T, What>) -> Option<T> {
        result.map_err(|what| self.wrong(span, what)).ok()
    }

    /// A path of the file: `~` expanded, relative to the file's folder.
    pub(super) fn path(&self, text: &str) -> Result<PathBuf, What> {
        let Some(rest) = text.strip_prefix('~') else {
            // By its components: `./` goes.
            return Ok(self.folder.join(text).components().collect());
        };
        let home = (self.around.env)("HOME").filter(|home| !home.is_empty());
        match (home, rest.strip_prefix('/')) {
            (Some(home), Some(rest)) => Ok(Path::new(&home).join(rest)),
            _ => Err(What::Home(Quoted::new(text))),
        }
    }
}

/// Type of a value, for people.
pub(super) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// One section of the file, its keys checked.
pub(super) struct Table<'t, 'i> {
    entries: &'t DeTable<'i>,
    pub(super) section: &'static Section,
    pub(super) span: Span,
    /// Whether a secret stood in it.
    pub(super) held_secret: bool,
    /// Known keys that unknown ones probably meant: their absence is no second mistake.
    guessed: Vec<String>,
}

impl<'t, 'i> Table<'t, 'i> {
    /// Takes `value` as a section; unknown keys are noted.
    pub(super) fn open(
        walk: &mut Walk<'_>,
        value: &'t Value<'i>,
        section: &'static Section,
    ) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            walk.wrong(&value.span(), What::Header(section.header));
            return None;
        };
        Some(Self::over(walk, table, value.span(), section))
    }

    /// The whole file as a section.
    pub(super) fn over(
        walk: &mut Walk<'_>,
        table: &'t DeTable<'i>,
        span: Span,
        section: &'static Section,
    ) -> Self {
        let mut held_secret = false;
        let mut guessed = Vec::new();
        for (key, _) in table {
            let name: &str = key.get_ref();
            if section.key(name).is_none() {
                let what = unknown(section, name);
                held_secret |= matches!(what, What::SecretInFile(_));
                if let What::UnknownKey { meant: Meant::Word(word), .. } = &what {
                    guessed.push(word.clone());
                }
                walk.wrong(&key.span(), what);
            }
        }
        Self { entries: table, section, span, held_secret, guessed }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'t Value<'i>> {
        self.entries.get(key)
    }

    /// Whether the key is there, or an unknown one that probably means it.
    pub(super) fn attempts(&self, key: &str) -> bool {
        self.get(key).is_some() || self.guessed.iter().any(|word| word == key)
    }

    /// Where each known key was written.
    pub(super) fn written(&self, walk: &Walk<'_>) -> Written {
        let lines = self.entries.iter().filter_map(|(key, _)| {
            let known: &Key = self.section.key(key.get_ref())?;
            Some((known.name, walk.line(&key.span())))
        });
        Written(lines.collect())
    }

    /// Notes that a key is missing, where it is.
    pub(super) fn missing(&self, walk: &mut Walk<'_>, key: &'static str) {
        if self.attempts(key) {
            return;
        }
        let meaning = self.section.key(key).map_or("", |key| key.meaning);
        walk.wrong(&self.span, What::MissingKey { section: self.section.header, key, meaning });
    }

    /// A text that is not empty; none where the key is absent or wrong.
    pub(super) fn text(&self, walk: &mut Walk<'_>, key: &'static str) -> Option<(&'t str, Span)> {
        self.get(key).and_then(|value| as_text(walk, key, value, "a text"))
    }

    /// The same, and its absence is a mistake.
    pub(super) fn required(
        &self,
        walk: &mut Walk<'_>,
        key: &'static str,
    ) -> Option<(&'t str, Span)> {
        self.missing(walk, key);
        self.text(walk, key)
    }

    /// A text or a list of texts; none where the key is absent, the good ones where some are
    /// wrong.
    pub(super) fn texts(
        &self,
        walk: &mut Walk<'_>,
        key: &'static str,
    ) -> Option<Vec<(&'t str, Span)>> {
        const WANTED: &str = "a text or a list of texts";
        let value = self.get(key)?;
        let Some(list) = value.get_ref().as_array() else {
            return Some(as_text(walk, key, value, WANTED).into_iter().collect());
        };
        if list.is_empty() {
            walk.wrong(&value.span(), What::Empty(key));
        }
        Some(list.iter().filter_map(|item| as_text(walk, key, item, WANTED)).collect())
    }

    /// True or false; none where the key is absent or wrong.
    pub(super) fn flag(&self, walk: &mut Walk<'_>, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            let (wanted, found) = ("true or false", type_name(value.get_ref()));
            walk.wrong(&value.span(), What::WrongType { key, wanted, found });
        }
        flag
    }

    /// The sections of a `[[list]]`; none wrong where the key is absent.
    pub(super) fn sections(
        &self,
        walk: &mut Walk<'_>,
        key: &str,
        section: &'static Section,
    ) -> Vec<Table<'t, 'i>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            walk.wrong(&value.span(), What::Header(section.header));
            // Its content is looked at all the same: other mistakes may stand in it.
            return value.get_ref().as_table().map_or_else(Vec::new, |table| {
                vec![Table::over(walk, table, value.span(), section)]
            });
        };
        list.iter().filter_map(|item| Table::open(walk, item, section)).collect()
    }
}

pub(super) fn as_text<'t>(
    walk: &mut Walk<'_>,
    key: &'static str,
    value: &'t Value<'_>,
    wanted: &'static str,
) -> Option<(&'t str, Span)> {
    match value.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => {
            walk.wrong(&value.span(), What::Empty(key));
            None
        }
        DeValue::String(text) => Some((text, value.span())),
        other => {
            walk.wrong(&value.span(), What::WrongType { key, wanted, found: type_name(other) });
            None
        }
    }
}

/// Keys under which people would write a secret.
const SECRET_WORDS: &[&str] = &[
    "secret",
    "password",
    "passwd",
    "pass",
    "passphrase",
    "token-secret",
    "token-value",
    "secret-value",
    "api-token",
    "apitoken",
    "api-key",
    "apikey",
    "key",
];

fn unknown(section: &'static Section, name: &str) -> What {
    let plain = name.to_lowercase().replace('_', "-");
    let key = Quoted::new(name);
    if SECRET_WORDS.contains(&plain.as_str()) {
        return What::SecretInFile(key);
    }
    let also = section.keys.iter().find(|known| known.also.contains(&plain.as_str()));
    let near = || nearest(name, section.keys.iter().map(|known| known.name));
    let meant = if let Some(known) = also {
        Meant::Word(known.name.to_owned())
    } else if let Some(home) = schema::ALL.iter().find(|other| other.key(&plain).is_some())
        && section.key(&plain).is_none()
        && let Some(known) = home.key(&plain)
    {
        Meant::Elsewhere(known.name, home.header)
    } else if let Some(known) = near() {
        Meant::Word(known.to_owned())
    } else {
        Meant::Nothing
    };
    What::UnknownKey { section: section.header, key, meant }
}
