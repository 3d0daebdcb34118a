//! What is on the screen and must be asked for.

use super::State;
use super::looks::Want;
use super::view::View;
use crate::fleet::id::{JobId, SourceName};
use crate::fleet::look::{Ask, Look};
use crate::fleet::subject::Subject;
use crate::judge::rows::ReplicationRow;

impl State {
    /// What is on the screen and must be asked for: nothing, where nothing of the kind is shown.
    pub fn wanted(&self) -> Vec<Want> {
        match &self.page().view {
            View::Subject(subject) => self.wanted_of(subject),
            View::Problem(id) => self.wanted_of(&id.subject),
            View::Tab(_) | View::Site(_) | View::WhatIf(_) => Vec::new(),
        }
    }

    /// What the detail of a subject shows beside what the survey knows.
    pub fn wanted_of(&self, subject: &Subject) -> Vec<Want> {
        match subject {
            Subject::Replication(source, job) => {
                self.replication_log(source, job).into_iter().collect()
            }
            Subject::Viewer
            | Subject::Source(_)
            | Subject::Cluster(_)
            | Subject::Node(..)
            | Subject::Guest(_)
            | Subject::BackupJob(..)
            | Subject::Group(_)
            | Subject::Storage(..)
            | Subject::Datastore(..) => Vec::new(),
        }
    }

    /// The log of a replication job's last run: where its guest lives.
    fn replication_log(&self, source: &SourceName, job: &JobId) -> Option<Want> {
        let sites = self.judged.sites.iter();
        let guests = sites.flat_map(|site| &site.guests).filter(|g| g.source == *source);
        let is_it = |row: &ReplicationRow| row.source == *source && row.id == *job;
        let guest = guests.into_iter().find(|g| g.replication.jobs.iter().any(is_it))?;
        let look = Look::ReplicationLog {
            source: source.clone(),
            node: guest.node.clone(),
            job: job.clone(),
        };
        Some(Want { look, every: Some(30) })
    }

    /// What is to be asked now of what is on the screen; it counts as asked from then on.
    pub(crate) fn ask(&mut self) -> Vec<Ask> {
        let wanted = self.wanted();
        if wanted.is_empty() {
            return Vec::new();
        }
        self.looks.due(&wanted, self.now, self.frozen.is_some())
    }
}
