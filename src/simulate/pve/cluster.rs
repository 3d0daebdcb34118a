//! Answers about the cluster as a whole.

use serde_json::{Value, json};

use super::super::answer::{object, put};
use super::super::fleet::{SimGuest, SimKind, SimNode, SimStorage};
use super::super::noise::{hash, hex, seed, share, tide, wander};
use super::super::schedule::{ha_time, zone};
use super::{Call, Outcome, Refusal, daemon_data, data, forbidden};

/// Live numbers of a guest.
pub(super) struct Load {
    pub(super) cpu: f64,
    pub(super) mem: u64,
    pub(super) disk: u64,
    pub(super) uptime: i64,
    pub(super) netin: u64,
    pub(super) netout: u64,
    pub(super) read: u64,
    pub(super) write: u64,
}

fn scaled(bytes: u64, share: f64) -> u64 {
    (bytes as f64 * share) as u64
}

/// Letter of the subscription level.
fn level(node: &SimNode) -> &'static str {
    if node.subscribed { "c" } else { "" }
}

/// Used bytes of the root file system.
pub(super) fn root_used(node: &SimNode) -> u64 {
    scaled(node.root, node.root_used.unwrap_or_else(|| 0.16 + share(seed(&node.name), 4) * 0.2))
}

/// Used share of the memory at `now`.
fn memory_used(node: &SimNode, now: i64) -> f64 {
    let who = seed(&node.name) ^ 1;
    let wave = wander(who, now) * 0.02 + tide(who, now) * 0.03;
    (node.memory_used.unwrap_or(0.35 + node.load * 0.4) + wave).min(0.99)
}

/// Load of a node at some time.
pub(super) fn cpu_at(node: &SimNode, time: i64) -> f64 {
    let who = seed(&node.name);
    let wave = (wander(who, time) - 0.5) * 0.08 + tide(who, time) * 0.14;
    (node.load + wave).clamp(0.002, 1.0)
}

/// Size and used bytes of the swap.
pub(super) fn swap(node: &SimNode) -> (u64, u64) {
    node.swap_used.map_or((0, 0), |used| (SWAP, scaled(SWAP, used)))
}

/// Bytes of swap of a node that has some.
const SWAP: u64 = 8 << 30;

