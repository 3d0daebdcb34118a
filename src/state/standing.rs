//! What watching alone can tell of a problem whose beginning nobody knows: since when it has stood
//! at least.

use std::sync::Arc;

use foldhash::HashMap;
use serde::{Deserialize, Serialize};

use super::view::ProblemId;
use crate::fleet::record::NEAR;
use crate::fleet::time::Epoch;
use crate::judge::{Judged, Problem};

/// So long the first look takes at most, seconds: what is found while it lasts may be as old as
/// can be, and what is not yet found again may stand all the same.
const LOOKING: i64 = 60;

/// So many problems are remembered from one run to the next, those that stand longest.
const MOST: usize = 10_000;

/// When one problem was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sight {
    /// When it was first seen, of the time through which it was watched without a gap.
    first: Epoch,
    /// When it was first seen before that, in watches between which nobody looked: it stood at the
    /// end of each and at the beginning of the next.
    before: Option<Epoch>,
}

/// What is remembered of one problem from one run to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// What kind, as spelled.
    pub code: Box<str>,
    /// About what, as spelled.
    pub subject: Box<str>,
    /// What within the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<str>>,
    /// When it was first seen, of the time through which it was watched without a gap.
    pub first: Epoch,
    /// When it was first seen before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Epoch>,
    /// When it was last judged to stand.
    pub seen: Epoch,
}

impl Stood {
    fn of(id: &ProblemId, sight: Sight, seen: Epoch) -> Self {
        let (code, subject, detail) = spelled(id);
        Self { code, subject, detail, first: sight.first, before: sight.before, seen }
    }
}

type Spelled = (Box<str>, Box<str>, Option<Box<str>>);

fn spelled(id: &ProblemId) -> Spelled {
    (id.code.as_str().into(), id.subject.spelled().into(), id.detail.as_deref().map(Into::into))
}

/// When each problem that does not know its beginning was first judged to stand, of those that
/// have stood in every judgement since.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// When the watch that has no gap began.
    began: Option<Epoch>,
    /// When the last judgement was taken.
    taken: Option<Epoch>,
    sights: HashMap<ProblemId, Sight>,
    /// What stood when an earlier run ended, until the first look is over.
    remembered: Arc<HashMap<Spelled, Stood>>,
}

impl Standing {
    /// Goes on from what an earlier run saw.
    pub fn remembering(stood: Vec<Stood>) -> Self {
        let keyed = |stood: Stood| {
            let key = (stood.code.clone(), stood.subject.clone(), stood.detail.clone());
            (key, stood)
        };
        let remembered = Arc::new(stood.into_iter().take(MOST).map(keyed).collect());
        Self { remembered, ..Self::default() }
    }

    /// How it is after one more judgement. What does not stand in it is over: should it come back,
    /// it begins anew. So does what stands again after a time without a look, in which it may have
    /// been over.
    #[must_use]
    pub fn after(&self, judged: &Judged) -> Self {
        let now = judged.taken;
        let is_near = |then: Epoch| now.since(then) <= NEAR;
        let goes_on = self.taken.is_none_or(is_near);
        // A clock that was set back must not make anything begin in the future.
        let began = self.began.filter(|_| goes_on).map_or(now, |began| began.min(now));
        let is_settled = now.since(began) >= LOOKING;
        let known = |id: &ProblemId| {
            let seen = self.sights.get(id).map(|sight| (*sight, goes_on));
            seen.or_else(|| {
                let stood =
                    (!self.remembered.is_empty()).then(|| self.remembered.get(&spelled(id)));
                let stood = stood.flatten()?;
                let sight = Sight { first: stood.first, before: stood.before };
                Some((sight, is_near(stood.seen)))
            })
        };
        let all = judged.problems.iter().chain(&judged.notices);
        let sights = all
            .filter(|problem| problem.since.is_none())
            .map(ProblemId::of)
            .map(|id| {
                let sight = match known(&id) {
                    None => Sight { first: now, before: None },
                    Some((Sight { first, before }, true)) => {
                        Sight { first: first.min(now), before: before.filter(|at| *at < now) }
                    }
                    Some((Sight { first, before }, false)) => {
                        let before = Some(before.unwrap_or(first)).filter(|at| *at < now);
                        Sight { first: now, before }
                    }
                };
                (id, sight)
            })
            .collect();
        let remembered = if is_settled { Arc::default() } else { self.remembered.clone() };
        Self { began: Some(began), taken: Some(now), sights, remembered }
    }

    /// What the next run is to remember, what stands longest first.
    pub fn to_remember(&self) -> Vec<Stood> {
        let Some(taken) = self.taken else { return self.remembered.values().cloned().collect() };
        let mut all: HashMap<Spelled, Stood> = (*self.remembered).clone();
        all.extend(
            self.sights.iter().map(|(id, sight)| (spelled(id), Stood::of(id, *sight, taken))),
        );
        let mut all: Vec<_> = all.into_values().collect();
        let key = |stood: &Stood| (stood.before.unwrap_or(stood.first), stood.first);
        all.sort_by(|a, b| {
            let names = |stood: &'_ Stood| (stood.code.clone(), stood.subject.clone());
            key(a).cmp(&key(b)).then_with(|| names(a).cmp(&names(b)))
        });
        all.truncate(MOST);
        all
    }

