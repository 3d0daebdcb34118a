//! Clusters: quorum and HA.

mod ha;
#[cfg(test)]
mod tests;
pub mod votes;

use std::sync::Arc;

use super::context::SourceContext;
use super::findings::Findings;
use super::problem::Severity;
use crate::fleet::code::Code;
use crate::fleet::link::Contact;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{ClusterStatus, Qdevice};
use crate::fleet::subject::Subject;
use votes::{Tally, qdevice};

/// Judges the cluster of a source, as long as it answers.
pub fn judge(source: &SourceContext<'_>, findings: &mut Findings<'_>) {
    let (Some(pve), true) = (source.pve(), source.is_fresh()) else { return };
    let Some(status) = pve.status.live(source.now) else { return };
    let subject = Subject::Cluster(source.name().clone());
    if !status.has_quorum() {
        findings
            .raise(source, Code::ClusterNoQuorum, Severity::Critical, subject)
            .facts(|f| f.other = status.answering().map(|m| Arc::from(m.node.as_str())))
            .evidence(&pve.status);
    } else if status.is_cluster() {
        judge_other_half(source, pve, status, findings);
        judge_fragility(source, pve, status, findings);
    }
    ha::judge(source, pve, status, findings);
}

/// An endpoint answers from the half without quorum while we believe the other: both are shown.
/// Facts `other`: its node.
fn judge_other_half(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    status: &ClusterStatus,
    findings: &mut Findings<'_>,
) {
    for endpoint in &source.survey.link.endpoints {
        let Some(node) = endpoint.node.as_ref() else { continue };
        let is_cut_off = endpoint.contact == Contact::Fine
            && endpoint.quorate == Some(false)
            && status.member(node).is_some_and(|m| !m.online && !m.local);
        if is_cut_off {
            let subject = Subject::Cluster(source.name().clone());
            findings
                .raise(source, Code::ClusterNoQuorum, Severity::Critical, subject)
                .detail(node.as_str())
                .facts(|f| f.other = Some(Arc::from(node.as_str())))
                .evidence(&pve.status);
        }
    }
}

/// Whether one more node lost means no quorum: facts `count` (votes that may still be lost),
/// `names` (members offline), `flag` (whether a QDevice votes).
fn judge_fragility(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    status: &ClusterStatus,
    findings: &mut Findings<'_>,
) {
    // Without knowing of a QDevice it cannot be told; the source says that something is missing.
    let Some(qdevice) = qdevice(pve) else { return };
    let tally = Tally::new(pve, status, qdevice, &[]);
    if !tally.is_fragile() {
        return;
    }
    let offline: Vec<Arc<str>> =
        status.members.iter().filter(|m| !m.online).map(|m| Arc::from(m.node.as_str())).collect();
    let severity = if offline.is_empty() { Severity::Notice } else { Severity::Warning };
    findings
        .raise(source, Code::ClusterFragile, severity, Subject::Cluster(source.name().clone()))
        .facts(|f| {
            f.count = Some(tally.present.saturating_sub(tally.quorum));
            f.names = offline;
            f.flag = Some(qdevice == Qdevice::Votes);
        })
        .evidence(&pve.status)
        .evidence(&pve.qdevice);
}
