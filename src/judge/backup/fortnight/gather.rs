//! Gathers the case of a guest from what is known of the fleet.
//!
//! What the guests of a source share is prepared once per judgement; a guest's own copies are
//! looked up when it is shown, so that ten thousand guests cost no more than those on the screen.

use std::sync::Arc;

use foldhash::HashMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::decide::{
    Case, Failure, LONGEST, Piece, Promise, Promised, START, Spotted, Task, Worth, decide,
};
use super::dues::{BACK, Dues};
use super::keeping::{keep, rules};
use super::prune::Rule;
use super::{Cell, DAYS, Fortnight};
use crate::fleet::id::{GuestKind, JobId, NodeName, SourceName, StorageName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::copies::Verification;
use crate::fleet::pve::PveSurvey;
use crate::fleet::retention::Keep;
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::fleet::task::VzdumpOutcome;
use crate::fleet::time::Epoch;
use crate::judge::backup::due::Zones;
use crate::judge::backup::runs::{Run, Runs, error_of};
use crate::judge::backup::shelves::{Claim, claim};
use crate::judge::backup::spot::Spot;
use crate::judge::context::{Context, SourceContext};
use crate::judge::copies::Sight;
use crate::judge::coverage::Coverage;
use crate::judge::mapping::{Mapping, Place, Server};
use crate::judge::rows::GuestRow;

/// A place that was looked at so lately is as good as looked at now, seconds: three rounds of the
/// list of groups.
const LIVE: i64 = 900;

/// The last days of every guest, to be asked for.
#[derive(Debug, Default)]
pub struct Fortnights {
    now: Epoch,
    mapping: Mapping,
    homes: HashMap<SourceName, Home>,
}

/// What the guests of one PVE source share. Times are the server's.
#[derive(Debug)]
struct Home {
    /// Server clock minus ours, seconds.
    offset: i64,
    grace: i64,
    /// Whether all there are is seen, and now: what no job takes, no job takes.
    tells: bool,
    /// Whether jobs may take guests without its being seen: members of a pool.
    hides: bool,
    /// Whether it is fresh and shows all its guests: what it does not list, it has not.
    sees_all: bool,
    /// Until when its jobs are known.
    told: Epoch,
    jobs: HashMap<JobId, Job>,
    shelves: Vec<Shelved>,
    /// Storages with files, and the node of a local one.
    stores: Vec<Stored>,
    /// By guest and time, with the place among `stores` and whether it is protected.
    files: Vec<(Vmid, Option<GuestKind>, Epoch, u32, bool)>,
    zones: Vec<Zones>,
    zone_of: HashMap<NodeName, usize>,
    tasks: HashMap<NodeName, Vec<Task>>,
    /// Those of all nodes that are over, by start.
    everywhere: Vec<Task>,
    failures: HashMap<Vmid, Vec<Failure>>,
    whole: Vec<Whole>,
}

/// A namespace on a watched PBS.
#[derive(Debug)]
struct Shelved {
    place: Place,
    pbs: SourceName,
    sight: Sight,
    /// Whether others write there too.
    shared: bool,
    rules: Vec<Rule>,
    is_known: bool,
    /// When its rules were seen to have changed last.
    changed: Option<Epoch>,
}

/// A storage with vzdump files, of one node or shared.
#[derive(Debug)]
struct Stored {
    storage: StorageName,
    /// Empty for a shared one.
    node: NodeName,
    seen: Option<Epoch>,
}

/// An enabled job.
#[derive(Debug)]
struct Job {
    aim: Aim,
    /// What its vzdump keeps; none where that is not known.
    keep: Option<Keep>,
    storage: Option<StorageName>,
    node: Option<NodeName>,
    /// One entry per zone of the source, one reading per zone that it may be.
    runs: Vec<Vec<Arc<[Epoch]>>>,
    /// Since when it is known to be as it is.
    since: Option<Epoch>,
    /// When what is kept of its copies was seen to have changed last.
    changed: Option<Epoch>,
    /// Starts of vzdumps that can only have been its own.
    proofs: Vec<Epoch>,
}

#[derive(Debug)]
enum Aim {
    Shelf(usize),
    Files(StorageName, bool),
    Blind,
}

/// A vzdump that failed before it began with any guest.
#[derive(Debug)]
struct Whole {
    start: Epoch,
    node: NodeName,
    storage: Option<Arc<str>>,
    error: Arc<str>,
}

impl Fortnights {
    /// Prepares what is known, at `now` (our clock).
    pub fn new(fleet: &Fleet, now: Epoch) -> Self {
        let ctx = Context::new(fleet, now);
        let mapping = Mapping::of(fleet);
        let mut dues = Dues::default();
        let mut homes = HashMap::default();
        for source in &ctx.sources {
            if let Some(pve) = source.pve() {
                let home = Home::new(&ctx, source, pve, &mapping, &mut dues);
                homes.insert(source.name().clone(), home);
            }
        }
        Self { now, mapping, homes }
    }

    /// The last days of a guest, read at `now` in the reader's zone; `survey` gives what is known
    /// of a source. All unknown for a source nothing is known of.
    pub fn of<'a>(
        &self,
        row: &GuestRow,
        survey: &dyn Fn(&SourceName) -> Option<&'a Survey>,
        (now, zone): (Epoch, &TimeZone),
    ) -> Fortnight {
        let unknown = || Fortnight { cells: vec![Cell::Unknown; DAYS], ..Fortnight::default() };
        let pve = survey(&row.source).and_then(Survey::pve);
        let (Some(home), Some(pve)) = (self.homes.get(&row.source), pve) else { return unknown() };
        let Some(days) = days(now, zone) else { return unknown() };
        let until = days.last().copied();
        let days: Vec<Epoch> = days.iter().map(|at| at.plus(home.offset)).collect();
        let mut told = self.look(home, row, pve, survey, (now.plus(home.offset), &days));
        for mishap in &mut told.mishaps {
            mishap.due = mishap.due.minus(home.offset);
            mishap.copy = mishap.copy.map(|at| at.minus(home.offset));
        }
        told.until = until;
        told
    }

    fn look<'a>(
        &self,
        home: &Home,
        row: &GuestRow,
        pve: &PveSurvey,
        survey: &dyn Fn(&SourceName) -> Option<&'a Survey>,
        (now, days): (Epoch, &[Epoch]),
    ) -> Fortnight {
        let config = pve.configs.get(&row.vmid).and_then(Part::known);
        let own = config.and_then(|config| config.created);
        let mut found = Gathered::new(days.first().map_or(now, |first| first.minus(BACK)));
        for shelf in &home.shelves {
            found.open(&shelf.rules, shelf.is_known, shelf.changed);
            if let Some(pbs) = survey(&shelf.pbs).and_then(Survey::pbs) {
                self.of_shelf(&mut found, shelf, (row, own), pbs, survey);
            }
        }
        let first_file = found.places.len();
        home.add_files(&mut found, row, own);
        found.copies.sort_by_key(|copy| (copy.at, copy.place));
        let jobs: Vec<(&JobId, &Job)> =
            row.backup.jobs.iter().filter_map(|id| home.jobs.get_key_value(id)).collect();
        let failures = home.failures(row, &jobs);
        let zone = home.zone_of.get(&row.node).copied().unwrap_or(0);
        let mut promises = Vec::with_capacity(jobs.len());
        for ((id, job), failures) in jobs.iter().zip(&failures) {
            let (aim, seen) = match &job.aim {
                Aim::Shelf(at) => (Some(*at), found.looked.get(*at).copied().flatten()),
                Aim::Files(storage, shared) => {
                    let node = if *shared { "" } else { row.node.as_str() };
                    let is = |s: &Stored| s.storage == *storage && s.node.as_str() == node;
                    // What was written on a node that it left tells of the nights there.
                    let at = home.stores.iter().position(is).filter(|at| !home.left(row, *at));
                    (at.map(|at| first_file + at), at.and_then(|at| home.stores.get(at)?.seen))
                }
                Aim::Blind => (None, None),
            };
            if let Some(place) = aim.and_then(|at| found.places.get_mut(at)) {
                // vzdump prunes after a copy: a rule that is younger than all of them took nothing.
                let had_run = job.changed.is_none_or(|at| place.copies.first() >= Some(&at));
                place.is_known &= job.keep.is_some() && had_run;
                place.changed = place.changed.max(job.changed);
                if let Some(keep) = job.keep.filter(|keep| had_run && !keep.keeps_all()) {
                    let zone = home.zones.get(zone).map_or(TimeZone::UTC, Zones::first);
                    place.rules.push(Rule { keep, zone, ran: None });
                }
            }
            let seen =
                seen.map(|at| if self.now.since(at) <= LIVE { now } else { at.plus(home.offset) });
            promises.push(Promise {
                job: id,
                runs: job.runs.get(zone).map_or(&[][..], Vec::as_slice),
                aim,
                seen,
                told: home.told,
                since: job.since,
                proofs: &job.proofs,
                everywhere: &home.everywhere,
                tasks: home.tasks.get(&row.node).map_or(&[][..], Vec::as_slice),
                failures,
            });
        }
        let arrived = || {
            let sighting = pve.sightings.guests.get(&row.vmid).filter(|s| s.arrived)?;
            Some(sighting.first.plus(home.offset))
        };
        decide(&Case {
            now,
            grace: home.grace,
            days,
            promised: match (promises.as_slice(), home.tells) {
                ([], true) => Promised::Nothing,
                ([], false) => Promised::Untold,
                (promises, _) => Promised::Jobs(promises),
            },
            hides: home.hides && !promises.is_empty(),
            born: own.or_else(arrived),
            copies: &found.copies,
            places: &found.places,
            ambiguous: found.ambiguous,
        })
    }

    /// What lies in a namespace of a PBS.
    fn of_shelf<'a>(
        &self,
        found: &mut Gathered,
        shelf: &Shelved,
        (row, own): (&GuestRow, Option<Epoch>),
        pbs: &PbsSurvey,
        survey: &dyn Fn(&SourceName) -> Option<&'a Survey>,
    ) {
        let kind = row.kind.backup_type();
        let entry = shelf.sight.entry(&shelf.place, pbs, kind, row.vmid);
        found.look(entry.whole());
        if !entry.exists() {
            return;
        }
        if shelf.shared {
            let lacks = |name: &SourceName| {
                let resources = survey(name).and_then(|s| s.pve()?.resources.known());
                self.homes.get(name).is_some_and(|home| home.sees_all)
                    && resources.is_some_and(|resources| {
                        resources.guest(row.vmid).is_none_or(|guest| guest.kind != row.kind)
                    })
            };
            match claim(&self.mapping, &row.source, &shelf.place, entry.owner(), lacks) {
                Claim::Own => {}
                Claim::Other => return,
                Claim::Ambiguous => {
                    found.ambiguous = true;
                    return;
                }
            }
        }
        if let Some((at, is_finished)) = entry.unlisted() {
            let worth = if is_finished { Worth::Made } else { Worth::Uncertain };
            found.add(at, worth, false, own);
        }
        for copy in entry.finished() {
            let worth = match copy.verification {
                Verification::Ok(_) => Worth::Verified,
                Verification::None => Worth::Made,
                Verification::Failed(_) => Worth::Bad,
            };
            if !found.add(copy.time, worth, copy.protected, own) {
                break;
            }
        }
        let oldest = entry.finished().map(|copy| copy.time).min();
        found.note_oldest(oldest.filter(|at| own.is_none_or(|own| *at >= own)));
    }
}

