//! Which rows a view holds, section by section, in the judge's own order.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::alike::AlikeId;
use super::finder::Place;
use super::index::Index;
use super::order::Known;
use super::outlook::Outlook;
use super::row::{Item, Row};
use super::view::{ProblemId, Section, Tab, View};
use crate::fleet::id::{GroupKey, GuestKey, SiteName, Vmid};
use crate::fleet::subject::Subject;
use crate::judge::rows::{
    BackupJobRow, DatastoreRow, GroupRow, GuestRow, NodeRow, Ownership, SiteRow, StorageRow,
};
use crate::judge::timeline::{About, Deed, Story, StoryId};
use crate::judge::{Judged, Problem, Severity, Verdict};

/// The most of what was done lately that a detail lists; the timeline has all.
const LATELY: usize = 20;

/// The rows of one section.
pub(super) type Members = (Section, Vec<Row>);

/// What a view lists. Sections that hold nothing are there all the same.
/// `tall`: there is room for more than the view is about.
pub(super) fn members(view: &View, known: &Known<'_>, tall: bool) -> Vec<Members> {
    let &Known { judged, outlook, index, .. } = known;
    let all = Everything { judged, index, home: None };
    match view {
        View::Tab(Tab::Fleet) => vec![
            (Section::Sites, (0..count(judged.sites.len())).map(Row::Site).collect()),
            all.problems(|_| true),
        ]
        .into_iter()
        .chain(tall.then(|| all.overview()).into_iter().flatten())
        .collect(),
        View::Tab(Tab::Problems) => vec![all.problems(|_| true), all.notices(|_| true)],
        View::Tab(Tab::Hosts) => vec![all.nodes(|_| true)],
        View::Tab(Tab::Guests) => vec![all.guests(|_| true)],
        View::Tab(Tab::Backups) => {
            vec![all.datastores(|_| true), all.backup_jobs(|_| true), all.copies(), all.unclear()]
        }
        View::Tab(Tab::Replication) => vec![all.replication(|_| true)],
        View::Tab(Tab::Recovery) => vec![all.rescue(), all.rescues(), all.losses(outlook)],
        View::Site(name) => of_site(name, all),
        View::Subject(subject) => of_subject(subject, None, all),
        View::Problem(id) => {
            let follow = known.causes.follow(id);
            let mut sections = of_subject(&id.subject, Some(id), all);
            if !follow.is_empty()
                && let Some((Section::Problems, rows)) = sections.first_mut()
            {
                rows.extend(follow.iter().map(|place| Row::Problem(*place)));
            }
            sections
        }
        View::Alike(id) => {
            let is = |p: &Problem| p.severity == id.severity && AlikeId::of(p) == **id;
            match id.severity {
                Severity::Notice => vec![all.notices(is)],
                _ => vec![all.problems(is)],
            }
        }
        View::WhatIf(_) => vec![all.fates(outlook)],
        View::Tab(Tab::Tasks) => vec![all.tasks()],
        View::Task(id) => vec![all.parts(id)],
    }
}

fn of_site(name: &SiteName, all: Everything<'_>) -> Vec<Members> {
    let finder = all.index.finder(all.judged);
    let all_of = |site: &SiteRow| site.name == *name;
    let mut sections = vec![
        all.problems_at(finder.problems.at_site(name), |_| true),
        all.notices_at(finder.notices.at_site(name), |_| true),
    ];
    sections.push((Section::Sources, all.of_sites(all_of, |s| s.sources.len(), Row::Source)));
    sections.push((Section::Nodes, all.of_sites(all_of, |s| s.nodes.len(), Row::Node)));
    sections
        .push((Section::Datastores, all.of_sites(all_of, |s| s.datastores.len(), Row::Datastore)));
    sections.push((Section::Storages, all.of_sites(all_of, |s| s.storages.len(), Row::Storage)));
    sections
        .push((Section::BackupJobs, all.of_sites(all_of, |s| s.backup_jobs.len(), Row::BackupJob)));
    sections.push((Section::Guests, all.of_sites(all_of, |s| s.guests.len(), Row::Guest)));
    sections
}

