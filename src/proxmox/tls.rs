//! Whom the client believes, and what certificate it was shown.
//!
//! Neither product has a certificate the system's roots could verify unless its owner gave it one:
//! PVE's is signed by the cluster's own CA, PBS's signs itself and ends in the year 3026. So a
//! source is trusted by the system's roots, by a CA file, or by the fingerprint of the leaf.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use crate::fleet::link::PeerCertificate;
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;

mod distinguished;

/// How a server proves that it is the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// By the system's roots; the host name must match.
    System,
    /// By the CA certificates in this PEM file; the host name must match.
    CaPem(Vec<u8>),
    /// By the SHA-256 of its leaf certificate, any of these. The pin decides alone: neither the
    /// name nor the end of validity is asked for.
    Fingerprints(Vec<[u8; 32]>),
    /// By either: a leaf with one of these fingerprints, or one the CA of this PEM vouches for.
    Either(Vec<u8>, Vec<[u8; 32]>),
}

/// Why no TLS configuration could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The CA file holds no usable certificate.
    #[error("no usable CA certificate: {0}")]
    Ca(Arc<str>),
    /// No fingerprint was given to compare with.
    #[error("no fingerprint given")]
    NoFingerprint,
    /// The system's roots could not be loaded.
    #[error("system certificates: {0}")]
    System(Arc<str>),
    /// The TLS library refused.
    #[error("TLS: {0}")]
    Tls(Arc<str>),
}

/// What is seen of a server's handshakes, shared with the connections.
#[derive(Debug, Default)]
pub(super) struct Witness {
    peer: Mutex<Option<PeerCertificate>>,
    /// What the verifier of a mere look would have said of it.
    trusted: AtomicBool,
}

impl Witness {
    /// The leaf certificate of the last full handshake, trusted or not.
    pub(super) fn peer(&self) -> Option<PeerCertificate> {
        self.peer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether what a mere look was shown would have been trusted.
    pub(super) fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::Acquire)
    }

    fn see(&self, der: &CertificateDer<'_>) {
        let fingerprint = fingerprint(der);
        let mut peer = self.peer.lock().unwrap_or_else(PoisonError::into_inner);
        if peer.as_ref().is_none_or(|known| known.fingerprint != fingerprint) {
            *peer = Some(describe(der, fingerprint));
        }
    }
}

/// SHA-256 of a certificate's DER.
pub fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

fn describe(der: &CertificateDer<'_>, fingerprint: [u8; 32]) -> PeerCertificate {
    match x509_parser::parse_x509_certificate(der) {
        Ok((_, leaf)) => PeerCertificate {
            fingerprint,
            not_before: Some(Epoch(leaf.validity().not_before.timestamp())),
            not_after: Some(Epoch(leaf.validity().not_after.timestamp())),
            subject: distinguished::spelled(leaf.subject()),
            issuer: distinguished::spelled(leaf.issuer()),
            names: names(&leaf),
        },
        Err(_) => PeerCertificate { fingerprint, ..PeerCertificate::default() },
    }
}

/// The most names that are kept of one certificate: whoever makes it may put thousands in.
const MOST_NAMES: usize = 20;

/// What a certificate is for: names and addresses.
fn names(leaf: &X509Certificate<'_>) -> Vec<Arc<str>> {
    let Ok(Some(alternative)) = leaf.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(cleaned(name)),
        GeneralName::IPAddress(bytes) => address(bytes).map(|ip| ip.to_string().into()),
        _ => None,
    };
    alternative.value.general_names.iter().filter_map(name).take(MOST_NAMES).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = || <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    four().or_else(|| <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from))
}

/// The TLS configuration for one endpoint. Sessions are kept in memory and resumed, as rustls does
/// by itself: that spares the certificate and its signature where a server closes connections
/// between two rounds (see [`super::client`]).
pub(super) fn configure(trust: &Trust, witness: &Arc<Witness>) -> Result<ClientConfig, TrustError> {
    with(trust, witness, false)
}

/// The same for a mere look: whatever is shown, the handshake ends there and nothing can be sent.
pub(super) fn configure_look(
    trust: &Trust,
    witness: &Arc<Witness>,
) -> Result<ClientConfig, TrustError> {
    with(trust, witness, true)
}

fn with(trust: &Trust, witness: &Arc<Witness>, is_look: bool) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let judge = judge(trust, &provider)?;
    let verifier = Watched { judge, witness: witness.clone(), is_look };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| TrustError::Tls(cleaned(&e.to_string())))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

fn judge(
    trust: &Trust,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
    match trust {
        Trust::System => system(provider),
        Trust::CaPem(pem) => authority(pem, provider),
        Trust::Fingerprints(pins) if pins.is_empty() => Err(TrustError::NoFingerprint),
        Trust::Fingerprints(pins) => Ok(pinned(pins, None, provider)),
        Trust::Either(pem, pins) => Ok(pinned(pins, Some(authority(pem, provider)?), provider)),
    }
}

fn pinned(
    pins: &[[u8; 32]],
    others: Option<Arc<dyn ServerCertVerifier>>,
    provider: &Arc<CryptoProvider>,
) -> Arc<dyn ServerCertVerifier> {
    let algorithms = provider.signature_verification_algorithms;
    Arc::new(Pinned { pins: pins.to_vec(), others, algorithms })
}

fn authority(
    pem: &[u8],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
    let mut roots = RootCertStore::empty();
    for der in CertificateDer::pem_slice_iter(pem) {
        let der = der.map_err(|e| TrustError::Ca(cleaned(&e.to_string())))?;
        roots.add(der).map_err(|e| TrustError::Ca(cleaned(&e.to_string())))?;
    }
    let built = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
    let built = built.build().map_err(|e| TrustError::Ca(cleaned(&e.to_string())))?;
    Ok(built)
}

/// The verifier over the system's roots, loaded once: that reads some hundred certificates.
fn system(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, TrustError> {
    static LOADED: OnceLock<Arc<rustls_platform_verifier::Verifier>> = OnceLock::new();
    if let Some(loaded) = LOADED.get() {
        return Ok(loaded.clone());
    }
    let verifier = rustls_platform_verifier::Verifier::new(provider.clone())
        .map_err(|e| TrustError::System(cleaned(&e.to_string())))?;
    Ok(LOADED.get_or_init(|| Arc::new(verifier)).clone())
}

/// Believes a leaf by its fingerprint. That the server also holds its key is still proven by the
/// signature over the handshake, else anybody could show a copied certificate.
#[derive(Debug)]
struct Pinned {
    pins: Vec<[u8; 32]>,
    /// Who decides over leaves that are not pinned; else none of them is believed.
    others: Option<Arc<dyn ServerCertVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.pins.contains(&fingerprint(end_entity)) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.others {
            Some(others) => others.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Any verifier, with what it is shown kept for the user, trusted or not.
#[derive(Debug)]
struct Watched {
    judge: Arc<dyn ServerCertVerifier>,
    witness: Arc<Witness>,
    /// Whether it only looks, and believes nobody.
    is_look: bool,
}

impl ServerCertVerifier for Watched {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.witness.see(end_entity);
        let said = self.judge.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if self.is_look {
            self.witness.trusted.store(said.is_ok(), Ordering::Release);
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        said
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}
