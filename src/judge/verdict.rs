//! The four verdicts and how they add up.

use serde::Serialize;

use crate::fleet::subject::Subject;

/// The judgement of one subject. Ordered for rolling up: the worst is the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Known to be well.
    #[default]
    Ok,
    /// Needs a look.
    Warning,
    /// It cannot be told. Never ok.
    Unknown,
    /// Needs hands.
    Critical,
}

impl Verdict {
    /// The worst of several; ok when there are none.
    pub fn worst(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().max().unwrap_or(Self::Ok)
    }
}

/// A verdict that follows from something else, with what explains it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consequence {
    /// How bad.
    pub verdict: Verdict,
    /// What explains it; none for a row's own verdict.
    pub because: Option<Subject>,
}

impl Consequence {
    /// Nothing follows.
    pub const NONE: Self = Self { verdict: Verdict::Ok, because: None };

    /// Cannot be told because of `subject`.
    pub fn unknown(subject: Subject) -> Self {
        Self { verdict: Verdict::Unknown, because: Some(subject) }
    }

    /// The worse of the two; this one when they are equal, so that the nearer reason is asked
    /// first (a dead node before an unreadable PBS).
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        if other.verdict > self.verdict { other } else { self }
    }

    /// This with what the row itself is found guilty of: its own fault explains itself.
    #[must_use]
    pub fn with_own(self, own: Verdict) -> Self {
        if own > Verdict::Ok && own >= self.verdict {
            Self { verdict: own, because: None }
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Consequence, Verdict};
    use crate::fleet::subject::Subject;

    #[test]
    fn the_nearer_reason_wins_and_an_own_fault_explains_itself() {
        let node = Consequence::unknown(Subject::Node("fi".into(), "a".into()));
        let pbs = Consequence::unknown(Subject::Source("pbs".into()));
        assert_eq!(node.clone().or_worse(pbs.clone()), node);
        assert_eq!(Consequence::NONE.or_worse(pbs.clone()), pbs);
        assert_eq!(pbs.clone().with_own(Verdict::Warning), pbs);
        assert_eq!(pbs.with_own(Verdict::Unknown).because, None);
        assert_eq!(node.clone().with_own(Verdict::Ok), node);
    }
}