fn of_subject(
    subject: &Subject,
    explained: Option<&ProblemId>,
    all: Everything<'_>,
) -> Vec<Members> {
    // The problem that is explained above the list is not repeated in it.
    let other = |p: &Problem| !explained.is_some_and(|id| id.is(p));
    let index = all.index;
    let mut sections = vec![
        all.problems_at(index.problems_of(subject), other),
        all.notices_at(index.notices_of(subject), other),
    ];
    let home = subject.source().and_then(|source| index.home(source));
    let all = Everything { home, ..all };
    let finder = index.finder(all.judged);
    match subject {
        Subject::Viewer | Subject::Storage(..) => {}
        Subject::Group(key) => {
            let is_of = |story: &Story| {
                matches!(&story.id.deed, Deed::Copy(group) if group == key)
                    || story.id.source == key.source && is_backup_of(story, key)
            };
            sections.push(all.lately(is_of));
        }
        Subject::Source(source) | Subject::Cluster(source) => {
            sections = vec![
                all.problems_at(finder.problems.of_source(source), other),
                all.notices_at(finder.notices.of_source(source), other),
                all.nodes(|n| n.source == *source),
                all.datastores(|d| d.source == *source),
                all.storages(|s| s.source == *source),
                all.backup_jobs(|j| j.source == *source),
                all.guests(|g| g.source == *source),
            ];
        }
        Subject::Node(source, node) => {
            sections.push(all.storages(|s| s.source == *source && s.node.as_ref() == Some(node)));
            sections.push(guests_at(finder.residents(source, node)));
            sections.push(all.lately(|story| {
                !story.is_part && story.id.source == *source && story.node == *node
            }));
        }
        Subject::Guest(key) => {
            sections.push(all.replication_of(finder.guest(key)));
            let jobs = finder.covering(key).iter().map(|(s, i)| Row::BackupJob(*s, *i));
            sections.push((Section::BackupJobs, jobs.collect()));
            // A part of a vzdump for this guest alone says what that says.
            let timeline = all.judged.timeline();
            let is_told = |at: &u32| {
                timeline.and_then(|t| t.get(*at)).is_some_and(|outer| outer.is_about(key))
            };
            let told: Vec<u32> = timeline.map_or_else(Vec::new, |t| {
                let outer = (0..).zip(&t.stories).filter(|(at, _)| is_told(at));
                outer.flat_map(|(_, story)| story.parts.iter().copied()).collect()
            });
            let (section, mut rows) = all.lately(|story| story.is_about(key));
            rows.retain(|row| !matches!(row, Row::Story(at) if told.contains(at)));
            sections.push((section, rows));
        }
        Subject::BackupJob(source, _) => {
            let covered = match index.item(subject, all.judged) {
                Some(Item::BackupJob(_, job)) => job.covers.as_deref().unwrap_or_default(),
                _ => &[],
            };
            let of = |vmid: &Vmid| finder.guest(&GuestKey { source: source.clone(), vmid: *vmid });
            // In the order of the judge, each once.
            let places: BTreeSet<Place> = covered.iter().filter_map(of).collect();
            sections.push(guests_at(&places));
        }
        Subject::Replication(source, id) => {
            sections.push(guests_at(finder.replicated(source, id)));
            let is_run = |story: &Story| {
                story.id.source == *source && matches!(&story.id.deed, Deed::Run(job) if job == id)
            };
            sections.push(all.lately(is_run));
        }
        Subject::Datastore(source, store) => {
            sections.push((
                Section::Groups,
                all.pick(|s| &s.groups, |g| g.source == *source && g.store == *store, Row::Group),
            ));
            let is_there = |story: &Story| {
                let named = match &story.about {
                    About::Named(id) => id.split(':').next() == Some(store.as_str()),
                    About::Guest(_) | About::Nothing => false,
                };
                named && story.id.source == *source
            };
            sections.push(all.lately(is_there));
        }
    }
    sections
}

/// The guests at these places.
fn guests_at<'a>(places: impl IntoIterator<Item = &'a Place>) -> Members {
    let rows = places.into_iter().map(|(s, g)| Row::Guest(*s, *g));
    (Section::Guests, rows.collect())
}

/// Whether it is the task that made a copy of this group.
fn is_backup_of(story: &Story, key: &GroupKey) -> bool {
    story.kind.as_deref() == Some("backup")
        && match &story.about {
            About::Named(id) => {
                let group = format!("{}:{}/{}", key.store, key.kind.as_str(), key.id);
                **id == *group
            }
            About::Guest(_) | About::Nothing => false,
        }
}

