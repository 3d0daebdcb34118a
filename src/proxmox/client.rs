//! Asks one endpoint of one source. GET is the only verb there is.
//!
//! # Connections
//!
//! Idle connections are kept for less than the server keeps them (PVE: 5 s) and used again, also
//! where a PVE says that it closes them and does not ([`kept`]); a GET whose kept connection was
//! found closed before anything was answered is sent again, in the end on a new one. So a round of
//! calls to a node goes over one connection. pveproxy closes it 5 s after the last answer (`timeout`
//! in `AnyEvent.pm`), sooner than the next round comes, which therefore connects anew; TLS sessions
//! are resumed then, one round trip without certificate and signature. A PBS keeps its connection
//! from round to round.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, DATE, HeaderMap, HeaderValue,
    LOCATION, USER_AGENT,
};
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use url::Url;

use self::connect::Connector;
use self::kept::Answers;
use super::error::{Fault, Moment, Stage, is_closed, of_error, of_status};
use super::tls::{Trust, TrustError, Witness, configure};
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;

mod answer;
mod connect;
mod decode;
mod hush;
mod kept;
mod shown;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Said, read_data};
pub use shown::{Shown, shown};

/// The longest error body that is read: its first line is what is wanted.
const LONGEST_ERROR: usize = 64 * 1024;

/// The most kept connections that one call tries: a server that begins anew, or a firewall that forgets,
/// closes all of them at once, and each is found closed only when it is used.
const MOST_KEPT: usize = 8;

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
}

/// A client of one endpoint. Cheap to share by reference; connections live in it.
pub struct Client {
    product: Product,
    base: Url,
    http: legacy::Client<Connector, Empty<Bytes>>,
    /// Of every request.
    headers: HeaderMap,
    secret: SecretString,
    witness: Arc<Witness>,
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
        let base = base(&config.base)?;
        let witness = Arc::new(Witness::default());
        let tls = configure(&config.trust, &witness)?;
        let idle = match config.product {
            // pveproxy closes after 5 s.
            Product::Pve => Duration::from_secs(4),
            Product::Pbs => Duration::from_secs(60),
        };
        let patience = config.connect_timeout;
        let connector = Connector::new(config.product, tls, patience, Arc::clone(&witness));
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(idle)
            .build(connector);
        let headers = headers(&config)?;
        let secret = config.secret;
        Ok(Self { product: config.product, base, http, headers, secret, witness })
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
        let uri = self.uri(path, query)?;
        let answer = match tokio::time::timeout(deadline, self.exchange(uri, max_body)).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::Timeout { what: Stage::Answer }),
        };
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

    fn uri(&self, path: &str, query: &[(&str, &str)]) -> Result<Uri, Fault> {
        let mut url = self.base.clone();
        let below = self.base.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{below}/api2/json{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        // Only one that is too long is a URL and no URI.
        Uri::try_from(url.as_str()).map_err(|error| Fault::Malformed(cleaned(&error.to_string())))
    }

    async fn send(&self, uri: &Uri) -> Result<Response<Incoming>, legacy::Error> {
        let mut request = Request::new(Empty::new());
        uri.clone_into(request.uri_mut());
        self.headers.clone_into(request.headers_mut());
        self.http.request(request).await
    }

    async fn exchange(&self, uri: Uri, max_body: usize) -> Result<Answer, Fault> {
        let began = Instant::now();
        let mut sent = self.send(&uri).await;
        for _ in 0..MOST_KEPT {
            if !sent.as_ref().is_err_and(is_worth_a_retry) {
                break;
            }
            sent = self.send(&uri).await;
        }
        let response = sent.map_err(|error| self.fault(&error, Moment::Asking))?;
        let waited = began.elapsed();
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let status = response.status().as_u16();
        let date = response.headers().get(DATE).and_then(date);
        let encoding = decode::Encoding::of(response.headers().get(CONTENT_ENCODING))?;
        let raw = self.body(response, max_body).await?;
        let bytes = decode::decode(encoding, raw, max_body)?;
        let bytes = hush::hushed_body(bytes, self.secret.expose_secret());
        Ok(Answer { bytes, status, date, waited, elapsed: began.elapsed() })
    }

    async fn refusal(&self, response: Response<Incoming>) -> Fault {
        let code = response.status().as_u16();
        let secret = self.secret.expose_secret();
        let reason = response.extensions().get::<hyper::ext::ReasonPhrase>().cloned();
        // Taken out before anything is cut to a length: a piece of it would be left.
        let reason = reason.as_ref().map(|reason| hush::hushed(reason.as_bytes(), secret));
        let location = response.headers().get(LOCATION).cloned();
        let location = location.as_ref().map(|to| hush::hushed(to.as_bytes(), secret));
        let encoding = decode::Encoding::of(response.headers().get(CONTENT_ENCODING));
        // The status has been said; a body that cannot be read does not change it.
        let body = match self.body(response, LONGEST_ERROR).await {
            Ok(raw) => encoding.and_then(|e| decode::decode(e, raw, LONGEST_ERROR)),
            Err(fault) => Err(fault),
        };
        of_status(
            self.product,
            code,
            reason.as_deref(),
            location.as_deref().and_then(|to| std::str::from_utf8(to).ok()),
            &hush::hushed(&body.unwrap_or_default(), secret),
        )
    }

    async fn body(&self, mut response: Response<Incoming>, limit: usize) -> Result<Bytes, Fault> {
        let announced = response.body().size_hint().exact().unwrap_or(0);
        if announced > limit as u64 {
            return Err(Fault::TooLarge { limit });
        }
        let mut body = BytesMut::with_capacity(announced as usize);
        while let Some(frame) = response.body_mut().frame().await {
            let frame = frame.map_err(|error| self.fault(&error, Moment::Body))?;
            // What is no data ends a body in pieces: nothing of it is of use.
            let Ok(piece) = frame.into_data() else { continue };
            if body.len().saturating_add(piece.len()) > limit {
                return Err(Fault::TooLarge { limit });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    fn fault(&self, error: &(dyn Error + 'static), moment: Moment) -> Fault {
        of_error(error, moment, self.peer().map(|peer| peer.fingerprint))
    }
}

/// Whether a connection that had served before was found closed.
fn is_worth_a_retry(error: &legacy::Error) -> bool {
    let mut told = hyper::http::Extensions::new();
    if let Some(connection) = error.connect_info() {
        connection.get_extras(&mut told);
    }
    let has_served = told.get::<Answers>().is_some_and(|answers| answers.count() > 0);
    has_served && is_closed(error)
}

fn base(url: &str) -> Result<Url, ClientError> {
    let base = Url::parse(url.trim_end_matches('/')).ok();
    let base = base.filter(|url| url.scheme() == "https" && url.host_str().is_some());
    base.ok_or_else(|| ClientError::Url(cleaned(url)))
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
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    let agent = concat!("vigie/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(agent));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding));
    Ok(headers)
}

fn date(value: &HeaderValue) -> Option<Epoch> {
    static PARSER: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new();
    let date = PARSER.parse_timestamp(value.as_bytes()).ok()?;
    Some(Epoch(date.as_second()))
}
