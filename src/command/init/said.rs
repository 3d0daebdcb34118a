//! What is told along the way.

use super::Init;
use super::cluster::Found;
use super::place::Change;
use crate::command::doctor::text::steps;
use crate::command::page::Page;
use crate::command::trust::look::{Seen, Stranger};
use crate::command::trust::{PBS, PVE, shown};
use crate::config::Source;
use crate::fleet::id::Product;
use crate::lang::diagnosis::{Health, Stage};
use crate::lang::init::SetUp;
use crate::lang::trust::{self, Mark, Trusting};
use crate::probe::{Probe, Step};
use crate::proxmox::account;

impl Init<'_> {
    /// The endpoints that show nothing.
    pub(super) fn silent(&self, seen: &[Seen]) -> Page {
        let mut page = Page::default();
        let faults = seen.iter().filter_map(|seen| Some((seen, seen.found.as_ref().err()?)));
        let mut silent = 0;
        for (seen, fault) in faults {
            silent += 1;
            let said = SetUp::Silent(&seen.address, &fault.to_string());
            page.sentence(&self.lang.set_up(said));
        }
        if silent == seen.len() {
            page.sentence(&self.lang.set_up(SetUp::AllSilent));
        }
        page
    }

    pub(super) fn facts(&self, stranger: &Stranger<'_>) -> Vec<(&'static str, String)> {
        trust::told(self.lang, Mark::Shown, stranger.shown, &self.when)
    }

    /// Certificates nobody vouches for, and how to compare them.
    pub(super) fn strangers(
        &self,
        product: Product,
        strangers: &[Stranger<'_>],
        seen: &[Seen],
    ) -> Page {
        let mut page = Page::default();
        for stranger in strangers {
            for seen in stranger.at.iter().filter_map(|at| seen.get(*at)) {
                page.sentence(&self.lang.set_up(SetUp::Stranger(&seen.address)));
            }
            page.blank().facts(&self.facts(stranger)).blank();
        }
        page.sentence(&self.lang.trusting(Trusting::Compare));
        match product {
            Product::Pve => {
                page.typed(PVE).sentence(&self.lang.trusting(Trusting::OwnCertificate));
            }
            Product::Pbs => drop(page.typed(PBS)),
        }
        page
    }

    /// What trying the token came to: what works in a word each, what does not in full.
    pub(super) fn tried(&self, source: &Source, probe: &Probe) -> Page {
        let mut page = Page::default();
        let version = probe.endpoints.iter().find_map(|end| end.version.as_ref());
        if let Some(version) = version {
            let said = SetUp::Works(source.product, &version.text);
            page.sentence(&self.lang.set_up(said));
            let oldest = account::oldest(source.product);
            if version.major < oldest {
                page.sentence(&self.lang.set_up(SetUp::TooOld(oldest)));
            }
        }
        let is_said = |step: &&Step| {
            let is_trust = step.stage == Stage::Trust && step.health < Health::Broken;
            matches!(step.health, Health::Warning | Health::Broken) && !is_trust
        };
        for end in &probe.endpoints {
            let told: Vec<Step> = end.steps.iter().filter(is_said).cloned().collect();
            if !told.is_empty() {
                page.line(&end.address);
                page.lines(&steps(&told, self.lang));
            }
        }
        let before: Vec<Step> = probe.before.iter().filter(is_said).cloned().collect();
        page.lines(&steps(&before, self.lang));
        match probe.rights.health {
            Health::Ok => {
                page.sentence(&self.lang.set_up(SetUp::Rights));
            }
            Health::NotReached => {}
            _ => {
                page.lines(&steps(std::slice::from_ref(&probe.rights), self.lang));
            }
        }
        page
    }

    /// How another node of the cluster was found.
    pub(super) fn peer(&self, node: &str, found: &Found) -> String {
        match found {
            Found::Vouched(endpoint, ..) => {
                self.lang.set_up(SetUp::Peer(node, &endpoint.to_string()))
            }
            Found::Differs(endpoint) => {
                self.lang.set_up(SetUp::PeerDiffers(node, &endpoint.to_string()))
            }
            Found::Silent(endpoint, fault) => {
                let (address, why) = (endpoint.to_string(), fault.to_string());
                self.lang.set_up(SetUp::PeerSilent(node, &address, &why))
            }
            Found::Nowhere => self.lang.set_up(SetUp::PeerNowhere(node)),
        }
    }

    /// What would change.
    pub(super) fn diff(&self, change: &Change) -> Page {
        let mut page = Page::default();
        if change.edit.is_changed() {
            let file = shown(&self.place.path);
            page.blank().sentence(&self.lang.trusting(Trusting::WouldChange(&file)));
            for line in change.edit.diff().lines() {
                page.line(line);
            }
            page.blank();
        }
        if let Some(file) = change.secret_file() {
            page.sentence(&self.lang.set_up(SetUp::WillKeep(&shown(file))));
        }
        page
    }

    /// What was written.
    pub(super) fn written(&self, change: &Change) -> Page {
        let mut page = Page::default();
        if let Some(file) = change.secret_file() {
            page.sentence(&self.lang.set_up(SetUp::Kept(&shown(file))));
        }
        let file = shown(&self.place.path);
        page.sentence(&self.lang.set_up(SetUp::Written(&file)));
        page
    }
}