/// What was found of one guest.
struct Gathered {
    /// Older copies matter no more.
    from: Epoch,
    copies: Vec<Piece>,
    places: Vec<Spotted>,
    looked: Vec<Option<Epoch>>,
    ambiguous: bool,
}

impl Gathered {
    fn new(from: Epoch) -> Self {
        Self { from, copies: Vec::new(), places: Vec::new(), looked: Vec::new(), ambiguous: false }
    }

    /// Goes on to the next place.
    fn open(&mut self, rules: &[Rule], is_known: bool, changed: Option<Epoch>) {
        let rules = rules.to_vec();
        self.places.push(Spotted { rules, is_known, changed, ..Spotted::default() });
        self.looked.push(None);
    }

    fn look(&mut self, at: Option<Epoch>) {
        if let Some(slot) = self.looked.last_mut() {
            *slot = at;
        }
    }

    /// Takes in a copy at the last place, newest first; false for one that is too old to matter.
    /// Nothing before `own`, the guest's own creation, is its own; pruning counts it all the same.
    fn add(&mut self, at: Epoch, worth: Worth, is_protected: bool, own: Option<Epoch>) -> bool {
        if at < self.from {
            return false;
        }
        let place = self.places.len().saturating_sub(1);
        if let (Some(spotted), false) = (self.places.last_mut(), is_protected) {
            spotted.copies.push(at);
        }
        if own.is_none_or(|own| at >= own) {
            self.copies.push(Piece { at, worth, place });
            if worth != Worth::Uncertain {
                self.note_oldest(Some(at));
            }
        }
        true
    }

