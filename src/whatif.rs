//! What if: the arithmetic of a loss, pure. Which machines die with it, what brings every guest
//! back and where it would run, what votes are left, which jobs will fail; the same for any one
//! node of the fleet, and for hosts that are emptied onto others.
//!
//! # How it counts
//!
//! 1. [`lost::Lost`] says what dies: nodes, whole sources, and what they hold.
//! 2. Of the ways back that the judge found for a guest ([`RecoveryRow::ways`]) and of its copies
//!    ([`BackupRow::points`]), those that die are dropped; the best of the rest is chosen anew.
//! 3. Room is counted together: guests are placed one after the other, those that HA starts first,
//!    then those that are started by hand, then the restores; within each the largest memory
//!    first. What was placed takes memory and disk from those that follow.
//!
//! Nothing is invented: what cannot be told is [`How::Unknown`], [`Room::Unknown`] or none.
//!
//! [`RecoveryRow::ways`]: crate::judge::rows::recovery::RecoveryRow::ways
//! [`BackupRow::points`]: crate::judge::rows::BackupRow::points
//! [`Room::Unknown`]: crate::judge::rows::recovery::Room::Unknown

mod after;
mod consolidate;
mod copies;
mod failing;
mod fate;
mod lost;
mod nodes;
mod stage;
mod target;
#[cfg(test)]
mod tests;
mod told;
mod window;
mod worst;

use crate::fleet::id::{NodeName, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::context::Context;
use crate::judge::mapping::Mapping;

pub use self::after::After;
pub use self::consolidate::{Cpus, Moved, Packing, Plan, Resource, consolidate};
pub use self::copies::CopiesLost;
pub use self::failing::Failing;
pub use self::fate::{Fate, How};
pub use self::lost::Loss;
pub use self::nodes::{NMinusOne, NodeLoss, n_minus_one};
pub use self::target::Target;
pub use self::told::Told;
pub use self::window::Window;
pub use self::worst::worst_guests;

use self::lost::Lost;
use self::stage::Stage;
use crate::judge::recovery::ledger::Ledger;

/// What would follow from a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// What was asked, sorted, each once.
    pub lost: Vec<Loss>,
    /// The PVE nodes that die, in the order of the sources, by name.
    pub nodes: Vec<(SourceName, NodeName)>,
    /// What becomes of every guest of those nodes, in the order of the sources, by number.
    pub guests: Vec<Fate>,
    /// What is left of every cluster that loses a node.
    pub clusters: Vec<After>,
    /// The nodes that would take guests, in the order of the sources, the roomiest first.
    pub targets: Vec<Target>,
    /// Jobs whose next runs will fail, or will not run at all.
    pub failing: Vec<Failing>,
    /// The copies that die.
    pub copies_lost: CopiesLost,
    /// How far all this can be believed.
    pub told: Told,
}

/// Works out what would follow if all this were lost at once, now. Names that nobody has lose
/// nothing.
pub fn what_if(fleet: &Fleet, judged: &Judged, lost: &[Loss], now: Epoch) -> WhatIf {
    let ctx = Context::new(fleet, now);
    let mapping = Mapping::new(&ctx);
    let stage = Stage::new(&ctx, &mapping, judged);
    let mut asked = lost.to_vec();
    asked.sort();
    asked.dedup();
    let lost = Lost::new(&stage, &asked);
    let clusters = after::clusters(&stage, &lost);
    let mut ledger = Ledger::new(&stage.yard);
    let settled = fate::settle(&stage, &lost, &clusters, &mut ledger);
    WhatIf {
        nodes: lost.nodes(&stage),
        targets: target::targets(&stage, &ledger, &settled),
        failing: failing::failing(&stage, judged, &lost, &clusters),
        copies_lost: copies::lost(&stage, judged, &lost),
        told: Told::of_losses(fleet, judged, &asked),
        guests: settled.into_iter().map(|settled| settled.fate).collect(),
        clusters,
        lost: asked,
    }
}
