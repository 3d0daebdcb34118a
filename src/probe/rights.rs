//! What a token may read, against every call that vigie makes.

mod grant;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::time::Instant;

use super::Step;
use super::endpoint::{LARGEST, PATIENCE};
use crate::config::Source;
use crate::fleet::host::Version;
use crate::fleet::id::Product;
use crate::fleet::pve::backup::Selection;
use crate::fleet::rights::Rights;
use crate::lang::diagnosis::{Access, Finding, Health, Lack, Leave, Stage};
use crate::proxmox::client::Client;
use crate::proxmox::needs::{self, Need, Without};
use crate::proxmox::{pve, rights};

/// Asks for the rights of the token, and compares. Both calls together have the time of one.
pub(super) async fn probe(source: &Source, client: &Client, version: Option<&Version>) -> Step {
    let broken =
        |why: String| Step::new(Stage::Rights, Health::Broken, Finding::NoAnswer(why.into()));
    let end = Instant::now() + PATIENCE;
    let held = match client.get(rights::PATH, &[], PATIENCE, LARGEST).await {
        Ok(answer) => match rights::read(&answer.bytes) {
            Ok(held) => held,
            Err(_) => return broken(rights::PATH.to_owned()),
        },
        Err(fault) => return broken(fault.to_string()),
    };
    let mut access = compare(source.product, version.map(|version| version.major), &held);
    let mut needs_pools = Some(false);
    if access.lacks.iter().any(|lack| lack.privilege == POOL) {
        needs_pools = uses_pools(client, end.saturating_duration_since(Instant::now())).await;
        for lack in access.lacks.iter_mut().filter(|lack| lack.privilege == POOL) {
            lack.optional = needs_pools != Some(true);
        }
        access.lacks.sort_by_key(|lack| lack.optional);
    }
    grant::fill(&mut access.lacks, source, &held);
    let is_enough = access.lacks.iter().all(|lack| lack.optional);
    let health = match (is_enough, needs_pools) {
        (false, _) => Health::Broken,
        // Whether the pools matter is not known.
        (true, None) => Health::Warning,
        (true, Some(_)) => Health::Ok,
    };
    Step::new(Stage::Rights, health, Finding::Rights(access))
}

const POOL: &str = "Pool.Audit";

/// What vigie judges without: where a PBS pulls its copies from, where else a guest could run,
/// the pools where no backup job goes by them.
const OPTIONAL: [&str; 3] = ["Remote.Audit", "SDN.Audit", POOL];

/// Every call with what becomes of it, and what is missing for that, without the commands.
pub fn compare(product: Product, major: Option<u32>, held: &Rights) -> Access {
    let mut access = Access::default();
    for row in needs::all(product) {
        let mut leave = Leave::Allowed;
        // Of an unknown version every need counts: better a right too many than a blind spot.
        let counts = |need: &&Need| major.is_none_or(|major| major >= need.since);
        for need in row.needs.iter().filter(counts) {
            for path in holes(held, need) {
                leave = leave.max(match need.without {
                    Without::Denied => Leave::Denied,
                    Without::Blind => Leave::Blind,
                });
                note(&mut access.lacks, path, need, row.call);
            }
        }
        access.calls.push((row.call, leave));
    }
    access.lacks.sort_by_key(|lack| lack.optional);
    access
}

/// The paths on which a privilege is missing: where it is needed, and wherever below an entry of
/// its own takes it away again.
fn holes(held: &Rights, need: &Need) -> Vec<String> {
    let Need { path, privilege, .. } = need;
    if *path == "/" {
        let is_held = held.has(path, privilege);
        return if is_held { Vec::new() } else { vec![(*path).to_owned()] };
    }
    let here = (!goes_on(held, path, privilege)).then(|| (*path).to_owned());
    let below = format!("{path}/");
    let entries = held.paths.iter().filter(|(at, _)| at.starts_with(&below));
    let lacking = entries.filter(|(_, privileges)| !privileges.contains_key(*privilege));
    here.into_iter().chain(lacking.map(|(at, _)| at.to_string())).collect()
}

/// Whether a privilege holds below a path, whatever entries there are below.
fn goes_on(held: &Rights, path: &str, privilege: &str) -> bool {
    match held.paths.get(path) {
        Some(own) => own.get(privilege).copied().unwrap_or(false),
        None => held.has(path, privilege),
    }
}

fn note(lacks: &mut Vec<Lack>, path: String, need: &Need, call: &'static str) {
    let is_it = |lack: &Lack| lack.path == path && lack.privilege == need.privilege;
    let at = lacks.iter().position(is_it).unwrap_or(lacks.len());
    if at == lacks.len() {
        lacks.push(Lack {
            path,
            privilege: need.privilege,
            denied: Vec::new(),
            blind: Vec::new(),
            optional: OPTIONAL.contains(&need.privilege),
            grant: Vec::new(),
        });
    }
    let Some(lack) = lacks.get_mut(at) else { return };
    match need.without {
        Without::Denied => lack.denied.push(call),
        Without::Blind => lack.blind.push(call),
    }
}

/// Whether an enabled backup job takes its guests from a pool; none where that is not told.
async fn uses_pools(client: &Client, patience: Duration) -> Option<bool> {
    let answer = client.get("/cluster/backup", &[], patience, LARGEST).await.ok()?;
    let jobs = pve::backup::read_jobs(&answer.bytes).ok()?;
    Some(jobs.iter().any(|job| job.enabled && matches!(job.selection, Selection::Pool(_))))
}
