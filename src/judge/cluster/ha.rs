//! The HA stack: only where it is used.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{ClusterStatus, HaDaemon};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::context::{NodeTrust, SourceContext};
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;

/// A daemon that gave no sign of life for longer is dead, as PVE itself reckons; seconds.
const DEAD_AFTER: i64 = 30;

/// Raises `ha.error`: on a guest whose service is in error (facts `text`: the state), on the
/// cluster for a manager or LRM without a sign of life (detail `master NODE`, `lrm NODE`; facts
/// `age`, `other`: the node).
pub(super) fn judge(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    status: &ClusterStatus,
    findings: &mut Findings<'_>,
) {
    judge_services(source, pve, findings);
    let Some(ha) = pve.ha.live(source.now) else { return };
    // Without quorum nobody can sign; that follows from the cluster.
    if ha.services.is_empty() || !status.has_quorum() {
        return;
    }
    let Some(seen) = pve.ha.seen else { return };
    let asked = seen.plus(source.offset);
    let master = ha.master.iter().map(|d| ("master", d));
    for (what, daemon) in master.chain(ha.lrms.iter().map(|d| ("lrm", d))) {
        let Some(age) = silence(source, daemon, asked) else { continue };
        let subject = Subject::Cluster(source.name().clone());
        findings
            .raise(source, Code::HaError, Severity::Critical, subject)
            .detail(format!("{what} {}", daemon.node))
            .since(daemon.timestamp.map(|t| source.ours(t)))
            .facts(|f| {
                f.age = Some(age);
                f.other = Some(Arc::from(daemon.node.as_str()));
                f.text = Some(Arc::clone(&daemon.status));
            })
            .evidence(&pve.ha);
    }
}

/// How long a daemon has been silent, when that is too long. The daemons of a node that is away
/// follow from the node.
fn silence(source: &SourceContext<'_>, daemon: &HaDaemon, asked: Epoch) -> Option<i64> {
    let trust = source.nodes.trust(&daemon.node);
    if matches!(trust, NodeTrust::Offline | NodeTrust::Isolated) {
        return None;
    }
    daemon.timestamp.map(|t| asked.since(t)).filter(|age| *age > DEAD_AFTER)
}

/// Both the HA status and the table of resources name the state of a service.
fn judge_services(source: &SourceContext<'_>, pve: &PveSurvey, findings: &mut Findings<'_>) {
    let mut failed = Vec::new();
    if let Some(ha) = pve.ha.live(source.now) {
        let errors = ha.services.iter().filter(|s| &*s.state == "error");
        failed.extend(errors.map(|s| (s.vmid, &pve.ha.call, pve.ha.seen)));
    }
    if let Some(resources) = pve.resources.live(source.now) {
        let errors = resources.guests.iter().filter(|g| g.ha.as_deref() == Some("error"));
        failed.extend(errors.map(|g| (g.vmid, &pve.resources.call, pve.resources.seen)));
    }
    failed.sort_by_key(|(vmid, ..)| *vmid);
    for chunk in failed.chunk_by(|a, b| a.0 == b.0) {
        let Some((vmid, ..)) = chunk.first() else { continue };
        let mut draft = findings
            .raise(source, Code::HaError, Severity::Critical, Subject::guest(source.name(), *vmid))
            .facts(|f| f.text = Some("error".into()));
        for (_, call, seen) in chunk {
            if let Some(seen) = seen {
                draft = draft.seen(Arc::clone(call), *seen);
            }
        }
    }
}
