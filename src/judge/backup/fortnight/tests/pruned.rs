//! What pruning takes, beside the rule of the products written out in full.

use proptest::prelude::*;

use super::super::prune::{Pruning, Rule};
use super::{DAY, Epoch, HOUR, Keep, NOW, TWO, TimeZone, night, zone};

fn rule(keep: Keep) -> Rule {
    Rule { keep, zone: TimeZone::UTC, ran: None }
}

const NONE: Keep = Keep { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

#[test]
fn nights_judged_by_hand() {
    // Wednesday is today (0); Sunday was 3 days ago, and 10, and 17.
    let nights = |list: &[i64]| list.iter().map(|ago| night(*ago)).collect::<Vec<_>>();
    for (keep, there, taken, kept) in [
        (Keep { last: 3, ..NONE }, &[0, 1, 2][..], &[3, 4, 13][..], &[][..]),
        // One night of three was never made: the one before it is still counted.
        (Keep { last: 3, ..NONE }, &[0, 2, 3], &[4, 5], &[1]),
        (Keep { daily: 7, ..NONE }, &[0, 1, 2, 3, 4, 5, 6], &[7, 8], &[]),
        // The Sundays of each week, and three days.
        (Keep { daily: 3, weekly: 2, ..NONE }, &[0, 1, 2, 3, 10], &[4, 5, 9, 11, 17], &[]),
        // The Sunday was never made: Saturday stands for its week, and a Sunday would be there.
        (Keep { daily: 3, weekly: 2, ..NONE }, &[0, 1, 2, 4, 10], &[5, 6], &[3]),
        (Keep { monthly: 2, ..NONE }, &[0, 25], &[1, 13, 26], &[]),
        (Keep { yearly: 1, ..NONE }, &[0], &[1, 13], &[]),
        (NONE, &[0], &[], &[1, 2, 13]),
        // The newest one is never taken.
        (Keep { last: 1, ..NONE }, &[1], &[2], &[0]),
        (Keep { daily: 3, ..NONE }, &[], &[], &[0, 5]),
    ] {
        let pruning = Pruning::new(&rule(keep), &nights(there));
        for ago in taken {
            assert!(pruning.takes(night(*ago)), "{keep:?} {there:?}: takes {ago}");
        }
        for ago in kept {
            assert!(!pruning.takes(night(*ago)), "{keep:?} {there:?}: keeps {ago}");
        }
    }
}

#[test]
fn what_a_job_did_not_reach_it_did_not_take() {
    let copies = [night(0), night(1)];
    let keep = Keep { last: 1, ..NONE };
    let ran = Some(TWO.minus(5 * DAY));
    let pruning = Pruning::new(&Rule { ran, ..rule(keep) }, &copies);
    assert!(!pruning.takes(night(4)), "made since");
    assert!(!pruning.takes(night(6)), "the newest there was");
}

#[test]
fn what_came_after_the_last_run_of_a_job_took_nothing() {
    // Four days ago at 05:00 it ran; the backup of that night is missing.
    let copies: Vec<Epoch> = [0, 1, 2, 3, 5, 6, 7].map(night).to_vec();
    let ran = Some(TWO.minus(4 * DAY).plus(3 * HOUR));
    let keep = Keep { last: 3, ..NONE };
    for keep in [keep, Keep { daily: 3, ..NONE }] {
        let pruning = Pruning::new(&Rule { ran, ..rule(keep) }, &copies);
        assert!(!pruning.takes(night(4)), "it was the newest one then");
        assert!(!pruning.takes(night(6).plus(HOUR)), "two newer ones then");
        assert!(pruning.takes(night(8)));
    }
}

#[test]
fn days_are_those_of_whoever_prunes() {
    // 23:30 and 00:30 in Paris are one day in UTC, two in Paris.
    let late = TWO.minus(4 * HOUR - 30 * 60);
    let copies = [NOW, late.plus(HOUR)];
    let keep = Keep { daily: 2, ..NONE };
    let pruning = |zone| Pruning::new(&Rule { keep, zone, ran: None }, &copies);
    assert!(pruning(TimeZone::UTC).takes(late));
    assert!(!pruning(zone("Europe/Paris")).takes(late), "the newest of its own day");
}

/// The rule as PBS has it: marks, one phase after the other.
fn kept(keep: Keep, copies: &[Epoch]) -> Vec<bool> {
    type Id = fn(Epoch) -> String;
    let ids: [(u32, Id); 6] = [
        (keep.last, |at| at.0.to_string()),
        (keep.hourly, |at| stamp(at, "%Y/%m/%d/%H")),
        (keep.daily, |at| stamp(at, "%Y/%m/%d")),
        (keep.weekly, |at| stamp(at, "%G/%V")),
        (keep.monthly, |at| stamp(at, "%Y/%m")),
        (keep.yearly, |at| stamp(at, "%Y")),
    ];
    let mut marks: Vec<Option<bool>> = vec![None; copies.len()];
    for (count, id) in ids.iter().filter(|(count, _)| *count > 0) {
        let already: Vec<String> = copies
            .iter()
            .zip(&marks)
            .filter(|(_, mark)| **mark == Some(true))
            .map(|(at, _)| id(*at))
            .collect();
        let mut newly: Vec<String> = Vec::new();
        for (at, mark) in copies.iter().zip(&mut marks) {
            let span = id(*at);
            if mark.is_some() || already.contains(&span) {
                continue;
            }
            if newly.contains(&span) {
                *mark = Some(false);
                continue;
            }
            if newly.len() >= *count as usize {
                break;
            }
            newly.push(span);
            *mark = Some(true);
        }
    }
    marks.iter().map(|mark| *mark == Some(true) || keep.keeps_all()).collect()
}

fn stamp(at: Epoch, format: &str) -> String {
    at.timestamp().expect("in range").to_zoned(TimeZone::UTC).strftime(format).to_string()
}

fn keeps() -> impl Strategy<Value = Keep> {
    (0_u32..5, 0_u32..5, 0_u32..5, 0_u32..4, 0_u32..3, 0_u32..2).prop_map(
        |(last, hourly, daily, weekly, monthly, yearly)| Keep {
            last,
            hourly,
            daily,
            weekly,
            monthly,
            yearly,
        },
    )
}

fn times() -> impl Strategy<Value = Vec<Epoch>> {
    proptest::collection::btree_set(0_i64..60 * 24, 0..40)
        .prop_map(|hours| hours.into_iter().map(|h| NOW.minus(h * HOUR / 2)).collect())
}

proptest! {
    #[test]
    fn it_takes_what_the_products_take(keep in keeps(), copies in times(), at in 0_i64..60 * 24) {
        let at = NOW.minus(at * HOUR / 2 + 7);
        let pruning = Pruning::new(&rule(keep), &copies);
        let mut all = copies.clone();
        all.push(at);
        all.sort_by_key(|at| std::cmp::Reverse(*at));
        let place = all.iter().position(|t| *t == at).expect("there");
        prop_assert_eq!(pruning.takes(at), !kept(keep, &all)[place]);
    }

    #[test]
    fn one_more_copy_never_saves_another(
        // Weeks do not nest in months and years: there the products' own rule may do so.
        keep in keeps().prop_map(|keep| match keep.weekly {
            0 => keep,
            _ => Keep { monthly: 0, yearly: 0, ..keep },
        }),
        copies in times(),
        more in 0_i64..60 * 24,
        at in 0_i64..60 * 24,
    ) {
        let at = NOW.minus(at * HOUR / 2 + 7);
        let mut all = copies.clone();
        all.push(NOW.minus(more * HOUR / 2 + 3));
        all.sort_by_key(|at| std::cmp::Reverse(*at));
        if Pruning::new(&rule(keep), &copies).takes(at) {
            prop_assert!(Pruning::new(&rule(keep), &all).takes(at));
        }
    }
}
