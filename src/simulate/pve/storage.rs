//! Storage entries, their state, and what can be seen on them.

use serde_json::{Value, json};

use super::super::answer::object;
use super::super::copies::Look;
use super::super::fleet::{SimNode, SimStorage};
use super::super::noise::{hex, seed};
use super::super::runs::runs;
use super::super::schedule::{format, zone};
use super::{Call, Outcome, Refusal, daemon_data, data, forbidden};

impl Call<'_> {
    /// Entries that concern a node.
    pub(super) fn storages_of<'s>(
        &'s self,
        node: &'s SimNode,
    ) -> impl Iterator<Item = &'s SimStorage> {
        let concerns =
            |storage: &&SimStorage| storage.nodes.is_empty() || storage.nodes.contains(&node.name);
        self.cluster.storages.iter().filter(concerns)
    }

    /// Size and used bytes; a PBS entry shows those of its datastore.
    pub(super) fn storage_numbers(&self, storage: &SimStorage) -> (u64, u64) {
        let store = storage.pbs.as_ref().and_then(|entry| {
            self.fleet.pbs(&entry.source).and_then(|pbs| pbs.datastore(&entry.datastore))
        });
        store.map_or((storage.total, storage.used), |store| {
            (store.total, super::super::pbs::used(store, self.now, self.start))
        })
    }

    pub(super) fn storage_config(&self) -> Outcome {
        self.only(&["type"])?;
        let digest = hex(seed(&self.cluster.source) ^ 3, 20);
        let rows: Vec<Value> = self
            .cluster
            .storages
            .iter()
            .filter(|_| self.rights.storages)
            .map(|storage| {
                let pbs = storage.pbs.as_ref();
                let place = pbs.map(|entry| self.world.place(&entry.source, ""));
                let directory = matches!(storage.plugin.as_str(), "dir" | "nfs" | "cifs");
                object([
                    ("storage", Some(json!(storage.id))),
                    ("type", Some(json!(storage.plugin))),
                    ("content", Some(json!(storage.content.join(",")))),
                    ("digest", Some(json!(digest))),
                    ("shared", storage.shared.then(|| json!(1))),
                    ("disable", storage.disabled.then(|| json!(1))),
                    ("nodes", (!storage.nodes.is_empty()).then(|| json!(storage.nodes.join(",")))),
                    ("path", directory.then(|| json!(path_of(storage)))),
                    ("pool", (storage.plugin == "zfspool").then(|| json!("rpool/data"))),
                    ("sparse", (storage.plugin == "zfspool").then(|| json!(1))),
                    ("prune-backups", pbs.map(|_| json!("keep-all=1"))),
                    ("server", pbs.map(|_| json!(self.world.options.bind.to_string()))),
                    ("port", place.as_ref().map(|place| json!(place.port))),
                    ("datastore", pbs.map(|entry| json!(entry.datastore))),
                    (
                        "namespace",
                        pbs.filter(|entry| !entry.namespace.is_empty())
                            .map(|entry| json!(entry.namespace)),
                    ),
                    ("username", pbs.map(|entry| json!(entry.username))),
                    (
                        "encryption-key",
                        pbs.and_then(|entry| entry.key.as_ref()).map(|key| json!(key)),
                    ),
                    ("fingerprint", place.as_ref().map(|place| json!(place.leaf.lower()))),
                ])
            })
            .collect();
        data(&json!(rows))
    }

    /// Whether a storage can be reached, and the PBS that it is on.
    pub(super) fn is_there(&self, storage: &SimStorage) -> bool {
        let pbs = storage.pbs.as_ref().and_then(|entry| self.fleet.pbs(&entry.source));
        storage.available && pbs.is_none_or(|pbs| pbs.offline_since.is_none())
    }

    fn storage_row(&self, storage: &SimStorage, listed: bool) -> Value {
        let active = self.is_there(storage) && !storage.disabled;
        let (total, used) = if active { self.storage_numbers(storage) } else { (0, 0) };
        object([
            ("storage", listed.then(|| json!(storage.id))),
            ("type", Some(json!(storage.plugin))),
            ("content", Some(json!(storage.content.join(",")))),
            ("active", Some(json!(u8::from(active)))),
            ("enabled", Some(json!(u8::from(!storage.disabled)))),
            ("shared", Some(json!(u8::from(storage.shared)))),
            ("total", Some(json!(total))),
            ("used", Some(json!(used))),
            ("avail", Some(json!(total.saturating_sub(used)))),
            ("used_fraction", (listed && total > 0).then(|| json!(used as f64 / total as f64))),
        ])
    }

    pub(super) fn node_storages(&self, node: &SimNode) -> Outcome {
        self.only(&["content", "enabled", "format", "storage", "target"])?;
        let wanted = self.ask.get("content");
        let rows: Vec<Value> = self
            .storages_of(node)
            .filter(|storage| {
                self.rights.storages
                    && !(self.ask.flag("enabled") && storage.disabled)
                    && wanted.is_none_or(|wanted| storage.content.iter().any(|it| it == wanted))
            })
            .map(|storage| self.storage_row(storage, true))
            .collect();
        daemon_data(&json!(rows))
    }

    fn storage_on(&self, node: &SimNode, id: &str) -> Result<&SimStorage, Refusal> {
        let Some(storage) = self.cluster.storage(id) else {
            return Err(Refusal::Parameter("storage".to_owned(), "No such storage.".to_owned()));
        };
        if !self.rights.storages {
            let path = format!("/storage/{id}");
            let text = forbidden(&path, "Datastore.Audit|Datastore.AllocateSpace");
            return Err(Refusal::Error(403, text));
        }
        if !storage.nodes.is_empty() && !storage.nodes.contains(&node.name) {
            let text = format!("storage '{id}' is not available on node '{}'", node.name);
            return Err(Refusal::Error(500, text));
        }
        Ok(storage)
    }

    pub(super) fn storage_status(&self, node: &SimNode, id: &str) -> Outcome {
        self.only(&[])?;
        daemon_data(&self.storage_row(self.storage_on(node, id)?, false))
    }

    /// Refuses what needs a storage that works.
    fn usable(&self, storage: &SimStorage) -> Result<(), Refusal> {
        let id = &storage.id;
        if storage.disabled {
            return Err(Refusal::Error(500, format!("storage '{id}' is disabled")));
        }
        if !self.is_there(storage) {
            let text = if storage.pbs.is_some() {
                format!(
                    "{id}: error fetching datastores - 500 Can't connect to {}:8007 (Connection \
                     refused)",
                    self.world.options.bind
                )
            } else {
                format!(
                    "unable to activate storage '{id}' - directory is expected to be a mount point but is not mounted"
                )
            };
            return Err(Refusal::Error(500, text));
        }
        Ok(())
    }

    /// An auditor sees no volumes at all: every one needs more than Datastore.Audit.
    pub(super) fn storage_content(&self, node: &SimNode, id: &str) -> Outcome {
        self.only(&["content", "vmid"])?;
        self.usable(self.storage_on(node, id)?)?;
        daemon_data(&json!([]))
    }

    pub(super) fn storage_identity(&self, node: &SimNode, id: &str) -> Outcome {
        if !self.cluster.version.at_least(9, 2) {
            return Err(Refusal::Unknown);
        }
        let storage = self.storage_on(node, id)?;
        let Some(entry) = &storage.pbs else {
            return Err(Refusal::Error(500, format!("storage '{id}' has no identity")));
        };
        let id = super::super::pbs::instance(&entry.source);
        daemon_data(&json!({"type": "pbs", "id": id}))
    }

    /// The dry run of a prune: all backups on a storage, with audit rights only.
    pub(super) fn prune_preview(&self, node: &SimNode, id: &str) -> Outcome {
        self.only(&["prune-backups", "type", "vmid"])?;
        let storage = self.storage_on(node, id)?;
        self.usable(storage)?;
        if self.ask.get("prune-backups").is_none() && storage.pbs.is_none() {
            let text = format!("no prune-backups options configured for storage '{id}'");
            return Err(Refusal::Error(500, text));
        }
        let vmid = self.integer("vmid")?;
        let kind = self.ask.get("type");
        let mut rows = Vec::new();
        if let Some(entry) = &storage.pbs {
            let pbs = self.fleet.pbs(&entry.source);
            if let Some((pbs, store)) =
                pbs.and_then(|it| Some((it, it.datastore(&entry.datastore)?)))
            {
                let look = Look { fleet: self.fleet, pbs, start: self.start, now: self.now };
                for copy in look.copies(store, &entry.namespace, None) {
                    let word = if copy.kind == "vm" { "qemu" } else { "lxc" };
                    let path = format!("backup/{}/{}", copy.kind, copy.id);
                    let time = super::super::schedule::rfc3339(copy.time);
                    let number = copy.id.parse().unwrap_or(0);
                    rows.push((format!("{id}:{path}/{time}"), copy.time, word, number));
                }
            }
        } else {
            let zone = zone(&self.cluster.timezone);
            for run in runs(self.fleet, self.cluster, self.start, self.now - 30 * 86_400, self.now)
            {
                let old = run.event < self.now - run.job.keep_days * 86_400;
                let elsewhere = !storage.shared && run.node.name != node.name;
                if run.job.storage != id || old || elsewhere {
                    continue;
                }
                for part in
                    run.guests.iter().filter(|part| part.error.is_none() && part.end <= self.now)
                {
                    let (kind, number) = (part.guest.kind.pve(), part.guest.vmid);
                    let ending = if kind == "qemu" { "vma.zst" } else { "tar.zst" };
                    let time = format(part.start, &zone, "%Y_%m_%d-%H_%M_%S");
                    let volume = format!("{id}:backup/vzdump-{kind}-{number}-{time}.{ending}");
                    rows.push((volume, part.start, kind, i64::from(number)));
                }
            }
        }
        let rows: Vec<Value> = rows
            .into_iter()
            .filter(|(_, _, word, number)| {
                kind.is_none_or(|kind| kind == *word) && vmid.is_none_or(|vmid| vmid == *number)
            })
            .map(|(volume, time, word, number)| {
                json!({"volid": volume, "ctime": time, "type": word, "vmid": number, "mark": "keep"})
            })
            .collect();
        daemon_data(&json!(rows))
    }
}

fn path_of(storage: &SimStorage) -> String {
    if storage.id == "local" {
        "/var/lib/vz".to_owned()
    } else {
        format!("/mnt/pve/{}", storage.id)
    }
}
