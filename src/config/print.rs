//! `vigie config`: the effective configuration as TOML, each value with its origin. No secret is
//! in it (the configuration never holds one), and it reads back as the same configuration.

use std::fmt::Write as _;
use std::path::Path;

use super::Config;
use super::check::Checked;
use super::policy;
use super::schema::{self, Section};
use super::secret::{Program, SecretOrigin};
use super::site::{Site, Source};
use super::value::{write_duration, write_fingerprint, write_window};
use super::walk::Written;
use crate::fleet::id::Product;
use crate::fleet::objective::ObjectiveRule;
use crate::fleet::policy::{Except, Policy, Window};
use crate::keymap::{Action, FIXED};
use crate::lang::{Lang, Remark, Tongue};
use crate::theme::{Choice, Why};

/// The configuration as TOML with comments that say where each value comes from: a place in the
/// file, or vigie's default; and how each secret stands. `theme` is the one that was chosen.
pub fn print(checked: Checked<'_>, theme: &Choice, lang: &dyn Lang) -> String {
    let Checked(config) = checked;
    let file = config.path.as_deref().and_then(Path::file_name).map_or_else(
        || lang.remark(Remark::BuiltIn),
        |name| crate::fleet::text::clean(&name.to_string_lossy()).into_owned(),
    );
    let mut page = Page { out: String::new(), file, lang };
    if let Some(path) = &config.path {
        let path = path.display().to_string();
        page.comment("", Remark::ReadFrom(&crate::fleet::text::clean(&path)));
    }
    match &config.drill_log {
        Some(path) => {
            let line = config.written.line("drill-log");
            page.pair("", "drill-log", &quote(&path.to_string_lossy()), line, Remark::Default);
        }
        None => page.none("", "drill-log", Remark::NoHome),
    }
    page.theme(theme, config.written.line("theme"));
    page.tongue(config.lang, config.written.line("lang"));
    for site in &config.sites {
        page.site(site);
    }
    page.policy(&schema::POLICY, &config.policy, &config.policy_written, true, "");
    let mut written = config.objectives_written.iter();
    for rule in config.policy.objectives.iter() {
        page.objective(rule, written.next());
    }
    let mut written = config.excepts_written.iter();
    for except in &config.excepts {
        page.except(except, written.next());
    }
    page.header("", &schema::UI);
    let mouse = config.mouse.to_string();
    page.pair("", "mouse", &mouse, config.ui_written.line("mouse"), Remark::Default);
    page.keys(config);
    page.out
}

struct Page<'l> {
    out: String,
    file: String,
    lang: &'l dyn Lang,
}

