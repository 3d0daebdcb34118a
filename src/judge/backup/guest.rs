//! One guest's backup: gathers the case, has it decided, says what follows.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::decide::{Case, Covered, Failure, Say, decide};
use super::due::Due;
use super::shelves::{Claim, Shelves, certainly_lacks, claim};
use super::spot::{Spot, blame_place, files_seen, storage_subject};
use super::verification::Verifications;
use super::{Home, partial};
use crate::fleet::code::Code;
use crate::fleet::id::{JobId, NodeName, SourceName, StorageName};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::Verification;
use crate::fleet::pbs::small::Moment;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::copies::{Copy, Files, Found, Shelf};
use crate::judge::findings::{Draft, Findings};
use crate::judge::mapping::{Mapping, Place, Server};
use crate::judge::problem::Severity;
use crate::judge::rows::recovery::CopyPoint;
use crate::judge::rows::{BackupRow, Checked, Lack};
use crate::judge::verdict::{Consequence, Verdict};

/// A place that was looked at so lately is as good as looked at now, seconds: three rounds of the
/// list of groups.
const LIVE: i64 = 900;

/// Everything the guests of one source share.
pub(super) struct Guests<'a> {
    places: Vec<Shelved<'a>>,
    files: Files,
    verifications: Verifications<'a>,
    /// Storages we cannot look into, and jobs that name none → the guests that are unknown because
    /// of it.
    blind: BTreeMap<Subject, Vec<Arc<str>>>,
    /// Where copies may be that nobody looks at.
    hidden: Option<Subject>,
}

struct Shelved<'a> {
    place: &'a Place,
    shelf: &'a Shelf<'a>,
    shared: bool,
}

impl<'a> Guests<'a> {
    pub(super) fn new(home: &Home<'a>, shelves: &'a Shelves<'a>) -> Self {
        let name = home.source.name();
        let mapping: &'a Mapping = home.mapping;
        let mut places: Vec<Shelved<'a>> = Vec::new();
        for place in mapping.targets(name).unwrap_or_default().iter().flat_map(|t| &t.reach) {
            let new = places.iter().all(|p| p.place != place);
            if let (true, Some(shelf)) = (new, shelves.get(place)) {
                let others = mapping.writers(place).iter().any(|w| w.source != *name);
                let shared = others || mapping.has_unread_but(name);
                places.push(Shelved { place, shelf, shared });
            }
        }
        let mut files = Files::default();
        for (storage, nodes) in &home.pve.files {
            for (node, part) in nodes {
                let local = (!node.as_str().is_empty()).then_some(node);
                if let Some(list) = part.known() {
                    files.add(name, local, storage, list);
                }
            }
        }
        files.sort();
        let verifications = Verifications::new(home.ctx);
        let hidden = hidden(home);
        Self { places, files, verifications, blind: BTreeMap::new(), hidden }
    }

    /// The storages and jobs that keep guests unknown, with those guests.
    pub(super) fn blind(self) -> BTreeMap<Subject, Vec<Arc<str>>> {
        self.blind
    }

