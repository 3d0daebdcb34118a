//! What watching alone can tell of a problem whose beginning nobody knows: since when it has stood
//! at least.

use foldhash::HashMap;

use super::view::ProblemId;
use crate::fleet::time::Epoch;
use crate::judge::{Judged, Problem};

/// So long the first look takes at most, seconds: what is found while it lasts may be as old as
/// can be.
const LOOKING: i64 = 60;

/// When each problem that does not know its beginning was first judged to stand, of those that
/// have stood in every judgement since.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// When the first judgement was taken.
    began: Option<Epoch>,
    first: HashMap<ProblemId, Epoch>,
}

impl Standing {
    /// How it is after one more judgement. What does not stand in it is over: should it come back,
    /// it begins anew.
    #[must_use]
    pub(crate) fn after(&self, judged: &Judged) -> Self {
        let all = judged.problems.iter().chain(&judged.notices);
        let first = all
            .filter(|problem| problem.since.is_none())
            .map(ProblemId::of)
            .map(|id| {
                let first = self.first.get(&id).copied().unwrap_or(judged.taken);
                // A clock that was set back must not make it begin in the future.
                (id, first.min(judged.taken))
            })
            .collect();
        let began = self.began.map_or(judged.taken, |began| began.min(judged.taken));
        Self { began: Some(began), first }
    }

    /// When a problem was first seen.
    pub(crate) fn first(&self, problem: &Problem) -> Option<Epoch> {
        self.first.get(&ProblemId::of(problem)).copied()
    }

    /// From when on it says something that it was first seen at `first`: at once of what came up
    /// while we watched, and after a minute of what was found when we began to.
    pub(crate) fn tells(&self, first: Epoch) -> Epoch {
        let watched = self.began.is_some_and(|began| first.since(began) >= LOOKING);
        if watched { first } else { first.plus(LOOKING) }
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;
    use crate::fleet::code::Code;
    use crate::fleet::time::Epoch;
    use crate::judge::{Judged, Problem, Severity};
    use crate::state::samples::{NOW, judged, problem};

    fn at(seconds: i64, problems: Vec<Problem>) -> Judged {
        Judged { taken: NOW.plus(seconds), ..Judged::clone(&judged(Vec::new(), problems)) }
    }

    #[test]
    fn a_problem_stands_at_least_since_it_was_first_seen_without_a_break() {
        let late = problem(Code::BackupLate, Severity::Warning, 1);
        let mut standing = Standing::default();
        let mut first = |seconds, problems: &[&Problem]| -> Option<Epoch> {
            let judged = at(seconds, problems.iter().map(|p| (*p).clone()).collect());
            standing = standing.after(&judged);
            standing.first(&late)
        };
        assert_eq!(first(0, &[]), None);
        assert_eq!(first(10, &[&late]), Some(NOW.plus(10)));
        // It grows worse, and is the same.
        let worse = Problem { severity: Severity::Critical, ..late.clone() };
        assert_eq!(first(20, &[&worse]), Some(NOW.plus(10)));
        // Another one is another one.
        let other = Problem { detail: Some("scsi1".into()), ..late.clone() };
        assert_eq!(first(30, &[&other, &late]), Some(NOW.plus(10)));
        assert_eq!(first(40, &[&other]), None, "over");
        assert_eq!(first(50, &[&late]), Some(NOW.plus(50)), "begun anew");
        assert_eq!(first(5, &[&late]), Some(NOW.plus(5)), "the clock was set back");
        // Whose beginning is known needs no guess.
        let known = Problem { since: Some(NOW), ..late.clone() };
        assert_eq!(first(60, &[&known]), None);
    }

    #[test]
    fn what_comes_up_while_watching_has_an_age_at_once() {
        let mut standing = Standing::default();
        assert_eq!(standing.tells(NOW), NOW.plus(60), "nothing was ever judged");
        standing = standing.after(&at(0, Vec::new())).after(&at(5, Vec::new()));
        for (first, tells) in [(0, 60), (59, 119), (60, 60), (3600, 3600)] {
            assert_eq!(standing.tells(NOW.plus(first)), NOW.plus(tells), "first seen at {first}");
        }
        standing = standing.after(&at(-100, Vec::new()));
        assert_eq!(standing.tells(NOW), NOW, "the clock was set back");
    }
}
