//! One look at everything, for the commands that print and leave.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::beside;
use super::fleet::Start;
use crate::clock;
use crate::fleet::site::Fleet;
use crate::judge::{Judged, judge};
use crate::poll::fleet::sweep;

/// The default patience is this and half a second more per source.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was known last, judged now; nothing is asked.
pub fn remembered(start: &Start) -> (Judged, Fleet) {
    let judged = judge(&start.fleet, clock::now()).only(&start.shown);
    (judged, start.fleet.clone())
}

/// Looks at every source once, keeps what it saw, and judges; that it cannot be kept is said beside.
/// `timeout` in seconds.
///
/// # Errors
/// When the system refuses what polling needs; never because of what the servers say.
pub fn look(start: Start, timeout: Option<u64>) -> io::Result<(Judged, Fleet)> {
    let Start { shown, mut fleet, subjects, tongue, env, memory, demo, .. } = start;
    let sources = u32::try_from(subjects.len()).unwrap_or(u32::MAX);
    let patience = timeout.map_or_else(
        || PATIENCE + (Duration::from_millis(500)).saturating_mul(sources),
        Duration::from_secs,
    );
    let surveys = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(sweep(subjects, env, patience));
    let now = clock::now();
    for survey in surveys {
        let survey = Arc::new(survey);
        if let Some(memory) = &memory
            && let Err(error) = memory.save(&survey, now)
        {
            memory.note(Some(error), now);
        }
        fleet.take(survey);
    }
    drop(demo);
    beside::say_what_is_not_kept(memory.as_ref(), tongue);
    let judged = judge(&fleet, now).only(&shown);
    Ok((judged, fleet))
}