    /// Notes the oldest copy at the last place, which may be too old for all else.
    fn note_oldest(&mut self, at: Option<Epoch>) {
        if let (Some(at), Some(place)) = (at, self.places.last_mut()) {
            place.oldest = Some(place.oldest.map_or(at, |known| known.min(at)));
        }
    }
}

impl Home {
    fn new(
        ctx: &Context<'_>,
        source: &SourceContext<'_>,
        pve: &PveSurvey,
        mapping: &Mapping,
        dues: &mut Dues,
    ) -> Self {
        let now = source.server_now();
        let mut zones = vec![Zones::new(None, &source.site.timezone)];
        let mut zone_of = HashMap::default();
        for (name, parts) in &pve.nodes {
            let zone = Zones::new(parts.timezone.known().map(|z| &**z), &source.site.timezone);
            let at = zones.iter().position(|z| *z == zone).unwrap_or(zones.len());
            if at == zones.len() {
                zones.push(zone);
            }
            zone_of.insert(name.clone(), at);
        }
        let is_young = source.is_fresh() && pve.backup_jobs.is_young(ctx.now);
        let shelves = shelves(ctx, source, mapping);
        let known = pve.backup_jobs.known().map_or(&[][..], Vec::as_slice);
        let coverage = Coverage::new(known, &pve.included, pve.rights.known());
        let mut jobs = HashMap::default();
        for job in coverage.jobs() {
            let aim = match Spot::of(source, mapping, job) {
                Spot::Shelf(place) => {
                    let at = shelves.iter().position(|s| s.place == place);
                    at.map_or(Aim::Blind, Aim::Shelf)
                }
                Spot::Files(storage, shared) => Aim::Files(storage, shared),
                Spot::Blind(..) | Spot::Unnamed(_) | Spot::Nowhere | Spot::Untold => Aim::Blind,
            };
            let mut runs = Vec::with_capacity(zones.len());
            for zone in &zones {
                let mut of = |zone| dues.of(job.schedule.as_ref()?, zone, now);
                runs.push(zone.iter().filter_map(&mut of).collect());
            }
            let (storage, node) = (pve.storage_of(job), job.node.clone());
            let sighting = pve.sightings.backups.get(&job.id);
            let theirs = |at: Epoch| at.plus(source.offset);
            let made = Job {
                aim,
                keep: keep(pve, job),
                storage,
                node,
                runs,
                since: sighting.map(|seen| theirs(seen.since)),
                changed: sighting.and_then(|seen| seen.keep.changed).map(theirs),
                proofs: Vec::new(),
            };
            jobs.insert(job.id.clone(), made);
        }
        let sees_all = source.is_fresh()
            && source.rights.vm_audit_below == Some(true)
            && pve.resources.is_young(ctx.now);
        let mut home = Self {
            offset: source.offset,
            grace: source.policy().backup_grace,
            tells: is_young && pve.backup_jobs.known().is_some() && !coverage.may_hide(),
            hides: coverage.may_hide(),
            sees_all,
            told: if is_young {
                Epoch(i64::MAX)
            } else {
                pve.backup_jobs.seen.map_or(Epoch(i64::MIN), |at| at.plus(source.offset))
            },
            jobs,
            shelves,
            stores: Vec::new(),
            files: Vec::new(),
            zones,
            zone_of,
            tasks: HashMap::default(),
            everywhere: Vec::new(),
            failures: HashMap::default(),
            whole: Vec::new(),
        };
        home.take_files(pve);
        home.take_runs(ctx, source, pve, now);
        home
    }

