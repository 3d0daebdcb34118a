//! Clusters: quorum and HA.

mod ha;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::context::SourceContext;
use super::findings::Findings;
use super::problem::Severity;
use crate::fleet::code::Code;
use crate::fleet::link::Contact;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::ClusterStatus;
use crate::fleet::subject::Subject;

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
    let Some(has_qdevice) = qdevice(pve) else { return };
    let tally = Tally::new(pve, status, has_qdevice);
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
            f.flag = Some(has_qdevice);
        })
        .evidence(&pve.status)
        .evidence(&pve.qdevice);
}

/// Whether a QDevice votes; an endpoint that does not exist knows of none.
fn qdevice(pve: &PveSurvey) -> Option<bool> {
    match pve.qdevice.known() {
        Some(has) => Some(*has),
        None => pve.qdevice.was_answered().then_some(false),
    }
}

/// The votes of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tally {
    /// Votes there now.
    present: u32,
    /// Votes needed.
    quorum: u32,
    /// Votes of the member present that has most.
    largest: u32,
}

impl Tally {
    fn new(pve: &PveSurvey, status: &ClusterStatus, has_qdevice: bool) -> Self {
        let written = pve.votes.known();
        let votes_of = |node| {
            let entry = written.and_then(|v| v.nodes.iter().find(|(n, _)| n == node));
            entry.map_or(1, |(_, votes)| *votes)
        };
        let (mut expected, mut present, mut largest) = (0u32, 0u32, 0u32);
        for member in &status.members {
            let votes = votes_of(&member.node);
            expected = expected.saturating_add(votes);
            if member.online || member.local {
                present = present.saturating_add(votes);
                largest = largest.max(votes);
            }
        }
        if has_qdevice {
            // `pvecm qdevice setup`: one vote for an even number of nodes, else nodes less one.
            let nodes = u32::try_from(status.members.len()).unwrap_or(u32::MAX);
            let votes = if nodes % 2 == 0 { 1 } else { nodes.saturating_sub(1) };
            expected = expected.saturating_add(votes);
            present = present.saturating_add(votes);
        }
        Self { present, quorum: expected / 2 + 1, largest }
    }

    fn is_fragile(self) -> bool {
        self.present.saturating_sub(self.largest) < self.quorum
    }
}
