//! A survey: what one round of polling one source saw. Immutable, shared.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::id::{Product, SourceName};
use super::link::Link;
use super::part::{Part, PartView};
use super::pbs::PbsSurvey;
use super::pve::PveSurvey;
use super::time::Epoch;
use super::zone::Zone;

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
    pub fn new(source: SourceName, product: Product, endpoints: &[Arc<str>]) -> Self {
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

    /// Looks up what the names of its servers' time zones mean.
    pub fn look_up_zones(&mut self, named: &dyn Fn(&str) -> Option<TimeZone>) {
        let zones: Vec<&mut Part<Zone>> = match &mut self.body {
            Body::Pve(pve) => pve.nodes.values_mut().map(|parts| &mut parts.timezone).collect(),
            Body::Pbs(pbs) => vec![&mut pbs.timezone],
        };
        for zone in zones.into_iter().filter_map(|part| part.value.as_mut()) {
            Arc::make_mut(zone).look_up(named);
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