/// A number of rows, as a row's place is counted.
fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Whether what is wrong with it may be why others are not well.
fn may_explain(subject: &Subject) -> bool {
    !matches!(
        subject,
        Subject::Guest(_) | Subject::Group(_) | Subject::BackupJob(..) | Subject::Replication(..)
    )
}

/// Worst first, as they are judged; of equals those of machines, sources and stores come before
/// those of guests and jobs, for they may be why.
fn sorted(mut found: Vec<(u32, &Problem)>) -> Members {
    found.sort_by_key(|(_, p)| (Reverse(p.severity.verdict()), !may_explain(&p.subject)));
    (Section::Problems, found.into_iter().map(|(i, _)| Row::Problem(i)).collect())
}

#[derive(Clone, Copy)]
struct Everything<'a> {
    judged: &'a Judged,
    index: &'a Index,
    /// The one site that is looked at; none: all of them.
    home: Option<usize>,
}

impl<'a> Everything<'a> {
    fn sites(self) -> impl Iterator<Item = (u32, &'a SiteRow)> {
        let (from, most) = self.home.map_or((0, usize::MAX), |home| (home, 1));
        (0..).zip(&self.judged.sites).skip(from).take(most)
    }

    /// All of one kind at the sites that are meant.
    fn of_sites(
        self,
        meant: impl Fn(&SiteRow) -> bool,
        len: impl Fn(&SiteRow) -> usize,
        row: impl Fn(u32, u32) -> Row,
    ) -> Vec<Row> {
        let mut rows = Vec::new();
        for (s, site) in self.sites().filter(|(_, site)| meant(site)) {
            rows.extend((0..count(len(site))).map(|i| row(s, i)));
        }
        rows
    }

    /// Those of one kind that are meant, at every site.
    fn pick<T: 'a>(
        self,
        of: impl Fn(&'a SiteRow) -> &'a [T],
        meant: impl Fn(&T) -> bool,
        row: impl Fn(u32, u32) -> Row,
    ) -> Vec<Row> {
        let mut rows = Vec::new();
        for (s, site) in self.sites() {
            let found = (0..).zip(of(site)).filter(|(_, item)| meant(item));
            rows.extend(found.map(|(i, _)| row(s, i)));
        }
        rows
    }

    /// All that are meant.
    fn problems(self, meant: impl Fn(&Problem) -> bool) -> Members {
        sorted((0..).zip(&self.judged.problems).filter(|(_, p)| meant(p)).collect())
    }

    /// Those at these places that are meant.
    fn problems_at(self, places: &[u32], meant: impl Fn(&Problem) -> bool) -> Members {
        let all = &self.judged.problems;
        let found = places.iter().filter_map(|at| Some((*at, all.get(*at as usize)?)));
        sorted(found.filter(|(_, p)| meant(p)).collect())
    }

    fn notices(self, meant: impl Fn(&Problem) -> bool) -> Members {
        let found = (0..).zip(&self.judged.notices).filter(|(_, p)| meant(p));
        (Section::Notices, found.map(|(i, _)| Row::Notice(i)).collect())
    }

    fn notices_at(self, places: &[u32], meant: impl Fn(&Problem) -> bool) -> Members {
        let all = &self.judged.notices;
        let is = |at: &&u32| all.get(**at as usize).is_some_and(&meant);
        (Section::Notices, places.iter().filter(is).map(|at| Row::Notice(*at)).collect())
    }

    fn nodes(self, meant: impl Fn(&NodeRow) -> bool) -> Members {
        (Section::Nodes, self.pick(|s| &s.nodes, meant, Row::Node))
    }

    /// What a tall window shows under the problems: guests that are not well, what backups came
    /// to, and where they are.
    fn overview(self) -> [Members; 3] {
        let meant = |g: &GuestRow| g.verdict != Verdict::Ok;
        let worst = (Section::Worst, self.pick(|s| &s.guests, meant, Row::Guest));
        [worst, self.backup_jobs(|_| true), self.datastores(|_| true)]
    }

    /// Guests by their copies; a template that no job covers has none to speak of.
    fn copies(self) -> Members {
        let meant = |g: &GuestRow| !g.template || g.backup.verdict.is_some();
        (Section::Copies, self.pick(|s| &s.guests, meant, Row::Guest))
    }

