//! Makes a source of what is configured: secret, trust, one client per endpoint.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::Http;
use crate::config::{self, SecretError};
use crate::poll::poller::Clock;
use crate::proxmox::client::{Client, ClientConfig, ClientError};
use crate::proxmox::tls::Trust;

/// The longest a connection may take to come about: less than the shortest deadline, so that it
/// can be told from a server that does not answer.
pub(crate) const CONNECT: Duration = Duration::from_secs(6);

/// Why a source cannot even be asked. No secret is in it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no secret.
    #[error("no secret: {0}")]
    Secret(#[from] SecretError),
    /// The CA's file cannot be read.
    #[error("{path}: {cause}")]
    Ca {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// No client can be made of what is configured.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Reads secret and CA, and makes the clients; nothing is sent yet.
///
/// # Errors
/// Where the secret or the CA cannot be had.
pub async fn open(
    source: &config::Source,
    env: &(dyn Fn(&str) -> Option<String> + Sync),
    clock: Clock,
) -> Result<Http, OpenError> {
    let secret = source.secret.read(env).await?;
    let trust = trust(&source.trust)?;
    let clients = clients(source, &secret, &trust)?;
    Ok(Http { product: source.product, clients, clock, listener: None })
}

/// One client for each endpoint; nothing is sent yet.
pub(crate) fn clients(
    source: &config::Source,
    secret: &SecretString,
    trust: &Trust,
) -> Result<Vec<Client>, ClientError> {
    source.endpoints.iter().map(|endpoint| client(source, endpoint, secret, trust)).collect()
}

/// A client for one of its endpoints; nothing is sent yet.
pub(crate) fn client(
    source: &config::Source,
    endpoint: &config::Endpoint,
    secret: &SecretString,
    trust: &Trust,
) -> Result<Client, ClientError> {
    Client::new(ClientConfig {
        product: source.product,
        base: endpoint.url.clone(),
        token: source.token.as_str().to_owned(),
        secret: secret.clone(),
        trust: trust.clone(),
        connect_timeout: CONNECT,
    })
}

/// What is trusted, with the CA read from its file.
///
/// # Errors
/// Where that cannot be read.
pub fn trust(configured: &config::Trust) -> Result<Trust, OpenError> {
    let pem = |path: &PathBuf| {
        std::fs::read(path).map_err(|cause| OpenError::Ca { path: path.clone(), cause })
    };
    Ok(match configured {
        config::Trust::System => Trust::System,
        config::Trust::CaFile(path) => Trust::CaPem(pem(path)?),
        config::Trust::Fingerprints(pins) => Trust::Fingerprints(pins.clone()),
        config::Trust::Either(path, pins) => Trust::Either(pem(path)?, pins.clone()),
    })
}
