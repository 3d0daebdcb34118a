//! To which PBS the storages of a PVE lead, as far as that is known.

use std::sync::Arc;

use crate::config::Source;
use crate::fleet::id::Product;
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::mapping::{Mapping, Server};
use crate::lang::diagnosis::Goes;
use crate::poll::assemble;
use crate::poll::call::{Call, PveCall, Reading};
use crate::probe::Probe;

/// What is known of where the copies of a source go.
pub(super) struct Copies {
    /// Age of what is known, seconds; none where it was asked now.
    pub age: Option<i64>,
    /// Each enabled storage that leads to a PBS.
    pub to: Vec<To>,
}

/// Where a storage leads.
pub(super) struct To {
    pub storage: String,
    pub goes: Goes,
}

/// Puts what was seen now beside what memory knows: storages, and the certificates by which a PBS
/// is known again.
pub(super) fn refresh(fleet: &mut Fleet, source: &Source, probe: &Probe, now: Epoch) {
    let Some(known) = fleet.survey(&source.name) else { return };
    let mut survey = (**known).clone();
    if let Some(storages) = &probe.storages {
        let reading = Reading::Storages(storages.clone());
        assemble::apply(&mut survey, &Call::Pve(PveCall::Storages), Ok(reading), now);
    }
    for (endpoint, seen) in survey.link.endpoints.iter_mut().zip(&probe.endpoints) {
        if let Some(certificate) = &seen.certificate {
            endpoint.certificate = Some(certificate.clone());
        }
    }
    fleet.take(Arc::new(survey));
}

/// What is known of a PVE source; none where its storages were never read. A PBS has none.
pub(super) fn of(
    fleet: &Fleet,
    mapping: &Mapping,
    source: &Source,
    is_asked: bool,
    now: Epoch,
) -> Option<Copies> {
    let targets = mapping.targets(&source.name)?;
    let seen = fleet.survey(&source.name)?.pve()?.storages.seen?;
    let unseen = unseen(fleet);
    let to = targets.iter().map(|target| {
        let goes = match &target.place.server {
            Server::Watched(source) => Goes::To(source.to_string()),
            Server::Elsewhere(host) if unseen.is_empty() => Goes::Elsewhere(host.to_string()),
            Server::Elsewhere(host) => Goes::Untold(host.to_string(), unseen.clone()),
        };
        To { storage: target.storage.to_string(), goes }
    });
    let age = (!is_asked).then(|| now.since(seen).max(0));
    Some(Copies { age, to: to.collect() })
}

/// PBSes of which no certificate was ever seen or pinned: any host may be one of them.
fn unseen(fleet: &Fleet) -> Vec<String> {
    let servers = fleet.sources().filter(|(_, facts, _)| facts.product == Product::Pbs);
    let unseen = servers.filter(|(_, facts, survey)| {
        let is_seen = survey.link.endpoints.iter().any(|end| end.certificate.is_some());
        facts.fingerprints.is_empty() && !is_seen
    });
    unseen.map(|(_, facts, _)| facts.name.to_string()).collect()
}
