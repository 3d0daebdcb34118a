//! What the user wrote, made into one final validated configuration. Every mistake is found at
//! once, each with its place in the file and what was probably meant.

mod check;
pub mod edit;
mod endpoint;
mod except;
mod keys;
mod lang;
mod locate;
mod mistake;
mod objective;
mod policy;
mod print;
mod schema;
mod secret;
mod site;
mod themes;
mod token;
mod value;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use check::Checked;
pub use endpoint::{Endpoint, default_port};
pub use lang::lang;
pub use locate::{Env, drill_log, locate, state_dir};
pub use mistake::{ConfigErrors, Form, Meant, Mistake, Position, Quoted, What};
pub use print::print;
pub use secret::{Program, SecretError, SecretOrigin};
pub(crate) use secret::{accept as accept_secret, file as read_secret_file};
pub use site::{Site, Source, Trust};
pub use themes::Themes;
pub use token::TokenId;
pub use value::{duration, fingerprint};
pub use walk::{Around, Written};

use crate::fleet::id::is_config_name;
use crate::fleet::policy::{Except, Policy};
use crate::keymap::Keymap;
use crate::lang::Tongue;

/// The final configuration. It holds no secret, only where the secrets are.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The file it was read from; none where it is built in.
    pub path: Option<PathBuf>,
    /// The sites, in the order of the file; each with at least one source.
    pub sites: Vec<Site>,
    /// The log of rehearsed restores; none where the environment names no home.
    pub drill_log: Option<PathBuf>,
    /// The theme of the dashboard, by its name: whether there is such a theme is not known yet.
    /// None where what suits the terminal is taken.
    pub theme: Option<String>,
    /// The language; none where the locale decides.
    pub lang: Option<Tongue>,
    /// The keys of the dashboard.
    pub keys: Arc<Keymap>,
    /// Lines of the actions that have other keys than usual.
    pub keys_written: Written,
    /// Whether the dashboard takes the mouse.
    pub mouse: bool,
    /// Lines of the keys of `[ui]`.
    pub ui_written: Written,
    /// Lines of the keys at the top of the file.
    pub written: Written,
    /// The thresholds of all sites; each site has its own, made of these and its `[site.policy]`.
    /// What is wanted of some guests is the same in all of them.
    pub policy: Policy,
    /// Lines of the thresholds of all sites.
    pub policy_written: Written,
    /// Lines of the keys of `[[objective]]`, in the order of `policy.objectives`.
    pub objectives_written: Vec<Written>,
    /// The exceptions, in the order of the file.
    pub excepts: Vec<Except>,
    /// Lines of the exceptions' keys, in the same order.
    pub excepts_written: Vec<Written>,
    /// The folder of memory and journal; none where the environment names no home.
    pub state_dir: Option<PathBuf>,
}

/// Largest file, KiB.
const LARGEST: u64 = 4096;

/// Reads and checks a file. The time zone of sites that name none is the system's.
///
/// # Errors
/// Every mistake of the file, or why it cannot be read.
pub fn load(path: &Path, env: Env<'_>) -> Result<Config, ConfigErrors> {
    use std::io::Read as _;
    let wrong = |what| ConfigErrors::whole(path, what);
    let unreadable = |cause: std::io::Error| wrong(What::Unreadable(cause.to_string()));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut raw = Vec::new();
    file.take(LARGEST * 1024 + 1).read_to_end(&mut raw).map_err(unreadable)?;
    if raw.len() as u64 > LARGEST * 1024 {
        return Err(wrong(What::TooLarge(LARGEST)));
    }
    // What is relative to the file must hold wherever the working directory goes.
    let absolute = std::path::absolute(path).map_err(unreadable)?;
    let around = Around { env, timezone: crate::clock::zone::system() };
    parse_bytes(&raw, &absolute, &around)
        .map_err(|errors| ConfigErrors { path: path.to_path_buf(), ..errors })
}

fn parse_bytes(raw: &[u8], path: &Path, around: &Around<'_>) -> Result<Config, ConfigErrors> {
    match str::from_utf8(raw) {
        Ok(text) => parse(text, path, around),
        Err(error) => {
            let good = raw.get(..error.valid_up_to()).unwrap_or_default();
            let good = str::from_utf8(good).unwrap_or_default();
            let at = Some(walk::Walk::new(good, path, around).position(good.len()));
            let mistakes = vec![Mistake { at, what: What::NotUtf8 }];
            Err(ConfigErrors { path: path.to_path_buf(), mistakes })
        }
    }
}

