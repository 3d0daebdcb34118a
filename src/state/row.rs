//! One row of a list: a small handle into what the judge said, and what it resolves to.

use std::sync::Arc;

use super::alike::AlikeId;
use super::view::{ProblemId, RowId, Section};
use crate::fleet::id::{GroupKey, GuestKey, Product};
use crate::fleet::subject::Subject;
use crate::judge::rows::{
    BackupJobRow, DatastoreRow, GroupRow, GuestRow, NodeRow, Ownership, ReplicationRow, SiteRow,
    SourceRow, StorageRow,
};
use crate::judge::timeline::{About, Story};
use crate::judge::{Judged, Problem, Verdict};
use crate::whatif::Loss;

/// Where a row stands in one [`Judged`]: site, then place within the site. Good for that one
/// only: what must last longer is a [`RowId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A site.
    Site(u32),
    /// A source of a site.
    Source(u32, u32),
    /// A node of a site.
    Node(u32, u32),
    /// A guest of a site.
    Guest(u32, u32),
    /// A storage of a site.
    Storage(u32, u32),
    /// A datastore of a site.
    Datastore(u32, u32),
    /// A backup job of a site.
    BackupJob(u32, u32),
    /// A replication job of a guest of a site.
    Replication(u32, u32, u32),
    /// A group of a site.
    Group(u32, u32),
    /// A problem.
    Problem(u32),
    /// A notice.
    Notice(u32),
    /// Problems, or notices, that say the same.
    Alike {
        /// The place of the first of them.
        first: u32,
        /// How many they are.
        count: u32,
        /// Whether they are notices.
        notices: bool,
    },
    /// A node of a site, by how bad its loss would be.
    Lost(u32, u32, Verdict),
    /// A guest of a site, by what becomes of it after a loss.
    Fated(u32, u32, Verdict),
    /// Something that was done lately.
    Story(u32),
}

