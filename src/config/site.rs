//! Reads `[[site]]`, `[[site.pve]]`, `[[site.pbs]]`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::endpoint::Endpoint;
use super::except::Known;
use super::mistake::{Meant, Quoted, What, looks_secret, nearest};
use super::schema;
use super::secret::SecretOrigin;
use super::token::TokenId;
use super::value::{fingerprint, window};
use super::walk::{Span, Table, Walk, Written, as_text};
use crate::fleet::id::{Product, SiteName, SourceName, is_config_name};
use crate::fleet::policy::{Policy, SiteFacts, SourceFacts, Window};
use crate::fleet::text;

/// A site: what the judge and the screen know of it, and how to reach what stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Names, thresholds, time zone; `facts.sources` has the order of `sources`.
    pub facts: SiteFacts,
    /// Its sources, in the order of the file.
    pub sources: Vec<Source>,
    /// The windows written at the site itself.
    pub planned_off: Vec<Window>,
    /// Lines of its keys.
    pub written: Written,
    /// Lines of its own thresholds.
    pub policy_written: Written,
}

/// One thing polled with one credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its name, unique in the fleet.
    pub name: SourceName,
    /// PVE or PBS.
    pub product: Product,
    /// Where it answers, in the order to try; at least one.
    pub endpoints: Vec<Endpoint>,
    /// The token's id.
    pub token: TokenId,
    /// Where the token's secret is.
    pub secret: SecretOrigin,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// The windows written at the source itself.
    pub planned_off: Vec<Window>,
    /// Lines of its keys.
    pub written: Written,
}

/// Which certificates of a source are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Those that the system's roots vouch for.
    System,
    /// Those that the CA of this PEM file vouches for.
    CaFile(PathBuf),
    /// Those of these SHA-256 fingerprints; at least one.
    Fingerprints(Vec<[u8; 32]>),
    /// Either suffices: the CA, or one of the fingerprints.
    Either(PathBuf, Vec<[u8; 32]>),
}

impl Trust {
    /// The CA's file.
    pub fn ca_file(&self) -> Option<&Path> {
        match self {
            Self::CaFile(path) | Self::Either(path, _) => Some(path),
            Self::System | Self::Fingerprints(_) => None,
        }
    }

    /// The pinned fingerprints, none where there are none.
    pub fn fingerprints(&self) -> &[[u8; 32]] {
        match self {
            Self::Fingerprints(pins) | Self::Either(_, pins) => pins,
            Self::System | Self::CaFile(_) => &[],
        }
    }
}

/// What reading the sites gathers besides them.
#[derive(Default)]
pub(super) struct Gathered {
    /// Lines of the sites' names.
    sites: BTreeMap<String, usize>,
    /// Lines of the sources' names.
    names: BTreeMap<String, usize>,
    /// The sources, for exceptions.
    pub(super) known: Known,
}

/// A site; none where any mistake stands in it (it is then noted).
pub(super) fn read(
    walk: &mut Walk<'_>,
    table: &Table<'_, '_>,
    policy: &Policy,
    gathered: &mut Gathered,
) -> Option<Site> {
    let name = table.required(walk, "name").and_then(|(name, span)| {
        let line = walk.line(&span);
        let name = config_name(walk, name, &span)?;
        if let Some(&line) = gathered.sites.get(&name) {
            walk.wrong(&span, What::SiteTwice { name: Quoted::new(&name), line });
        }
        gathered.sites.entry(name.clone()).or_insert(line);
        Some(name)
    });
    let words = |walk: &mut Walk<'_>, key| {
        table.text(walk, key).map(|(words, _)| text::cleaned(words.trim()))
    };
    let (place, contact) = (words(walk, "where"), words(walk, "contact"));
    let keys = words(walk, "keys");
    let timezone = match table.text(walk, "timezone") {
        Some((name, span)) => walk.note(&span, zone(name.trim())),
        None => Some(walk.around.timezone.clone()),
    };
    let planned_off = windows(walk, table);
    let mut policy = policy.clone();
    let policy_written = match table.get("policy") {
        Some(value) => Table::open(walk, value, &schema::SITE_POLICY)
            .map(|section| super::policy::read(walk, &section, &mut policy)),
        None => Some(Written::default()),
    };

    let mut sections = Vec::new();
    for (key, section, product) in
        [("pve", &schema::PVE, Product::Pve), ("pbs", &schema::PBS, Product::Pbs)]
    {
        let found = table.sections(walk, key, section);
        sections.extend(found.into_iter().map(|section| (product, section)));
    }
    sections.sort_by_key(|(_, section)| section.span.start);
    gathered.known.blind |= sections.is_empty();
    if sections.is_empty() && !table.attempts("pve") && !table.attempts("pbs") {
        walk.wrong(&table.span, What::NoSource(name.as_deref().map(Quoted::new)));
    }
    let mut sources: Vec<Source> = Vec::new();
    for (product, section) in sections {
        sources.extend(source(walk, &section, product, name.as_deref(), gathered));
    }

    let facts = SiteFacts {
        name: SiteName::from(name?),
        place,
        contact,
        keys,
        timezone: timezone?,
        policy,
        sources: sources.iter().map(|source| source_facts(source, &planned_off)).collect(),
    };
    let written = table.written(walk);
    Some(Site { facts, sources, planned_off, written, policy_written: policy_written? })
}

