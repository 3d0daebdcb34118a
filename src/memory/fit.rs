//! Fits a remembered survey to what the configuration says today.

use crate::fleet::link::{Endpoint, Link};
use crate::fleet::policy::SourceFacts;
use crate::fleet::survey::Survey;

/// The survey with the endpoints that are configured now; none when it is of another product, or of
/// servers that only had the same name here.
pub(super) fn to_configuration(survey: Survey, facts: &SourceFacts) -> Option<Survey> {
    if survey.product() != facts.product || survey.source != facts.name || !is_of(&survey, facts) {
        return None;
    }
    let Survey { source, link, body } = survey;
    let endpoints = facts
        .endpoints
        .iter()
        .map(|address| {
            let known = link.endpoints.iter().find(|e| e.address == *address);
            known.cloned().unwrap_or_else(|| Endpoint::new(address.clone()))
        })
        .collect::<Vec<_>>();
    let current =
        link.endpoint().and_then(|was| endpoints.iter().position(|e| e.address == was.address));
    Some(Survey { source, link: Link { current, endpoints, ..link }, body })
}

/// Whether what is known is of the servers that are configured now. In an incident one may have to
/// be reached by another address: it is the same where it showed a certificate that is pinned, or,
/// where none is, one that is for that address.
fn is_of(survey: &Survey, facts: &SourceFacts) -> bool {
    let known = &survey.link.endpoints;
    let mut addresses = facts.endpoints.iter();
    if known.is_empty() || addresses.any(|a| known.iter().any(|e| e.address == *a)) {
        return true;
    }
    let mut shown = known.iter().filter_map(|e| e.trusted.as_ref().or(e.certificate.as_ref()));
    if !facts.fingerprints.is_empty() {
        return shown.any(|certificate| facts.fingerprints.contains(&certificate.fingerprint));
    }
    let hosts = || facts.endpoints.iter().filter_map(|address| address.rsplit_once(':'));
    shown.any(|certificate| {
        hosts().any(|(host, _)| certificate.names.iter().any(|n| n.eq_ignore_ascii_case(host)))
    })
}