impl Page<'_> {
    fn line(&mut self, indent: &str, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{indent}{text}");
    }

    fn header(&mut self, indent: &str, section: &Section) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(indent, section.header);
    }

    fn pair(
        &mut self,
        indent: &str,
        key: &str,
        value: &str,
        line: Option<usize>,
        default: Remark<'_>,
    ) {
        let origin = match line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.lang.remark(default),
        };
        self.note(indent, &format!("{key} = {value}"), &origin);
    }

    /// A line of its own that is said.
    fn comment(&mut self, indent: &str, remark: Remark<'_>) {
        let said = self.lang.remark(remark);
        self.line(indent, &format!("# {said}"));
    }

    /// That there is none: as a comment, for there is no word for none in the file.
    fn none(&mut self, indent: &str, key: &str, why: Remark<'_>) {
        let (none, why) = (self.lang.remark(Remark::None(key)), self.lang.remark(why));
        self.note(indent, &format!("# {none}"), &why);
    }

    /// A line and what is said of it, in a column of its own.
    fn note(&mut self, indent: &str, text: &str, origin: &str) {
        self.line(indent, &format!("{text:<50}  # {origin}"));
    }

    fn theme(&mut self, Choice { name, why }: &Choice, line: Option<usize>) {
        let name = quote(name);
        let default = match why {
            Why::Option => return self.note("", &format!("theme = {name}"), "--theme"),
            Why::Configuration => return self.pair("", "theme", &name, line, Remark::Default),
            Why::NoColours => Remark::NoColours,
            Why::Light => Remark::Light,
            Why::Usual => Remark::Default,
        };
        // As a comment: on another terminal it is another one.
        self.pair("", "# theme", &name, None, default);
    }

    /// The language that the file names, or else the one that is spoken.
    fn tongue(&mut self, written: Option<Tongue>, line: Option<usize>) {
        if let Some(tongue) = written {
            self.pair("", "lang", &quote(tongue.as_str()), line, Remark::Default);
        } else {
            let spoken = quote(self.lang.tongue().as_str());
            self.pair("", "# lang", &spoken, None, Remark::Locale);
        }
    }

    fn keys(&mut self, config: &Config) {
        self.out.push('\n');
        self.line("", "[keys]");
        for action in Action::all() {
            let chords = config.keys.chords(action);
            let own = chords.iter().filter(|chord| **chord != FIXED);
            let keys = list(own.map(ToString::to_string));
            if let Some(line) = config.keys_written.line(action.name()) {
                self.pair("", action.name(), &keys, Some(line), Remark::Default);
                continue;
            }
            // As a comment: written out, these would hold wherever the action does, while the
            // table has others here and there.
            let default = self.lang.remark(Remark::Default);
            self.note("", &format!("# {} = {keys}", action.name()), &default);
        }
    }

    fn site(&mut self, site: &Site) {
        self.header("", &schema::SITE);
        let line = |key| site.written.line(key);
        self.pair("", "name", &quote(site.facts.name.as_str()), line("name"), Remark::Default);
        for (key, words) in [
            ("where", &site.facts.place),
            ("contact", &site.facts.contact),
            ("keys", &site.facts.keys),
        ] {
            if let Some(words) = words {
                self.pair("", key, &quote(words), line(key), Remark::Default);
            }
        }
        let zone = site.facts.timezone.iana_name();
        match (line("timezone"), zone) {
            (Some(at), Some(zone)) => {
                self.pair("", "timezone", &quote(zone), Some(at), Remark::Default);
            }
            // As a comment: on another machine the viewer's time zone is another.
            (_, zone) => {
                let unnamed = self.lang.remark(Remark::SystemZone);
                let zone = quote(zone.unwrap_or(&unnamed));
                self.pair("", "# timezone", &zone, None, Remark::OfViewer);
            }
        }
        self.windows("", &site.planned_off, line("planned-off"));
        for source in &site.sources {
            self.source(source);
        }
        let mut keys = schema::SITE_POLICY.keys.iter();
        if keys.any(|key| site.policy_written.line(key.name).is_some()) {
            let (policy, written) = (&site.facts.policy, &site.policy_written);
            self.policy(&schema::SITE_POLICY, policy, written, false, "  ");
        }
    }

    fn windows(&mut self, indent: &str, windows: &[Window], line: Option<usize>) {
        if !windows.is_empty() {
            let value = list(windows.iter().map(|&window| write_window(window)));
            self.pair(indent, "planned-off", &value, line, Remark::Default);
        }
    }

    fn source(&mut self, source: &Source) {
        let indent = "  ";
        self.header(
            indent,
            match source.product {
                Product::Pve => &schema::PVE,
                Product::Pbs => &schema::PBS,
            },
        );
        let line = |key| source.written.line(key);
        let name = quote(source.name.as_str());
        self.pair(indent, "name", &name, line("name"), Remark::OfSite);
        let endpoints = list(source.endpoints.iter().map(|endpoint| endpoint.url.clone()));
        self.pair(indent, "endpoints", &endpoints, line("endpoints"), Remark::Default);
        self.pair(indent, "token", &quote(source.token.as_str()), line("token"), Remark::Default);
        let (value, standing) = match &source.secret {
            SecretOrigin::File(path) => {
                let path = path.to_string_lossy();
                (quote(&path), self.lang.remark(Remark::SecretFile(&path)))
            }
            SecretOrigin::Env(name) => {
                (quote(name), self.lang.remark(Remark::SecretVariable(name)))
            }
            SecretOrigin::Command(Program { argv, .. }) => {
                let program = argv.first().map_or("", String::as_str);
                (list(argv.iter().cloned()), self.lang.remark(Remark::SecretCommand(program)))
            }
        };
        let key = source.secret.key();
        self.pair(indent, key, &value, line(key), Remark::Default);
        self.line(indent, &format!("# {}", crate::fleet::text::clean(&standing)));
        let pins = source.trust.fingerprints();
        if !pins.is_empty() {
            let value = list(pins.iter().map(write_fingerprint));
            self.pair(indent, "fingerprint", &value, line("fingerprint"), Remark::Default);
        }
        if let Some(path) = source.trust.ca_file() {
            let value = quote(&path.to_string_lossy());
            self.pair(indent, "ca-file", &value, line("ca-file"), Remark::Default);
        } else if pins.is_empty() {
            let text = format!("# {}", self.lang.remark(Remark::Roots));
            let default = self.lang.remark(Remark::Default);
            self.note(indent, &text, &default);
        }
        self.windows(indent, &source.planned_off, line("planned-off"));
    }

    fn policy(
        &mut self,
        section: &Section,
        policy: &Policy,
        written: &Written,
        whole: bool,
        indent: &str,
    ) {
        self.header(indent, section);
        let mut policy = policy.clone();
        for key in section.keys {
            let line = written.line(key.name);
            if !whole && line.is_none() {
                continue;
            }
            match policy::write(key, &mut policy) {
                Some(value) => self.pair(indent, key.name, &value, line, Remark::Default),
                None => self.none(indent, key.name, Remark::Default),
            }
        }
    }

    fn objective(&mut self, rule: &ObjectiveRule, written: Option<&Written>) {
        self.header("", &schema::OBJECTIVE);
        let line = |key| written.and_then(|written| written.line(key));
        let guests = list(rule.guests.iter().map(ToString::to_string));
        self.pair("", "guests", &guests, line("guests"), Remark::Default);
        for (key, seconds) in [
            ("recovery-point", rule.objective.point),
            ("recovery-time", rule.objective.time),
            ("rehearse-every", rule.objective.rehearse),
        ] {
            if let Some(seconds) = seconds {
                self.pair("", key, &quote(&write_duration(seconds)), line(key), Remark::Default);
            }
        }
    }

    fn except(&mut self, except: &Except, written: Option<&Written>) {
        self.header("", &schema::EXCEPT);
        let line = |key| written.and_then(|written| written.line(key));
        self.pair("", "subject", &quote(&except.subject), line("subject"), Remark::Default);
        let codes = list(except.codes.iter().map(ToString::to_string));
        self.pair("", "codes", &codes, line("codes"), Remark::Default);
        self.pair("", "reason", &quote(&except.reason), line("reason"), Remark::Default);
        if let Some(until) = except.until {
            self.pair("", "until", &until.to_string(), line("until"), Remark::Default);
        }
    }
}

/// A text as a TOML basic string.
fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // What could harm a terminal is written by its number.
            c if !crate::fleet::text::is_harmless(c) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.map(|item| quote(&item)).collect();
    format!("[{}]", items.join(", "))
}
