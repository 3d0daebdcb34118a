//! What holds for every case: a copy more makes no day look worse, and what is not known makes
//! none look made.

use proptest::prelude::*;

use super::super::prune::Rule;
use super::{
    Cell, DAY, DAYS, Epoch, Failure, HOUR, Jobs, Keep, NOW, Piece, Plan, Setup, TWO, Task,
    TimeZone, Worth, nightly,
};

const SCHEDULES: [&str; 6] = ["02:00", "mon..fri 22:00", "sun 12:00", "2/4:00", "*:0", "23:30"];

fn worth() -> impl Strategy<Value = Worth> {
    prop_oneof![
        4 => Just(Worth::Verified),
        3 => Just(Worth::Made),
        1 => Just(Worth::Bad),
        1 => Just(Worth::Uncertain),
    ]
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (0_i64..17 * 48, worth(), 0_usize..2).prop_map(|(at, worth, place)| Piece {
        at: NOW.plus(90).minus(at * HOUR / 2),
        worth,
        place,
    });
    proptest::collection::vec(piece, 0..40)
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let keep =
        (0_u32..4, 0_u32..4, 0_u32..9, 0_u32..3).prop_map(|(last, hourly, daily, weekly)| {
            let keep = Keep { last, hourly, daily, weekly, monthly: 0, yearly: 0 };
            Rule { keep, zone: TimeZone::UTC, ran: None }
        });
    proptest::collection::vec(keep, 0..3)
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let at = |days: i64| TWO.minus(days * DAY);
    let plan = (
        proptest::sample::select(&SCHEDULES[..]),
        0_usize..2,
        proptest::option::weighted(0.1, 0_i64..14),
        proptest::option::weighted(0.1, 0_i64..14),
        proptest::collection::vec((0_i64..14, 0_i64..9), 0..3),
        proptest::collection::vec(0_i64..14, 0..3),
        any::<bool>(),
        (proptest::option::weighted(0.3, 0_i64..14), proptest::collection::vec(0_i64..14, 0..3)),
    );
    let plan = plan.prop_map(move |(schedule, aim, seen, told, tasks, failures, paris, was)| {
        let mut plan = super::plan(schedule, aim);
        plan.zones = vec![if paris { "Europe/Paris" } else { "UTC" }];
        plan.seen = seen.map_or(plan.seen, |days| Some(at(days)));
        plan.told = told.map_or(plan.told, at);
        let (since, proofs) = was;
        plan.since = since.map_or(plan.since, |days| Some(at(days)));
        plan.proofs = proofs.into_iter().map(|days| at(days).plus(5)).collect();
        plan.proofs.sort();
        let task = |(days, hours): (i64, i64)| Task {
            start: at(days).plus(5),
            end: (hours > 0).then(|| at(days).plus(hours * HOUR)),
        };
        plan.tasks = tasks.into_iter().map(task).collect();
        plan.tasks.sort_by_key(|task| task.start);
        let failure = |days| Failure { start: at(days).plus(5), error: "x".into() };
        plan.failures = failures.into_iter().map(failure).collect();
        plan.failures.sort_by_key(|failure| failure.start);
        plan
    });
    proptest::collection::vec(plan, 1..3)
}

/// One job of one run a day at most.
fn one_a_day() -> impl Strategy<Value = Vec<Plan>> {
    let schedules = vec!["02:00", "mon..fri 22:00", "sun 12:00", "23:30"];
    (plans(), proptest::sample::select(schedules)).prop_map(|(mut plans, schedule)| {
        plans.truncate(1);
        for plan in &mut plans {
            plan.schedule = schedule;
        }
        plans
    })
}

fn setups(plans: impl Strategy<Value = Vec<Plan>>) -> impl Strategy<Value = Setup> {
    let told = (proptest::option::weighted(0.2, 0_i64..14), 0_u8..8, any::<[bool; 3]>());
    (plans, pieces(), [rules(), rules()], told).prop_map(
        |(plans, copies, rules, (born, jobs, [first, second, ambiguous]))| Setup {
            plans,
            copies,
            rules: rules.to_vec(),
            is_known: vec![first, second],
            born: born.map(|days| NOW.minus(days * DAY)),
            jobs: match jobs {
                0 => Jobs::None,
                1 => Jobs::Untold,
                _ => Jobs::These,
            },
            ambiguous,
            hides: false,
            ..nightly()
        },
    )
}

