//! Which certificates are to be pinned for a source to be reached.

use crate::command::trust::look::{Seen, Stranger, strangers, trusted};
use crate::config::{Endpoint, Source, Trust};

/// What was seen, sorted by what it means.
pub(super) struct Sorted<'a> {
    /// Shown by new endpoints alone: a first contact.
    pub new: Vec<Stranger<'a>>,
    /// Shown by an endpoint that was there already: it has changed.
    pub changed: Vec<Stranger<'a>>,
}

/// Sorts the certificates that nobody vouches for. `known`: the source as it was before.
pub(super) fn sort<'a>(
    endpoints: &[Endpoint],
    seen: &'a [Seen],
    known: Option<&Source>,
) -> Sorted<'a> {
    let is_known = |index: &usize| {
        let endpoint = endpoints.get(*index);
        endpoint.is_some_and(|e| known.is_some_and(|known| known.endpoints.contains(e)))
    };
    let (changed, new) = strangers(seen).into_iter().partition(|s| s.at.iter().any(is_known));
    Sorted { new, changed }
}

/// What has to be pinned once something is: where the roots of the system decided so far, they
/// count no more, and what they vouched for is pinned along.
pub(super) fn along(trust: &Trust, seen: &[Seen]) -> Vec<[u8; 32]> {
    match trust {
        Trust::System => trusted(seen).map(|certificate| certificate.fingerprint).collect(),
        _ => Vec::new(),
    }
}
