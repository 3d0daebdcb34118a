//! The cluster: status, HA, votes, QDevice, peers, version.

use serde::Deserialize;

use super::{version, words};
use crate::fleet::host::Version;
use crate::fleet::id::NodeName;
use crate::fleet::pve::cluster::{
    ClusterStatus, HaDaemon, HaService, HaStatus, Member, Peer, Qdevice, Votes,
};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::{Malformed, data, fingerprint, scalar};

/// `/version` and `/nodes/{n}/version`
pub fn read_version(body: &[u8]) -> Result<Version, Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        version: String,
    }
    let wire: Wire = data(body)?;
    version(&wire.version).ok_or_else(|| Malformed::missing("a version number"))
}

#[derive(Deserialize)]
struct StatusEntry {
    r#type: String,
    #[serde(default, deserialize_with = "scalar::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "scalar::flag")]
    quorate: Option<bool>,
    #[serde(default, deserialize_with = "scalar::count")]
    nodeid: Option<u32>,
    #[serde(default, deserialize_with = "scalar::flag")]
    online: Option<bool>,
    #[serde(default, deserialize_with = "scalar::flag")]
    local: Option<bool>,
    #[serde(default, deserialize_with = "scalar::text")]
    ip: Option<String>,
}

/// `/cluster/status`
pub fn read_status(body: &[u8]) -> Result<ClusterStatus, Malformed> {
    let entries: Vec<StatusEntry> = data(body)?;
    let mut status = ClusterStatus { name: None, quorate: None, members: Vec::new() };
    for entry in entries {
        match (entry.r#type.as_str(), entry.name) {
            ("cluster", name) => {
                // A cluster without a name is still one.
                status.name = Some(cleaned(&name.unwrap_or_default()));
                let told = entry.quorate.ok_or_else(|| Malformed::missing("`quorate`"))?;
                status.quorate = Some(told);
            }
            ("node", Some(name)) => status.members.push(Member {
                node: NodeName::new(cleaned(&name)),
                nodeid: entry.nodeid,
                // Neither there nor gone by guess.
                online: entry.online.ok_or_else(|| Malformed::missing("`online` of a node"))?,
                local: entry.local.unwrap_or(false),
                address: words(entry.ip),
            }),
            ("node", None) => return Err(Malformed::missing("a node's name")),
            _ => {}
        }
    }
    if status.members.is_empty() {
        return Err(Malformed::missing("every node"));
    }
    status.members.sort_by(|a, b| a.node.cmp(&b.node));
    Ok(status)
}

#[derive(Deserialize)]
struct HaEntry {
    r#type: String,
    #[serde(default, deserialize_with = "scalar::text")]
    node: Option<String>,
    #[serde(default, deserialize_with = "scalar::int")]
    timestamp: Option<i64>,
    #[serde(default, deserialize_with = "scalar::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    sid: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    crm_state: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    request_state: Option<String>,
    #[serde(default, deserialize_with = "scalar::text")]
    group: Option<String>,
}

/// `/cluster/ha/status/current`
pub fn read_ha(body: &[u8]) -> Result<HaStatus, Malformed> {
    let entries: Vec<HaEntry> = data(body)?;
    let mut ha = HaStatus { master: None, lrms: Vec::new(), services: Vec::new() };
    for entry in entries {
        let node = NodeName::new(cleaned(&entry.node.unwrap_or_default()));
        match entry.r#type.as_str() {
            "master" | "lrm" => {
                let daemon = HaDaemon {
                    node,
                    timestamp: entry.timestamp.map(Epoch),
                    status: cleaned(&entry.status.unwrap_or_default()),
                };
                if entry.r#type == "master" {
                    ha.master = Some(daemon);
                } else {
                    ha.lrms.push(daemon);
                }
            }
            "service" => {
                let number = |sid: &str| sid.split_once(':')?.1.parse().ok();
                let vmid = entry.sid.as_deref().and_then(number);
                let vmid = vmid.ok_or_else(|| Malformed::missing("a service's id"))?;
                let state = entry.state.or(entry.crm_state).unwrap_or_default();
                let state = cleaned(&state);
                ha.services.push(HaService {
                    vmid,
                    node,
                    state,
                    request: words(entry.request_state),
                    group: words(entry.group),
                });
            }
            _ => {}
        }
    }
    ha.lrms.sort_by(|a, b| a.node.cmp(&b.node));
    ha.services.sort_by_key(|s| s.vmid);
    Ok(ha)
}

