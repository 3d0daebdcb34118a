//! What is on the screen and must be asked for.

use super::State;
use super::looks::Want;
use super::view::View;
use crate::fleet::id::{GuestKey, JobId, NodeName, SourceName};
use crate::fleet::look::{Ask, Frame, Look, Seen};
use crate::fleet::subject::Subject;
use crate::fleet::survey::Body;
use crate::judge::timeline::{Deed, StoryId};

impl State {
    /// What is on the screen and must be asked for: nothing, where nothing of the kind is shown.
    pub fn wanted(&self) -> Vec<Want> {
        let beside = self.rested_on().map(|page| &page.view);
        let shown = [Some(&self.page().view), beside].into_iter().flatten();
        let of = |view: &View| match view {
            View::Subject(subject) => self.wanted_of(subject),
            View::Problem(id) => self.wanted_of(&id.subject),
            View::Tab(_) | View::Site(_) | View::Alike(_) | View::Task(_) | View::WhatIf(_) => {
                Vec::new()
            }
        };
        // A log is not read beside a list.
        let log = match &self.page().view {
            view @ View::Task(_) => self.log_wanted(view),
            _ => None,
        };
        shown.flat_map(of).chain(log).collect()
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

    /// The log that a view shows, and how often it is asked for.
    pub(super) fn log_wanted(&self, view: &View) -> Option<Want> {
        match view {
            View::Task(id) => self.task_log(id),
            View::Subject(Subject::Replication(source, job)) => self.replication_log(source, job),
            _ => None,
        }
    }

    /// The log of a task; none where its node is known to be off, which nobody waits for.
    fn task_log(&self, id: &StoryId) -> Option<Want> {
        let Deed::Task(upid) = &id.deed else { return None };
        let survey = self.fleet.survey(&id.source)?;
        let node = match &survey.body {
            Body::Pbs(_) => NodeName::from("localhost"),
            // The second field of its id.
            Body::Pve(_) => NodeName::from(upid.as_str().split(':').nth(1)?),
        };
        let look =
            Look::TaskLog { source: id.source.clone(), node: node.clone(), upid: upid.clone() };
        let is_off = survey.pve().is_some_and(|pve| {
            let online = pve.online_nodes();
            !online.is_empty() && !online.contains(&node)
        });
        let known = self.looks.get(&look).and_then(|part| part.known());
        let is_ended = matches!(known, Some(Seen::Log(log)) if log.is_ended());
        let told = self.judged.timeline().and_then(|t| t.find(id));
        let runs = told.is_some_and(|(_, story)| story.is_running());
        let every = match (runs, is_ended) {
            _ if is_off && known.is_some() => None,
            _ if is_off => return None,
            (true, false) => Some(Want::FOLLOW),
            // Its last words are said; whether it is over is heard of soon.
            (true, true) => Some(15),
            (false, false) => Some(60),
            (false, true) => None,
        };
        Some(Want { look, every })
    }

    /// What a guest used: none for a template, which uses nothing, and for one that nobody knows.
    pub fn guest_history(&self, key: &GuestKey, frame: Frame) -> Option<Look> {
        let guest = self.index().guest(key, &self.judged)?;
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
        let guest = self.index().replicated(source, job, &self.judged)?;
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
