//! `/cluster/resources`: the work-horse.

use std::sync::Arc;

use serde::Deserialize;

use super::{list, words};
use crate::fleet::id::{GuestKind, NodeName, StorageName};
use crate::fleet::pve::cluster::{Guest, Node, NodeState, Resources, Storage};
use crate::fleet::text::cleaned;
use crate::proxmox::{Malformed, data, scalar, usage};

#[derive(Deserialize)]
struct Entry {
    r#type: String,
    #[serde(default, deserialize_with = "scalar::text")]
    node: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "scalar::count")]
    vmid: Option<u32>,
    #[serde(default, deserialize_with = "scalar::flag")]
    template: Option<bool>,
    #[serde(default, deserialize_with = "scalar::size")]
    uptime: Option<u64>,
    #[serde(default, deserialize_with = "scalar::float")]
    cpu: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    maxcpu: Option<f64>,
    #[serde(default, deserialize_with = "scalar::size")]
    mem: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    maxmem: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    disk: Option<u64>,
    #[serde(default, deserialize_with = "scalar::size")]
    maxdisk: Option<u64>,
    #[serde(default, deserialize_with = "scalar::text")]
    pool: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    hastate: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    lock: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    tags: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    storage: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    plugintype: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    content: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    shared: Option<bool>,
}

/// Texts that come again and again (states, nodes, pools) are kept once.
#[derive(Default)]
struct Shared(Vec<Arc<str>>);

impl Shared {
    fn of(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.iter().find(|t| &***t == text) {
            return known.clone();
        }
        let new = cleaned(text);
        if self.0.len() < 64 {
            self.0.push(new.clone());
        }
        new
    }
}

/// Reads the answer; types this program does not know are passed over.
pub fn read(body: &[u8]) -> Result<Resources, Malformed> {
    let entries: Vec<Entry> = data(body)?;
    let mut shared = Shared::default();
    let mut resources = Resources { nodes: Vec::new(), guests: Vec::new(), storages: Vec::new() };
    for entry in entries {
        match entry.r#type.as_str() {
            "node" => resources.nodes.push(node(entry)?),
            "qemu" => resources.guests.push(guest(entry, GuestKind::Qemu, &mut shared)?),
            "lxc" => resources.guests.push(guest(entry, GuestKind::Lxc, &mut shared)?),
            "storage" => resources.storages.push(storage(&entry)?),
            _ => {}
        }
    }
    resources.nodes.sort_by(|a, b| a.name.cmp(&b.name));
    resources.guests.sort_by(|a, b| (a.vmid, &a.node).cmp(&(b.vmid, &b.node)));
    resources.guests.dedup_by(|next, kept| {
        // Where it is then, and what it does there, nobody can tell.
        if next.vmid == kept.vmid && next.node != kept.node {
            kept.state = shared.of("unknown");
            (kept.cpu, kept.memory, kept.uptime) = (None, None, None);
        }
        next.vmid == kept.vmid
    });
    resources.storages.sort_by(|a, b| (&a.name, &a.node).cmp(&(&b.name, &b.node)));
    Ok(resources)
}

fn named(entry: &Entry) -> Result<&str, Malformed> {
    entry.node.as_deref().ok_or_else(|| Malformed::missing("a node's name"))
}

fn node(entry: Entry) -> Result<Node, Malformed> {
    Ok(Node {
        name: NodeName::new(cleaned(named(&entry)?)),
        state: match entry.status.as_deref() {
            Some("online") => NodeState::Online,
            Some("offline") => NodeState::Offline,
            _ => NodeState::Unknown,
        },
        cpu: entry.cpu,
        cpus: entry.maxcpu,
        memory: usage(entry.mem, entry.maxmem),
        rootfs: usage(entry.disk, entry.maxdisk),
        uptime: entry.uptime,
        ha: words(entry.hastate),
    })
}

fn guest(entry: Entry, kind: GuestKind, shared: &mut Shared) -> Result<Guest, Malformed> {
    let vmid = entry.vmid.ok_or_else(|| Malformed::missing("a guest's number"))?;
    let tags = entry.tags.as_deref().map_or_else(Vec::new, |tags| {
        tags.split([';', ',', ' ']).filter(|t| !t.is_empty()).map(|t| shared.of(t)).collect()
    });
    Ok(Guest {
        vmid,
        kind,
        node: NodeName::new(shared.of(named(&entry)?)),
        name: words(entry.name),
        state: shared.of(entry.status.as_deref().unwrap_or("unknown")),
        template: entry.template.unwrap_or(false),
        uptime: entry.uptime,
        cpu: entry.cpu,
        cpus: entry.maxcpu,
        memory: usage(entry.mem, entry.maxmem),
        disk: usage(entry.disk, entry.maxdisk),
        pool: entry.pool.as_deref().map(|p| shared.of(p)),
        ha: entry.hastate.as_deref().map(|s| shared.of(s)),
        lock: entry.lock.as_deref().map(|l| shared.of(l)),
        tags,
    })
}

fn storage(entry: &Entry) -> Result<Storage, Malformed> {
    let name = entry.storage.as_deref().ok_or_else(|| Malformed::missing("a storage's name"))?;
    Ok(Storage {
        name: StorageName::new(cleaned(name)),
        node: NodeName::new(cleaned(named(entry)?)),
        kind: cleaned(entry.plugintype.as_deref().unwrap_or("")),
        content: {
            let mut content = list(entry.content.as_deref());
            content.sort();
            content
        },
        shared: entry.shared.unwrap_or(false),
        available: entry.status.as_deref() == Some("available"),
        usage: usage(entry.disk, entry.maxdisk),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    /// PVE keeps a number once in its cluster. Whoever names two nodes for one is believed of none:
    /// there is one row, and what it does is not known.
    #[test]
    fn a_guest_that_two_nodes_report_is_one() {
        let body = br#"{"data":[
            {"type":"qemu","vmid":100,"node":"b","status":"running","name":"web","mem":1,"maxmem":2},
            {"type":"qemu","vmid":100,"node":"a","status":"stopped","name":"web"},
            {"type":"lxc","vmid":101,"node":"a","status":"running","name":"dns"},
            {"type":"lxc","vmid":101,"node":"a","status":"running","name":"dns"},
            {"type":"qemu","vmid":102,"node":"b","status":"running"}
        ]}"#;
        let guests = read(body).unwrap().guests;
        let said: Vec<_> = guests.iter().map(|g| (g.vmid, g.node.as_str(), &*g.state)).collect();
        assert_eq!(said, [(100, "a", "unknown"), (101, "a", "running"), (102, "b", "running")]);
        // Neither the memory of the one nor of the other.
        assert_eq!(guests[0].memory, None);
    }
}
