//! What a cluster tells of itself: its other nodes, and the PBSes it copies to.

use std::time::Duration;

use futures_util::future::join_all;
use secrecy::SecretString;

use super::InitError;
use crate::command::trust::look::certificates;
use crate::config::{Config, Endpoint, Source};
use crate::fleet::id::Product;
use crate::fleet::pve::cluster::{ClusterStatus, Member, Peer};
use crate::fleet::pve::storage::StorageConfig;
use crate::poll::http::open::CONNECT;
use crate::poll::http::trust as trust_of;
use crate::proxmox::client::{Client, ClientConfig, Shown};
use crate::proxmox::error::Fault;
use crate::proxmox::pve::{cluster, storage};

/// The longest an answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// The longest answer that is read, bytes.
const LARGEST: usize = 4 << 20;

/// Another node of the cluster.
#[derive(Clone, Debug)]
pub(super) struct Other {
    pub node: String,
    /// SHA-256 of its certificate, as the cluster tells it.
    pub fingerprint: Option<[u8; 32]>,
    /// Where it may answer, the likeliest first.
    pub candidates: Vec<Endpoint>,
}

/// How another node was found.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// It shows what the cluster says is its own; whether it is trusted already.
    Vouched(Endpoint, [u8; 32], bool),
    /// Another one is shown there.
    Differs(Endpoint),
    /// It does not answer; why.
    Silent(Endpoint, Fault),
    /// Nobody knows where.
    Nowhere,
}

/// A PBS that storages of the cluster name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backup {
    pub endpoint: Endpoint,
    /// The certificate that the cluster has pinned.
    pub fingerprint: Option<[u8; 32]>,
    /// The storages, with datastore and namespace.
    pub storages: Vec<String>,
}

/// Asks a cluster over one connection.
pub(super) struct Asker<'a> {
    endpoint: &'a Endpoint,
    client: Client,
}

impl<'a> Asker<'a> {
    /// Over an endpoint of a source.
    pub(super) fn new(
        source: &'a Source,
        endpoint: &'a Endpoint,
        secret: SecretString,
    ) -> Result<Self, InitError> {
        let client = Client::new(ClientConfig {
            product: source.product,
            base: endpoint.url.clone(),
            token: source.token.as_str().to_owned(),
            secret,
            trust: trust_of(&source.trust).map_err(InitError::Trust)?,
            connect_timeout: CONNECT,
        })?;
        Ok(Self { endpoint, client })
    }

    async fn get<T, E: std::fmt::Display>(
        &self,
        path: &str,
        read: impl Fn(&[u8]) -> Result<T, E>,
    ) -> Result<T, Fault> {
        let answer = self.client.get(path, &[], ANSWER, LARGEST).await?;
        read(&answer.bytes)
            .map_err(|error| self.client.hushed(Fault::Malformed(error.to_string().into())))
    }

    /// The nodes that are no endpoints of the source yet. `shown`: what its endpoints show.
    pub(super) async fn others(
        &self,
        source: &Source,
        shown: &[[u8; 32]],
    ) -> Result<Vec<Other>, Fault> {
        let status = self.get("/cluster/status", cluster::read_status).await?;
        let peers = self.get("/nodes", cluster::read_peers).await?;
        Ok(others(&status, &peers, self.endpoint, &source.endpoints, shown))
    }

    /// The PBSes that its storages name.
    pub(super) async fn backups(&self) -> Result<Vec<Backup>, Fault> {
        Ok(backups(&self.get("/storage", storage::read).await?))
    }
}

/// The nodes that are no endpoints yet.
fn others(
    status: &ClusterStatus,
    peers: &[Peer],
    asked: &Endpoint,
    endpoints: &[Endpoint],
    shown: &[[u8; 32]],
) -> Vec<Other> {
    let print = |member: &Member| {
        peers.iter().find(|peer| peer.node == member.node).and_then(|peer| peer.fingerprint)
    };
    let here = status.answering().map(|member| member.node.as_str());
    let mut all = Vec::new();
    for member in status.members.iter().filter(|member| !member.local) {
        let candidates = candidates(asked, here, member);
        let fingerprint = print(member);
        // A certificate for all nodes tells nothing of which one is reached.
        let sharing = status.members.iter().filter(|m| print(m) == fingerprint).count();
        let is_shown = fingerprint.is_some_and(|print| shown.contains(&print)) && sharing == 1;
        if is_shown || candidates.iter().any(|candidate| endpoints.contains(candidate)) {
            continue;
        }
        all.push(Other { node: member.node.to_string(), fingerprint, candidates });
    }
    all
}

