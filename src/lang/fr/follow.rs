//! The words of `vigie --plain`.

use super::super::{Field, Follows, Reports, Words};
use super::French;
use super::cut::{several, the};
use crate::judge::problem::Severity;
use crate::judge::verdict::Verdict;

/// `helsinki, invité 104 de fi : …`; what belongs to no site as it is.
fn placed(site: Option<&str>, said: &str) -> String {
    site.map_or_else(|| said.to_owned(), |site| format!("{site}, {said}"))
}

impl Follows for French {
    fn stands(&self, verdict: Verdict, moment: &str) -> String {
        format!("vigie, à {moment} : {}.", self.verdict(verdict))
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
        let line = format!("{} : {}", self.severity(severity), placed(site, said));
        match since {
            Some(since) => format!("{line}, depuis {}", the(since)),
            None => line,
        }
    }

    fn became(&self, from: Severity, to: Severity, site: Option<&str>, said: &str) -> String {
        let (from, to) = (self.severity(from), self.severity(to));
        format!("{to}, auparavant {from} : {}", placed(site, said))
    }

    fn is_over(&self, site: Option<&str>, said: &str) -> String {
        format!("fini : {}", placed(site, said))
    }

    fn is_untold(&self, source: &str, said: &[String]) -> String {
        match said {
            [one] => {
                format!(
                    "inconnu : la source {source} ne permet plus de dire ce qu’il en est : {one}"
                )
            }
            all => format!(
                "inconnu : la source {source} ne permet plus de dire ce qu’il en est de {} déjà \
                 dits : {}",
                several(all.len(), "problème"),
                all.join(" ; ")
            ),
        }
    }

    fn site_stands(&self, name: &str, verdict: Verdict, counted: &[String]) -> String {
        let verdict = self.verdict(verdict);
        if counted.is_empty() {
            return format!("site {name} : {verdict}.");
        }
        format!("site {name} : {verdict}. {}.", counted.join(" ; "))
    }

    fn counted(&self, field: Field, told: &str) -> String {
        format!("{} ({told})", self.field(field))
    }

    fn not_answered(&self, sources: &[&str]) -> String {
        match sources {
            [one] => format!("La source {one} n’a pas encore répondu en entier."),
            all => format!(
                "{} n’ont pas encore répondu en entier : {}.",
                several(all.len(), "source"),
                all.join(", ")
            ),
        }
    }

    fn all_answered(&self) -> &'static str {
        "on n’attend plus rien : chaque source a répondu, ou il en est question plus haut."
    }

    fn changes_follow(&self) -> &'static str {
        "Les changements suivent, une ligne chacun. Ctrl-C met fin."
    }
}