    pub(super) fn judge(
        &mut self,
        home: &mut Home<'a>,
        guest: &Guest,
        findings: &mut Findings<'_>,
    ) -> BackupRow {
        let source = home.source;
        let now = source.server_now();
        let config = home.pve.configs.get(&guest.vmid).and_then(Part::known);
        let born = config.and_then(|c| c.created);
        let (found, ambiguous) = self.find(home, guest, born);
        let jobs: Vec<usize> = home.coverage.of(guest).collect();
        let running = self.running(home, guest, &found);
        let zone = home.zone(&guest.node);
        let dues = densest(home, &jobs, zone, running);
        let failure = failure(home, guest, &jobs, running);
        let case = Case {
            now,
            max_age: source.policy().backup_max_age,
            grace: source.policy().backup_grace,
            template: guest.template,
            covered: covered(home, &jobs),
            dues: dues.as_deref().unwrap_or_default(),
            found: &found,
            ambiguous,
            created: born.or_else(|| arrived(home, guest)),
            home: home.hindrance(&guest.node),
            source: source.subject(),
            unseen: &|since| self.unseen(home, guest, &jobs, since),
            doubt: &|| self.doubt(home, guest),
            failure: failure.as_ref(),
        };
        let said = decide(&case);
        let mut row = row(home, &found, &case, &jobs, running.is_some());
        row.lack = found.points.is_empty().then(|| self.lack(&said, &case));
        let mut follows = Consequence::NONE;
        for say in &said {
            follows = follows.or_worse(self.say(home, guest, say, &case, &jobs, findings));
        }
        for say in &said {
            if let Say::Unknown(blame @ (Subject::Storage(..) | Subject::BackupJob(..))) = say {
                let names = self.blind.entry(blame.clone()).or_default();
                names.push(guest.vmid.to_string().into());
            }
        }
        if said == [Say::Nothing] {
            row.verdict = None;
            return row;
        }
        if let Some(newest) = found.newest.as_ref() {
            let place = self.places.iter().find(|p| Arc::ptr_eq(&p.shelf.text, &newest.place));
            if let Some(place) = place {
                let subject = (place.place, guest.kind.backup_type(), guest.vmid);
                self.verifications.judge(source, subject, newest, findings);
                // Whether the newest is a good copy was never read.
                if !place.shelf.was_listed() {
                    let blame = blame_place(home.ctx, place.place, &source.subject());
                    follows = follows.or_worse(Consequence::unknown(blame));
                }
            }
        }
        follows = follows.or_worse(partial::judge(home, guest, &jobs, config, findings));
        row.verdict = Some(follows.verdict);
        row.because = follows.because;
        row
    }

    fn find(&self, home: &Home<'_>, guest: &Guest, born: Option<Epoch>) -> (Found, bool) {
        let kind = guest.kind.backup_type();
        let mut found = Found::default();
        let mut ambiguous = false;
        for at in &self.places {
            let entry = at.shelf.entry(kind, guest.vmid);
            if !entry.exists() {
                continue;
            }
            let lacks = |name: &SourceName| {
                let other = home.ctx.source(name);
                other.is_some_and(|other| certainly_lacks(other, kind, guest.vmid))
            };
            let claim = if at.shared {
                claim(home.mapping, home.source.name(), at.place, entry.owner(), lacks)
            } else {
                Claim::Own
            };
            match claim {
                Claim::Own => entry.add_to(&mut found, at.shelf, born),
                Claim::Other => {}
                Claim::Ambiguous => ambiguous = true,
            }
        }
        self.files.add_to(&mut found, guest.vmid, guest.kind, born);
        (found, ambiguous)
    }

    /// The PBS that holds a group of which nothing more is known.
    fn doubt(&self, home: &Home<'_>, guest: &Guest) -> Subject {
        let kind = guest.kind.backup_type();
        let holding = self.places.iter().find(|p| p.shelf.entry(kind, guest.vmid).exists());
        match holding.map(|p| &p.place.server) {
            Some(Server::Watched(name)) => Subject::Source(name.clone()),
            _ => home.source.subject(),
        }
    }

    /// Start of the backup of this guest that runs now: a vzdump on its node, or an unfinished
    /// copy that a task of the PBS is at.
    fn running(&self, home: &Home<'_>, guest: &Guest, found: &Found) -> Option<Epoch> {
        let vzdump = home.runs.running(&guest.node, guest.vmid);
        vzdump.or_else(|| {
            let started = found.unfinished?;
            let kind = guest.kind.backup_type();
            let key = |place: &Place| format!("{}:{}/{}", place.store, kind.as_str(), guest.vmid);
            let at_work = self.places.iter().any(|at| {
                let Server::Watched(name) = &at.place.server else { return false };
                runs_task(home, name, &key(at.place), started)
            });
            at_work.then_some(started)
        })
    }