impl Call<'_> {
    pub(super) fn permissions(&self) -> Outcome {
        self.only(&["path", "userid"])?;
        let mut privileges =
            vec!["VM.Audit", "Sys.Audit", "Datastore.Audit", "SDN.Audit", "Pool.Audit"];
        if self.cluster.version.0 >= 8 {
            privileges.push("Mapping.Audit");
        }
        if self.cluster.version.0 >= 9 {
            privileges.push("VM.GuestAgent.Audit");
        }
        let all: Value = privileges
            .iter()
            .map(|name| ((*name).to_owned(), json!(1)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let rights = self.rights;
        let whole = rights.system && rights.guests && rights.storages && rights.pools;
        let paths = [
            ("/", whole),
            ("/access", whole),
            ("/access/groups", whole),
            ("/nodes", rights.system),
            ("/pool", rights.pools),
            ("/sdn", whole),
            ("/storage", rights.storages),
            ("/vms", rights.guests),
        ];
        let mut map = serde_json::Map::new();
        if let Some(path) = self.ask.get("path") {
            map.insert(path.to_owned(), all);
        } else {
            for (path, seen) in paths {
                if seen {
                    map.insert(path.to_owned(), all.clone());
                }
            }
            // Without the rest it is held there alone, and goes on to nothing below.
            if rights.system && !whole {
                map.insert("/".to_owned(), json!({"Sys.Audit": 0}));
            }
        }
        data(&Value::Object(map))
    }

    pub(super) fn cluster_status(&self) -> Outcome {
        self.need_system("/")?;
        self.only(&[])?;
        let mut rows = Vec::new();
        if let Some(name) = &self.cluster.cluster_name {
            rows.push(json!({
                "type": "cluster", "id": "cluster", "name": name, "version": 4,
                "nodes": self.cluster.nodes.len(), "quorate": u8::from(self.quorate()),
            }));
        }
        for (at, node) in self.cluster.nodes.iter().enumerate() {
            let number = if self.cluster.cluster_name.is_some() { at + 1 } else { 0 };
            rows.push(json!({
                "type": "node", "id": format!("node/{}", node.name), "name": node.name,
                "ip": node.ip, "level": level(node), "nodeid": number,
                "local": u8::from(node.name == self.here),
                "online": u8::from(!self.seen_off(node)),
            }));
        }
        daemon_data(&json!(rows))
    }

    /// Whether the answering node sees this node off: itself it never does.
    fn seen_off(&self, node: &SimNode) -> bool {
        node.name != self.here && (self.away_since(node).is_some() || !self.cluster.quorate)
    }

    fn node_status_word(&self, node: &SimNode) -> &'static str {
        if self.seen_off(node) {
            "offline"
        } else if self.stale(node) {
            "unknown"
        } else {
            "online"
        }
    }

    pub(super) fn node_cpu(&self, node: &SimNode) -> f64 {
        cpu_at(node, self.now)
    }

    pub(super) fn node_mem(&self, node: &SimNode) -> u64 {
        self.memory_at(node, self.now)
    }

    /// Used bytes of a node's memory: guests that came since the start took theirs along, and those
    /// that wait for quorum have none.
    pub(super) fn memory_at(&self, node: &SimNode, time: i64) -> u64 {
        let mut used = scaled(node.memory, memory_used(node, time));
        let waiting = self.cluster.guests.iter().filter(|guest| guest.waits);
        for guest in waiting.filter(|guest| guest.node == node.name) {
            used = used.saturating_sub(self.guest_mem(guest, time));
        }
        for guest in self.cluster.guests.iter().filter(|guest| guest.runs()) {
            let Some(moved) = &guest.moved else { continue };
            if time < self.start + moved.since {
                continue;
            }
            let own = self.guest_mem(guest, time);
            if guest.node == node.name {
                used = used.saturating_add(own);
            } else if moved.from.as_deref() == Some(&node.name) {
                used = used.saturating_sub(own);
            }
        }
        used.min(node.memory)
    }

    /// Load of a running guest at some time.
    pub(super) fn guest_cpu(&self, guest: &SimGuest, time: i64) -> f64 {
        let who = hash(u64::from(guest.vmid), seed(&self.cluster.source));
        let own = share(who, 5) * 0.15 + 0.1;
        (own * (1.0 + tide(who, time) * 1.4) + wander(who, time) * 0.05).clamp(0.0, 1.0)
    }

    /// Used bytes of a running guest's memory.
    pub(super) fn guest_mem(&self, guest: &SimGuest, time: i64) -> u64 {
        let who = hash(u64::from(guest.vmid), seed(&self.cluster.source));
        scaled(
            guest.memory,
            0.3 + share(who, 7) * 0.4 + tide(who, time) * 0.06 + wander(who ^ 9, time) * 0.02,
        )
    }

    pub(super) fn node_uptime(&self, node: &SimNode) -> i64 {
        self.now - self.start + node.booted
    }

    pub(super) fn node_list(&self) -> Value {
        let rows = self.cluster.nodes.iter().map(|node| {
            let print = self.world.place(&self.cluster.source, &node.name).leaf.upper();
            let mut row = json!({
                "type": "node", "id": format!("node/{}", node.name), "node": node.name,
                "status": self.node_status_word(node), "ssl_fingerprint": print,
            });
            self.node_numbers(node, &mut row);
            row
        });
        rows.collect()
    }

    /// What `/nodes` and `/cluster/resources` both say of a node.
    fn node_numbers(&self, node: &SimNode, row: &mut Value) {
        if self.stale(node) {
            return;
        }
        put(row, "level", json!(level(node)));
        if !self.rights.system {
            return;
        }
        put(row, "maxcpu", json!(node.cpus));
        put(row, "maxmem", json!(node.memory));
        put(row, "maxdisk", json!(node.root));
        if !self.seen_off(node) {
            put(row, "cpu", json!(self.node_cpu(node)));
            put(row, "mem", json!(self.node_mem(node)));
            put(row, "disk", json!(root_used(node)));
            put(row, "uptime", json!(self.node_uptime(node)));
        }
    }

    pub(super) fn resources(&self) -> Outcome {
        self.only(&["type"])?;
        let filter = self.ask.get("type");
        let known =
            if self.cluster.version.0 >= 6 { ["vm", "storage", "node", "sdn"] } else { [""; 4] };
        if let Some(filter) = filter
            && !known.contains(&filter)
        {
            let text = format!(
                "value '{filter}' does not have a value in the enumeration 'vm, storage, node, sdn'"
            );
            return Err(Refusal::Parameter("type".to_owned(), text));
        }
        let wants = |kind: &str| filter.is_none_or(|filter| filter == kind);
        let mut rows = Vec::new();
        if filter.is_none() && self.rights.pools {
            for (name, _) in &self.cluster.pools {
                rows.push(json!({"type": "pool", "id": format!("/pool/{name}"), "pool": name}));
            }
        }
        if wants("vm") && self.rights.guests {
            let nodes: Vec<(&SimNode, bool)> =
                self.cluster.nodes.iter().map(|node| (node, self.stale(node))).collect();
            for guest in &self.cluster.guests {
                if let Some((node, stale)) = nodes.iter().find(|(node, _)| node.name == guest.node)
                {
                    rows.push(self.guest_resource(guest, node, *stale));
                }
            }
        }
        if wants("node") {
            rows.extend(self.cluster.nodes.iter().map(|node| self.node_resource(node)));
        }
        if wants("storage") && self.rights.storages {
            for node in &self.cluster.nodes {
                for storage in self.storages_of(node).filter(|storage| !storage.disabled) {
                    rows.push(self.storage_resource(storage, node));
                }
            }
        }
        if filter.is_none() && self.rights.system {
            rows.extend(self.cluster.nodes.iter().map(|node| self.zone_resource(node)));
        }
        data(&json!(rows))
    }

    fn node_resource(&self, node: &SimNode) -> Value {
        let version = self.cluster.version;
        let mut row = json!({
            "type": "node", "id": format!("node/{}", node.name), "node": node.name,
            "status": self.node_status_word(node),
        });
        if version.at_least(7, 3) {
            put(&mut row, "cgroup-mode", json!(2));
        }
        if version.at_least(8, 3) && !self.cluster.ha.is_empty() {
            put(&mut row, "hastate", json!(if self.seen_off(node) { "unknown" } else { "online" }));
        }
        self.node_numbers(node, &mut row);
        row
    }

    fn zone_resource(&self, node: &SimNode) -> Value {
        let name = &node.name;
        if self.cluster.version.at_least(9, 1) {
            json!({
                "type": "network", "id": format!("network/{name}/zone/localnetwork"),
                "node": name, "status": "ok", "network": "localnetwork", "network-type": "zone",
            })
        } else {
            json!({
                "type": "sdn", "id": format!("sdn/{name}/localnetwork"), "node": name,
                "status": "ok", "sdn": "localnetwork",
            })
        }
    }

    /// Live numbers, zero for a guest that is stopped.
    pub(super) fn guest_load(&self, guest: &SimGuest) -> Load {
        let who = hash(u64::from(guest.vmid), seed(&self.cluster.source));
        let max = guest.volumes.first().map_or(0, |volume| volume.gib << 30);
        if !guest.runs() {
            return Load {
                cpu: 0.0,
                mem: 0,
                disk: 0,
                uptime: 0,
                netin: 0,
                netout: 0,
                read: 0,
                write: 0,
            };
        }
        let born = (hash(who, 3) % (40 * 86_400)).cast_signed();
        let host = self.cluster.node(&guest.node).map_or(i64::MAX, |node| self.node_uptime(node));
        let uptime = (born + self.now - self.start).min(host - 20).max(1);
        let rate = |what: u64| (hash(who, what) % 90_000).saturating_mul(uptime.unsigned_abs());
        let cpu = self.guest_cpu(guest, self.now);
        let disk = match guest.kind {
            SimKind::Qemu => 0,
            SimKind::Lxc => scaled(max, 0.2 + share(who, 6) * 0.5),
        };
        Load {
            cpu,
            mem: self.guest_mem(guest, self.now),
            disk,
            uptime,
            netin: rate(8),
            netout: rate(9),
            read: rate(10),
            write: rate(11),
        }
    }

    fn guest_resource(&self, guest: &SimGuest, node: &SimNode, stale: bool) -> Value {
        let version = self.cluster.version;
        let kind = guest.kind.pve();
        let mut row = json!({
            "type": kind, "id": format!("{kind}/{}", guest.vmid), "vmid": guest.vmid,
            "node": guest.node,
        });
        if let Some(lock) = &guest.lock {
            put(&mut row, "lock", json!(lock));
        }
        if let (Some(pool), true) = (&guest.pool, self.rights.pools) {
            put(&mut row, "pool", json!(pool));
        }
        if !guest.tags.is_empty() && version.at_least(7, 3) {
            put(&mut row, "tags", json!(guest.tags.join(";")));
        }
        if let Some(ha) = self.cluster.ha.iter().find(|ha| ha.vmid == guest.vmid) {
            put(&mut row, "hastate", json!(ha.state));
        }
        if stale {
            put(&mut row, "status", json!("unknown"));
            return row;
        }
        let load = self.guest_load(guest);
        let numbers = json!({
            "name": guest.name, "status": guest.status, "template": u8::from(guest.template),
            "uptime": load.uptime, "cpu": number(load.cpu),
            "maxcpu": guest.cpus.min(node.cpus), "mem": load.mem, "maxmem": guest.memory,
            "disk": load.disk,
            "maxdisk": guest.volumes.first().map_or(0, |volume| volume.gib << 30),
            "netin": load.netin, "netout": load.netout,
            "diskread": load.read, "diskwrite": load.write,
        });
        if let (Value::Object(row), Value::Object(numbers)) = (&mut row, numbers) {
            row.extend(numbers);
            if version.0 >= 9 {
                row.insert("memhost".to_owned(), json!(load.mem));
            }
        }
        row
    }

    fn storage_resource(&self, storage: &SimStorage, node: &SimNode) -> Value {
        let known = self.is_there(storage) && !self.stale(node);
        let (total, used) = self.storage_numbers(storage);
        object([
            ("type", Some(json!("storage"))),
            ("id", Some(json!(format!("storage/{}/{}", node.name, storage.id)))),
            ("storage", Some(json!(storage.id))),
            ("node", Some(json!(node.name))),
            ("plugintype", Some(json!(storage.plugin))),
            ("content", Some(json!(storage.content.join(",")))),
            ("shared", Some(json!(u8::from(storage.shared)))),
            ("status", Some(json!(if known { "available" } else { "unknown" }))),
            ("maxdisk", known.then(|| json!(total))),
            ("disk", known.then(|| json!(used))),
        ])
    }

    pub(super) fn options(&self) -> Outcome {
        self.only(&[])?;
        if !self.rights.system {
            return data(&json!({"allowed-tags": []}));
        }
        data(&json!({
            "keyboard": "en-us", "language": "en", "mac_prefix": "BC:24:11",
            "migration": {"type": "secure"}, "allowed-tags": ["prod", "web"],
            "registered-tags": ["prod"], "description": "",
        }))
    }

    pub(super) fn join_info(&self) -> Outcome {
        self.need_system("/")?;
        if self.cluster.cluster_name.is_none() {
            let text = "node is not in a cluster, no join info available!";
            return Err(Refusal::Error(424, text.to_owned()));
        }
        let nodes: Vec<Value> = self
            .cluster
            .nodes
            .iter()
            .enumerate()
            .map(|(at, node)| {
                json!({
                    "name": node.name, "nodeid": (at + 1).to_string(), "pve_addr": node.ip,
                    "pve_fp": self.world.place(&self.cluster.source, &node.name).leaf.upper(),
                    "quorum_votes": "1", "ring0_addr": node.ip,
                })
            })
            .collect();
        let digest = hex(seed(&self.cluster.source), 20);
        daemon_data(&json!({
            "nodelist": nodes, "preferred_node": self.here, "config_digest": digest,
            "totem": {
                "cluster_name": self.cluster.cluster_name, "config_version": "4",
                "ip_version": "ipv4-6", "secauth": "on", "version": "2",
                "interface": {"0": {"linknumber": "0"}},
            },
        }))
    }

    /// What the daemon of the QDevice says; nothing where there is none.
    pub(super) fn qdevice(&self) -> Outcome {
        self.need_system("/")?;
        if !self.cluster.qdevice {
            return daemon_data(&json!({}));
        }
        daemon_data(&json!({
            "Model": "Net", "Algorithm": "Fifty-Fifty split", "QNetd host": "10.0.0.250:5403",
            "State": "Connected",
        }))
    }

    pub(super) fn ha_current(&self) -> Outcome {
        self.need_system("/")?;
        let zone = zone(&self.cluster.timezone);
        let here = self.here;
        let mut rows = vec![json!({
            "type": "quorum", "id": "quorum", "node": here,
            "quorate": u8::from(self.quorate()),
            "status": if self.quorate() { "OK".to_owned() } else {
                format!("No quorum on node '{here}'!")
            },
        })];
        if self.cluster.ha.is_empty() {
            return data(&json!(rows));
        }
        let beat = self.now - self.now.rem_euclid(5);
        let (sign, word) = match self.cluster.ha_master_dead_since {
            Some(since) => (self.start + since, "old timestamp - dead?"),
            None => (beat, "active"),
        };
        rows.push(json!({
            "type": "master", "id": "master", "node": here, "timestamp": sign,
            "status": format!("{here} ({word}, {})", ha_time(sign, &zone)),
        }));
        if self.cluster.version.at_least(9, 1) {
            rows.push(json!({
                "type": "fencing", "id": "fencing", "node": here, "armed-state": "armed",
                "status": "armed (CRM watchdog active)",
            }));
        }
        for node in &self.cluster.nodes {
            let name = &node.name;
            let silent = self.away_since(node).or(node.lrm_dead_since);
            let (beat, words) = match silent {
                Some(since) => (self.start + since, "old timestamp - dead?, watchdog standby"),
                None => (beat, "active, watchdog active"),
            };
            rows.push(json!({
                "type": "lrm", "id": format!("lrm:{name}"), "node": name, "timestamp": beat,
                "status": format!("{name} ({words}, {})", ha_time(beat, &zone)),
            }));
        }
        for ha in &self.cluster.ha {
            let Some(guest) = self.cluster.guest(ha.vmid) else { continue };
            let sid = format!("{}:{}", guest.kind.pbs(), ha.vmid);
            let mut row = json!({
                "type": "service", "id": format!("service:{sid}"), "sid": sid,
                "node": guest.node, "state": ha.state, "crm_state": ha.state,
                "request_state": ha.request, "max_restart": 1, "max_relocate": 1,
                "status": format!("{sid} ({}, {})", guest.node, ha.state),
            });
            if self.cluster.version.0 >= 9 {
                put(&mut row, "failback", json!(1));
            } else if let Some(group) = self.ha_group(ha.vmid) {
                put(&mut row, "group", json!(group));
            }
            rows.push(row);
        }
        data(&json!(rows))
    }

    pub(super) fn ha_resources(&self) -> Outcome {
        self.need_system("/")?;
        let digest = hex(seed(&self.cluster.source) ^ 5, 20);
        let rows: Vec<Value> = self
            .cluster
            .ha
            .iter()
            .filter_map(|ha| {
                let kind = self.cluster.guest(ha.vmid)?.kind.pbs();
                let sid = format!("{kind}:{}", ha.vmid);
                let group = self.ha_group(ha.vmid).filter(|_| self.cluster.version.0 < 9);
                Some(object([
                    ("type", Some(json!(kind))),
                    ("sid", Some(json!(sid))),
                    ("state", Some(json!(ha.request))),
                    ("group", group.map(|group| json!(group))),
                    ("digest", Some(json!(digest))),
                ]))
            })
            .collect();
        data(&json!(rows))
    }

    pub(super) fn pools(&self) -> Outcome {
        let rows: Vec<Value> = self
            .cluster
            .pools
            .iter()
            .filter(|_| self.rights.pools)
            .map(|(name, comment)| json!({"poolid": name, "comment": comment}))
            .collect();
        data(&json!(rows))
    }

    pub(super) fn pool(&self, name: &str) -> Outcome {
        if !self.rights.pools {
            let text = forbidden(&format!("/pool/{name}"), "Pool.Audit");
            return Err(Refusal::Error(403, text));
        }
        let Some((_, comment)) = self.cluster.pools.iter().find(|(pool, _)| pool == name) else {
            return Err(Refusal::Error(500, format!("pool '{name}' does not exist")));
        };
        let members: Vec<Value> = self
            .cluster
            .guests
            .iter()
            .filter(|guest| guest.pool.as_deref() == Some(name))
            .filter_map(|guest| {
                let node = self.cluster.node(&guest.node)?;
                Some(self.guest_resource(guest, node, self.stale(node)))
            })
            .collect();
        data(&json!({"poolid": name, "comment": comment, "members": members}))
    }
}

/// A fraction the way Perl writes it: 0 is an integer.
pub(super) fn number(value: f64) -> Value {
    if value == 0.0 { json!(0) } else { json!(value) }
}