fn source_facts(source: &Source, of_site: &[Window]) -> SourceFacts {
    SourceFacts {
        name: source.name.clone(),
        product: source.product,
        endpoints: source.endpoints.iter().map(|e| Arc::from(e.to_string())).collect(),
        fingerprints: source.trust.fingerprints().to_vec(),
        planned_off: of_site.iter().chain(&source.planned_off).copied().collect(),
    }
}

fn source(
    walk: &mut Walk<'_>,
    table: &Table<'_, '_>,
    product: Product,
    site: Option<&str>,
    gathered: &mut Gathered,
) -> Option<Source> {
    let name = source_name(walk, table, site, gathered);
    match &name {
        Some(name) => gathered.known.sources.push((Arc::from(name.as_str()), product)),
        None => gathered.known.blind = true,
    }
    let endpoints = endpoints(walk, table, product);
    let token = table
        .required(walk, "token")
        .and_then(|(text, span)| walk.note(&span, TokenId::parse(text)));
    let secret = secret(walk, table);
    let trust = trust(walk, table);
    let planned_off = windows(walk, table);
    let written = table.written(walk);
    Some(Source {
        name: SourceName::from(name?),
        product,
        endpoints,
        token: token?,
        secret: secret?,
        trust: trust?,
        planned_off,
        written,
    })
}

fn source_name(
    walk: &mut Walk<'_>,
    table: &Table<'_, '_>,
    site: Option<&str>,
    gathered: &mut Gathered,
) -> Option<String> {
    let own = table.attempts("name");
    let (name, span) = if own {
        let (name, span) = table.text(walk, "name")?;
        (config_name(walk, name, &span)?, span)
    } else {
        (site?.to_owned(), table.span.clone())
    };
    if let Some(&line) = gathered.names.get(&name) {
        let name = Quoted::new(&name);
        walk.wrong(
            &span,
            if own {
                What::SourceTwice { name, line }
            } else {
                What::DefaultNameTwice { name, line }
            },
        );
    } else {
        gathered.names.insert(name.clone(), walk.line(&span));
    }
    Some(name)
}

fn config_name(walk: &mut Walk<'_>, name: &str, span: &Span) -> Option<String> {
    if is_config_name(name) {
        return Some(name.to_owned());
    }
    walk.wrong(span, What::BadName(Quoted::new(name)));
    None
}

fn zone(name: &str) -> Result<jiff::tz::TimeZone, What> {
    crate::clock::zone::named(name).ok_or_else(|| {
        let known: Vec<String> =
            jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        // `Paris` for `Europe/Paris`.
        let city = known.iter().find(|known| {
            known.rsplit_once('/').is_some_and(|(_, city)| city.eq_ignore_ascii_case(name))
        });
        let near = || nearest(name, known.iter().map(String::as_str));
        let meant = city.map(String::as_str).or_else(near);
        let meant = meant.map_or(Meant::Nothing, |name| Meant::Word(name.to_owned()));
        What::TimeZone { zone: Quoted::new(name), meant }
    })
}

