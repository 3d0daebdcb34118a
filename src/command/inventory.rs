//! `vigie inventory`: hosts and guests in the form in which Ansible takes an inventory from a
//! program (`--list`, `--host`).

mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::{Map, Value, json};

use super::fleet::{FleetError, start};
use super::sweep;
use crate::cli::{Global, Inventory};
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::rows::{GuestRow, NodeRow, SiteRow, SourceRow, SourceState};

use self::names::{Raw, distinct, harmless, word};

/// Why there is no inventory.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// There is no fleet.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The system refuses what polling needs.
    #[error("the servers cannot be asked")]
    Sweep(#[source] io::Error),
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// What there is to print.
#[derive(Debug)]
pub struct Made {
    /// The JSON.
    pub text: String,
    /// The clusters that are missing, for nothing was ever heard of them.
    pub lacking: Vec<String>,
}

/// Remembers, or looks once, and gives back the JSON to be printed.
///
/// # Errors
/// Mistakes of configuration or usage.
pub fn run(
    arguments: &Inventory,
    global: &Global,
    env: &crate::poll::fleet::SharedEnv,
) -> Result<Made, InventoryError> {
    let start = start(global, env, true)?;
    // The demo keeps nothing that could be gone by.
    let (judged, fleet) = if arguments.fresh || global.demo {
        sweep::look(start, arguments.timeout).map_err(InventoryError::Sweep)?
    } else {
        sweep::remembered(&start)
    };
    let rows = judged.sites.iter().flat_map(|site| &site.sources);
    // A PBS is a host itself, whatever is known of it.
    let unheard = rows.filter(|row| row.seen.is_none() && row.product == Product::Pve);
    let lacking = unheard.map(|row| row.name.to_string()).collect();
    let whole = document(&judged, &fleet);
    let asked = match &arguments.host {
        // Ansible wants an empty object for a host that is not there.
        Some(host) => {
            let vars = whole.pointer("/_meta/hostvars").and_then(|vars| vars.get(host));
            vars.cloned().unwrap_or_else(|| json!({}))
        }
        None => whole,
    };
    Ok(Made { text: format!("{}\n", serde_json::to_string_pretty(&asked)?), lacking })
}

/// One host of the inventory: its facts, and the groups it is in, by their raw names.
struct Host {
    raw: Raw,
    vars: Map<String, Value>,
    groups: Vec<Raw>,
}

/// The inventory of what is shown: groups with their hosts, `_meta.hostvars`, and what is known of
/// each source in `all.vars`.
pub(super) fn document(judged: &Judged, fleet: &Fleet) -> Value {
    let mut hosts = Vec::new();
    for site in &judged.sites {
        hosts.extend(
            site.nodes
                .iter()
                .filter(|row| row.guests.is_some())
                .map(|row| node(site, row, fleet, judged.taken)),
        );
        let servers = site.sources.iter().filter(|row| row.product == Product::Pbs);
        hosts.extend(servers.map(|row| server(site, row)));
        let guests = site.guests.iter().filter(|row| !row.template);
        hosts.extend(guests.map(|row| guest(site, row, fleet, judged.taken)));
    }
    let named = distinct(hosts.iter().map(|host| host.raw.clone()));
    let groups = distinct(hosts.iter().flat_map(|host| host.groups.iter().cloned()));
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut vars = Map::new();
    for host in hosts {
        let Some(name) = named.get(&host.raw) else { continue };
        for group in host.groups.iter().filter_map(|group| groups.get(group)) {
            members.entry(group.clone()).or_default().insert(name.clone());
        }
        vars.insert(name.clone(), Value::Object(host.vars));
    }
    let rows = judged.sites.iter().flat_map(|site| &site.sources);
    let sources: Map<String, Value> = rows.map(|row| (row.name.to_string(), source(row))).collect();
    let children: Vec<&String> = members.keys().collect();
    let mut whole = Map::new();
    whole.insert("_meta".to_owned(), json!({ "hostvars": vars }));
    whole.insert(
        "all".to_owned(),
        json!({ "children": children, "vars": { "vigie_sources": sources, "vigie_taken": time(Some(judged.taken)) } }),
    );
    for (group, hosts) in members {
        whole.insert(group, json!({ "hosts": hosts }));
    }
    Value::Object(whole)
}

/// What is known of a source: an inventory that lacks its guests must say why.
fn source(row: &SourceRow) -> Value {
    json!({
        "state": row.state,
        "seen": time(row.seen),
        "error": row.error.as_deref().map(harmless),
    })
}

fn guest(site: &SiteRow, row: &GuestRow, fleet: &Fleet, now: Epoch) -> Host {
    let resources =
        fleet.survey(&row.source).and_then(|survey| survey.pve()).map(|pve| &pve.resources);
    let fresh = resources.is_some_and(|part| part.live(now).is_some());
    let kind = match row.kind {
        GuestKind::Qemu => "vm",
        GuestKind::Lxc => "ct",
    };
    let known = resources.and_then(|part| part.known()).and_then(|known| known.guest(row.vmid));
    let tags: Vec<&str> = known.iter().flat_map(|guest| &guest.tags).map(AsRef::as_ref).collect();
    let pool = known.and_then(|guest| guest.pool.as_deref());
    let number = format!("{}-{}", row.source, row.vmid);
    let name = row.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&number);
    let mut host = common(site, row.source.as_str(), kind, &row.state, fresh, row.seen);
    host.raw = Raw::new("", name, &number);
    host.put("vigie_vmid", json!(row.vmid));
    host.put("vigie_name", json!(row.name.as_deref().map(harmless)));
    host.put("vigie_node", json!(harmless(row.node.as_str())));
    host.put("vigie_tags", tags.iter().map(|tag| harmless(tag)).collect());
    host.put("vigie_pool", json!(pool.map(harmless)));
    // vigie knows no address of a guest: its name is what may be looked up.
    host.put("ansible_host", json!(word(name)));
    host.group("vigie", "guests");
    host.group("node", &format!("{}/{}", row.source, row.node));
    for tag in tags {
        host.group("tag", tag);
    }
    if let Some(pool) = pool {
        host.group("pool", pool);
    }
    host
}

