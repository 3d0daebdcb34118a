//! What comes first.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{Column, Known, Sort};
use crate::fleet::site::Fleet;
use crate::judge::sample::{healthy, judged as judge};
use crate::judge::{Judged, Verdict};
use crate::lang::Head;
use crate::state::members::members;
use crate::state::samples::{guest, judged};
use crate::state::tests::everything;
use crate::state::{Index, Item, Matrix, Outlook, Section, Tab, View};

/// The subjects of rows sorted by a column.
fn sorted(all: &Judged, tab: Tab, section: Section, sort: Sort) -> Vec<String> {
    let (fleet, outlook, matrix) =
        (Fleet::new([], Vec::new()), Outlook::default(), Matrix::default());
    let all = &std::sync::Arc::new(all.clone());
    let index = Index::new(all, &fleet);
    let known = Known {
        judged: all,
        fleet: &fleet,
        index: &index,
        causes: &crate::state::Causes::default(),
        alike: &crate::state::Alike::default(),
        outlook: &outlook,
        matrix: &matrix,
        zone: &TimeZone::UTC,
    };
    let (_, rows) =
        members(&View::Tab(tab), &known, false).into_iter().find(|(s, _)| *s == section).unwrap();
    let mut items: Vec<(u32, Item<'_>)> =
        (0..).zip(rows.iter().map(|row| row.item(all).unwrap())).collect();
    sort.apply(section, &mut items, &known);
    items.iter().map(|(_, item)| item.subject().unwrap().to_string()).collect()
}

fn by(head: Head) -> Sort {
    Sort { column: Some(Column::Under(head)), reversed: false }
}

fn turned(sort: Sort) -> Sort {
    Sort { reversed: true, ..sort }
}

/// The last words of the subjects.
fn short(subjects: &[String]) -> String {
    let ids: Vec<&str> = subjects.iter().map(|s| s.rsplit('/').next().unwrap()).collect();
    ids.join(" ")
}

#[test]
fn columns_sort_worst_first_and_leave_what_has_no_value_last() {
    let mut rows: Vec<_> = [(1, "pve10"), (2, "pve9"), (3, "Pve9")]
        .map(|(id, name)| guest(id, name, Verdict::Ok))
        .into();
    rows[0].backup.age = Some(5);
    rows[1].backup.age = None;
    rows[2].backup.verdict = None;
    rows[0].cpu = Some(0.0);
    rows[2].cpu = Some(0.5);
    rows[1].verdict = Verdict::Unknown;
    let all = judged(rows.clone(), vec![]);
    let guests = |sort| short(&sorted(&all, Tab::Guests, Section::Guests, sort));
    assert_eq!(guests(by(Head::Name)), "2 3 1", "as numbers, whatever the case");
    assert_eq!(guests(turned(by(Head::Name))), "1 2 3", "equal ones keep their order");
    assert_eq!(guests(by(Head::Cpu)), "3 1 2");
    assert_eq!(guests(turned(by(Head::Cpu))), "1 3 2", "unknown stays last");
    assert_eq!(guests(by(Head::Copy)), "2 1 3", "no copy at all is the worst");
    let worst = Sort { column: Some(Column::Verdict), reversed: false };
    assert_eq!(guests(worst), "2 1 3");
    assert_eq!(guests(by(Head::Since)), "1 2 3", "no such column here");
    // That there is no copy is not known: last, not first.
    rows[1].backup.verdict = Some(Verdict::Unknown);
    let all = judged(rows, vec![]);
    let guests = |sort| short(&sorted(&all, Tab::Guests, Section::Guests, sort));
    assert_eq!(guests(by(Head::Copy)), "1 2 3");
    assert_eq!(guests(turned(by(Head::Copy))), "1 2 3");
    let all = everything();
    let jobs = sorted(&all, Tab::Replication, Section::Replication, by(Head::Age));
    assert_eq!(jobs, ["job/fi/1-1", "job/fi/1-0"], "never replicated comes first");
}

#[test]
fn what_nothing_brings_back_is_lost_the_most_and_what_is_not_known_comes_last() {
    let mut rows: Vec<_> = (1..=2).map(|id| guest(id, "g", Verdict::Ok)).collect();
    rows[0].recovery.verdict = Some(Verdict::Unknown);
    rows[1].recovery.verdict = Some(Verdict::Critical);
    rows[1].recovery.is_known = true;
    let all = judged(rows, vec![]);
    for sort in [by(Head::Loss), by(Head::Way), turned(by(Head::Loss)), turned(by(Head::Way))] {
        let lost = sorted(&all, Tab::Recovery, Section::Rescue, sort);
        assert_eq!(short(&lost), "2 1", "{sort:?}");
    }
}

#[test]
fn the_cycle_goes_through_every_column_of_the_section_and_none() {
    let mut sort = Sort::default_of(&View::Tab(Tab::Guests), Section::Guests);
    let mut seen = Vec::new();
    for _ in 0..=Column::of(Section::Guests).count() {
        seen.push(sort.column);
        let next = sort.next(Section::Guests, true);
        assert_eq!(next.next(Section::Guests, false), sort);
        sort = next;
    }
    assert_eq!(sort.column, seen[0], "round and round");
    let mut expected: Vec<_> = Column::of(Section::Guests).map(Some).collect();
    expected.push(None);
    assert_eq!(seen, expected);
    // From a column that is none of its own it begins anew.
    let lost = Sort { column: Some(Column::Under(Head::Covers)), reversed: true };
    assert_eq!(
        lost.next(Section::Guests, true).column,
        Some(Column::Under(Head::Site)),
        "after the verdict"
    );
}

/// Every section with rows of a whole fleet, sorted by each of its columns.
#[test]
fn every_column_tells_rows_apart_or_leaves_them_in_their_order() {
    let fleet = healthy();
    let all = judge(&fleet);
    let judged = std::sync::Arc::new(all);
    let mut outlook = Outlook::new(&judged);
    outlook.reckon(&judged, &fleet);
    let matrix = Matrix::new(&judged, &fleet);
    let index = Index::new(&judged, &fleet);
    let known = Known {
        judged: &judged,
        fleet: &fleet,
        index: &index,
        causes: &crate::state::Causes::default(),
        alike: &crate::state::Alike::default(),
        outlook: &outlook,
        matrix: &matrix,
        zone: &TimeZone::UTC,
    };
    // Columns in which the sample has a value: one that never has any would be a defect.
    let mut empty = Vec::new();
    for tab in Tab::ALL {
        for (section, rows) in members(&View::Tab(tab), &known, false) {
            let items: Vec<_> =
                (0_u32..).zip(rows.iter().filter_map(|row| row.item(&judged))).collect();
            for column in Column::of(section) {
                let has = items.iter().any(|(_, item)| {
                    !matches!(known.key(column, item, section), super::Key::Missing)
                });
                if !items.is_empty() && !has {
                    empty.push(format!("{section:?} {column:?}"));
                }
                for reversed in [false, true] {
                    let mut sorted = items.clone();
                    Sort { column: Some(column), reversed }.apply(section, &mut sorted, &known);
                    let mut places: Vec<u32> = sorted.iter().map(|(at, _)| *at).collect();
                    places.sort_unstable();
                    assert_eq!(places.len(), items.len(), "{section:?} {column:?}");
                    assert!((0..).zip(&places).all(|(i, at)| i == *at), "{section:?} {column:?}");
                }
            }
        }
    }
    // In a healthy fleet nothing is wrong, full soon, tagged or in a pool, and nobody watched.
    assert_eq!(
        empty,
        [
            "Nodes Under(Problem)",
            "Guests Under(Pool)",
            "Guests Under(Tags)",
            "Datastores Under(Full)",
            "BackupJobs Under(Last)",
            "Replication Under(Days)",
            "Replication Under(Error)",
            "Rescue Under(Weak)",
        ]
    );
}

proptest! {
    #[test]
    fn turning_round_keeps_the_unknown_last_and_turns_the_rest(
        loads in proptest::collection::vec(proptest::option::of(0.0..1.0_f64), 0..20)
    ) {
        let rows = (1..).zip(&loads).map(|(id, load)| {
            let mut row = guest(id, "g", Verdict::Ok);
            row.cpu = *load;
            row
        });
        let all = judged(rows.collect(), vec![]);
        let of = |sort| sorted(&all, Tab::Guests, Section::Guests, sort);
        let (down, up) = (of(by(Head::Cpu)), of(turned(by(Head::Cpu))));
        let known = loads.iter().flatten().count();
        let mut turned: Vec<_> = up[..known].to_vec();
        turned.reverse();
        let is_distinct = {
            let mut sorted: Vec<_> = loads.iter().flatten().map(|l| l.to_bits()).collect();
            sorted.sort_unstable();
            sorted.windows(2).all(|pair| pair[0] != pair[1])
        };
        if is_distinct {
            prop_assert_eq!(&down[..known], &turned[..]);
        }
        prop_assert_eq!(&down[known..], &up[known..]);
    }
}

#[test]
fn copies_are_listed_worst_first_and_of_equals_the_oldest() {
    let rows = [
        (1, Verdict::Ok, Some(9)),
        (2, Verdict::Warning, Some(3)),
        (3, Verdict::Ok, Some(20)),
        (4, Verdict::Critical, None),
        (5, Verdict::Warning, Some(7)),
        (6, Verdict::Ok, Some(20)),
    ];
    let rows = rows.map(|(id, verdict, age)| {
        let mut row = guest(id, "g", Verdict::Ok);
        (row.backup.verdict, row.backup.age) = (Some(verdict), age);
        row
    });
    let all = judged(rows.into(), vec![]);
    let sort = Sort::default_of(&View::Tab(Tab::Backups), Section::Copies);
    let copies = |sort| short(&sorted(&all, Tab::Backups, Section::Copies, sort));
    assert_eq!(copies(sort), "4 5 2 3 6 1", "equals keep their places");
    assert_eq!(copies(turned(sort)), "1 3 6 2 5 4", "the other way round");
}
