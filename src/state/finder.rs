//! Where the rows are that a detail lists, found out once per judgement, when first asked: what a
//! detail costs is as much as it shows, however large the fleet is.

use foldhash::HashMap;

use crate::fleet::id::{GuestKey, JobId, NodeName, SiteName, SourceName};
use crate::judge::rows::GuestRow;
use crate::judge::{Judged, Problem};

/// A row by its site and its place there.
pub(super) type Place = (u32, u32);

/// Places of rows in one [`Judged`]; those of one kind stand in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Finder {
    guests: HashMap<GuestKey, Place>,
    residents: HashMap<(SourceName, NodeName), Vec<Place>>,
    replicated: HashMap<(SourceName, JobId), Vec<Place>>,
    covering: HashMap<GuestKey, Vec<Place>>,
    pub(super) problems: Told,
    pub(super) notices: Told,
}

/// Where problems or notices are.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    sources: HashMap<SourceName, Vec<u32>>,
    sites: HashMap<SiteName, Vec<u32>>,
}

impl Told {
    fn new(all: &[Problem]) -> Self {
        let mut told = Self::default();
        for (at, problem) in (0..).zip(all) {
            if let Some(source) = &problem.source {
                told.sources.entry(source.clone()).or_default().push(at);
            }
            if let Some(site) = &problem.site {
                told.sites.entry(site.clone()).or_default().push(at);
            }
        }
        told
    }

    /// Those at a source.
    pub(super) fn of_source(&self, source: &SourceName) -> &[u32] {
        self.sources.get(source).map_or(&[], Vec::as_slice)
    }

    /// Those at a site.
    pub(super) fn at_site(&self, site: &SiteName) -> &[u32] {
        self.sites.get(site).map_or(&[], Vec::as_slice)
    }
}

impl Finder {
    /// Goes through a judgement once.
    pub(super) fn new(judged: &Judged) -> Self {
        let mut finder = Self {
            problems: Told::new(&judged.problems),
            notices: Told::new(&judged.notices),
            ..Self::default()
        };
        for (s, site) in (0..).zip(&judged.sites) {
            for (g, guest) in (0..).zip(&site.guests) {
                finder.note((s, g), guest);
            }
            for (j, job) in (0..).zip(&site.backup_jobs) {
                for vmid in job.covers.iter().flatten() {
                    let key = GuestKey { source: job.source.clone(), vmid: *vmid };
                    let jobs = finder.covering.entry(key).or_default();
                    // A guest that is listed twice is covered by one job.
                    if jobs.last() != Some(&(s, j)) {
                        jobs.push((s, j));
                    }
                }
            }
        }
        finder
    }

    fn note(&mut self, place: Place, guest: &GuestRow) {
        let source = &guest.source;
        let key = GuestKey { source: source.clone(), vmid: guest.vmid };
        self.guests.entry(key).or_insert(place);
        self.residents.entry((source.clone(), guest.node.clone())).or_default().push(place);
        for job in &guest.replication.jobs {
            let guests = self.replicated.entry((job.source.clone(), job.id.clone())).or_default();
            if guests.last() != Some(&place) {
                guests.push(place);
            }
        }
    }

    /// Where a guest is.
    pub(super) fn guest(&self, key: &GuestKey) -> Option<Place> {
        self.guests.get(key).copied()
    }

    /// The guests on a node.
    pub(super) fn residents(&self, source: &SourceName, node: &NodeName) -> &[Place] {
        self.residents.get(&(source.clone(), node.clone())).map_or(&[], Vec::as_slice)
    }

    /// The guests that a replication job copies.
    pub(super) fn replicated(&self, source: &SourceName, job: &JobId) -> &[Place] {
        self.replicated.get(&(source.clone(), job.clone())).map_or(&[], Vec::as_slice)
    }

    /// The backup jobs that cover a guest.
    pub(super) fn covering(&self, key: &GuestKey) -> &[Place] {
        self.covering.get(key).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Finder, Place};
    use crate::fleet::id::GuestKey;
    use crate::judge::Judged;
    use crate::judge::rows::{BackupJobRow, GuestRow};
    use crate::judge::sample::{healthy, judged};

    fn guests(all: &Judged, meant: impl Fn(&GuestRow) -> bool) -> Vec<Place> {
        let of = |(s, site)| (0..).zip(all_of(site)).map(move |(g, guest)| ((s, g), guest));
        let found = (0..).zip(&all.sites).flat_map(of).filter(|(_, guest)| meant(guest));
        found.map(|(place, _)| place).collect()
    }

    fn all_of(site: &crate::judge::rows::SiteRow) -> &[GuestRow] {
        &site.guests
    }

    fn jobs(all: &Judged, meant: impl Fn(&BackupJobRow) -> bool) -> Vec<Place> {
        let mut found = Vec::new();
        for (s, site) in (0..).zip(&all.sites) {
            let jobs = (0..).zip(&site.backup_jobs).filter(|(_, job)| meant(job));
            found.extend(jobs.map(|(j, _)| (s, j)));
        }
        found
    }

    #[test]
    fn places_are_those_that_a_look_through_everything_finds() {
        let all = judged(&healthy());
        let finder = Finder::new(&all);
        let (mut seen, mut covered, mut copied) = (BTreeSet::new(), 0, 0);
        for guest in all.sites.iter().flat_map(|site| &site.guests) {
            let key = GuestKey { source: guest.source.clone(), vmid: guest.vmid };
            let is = |g: &GuestRow| g.source == key.source && g.vmid == key.vmid;
            assert_eq!(finder.guest(&key).as_slice(), guests(&all, is));
            let lives = |g: &GuestRow| g.source == guest.source && g.node == guest.node;
            assert_eq!(finder.residents(&guest.source, &guest.node), guests(&all, lives));
            let covers = |j: &BackupJobRow| {
                let covers = j.covers.as_ref();
                j.source == key.source && covers.is_some_and(|all| all.contains(&key.vmid))
            };
            assert_eq!(finder.covering(&key), jobs(&all, covers));
            covered += finder.covering(&key).len();
            for job in &guest.replication.jobs {
                let has = |g: &GuestRow| {
                    g.source == job.source && g.replication.jobs.iter().any(|j| j.id == job.id)
                };
                assert_eq!(finder.replicated(&job.source, &job.id), guests(&all, has));
                copied += 1;
            }
            seen.insert(key);
        }
        assert!(seen.len() > 2 && covered > 2 && copied > 0);
        let nobody = GuestKey { source: "fi".into(), vmid: 9999 };
        assert_eq!(finder.guest(&nobody), None);
        assert!(finder.covering(&nobody).is_empty());
    }
}
