//! The frame: runs the families, merges what they raised into their rows, rolls up.

mod merge;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use foldhash::HashMap;

use super::context::Context;
use super::except::Exceptions;
use super::findings::Findings;
use super::mapping::Mapping;
use super::problem::{Problem, Severity};
use super::rows::{Judged, SiteRow};
use super::verdict::Verdict;
use super::{lane, source, viewer};
use crate::fleet::id::SiteName;
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use merge::Owns;

/// Judges everything that is known, at `now` (our clock).
pub fn judge(fleet: &Fleet, now: Epoch) -> Judged {
    let ctx = Context::new(fleet, now);
    let mapping = Mapping::new(&ctx);
    let mut sites = empty_sites(fleet);

    let mut findings = Findings::new(Exceptions::new(fleet, now));
    source::judge_clocks(&ctx, &mut findings);
    viewer::judge(fleet, &mut findings);
    let (said, mut problems) = lane::judge(&ctx, &mapping);
    problems.extend(findings.into_all());
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

    let owns = Owns::new(&problems);
    let merge = || {
        for (site, index) in sites.iter_mut().zip(0..) {
            owns.merge(site);
            site.verdict = roll_up(site, owns.raised_at(fleet, index));
        }
    };
    let (problems, notices) = lane::beside(problems, |problems| sorted(fleet, problems), merge);
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

/// Problems and notices, each by severity (worst first), site, subject, code, detail, as they
/// are spelled.
fn sorted(fleet: &Fleet, mut all: Vec<Problem>) -> (Vec<Problem>, Vec<Problem>) {
    // Compared ten times as often as they are looked up.
    let mut names: Vec<&SiteName> = fleet.sites.iter().map(|site| &site.facts.name).collect();
    names.sort_unstable();
    let ranks: HashMap<&SiteName, usize> = names.into_iter().zip(0..).collect();
    all.sort_by_cached_key(|p| {
        let site = p.site.as_ref().and_then(|site| ranks.get(site)).copied();
        (Reverse(p.severity), site, p.subject.spelled(), p.code.as_str(), p.detail.clone())
    });
    let problems = all.partition_point(|p| p.severity != Severity::Notice);
    let notices = all.split_off(problems);
    (all, notices)
}