fn node(site: &SiteRow, row: &NodeRow, fleet: &Fleet, now: Epoch) -> Host {
    let pve = fleet.survey(&row.source).and_then(|survey| survey.pve());
    let fresh = pve.is_some_and(|pve| pve.resources.live(now).is_some());
    let state = serde_json::to_value(row.state).unwrap_or_default();
    let state = state.as_str().unwrap_or("unknown");
    let mut host = common(site, row.source.as_str(), "node", state, fresh, row.seen);
    host.raw = Raw::new("", row.name.as_str(), &format!("{}-{}", row.source, row.name));
    let members = pve.and_then(|pve| pve.status.known()).map(|status| &status.members);
    let member = members.and_then(|members| members.iter().find(|member| member.node == row.name));
    let address = member.and_then(|member| member.address.as_deref());
    host.put("vigie_name", json!(harmless(row.name.as_str())));
    host.put("vigie_node", json!(harmless(row.name.as_str())));
    host.put("vigie_version", json!(row.version.as_deref().map(harmless)));
    host.put("ansible_host", json!(word(address.unwrap_or(row.name.as_str()))));
    host.group("vigie", "nodes");
    host
}

fn server(site: &SiteRow, row: &SourceRow) -> Host {
    let fresh = row.state == SourceState::Fresh;
    let mut host = common(site, row.name.as_str(), "pbs", "online", fresh, row.seen);
    host.raw = Raw::new("", row.name.as_str(), &format!("pbs-{}", row.name));
    host.put("vigie_name", json!(harmless(row.name.as_str())));
    host.put("vigie_version", json!(row.version.as_deref().map(harmless)));
    let address = row.endpoint.as_deref().and_then(names::host_of);
    host.put("ansible_host", json!(word(address.unwrap_or(row.name.as_str()))));
    host.group("vigie", "pbs");
    host
}

/// What all have. A state that is not of now is no state: it is unknown, and beside it stands what
/// was known last.
fn common(
    site: &SiteRow,
    source: &str,
    kind: &str,
    state: &str,
    fresh: bool,
    seen: Option<Epoch>,
) -> Host {
    let mut host = Host { raw: Raw::new("", "", ""), vars: Map::new(), groups: Vec::new() };
    host.put("vigie_site", json!(harmless(site.name.as_str())));
    host.put("vigie_source", json!(harmless(source)));
    host.put("vigie_kind", json!(kind));
    host.put("vigie_status", json!(if fresh { harmless(state) } else { "unknown".to_owned() }));
    host.put("vigie_last_status", json!(seen.map(|_| harmless(state))));
    host.put("vigie_fresh", json!(fresh));
    host.put("vigie_seen", time(seen));
    host.group("site", site.name.as_str());
    host.group("source", source);
    host.group("kind", kind);
    if !fresh {
        host.group("vigie", "not_fresh");
    }
    host
}

impl Host {
    fn put(&mut self, name: &str, value: Value) {
        self.vars.insert(name.to_owned(), value);
    }

    fn group(&mut self, prefix: &'static str, name: &str) {
        self.groups.push(Raw::new(prefix, name, name));
    }
}

/// RFC 3339 in UTC; null where it is not known.
fn time(at: Option<Epoch>) -> Value {
    at.and_then(Epoch::timestamp).map_or(Value::Null, |at| json!(at.to_string()))
}
