//! What a frame asks of the judgement as a whole, found out once per judgement: counts, sums per
//! site, and where the row of a subject is. A frame looks up; it never counts through the fleet.

use std::sync::{Arc, OnceLock, Weak};

use foldhash::HashMap;

use super::finder::Finder;
use super::row::Item;
use crate::fleet::id::{GuestKey, JobId, SiteName, SourceName};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::survey::Survey;
use crate::judge::rows::{
    BackupJobRow, DatastoreRow, GroupRow, GuestRow, NodeRow, ReplicationRow, SiteRow, SourceState,
    StorageRow,
};
use crate::judge::{Judged, Problem, Severity, Verdict};

/// Sums and places of one [`Judged`].
#[derive(Clone, Debug, Default)]
pub struct Index {
    judged: Weak<Judged>,
    counts: [usize; 4],
    /// Hosts of all sites.
    pub hosts: usize,
    /// Guests of all sites.
    pub guests: usize,
    /// Whether every source tells all it has, so that what is not listed is not there.
    pub is_whole: bool,
    /// Whether these numbers are all there is, as far as anybody has known: else the least.
    pub is_counted: bool,
    problems: HashMap<Subject, Vec<u32>>,
    notices: HashMap<Subject, Vec<u32>>,
    at: HashMap<SiteName, Vec<u32>>,
    worst: HashMap<SourceName, Verdict>,
    surveys: HashMap<SourceName, (usize, usize)>,
    writers: HashMap<SourceName, Vec<(u32, u32, u32)>>,
    /// The greatest number of a guest.
    greatest: u32,
    carried: HashMap<SourceName, Vec<(u32, u32, u32)>>,
    homes: HashMap<SourceName, usize>,
    sites: HashMap<SiteName, (usize, Sums)>,
    finder: OnceLock<Finder>,
}

/// The sums of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// Hosts that are online.
    pub online: usize,
    /// Whether the state of a host is unknown.
    pub hosts_unknown: bool,
    /// Guests but templates.
    pub guests: usize,
    /// Guests that run.
    pub running: usize,
    /// Whether the state of a guest is unknown.
    pub guests_unknown: bool,
    /// Whether all its sources tell all they have, so that what is not listed is not there.
    pub is_whole: bool,
    /// How the backups of its guests stand.
    pub backups: Tally,
    /// How its replication jobs stand, and the guests that should have one and have none.
    pub replicas: Tally,
    /// How its guests would come back.
    pub rescues: Rescues,
}

/// How the guests of a site would come back, each if its own node died.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rescues {
    /// Guests to which that applies.
    pub all: usize,
    /// Nothing brings them back.
    pub gone: usize,
    /// Something brings them back, and something is wrong with it.
    pub weak: usize,
    /// It cannot be told.
    pub unknown: usize,
    /// Their restore was never rehearsed.
    pub unrehearsed: usize,
    /// The most that is lost of one that comes back, seconds.
    pub worst_loss: Option<i64>,
}

impl Rescues {
    fn add(&mut self, guest: &GuestRow) {
        let recovery = &guest.recovery;
        let Some(verdict) = recovery.verdict else { return };
        self.all += 1;
        let best = recovery.best();
        match verdict {
            _ if best.is_none() && recovery.is_known => self.gone += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Ok => {}
            Verdict::Warning | Verdict::Critical => self.weak += 1,
        }
        self.unrehearsed += usize::from(recovery.rehearsed.is_none() && !guest.template);
        self.worst_loss = self.worst_loss.max(best.and_then(|way| way.loss));
    }
}

/// Verdicts of one kind, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub all: usize,
    /// The worst of them.
    pub worst: Verdict,
    /// How many are that bad; none where all are well.
    pub bad: usize,
    /// What those have in common.
    pub cause: Cause,
}

/// What several bad verdicts have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nothing looked at yet.
    Open,
    /// None has a problem of its own.
    None,
    /// All have a problem of the code of this one.
    Shared(u32),
    /// They differ.
    Mixed,
}

