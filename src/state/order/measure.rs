//! What a row has under a head.

use super::key::Key;
use super::{Column, Known};
use crate::fleet::host::Usage;
use crate::fleet::id::{JobId, NodeName, Product, SiteName, StorageName};
use crate::fleet::pve::cluster::{Guest, NodeState};
use crate::fleet::subject::Subject;
use crate::fleet::survey::Survey;
use crate::fleet::task::TaskResult;
use crate::judge::backup::fortnight::Cell;
use crate::judge::backup::left_out;
use crate::judge::replication::days::{Day, remembered};
use crate::judge::rows::recovery::{Room, Way};
use crate::judge::rows::{
    BackupJobRow, DatastoreRow, GroupRow, GuestRow, Lack, NodeRow, ReplicationRow, SiteRow,
    SourceRow, StorageRow,
};
use crate::judge::timeline::{About, State, Story};
use crate::judge::{Problem, Verdict};
use crate::lang::Head;
use crate::state::index::Tally;
use crate::state::row::Item;
use crate::state::view::Section;
use crate::whatif::How;

impl Known<'_> {
    /// What is compared of a row.
    pub(super) fn key<'a>(&'a self, column: Column, item: &Item<'a>, section: Section) -> Key<'a> {
        let head = match column {
            Column::Verdict => {
                return Key::Number(-f64::from(item.verdict_in(section) as u8));
            }
            Column::Under(head) => head,
        };
        match *item {
            Item::Site(site) if section == Section::Rescues => self.rescues(head, site),
            Item::Site(site) => self.site(head, site),
            Item::Source(_, row) => source(head, row),
            Item::Problem(problem) | Item::Notice(problem) | Item::Alike(problem, _) => {
                of_problem(head, problem)
            }
            Item::Node(site, row) => self.node(head, site, row),
            Item::Guest(site, row) if section == Section::Rescue => rescue(head, site, row),
            Item::Guest(site, row) => self.guest(head, site, row),
            Item::Storage(_, row) => storage(head, row),
            Item::Datastore(_, row) => datastore(head, row),
            Item::BackupJob(_, row) => self.backup_job(head, row),
            Item::Replication(_, _, row) if head == Head::Days => self.watched(row),
            Item::Replication(site, guest, row) => replication(head, site, guest, row),
            Item::Group(_, row) => group(head, row),
            Item::Story(row) => self.story(head, row),
            Item::Lost(site, row, _) => self.lost(head, site, row),
            Item::Fated(site, row, _) => self.fated(head, site, row),
        }
    }

    fn site<'a>(&'a self, head: Head, site: &'a SiteRow) -> Key<'a> {
        let Some((_, sums)) = self.index.site(&site.name) else { return Key::Missing };
        let fractions = || {
            let storages = site.storages.iter().map(|s| s.usage);
            storages.chain(site.datastores.iter().map(|d| d.usage)).flatten()
        };
        match head {
            Head::Site => Key::text(site.name.as_str()),
            Head::Hosts => Key::count(site.nodes.len()),
            Head::Guests if sums.guests == 0 && !sums.is_whole => Key::Missing,
            Head::Guests => Key::count(sums.guests),
            Head::Cpu => Key::most(self.load(site)),
            Head::Memory => {
                let known = || site.nodes.iter().filter_map(|node| node.memory);
                let sum = |of: fn(Usage) -> u64| known().map(|u| of(u) as f64).sum::<f64>();
                let total = sum(|u| u.total);
                Key::most((total > 0.0).then(|| sum(|u| u.used) / total))
            }
            Head::Store => Key::most(fractions().filter_map(Usage::fraction).reduce(f64::max)),
            Head::Backups => tally(sums.backups),
            Head::Replicas => tally(sums.replicas),
            _ => Key::Missing,
        }
    }

    /// The load of the hosts of a site, each with the weight of its threads.
    fn load(&self, site: &SiteRow) -> Option<f64> {
        let (mut load, mut weight) = (0.0, 0.0);
        for node in &site.nodes {
            let Some(cpu) = node.cpu else { continue };
            let survey = self.fleet.survey(&node.source).and_then(|s| s.pve());
            let known = survey.and_then(|pve| pve.resources.known());
            let cpus = known.and_then(|r| r.node(&node.name)).and_then(|n| n.cpus).unwrap_or(1.0);
            load += cpu * cpus;
            weight += cpus;
        }
        (weight > 0.0).then(|| load / weight)
    }

    fn rescues<'a>(&'a self, head: Head, site: &'a SiteRow) -> Key<'a> {
        let Some((_, sums)) = self.index.site(&site.name) else { return Key::Missing };
        let rescues = &sums.rescues;
        match head {
            Head::Site => Key::text(site.name.as_str()),
            Head::Guests => Key::count(rescues.all),
            Head::Gone => Key::count(rescues.gone),
            Head::Weakly => Key::count(rescues.weak),
            Head::Untold => Key::count(rescues.unknown),
            Head::Loss => Key::known(rescues.worst_loss),
            Head::Unrehearsed => Key::count(rescues.unrehearsed),
            _ => Key::Missing,
        }
    }

    fn node<'a>(&'a self, head: Head, site: &'a SiteRow, row: &'a NodeRow) -> Key<'a> {
        let is_off = row.state == NodeState::Offline;
        let share = |usage: Option<Usage>| Key::most(usage.and_then(Usage::fraction));
        match head {
            Head::Site => Key::text(site.name.as_str()),
            // A PBS has the name of its source.
            Head::Node if row.guests.is_none() && row.name.as_str() == "localhost" => {
                Key::text(row.source.as_str())
            }
            Head::Node => Key::text(row.name.as_str()),
            Head::State => match row.state {
                NodeState::Offline => Key::Number(0.0),
                NodeState::Online => Key::Number(1.0),
                NodeState::Unknown => Key::Missing,
            },
            Head::Cpu | Head::Memory | Head::Root | Head::Uptime if is_off => Key::Missing,
            Head::Cpu => Key::most(row.cpu),
            Head::Memory => share(row.memory),
            Head::Root => share(row.rootfs),
            Head::Uptime => Key::most(row.uptime.map(|s| s as f64)),
            Head::Guests => Key::most(row.guests.map(|(_, all)| f64::from(all))),
            Head::Version => Key::maybe(row.version.as_deref()),
            Head::Problem => {
                let subject = Subject::Node(row.source.clone(), row.name.clone());
                let first = self.index.problems(&subject, self.judged).next();
                Key::maybe(first.map(|problem| problem.code.as_str()))
            }
            _ => Key::Missing,
        }
    }

    fn guest<'a>(&'a self, head: Head, site: &'a SiteRow, row: &'a GuestRow) -> Key<'a> {
        match head {
            Head::Cpu => Key::most(row.cpu),
            Head::Memory => Key::most(row.memory.and_then(Usage::fraction)),
            Head::Copy => copy(row),
            Head::Replica => replica(row),
            Head::Uptime if row.template || &*row.state != "running" => Key::Missing,
            Head::Uptime => Key::most(self.told(row).and_then(|g| g.uptime).map(|s| s as f64)),
            Head::Pool => Key::maybe(self.told(row).and_then(|g| g.pool.as_deref())),
            Head::Tags => Key::text(self.told(row).map(|g| g.tags.join(" ")).unwrap_or_default()),
            Head::Days if row.backup.verdict.is_none() => Key::Missing,
            Head::Days => self.days(row),
            Head::Marks => {
                let jobs = row.backup.jobs.iter();
                let first = jobs.filter_map(|id| self.matrix.number(&row.source, id)).min();
                first.map_or(Key::Missing, |number| Key::Number(number as f64))
            }
            Head::LeftOut if row.backup.jobs.is_empty() => Key::Missing,
            Head::LeftOut => {
                let jobs: Vec<&JobId> = row.backup.jobs.iter().collect();
                let survey = self.fleet.survey(&row.source).and_then(|s| s.pve());
                let left = survey.and_then(|pve| left_out(pve, (row.kind, row.vmid), &jobs));
                // Disks before what is bound, which nothing would bring back anyhow.
                Key::most(left.map(|left| {
                    if left.data.is_empty() {
                        left.bind.len() as f64 / 1000.0
                    } else {
                        left.data.len() as f64
                    }
                }))
            }
            Head::Next => Key::earliest(row.backup.next),
            Head::Place => Key::maybe(row.backup.place.as_deref()),
            _ => named(head, site, row),
        }
    }

    fn told(&self, row: &GuestRow) -> Option<&Guest> {
        self.fleet.survey(&row.source)?.pve()?.resources.known()?.guest(row.vmid)
    }

    /// How many of the last days went wrong, and how badly; most first.
    fn days(&self, row: &GuestRow) -> Key<'static> {
        let survey = |source: &_| self.fleet.survey(source).map(|s: &std::sync::Arc<Survey>| &**s);
        let told = self.matrix.fortnight(row, &survey, (self.judged.taken, self.zone));
        let bad = told.cells.iter().map(|cell| match cell {
            Cell::Rest | Cell::Pruned | Cell::Verified | Cell::Made => 0.0,
            Cell::Late | Cell::Elsewhere | Cell::Gap | Cell::Unknown => 0.01,
            Cell::Bad | Cell::Failed | Cell::Missing => 1.0,
        });
        Key::most(bad.sum::<f64>())
    }

    /// On how many of the last days a replica was late or failed; what nobody watched is neither.
    fn watched(&self, row: &ReplicationRow) -> Key<'static> {
        let record = self
            .fleet
            .survey(&row.source)
            .and_then(|survey| survey.pve())
            .and_then(|pve| pve.sightings.replicas.get(&row.id));
        let told = remembered(record.map(|record| &**record), self.judged.taken, self.zone);
        if !told.days.iter().any(|day| day.is_told()) {
            return Key::Missing;
        }
        Key::count(told.days.iter().filter(|day| matches!(day, Day::Late | Day::Failed)).count())
    }

    fn backup_job<'a>(&'a self, head: Head, row: &'a BackupJobRow) -> Key<'a> {
        match head {
            Head::Source => Key::text(row.source.as_str()),
            Head::Number => {
                let number = self.matrix.number(&row.source, &row.id);
                number.map_or(Key::Missing, |number| Key::Number(number as f64))
            }
            Head::Name => {
                let comment = row.comment.as_deref().filter(|c| !c.is_empty());
                Key::text(comment.unwrap_or(row.id.as_str()))
            }
            Head::Schedule => Key::maybe(row.schedule.as_deref().filter(|_| row.enabled)),
            Head::Place => Key::maybe(row.storage.as_ref().map(StorageName::as_str)),
            Head::Covers => Key::most(row.covers.as_ref().map(|guests| guests.len() as f64)),
            Head::Last => Key::earliest(row.last.as_ref().map(|(at, _)| *at)),
            Head::Next => Key::earliest(row.next),
            _ => Key::Missing,
        }
    }

    fn story<'a>(&'a self, head: Head, row: &'a Story) -> Key<'a> {
        match head {
            // The newest first, and what runs before all.
            Head::Began if row.is_running() => Key::longest(None),
            Head::Began => Key::most(row.began.0 as f64),
            Head::Took => Key::known(row.took(self.judged.taken)),
            Head::Host => Key::text(format!("{}/{}", row.site, row.node)),
            Head::Task => Key::text(row.word()),
            Head::Subject => match &row.about {
                About::Guest(key) => Key::Text(format!("{:09}", key.vmid).into()),
                About::Named(name) => Key::text(&**name),
                About::Nothing => Key::Missing,
            },
            Head::Result => match &row.state {
                State::Ended(TaskResult::Error(_)) => Key::Number(0.0),
                State::Ended(TaskResult::Warnings(_)) => Key::Number(1.0),
                State::Running => Key::Number(2.0),
                State::Ended(TaskResult::Ok) => Key::Number(3.0),
                State::RanAt(_) | State::Ended(TaskResult::Unknown) => Key::Missing,
            },
            Head::By => Key::maybe(row.user.as_deref()),
            _ => Key::Missing,
        }
    }

    fn lost<'a>(&'a self, head: Head, site: &'a SiteRow, row: &'a NodeRow) -> Key<'a> {
        let Some(loss) = self.outlook.node(&row.source, &row.name) else { return Key::Missing };
        let count = |count: u32| Key::count(count as usize);
        match head {
            Head::Site => Key::text(site.name.as_str()),
            Head::Node => Key::text(format!("{}/{}", row.source, row.name)),
            Head::Guests => count(loss.guests),
            Head::ByHa => count(loss.by_ha),
            Head::ByHand => count(loss.restartable),
            Head::Restored => count(loss.restorable),
            Head::Gone => count(loss.gone),
            Head::Untold => count(loss.unknown),
            Head::Loss => Key::known(loss.worst_loss),
            Head::Room if loss.guests > loss.gone + loss.unknown => room(loss.fits),
            Head::Quorum => {
                loss.quorate_after.map_or(Key::Missing, |q| Key::Number(f64::from(u8::from(q))))
            }
            _ => Key::Missing,
        }
    }

    fn fated<'a>(&'a self, head: Head, site: &'a SiteRow, row: &'a GuestRow) -> Key<'a> {
        let asked = self.outlook.asked();
        let Some(fate) = asked.and_then(|asked| asked.fate(&row.source, row.vmid)) else {
            return named(head, site, row);
        };
        let comes_back = !matches!(fate.how, How::Gone | How::Unknown);
        match head {
            Head::Way => match fate.how {
                How::Unknown => Key::Missing,
                how => Key::most(f64::from(how as u8)),
            },
            Head::Target => Key::maybe(fate.target.as_ref().map(|(_, node)| node.as_str())),
            Head::Loss if fate.how == How::Gone => Key::longest(None),
            Head::Loss => Key::known(fate.loss),
            Head::Back => Key::known(fate.takes),
            Head::Room if comes_back => room(fate.room),
            Head::Weak => {
                let left = fate.leaves_out.len() + usize::from(fate.needs_key);
                if left == 0 { Key::Missing } else { Key::count(left) }
            }
            _ => named(head, site, row),
        }
    }
}