/// `/cluster/config/join`
pub fn read_votes(body: &[u8]) -> Result<Votes, Malformed> {
    #[derive(Deserialize)]
    struct Wire {
        nodelist: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        #[serde(default, deserialize_with = "scalar::count")]
        quorum_votes: Option<u32>,
    }
    let wire: Wire = data(body)?;
    let mut nodes: Vec<_> = wire
        .nodelist
        .into_iter()
        .map(|e| (NodeName::new(cleaned(&e.name)), e.quorum_votes.unwrap_or(1)))
        .collect();
    nodes.sort();
    Ok(Votes { nodes })
}

/// `/cluster/config/qdevice`: an object, empty where there is no QDevice. `State` is what its daemon
/// says of the way to its server; it votes as long as that is `Connected`.
pub fn read_qdevice(body: &[u8]) -> Result<Qdevice, Malformed> {
    let wire: Option<serde_json::Map<String, serde_json::Value>> = data(body)?;
    let Some(said) = wire.filter(|object| !object.is_empty()) else { return Ok(Qdevice::None) };
    let state = said.get("State").and_then(serde_json::Value::as_str).map(str::trim);
    Ok(match state {
        Some(state) if !state.eq_ignore_ascii_case("connected") => Qdevice::Silent,
        _ => Qdevice::Votes,
    })
}

/// `/nodes`
pub fn read_peers(body: &[u8]) -> Result<Vec<Peer>, Malformed> {
    #[derive(Deserialize)]
    struct Entry {
        node: String,
        #[serde(default, deserialize_with = "scalar::text")]
        ssl_fingerprint: Option<String>,
    }
    let entries: Vec<Entry> = data(body)?;
    let mut peers: Vec<_> = entries
        .into_iter()
        .map(|e| Peer {
            node: NodeName::new(cleaned(&e.node)),
            fingerprint: e.ssl_fingerprint.as_deref().and_then(fingerprint),
        })
        .collect();
    peers.sort_by(|a, b| a.node.cmp(&b.node));
    Ok(peers)
}

#[cfg(test)]
mod tests {
    use super::read_qdevice;
    use crate::fleet::pve::cluster::Qdevice;

    /// What `corosync-qdevice` says of itself, as PVE hands it on.
    #[test]
    fn a_qdevice_votes_as_long_as_its_server_is_reached() {
        for (body, expected) in [
            ("{}", Qdevice::None),
            ("null", Qdevice::None),
            (r#"{"Model":"Net","State":"Connected"}"#, Qdevice::Votes),
            (r#"{"Model":"Net","State":"Connecting"}"#, Qdevice::Silent),
            (r#"{"Model":"Net","State":""}"#, Qdevice::Silent),
            // Nothing else tells: it is set up.
            (r#"{"Model":"Net"}"#, Qdevice::Votes),
        ] {
            let body = format!(r#"{{"data":{body}}}"#);
            assert_eq!(read_qdevice(body.as_bytes()).unwrap(), expected, "{body}");
        }
    }

    /// What was remembered as yes or no is read as it was meant.
    #[test]
    fn it_is_remembered() {
        for (said, qdevice) in
            [("false", Qdevice::None), ("true", Qdevice::Votes), ("\"silent\"", Qdevice::Silent)]
        {
            assert_eq!(serde_json::from_str::<Qdevice>(said).unwrap(), qdevice);
            assert_eq!(serde_json::to_string(&qdevice).unwrap(), said);
        }
    }
}
