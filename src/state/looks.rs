//! What was seen of what is looked at: asked while it is on the screen, kept a while after.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fleet::look::{Ask, Look, Looked, Seen};
use crate::fleet::part::Part;
use crate::fleet::time::Epoch;

/// The most that is kept: of more, what was not looked at for the longest time goes.
const MOST: usize = 24;

/// The most logs among them; each is up to a few megabytes.
const LOGS: usize = 4;

/// An answer that has not come after so many seconds was lost on its way.
const LOST: i64 = 60;

/// What failed is not tried again before so many seconds.
const AGAIN: i64 = 15;

/// Something on the screen that has to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// What.
    pub look: Look,
    /// How often it is asked anew while it is shown, seconds; none where it changes no more.
    pub every: Option<u32>,
}

impl Want {
    /// Seconds between two looks at a log that grows.
    pub const FOLLOW: u32 = 2;
    /// Seconds between two looks at a history: it has a point a minute.
    pub const HISTORY: u32 = 60;

    /// A history, asked anew as often as it has a new point.
    pub fn history(look: Look) -> Self {
        Self { look, every: Some(Self::HISTORY) }
    }
}

/// What is known of one look.
#[derive(Clone, Debug)]
struct Glance {
    part: Part<Seen>,
    /// When it was asked; none once it was answered.
    asked: Option<Epoch>,
    /// When it was last on the screen.
    shown: Epoch,
    /// The user wishes it now.
    hurried: bool,
}

/// What was seen, by what was looked at.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    glances: BTreeMap<Look, Glance>,
}

impl Looks {
    /// What is known of a look: none when it was never on the screen. The part knows the call,
    /// its age, and what went wrong.
    pub fn get(&self, look: &Look) -> Option<&Part<Seen>> {
        self.glances.get(look).map(|glance| &glance.part)
    }

    /// Whether an answer is waited for.
    pub fn is_asked(&self, look: &Look) -> bool {
        self.glances.get(look).is_some_and(|glance| glance.asked.is_some())
    }

    /// What of all that is `wanted` is to be asked at `now`. While `still` (the screen is
    /// frozen), only what was never answered.
    pub(crate) fn due(&mut self, wanted: &[Want], now: Epoch, still: bool) -> Vec<Ask> {
        let mut asks = Vec::new();
        for want in wanted {
            let glance = self.glances.entry(want.look.clone()).or_insert_with(|| Glance {
                part: Part::new(want.look.to_string(), want.every.unwrap_or(0)),
                asked: None,
                shown: now,
                hurried: false,
            });
            glance.shown = now;
            if glance.is_due(want, now, still) {
                glance.asked = Some(now);
                glance.hurried = false;
                asks.push(Ask { look: want.look.clone(), skip: glance.known(&want.look) });
            }
        }
        self.tidy(wanted);
        asks
    }

    /// The user wishes all this to be asked now.
    pub(crate) fn hurry(&mut self, wanted: &[Want]) {
        for want in wanted {
            if let Some(glance) = self.glances.get_mut(&want.look) {
                glance.hurried = true;
            }
        }
    }

    /// Nobody was there to take the question: it is asked again.
    pub(crate) fn unasked(&mut self, look: &Look) {
        if let Some(glance) = self.glances.get_mut(look) {
            glance.asked = None;
        }
    }

    /// Takes in an answer; whether something reads differently now.
    pub(crate) fn answered(&mut self, looked: Looked) -> bool {
        let Looked { ask, at, answer } = looked;
        let Some(glance) = self.glances.get_mut(&ask.look) else { return false };
        glance.asked = None;
        let before = glance.part.clone();
        glance.part = match answer {
            Ok(Seen::Log(piece)) => {
                let mut log = match before.known() {
                    Some(Seen::Log(log)) => log.clone(),
                    _ => crate::fleet::look::Log::default(),
                };
                log.extend(piece);
                before.answered(Seen::Log(log), at)
            }
            Ok(seen) => before.answered(seen, at),
            Err(outcome) => before.failed(outcome, at),
        };
        let after = &mut glance.part;
        // What did not change stays the same thing, so that nobody has to compare it again.
        if before.value.is_some() && before.value == after.value {
            after.value.clone_from(&before.value);
        }
        before.outcome != after.outcome
            || match (&before.value, &after.value) {
                (Some(before), Some(after)) => !Arc::ptr_eq(before, after),
                (before, after) => before.is_some() != after.is_some(),
            }
    }

    /// Forgets what was not looked at for the longest time, never what is on the screen.
    fn tidy(&mut self, wanted: &[Want]) {
        while let Some(oldest) = self.too_much(LOGS, Look::is_log, wanted) {
            self.glances.remove(&oldest);
        }
        while let Some(oldest) = self.too_much(MOST, |_| true, wanted) {
            self.glances.remove(&oldest);
        }
    }

