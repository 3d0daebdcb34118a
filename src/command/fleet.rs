//! What every command that looks at the fleet begins with: configuration, memory, sources.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::beside;
use super::demo::{self, Demo};
use crate::cli::Global;
use crate::clock::{self, zone};
use crate::config::{self, Around, Config, ConfigErrors};
use crate::drill::{self, Log};
use crate::fleet::id::SiteName;
use crate::fleet::policy::{SiteFacts, SourceFacts};
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::lang::Tongue;
use crate::memory::{Memory, MemoryError};
use crate::poll::fleet::{SharedEnv, Subject};

/// Why there is no fleet to look at.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// `--site` names none of them.
    #[error("there is no site {asked:?}; there are: {known}")]
    NoSuchSite {
        /// What was asked for.
        asked: String,
        /// The sites there are, separated by commas.
        known: String,
    },
    /// The demo cannot be served.
    #[error("the simulated federation cannot be served")]
    Demo(#[source] io::Error),
}

/// The fleet as configured and as last known, and how to ask its sources.
pub struct Start {
    /// The configuration.
    pub config: Config,
    /// The sites to show; empty means all. All are polled and judged: the copies of one site's
    /// guests may be at another.
    pub shown: Vec<SiteName>,
    /// What is known of it.
    pub fleet: Fleet,
    /// Its sources, to be polled.
    pub subjects: Vec<Subject>,
    /// The rehearsed restores, as the log has them at the start; built in for the demo.
    /// `fleet.drills` is made of them.
    pub rehearsed: Log,
    /// The language that is spoken.
    pub tongue: Tongue,
    /// Where secrets are looked up.
    pub env: SharedEnv,
    /// Where what is known is kept; none for the demo, or without a home.
    pub memory: Option<Memory>,
    /// The federation that is watched, when it is the demo.
    pub demo: Option<Arc<Demo>>,
}

/// Reads configuration and memory. A memory that cannot be read is as none, and said beside.
///
/// # Errors
/// Mistakes of the configuration, and sites that are not in it.
pub fn start(global: &Global, env: &SharedEnv, with_memory: bool) -> Result<Start, FleetError> {
    let demo =
        if global.demo { Some(Arc::new(Demo::start().map_err(FleetError::Demo)?)) } else { None };
    let config = if let Some(demo) = &demo {
        of_demo(demo)?
    } else {
        let path = config::locate(global.config.as_deref(), &**env)?;
        config::load(&path, &**env)?
    };
    let shown = chosen(&config, &global.sites)?;
    let env: SharedEnv = match &demo {
        Some(demo) => {
            let demo = Arc::clone(demo);
            Arc::new(move |name: &str| demo.secret(name))
        }
        None => Arc::clone(env),
    };
    let rehearsed = match (&demo, &config.drill_log) {
        (Some(_), _) => drill::demo::log(clock::now()),
        (None, Some(path)) => drill::read(path, clock::now()),
        (None, None) => Log::default(),
    };
    let tongue = Tongue::choose(global.lang, config.lang, &*env);
    let memory = config.state_dir.as_deref().filter(|_| with_memory).map(Memory::new);
    let facts: Vec<SiteFacts> = config.sites.iter().map(|site| site.facts.clone()).collect();
    let mut fleet = Fleet::new(facts, config.excepts.clone());
    fleet.drills = Arc::new(rehearsed.drills());
    if let Some(memory) = &memory {
        memory.tidy(clock::now());
        remember(&mut fleet, memory, tongue);
    }
    if demo.is_some() && with_memory {
        demo::remember(&mut fleet, clock::now());
    }
    let surveys = fleet.sites.iter().flat_map(|site| &site.surveys);
    let sources = config.sites.iter().flat_map(|site| &site.sources);
    let subjects = sources
        .zip(surveys)
        .map(|(source, survey)| Subject { source: source.clone(), survey: (**survey).clone() })
        .collect();
    Ok(Start { config, shown, fleet, subjects, rehearsed, tongue, env, memory, demo })
}

fn of_demo(demo: &Demo) -> Result<Config, ConfigErrors> {
    // The demo keeps nothing: no state directory, no variable but its secret.
    let env = |name: &str| demo.secret(name);
    let around = Around { env: &env, timezone: zone::system() };
    let config = config::parse(&demo.toml, Path::new("demo.toml"), &around)?;
    Ok(Config { path: None, state_dir: None, drill_log: None, ..config })
}

fn chosen(config: &Config, wanted: &[String]) -> Result<Vec<SiteName>, FleetError> {
    let known: Vec<&str> = config.sites.iter().map(|s| s.facts.name.as_str()).collect();
    if let Some(asked) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(FleetError::NoSuchSite { asked: asked.clone(), known: known.join(", ") });
    }
    let is_wanted = |name: &&SiteName| wanted.iter().any(|w| *w == name.as_str());
    Ok(config.sites.iter().map(|s| &s.facts.name).filter(is_wanted).cloned().collect())
}

/// Two at a time: between the start and the first frame nothing else takes as long.
fn remember(fleet: &mut Fleet, memory: &Memory, tongue: Tongue) {
    let facts: Vec<&SourceFacts> = fleet.sources().map(|(_, facts, _)| facts).collect();
    let load = |facts: &[&SourceFacts]| -> Vec<Result<Option<Survey>, MemoryError>> {
        facts.iter().map(|facts| memory.load(facts)).collect()
    };
    let (here, beside) = facts.split_at(facts.len().div_ceil(2));
    let known = thread::scope(|scope| {
        let beside = (!beside.is_empty()).then(|| scope.spawn(|| load(beside)));
        let mut known = load(here);
        match beside.map(thread::ScopedJoinHandle::join) {
            None => {}
            Some(Ok(more)) => known.extend(more),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
        known
    });
    let mut said = BTreeSet::new();
    for survey in known {
        match survey {
            Ok(Some(survey)) => drop(fleet.take(Arc::new(survey))),
            Ok(None) => {}
            // What is wrong with their folder is said once.
            Err(error) => {
                if said.insert(error.to_string()) {
                    beside::say(&error, tongue);
                }
            }
        }
    }
}
