//! What could not be checked, how old what is known of it is, and why.

use std::collections::BTreeMap;

use super::Teller;
use crate::fleet::code::Code;
use crate::fleet::part::{Outcome, PartState};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::Problem;
use crate::judge::rows::{GuestRow, SiteRow, SourceRow, SourceState};
use crate::judge::verdict::Verdict;
use crate::lang::Unknown;

impl Teller<'_> {
    /// One item per cause: sources, rights, parts, then the subjects that are unknown for it.
    pub(super) fn unread(&self) -> Vec<String> {
        let mut items = Vec::new();
        for source in self.judged.sites.iter().flat_map(|s| &s.sources) {
            let before = items.len();
            self.source_unread(source, &mut items);
            if items.len() == before && !source.complete {
                items.push(self.answer_missing(source));
            }
        }
        // Without it PBS leaves jobs out, and says nothing of it.
        let left_out = |p: &&Problem| p.code == Code::SourceOptionalRight;
        for notice in self.judged.notices.iter().filter(left_out) {
            items.push(self.names.sentence(notice, self.lang, &self.when));
        }
        for (because, unknown) in self.unknowns() {
            let because = because.map(|s| self.names.subject(&s, self.lang));
            items.push(self.lang.cannot_be_told(&unknown, because.as_deref()));
        }
        items
    }

    fn source_unread(&self, source: &SourceRow, items: &mut Vec<String>) {
        let lang = self.lang;
        let name = source.name.as_str();
        let answers = match source.state {
            SourceState::Fresh | SourceState::Forbidden => true,
            // Slow, or not yet asked.
            SourceState::Stale => source.seen.is_some(),
            _ => false,
        };
        if source.state != SourceState::Fresh {
            items.push(self.answer_missing(source));
        }
        if !source.missing_privileges.is_empty() {
            items.push(lang.rights_missing(name, &source.missing_privileges.join(", ")));
        }
        // Of a source that does not answer, every part is unread: one line has said so.
        if !answers {
            return;
        }
        for group in self.parts(source) {
            let age = group.seen.map(|at| lang.age(self.when.now.since(at)));
            items.push(lang.parts_unread(
                name,
                group.state,
                &group.calls,
                age.as_deref(),
                group.error,
            ));
        }
    }

    /// State, last answer and words of a source that is not read in whole.
    fn answer_missing(&self, source: &SourceRow) -> String {
        let lang = self.lang;
        let seen =
            source.seen.map(|at| (lang.age(self.when.now.since(at)), lang.date(at, &self.when)));
        let seen = seen.as_ref().map(|(age, date)| (age.as_str(), date.as_str()));
        lang.source_unread(source.name.as_str(), source.state, seen, source.error.as_deref())
    }

    /// The parts of a source that are not fresh, by state and cause.
    fn parts(&self, source: &SourceRow) -> Vec<Parts<'_>> {
        let Some(survey) = self.fleet.survey(&source.name) else { return Vec::new() };
        let mut groups: Vec<Parts<'_>> = Vec::new();
        for part in survey.parts(self.when.now) {
            if part.state == PartState::Fresh {
                continue;
            }
            let (call, seen, state, error) =
                (&**part.call, part.seen, part.state, cause(part.outcome));
            let alike = |g: &&mut Parts<'_>| {
                g.state == state && g.error == error && g.seen.is_some() == seen.is_some()
            };
            match groups.iter_mut().find(alike) {
                Some(group) => {
                    // Two namespaces are read by one call.
                    if !group.calls.contains(&call) {
                        group.calls.push(call);
                    }
                    group.seen = group.seen.min(seen);
                }
                None => groups.push(Parts { state, error, seen, calls: vec![call] }),
            }
        }
        groups
    }

    /// What is unknown, by what explains it.
    fn unknowns(&self) -> BTreeMap<Option<Subject>, Unknown> {
        let mut causes = Causes::default();
        for site in &self.judged.sites {
            for node in &site.nodes {
                if node.verdict == Verdict::Unknown || node.state == NodeState::Unknown {
                    causes.of(node.because.as_ref()).hosts += 1;
                }
            }
            for guest in &site.guests {
                guest_unknown(guest, &mut causes);
            }
            stores_unknown(site, &mut causes);
        }
        causes.0
    }
}

fn guest_unknown(guest: &GuestRow, causes: &mut Causes) {
    let name = match &guest.name {
        Some(name) => format!("{} ({name})", guest.vmid),
        None => guest.vmid.to_string(),
    };
    let backup = guest.backup.verdict == Some(Verdict::Unknown);
    let replication = guest.replication.verdict == Some(Verdict::Unknown);
    let rest = guest.verdict == Verdict::Unknown && !backup && !replication;
    // The row's reason is that of its worst verdict, which need not be that of its state.
    if &*guest.state == "unknown" || rest {
        causes.of(guest.because.as_ref()).states.push(name.clone());
    }
    if backup {
        causes.of(guest.backup.because.as_ref()).backups.push(name.clone());
    }
    if replication {
        let job = guest.replication.jobs.iter().find(|j| j.verdict == Verdict::Unknown);
        let because = job.and_then(|j| j.because.as_ref());
        causes.of(guest.replication.because.as_ref().or(because)).replication.push(name);
    }
}

fn stores_unknown(site: &SiteRow, causes: &mut Causes) {
    for storage in site.storages.iter().filter(|s| s.verdict == Verdict::Unknown) {
        causes.of(storage.because.as_ref()).storages += 1;
    }
    for store in site.datastores.iter().filter(|s| s.verdict == Verdict::Unknown) {
        causes.of(store.because.as_ref()).datastores += 1;
    }
}

/// The words of a refusal or a failure.
fn cause(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Denied(text) => Some(text),
        Outcome::Failed(cause) => Some(&cause.text),
        Outcome::NotAsked | Outcome::Fine | Outcome::Absent => None,
    }
}

/// Parts of one state and cause.
struct Parts<'a> {
    state: PartState,
    error: Option<&'a str>,
    /// The oldest last reading.
    seen: Option<Epoch>,
    calls: Vec<&'a str>,
}

/// What is unknown, by its cause.
#[derive(Default)]
struct Causes(BTreeMap<Option<Subject>, Unknown>);

impl Causes {
    fn of(&mut self, because: Option<&Subject>) -> &mut Unknown {
        self.0.entry(because.cloned()).or_default()
    }
}
