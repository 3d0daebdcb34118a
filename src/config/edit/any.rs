//! Edits of any configuration: what was not edited stays as it was written, comments and all.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use super::{Edit, NewSource, spelled};
use crate::config::{self, Around, Config, SecretOrigin, Source, Trust, Written};
use crate::fleet::id::Product;

/// Chooses, the same for the same throws.
struct Dice<'a> {
    throws: std::slice::Iter<'a, u8>,
    /// How many comments were made: each is another.
    comments: usize,
}

impl Dice<'_> {
    fn of(&mut self, sides: u8) -> u8 {
        self.throws.next().map_or(0, |throw| throw % sides)
    }

    fn pick(&mut self, all: &[&str]) -> String {
        let at = self.of(u8::try_from(all.len()).unwrap());
        all[usize::from(at)].to_owned()
    }

    /// A comment of its own up to the end of the line, or none.
    fn comment(&mut self) -> String {
        if self.of(3) > 0 {
            return String::new();
        }
        self.comments += 1;
        let blanks = self.pick(&[" ", "", "\t  "]);
        format!("{blanks}#c{}, \"é\" = [", self.comments)
    }

    fn text(&mut self, text: &str) -> String {
        let quote = self.pick(&["\"", "'", "\"\"\"", "'''"]);
        format!("{quote}{text}{quote}")
    }

    /// One text or a list of them, in one of the ways lists are written.
    fn list(&mut self, texts: &[String]) -> String {
        if let ([text], 0) = (texts, self.of(3)) {
            return self.text(text);
        }
        if self.of(2) == 0 {
            let (open, comma) = (self.pick(&["[", "[ ", "[\t"]), self.pick(&[", ", ",", " , "]));
            let texts: Vec<String> = texts.iter().map(|text| self.text(text)).collect();
            let close = self.pick(&["]", ",]", " ]"]);
            return format!("{open}{}{close}", texts.join(&comma));
        }
        let indent = self.pick(&["", "  ", "\t", "    "]);
        let mut out = format!("[{}\n", self.comment());
        for (at, text) in texts.iter().enumerate() {
            if self.of(3) == 0 {
                let _ = writeln!(out, "{indent}{}", self.comment());
            }
            let _ = write!(out, "{indent}{}", self.text(text));
            if at + 1 < texts.len() || self.of(2) == 0 {
                if self.of(5) == 0 {
                    let _ = write!(out, "{}\n{indent}", self.comment());
                }
                out.push(',');
            }
            let _ = writeln!(out, "{}", self.comment());
        }
        if self.of(3) == 0 {
            let _ = writeln!(out, "{indent}{}", self.comment());
        }
        out + &indent + "]"
    }

    fn key(&mut self, out: &mut String, indent: &str, key: &str, value: &str) {
        while self.of(6) == 1 {
            let _ = writeln!(out, "{}", self.comment());
        }
        let key = if self.of(5) == 0 { format!("\"{key}\"") } else { key.to_owned() };
        let is = self.pick(&[" = ", "=", " =\t"]);
        let _ = writeln!(out, "{indent}{key}{is}{value}{}", self.comment());
    }

    fn head(&mut self, out: &mut String, indent: &str, head: &str) {
        let head = if self.of(5) == 0 { head.replace('.', " . ") } else { head.to_owned() };
        let _ = writeln!(out, "{indent}[[{head}]]{}", self.comment());
    }

    fn source(&mut self, out: &mut String, name: &str, product: Product) {
        let (kind, realm) = match product {
            Product::Pve => ("pve", "pve"),
            Product::Pbs => ("pbs", "pbs"),
        };
        let indent = self.pick(&["", "  ", "\t"]);
        self.head(out, &indent, &format!("site.{kind}"));
        let ends: Vec<String> =
            (0..=self.of(3)).map(|number| format!("https://{name}-{number}.example")).collect();
        let pins: Vec<String> = (0..self.of(4)).map(|number| spelled(&[number; 32])).collect();
        let mut keys = vec![
            ("name", self.text(name)),
            ("endpoints", self.list(&ends)),
            ("token", self.text(&format!("v@{realm}!x"))),
        ];
        keys.push(match self.of(3) {
            0 => ("secret-env", self.text("SECRET")),
            1 => ("secret-file", self.text("a.secret")),
            // Comments among the words of a command go with the command.
            _ => ("secret-command", format!("['pass',{}]", self.text(name))),
        });
        if !pins.is_empty() {
            keys.push(("fingerprint", self.list(&pins)));
        }
        if self.of(4) == 0 {
            keys.push(("ca-file", self.text("ca.pem")));
        }
        while !keys.is_empty() {
            let at = usize::from(self.of(u8::try_from(keys.len()).unwrap()));
            let (key, value) = keys.remove(at);
            self.key(out, &indent, key, &value);
        }
        while self.of(4) == 1 {
            let _ = writeln!(out, "{}", self.comment());
        }
    }
}

