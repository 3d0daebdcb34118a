//! The frame: runs the families, merges what they raised into their rows, rolls up.

mod merge;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use super::context::Context;
use super::except::Exceptions;
use super::findings::Findings;
use super::mapping::Mapping;
use super::problem::{Problem, Severity};
use super::rows::{Judged, SiteRow};
use super::verdict::Verdict;
use super::{backup, cluster, datastore, guest, node, replication, source, storage};
use crate::fleet::calendar::ScheduleCache;
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use merge::Owns;

/// What is worth keeping from one judgement to the next: schedules already worked out. It never
/// changes a verdict.
#[derive(Debug, Default)]
pub struct Cache {
    /// Schedules parsed, and their events around the moment of the judgement.
    pub schedules: ScheduleCache,
}

/// Judges everything that is known, at `now` (our clock).
pub fn judge(fleet: &Fleet, now: Epoch, cache: &mut Cache) -> Judged {
    cache.schedules.set_now(now);
    let ctx = Context::new(fleet, now);
    let mapping = Mapping::new(&ctx);
    let mut findings = Findings::new(Exceptions::new(fleet, now));
    let mut sites = empty_sites(fleet);

    source::judge_clocks(&ctx, &mut findings);
    let mut backups = backup::judge(&ctx, &mapping, cache, &mut findings);
    let mut replications = replication::judge(&ctx, cache, &mut findings);
    let mut datastores = datastore::judge(&ctx, &mapping, cache, &mut findings);
    for source in &ctx.sources {
        let Some(site) = sites.get_mut(source.site_index) else { continue };
        site.sources.push(source::judge(source, &mut findings));
        cluster::judge(source, &mut findings);
        site.nodes.extend(node::judge(source, &mut findings));
        site.storages.extend(storage::judge(source, &mapping, &mut findings));
        let copies = take(&mut backups.guests, source.index);
        let replicas = take(&mut replications, source.index);
        site.guests.extend(guest::judge(source, copies, replicas, &mut findings));
        site.datastores.extend(take(&mut datastores, source.index));
        site.backup_jobs.extend(take(&mut backups.jobs, source.index));
        site.groups.extend(take(&mut backups.groups, source.index));
    }

    let owns = Owns::new(findings.all());
    for (site, index) in sites.iter_mut().zip(0..) {
        owns.merge(site);
        site.verdict = roll_up(site, owns.raised_at(fleet, index));
    }
    let verdict = Verdict::worst(sites.iter().map(|s| s.verdict).chain([owns.viewer()]));
    drop(owns);
    let (problems, notices) = sorted(findings.into_all());
    Judged { taken: now, verdict, sites, problems, notices }
}

/// The list of one source, taken out of the lists of all.
fn take<T>(lists: &mut [Vec<T>], index: usize) -> Vec<T> {
    lists.get_mut(index).map(std::mem::take).unwrap_or_default()
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
fn sorted(mut all: Vec<Problem>) -> (Vec<Problem>, Vec<Problem>) {
    all.sort_by_cached_key(|p| {
        let site = p.site.clone();
        (Reverse(p.severity), site, p.subject.to_string(), p.code.as_str(), p.detail.clone())
    });
    all.into_iter().partition(|p| p.severity != Severity::Notice)
}
