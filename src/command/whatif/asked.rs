//! What is asked: losses, or hosts to be emptied onto others.

use super::WhatIfError;
use crate::cli::Whatif;
use crate::command::target::{Takes, Target};
use crate::fleet::id::{NodeName, SourceName};
use crate::judge::Judged;
use crate::lang::whatif::host;
use crate::whatif::Loss;

/// A node by name.
pub(super) type Place = (SourceName, NodeName);

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::command) enum Asked {
    /// What would follow if all these died at once?
    Losses(Vec<Loss>),
    /// Could these be emptied onto those?
    Emptied {
        /// The hosts that are emptied, each once.
        from: Vec<Place>,
        /// The hosts that take their guests, each once.
        onto: Vec<Place>,
    },
}

impl Asked {
    /// Finds what the words mean.
    pub(super) fn find(words: &Whatif, judged: &Judged) -> Result<Self, WhatIfError> {
        if words.empty.is_empty() {
            let lost = words.lost.iter().map(|name| lost(name, judged));
            return Ok(Self::Losses(lost.filter_map(Result::transpose).collect::<Result<_, _>>()?));
        }
        let (from, onto) = (hosts(&words.empty, judged)?, hosts(&words.onto, judged)?);
        match from.iter().find(|place| onto.contains(place)) {
            Some((source, node)) => Err(WhatIfError::Both(host(source, node))),
            None => Ok(Self::Emptied { from, onto }),
        }
    }
}

fn lost(name: &str, judged: &Judged) -> Result<Option<Loss>, WhatIfError> {
    Ok(match Target::find(name, judged, Takes::Losses)? {
        Target::Node(source, node) => Some(Loss::Node(source, node)),
        Target::Source(source, _) => Some(Loss::Source(source)),
        Target::Site(site) => Some(Loss::Site(site)),
        Target::Guest(_) | Target::All => None,
    })
}

/// All hosts of these names, each once, in the order they were named.
fn hosts(names: &[String], judged: &Judged) -> Result<Vec<Place>, WhatIfError> {
    let mut all: Vec<Place> = Vec::new();
    for name in names {
        let target = Target::find(name, judged, Takes::Hosts)?;
        let rows =
            judged.sites.iter().flat_map(|site| site.nodes.iter().map(move |row| (site, row)));
        let own = rows.filter(|(site, row)| {
            row.guests.is_some()
                && match &target {
                    Target::Node(source, node) => row.source == *source && row.name == *node,
                    Target::Source(source, _) => row.source == *source,
                    Target::Site(name) => site.name == *name,
                    Target::Guest(_) | Target::All => false,
                }
        });
        let own: Vec<Place> = own.map(|(_, row)| (row.source.clone(), row.name.clone())).collect();
        if own.is_empty() {
            return Err(WhatIfError::NoHosts(name.clone()));
        }
        for place in own {
            if !all.contains(&place) {
                all.push(place);
            }
        }
    }
    Ok(all)
}