/// A configuration in one of the many ways to write it.
fn written(dice: &mut Dice<'_>) -> String {
    let mut out = String::new();
    while dice.of(3) == 1 {
        let _ = writeln!(out, "{}", dice.comment());
    }
    if dice.of(3) == 0 {
        dice.key(&mut out, "", "theme", "\"dark\"");
    }
    let ui_first = dice.of(3) == 1;
    let ui = |dice: &mut Dice<'_>, out: &mut String| {
        let _ = writeln!(out, "[ui]{}", dice.comment());
        dice.key(out, "", "mouse", "true");
    };
    if ui_first {
        ui(dice, &mut out);
    }
    for site in 0..=dice.of(3) {
        dice.head(&mut out, "", "site");
        let name = dice.text(&format!("s{site}"));
        dice.key(&mut out, "", "name", &name);
        for source in 0..=dice.of(3) {
            let product = if dice.of(2) == 0 { Product::Pve } else { Product::Pbs };
            dice.source(&mut out, &format!("s{site}-{source}"), product);
        }
    }
    if !ui_first && dice.of(3) == 0 {
        ui(dice, &mut out);
    }
    if dice.of(3) == 0 {
        let _ = writeln!(out, "{}", dice.comment());
    }
    if dice.of(4) == 0 {
        out = out.replace('\n', "\r\n");
    }
    if dice.of(4) == 1 {
        out.truncate(out.trim_end().len());
    }
    out
}

fn read(text: &str) -> Config {
    let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
    config::parse(text, Path::new("/c/config.toml"), &around)
        .unwrap_or_else(|wrong| panic!("{wrong}\n{text}"))
}

/// The sources of all sites, without what other sources leave on them: lines, and which variables a
/// command is not told.
fn sources(config: &Config) -> Vec<(String, Source)> {
    let sites = config.sites.iter();
    sites
        .flat_map(|site| site.sources.iter().map(|source| (site.facts.name.to_string(), source)))
        .map(|(site, source)| {
            let mut source = Source { written: Written::default(), ..source.clone() };
            if let SecretOrigin::Command(program) = &mut source.secret {
                program.untold = Arc::default();
            }
            (site, source)
        })
        .collect()
}

/// The comments, in their order.
fn comments(text: &str) -> Vec<&str> {
    let all = text.split('#').skip(1);
    all.map(|rest| rest.split(',').next().unwrap()).collect()
}

const PIN: [u8; 32] = [0xAB; 32];

fn new(name: &str) -> NewSource {
    NewSource {
        name: name.into(),
        product: Product::Pve,
        endpoints: vec!["https://new.example:8006".into(), "https://newer.example:8006".into()],
        token: "v@pve!new".into(),
        secret: SecretOrigin::Command(vec!["pass".into(), "it's \"new\"\\".into()].into()),
        ca_file: None,
        fingerprints: vec![PIN, [0xCD; 32]],
    }
}

/// What is done, and to which source.
#[derive(Clone, Copy, Debug)]
enum Change {
    AddSite,
    AddSource,
    AddEndpoint,
    Pin,
    PinInPlace,
    Credential,
}

const CHANGES: [Change; 6] = [
    Change::AddSite,
    Change::AddSource,
    Change::AddEndpoint,
    Change::Pin,
    Change::PinInPlace,
    Change::Credential,
];

fn origin(kind: u8) -> SecretOrigin {
    match kind {
        0 => SecretOrigin::Env("ANOTHER".into()),
        1 => SecretOrigin::File(PathBuf::from("/k/another.secret")),
        _ => SecretOrigin::Command(vec!["pass".into(), "another".into()].into()),
    }
}

fn edited(text: &str, change: Change, site: &str, source: &Source, kind: u8) -> Edit {
    let mut edit = Edit::parse(text.to_owned()).unwrap();
    let name = source.name.as_str();
    let first_pin = source.trust.fingerprints().first().copied();
    match change {
        Change::AddSite => edit.add_site("z").and_then(|()| edit.add_source("z", &new("z"))),
        Change::AddSource => edit.add_source(site, &new("z")),
        Change::AddEndpoint => edit.add_endpoint(name, "https://new.example"),
        Change::Pin => edit.pin(name, None, PIN),
        Change::PinInPlace => edit.pin(name, first_pin, PIN),
        Change::Credential => edit.set_credential(name, "v@pve!new", &origin(kind)),
    }
    .unwrap();
    edit
}

