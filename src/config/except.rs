//! Reads `[[except]]`: the subject's syntax, its source, the codes.

use std::sync::Arc;

use toml::de::DeValue;

use super::mistake::{Form, Meant, Quoted, What, nearest};
use super::walk::{Table, Walk, Written};
use crate::fleet::code::Code;
use crate::fleet::id::Product;
use crate::fleet::policy::Except;
use crate::fleet::text;

/// The names of the configured sources, for subjects.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Name and product.
    pub(super) sources: Vec<(Arc<str>, Product)>,
    /// Whether some source's name could not be made out: then none can be said unknown.
    pub(super) blind: bool,
}

impl Known {
    /// Whether `text` can mean something at `source` (`*` stands for any characters): there is one
    /// of that name, and of the product where only one has such things.
    pub(super) fn check(
        &self,
        text: &str,
        source: &str,
        product: Option<Product>,
    ) -> Result<(), What> {
        let meant: Vec<_> = self.sources.iter().filter(|(name, _)| glob(source, name)).collect();
        let Some((_, found)) = meant.first() else {
            if self.blind {
                return Ok(());
            }
            let near = nearest(source, self.sources.iter().map(|(name, _)| &**name));
            let meant = match near {
                Some(name) => Meant::Word(name.to_owned()),
                None if self.sources.is_empty() || self.sources.len() > 8 => Meant::Nothing,
                None => {
                    Meant::OneOf(self.sources.iter().map(|(name, _)| name.to_string()).collect())
                }
            };
            return Err(What::UnknownSource { name: Quoted::new(source), meant });
        };
        let has = |found: Product| product.is_none_or(|wanted| wanted == found);
        if meant.iter().any(|(_, found)| has(*found)) || self.blind {
            return Ok(());
        }
        let is = match found {
            Product::Pve => "PVE",
            Product::Pbs => "PBS",
        };
        Err(What::WrongProduct { subject: Quoted::new(text), name: Quoted::new(source), is })
    }
}

pub(super) fn read(
    walk: &mut Walk<'_>,
    table: &Table<'_, '_>,
    known: &Known,
) -> Option<(Except, Written)> {
    let subject = table.required(walk, "subject").and_then(|(text, span)| {
        let text = text.trim();
        let result = check_subject(text, known);
        walk.note(&span, result).map(|()| Arc::from(text))
    });
    table.missing(walk, "codes");
    let mut codes: Vec<Arc<str>> = Vec::new();
    for (text, span) in table.texts(walk, "codes").unwrap_or_default() {
        let text = text.trim();
        if Code::ALL.iter().any(|code| code.matches(text)) {
            codes.push(Arc::from(text));
        } else {
            walk.wrong(&span, unknown_code(text));
        }
    }
    let reason = table.required(walk, "reason").map(|(reason, _)| text::cleaned(reason.trim()));
    let until = until(walk, table);
    let except = Except { subject: subject?, codes, reason: reason?, until: until? };
    Some((except, table.written(walk)))
}

/// The outer none is a mistake.
#[expect(clippy::option_option, reason = "absent is no mistake")]
fn until(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Option<Option<jiff::civil::Date>> {
    let Some(value) = table.get("until") else { return Some(None) };
    if let DeValue::Datetime(stamp) = value.get_ref()
        && let (Some(date), None, None) = (stamp.date, stamp.time, stamp.offset)
        && let (Ok(year), Ok(month), Ok(day)) =
            (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day))
        && let Ok(date) = jiff::civil::Date::new(year, month, day)
    {
        return Some(Some(date));
    }
    walk.wrong(&value.span(), What::Until);
    None
}

fn unknown_code(text: &str) -> What {
    let code = Quoted::new(text);
    let mut families: Vec<&str> = Code::ALL.iter().map(|code| code.family()).collect();
    families.dedup();
    let word = match text.strip_suffix(".*") {
        Some(family) => nearest(family, families).map(|family| format!("{family}.*")),
        None if families.contains(&text) => Some(format!("{text}.*")),
        None => {
            let whole = nearest(text, Code::ALL.iter().map(|code| code.as_str()));
            // `uncovered` alone, where only one family has it.
            let mut tails = Code::ALL
                .iter()
                .map(|code| code.as_str())
                .filter(|known| known.split_once('.').is_some_and(|(_, tail)| tail == text));
            let tail = tails.next().filter(|_| tails.next().is_none());
            whole.or(tail).map(str::to_owned)
        }
    };
    What::UnknownCode { code, meant: word.map_or(Meant::Nothing, Meant::Word) }
}

/// A kind of subject: its first word, its form, and the product that has it.
struct Kind {
    word: &'static str,
    form: &'static str,
    product: Option<Product>,
}

const KINDS: &[Kind] = &[
    Kind { word: "source", form: "source/SOURCE", product: None },
    Kind { word: "cluster", form: "cluster/SOURCE", product: Some(Product::Pve) },
    Kind { word: "node", form: "node/SOURCE/NODE", product: None },
    Kind { word: "guest", form: "guest/SOURCE/VMID", product: Some(Product::Pve) },
    Kind { word: "backup-job", form: "backup-job/SOURCE/ID", product: Some(Product::Pve) },
    Kind {
        word: "group",
        form: "group/SOURCE/STORE[/NAMESPACE]/vm|ct/ID",
        product: Some(Product::Pbs),
    },
    Kind { word: "job", form: "job/SOURCE/ID", product: Some(Product::Pve) },
    Kind {
        word: "storage",
        form: "storage/SOURCE/NAME or storage/SOURCE/NODE/NAME",
        product: Some(Product::Pve),
    },
    Kind { word: "datastore", form: "datastore/SOURCE/STORE", product: Some(Product::Pbs) },
];

