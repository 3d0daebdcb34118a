//! Keys of encrypted copies: are they anywhere else than in the cluster that would be lost?

use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use crate::fleet::id::{Product, SourceName};
use crate::judge::context::{Context, SourceContext};
use crate::judge::copies::place_text;
use crate::judge::mapping::{Mapping, Server};
use crate::judge::rows::recovery::CopyPoint;

/// Which clusters hold which keys.
#[derive(Debug, Default)]
pub struct Keys<'a> {
    /// The sources that hold a key, by its fingerprint.
    holders: HashMap<&'a str, HashSet<&'a SourceName>>,
    /// The keys that a source encrypts with, by the place it writes to.
    used: HashMap<(&'a SourceName, Arc<str>), &'a Arc<str>>,
    /// The places to which a source writes with a master key: the key lies there too, for whoever
    /// has that one.
    mastered: HashSet<(&'a SourceName, Arc<str>)>,
}

/// PVE before it knew fingerprints: there is a key, and nobody says which.
const NAMELESS: &str = "1";

impl<'a> Keys<'a> {
    /// From `/storage`: `encryption-key` of every entry of type pbs.
    pub fn new(ctx: &'a Context<'a>, mapping: &Mapping) -> Self {
        let mut keys = Self::default();
        for source in ctx.of(Product::Pve) {
            let storages = source.pve().and_then(|pve| pve.storages.known());
            for storage in storages.into_iter().flatten() {
                let Some(key) = storage.pbs.as_ref().and_then(|pbs| pbs.encryption_key.as_ref())
                else {
                    continue;
                };
                if &**key != NAMELESS {
                    keys.holders.entry(key).or_default().insert(source.name());
                }
                let place = mapping.place(source.name(), &storage.name);
                if let Some(place) = place
                    && let Server::Watched(pbs) = &place.server
                {
                    let at = (source.name(), place_text(pbs, place));
                    if storage.pbs.as_ref().is_some_and(|pbs| pbs.master_key) {
                        keys.mastered.insert(at.clone());
                    }
                    keys.used.insert(at, key);
                }
            }
        }
        keys
    }

    /// Whether a copy of a guest of `source` can be read only with a key that is nowhere but in its
    /// cluster: its site does not say where keys are kept, and no other cluster has it.
    pub fn is_at_risk(&self, source: &SourceContext<'_>, copy: &CopyPoint) -> bool {
        self.dies(source, copy, |of| of == source.name())
    }

    /// Whether a copy of a guest of `source` is encrypted and nobody has its key any more once
    /// these sources, its own among them, are lost.
    pub fn dies(
        &self,
        source: &SourceContext<'_>,
        copy: &CopyPoint,
        is_lost: impl Fn(&SourceName) -> bool,
    ) -> bool {
        if source.site.keys.is_some()
            || self.mastered.contains(&(source.name(), Arc::clone(&copy.place)))
            || !self.is_encrypted(source, copy)
        {
            return false;
        }
        self.holders(source, copy).iter().all(|of| is_lost(of))
    }

    /// Whether a cluster that is not the guest's own has the key of an encrypted copy.
    pub fn is_held_by(
        &self,
        source: &SourceContext<'_>,
        copy: &CopyPoint,
        by: &SourceName,
    ) -> bool {
        self.holders(source, copy).contains(&by)
    }

    /// Whether a copy of a guest of `source` is encrypted.
    pub fn is_encrypted(&self, source: &SourceContext<'_>, copy: &CopyPoint) -> bool {
        match copy.encrypted {
            Some(is) => is,
            // Made lately, and not looked at yet: what its storage says of every copy.
            None => !self.used.is_empty() && self.key(source, copy).is_some(),
        }
    }

    fn key(&self, source: &SourceContext<'_>, copy: &CopyPoint) -> Option<&'a Arc<str>> {
        self.used.get(&(source.name(), Arc::clone(&copy.place))).copied()
    }

    /// The keys that a copy may have been made with: what its group tells, else that of the storage
    /// that writes there; one that a sync carried on may have any of its source's.
    fn candidates(&self, source: &SourceContext<'_>, copy: &CopyPoint) -> Vec<&str> {
        if let Some(told) = &copy.key {
            return self
                .holders
                .get_key_value(&**told)
                .map_or(vec![NAMELESS], |(key, _)| vec![key]);
        }
        if let Some(own) = self.key(source, copy) {
            return vec![own];
        }
        let own = self.used.iter().filter(|((of, _), _)| *of == source.name());
        own.map(|(_, key)| &***key).collect()
    }

    /// The clusters that have a copy's key, whichever of those that it may be.
    fn holders(&self, source: &SourceContext<'_>, copy: &CopyPoint) -> Vec<&'a SourceName> {
        let mut all: Option<Vec<&'a SourceName>> = None;
        for key in self.candidates(source, copy) {
            let of = self.holders.get(key);
            let has = |name: &&SourceName| of.is_some_and(|of| of.contains(*name));
            all = Some(match all {
                None => of.into_iter().flatten().copied().collect(),
                Some(known) => known.into_iter().filter(has).collect(),
            });
        }
        all.unwrap_or_default()
    }
}
