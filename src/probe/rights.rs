//! What a token may read, against what vigie asks.

use super::Step;
use super::endpoint::{LARGEST, PATIENCE};
use crate::config::Source;
use crate::fleet::id::Product;
use crate::lang::diagnosis::{Finding, Health, Lack, Stage};
use crate::proxmox::client::Client;
use crate::proxmox::{account, rights};

/// A right that calls need.
struct Need {
    path: &'static str,
    privilege: &'static str,
    calls: &'static str,
    /// Whether the calls answer without it, emptied.
    blind: bool,
    /// The role that holds it and no right to change anything.
    role: &'static str,
}

const fn need(
    path: &'static str,
    privilege: &'static str,
    calls: &'static str,
    blind: bool,
    role: &'static str,
) -> Need {
    Need { path, privilege, calls, blind, role }
}

/// Of PVE 7 to 9.
const PVE: [Need; 6] = [
    need("/", "Sys.Audit", "/cluster/status, /cluster/backup", false, "PVEAuditor"),
    need("/nodes", "Sys.Audit", "/nodes/…, /cluster/tasks", false, "PVEAuditor"),
    need("/vms", "VM.Audit", "/cluster/resources, /nodes/…/config", true, "PVEAuditor"),
    need("/storage", "Datastore.Audit", "/storage, /nodes/…/storage", true, "PVEAuditor"),
    need("/sdn", "SDN.Audit", "/nodes/…/network", true, "PVEAuditor"),
    need("/pool", "Pool.Audit", "/cluster/resources", true, "PVEAuditor"),
];

/// Of PBS 2 to 4. `Audit` holds no `Remote.Audit`: sync jobs are unseen without.
const PBS: [Need; 3] = [
    need("/system", "Sys.Audit", "/nodes/localhost/…", false, "Audit"),
    need("/datastore", "Datastore.Audit", "/admin/datastore/…, /config/…", true, "Audit"),
    need("/remote", "Remote.Audit", "/config/sync", true, "RemoteAudit"),
];

/// Asks for the rights of the token, and compares.
pub(super) async fn probe(source: &Source, client: &Client) -> Step {
    let broken =
        |why: String| Step::new(Stage::Rights, Health::Broken, Finding::NoAnswer(why.into()));
    let held = match client.get(rights::PATH, &[], PATIENCE, LARGEST).await {
        Ok(answer) => match rights::read(&answer.bytes) {
            Ok(held) => held,
            Err(_) => return broken(rights::PATH.to_owned()),
        },
        Err(fault) => return broken(fault.to_string()),
    };
    let needs: &[Need] = match source.product {
        Product::Pve => &PVE,
        Product::Pbs => &PBS,
    };
    let lacks: Vec<Lack> = needs
        .iter()
        .filter(|need| !held.has_below(need.path, need.privilege))
        .map(|need| Lack {
            path: need.path,
            privilege: need.privilege,
            calls: need.calls,
            blind: need.blind,
            grant: grant(source, need),
        })
        .collect();
    // Remotes are only needed where there are sync jobs, bridges for where else a guest could run.
    let is_extra = |lack: &Lack| matches!(lack.privilege, "Remote.Audit" | "SDN.Audit");
    let essential = !lacks.iter().all(is_extra);
    let health = match (lacks.is_empty(), essential) {
        (true, _) => Health::Ok,
        (false, false) => Health::Warning,
        (false, true) => Health::Broken,
    };
    Step::new(Stage::Rights, health, Finding::Rights(lacks))
}

/// The commands that grant it: a token never has more than its user.
fn grant(source: &Source, need: &Need) -> Vec<String> {
    account::grant(source.product, source.token.as_str(), need.path, need.role).into()
}
