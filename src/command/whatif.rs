//! `vigie whatif`: what would follow if some machines died at once, and whether hosts could be
//! emptied onto others. It reckons, and changes nothing anywhere.

pub(super) mod asked;
mod json;
mod loss;
mod plan;
#[cfg(test)]
mod tests;

use std::io;

use super::fleet::{FleetError, start};
use super::report::text::laid;
use super::sweep;
use super::target::NoTarget;
use crate::cli::{Global, ListFormat, Whatif};
use crate::clock::zone;
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::lang::{Lang, When};
use crate::poll::fleet::SharedEnv;
use crate::whatif::{Told, consolidate, what_if};

use self::asked::Asked;

/// Why nothing is reckoned.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// There is no fleet.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The system refuses what polling needs.
    #[error("the servers cannot be asked")]
    Sweep(#[source] io::Error),
    /// A name of nothing, or of several things.
    #[error(transparent)]
    Target(#[from] NoTarget),
    /// No host of a cluster or site is known.
    #[error("no host of {0} is known yet: name it when its cluster has answered once")]
    NoHosts(String),
    /// A host cannot be emptied onto itself.
    #[error("{0} is in both lists: it cannot be emptied onto itself")]
    Both(String),
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Looks once, or remembers, and reckons; gives back what is to be printed.
///
/// # Errors
/// Mistakes of configuration or usage.
pub fn run(
    arguments: &Whatif,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<String, WhatIfError> {
    let mut start = start(global, env, true)?;
    // What is named is of the sites that are shown; what follows from it may be anywhere.
    let shown = std::mem::take(&mut start.shown);
    // The demo keeps nothing that could be gone by.
    let (judged, fleet) = if arguments.offline && !global.demo {
        sweep::remembered(&start)
    } else {
        sweep::look(start, arguments.timeout).map_err(WhatIfError::Sweep)?
    };
    let asked = Asked::find(arguments, &judged.clone().only(&shown))?;
    let zone = zone::system();
    let when = When { now: judged.taken, zone: &zone };
    answer(&asked, &fleet, &judged, arguments.format, lang, &when)
}

/// What follows from what is asked.
pub(super) fn answer(
    asked: &Asked,
    fleet: &Fleet,
    judged: &Judged,
    format: ListFormat,
    lang: &dyn Lang,
    when: &When<'_>,
) -> Result<String, WhatIfError> {
    match asked {
        Asked::Losses(lost) => {
            let what = what_if(fleet, judged, lost, judged.taken);
            match format {
                ListFormat::Text => Ok(laid(&loss::blocks(&what, judged, lang, when))),
                ListFormat::Json => json::loss(&what, judged.taken),
            }
        }
        Asked::Emptied { from, onto } => {
            let told = Told::of(fleet, judged, |_, name| {
                from.iter().chain(onto).any(|(source, _)| source == name)
            });
            let plan = consolidate(fleet, judged, from, onto, judged.taken);
            match format {
                ListFormat::Text => Ok(laid(&plan::blocks(&plan, &told, judged, lang, when))),
                ListFormat::Json => json::plan(&plan, &told, judged.taken),
            }
        }
    }
}
