//! Keeps on disk when problems were first seen, so that the next start goes on from there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::memory::Memory;
use crate::state::Standing;

/// It is written at most this often.
const EVERY: Duration = Duration::from_secs(60);

/// The first time it is written this soon: a look that was short is remembered too.
const FIRST: Duration = Duration::from_secs(5);

/// What stands, and where that is kept. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Keeper(Option<Arc<Mutex<Kept>>>);

#[derive(Debug)]
struct Kept {
    memory: Memory,
    standing: Standing,
    /// When it is written next.
    next: Instant,
    /// Whether it was said that it cannot be.
    said: bool,
}

impl Keeper {
    /// Goes on from what is kept; without a memory nothing is.
    pub(super) fn new(memory: Option<&Memory>) -> Self {
        let kept = |memory: &Memory| {
            let stood = memory.standing().unwrap_or_else(|error| {
                tracing::warn!(%error, "when problems were first seen is not known");
                Vec::new()
            });
            Kept {
                memory: memory.clone(),
                standing: Standing::remembering(stood),
                next: Instant::now() + FIRST,
                said: false,
            }
        };
        Self(memory.map(|memory| Arc::new(Mutex::new(kept(memory)))))
    }

    /// What stands as far as known.
    pub(super) fn standing(&self) -> Standing {
        self.with(|kept| kept.standing.clone()).unwrap_or_default()
    }

    /// Takes a judgement of all sites, and writes now and then: on the thread that judges, which
    /// keeps no screen waiting.
    pub(super) fn note(&self, judged: &Judged) {
        self.with(|kept| {
            kept.standing = kept.standing.after(judged);
            if Instant::now() >= kept.next {
                kept.write(judged.taken);
            }
        });
    }

    /// Writes the last that is known.
    pub(super) fn finish(&self, now: Epoch) {
        self.with(|kept| kept.write(now));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let kept = self.0.as_ref()?;
        // Whoever broke while holding it left a whole standing behind.
        Some(work(&mut kept.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Kept {
    fn write(&mut self, now: Epoch) {
        self.next = Instant::now() + EVERY;
        match self.memory.save_standing(&self.standing.to_remember(), now) {
            Ok(()) => self.said = false,
            Err(error) if !self.said => {
                self.said = true;
                tracing::warn!(%error, "when problems were first seen cannot be kept on disk");
            }
            Err(_) => {}
        }
    }
}
