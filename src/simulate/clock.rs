//! What time it is in the simulated federation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock all simulated servers share; clones tell the same time.
#[derive(Clone, Debug)]
pub struct SimClock(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Real,
    Fixed(Arc<AtomicI64>),
}

impl SimClock {
    /// The time of this machine.
    pub fn real() -> Self {
        Self(Inner::Real)
    }

    /// Stands at `now` (seconds since 1970, UTC) until [`set`](Self::set) or
    /// [`advance`](Self::advance).
    pub fn fixed(now: i64) -> Self {
        Self(Inner::Fixed(Arc::new(AtomicI64::new(now))))
    }

    /// Seconds since 1970, UTC.
    pub fn now(&self) -> i64 {
        match &self.0 {
            Inner::Real => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
            Inner::Fixed(now) => now.load(Ordering::Relaxed),
        }
    }

    /// Puts a fixed clock to `now`; the real one is not moved.
    pub fn set(&self, now: i64) {
        if let Inner::Fixed(cell) = &self.0 {
            cell.store(now, Ordering::Relaxed);
        }
    }

    /// Moves a fixed clock forward by `seconds`.
    pub fn advance(&self, seconds: i64) {
        if let Inner::Fixed(cell) = &self.0 {
            cell.fetch_add(seconds, Ordering::Relaxed);
        }
    }
}
