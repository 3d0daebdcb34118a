//! Our clock: the one place of this program that reads it (the simulated servers have theirs).

use std::time::{SystemTime, UNIX_EPOCH};

use crate::fleet::time::Epoch;

/// Now.
pub fn now() -> Epoch {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Epoch(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
