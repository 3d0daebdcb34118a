//! `vigie trust`: what certificate a source shows now, who vouches for it, and, once somebody who
//! compared it says yes, its fingerprint in the configuration.
//!
//! An endpoint whose certificate is not trusted is told nothing: the handshake ends at the
//! certificate. The peers are asked over an endpoint that is still trusted.

pub(super) mod ask;
pub(super) mod look;
mod pins;

use std::io;
use std::path::{Path, PathBuf};

use self::look::{Peers, Seen};
use self::pins::{Before, Pins};
use super::fleet::{self, FleetError};
use super::page::Page;
use crate::cli::{Global, Trust as Arguments};
use crate::clock::{self, zone};
use crate::config::edit::{Edit, EditError};
use crate::config::{self, Source};
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::lang::trust::{self, By, Mark, Trusting, Vouch};
use crate::lang::{Lang, When};
use crate::poll::fleet::SharedEnv;
use crate::poll::http::{OpenError, trust as trust_of};
use crate::proxmox::client::ClientError;

/// Why nothing can be said or done about the trust in a source.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// There is no fleet.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// There is no such source.
    #[error("there is no source {asked:?}; there are: {known}")]
    NoSuchSource {
        /// What was asked for.
        asked: String,
        /// The sources there are, separated by commas.
        known: String,
    },
    /// The demo has no file.
    #[error("the configuration of the demo is no file: nothing can be written to it")]
    NoFile,
    /// The CA's file cannot be read.
    #[error("what is trusted is not known")]
    Trust(#[source] OpenError),
    /// The roots or the CA are of no use.
    #[error("what is trusted is not known")]
    Client(#[source] ClientError),
    /// The system refuses what asking needs.
    #[error("the servers cannot be asked")]
    System(#[source] io::Error),
    /// The terminal, or what reads the output, is gone.
    #[error("the terminal cannot be used")]
    Terminal(#[source] io::Error),
    /// The configuration cannot be changed.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Nobody is there to be asked.
    #[error("no terminal to ask on: compare the fingerprint on the server, then run: {0}")]
    NoTerminal(String),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is trusted, now or already.
    Trusted,
    /// Something is shown that was not accepted.
    Refused,
    /// No endpoint could be asked.
    Unasked,
}

/// Looks, tells, asks and writes.
///
/// # Errors
/// When nothing can be asked or written.
pub fn run(
    arguments: &Arguments,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<Ending, TrustError> {
    let start = fleet::start(global, env, true)?;
    let name = arguments.source.as_str();
    let sources = || start.config.sites.iter().flat_map(|site| &site.sources);
    let source = sources().find(|source| source.name.as_str() == name).ok_or_else(|| {
        let known: Vec<&str> = sources().map(|source| source.name.as_str()).collect();
        TrustError::NoSuchSource { asked: name.to_owned(), known: known.join(", ") }
    })?;
    let zone = zone::system();
    let when = When { now: clock::now(), zone: &zone };
    if arguments.fingerprint.is_some_and(|pin| source.trust.fingerprints().contains(&pin)) {
        Page::default()
            .sentence(&lang.trusting(Trusting::Pinned(name)))
            .print()
            .map_err(TrustError::Terminal)?;
        return Ok(Ending::Trusted);
    }
    let trust = trust_of(&source.trust).map_err(TrustError::Trust)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (seen, peers) = runtime.map_err(TrustError::System)?.block_on(async {
        let seen = look::certificates(source.product, &source.endpoints, &trust).await?;
        let peers = look::peers(source, &trust, &seen, &*start.env).await;
        Ok::<_, ClientError>((seen, peers))
    })?;
    let link = start.fleet.sources().find(|(_, facts, _)| facts.name == source.name);
    let endpoints = link.map(|(_, _, survey)| &*survey.link.endpoints).unwrap_or_default();
    let remembered = |seen: &Seen| {
        let known = endpoints.iter().find(|known| *known.address == *seen.address);
        known.and_then(|known| known.trusted.clone())
    };
    let remembered: Vec<Option<PeerCertificate>> = seen.iter().map(remembered).collect();
    let pins = Pins::new(&source.trust, &seen, &remembered);
    let file = start.config.path.as_deref();
    let mut work = Work { source, global, file, seen: &seen, peers: &peers, pins, lang, when };
    match arguments.fingerprint {
        Some(given) => work.given(given),
        None => work.ask(),
    }
}

impl From<ClientError> for TrustError {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

/// What is known, and what it is for.
struct Work<'a> {
    source: &'a Source,
    global: &'a Global,
    file: Option<&'a Path>,
    seen: &'a [Seen],
    peers: &'a Peers,
    pins: Pins<'a>,
    lang: &'a dyn Lang,
    when: When<'a>,
}

impl Work<'_> {
    /// Tells everything and asks about each certificate.
    fn ask(&mut self) -> Result<Ending, TrustError> {
        let strangers = look::strangers(self.seen);
        self.head(strangers.iter().map(|stranger| stranger.at.len()).sum())
            .print()
            .map_err(TrustError::Terminal)?;
        if strangers.is_empty() {
            let answered = self.seen.iter().any(|seen| seen.found.is_ok());
            return Ok(if answered { Ending::Trusted } else { Ending::Unasked });
        }
        let has_terminal = ask::has_terminal();
        let mut ending = Ending::Trusted;
        for stranger in &strangers {
            self.page(stranger, true).print().map_err(TrustError::Terminal)?;
            let (edit, file) = self.change(stranger)?;
            self.diff(&edit, &file).print().map_err(TrustError::Terminal)?;
            if !has_terminal {
                continue;
            }
            let is_yes = ask::ask(&self.lang.trusting(Trusting::Question))
                .map_err(TrustError::Terminal)?
                .is_some_and(|answer| self.lang.is_yes(&answer));
            if is_yes {
                self.write(stranger, &edit, &file)?;
            } else {
                ending = Ending::Refused;
                self.said(Trusting::Unwritten).print().map_err(TrustError::Terminal)?;
            }
        }
        if has_terminal {
            return Ok(ending);
        }
        let commands: Vec<String> = strangers.iter().map(|s| self.command(s)).collect();
        Err(TrustError::NoTerminal(commands.join("; ")))
    }

    /// Accepts one certificate, and no other.
    fn given(&mut self, given: [u8; 32]) -> Result<Ending, TrustError> {
        let name = self.source.name.as_str();
        let strangers = look::strangers(self.seen);
        if let Some(stranger) = strangers.iter().find(|s| s.shown.fingerprint == given) {
            self.page(stranger, false).print().map_err(TrustError::Terminal)?;
            let (edit, file) = self.change(stranger)?;
            self.diff(&edit, &file).print().map_err(TrustError::Terminal)?;
            self.write(stranger, &edit, &file)?;
            return Ok(Ending::Trusted);
        }
        if look::trusted(self.seen).any(|certificate| certificate.fingerprint == given) {
            self.said(Trusting::TrustedAlready(name)).print().map_err(TrustError::Terminal)?;
            return Ok(Ending::Trusted);
        }
        self.head(strangers.iter().map(|stranger| stranger.at.len()).sum())
            .print()
            .map_err(TrustError::Terminal)?;
        for stranger in &strangers {
            self.page(stranger, true).print().map_err(TrustError::Terminal)?;
        }
        let mut end = self.said(Trusting::NotShown(name));
        end.sentence(&self.lang.trusting(Trusting::Unwritten))
            .print()
            .map_err(TrustError::Terminal)?;
        let is_unknown = strangers.is_empty() && self.seen.iter().any(|seen| seen.found.is_err());
        Ok(if is_unknown { Ending::Unasked } else { Ending::Refused })
    }

    fn said(&self, said: Trusting<'_>) -> Page {
        let mut page = Page::default();
        page.sentence(&self.lang.trusting(said));
        page
    }

    /// How it stands as a whole.
    fn head(&self, strangers: usize) -> Page {
        let (name, all) = (self.source.name.as_str(), self.seen.len());
        let answered = self.seen.iter().filter(|seen| seen.found.is_ok()).count();
        let mut page = self.said(match (answered, strangers) {
            (0, _) => Trusting::Silent(name),
            (_, 0) => Trusting::Fine(name, answered, all),
            _ => Trusting::Strangers(name, strangers, all),
        });
        let ca = self.source.trust.ca_file().map(|file| file.display().to_string());
        let (by, pinning) = match (&self.source.trust, ca.as_deref()) {
            (config::Trust::Either(_, pins), Some(ca)) => (By::Either(ca, pins.len()), None),
            (config::Trust::CaFile(_), Some(ca)) => (By::Ca(ca), Some(Trusting::PinningCa)),
            (config::Trust::Fingerprints(pins), _) => (By::Pins(pins.len()), None),
            _ => (By::System, Some(Trusting::PinningSystem)),
        };
        page.sentence(&self.lang.trusting(Trusting::By(by)));
        if let Some(pinning) = pinning {
            page.sentence(&self.lang.trusting(pinning));
        }
        for seen in self.seen {
            if let Err(fault) = &seen.found {
                let said = Trusting::Unasked(&seen.address, &fault.to_string());
                page.sentence(&self.lang.trusting(said));
            }
        }
        page
    }

    /// All that there is to know of a certificate before it is trusted.
    fn page(&self, stranger: &look::Stranger<'_>, with_command: bool) -> Page {
        let (lang, when) = (self.lang, &self.when);
        let mut facts = Vec::new();
        let mut is_known = true;
        for &index in &stranger.at {
            let address = self.seen.get(index).map(|seen| seen.address.clone());
            facts.push((lang.mark(Mark::At), address.unwrap_or_default()));
            match self.pins.before(index) {
                Before::This(pin, Some(certificate)) if certificate.fingerprint == pin => {
                    facts.extend(trust::told(lang, Mark::Trusted, certificate, when));
                }
                Before::This(pin, _) => facts.extend(trust::print(lang, Mark::Trusted, &pin)),
                Before::OneOf(pins) => {
                    is_known &= pins.is_empty();
                    for pin in pins {
                        facts.extend(trust::print(lang, Mark::Trusted, &pin));
                    }
                }
            }
        }
        facts.push(("", String::new()));
        facts.extend(trust::told(lang, Mark::Shown, stranger.shown, when));
        let vouch = self.peers.vouch(&stranger.shown.fingerprint);
        facts.push((lang.mark(Mark::Vouched), lang.vouch(vouch)));
        let mut page = Page::default();
        page.blank().facts(&facts).blank();
        if !is_known {
            page.sentence(&lang.trusting(Trusting::Beside));
        }
        if matches!(vouch, Vouch::No(_)) {
            page.sentence(&lang.trusting(Trusting::Denied));
        }
        if with_command {
            page.sentence(&lang.trusting(Trusting::Compare));
            match self.source.product {
                Product::Pve => {
                    page.typed(PVE).sentence(&lang.trusting(Trusting::OwnCertificate));
                }
                Product::Pbs => drop(page.typed(PBS)),
            }
        }
        page
    }

    /// The change of the file, not written yet.
    fn change(&self, stranger: &look::Stranger<'_>) -> Result<(Edit, PathBuf), TrustError> {
        let file = self.file.ok_or(TrustError::NoFile)?;
        let mut edit = Edit::open(file)?;
        let name = self.source.name.as_str();
        for &index in &stranger.at {
            let old = match self.pins.before(index) {
                Before::This(pin, _) => Some(pin),
                Before::OneOf(_) => None,
            };
            edit.pin(name, old, stranger.shown.fingerprint)?;
        }
        if self.source.trust == config::Trust::System {
            // What the roots vouched for until now stays trusted, and nothing more.
            for certificate in look::trusted(self.seen) {
                edit.pin(name, None, certificate.fingerprint)?;
            }
        }
        Ok((edit, file.to_path_buf()))
    }

    fn diff(&self, edit: &Edit, file: &Path) -> Page {
        let mut page = Page::default();
        page.blank().sentence(&self.lang.trusting(Trusting::WouldChange(&shown(file))));
        for line in edit.diff().lines() {
            page.line(line);
        }
        page.blank();
        page
    }

    fn write(
        &mut self,
        stranger: &look::Stranger<'_>,
        edit: &Edit,
        file: &Path,
    ) -> Result<(), TrustError> {
        edit.write(file)?;
        self.pins.replaced(&stranger.at, stranger.shown.fingerprint);
        self.said(Trusting::Written(&shown(file))).print().map_err(TrustError::Terminal)
    }

    /// What accepts this certificate without a question.
    fn command(&self, stranger: &look::Stranger<'_>) -> String {
        let config = self.global.config.as_deref().map(shown);
        let config = config.map(|file| format!(" --config {}", crate::shell::quote(&file)));
        let fingerprint = trust::halves(&stranger.shown.fingerprint).join(":");
        let config = config.unwrap_or_default();
        format!("vigie{config} trust {} --fingerprint {fingerprint}", self.source.name)
    }
}

/// Where a node of a cluster has the certificate that it serves.
pub(super) const PVE: &str =
    "openssl x509 -in /etc/pve/local/pve-ssl.pem -noout -fingerprint -sha256";

/// The same of a PBS.
pub(super) const PBS: &str = "proxmox-backup-manager cert info | grep Fingerprint";

pub(super) fn shown(path: &Path) -> String {
    crate::fleet::text::clean(&path.display().to_string()).into_owned()
}
