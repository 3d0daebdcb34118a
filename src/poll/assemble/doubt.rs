//! Lists that came back with less than before. Both products leave out what a token may not see
//! and say 200: whether things are gone or rights are is told by the rights, read again.

use crate::fleet::part::{Outcome, Part};
use crate::fleet::rights::Rights;
use crate::fleet::time::Epoch;

/// Decides about a list of `part`, seen at `at`, that holds suspiciously less than what is known.
/// Whether it is doubted: then what was known stays, denied, and rights and list are due at once,
/// the rights first. A list that stays so is believed when the rights read since allow to see what
/// it holds; else it waits for its turn, so that nothing is asked over and over.
pub(super) fn doubt<T>(
    part: &mut Part<T>,
    rights: &mut Part<Rights>,
    may_see: impl FnOnce(&Rights) -> bool,
    at: Epoch,
) -> bool {
    let was_doubted = part.is_doubted();
    let is_told = was_doubted && rights.tried.is_some() && !rights.is_failing();
    if is_told && rights.known().is_some_and(may_see) {
        return false;
    }
    *part = part.failed(Outcome::doubted(), at);
    if !was_doubted {
        part.tried = None;
    }
    if !is_told {
        rights.tried = None;
    }
    true
}

/// The same for a list of which only being emptied is suspicious.
pub(super) fn doubt_emptied<T>(
    part: &mut Part<Vec<T>>,
    new: &[T],
    rights: &mut Part<Rights>,
    may_see: impl FnOnce(&Rights) -> bool,
    at: Epoch,
) -> bool {
    let is_emptied = new.is_empty() && part.known().is_some_and(|old| !old.is_empty());
    is_emptied && doubt(part, rights, may_see, at)
}

/// The same for a list of things that seldom go, here `vanished` of them: with the right to see
/// them all, one that goes is doubted too, for the right may have gone. Without, such a list
/// proves nothing of what it leaves out, and none but an emptied one is doubted.
pub(super) fn doubt_vanished<T>(
    part: &mut Part<Vec<T>>,
    new: &[T],
    rights: &mut Part<Rights>,
    may_see: impl Fn(&Rights) -> bool,
    at: Epoch,
    vanished: impl Fn(&T) -> bool,
) -> bool {
    let sees_all = rights.known().is_some_and(&may_see);
    let lacks = part.known().is_some_and(|old| {
        (new.is_empty() && !old.is_empty()) || (sees_all && old.iter().any(vanished))
    });
    lacks && doubt(part, rights, may_see, at)
}
