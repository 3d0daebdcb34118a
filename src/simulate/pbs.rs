//! A simulated proxmox-backup-proxy: which path is answered by whom, and its spelling of errors.

mod datastore;
mod host;
mod job;
mod task;

use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Ask, JSON};
use super::copies::Look;
use super::fleet::{SimDatastore, SimPbs, SimVersion};
use super::noise::{hex, seed};
use super::rights::Rights;
use super::server::Server;
use super::world::World;

pub(in crate::simulate) use datastore::used;

/// An answer, or status and plain text of the refusal.
type Outcome = Result<Answer, (u16, String)>;

/// One request with everything that decides its answer.
struct Call<'a> {
    world: &'a World,
    look: Look<'a>,
    pbs: &'a SimPbs,
    now: i64,
    start: i64,
    rights: Rights,
    ask: &'a Ask,
    path: &'a str,
}

/// The answer to a GET.
pub(in crate::simulate) fn answer(
    server: &Server,
    ask: &Ask,
    path: &str,
    rights: Rights,
    now: i64,
) -> Answer {
    let world = &server.world;
    let fleet = world.fleet.read().unwrap_or_else(PoisonError::into_inner);
    let Some(pbs) = fleet.pbs(&server.source) else {
        return error(400, "not configured");
    };
    let (now, start) = (now + pbs.skew, world.start + pbs.skew);
    let look = Look { fleet: &fleet, pbs, start, now };
    let call = Call { world, look, pbs, now, start, rights, ask, path };
    match call.route() {
        Ok(answer) => answer,
        Err((status, text)) => error(status, &text),
    }
}

/// An error: plain text under a JSON content type.
pub(in crate::simulate) fn error(status: u16, text: &str) -> Answer {
    let wait = if status == 403 && text == "permission check failed" {
        Duration::from_millis(500)
    } else {
        Duration::ZERO
    };
    Answer {
        status,
        reason: None,
        body: Bytes::from(text.to_owned()),
        kind: Some(JSON),
        wait,
        protected: false,
        chunked: false,
    }
}

/// 404 for unknown paths and methods.
pub(in crate::simulate) fn not_found(path: &str) -> Answer {
    error(404, &format!("Path '{path}' not found."))
}

/// The `pbs-instance-id` of a simulated server.
pub(in crate::simulate) fn instance(source: &str) -> String {
    hex(seed(source), 16)
}