impl Tally {
    fn new() -> Self {
        Self { all: 0, worst: Verdict::Ok, bad: 0, cause: Cause::Open }
    }

    fn add(&mut self, verdict: Verdict, problem: impl FnOnce() -> Option<u32>, judged: &Judged) {
        self.all += 1;
        if verdict > self.worst {
            (self.worst, self.bad, self.cause) = (verdict, 0, Cause::Open);
        }
        if verdict != self.worst || verdict == Verdict::Ok {
            return;
        }
        self.bad += 1;
        let code = |index: u32| judged.problems.get(index as usize).map(|p| p.code);
        self.cause = match (self.cause, problem()) {
            (Cause::Open | Cause::None, None) => Cause::None,
            (Cause::Open, Some(index)) => Cause::Shared(index),
            (Cause::Shared(known), Some(index)) if code(known) == code(index) => self.cause,
            _ => Cause::Mixed,
        };
    }
}

impl Index {
    /// Goes through a judgement once.
    pub fn new(judged: &Arc<Judged>, fleet: &Fleet) -> Self {
        let mut index = Self { judged: Arc::downgrade(judged), ..Self::default() };
        for (number, problem) in (0..).zip(&judged.problems) {
            index.problems.entry(problem.subject.clone()).or_default().push(number);
            if let Some(count) = index.counts.get_mut(problem.severity as usize) {
                *count += 1;
            }
            if let Some(site) = &problem.site {
                index.at.entry(site.clone()).or_default().push(number);
            }
            if let Some(source) = &problem.source {
                let worst = index.worst.entry(source.clone()).or_insert(Verdict::Ok);
                *worst = (*worst).max(problem.severity.verdict());
            }
        }
        for (number, notice) in (0..).zip(&judged.notices) {
            index.notices.entry(notice.subject.clone()).or_default().push(number);
        }
        for (s, site) in (0..).zip(&fleet.sites) {
            for (i, survey) in (0..).zip(&site.surveys) {
                index.surveys.insert(survey.source.clone(), (s, i));
            }
        }
        (index.is_whole, index.is_counted) = (true, true);
        for (number, site) in (0..).zip(&judged.sites) {
            index.note_writers(number, site);
            let sources = site.sources.iter().map(|row| (row.name.clone(), number as usize));
            index.homes.extend(sources);
            let sums = index.sums(site, judged);
            index.hosts += site.nodes.len();
            index.guests += site.guests.len();
            let greatest = site.guests.iter().map(|row| row.vmid).max();
            index.greatest = index.greatest.max(greatest.unwrap_or(0));
            index.is_whole &= sums.is_whole;
            index.is_counted &= sums.is_whole || !site.guests.is_empty();
            index.sites.insert(site.name.clone(), (number as usize, sums));
        }
        index
    }

    /// Whether it was made from this judgement.
    pub fn is_of(&self, judged: &Arc<Judged>) -> bool {
        std::ptr::eq(self.judged.as_ptr(), Arc::as_ptr(judged))
    }

    fn note_writers(&mut self, s: u32, site: &SiteRow) {
        for (d, store) in (0..).zip(&site.datastores) {
            for (w, (source, _, _)) in (0..).zip(&store.writers) {
                self.writers.entry(source.clone()).or_default().push((s, d, w));
            }
            for (c, (source, _)) in (0..).zip(&store.carried) {
                self.carried.entry(source.clone()).or_default().push((s, d, c));
            }
        }
    }

