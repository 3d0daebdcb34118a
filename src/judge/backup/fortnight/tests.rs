//! Days judged by hand, and what holds for all of them.

mod clocks;
mod days;
mod origins;
mod pruned;
mod sure;

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::decide::{Case, Failure, Piece, Promise, Promised, Spotted, Task, Worth, decide};
use super::dues::Dues;
use super::prune::Rule;
use super::{Cell, DAYS, Fortnight};
use crate::fleet::id::JobId;
use crate::fleet::retention::Keep;
use crate::fleet::time::Epoch;

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;
/// Wednesday, 2026-11-25 12:00 UTC.
const NOW: Epoch = Epoch(1_795_608_000);
/// Today, 02:00 UTC.
const TWO: Epoch = Epoch(1_795_572_000);

/// A job as a test means it: one schedule per zone that its node may be in.
#[derive(Clone, Debug)]
struct Plan {
    schedule: &'static str,
    zones: Vec<&'static str>,
    aim: Option<usize>,
    seen: Option<Epoch>,
    told: Epoch,
    since: Option<Epoch>,
    proofs: Vec<Epoch>,
    tasks: Vec<Task>,
    everywhere: Vec<Task>,
    failures: Vec<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Jobs {
    These,
    None,
    Untold,
}

/// Everything that a case is made of.
#[derive(Clone, Debug)]
struct Setup {
    now: Epoch,
    reader: &'static str,
    grace: i64,
    jobs: Jobs,
    plans: Vec<Plan>,
    born: Option<Epoch>,
    copies: Vec<Piece>,
    rules: Vec<Vec<Rule>>,
    is_known: Vec<bool>,
    changed: Vec<Option<Epoch>>,
    ambiguous: bool,
    hides: bool,
}

fn plan(schedule: &'static str, aim: usize) -> Plan {
    Plan {
        schedule,
        zones: vec!["UTC"],
        aim: Some(aim),
        seen: Some(Epoch(i64::MAX)),
        told: Epoch(i64::MAX),
        since: Some(Epoch(i64::MIN)),
        proofs: Vec::new(),
        tasks: Vec::new(),
        everywhere: Vec::new(),
        failures: Vec::new(),
    }
}

fn copy(at: Epoch, worth: Worth) -> Piece {
    Piece { at, worth, place: 0 }
}

/// Two minutes after two, so many days ago.
fn night(ago: i64) -> Epoch {
    TWO.plus(120).minus(ago * DAY)
}

/// A daily job at 02:00 UTC that left a verified copy on each of twenty nights; nothing prunes.
fn nightly() -> Setup {
    Setup {
        now: NOW,
        reader: "UTC",
        grace: 2 * HOUR,
        jobs: Jobs::These,
        plans: vec![plan("02:00", 0)],
        born: None,
        copies: (0..20).map(|ago| copy(night(ago), Worth::Verified)).collect(),
        rules: vec![Vec::new(); 2],
        is_known: vec![true; 2],
        changed: vec![None; 2],
        ambiguous: false,
        hides: false,
    }
}

impl Setup {
    /// Takes away the copy of a night.
    fn without(mut self, ago: i64) -> Self {
        self.copies.retain(|copy| copy.at != night(ago));
        self
    }

    fn with(mut self, at: Epoch, worth: Worth) -> Self {
        self.copies.push(copy(at, worth));
        self
    }

    /// Keeps what a rule at the first place keeps, and says so.
    fn keeping(mut self, keep: Keep, nights: &[i64]) -> Self {
        self.copies.retain(|copy| nights.iter().any(|ago| copy.at == night(*ago)));
        self.rules[0] = vec![Rule { keep, zone: TimeZone::UTC, ran: None }];
        self
    }

    fn days(&self) -> Vec<Epoch> {
        super::gather::days(self.now, &zone(self.reader)).expect("days")
    }

    fn decide(&self) -> Fortnight {
        let days = self.days();
        let mut copies = self.copies.clone();
        copies.sort_by_key(|copy| (copy.at, copy.place));
        let places: Vec<Spotted> = (0..2)
            .map(|place| {
                let here = copies.iter().rev().filter(|copy| copy.place == place);
                let sure = here.clone().filter(|copy| copy.worth != Worth::Uncertain);
                Spotted {
                    oldest: sure.map(|copy| copy.at).min(),
                    rules: self.rules[place].clone(),
                    is_known: self.is_known[place],
                    changed: self.changed[place],
                    copies: here.map(|copy| copy.at).collect(),
                }
            })
            .collect();
        let mut dues = Dues::default();
        let ids: Vec<JobId> = (0..self.plans.len()).map(|i| format!("job{i}").into()).collect();
        let runs: Vec<Vec<Arc<[Epoch]>>> = self
            .plans
            .iter()
            .map(|plan| {
                let schedule = Arc::from(plan.schedule);
                let of = |name: &&str| dues.of(&schedule, &zone(name), self.now);
                plan.zones.iter().filter_map(of).collect()
            })
            .collect();
        let promises: Vec<Promise<'_>> = self
            .plans
            .iter()
            .zip(&ids)
            .zip(&runs)
            .map(|((plan, job), runs)| Promise {
                job,
                runs,
                aim: plan.aim,
                seen: plan.seen,
                told: plan.told,
                since: plan.since,
                proofs: &plan.proofs,
                tasks: &plan.tasks,
                everywhere: &plan.everywhere,
                failures: &plan.failures,
            })
            .collect();
        decide(&Case {
            now: self.now,
            grace: self.grace,
            days: &days,
            promised: match self.jobs {
                Jobs::These => Promised::Jobs(&promises),
                Jobs::None => Promised::Nothing,
                Jobs::Untold => Promised::Untold,
            },
            hides: self.hides,
            born: self.born,
            copies: &copies,
            places: &places,
            ambiguous: self.ambiguous,
        })
    }

    /// The days as letters.
    fn spelled(&self) -> String {
        let told = self.decide();
        assert_eq!(told.cells.len(), DAYS);
        told.cells.iter().map(|cell| letter(*cell)).collect()
    }
}

fn letter(cell: Cell) -> char {
    match cell {
        Cell::Rest => '-',
        Cell::Pruned => 'p',
        Cell::Verified => 'V',
        Cell::Made => 'm',
        Cell::Late => 'l',
        Cell::Elsewhere => 'e',
        Cell::Gap => 'g',
        Cell::Unknown => '?',
        Cell::Bad => 'b',
        Cell::Failed => 'f',
        Cell::Missing => 'o',
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("bundled")
}

const NONE: Keep = Keep { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

/// What is done to the healthy nights, and the fourteen days, today the last.
type Row = (&'static str, fn(Setup) -> Setup, &'static str);

fn check(table: &[Row]) {
    for (what, change, expected) in table {
        assert_eq!(change(nightly()).spelled(), *expected, "{what}");
    }
}

fn task(ago: i64, hours: Option<i64>) -> Task {
    let start = TWO.plus(3).minus(ago * DAY);
    Task { start, end: hours.map(|hours| start.plus(hours * HOUR)) }
}

fn failed(ago: i64) -> Failure {
    Failure { start: TWO.plus(3).minus(ago * DAY), error: "lock timeout".into() }
}
