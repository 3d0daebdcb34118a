//! What is on the screen and must be asked for.

use super::looks::Want;
use super::view::View;
use super::{Item, State};
use crate::fleet::id::{GuestKey, JobId, SourceName};
use crate::fleet::look::{Ask, Frame, Look};
use crate::fleet::subject::Subject;
use crate::judge::rows::ReplicationRow;

impl State {
    /// What is on the screen and must be asked for: nothing, where nothing of the kind is shown.
    pub fn wanted(&self) -> Vec<Want> {
        let beside = self.rested_on().map(|page| &page.view);
        let shown = [Some(&self.page().view), beside].into_iter().flatten();
        let of = |view: &View| match view {
            View::Subject(subject) => self.wanted_of(subject),
            View::Problem(id) => self.wanted_of(&id.subject),
            View::Tab(_) | View::Site(_) | View::WhatIf(_) => Vec::new(),
        };
        shown.flat_map(of).collect()
    }

    /// What the detail of a subject shows beside what the survey knows.
    pub fn wanted_of(&self, subject: &Subject) -> Vec<Want> {
        match subject {
            Subject::Replication(source, job) => {
                self.replication_log(source, job).into_iter().collect()
            }
            Subject::Node(source, node) => [Frame::Hour, Frame::Day]
                .map(|frame| {
                    let (source, node) = (source.clone(), node.clone());
                    Want::history(Look::NodeHistory { source, node, frame })
                })
                .into(),
            Subject::Guest(key) => [Frame::Hour, Frame::Day]
                .into_iter()
                .filter_map(|frame| self.guest_history(key, frame))
                .map(Want::history)
                .collect(),
            Subject::Datastore(source, store) => {
                let (source, store) = (source.clone(), store.clone());
                vec![Want::history(Look::StoreHistory { source, store, frame: Frame::Month })]
            }
            Subject::Viewer
            | Subject::Source(_)
            | Subject::Cluster(_)
            | Subject::BackupJob(..)
            | Subject::Group(_)
            | Subject::Storage(..) => Vec::new(),
        }
    }

    /// What a guest used: none for a template, which uses nothing, and for one that nobody knows.
    pub fn guest_history(&self, key: &GuestKey, frame: Frame) -> Option<Look> {
        let subject = Subject::Guest(key.clone());
        let Some(Item::Guest(_, guest)) = self.index().item(&subject, &self.judged) else {
            return None;
        };
        (!guest.template).then(|| Look::GuestHistory {
            source: key.source.clone(),
            node: guest.node.clone(),
            kind: guest.kind,
            vmid: key.vmid,
            frame,
        })
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
