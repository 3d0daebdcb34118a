//! A simulated pveproxy: which path is answered by whom, and its spelling of errors.

mod backup;
mod cluster;
mod guest;
mod host;
mod placement;
mod replication;
mod storage;
mod task;

use std::sync::PoisonError;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Ask, JSON};
use super::fleet::{SimCluster, SimFleet, SimGuest, SimKind, SimNode};
use super::rights::Rights;
use super::server::Server;
use super::world::World;

/// An answer, or the refusal that takes its place.
pub(in crate::simulate) type Outcome = Result<Answer, Refusal>;

/// Why there is no answer.
#[derive(Debug)]
pub(in crate::simulate) enum Refusal {
    /// Status and message.
    Error(u16, String),
    /// 400 with one entry of `errors`.
    Parameter(String, String),
    /// 595 or 596 of pveproxy: no body, after a while.
    Proxy(u16, &'static str, Duration),
    /// The same as `Error`, after a while.
    Late(u16, String, Duration),
    /// 501.
    Unknown,
}

/// One request with everything that decides its answer.
pub(in crate::simulate) struct Call<'a> {
    pub(in crate::simulate) world: &'a World,
    pub(in crate::simulate) fleet: &'a SimFleet,
    pub(in crate::simulate) cluster: &'a SimCluster,
    /// Node that answers.
    pub(in crate::simulate) here: &'a str,
    /// Its clock.
    pub(in crate::simulate) now: i64,
    /// Start of the federation, in the same clock.
    pub(in crate::simulate) start: i64,
    pub(in crate::simulate) rights: Rights,
    pub(in crate::simulate) ask: &'a Ask,
}

/// The answer to a GET.
pub(in crate::simulate) fn answer(server: &Server, ask: &Ask, rights: Rights, now: i64) -> Answer {
    let world = &server.world;
    let fleet = world.fleet.read().unwrap_or_else(PoisonError::into_inner);
    let Some(cluster) = fleet.cluster(&server.source) else {
        return Answer::bare(596, "Connection timed out", Duration::ZERO);
    };
    let call = Call {
        world,
        fleet: &fleet,
        cluster,
        here: &server.node,
        now: now + cluster.skew,
        start: world.start + cluster.skew,
        rights,
        ask,
    };
    match call.route() {
        Ok(answer) => answer,
        Err(refusal) => call.refuse(refusal),
    }
}

/// 501, as for every path and method pveproxy does not know.
pub(in crate::simulate) fn not_implemented(server: &Server, method: &str, path: &str) -> Answer {
    let path = path.strip_prefix("/api2/json").unwrap_or(path);
    let text = format!("Method '{method} {path}' not implemented");
    render(speaks(server), 501, &text, "", None)
}

/// An error with a message, in the body too where the version has it there.
pub(in crate::simulate) fn error(server: &Server, status: u16, text: &str) -> Answer {
    render(speaks(server), status, text, "\n", None)
}

/// Whether this server has the message in its JSON body: since pve-http-server 5.2.0.
fn speaks(server: &Server) -> bool {
    let fleet = server.world.fleet.read().unwrap_or_else(PoisonError::into_inner);
    fleet.cluster(&server.source).is_some_and(|cluster| cluster.version.at_least(8, 4))
}

fn render(speaks: bool, status: u16, text: &str, end: &str, errors: Option<Value>) -> Answer {
    let mut body = Map::new();
    body.insert("data".to_owned(), Value::Null);
    if speaks {
        body.insert("message".to_owned(), json!(format!("{text}{end}")));
    }
    if let Some(errors) = errors {
        body.insert("errors".to_owned(), errors);
    }
    let reason = text.lines().next().unwrap_or_default().to_owned();
    Answer { status, reason: Some(reason), kind: Some(JSON), ..Answer::json(&Value::Object(body)) }
}

/// 200 with data.
#[expect(clippy::unnecessary_wraps, reason = "the end of every handler")]
fn data(data: &Value) -> Outcome {
    Ok(Answer::json(&json!({ "data": data })))
}

/// 200 with data that pvedaemon made.
fn daemon_data(value: &Value) -> Outcome {
    data(value).map(Answer::protected)
}

/// 200 with data and the number of all matches; missing when it is 0.
fn counted(data: &Value, total: usize) -> Answer {
    if total == 0 {
        Answer::json(&json!({ "data": data }))
    } else {
        Answer::json(&json!({ "data": data, "total": total }))
    }
}

