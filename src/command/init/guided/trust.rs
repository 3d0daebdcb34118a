//! What certificate is shown, and whether it is to be trusted.

use super::super::cluster::Backup;
use super::super::plan::{Progress, Sight};
use super::super::{Ending, InitError, look, pins};
use super::Guide;
use crate::cli;
use crate::command::page::Page;
use crate::command::trust as trusting;
use crate::command::trust::look::{Seen, strangers};
use crate::config::{Endpoint, Source, Trust};
use crate::fleet::id::Product;
use crate::lang::init::{Ask, SetUp};
use crate::lang::trust::Trusting;

impl Guide<'_> {
    /// Looks at the certificates of all endpoints; none where there is nothing to go on with.
    pub(super) fn look(&mut self, progress: &mut Progress) -> Result<Option<Vec<Seen>>, InitError> {
        loop {
            let known = self.known(progress);
            let product = progress.wish.product.unwrap_or(Product::Pve);
            let endpoints = endpoints(progress, known.as_ref());
            let trust = trust(progress, known.as_ref());
            let seen = self.init.block(look::look(product, &endpoints, &trust))?;
            self.init.silent(&seen).print()?;
            let sorted = pins::sort(&endpoints, &seen, known.as_ref());
            if !sorted.changed.is_empty() {
                let name = progress.wish.name.clone().unwrap_or_default();
                if self.certificate(&name)? {
                    continue;
                }
                return Ok(None);
            }
            if !sorted.new.is_empty() && !progress.wish.fingerprints.is_empty() {
                self.init.strangers(product, &sorted.new, &seen).print()?;
                let mut page = Page::default();
                for seen in sorted.new.iter().flat_map(|s| &s.at).filter_map(|at| seen.get(*at)) {
                    page.sentence(&self.init.lang.set_up(SetUp::NotGiven(&seen.address)));
                }
                page.sentence(&self.init.lang.trusting(Trusting::Unwritten)).print()?;
                self.ending = Ending::Refused;
                return Ok(None);
            }
            let mut page = Page::default();
            let mut is_stranger = false;
            for stranger in &sorted.new {
                if progress.wish.accept_new {
                    let address = stranger.at.first().and_then(|at| seen.get(*at));
                    let address = address.map(|seen| seen.address.as_str()).unwrap_or_default();
                    page.sentence(&self.init.lang.set_up(SetUp::Unseen(address)));
                    page.facts(&self.init.facts(stranger));
                    progress.pins.push(stranger.shown.fingerprint);
                }
                is_stranger |= !progress.wish.accept_new;
            }
            for seen in &seen {
                if seen.found.as_ref().is_ok_and(|shown| shown.is_trusted) {
                    page.sentence(&self.init.lang.set_up(SetUp::Trusted(&seen.address)));
                }
            }
            page.print()?;
            let is_silent = seen.iter().all(|seen| seen.found.is_err());
            progress.sight = Some(match (is_silent, is_stranger) {
                (true, _) => Sight::Silent,
                (_, true) => Sight::Stranger,
                _ => Sight::Trusted,
            });
            return Ok(Some(seen));
        }
    }

    /// Asks about each certificate that nobody vouches for.
    pub(super) fn trust(
        &self,
        progress: &mut Progress,
        seen: &[Seen],
        backup: Option<&Backup>,
    ) -> Result<(), InitError> {
        let product = progress.wish.product.unwrap_or(Product::Pve);
        for stranger in strangers(seen) {
            let mut page = self.init.strangers(product, std::slice::from_ref(&stranger), seen);
            if let Some(pinned) = backup.and_then(|backup| backup.fingerprint) {
                let is_same = pinned == stranger.shown.fingerprint;
                page.sentence(&self.init.lang.set_up(SetUp::PinnedByCluster(is_same)));
            }
            page.print()?;
            if !self.prompt.confirm(Ask::Trust, false)? {
                self.say(SetUp::Untrusted)?;
                progress.forget_address();
                return Ok(());
            }
            progress.pins.push(stranger.shown.fingerprint);
        }
        progress.sight = Some(Sight::Trusted);
        Ok(())
    }

    /// Decides about a certificate that has changed; whether all is trusted then.
    pub(super) fn certificate(&mut self, name: &str) -> Result<bool, InitError> {
        let arguments = cli::Trust { source: name.to_owned(), fingerprint: None };
        let global = cli::Global {
            config: Some(self.init.place.path.clone()),
            sites: Vec::new(),
            ..self.global.clone()
        };
        let ending = trusting::run(&arguments, &global, self.init.env, self.init.lang);
        let ending = ending.map_err(|error| InitError::Certificate(Box::new(error)))?;
        self.init.place.again(self.init.env)?;
        self.ending = match ending {
            trusting::Ending::Trusted => Ending::Done,
            trusting::Ending::Refused => Ending::Refused,
            trusting::Ending::Unasked => Ending::Unasked,
        };
        self.has_written |= ending == trusting::Ending::Trusted;
        Ok(ending == trusting::Ending::Trusted)
    }

    /// The source as the file has it.
    pub(super) fn known(&self, progress: &Progress) -> Option<Source> {
        let known = progress.wish.known(self.init.place.config.as_ref());
        known.map(|(_, source)| source.clone())
    }
}

/// Those that are there, and the new ones.
fn endpoints(progress: &Progress, known: Option<&Source>) -> Vec<Endpoint> {
    let mut all = known.map(|known| known.endpoints.clone()).unwrap_or_default();
    for endpoint in &progress.wish.endpoints {
        if !all.contains(endpoint) {
            all.push(endpoint.clone());
        }
    }
    all
}

/// What is trusted so far.
fn trust(progress: &Progress, known: Option<&Source>) -> Trust {
    let pins = progress.wish.fingerprints.clone();
    match (known, progress.wish.ca_file.clone(), pins.is_empty()) {
        (Some(known), ..) => known.trust.clone(),
        (_, Some(file), true) => Trust::CaFile(file),
        (_, Some(file), false) => Trust::Either(file, pins),
        (_, None, true) => Trust::System,
        (_, None, false) => Trust::Fingerprints(pins),
    }
}