    /// When a problem was first seen.
    pub(crate) fn first(&self, problem: &Problem) -> Option<Epoch> {
        self.sights.get(&ProblemId::of(problem)).map(|sight| sight.first)
    }

    /// When a problem was first seen in watches before this one, where there were any with a gap
    /// between them and this one.
    pub(crate) fn before(&self, problem: &Problem) -> Option<Epoch> {
        self.sights.get(&ProblemId::of(problem))?.before
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
    use proptest::prelude::*;

    use super::{LOOKING, MOST, NEAR, Standing, Stood};
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

    /// The same after the program ended and another was started.
    fn restarted(standing: &Standing) -> Standing {
        let kept = serde_json::to_string(&standing.to_remember()).unwrap();
        Standing::remembering(serde_json::from_str(&kept).unwrap())
    }

    #[test]
    fn a_restart_forgets_nothing_that_stands_again_soon() {
        let late = problem(Code::BackupLate, Severity::Warning, 1);
        let other = problem(Code::BackupLate, Severity::Warning, 2);
        let before = Standing::default().after(&at(0, vec![late.clone(), other.clone()]));
        // Another minute, and the program is started anew; the first judgement does not hold it yet.
        let again = restarted(&before.after(&at(100, vec![late.clone(), other.clone()])));
        let looked = again.after(&at(130, vec![other.clone()]));
        assert_eq!((looked.first(&other), looked.first(&late)), (Some(NOW), None));
        // A look that was short forgets as little.
        let looked = restarted(&looked).after(&at(140, vec![late.clone()]));
        assert_eq!(looked.first(&late), Some(NOW));
        assert!(looked.tells(NOW) <= NOW.plus(140), "it is told at once");
        // Once the look is over, what was not found again is over.
        let over = looked.after(&at(140 + LOOKING, vec![other.clone()]));
        let back = over.after(&at(150 + LOOKING, vec![late.clone()]));
        assert_eq!(back.first(&late), Some(NOW.plus(150 + LOOKING)));
        assert!(restarted(&over).after(&at(300, vec![late.clone()])).first(&late) > Some(NOW));
    }

    #[test]
    fn what_stood_before_a_gap_in_the_watch_may_have_been_over_in_it() {
        let late = problem(Code::BackupLate, Severity::Warning, 1);
        let holds = |seconds| at(seconds, vec![late.clone()]);
        let first = Standing::default().after(&holds(0));
        let told = |standing: &Standing| (standing.first(&late), standing.before(&late));
        let near = first.after(&holds(NEAR));
        assert_eq!(told(&near), (Some(NOW), None));
        for later in [first.after(&holds(NEAR + 1)), restarted(&first).after(&holds(NEAR + 1))] {
            assert_eq!(told(&later), (Some(NOW.plus(NEAR + 1)), Some(NOW)));
            assert_eq!(later.tells(NOW.plus(NEAR + 1)), NOW.plus(NEAR + 1 + LOOKING));
            // A second gap: it was still first seen when it was.
            let later = restarted(&later).after(&holds(9 * NEAR));
            assert_eq!(told(&later), (Some(NOW.plus(9 * NEAR)), Some(NOW)));
        }
        // The clock was set back far: nothing began in the future.
        let back = restarted(&near).after(&holds(-9 * NEAR));
        assert_eq!(told(&back), (Some(NOW.minus(9 * NEAR)), None));
    }

    #[test]
    fn so_many_are_remembered_and_no_more() {
        let stood = |n: usize| Stood {
            code: "backup.late".into(),
            subject: format!("guest/fi/{n}").into(),
            detail: None,
            first: NOW.minus(i64::try_from(n).unwrap()),
            before: None,
            seen: NOW,
        };
        let standing = Standing::remembering((0..MOST + 5).map(stood).collect());
        assert_eq!(standing.to_remember().len(), MOST);
    }

    proptest! {
        /// Whenever the program is started anew, it never says that a problem stands longer than
        /// it would have said, had it gone on; nor less long, once the restarts are short.
        #[test]
        fn a_restart_changes_nothing_of_what_is_known(
            looks in proptest::collection::vec((1..2 * NEAR, any::<bool>(), any::<bool>()), 1..24),
        ) {
            let late = problem(Code::BackupLate, Severity::Warning, 1);
            let (mut on, mut anew, mut now) = (Standing::default(), Standing::default(), 0);
            for (step, stands, restarts) in looks {
                if restarts {
                    anew = restarted(&anew);
                }
                // Long enough after a start that the first look is over before something ends.
                for step in [0, LOOKING, step] {
                    now += step;
                    let judged = at(now, if stands { vec![late.clone()] } else { Vec::new() });
                    (on, anew) = (on.after(&judged), anew.after(&judged));
                }
                prop_assert_eq!(on.first(&late), anew.first(&late));
                prop_assert_eq!(on.before(&late), anew.before(&late));
                prop_assert!(on.before(&late) <= on.first(&late));
            }
        }
    }
}
