//! What a call that failed says: of its part, and of the endpoint.

use crate::fleet::id::Product;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::poll::assemble::Answered;
use crate::poll::call::{Call, PbsCall, PveCall, Reading};
use crate::proxmox::error::{Fault, Stage};

/// What becomes of the part.
pub(super) fn answered(call: &Call, fault: &Fault, product: Product) -> Answered {
    if means_absence(call, fault) {
        return Ok(Reading::Absent);
    }
    match fault.outcome(product) {
        // Every release has these; who does not know them knows nothing of the source.
        Outcome::Absent if call.is_fast() => Err(Outcome::Failed(fault.cause())),
        Outcome::Absent => Ok(Reading::Absent),
        outcome => Err(outcome),
    }
}

/// Refusals that are knowledge: no ZFS on this host, no cluster to join.
fn means_absence(call: &Call, fault: &Fault) -> bool {
    let Fault::Status { code, text } = fault else { return false };
    match call {
        // `500 zfsutils-linux not installed`
        Call::Pve(PveCall::NodeZfs(_)) => *code == 500 && text.contains("not installed"),
        // `424 node is not in a cluster, no join info available!`
        Call::Pve(PveCall::Votes | PveCall::Qdevice) => *code == 424,
        // `400 failed to execute "zpool" … - No such file or directory (os error 2)`
        Call::Pbs(PbsCall::Zfs) => {
            *code == 400 && text.contains("zpool") && text.contains("No such file")
        }
        _ => false,
    }
}

/// What the failure says of the endpoint; none where it says nothing. [`Contact::Error`] and
/// [`Contact::Malformed`] hold only while nothing else of the source is answered.
pub(super) fn contact(call: &Call, fault: &Fault, product: Product) -> Option<Contact> {
    if means_absence(call, fault) || (fault.is_absent(product) && !call.is_fast()) {
        return Some(Contact::Fine);
    }
    let unreachable = |layer| Some(Contact::Unreachable(layer, fault.to_string().into()));
    match fault {
        Fault::Unauthorized => Some(Contact::Unauthorized),
        Fault::Untrusted { .. } => Some(Contact::Untrusted),
        Fault::Forbidden { .. } => Some(Contact::Fine),
        // A single call may hang or break in a server that is well otherwise; the fast ones may
        // not.
        Fault::Timeout { what: Stage::Answer } => {
            if call.is_fast() {
                unreachable(Layer::Timeout)
            } else {
                None
            }
        }
        Fault::Reset => {
            if call.is_fast() {
                unreachable(Layer::Reset)
            } else {
                None
            }
        }
        Fault::Malformed(_) | Fault::Redirect { .. } => {
            Some(Contact::Malformed(fault.to_string().into()))
        }
        fault => match fault.layer() {
            Some(layer) => unreachable(layer),
            None => Some(Contact::Error(fault.cause())),
        },
    }
}

/// The outcome where no client stands for an endpoint.
pub(super) fn nobody() -> Outcome {
    Outcome::Failed(Cause { kind: CauseKind::Unreachable, text: "no such endpoint".into() })
}