fn windows(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Vec<Window> {
    let texts = table.texts(walk, "planned-off").unwrap_or_default();
    texts.into_iter().filter_map(|(text, span)| walk.note(&span, window(text))).collect()
}

fn endpoints(walk: &mut Walk<'_>, table: &Table<'_, '_>, product: Product) -> Vec<Endpoint> {
    let Some(texts) = table.texts(walk, "endpoints") else {
        table.missing(walk, "endpoints");
        return Vec::new();
    };
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for (text, span) in texts {
        let Some(endpoint) = walk.note(&span, Endpoint::parse(text, product)) else { continue };
        if endpoints.contains(&endpoint) {
            walk.wrong(&span, What::EndpointTwice(Quoted::new(&endpoint.url)));
        } else {
            endpoints.push(endpoint);
        }
    }
    endpoints
}

fn secret(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Option<SecretOrigin> {
    const KEYS: [&str; 3] = ["secret-file", "secret-env", "secret-command"];
    let present: Vec<_> = KEYS.into_iter().filter(|key| table.get(key).is_some()).collect();
    let mut origins = present.iter().map(|&key| match key {
        "secret-file" => secret_file(walk, table),
        "secret-env" => secret_env(walk, table),
        _ => secret_command(walk, table),
    });
    let origin = origins.next().flatten();
    origins.for_each(drop);
    if present.is_empty() {
        // Where the secret itself stood, that mistake has said it.
        if !table.held_secret && !KEYS.into_iter().any(|key| table.attempts(key)) {
            walk.wrong(&table.span, What::SecretNowhere(table.section.header));
        }
        return None;
    }
    if present.len() > 1 {
        let spans = present.iter().filter_map(|key| table.get(key)).map(toml::Spanned::span);
        let span = spans.max_by_key(|span| span.start).unwrap_or(table.span.clone());
        walk.wrong(&span, What::SecretTwice(present));
        return None;
    }
    origin
}

fn secret_file(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Option<SecretOrigin> {
    let (text, span) = table.text(walk, "secret-file")?;
    if looks_secret(text) {
        walk.wrong(&span, What::SecretAsOrigin("secret-file"));
        return None;
    }
    let path = walk.path(text);
    walk.note(&span, path).map(SecretOrigin::File)
}

fn secret_env(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Option<SecretOrigin> {
    let (text, span) = table.text(walk, "secret-env")?;
    let name = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.chars().next().is_some_and(|c| !c.is_ascii_digit());
    let what = if looks_secret(text) {
        What::SecretAsOrigin("secret-env")
    } else if name {
        return Some(SecretOrigin::Env(text.to_owned()));
    } else {
        What::EnvName
    };
    walk.wrong(&span, what);
    None
}

fn secret_command(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Option<SecretOrigin> {
    let key = "secret-command";
    let value = table.get(key)?;
    let span = value.span();
    let Some(list) = value.get_ref().as_array() else {
        walk.wrong(&span, What::CommandText);
        return None;
    };
    if list.is_empty() {
        walk.wrong(&span, What::Empty(key));
        return None;
    }
    let mut argv = Vec::new();
    for (index, item) in list.iter().enumerate() {
        // An argument may be empty, a program not.
        let text = match item.get_ref().as_str() {
            Some(text) if index > 0 => text,
            _ => as_text(walk, key, item, "a list of texts")?.0,
        };
        if looks_secret(text) {
            walk.wrong(&item.span(), What::SecretAsOrigin(key));
            return None;
        }
        // A program with a slash is a path of the file; a bare name is looked up in PATH.
        if index == 0 && text.contains('/') {
            let path = walk.path(text);
            let path = walk.note(&item.span(), path)?;
            argv.push(path.to_string_lossy().into_owned());
        } else {
            argv.push(text.to_owned());
        }
    }
    Some(SecretOrigin::Command(argv.into()))
}

fn trust(walk: &mut Walk<'_>, table: &Table<'_, '_>) -> Option<Trust> {
    let mut good = true;
    let mut pins: Vec<[u8; 32]> = Vec::new();
    for (text, span) in table.texts(walk, "fingerprint").unwrap_or_default() {
        match walk.note(&span, fingerprint(text)) {
            Some(pin) if pins.contains(&pin) => {}
            Some(pin) => pins.push(pin),
            None => good = false,
        }
    }
    let mut ca_file = None;
    if table.get("ca-file").is_some() {
        ca_file = table.text(walk, "ca-file").and_then(|(text, span)| {
            let path = walk.path(text);
            walk.note(&span, path)
        });
        good &= ca_file.is_some();
    }
    // Never fall back to the system's roots because a pin could not be read.
    good.then_some(match (ca_file, pins.is_empty()) {
        (None, true) => Trust::System,
        (None, false) => Trust::Fingerprints(pins),
        (Some(path), true) => Trust::CaFile(path),
        (Some(path), false) => Trust::Either(path, pins),
    })
}
