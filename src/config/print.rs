//! `vigie config`: the effective configuration as TOML, each value with its origin. No secret is
//! in it (the configuration never holds one), and it reads back as the same configuration.

use std::fmt::Write as _;
use std::path::Path;

use super::Config;
use super::check::Checked;
use super::policy;
use super::schema::{self, Section};
use super::secret::SecretOrigin;
use super::site::{Site, Source};
use super::value::{write_duration, write_fingerprint, write_window};
use super::walk::Written;
use crate::fleet::id::Product;
use crate::fleet::objective::ObjectiveRule;
use crate::fleet::policy::{Except, Policy, Window};
use crate::keymap::{Action, FIXED};
use crate::theme::{Choice, Why};

/// The configuration as TOML with comments that say where each value comes from: a place in the
/// file, or vigie's default; and how each secret stands. `theme` is the one that was chosen.
pub fn print(checked: Checked<'_>, theme: &Choice) -> String {
    let Checked(config) = checked;
    let file = config.path.as_deref().and_then(Path::file_name).map_or_else(
        || "built in".to_owned(),
        |name| crate::fleet::text::clean(&name.to_string_lossy()).into_owned(),
    );
    let mut page = Page { out: String::new(), file };
    if let Some(path) = &config.path {
        let path = path.display().to_string();
        page.line("", &format!("# Read from {}", crate::fleet::text::clean(&path)));
    }
    match &config.drill_log {
        Some(path) => {
            let line = config.written.line("drill-log");
            page.pair("", "drill-log", &quote(&path.to_string_lossy()), line, "default");
        }
        None => page.note("", "# drill-log: none", "default: there is no home"),
    }
    page.theme(theme, config.written.line("theme"));
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
    page.pair("", "mouse", &mouse, config.ui_written.line("mouse"), "default");
    page.keys(config);
    page.out
}

struct Page {
    out: String,
    file: String,
}

impl Page {
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

    fn pair(&mut self, indent: &str, key: &str, value: &str, line: Option<usize>, default: &str) {
        let origin = match line {
            Some(line) => format!("{}:{line}", self.file),
            None => default.to_owned(),
        };
        self.note(indent, &format!("{key} = {value}"), &origin);
    }

    /// A line and what is said of it, in a column of its own.
    fn note(&mut self, indent: &str, text: &str, origin: &str) {
        self.line(indent, &format!("{text:<50}  # {origin}"));
    }

    fn theme(&mut self, Choice { name, why }: &Choice, line: Option<usize>) {
        let name = quote(name);
        let default = match why {
            Why::Option => return self.pair("", "theme", &name, None, "--theme"),
            Why::Configuration => return self.pair("", "theme", &name, line, "default"),
            Why::NoColours => "default: this terminal shows no colours",
            Why::Light => "default: COLORFGBG says that this terminal is light",
            Why::Usual => "default",
        };
        // As a comment: on another terminal it is another one.
        self.pair("", "# theme", &name, None, default);
    }

    fn keys(&mut self, config: &Config) {
        self.out.push('\n');
        self.line("", "[keys]");
        for action in Action::all() {
            let chords = config.keys.chords(action);
            let own = chords.iter().filter(|chord| **chord != FIXED);
            let keys = list(own.map(ToString::to_string));
            match config.keys_written.line(action.name()) {
                Some(line) => self.pair("", action.name(), &keys, Some(line), ""),
                // As a comment: written out, these would hold wherever the action does, while the
                // table has others here and there.
                None => self.note("", &format!("# {} = {keys}", action.name()), "default"),
            }
        }
    }

    fn site(&mut self, site: &Site) {
        self.header("", &schema::SITE);
        let line = |key| site.written.line(key);
        self.pair("", "name", &quote(site.facts.name.as_str()), line("name"), "default");
        for (key, words) in [
            ("where", &site.facts.place),
            ("contact", &site.facts.contact),
            ("keys", &site.facts.keys),
        ] {
            if let Some(words) = words {
                self.pair("", key, &quote(words), line(key), "default");
            }
        }
        let zone = site.facts.timezone.iana_name();
        match (line("timezone"), zone) {
            (Some(at), Some(zone)) => self.pair("", "timezone", &quote(zone), Some(at), ""),
            // As a comment: on another machine the viewer's time zone is another.
            (_, zone) => {
                let zone = quote(zone.unwrap_or("the system's"));
                self.pair("", "# timezone", &zone, None, "default: the viewer's");
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
            self.pair(indent, "planned-off", &value, line, "default");
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
        self.pair(indent, "name", &name, line("name"), "default: the site's");
        let endpoints = list(source.endpoints.iter().map(|endpoint| endpoint.url.clone()));
        self.pair(indent, "endpoints", &endpoints, line("endpoints"), "default");
        self.pair(indent, "token", &quote(source.token.as_str()), line("token"), "default");
        let (value, standing) = match &source.secret {
            SecretOrigin::File(path) => {
                let path = path.to_string_lossy();
                (quote(&path), format!("readable (file {path})"))
            }
            SecretOrigin::Env(name) => (quote(name), format!("readable (variable {name})")),
            SecretOrigin::Command(argv) => {
                let program = argv.first().map_or("", String::as_str);
                (list(argv.iter().cloned()), format!("not tried (command {program})"))
            }
        };
        let key = source.secret.key();
        self.pair(indent, key, &value, line(key), "default");
        self.line(indent, &format!("# secret: {}", crate::fleet::text::clean(&standing)));
        let pins = source.trust.fingerprints();
        if !pins.is_empty() {
            let value = list(pins.iter().map(write_fingerprint));
            self.pair(indent, "fingerprint", &value, line("fingerprint"), "default");
        }
        if let Some(path) = source.trust.ca_file() {
            let value = quote(&path.to_string_lossy());
            self.pair(indent, "ca-file", &value, line("ca-file"), "default");
        } else if pins.is_empty() {
            let text = "# certificates: trusted by the system's roots";
            self.note(indent, text, "default");
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
                Some(value) => self.pair(indent, key.name, &value, line, "default"),
                // As a comment: there is no word for none in the file.
                None => self.note(indent, &format!("# {}: none", key.name), "default"),
            }
        }
    }

    fn objective(&mut self, rule: &ObjectiveRule, written: Option<&Written>) {
        self.header("", &schema::OBJECTIVE);
        let line = |key| written.and_then(|written| written.line(key));
        let guests = list(rule.guests.iter().map(ToString::to_string));
        self.pair("", "guests", &guests, line("guests"), "default");
        for (key, seconds) in [
            ("recovery-point", rule.objective.point),
            ("recovery-time", rule.objective.time),
            ("rehearse-every", rule.objective.rehearse),
        ] {
            if let Some(seconds) = seconds {
                self.pair("", key, &quote(&write_duration(seconds)), line(key), "default");
            }
        }
    }

    fn except(&mut self, except: &Except, written: Option<&Written>) {
        self.header("", &schema::EXCEPT);
        let line = |key| written.and_then(|written| written.line(key));
        self.pair("", "subject", &quote(&except.subject), line("subject"), "default");
        let codes = list(except.codes.iter().map(ToString::to_string));
        self.pair("", "codes", &codes, line("codes"), "default");
        self.pair("", "reason", &quote(&except.reason), line("reason"), "default");
        if let Some(until) = except.until {
            self.pair("", "until", &until.to_string(), line("until"), "default");
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
