//! From a library's error to a fault, by the types in its chain of sources, never by its prose.

use std::error::Error;
use std::io;
use std::sync::Arc;

use super::{Fault, Stage};
use crate::fleet::text::cleaned;

/// What was going on when an exchange broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proxmox) enum Moment {
    /// A connection was made.
    Connecting,
    /// Before the head of the answer.
    Asking,
    /// While the body came.
    Body,
}

/// The first error of type `T` in the chain. `io::Error::source` skips the error it wraps (it
/// gives *that one's* source), so wrapped errors have to be looked into by hand.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// The kind of the innermost I/O error.
fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut io = find::<io::Error>(error)?;
    while let Some(deeper) = io.get_ref().and_then(|inner| find::<io::Error>(inner)) {
        io = deeper;
    }
    Some(io.kind())
}

fn innermost(error: &(dyn Error + 'static)) -> Arc<str> {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    cleaned(&error.to_string())
}

/// Whether the other side closed the connection while something was awaited from it.
pub(in crate::proxmox) fn is_closed(error: &(dyn Error + 'static)) -> bool {
    let hyper = find::<hyper::Error>(error);
    hyper.is_some_and(|e| e.is_incomplete_message() || e.is_canceled() || e.is_closed())
        || io_kind(error).is_some_and(is_close)
}

fn is_close(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as K;
    matches!(
        kind,
        K::ConnectionReset
            | K::ConnectionAborted
            | K::BrokenPipe
            | K::NotConnected
            | K::UnexpectedEof
    )
}

/// The fault behind a library's error. `seen` is the leaf certificate last seen there.
pub(in crate::proxmox) fn of_error(
    error: &(dyn Error + 'static),
    moment: Moment,
    seen: Option<[u8; 32]>,
) -> Fault {
    // What our own code found comes back in the library's wrapping.
    if let Some(fault) = find::<Fault>(error) {
        return fault.clone();
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return of_rustls(tls, seen);
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return Fault::Malformed(innermost(error));
    }
    if is_closed(error) {
        return if moment == Moment::Body { Fault::Cut } else { Fault::Reset };
    }
    match io_kind(error) {
        Some(io::ErrorKind::ConnectionRefused) => Fault::Refused,
        Some(
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable,
        ) => Fault::Route,
        Some(io::ErrorKind::TimedOut) => Fault::Timeout {
            what: if moment == Moment::Connecting { Stage::Connect } else { Stage::Answer },
        },
        // What is left is a socket that could not be had (no descriptors, no permission).
        _ if moment == Moment::Connecting => Fault::Route,
        _ => Fault::Malformed(innermost(error)),
    }
}

fn of_rustls(error: &rustls::Error, seen: Option<[u8; 32]>) -> Fault {
    match error {
        rustls::Error::InvalidCertificate(why) => {
            let why = match why {
                rustls::CertificateError::ApplicationVerificationFailure => {
                    Arc::from("it is not the pinned one")
                }
                other => cleaned(&other.to_string()),
            };
            Fault::Untrusted { seen, why }
        }
        rustls::Error::InvalidMessage(
            rustls::InvalidMessage::CertificatePayloadTooLarge
            | rustls::InvalidMessage::HandshakePayloadTooLarge,
        ) => Fault::Tls("what it shows is longer than any certificate".into()),
        rustls::Error::InvalidMessage(_) => Fault::Tls("what answers there is not TLS".into()),
        other => Fault::Tls(cleaned(&other.to_string())),
    }
}
