//! The frame: runs the families, merges what they raised into their rows, rolls up.

mod merge;
#[cfg(test)]
mod tests;

use super::context::Context;
use super::except::Exceptions;
use super::findings::Findings;
use super::mapping::Mapping;
use super::raised::{Order, Raised};
use super::rows::{Judged, SiteRow};
use super::verdict::Verdict;
use super::{lane, source, viewer};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
pub(super) use merge::Owns;

/// Judges everything that is known, at `now` (our clock).
pub fn judge(fleet: &Fleet, now: Epoch) -> Judged {
    let ctx = Context::new(fleet, now);
    let mapping = Mapping::new(&ctx);
    let mut sites = empty_sites(fleet);

    let mut findings = Findings::new(Exceptions::new(fleet, now));
    source::judge_clocks(&ctx, &mut findings);
    viewer::judge(fleet, &mut findings);
    let order = Order::new(fleet);
    let (said, mut raised) = lane::judge(&ctx, &mapping, &order);
    raised.push(Raised::new(&order, findings.into_all()));
    for (source, said) in ctx.sources.iter().zip(said) {
        let Some(site) = sites.get_mut(source.site_index) else { continue };
        site.sources.push(said.row);
        take(&mut site.nodes, said.nodes);
        take(&mut site.storages, said.storages);
        take(&mut site.guests, said.guests);
        take(&mut site.datastores, said.datastores);
        take(&mut site.backup_jobs, said.backup_jobs);
        take(&mut site.groups, said.groups);
    }

    let mut owns = Owns::default();
    for raised in &mut raised {
        owns.join(raised.take_owns());
    }
    let merge = || {
        for (site, index) in sites.iter_mut().zip(0..) {
            owns.merge(site);
            site.verdict = roll_up(site, owns.raised_at(fleet, index));
        }
    };
    let (problems, notices) = lane::beside(raised, merge);
    let verdict = Verdict::worst(sites.iter().map(|s| s.verdict).chain([owns.viewer()]));
    let timeline = std::sync::OnceLock::new();
    Judged { taken: now, verdict, sites, problems, notices, timeline }
}

/// Adds rows to those of a site; the first ones as they are, for thousands are dear to move.
fn take<T>(rows: &mut Vec<T>, more: Vec<T>) {
    if rows.is_empty() {
        *rows = more;
    } else {
        rows.extend(more);
    }
}

fn empty_sites(fleet: &Fleet) -> Vec<SiteRow> {
    fleet
        .sites
        .iter()
        .map(|site| SiteRow {
            name: site.facts.name.clone(),
            verdict: Verdict::Ok,
            sources: Vec::new(),
            nodes: Vec::new(),
            guests: Vec::new(),
            storages: Vec::new(),
            datastores: Vec::new(),
            backup_jobs: Vec::new(),
            groups: Vec::new(),
        })
        .collect()
}

/// The worst of a site's rows and of all that was raised there.
fn roll_up(site: &SiteRow, raised: Verdict) -> Verdict {
    let rows = site
        .sources
        .iter()
        .map(|r| r.verdict)
        .chain(site.nodes.iter().map(|r| r.verdict))
        .chain(site.guests.iter().map(|r| r.verdict))
        .chain(site.storages.iter().map(|r| r.verdict))
        .chain(site.datastores.iter().map(|r| r.verdict))
        .chain(site.backup_jobs.iter().map(|r| r.verdict));
    Verdict::worst(rows).max(raised)
}