    /// Groups without their guest, and those that may be one of two guests'.
    fn unclear(self) -> Members {
        let meant = |g: &GroupRow| g.of != Ownership::Foreign;
        (Section::Groups, self.pick(|s| &s.groups, meant, Row::Group))
    }

    /// Guests by what would bring them back, where that applies.
    fn rescue(self) -> Members {
        let meant = |g: &GuestRow| g.recovery.verdict.is_some();
        (Section::Rescue, self.pick(|s| &s.guests, meant, Row::Guest))
    }

    /// Sites that have guests.
    fn rescues(self) -> Members {
        let with_guests = self.sites().filter(|(_, site)| !site.guests.is_empty());
        (Section::Rescues, with_guests.map(|(s, _)| Row::Site(s)).collect())
    }

    /// What would be lost with each node.
    fn losses(self, outlook: &Outlook) -> Members {
        let mut rows = Vec::new();
        for (s, site) in self.sites() {
            rows.extend((0..).zip(&site.nodes).filter_map(|(i, node)| {
                let loss = outlook.node(&node.source, &node.name)?;
                Some(Row::Lost(s, i, loss.verdict))
            }));
        }
        (Section::Losses, rows)
    }

    /// The guests that the losses which are looked at hit.
    fn fates(self, outlook: &Outlook) -> Members {
        let mut rows = Vec::new();
        let asked = outlook.asked();
        for (s, site) in self.sites().filter(|_| asked.is_some()) {
            rows.extend((0..).zip(&site.guests).filter_map(|(i, guest)| {
                let fate = asked?.fate(&guest.source, guest.vmid)?;
                Some(Row::Fated(s, i, fate.verdict()))
            }));
        }
        (Section::Fates, rows)
    }

    /// What was done lately.
    fn tasks(self) -> Members {
        let timeline = self.judged.timeline();
        let rows = timeline.map(|t| t.outer().map(|(at, _)| Row::Story(at)).collect());
        (Section::Tasks, rows.unwrap_or_default())
    }

    /// What was done within a task.
    fn parts(self, id: &StoryId) -> Members {
        let story = self.judged.timeline().and_then(|t| t.find(id));
        let parts = story.map(|(_, story)| story.parts.iter().map(|at| Row::Story(*at)).collect());
        (Section::Tasks, parts.unwrap_or_default())
    }

    /// The latest of what was done that is meant.
    fn lately(self, meant: impl Fn(&Story) -> bool) -> Members {
        let stories = self.judged.timeline().map_or(&[][..], |t| t.stories.as_slice());
        let found = (0..).zip(stories).filter(|(_, story)| meant(story)).take(LATELY);
        (Section::Tasks, found.map(|(at, _)| Row::Story(at)).collect())
    }

    fn guests(self, meant: impl Fn(&GuestRow) -> bool) -> Members {
        (Section::Guests, self.pick(|s| &s.guests, meant, Row::Guest))
    }

    fn storages(self, meant: impl Fn(&StorageRow) -> bool) -> Members {
        (Section::Storages, self.pick(|s| &s.storages, meant, Row::Storage))
    }

    fn datastores(self, meant: impl Fn(&DatastoreRow) -> bool) -> Members {
        (Section::Datastores, self.pick(|s| &s.datastores, meant, Row::Datastore))
    }

    fn backup_jobs(self, meant: impl Fn(&BackupJobRow) -> bool) -> Members {
        (Section::BackupJobs, self.pick(|s| &s.backup_jobs, meant, Row::BackupJob))
    }

    /// The replication jobs of one guest.
    fn replication_of(self, guest: Option<Place>) -> Members {
        let rows = guest.and_then(|(s, g)| {
            let row = self.judged.sites.get(s as usize)?.guests.get(g as usize)?;
            let jobs = 0..count(row.replication.jobs.len());
            Some(jobs.map(|i| Row::Replication(s, g, i)).collect())
        });
        (Section::Replication, rows.unwrap_or_default())
    }

    /// The replication jobs of the guests that are meant.
    fn replication(self, meant: impl Fn(&GuestRow) -> bool) -> Members {
        let mut rows = Vec::new();
        for (s, site) in self.sites() {
            for (g, guest) in (0..).zip(&site.guests).filter(|(_, guest)| meant(guest)) {
                let jobs = 0..count(guest.replication.jobs.len());
                rows.extend(jobs.map(|i| Row::Replication(s, g, i)));
            }
        }
        (Section::Replication, rows)
    }
}
