//! Which PBS, datastore and namespace a PVE storage points to, and what sync jobs carry further.
//!
//! One PBS may be configured as two sources; it counts once, as the first-configured one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::HashMap;

use super::context::{Context, SourceContext};
use crate::fleet::id::{Namespace, Product, SourceName, StorageName, StoreName};
use crate::fleet::link::Link;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::policy::SourceFacts;
use crate::fleet::pve::storage::{PbsTarget, StorageConfig};
use crate::fleet::site::Fleet;

/// The PBS that holds copies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Server {
    /// One that is watched, by its first-configured source.
    Watched(SourceName),
    /// One that is not: its host, in lower case.
    Elsewhere(Arc<str>),
}

/// Where copies lie: a namespace of a datastore of a PBS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The PBS.
    pub server: Server,
    /// The datastore.
    pub store: StoreName,
    /// The namespace; empty for the root.
    pub ns: Namespace,
}

/// A PVE storage whose copies are, or may be, at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// The PVE source.
    pub source: SourceName,
    /// The storage there.
    pub storage: StorageName,
    /// The owner of what it writes.
    pub username: Arc<str>,
    /// Whether it writes there itself; else a sync job carries its copies there.
    pub direct: bool,
}

/// An enabled PVE storage of type pbs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The storage.
    pub storage: StorageName,
    /// Where it points.
    pub place: Place,
    /// That place and every place its copies are synced to.
    pub reach: Vec<Place>,
}

/// What points where, over the whole fleet.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    canonical: BTreeMap<SourceName, SourceName>,
    targets: BTreeMap<SourceName, Vec<Target>>,
    writers: HashMap<Place, Vec<Writer>>,
    unread: BTreeSet<SourceName>,
}

/// More places than this no copy is followed to.
const REACH: usize = 64;

impl Mapping {
    /// Derives it.
    pub fn new(ctx: &Context<'_>) -> Self {
        Self::of(ctx.fleet)
    }

    /// The watched PBS to which a storage of a source leads.
    pub fn watched(&self, source: &SourceName, storage: &StorageName) -> Option<&SourceName> {
        match &self.place(source, storage)?.server {
            Server::Watched(pbs) => Some(pbs),
            Server::Elsewhere(_) => None,
        }
    }

    /// Whether a storage of type pbs leads to a PBS that is watched: its fill level is then told
    /// there.
    pub fn is_watched(&self, source: &SourceContext<'_>, storage: &StorageName) -> bool {
        let place = self.place(source.name(), storage);
        place.is_some_and(|place| matches!(place.server, Server::Watched(_)))
    }

    /// The mapping of a fleet, from `/storage`, `/admin/sync`, `/config/remote`, identities and
    /// certificates. What was read once is believed however old.
    pub fn of(fleet: &Fleet) -> Self {
        let servers: Vec<Known<'_>> = fleet
            .sources()
            .filter_map(|(_, facts, survey)| {
                survey.pbs().map(|pbs| Known::new(facts, &survey.link, pbs))
            })
            .collect();
        let mut mapping = Self { canonical: canonical(&servers), ..Self::default() };
        let syncs = mapping.syncs(&servers);
        for (_, facts, survey) in fleet.sources().filter(|(_, f, _)| f.product == Product::Pve) {
            let Some(storages) = survey.pve().and_then(|pve| pve.storages.known()) else {
                mapping.unread.insert(facts.name.clone());
                continue;
            };
            let enabled = storages.iter().filter(|s| !s.disabled);
            let targets =
                enabled.filter_map(|s| mapping.target(s, &servers, &syncs)).collect::<Vec<_>>();
            for (target, username) in &targets {
                for place in &target.reach {
                    mapping.writers.entry(place.clone()).or_default().push(Writer {
                        source: facts.name.clone(),
                        storage: target.storage.clone(),
                        username: username.clone(),
                        direct: *place == target.place,
                    });
                }
            }
            let targets = targets.into_iter().map(|(target, _)| target).collect();
            mapping.targets.insert(facts.name.clone(), targets);
        }
        mapping
    }

    /// The enabled pbs storages of a PVE source; none while `/storage` was never read.
    pub fn targets(&self, source: &SourceName) -> Option<&[Target]> {
        self.targets.get(source).map(Vec::as_slice)
    }