/// What tells guests apart.
fn named<'a>(head: Head, site: &'a SiteRow, row: &'a GuestRow) -> Key<'a> {
    match head {
        Head::Site => Key::text(site.name.as_str()),
        Head::Node => Key::text(format!("{}/{}", row.source, row.node)),
        Head::Id => Key::Number(f64::from(row.vmid)),
        Head::Kind => Key::Number(f64::from(row.kind as u8)),
        Head::Name => Key::maybe(row.name.as_deref()),
        Head::State if &*row.state == "unknown" => Key::Missing,
        Head::State => Key::text(&*row.state),
        _ => Key::Missing,
    }
}

fn tally<'a>(tally: Tally) -> Key<'a> {
    match tally.all {
        0 => Key::Missing,
        // The worst verdict first, then how many.
        _ => Key::most(f64::from(tally.worst as u8) * 1e9 + tally.bad as f64),
    }
}

/// The oldest recovery point first; none at all is the oldest.
fn copy<'a>(row: &GuestRow) -> Key<'a> {
    let backup = &row.backup;
    match (backup.verdict, backup.age, &backup.lack) {
        (None, ..) | (_, None, Some(Lack::Untold(_))) | (Some(Verdict::Unknown), None, _) => {
            Key::Missing
        }
        (_, age, _) => Key::longest(age),
    }
}

