//! What is gone since it was asked about: an answer that comes after the list that no longer names
//! it, mostly a refusal, must not bring it back. A sweep would ask about it again the next time,
//! and for ever.

use crate::fleet::part::Outcome;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pve::PveSurvey;
use crate::poll::call::{PbsCall, PveCall};

/// Whether the call is about a node that the cluster no longer has.
pub(super) fn is_node_gone(pve: &PveSurvey, call: &PveCall) -> bool {
    let (PveCall::NodeReplication(node)
    | PveCall::NodeTime(node)
    | PveCall::NodeVzdumps(node)
    | PveCall::NodeStatus(node)
    | PveCall::NodeHistory(node)
    | PveCall::NodeVersion(node)
    | PveCall::NodeCertificates(node)
    | PveCall::NodeBridges(node)
    | PveCall::NodeZfs(node)
    | PveCall::NodeServices(node)
    | PveCall::NodeDisks(node)) = call
    else {
        return false;
    };
    let is_listed = pve.status.known().is_some_and(|status| status.member(node).is_some());
    pve.status.outcome == Outcome::Fine && !is_listed && !pve.nodes.contains_key(node)
}

/// Whether the call looks for the configuration of a guest on a node that the guest has left.
pub(super) fn is_guest_elsewhere(pve: &PveSurvey, call: &PveCall) -> bool {
    let PveCall::Config(vmid, _, node) = call else { return false };
    let guest = pve.resources.known().and_then(|resources| resources.guest(*vmid));
    pve.resources.outcome == Outcome::Fine && guest.is_some_and(|guest| guest.node != *node)
}

/// Whether the call is about a datastore that the server no longer has.
pub(super) fn is_store_gone(pbs: &PbsSurvey, call: &PbsCall) -> bool {
    let (PbsCall::StoreStatus(store)
    | PbsCall::StoreGc(store)
    | PbsCall::Namespaces(store)
    | PbsCall::Groups(store, _)
    | PbsCall::Copies(store, _)
    | PbsCall::GroupCopies(store, ..)) = call
    else {
        return false;
    };
    pbs.datastores.outcome == Outcome::Fine && !pbs.stores.contains_key(store)
}
