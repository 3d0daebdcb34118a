//! What is asked while somebody looks: answered at once.

use super::{Mood, NOW};
use crate::fleet::host::{LoadHistory, LoadPoint, Usage};
use crate::fleet::look::{Ask, Frame, GuestPoint, Look, Looked, Seen, StorePoint};
use crate::fleet::part::Outcome;
use crate::state::State;
use crate::update::{Event, update};

/// Answers every history that the page that is shown wants; logs are told by their own tests.
pub(super) fn answer(state: &mut State, mood: Mood) {
    if state.has_log(&state.page().view) {
        return;
    }
    let asked = update(state, Event::Clock(state.now)).looks;
    for ask in asked {
        let answer = match mood {
            Mood::Denied => Err(Outcome::Denied("Permission check failed".into())),
            // The answer is still on its way.
            Mood::Stale => continue,
            _ => match seen(&ask.look) {
                Some(seen) => Ok(seen),
                None => continue,
            },
        };
        let ask = Ask { look: ask.look, skip: 0 };
        update(state, Event::Looked(Looked { ask, at: NOW.minus(3), answer }));
    }
}

/// Times of a frame with a point per step, oldest first, and how far each is through it, 0..=1.
fn times(frame: Frame) -> impl Iterator<Item = (i64, f64)> {
    let step = if frame == Frame::Month { 1800 } else { 60 };
    let count = frame.seconds() / step;
    (0..count).map(move |i| ((count - 1 - i) * step, i as f64 / (count - 1) as f64))
}

/// Between 0 and 1, so many waves in all.
fn wave(at: f64, waves: f64) -> f64 {
    (at * waves * std::f64::consts::TAU).sin() * 0.5 + 0.5
}

fn seen(look: &Look) -> Option<Seen> {
    Some(match look {
        Look::NodeHistory { frame, .. } => {
            let point = |(ago, at): (i64, f64)| {
                // For a while nothing was measured.
                let known = !(0.30..0.40).contains(&at);
                let of = |value: f64| known.then_some(value);
                LoadPoint {
                    time: NOW.minus(ago),
                    cpu: of(0.1 + 0.7 * wave(at, 3.0) * at),
                    iowait: of(0.04 * wave(at, 9.0)),
                    memory: of(0.5 + 0.2 * at),
                    swap: None,
                    load: of(1.0 + 18.0 * wave(at, 3.0) * at),
                }
            };
            Seen::Load(LoadHistory { points: times(*frame).map(point).collect() })
        }
        Look::GuestHistory { frame, .. } => {
            let point = |(ago, at): (i64, f64)| GuestPoint {
                time: NOW.minus(ago),
                cpu: Some(0.05 + 0.4 * wave(at, 5.0)),
                memory: Some(0.34 + 0.06 * wave(at, 2.0)),
                disk_read: Some(80_000.0 * wave(at, 7.0)),
                disk_write: Some(0.0),
                net_in: Some(2_000_000.0 * at),
                net_out: None,
            };
            Seen::Guest(times(*frame).map(point).collect())
        }
        Look::StoreHistory { frame, .. } => {
            let point = |(ago, at): (i64, f64)| StorePoint {
                time: NOW.minus(ago),
                usage: Some(Usage { used: (600.0 + 310.0 * at) as u64, total: 1000 }),
                read: Some(1_000_000.0 * wave(at, 30.0)),
                write: Some(9_000_000.0 * wave(at, 30.0)),
            };
            Seen::Store(times(*frame).map(point).collect())
        }
        Look::TaskLog { .. } | Look::ReplicationLog { .. } => return None,
    })
}
