//! The names of guests, for whoever knows his guests by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fleet::id::{GuestKey, SourceName};
use crate::fleet::subject::Subject;
use crate::judge::problem::Problem;
use crate::judge::rows::Judged;
use crate::lang::{Lang, When};

/// The known names of all guests, and whose each replication job is.
pub(in crate::command) struct Names {
    guests: BTreeMap<GuestKey, Arc<str>>,
    jobs: BTreeMap<(SourceName, String), GuestKey>,
}

impl Names {
    /// Gathers them.
    pub(in crate::command) fn of(judged: &Judged) -> Self {
        let mut names = Self { guests: BTreeMap::new(), jobs: BTreeMap::new() };
        for row in judged.sites.iter().flat_map(|s| &s.guests) {
            let key = GuestKey { source: row.source.clone(), vmid: row.vmid };
            for job in &row.replication.jobs {
                names.jobs.insert((row.source.clone(), job.id.to_string()), key.clone());
            }
            if let Some(name) = &row.name {
                names.guests.insert(key, Arc::clone(name));
            }
        }
        names
    }

    fn name(&self, subject: &Subject) -> Option<&Arc<str>> {
        let key = match subject {
            Subject::Guest(key) => key,
            Subject::Replication(source, job) => {
                self.jobs.get(&(source.clone(), job.to_string()))?
            }
            _ => return None,
        };
        self.guests.get(key)
    }

    /// What a subject is called, with the name of its guest where there is one.
    pub(in crate::command) fn subject(&self, subject: &Subject, lang: &dyn Lang) -> String {
        match self.name(subject) {
            Some(name) if !name.trim().is_empty() => lang.named(subject, name),
            _ => lang.subject(subject),
        }
    }

    /// A problem with its subject: a sentence complete in itself.
    pub(in crate::command) fn sentence(
        &self,
        problem: &Problem,
        lang: &dyn Lang,
        when: &When<'_>,
    ) -> String {
        lang.said_of(&self.subject(&problem.subject, lang), &lang.short(problem, when))
    }
}