    /// Who is to blame when a copy made since then (the server's clock) might not have been seen.
    fn unseen(
        &self,
        home: &Home<'_>,
        guest: &Guest,
        jobs: &[usize],
        since: Epoch,
    ) -> Option<Subject> {
        let since = home.source.ours(since);
        let now = home.ctx.now;
        let old =
            |looked: Option<Epoch>| looked.is_none_or(|at| at < since && now.since(at) > LIVE);
        let on_shelf = |place: &Place| {
            let at = self.places.iter().find(|p| p.place == place);
            let looked =
                at.and_then(|p| p.shelf.entry(guest.kind.backup_type(), guest.vmid).looked);
            old(looked).then(|| blame_place(home.ctx, place, &home.source.subject()))
        };
        // Copies of a guest that no job takes may be wherever any copy can be.
        let spots: Vec<&Spot> = if jobs.is_empty() {
            home.spots.iter().collect()
        } else {
            jobs.iter().filter_map(|job| home.spots.get(*job)).collect()
        };
        let by_job = spots.into_iter().find_map(|spot| match spot {
            Spot::Shelf(place) => on_shelf(place),
            Spot::Files(storage, shared) => {
                let (looked, blame) = files_seen(home.source, storage, *shared, &guest.node);
                old(looked).then_some(blame)
            }
            Spot::Blind(storage, shared) => {
                Some(storage_subject(home.source, storage, *shared, &guest.node))
            }
            Spot::Unnamed(job) => Some(Subject::BackupJob(home.source.name().clone(), job.clone())),
            Spot::Nowhere => None,
            Spot::Untold => Some(home.source.subject()),
        });
        if by_job.is_some() || !jobs.is_empty() {
            return by_job;
        }
        match home.mapping.targets(home.source.name()) {
            None => Some(home.source.subject()),
            Some(_) => self.places.iter().find_map(|at| on_shelf(at.place)),
        }
    }

    /// Says it: raises what is the guest's own, gives back what follows from elsewhere.
    fn say(
        &self,
        home: &Home<'_>,
        guest: &Guest,
        say: &Say,
        case: &Case<'_>,
        jobs: &[usize],
        findings: &mut Findings<'_>,
    ) -> Consequence {
        let source = home.source;
        let (code, severity, text) = match say {
            Say::Nothing => return Consequence::NONE,
            Say::Unknown(blame) => return Consequence::unknown(blame.clone()),
            Say::OfJob(severity, job) => {
                let because = Subject::BackupJob(source.name().clone(), job.clone());
                return Consequence { verdict: severity.verdict(), because: Some(because) };
            }
            Say::Missing => (Code::BackupMissing, Severity::Critical, None),
            Say::Late(severity) => (Code::BackupLate, *severity, None),
            Say::Failed(severity, text) => (Code::BackupFailed, *severity, Some(text.clone())),
            Say::VerifyFailed => (Code::BackupVerifyFailed, Severity::Critical, None),
            Say::Uncovered(severity) => (Code::BackupUncovered, *severity, None),
            Say::Ambiguous => (Code::BackupAmbiguous, Severity::Unknown, None),
        };
        let due = case.dues.first();
        let since = match say {
            Say::Late(Severity::Warning) => due.and_then(|d| d.judged).map(|j| j.plus(case.grace)),
            Say::Failed(..) => case.failure.map(|f| f.start),
            Say::VerifyFailed => case.found.newest.as_ref().and_then(|n| match n.verification {
                Some(Verification::Failed(at)) => at.map(Moment::epoch),
                _ => None,
            }),
            _ => None,
        };
        let newest = case.found.newest.as_ref();
        let subject = Subject::guest(source.name(), guest.vmid);
        let mut draft = findings
            .raise(source, code, severity, subject)
            .since(since.map(|at| source.ours(at)))
            .evidence(&home.pve.backup_jobs)
            .facts(|f| {
                f.newest = newest.map(|n| n.time);
                f.age = newest.map(|n| case.now.since(n.time));
                f.due = due.and_then(|d| d.judged);
                f.text = text;
                f.other = newest.map(|n| n.place.clone());
                f.names = job_ids(home, jobs).iter().map(|id| id.as_str().into()).collect();
            });
        draft = self.evidence(home, guest, jobs, draft);
        draft.verdict();
        Consequence::NONE
    }

