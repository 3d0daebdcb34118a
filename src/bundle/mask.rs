//! Goes over what is to be shown and replaces what may not stay.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::class::{CONFIG, Class, class};
use super::names::Names;
use super::words::{is_grammar, is_known, is_number};

/// What stands for what a person wrote.
const DROPPED: &str = "(dropped)";

/// What stands for words that may not stay.
const GAP: &str = "…";

/// Rows of one list that are kept: of a fleet most of what there is, of what only repeats itself
/// enough to see how.
const MOST: usize = 300;
const FEW: usize = 30;

/// Calls whose lists repeat themselves.
const LONG: [&str; 4] = ["/snapshots", "/rrd", "/rrddata", "/tasks"];

/// Makes texts and documents fit to be shown, all with the same pseudonyms.
#[derive(Debug)]
pub struct Mask {
    names: Names,
    left_out: usize,
}

impl Default for Mask {
    fn default() -> Self {
        Self { names: Names::new(), left_out: 0 }
    }
}

impl Mask {
    /// Learns a name before it is met, so that it is known again wherever it stands.
    pub fn learn(&mut self, kind: &'static str, name: &str) {
        if is_telling(name) {
            self.names.of(kind, name);
        }
    }

    /// Learns the names of an answer to a call, a row of the table of calls. All answers are
    /// learned before the first is replaced: a name may stand within a text before it is told.
    pub fn learn_from(&mut self, call: &str, value: &Value) {
        self.learn_under(call, "", value);
    }

