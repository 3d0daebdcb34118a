//! Certificates of the simulated servers, changeable while they run.

use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::spoil::MARK;

/// A certificate as people and APIs talk about it.
#[derive(Clone, Debug, Default)]
pub(super) struct CertificateFacts {
    /// SHA-256 of the DER, 64 lower-case hex digits without colons.
    digest: String,
    /// Seconds since 1970.
    pub not_before: i64,
    /// Seconds since 1970.
    pub not_after: i64,
    /// PEM text.
    pub pem: String,
    /// Common name.
    pub common_name: String,
    /// DNS names it is for.
    pub names: Vec<String>,
}

impl CertificateFacts {
    /// `AB:CD:…` as PVE prints it.
    pub(super) fn upper(&self) -> String {
        self.lower().to_uppercase()
    }

    /// `ab:cd:…` as PBS prints it.
    pub(super) fn lower(&self) -> String {
        let mut text = String::new();
        for (at, digit) in self.digest.chars().enumerate() {
            if at > 0 && at % 2 == 0 {
                text.push(':');
            }
            text.push(digit);
        }
        text
    }
}

/// The certificate authority of one PVE cluster.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub facts: CertificateFacts,
}

/// A leaf with its key, ready to serve.
pub(super) struct Leaf {
    key: Arc<CertifiedKey>,
    /// What it is.
    pub facts: CertificateFacts,
}

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}

fn params(name: &str, from: i64, to: i64) -> CertificateParams {
    let epoch = date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.not_before = epoch + Duration::from_secs(from.max(0).unsigned_abs());
    params.not_after = epoch + Duration::from_secs(to.max(0).unsigned_abs());
    params.distinguished_name.push(DnType::OrganizationName, "Proxmox Virtual Environment");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn facts(
    certificate: &rcgen::Certificate,
    name: &str,
    names: &[String],
    from: i64,
    to: i64,
) -> CertificateFacts {
    let digest = Sha256::digest(certificate.der());
    CertificateFacts {
        digest: digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }),
        not_before: from,
        not_after: to,
        pem: certificate.pem(),
        common_name: name.to_owned(),
        names: names.to_vec(),
    }
}

impl Authority {
    /// A new authority, valid for ten years from a day before `now`.
    pub(super) fn new(name: &str, now: i64) -> io::Result<Self> {
        let (from, to) = (now - 86_400, now + 3_650 * 86_400);
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = params(&format!("PVE Cluster Manager CA {name}"), from, to);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(failed)?;
        let facts = facts(&certificate, "PVE Cluster Manager CA", &[], from, to);
        Ok(Self { issuer: Issuer::new(params, key), facts })
    }
}

/// A new leaf for a host, signed by `authority` or by itself, ending at `to`.
pub(super) fn leaf(
    host: &str,
    address: IpAddr,
    authority: Option<&Authority>,
    from: i64,
    to: i64,
) -> io::Result<Leaf> {
    named(host, &["localhost", host], Some(address), authority, (from, to))
}

/// A new leaf for another host than the one that shows it: neither its name nor its address is
/// there.
pub(super) fn leaf_of_another(
    host: &str,
    authority: Option<&Authority>,
    from: i64,
    to: i64,
) -> io::Result<Leaf> {
    named(host, &[host], None, authority, (from, to))
}

fn named(
    host: &str,
    names: &[&str],
    address: Option<IpAddr>,
    authority: Option<&Authority>,
    (from, to): (i64, i64),
) -> io::Result<Leaf> {
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = params(host, from, to);
    params.is_ca = IsCa::ExplicitNoCa;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    for name in &names {
        params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into().map_err(failed)?));
    }
    params.subject_alt_names.extend(address.map(SanType::IpAddress));
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, &authority.issuer).map_err(failed)?,
        None => params.self_signed(&key).map_err(failed)?,
    };
    served(&certificate, &key, facts(&certificate, host, &names, from, to))
}

/// A leaf that says what it says with a text of its own behind every word: subject, issuer, names.
pub(super) fn leaf_spoilt(
    host: &str,
    address: IpAddr,
    text: &str,
    (from, to): (i64, i64),
) -> io::Result<Leaf> {
    let spoilt = |name: &str| {
        let mut params = params(&format!("{name}{MARK}{text}"), from, to);
        let organization = format!("Proxmox Virtual Environment{MARK}{text}");
        params.distinguished_name.push(DnType::OrganizationName, organization);
        params
    };
    let mut above = spoilt("PVE Cluster Manager CA");
    above.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let above = Issuer::new(above, KeyPair::generate().map_err(failed)?);
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = spoilt(host);
    params.is_ca = IsCa::ExplicitNoCa;
    // A name of a host is ASCII; the marks are not, and most of what is nasty is.
    let name: String = format!("{host} {text}").chars().filter(char::is_ascii).collect();
    // As many as a handshake takes.
    for _ in 0..(20_000 / name.len().max(1)).clamp(1, 30) {
        let dns = name.as_str().try_into().map_err(failed)?;
        params.subject_alt_names.push(SanType::DnsName(dns));
    }
    params.subject_alt_names.push(SanType::IpAddress(address));
    let certificate = params.signed_by(&key, &above).map_err(failed)?;
    served(&certificate, &key, facts(&certificate, host, &[name], from, to))
}

fn served(
    certificate: &rcgen::Certificate,
    key: &KeyPair,
    facts: CertificateFacts,
) -> io::Result<Leaf> {
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let signer = rustls::crypto::ring::sign::any_supported_type(&private).map_err(failed)?;
    let chain = vec![certificate.der().clone()];
    Ok(Leaf { key: Arc::new(CertifiedKey::new(chain, signer)), facts })
}

/// Serves whatever leaf is current.
pub(super) struct Current(RwLock<Arc<CertifiedKey>>);

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Current")
    }
}

impl Current {
    /// Begins with this leaf.
    pub(super) fn new(leaf: &Leaf) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::clone(&leaf.key))))
    }

    /// New handshakes get this leaf.
    pub(super) fn change(&self, leaf: &Leaf) {
        let mut current = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *current = Arc::clone(&leaf.key);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

/// The TLS side of one server: 1.2 and 1.3, no ALPN.
pub(super) fn acceptor(current: Arc<Current>) -> io::Result<tokio_rustls::TlsAcceptor> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12, &rustls::version::TLS13])
        .map_err(failed)?
        .with_no_client_auth()
        .with_cert_resolver(current);
    Ok(tokio_rustls::TlsAcceptor::from(Arc::new(config)))
}
