//! Data come in.

use std::sync::Arc;

use super::Effects;
use crate::fleet::survey::Survey;
use crate::state::{Digest, State};

/// A source was polled. The screen follows once the fleet is judged.
pub(super) fn surveyed(state: &mut State, survey: Arc<Survey>) -> Effects {
    let fleet = match &mut state.frozen {
        Some(frozen) => &mut frozen.fleet,
        None => &mut state.fleet,
    };
    // A survey of a source that is not configured is nobody's.
    let judge = fleet.take(survey);
    Effects { judge, ..Effects::NONE }
}

/// The fleet was judged.
pub(super) fn judged(state: &mut State, digest: Digest) -> Effects {
    if let Some(frozen) = &mut state.frozen {
        frozen.digest = digest.after(&frozen.digest);
        return Effects::NONE;
    }
    state.take(digest);
    Effects::DRAW
}