    fn sums(&self, site: &SiteRow, judged: &Judged) -> Sums {
        let mut sums = Sums {
            online: site.nodes.iter().filter(|n| n.state == NodeState::Online).count(),
            hosts_unknown: site.nodes.iter().any(|n| n.state == NodeState::Unknown),
            guests: 0,
            running: 0,
            guests_unknown: false,
            is_whole: site.sources.iter().all(|s| s.state == SourceState::Fresh && s.complete),
            backups: Tally::new(),
            replicas: Tally::new(),
            rescues: Rescues::default(),
        };
        let of_guest = |guest: &GuestRow, family: &str| {
            self.first(&Subject::guest(&guest.source, guest.vmid), family, judged)
        };
        for guest in &site.guests {
            sums.rescues.add(guest);
            if !guest.template {
                sums.guests += 1;
                sums.running += usize::from(&*guest.state == "running");
                sums.guests_unknown |= &*guest.state == "unknown";
            }
            if let Some(verdict) = guest.backup.verdict {
                sums.backups.add(verdict, || of_guest(guest, "backup"), judged);
            }
            for job in &guest.replication.jobs {
                let own = || {
                    let subject = Subject::Replication(job.source.clone(), job.id.clone());
                    let family = "replication";
                    self.first(&subject, family, judged).or_else(|| of_guest(guest, family))
                };
                sums.replicas.add(job.verdict, own, judged);
            }
            if let (Some(verdict), true) =
                (guest.replication.verdict, guest.replication.jobs.is_empty())
            {
                sums.replicas.add(verdict, || of_guest(guest, "replication"), judged);
            }
        }
        sums
    }

    fn first(&self, subject: &Subject, family: &str, judged: &Judged) -> Option<u32> {
        let own = self.problems.get(subject)?;
        let is = |p: &Problem| p.code.family() == family;
        own.iter().copied().find(|i| judged.problems.get(*i as usize).is_some_and(is))
    }

    /// Problems or notices of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.counts.get(severity as usize).copied().unwrap_or(0)
    }

    /// The row of a subject; of a cluster that of its source. A frame asks for as many as it has
    /// lines, so a site is searched for each: to note where all are costs more than a judgement.
    pub fn item<'a>(&self, subject: &Subject, judged: &'a Judged) -> Option<Item<'a>> {
        let home = self.homes.get(subject.source()?)?;
        locate(judged.sites.get(*home)?, subject)
    }

    /// Where the rows are that details list.
    pub(super) fn finder(&self, judged: &Judged) -> &Finder {
        self.finder.get_or_init(|| Finder::new(judged))
    }

    /// The row of a guest.
    pub fn guest<'a>(&self, key: &GuestKey, judged: &'a Judged) -> Option<&'a GuestRow> {
        let (site, place) = self.finder(judged).guest(key)?;
        judged.sites.get(site as usize)?.guests.get(place as usize)
    }

    /// The first guest that a replication job copies.
    pub fn replicated<'a>(
        &self,
        source: &SourceName,
        job: &JobId,
        judged: &'a Judged,
    ) -> Option<&'a GuestRow> {
        let (site, place) = *self.finder(judged).replicated(source, job).first()?;
        judged.sites.get(site as usize)?.guests.get(place as usize)
    }

    /// Where a source is among the sites.
    pub(super) fn home(&self, source: &SourceName) -> Option<usize> {
        self.homes.get(source).copied()
    }

    /// Where the problems of a subject are, worst first.
    pub(super) fn problems_of(&self, subject: &Subject) -> &[u32] {
        self.problems.get(subject).map_or(&[], Vec::as_slice)
    }

    /// Where the notices of a subject are.
    pub(super) fn notices_of(&self, subject: &Subject) -> &[u32] {
        self.notices.get(subject).map_or(&[], Vec::as_slice)
    }

    /// The problems of a subject, worst first.
    pub fn problems<'a>(
        &self,
        subject: &Subject,
        judged: &'a Judged,
    ) -> impl Iterator<Item = &'a Problem> {
        let own = self.problems.get(subject).map_or(&[][..], Vec::as_slice);
        own.iter().filter_map(|i| judged.problems.get(*i as usize))
    }

    /// The problems at a site, worst first.
    pub fn problems_at<'a>(
        &self,
        site: &SiteName,
        judged: &'a Judged,
    ) -> impl Iterator<Item = &'a Problem> + use<'a, '_> {
        let own = self.at.get(site).map_or(&[][..], Vec::as_slice);
        own.iter().filter_map(|i| judged.problems.get(*i as usize))
    }

    /// The notices of a subject.
    pub fn notices<'a>(
        &self,
        subject: &Subject,
        judged: &'a Judged,
    ) -> impl Iterator<Item = &'a Problem> {
        let own = self.notices.get(subject).map_or(&[][..], Vec::as_slice);
        own.iter().filter_map(|i| judged.notices.get(*i as usize))
    }

    /// The worst of all problems at a source.
    pub fn worst(&self, source: &SourceName) -> Verdict {
        self.worst.get(source).copied().unwrap_or(Verdict::Ok)
    }

    /// What is known of a source.
    pub fn survey<'a>(&self, source: &SourceName, fleet: &'a Fleet) -> Option<&'a Arc<Survey>> {
        let (site, place) = *self.surveys.get(source)?;
        let survey = fleet.sites.get(site)?.surveys.get(place)?;
        (survey.source == *source).then_some(survey)
    }

    /// Where a source's copies are written: site, datastore and writer by their places.
    pub fn writers(&self, source: &SourceName) -> &[(u32, u32, u32)] {
        self.writers.get(source).map_or(&[], Vec::as_slice)
    }

    /// How many digits the numbers of guests have at most.
    pub fn digits(&self) -> u16 {
        self.greatest.checked_ilog10().map_or(1, |log| u16::try_from(log + 1).unwrap_or(10))
    }

    /// Where sync jobs bring a source's copies: site, datastore and place there by their places.
    pub fn carried(&self, source: &SourceName) -> &[(u32, u32, u32)] {
        self.carried.get(source).map_or(&[], Vec::as_slice)
    }

    /// Where a site is in the judgement, and its sums.
    pub fn site(&self, name: &SiteName) -> Option<(usize, &Sums)> {
        self.sites.get(name).map(|(place, sums)| (*place, sums))
    }
}

