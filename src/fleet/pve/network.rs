//! What guests can be plugged into on a node: `/nodes/{n}/network?type=any_bridge`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A bridge of Linux or of Open vSwitch, or a virtual network of the SDN: a guest's card names any
/// of them alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// Its name: `vmbr0`.
    pub name: Arc<str>,
    /// Whether it is up. One that is only written down may not be there yet.
    pub active: bool,
}
