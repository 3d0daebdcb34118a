//! What the endpoints of a source show, and what its trusted ones say of the others.

use std::time::Duration;

use futures_util::future::try_join_all;

use crate::config::{Endpoint, Source};
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::fleet::pve::cluster::Peer;
use crate::lang::trust::Vouch;
use crate::poll::http::open::{CONNECT, client};
use crate::proxmox::client::{ClientError, Shown, shown};
use crate::proxmox::error::Fault;
use crate::proxmox::pve::cluster::read_peers;
use crate::proxmox::tls::Trust;

/// The longest an answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// Largest list of nodes, bytes.
const LARGEST: usize = 1 << 20;

/// What an endpoint showed.
#[derive(Clone)]
pub(in crate::command) struct Seen {
    /// `host:port`
    pub address: String,
    /// Its certificate, or why none was seen.
    pub found: Result<Shown, Fault>,
}

/// Looks at all endpoints at once; nothing is sent to any of them.
pub(in crate::command) async fn certificates(
    product: Product,
    endpoints: &[Endpoint],
    trust: &Trust,
) -> Result<Vec<Seen>, ClientError> {
    let looks = endpoints.iter().map(|endpoint| async move {
        let found = shown(product, &endpoint.url, trust, CONNECT).await?;
        Ok(Seen { address: endpoint.to_string(), found })
    });
    try_join_all(looks).await
}

/// One certificate that is not trusted, and where it is shown.
pub(in crate::command) struct Stranger<'a> {
    /// The certificate.
    pub shown: &'a PeerCertificate,
    /// The endpoints, indices.
    pub at: Vec<usize>,
}

/// The certificates that are not trusted, each once.
pub(in crate::command) fn strangers(seen: &[Seen]) -> Vec<Stranger<'_>> {
    let mut strangers: Vec<Stranger<'_>> = Vec::new();
    for (index, seen) in seen.iter().enumerate() {
        let Ok(Shown { certificate, is_trusted: false }) = &seen.found else { continue };
        let known = strangers.iter_mut().find(|s| s.shown.fingerprint == certificate.fingerprint);
        match known {
            Some(known) => known.at.push(index),
            None => strangers.push(Stranger { shown: certificate, at: vec![index] }),
        }
    }
    strangers
}

/// The certificates that are trusted.
pub(in crate::command) fn trusted(seen: &[Seen]) -> impl Iterator<Item = &PeerCertificate> {
    seen.iter().filter_map(|seen| match &seen.found {
        Ok(Shown { certificate, is_trusted: true }) => Some(certificate),
        _ => None,
    })
}

/// What the peers of a cluster say.
pub(super) enum Peers {
    /// The endpoint that was asked, and its list.
    Listed(String, Vec<Peer>),
    /// A PBS has none.
    Pbs,
    /// No endpoint is trusted and answers.
    Alone,
    /// There is no secret to ask with.
    NoSecret(String),
    /// The endpoint that was asked, and why there is no list.
    Failed(String, String),
    /// Nobody needs to be asked.
    NotAsked,
}

/// Asks the trusted endpoints, one after the other until one answers, what certificates the nodes
/// of the cluster present; only where one is not trusted.
pub(super) async fn peers(
    source: &Source,
    trust: &Trust,
    seen: &[Seen],
    env: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Peers {
    if strangers(seen).is_empty() {
        return Peers::NotAsked;
    }
    if source.product == Product::Pbs {
        return Peers::Pbs;
    }
    let trusted = |seen: &Seen| matches!(seen.found, Ok(Shown { is_trusted: true, .. }));
    let trusted: Vec<_> = source.endpoints.iter().zip(seen).filter(|(_, s)| trusted(s)).collect();
    if trusted.is_empty() {
        return Peers::Alone;
    }
    let secret = match source.secret.read(env).await {
        Ok(secret) => secret,
        Err(error) => return Peers::NoSecret(error.to_string()),
    };
    let mut answer = Peers::Alone;
    for (endpoint, seen) in trusted {
        // It proves itself once more: between the look and this it may have changed.
        let by = seen.address.clone();
        let client = match client(source, endpoint, &secret, trust) {
            Ok(client) => client,
            Err(error) => return Peers::Failed(by, error.to_string()),
        };
        let listed = client.get("/nodes", &[], ANSWER, LARGEST).await.and_then(|answer| {
            let list = read_peers(&answer.bytes);
            list.map_err(|error| client.hushed(Fault::Malformed(error.to_string().into())))
        });
        match listed {
            Ok(list) => return Peers::Listed(by, list),
            Err(fault) => answer = Peers::Failed(by, fault.to_string()),
        }
    }
    answer
}

impl Peers {
    /// Whether they vouch for a certificate.
    pub(super) fn vouch(&self, fingerprint: &[u8; 32]) -> Vouch<'_> {
        match self {
            Self::Listed(by, list) => {
                match list.iter().find(|peer| peer.fingerprint.as_ref() == Some(fingerprint)) {
                    Some(peer) => Vouch::Yes(by, peer.node.as_str()),
                    None if list.iter().any(|peer| peer.fingerprint.is_some()) => Vouch::No(by),
                    None => Vouch::NotAsked,
                }
            }
            Self::Pbs => Vouch::Pbs,
            Self::Alone => Vouch::Alone,
            Self::NoSecret(why) => Vouch::NoSecret(why),
            Self::Failed(by, why) => Vouch::Failed(by, why),
            Self::NotAsked => Vouch::NotAsked,
        }
    }
}