/// Where a node may answer: by its name, where the node that was asked goes by its own; else at the
/// address that the cluster has of it.
fn candidates(asked: &Endpoint, here: Option<&str>, member: &Member) -> Vec<Endpoint> {
    let at = |host: &str| {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        Endpoint::parse(&format!("https://{host}:{}", asked.port), Product::Pve).ok()
    };
    let (label, domain) = match asked.host.split_once('.') {
        Some((label, domain)) => (label, format!(".{domain}")),
        None => (asked.host.as_str(), String::new()),
    };
    let by_name = here.is_some_and(|here| here.eq_ignore_ascii_case(label));
    let name = by_name.then(|| at(&format!("{}{domain}", member.node))).flatten();
    let address = member.address.as_deref().and_then(at);
    name.into_iter().chain(address).collect()
}

/// The PBSes of storages, each once.
fn backups(storages: &[StorageConfig]) -> Vec<Backup> {
    let mut all: Vec<Backup> = Vec::new();
    for storage in storages {
        let Some(target) = &storage.pbs else { continue };
        let server = target.server.trim_matches(['[', ']']);
        let host = if server.contains(':') { format!("[{server}]") } else { server.to_owned() };
        let url = format!("https://{host}:{}", target.port);
        let Ok(endpoint) = Endpoint::parse(&url, Product::Pbs) else { continue };
        let within = match target.namespace.as_str() {
            "" => format!("{}: {}", storage.name, target.datastore),
            namespace => format!("{}: {}/{namespace}", storage.name, target.datastore),
        };
        match all.iter_mut().find(|known| known.endpoint == endpoint) {
            Some(known) => {
                known.storages.push(within);
                known.fingerprint = known.fingerprint.or(target.fingerprint);
            }
            None => all.push(Backup {
                endpoint,
                fingerprint: target.fingerprint,
                storages: vec![within],
            }),
        }
    }
    all
}

/// Whether a PBS is watched already: by its address, or by the certificate.
pub(super) fn is_watched(backup: &Backup, config: Option<&Config>) -> bool {
    let sources = config.into_iter().flat_map(|config| &config.sites).flat_map(|s| &s.sources);
    sources.filter(|source| source.product == Product::Pbs).any(|source| {
        let pins = source.trust.fingerprints();
        source.endpoints.contains(&backup.endpoint)
            || backup.fingerprint.is_some_and(|print| pins.contains(&print))
    })
}

/// Looks where another node answers, and whether with its own certificate. Nothing is sent.
pub(super) async fn find(source: &Source, other: &Other) -> Result<Found, InitError> {
    let trust = trust_of(&source.trust).map_err(InitError::Trust)?;
    let seen = certificates(Product::Pve, &other.candidates, &trust).await?;
    let mut found = Found::Nowhere;
    for (endpoint, seen) in other.candidates.iter().zip(seen) {
        match seen.found {
            Ok(Shown { certificate, is_trusted })
                if other.fingerprint == Some(certificate.fingerprint) =>
            {
                return Ok(Found::Vouched(endpoint.clone(), certificate.fingerprint, is_trusted));
            }
            Ok(_) => found = Found::Differs(endpoint.clone()),
            Err(fault) if !matches!(found, Found::Differs(_)) => {
                found = Found::Silent(endpoint.clone(), fault);
            }
            Err(_) => {}
        }
    }
    Ok(found)
}

/// The same for all of them at once.
pub(super) async fn find_all(source: &Source, others: &[Other]) -> Vec<Result<Found, InitError>> {
    join_all(others.iter().map(|other| find(source, other))).await
}

/// A node at an address that somebody typed.
pub(super) fn moved(other: &Other, endpoint: Endpoint) -> Other {
    Other { candidates: vec![endpoint], ..other.clone() }
}

#[cfg(test)]
mod tests;
