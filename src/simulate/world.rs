//! What all servers of a federation share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::clock::SimClock;
use super::federation::Options;
use super::fleet::SimFleet;
use super::ha;
use super::rights::Rights;
use super::tls::CertificateFacts;
use super::watchdog;

/// Where one server listens and what certificate it shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// TCP port.
    pub port: u16,
    /// Its leaf.
    pub leaf: CertificateFacts,
    /// The authority of its cluster.
    pub authority: Option<CertificateFacts>,
}

/// The fleet, the clock, and what follows from having really started servers.
pub(super) struct World {
    /// The description.
    pub fleet: RwLock<SimFleet>,
    /// The clock.
    pub clock: SimClock,
    /// Its time at the start.
    pub start: i64,
    /// Settings.
    pub options: Options,
    /// The secret of every token.
    pub secret: String,
    /// Tokens of each source and what they may see.
    pub tokens: RwLock<HashMap<(String, String), Rights>>,
    /// Server by (source, node); node is empty for a PBS.
    pub places: RwLock<HashMap<(String, String), Place>>,
    /// Counts every change, so that rendered answers can be kept.
    pub generation: AtomicU64,
}

impl World {
    /// Where a server is.
    pub(super) fn place(&self, source: &str, node: &str) -> Place {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        places.get(&(source.to_owned(), node.to_owned())).cloned().unwrap_or_default()
    }

    /// What a token of a source may see; `None` for one that does not exist.
    pub(super) fn rights(&self, source: &str, token: &str) -> Option<Rights> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(&(source.to_owned(), token.to_owned())).copied()
    }

    /// Does what the HA stacks and the watchdogs have done by now.
    pub(super) fn settle(self: &Arc<Self>) {
        let at = self.clock.now() - self.start;
        let is_due = {
            let fleet = self.fleet.read().unwrap_or_else(PoisonError::into_inner);
            fleet.clusters().any(|(_, cluster)| {
                !ha::due(cluster, at).is_empty() || watchdog::is_due(cluster, at)
            })
        };
        if is_due {
            self.edit(|fleet| {
                let sites = fleet.sites.iter_mut();
                for cluster in sites.flat_map(|site| &mut site.clusters) {
                    watchdog::settle(cluster, at);
                    ha::settle(cluster, at);
                }
            });
        }
    }

    /// Whether a node was reset by its watchdog, and has not booted yet.
    pub(super) fn is_booting(self: &Arc<Self>, source: &str, node: &str) -> bool {
        self.settle();
        let at = self.clock.now() - self.start;
        let fleet = self.fleet.read().unwrap_or_else(PoisonError::into_inner);
        let node = fleet.cluster(source).and_then(|cluster| cluster.node(node));
        node.is_some_and(|node| watchdog::is_booting(node, at))
    }

    /// Says that answers have changed.
    pub(super) fn touch(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// Changes the description.
    pub(super) fn edit<T>(self: &Arc<Self>, change: impl FnOnce(&mut SimFleet) -> T) -> T {
        let mut fleet = self.fleet.write().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut fleet);
        drop(fleet);
        self.touch();
        result
    }
}
