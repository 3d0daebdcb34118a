//! What can go wrong with one call, by layer. No secret can be in it: texts are cleaned, and the
//! client takes its own secret out of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fleet::id::Product;
use crate::fleet::link::Layer;
use crate::fleet::part::{Cause, CauseKind, Outcome};

mod chain;
mod status;
#[cfg(test)]
mod tests;

pub(super) use chain::{Moment, is_closed, of_error};
pub use status::of_status;

/// What did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The TCP connection (the name look-up counts as part of it).
    Connect,
    /// The TLS handshake.
    Tls,
    /// The whole answer.
    Answer,
}

/// Why one call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The host name could not be looked up; the resolver's words.
    #[error("name look-up failed: {0}")]
    Name(Arc<str>),
    /// No route to the host or its network.
    #[error("no route to host")]
    Route,
    /// The connection was refused: the host is up, the service is not.
    #[error("connection refused")]
    Refused,
    /// Nothing came in time.
    #[error("timed out ({what:?})")]
    Timeout {
        /// What was waited for.
        what: Stage,
    },
    /// The TLS handshake failed for another reason than trust.
    #[error("TLS: {0}")]
    Tls(Arc<str>),
    /// The certificate is not trusted; no request was sent.
    #[error("certificate not trusted: {why}")]
    Untrusted {
        /// SHA-256 of the leaf the server showed.
        seen: Option<[u8; 32]>,
        /// Why: not the pinned one, unknown issuer, expired, another name.
        why: Arc<str>,
    },
    /// The connection was closed or reset before any answer.
    #[error("connection closed before an answer")]
    Reset,
    /// 401. Proxmox does not tell wrong, expired and disabled tokens apart.
    #[error("token not accepted")]
    Unauthorized,
    /// 403, or PBS's 400 for a missing privilege.
    #[error("permission denied: {text}")]
    Forbidden {
        /// The server's words; on PVE they name path and privilege.
        text: Arc<str>,
    },
    /// Any other HTTP status that is no success, among them 501 and 595 to 599 of PVE.
    #[error("HTTP {code} {text}")]
    Status {
        /// The status code.
        code: u16,
        /// The server's words.
        text: Arc<str>,
    },
    /// The answer ended too early.
    #[error("answer cut short")]
    Cut,
    /// The answer is not what the API promises.
    #[error("malformed answer: {0}")]
    Malformed(Arc<str>),
    /// The answer, decoded, is larger than was allowed for this call.
    #[error("answer larger than {limit} bytes")]
    TooLarge {
        /// The limit, bytes.
        limit: usize,
    },
    /// A redirect; it is never followed (the token would go with it).
    #[error("redirected")]
    Redirect {
        /// Where to, if the server said so.
        to: Option<Arc<str>>,
    },
}

impl Fault {
    /// Whether no connection came about: another endpoint of the source may do better.
    pub fn is_connect(&self) -> bool {
        self.layer().is_some() && !matches!(self, Self::Timeout { what: Stage::Answer })
            || matches!(self, Self::Untrusted { .. })
    }

    /// Whether the server does not know this call at all: 501 on PVE, 404 on PBS.
    pub fn is_absent(&self, product: Product) -> bool {
        let unknown = match product {
            Product::Pve => 501,
            Product::Pbs => 404,
        };
        matches!(self, Self::Status { code, .. } if *code == unknown)
    }

    /// The layer on which the server was not reached; none where it answered or is not trusted.
    pub fn layer(&self) -> Option<Layer> {
        match self {
            Self::Name(_) => Some(Layer::Name),
            Self::Route => Some(Layer::Route),
            Self::Refused => Some(Layer::Refused),
            Self::Timeout { what: Stage::Tls } | Self::Tls(_) => Some(Layer::Tls),
            Self::Timeout { .. } => Some(Layer::Timeout),
            Self::Reset => Some(Layer::Reset),
            _ => None,
        }
    }

    /// This fault as a part keeps it.
    pub fn cause(&self) -> Cause {
        let kind = match self {
            Self::Timeout { what: Stage::Answer } => CauseKind::Timeout,
            Self::Name(_)
            | Self::Route
            | Self::Refused
            | Self::Timeout { .. }
            | Self::Tls(_)
            | Self::Reset => CauseKind::Unreachable,
            Self::Untrusted { .. } => CauseKind::Untrusted,
            Self::Unauthorized => CauseKind::Unauthorized,
            Self::Forbidden { .. } => CauseKind::Status(403),
            Self::Status { code, .. } => CauseKind::Status(*code),
            Self::Cut => CauseKind::Cut,
            Self::Malformed(_) | Self::Redirect { .. } => CauseKind::Malformed,
            Self::TooLarge { .. } => CauseKind::TooLarge,
        };
        let text = match self {
            Self::Status { text, .. } if !text.is_empty() => text.clone(),
            other => other.to_string().into(),
        };
        Cause { kind, text }
    }

    /// What becomes of a part whose call ended so. Absence is only what [`Fault::is_absent`] says;
    /// that ZFS is not installed or a host is in no cluster is for the caller to tell.
    pub fn outcome(&self, product: Product) -> Outcome {
        match self {
            Self::Forbidden { text } => Outcome::Denied(text.clone()),
            fault if fault.is_absent(product) => Outcome::Absent,
            fault => Outcome::Failed(fault.cause()),
        }
    }

    /// This fault with every occurrence of `secret` taken out of the server's words.
    #[must_use]
    pub(super) fn without(self, secret: &str) -> Self {
        let hide = |text: Arc<str>| -> Arc<str> {
            if !secret.is_empty() && text.contains(secret) {
                text.replace(secret, "…").into()
            } else {
                text
            }
        };
        match self {
            Self::Name(text) => Self::Name(hide(text)),
            Self::Tls(text) => Self::Tls(hide(text)),
            Self::Malformed(text) => Self::Malformed(hide(text)),
            Self::Untrusted { seen, why } => Self::Untrusted { seen, why: hide(why) },
            Self::Forbidden { text } => Self::Forbidden { text: hide(text) },
            Self::Status { code, text } => Self::Status { code, text: hide(text) },
            Self::Redirect { to } => Self::Redirect { to: to.map(hide) },
            other => other,
        }
    }
}
