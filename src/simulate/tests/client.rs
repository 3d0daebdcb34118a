//! A raw client: TLS that accepts every certificate, HTTP/1.1 by hand.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::super::{Handle, Rights};

/// What came back, to the byte.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: BTreeMap<String, Vec<String>>,
    pub(super) body: Vec<u8>,
    /// Whether the body was complete.
    pub(super) whole: bool,
    pub(super) certificate: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn data(&self) -> Value {
        self.json()["data"].clone()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|all| all.first()).map_or("", String::as_str)
    }
}

#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

pub(super) type Stream = tokio_rustls::client::TlsStream<TcpStream>;

/// Connects and shakes hands.
pub(super) async fn connect(address: SocketAddr) -> std::io::Result<Stream> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything))
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// One request on an open connection; `head` are more header lines.
pub(super) async fn exchange(
    stream: &mut Stream,
    method: &str,
    target: &str,
    head: &str,
) -> std::io::Result<Reply> {
    let request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    let mut chunk = vec![0_u8; 16_384];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..read]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end + 4);
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().splitn(3, ' ').skip(1);
    let status = first.next().and_then(|code| code.parse().ok()).unwrap_or(0);
    let reason = first.next().unwrap_or_default().to_owned();
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.entry(name.to_lowercase()).or_default().push(value.to_owned());
    }
    let one = |name: &str| headers.get(name).and_then(|all| all.first()).cloned();
    let chunked = one("transfer-encoding").is_some_and(|it| it == "chunked");
    let length: usize = one("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut whole = true;
    while if chunked { !body.ends_with(b"0\r\n\r\n") } else { body.len() < length } {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => body.extend_from_slice(&chunk[..read]),
            _ => {
                whole = false;
                break;
            }
        }
    }
    if chunked && whole {
        body = unchunk(&body);
    }
    let decoded = match one("content-encoding").as_deref() {
        Some("gzip") => unpack(flate2::read::GzDecoder::new(body.as_slice())),
        Some("deflate") => unpack(flate2::read::ZlibDecoder::new(body.as_slice())),
        _ => body,
    };
    let certificate = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(|leaf| leaf.to_vec())
        .unwrap_or_default();
    Ok(Reply { status, reason, headers, body: decoded, whole, certificate })
}

fn unpack(mut reader: impl Read) -> Vec<u8> {
    let mut plain = Vec::new();
    reader.read_to_end(&mut plain).expect("packed well");
    plain
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("hex");
        if size == 0 {
            break;
        }
        plain.extend_from_slice(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 2 + size + 2..];
    }
    plain
}

/// GET with the good token, on a connection of its own, of the first server of a source.
pub(super) async fn get(handle: &Handle, path: &str) -> Reply {
    get_at(handle, 0, path, &handle.authorization()).await.expect("an answer")
}

/// GET of a server with an `Authorization` value.
pub(super) async fn get_at(
    handle: &Handle,
    server: usize,
    path: &str,
    authorization: &str,
) -> std::io::Result<Reply> {
    let mut stream = connect(handle.addresses()[server]).await?;
    let head = format!("Authorization: {authorization}\r\n");
    exchange(&mut stream, "GET", &format!("/api2/json{path}"), &head).await
}

/// GET with a token that has these rights.
pub(super) async fn get_as(handle: &Handle, rights: Rights, path: &str) -> Reply {
    let token = handle.token().replace("!demo", "!other");
    handle.grant(&token, rights);
    let authorization = handle.authorization().replace("!demo", "!other");
    get_at(handle, 0, path, &authorization).await.expect("an answer")
}
