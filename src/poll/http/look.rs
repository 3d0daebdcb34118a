//! What is asked while somebody looks: path and parameters out, fleet types in.

use super::Request;
use crate::fleet::id::{GuestKind, NodeName, Product};
use crate::fleet::look::{Ask, Frame, Look, Seen};
use crate::poll::call::Reading;
use crate::proxmox::pve::node::read_history;
use crate::proxmox::{Malformed, encoded, look};

/// The most lines of a log that are asked for at once: some 500 KiB before they are packed.
const PAGE: &str = "5000";

/// The request of a look.
pub(super) fn request(ask: &Ask, product: Product) -> Request {
    let node = |node: &NodeName, what: &str| {
        Request::new(format!("/nodes/{}/{what}", encoded(node.as_str())))
    };
    match &ask.look {
        Look::TaskLog { node: n, upid, .. } => {
            let path = format!("tasks/{}/log", encoded(upid.as_str()));
            lines(node(n, &path), ask.skip, product)
        }
        Look::ReplicationLog { node: n, job, .. } => {
            let path = format!("replication/{}/log", encoded(job.as_str()));
            lines(node(n, &path), ask.skip, product)
        }
        Look::NodeHistory { node: n, frame, .. } => {
            let path = match product {
                Product::Pve => "rrddata",
                Product::Pbs => "rrd",
            };
            history(node(n, path), *frame)
        }
        Look::GuestHistory { node: n, kind, vmid, frame, .. } => {
            let kind = match kind {
                GuestKind::Qemu => "qemu",
                GuestKind::Lxc => "lxc",
            };
            history(node(n, &format!("{kind}/{vmid}/rrddata")), *frame)
        }
        Look::StoreHistory { store, frame, .. } => {
            let path = format!("/admin/datastore/{}/rrd", encoded(store.as_str()));
            history(Request::new(path), *frame)
        }
    }
}

/// PVE counts the lines to be left out, PBS the line to begin with, from 1.
fn lines(request: Request, skip: u64, product: Product) -> Request {
    let start = match product {
        Product::Pve => skip,
        Product::Pbs => skip.saturating_add(1),
    };
    request.with("start", start.to_string()).with("limit", PAGE)
}

fn history(request: Request, frame: Frame) -> Request {
    request.with("timeframe", frame.as_str()).with("cf", "AVERAGE")
}

/// What an answer says.
pub(super) fn read(ask: &Ask, body: &[u8]) -> Result<Reading, Malformed> {
    Ok(Reading::Seen(match &ask.look {
        Look::TaskLog { .. } | Look::ReplicationLog { .. } => {
            Seen::Log(look::read_log(body, ask.skip)?)
        }
        Look::NodeHistory { .. } => Seen::Load(read_history(body)?),
        Look::GuestHistory { .. } => Seen::Guest(look::read_guest(body)?),
        Look::StoreHistory { .. } => Seen::Store(look::read_store(body)?),
    }))
}
