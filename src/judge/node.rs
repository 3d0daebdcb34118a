//! Nodes and PBS hosts.

mod certificate;
mod disk;
mod load;
mod service;
#[cfg(test)]
mod tests;
mod version;

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::context::{NodeTrust, SourceContext};
use super::findings::Findings;
use super::problem::Severity;
use super::rows::NodeRow;
use super::verdict::Consequence;
use crate::fleet::code::Code;
use crate::fleet::host::Usage;
use crate::fleet::id::NodeName;
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pve::cluster::{Node, NodeState};
use crate::fleet::pve::{NodeParts, PveSurvey};
use crate::fleet::subject::Subject;

/// Judges the nodes of a source.
pub fn judge(source: &SourceContext<'_>, findings: &mut Findings<'_>) -> Vec<NodeRow> {
    match (source.pve(), source.pbs()) {
        (Some(pve), _) => judge_nodes(source, pve, findings),
        (None, Some(pbs)) => vec![judge_host(source, pbs, findings)],
        (None, None) => Vec::new(),
    }
}

fn judge_nodes(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    findings: &mut Findings<'_>,
) -> Vec<NodeRow> {
    version::judge_mixed(source, pve, findings);
    certificate::judge_ca(source, pve, findings);
    let mut counts: HashMap<&str, (u32, u32)> = HashMap::new();
    for guest in source.guests() {
        let (running, all) = counts.entry(guest.node.as_str()).or_default();
        *running += u32::from(&*guest.state == "running");
        *all += 1;
    }
    let listed = pve.resources.live(source.now);
    source
        .nodes
        .iter()
        .map(|(name, trust)| {
            let row = listed.and_then(|r| r.node(name)).filter(|_| trust == NodeTrust::Online);
            let parts = pve.nodes.get(name);
            let consequence = judge_node(source, pve, name, trust, row, parts, findings);
            let count = counts.get(name.as_str()).copied().unwrap_or_default();
            NodeRow {
                source: source.name().clone(),
                name: name.clone(),
                state: match trust {
                    NodeTrust::Online => NodeState::Online,
                    NodeTrust::Offline => NodeState::Offline,
                    _ => NodeState::Unknown,
                },
                verdict: consequence.verdict,
                because: consequence.because,
                cpu: row.and_then(|r| r.cpu),
                memory: row.and_then(|r| r.memory),
                rootfs: row.and_then(|r| r.rootfs),
                uptime: row.and_then(|r| r.uptime),
                version: parts.and_then(|p| p.version.known()).map(|v| Arc::clone(&v.text)),
                seen: pve.resources.seen,
                guests: Some(count),
            }
        })
        .collect()
}

/// Judges one node; what it gives back is what follows for it from elsewhere.
fn judge_node(
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    name: &NodeName,
    trust: NodeTrust,
    row: Option<&Node>,
    parts: Option<&NodeParts>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let subject = Subject::Node(source.name().clone(), name.clone());
    // What a disk has said of its health stays true while the node is silent.
    if let Some(parts) = parts {
        disk::judge_disks(source, &subject, &parts.disks, findings);
        version::judge_end_of_life(source, &subject, &parts.version, findings);
    }
    match trust {
        NodeTrust::Online => {}
        NodeTrust::Offline => {
            findings
                .raise(source, Code::NodeOffline, Severity::Critical, subject)
                .evidence(&pve.status);
            return Consequence::NONE;
        }
        NodeTrust::Stale => {
            findings
                .raise(source, Code::NodeStale, Severity::Unknown, subject)
                .evidence(&pve.resources);
            return Consequence::NONE;
        }
        NodeTrust::Isolated | NodeTrust::Untold => return source.node_consequence(name),
    }
    let Some(parts) = parts else { return source.unknown() };
    let rootfs =
        row.and_then(|r| r.rootfs).map(|usage| (usage, &pve.resources.call, pve.resources.seen));
    let status = parts.status.live(source.now);
    let rootfs = rootfs.or_else(|| {
        let usage = status.and_then(|s| s.rootfs)?;
        Some((usage, &parts.status.call, parts.status.seen))
    });
    let sample = load::Sample {
        cpu: row.and_then(|r| r.cpu),
        iowait: status.and_then(|s| s.iowait),
        memory: row.and_then(|r| r.memory).and_then(Usage::fraction),
        swap: status.and_then(|s| s.swap).and_then(Usage::fraction),
    };
    judge_rootfs(source, &subject, rootfs, findings)
        .or_worse(load::judge(source, &subject, &parts.history, sample, findings))
        .or_worse(service::judge_pve(source, &subject, pve, &parts.services, findings))
        .or_worse(disk::judge_pools(source, &subject, &parts.zfs, findings))
        .or_worse(certificate::judge_node(source, &subject, name, &parts.certificates, findings))
        .or_worse(source.needs(&parts.version))
}

