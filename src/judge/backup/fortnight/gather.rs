//! Gathers the case of a guest from what is known of the fleet.
//!
//! What the guests of a source share is prepared once per judgement; a guest's own copies are
//! looked up when it is shown, so that ten thousand guests cost no more than those on the screen.

mod found;
mod home;
mod ran;

use std::sync::Arc;

use foldhash::HashMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use self::found::Gathered;
use super::decide::{Case, Failure, Promise, Promised, Task, Worth, decide};
use super::dues::{BACK, Dues};
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
use crate::fleet::time::Epoch;
use crate::judge::backup::due::Zones;
use crate::judge::backup::shelves::{Claim, claim};
use crate::judge::context::Context;
use crate::judge::copies::Sight;
use crate::judge::mapping::{Mapping, Place};
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