/// The message of a 403.
fn forbidden(path: &str, privilege: &str) -> String {
    format!("Permission check failed ({path}, {privilege})")
}

impl<'a> Call<'a> {
    fn refuse(&self, refusal: Refusal) -> Answer {
        let speaks = self.cluster.version.at_least(8, 4);
        match refusal {
            Refusal::Error(status, text) => render(speaks, status, &text, "\n", None),
            Refusal::Parameter(name, text) => {
                let errors = json!({ name: text });
                render(speaks, 400, "Parameter verification failed.", "\n", Some(errors))
            }
            Refusal::Proxy(status, reason, wait) => Answer::bare(status, reason, wait),
            Refusal::Late(status, text, wait) => {
                Answer { wait, ..render(speaks, status, &text, "\n", None) }
            }
            Refusal::Unknown => {
                let text = format!("Method 'GET {}' not implemented", self.ask.path);
                render(speaks, 501, &text, "", None)
            }
        }
    }

    fn route(&self) -> Outcome {
        let segments: Vec<&str> = self.ask.segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["version"] => self.only(&[]).and_then(|()| data(&self.version(None))),
            ["access", "permissions"] => self.permissions(),
            ["cluster", rest @ ..] => self.cluster_route(rest),
            ["pools"] => self.pools(),
            ["pools", name] => self.pool(name),
            ["storage"] => self.storage_config(),
            ["nodes"] => self.only(&[]).and_then(|()| data(&self.node_list())),
            ["nodes", node, rest @ ..] => self.node_route(node, rest),
            _ => Err(Refusal::Unknown),
        }
    }

    fn cluster_route(&self, rest: &[&str]) -> Outcome {
        match rest {
            ["status"] => self.cluster_status(),
            ["resources"] => self.resources(),
            ["tasks"] => self.cluster_tasks(),
            ["replication"] => self.replication_config(),
            ["replication", id] => self.replication_config_of(id),
            ["backup"] => self.backup_jobs(),
            ["backup", id] => self.backup_job(id),
            ["backup", id, "included_volumes"] => self.included_volumes(id),
            ["backup-info", "not-backed-up"] => self.not_backed_up(),
            ["ha", "status", "current"] => self.ha_current(),
            ["ha", "resources"] => self.ha_resources(),
            ["ha", "rules"] => self.ha_rules(),
            ["ha", "groups"] => self.ha_groups(),
            ["options"] => self.options(),
            ["config", "join"] => self.join_info(),
            ["config", "qdevice"] => self.qdevice(),
            ["log"] => self.only(&["max"]).and_then(|()| data(&json!([]))),
            ["ceph", "status"] => self.need_system("/").and_then(|()| {
                Err(Refusal::Error(500, "binary not installed: /usr/bin/ceph-mon".to_owned()))
            }),
            _ => Err(Refusal::Unknown),
        }
    }

    fn node_route(&self, name: &str, rest: &[&str]) -> Outcome {
        // `localhost` is the answering node; unknown names fail like a name that has no address.
        let name = if name == "localhost" { self.here } else { name };
        let node = self.cluster.node(name).ok_or_else(|| {
            Refusal::Error(
                500,
                format!(
                    "hostname lookup '{name}' failed - failed to get address info for: {name}: \
                     Name or service not known"
                ),
            )
        })?;
        match rest {
            ["rrddata"] => return self.node_history(node),
            ["qemu" | "lxc", vmid, "rrddata"] => return self.guest_history(vmid),
            _ => self.reach(node)?,
        }
        match rest {
            ["status"] => self.node_status(node),
            ["version"] => data(&self.version(Some(node))),
            ["time"] => self.node_time(node),
            ["services"] => self.services(node),
            ["network"] => self.network(node),
            ["subscription"] => self.subscription(node),
            ["certificates", "info"] => self.certificates(node),
            ["apt", "versions"] => self.versions(node),
            ["apt", "update"] => {
                Err(Refusal::Error(403, forbidden(&format!("/nodes/{name}"), "Sys.Modify")))
            }
            ["disks", "list"] => self.disks(node),
            ["disks", "zfs"] => self.zfs(node),
            ["disks", "zfs", pool] => self.zfs_pool(node, pool),
            ["disks", "lvmthin"] => self.need_system("/").and_then(|()| daemon_data(&json!([]))),
            ["replication", rest @ ..] => self.replication_route(node, rest),
            ["vzdump", "defaults"] => self.vzdump_defaults(node),
            ["tasks"] => self.node_tasks(node),
            ["tasks", upid, "status"] => self.task_status(node, upid),
            ["tasks", upid, "log"] => self.task_log(node, upid),
            ["storage"] => self.node_storages(node),
            ["storage", id, "status"] => self.storage_status(node, id),
            ["storage", id, "content"] => self.storage_content(node, id),
            ["storage", id, "prunebackups"] => self.prune_preview(node, id),
            ["storage", id, "identity"] => self.storage_identity(node, id),
            ["qemu"] => self.guest_list(node, SimKind::Qemu),
            ["lxc"] => self.guest_list(node, SimKind::Lxc),
            ["qemu", vmid, rest @ ..] => self.guest_route(node, SimKind::Qemu, vmid, rest),
            ["lxc", vmid, rest @ ..] => self.guest_route(node, SimKind::Lxc, vmid, rest),
            _ => Err(Refusal::Unknown),
        }
    }

    /// Refuses query parameters outside of `known`.
    fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.ask.unknown(known).first() {
            None => Ok(()),
            Some(name) => Err(Refusal::Parameter(
                (*name).to_owned(),
                "property is not defined in schema and the schema does not allow additional \
                 properties"
                    .to_owned(),
            )),
        }
    }

    /// Refuses a parameter that is no integer.
    fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.ask.get(name) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| {
                let got = format!("type check ('integer') failed - got '{text}'");
                Refusal::Parameter(name.to_owned(), got)
            }),
        }
    }

    /// Sys.Audit on a path.
    fn need_system(&self, path: &str) -> Result<(), Refusal> {
        if self.rights.system {
            return Ok(());
        }
        Err(Refusal::Error(403, forbidden(path, "Sys.Audit")))
    }

    /// Sys.Audit on a node.
    fn need_node(&self, node: &SimNode) -> Result<(), Refusal> {
        self.need_system(&format!("/nodes/{}", node.name))
    }

    /// Passes through pveproxy to a node: fails when that one is off.
    fn reach(&self, node: &SimNode) -> Result<(), Refusal> {
        if self.away_since(node).is_some() {
            let wait = Duration::from_secs(3);
            return Err(Refusal::Proxy(595, "No route to host", wait));
        }
        Ok(())
    }

    /// A guest on a node, asked for by the number in a path.
    fn guest_on(&self, node: &SimNode, kind: SimKind, vmid: &str) -> Result<&'a SimGuest, Refusal> {
        let number: u32 = vmid.parse().map_err(|_| {
            let got = format!("type check ('integer') failed - got '{vmid}'");
            Refusal::Parameter("vmid".to_owned(), got)
        })?;
        if !self.rights.guests {
            return Err(Refusal::Error(403, forbidden(&format!("/vms/{vmid}"), "VM.Audit")));
        }
        let folder = if kind == SimKind::Qemu { "qemu-server" } else { "lxc" };
        self.cluster
            .guest(number)
            .filter(|guest| guest.node == node.name && guest.kind == kind)
            .ok_or_else(|| {
                let name = &node.name;
                let text = format!(
                    "Configuration file 'nodes/{name}/{folder}/{vmid}.conf' does not exist"
                );
                Refusal::Error(500, text)
            })
    }

    /// Since when the answering node does not hear of a node, relative to the start; of itself it
    /// always does.
    fn away_since(&self, node: &SimNode) -> Option<i64> {
        if node.name == self.here {
            return None;
        }
        let cut_off = self.cluster.node(self.here).and_then(|here| here.cut_off_since);
        node.offline_since.or(node.cut_off_since).or(cut_off)
    }

    /// Whether the answering node has quorum.
    fn quorate(&self) -> bool {
        let here = self.cluster.node(self.here);
        let has_votes = self.cluster.has_quorum(self.now - self.start);
        has_votes && self.cluster.quorate && here.is_none_or(|here| here.cut_off_since.is_none())
    }

    /// Whether what pvestatd said of a node has been dropped: five minutes after its last word.
    fn stale(&self, node: &SimNode) -> bool {
        [node.offline_since, node.statd_stale_since, self.away_since(node)]
            .into_iter()
            .flatten()
            .any(|since| self.now - (self.start + since) >= 300)
    }

    /// Of a node, or of the answering one.
    fn version(&self, node: Option<&SimNode>) -> Value {
        let node = node.or_else(|| self.cluster.node(self.here));
        let version = node.and_then(|node| node.version).unwrap_or(self.cluster.version);
        json!({
            "version": version.pve_text(),
            "release": version.short(),
            "repoid": "0307225d4bc8b3ed",
        })
    }
}