fn cells(setup: &Setup) -> Vec<Cell> {
    setup.decide().cells
}

/// How bad it is for who wants a copy of that day back: one is there; none is, as planned; none is
/// known of. (An older copy may well tell that one was missed and not pruned.)
fn rank(cell: Cell) -> u8 {
    match cell {
        Cell::Verified | Cell::Made | Cell::Late | Cell::Elsewhere => 0,
        Cell::Rest | Cell::Pruned => 1,
        Cell::Unknown | Cell::Gap | Cell::Bad | Cell::Failed | Cell::Missing => 2,
    }
}

/// A fact taken away from a case.
#[derive(Clone, Copy, Debug)]
enum Fact {
    Seen(usize),
    Told(usize),
    Zone(usize),
    Tasks(usize),
    Failures(usize),
    /// A place is seen no more, and nothing that lies there.
    Place(usize),
    Rules(usize),
    Born,
    Verified(usize),
    Whose,
    Copy(usize),
    /// Since when the job is so, and the runs that prove it.
    Since(usize),
    /// Whether retention was ever changed.
    Kept(usize),
}

fn facts() -> impl Strategy<Value = Fact> {
    prop_oneof![
        (0_usize..2).prop_map(Fact::Seen),
        (0_usize..2).prop_map(Fact::Told),
        (0_usize..2).prop_map(Fact::Zone),
        (0_usize..2).prop_map(Fact::Tasks),
        (0_usize..2).prop_map(Fact::Failures),
        (0_usize..2).prop_map(Fact::Place),
        (0_usize..2).prop_map(Fact::Rules),
        Just(Fact::Born),
        (0_usize..40).prop_map(Fact::Verified),
        Just(Fact::Whose),
        (0_usize..40).prop_map(Fact::Copy),
        (0_usize..2).prop_map(Fact::Since),
        (0_usize..2).prop_map(Fact::Kept),
    ]
}