    /// The one to go when there are more than so many of a kind.
    fn too_much(&self, most: usize, of: impl Fn(&Look) -> bool, wanted: &[Want]) -> Option<Look> {
        let kind = || self.glances.iter().filter(|(look, _)| of(look));
        if kind().count() <= most {
            return None;
        }
        let is_wanted = |look: &Look| wanted.iter().any(|want| want.look == *look);
        let free = kind().filter(|(look, _)| !is_wanted(look));
        free.min_by_key(|(_, glance)| glance.shown).map(|(look, _)| look.clone())
    }
}

impl Glance {
    fn is_due(&self, want: &Want, now: Epoch, still: bool) -> bool {
        // A clock that was set back makes every wait one that is over.
        let rested = |at: Epoch, seconds: i64| !(0..seconds).contains(&now.since(at));
        if self.asked.is_some_and(|at| !rested(at, LOST)) {
            return false;
        }
        let Some(tried) = self.part.tried else { return true };
        if still && self.part.was_answered() {
            return false;
        }
        if self.hurried {
            return true;
        }
        if self.part.is_failing() {
            let wait = want.every.map_or(AGAIN, |every| i64::from(every).max(AGAIN));
            return rested(tried, wait);
        }
        // The rest of a long log comes page by page.
        if let Some(Seen::Log(log)) = self.part.known()
            && log.has_more()
        {
            return rested(tried, 1);
        }
        want.every.is_some_and(|every| rested(tried, i64::from(every)))
    }

