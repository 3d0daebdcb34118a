//! Everything by flags, nothing asked: for playbooks.

use std::io::{IsTerminal, Read};

use secrecy::zeroize::Zeroizing;

use super::change::{changed, settle};
use super::cluster::{Asker, Found, find_all, is_watched};
use super::look::{self, Token};
use super::place::Change;
use super::wish::{Secret, Wish};
use super::{Ending, Init, InitError};
use crate::command::page::Page;
use crate::command::trust::look::{Seen, Stranger};
use crate::config::{Source, Trust};
use crate::fleet::id::Product;
use crate::lang::init::SetUp;
use crate::lang::trust::{self, Trusting};
use crate::probe::Probe;

impl Init<'_> {
    /// Sets a source up as the flags say.
    pub(super) fn by_flags(&self, wish: &Wish) -> Result<Ending, InitError> {
        let config = self.place.config.as_ref();
        let known = wish.known(config);
        let missing = wish.missing(known.map(|(_, source)| source));
        if !missing.is_empty() {
            return Err(InitError::Missing(missing.join("; ")));
        }
        let target = self.target(wish, known)?;
        let (name, known) = (target.name.as_str(), known.map(|(_, source)| source));
        let mut change = changed(&self.place, wish, &target, known)?;
        if !change.is_any() && !wish.peers {
            Page::default().sentence(&self.lang.set_up(SetUp::Already(name))).print()?;
            return Ok(Ending::Done);
        }
        self.keep_trusted(&mut change, name, known, wish)?;
        let source = change.source(name, self.env)?;
        let secret = wish.secret.as_ref();
        self.block(look::secret(&source, secret, self.env)).map_err(InitError::Secret)?;
        let seen = self.block(look::look(source.product, &source.endpoints, &source.trust))?;
        if seen.iter().all(|seen| seen.found.is_err()) {
            self.silent(&seen).print()?;
            return Ok(Ending::Unasked);
        }
        self.silent(&seen).print()?;
        let sorted = super::pins::sort(&source.endpoints, &seen, known);
        if !sorted.changed.is_empty() {
            self.strangers(source.product, &sorted.changed, &seen).print()?;
            Page::default().sentence(&self.lang.set_up(SetUp::Changed(name))).print()?;
            return Ok(Ending::Refused);
        }
        if !sorted.new.is_empty() && !wish.accept_new {
            self.refuse(wish, &source, &sorted.new, &seen)?;
            return Ok(Ending::Refused);
        }
        for stranger in &sorted.new {
            let address = stranger.at.first().and_then(|at| seen.get(*at));
            let address = address.map(|seen| seen.address.as_str()).unwrap_or_default();
            let mut page = Page::default();
            page.sentence(&self.lang.set_up(SetUp::Unseen(address)));
            page.facts(&self.facts(stranger)).print()?;
        }
        let pins: Vec<[u8; 32]> = sorted.new.iter().map(|s| s.shown.fingerprint).collect();
        let source = settle(&mut change, name, &source, &seen, &pins, self.env)?;
        let probe = self.block(look::try_out(&source, secret, self.env));
        let token = look::token(&probe);
        self.tried(&source, &probe).print()?;
        if matches!(token, Token::Refused | Token::Unknown) {
            Page::default().sentence(&self.lang.trusting(Trusting::Unwritten)).print()?;
            let is_refused = token == Token::Refused;
            return Ok(if is_refused { Ending::Refused } else { Ending::Unasked });
        }
        if wish.peers && source.product == Product::Pve {
            self.add_peers(&mut change, name, &source, secret, &seen, &probe)?;
        }
        if change.is_any() {
            self.diff(&change).print()?;
            change.write()?;
            self.written(&change).print()?;
        } else {
            Page::default().sentence(&self.lang.set_up(SetUp::Already(name))).print()?;
        }
        self.name_backups(&source, secret, &probe)?;
        Ok(if token == Token::Lacking { Ending::Lacking } else { Ending::Done })
    }

    /// Where a pin is added to a source that the roots of the system vouched for: what they vouched
    /// for stays trusted.
    fn keep_trusted(
        &self,
        change: &mut Change,
        name: &str,
        known: Option<&Source>,
        wish: &Wish,
    ) -> Result<(), InitError> {
        let Some(known) = known.filter(|known| known.trust == Trust::System) else { return Ok(()) };
        if wish.fingerprints.is_empty() {
            return Ok(());
        }
        let seen = self.block(look::look(known.product, &known.endpoints, &known.trust))?;
        for pin in super::pins::along(&known.trust, &seen) {
            change.edit.pin(name, None, pin)?;
        }
        Ok(())
    }

    /// What is shown, and what to do about it.
    fn refuse(
        &self,
        wish: &Wish,
        source: &Source,
        strangers: &[Stranger<'_>],
        seen: &[Seen],
    ) -> Result<(), InitError> {
        self.strangers(source.product, strangers, seen).print()?;
        let mut page = Page::default();
        if wish.fingerprints.is_empty() {
            page.sentence(&self.lang.set_up(SetUp::Accepting));
            for stranger in strangers {
                let print = trust::halves(&stranger.shown.fingerprint).join(":");
                page.line(&format!("--fingerprint {print}"));
            }
        } else {
            for seen in strangers.iter().flat_map(|s| &s.at).filter_map(|at| seen.get(*at)) {
                page.sentence(&self.lang.set_up(SetUp::NotGiven(&seen.address)));
            }
        }
        page.sentence(&self.lang.trusting(Trusting::Unwritten)).print()?;
        Ok(())
    }

    /// Names the PBSes that the storages of a cluster point to, and that nobody watches yet.
    fn name_backups(
        &self,
        source: &Source,
        secret: Option<&Secret>,
        probe: &Probe,
    ) -> Result<(), InitError> {
        let works = look::working(source, probe).filter(|_| source.product == Product::Pve);
        let Some(endpoint) = works else { return Ok(()) };
        let told = self.block(look::secret(source, secret, self.env)).map_err(InitError::Secret)?;
        let asker = Asker::new(source, endpoint, told)?;
        // Where storages are hidden, what is said of the rights says so.
        let mut page = Page::default();
        for backup in self.block(asker.backups()).unwrap_or_default() {
            if !is_watched(&backup, self.place.config.as_ref()) {
                let (address, storages) = (backup.endpoint.to_string(), backup.storages.join(", "));
                page.sentence(&self.lang.set_up(SetUp::Pbs(&address, &storages)));
            }
        }
        page.print()?;
        Ok(())
    }

    /// Adds the other nodes that prove to be what the cluster says.
    fn add_peers(
        &self,
        change: &mut Change,
        name: &str,
        source: &Source,
        secret: Option<&Secret>,
        seen: &[Seen],
        probe: &Probe,
    ) -> Result<(), InitError> {
        let told = self.block(look::secret(source, secret, self.env)).map_err(InitError::Secret)?;
        let Some(endpoint) = look::working(source, probe) else { return Ok(()) };
        let asker = Asker::new(source, endpoint, told)?;
        let others = match self.block(asker.others(source, &look::shown(seen))) {
            Ok(others) => others,
            Err(fault) => {
                let why = fault.to_string();
                Page::default().sentence(&self.lang.set_up(SetUp::NoPeers(&why))).print()?;
                return Ok(());
            }
        };
        for (other, found) in others.iter().zip(self.block(find_all(source, &others))) {
            let found = found?;
            Page::default().sentence(&self.peer(&other.node, &found)).print()?;
            if let Found::Vouched(endpoint, print, is_trusted) = found {
                change.edit.add_endpoint(name, &endpoint.url)?;
                if !is_trusted {
                    settle(change, name, source, seen, &[print], self.env)?;
                }
            }
        }
        Ok(())
    }
}

/// The secret, from standard input.
///
/// # Errors
/// When there is none, or standard input is a terminal: what is typed there would be shown.
pub(super) fn told(wish: &mut Wish, file: Option<std::path::PathBuf>) -> Result<(), InitError> {
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        return Err(InitError::SecretTyped);
    }
    let mut raw = Zeroizing::new(Vec::with_capacity(LONGEST));
    let read = input.by_ref().take(LONGEST as u64 / 2).read_to_end(&mut raw);
    read.map_err(InitError::Terminal)?;
    let secret = crate::config::accept_secret(&raw).map_err(InitError::Secret)?;
    wish.secret = Some(Secret::Told(secret, file));
    Ok(())
}

/// More than any secret has, bytes.
const LONGEST: usize = 16 * 1024;