/// The oldest replica first; none at all is the oldest.
fn replica<'a>(row: &GuestRow) -> Key<'a> {
    let jobs = row.replication.jobs.iter().filter(|job| !job.disabled);
    let known = jobs.filter(|job| job.age.is_some() || job.verdict != Verdict::Unknown);
    Key::most(known.map(|j| j.age.map_or(f64::INFINITY, |s| s as f64)).reduce(f64::max))
}

/// The worst first.
fn room<'a>(room: Room) -> Key<'a> {
    match room {
        Room::Unknown => Key::Missing,
        room => Key::most(f64::from(room as u8)),
    }
}

fn rescue<'a>(head: Head, site: &'a SiteRow, row: &'a GuestRow) -> Key<'a> {
    let recovery = &row.recovery;
    let best = recovery.best();
    // Nothing brings it back, and that is certain: the worst there is.
    let is_gone = best.is_none() && recovery.is_known && recovery.verdict.is_some();
    let of = |seconds: fn(&Way) -> Option<i64>| match best {
        _ if is_gone => Key::longest(None),
        best => Key::known(best.and_then(seconds)),
    };
    match head {
        Head::Way if is_gone => Key::longest(None),
        Head::Way => Key::most(best.map(|way| f64::from(way.kind as u8))),
        Head::Target => {
            Key::maybe(best.and_then(|w| w.target.as_ref()).map(|(_, node)| node.as_str()))
        }
        Head::Loss => of(|way| way.loss),
        Head::Worst => of(|way| way.worst),
        Head::Back => of(|way| way.takes),
        Head::Room => best.map_or(Key::Missing, |way| room(way.room)),
        // What was never rehearsed has waited the longest.
        Head::Rehearsed if recovery.verdict.is_some() => {
            Key::Number(recovery.rehearsed.as_ref().map_or(f64::NEG_INFINITY, |r| r.at.0 as f64))
        }
        Head::Weak => match recovery.verdict {
            None | Some(Verdict::Ok) => Key::Missing,
            Some(verdict) => Key::most(f64::from(verdict as u8)),
        },
        _ => named(head, site, row),
    }
}