    /// Where an enabled storage points; none for one that is not of type pbs, or not known.
    pub fn place(&self, source: &SourceName, storage: &StorageName) -> Option<&Place> {
        let targets = self.targets.get(source)?;
        targets.iter().find(|t| t.storage == *storage).map(|t| &t.place)
    }

    /// The storages whose copies may be at a place.
    pub fn writers(&self, place: &Place) -> &[Writer] {
        self.writers.get(place).map_or(&[], Vec::as_slice)
    }

    /// Every place that somebody's copies may be at.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.writers.keys()
    }

    /// The first-configured source that reaches the same PBS.
    pub fn canonical<'a>(&'a self, source: &'a SourceName) -> &'a SourceName {
        self.canonical.get(source).unwrap_or(source)
    }

    /// Whether a source reaches a PBS that an earlier one reaches already.
    pub fn is_second(&self, source: &SourceName) -> bool {
        self.canonical(source) != source
    }

    /// Whether the storages of some PVE source were never read: it may write anywhere.
    pub fn has_unread_but(&self, source: &SourceName) -> bool {
        self.unread.iter().any(|unread| unread != source)
    }

    /// Whether the storages of some PVE source were never read.
    pub fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    fn target(
        &self,
        storage: &StorageConfig,
        servers: &[Known<'_>],
        syncs: &[Sync],
    ) -> Option<(Target, Arc<str>)> {
        let pbs = storage.pbs.as_ref()?;
        let server = self
            .server_of(pbs, servers)
            .map_or_else(|| Server::Elsewhere(host_name(&pbs.server)), Server::Watched);
        let place = Place { server, store: pbs.datastore.clone(), ns: pbs.namespace.clone() };
        let reach = reach(&place, syncs);
        Some((Target { storage: storage.name.clone(), place, reach }, pbs.username.clone()))
    }

    /// The certificate tells; where several servers share it, or none shows it, the address does.
    fn server_of(&self, pbs: &PbsTarget, servers: &[Known<'_>]) -> Option<SourceName> {
        let host = host_name(&pbs.server);
        let addressed = |known: &&Known<'_>| known.is_at(&host, Some(pbs.port));
        if let Some(pin) = pbs.fingerprint {
            let same: BTreeSet<&SourceName> = servers
                .iter()
                .filter(|k| k.shows(pin))
                .map(|k| self.canonical(&k.facts.name))
                .collect();
            match (same.len(), same.first()) {
                (1, Some(only)) => return Some((*only).clone()),
                (0, _) => {}
                _ => {
                    return servers
                        .iter()
                        .filter(|k| same.contains(self.canonical(&k.facts.name)))
                        .find(addressed)
                        .map(|k| self.canonical(&k.facts.name).clone());
                }
            }
        }
        servers.iter().find(addressed).map(|k| self.canonical(&k.facts.name).clone())
    }

    fn syncs(&self, servers: &[Known<'_>]) -> Vec<Sync> {
        let mut syncs = Vec::new();
        for known in servers.iter().filter(|k| !self.is_second(&k.facts.name)) {
            for job in known.pbs.sync.known().into_iter().flatten() {
                let Some(end) = &job.sync else { continue };
                let here = Place {
                    server: Server::Watched(known.facts.name.clone()),
                    store: job.store.clone(),
                    ns: job.ns.clone(),
                };
                let Some(server) = self.other_side(end.remote.as_ref(), known, servers) else {
                    continue;
                };
                let there = Place { server, store: end.store.clone(), ns: end.ns.clone() };
                let (from, to) = if end.push { (here, there) } else { (there, here) };
                syncs.push(Sync { from, to, depth: job.max_depth });
            }
        }
        syncs
    }

    fn other_side(
        &self,
        remote: Option<&Arc<str>>,
        here: &Known<'_>,
        servers: &[Known<'_>],
    ) -> Option<Server> {
        let Some(remote) = remote else {
            return Some(Server::Watched(here.facts.name.clone()));
        };
        let (_, host) = here.pbs.remotes.known()?.iter().find(|(name, _)| name == remote)?;
        let host = host_name(host);
        let watched = servers.iter().find(|k| k.is_at(&host, None));
        Some(watched.map_or_else(
            || Server::Elsewhere(Arc::clone(&host)),
            |k| Server::Watched(self.canonical(&k.facts.name).clone()),
        ))
    }
}

/// One sync: what lies under `from` is copied under `to`.
struct Sync {
    from: Place,
    to: Place,
    depth: Option<u32>,
}

impl Sync {
    fn carries(&self, place: &Place) -> Option<Place> {
        if place.server != self.from.server || place.store != self.from.store {
            return None;
        }
        let below = below(place.ns.as_str(), self.from.ns.as_str())?;
        let levels = below.split('/').filter(|level| !level.is_empty()).count();
        if self.depth.is_some_and(|depth| levels > depth as usize) {
            return None;
        }
        let ns = match (self.to.ns.as_str(), below) {
            (base, "") => base.to_owned(),
            ("", below) => below.to_owned(),
            (base, below) => format!("{base}/{below}"),
        };
        Some(Place { ns: ns.into(), ..self.to.clone() })
    }
}

/// What of `ns` lies below `base`; none when it does not.
pub fn below<'a>(ns: &'a str, base: &str) -> Option<&'a str> {
    if base.is_empty() {
        return Some(ns);
    }
    let rest = ns.strip_prefix(base)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

fn reach(from: &Place, syncs: &[Sync]) -> Vec<Place> {
    let mut reach = vec![from.clone()];
    let mut next = 0;
    while let Some(place) = reach.get(next).cloned() {
        next += 1;
        for to in syncs.iter().filter_map(|sync| sync.carries(&place)) {
            if !reach.contains(&to) && reach.len() < REACH {
                reach.push(to);
            }
        }
    }
    reach
}

/// A configured PBS with what tells it from others.
struct Known<'a> {
    facts: &'a SourceFacts,
    pbs: &'a PbsSurvey,
    seen: Vec<[u8; 32]>,
    /// Host, in lower case, and port of its endpoints.
    at: Vec<(Arc<str>, Option<u16>)>,
}

impl<'a> Known<'a> {
    fn new(facts: &'a SourceFacts, link: &Link, pbs: &'a PbsSurvey) -> Self {
        let mut seen: Vec<_> = link
            .endpoints
            .iter()
            .filter_map(|e| Some(e.certificate.as_ref()?.fingerprint))
            .collect();
        seen.extend(pbs.status.known().and_then(|status| status.fingerprint));
        let at = facts.endpoints.iter().map(|endpoint| {
            let (name, port) = endpoint.rsplit_once(':').unwrap_or((endpoint, ""));
            (host_name(name), port.parse().ok())
        });
        Self { facts, pbs, seen, at: at.collect() }
    }

    /// Whether it is known by this certificate: seen, or pinned in the configuration.
    fn shows(&self, fingerprint: [u8; 32]) -> bool {
        self.seen.contains(&fingerprint) || self.facts.fingerprints.contains(&fingerprint)
    }

    /// Whether an endpoint has this host, a [`host_name`], and this port.
    fn is_at(&self, host: &str, port: Option<u16>) -> bool {
        self.at.iter().any(|(name, at)| **name == *host && (port.is_none() || *at == port))
    }

    /// The instance id tells exactly; a certificate may be shared by two servers.
    fn is_same(&self, other: &Self) -> bool {
        match (self.pbs.identity.known(), other.pbs.identity.known()) {
            (Some(one), Some(two)) => one == two,
            _ => self.seen.iter().any(|fingerprint| other.seen.contains(fingerprint)),
        }
    }
}

fn canonical(servers: &[Known<'_>]) -> BTreeMap<SourceName, SourceName> {
    let mut canonical: BTreeMap<SourceName, SourceName> = BTreeMap::new();
    for (i, known) in servers.iter().enumerate() {
        let first = servers.iter().take(i).find(|earlier| earlier.is_same(known));
        let first = first.map_or(&known.facts.name, |first| {
            canonical.get(&first.facts.name).unwrap_or(&first.facts.name)
        });
        canonical.insert(known.facts.name.clone(), first.clone());
    }
    canonical
}

fn host_name(text: &str) -> Arc<str> {
    text.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase().into()
}

#[cfg(test)]
mod tests;
