//! Endpoints that do not answer, or with errors only, while another one does.

use std::sync::Arc;

use super::contact::layer_name;
use super::stranger::stranger;
use crate::fleet::code::Code;
use crate::fleet::link::{Contact, Endpoint};
use crate::fleet::part::CauseKind;
use crate::judge::context::{NodeTrust, SourceContext};
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;

/// Raises `source.endpoint-down`: facts `other` (the address), `layer`, `cause` (of the errors it
/// answers with), `flag` (whether a trusted peer vouches for the certificate; none where it is not
/// about that), `strangers` (that certificate).
pub(super) fn judge(source: &SourceContext<'_>, findings: &mut Findings<'_>) {
    let link = &source.survey.link;
    if link.endpoints.len() < 2 {
        return;
    }
    for (index, endpoint) in link.endpoints.iter().enumerate() {
        if link.current == Some(index) || follows_from_node(source, endpoint) {
            continue;
        }
        let address = &endpoint.address;
        let (severity, layer, vouched, detail) = match &endpoint.contact {
            Contact::Unreachable(layer, _) => {
                let detail = format!("{address}: {}", layer_name(*layer));
                (Severity::Warning, Some(*layer), None, detail)
            }
            Contact::Untrusted => {
                let (severity, words) = match endpoint.vouched {
                    Some(true) => {
                        (Severity::Warning, "new certificate, a trusted peer vouches for it")
                    }
                    Some(false) => (Severity::Critical, "certificate denied by a trusted peer"),
                    None => (Severity::Warning, "certificate not trusted"),
                };
                (severity, None, endpoint.vouched, format!("{address}: {words}"))
            }
            Contact::Error(_) => {
                (Severity::Warning, None, None, format!("{address}: answers with errors only"))
            }
            Contact::Malformed(_) => {
                (Severity::Warning, None, None, format!("{address}: no Proxmox server answers"))
            }
            _ => continue,
        };
        let draft = findings
            .raise(source, Code::SourceEndpointDown, severity, source.subject())
            .detail(detail)
            .since(endpoint.since)
            .facts(|f| {
                f.other = Some(Arc::clone(address));
                f.layer = layer;
                f.flag = vouched;
                f.strangers.extend(stranger(source, endpoint));
                match &endpoint.contact {
                    Contact::Unreachable(_, text) => f.text = Some(Arc::clone(text)),
                    Contact::Malformed(text) => {
                        f.text = Some(Arc::clone(text));
                        f.cause = Some(CauseKind::Malformed);
                    }
                    Contact::Error(cause) => {
                        f.text = Some(Arc::clone(&cause.text));
                        f.cause = Some(cause.kind);
                    }
                    _ => {}
                }
            });
        if let Some(tried) = endpoint.tried {
            draft.seen(format!("https://{address}/").into(), tried);
        }
    }
}

/// An endpoint is silent because its node is offline: that is one problem, the node's.
fn follows_from_node(source: &SourceContext<'_>, endpoint: &Endpoint) -> bool {
    matches!(endpoint.contact, Contact::Unreachable(..))
        && endpoint.node.as_ref().is_some_and(|node| source.nodes.trust(node) == NodeTrust::Offline)
}
