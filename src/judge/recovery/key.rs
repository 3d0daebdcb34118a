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
pub(super) struct Keys<'a> {
    /// The sources that hold a key, by its fingerprint.
    holders: HashMap<&'a str, HashSet<&'a SourceName>>,
    /// The keys that a source encrypts with, by the place it writes to.
    used: HashMap<(&'a SourceName, Arc<str>), &'a Arc<str>>,
}

/// PVE before it knew fingerprints: there is a key, and nobody says which.
const NAMELESS: &str = "1";

impl<'a> Keys<'a> {
    /// From `/storage`: `encryption-key` of every entry of type pbs.
    pub(super) fn new(ctx: &'a Context<'a>, mapping: &Mapping) -> Self {
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
    pub(super) fn is_at_risk(&self, source: &SourceContext<'_>, copy: &CopyPoint) -> bool {
        let key = || self.used.get(&(source.name(), Arc::clone(&copy.place)));
        let is_encrypted = match copy.encrypted {
            Some(is) => is,
            // Made lately, and not looked at yet: what its storage says of every copy.
            None => !self.used.is_empty() && key().is_some(),
        };
        if !is_encrypted || source.site.keys.is_some() {
            return false;
        }
        // A copy that a sync carried on keeps its key: that of the source's only one.
        let own = || self.used.iter().find(|((of, _), _)| *of == source.name()).map(|(_, key)| key);
        let elsewhere = key().or_else(own).and_then(|key| self.holders.get(&***key));
        elsewhere.is_none_or(|holders| holders.iter().all(|of| *of == source.name()))
    }
}
