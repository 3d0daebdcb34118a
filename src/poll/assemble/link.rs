//! How contact with endpoints adds up to how a source is reached.

use crate::fleet::id::NodeName;
use crate::fleet::link::{Contact, Link, PeerCertificate};
use crate::fleet::time::Epoch;

/// What one attempt at an endpoint came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Which endpoint, an index.
    pub endpoint: usize,
    /// What it came to.
    pub contact: Contact,
    /// The certificate of the handshake, if there was one.
    pub certificate: Option<PeerCertificate>,
    /// Server clock minus ours, seconds, where a `Date` header told.
    pub clock_offset: Option<i64>,
    /// The node that answers there, and what it says of quorum, when the call told.
    pub member: Option<(NodeName, Option<bool>)>,
}

/// Puts an attempt made at `at` into the link.
pub fn attempt(link: &mut Link, attempt: Attempt, at: Epoch) {
    let answered = !matches!(
        attempt.contact,
        Contact::Untried | Contact::Unreachable(..) | Contact::Untrusted
    );
    let Some(endpoint) = link.endpoints.get_mut(attempt.endpoint) else { return };
    let trusted = !matches!(attempt.contact, Contact::Untrusted);
    let print = |of: &Option<PeerCertificate>| of.as_ref().map(|c| c.fingerprint);
    let is_another = !trusted
        && attempt.certificate.is_some()
        && print(&attempt.certificate) != print(&endpoint.certificate);
    let was = std::mem::discriminant(&endpoint.contact);
    if was != std::mem::discriminant(&attempt.contact) || is_another {
        endpoint.since = Some(at);
    }
    if trusted {
        endpoint.vouched = None;
    }
    endpoint.contact = attempt.contact;
    endpoint.tried = Some(at);
    if attempt.certificate.is_some() {
        // Where no connection came about the certificate is of a handshake before.
        if answered {
            endpoint.trusted.clone_from(&attempt.certificate);
        }
        endpoint.certificate = attempt.certificate;
    }
    if let Some((node, quorate)) = attempt.member {
        endpoint.node = Some(node);
        endpoint.quorate = quorate;
    }
    if answered {
        link.current = Some(attempt.endpoint);
        link.answered = Some(at);
        if let Some(offset) = attempt.clock_offset {
            link.clock_offset = Some(offset);
        }
    }
    whole_contact(link, at);
}

/// The token was rejected, and with it the whole source: no endpoint is asked any more.
pub fn rejected(link: &mut Link, at: Epoch) {
    for endpoint in link.endpoints.iter_mut().filter(|e| e.contact == Contact::Fine) {
        endpoint.contact = Contact::Unauthorized;
        endpoint.since = Some(at);
    }
    whole_contact(link, at);
}

/// The contact of the source as a whole: fine while any endpoint that was tried is; else that of
/// the endpoint that came furthest.
pub fn whole_contact(link: &mut Link, at: Epoch) {
    let best = link.endpoints.iter().map(|e| &e.contact).min_by_key(|c| rank(c)).cloned();
    let best = best.unwrap_or(Contact::Untried);
    // While others are yet to be tried, one that failed does not speak for the source.
    if link.endpoints.iter().any(|e| e.contact == Contact::Untried) && rank(&best) > 2 {
        return;
    }
    if std::mem::discriminant(&best) != std::mem::discriminant(&link.contact) {
        link.since = Some(at);
    }
    link.contact = best;
}

/// How little a contact gives; an untrusted endpoint says more than one that is not there.
fn rank(contact: &Contact) -> u8 {
    match contact {
        Contact::Fine => 0,
        Contact::Error(_) => 1,
        Contact::Unauthorized => 2,
        Contact::Malformed(_) => 3,
        Contact::Untrusted => 4,
        Contact::Unreachable(..) => 5,
        Contact::Untried => 6,
    }
}

/// Marks the end of a whole fast round.
pub fn round_ended(link: &mut Link, at: Epoch) {
    link.round = Some(at);
}
