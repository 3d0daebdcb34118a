//! The four verdicts and how they add up.

use serde::Serialize;

/// The judgement of one subject. Ordered for rolling up: the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Known to be well.
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
