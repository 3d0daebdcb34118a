//! How far what is reckoned with can be believed: sources that were never read, that do not
//! answer, of which not all could be read.

use super::Loss;
use crate::fleet::id::{Product, SiteName, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::rows::SourceState;

/// What the PVE sources that are asked about have told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Their guests were never read.
    pub never: Vec<SourceName>,
    /// They do not answer now; when they last did.
    pub last: Vec<(SourceName, Option<Epoch>)>,
    /// They answer, and something could not be read.
    pub partly: Vec<SourceName>,
}

impl Told {
    /// Of the sources that are lost, wholly or in part.
    pub fn of_losses(fleet: &Fleet, judged: &Judged, lost: &[Loss]) -> Self {
        Self::of(fleet, judged, |site, name| {
            lost.iter().any(|loss| match loss {
                Loss::Node(source, _) | Loss::Source(source) => source == name,
                Loss::Site(lost) => lost == site,
            })
        })
    }

    /// Of the PVE sources that are asked about.
    pub fn of(
        fleet: &Fleet,
        judged: &Judged,
        is_asked: impl Fn(&SiteName, &SourceName) -> bool,
    ) -> Self {
        let mut told = Self::default();
        for site in &judged.sites {
            let all = site.sources.iter().filter(|row| row.product == Product::Pve);
            for row in all.filter(|row| is_asked(&site.name, &row.name)) {
                let pve = fleet.survey(&row.name).and_then(|survey| survey.pve());
                if pve.is_none_or(|pve| pve.resources.known().is_none()) {
                    told.never.push(row.name.clone());
                } else if row.state != SourceState::Fresh {
                    told.last.push((row.name.clone(), row.seen));
                } else if !row.complete {
                    told.partly.push(row.name.clone());
                }
            }
        }
        told
    }

    /// Whether nothing is hidden: all of them answer, and all of it was read.
    pub fn is_whole(&self) -> bool {
        self.never.is_empty() && self.last.is_empty() && self.partly.is_empty()
    }
}
