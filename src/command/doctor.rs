//! `vigie doctor`: how each source is reached, layer by layer, with the cure of what is broken.

mod json;
pub(super) mod text;

use std::io;

use futures_util::future::join_all;

use super::fleet::{FleetError, Start, start};
use crate::cli::{Doctor, Global, ListFormat};
use crate::clock;
use crate::config::Source;
use crate::fleet::policy::Policy;
use crate::judge::mapping::{Mapping, Server};
use crate::lang::Lang;
use crate::lang::diagnosis::Health;
use crate::poll::fleet::SharedEnv;
use crate::probe::{Probe, probe};

/// Why nothing is diagnosed.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// There is no fleet.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// A name of no source that is shown.
    #[error("there is no source {asked:?}; there are: {known}")]
    NoSuchSource {
        /// What was asked for.
        asked: String,
        /// The sources there are, separated by commas.
        known: String,
    },
    /// The system refuses what asking needs.
    #[error("the servers cannot be asked")]
    Ask(#[source] io::Error),
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// What is said of one source.
struct Diagnosed {
    name: String,
    probe: Probe,
    /// Storages whose copies go to a PBS, as last known.
    copies: Vec<CopiesTo>,
    /// Age of the last answer that is remembered, seconds.
    last: Option<i64>,
}

/// Where a storage's copies go.
struct CopiesTo {
    storage: String,
    /// The source that watches the PBS.
    watched: Option<String>,
    host: String,
}

/// The exit code: 0 all well, 1 warnings, 2 broken.
pub fn code(worst: Health) -> u8 {
    match worst {
        Health::Ok => 0,
        Health::Warning => 1,
        Health::Broken | Health::NotReached => 2,
    }
}

/// Asks all sources side by side; what is to be printed, and the worst that was found.
///
/// # Errors
/// Mistakes of configuration or usage.
pub fn run(
    arguments: &Doctor,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<(String, Health), DoctorError> {
    let start = start(global, env, true)?;
    let chosen = chosen(&start, &arguments.sources)?;
    let probes = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(DoctorError::Ask)?
        .block_on(join_all(
            chosen.iter().map(|(source, policy)| probe(source, policy, &*start.env)),
        ));
    let mapping = Mapping::of(&start.fleet);
    let now = clock::now();
    let each = chosen.iter().zip(probes);
    let all: Vec<Diagnosed> = each
        .map(|((source, _), probe)| {
            let survey = start.fleet.survey(&source.name);
            let answered = survey.and_then(|survey| survey.link.answered);
            Diagnosed {
                name: source.name.to_string(),
                probe,
                copies: copies(&mapping, source),
                last: answered.map(|at| now.0.saturating_sub(at.0).max(0)),
            }
        })
        .collect();
    let worst = all.iter().map(|one| one.probe.health()).max().unwrap_or(Health::Ok);
    let told = match arguments.format {
        ListFormat::Text => text::render(&all, lang),
        ListFormat::Json => json::render(&all, worst, lang)?,
    };
    Ok((told, worst))
}

fn chosen<'a>(
    start: &'a Start,
    wanted: &[String],
) -> Result<Vec<(&'a Source, &'a Policy)>, DoctorError> {
    let is_shown = |name: &_| start.shown.is_empty() || start.shown.contains(name);
    let sites = start.config.sites.iter().filter(|site| is_shown(&site.facts.name));
    let all: Vec<(&Source, &Policy)> = sites
        .flat_map(|site| site.sources.iter().map(|source| (source, &site.facts.policy)))
        .collect();
    let is = |name: &String, source: &Source| source.name.as_str() == name;
    if let Some(asked) = wanted.iter().find(|name| !all.iter().any(|(s, _)| is(name, s))) {
        let known: Vec<&str> = all.iter().map(|(source, _)| source.name.as_str()).collect();
        let known = known.join(", ");
        return Err(DoctorError::NoSuchSource { asked: asked.clone(), known });
    }
    let is_wanted = |source: &Source| wanted.is_empty() || wanted.iter().any(|w| is(w, source));
    Ok(all.into_iter().filter(|(source, _)| is_wanted(source)).collect())
}

fn copies(mapping: &Mapping, source: &Source) -> Vec<CopiesTo> {
    let targets = mapping.targets(&source.name).unwrap_or_default().iter();
    targets
        .map(|target| {
            let (watched, host) = match &target.place.server {
                Server::Watched(source) => (Some(source.to_string()), source.to_string()),
                Server::Elsewhere(host) => (None, host.to_string()),
            };
            CopiesTo { storage: target.storage.to_string(), watched, host }
        })
        .collect()
}
