//! Which PVE storage leads to which datastore of which watched PBS.

use super::context::{Context, SourceContext};
use crate::fleet::id::StorageName;

/// The map, derived once.
#[derive(Debug)]
pub struct Mapping {}

impl Mapping {
    /// Derives it.
    pub fn new(_ctx: &Context<'_>) -> Self {
        Self {}
    }

    /// Whether a storage of type pbs leads to a PBS that is watched: its fill level is then told
    /// there.
    pub fn is_watched(&self, _source: &SourceContext<'_>, _storage: &StorageName) -> bool {
        false
    }
}
