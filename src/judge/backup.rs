//! Copies of guests: are they there, young, whole, verified?
//!
//! For each guest: what was found ([`super::copies`]), when it was due ([`due`]), what ran
//! ([`runs`]), where a copy made since might be that we have not seen ([`spot`]), and from all that
//! one decision ([`decide`]).

mod decide;
mod due;
pub mod fortnight;
mod guest;
mod job;
mod partial;
mod runs;
mod shelves;
mod spot;
mod verification;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::context::{Context, SourceContext};
use super::coverage::Coverage;
use super::findings::Findings;
use super::mapping::Mapping;
use super::problem::Severity;
use super::rows::{BackupJobRow, BackupRow};
use crate::fleet::code::Code;
use crate::fleet::id::{NodeName, Product};
use crate::fleet::pve::PveSurvey;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use due::{Due, Dues};
use runs::Runs;
use spot::Spot;

pub use due::Zones;
pub use partial::{LeftOut, left_out};
pub(in crate::judge) use shelves::{Claim, claim};
pub use shelves::{Shelves, certainly_lacks};
pub(in crate::judge) use verification::is_configured;

/// Judges the copies of the guests of one source, and its backup jobs: one row per guest in the
/// order of `SourceContext::guests`, with the verdict that follows from elsewhere (none: does not
/// apply), for what was raised is merged later; jobs by id.
pub fn judge(
    ctx: &Context<'_>,
    source: &SourceContext<'_>,
    mapping: &Mapping,
    shelves: &Shelves<'_>,
    findings: &mut Findings<'_>,
) -> (Vec<BackupRow>, Vec<BackupJobRow>) {
    match (source.facts.product, source.pve()) {
        (Product::Pve, Some(pve)) => of_source(ctx, source, pve, mapping, shelves, findings),
        _ => (Vec::new(), Vec::new()),
    }
}

fn of_source(
    ctx: &Context<'_>,
    source: &SourceContext<'_>,
    pve: &PveSurvey,
    mapping: &Mapping,
    shelves: &Shelves<'_>,
    findings: &mut Findings<'_>,
) -> (Vec<BackupRow>, Vec<BackupJobRow>) {
    let mut home = Home::new(ctx, source, pve, mapping);
    let jobs = job::judge(&mut home, findings);
    let mut judged = guest::Guests::new(&home, shelves);
    let rows = source.guests().iter().map(|g| judged.judge(&mut home, g, findings)).collect();
    for (subject, names) in judged.blind() {
        // What was read and named no storage, or the storage that was read and leads elsewhere.
        let draft = if matches!(subject, Subject::BackupJob(..)) {
            let draft = findings.raise(source, Code::BackupJob, Severity::Warning, subject);
            draft.detail("unnamed").evidence(&pve.backup_jobs)
        } else {
            let draft = findings.raise(source, Code::BackupBlind, Severity::Unknown, subject);
            draft.evidence(&pve.storages)
        };
        draft.facts(|f| {
            f.count = u32::try_from(names.len()).ok();
            f.names = names;
        });
    }
    (rows, jobs)
}

/// A job, a zone, the start of a vzdump that runs.
type DueKey = (usize, usize, Option<Epoch>);

/// One PVE source, prepared to be asked for thousands of guests.
struct Home<'a> {
    ctx: &'a Context<'a>,
    source: &'a SourceContext<'a>,
    pve: &'a PveSurvey,
    mapping: &'a Mapping,
    coverage: Coverage<'a>,
    /// By job, in the order of the coverage.
    spots: Vec<Spot>,
    runs: Runs<'a>,
    zones: Vec<Zones>,
    zone_of: HashMap<&'a NodeName, usize>,
    dues: Dues,
    due: HashMap<DueKey, Option<Rc<[Due]>>>,
    /// Job and node → start and error of a run that failed as a whole, when that was the last.
    whole: HashMap<(usize, NodeName), (Epoch, std::sync::Arc<str>)>,
}

impl<'a> Home<'a> {
    fn new(
        ctx: &'a Context<'a>,
        source: &'a SourceContext<'a>,
        pve: &'a PveSurvey,
        mapping: &'a Mapping,
    ) -> Self {
        let jobs = pve.backup_jobs.known().map_or(&[][..], Vec::as_slice);
        let coverage = Coverage::new(jobs, &pve.included, pve.rights.known());
        let spots = coverage.jobs().map(|job| Spot::of(source, mapping, job)).collect();
        let live = source.is_fresh() && pve.tasks.is_young(ctx.now);
        let online = |node: &NodeName| source.node_consequence(node).because.is_none();
        let now = source.server_now();
        // The first is for nodes that nothing is known of.
        let mut zones = vec![Zones::new(None, &source.site.timezone)];
        let mut zone_of = HashMap::new();
        for (name, parts) in &pve.nodes {
            let zone = Zones::new(parts.timezone.known(), &source.site.timezone);
            let at = zones.iter().position(|z| *z == zone).unwrap_or(zones.len());
            if at == zones.len() {
                zones.push(zone);
            }
            zone_of.insert(name, at);
        }
        Self {
            ctx,
            source,
            pve,
            mapping,
            coverage,
            spots,
            runs: Runs::new(pve, live, now, online),
            zones,
            zone_of,
            dues: Dues::new(now, source.policy().backup_grace),
            due: HashMap::new(),
            whole: HashMap::new(),
        }
    }

    fn zone(&self, node: &NodeName) -> usize {
        self.zone_of.get(node).copied().unwrap_or(0)
    }

    /// The runs of a job as a node in this zone reckons them, a vzdump having started at `started`;
    /// none where no schedule tells.
    fn due(&mut self, job: usize, zone: usize, started: Option<Epoch>) -> Option<Rc<[Due]>> {
        if let Some(known) = self.due.get(&(job, zone, started)) {
            return known.clone();
        }
        let schedule = self.coverage.jobs().nth(job).and_then(|job| job.schedule.as_ref());
        let zones = self.zones.get(zone);
        let due = schedule.zip(zones).and_then(|(text, zones)| self.dues.of(text, zones, started));
        let due = due.map(Rc::from);
        self.due.insert((job, zone, started), due.clone());
        due
    }

    /// What explains that backups of the guests of a node do not come.
    fn hindrance(&self, node: &NodeName) -> Option<Subject> {
        if !self.source.is_fresh() || !self.pve.resources.is_young(self.ctx.now) {
            return Some(self.source.subject());
        }
        self.source.node_consequence(node).because
    }
}
