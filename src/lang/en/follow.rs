//! The words of `vigie --plain`.

use super::super::{Field, Follows, Reports, Words};
use super::English;
use super::cut::several;
use crate::judge::problem::Severity;
use crate::judge::verdict::Verdict;

/// `helsinki, guest 104 of fi: …`; what belongs to no site as it is.
fn placed(site: Option<&str>, said: &str) -> String {
    site.map_or_else(|| said.to_owned(), |site| format!("{site}, {said}"))
}

impl Follows for English {
    fn stands(&self, verdict: Verdict, moment: &str) -> String {
        format!("vigie, at {moment}: {}.", self.verdict(verdict))
    }

    fn news(&self, moment: &str, line: &str) -> String {
        format!("{moment} {line}")
    }

    fn is_wrong(
        &self,
        severity: Severity,
        site: Option<&str>,
        said: &str,
        since: Option<&str>,
    ) -> String {
        let line = format!("{}: {}", self.severity(severity), placed(site, said));
        match since {
            Some(since) => format!("{line}, since {since}"),
            None => line,
        }
    }

    fn became(&self, from: Severity, to: Severity, site: Option<&str>, said: &str) -> String {
        let (from, to) = (self.severity(from), self.severity(to));
        format!("{to}, was {from}: {}", placed(site, said))
    }

    fn is_over(&self, site: Option<&str>, said: &str) -> String {
        format!("over: {}", placed(site, said))
    }

    fn is_untold(&self, source: &str, said: &[String]) -> String {
        match said {
            [one] => format!("unknown: cannot be told any more from source {source}: {one}"),
            all => format!(
                "unknown: {} said before cannot be told any more from source {source}: {}",
                several(all.len(), "problem"),
                all.join("; ")
            ),
        }
    }

    fn site_stands(&self, name: &str, verdict: Verdict, counted: &[String]) -> String {
        let verdict = self.verdict(verdict);
        if counted.is_empty() {
            return format!("site {name}: {verdict}.");
        }
        format!("site {name}: {verdict}. {}.", counted.join("; "))
    }

    fn counted(&self, field: Field, told: &str) -> String {
        format!("{} {told}", self.field(field))
    }

    fn not_answered(&self, sources: &[&str]) -> String {
        match sources {
            [one] => format!("Source {one} has not answered in whole yet."),
            all => format!(
                "{} have not answered in whole yet: {}.",
                several(all.len(), "source"),
                all.join(", ")
            ),
        }
    }

    fn all_answered(&self) -> &'static str {
        "nothing is waited for any more: every source has answered, or is told of above."
    }

    fn changes_follow(&self) -> &'static str {
        "Changes follow, a line each. Ctrl-C ends."
    }
}
