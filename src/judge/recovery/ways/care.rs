//! What HA does with a guest whose node is lost.

use super::{Case, Cluster, unplugged};
use crate::fleet::id::NodeName;
use crate::fleet::pve::cluster::HaService;
use crate::fleet::pve::guest::{DiskKind, GuestDisk};
use crate::judge::recovery::ledger::Load;
use crate::judge::recovery::placement::{Reach, left};
use crate::judge::recovery::room::NodeRoom;
use crate::judge::rows::recovery::{HaCare, Room, Tie};

/// States of a service that HA does not start elsewhere when its node is lost, as
/// `get_verbose_service_state` (`PVE/HA/Tools.pm` of pve-ha-manager) names them. What is frozen
/// stays so until the local resource manager of its own node is active again (`PVE/HA/Manager.pm`);
/// what is being deleted or not found is HA's no more.
const LEFT_TO_ITSELF: [&str; 8] = [
    "error",
    "clearing error flag",
    "disabled",
    "ignored",
    "stopped",
    "freeze",
    "deleting",
    "not found",
];

/// What HA does with a guest; where it starts it: on which nodes, and whether it fits there.
pub(super) struct Care {
    pub(super) what: HaCare,
    pub(super) nodes: Vec<NodeName>,
    pub(super) room: Room,
}

impl Care {
    /// It does not bring it back, or nobody can tell.
    fn not(what: HaCare) -> Self {
        Self { what, nodes: Vec::new(), room: Room::Unknown }
    }

    pub(super) fn starts(&self) -> bool {
        self.what == HaCare::Starts
    }
}

impl Cluster<'_> {
    /// What HA does with a guest that it would start elsewhere, where `holds` tells the nodes with
    /// its disks. HA knows of no disks, bridges and memory: it starts it on any node that its rules
    /// leave.
    pub(super) fn care(
        &self,
        case: &Case<'_>,
        need: Load<'_>,
        holds: impl Fn(&NodeRoom) -> bool,
    ) -> Care {
        let left = left(self.yard, case.source.index, |room| room.node == case.guest.node);
        let is_plugged = |at: usize| {
            let ties = case.config.map(|config| unplugged(self.yard, at, config));
            !ties.into_iter().flatten().any(|tie| matches!(tie, Tie::Bridge(_)))
        };
        let starts = |at: usize| self.yard.room(at).is_some_and(&holds) && is_plugged(at);
        let (nodes, by) = match self.placement.reach(case.guest.vmid, &left) {
            Reach::Nodes(nodes, by) => (nodes, by),
            Reach::Untold(rule) if left.iter().any(|left| starts(left.at)) => {
                return Care::not(HaCare::Untold(rule));
            }
            // It starts nowhere, whatever the rules are.
            Reach::Untold(_) => (left.iter().map(|left| left.at).collect(), None),
        };
        let name = |at: &usize| self.yard.room(*at).map(|room| room.node.clone());
        // With nobody to choose from it starts nowhere.
        if nodes.is_empty() {
            return Care::not(HaCare::Barred(by));
        }
        if let Some(bare) = nodes.iter().find(|at| !starts(**at)).and_then(name) {
            return Care::not(HaCare::Lacks(bare));
        }
        let rooms = || nodes.iter().map(|at| (self.takes(*at, need), *at));
        let (Some((best, _)), Some((worst, at))) = (rooms().min(), rooms().max()) else {
            return Care::not(HaCare::None);
        };
        // Which of them it takes nobody can tell. Where none has room, it takes one without.
        let room = match (best, worst) {
            (_, Room::Fits | Room::Tight) => worst,
            (Room::Fits | Room::Tight, Room::Unknown) => {
                return Care::not(name(&at).map_or(HaCare::None, HaCare::Unsure));
            }
            (Room::Fits | Room::Tight, _) => {
                return Care::not(name(&at).map_or(HaCare::None, HaCare::Full));
            }
            _ => best,
        };
        Care { what: HaCare::Starts, nodes: nodes.iter().filter_map(name).collect(), room }
    }

    /// Whether HA would start the guest elsewhere, were its node lost, as far as it can be started
    /// there.
    pub(super) fn is_managed(&self, case: &Case<'_>) -> bool {
        let wanted = |service: &HaService| {
            !LEFT_TO_ITSELF.contains(&&*service.state)
                && service.request.as_deref().is_none_or(|r| matches!(r, "started" | "enabled"))
        };
        // What is bound to its node does not start elsewhere by itself.
        let is_bound = case.config.is_some_and(|config| {
            let disc = |disk: &&GuestDisk| {
                disk.kind == DiskKind::Cdrom && disk.storage.is_some() && !self.is_shared(disk)
            };
            !config.passthrough.is_empty() || config.disks.iter().find(disc).is_some()
        });
        !is_bound
            && self.placement.service(case.guest.vmid).is_some_and(wanted)
            && self.quorate.get(&case.guest.node).copied().unwrap_or(false)
    }
}
