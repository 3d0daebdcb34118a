//! Where the rules put what they find.

use std::sync::Arc;

use super::context::SourceContext;
use super::except::Exceptions;
use super::problem::{Evidence, Facts, Problem, Severity};
use super::verdict::Verdict;
use crate::fleet::code::Code;
use crate::fleet::part::Part;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// Everything raised so far, exceptions applied.
#[derive(Debug)]
pub struct Findings<'a> {
    exceptions: Exceptions<'a>,
    all: Vec<Problem>,
    /// The places in `all` of what was raised at each source.
    by_source: Vec<Vec<usize>>,
}

impl<'a> Findings<'a> {
    /// Nothing raised yet.
    pub fn new(exceptions: Exceptions<'a>) -> Self {
        Self { exceptions, all: Vec::new(), by_source: Vec::new() }
    }

    /// Raises a problem (or a notice) that belongs to a source. The draft takes the rest.
    pub fn raise(
        &mut self,
        source: &SourceContext<'_>,
        code: Code,
        severity: Severity,
        subject: Subject,
    ) -> Draft<'_> {
        let accepted = self.exceptions.accepts(Some(source.site_index), &subject, code);
        if self.by_source.len() <= source.index {
            self.by_source.resize_with(source.index + 1, Vec::new);
        }
        if let Some(places) = self.by_source.get_mut(source.index) {
            places.push(self.all.len());
        }
        self.push(Problem {
            site: Some(source.site.name.clone()),
            source: Some(source.facts.name.clone()),
            ..blank(code, severity, subject, accepted)
        })
    }

    /// Raises a problem of the machine vigie runs on.
    pub fn raise_viewer(&mut self, code: Code, severity: Severity) -> Draft<'_> {
        let accepted = self.exceptions.accepts(None, &Subject::Viewer, code);
        self.push(blank(code, severity, Subject::Viewer, accepted))
    }

    /// The reason why such a problem of a source is accepted.
    pub fn accepts(
        &self,
        source: &SourceContext<'_>,
        subject: &Subject,
        code: Code,
    ) -> Option<Arc<str>> {
        self.exceptions.accepts(Some(source.site_index), subject, code)
    }

    /// What was raised so far.
    pub fn all(&self) -> &[Problem] {
        &self.all
    }

    /// What was raised at a source so far.
    pub fn raised_at(&self, source: &SourceContext<'_>) -> impl Iterator<Item = &Problem> {
        let places = self.by_source.get(source.index).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.all.get(*at))
    }

    /// What was raised, given away.
    pub fn into_all(self) -> Vec<Problem> {
        self.all
    }

    fn push(&mut self, problem: Problem) -> Draft<'_> {
        let at = self.all.len();
        self.all.push(problem);
        Draft { problem: self.all.get_mut(at) }
    }
}

fn blank(code: Code, severity: Severity, subject: Subject, accepted: Option<Arc<str>>) -> Problem {
    // A notice changes no verdict: there is nothing to accept.
    let accepted = accepted.filter(|_| severity != Severity::Notice);
    Problem {
        code,
        severity: if accepted.is_some() { Severity::Notice } else { severity },
        site: None,
        source: None,
        subject,
        detail: None,
        facts: Facts::default(),
        since: None,
        evidence: Vec::new(),
        accepted,
    }
}

/// A problem just raised, to be completed.
#[derive(Debug)]
pub struct Draft<'f> {
    /// Always there; an option only because production code may not index.
    problem: Option<&'f mut Problem>,
}

impl Draft<'_> {
    fn with(self, change: impl FnOnce(&mut Problem)) -> Self {
        match self.problem {
            Some(problem) => {
                change(problem);
                Self { problem: Some(problem) }
            }
            None => self,
        }
    }

    /// What within the subject; part of the problem's identity.
    #[allow(clippy::return_self_not_must_use)]
    pub fn detail(self, detail: impl Into<Arc<str>>) -> Self {
        self.with(|p| p.detail = Some(detail.into()))
    }

    /// Since when, on our clock; none where that cannot be known.
    #[allow(clippy::return_self_not_must_use)]
    pub fn since(self, since: Option<Epoch>) -> Self {
        self.with(|p| p.since = since)
    }

    /// Which part said so; a part that never answered proves nothing.
    #[allow(clippy::return_self_not_must_use)]
    pub fn evidence<T>(self, part: &Part<T>) -> Self {
        match part.seen {
            Some(seen) => self.seen(Arc::clone(&part.call), seen),
            None => self,
        }
    }

    /// Which call said so, and when.
    #[allow(clippy::return_self_not_must_use)]
    pub fn seen(self, call: Arc<str>, seen: Epoch) -> Self {
        self.with(|p| p.evidence.push(Evidence { call, seen }))
    }

    /// What its sentence is made from.
    #[allow(clippy::return_self_not_must_use)]
    pub fn facts(self, fill: impl FnOnce(&mut Facts)) -> Self {
        self.with(|p| fill(&mut p.facts))
    }

    /// Accepts it for a reason that was given for something else: it is a notice from then on.
    #[allow(clippy::return_self_not_must_use)]
    pub fn accept(self, reason: Option<Arc<str>>) -> Self {
        match reason {
            None => self,
            Some(reason) => self.with(|p| {
                p.severity = Severity::Notice;
                p.accepted = Some(reason);
            }),
        }
    }

    /// What it does to a verdict: ok for notices and for what an exception accepts.
    pub fn verdict(&self) -> Verdict {
        self.problem.as_ref().map_or(Verdict::Ok, |p| p.severity.verdict())
    }
}
