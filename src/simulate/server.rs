//! One HTTPS server: listener, TLS, faults, authentication, the wire form of answers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Ask, JSON};
use super::dress::dress;
use super::fault::{Fault, Rule};
use super::proxied::{INNER, Proxied};
use super::rights::{Rights, UNAUTHORIZED_DELAY, read};
use super::schedule::http_date;
use super::tls::Current;
use super::world::World;
use super::{pbs, pve, spoil};

/// A request as a server saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Source name.
    pub source: String,
    /// Node of a cluster; empty for a PBS.
    pub node: String,
    /// HTTP method.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Time on the federation's clock.
    pub at: i64,
    /// Token id that was named, without the secret.
    pub token: Option<String>,
}

/// Rendered answers of one generation of the description and two seconds of the clock.
#[derive(Default)]
pub(super) struct Kept {
    generation: u64,
    moment: i64,
    /// By token and target.
    answers: HashMap<(String, String), Answer>,
}

/// Requests a server remembers.
const MOST_SEEN: usize = 100_000;

/// Which product a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    /// pveproxy.
    Pve,
    /// proxmox-backup-proxy.
    Pbs,
}

/// One server.
pub(super) struct Server {
    /// Shared with all others.
    pub world: Arc<World>,
    /// Source name.
    pub source: String,
    /// Node of a cluster; empty for a PBS.
    pub node: String,
    /// Which product.
    pub product: Product,
    /// Where it listens, also while it is down.
    pub address: SocketAddr,
    /// Its certificate.
    pub certificate: Arc<Current>,
    /// What goes wrong.
    pub rules: RwLock<Vec<Rule>>,
    /// Ended and replaced whenever the rules change: connections let go.
    pub changed: Mutex<CancellationToken>,
    /// Ended with the federation.
    pub stop: CancellationToken,
    /// Every request so far.
    pub seen: Mutex<Vec<Seen>>,
    /// TCP connections accepted so far.
    pub connections: AtomicUsize,
    /// Rendered answers of one generation and two seconds.
    pub kept: Mutex<Kept>,
}

type Body = UnsyncBoxBody<Bytes, io::Error>;

impl Server {
    fn whole(&self, wanted: impl Fn(&Fault) -> bool) -> bool {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.iter().any(|rule| rule.path.is_none() && wanted(&rule.fault))
    }

