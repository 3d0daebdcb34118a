//! The whole set: one page each, and a first page that leads to them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Form, page};
use crate::command::target::{Takes, Target, everything};
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::lang::{Lang, When};

/// Every page by its file's name; the first page is `index`.
pub fn set(
    fleet: &Fleet,
    judged: &Judged,
    form: Form,
    lang: &dyn Lang,
    when: &When<'_>,
) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut entries = Vec::new();
    for (target, names) in everything(judged, Takes::Runbooks) {
        let Some(text) = page(fleet, judged, &target, form, lang, when) else { continue };
        let mut name = file_name(&target);
        // Two names may come out alike once they are fit for a file.
        while pages.contains_key(&format!("{name}.{}", form.extension())) {
            name.push('_');
        }
        let file = format!("{name}.{}", form.extension());
        let depth = match target {
            Target::Site(_) | Target::Source(..) | Target::All => 0,
            Target::Node(..) => 1,
            Target::Guest(_) => 2,
        };
        let words =
            names.first().filter(|_| depth == 2).map_or_else(String::new, |n| format!(" {n}"));
        entries.push((depth, format!("{}{words}", target.name()), file.clone()));
        pages.insert(file, text);
    }
    let taken = lang.taken(judged.taken, when);
    pages.insert(format!("index.{}", form.extension()), form.index(lang, &taken, &entries));
    pages
}

/// Pages in a folder that this set does not have: those of guests and nodes that are gone.
pub fn left_over(dir: &Path, pages: &BTreeMap<String, String>) -> Vec<String> {
    let kinds = ["guest-", "node-", "source-", "site-"];
    let ends: BTreeSet<Option<&str>> = pages.keys().map(|name| extension(name)).collect();
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|name| kinds.iter().any(|kind| name.starts_with(kind)))
        .filter(|name| ends.contains(&extension(name)) && !pages.contains_key(name))
        .collect();
    names.sort();
    names
}

fn extension(name: &str) -> Option<&str> {
    Path::new(name).extension()?.to_str()
}

/// A name for a file: nothing that means anything to a shell or a file system.
fn file_name(target: &Target) -> String {
    let kind = match target {
        Target::Guest(_) => "guest",
        Target::Node(..) => "node",
        Target::Source(..) => "source",
        Target::Site(_) => "site",
        Target::All => "all",
    };
    let safe = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    format!("{kind}-{}", target.name().chars().map(safe).collect::<String>())
}
