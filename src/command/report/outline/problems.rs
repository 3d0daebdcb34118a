//! Problems and notices, most severe first; those of one kind at one site together.

use super::{Entry, Teller};
use crate::fleet::code::Code;
use crate::fleet::id::SiteName;
use crate::judge::problem::{Problem, Severity};
use crate::lang::trust;

impl Teller<'_> {
    /// One entry per severity, site and code, in the order in which they come.
    pub(super) fn problems(&self) -> Vec<Entry> {
        type Kind<'p> = (Severity, Option<&'p SiteName>, Code);
        let mut kinds: Vec<(Kind<'_>, Vec<&Problem>)> = Vec::new();
        for problem in &self.judged.problems {
            let kind = (problem.severity, problem.site.as_ref(), problem.code);
            match kinds.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, problems)) => problems.push(problem),
                None => kinds.push((kind, vec![problem])),
            }
        }
        kinds
            .iter()
            .filter_map(|(_, problems)| match problems.as_slice() {
                [] => None,
                [one] => Some(self.one(one)),
                [first, ..] => Some(self.several(first, problems)),
            })
            .collect()
    }

    fn one(&self, problem: &Problem) -> Entry {
        let lang = self.lang;
        let subject = self.names.subject(&problem.subject, lang);
        let since = lang.since_when(problem.since, &self.when);
        let mut said = vec![
            lang.short(problem, &self.when),
            format!("{}, {since}", problem.code),
            lang.meaning(problem, &self.when),
        ];
        said.extend(self.strangers(problem));
        Entry {
            severity: lang.severity(problem.severity).to_uppercase(),
            title: lang.titled(&subject, problem.site.as_ref().map(SiteName::as_str)),
            said,
            each: Vec::new(),
            next_label: lang.next_for(None),
            next: lang.next(problem),
        }
    }

    /// What is known of certificates that are not trusted.
    fn strangers(&self, problem: &Problem) -> Vec<String> {
        let strangers = problem.facts.strangers.iter();
        let told = strangers.flat_map(|s| trust::stranger(self.lang, s, &self.when));
        let mut said: Vec<String> = Vec::new();
        for (mark, value) in told {
            match said.last_mut().filter(|_| mark.is_empty()) {
                // The second half of a fingerprint; a line may be broken at the blank.
                Some(before) => *before = format!("{before}: {value}"),
                None => said.push(self.lang.said_of(mark, &value)),
            }
        }
        said
    }

    /// Several of one kind: each in one sentence, then once what follows and what to do.
    fn several(&self, first: &Problem, problems: &[&Problem]) -> Entry {
        let lang = self.lang;
        let each = |p: &&Problem| {
            let said = self.names.sentence(p, lang, &self.when);
            match p.since {
                Some(_) => lang.besides(&[&said, &lang.since_when(p.since, &self.when)]),
                None => said,
            }
        };
        let mut consequences: Vec<&str> = Vec::new();
        for problem in problems {
            let consequence = lang.consequence(problem);
            if !consequences.contains(&consequence) {
                consequences.push(consequence);
            }
        }
        let next = lang.next(first);
        let alike = problems.iter().all(|p| lang.next(p) == next);
        let whose = (!alike).then(|| self.names.subject(&first.subject, lang));
        let site = first.site.as_ref().map(SiteName::as_str);
        let mut said: Vec<String> = consequences.into_iter().map(str::to_owned).collect();
        said.extend(problems.iter().flat_map(|p| self.strangers(p)));
        if problems.iter().any(|p| p.since.is_none()) {
            said.push(lang.since_when(None, &self.when));
        }
        Entry {
            severity: lang.severity(first.severity).to_uppercase(),
            title: lang.titled(&lang.several_of(problems.len(), first.code), site),
            said,
            each: problems.iter().map(each).collect(),
            next_label: lang.next_for(whose.as_deref()),
            next,
        }
    }

    /// A notice in one sentence.
    pub(super) fn notice(&self, problem: &Problem) -> String {
        let said = self.names.sentence(problem, self.lang, &self.when);
        match &problem.accepted {
            Some(reason) => {
                format!("{said} ({}); {}", problem.code, self.lang.accepted(reason))
            }
            None => format!("{said} ({})", problem.code),
        }
    }
}
