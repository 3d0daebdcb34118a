//! Services that must run. No other service counts.

use std::sync::Arc;

use super::live;
use crate::fleet::code::Code;
use crate::fleet::host::Service;
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::ClusterStatus;
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
    part: &Part<Vec<Service>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let mut needed = PVE.to_vec();
    if pve.status.known().is_some_and(ClusterStatus::is_cluster) {
        needed.extend(CLUSTER);
    }
    if pve.ha.known().is_some_and(|ha| !ha.services.is_empty()) {
        needed.extend(HA);
    }
    judge(source, subject, part, &needed, is_active, findings)
}

/// Raises `node.service` on the host of a PBS.
pub(super) fn judge_pbs(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Vec<Service>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    judge(source, subject, part, &PBS, is_running, findings)
}

fn judge(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Vec<Service>>,
    needed: &[Needed],
    is_well: fn(&Service) -> bool,
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
            Some(service) if is_installed(service) && !is_well(service) => {
                findings
                    .raise(source, Code::NodeService, Severity::Critical, subject.clone())
                    .detail(*name)
                    .facts(|f| {
                        f.text = Some(Arc::clone(&service.state));
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

/// A service that is not installed says `not-found`.
fn is_installed(service: &Service) -> bool {
    service.unit.as_deref() != Some("not-found")
}

/// PVE tells systemd's ActiveState, but for old releases.
fn is_active(service: &Service) -> bool {
    match &service.active {
        Some(active) => &**active == "active",
        None => is_running(service),
    }
}

/// PBS tells systemd's SubState.
fn is_running(service: &Service) -> bool {
    &*service.state == "running"
}