    /// Lines of a log that need not be sent again. The log of a replication job is written anew by
    /// each run, which may have as many lines as the one before: once read to its end, it is read
    /// from its first line again.
    fn known(&self, look: &Look) -> u64 {
        match self.part.known() {
            Some(Seen::Log(log)) if log.has_more() || !look.begins_anew() => log.known(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, LOGS, LOST, Looks, MOST, Want};
    use crate::fleet::look::{Ask, Frame, Log, Look, Looked, Seen};
    use crate::fleet::part::{Cause, CauseKind, Outcome, PartState};
    use crate::fleet::time::Epoch;

    fn log(upid: &str) -> Look {
        Look::TaskLog { source: "fi".into(), node: "fi1".into(), upid: upid.into() }
    }

    fn history(store: &str) -> Look {
        Look::StoreHistory { source: "pbs".into(), store: store.into(), frame: Frame::Month }
    }

    fn follow() -> Want {
        Want { look: log("a"), every: Some(Want::FOLLOW) }
    }

    fn lines(skipped: u64, lines: &[&str], total: u64) -> Seen {
        Seen::Log(Log { skipped, lines: lines.iter().map(|l| (*l).into()).collect(), total })
    }

    fn answer(looks: &mut Looks, look: &Look, at: i64, seen: Seen) -> bool {
        let ask = Ask { look: look.clone(), skip: 0 };
        looks.answered(Looked { ask, at: Epoch(at), answer: Ok(seen) })
    }

    #[test]
    fn a_log_that_grows_is_followed_from_its_last_line() {
        let (mut looks, want) = (Looks::default(), [follow()]);
        let due = |looks: &mut Looks, at| {
            looks.due(&want, Epoch(at), false).iter().map(|ask| ask.skip).collect::<Vec<_>>()
        };
        assert_eq!(due(&mut looks, 100), [0]);
        assert!(looks.is_asked(&log("a")));
        assert!(due(&mut looks, 101).is_empty(), "its answer is waited for");
        assert!(answer(&mut looks, &log("a"), 101, lines(0, &["x", "y"], 2)));
        assert!(due(&mut looks, 102).is_empty());
        assert_eq!(due(&mut looks, 103), [1]);
        assert!(!answer(&mut looks, &log("a"), 103, lines(1, &["y"], 2)), "nothing new");
        assert_eq!(due(&mut looks, 105), [1]);
        assert!(answer(&mut looks, &log("a"), 105, lines(1, &["y", "z"], 3)));
        let part = looks.get(&log("a")).unwrap();
        assert_eq!(part.known(), Some(&lines(0, &["x", "y", "z"], 3)));
        assert_eq!(part.seen, Some(Epoch(105)));
    }

    #[test]
    fn the_log_of_another_run_is_not_mixed_with_the_old_one() {
        let job =
            Look::ReplicationLog { source: "fi".into(), node: "fi1".into(), job: "1-0".into() };
        let (mut looks, want) = (Looks::default(), [Want { look: job.clone(), every: Some(30) }]);
        let due = |looks: &mut Looks, at| {
            looks.due(&want, Epoch(at), false).iter().map(|ask| ask.skip).collect::<Vec<_>>()
        };
        assert_eq!(due(&mut looks, 0), [0]);
        answer(&mut looks, &job, 0, lines(0, &["run 1", "ok"], 3));
        assert_eq!(due(&mut looks, 1), [1], "the rest of a long one");
        answer(&mut looks, &job, 1, lines(1, &["ok", "end 1"], 3));
        assert_eq!(due(&mut looks, 31), [0]);
        assert!(answer(&mut looks, &job, 31, lines(0, &["run 2", "ok", "end 2"], 3)));
        let seen = lines(0, &["run 2", "ok", "end 2"], 3);
        assert_eq!(looks.get(&job).unwrap().known(), Some(&seen));
        // It was written anew between two of its pages.
        answer(&mut looks, &job, 61, lines(0, &["run 3", "b", "c"], 4));
        answer(&mut looks, &job, 62, lines(2, &[], 1));
        assert_eq!(due(&mut looks, 63), [0]);
    }

    #[test]
    fn the_rest_of_a_long_log_is_fetched_though_it_changes_no_more() {
        let mut looks = Looks::default();
        let want = [Want { look: log("a"), every: None }];
        assert_eq!(looks.due(&want, Epoch(100), false).len(), 1);
        answer(&mut looks, &log("a"), 100, lines(0, &["x", "y"], 3));
        assert_eq!(looks.due(&want, Epoch(101), false).len(), 1);
        answer(&mut looks, &log("a"), 101, lines(1, &["y", "z"], 3));
        assert!(looks.due(&want, Epoch(10_000), false).is_empty());
        looks.hurry(&want);
        assert_eq!(looks.due(&want, Epoch(10_000), false).len(), 1, "unless it is wished");
    }

    #[test]
    fn a_failure_keeps_what_was_seen_and_waits() {
        let (mut looks, want) = (Looks::default(), [follow()]);
        looks.due(&want, Epoch(100), false);
        answer(&mut looks, &log("a"), 100, lines(0, &["x"], 1));
        looks.due(&want, Epoch(102), false);
        let cause = Cause { kind: CauseKind::Timeout, text: "no answer in 10 s".into() };
        let failed = Looked {
            ask: Ask { look: log("a"), skip: 0 },
            at: Epoch(112),
            answer: Err(Outcome::Failed(cause)),
        };
        assert!(looks.answered(failed.clone()));
        assert!(!looks.answered(failed), "the same words again change nothing");
        let part = looks.get(&log("a")).unwrap();
        assert_eq!((part.known(), part.seen), (Some(&lines(0, &["x"], 1)), Some(Epoch(100))));
        assert_eq!(part.state(Epoch(112)), PartState::Failed);
        assert!(looks.due(&want, Epoch(112 + AGAIN - 1), false).is_empty());
        assert_eq!(looks.due(&want, Epoch(112 + AGAIN), false).len(), 1);
    }

    #[test]
    fn an_answer_that_is_lost_is_asked_for_again() {
        let (mut looks, want) = (Looks::default(), [follow()]);
        looks.due(&want, Epoch(100), false);
        assert!(looks.due(&want, Epoch(100 + LOST - 1), false).is_empty());
        assert_eq!(looks.due(&want, Epoch(100 + LOST), false).len(), 1);
        looks.unasked(&log("a"));
        assert_eq!(looks.due(&want, Epoch(100 + LOST), false).len(), 1, "nobody took it");
        assert_eq!(looks.due(&want, Epoch(5), false).len(), 1, "the clock was set back");
    }

    #[test]
    fn a_frozen_screen_asks_only_for_what_it_never_saw() {
        let (mut looks, want) = (Looks::default(), [follow()]);
        assert_eq!(looks.due(&want, Epoch(100), true).len(), 1);
        answer(&mut looks, &log("a"), 100, lines(0, &["x"], 1));
        assert!(looks.due(&want, Epoch(900), true).is_empty());
        assert_eq!(looks.due(&want, Epoch(900), false).len(), 1);
    }

    #[test]
    fn what_was_not_looked_at_for_long_is_forgotten() {
        let mut looks = Looks::default();
        for at in 0..60_i64 {
            looks.due(&[Want::history(history(&format!("s{at}")))], Epoch(at), false);
            looks.due(&[Want { look: log(&at.to_string()), every: None }], Epoch(at), false);
        }
        let of = |logs| looks.glances.keys().filter(|look| look.is_log() == logs).count();
        assert_eq!((of(true), of(false)), (LOGS, MOST - LOGS));
        assert!(looks.get(&history("s59")).is_some() && looks.get(&history("s0")).is_none());
        let stranger = history("s0");
        assert!(!answer(&mut looks, &stranger, 99, Seen::Store(Vec::new())));
    }
}