    fn evidence<'f>(
        &self,
        home: &Home<'_>,
        guest: &Guest,
        jobs: &[usize],
        mut draft: Draft<'f>,
    ) -> Draft<'f> {
        for at in &self.places {
            let target = jobs
                .iter()
                .filter_map(|j| home.spots.get(*j))
                .any(|spot| matches!(spot, Spot::Shelf(place) if place == at.place));
            if target || jobs.is_empty() {
                for said in &at.shelf.evidence {
                    draft = draft.seen(said.call.clone(), said.seen);
                }
            }
        }
        for spot in jobs.iter().filter_map(|j| home.spots.get(*j)) {
            let Spot::Files(storage, shared) = spot else { continue };
            let key: NodeName = if *shared { "".into() } else { guest.node.clone() };
            let part = home.pve.files.get(storage).and_then(|nodes| nodes.get(&key));
            if let Some(part) = part {
                draft = draft.evidence(part);
            }
        }
        draft
    }
}

/// A storage on which copies may be that nobody looks at: a PBS that is not watched, a file storage
/// that several nodes see and no job uses.
fn hidden(home: &Home<'_>) -> Option<Subject> {
    let source = home.source;
    let of = |name: &StorageName| Subject::Storage(source.name().clone(), None, name.clone());
    let targets = home.mapping.targets(source.name()).unwrap_or_default();
    let elsewhere = targets.iter().find(|t| matches!(t.place.server, Server::Elsewhere(_)));
    elsewhere.map(|target| of(&target.storage)).or_else(|| {
        let storages = home.pve.storages.known().into_iter().flatten();
        let unread = |storage: &StorageConfig| {
            let files = home.pve.files.get(&storage.name);
            !files.is_some_and(|nodes| nodes.values().any(|part| part.known().is_some()))
        };
        let mut hiding = storages.filter(|s| {
            s.shared
                && !s.disabled
                && s.is_file_storage()
                && s.content.iter().any(|content| &**content == "backup")
                && unread(s)
        });
        hiding.next().map(|storage| of(&storage.name))
    })
}

impl Guests<'_> {
    /// How a guest stands of which no good copy was found.
    fn lack(&self, said: &[Say], case: &Case<'_>) -> Lack {
        let pending = |say: &Say| {
            matches!(say, Say::Failed(Severity::Warning, _) | Say::OfJob(Severity::Warning, _))
        };
        if said.iter().any(|say| say.proves_loss(case)) {
            match &self.hidden {
                None => Lack::Certain,
                hidden => Lack::Untold(hidden.clone()),
            }
        } else if said.iter().all(|say| pending(say) || *say == Say::Nothing) {
            Lack::Awaited
        } else {
            Lack::Untold(None)
        }
    }
}

/// A backup that runs longer hangs, seconds.
const LONGEST: i64 = 24 * 3600;

fn runs_task(home: &Home<'_>, pbs: &SourceName, id: &str, started: Epoch) -> bool {
    let Some(pbs) = home.ctx.source(pbs).filter(|s| s.is_fresh()) else { return false };
    let tasks = pbs.pbs().and_then(|p| p.tasks.live(home.ctx.now));
    tasks.into_iter().flatten().any(|task| {
        task.is_running()
            && &*task.kind == "backup"
            && task.id.as_deref() == Some(id)
            && task.start.since(started).abs() <= LIVE
            && home.ctx.now.since(task.start) <= LONGEST
    })
}

fn covered(home: &Home<'_>, jobs: &[usize]) -> Covered {
    if !jobs.is_empty() {
        return Covered::Yes;
    }
    if home.pve.backup_jobs.known().is_none() || home.coverage.may_hide() {
        return Covered::Untold;
    }
    let live = home.source.is_fresh()
        && home.pve.backup_jobs.is_young(home.ctx.now)
        && home.pve.resources.is_young(home.ctx.now);
    if live { Covered::No } else { Covered::NotWhenSeen }
}

