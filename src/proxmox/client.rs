//! Asks one endpoint of one source. GET is the only verb there is.
//!
//! # Connections
//!
//! Idle connections are kept for less than the server keeps them (PVE: 5 s) and used again; a GET
//! whose connection was closed before anything was answered is sent once more.
//!
//! What is *not* possible: every `protected` call of PVE (`/cluster/status`, `replication`,
//! `services`, `disks/*`, …) is answered with two headers, `Connection: close` and `Connection:
//! Keep-Alive`. pveproxy keeps that connection open, but hyper, as RFC 9112 §9.3 asks, closes it
//! on any `close`, and neither hyper nor reqwest can be told otherwise. The next call therefore
//! connects anew. That new handshake is made cheap: TLS sessions are remembered and resumed, one
//! round trip without certificate and signature. Calls that are not protected (`/version`,
//! `/cluster/resources`, `/cluster/tasks`, …) do share one kept connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, DATE, HeaderMap, HeaderValue, LOCATION,
};
use reqwest::{Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::error::{Fault, Moment, Stage, is_closed_early, of_reqwest, of_status};
use super::tls::{Trust, TrustError, Witness, configure};
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;

mod answer;
mod decode;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Said, read_data};

/// The longest error body that is read: its first line is what is wanted.
const LONGEST_ERROR: usize = 64 * 1024;

/// What it takes to reach one endpoint.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// PVE or PBS: they differ in header, compression, errors and patience.
    pub product: Product,
    /// `https://host:port`.
    pub base: String,
    /// `user@realm!name`.
    pub token: String,
    /// The token's secret.
    pub secret: SecretString,
    /// How the server proves itself.
    pub trust: Trust,
    /// Longest time for name look-up, TCP and TLS together. A deadline given to [`Client::get`]
    /// should be longer, else the two cannot be told apart.
    pub connect_timeout: Duration,
}

/// Why no client could be made of a [`ClientConfig`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The base is no `https://` URL of a host.
    #[error("not an https URL: {0}")]
    Url(Arc<str>),
    /// Token or secret hold characters that no header can carry.
    #[error("token or secret hold characters that cannot be sent")]
    Credential,
    /// The trust cannot be set up.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The HTTP library refused.
    #[error("HTTP: {0}")]
    Http(Arc<str>),
}

