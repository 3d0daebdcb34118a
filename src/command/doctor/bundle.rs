//! `--bundle FILE`: what helps to find a mistake, fit to be shown in public.
//!
//! One JSON document of one file: whoever is asked for it can read all of it in a pager before
//! it leaves the house.

mod answers;
mod found;
mod page;

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::{Diagnosed, DoctorError};
use crate::bundle::Mask;
use crate::command::fleet::Start;
use crate::config::Source;
use crate::lang::Lang;

pub(super) use answers::{Answers, listen};

/// The form of the document.
const FORM: u32 = 1;

/// Opens the file, that must not be there, for its owner alone.
pub(super) fn open(path: &Path) -> Result<File, DoctorError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => DoctorError::Exists(path.to_path_buf()),
        _ => DoctorError::Unwritable(path.to_path_buf(), error),
    })
}

/// Writes it.
pub(super) fn write(mut file: File, path: &Path, whole: &Value) -> Result<(), DoctorError> {
    let text = page::print(whole);
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| DoctorError::Unwritable(path.to_path_buf(), error))
}

/// The document.
pub(super) fn document(
    start: &Start,
    chosen: &[&Source],
    diagnosed: &[Diagnosed],
    answers: &[Answers],
    lang: &dyn Lang,
) -> Value {
    let mut mask = Mask::default();
    learn(&mut mask, start);
    for answers in answers {
        answers.learn(&mut mask);
    }
    let each = chosen.iter().zip(diagnosed).zip(answers);
    let sources: Vec<Value> = each
        .map(|((source, diagnosed), answers)| {
            json!({
                "at": mask.compound(source.name.as_str(), false),
                "doctor": found::of(diagnosed, &mut mask),
                "said": answers.shown(&mut mask),
            })
        })
        .collect();
    // Keys are in the order of the alphabet: what it is about comes before what is long.
    json!({
        "vigie_bundle": FORM,
        "about": lang.bundle_about(),
        "vigie": env!("CARGO_PKG_VERSION"),
        "system": system(),
        "config": config(start, &mut mask),
        "sources": sources,
    })
}

/// The names of the configuration come first: a source is known by its own, wherever it stands.
fn learn(mask: &mut Mask, start: &Start) {
    for site in &start.config.sites {
        mask.learn("site", site.facts.name.as_str());
        for source in &site.sources {
            mask.learn("source", source.name.as_str());
            let (user, token) =
                source.token.as_str().split_once('!').unwrap_or((source.token.as_str(), ""));
            mask.learn("user", user.split('@').next().unwrap_or_default());
            mask.learn("token", token);
            for endpoint in &source.endpoints {
                let address = endpoint.to_string();
                let host = address.rsplit_once(':').map_or(&*address, |(host, _)| host);
                if host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_err() {
                    mask.learn("host", host);
                }
            }
        }
    }
}

/// What the file says, without how it looks: none where it cannot be read any more.
fn config(start: &Start, mask: &mut Mask) -> Value {
    let text = match (&start.demo, &start.config.path) {
        (Some(demo), _) => Some(demo.toml.clone()),
        (None, Some(path)) => std::fs::read_to_string(path).ok(),
        (None, None) => None,
    };
    let table = text.and_then(|text| toml::from_str::<toml::Table>(&text).ok());
    let Some(mut table) = table else { return Value::Null };
    for of_the_screen in ["keys", "ui", "theme"] {
        table.remove(of_the_screen);
    }
    serde_json::to_value(table).map_or(Value::Null, |value| mask.config(&value))
}

/// What this runs on: `linux x86_64 debian 13`.
fn system() -> String {
    let mut words = vec![std::env::consts::OS.to_owned(), std::env::consts::ARCH.to_owned()];
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    for key in ["ID=", "VERSION_ID="] {
        let line = release.lines().find_map(|line| line.strip_prefix(key));
        let word = line.map(|word| word.trim_matches('"')).unwrap_or_default();
        let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        if is_plain && !word.is_empty() && word.len() <= 20 {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}
