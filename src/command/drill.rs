//! `vigie drill`: what was rehearsed and what is due, the steps of a rehearsal, and what came of
//! it. Nothing is ever restored from here: the steps are there to be read and pasted.

mod done;
mod list;
mod plan;
mod steps;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::fleet::{FleetError, Start, start};
use super::sweep;
use crate::cli::{Drill, DrillAction, DrillStart, Global};
use crate::clock::{self, zone};
use crate::fleet::id::{GuestKey, Product, Vmid};
use crate::fleet::policy::SourceFacts;
use crate::fleet::site::Fleet;
use crate::judge::{Judged, judge};
use crate::lang::{Lang, When};
use crate::poll::fleet::SharedEnv;

/// Why a command about rehearsals does nothing.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// There is no fleet.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The system refuses what polling needs.
    #[error("the servers cannot be asked")]
    Sweep(#[source] io::Error),
    /// An option of the list before another command.
    #[error("`--format` is for `vigie drill list` alone")]
    Format,
    /// No such source.
    #[error("there is no PVE source {asked:?}; there are: {known}")]
    NoSuchSource {
        /// What was asked for.
        asked: String,
        /// The PVE sources there are, separated by commas.
        known: String,
    },
    /// The source has no guests.
    #[error("source {0} is a PBS: guests are named by the PVE source they live in")]
    NoGuestsThere(String),
    /// The guests of the source were never read.
    #[error(
        "nothing is known of the guests of {of} yet: {}",
        .error.as_deref().unwrap_or(if *.offline { "look without --offline" } else { "see `vigie report`" })
    )]
    NothingKnown {
        /// The source.
        of: String,
        /// What the server said to the question, if it was asked.
        error: Option<Arc<str>>,
        /// Whether no server was to be asked.
        offline: bool,
    },
    /// There is no such guest.
    #[error("there is no guest {vmid} at {of}, as far as is known")]
    NoSuchGuest {
        /// Its number.
        vmid: Vmid,
        /// The source.
        of: String,
    },
    /// The guest cannot be started.
    #[error("guest {0} is a template: there is nothing to start")]
    Template(String),
    /// No such node.
    #[error("there is no node {asked:?} at {of}; there are: {known}")]
    NoSuchNode {
        /// What was asked for.
        asked: String,
        /// The source.
        of: String,
        /// The nodes there are, separated by commas.
        known: String,
    },
    /// The number is taken.
    #[error("number {0} is taken by {1}; {2} is free")]
    Taken(Vmid, TakenBy, Vmid),
    /// The log cannot be read.
    #[error("the log of rehearsals cannot be read: {0}")]
    Unreadable(Arc<str>),
    /// The log cannot be written.
    #[error("the log of rehearsals cannot be written: {path}", path = path.display())]
    Unwritable {
        /// Where it is.
        path: PathBuf,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
    /// There is no place for a log.
    #[error(
        "there is no place for a log of rehearsals: set HOME, or `drill-log` in the configuration"
    )]
    NoLog,
    /// Not a time.
    #[error(
        "{0:?} is no time: write 2026-03-10T14:00:00Z, or 2026-03-10 14:00 in your own time zone"
    )]
    Time(String),
    /// Neither a time nor a volume id.
    #[error(
        "{0:?} is no copy: write when it was made, 2026-03-10T03:00:00Z, or its volume id as `pvesm list` has it"
    )]
    Copy(String),
    /// The rehearsal is still to come.
    #[error("{0:?} is still to come: a rehearsal is recorded when it is over")]
    Ahead(String),
    /// The notes are cut.
    #[error("the notes have {0} characters, at most 400 are kept")]
    Notes(usize),
    /// It took too long to be true.
    #[error("no restore takes longer than a year")]
    Took,
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// What holds a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenBy {
    /// A guest, by its name.
    Guest(Option<Arc<str>>),
    /// Copies of one.
    Copies,
}

impl fmt::Display for TakenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Guest(name) => name.as_deref().unwrap_or("a guest"),
            Self::Copies => "copies of a guest",
        })
    }
}

/// Does what is asked; gives back what is to be printed.
///
/// # Errors
/// Mistakes of configuration or usage, and logs that cannot be read or written.
pub fn run(
    drill: &Drill,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<String, DrillError> {
    let format = |own: Option<_>| own.or(drill.list.format).unwrap_or_default();
    match &drill.action {
        None => list::list(format(None), global, env, lang),
        Some(DrillAction::List(own)) => list::list(format(own.format), global, env, lang),
        Some(_) if drill.list.format.is_some() => Err(DrillError::Format),
        Some(DrillAction::Start(asked)) => begin(asked, global, env, lang),
        Some(DrillAction::Done(told)) => done::done(told, global, env, lang),
    }
}

fn begin(
    asked: &DrillStart,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<String, DrillError> {
    let mut start = start(global, env, true)?;
    // Whatever is shown, the guest is what is asked for.
    start.shown.clear();
    is_pve(&start.fleet, &asked.guest)?;
    // The demo keeps nothing that could be gone by.
    let (judged, fleet) = look(start, asked.offline && !global.demo)?;
    let plan = plan::plan(&judged, &fleet, asked)?;
    let zone = zone::system();
    let when = When { now: judged.taken, zone: &zone };
    Ok(steps::steps(&plan, global, lang, &when))
}

/// The fleet judged: asked once, or as it was last known.
fn look(start: Start, offline: bool) -> Result<(Judged, Fleet), DrillError> {
    if !offline {
        return sweep::look(start, None).map_err(DrillError::Sweep);
    }
    let judged = judge(&start.fleet, clock::now());
    Ok((judged, start.fleet))
}

/// The source of a guest, as configured.
fn is_pve<'a>(fleet: &'a Fleet, guest: &GuestKey) -> Result<&'a SourceFacts, DrillError> {
    let mut all = fleet.sources().map(|(_, facts, _)| facts);
    match all.find(|facts| facts.name == guest.source) {
        Some(facts) if facts.product == Product::Pve => Ok(facts),
        Some(facts) => Err(DrillError::NoGuestsThere(facts.name.to_string())),
        None => {
            let pve = fleet.sources().filter(|(_, facts, _)| facts.product == Product::Pve);
            let known: Vec<&str> = pve.map(|(_, facts, _)| facts.name.as_str()).collect();
            let asked = guest.source.to_string();
            Err(DrillError::NoSuchSource { asked, known: known.join(", ") })
        }
    }
}

/// A guest as it is told: `fi/101 mail`.
fn told(guest: &GuestKey, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{}/{} {name}", guest.source, guest.vmid),
        None => format!("{}/{}", guest.source, guest.vmid),
    }
}
