//! The places one can be, and what a row is called so that it is found again.

use std::sync::Arc;

use super::alike::AlikeId;
use crate::fleet::code::Code;
use crate::fleet::id::SiteName;
use crate::fleet::subject::Subject;
use crate::judge::Problem;
use crate::judge::timeline::{Deed, StoryId};
use crate::whatif::Loss;

/// The views of the first level, in the order of their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// `1`: the sites, and under them the problems.
    #[default]
    Fleet,
    /// `2`: every problem, then the notices.
    Problems,
    /// `3`: nodes and PBS hosts.
    Hosts,
    /// `4`: guests.
    Guests,
    /// `5`: datastores, backup jobs, guests with what their jobs promised and what is there, and
    /// groups without a clear guest.
    Backups,
    /// `6`: replication jobs.
    Replication,
    /// `7`: what would be lost with which node, and what would bring it back.
    Recovery,
    /// `8`: what was done lately, everywhere.
    Tasks,
}

impl Tab {
    /// Every one, in the order of their keys.
    pub const ALL: [Self; 8] = [
        Self::Fleet,
        Self::Problems,
        Self::Hosts,
        Self::Guests,
        Self::Backups,
        Self::Replication,
        Self::Recovery,
        Self::Tasks,
    ];

    /// The key that leads there: `1`..
    pub fn number(self) -> u8 {
        match self {
            Self::Fleet => 1,
            Self::Problems => 2,
            Self::Hosts => 3,
            Self::Guests => 4,
            Self::Backups => 5,
            Self::Replication => 6,
            Self::Recovery => 7,
            Self::Tasks => 8,
        }
    }

    /// What it is called where names are typed, whatever the language.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fleet => "fleet",
            Self::Problems => "problems",
            Self::Hosts => "hosts",
            Self::Guests => "guests",
            Self::Backups => "backups",
            Self::Replication => "replication",
            Self::Recovery => "recovery",
            Self::Tasks => "tasks",
        }
    }

    /// The one so many further on, round and round.
    #[must_use]
    pub fn step(self, by: i8) -> Self {
        let index = (i16::from(self.number()) - 1 + i16::from(by)).rem_euclid(8);
        Self::ALL.iter().copied().find(|t| i16::from(t.number()) == index + 1).unwrap_or_default()
    }
}

/// A place one can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// A list of the first level.
    Tab(Tab),
    /// One site in detail.
    Site(SiteName),
    /// One source, node, guest, storage, datastore, job or group in detail.
    Subject(Subject),
    /// One problem explained (what, since, how known, what next), with its subject in detail.
    Problem(ProblemId),
    /// Problems that say the same of many things: what they mean, and each of them.
    Alike(Arc<AlikeId>),
    /// What would follow if all this were lost at once.
    WhatIf(Arc<[Loss]>),
    /// One task: its facts, and its log.
    Task(StoryId),
}

/// Which problem: its text, age and severity may change, this does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProblemId {
    /// What kind.
    pub code: Code,
    /// About what.
    pub subject: Subject,
    /// What within the subject.
    pub detail: Option<Arc<str>>,
}

impl ProblemId {
    /// The identity of a problem.
    pub fn of(problem: &Problem) -> Self {
        Self {
            code: problem.code,
            subject: problem.subject.clone(),
            detail: problem.detail.clone(),
        }
    }

    /// Whether `problem` is the one meant.
    pub fn is(&self, problem: &Problem) -> bool {
        self.code == problem.code
            && self.subject == problem.subject
            && self.detail == problem.detail
    }
}

/// Which row: an identity, never an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowId {
    /// A site.
    Site(SiteName),
    /// What a row of a source, node, guest, storage, datastore, job or group is about.
    Subject(Subject),
    /// A problem or a notice.
    Problem(ProblemId),
    /// Problems, or notices, that say the same.
    Alike(Arc<AlikeId>),
    /// What would follow from a loss.
    Loss(Loss),
    /// Something that was done.
    Story(StoryId),
}

impl RowId {
    /// Where opening the row leads.
    pub fn view(&self) -> View {
        match self {
            Self::Site(name) => View::Site(name.clone()),
            Self::Subject(subject) => View::Subject(subject.clone()),
            Self::Problem(id) => View::Problem(id.clone()),
            Self::Alike(id) => View::Alike(id.clone()),
            Self::Loss(loss) => View::WhatIf([loss.clone()].into()),
            Self::Story(id) => match &id.deed {
                Deed::Task(_) | Deed::Round(_) => View::Task(id.clone()),
                // The job has the log of its last run; a copy is one of its group.
                Deed::Run(job) => {
                    View::Subject(Subject::Replication(id.source.clone(), job.clone()))
                }
                Deed::Copy(group) => View::Subject(Subject::Group(group.clone())),
            },
        }
    }
}

/// What a part of a list holds. A list is one or more sections, one under the other; the cursor
/// walks through all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Sites.
    Sites,
    /// Problems, worst first.
    Problems,
    /// Notices.
    Notices,
    /// Sources.
    Sources,
    /// Nodes and PBS hosts.
    Nodes,
    /// Guests.
    Guests,
    /// Guests that are not well.
    Worst,
    /// Guests by their copies: the verdict of a row is that of its backup.
    Copies,
    /// PVE storages.
    Storages,
    /// PBS datastores.
    Datastores,
    /// Backup jobs.
    BackupJobs,
    /// Replication jobs.
    Replication,
    /// Groups that are not clearly one watched guest's.
    Groups,
    /// Guests by what would bring them back, worst first.
    Rescue,
    /// Sites by how their guests would come back.
    Rescues,
    /// What would be lost with each node, worst first.
    Losses,
    /// What becomes of the guests that a loss hits.
    Fates,
    /// What was done lately.
    Tasks,
}

#[cfg(test)]
impl Section {
    /// Every one.
    pub(crate) const ALL: [Self; 16] = [
        Self::Sites,
        Self::Problems,
        Self::Notices,
        Self::Sources,
        Self::Nodes,
        Self::Guests,
        Self::Copies,
        Self::Storages,
        Self::Datastores,
        Self::BackupJobs,
        Self::Replication,
        Self::Groups,
        Self::Rescue,
        Self::Rescues,
        Self::Losses,
        Self::Fates,
    ];
}
