//! `vigie doctor`: how each source is reached, layer by layer, with the cure of what is broken.

mod bundle;
mod copies;
mod json;
mod paste;
pub(super) mod text;

use std::io;
use std::path::PathBuf;

use futures_util::future::join_all;
use tokio::task::LocalSet;

use self::copies::Copies;
use super::fleet::{FleetError, Start, start};
use crate::cli::{Doctor, Global, ListFormat};
use crate::clock;
use crate::config::Source;
use crate::fleet::id::Product;
use crate::fleet::policy::Policy;
use crate::judge::mapping::Mapping;
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
    /// The bundle would overwrite something.
    #[error("{} is there already: name a new file", .0.display())]
    Exists(PathBuf),
    /// The bundle cannot be written.
    #[error("{} cannot be written", .0.display())]
    Unwritable(PathBuf, #[source] io::Error),
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// What is said of one source.
struct Diagnosed {
    name: String,
    probe: Probe,
    product: Product,
    /// Where the copies of a PVE go; none where that is not known.
    copies: Option<Copies>,
    /// Age of the last answer that memory holds, seconds.
    last: Option<i64>,
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
    // Opened first: nobody waits a minute to be told that the file is there already.
    let file = arguments.bundle.as_deref().map(|path| bundle::open(path).map(|file| (path, file)));
    let file = file.transpose()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(DoctorError::Ask)?;
    let probes = runtime.block_on(join_all(
        chosen.iter().map(|(source, policy)| probe(source, policy, &*start.env)),
    ));
    let now = clock::now();
    let last = |source: &Source| {
        let answered = start.fleet.survey(&source.name)?.link.answered?;
        Some(now.since(answered).max(0))
    };
    let mut fleet = start.fleet.clone();
    for ((source, _), probe) in chosen.iter().zip(&probes) {
        copies::refresh(&mut fleet, source, probe, now);
    }
    let mapping = Mapping::of(&fleet);
    let each = chosen.iter().zip(probes);
    let all: Vec<Diagnosed> = each
        .map(|((source, _), probe)| Diagnosed {
            name: source.name.to_string(),
            product: source.product,
            copies: copies::of(&fleet, &mapping, source, probe.storages.is_some(), now),
            last: last(source),
            probe,
        })
        .collect();
    if let Some((path, file)) = file {
        let sources: Vec<&Source> = chosen.iter().map(|(source, _)| *source).collect();
        let tasks = LocalSet::new();
        let listening = sources.iter().map(|source| bundle::listen(source, &start.env));
        let answers = runtime.block_on(tasks.run_until(join_all(listening)));
        let whole = bundle::document(&start, &sources, &all, &answers, lang);
        bundle::write(file, path, &whole)?;
    }
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
