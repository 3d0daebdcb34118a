//! HA groups and HA rules: where HA may start a guest.
//!
//! Source: `PVE/API2/HA/{Groups,Rules}.pm` and `PVE/HA/Rules/*.pm` of pve-ha-manager. On PVE 9 the
//! rules hold the groups too that were not migrated yet.

use serde::Deserialize;
use serde_json::Value;

use crate::fleet::id::{NodeName, Vmid};
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};
use crate::fleet::text::cleaned;
use crate::proxmox::{Malformed, data, scalar};

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "group")]
    name: String,
    #[serde(default, deserialize_with = "scalar::text")]
    nodes: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    restricted: Option<bool>,
}

/// `/cluster/ha/groups`; who is in one is told by `group` in `/cluster/ha/status/current`.
pub fn read_groups(body: &[u8]) -> Result<Vec<HaRule>, Malformed> {
    let groups: Vec<Group> = data(body)?;
    let rule = |group: Group| HaRule {
        name: cleaned(&group.name),
        of: HaBound::Group,
        asks: of_nodes(group.nodes.as_deref(), group.restricted),
    };
    Ok(sorted(groups.into_iter().map(rule).collect()))
}

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "rule")]
    name: String,
    r#type: String,
    #[serde(default, deserialize_with = "scalar::text")]
    resources: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    nodes: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    strict: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    affinity: Option<String>,
    /// There at all: switched off. HA asks whether it is written, not what is (`foreach_rule`).
    #[serde(default)]
    disable: Option<Value>,
    /// What PVE finds wrong with it; HA then leaves it out, by checks of its own.
    #[serde(default)]
    errors: Option<Value>,
}

/// `/cluster/ha/rules`
pub fn read_rules(body: &[u8]) -> Result<Vec<HaRule>, Malformed> {
    let rules: Vec<Rule> = data(body)?;
    let rules = rules.into_iter().filter(|rule| !is_off(rule.disable.as_ref()));
    Ok(sorted(rules.map(read_rule).collect()))
}

fn read_rule(rule: Rule) -> HaRule {
    let of = rule.resources.as_deref().and_then(guests).map_or(HaBound::Anyone, HaBound::Guests);
    let is_doubted = rule.errors.is_some_and(|errors| !is_nothing(&errors))
        || rule.disable.is_some_and(|written| !written.is_null());
    let affinity = rule.affinity.as_deref();
    let asks = match (rule.r#type.as_str(), affinity) {
        _ if is_doubted => HaAsk::Untold,
        ("node-affinity", None | Some("positive")) => of_nodes(rule.nodes.as_deref(), rule.strict),
        ("resource-affinity", Some("positive")) => HaAsk::Together,
        ("resource-affinity", Some("negative")) => HaAsk::Apart,
        _ => HaAsk::Untold,
    };
    HaRule { name: cleaned(&rule.name), of, asks }
}

/// Written as a yes. A no that is written is heeded by some releases as a yes: that is doubted.
fn is_off(disable: Option<&Value>) -> bool {
    match disable {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => text == "1",
        _ => false,
    }
}

fn is_nothing(errors: &Value) -> bool {
    match errors {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// `fi1:2,fi2`; a list that cannot be read may name any node.
fn of_nodes(list: Option<&str>, strict: Option<bool>) -> HaAsk {
    let node = |entry: &str| {
        let (name, priority) = match entry.split_once(':') {
            Some((name, priority)) => (name, priority.parse().ok()?),
            None => (entry, 0),
        };
        Some((NodeName::new(cleaned(name)), priority))
    };
    let nodes: Option<Vec<_>> = entries(list.unwrap_or_default()).map(node).collect();
    match nodes {
        Some(mut nodes) if !nodes.is_empty() => {
            nodes.sort();
            HaAsk::Nodes { nodes, strict: strict == Some(true) }
        }
        _ => HaAsk::Untold,
    }
}

/// `vm:100,ct:101`
fn guests(list: &str) -> Option<Vec<Vmid>> {
    let number = |entry: &str| entry.split_once(':')?.1.parse().ok();
    let mut guests: Vec<Vmid> = entries(list).map(number).collect::<Option<_>>()?;
    guests.sort_unstable();
    guests.dedup();
    Some(guests).filter(|guests| !guests.is_empty())
}

/// The entries of a list as PVE writes them.
fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ';', ' ']).filter(|entry| !entry.is_empty())
}

fn sorted(mut rules: Vec<HaRule>) -> Vec<HaRule> {
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    rules
}

#[cfg(test)]
mod tests;
