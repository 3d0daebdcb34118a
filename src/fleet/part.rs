//! A part: one piece of a survey with its own observation time and state.
//!
//! A part has no `Default` that would pass for knowledge: what was not asked says so, and what
//! failed keeps the value it had, with its age.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::time::Epoch;

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What kind of failure it was.
    pub kind: CauseKind,
    /// The server's or the library's own words, cleaned.
    pub text: Arc<str>,
}

/// The kinds of failure of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    /// The call reached nobody (see the link for the layer).
    Unreachable,
    /// The certificate is not trusted.
    Untrusted,
    /// 401.
    Unauthorized,
    /// An HTTP error with this code.
    Status(u16),
    /// No answer in time.
    Timeout,
    /// The answer ended too early.
    Cut,
    /// The answer is not what the API promises.
    Malformed,
    /// The answer is larger than the limit.
    TooLarge,
    /// Not reached in this sweep before its time was over.
    OutOfTime,
    /// Our own poller broke: a defect of this program.
    Broken,
}

/// What became of the last attempt to read a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Never asked.
    NotAsked,
    /// Answered and understood.
    Fine,
    /// Answered by a refusal that means absence: an endpoint newer than the server, no ZFS, no
    /// cluster. That is knowledge.
    Absent,
    /// 403: the text names what is missing.
    Denied(Arc<str>),
    /// Anything else that went wrong.
    Failed(Cause),
}

/// What is said of a list that came back with less than before.
const DOUBTED: &str = "the list came back shorter, and the rights do not explain it";

impl Outcome {
    /// A list that came back with less than before, before the rights explain it.
    pub fn doubted() -> Self {
        Self::Denied(DOUBTED.into())
    }
}

/// One piece of a survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part<T> {
    /// The call that reads it, as evidence: `/cluster/resources`.
    pub call: Arc<str>,
    /// The last value understood, however old.
    pub value: Option<Arc<T>>,
    /// When that value was observed (answer received), our clock.
    pub seen: Option<Epoch>,
    /// When it was last tried, our clock.
    pub tried: Option<Epoch>,
    /// What became of the last try.
    pub outcome: Outcome,
    /// How often it is read, seconds; a live value older than three of these proves nothing.
    pub every: u32,
}

/// The state of a part at some time, as the report says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartState {
    /// The last try was understood, not longer ago than three rounds.
    Fresh,
    /// The last value is older than three rounds.
    Stale,
    /// 403.
    Denied,
    /// The last try failed.
    Failed,
    /// Never tried.
    NotAsked,
}

/// How far ahead of us something may have been seen, seconds: threads read the clock one after
/// the other. What is further ahead was seen before the clock was set back, nobody knows when.
const AHEAD: i64 = 60;

/// Whether what was seen at `seen` and is read `every` so many seconds still tells of `now`: for
/// three of its rounds.
pub fn is_young(seen: Epoch, every: u32, now: Epoch) -> bool {
    (-AHEAD..=i64::from(every) * 3).contains(&now.since(seen))
}

impl<T> Part<T> {
    /// A part that was never asked.
    pub fn new(call: impl Into<Arc<str>>, every: u32) -> Self {
        Self {
            call: call.into(),
            value: None,
            seen: None,
            tried: None,
            outcome: Outcome::NotAsked,
            every,
        }
    }

    /// This part after an answer was understood at `at`.
    #[must_use]
    pub fn answered(&self, value: T, at: Epoch) -> Self {
        Self {
            call: self.call.clone(),
            value: Some(Arc::new(value)),
            seen: Some(at),
            tried: Some(at),
            outcome: Outcome::Fine,
            every: self.every,
        }
    }

    /// This part after an answer that means absence: what was known is gone, and that is known.
    #[must_use]
    pub fn absent(&self, at: Epoch) -> Self {
        Self {
            call: self.call.clone(),
            value: None,
            seen: Some(at),
            tried: Some(at),
            outcome: Outcome::Absent,
            every: self.every,
        }
    }

    /// This part after a failed try at `at`: what was known stays, with its age.
    #[must_use]
    pub fn failed(&self, outcome: Outcome, at: Epoch) -> Self {
        Self { tried: Some(at), outcome, ..self.clone_shallow() }
    }

    fn clone_shallow(&self) -> Self {
        Self {
            call: self.call.clone(),
            value: self.value.clone(),
            seen: self.seen,
            tried: self.tried,
            outcome: self.outcome.clone(),
            every: self.every,
        }
    }

    /// The state at `now`.
    pub fn state(&self, now: Epoch) -> PartState {
        match &self.outcome {
            Outcome::NotAsked => PartState::NotAsked,
            Outcome::Denied(_) => PartState::Denied,
            Outcome::Failed(_) => PartState::Failed,
            Outcome::Fine | Outcome::Absent => {
                if self.is_young(now) {
                    PartState::Fresh
                } else {
                    PartState::Stale
                }
            }
        }
    }