    fn faults(&self, path: &str) -> Vec<Fault> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.iter().filter(|rule| rule.concerns(path)).map(|rule| rule.fault.clone()).collect()
    }

    fn changed(&self) -> CancellationToken {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the rules; the listener and open connections notice at once.
    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<Rule>)) {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut rules);
        drop(rules);
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *changed, CancellationToken::new()).cancel();
    }

    /// Serves until the federation stops.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener, acceptor: TlsAcceptor) {
        let mut listener = Some(listener);
        loop {
            let changed = self.changed();
            if self.whole(|fault| *fault == Fault::Down) {
                listener = None;
                tokio::select! {
                    () = changed.cancelled() => continue,
                    () = self.stop.cancelled() => return,
                }
            }
            let Some(open) = &listener else {
                match TcpListener::bind(self.address).await {
                    Ok(bound) => listener = Some(bound),
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
                continue;
            };
            // Changes first: a connection that came at the same time is not served as before.
            let accepted = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = changed.cancelled() => continue,
                accepted = open.accept() => accepted,
            };
            if let Ok((stream, _)) = accepted {
                self.connections.fetch_add(1, Ordering::Relaxed);
                let server = Arc::clone(&self);
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        () = server.connection(stream, acceptor) => {}
                        () = server.stop.cancelled() => {}
                    }
                });
            }
        }
    }

    async fn connection(self: &Arc<Self>, stream: TcpStream, acceptor: TlsAcceptor) {
        let changed = self.changed();
        let _ = stream.set_nodelay(true);
        let is_gone = self.whole(|fault| matches!(fault, Fault::Reset | Fault::Down));
        if is_gone || self.world.is_booting(&self.source, &self.node) {
            let _ = stream.set_zero_linger();
            return;
        }
        if self.whole(|fault| *fault == Fault::TlsSilent) {
            changed.cancelled().await;
            return;
        }
        if self.whole(|fault| *fault == Fault::PlainHttp) {
            self.http(stream, changed).await;
            return;
        }
        let mut first = [0_u8; 1];
        // Both products close a connection that does not begin to speak within ten seconds.
        let peeked = tokio::time::timeout(Duration::from_secs(10), stream.peek(&mut first)).await;
        if !matches!(peeked, Ok(Ok(1))) {
            return;
        }
        if first == [0x16] {
            let handshake = tokio::time::timeout(Duration::from_secs(10), acceptor.accept(stream));
            if let Ok(Ok(stream)) = handshake.await {
                self.http(stream, changed).await;
            }
        } else {
            self.redirect(stream).await;
        }
    }

    /// Plain HTTP on the TLS port: 301, as both products answer.
    async fn redirect(&self, stream: TcpStream) {
        let location = format!("https://{}/", self.address);
        let service = service_fn(move |_: Request<Incoming>| {
            let location = location.clone();
            async move {
                let mut response = Response::new(Full::new(Bytes::new()));
                *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
                if let Ok(value) = HeaderValue::from_str(&location) {
                    response.headers_mut().insert(header::LOCATION, value);
                }
                Ok::<_, Infallible>(response)
            }
        });
        let mut http = hyper::server::conn::http1::Builder::new();
        let _ = http.keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
    }

    async fn http<S>(self: &Arc<Self>, stream: S, changed: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let served = Arc::new(AtomicU64::new(0));
        let last = CancellationToken::new();
        let service = service_fn(|request: Request<Incoming>| {
            let server = Arc::clone(self);
            let count = served.fetch_add(1, Ordering::Relaxed) + 1;
            let last = last.clone();
            async move {
                if count > 1 && server.whole(|fault| *fault == Fault::CloseInstead) {
                    return Err(io::ErrorKind::ConnectionReset.into());
                }
                if server.whole(|fault| *fault == Fault::CloseAfter) {
                    last.cancel();
                }
                server.respond(&request, count).await
            }
        });
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new()).auto_date_header(false);
        if self.product == Product::Pve {
            http.header_read_timeout(Duration::from_secs(5)).title_case_headers(true);
        } else {
            http.header_read_timeout(Duration::from_secs(600));
        }
        let connection = http.serve_connection(TokioIo::new(Proxied(stream)), service);
        let mut connection = std::pin::pin!(connection);
        let mut changed = changed;
        let mut is_last = false;
        loop {
            tokio::select! {
                _ = connection.as_mut() => return,
                () = last.cancelled(), if !is_last => {
                    is_last = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = changed.cancelled() => {
                    // What is open goes as well: PBS would keep it for ten minutes, and nobody
                    // would meet the fault.
                    let gone = |fault: &Fault| {
                        let whole = [Fault::Down, Fault::Reset, Fault::TlsSilent, Fault::PlainHttp];
                        whole.contains(fault)
                    };
                    if self.whole(gone) {
                        return;
                    }
                    changed = self.changed();
                }
            }
        }
    }

    async fn respond(
        self: &Arc<Self>,
        request: &Request<Incoming>,
        count: u64,
    ) -> Result<Response<Body>, io::Error> {
        let path = request.uri().path().to_owned();
        let target = request.uri().path_and_query().map_or(path.clone(), ToString::to_string);
        let header = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let (scheme, separator) = match self.product {
            Product::Pve => ("PVEAPIToken", '='),
            Product::Pbs => ("PBSAPIToken", ':'),
        };
        let named = read(header, scheme, separator);
        self.record(Seen {
            source: self.source.clone(),
            node: self.node.clone(),
            method: request.method().to_string(),
            target: target.clone(),
            at: self.world.clock.now(),
            token: named.map(|(token, _)| token.to_owned()),
        });
        let known = named
            .filter(|(_, secret)| *secret == self.world.secret)
            .and_then(|(token, _)| Some((token, self.world.rights(&self.source, token)?)));
        let mut faults = self.faults(&target);
        if faults.contains(&Fault::Silent) {
            self.silence(&target).await;
            faults = self.faults(&target);
        }
        let is_gone = faults.iter().any(|fault| matches!(fault, Fault::Reset | Fault::Down));
        if is_gone || self.world.is_booting(&self.source, &self.node) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let mut answer = self.answer(request, &path, known);
        let mut trickle = None;
        let mut cut = None;
        for fault in &faults {
            match fault {
                Fault::Delay(delay) => tokio::time::sleep(*delay).await,
                Fault::Trickle(pause) => trickle = Some(*pause),
                Fault::Cut(at) => cut = Some(*at),
                other => {
                    if let Some(other) =
                        self.faulty(other, &answer, known.map(|(_, rights)| rights))
                    {
                        answer = other;
                    }
                }
            }
        }
        for fault in &faults {
            if let Fault::Spoilt(spoil) = fault {
                answer = spoil.spoilt(answer);
            }
        }
        if !answer.wait.is_zero() {
            tokio::time::sleep(answer.wait.mul_f64(self.world.options.delays)).await;
        }
        if !self.world.options.line.is_zero() {
            tokio::time::sleep(self.world.options.line).await;
        }
        Ok(dress(self.wire(answer, request, count, trickle, cut), &faults))
    }

    /// Remembers a request; of a server that runs for days only the latest ones.
    fn record(&self, request: Seen) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST_SEEN {
            seen.drain(..MOST_SEEN / 2);
        }
        seen.push(request);
    }

    /// Waits until nothing makes this path silent any more.
    async fn silence(&self, target: &str) {
        loop {
            let changed = self.changed();
            if !self.faults(target).contains(&Fault::Silent) {
                return;
            }
            changed.cancelled().await;
        }
    }

    fn answer(
        &self,
        request: &Request<Incoming>,
        path: &str,
        known: Option<(&str, Rights)>,
    ) -> Answer {
        let mut ask = Ask::parse(path, request.uri().query());
        ask.iter_mut().for_each(spoil::meant);
        let Some((token, rights)) = known else {
            return match self.product {
                Product::Pbs if path.trim_end_matches('/') == "/api2/json/ping" => {
                    Answer::json(&serde_json::json!({"data": {"pong": true}}))
                }
                _ => self.unauthorized(request.headers().contains_key(header::AUTHORIZATION)),
            };
        };
        if request.method() != Method::GET {
            return match self.product {
                Product::Pve => pve::not_implemented(self, request.method().as_str(), path),
                Product::Pbs => pbs::not_found(path),
            };
        }
        let Some(ask) = ask else {
            return match self.product {
                Product::Pve => pve::not_implemented(self, "GET", path),
                Product::Pbs => pbs::not_found(path),
            };
        };
        let now = self.world.clock.now();
        self.world.settle();
        let generation = self.world.generation.load(Ordering::Relaxed);
        let key = (token.to_owned(), request.uri().to_string());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = now.div_euclid(2);
        if (kept.generation, kept.moment) != (generation, moment) {
            *kept = Kept { generation, moment, answers: HashMap::new() };
        }
        if let Some(answer) = kept.answers.get(&key) {
            return answer.clone();
        }
        let answer = match self.product {
            Product::Pve => pve::answer(self, &ask, rights, now),
            Product::Pbs => pbs::answer(self, &ask, path, rights, now),
        };
        kept.answers.insert(key, answer.clone());
        answer
    }

    /// 401 as each product says it.
    fn unauthorized(&self, named: bool) -> Answer {
        match self.product {
            Product::Pve => {
                let reason = if named { "Authentication failed!" } else { "No ticket" };
                Answer::bare(401, reason, UNAUTHORIZED_DELAY)
            }
            Product::Pbs => Answer {
                status: 401,
                reason: None,
                body: Bytes::from_static(b"authentication failed"),
                kind: None,
                wait: UNAUTHORIZED_DELAY,
                protected: false,
                chunked: false,
            },
        }
    }

    fn faulty(&self, fault: &Fault, answer: &Answer, rights: Option<Rights>) -> Option<Answer> {
        let error = |status, text: &str| match self.product {
            Product::Pve => pve::error(self, status, text),
            Product::Pbs => pbs::error(status, text),
        };
        let body = |body: Bytes| Answer {
            status: 200,
            reason: None,
            body,
            kind: Some(JSON),
            ..answer.clone()
        };
        Some(match fault {
            Fault::Unauthorized => self.unauthorized(true),
            _ if rights.is_none() => return None,
            Fault::Forbidden(privilege) => match self.product {
                Product::Pve => error(403, &format!("Permission check failed ({privilege})")),
                Product::Pbs => {
                    error(403, &format!("permission check failed - missing {privilege}"))
                }
            },
            Fault::Status(status, text) => error(*status, text),
            Fault::Bare(status, reason) => Answer::bare(*status, reason, Duration::ZERO),
            Fault::Malformed => body(answer.body.slice(..answer.body.len() / 2)),
            Fault::Body(text) => body(Bytes::from(text.clone())),
            Fault::Huge(size) => {
                let mut huge = vec![b' '; *size];
                huge.extend_from_slice(&answer.body);
                body(Bytes::from(huge))
            }
            Fault::Empty => body(Bytes::from_static(b"{\"data\":[]}")),
            Fault::Html => Answer {
                kind: Some("text/html"),
                ..body(Bytes::from_static(
                    b"<!DOCTYPE html><html><body>Please accept our terms.</body></html>",
                ))
            },
            _ => return None,
        })
    }

    fn wire(
        &self,
        answer: Answer,
        request: &Request<Incoming>,
        count: u64,
        trickle: Option<Duration>,
        cut: Option<usize>,
    ) -> Response<Body> {
        let accepted = request
            .headers()
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut body = answer.body;
        let coding = match self.product {
            Product::Pve if accepted.contains("gzip") && body.len() > 1024 => {
                body = gzip(&body);
                Some("gzip")
            }
            Product::Pbs if accepted.contains("deflate") => {
                body = deflate(&body);
                Some("deflate")
            }
            _ => None,
        };
        let length = body.len();
        let streamed = answer.chunked || (self.product == Product::Pbs && coding.is_some());
        let mut response = Response::new(send(body, trickle, cut, streamed));
        *response.status_mut() =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(reason) = answer.reason
            && let Ok(reason) = ReasonPhrase::try_from(reason)
        {
            response.extensions_mut().insert(reason);
        }
        let headers = response.headers_mut();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.append(name, value);
            }
        };
        let date = http_date(self.time());
        put(header::DATE, &date);
        if let Some(kind) = answer.kind {
            put(header::CONTENT_TYPE, kind);
        }
        if let Some(coding) = coding {
            put(header::CONTENT_ENCODING, coding);
        }
        if !streamed && (answer.kind.is_some() || length > 0) {
            put(header::CONTENT_LENGTH, &length.to_string());
        }
        if self.product == Product::Pve {
            put(header::CACHE_CONTROL, "max-age=0");
            put(header::PRAGMA, "no-cache");
            put(header::EXPIRES, &date);
            put(header::SERVER, "pve-api-daemon/3.0");
            if answer.status >= 400 || count >= 100 {
                put(header::CONNECTION, "close");
            } else {
                if answer.protected {
                    put(INNER, "close");
                }
                put(header::CONNECTION, "Keep-Alive");
            }
        } else if answer.status == 401 {
            let cookie = "__Host-PBSAuthCookie=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; \
                          Secure; SameSite=Lax; HttpOnly; Path=/;";
            put(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The clock of this host.
    fn time(&self) -> i64 {
        let fleet = self.world.fleet.read().unwrap_or_else(PoisonError::into_inner);
        let skew = match self.product {
            Product::Pve => fleet.cluster(&self.source).map_or(0, |cluster| cluster.skew),
            Product::Pbs => fleet.pbs(&self.source).map_or(0, |pbs| pbs.skew),
        };
        self.world.clock.now() + skew
    }
}

fn send(body: Bytes, trickle: Option<Duration>, cut: Option<usize>, streamed: bool) -> Body {
    if trickle.is_none() && cut.is_none() && !streamed {
        return Full::new(body).map_err(|never| match never {}).boxed_unsync();
    }
    let end = cut.map_or(body.len(), |at| at.min(body.len()));
    let step = if trickle.is_some() { 1 } else { 16_384 };
    let state = (body.slice(..end), 0_usize, cut.is_some());
    let stream = futures_util::stream::unfold(state, move |(body, at, breaks)| async move {
        if at >= body.len() {
            // A body that breaks off ends with an error: hyper closes the connection.
            let error = Err(io::Error::from(io::ErrorKind::ConnectionAborted));
            if breaks {
                // The part before it must have left, or hyper drops it with the connection.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            return breaks.then_some((error, (body, at, false)));
        }
        if let Some(pause) = trickle {
            tokio::time::sleep(pause).await;
        }
        let next = (at + step).min(body.len());
        let frame = Frame::data(body.slice(at..next));
        Some((Ok(frame), (body, next, breaks)))
    });
    StreamBody::new(Box::pin(stream)).boxed_unsync()
}

fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let _ = encoder.write_all(body);
    Bytes::from(encoder.finish().unwrap_or_default())
}

fn deflate(body: &[u8]) -> Bytes {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let _ = encoder.write_all(body);
    Bytes::from(encoder.finish().unwrap_or_default())
}
