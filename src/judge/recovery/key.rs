//! Keys of encrypted copies: are they anywhere else than in the cluster that would be lost?

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet};

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
}

/// PVE before it knew fingerprints: there is a key, and nobody says which.
const NAMELESS: &str = "1";

impl<'a> Keys<'a> {
    /// From `/storage`: `encryption-key` of every entry of type pbs.
    pub fn new(ctx: &'a Context<'a>, mapping: &Mapping) -> Self {
        let mut keys = Self { holders: HashMap::new(), used: HashMap::new() };
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
                    keys.used.insert((source.name(), place_text(pbs, place)), key);
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
        if source.site.keys.is_some() || !self.is_encrypted(source, copy) {
            return false;
        }
        let holders = self.holders(source, copy);
        holders.is_none_or(|holders| holders.iter().all(|of| is_lost(of)))
    }

    /// Whether a cluster that is not the guest's own has the key of an encrypted copy.
    pub fn is_held_by(
        &self,
        source: &SourceContext<'_>,
        copy: &CopyPoint,
        by: &SourceName,
    ) -> bool {
        self.holders(source, copy).is_some_and(|holders| holders.contains(by))
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

    /// The clusters that have a copy's key.
    fn holders(
        &self,
        source: &SourceContext<'_>,
        copy: &CopyPoint,
    ) -> Option<&HashSet<&'a SourceName>> {
        // A copy that a sync carried on keeps its key: that of the source's only one.
        let own =
            || self.used.iter().find(|((of, _), _)| *of == source.name()).map(|(_, key)| *key);
        self.key(source, copy).or_else(own).and_then(|key| self.holders.get(&**key))
    }
}