fn source(head: Head, row: &SourceRow) -> Key<'_> {
    match head {
        Head::Source => Key::text(row.name.as_str()),
        Head::Type => Key::Number(match row.product {
            Product::Pve => 0.0,
            Product::Pbs => 1.0,
        }),
        Head::State => Key::Number(-f64::from(row.state as u8)),
        Head::Seen => Key::earliest(row.seen),
        Head::Version => Key::maybe(row.version.as_deref()),
        Head::Error => Key::maybe(row.error.as_deref()),
        _ => Key::Missing,
    }
}

fn of_problem(head: Head, problem: &Problem) -> Key<'_> {
    match head {
        Head::Site => Key::maybe(problem.site.as_ref().map(SiteName::as_str)),
        Head::Subject => Key::text(problem.subject.to_string()),
        Head::Problem => Key::text(problem.code.as_str()),
        Head::Since => Key::earliest(problem.since),
        _ => Key::Missing,
    }
}

fn storage(head: Head, row: &StorageRow) -> Key<'_> {
    match head {
        Head::Name => Key::text(row.name.as_str()),
        Head::Node => Key::maybe(row.node.as_ref().map(NodeName::as_str)),
        Head::Type => Key::text(&*row.kind),
        Head::Used => Key::most(row.usage.and_then(Usage::fraction)),
        Head::Size => Key::most(row.usage.map(|usage| usage.total as f64)),
        Head::State => {
            row.available.map_or(Key::Missing, |is| Key::Number(f64::from(u8::from(is))))
        }
        _ => Key::Missing,
    }
}

