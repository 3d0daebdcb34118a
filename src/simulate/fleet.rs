//! The description of a simulated fleet: everything its servers answer follows from this and
//! the clock.
//!
//! Times in it are seconds relative to the start of the federation (negative: before it).

mod backup;
mod build;
mod cluster;

pub use backup::*;
pub use cluster::*;

/// A whole federation.
#[derive(Clone, Debug, Default)]
pub struct SimFleet {
    /// Its places.
    pub sites: Vec<SimSite>,
    /// What its people want, as the written configuration says it.
    pub objectives: Vec<SimObjective>,
}

/// What the people of a fleet want of some guests.
#[derive(Clone, Debug, Default)]
pub struct SimObjective {
    /// `tag:prod`
    pub guests: Vec<String>,
    /// The most that may be lost: `8h`.
    pub recovery_point: Option<String>,
    /// The longest without a rehearsal: `365d`.
    pub rehearse_every: Option<String>,
}

/// One place with its sources.
#[derive(Clone, Debug, Default)]
pub struct SimSite {
    /// Name of the site in the written configuration.
    pub name: String,
    /// Where it is, for people.
    pub place: Option<String>,
    /// Who has the key, for people.
    pub contact: Option<String>,
    /// PVE clusters and standalone hosts.
    pub clusters: Vec<SimCluster>,
    /// Backup servers.
    pub backup_servers: Vec<SimPbs>,
}

/// The version of a server, comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SimVersion(pub u32, pub u32, pub u32);

impl SimVersion {
    /// Whether this is `major.minor` or later.
    pub fn at_least(self, major: u32, minor: u32) -> bool {
        (self.0, self.1) >= (major, minor)
    }

    /// `9.1`: PVE's `release`, PBS's `version`.
    pub fn short(self) -> String {
        format!("{}.{}", self.0, self.1)
    }

    /// `9.1.7`, on PVE 7 `7.4-17`.
    pub fn pve_text(self) -> String {
        let sign = if self.0 < 8 { '-' } else { '.' };
        format!("{}.{}{sign}{}", self.0, self.1, self.2)
    }
}

/// A stretch of time in seconds relative to the start of the federation; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Beginning.
    pub from: i64,
    /// End, inclusive.
    pub to: Option<i64>,
}

impl Window {
    /// From `from` on, for ever.
    pub fn since(from: i64) -> Self {
        Self { from, to: None }
    }

    /// From `from` to `to`.
    pub fn span(from: i64, to: i64) -> Self {
        Self { from, to: Some(to) }
    }

    /// Whether the absolute time `at` is inside, the federation having started at `start`.
    pub fn holds(self, at: i64, start: i64) -> bool {
        at >= start + self.from && self.to.is_none_or(|to| at <= start + to)
    }
}

impl SimFleet {
    /// All clusters with the site they stand at.
    pub fn clusters(&self) -> impl Iterator<Item = (&SimSite, &SimCluster)> {
        self.sites.iter().flat_map(|site| site.clusters.iter().map(move |cluster| (site, cluster)))
    }

    /// All backup servers with the site they stand at.
    pub fn backup_servers(&self) -> impl Iterator<Item = (&SimSite, &SimPbs)> {
        self.sites.iter().flat_map(|site| site.backup_servers.iter().map(move |pbs| (site, pbs)))
    }

    /// The cluster polled under this source name.
    pub fn cluster(&self, source: &str) -> Option<&SimCluster> {
        self.clusters().map(|(_, cluster)| cluster).find(|cluster| cluster.source == source)
    }

    /// The same, to change it.
    pub fn cluster_mut(&mut self, source: &str) -> Option<&mut SimCluster> {
        self.sites
            .iter_mut()
            .flat_map(|site| site.clusters.iter_mut())
            .find(|cluster| cluster.source == source)
    }

    /// The backup server polled under this source name.
    pub fn pbs(&self, source: &str) -> Option<&SimPbs> {
        self.backup_servers().map(|(_, pbs)| pbs).find(|pbs| pbs.source == source)
    }

    /// The same, to change it.
    pub fn pbs_mut(&mut self, source: &str) -> Option<&mut SimPbs> {
        self.sites
            .iter_mut()
            .flat_map(|site| site.backup_servers.iter_mut())
            .find(|pbs| pbs.source == source)
    }
}