impl<'a> Call<'a> {
    fn route(&self) -> Outcome {
        let segments: Vec<&str> = self.ask.segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["ping"] => self.data(&json!({"pong": true})),
            ["version"] => self.only(&[]).and_then(|()| self.data(&self.version())),
            ["access", "permissions"] => self.permissions(),
            ["status", "datastore-usage"] => self.usage(),
            ["admin", "datastore"] => self.stores(),
            ["admin", "datastore", store, rest @ ..] => self.store_route(store, rest),
            ["admin", "verify"] => self.verify_jobs(),
            ["admin", "prune"] if self.since(2, 2) => self.prune_jobs(),
            ["admin", "gc"] if self.since(3, 2) => self.gc_list(None),
            ["admin", "gc", store] if self.since(3, 2) => self.gc_list(Some(store)),
            ["admin", "sync"] => self.sync_jobs(),
            ["config", "datastore"] => self.store_config(),
            ["config", "remote"] => self.remotes(),
            ["nodes", _, rest @ ..] => self.node_route(rest),
            _ => Err(self.missing()),
        }
    }

    fn store_route(&self, store: &str, rest: &[&str]) -> Outcome {
        match rest {
            ["status"] => self.store_status(store),
            ["namespace"] if self.since(2, 2) => self.namespaces(store),
            ["groups"] => self.groups(store),
            ["snapshots"] => self.snapshots(store),
            ["gc"] => self.gc_status(store),
            ["rrd"] => self.store_history(store),
            _ => Err(self.missing()),
        }
    }

    fn node_route(&self, rest: &[&str]) -> Outcome {
        match rest {
            ["status"] => self.node_status(),
            ["time"] => self.time(),
            ["identity"] if self.pbs.version >= SimVersion(4, 1, 10) => {
                self.data(&json!({"pbs-instance-id": instance(&self.pbs.source)}))
            }
            ["services"] => self.services(),
            ["subscription"] => self.subscription(),
            ["apt", "update"] => self.updates(),
            ["apt", "versions"] => self.versions(),
            ["certificates", "info"] => Err((403, "permission check failed".to_owned())),
            ["disks", "list"] => self.disks(),
            ["disks", "zfs"] => self.zfs(),
            ["rrd"] => self.node_history(),
            ["tasks"] => self.tasks(),
            ["tasks", upid, "status"] => self.task_status(upid),
            ["tasks", upid, "log"] => self.task_log(upid),
            _ => Err(self.missing()),
        }
    }

    fn since(&self, major: u32, minor: u32) -> bool {
        self.pbs.version.at_least(major, minor)
    }

    fn missing(&self) -> (u16, String) {
        (404, format!("Path '{}' not found.", self.path))
    }

    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the end of every handler")]
    fn data(&self, data: &Value) -> Outcome {
        Ok(Answer::json(&json!({ "data": data })))
    }

    /// A list from a configuration file, with its digest.
    #[expect(clippy::unnecessary_wraps, reason = "the end of every handler")]
    fn configured(&self, rows: &Value) -> Outcome {
        let digest = hex(seed(&self.pbs.source) ^ seed(self.path), 32);
        Ok(Answer::json(&json!({ "data": rows, "digest": digest })))
    }

    fn only(&self, known: &[&str]) -> Result<(), (u16, String)> {
        let unknown = self.ask.unknown(known);
        let text = |name: &&str| format!("'{name}': schema does not allow additional properties.");
        match unknown.as_slice() {
            [] => Ok(()),
            [one] => Err((400, format!("parameter verification failed - {}", text(one)))),
            many => {
                let lines: Vec<String> = many.iter().map(text).collect();
                Err((400, format!("parameter verification failed:\n{}\n", lines.join("\n"))))
            }
        }
    }

    fn unsigned(&self, name: &str) -> Result<Option<i64>, (u16, String)> {
        let Some(text) = self.ask.get(name) else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(number) if number >= 0 => Ok(Some(number)),
            Ok(number) => Err((
                400,
                format!(
                    "parameter verification failed - '{name}': value must have a minimum value of 0 (got {number})"
                ),
            )),
            Err(_) => Err((
                400,
                format!("parameter verification failed - '{name}': invalid digit found in string"),
            )),
        }
    }

    /// Sys.Audit on `/system/…`.
    fn need_system(&self) -> Result<(), (u16, String)> {
        if self.rights.system { Ok(()) } else { Err((403, "permission check failed".to_owned())) }
    }

    /// A datastore one may see; 403 without rights, 400 when there is none of the name.
    fn store(&self, name: &str) -> Result<&'a SimDatastore, (u16, String)> {
        if !self.rights.storages {
            let text = format!(
                "permission check failed - missing Datastore.Audit|Datastore.Backup on \
                 /datastore/{name}"
            );
            return Err((403, text));
        }
        self.pbs.datastore(name).ok_or_else(|| (400, format!("no such datastore '{name}'")))
    }

    /// The same, which must be readable now.
    fn readable(&self, name: &str) -> Result<&'a SimDatastore, (u16, String)> {
        let store = self.store(name)?;
        match datastore::trouble(store) {
            None => Ok(store),
            Some(text) => Err((400, text)),
        }
    }

    fn version(&self) -> Value {
        let SimVersion(_, _, patch) = self.pbs.version;
        json!({
            "version": self.pbs.version.short(), "release": patch.to_string(),
            "repoid": "9a5a0b1f3ad2b1c1d5c7",
        })
    }

    fn permissions(&self) -> Outcome {
        self.only(&["auth-id", "path"])?;
        let mut audit = Map::new();
        if self.rights.storages {
            audit.insert("Datastore.Audit".to_owned(), json!(true));
        }
        if self.rights.system {
            audit.insert("Sys.Audit".to_owned(), json!(true));
        }
        let audit = Value::Object(audit);
        let whole = self.rights.system && self.rights.storages;
        let mut map = Map::new();
        for (path, seen) in [
            ("/", whole),
            ("/access", whole),
            ("/datastore", self.rights.storages),
            ("/system", self.rights.system),
        ] {
            if seen {
                map.insert(path.to_owned(), audit.clone());
            }
        }
        if self.rights.storages {
            for store in &self.pbs.datastores {
                map.insert(format!("/datastore/{}", store.name), audit.clone());
            }
        }
        if self.rights.remotes {
            map.insert("/remote".to_owned(), json!({"Remote.Audit": true}));
        } else if whole {
            map.insert("/remote".to_owned(), audit);
        }
        if let Some(path) = self.ask.get("path") {
            let value = map.remove(path).unwrap_or_else(|| json!({}));
            map.clear();
            map.insert(path.to_owned(), value);
        }
        self.data(&Value::Object(map))
    }
}
