//! The file of one theme: TOML with a palette, roles, and the name of the theme that it inherits.
//! It is walked by hand, so that every mistake is found, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Role;
use super::depth::{Full, Shade, Sixteen};
use super::meant::{COLOUR, ENTRY, Known, ROLES, TOP, also, meant, spelled};
use super::mistake::What;
use crate::fleet::text;
use crate::mistake::{Lines, Meant, Position, Quoted, nearest};

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct File {
    /// The theme that gives what this one does not say, and where it is named.
    pub(super) inherits: Option<(String, Position)>,
    /// The colours; none for one that is wrong, which is noted already.
    pub(super) palette: BTreeMap<String, Option<Shade>>,
    /// The roles.
    pub(super) roles: BTreeMap<Role, Entry>,
    /// Whether the file may say more than could be read.
    pub(super) is_torn: bool,
    /// What is wrong with it.
    pub(super) mistakes: Vec<(Position, What)>,
}

/// A role as it is written: colours by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) fg: Option<Named>,
    pub(super) bg: Option<Named>,
    pub(super) bold: bool,
    pub(super) dim: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) reversed: bool,
}

/// A colour by name, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) at: Position,
}

impl File {
    /// Reads the text of a theme.
    pub(super) fn read(text: &str) -> Self {
        let (root, syntax) = DeTable::parse_recoverable(text);
        let mut walk = Walk { lines: Lines::of(text), file: Self::default() };
        walk.root(root.get_ref());
        let places: Vec<Position> =
            syntax.iter().map(|e| walk.lines.position(e.span().map_or(0, |s| s.start))).collect();
        let mut file = walk.file;
        if let Some(first) = places.iter().min().copied() {
            // Behind its first complaint the file may have been misread.
            file.is_torn = true;
            file.mistakes.retain(|(at, _)| at.line < first.line);
            // One slip makes the parser complain several times in one line.
            let mut lines = std::collections::BTreeSet::new();
            for (error, at) in syntax.iter().zip(places) {
                if lines.insert(at.line) {
                    let said = text::cleaned(error.message());
                    file.mistakes.push((at, What::Syntax(said.to_string())));
                }
            }
        }
        file.mistakes.sort_by_key(|(at, _)| *at);
        file
    }
}

type Value<'i> = Spanned<DeValue<'i>>;

struct Walk<'t> {
    lines: Lines<'t>,
    file: File,
}

