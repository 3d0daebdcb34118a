//! Services that must run. No other service counts.

use std::sync::Arc;

use super::live;
use crate::fleet::code::Code;
use crate::fleet::host::Service;
use crate::fleet::id::NodeName;
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::subject::Subject;
use crate::judge::context::SourceContext;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;
use crate::judge::verdict::Consequence;

/// A needed service, and whether every release lists it.
type Needed = (&'static str, bool);

const PVE: [Needed; 5] = [
    ("pve-cluster", true),
    ("pvedaemon", true),
    ("pveproxy", true),
    ("pvestatd", true),
    ("pvescheduler", false),
];
const CLUSTER: [Needed; 1] = [("corosync", true)];
const HA: [Needed; 2] = [("pve-ha-crm", false), ("pve-ha-lrm", false)];
const PBS: [Needed; 2] = [("proxmox-backup", true), ("proxmox-backup-proxy", true)];

/// Raises `node.service` on a PVE node: detail the service, facts `text` (its state).
pub(super) fn judge_pve(
    source: &SourceContext<'_>,
    subject: &Subject,
    pve: &PveSurvey,
    _node: &NodeName,
    part: &Part<Vec<Service>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let mut needed = PVE.to_vec();
    if pve.status.known().is_some_and(crate::fleet::pve::cluster::ClusterStatus::is_cluster) {
        needed.extend(CLUSTER);
    }
    if pve.ha.known().is_some_and(|ha| !ha.services.is_empty()) {
        needed.extend(HA);
    }
    judge(source, subject, part, &needed, findings)
}

/// Raises `node.service` on the host of a PBS.
pub(super) fn judge_pbs(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Vec<Service>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    judge(source, subject, part, &PBS, findings)
}

fn judge(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Vec<Service>>,
    needed: &[Needed],
    findings: &mut Findings<'_>,
) -> Consequence {
    let services = match live(source, part) {
        Ok(Some(services)) => services,
        Ok(None) => return source.unknown(),
        Err(consequence) => return consequence,
    };
    let mut consequence = Consequence::NONE;
    for (name, is_listed_always) in needed {
        match services.iter().find(|s| is_named(s, name)) {
            None if *is_listed_always => consequence = consequence.or_worse(source.unknown()),
            Some(service) if !runs(service) => {
                findings
                    .raise(source, Code::NodeService, Severity::Critical, subject.clone())
                    .detail(*name)
                    .facts(|f| {
                        let state = service.active.as_ref().unwrap_or(&service.state);
                        f.text = Some(Arc::clone(state));
                    })
                    .evidence(part);
            }
            _ => {}
        }
    }
    consequence
}

fn is_named(service: &Service, name: &str) -> bool {
    service.name.strip_suffix(".service").unwrap_or(&service.name) == name
}

/// Whether it runs, or is not installed at all.
fn runs(service: &Service) -> bool {
    if service.unit.as_deref() == Some("not-found") {
        return true;
    }
    match &service.active {
        Some(active) => &**active == "active",
        None => &*service.state == "running",
    }
}
