//! Problems and notices: small values. Their sentences are made at the edge, in `lang`.

use std::sync::Arc;

use serde::Serialize;

use super::verdict::Verdict;
use crate::fleet::code::Code;
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::link::{Layer, PeerCertificate};
use crate::fleet::part::CauseKind;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// How bad it is. Ordered: the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, changes no verdict.
    Notice,
    /// Needs a look.
    Warning,
    /// It cannot be told.
    Unknown,
    /// Needs hands.
    Critical,
}

impl Severity {
    /// What it does to its subject's verdict.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Notice => Verdict::Ok,
            Self::Warning => Verdict::Warning,
            Self::Unknown => Verdict::Unknown,
            Self::Critical => Verdict::Critical,
        }
    }
}

/// One problem, or one notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// The site; none for the viewer.
    pub site: Option<SiteName>,
    /// The source; none for the viewer.
    pub source: Option<SourceName>,
    /// About what.
    pub subject: Subject,
    /// What within the subject: a service, a disk, a job. Part of the identity.
    pub detail: Option<Arc<str>>,
    /// Numbers and texts its sentence is made from.
    pub facts: Facts,
    /// Since when, where that can be known; the server's clock corrected to ours.
    pub since: Option<Epoch>,
    /// Which calls said so, and when.
    pub evidence: Vec<Evidence>,
    /// The reason of the exception that turned it into a notice.
    pub accepted: Option<Arc<str>>,
}

/// Which call said it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The call: `/cluster/resources`, with `GET` understood.
    pub call: Arc<str>,
    /// When it was answered, our clock.
    pub seen: Epoch,
}

/// What the sentence of a problem is made from. What each code fills is said where the code is
/// raised; `lang` copes with any of them missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// How old, seconds.
    pub age: Option<i64>,
    /// A measured value: a fraction 0..=1 for usage and load, seconds for clocks.
    pub value: Option<f64>,
    /// The limit it is held against, same unit.
    pub limit: Option<f64>,
    /// When something was due.
    pub due: Option<Epoch>,
    /// The newest copy, the last sync, the last good run.
    pub newest: Option<Epoch>,
    /// When something happened or will: the end of a certificate, the day a store is full.
    pub at: Option<Epoch>,
    /// How many: failures in a row, guests concerned, chunks.
    pub count: Option<u32>,
    /// The server's own words, cleaned.
    pub text: Option<Arc<str>>,
    /// Names: blind parts, missing privileges, guests, disks, nodes.
    pub names: Vec<Arc<str>>,
    /// A name beside the subject: target node, store, peer.
    pub other: Option<Arc<str>>,
    /// The layer on which a connection failed.
    pub layer: Option<Layer>,
    /// What kind of failure it was, where calls fail.
    pub cause: Option<CauseKind>,
    /// Says yes or no where a code knows two stories (overdue or failed; a peer vouches or not).
    pub flag: Option<bool>,
    /// Certificates that are shown and not trusted.
    pub strangers: Vec<Stranger>,
}

/// A certificate that an endpoint shows and that is not trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Stranger {
    /// The endpoint, `host:port`.
    pub address: Arc<str>,
    /// What it shows.
    pub shown: PeerCertificate,
    /// Which fingerprints were expected there: the one of before, or any that is pinned; none
    /// where authorities decide.
    pub expected: Vec<[u8; 32]>,
    /// Whether a trusted peer vouches for it; none where none could be asked.
    pub vouched: Option<bool>,
}
