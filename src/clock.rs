//! Our clock: the one place of this program that reads it (the simulated servers have theirs).

pub mod zone;

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::fleet::time::Epoch;

static STAND_IN: OnceLock<fn() -> Epoch> = OnceLock::new();

/// Now.
pub fn now() -> Epoch {
    STAND_IN.get().map_or_else(of_this_machine, |clock| clock())
}

fn of_this_machine() -> Epoch {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Epoch(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// From here on this process goes by another clock: for the test that takes pictures of the whole
/// program. Nothing else calls it (`layers` reads the sources), and no argument, variable or file
/// leads here: a lookout whose clock can be held still is none.
#[doc(hidden)]
pub fn stand_in(clock: fn() -> Epoch) {
    let _ = STAND_IN.set(clock);
}