    /// Whether the value was seen within the last three rounds, whatever the last try said.
    pub fn is_young(&self, now: Epoch) -> bool {
        self.seen.is_some_and(|seen| is_young(seen, self.every, now))
    }

    /// The value for a live judgement (running, cpu, syncing): only while it is young.
    pub fn live(&self, now: Epoch) -> Option<&T> {
        if self.is_young(now) { self.value.as_deref() } else { None }
    }

    /// The last value, however old: for judgements that stay true (a copy that exists).
    pub fn known(&self) -> Option<&T> {
        self.value.as_deref()
    }

    /// Whether the question was answered at least once (by a value or by absence).
    pub fn was_answered(&self) -> bool {
        self.seen.is_some()
    }

    /// Whether the last answer held less than before and is not believed.
    pub fn is_doubted(&self) -> bool {
        matches!(&self.outcome, Outcome::Denied(text) if **text == *DOUBTED)
    }

    /// Whether the last try failed or was denied.
    pub fn is_failing(&self) -> bool {
        matches!(self.outcome, Outcome::Denied(_) | Outcome::Failed(_))
    }

    /// What stands in the report's `error`.
    pub fn error(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Denied(text) => Some(text),
            Outcome::Failed(cause) => Some(&cause.text),
            _ => None,
        }
    }
}

/// A part without its type: for lists of parts, completeness, the report.
#[derive(Clone, Debug, PartialEq)]
pub struct PartView<'a> {
    /// The call that reads it.
    pub call: &'a Arc<str>,
    /// Whether a rule needs it (a failure then makes the source partial).
    pub required: bool,
    /// When its value was observed.
    pub seen: Option<Epoch>,
    /// When it was last tried.
    pub tried: Option<Epoch>,
    /// What became of the last try.
    pub outcome: &'a Outcome,
    /// How often it is read, seconds.
    pub every: u32,
    /// Its state at the time of the view.
    pub state: PartState,
}

impl PartView<'_> {
    /// What stands in the report's `error`.
    pub fn error(&self) -> Option<&str> {
        match self.outcome {
            Outcome::Denied(text) => Some(text),
            Outcome::Failed(cause) => Some(&cause.text),
            _ => None,
        }
    }
}

impl<T> Part<T> {
    /// This part without its type.
    pub fn view(&self, required: bool, now: Epoch) -> PartView<'_> {
        PartView {
            call: &self.call,
            required,
            seen: self.seen,
            tried: self.tried,
            outcome: &self.outcome,
            every: self.every,
            state: self.state(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, CauseKind, Outcome, Part, PartState};
    use crate::fleet::time::Epoch;

    #[test]
    fn what_was_seen_in_the_future_proves_nothing() {
        let part = Part::new("/x", 15).answered((), Epoch(1_000));
        assert_eq!(part.state(Epoch(1_000 + 45)), PartState::Fresh);
        assert_eq!(part.state(Epoch(1_000 + 46)), PartState::Stale);
        assert_eq!(part.state(Epoch(1_000 - 1)), PartState::Fresh);
        assert_eq!(part.state(Epoch(1_000 - 86_400)), PartState::Stale);
        assert_eq!(part.live(Epoch(1_000 - 86_400)), None);
    }

    fn failure() -> Outcome {
        Outcome::Failed(Cause { kind: CauseKind::Timeout, text: "no answer in 10 s".into() })
    }

    #[test]
    fn a_failure_keeps_what_was_known_with_its_age() {
        let part = Part::new("/cluster/resources", 15).answered(7, Epoch(100));
        let part = part.failed(failure(), Epoch(115));
        assert_eq!(part.known(), Some(&7));
        assert_eq!(part.seen, Some(Epoch(100)));
        assert_eq!(part.state(Epoch(115)), PartState::Failed);
        assert_eq!(part.live(Epoch(145)), Some(&7));
        assert_eq!(part.live(Epoch(146)), None, "a live value older than three rounds is none");
    }

    #[test]
    fn what_was_never_asked_is_no_knowledge() {
        let part: Part<u8> = Part::new("/x", 15);
        assert_eq!(part.state(Epoch(0)), PartState::NotAsked);
        assert!(!part.was_answered() && part.known().is_none());
        let part = part.failed(failure(), Epoch(1));
        assert!(!part.was_answered() && part.known().is_none());
    }

    #[test]
    fn absence_is_knowledge() {
        let part: Part<u8> = Part::new("/nodes/a/disks/zfs", 300).absent(Epoch(5));
        assert_eq!(part.state(Epoch(6)), PartState::Fresh);
        assert!(part.was_answered());
        assert_eq!(part.state(Epoch(1000)), PartState::Stale);
    }
}
