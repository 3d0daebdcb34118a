//! Certificates: the one a node serves, and the cluster's CA.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::host::CertificateFile;
use crate::fleet::id::NodeName;
use crate::fleet::link::{Contact, Endpoint};
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::context::SourceContext;
use crate::judge::findings::{Draft, Findings};
use crate::judge::problem::Severity;
use crate::judge::verdict::Consequence;

const CA_FILE: &str = "pve-root-ca.pem";

/// Raises `node.certificate` for what a PVE node serves: detail the endpoint or the file, facts
/// `at` (its end), `value` (seconds left), `limit`.
pub(super) fn judge_node(
    source: &SourceContext<'_>,
    subject: &Subject,
    node: &NodeName,
    part: &Part<Vec<CertificateFile>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let shaken = source
        .survey
        .link
        .endpoints
        .iter()
        .filter(|e| e.node.as_ref() == Some(node) && e.contact == Contact::Fine);
    let mut is_shaken = false;
    for endpoint in shaken {
        is_shaken |= judge_endpoint(source, subject, endpoint, findings);
    }
    if is_shaken {
        return Consequence::NONE;
    }
    let Some(files) = part.live(source.now) else { return source.unknown() };
    let served = ["pveproxy-ssl.pem", "pve-ssl.pem"]
        .iter()
        .find_map(|name| files.iter().find(|f| &*f.file == *name));
    let Some(served) = served else { return source.unknown() };
    if let Some(draft) = judge_leaf(source, subject, &served.file, served.not_after, findings) {
        draft.evidence(part);
    }
    Consequence::NONE
}

/// Raises `node.certificate` for what a PBS serves.
pub(super) fn judge_pbs(
    source: &SourceContext<'_>,
    subject: &Subject,
    findings: &mut Findings<'_>,
) {
    for endpoint in source.survey.link.endpoints.iter().filter(|e| e.contact == Contact::Fine) {
        judge_endpoint(source, subject, endpoint, findings);
    }
}

/// Raises `node.certificate` for the cluster's CA, once: every node lists the same.
pub(super) fn judge_ca(source: &SourceContext<'_>, pve: &PveSurvey, findings: &mut Findings<'_>) {
    let listed = pve.nodes.iter().find_map(|(name, parts)| {
        let files = parts.certificates.live(source.now)?;
        let ca = files.iter().find(|f| &*f.file == CA_FILE)?;
        Some((name, ca.not_after?, &parts.certificates))
    });
    let Some((node, end, part)) = listed else { return };
    let (left, limit) = (end.since(source.now), source.policy().cluster_ca);
    if left < limit {
        let subject = Subject::Node(source.name().clone(), node.clone());
        let draft = findings.raise(source, Code::NodeCertificate, Severity::Warning, subject);
        fill(draft, CA_FILE.into(), end, left, limit).evidence(part);
    }
}

/// Whether the endpoint showed a certificate that could be judged.
fn judge_endpoint(
    source: &SourceContext<'_>,
    subject: &Subject,
    endpoint: &Endpoint,
    findings: &mut Findings<'_>,
) -> bool {
    let Some(certificate) = &endpoint.certificate else { return false };
    let address = &endpoint.address;
    let raised = judge_leaf(source, subject, address, certificate.not_after, findings);
    if let (Some(draft), Some(tried)) = (raised, endpoint.tried) {
        draft.seen(format!("https://{address}/").into(), tried);
    }
    true
}

fn judge_leaf<'f>(
    source: &SourceContext<'_>,
    subject: &Subject,
    name: &Arc<str>,
    not_after: Option<Epoch>,
    findings: &'f mut Findings<'_>,
) -> Option<Draft<'f>> {
    // Without an end in our range it ends after all of us (PBS: in the year 3026).
    let end = not_after?;
    let left = end.since(source.now);
    let levels = source.policy().certificate;
    let (severity, limit) = if left < levels.critical || left <= 0 {
        (Severity::Critical, levels.critical)
    } else if left < levels.warning {
        (Severity::Warning, levels.warning)
    } else {
        return None;
    };
    let draft = findings.raise(source, Code::NodeCertificate, severity, subject.clone());
    Some(fill(draft, Arc::clone(name), end, left, limit))
}

fn fill(draft: Draft<'_>, detail: Arc<str>, end: Epoch, left: i64, limit: i64) -> Draft<'_> {
    draft.detail(detail).facts(|f| {
        f.at = Some(end);
        f.value = Some(left as f64);
        f.limit = Some(limit as f64);
    })
}