/// The runs of the densest job that takes the guest; of equally dense ones the one due last.
fn densest(
    home: &mut Home<'_>,
    jobs: &[usize],
    zone: usize,
    running: Option<Epoch>,
) -> Option<Rc<[Due]>> {
    let mut densest: Option<Rc<[Due]>> = None;
    for job in jobs {
        let Some(due) = home.due(*job, zone, running) else { continue };
        let rank = |due: &Rc<[Due]>| {
            let first = due.first().filter(|d| d.comes());
            let pace = first.and_then(|d| d.pace).unwrap_or(i64::MAX);
            (std::cmp::Reverse(pace), first.and_then(|d| d.latest))
        };
        if densest.as_ref().is_none_or(|d| rank(d) < rank(&due)) {
            densest = Some(due);
        }
    }
    densest
}

/// The guest's last run, when it failed and nothing runs for it since.
fn failure(
    home: &Home<'_>,
    guest: &Guest,
    jobs: &[usize],
    running: Option<Epoch>,
) -> Option<Failure> {
    let own = home.runs.last(guest.vmid);
    let own_failure = own
        .and_then(|last| Some(Failure { start: last.start, text: last.error.clone()?, job: None }));
    // Mostly no run failed as a whole.
    let of_job = jobs.iter().filter(|_| !home.whole.is_empty()).filter_map(|job| {
        let (start, text) = home.whole.get(&(*job, guest.node.clone()))?;
        let id = home.coverage.jobs().nth(*job)?.id.clone();
        Some(Failure { start: *start, text: text.clone(), job: Some(id) })
    });
    let of_job = of_job.max_by_key(|f| f.start);
    let of_job = of_job.filter(|f| own.is_none_or(|own| own.start < f.start));
    of_job.or(own_failure).filter(|f| running.is_none_or(|running| running < f.start))
}

/// When the guest came while we watched, the server's clock.
fn arrived(home: &Home<'_>, guest: &Guest) -> Option<Epoch> {
    let sighting = home.pve.sightings.guests.get(&guest.vmid)?;
    sighting.arrived.then(|| sighting.first.plus(home.source.offset))
}

fn job_ids(home: &Home<'_>, jobs: &[usize]) -> Vec<JobId> {
    let mut ids = Vec::with_capacity(jobs.len());
    ids.extend(jobs.iter().filter_map(|job| home.coverage.jobs().nth(*job)).map(|j| j.id.clone()));
    ids
}

fn row(
    home: &Home<'_>,
    found: &Found,
    case: &Case<'_>,
    jobs: &[usize],
    running: bool,
) -> BackupRow {
    let checked = |copy: &Copy| match copy.verification {
        None => None,
        Some(Verification::None) => Some(Checked::None),
        Some(Verification::Ok(_)) => Some(Checked::Ok),
        Some(Verification::Failed(_)) => Some(Checked::Failed),
    };
    let point = |(copy, alone): &(Copy, bool)| CopyPoint {
        time: copy.time,
        place: copy.place.clone(),
        holder: copy.holder.clone(),
        checked: checked(copy),
        encrypted: copy.encrypted,
        key: copy.key.clone(),
        size: copy.size,
        alone: *alone,
    };
    let mut points: Vec<CopyPoint> = found.points.iter().map(point).collect();
    points.sort_by_key(|point| std::cmp::Reverse(point.time));
    let due = case.dues.first();
    BackupRow {
        verdict: Some(Verdict::Ok),
        because: None,
        newest: found.newest.as_ref().map(|c| c.time),
        last: found.point.as_ref().map(|c| c.time),
        age: found.point.as_ref().map(|c| case.now.since(c.time)),
        place: found.point.as_ref().map(|c| c.place.clone()),
        verification: found.newest.as_ref().and_then(checked),
        due: due.and_then(|d| d.latest),
        next: due.and_then(|d| d.next),
        running,
        jobs: job_ids(home, jobs),
        points,
        lack: None,
    }
}