fn datastore(head: Head, row: &DatastoreRow) -> Key<'_> {
    match head {
        Head::Store => Key::text(format!("{}:{}", row.source, row.name)),
        Head::Used => Key::most(row.usage.and_then(Usage::fraction)),
        Head::Size => Key::most(row.usage.map(|usage| usage.total as f64)),
        Head::Full => Key::earliest(row.full_at),
        Head::Last => Key::earliest(row.newest),
        Head::Jobs => {
            let worst = row.jobs.iter().map(|job| job.verdict).max();
            Key::most(worst.map(|verdict| f64::from(verdict as u8)))
        }
        Head::Writers if row.writers.is_empty() => Key::Missing,
        Head::Writers => Key::count(row.writers.len()),
        _ => Key::Missing,
    }
}

fn replication<'a>(
    head: Head,
    site: &'a SiteRow,
    guest: &'a GuestRow,
    row: &'a ReplicationRow,
) -> Key<'a> {
    match head {
        Head::Site => Key::text(site.name.as_str()),
        Head::Name => {
            Key::text(format!("{} {}", row.guest, guest.name.as_deref().unwrap_or_default()))
        }
        Head::Route => {
            let from = row.source_node.as_ref().unwrap_or(&guest.node);
            Key::text(format!("{from} {}", row.target))
        }
        Head::Schedule if row.disabled => Key::Missing,
        Head::Schedule => Key::text(&*row.schedule),
        Head::Age if row.age.is_none() && row.verdict == Verdict::Unknown => Key::Missing,
        Head::Age => Key::longest(row.age),
        Head::Fails => Key::most(row.fail_count.map(f64::from)),
        Head::Took => Key::most(row.duration),
        Head::Next => Key::earliest(row.next),
        Head::Error => Key::maybe(row.error.as_deref()),
        _ => Key::Missing,
    }
}

fn group(head: Head, row: &GroupRow) -> Key<'_> {
    match head {
        Head::Name => Key::text(format!("{}/{}/{}", row.ns, row.kind.as_str(), row.id)),
        Head::Last => Key::earliest(row.newest),
        Head::Count => Key::count(row.count as usize),
        Head::State => Key::Number(f64::from(row.of as u8)),
        Head::Owner => Key::maybe(row.owner.as_deref()),
        _ => Key::Missing,
    }
}