/// A row resolved, with the site it belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A site.
    Site(&'a SiteRow),
    /// A source.
    Source(&'a SiteRow, &'a SourceRow),
    /// A node or PBS host.
    Node(&'a SiteRow, &'a NodeRow),
    /// A guest.
    Guest(&'a SiteRow, &'a GuestRow),
    /// A storage.
    Storage(&'a SiteRow, &'a StorageRow),
    /// A datastore.
    Datastore(&'a SiteRow, &'a DatastoreRow),
    /// A backup job.
    BackupJob(&'a SiteRow, &'a BackupJobRow),
    /// A replication job, with its guest.
    Replication(&'a SiteRow, &'a GuestRow, &'a ReplicationRow),
    /// A group that is not clearly one watched guest's.
    Group(&'a SiteRow, &'a GroupRow),
    /// A problem.
    Problem(&'a Problem),
    /// A notice.
    Notice(&'a Problem),
    /// Problems, or notices, that say the same: the first of them, and how many they are.
    Alike(&'a Problem, usize),
    /// A node, and how bad its loss would be.
    Lost(&'a SiteRow, &'a NodeRow, Verdict),
    /// A guest, and how bad it is what becomes of it.
    Fated(&'a SiteRow, &'a GuestRow, Verdict),
    /// Something that was done lately.
    Story(&'a Story),
}

impl Row {
    /// What it stands for; none when `judged` is not the one it was made from.
    pub fn item(self, judged: &Judged) -> Option<Item<'_>> {
        fn at<T>(rows: &[T], index: u32) -> Option<&T> {
            rows.get(index as usize)
        }
        let site = |index| at(&judged.sites, index);
        Some(match self {
            Self::Site(s) => Item::Site(site(s)?),
            Self::Source(s, i) => {
                site(s).and_then(|s| Some(Item::Source(s, at(&s.sources, i)?)))?
            }
            Self::Node(s, i) => site(s).and_then(|s| Some(Item::Node(s, at(&s.nodes, i)?)))?,
            Self::Guest(s, i) => site(s).and_then(|s| Some(Item::Guest(s, at(&s.guests, i)?)))?,
            Self::Storage(s, i) => {
                site(s).and_then(|s| Some(Item::Storage(s, at(&s.storages, i)?)))?
            }
            Self::Datastore(s, i) => {
                site(s).and_then(|s| Some(Item::Datastore(s, at(&s.datastores, i)?)))?
            }
            Self::BackupJob(s, i) => {
                site(s).and_then(|s| Some(Item::BackupJob(s, at(&s.backup_jobs, i)?)))?
            }
            Self::Replication(s, g, i) => {
                let site = site(s)?;
                let guest = at(&site.guests, g)?;
                Item::Replication(site, guest, at(&guest.replication.jobs, i)?)
            }
            Self::Group(s, i) => site(s).and_then(|s| Some(Item::Group(s, at(&s.groups, i)?)))?,
            Self::Problem(i) => Item::Problem(at(&judged.problems, i)?),
            Self::Notice(i) => Item::Notice(at(&judged.notices, i)?),
            Self::Alike { first, count, notices } => {
                let all = if notices { &judged.notices } else { &judged.problems };
                Item::Alike(at(all, first)?, count as usize)
            }
            Self::Lost(s, i, verdict) => {
                site(s).and_then(|s| Some(Item::Lost(s, at(&s.nodes, i)?, verdict)))?
            }
            Self::Fated(s, i, verdict) => {
                site(s).and_then(|s| Some(Item::Fated(s, at(&s.guests, i)?, verdict)))?
            }
            Self::Story(i) => Item::Story(judged.timeline()?.get(i)?),
        })
    }
}

impl Item<'_> {
    /// Its identity.
    pub fn id(&self) -> RowId {
        match self {
            Self::Site(site) => RowId::Site(site.name.clone()),
            Self::Problem(problem) | Self::Notice(problem) => {
                RowId::Problem(ProblemId::of(problem))
            }
            Self::Alike(problem, _) => RowId::Alike(Arc::new(AlikeId::of(problem))),
            Self::Story(story) => RowId::Story(story.id.clone()),
            Self::Lost(_, row, _) => RowId::Loss(Loss::Node(row.source.clone(), row.name.clone())),
            _ => RowId::Subject(self.subject().unwrap_or(Subject::Viewer)),
        }
    }

    /// What it is about; none for a site, nor for several that say the same.
    pub fn subject(&self) -> Option<Subject> {
        Some(match self {
            Self::Site(_) | Self::Alike(..) => return None,
            Self::Source(_, row) => Subject::Source(row.name.clone()),
            Self::Node(_, row) | Self::Lost(_, row, _) => {
                Subject::Node(row.source.clone(), row.name.clone())
            }
            Self::Guest(_, row) | Self::Fated(_, row, _) => {
                Subject::Guest(GuestKey { source: row.source.clone(), vmid: row.vmid })
            }
            Self::Storage(_, row) => {
                Subject::Storage(row.source.clone(), row.node.clone(), row.name.clone())
            }
            Self::Datastore(_, row) => Subject::Datastore(row.source.clone(), row.name.clone()),
            Self::BackupJob(_, row) => Subject::BackupJob(row.source.clone(), row.id.clone()),
            Self::Replication(_, _, row) => {
                Subject::Replication(row.source.clone(), row.id.clone())
            }
            Self::Group(_, row) => Subject::Group(Arc::new(GroupKey {
                source: row.source.clone(),
                store: row.store.clone(),
                ns: row.ns.clone(),
                kind: row.kind,
                id: row.id.clone(),
            })),
            Self::Problem(problem) | Self::Notice(problem) => problem.subject.clone(),
            Self::Story(story) => match (&story.about, story.product) {
                (About::Guest(key), _) => Subject::Guest(key.clone()),
                (_, Product::Pve) => Subject::Node(story.id.source.clone(), story.node.clone()),
                (_, Product::Pbs) => Subject::Source(story.id.source.clone()),
            },
        })
    }

    /// What would be lost with it: of a guest its node, of a datastore its PBS.
    pub fn loss(&self) -> Option<Loss> {
        Some(match self {
            Self::Site(site) => Loss::Site(site.name.clone()),
            Self::Source(_, row) => Loss::Source(row.name.clone()),
            // The host of a PBS is its source.
            Self::Node(_, row) if row.guests.is_none() => Loss::Source(row.source.clone()),
            Self::Node(_, row) | Self::Lost(_, row, _) => {
                Loss::Node(row.source.clone(), row.name.clone())
            }
            Self::Guest(_, row) | Self::Fated(_, row, _) | Self::Replication(_, row, _) => {
                Loss::Node(row.source.clone(), row.node.clone())
            }
            Self::Datastore(_, row) => Loss::Source(row.source.clone()),
            Self::Group(_, row) => Loss::Source(row.source.clone()),
            Self::Storage(_, row) => match &row.node {
                Some(node) => Loss::Node(row.source.clone(), node.clone()),
                None => Loss::Source(row.source.clone()),
            },
            Self::BackupJob(_, row) => Loss::Source(row.source.clone()),
            Self::Problem(_) | Self::Notice(_) | Self::Alike(..) => return None,
            Self::Story(story) => match story.product {
                Product::Pve => Loss::Node(story.id.source.clone(), story.node.clone()),
                Product::Pbs => Loss::Source(story.id.source.clone()),
            },
        })
    }

    /// Its verdict in a section: where guests are listed by their copies, how these stand.
    pub fn verdict_in(&self, section: Section) -> Verdict {
        match (section, self) {
            (Section::Copies, Self::Guest(_, row)) => row.backup.verdict.unwrap_or(Verdict::Ok),
            (Section::Rescue, Self::Guest(_, row)) => row.recovery.verdict.unwrap_or(Verdict::Ok),
            (Section::Rescues, Self::Site(site)) => {
                Verdict::worst(site.guests.iter().filter_map(|guest| guest.recovery.verdict))
            }
            _ => self.verdict(),
        }
    }

    /// Its verdict. A group has none of its own: whose it is is unknown, or it counts as ok.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Site(row) => row.verdict,
            Self::Source(_, row) => row.verdict,
            Self::Node(_, row) => row.verdict,
            Self::Guest(_, row) => row.verdict,
            Self::Storage(_, row) => row.verdict,
            Self::Datastore(_, row) => row.verdict,
            Self::BackupJob(_, row) => row.verdict,
            Self::Replication(_, _, row) => row.verdict,
            Self::Group(_, row) if row.of == Ownership::Ambiguous => Verdict::Unknown,
            Self::Group(..) => Verdict::Ok,
            Self::Lost(_, _, verdict) | Self::Fated(_, _, verdict) => *verdict,
            Self::Problem(problem) | Self::Notice(problem) | Self::Alike(problem, _) => {
                problem.severity.verdict()
            }
            Self::Story(story) => story.verdict(),
        }
    }
}
