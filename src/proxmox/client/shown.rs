//! Looks at the certificate of an endpoint without a word to it: no request, no token.

use std::sync::Arc;
use std::time::Duration;

use super::connect::Connector;
use super::{ClientError, base};
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::proxmox::error::Fault;
use crate::proxmox::tls::{Trust, Witness, configure_look};

/// What an endpoint showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its certificate. That the server also holds the key to it is not proven yet.
    pub certificate: PeerCertificate,
    /// Whether it would be trusted.
    pub is_trusted: bool,
}

/// Asks an endpoint (`https://host:port`) for its certificate alone. The handshake is broken off at
/// the certificate even where it is trusted, so nothing can be sent over it.
///
/// # Errors
/// When no client can be made of that: the outer one; when no certificate was seen: the inner one.
pub async fn shown(
    product: Product,
    url: &str,
    trust: &Trust,
    patience: Duration,
) -> Result<Result<Shown, Fault>, ClientError> {
    let base = base(url)?;
    let witness = Arc::new(Witness::default());
    let tls = configure_look(trust, &witness)?;
    let Ok(uri) = base.as_str().parse() else { return Err(ClientError::Url(url.into())) };
    let connector = Connector::new(product, tls, patience, Arc::clone(&witness));
    let Err(fault) = connector.connect(uri).await else {
        return Ok(Err(Fault::Tls("a look went too far".into())));
    };
    Ok(match witness.peer() {
        Some(certificate) => Ok(Shown { certificate, is_trusted: witness.is_trusted() }),
        None => Err(fault),
    })
}
