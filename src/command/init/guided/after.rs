//! Once the token is tried: the other nodes, the file, the PBSes that come next.

use super::super::change::{changed, settle};
use super::super::cluster::{Asker, Backup, Found, Other, find, find_all, is_watched, moved};
use super::super::look::{self, Token};
use super::super::place::Change;
use super::super::plan::Progress;
use super::super::wish::{self, Wish};
use super::super::{Ending, InitError};
use super::Guide;
use crate::command::page::Page;
use crate::command::trust::look::Seen;
use crate::config::Source;
use crate::fleet::id::Product;
use crate::lang::init::{Ask, Hint, SetUp};
use crate::lang::trust::Trusting;

impl Guide<'_> {
    /// The change so far, and the source as it would be then.
    pub(super) fn draft(
        &self,
        progress: &Progress,
        seen: &[Seen],
    ) -> Result<(Change, Source), InitError> {
        let known = progress.wish.known(self.init.place.config.as_ref());
        let target = self.init.target(&progress.wish, known)?;
        let known = known.map(|(_, source)| source);
        let mut change = changed(&self.init.place, &progress.wish, &target, known)?;
        let source = change.source(&target.name, self.init.env)?;
        let pins = &progress.pins;
        let source = settle(&mut change, &target.name, &source, seen, pins, self.init.env)?;
        Ok((change, source))
    }

    /// Asks a cluster over the endpoint that answers.
    fn asker<'s>(
        &self,
        progress: &Progress,
        source: &'s Source,
    ) -> Result<Option<Asker<'s>>, InitError> {
        let works = progress.works.as_ref();
        let endpoint = source.endpoints.iter().find(|endpoint| Some(*endpoint) == works);
        let Some(endpoint) = endpoint else { return Ok(None) };
        let told = progress.wish.secret.as_ref();
        let secret = self.init.block(look::secret(source, told, self.init.env));
        let secret = secret.map_err(InitError::Secret)?;
        Ok(Some(Asker::new(source, endpoint, secret)?))
    }

    /// Offers the other nodes of the cluster as endpoints.
    pub(super) fn peers(&self, progress: &mut Progress, seen: &[Seen]) -> Result<(), InitError> {
        progress.had_peers = true;
        let (_, source) = self.draft(progress, seen)?;
        let Some(asker) = self.asker(progress, &source)? else { return Ok(()) };
        let others = match self.init.block(asker.others(&source, &look::shown(seen))) {
            Ok(others) => others,
            Err(fault) => return self.say(SetUp::NoPeers(&fault.to_string())),
        };
        if others.is_empty() {
            return Ok(());
        }
        self.say(SetUp::AskingPeers)?;
        let mut vouched = Vec::new();
        for (other, found) in others.iter().zip(self.init.block(find_all(&source, &others))) {
            let found = self.placed(&source, other, found?)?;
            if let Found::Vouched(endpoint, print, is_trusted) = found {
                vouched.push((endpoint, print, is_trusted));
            }
        }
        if vouched.is_empty() || !self.prompt.confirm(Ask::Peers(vouched.len()), true)? {
            return Ok(());
        }
        for (endpoint, print, is_trusted) in vouched {
            progress.wish.endpoints.push(endpoint);
            if !is_trusted {
                progress.pins.push(print);
            }
        }
        Ok(())
    }

    /// Says how a node was found, and asks for its address where it was not.
    fn placed(&self, source: &Source, other: &Other, mut found: Found) -> Result<Found, InitError> {
        loop {
            let said = self.init.peer(&other.node, &found);
            Page::default().sentence(&said).print()?;
            if !matches!(found, Found::Silent(..) | Found::Nowhere) {
                return Ok(found);
            }
            let text =
                self.prompt.line(Ask::PeerAddress(&other.node), None, Some(Hint::LeaveOut))?;
            if text.trim().is_empty() {
                return Ok(found);
            }
            match wish::endpoint(&text, Product::Pve) {
                Ok(endpoint) => {
                    found = self.init.block(find(source, &moved(other, endpoint)))?;
                }
                Err(what) => self.wrong_value(&what)?,
            }
        }
    }

    /// Shows the change, asks, writes.
    pub(super) fn write(
        &mut self,
        progress: &mut Progress,
        seen: &[Seen],
    ) -> Result<(), InitError> {
        progress.is_written = true;
        let (change, source) = self.draft(progress, seen)?;
        let name = source.name.as_str();
        if change.is_any() {
            self.init.diff(&change).print()?;
            if !self.prompt.confirm(Ask::Write, true)? {
                progress.works = None;
                self.ending = Ending::Refused;
                let mut page = Page::default();
                page.sentence(&self.init.lang.trusting(Trusting::Unwritten)).print()?;
                return Ok(());
            }
            change.write()?;
            self.has_written = true;
            self.init.written(&change).print()?;
            self.init.place.again(self.init.env)?;
        } else {
            self.say(SetUp::Already(name))?;
        }
        self.unfinished.retain(|unfinished| unfinished != name);
        self.ending = Ending::Done;
        if progress.tried != Some(Token::Good) {
            self.unfinished.push(name.to_owned());
            self.ending = Ending::Lacking;
            self.say(SetUp::Unfinished(name))?;
        }
        Ok(())
    }

    /// Offers the PBSes that the storages of a cluster name, and that nobody watches yet.
    pub(super) fn backups(&mut self, progress: &Progress) -> Result<(), InitError> {
        let Some(source) = self.known(progress).filter(|s| s.product == Product::Pve) else {
            return Ok(());
        };
        let found = match self.asker(progress, &source)? {
            Some(asker) => self.init.block(asker.backups()).unwrap_or_default(),
            None => return Ok(()),
        };
        for backup in &found {
            if is_watched(backup, self.init.place.config.as_ref()) {
                continue;
            }
            let address = backup.endpoint.to_string();
            self.say(SetUp::Pbs(&address, &backup.storages.join(", ")))?;
            loop {
                match self.prompt.confirm(Ask::Backup(&address), true) {
                    Ok(true) => {}
                    Ok(false) => break,
                    // What is written is not gone back to.
                    Err(InitError::Back) => return Ok(()),
                    Err(error) => return Err(error),
                }
                match self.next(backup) {
                    Err(InitError::Back) => {}
                    done => break done?,
                }
            }
        }
        Ok(())
    }

    fn next(&mut self, backup: &Backup) -> Result<(), InitError> {
        let wish = Wish {
            product: Some(Product::Pbs),
            endpoints: vec![backup.endpoint.clone()],
            ..Wish::default()
        };
        self.source(Progress { wish, ..Progress::default() }, Some(backup))
    }
}