/// What the source is to be then.
fn wanted(mut source: Source, change: Change, kind: u8) -> Source {
    let endpoint = |url| config::Endpoint::parse(url, source.product).unwrap();
    match change {
        Change::AddSite | Change::AddSource => {}
        Change::AddEndpoint => {
            let new = endpoint("https://new.example");
            source.endpoints.push(new);
        }
        Change::Pin | Change::PinInPlace => {
            let mut pins = source.trust.fingerprints().to_vec();
            match pins.first_mut().filter(|_| matches!(change, Change::PinInPlace)) {
                Some(first) => *first = PIN,
                None => pins.push(PIN),
            }
            source.trust = match source.trust.ca_file() {
                Some(file) => Trust::Either(file.to_path_buf(), pins),
                None => Trust::Fingerprints(pins),
            };
        }
        Change::Credential => {
            source.token = config::TokenId::parse("v@pve!new").unwrap();
            source.secret = origin(kind);
        }
    }
    source
}

fn check(throws: &[u8], change: Change, which: usize, kind: u8) {
    let text = written(&mut Dice { throws: throws.iter(), comments: 0 });
    let before = sources(&read(&text));
    let (site, source) = &before[which % before.len()];
    let edit = edited(&text, change, site, source, kind);
    let after_text = edit.text();
    let after = sources(&read(&after_text));
    let told = format!("{change:?} of {}\n{text}\n---\n{after_text}", source.name);
    // Everybody is there, in order, and as before but for the one that was to be changed.
    let is_new = |source: &Source| source.name.as_str() == "z";
    let old: Vec<_> = after.iter().filter(|(_, source)| !is_new(source)).cloned().collect();
    let expected: Vec<_> = before
        .iter()
        .map(|(at, one)| {
            let is_it = one.name == source.name;
            let one = one.clone();
            (at.clone(), if is_it { wanted(one, change, kind) } else { one })
        })
        .collect();
    assert_eq!(old, expected, "{told}");
    if matches!(change, Change::AddSite | Change::AddSource) {
        let (at, added) = after.iter().find(|(_, source)| is_new(source)).expect("added");
        let wanted_at = if matches!(change, Change::AddSite) { "z" } else { site };
        assert_eq!(at, wanted_at, "{told}");
        assert_eq!(added.endpoints.len(), 2);
        assert_eq!(added.secret, new("z").secret, "{told}");
        assert_eq!(added.trust, Trust::Fingerprints(new("z").fingerprints));
    }
    assert_eq!(comments(&after_text), comments(&text), "{told}");
    // One way to end a line.
    let is_dos = text.contains("\r\n");
    let ends: BTreeSet<bool> = after_text
        .split_inclusive('\n')
        .filter(|l| l.ends_with('\n'))
        .map(|l| l.ends_with("\r\n"))
        .collect();
    assert!(ends.len() < 2 && !ends.contains(&!is_dos), "mixed line ends: {told:?}");
    // Lines that say something else stay as they are.
    let lines: Vec<&str> = after_text.lines().collect();
    for line in text.lines() {
        let is_of_it = ["endpoints", "fingerprint", "token", "secret", "\"", "'", "]", ","];
        let may_change = is_of_it.iter().any(|part| line.contains(part));
        assert!(may_change || lines.contains(&line), "{line:?} is gone: {told}");
    }
    // A second time changes nothing.
    let again = edited(&after_text, change, site, source, kind);
    assert_eq!(again.text(), after_text, "{told}");
    assert!(!again.is_changed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_not_edited_stays_as_it_was_written(
        throws in proptest::collection::vec(any::<u8>(), 0..300),
        change in proptest::sample::select(&CHANGES[..]),
        which in 0_usize..9,
        kind in 0_u8..3,
    ) {
        check(&throws, change, which, kind);
    }

    #[test]
    fn no_text_breaks_it(text in "(\\PC|[\\[\\]=.,\"'#\n\r {}sitepvename]|\\[\\[site\\]\\]\n|\\[\\[site.pve\\]\\]\n|name=\"a\"\n|endpoints=|fingerprint=|\\[\"a\",\\]\n){0,30}") {
        let Ok(mut edit) = Edit::parse(text.clone()) else { return Ok(()) };
        prop_assert_eq!(edit.text(), text.clone(), "nothing asked changes nothing");
        let _ = edit.add_site("z").and_then(|()| edit.add_source("z", &new("z")));
        let _ = edit.add_endpoint("a", "https://new.example");
        let _ = edit.pin("a", None, PIN);
        let _ = edit.set_credential("a", "v@pve!new", &origin(2));
        let after = edit.text();
        prop_assert!(Edit::parse(after.clone()).is_ok(), "no TOML any more: {:?}\n{:?}", text, after);
    }
}