/// Checks the text of a file that stands at `path` (relative paths in it start from there).
/// Of the world it asks `around` alone, and the database of time zones.
///
/// # Errors
/// Every mistake, in the order of the file.
pub fn parse(text: &str, path: &Path, around: &Around<'_>) -> Result<Config, ConfigErrors> {
    let mut walk = walk::Walk::new(text, path, around);
    let (root, syntax) = toml::de::DeTable::parse_recoverable(text);
    let root = walk::Table::over(&mut walk, root.get_ref(), 0..0, &schema::ROOT);

    let drill_log = match root.text(&mut walk, "drill-log") {
        Some((text, span)) => {
            let path = walk.path(text.trim());
            walk.note(&span, path)
        }
        None => drill_log(around.env),
    };
    let theme = root.text(&mut walk, "theme").and_then(|(name, span)| {
        let name = is_config_name(name).then(|| name.to_owned());
        walk.note(&span, name.ok_or(What::ThemeName))
    });
    let lang = root.text(&mut walk, "lang").and_then(|(code, span)| {
        let tongue = Tongue::parse(code).ok_or_else(|| What::Lang(Quoted::new(code)));
        walk.note(&span, tongue)
    });
    let (keys, keys_written) =
        root.get("keys").map_or_else(Default::default, |value| keys::read(&mut walk, value));
    let (mut mouse, mut ui_written) = (false, Written::default());
    if let Some(value) = root.get("ui")
        && let Some(table) = walk::Table::open(&mut walk, value, &schema::UI)
    {
        mouse = table.flag(&mut walk, "mouse").unwrap_or(false);
        ui_written = table.written(&walk);
    }
    let mut policy = Policy::default();
    let mut policy_written = Written::default();
    if let Some(value) = root.get("policy")
        && let Some(table) = walk::Table::open(&mut walk, value, &schema::POLICY)
    {
        policy_written = policy::read(&mut walk, &table, &mut policy);
    }

    let mut gathered = site::Gathered::default();
    gathered.known.blind = root.get("site").is_none();
    let mut sites = Vec::new();
    for table in root.sections(&mut walk, "site", &schema::SITE) {
        sites.extend(site::read(&mut walk, &table, &policy, &mut gathered));
    }
    if !root.attempts("site") {
        walk.mistakes.push(Mistake { at: None, what: What::NoSite });
    }

    keep_apart(&mut sites);

    let (mut objectives, mut objectives_written) = (Vec::new(), Vec::new());
    for table in root.sections(&mut walk, "objective", &schema::OBJECTIVE) {
        let (rule, written) = objective::read(&mut walk, &table, &gathered.known);
        objectives.push(rule);
        objectives_written.push(written);
    }
    policy.objectives = objectives.into();
    for site in &mut sites {
        site.facts.policy.objectives = Arc::clone(&policy.objectives);
    }

    let (mut excepts, mut excepts_written) = (Vec::new(), Vec::new());
    for table in root.sections(&mut walk, "except", &schema::EXCEPT) {
        if let Some((except, written)) = except::read(&mut walk, &table, &gathered.known) {
            excepts.push(except);
            excepts_written.push(written);
        }
    }

    add_syntax(&mut walk, &syntax);
    walk.mistakes.sort_by_key(|mistake| mistake.at);
    if walk.mistakes.is_empty() {
        let path = Some(path.to_path_buf());
        let state_dir = state_dir(around.env);
        let written = root.written(&walk);
        Ok(Config {
            path,
            sites,
            drill_log,
            theme,
            lang,
            keys,
            keys_written,
            mouse,
            ui_written,
            written,
            policy,
            policy_written,
            objectives_written,
            excepts,
            excepts_written,
            state_dir,
        })
    } else {
        Err(ConfigErrors { path: path.to_path_buf(), mistakes: walk.mistakes })
    }
}

/// No program that prints a secret is told the variables that hold others.
fn keep_apart(sites: &mut [Site]) {
    let sources = sites.iter().flat_map(|site| &site.sources);
    let names = sources.filter_map(|source| match &source.secret {
        SecretOrigin::Env(name) => Some(name.clone()),
        SecretOrigin::File(_) | SecretOrigin::Command(_) => None,
    });
    let untold: Arc<[String]> = names.collect();
    for source in sites.iter_mut().flat_map(|site| &mut site.sources) {
        if let SecretOrigin::Command(program) = &mut source.secret {
            program.untold = Arc::clone(&untold);
        }
    }
}

/// Adds what the parser says. Behind its first complaint the file may have been misread, and
/// what seems to be absent may stand there: other mistakes count only before it.
fn add_syntax(walk: &mut walk::Walk<'_>, syntax: &[toml::de::Error]) {
    let places: Vec<Position> = syntax
        .iter()
        .map(|error| walk.position(error.span().map_or(0, |span| span.start)))
        .collect();
    let Some(first) = places.iter().min().copied() else { return };
    walk.mistakes.retain(|mistake| {
        !mistake.what.is_absence() && mistake.at.is_some_and(|at| at.line < first.line)
    });
    // One slip makes the parser complain several times in one line.
    let mut lines = std::collections::BTreeSet::new();
    for (error, at) in syntax.iter().zip(places) {
        if lines.insert(at.line) {
            let what = What::Syntax(error.message().to_owned());
            walk.mistakes.push(Mistake { at: Some(at), what });
        }
    }
}

#[cfg(test)]
mod tests;
