//! What is wished of a source, as far as it was said, without asking anybody: what is missing still,
//! which source of the configuration is meant, how a new one is called.

use std::path::PathBuf;

use secrecy::SecretString;

use super::InitError;
use crate::cli::Init as Arguments;
use crate::config::{Config, Endpoint, SecretOrigin, Source, TokenId, What};
use crate::fleet::id::{Product, is_config_name};
use crate::proxmox::account;

/// Where the secret of a token lives.
#[derive(Clone, Debug)]
pub(super) enum Secret {
    /// It is there already, or is read from there when it is needed.
    At(SecretOrigin),
    /// It was told, and is to be kept in a file: this one, or one named after its source.
    Told(SecretString, Option<PathBuf>),
}

/// All that was said so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    pub site: Option<String>,
    pub name: Option<String>,
    /// None with no endpoint.
    pub product: Option<Product>,
    pub endpoints: Vec<Endpoint>,
    pub token: Option<TokenId>,
    pub secret: Option<Secret>,
    pub fingerprints: Vec<[u8; 32]>,
    pub accept_new: bool,
    pub ca_file: Option<PathBuf>,
    pub peers: bool,
}

impl Wish {
    /// Reads the flags. No error repeats a token or a secret.
    pub(super) fn given(arguments: &Arguments, sites: &[String]) -> Result<Self, InitError> {
        let wrong = |flag| move |what| InitError::Value(flag, what);
        let (product, flag, texts) = match (arguments.pve.as_slice(), arguments.pbs.as_slice()) {
            ([], []) => (None, "--pve", [].as_slice()),
            ([], pbs) => (Some(Product::Pbs), "--pbs", pbs),
            (pve, _) => (Some(Product::Pve), "--pve", pve),
        };
        let mut endpoints = Vec::new();
        for text in texts {
            let endpoint = endpoint(text, product.unwrap_or(Product::Pve)).map_err(wrong(flag))?;
            if !endpoints.contains(&endpoint) {
                endpoints.push(endpoint);
            }
        }
        let site = match sites {
            [] => None,
            [site] => Some(name(site).map_err(wrong("--site"))?),
            _ => return Err(InitError::OneSite),
        };
        let token = arguments.token.as_deref().map(TokenId::parse).transpose();
        Ok(Self {
            site,
            name: arguments.name.as_deref().map(name).transpose().map_err(wrong("--name"))?,
            product,
            endpoints,
            token: token.map_err(wrong("--token"))?,
            secret: secret(arguments)?,
            fingerprints: arguments.fingerprint.clone(),
            accept_new: arguments.accept_new_fingerprint,
            ca_file: arguments.ca_file.as_ref().and_then(|path| std::path::absolute(path).ok()),
            peers: arguments.peers,
        })
    }

    /// The flags that would have to be given for nothing to be asked. What is known of a source
    /// that is there already need not be said again.
    pub(super) fn missing(&self, known: Option<&Source>) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.site.is_none() && known.is_none() {
            missing.push("--site SITE");
        }
        if self.endpoints.is_empty() && known.is_none() {
            missing.push("--pve URL, or --pbs URL");
        }
        if self.secret.is_none() && known.is_none() {
            missing.push("--secret-file FILE (or --secret-env, --secret-command, --secret-stdin)");
        }
        missing
    }

    /// The source of the configuration that is meant: by its name, else by an endpoint.
    pub(super) fn known<'a>(&self, config: Option<&'a Config>) -> Option<(&'a str, &'a Source)> {
        let sites = config.into_iter().flat_map(|config| &config.sites);
        let mut all = sites
            .flat_map(|site| site.sources.iter().map(|s| (site.facts.name.as_str(), s)))
            .filter(|(_, source)| self.product.is_none_or(|product| product == source.product));
        match &self.name {
            Some(name) => all.find(|(_, source)| source.name.as_str() == name),
            None => {
                all.find(|(_, source)| self.endpoints.iter().any(|e| source.endpoints.contains(e)))
            }
        }
    }

    /// The token's id, or the usual one.
    pub(super) fn token(&self, product: Product) -> String {
        let wished = self.token.as_ref().map(ToString::to_string);
        wished.unwrap_or_else(|| account::usual(product).to_owned())
    }
}