/// A client of one endpoint. Cheap to share by reference; connections live in it.
pub struct Client {
    product: Product,
    base: Url,
    http: reqwest::Client,
    secret: SecretString,
    witness: Arc<Witness>,
    in_flight: AtomicUsize,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("product", &self.product)
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for the endpoint; nothing is sent yet.
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        let base = Url::parse(config.base.trim_end_matches('/')).ok();
        let base = base.filter(|url| url.scheme() == "https" && url.host_str().is_some());
        let base = base.ok_or_else(|| ClientError::Url(cleaned(&config.base)))?;
        let witness = Arc::new(Witness::default());
        let tls = configure(&config.trust, &witness)?;
        let idle = match config.product {
            // pveproxy closes after 5 s.
            Product::Pve => Duration::from_secs(4),
            Product::Pbs => Duration::from_secs(60),
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(config.connect_timeout)
            .pool_idle_timeout(idle)
            .user_agent(concat!("vigie/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers(&config)?)
            .build()
            .map_err(|e| ClientError::Http(cleaned(&e.to_string())))?;
        Ok(Self {
            product: config.product,
            base,
            http,
            secret: config.secret,
            witness,
            in_flight: AtomicUsize::new(0),
        })
    }

    /// The product asked.
    pub fn product(&self) -> Product {
        self.product
    }

    /// The certificate of the last full handshake, also of one that was refused. A resumed
    /// session shows none: the one before stays.
    pub fn peer(&self) -> Option<PeerCertificate> {
        self.witness.peer()
    }

    /// How many TLS handshakes were begun so far: what connections cost.
    pub fn handshakes(&self) -> u64 {
        self.witness.handshakes()
    }

    /// GETs `path` (below `/api2/json`, its segments percent-encoded, see [`crate::proxmox::encoded`]).
    ///
    /// `deadline` is for the whole answer, `max_body` the largest body accepted, bytes, both as
    /// sent and decoded. An answer other than 2xx is a [`Fault`].
    pub async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        deadline: Duration,
        max_body: usize,
    ) -> Result<Answer, Fault> {
        let url = self.url(path, query);
        let busy = Busy::new(&self.in_flight);
        let answer = match tokio::time::timeout(deadline, self.exchange(url, max_body)).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::Timeout { what: Stage::Answer }),
        };
        drop(busy);
        answer.map_err(|fault| fault.without(self.secret.expose_secret()))
    }

    /// GETs `path` and reads `{"data": T}` straight from the bytes.
    pub async fn get_json<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        deadline: Duration,
        max_body: usize,
    ) -> Result<Said<T>, Fault> {
        let answer = self.get(path, query, deadline, max_body).await?;
        answer.said().map_err(|fault| fault.without(self.secret.expose_secret()))
    }

    /// A fault whose words came from an answer of this endpoint, with our own secret taken out of
    /// them: a server may say back what it was told.
    #[must_use]
    pub fn hushed(&self, fault: Fault) -> Fault {
        fault.without(self.secret.expose_secret())
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        let below = self.base.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{below}/api2/json{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn exchange(&self, url: Url, max_body: usize) -> Result<Answer, Fault> {
        let began = Instant::now();
        let before = self.witness.handshakes();
        let mut sent = self.http.get(url.clone()).send().await;
        if sent.as_ref().is_err_and(|error| self.is_worth_a_retry(error, before)) {
            sent = self.http.get(url).send().await;
        }
        let response = sent.map_err(|error| {
            let handshaking = self.witness.handshakes() != before;
            let moment = if handshaking { Moment::Handshaking } else { Moment::Asking };
            self.fault(&error, moment)
        })?;
        let waited = began.elapsed();
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let status = response.status().as_u16();
        let date = response.headers().get(DATE).and_then(date);
        let encoding = decode::Encoding::of(response.headers().get(CONTENT_ENCODING))?;
        let raw = self.body(response, max_body).await?;
        let bytes = decode::decode(encoding, raw, max_body)?;
        Ok(Answer { bytes, status, date, waited, elapsed: began.elapsed() })
    }

    /// Whether a connection that had been kept was found closed. With other calls in flight it
    /// cannot be told whose handshake was counted; one GET too many does no harm.
    fn is_worth_a_retry(&self, error: &reqwest::Error, before: u64) -> bool {
        let fresh = self.witness.handshakes() != before;
        let alone = self.in_flight.load(Ordering::Relaxed) <= 1;
        !error.is_connect() && is_closed_early(error) && !(fresh && alone)
    }

    async fn refusal(&self, response: Response) -> Fault {
        let code = response.status().as_u16();
        let reason = response.extensions().get::<hyper::ext::ReasonPhrase>().cloned();
        let location = response.headers().get(LOCATION).cloned();
        let encoding = decode::Encoding::of(response.headers().get(CONTENT_ENCODING));
        // The status has been said; a body that cannot be read does not change it.
        let body = match self.body(response, LONGEST_ERROR).await {
            Ok(raw) => encoding.and_then(|e| decode::decode(e, raw, LONGEST_ERROR)),
            Err(fault) => Err(fault),
        };
        of_status(
            self.product,
            code,
            reason.as_ref().map(AsRef::as_ref),
            location.as_ref().and_then(|to| to.to_str().ok()),
            &body.unwrap_or_default(),
        )
    }

    async fn body(&self, mut response: Response, limit: usize) -> Result<Bytes, Fault> {
        let announced = response.content_length().unwrap_or(0);
        if announced > limit as u64 {
            return Err(Fault::TooLarge { limit });
        }
        let mut body = BytesMut::with_capacity(announced as usize);
        while let Some(piece) =
            response.chunk().await.map_err(|error| self.fault(&error, Moment::Body))?
        {
            if body.len().saturating_add(piece.len()) > limit {
                return Err(Fault::TooLarge { limit });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    fn fault(&self, error: &reqwest::Error, moment: Moment) -> Fault {
        of_reqwest(error, moment, self.peer().map(|peer| peer.fingerprint))
    }
}

fn headers(config: &ClientConfig) -> Result<HeaderMap, ClientError> {
    let secret = config.secret.expose_secret();
    let (credential, encoding) = match config.product {
        Product::Pve => (format!("PVEAPIToken={}={secret}", config.token), "gzip"),
        // PBS knows no gzip.
        Product::Pbs => (format!("PBSAPIToken={}:{secret}", config.token), "deflate"),
    };
    let mut credential = HeaderValue::from_str(&credential).map_err(|_| ClientError::Credential)?;
    credential.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, credential);
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding));
    Ok(headers)
}

fn date(value: &HeaderValue) -> Option<Epoch> {
    static PARSER: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new();
    let date = PARSER.parse_timestamp(value.as_bytes()).ok()?;
    Some(Epoch(date.as_second()))
}

/// Counts a call as in flight until it ends or is dropped.
struct Busy<'a>(&'a AtomicUsize);

impl<'a> Busy<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