/// Judges the host of a PBS.
fn judge_host(source: &SourceContext<'_>, pbs: &PbsSurvey, findings: &mut Findings<'_>) -> NodeRow {
    let name = NodeName::from("localhost");
    let subject = Subject::Node(source.name().clone(), name.clone());
    disk::judge_disks(source, &subject, &pbs.disks, findings);
    version::judge_end_of_life(source, &subject, &pbs.version, findings);
    let status = pbs.status.live(source.now).filter(|_| source.is_fresh());
    let consequence = if source.is_fresh() {
        let rootfs = status.and_then(|s| s.rootfs).map(|u| (u, &pbs.status.call, pbs.status.seen));
        let sample = load::Sample {
            cpu: status.and_then(|s| s.cpu),
            iowait: status.and_then(|s| s.iowait),
            memory: status.and_then(|s| s.memory).and_then(Usage::fraction),
            swap: status.and_then(|s| s.swap).and_then(Usage::fraction),
        };
        certificate::judge_pbs(source, &subject, findings);
        judge_rootfs(source, &subject, rootfs, findings)
            .or_worse(load::judge(source, &subject, &pbs.history, sample, findings))
            .or_worse(service::judge_pbs(source, &subject, &pbs.services, findings))
            .or_worse(disk::judge_pools(source, &subject, &pbs.zfs, findings))
            .or_worse(source.needs(&pbs.version))
    } else {
        source.unknown()
    };
    NodeRow {
        source: source.name().clone(),
        name,
        state: if source.is_fresh() { NodeState::Online } else { NodeState::Unknown },
        verdict: consequence.verdict,
        because: consequence.because,
        cpu: status.and_then(|s| s.cpu),
        memory: status.and_then(|s| s.memory),
        rootfs: status.and_then(|s| s.rootfs),
        uptime: status.and_then(|s| s.uptime),
        version: pbs.version.known().map(|v| Arc::clone(&v.text)),
        seen: pbs.status.seen,
        guests: None,
    }
}

/// Where a usage was read: call and time.
type Read<'a> = (Usage, &'a Arc<str>, Option<crate::fleet::time::Epoch>);

/// Raises `node.rootfs`: facts `value`, `limit`.
fn judge_rootfs(
    source: &SourceContext<'_>,
    subject: &Subject,
    rootfs: Option<Read<'_>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let Some((usage, call, seen)) = rootfs else { return source.unknown() };
    let Some(value) = usage.fraction() else { return source.unknown() };
    let levels = source.policy().rootfs;
    let (severity, limit) = if value >= levels.critical {
        (Severity::Critical, levels.critical)
    } else if value >= levels.warning {
        (Severity::Warning, levels.warning)
    } else {
        return Consequence::NONE;
    };
    let draft = findings.raise(source, Code::NodeRootfs, severity, subject.clone()).facts(|f| {
        f.value = Some(value);
        f.limit = Some(limit);
    });
    if let Some(seen) = seen {
        draft.seen(Arc::clone(call), seen);
    }
    Consequence::NONE
}

/// The live value of a part, or what follows from not having it. A part that is absent (no ZFS)
/// has nothing to judge.
fn live<'p, T>(
    source: &SourceContext<'_>,
    part: &'p Part<T>,
) -> Result<Option<&'p T>, Consequence> {
    let consequence = source.needs(part);
    if consequence == Consequence::NONE { Ok(part.live(source.now)) } else { Err(consequence) }
}
