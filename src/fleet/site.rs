//! The fleet: all configured sites with what is known of their sources.

use std::sync::Arc;

use super::drill::Drills;
use super::id::{Product, SourceName};
use super::policy::{Except, SiteFacts, SourceFacts};
use super::survey::Survey;
use super::time::Epoch;

/// All configured sites.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// In the order of the file.
    pub sites: Vec<Site>,
    /// Problems accepted as they are.
    pub excepts: Arc<[Except]>,
    /// Rehearsed restores.
    pub drills: Arc<Drills>,
    /// Why what is known now is not kept for the next start; none where it is.
    pub unkept: Option<Unkept>,
}

/// What is known now is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// The file that is not written, cleaned.
    pub path: Arc<str>,
    /// What hinders.
    pub why: Hindrance,
    /// Since when, our clock.
    pub since: Epoch,
}

/// What hinders a file from being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The system, in its words, cleaned.
    Refused(Arc<str>),
    /// The place is another user's, or others may write there.
    Foreign,
    /// It would be too large.
    TooLarge,
}

/// One site.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// What the configuration says of it.
    pub facts: Arc<SiteFacts>,
    /// What is known of each of its sources, in the order of `facts.sources`.
    pub surveys: Vec<Arc<Survey>>,
}

impl Site {
    /// Its sources with what is known of them.
    pub fn sources(&self) -> impl Iterator<Item = (&SourceFacts, &Arc<Survey>)> {
        self.facts.sources.iter().zip(&self.surveys)
    }
}

impl Fleet {
    /// A fleet of which nothing is known yet.
    pub fn new(sites: impl IntoIterator<Item = SiteFacts>, excepts: Vec<Except>) -> Self {
        let sites = sites
            .into_iter()
            .map(|facts| Site {
                surveys: facts
                    .sources
                    .iter()
                    .map(|s| Arc::new(Survey::new(s.name.clone(), s.product, &s.endpoints)))
                    .collect(),
                facts: Arc::new(facts),
            })
            .collect();
        Self { sites, excepts: excepts.into(), drills: Arc::default(), unkept: None }
    }

    /// Puts a survey in the place of the older one of the same source. Whether there was one.
    pub fn take(&mut self, survey: Arc<Survey>) -> bool {
        for site in &mut self.sites {
            if let Some(slot) = site.surveys.iter_mut().find(|s| s.source == survey.source) {
                *slot = survey;
                return true;
            }
        }
        false
    }

    /// The survey of a source.
    pub fn survey(&self, source: &SourceName) -> Option<&Arc<Survey>> {
        self.sites.iter().flat_map(|s| &s.surveys).find(|s| s.source == *source)
    }

    /// The site a source belongs to.
    pub fn site_of(&self, source: &SourceName) -> Option<&Site> {
        self.sites.iter().find(|s| s.surveys.iter().any(|x| x.source == *source))
    }

    /// All sources with site and survey, in the order of the file.
    pub fn sources(&self) -> impl Iterator<Item = (&Site, &SourceFacts, &Arc<Survey>)> {
        self.sites.iter().flat_map(|site| site.sources().map(move |(f, s)| (site, f, s)))
    }

    /// The watched PBSes.
    pub fn backup_servers(&self) -> impl Iterator<Item = (&Site, &SourceFacts, &Arc<Survey>)> {
        self.sources().filter(|(_, f, _)| f.product == Product::Pbs)
    }
}
