//! `vigie runbook`: what to do when a machine is lost, as text or Markdown. Pure: the caller
//! looks at the fleet and writes.

mod markdown;
mod set;
#[cfg(test)]
mod tests;
mod text;

pub use set::{left_over, set};

use std::fmt::Write;
use std::io;
use std::path::PathBuf;

use super::fleet::FleetError;
use super::target::{NoTarget, Target};
use crate::cli::Paper;
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::lang::{Lang, When};
use crate::runbook::{self, Runbook};
use crate::whatif::Loss;

/// Why no runbook is made.
#[derive(Debug, thiserror::Error)]
pub enum RunbookError {
    /// There is no fleet.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The system refuses what polling needs.
    #[error("the servers cannot be asked")]
    Sweep(#[source] io::Error),
    /// A name of nothing, or of several things.
    #[error(transparent)]
    Target(#[from] NoTarget),
    /// The whole set, and no folder for it.
    #[error("the whole set is many pages: say where to with -o DIR")]
    NoFolder,
    /// A page cannot be written.
    #[error("{} cannot be written", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    /// There is nothing to say of it.
    #[error("nothing is known of {0}")]
    NothingKnown(String),
}

/// The form of a page.
pub type Form = Paper;

/// The page of one target; none where there is nothing to say of it.
pub fn page(
    fleet: &Fleet,
    judged: &Judged,
    target: &Target,
    form: Form,
    lang: &dyn Lang,
    when: &When<'_>,
) -> Option<String> {
    let book = book(fleet, judged, target)?;
    Some(match form {
        Paper::Text => text::text(&book, lang, when),
        Paper::Markdown => markdown::markdown(&book, lang, when),
    })
}

/// The runbook of one target.
pub fn book(fleet: &Fleet, judged: &Judged, target: &Target) -> Option<Runbook> {
    match target {
        Target::Guest(key) => runbook::guest(fleet, judged, key),
        Target::Node(source, node) => {
            runbook::losses(fleet, judged, &[Loss::Node(source.clone(), node.clone())])
        }
        Target::Source(source, _) => {
            runbook::losses(fleet, judged, &[Loss::Source(source.clone())])
        }
        Target::Site(site) => runbook::losses(fleet, judged, &[Loss::Site(site.clone())]),
        Target::All => None,
    }
}

impl Paper {
    /// What its files end with.
    fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
        }
    }

    /// The first page of the set: entries with their depth, name and file.
    fn index(self, lang: &dyn Lang, taken: &str, entries: &[(usize, String, String)]) -> String {
        let mut out = match self {
            Self::Text => format!("{}\n\n", lang.all_runbooks().to_uppercase()),
            Self::Markdown => format!("# {}\n\n", lang.all_runbooks()),
        };
        out.push_str(&lang.preface(taken));
        out.push_str("\n\n");
        for (depth, name, file) in entries {
            let indent = "  ".repeat(*depth);
            // Writing to a text cannot fail.
            let _ = match self {
                Self::Text => writeln!(out, "{indent}{}", lang.said_of(name, file)),
                Self::Markdown => {
                    let name = super::report::markdown::escaped(name);
                    writeln!(out, "{indent}- [{name}]({file})")
                }
            };
        }
        out
    }
}