/// An endpoint, also as a bare name or address, with or without a port.
pub(super) fn endpoint(text: &str, product: Product) -> Result<Endpoint, What> {
    let text = text.trim();
    if text.contains("://") {
        return Endpoint::parse(text, product);
    }
    // An address of IPv6 may stand without its brackets here.
    let is_bare = text.parse::<std::net::Ipv6Addr>().is_ok();
    let text = if is_bare { format!("https://[{text}]") } else { format!("https://{text}") };
    Endpoint::parse(&text, product)
}

/// A name for a site or a source.
pub(super) fn name(text: &str) -> Result<String, What> {
    let text = text.trim();
    if is_config_name(text) {
        return Ok(text.to_owned());
    }
    Err(What::BadName(crate::config::Quoted::new(text)))
}

/// The program first, then its arguments: the words that a shell would make of it. Nothing else of
/// a shell is understood: `$` and `|` mean themselves.
pub(super) fn command(text: &str) -> Result<Vec<String>, What> {
    let words = shlex::split(text).ok_or(What::Quotes)?;
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err(What::Empty("secret-command")),
    }
}

/// Whether a variable can have this name.
pub(super) fn variable(text: &str) -> Result<String, What> {
    let is_name = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if is_name { Ok(text.to_owned()) } else { Err(What::EnvName) }
}

fn secret(arguments: &Arguments) -> Result<Option<Secret>, InitError> {
    let wrong = |flag| move |what| InitError::Value(flag, what);
    let file = arguments.secret_file.as_ref().and_then(|path| std::path::absolute(path).ok());
    if let Some(path) = file.filter(|_| !arguments.secret_stdin) {
        return Ok(Some(Secret::At(SecretOrigin::File(path))));
    }
    if let Some(name) = &arguments.secret_env {
        return Ok(Some(Secret::At(SecretOrigin::Env(
            variable(name).map_err(wrong("--secret-env"))?,
        ))));
    }
    let argv = arguments.secret_command.as_deref().map(command).transpose();
    let argv = argv.map_err(wrong("--secret-command"))?;
    Ok(argv.map(|argv| Secret::At(SecretOrigin::Command(argv.into()))))
}

/// A name for a new site, made of where its first source answers: the host's name without its
/// number, or its domain's where that says more. An address names nothing.
pub(super) fn site_name(endpoints: &[Endpoint], taken: &[String]) -> String {
    let host = endpoints.first().map(|endpoint| endpoint.host.as_str()).unwrap_or_default();
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let label = host.split('.').next().unwrap_or_default();
    let label = label.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
    let is_plain = |name: &&str| {
        let is_product = ["pve", "pbs", "proxmox", "localhost"].contains(name);
        !is_address && !is_product && is_config_name(name)
    };
    let name = Some(label).filter(is_plain).unwrap_or("home").to_owned();
    if taken.contains(&name) { String::new() } else { name }
}

/// A name for a new source: the site's, where that is free and nothing else is there; else with the
/// product, else with a number.
pub(super) fn free_name(config: Option<&Config>, site: &str, product: Product) -> String {
    let is_taken = |name: &str| {
        let sites = config.into_iter().flat_map(|config| &config.sites);
        sites.flat_map(|site| &site.sources).any(|source| source.name.as_str() == name)
    };
    let kind = match product {
        Product::Pve => "pve",
        Product::Pbs => "pbs",
    };
    let mut sites = config.into_iter().flat_map(|config| &config.sites);
    let is_first = !sites.any(|known| known.facts.name.as_str() == site);
    let mut candidates = is_first
        .then(|| site.to_owned())
        .into_iter()
        .chain([format!("{site}-{kind}")])
        .chain((2_u32..).map(|number| format!("{site}-{kind}{number}")));
    candidates.find(|name| !is_taken(name)).unwrap_or_else(|| site.to_owned())
}

#[cfg(test)]
mod tests;