    fn take_files(&mut self, pve: &PveSurvey) {
        for (storage, nodes) in &pve.files {
            for (node, part) in nodes {
                let place = u32::try_from(self.stores.len()).unwrap_or(u32::MAX);
                let seen = part.seen.filter(|_| part.known().is_some());
                let (storage, node) = (storage.clone(), node.clone());
                self.stores.push(Stored { storage, node, seen });
                for file in part.known().into_iter().flatten() {
                    if let Some(vmid) = file.vmid {
                        self.files.push((vmid, file.kind, file.time, place, file.protected));
                    }
                }
            }
        }
        self.files.sort_unstable_by_key(|(vmid, _, time, place, _)| (*vmid, *time, *place));
    }

    fn take_runs(
        &mut self,
        ctx: &Context<'_>,
        source: &SourceContext<'_>,
        pve: &PveSurvey,
        now: Epoch,
    ) {
        let live = source.is_fresh() && pve.tasks.is_young(ctx.now);
        let online = |node: &NodeName| source.node_consequence(node).because.is_none();
        let runs = Runs::new(pve, live, now, online);
        for run in runs.since(now.minus(BACK)) {
            let task = run.task;
            let is_alive = live && now.since(task.start) <= LONGEST && online(&task.node);
            if task.end.is_some() || is_alive {
                let tasks = self.tasks.entry(task.node.clone()).or_default();
                let (start, end) = (task.start, task.end);
                tasks.push(Task { start, end });
                // Where it is now, one that still runs elsewhere is not for it.
                if end.is_some() {
                    self.everywhere.push(Task { start, end });
                }
            }
            self.prove(run);
            if task.is_running() {
                continue;
            }
            let error = error_of(task, run.log);
            let told = run.log.map(|log| log.guests.as_slice()).unwrap_or_default();
            for guest in told {
                let error = match &guest.outcome {
                    VzdumpOutcome::Finished => continue,
                    VzdumpOutcome::Failed(text) => text.clone(),
                    VzdumpOutcome::Unfinished => error.clone().unwrap_or_else(|| "".into()),
                };
                let failures = self.failures.entry(guest.vmid).or_default();
                failures.push(Failure { start: task.start, error });
            }
            match (run.guest(), error) {
                (Some(vmid), Some(error)) if told.is_empty() => {
                    let failures = self.failures.entry(vmid).or_default();
                    failures.push(Failure { start: task.start, error });
                }
                (None, _) => {
                    if let Some(error) = run.failed_whole() {
                        let storage = run.log.and_then(|log| log.storage.clone());
                        let (start, node) = (task.start, task.node.clone());
                        self.whole.push(Whole { start, node, storage, error });
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes whose run a vzdump was, where it can have been that of one job alone: the scheduler
    /// starts them, as root, and does not say for which job.
    fn prove(&mut self, run: &Run<'_>) {
        if &*run.task.user != "root@pam" {
            return;
        }
        let start = run.task.start;
        let is_due = |runs: &Arc<[Epoch]>| {
            let before = runs.partition_point(|at| *at <= start).checked_sub(1);
            before.and_then(|at| runs.get(at)).is_some_and(|at| run.may_be(*at, None, None))
        };
        let mut due = self.jobs.values_mut().filter(|job| job.runs.iter().flatten().any(is_due));
        let (Some(job), None) = (due.next(), due.next()) else { return };
        let written = run.log.and_then(|log| log.storage.as_ref());
        let is_its = written.zip(job.storage.as_ref()).is_none_or(|(a, b)| **a == *b.as_str())
            && job.node.as_ref().is_none_or(|node| *node == run.task.node);
        if is_its {
            job.proofs.push(start);
        }
    }

    /// Whether a guest has files of the same storage on other nodes, and none at this place.
    fn left(&self, row: &GuestRow, place: usize) -> bool {
        let first = self.files.partition_point(|(vmid, ..)| *vmid < row.vmid);
        let files = self.files.get(first..).unwrap_or_default().iter();
        let own = files.take_while(|(vmid, ..)| *vmid == row.vmid).map(|(.., at, _)| *at as usize);
        let storage = |at: usize| self.stores.get(at).map(|store| &store.storage);
        let same: Vec<usize> = own.filter(|at| storage(*at) == storage(place)).collect();
        !same.is_empty() && !same.contains(&place)
    }

    /// A guest's vzdump files.
    fn add_files(&self, found: &mut Gathered, row: &GuestRow, own: Option<Epoch>) {
        let first = self.files.partition_point(|(vmid, ..)| *vmid < row.vmid);
        let files = self.files.get(first..).unwrap_or_default();
        let end = files.partition_point(|(vmid, ..)| *vmid == row.vmid);
        let files = files.get(..end).unwrap_or_default();
        for (place, _) in (0_u32..).zip(&self.stores) {
            // Nobody but vzdump prunes files.
            found.open(&[], true, None);
            let own_kind = |kind: &Option<GuestKind>| kind.is_none_or(|kind| kind == row.kind);
            for (_, kind, at, of, is_protected) in files.iter().rev() {
                if *of == place && own_kind(kind) {
                    found.add(*at, Worth::Made, *is_protected, own);
                    found.note_oldest(Some(*at).filter(|at| own.is_none_or(|own| *at >= own)));
                }
            }
        }
    }

    /// By job, the runs that failed for a guest.
    fn failures(&self, row: &GuestRow, jobs: &[(&JobId, &Job)]) -> Vec<Vec<Failure>> {
        let own = self.failures.get(&row.vmid).map_or(&[][..], Vec::as_slice);
        let of = |(_, job): &(&JobId, &Job)| {
            let mut all = own.to_vec();
            // Mostly no run failed as a whole.
            let whole = self.whole.iter().filter(|whole| {
                (whole.node == row.node || self.failed_everywhere(whole, &row.node))
                    && job.node.as_ref().is_none_or(|node| *node == whole.node)
                    && whole
                        .storage
                        .as_ref()
                        .zip(job.storage.as_ref())
                        .is_none_or(|(written, named)| **written == *named.as_str())
            });
            all.extend(whole.map(|w| Failure { start: w.start, error: w.error.clone() }));
            all.sort_by_key(|failure| failure.start);
            all
        };
        jobs.iter().map(of).collect()
    }

    /// Whether a run that failed as a whole on another node is all there was of it: wherever the
    /// guest was then, none was made for it.
    fn failed_everywhere(&self, whole: &Whole, node: &NodeName) -> bool {
        let around = whole.start.minus(START);
        let near = |start: Epoch| (0..=2 * START).contains(&start.since(around));
        let own = self.tasks.get(node).is_some_and(|tasks| tasks.iter().any(|t| near(t.start)));
        let all = self.tasks.values().flatten().filter(|task| near(task.start)).count();
        let failed = self.whole.iter().filter(|whole| near(whole.start)).count();
        !own && all == failed
    }
}

/// The namespaces on watched PBSes that a source's copies may be at.
fn shelves(ctx: &Context<'_>, source: &SourceContext<'_>, mapping: &Mapping) -> Vec<Shelved> {
    let name = source.name();
    let mut shelves: Vec<Shelved> = Vec::new();
    for place in mapping.targets(name).unwrap_or_default().iter().flat_map(|t| &t.reach) {
        let Server::Watched(pbs_name) = &place.server else { continue };
        let pbs = ctx.source(pbs_name).and_then(|s| Some((s, s.pbs()?)));
        let Some((pbs_source, pbs)) = pbs.filter(|_| shelves.iter().all(|s| s.place != *place))
        else {
            continue;
        };
        let others = mapping.writers(place).iter().any(|w| w.source != *name);
        let sight = Sight::new(place, pbs, ctx.now);
        let (rules, is_known) = rules(pbs_source, pbs, place);
        shelves.push(Shelved {
            place: place.clone(),
            pbs: pbs_name.clone(),
            sight,
            shared: others || mapping.has_unread_but(name),
            rules,
            changed: pbs
                .keeping
                .get(&place.store)
                .and_then(|k| k.changed)
                .map(|at| at.plus(source.offset)),
            // Jobs of what may not be seen are not listed.
            is_known: is_known && sight.complete,
        });
    }
    shelves
}

/// Where each of the last days begins in the reader's zone, and where today ends.
pub fn days(now: Epoch, zone: &TimeZone) -> Option<Vec<Epoch>> {
    let today = zone.to_datetime(now.timestamp()?).date();
    let count = i64::try_from(DAYS).ok()?;
    let start = |date: Date| -> Option<Epoch> {
        let at: Timestamp = date.to_zoned(zone.clone()).ok()?.timestamp();
        Some(Epoch(at.as_second()))
    };
    (1 - count..=1).map(|day| start(today.checked_add(day.days()).ok()?)).collect()
}
