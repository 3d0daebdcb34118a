//! Whether a cluster stands by a certificate that is not trusted: its other nodes list what each
//! of them presents (`GET /nodes`).

use crate::fleet::link::Contact;
use crate::fleet::survey::Survey;

/// Asks the list of peers, read over a trusted endpoint, about every untrusted one. A denial
/// counts only when the list was not read before the certificate was first seen; else it is due,
/// once: a list that cannot be read is not asked for over and over.
pub fn vouch(survey: &mut Survey) {
    let crate::fleet::survey::Body::Pve(pve) = &mut survey.body else { return };
    for endpoint in &mut survey.link.endpoints {
        if endpoint.contact != Contact::Untrusted {
            continue;
        }
        let Some(shown) = endpoint.certificate.as_ref().map(|c| c.fingerprint) else { continue };
        let Some(peers) = pve.peers.known() else { continue };
        let listed = peers.iter().any(|peer| peer.fingerprint == Some(shown));
        let later = pve.peers.seen.is_some() && pve.peers.seen >= endpoint.since;
        endpoint.vouched = if listed {
            Some(true)
        } else if later {
            Some(false)
        } else {
            if pve.peers.tried < endpoint.since {
                pve.peers.tried = None;
            }
            None
        };
    }
}
