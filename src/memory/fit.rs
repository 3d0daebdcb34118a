//! Fits a remembered survey to what the configuration says today.

use crate::fleet::link::{Endpoint, Link};
use crate::fleet::policy::SourceFacts;
use crate::fleet::survey::Survey;

/// The survey with the endpoints that are configured now; none when it is of another product.
pub(super) fn to_configuration(survey: Survey, facts: &SourceFacts) -> Option<Survey> {
    if survey.product() != facts.product || survey.source != facts.name {
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
