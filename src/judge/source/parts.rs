//! How much of what the rules need was read.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::id::{NodeName, Vmid};
use crate::fleet::part::{Outcome, PartState, PartView};
use crate::fleet::pbs::datastore::{Maintenance, Mount};
use crate::fleet::pve::cluster::ClusterStatus;
use crate::fleet::subject::Subject;
use crate::judge::context::{NodeTrust, SourceContext};
use crate::judge::problem::Problem;
use crate::judge::replication::is_replication_part;
use crate::judge::verdict::Verdict;

/// The required parts of a source, by what became of them. Parts of a node that is offline or
/// isolated, or of a datastore in maintenance, do not count: that they are not read follows from
/// that.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    /// Whether all were read in this round.
    pub(super) is_complete: bool,
    /// Whether some were not asked yet, or not for long, without having failed.
    pub(super) is_waiting: bool,
    /// What `replication.blind` is to the source: its guests cannot be told because a call of the
    /// source fails, though that is told of them and not of it. Ok where it is accepted.
    pub(super) blind: Verdict,
    /// Calls that failed, but for those that `replication.blind` or `datastore.offline` tells.
    pub(super) failed: Vec<&'a str>,
    /// Calls that were denied.
    pub(super) denied: Vec<&'a str>,
    /// The words of the first failure.
    pub(super) error: Option<&'a str>,
    /// The words of the first refusal.
    pub(super) refusal: Option<&'a str>,
}

impl<'a> Reading<'a> {
    /// `raised`: what was raised at this source.
    pub(super) fn new<'p>(
        source: &SourceContext<'a>,
        raised: impl Iterator<Item = &'p Problem>,
    ) -> Self {
        let raised: Vec<&Problem> = raised.collect();
        let blind = Blind::new(source, &raised);
        let broken = Broken::new(source, &raised);
        let is_whole = has_all_parts(source);
        let mut reading = Self {
            is_complete: is_whole,
            is_waiting: !is_whole,
            blind: blind.verdict,
            failed: Vec::new(),
            denied: Vec::new(),
            error: None,
            refusal: None,
        };
        for part in source.survey.parts(source.now) {
            if part.required && !is_excused(source, &part) {
                reading.take(&part, blind.tells(part.call) || broken.tells(part.call));
            }
        }
        reading
    }

    /// Takes one part into account; `is_told`: a problem of its own tells why it is not read.
    /// Whether it was tried in vain or not tried makes no difference then: else an unasked part
    /// that fails would clear the source.
    fn take(&mut self, part: &PartView<'a>, is_told: bool) {
        self.is_complete &= part.state == PartState::Fresh;
        match part.outcome {
            Outcome::Denied(text) if !is_told => {
                self.denied.push(part.call);
                self.refusal.get_or_insert(text);
            }
            Outcome::Failed(cause) if !is_told => {
                self.failed.push(part.call);
                self.error.get_or_insert(&cause.text);
            }
            Outcome::NotAsked | Outcome::Fine | Outcome::Absent if !is_told => {
                self.is_waiting |= part.state != PartState::Fresh;
            }
            _ => {}
        }
    }
}

/// Whether every node, guest and datastore that is listed has its parts.
fn has_all_parts(source: &SourceContext<'_>) -> bool {
    if let Some(pve) = source.pve() {
        let is_there = |node: &NodeName| !is_away(source.nodes.trust(node));
        return source.nodes.iter().all(|(n, _)| !is_there(n) || pve.nodes.contains_key(n))
            && source
                .guests()
                .iter()
                .all(|g| !is_there(&g.node) || pve.configs.contains_key(&g.vmid));
    }
    let Some(pbs) = source.pbs() else { return false };
    let stores = pbs.datastores.known().map_or(&[][..], Vec::as_slice);
    stores.iter().all(|s| s.maintenance.is_some() || pbs.stores.contains_key(&s.name))
}

fn is_away(trust: NodeTrust) -> bool {
    matches!(trust, NodeTrust::Offline | NodeTrust::Isolated)
}

/// The nodes whose replication `replication.blind` tells of.
struct Blind<'a> {
    nodes: BTreeSet<&'a str>,
    verdict: Verdict,
}

impl<'a> Blind<'a> {
    fn new(source: &SourceContext<'a>, raised: &[&Problem]) -> Self {
        let blind = raised.iter().filter(|p| p.code == Code::ReplicationBlind);
        let verdict = Verdict::worst(blind.clone().map(|p| p.severity.verdict()));
        let guests: BTreeSet<Vmid> = blind
            .filter_map(|p| match &p.subject {
                Subject::Guest(key) => Some(key.vmid),
                _ => None,
            })
            .collect();
        let blind = source.guests().iter().filter(|guest| guests.contains(&guest.vmid));
        Self { nodes: blind.map(|guest| guest.node.as_str()).collect(), verdict }
    }

