//! `vigie theme list`: the themes there are, where they come from, and which is in use.

use std::fmt::Write as _;
use std::path::Path;

use crate::config::Themes;
use crate::fleet::text::clean;
use crate::lang::Lang;
use crate::shell::quote;
use crate::theme::{BuiltIn, Choice, Depth, Shelf, Theme};

/// Columns of a name; a longer one moves what is beside it.
const NAME: usize = 14;

/// The list, for eyes.
pub(super) fn list(themes: &Themes, choice: Option<&Choice>, lang: &dyn Lang) -> String {
    let own = themes.names();
    let mut out = format!("{}\n", lang.themes(false));
    for theme in BuiltIn::ALL {
        let name = theme.as_str();
        // One of the user's of the same name stands before it.
        let is_used = is_chosen(name, choice) && themes.file(name).is_none();
        line(&mut out, is_used, name, lang.theme(theme));
    }
    if !own.is_empty() {
        let _ = write!(out, "\n{}\n", lang.themes(true));
    }
    for name in &own {
        let Some(file) = themes.file(name) else { continue };
        line(&mut out, is_chosen(name, choice), name, &said(name, &file, themes, lang));
    }
    out.push('\n');
    if let Some(Choice { name, why }) = choice {
        let _ = writeln!(out, "{}", lang.theme_is_used(&clean(name), *why));
    }
    let folders = themes.folders().iter().map(|folder| shown(folder));
    let _ = writeln!(out, "{}", lang.themes_are_at(&folders.collect::<Vec<_>>()));
    out
}

fn is_chosen(name: &str, choice: Option<&Choice>) -> bool {
    choice.is_some_and(|choice| choice.name == name)
}

fn line(out: &mut String, is_used: bool, name: &str, said: &str) {
    let mark = if is_used { '*' } else { ' ' };
    let _ = writeln!(out, "{mark} {name:<NAME$} {said}");
}

/// Where a theme of the user's is, and whether it is well.
fn said(name: &str, file: &Path, themes: &Themes, lang: &dyn Lang) -> String {
    match Theme::load(name, Depth::Rgb, themes) {
        Ok(_) => shown(file),
        Err(errors) => lang.theme_is_wrong(errors.0.len(), &quote(&shown(file))),
    }
}

fn shown(path: &Path) -> String {
    clean(&path.display().to_string()).into_owned()
}
