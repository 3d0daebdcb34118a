//! A TLS server on loopback that plays a script, byte by byte.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rcgen::{SerialNumber, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What the server does next on one connection.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Reads a request and writes these bytes.
    Answer(Vec<u8>),
    /// Reads a request and closes properly, without an answer.
    ReadAndClose,
    /// Reads a request and resets the TCP connection.
    ReadAndReset,
    /// Says nothing more and keeps the connection.
    Hang,
}

pub(super) fn answer(text: &str) -> Step {
    Step::Answer(text.as_bytes().to_vec())
}

/// A 200 with this body.
pub(super) fn ok(body: &str) -> Step {
    answer(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

/// A 200 with this body, packed.
pub(super) fn packed(encoding: &str, body: &[u8]) -> Step {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {length}\r\n\r\n"
    );
    Step::Answer([head.as_bytes(), body].concat())
}

/// What the server saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Heads of the requests, in order.
    pub(super) requests: Vec<String>,
    /// Per finished handshake: whether the session was resumed.
    pub(super) resumed: Vec<bool>,
    /// TCP connections accepted.
    pub(super) connections: usize,
}

pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub(super) fn base(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(super) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }
}

/// A certificate with its key.
pub(super) struct Identity {
    pub(super) der: CertificateDer<'static>,
    key: KeyPair,
}

/// As PBS makes its own: signed by itself, serial 0, for a host name only, good for 1000 years.
pub(super) fn self_signed() -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["pbs".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "pbs\u{1b}[31m");
    params.serial_number = Some(SerialNumber::from(0u64));
    params.not_before = date_time_ymd(2026, 11, 22);
    params.not_after = date_time_ymd(3026, 3, 25);
    let cert = params.self_signed(&key).unwrap();
    Identity { der: cert.der().clone(), key }
}

/// Expired long ago.
pub(super) fn expired() -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["old".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2001, 1, 1);
    params.not_after = date_time_ymd(2002, 1, 1);
    let cert = params.self_signed(&key).unwrap();
    Identity { der: cert.der().clone(), key }
}

/// As PVE makes them: a cluster CA (its PEM) and a leaf for these names.
pub(super) fn signed_by_ca(names: &[&str]) -> (String, Identity) {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "PVE Cluster Manager CA");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
    let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &ca).unwrap();
    (ca.pem(), Identity { der: leaf.der().clone(), key })
}

/// The certificate of one with the key of another.
pub(super) fn impostor(shown: &Identity) -> Identity {
    Identity { der: shown.der.clone(), key: KeyPair::generate().unwrap() }
}

/// Shows a certificate without asking whether the key belongs to it, as an impostor would.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

/// Serves the scripts, one per connection, in the order of the connections.
pub(super) async fn serve(identity: &Identity, scripts: Vec<Vec<Step>>) -> Server {
    let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Shown(Arc::new(CertifiedKey::new(
            vec![identity.der.clone()],
            rustls::crypto::ring::sign::any_supported_type(&key).unwrap(),
        )))));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut scripts = VecDeque::from(scripts);
    let watched = seen.clone();
    tokio::spawn(async move {
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            watched.lock().unwrap().connections += 1;
            let script = scripts.pop_front().unwrap_or_default();
            let (acceptor, seen) = (acceptor.clone(), watched.clone());
            tokio::spawn(async move {
                if let Ok(tls) = acceptor.accept(tcp).await {
                    let kind = tls.get_ref().1.handshake_kind();
                    let resumed = kind == Some(rustls::HandshakeKind::Resumed);
                    seen.lock().unwrap().resumed.push(resumed);
                    play(tls, script, &seen).await;
                }
            });
        }
    });
    Server { address, seen }
}

async fn play(mut tls: TlsStream<TcpStream>, script: Vec<Step>, seen: &Mutex<Seen>) {
    for step in script {
        if matches!(step, Step::Hang) {
            std::future::pending::<()>().await;
        }
        let Some(head) = head(&mut tls).await else { return };
        seen.lock().unwrap().requests.push(head);
        match step {
            Step::Answer(bytes) => {
                if tls.write_all(&bytes).await.is_err() || tls.flush().await.is_err() {
                    return;
                }
            }
            Step::ReadAndReset => {
                tls.get_ref().0.set_zero_linger().unwrap();
                return;
            }
            Step::ReadAndClose | Step::Hang => break,
        }
    }
    let _ = tls.shutdown().await;
}

/// Reads one request: its head is all of a GET.
async fn head(tls: &mut TlsStream<TcpStream>) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tls.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}