    /// Whether it is told of this call: the failures of other nodes are not.
    fn tells(&self, call: &str) -> bool {
        is_replication_part(call) && node_of(call).is_some_and(|node| self.nodes.contains(node))
    }
}

/// The datastores that `datastore.offline` tells of.
struct Broken<'p> {
    stores: BTreeSet<&'p str>,
    /// Whether what fails when the usage of all is asked is them alone.
    is_all_that_fails: bool,
}

impl<'p> Broken<'p> {
    fn new(source: &SourceContext<'_>, raised: &[&'p Problem]) -> Self {
        let stores: BTreeSet<&str> = raised
            .iter()
            .filter(|p| p.code == Code::DatastoreOffline)
            .filter_map(|p| match &p.subject {
                Subject::Datastore(_, store) => Some(store.as_str()),
                _ => None,
            })
            .collect();
        // Each was asked alone then.
        let is_all_that_fails = !stores.is_empty()
            && source.pbs().is_some_and(|pbs| {
                pbs.stores.iter().all(|(name, parts)| {
                    stores.contains(name.as_str()) || parts.status.live(source.now).is_some()
                })
            });
        Self { stores, is_all_that_fails }
    }

    /// Whether a call fails because of them.
    fn tells(&self, call: &str) -> bool {
        store_of(call).is_some_and(|store| self.stores.contains(store))
            || (self.is_all_that_fails && call == "/status/datastore-usage")
    }
}

/// The datastore a call is about.
fn store_of(call: &str) -> Option<&str> {
    call.strip_prefix("/admin/datastore/")?.split('/').next()
}

/// The node a call is about.
fn node_of(call: &str) -> Option<&str> {
    call.strip_prefix("/nodes/")?.split('/').next()
}

/// Whether it follows from something else that a part is not read: its node is away, its datastore
/// is in maintenance or not mounted, or the call needs quorum and there is none.
fn is_excused(source: &SourceContext<'_>, part: &PartView<'_>) -> bool {
    if let (Some(pbs), Some(store)) = (source.pbs(), store_of(part.call)) {
        let listed = pbs.datastores.known().into_iter().flatten();
        return listed.filter(|info| info.name.as_str() == store).any(|info| {
            let maintenance = info.maintenance.as_ref().map(|(mode, _)| mode);
            maintenance.is_some_and(|mode| *mode != Maintenance::ReadOnly)
                || info.mount == Some(Mount::NotMounted)
        });
    }
    let Some(pve) = source.pve() else { return false };
    let Some(node) = node_of(part.call) else { return false };
    if source.nodes.trust_of_text(node).is_some_and(is_away) {
        return true;
    }
    let has_quorum = pve.status.live(source.now).is_none_or(ClusterStatus::has_quorum);
    !has_quorum && is_replication_part(part.call)
}

/// Names of calls, short: where there are many, nodes, guests and jobs become `*`.
pub(super) fn collapsed(calls: &[&str]) -> Vec<Arc<str>> {
    const FEW: usize = 6;
    let names: BTreeSet<Arc<str>> = if calls.len() <= FEW {
        calls.iter().map(|c| Arc::from(*c)).collect()
    } else {
        calls.iter().map(|c| Arc::from(starred(c))).collect()
    };
    names.into_iter().collect()
}

/// `/nodes/fi1/qemu/100/config` → `/nodes/*/qemu/*/config`
fn starred(call: &str) -> String {
    const LISTS: [&str; 7] = ["nodes", "qemu", "lxc", "storage", "backup", "datastore", "tasks"];
    const FIXED: [&str; 1] = ["localhost"];
    let mut names = Vec::new();
    let mut was_list = false;
    for name in call.split('/') {
        let is_item = was_list && !FIXED.contains(&name);
        names.push(if is_item { "*" } else { name });
        was_list = !is_item && LISTS.contains(&name);
    }
    names.join("/")
}

/// Names in one line.
pub(super) fn joined(names: &[Arc<str>]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod unit {
    use super::{collapsed, starred};

    #[test]
    fn many_calls_are_named_by_kind() {
        assert_eq!(starred("/nodes/fi1/qemu/100/config"), "/nodes/*/qemu/*/config");
        assert_eq!(starred("/nodes/localhost/status"), "/nodes/localhost/status");
        assert_eq!(starred("/admin/datastore/main/snapshots"), "/admin/datastore/*/snapshots");
        assert_eq!(starred("/cluster/backup"), "/cluster/backup");
        assert_eq!(collapsed(&["/b", "/a"]).len(), 2);
        let many: Vec<String> = (0..9).map(|n| format!("/nodes/n{n}/services")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(collapsed(&many), ["/nodes/*/services".into()]);
    }
}