    fn learn_under(&mut self, call: &str, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| self.learn_under(call, key, value));
            }
            Value::Array(rows) => rows.iter().for_each(|row| self.learn_under(call, key, row)),
            Value::String(text) => match class(call, key) {
                Class::Name(kind) => self.learn(kind, text),
                Class::Names(kind) => pieces(text).for_each(|name| self.learn(kind, name)),
                Class::User => {
                    let kinds = ["user", "realm", "token"];
                    let parts = text.split(['@', '!']).zip(kinds);
                    parts.for_each(|(part, kind)| self.learn(kind, part));
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// A document with everything replaced that may not stay.
    pub fn document(&mut self, call: &str, value: &Value) -> Value {
        self.under(call, "", value)
    }

    /// A configuration of vigie, its sources learned before.
    pub fn config(&mut self, value: &Value) -> Value {
        self.document(CONFIG, value)
    }

    fn under(&mut self, call: &str, key: &str, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let mut out = Map::new();
                for (key, value) in fields {
                    let value = if is_known(key) || key.starts_with('/') {
                        self.under(call, key, value)
                    } else {
                        self.unknown(value)
                    };
                    out.insert(self.key(key), value);
                }
                Value::Object(out)
            }
            Value::Array(rows) => Value::Array(
                self.kept(call, rows).iter().map(|row| self.under(call, key, row)).collect(),
            ),
            Value::String(text) => Value::String(self.text(class(call, key), text)),
            plain => plain.clone(),
        }
    }

    /// What stands under a key that nobody knows: numbers and shape.
    fn unknown(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let each = fields.iter().map(|(key, value)| (self.key(key), self.unknown(value)));
                Value::Object(each.collect())
            }
            Value::Array(rows) => {
                Value::Array(self.kept("", rows).iter().map(|row| self.unknown(row)).collect())
            }
            Value::String(_) => Value::String(DROPPED.to_owned()),
            plain => plain.clone(),
        }
    }

    fn kept<'a>(&mut self, call: &str, rows: &'a [Value]) -> &'a [Value] {
        let most = if LONG.iter().any(|end| call.ends_with(end)) { FEW } else { MOST };
        self.left_out = self.left_out.saturating_add(rows.len().saturating_sub(most));
        rows.get(..most).unwrap_or(rows)
    }

    /// How many rows of lists were left out since this was asked last.
    pub fn left_out(&mut self) -> usize {
        std::mem::take(&mut self.left_out)
    }

    fn key(&mut self, key: &str) -> String {
        if key.starts_with('/') {
            return self.compound(key, false);
        }
        if is_known(key) { key.to_owned() } else { self.names.of("key", key) }
    }

    fn text(&mut self, class: Class, text: &str) -> String {
        match class {
            Class::Drop if text.is_empty() => String::new(),
            Class::Drop => DROPPED.to_owned(),
            Class::Name(kind) => self.name(kind, text),
            Class::Names(kind) => {
                let mut out = String::new();
                for piece in text.split_inclusive(|c: char| is_between(c)) {
                    let name = piece.trim_end_matches(is_between);
                    out.push_str(&self.name(kind, name));
                    out.extend(piece.chars().last().filter(|c| is_between(*c)));
                }
                out
            }
            Class::First => {
                let (first, rest) = text.split_once(',').unwrap_or((text, ""));
                let dropped = if rest.is_empty() { "" } else { ",message=…" };
                format!("{}{dropped}", self.prose(first))
            }
            Class::User | Class::Compound => self.compound(text, false),
            Class::Version => self.compound(text, true),
            Class::Word if is_of_words(text) => text.to_owned(),
            Class::Prose if is_plain_number(text) => text.to_owned(),
            Class::Word | Class::Prose => self.prose(text),
        }
    }

    fn name(&mut self, kind: &'static str, text: &str) -> String {
        if is_telling(text) { self.names.of(kind, text) } else { text.to_owned() }
    }

    /// A path of a call as it was sent: what the row has a `*` for is replaced.
    pub fn path(&mut self, row: &str, path: &str) -> String {
        let mut out = Vec::new();
        for (word, sent) in row.split('/').zip(path.split('/')) {
            if word == "*" {
                let pair = format!("x={}", sent.replace('+', "%2B"));
                let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
                let name = decoded.map_or_else(String::new, |(_, name)| name.into_owned());
                out.push(self.compound(&name, false));
            } else {
                out.push(word.to_owned());
            }
        }
        out.join("/")
    }

    /// A text of a grammar: its signs, numbers and known words stay, names are replaced.
    pub fn compound(&mut self, text: &str, is_version: bool) -> String {
        if let Some(fields) = text.strip_prefix("UPID:") {
            return self.upid(fields);
        }
        let mut out = String::new();
        for piece in split(text) {
            match piece {
                Piece::Sign(sign) => out.push(sign),
                Piece::Bytes(bytes) => out.push_str(&self.names.bytes(bytes)),
                Piece::Address(address) => out.push_str(&self.names.address(address)),
                Piece::Word(word, next) => out.push_str(&self.word(word, next, is_version)),
            }
        }
        out
    }

    fn upid(&mut self, fields: &str) -> String {
        let is_hex = |field: &&str| {
            field.len() >= 8 && field.len() <= 16 && field.chars().all(|c| c.is_ascii_hexdigit())
        };
        let mut out = "UPID".to_owned();
        for (at, field) in fields.split(':').enumerate() {
            out.push(':');
            if (1..5).contains(&at) && is_hex(&field) {
                out.push_str(field);
            } else if field.contains("\\x") {
                let masked = self.compound(&unescaped(field), false);
                out.push_str(&masked.replace('-', "\\x2d").replace(':', "\\x3a"));
            } else {
                out.push_str(&self.compound(field, false));
            }
        }
        out
    }

    fn word(&mut self, word: &str, next: Option<char>, is_version: bool) -> String {
        if is_grammar(word) || (next == Some('=') && is_known(word)) {
            return word.to_owned();
        }
        if let Some(known) = self.names.get(word) {
            return known.to_owned();
        }
        if is_version && word.len() <= 24 && is_a_version(word) {
            return word.to_owned();
        }
        if is_known(word) || is_number(word) {
            return word.to_owned();
        }
        // `vm-101-disk-0`, `drive-scsi0.img.fidx`
        let mut parts = word.split(['-', '_', '.']).filter(|part| !part.is_empty());
        if parts.all(|part| self.names.get(part).is_none() && (is_known(part) || is_number(part))) {
            return word.to_owned();
        }
        self.names.of("name", word)
    }

    /// A sentence: known words stay, and names that were met before as their pseudonyms.
    pub fn prose(&mut self, text: &str) -> String {
        // What follows is what a person wrote, be it of words that are known.
        const MESSAGE: &str = "maintenance mode: ";
        if let Some((before, _)) = text.split_once(MESSAGE) {
            return format!("{}{MESSAGE}{GAP}", self.spoken_words(before));
        }
        self.spoken_words(text)
    }

    fn spoken_words(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut last = String::new();
        for piece in split(text) {
            let told = match piece {
                Piece::Sign(sign) => {
                    if " :,;()/-='\"".contains(sign) {
                        out.push(sign);
                    }
                    continue;
                }
                Piece::Bytes(bytes) => Some(self.names.bytes(bytes)),
                Piece::Address(address) => Some(self.names.address(address)),
                Piece::Word(word, _) => self.spoken(word, &last),
            };
            match told {
                Some(told) => out.push_str(&told),
                // One gap for all that is missing in a row.
                None if out
                    .trim_end_matches([' ', '-', '\'', '"', '/', '(', ')', ':', ','])
                    .ends_with(GAP) => {}
                None => out.push_str(GAP),
            }
            last.clear();
            if let Piece::Word(word, _) = piece {
                word.clone_into(&mut last);
            }
        }
        if !text.ends_with(' ') {
            out.truncate(out.trim_end().len());
        }
        out
    }

    fn spoken(&self, word: &str, last: &str) -> Option<String> {
        if let Some(known) = self.names.get(word)
            && !is_grammar(word)
        {
            return Some(known.to_owned());
        }
        let is_small = word.len() <= 9 && word.chars().all(|c| c.is_ascii_digit());
        let is_counted = ["vm", "ct", "error", "code", "http", "status", "warnings", "errors"]
            .contains(&&*last.to_lowercase());
        (is_known(word) || (is_small && is_counted)).then(|| word.to_owned())
    }
}

