//! A survey: what one round of polling one source saw. Immutable, shared.

use serde::{Deserialize, Serialize};

use super::id::{Product, SourceName};
use super::link::Link;
use super::part::PartView;
use super::pbs::PbsSurvey;
use super::pve::PveSurvey;
use super::time::Epoch;

/// What is known of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Which source.
    pub source: SourceName,
    /// How it is reached.
    pub link: Link,
    /// What it said.
    pub body: Body,
}

/// What a source said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// A PVE cluster or host.
    Pve(Box<PveSurvey>),
    /// A PBS.
    Pbs(Box<PbsSurvey>),
}

impl Survey {
    /// A source of which nothing was asked yet.
    pub fn new(source: SourceName, product: Product, endpoints: &[std::sync::Arc<str>]) -> Self {
        let body = match product {
            Product::Pve => Body::Pve(Box::default()),
            Product::Pbs => Body::Pbs(Box::default()),
        };
        Self { source, link: Link::new(endpoints.iter().cloned(), super::tier::FAST), body }
    }

    /// PVE or PBS.
    pub fn product(&self) -> Product {
        match self.body {
            Body::Pve(_) => Product::Pve,
            Body::Pbs(_) => Product::Pbs,
        }
    }

    /// What a PVE source said.
    pub fn pve(&self) -> Option<&PveSurvey> {
        match &self.body {
            Body::Pve(pve) => Some(pve),
            Body::Pbs(_) => None,
        }
    }

    /// What a PBS said.
    pub fn pbs(&self) -> Option<&PbsSurvey> {
        match &self.body {
            Body::Pbs(pbs) => Some(pbs),
            Body::Pve(_) => None,
        }
    }

    /// Every part, in the order of its cost.
    pub fn parts(&self, now: Epoch) -> Vec<PartView<'_>> {
        match &self.body {
            Body::Pve(pve) => pve.parts(now),
            Body::Pbs(pbs) => pbs.parts(now),
        }
    }
}
