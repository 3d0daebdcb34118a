//! How a source is reached: endpoints, certificates, clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::NodeName;
use super::part::Cause;
use super::time::Epoch;

/// The layer on which no connection came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The host name could not be looked up.
    Name,
    /// No route to the host.
    Route,
    /// The connection was refused.
    Refused,
    /// Nothing answered in time.
    Timeout,
    /// The TLS handshake failed or hung.
    Tls,
    /// The connection was reset.
    Reset,
}

/// What the last contact with an endpoint, or with the source as a whole, came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contact {
    /// Not tried yet.
    Untried,
    /// It answers.
    Fine,
    /// It cannot be reached.
    Unreachable(Layer, Arc<str>),
    /// It shows a certificate that is not trusted; nothing was sent to it.
    Untrusted,
    /// 401: polling has stopped.
    Unauthorized,
    /// What answers is no PVE or PBS.
    Malformed(Arc<str>),
    /// Every call failed with an HTTP error.
    Error(Cause),
}

/// A certificate seen in a handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerCertificate {
    /// SHA-256 of the leaf.
    pub fingerprint: [u8; 32],
    /// Begin of validity.
    #[serde(default)]
    pub not_before: Option<Epoch>,
    /// End of validity; PBS's own end in the year 3026.
    pub not_after: Option<Epoch>,
    /// Subject, cleaned.
    pub subject: Arc<str>,
    /// Issuer, cleaned.
    pub issuer: Arc<str>,
    /// Names and addresses it is for (SAN), cleaned; the first few.
    #[serde(default)]
    pub names: Vec<Arc<str>>,
}

/// One configured endpoint as last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `host:port`.
    pub address: Arc<str>,
    /// What the last contact came to.
    pub contact: Contact,
    /// Since when it is in that state, our clock; none where that is not known.
    pub since: Option<Epoch>,
    /// When it was last tried.
    pub tried: Option<Epoch>,
    /// The certificate of the last handshake, trusted or not.
    pub certificate: Option<PeerCertificate>,
    /// The last certificate that was trusted; kept while another one is shown.
    #[serde(default)]
    pub trusted: Option<PeerCertificate>,
    /// The node that answers there (`/cluster/status`, the entry with `local: 1`).
    pub node: Option<NodeName>,
    /// What that node says of quorum.
    pub quorate: Option<bool>,
    /// Whether a trusted peer vouches for an untrusted certificate (`GET /nodes`): none where
    /// nobody could be asked.
    pub vouched: Option<bool>,
}

impl Endpoint {
    /// An endpoint nobody has tried yet.
    pub fn new(address: impl Into<Arc<str>>) -> Self {
        Self {
            address: address.into(),
            contact: Contact::Untried,
            since: None,
            tried: None,
            certificate: None,
            trusted: None,
            node: None,
            quorate: None,
            vouched: None,
        }
    }
}

/// How a source is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The source as a whole: fine while any endpoint answers.
    pub contact: Contact,
    /// Since when it is in that state, our clock.
    pub since: Option<Epoch>,
    /// The endpoint that answered last, an index into `endpoints`.
    pub current: Option<usize>,
    /// All configured endpoints, in order.
    pub endpoints: Vec<Endpoint>,
    /// Server clock minus ours, seconds, from the last `Date` header of the current endpoint.
    pub clock_offset: Option<i64>,
    /// The last answer of any kind.
    pub answered: Option<Epoch>,
    /// The end of the last whole fast round.
    pub round: Option<Epoch>,
    /// Length of a fast round, seconds.
    pub every: u32,
    /// Milliseconds the last answer of each call took, by its path; of this run alone, and not of
    /// calls of which there may be thousands.
    #[serde(skip)]
    pub took: BTreeMap<Arc<str>, u32>,
}

impl Link {
    /// A link nobody has tried yet.
    pub fn new<I, S>(endpoints: I, every: u32) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<Arc<str>>,
    {
        Self {
            contact: Contact::Untried,
            since: None,
            current: None,
            endpoints: endpoints.into_iter().map(Endpoint::new).collect(),
            clock_offset: None,
            answered: None,
            round: None,
            every,
            took: BTreeMap::new(),
        }
    }

    /// The endpoint that answered last.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.current.and_then(|i| self.endpoints.get(i))
    }
}