/// Whether a name says anything: a number is kept, and so is a word of Proxmox's own grammar.
fn is_telling(name: &str) -> bool {
    let is_number = name.len() <= 9 && name.chars().all(|c| c.is_ascii_digit());
    !(name.is_empty() || is_grammar(name) || is_number)
}

/// The id of a PBS's task as it was before `:` and `-` were escaped for it.
fn unescaped(field: &str) -> String {
    field.replace("\\x2d", "-").replace("\\x3a", ":").replace("\\x40", "@").replace("\\x21", "!")
}

fn is_plain_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 15 && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_of_words(text: &str) -> bool {
    text.len() <= 60 && text.split(',').all(|word| is_known(word) && !word.is_empty())
}

fn is_between(c: char) -> bool {
    matches!(c, ';' | ',' | ' ' | '/')
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_between).filter(|name| !name.is_empty())
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece<'a> {
    /// One sign of ASCII that is neither letter nor digit. Any other is left out.
    Sign(char),
    /// Six or thirty-two bytes with colons.
    Bytes(&'a str),
    /// An address of the Internet.
    Address(IpAddr),
    /// A word, and the sign behind it.
    Word(&'a str, Option<char>),
}

fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !first.is_alphanumeric() && first != ':' {
            if first.is_ascii_graphic() || first == ' ' {
                pieces.push(Piece::Sign(first));
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let run = run_of(rest, |c| c.is_ascii_hexdigit() || c == ':' || c == '.');
        if let Some((piece, length)) = of_colons(run, rest) {
            pieces.push(piece);
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        if first == ':' {
            pieces.push(Piece::Sign(':'));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let word = run_of(rest, is_inner).trim_end_matches(['-', '.']);
        rest = rest.get(word.len()..).unwrap_or_default();
        pieces.push(match word.parse::<IpAddr>() {
            Ok(address) => Piece::Address(address),
            Err(_) => Piece::Word(word, rest.chars().next()),
        });
    }
    pieces
}

fn run_of(text: &str, is_in: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !is_in(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// `9.1.7`, `6.18.44-fc-v669`: begins with a number, and is of numbers and of
/// letters too few to be a name.
fn is_a_version(word: &str) -> bool {
    let is_short = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() <= 3 && letters.bytes().all(|b| b.is_ascii_lowercase())
    };
    let mut parts = word.split(['.', '-']);
    word.contains('.')
        && parts.next().is_some_and(|first| !first.is_empty() && is_number(first))
        && parts.all(|part| is_number(part) || is_known(part) || is_short(part))
}

/// A MAC, a fingerprint or an address of the sixth version at the beginning of a text, and its
/// length.
fn of_colons<'a>(run: &'a str, text: &str) -> Option<(Piece<'a>, usize)> {
    if run.matches(':').count() < 2 {
        return None;
    }
    let run = if run.ends_with("::") { run } else { run.trim_end_matches([':', '.']) };
    let after = text.get(run.len()..).and_then(|rest| rest.chars().next());
    if after.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let mut bytes = run.split(':');
    let count = bytes.clone().count();
    if matches!(count, 6 | 20 | 32) && bytes.all(|byte| byte.len() == 2) {
        return Some((Piece::Bytes(run), run.len()));
    }
    let address = run.parse::<IpAddr>().ok()?;
    Some((Piece::Address(address), run.len()))
}