/// The row of a subject within the site of its source.
fn locate<'a>(site: &'a SiteRow, subject: &Subject) -> Option<Item<'a>> {
    Some(match subject {
        Subject::Viewer => return None,
        Subject::Source(source) | Subject::Cluster(source) => {
            Item::Source(site, site.sources.iter().find(|r| r.name == *source)?)
        }
        Subject::Node(source, name) => {
            let is = |r: &&NodeRow| r.name == *name && r.source == *source;
            Item::Node(site, site.nodes.iter().find(is)?)
        }
        Subject::Guest(key) => {
            let is = |r: &&GuestRow| r.vmid == key.vmid && r.source == key.source;
            Item::Guest(site, site.guests.iter().find(is)?)
        }
        Subject::BackupJob(source, id) => {
            let is = |r: &&BackupJobRow| r.id == *id && r.source == *source;
            Item::BackupJob(site, site.backup_jobs.iter().find(is)?)
        }
        Subject::Group(key) => {
            let is = |r: &&GroupRow| {
                let known = (&r.id, r.kind, &r.ns, &r.store, &r.source);
                known == (&key.id, key.kind, &key.ns, &key.store, &key.source)
            };
            Item::Group(site, site.groups.iter().find(is)?)
        }
        Subject::Replication(source, id) => {
            let is = |r: &&ReplicationRow| r.id == *id && r.source == *source;
            let of = |guest: &'a GuestRow| Some((guest, guest.replication.jobs.iter().find(is)?));
            let (guest, row) = site.guests.iter().find_map(of)?;
            Item::Replication(site, guest, row)
        }
        Subject::Storage(source, node, name) => {
            let is = |r: &&StorageRow| r.name == *name && r.node == *node && r.source == *source;
            Item::Storage(site, site.storages.iter().find(is)?)
        }
        Subject::Datastore(source, name) => {
            let is = |r: &&DatastoreRow| r.name == *name && r.source == *source;
            Item::Datastore(site, site.datastores.iter().find(is)?)
        }
    })
}
