//! What is new between one judgement and the next, for whoever has heard the one before. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::sure::can_tell;
use crate::fleet::code::Code;
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::subject::Subject;
use crate::fleet::tier;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Problem, Severity};
use crate::judge::rows::Judged;

/// What has got better must stay so for one round before it is said, seconds: what comes and goes
/// within is not said over and over. What is wrong, or not known, is said at once.
const HOLD: i64 = tier::FAST as i64;

/// What makes a problem the same one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Option<SiteName>, Subject, Code, Option<Arc<str>>);

impl Key {
    fn of(problem: &Problem) -> Self {
        let Problem { site, subject, code, detail, .. } = problem;
        Self(site.clone(), subject.clone(), *code, detail.clone())
    }
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum News {
    /// It is wrong, and was not said to be; or nobody could tell meanwhile.
    Wrong(Problem),
    /// It was said to be as severe as this, and is not any more.
    Changed(Severity, Problem),
    /// Of a source it can no longer be told whether these are still so.
    Untold(SourceName, Vec<Problem>),
    /// It is known to be so no more.
    Over(Problem),
}

/// What was said of one problem.
#[derive(Clone, Debug)]
struct Said {
    /// The problem, with the severity that was said and the latest facts.
    problem: Problem,
    /// Whether it was said that nobody can tell.
    untold: bool,
    /// Since when it is less than what was said.
    less: Option<Epoch>,
}

impl Said {
    /// Whether it has been less than what was said for long enough, `now` included.
    fn has_settled(&mut self, now: Epoch) -> bool {
        // A clock that was set back begins anew.
        let since = self.less.filter(|since| *since <= now).unwrap_or(now);
        self.less = Some(since);
        now.since(since) >= HOLD
    }
}

/// What was said so far.
#[derive(Debug, Default)]
pub(super) struct Ledger(BTreeMap<Key, Said>);

impl Ledger {
    /// Takes it that all of this was said.
    pub(super) fn begin(judged: &Judged) -> Self {
        let mut ledger = Self::default();
        ledger.take(judged);
        ledger
    }

    /// When something that is held back may have to be said.
    pub(super) fn due(&self) -> Option<Epoch> {
        self.0.values().filter_map(|said| said.less).min().map(|since| since.plus(HOLD))
    }

    /// What is to be said now, worst first, what is better last; it counts as said.
    pub(super) fn take(&mut self, judged: &Judged) -> Vec<News> {
        let now = judged.taken;
        let present: BTreeMap<Key, &Problem> =
            judged.problems.iter().map(|problem| (Key::of(problem), problem)).collect();
        let (mut worse, mut better) = (Vec::new(), Vec::new());
        for problem in &judged.problems {
            let key = Key::of(problem);
            match self.0.get_mut(&key) {
                None => {
                    let said = Said { problem: problem.clone(), untold: false, less: None };
                    self.0.insert(key, said);
                    worse.push(News::Wrong(problem.clone()));
                }
                Some(said) if said.untold => {
                    *said = Said { problem: problem.clone(), untold: false, less: None };
                    worse.push(News::Wrong(problem.clone()));
                }
                Some(said) => {
                    let was = said.problem.severity;
                    let is_less = problem.severity < was;
                    said.problem = Problem { severity: was, ..problem.clone() };
                    if is_less && !said.has_settled(now) {
                        continue;
                    }
                    said.less = None;
                    said.problem.severity = problem.severity;
                    if problem.severity != was {
                        let news = News::Changed(was, problem.clone());
                        if is_less { better.push(news) } else { worse.push(news) }
                    }
                }
            }
        }
        let mut untold: BTreeMap<SourceName, Vec<Problem>> = BTreeMap::new();
        self.0.retain(|key, said| {
            if present.contains_key(key) {
                return true;
            }
            let is_told = can_tell(judged, &said.problem);
            if said.untold && !is_told {
                said.less = None;
                return true;
            }
            if !said.has_settled(now) {
                return true;
            }
            said.less = None;
            if let (Some(source), false) = (&said.problem.source, is_told) {
                said.untold = true;
                untold.entry(source.clone()).or_default().push(said.problem.clone());
                return true;
            }
            better.push(News::Over(said.problem.clone()));
            false
        });
        worse.extend(untold.into_iter().map(|(source, problems)| News::Untold(source, problems)));
        worse.extend(better);
        worse
    }
}

#[cfg(test)]
mod tests;
