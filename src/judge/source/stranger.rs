//! Certificates that are shown and not trusted.

use std::sync::Arc;

use crate::fleet::link::{Contact, Endpoint};
use crate::judge::context::SourceContext;
use crate::judge::problem::Stranger;

/// What an endpoint shows, where that is not trusted.
pub(super) fn stranger(source: &SourceContext<'_>, endpoint: &Endpoint) -> Option<Stranger> {
    if endpoint.contact != Contact::Untrusted {
        return None;
    }
    let shown = endpoint.certificate.clone()?;
    let pins = &source.facts.fingerprints;
    let before = endpoint.trusted.as_ref().map(|c| c.fingerprint).filter(|p| pins.contains(p));
    let expected = before.map_or_else(|| pins.clone(), |before| vec![before]);
    let address = Arc::clone(&endpoint.address);
    Some(Stranger { address, shown, expected, vouched: endpoint.vouched })
}