impl Walk<'_> {
    fn at(&self, span: &Range<usize>) -> Position {
        self.lines.position(span.start)
    }

    fn wrong(&mut self, span: &Range<usize>, what: What) {
        let at = self.at(span);
        self.file.mistakes.push((at, what));
    }

    fn mistyped(&mut self, key: &str, wanted: &'static str, value: &Value<'_>) {
        let found = type_name(value.get_ref());
        self.wrong(&value.span(), What::WrongType { key: Quoted::new(key), wanted, found });
    }

    /// The same, of what says more than can be read.
    fn torn(&mut self, key: &str, wanted: &'static str, value: &Value<'_>) {
        self.file.is_torn = true;
        self.mistyped(key, wanted, value);
    }

    fn root(&mut self, root: &DeTable<'_>) {
        for (key, value) in root {
            let name: &str = key.get_ref();
            match name {
                "inherits" => match text_of(value) {
                    Some(parent) => {
                        self.file.inherits = Some((parent.to_owned(), self.at(&value.span())));
                    }
                    None => self.torn(name, "the name of a theme", value),
                },
                "palette" => match value.get_ref().as_table() {
                    Some(table) => self.palette(table),
                    None => self.torn(name, "a section, [palette]", value),
                },
                "roles" => match value.get_ref().as_table() {
                    Some(table) => self.roles(table),
                    None => self.torn(name, "a section, [roles]", value),
                },
                _ => {
                    let meant = if let Some(role) = role(name) {
                        Meant::Elsewhere(role.as_str(), "[roles]")
                    } else {
                        meant(name, TOP)
                    };
                    // What it says would have to be known to say what is missing.
                    self.file.is_torn |= matches!(meant, Meant::Word(_));
                    let key = Quoted::new(name);
                    let section = "the top of the file";
                    self.wrong(&key_span(root, name), What::UnknownKey { section, key, meant });
                }
            }
        }
    }

    fn palette(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name: &str = key.get_ref();
            let shade = match value.get_ref() {
                DeValue::String(text) => self.shade(text, &value.span()),
                DeValue::Table(table) => self.colour(name, &value.span(), table),
                _ => {
                    self.mistyped(name, "a colour", value);
                    None
                }
            };
            self.file.palette.insert(name.to_owned(), shade);
        }
    }

    /// A colour of the palette, in a word.
    fn shade(&mut self, text: &str, span: &Range<usize>) -> Option<Shade> {
        let shade = Shade::parse(text);
        if shade.is_none() {
            let meant = spelled(text).map_or(Meant::Nothing, Meant::Word);
            self.wrong(span, What::NoColour { colour: Quoted::new(text), meant });
        }
        shade
    }

    /// `{ rgb = "#rrggbb", indexed = 203, ansi = 9 }`
    fn colour(&mut self, name: &str, span: &Range<usize>, table: &DeTable<'_>) -> Option<Shade> {
        let before = self.file.mistakes.len();
        self.unknown(table, COLOUR, "a colour of [palette]");
        let rgb = match table.get("rgb") {
            None => {
                // An unknown key that means it is no second mistake.
                if self.file.mistakes.len() == before {
                    self.wrong(span, What::NoRgb(Quoted::new(name)));
                }
                None
            }
            Some(value) => {
                let shade = text_of(value).map(|text| self.shade(text, &value.span()));
                match shade {
                    Some(Some(Shade::Full(Full { rgb, .. }))) => Some(rgb),
                    // No colour: that is told.
                    Some(None) => None,
                    _ => {
                        self.mistyped("rgb", "a colour, \"#rrggbb\"", value);
                        None
                    }
                }
            }
        };
        let indexed = table.get("indexed").and_then(|value| self.number("indexed", 255, value));
        let ansi = table.get("ansi").and_then(|value| match text_of(value) {
            Some("default") => Some(Sixteen::Default),
            _ => self.number("ansi", 15, value).map(Sixteen::Number),
        });
        rgb.map(|rgb| Shade::Full(Full { rgb, indexed, ansi }))
    }

    fn number(&mut self, key: &'static str, most: u8, value: &Value<'_>) -> Option<u8> {
        let number = value.get_ref().as_integer().and_then(|number| {
            u8::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| *n <= most)
        });
        if number.is_none() {
            self.wrong(&value.span(), What::Number { key, most });
        }
        number
    }

    fn roles(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name: &str = key.get_ref();
            let Some(role) = role(name) else {
                let known = Role::ALL.iter().map(|role| role.as_str());
                let meant = match also(name, ROLES).or_else(|| nearest(name, known)) {
                    Some(word) => Meant::Word(word.to_owned()),
                    None => Meant::OneOf(Role::ALL.iter().map(|r| r.as_str().to_owned()).collect()),
                };
                self.wrong(&key.span(), What::NoRole { role: Quoted::new(name), meant });
                continue;
            };
            let Some(table) = value.get_ref().as_table() else {
                self.mistyped(name, "{ fg = \"…\", bold = true }", value);
                // It is given, though not well.
                self.file.roles.insert(role, Entry::default());
                continue;
            };
            self.unknown(table, ENTRY, "a role");
            let fg = self.named(table, "fg");
            let bg = self.named(table, "bg");
            let mut flag = |key| self.flag(table, key);
            let entry = Entry {
                fg,
                bg,
                bold: flag("bold"),
                dim: flag("dim"),
                italic: flag("italic"),
                underline: flag("underline"),
                reversed: flag("reversed"),
            };
            self.file.roles.insert(role, entry);
        }
    }

    fn named(&mut self, table: &DeTable<'_>, key: &str) -> Option<Named> {
        let value = table.get(key)?;
        let Some(name) = text_of(value) else {
            self.mistyped(key, "a colour, in quotes", value);
            return None;
        };
        Some(Named { name: name.to_owned(), at: self.at(&value.span()) })
    }

    fn flag(&mut self, table: &DeTable<'_>, key: &str) -> bool {
        match table.get(key).map(|value| (value, value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(flag))) => *flag,
            Some((value, _)) => {
                self.mistyped(key, "true or false", value);
                false
            }
        }
    }

    /// Notes every key of a section that is not known.
    fn unknown(&mut self, table: &DeTable<'_>, known: &'static [Known], section: &'static str) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !known.iter().any(|(word, _)| *word == name) {
                let meant = meant(name, known);
                let key_is = Quoted::new(name);
                self.wrong(&key.span(), What::UnknownKey { section, key: key_is, meant });
            }
        }
    }
}

fn key_span(table: &DeTable<'_>, name: &str) -> Range<usize> {
    table.get_key_value(name).map_or(0..0, |(key, _)| key.span())
}

fn text_of<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.get_ref().as_str()
}

fn role(name: &str) -> Option<Role> {
    Role::ALL.iter().find(|role| role.as_str() == name).copied()
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}