fn without(mut setup: Setup, fact: Fact) -> Setup {
    let mut of = |at: usize, change: fn(&mut Plan)| {
        if let Some(plan) = setup.plans.get_mut(at) {
            change(plan);
        }
    };
    match fact {
        Fact::Seen(at) => of(at, |plan| plan.seen = None),
        Fact::Told(at) => of(at, |plan| plan.told = Epoch(i64::MIN)),
        Fact::Zone(at) => of(at, |plan| plan.zones = vec![plan.zones[0], "UTC"]),
        Fact::Tasks(at) => of(at, |plan| plan.tasks.clear()),
        Fact::Failures(at) => of(at, |plan| plan.failures.clear()),
        Fact::Place(at) => {
            let there = setup.plans.iter_mut().filter(|plan| plan.aim == Some(at));
            there.for_each(|plan| plan.aim = None);
            setup.copies.retain(|copy| copy.place != at);
        }
        Fact::Rules(at) => {
            setup.rules[at].clear();
            setup.is_known[at] = false;
        }
        Fact::Since(at) => of(at, |plan| {
            plan.since = None;
            plan.proofs.clear();
        }),
        Fact::Kept(at) => setup.changed[at] = Some(NOW),
        Fact::Born => setup.born = None,
        Fact::Verified(at) => {
            let copy = setup.copies.get_mut(at).filter(|copy| copy.worth == Worth::Verified);
            if let Some(copy) = copy {
                copy.worth = Worth::Made;
            }
        }
        Fact::Whose => setup.ambiguous = true,
        Fact::Copy(at) => {
            if at < setup.copies.len() {
                setup.copies.remove(at);
            }
        }
    }
    setup
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_copy_more_makes_no_day_worse(
        mut setup in setups(plans()),
        at in 0_i64..17 * 48,
        is_verified in any::<bool>(),
    ) {
        // Where copies are carried further, one more there tells how long they are kept: what was
        // thought to be pruned may be missing. So all are at one place.
        let place = setup.plans[0].aim.unwrap_or(0);
        setup.copies.iter_mut().for_each(|copy| copy.place = place);
        let mut more = setup.clone();
        let worth = if is_verified { Worth::Verified } else { Worth::Made };
        more.copies.push(Piece { at: NOW.plus(95).minus(at * HOUR / 2), worth, place });
        for (before, after) in cells(&setup).into_iter().zip(cells(&more)) {
            prop_assert!(rank(after) <= rank(before), "{before:?} → {after:?}");
        }
    }

    #[test]
    fn a_fact_less_makes_no_day_made(setup in setups(one_a_day()), fact in facts()) {
        let less = without(setup.clone(), fact);
        // That one is there and is not to be trusted is no copy less, but a doubt less.
        let doubts = |s: &Setup| s.copies.iter().filter(|c| c.worth <= Worth::Uncertain).count();
        if doubts(&less) != doubts(&setup) {
            return Ok(());
        }
        let (before, after) = (cells(&setup), cells(&less));
        // Where a job writes, and which is verified, decides which of two copies counts for its run;
        // the other one stands on its own day. Which day that is may change, not how many there are.
        if matches!(fact, Fact::Place(_) | Fact::Verified(_)) {
            let made = |cells: &[Cell]| cells.iter().filter(|cell| cell.is_made()).count();
            prop_assert!(made(&after) <= made(&before), "{fact:?}: {before:?} → {after:?}");
            return Ok(());
        }
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(before.is_made() || !after.is_made(), "{fact:?}: {before:?} → {after:?}");
        }
    }

    #[test]
    fn what_is_not_known_of_the_job_makes_no_night_missing(
        setup in setups(plans()),
        fact in prop_oneof![(0_usize..2).prop_map(Fact::Since), (0_usize..2).prop_map(Fact::Kept)],
    ) {
        let less = without(setup.clone(), fact);
        for (before, after) in cells(&setup).into_iter().zip(cells(&less)) {
            prop_assert!(before == Cell::Missing || after != Cell::Missing, "{before:?}");
            prop_assert!(before == Cell::Elsewhere || after != Cell::Elsewhere, "{before:?}");
        }
    }

    #[test]
    fn without_a_copy_no_day_is_made(setup in setups(plans()), fact in facts()) {
        let less = without(setup.clone(), fact);
        let days = setup.days();
        for (cell, start) in cells(&less).into_iter().zip(&days) {
            // A run of that day may have left it late, at most when the next one of the week came.
            let good = |copy: &Piece| {
                copy.worth > Worth::Uncertain
                    && (start.minus(HOUR)..start.plus(9 * DAY)).contains(&copy.at)
            };
            prop_assert!(!cell.is_made() || setup.copies.iter().any(good), "{cell:?}");
        }
    }

    #[test]
    fn nothing_of_a_server_makes_it_fall(
        now in prop_oneof![any::<i64>(), -1_i64..4_000_000_000],
        times in proptest::collection::vec(any::<i64>(), 0..9),
        grace in any::<i64>(),
    ) {
        let mut setup = nightly();
        setup.grace = grace;
        setup.copies.extend(times.iter().map(|at| super::copy(Epoch(*at), Worth::Made)));
        setup.rules[0] = vec![Rule {
            keep: Keep { last: u32::MAX, hourly: 1, daily: 1, weekly: 1, monthly: 1, yearly: 1 },
            zone: TimeZone::UTC,
            ran: None,
        }];
        for at in &times {
            setup.plans[0].tasks.push(Task { start: Epoch(*at), end: None });
            let failure = Failure { start: Epoch(*at), error: "x".into() };
            setup.plans[0].failures.push(failure);
        }
        setup.now = Epoch(now);
        if super::super::gather::days(setup.now, &TimeZone::UTC).is_some() {
            prop_assert_eq!(cells(&setup).len(), DAYS);
        }
    }
}
