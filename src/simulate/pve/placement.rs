//! Where HA may start what it has in its care: groups before PVE 9, rules since.

use serde_json::{Value, json};

use super::super::answer::object;
use super::super::fleet::{SimHaAsk, SimHaRule};
use super::super::noise::{hex, seed};
use super::{Call, Outcome, Refusal, data};

/// `fi1:2,fi2`
fn nodes(nodes: &[(String, u32)]) -> String {
    let entry = |(node, priority): &(String, u32)| match priority {
        0 => node.clone(),
        _ => format!("{node}:{priority}"),
    };
    nodes.iter().map(entry).collect::<Vec<_>>().join(",")
}

impl Call<'_> {
    /// The group of a guest: before PVE 9 nothing but groups binds.
    pub(super) fn ha_group(&self, vmid: u32) -> Option<&str> {
        let binds = |rule: &&SimHaRule| {
            matches!(rule.asks, SimHaAsk::Nodes(..)) && rule.guests.contains(&vmid)
        };
        let rule = self.cluster.ha_rules.iter().filter(|rule| !rule.disabled).find(binds)?;
        Some(&rule.name)
    }

    pub(super) fn ha_groups(&self) -> Outcome {
        self.need_system("/")?;
        self.only(&[])?;
        if self.cluster.version.0 >= 9 {
            let text = "cannot index groups: ha groups have been migrated to rules";
            return Err(Refusal::Error(500, text.to_owned()));
        }
        let digest = hex(seed(&self.cluster.source) ^ 6, 20);
        let row = |rule: &SimHaRule| {
            let SimHaAsk::Nodes(list, strict) = &rule.asks else { return None };
            Some(object([
                ("group", Some(json!(rule.name))),
                ("type", Some(json!("group"))),
                ("nodes", Some(json!(nodes(list)))),
                ("restricted", strict.then(|| json!(1))),
                ("digest", Some(json!(digest))),
            ]))
        };
        let rows: Vec<Value> = self.cluster.ha_rules.iter().filter_map(row).collect();
        data(&json!(rows))
    }

    pub(super) fn ha_rules(&self) -> Outcome {
        if self.cluster.version.0 < 9 {
            return Err(Refusal::Unknown);
        }
        self.need_system("/")?;
        self.only(&["type", "resource"])?;
        let digest = hex(seed(&self.cluster.source) ^ 7, 20);
        let row = |(at, rule): (usize, &SimHaRule)| {
            let sid =
                |vmid: &u32| Some(format!("{}:{vmid}", self.cluster.guest(*vmid)?.kind.pbs()));
            let mut sids: Vec<String> = rule.guests.iter().filter_map(sid).collect();
            sids.sort();
            let (kind, affinity, list, strict) = match &rule.asks {
                SimHaAsk::Nodes(list, strict) => ("node-affinity", "positive", Some(list), *strict),
                SimHaAsk::Together => ("resource-affinity", "positive", None, false),
                SimHaAsk::Apart => ("resource-affinity", "negative", None, false),
            };
            object([
                ("rule", Some(json!(rule.name))),
                ("type", Some(json!(kind))),
                ("affinity", Some(json!(affinity))),
                ("resources", Some(json!(sids.join(",")))),
                ("nodes", list.map(|list| json!(nodes(list)))),
                ("strict", strict.then(|| json!(1))),
                ("disable", rule.disabled.then(|| json!(1))),
                ("order", Some(json!(at + 1))),
                ("digest", Some(json!(digest))),
            ])
        };
        let rows: Vec<Value> = self.cluster.ha_rules.iter().enumerate().map(row).collect();
        data(&json!(rows))
    }
}