/// Whether `pattern` means `name`; `*` stands for any characters, none too.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

fn check_subject(text: &str, known: &Known) -> Result<(), What> {
    let wrong = |form| What::Subject { subject: Quoted::new(text), form };
    if text == "viewer" {
        return Ok(());
    }
    let segments: Vec<&str> = text.split('/').collect();
    let word = segments.first().copied().unwrap_or_default();
    let Some(kind) = KINDS.iter().find(|kind| kind.word == word) else {
        let near = nearest(word, KINDS.iter().map(|kind| kind.word));
        let near = KINDS.iter().find(|kind| Some(kind.word) == near);
        let words = || KINDS.iter().map(|kind| kind.word).collect();
        let form = near.map_or_else(|| Form::BeginsWith(words()), |kind| Form::Near(kind.form));
        return Err(wrong(form));
    };
    let form = || wrong(Form::Is(kind.form));
    if segments.iter().any(|segment| segment.trim().is_empty()) {
        return Err(form());
    }
    let fits = match (kind.word, segments.as_slice()) {
        ("source" | "cluster", [_, _])
        | ("node" | "backup-job" | "job" | "datastore", [_, _, _])
        | ("storage", [_, _, _] | [_, _, _, _]) => true,
        ("guest", [_, _, vmid]) => vmid.chars().all(|c| c.is_ascii_digit() || c == '*'),
        ("group", [_, _, _, .., kind, _]) => glob(kind, "vm") || glob(kind, "ct"),
        _ => false,
    };
    if !fits {
        return Err(form());
    }
    let source = segments.get(1).copied().unwrap_or_default();
    known.check(text, source, kind.product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let sources = vec![("fi".into(), Product::Pve), ("pbs".into(), Product::Pbs)];
        Known { sources, blind: false }
    }

    #[test]
    fn subjects_of_every_kind_are_taken() {
        for good in [
            "viewer",
            "source/fi",
            "source/*",
            "cluster/fi",
            "node/pbs/localhost",
            "guest/fi/105",
            "guest/f*/1*",
            "backup-job/fi/backup-1a2b",
            "group/pbs/main/vm/100",
            "group/pbs/main/a/b/ct/*",
            "group/pbs/main/*/100",
            "job/fi/105-0",
            "storage/fi/local",
            "storage/fi/fi1/local",
            "datastore/pbs/main",
        ] {
            assert_eq!(check_subject(good, &known()), Ok(()), "{good}");
        }
    }

    #[test]
    fn other_subjects_say_what_is_wrong() {
        let table = [
            (
                "fi",
                "\"fi\" is no subject: it begins with one of source, cluster, node, guest, backup-job, group, job, storage, datastore",
            ),
            ("gest/fi/1", "\"gest/fi/1\" is no subject: did you mean guest/SOURCE/VMID?"),
            ("guest/fi", "\"guest/fi\" is no subject: the form is guest/SOURCE/VMID"),
            ("guest/fi/web", "\"guest/fi/web\" is no subject: the form is guest/SOURCE/VMID"),
            ("guest//5", "\"guest//5\" is no subject: the form is guest/SOURCE/VMID"),
            ("source/fi/x", "\"source/fi/x\" is no subject: the form is source/SOURCE"),
            (
                "group/pbs/main/host/x",
                "\"group/pbs/main/host/x\" is no subject: the form is group/SOURCE/STORE[/NAMESPACE]/vm|ct/ID",
            ),
            ("guest/fj/5", "no source \"fj\"; did you mean `fi`?"),
            ("guest/x*/5", "no source \"x*\"; known are fi, pbs"),
            ("guest/pbs/5", "\"guest/pbs/5\": source \"pbs\" is a PBS, it has no such subject"),
            (
                "datastore/fi/main",
                "\"datastore/fi/main\": source \"fi\" is a PVE, it has no such subject",
            ),
        ];
        for (subject, sentence) in table {
            let what = check_subject(subject, &known()).unwrap_err();
            assert_eq!(what.to_string(), sentence);
        }
    }

    #[test]
    fn codes_near_and_far() {
        for (code, sentence) in [
            (
                "backup.uncoverd",
                "unknown code \"backup.uncoverd\"; did you mean `backup.uncovered`?",
            ),
            ("bakup.*", "unknown code \"bakup.*\"; did you mean `backup.*`?"),
            ("backup", "unknown code \"backup\"; did you mean `backup.*`?"),
            ("orphan", "unknown code \"orphan\"; did you mean `backup.orphan`?"),
            ("late", "unknown code \"late\""),
            ("*", "unknown code \"*\""),
        ] {
            assert_eq!(unknown_code(code).to_string(), sentence);
        }
    }

    #[test]
    fn globs_judged_by_hand() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*a", "a", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, name), expected, "{pattern} {name}");
        }
    }
}
