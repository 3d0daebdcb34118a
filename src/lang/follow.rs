//! The words of `vigie --plain`.

use super::Field;
use crate::judge::problem::Severity;
use crate::judge::verdict::Verdict;

/// What is said line by line to whoever listens. Every line is complete in itself and has no
/// signs that are only seen. Moments, problems and counts come ready made.
pub trait Follows {
    /// How everything stands, and when that was so: the first line.
    fn stands(&self, verdict: Verdict, moment: &str) -> String;
    /// A line that is news, after the moment from which it is so: `12:04 critical: …`.
    fn news(&self, moment: &str, line: &str) -> String;
    /// Something is wrong: `critical: helsinki, guest 104 of fi: …`.
    fn is_wrong(
        &self,
        severity: Severity,
        site: Option<&str>,
        said: &str,
        since: Option<&str>,
    ) -> String;
    /// Something that was said before is worse or better than it was.
    fn became(&self, from: Severity, to: Severity, site: Option<&str>, said: &str) -> String;
    /// Something that was said before is known to be wrong no more.
    fn is_over(&self, site: Option<&str>, said: &str) -> String;
    /// Of a source these things were said before, and it can no longer be told how they stand.
    fn is_untold(&self, source: &str, said: &[String]) -> String;
    /// One site in a line: its verdict and what was counted there.
    fn site_stands(&self, name: &str, verdict: Verdict, counted: &[String]) -> String;
    /// What was counted of one kind: `hosts 2 online`.
    fn counted(&self, field: Field, told: &str) -> String;
    /// These sources have not answered yet, or not in whole.
    fn not_answered(&self, sources: &[&str]) -> String;
    /// Nothing is waited for any more.
    fn all_answered(&self) -> &'static str;
    /// What comes from here on, and how to end it.
    fn changes_follow(&self) -> &'static str;
}
