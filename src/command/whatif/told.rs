//! How far what is reckoned with can be believed: sources that were never read, that do not
//! answer, of which not all could be read.

use super::asked::Asked;
use crate::command::report::outline::Block;
use crate::fleet::id::{Product, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::rows::SourceState;
use crate::lang::{Lang, When};
use crate::whatif::Loss;

/// What the PVE sources that are asked about have told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Their guests were never read.
    pub(super) never: Vec<SourceName>,
    /// They do not answer now; when they last did.
    pub(super) last: Vec<(SourceName, Option<Epoch>)>,
    /// They answer, and something could not be read.
    pub(super) partly: Vec<SourceName>,
}

impl Told {
    pub(super) fn new(fleet: &Fleet, judged: &Judged, asked: &Asked) -> Self {
        let mut told = Self::default();
        for site in &judged.sites {
            for row in site.sources.iter().filter(|row| row.product == Product::Pve) {
                let is_asked = match asked {
                    Asked::Losses(lost) => lost.iter().any(|loss| match loss {
                        Loss::Node(source, _) | Loss::Source(source) => *source == row.name,
                        Loss::Site(name) => *name == site.name,
                    }),
                    Asked::Emptied { from, onto } => {
                        from.iter().chain(onto).any(|(source, _)| *source == row.name)
                    }
                };
                if !is_asked {
                    continue;
                }
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

    /// The same in sentences.
    pub(super) fn blocks(&self, lang: &dyn Lang, when: &When<'_>) -> Vec<Block> {
        let never = self.never.iter().map(|source| lang.never_told(source.as_str()));
        let last = self.last.iter().map(|(source, seen)| match seen {
            Some(seen) => {
                let (moment, age) = (lang.moment(*seen, when), lang.age(when.now.since(*seen)));
                lang.told_last(source.as_str(), &moment, &age)
            }
            None => lang.not_all_told(source.as_str()),
        });
        let partly = self.partly.iter().map(|source| lang.not_all_told(source.as_str()));
        never.chain(last).chain(partly).map(Block::Para).collect()
    }
}
