use std::sync::Arc;

use proptest::prelude::*;

use super::{Files, Found, Shelf};
use crate::fleet::id::{BackupType, GuestKind};
use crate::fleet::part::Part;
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::StoreParts;
use crate::fleet::pbs::copies::{Group, GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::small::Size;
use crate::fleet::pve::backup::BackupFile;
use crate::fleet::rights::Rights;
use crate::fleet::time::Epoch;
use crate::judge::mapping::{Place, Server};

const BAD: Verification = Verification::Failed(None);
const GOOD: Verification = Verification::Ok(None);

fn snap(time: i64, finished: bool, verification: Verification) -> Snapshot {
    Snapshot {
        time: Epoch(time),
        size: finished.then_some(Size::of(1)),
        verification,
        protected: false,
        encrypted: false,
    }
}

#[allow(clippy::unnecessary_wraps)]
fn listed(seen: i64, snapshots: Vec<Snapshot>) -> Option<(i64, Vec<Snapshot>)> {
    Some((seen, snapshots))
}

#[allow(clippy::unnecessary_wraps)]
fn grouped(seen: i64, last: Option<i64>, count: u32) -> Option<(i64, Option<i64>, u32)> {
    Some((seen, last, count))
}

fn pbs(
    listed: Option<(i64, Vec<Snapshot>)>,
    grouped: Option<(i64, Option<i64>, u32)>,
    complete: bool,
) -> PbsSurvey {
    let mut pbs = PbsSurvey::new();
    if complete {
        let audit = Rights {
            paths: [("/datastore".into(), [("Datastore.Audit".into(), true)].into())].into(),
        };
        pbs.rights = pbs.rights.answered(audit, Epoch(1));
    }
    let mut parts = StoreParts::new(&"main".into());
    if let Some((seen, snapshots)) = listed {
        let copies = GroupCopies {
            kind: BackupType::Vm,
            id: "100".into(),
            seen: Epoch(seen),
            owner: Some("old@pbs".into()),
            key: None,
            comment: None,
            snapshots,
        };
        let part = Part::new("/snapshots", 3600).answered(vec![Arc::new(copies)], Epoch(seen));
        parts.copies.insert("".into(), part);
    }
    if let Some((seen, last, count)) = grouped {
        let group = Group {
            kind: BackupType::Vm,
            id: "100".into(),
            last_backup: last.map(Epoch),
            count,
            owner: Some("new@pbs".into()),
            comment: None,
        };
        let groups = if count == 0 { vec![] } else { vec![group] };
        parts.groups.insert("".into(), Part::new("/groups", 300).answered(groups, Epoch(seen)));
    }
    pbs.stores.insert("main".into(), parts);
    pbs
}

fn place() -> Place {
    Place { server: Server::Watched("pbs".into()), store: "main".into(), ns: "".into() }
}

fn found(pbs: &PbsSurvey, created: Option<i64>) -> (Found, Option<Epoch>) {
    let shelf = Shelf::new(&place(), &"pbs".into(), pbs, Epoch(10_000));
    let entry = shelf.entry(BackupType::Vm, 100);
    let mut found = Found::default();
    entry.add_to(&mut found, &shelf, created.map(Epoch));
    (found, entry.looked)
}

fn times(found: &Found) -> (Option<i64>, Option<i64>, Option<i64>) {
    let of = |copy: &Option<super::Copy>| copy.as_ref().map(|c| c.time.0);
    (of(&found.newest), of(&found.point), found.uncertain.map(|t| t.0))
}

#[test]
fn the_younger_reading_is_believed() {
    let none = Verification::None;
    let three = || vec![snap(300, true, none), snap(200, true, GOOD), snap(100, true, none)];
    let table = [
        ("the list alone", listed(400, three()), None, true, (Some(300), Some(300), None)),
        (
            "an unfinished one is no copy",
            listed(400, vec![snap(300, false, none), snap(200, true, none)]),
            None,
            true,
            (Some(200), Some(200), None),
        ),
        (
            "a bad newest is newest, and no recovery point",
            listed(400, vec![snap(300, true, BAD), snap(200, true, none)]),
            None,
            true,
            (Some(300), Some(200), None),
        ),
        (
            "a newer one of several is finished",
            listed(400, three()),
            grouped(500, Some(450), 4),
            true,
            (Some(450), Some(450), None),
        ),
        (
            "a newer only one may be unfinished, and the old ones are gone",
            listed(400, three()),
            grouped(500, Some(450), 1),
            true,
            (None, None, Some(450)),
        ),
        (
            "pruned since",
            listed(400, three()),
            grouped(500, Some(200), 2),
            true,
            (Some(200), Some(200), None),
        ),
        (
            "pruned to one since",
            listed(400, three()),
            grouped(500, Some(100), 1),
            true,
            (Some(100), Some(100), None),
        ),
        ("none finished", listed(400, three()), grouped(500, None, 1), true, (None, None, None)),
        (
            "the group is gone",
            listed(400, three()),
            grouped(500, None, 0),
            true,
            (None, None, None),
        ),
        (
            "gone, or hidden: what was seen stays",
            listed(400, three()),
            grouped(500, None, 0),
            false,
            (Some(300), Some(300), None),
        ),
        (
            "the older list of groups says nothing",
            listed(400, three()),
            grouped(350, Some(100), 1),
            true,
            (Some(300), Some(300), None),
        ),
        ("groups alone", None, grouped(500, Some(450), 2), true, (Some(450), Some(450), None)),
        ("groups alone, one", None, grouped(500, Some(450), 1), true, (None, None, Some(450))),
        (
            "finished since the list",
            listed(400, vec![snap(390, false, none), snap(200, true, none)]),
            grouped(500, Some(390), 2),
            true,
            (Some(390), Some(390), None),
        ),
    ];
    for (what, listed, grouped, complete, expected) in table {
        let (found, looked) = found(&pbs(listed, grouped, complete), None);
        assert_eq!(times(&found), expected, "{what}");
        assert!(looked.is_some(), "{what}");
    }
}

#[test]
fn copies_of_a_predecessor_do_not_count() {
    let list = || listed(400, vec![snap(300, true, BAD), snap(200, true, GOOD)]);
    assert_eq!(times(&found(&pbs(list(), None, true), Some(200)).0), (Some(300), Some(200), None));
    assert_eq!(times(&found(&pbs(list(), None, true), Some(201)).0), (Some(300), None, None));
    assert_eq!(times(&found(&pbs(list(), None, true), Some(301)).0), (None, None, None));
    let newer = pbs(list(), grouped(500, Some(450), 3), true);
    assert_eq!(times(&found(&newer, Some(451)).0), (None, None, None));
}

#[test]
fn what_may_not_be_seen_was_not_looked_at() {
    let other = |complete| {
        let survey = pbs(listed(400, vec![]), None, complete);
        let shelf = Shelf::new(&place(), &"pbs".into(), &survey, Epoch(500));
        shelf.entry(BackupType::Ct, 100).looked
    };
    assert_eq!(other(true), Some(Epoch(400)));
    assert_eq!(other(false), None);
    assert_eq!(found(&pbs(None, None, true), None).1, None);
}

#[test]
fn a_datastore_or_namespace_that_is_known_not_to_exist_was_looked_at() {
    let mut survey = pbs(None, None, true);
    survey.datastores = survey.datastores.answered(vec![], Epoch(9_900));
    let looked = |survey: &PbsSurvey, now| {
        Shelf::new(&place(), &"pbs".into(), survey, Epoch(now)).entry(BackupType::Vm, 1).looked
    };
    assert_eq!(looked(&survey, 10_000), Some(Epoch(9_900)));
    assert_eq!(looked(&survey, 20_000), None, "too long ago");
    survey.rights = Part::new("/access/permissions", 3600);
    assert_eq!(looked(&survey, 10_000), None, "it may be hidden");
}

#[test]
fn files_count_by_number_kind_and_age() {
    let file = |vmid, kind, time| BackupFile {
        volume: "local:backup/x".into(),
        vmid,
        kind,
        time: Epoch(time),
        protected: false,
    };
    let mut files = Files::default();
    let list = [
        file(Some(100), Some(GuestKind::Qemu), 300),
        file(Some(100), Some(GuestKind::Lxc), 900),
        file(None, None, 950),
        file(Some(101), Some(GuestKind::Qemu), 960),
    ];
    files.add(&"fi".into(), Some(&"fi1".into()), &"local".into(), &list);
    files.add(&"fi".into(), None, &"nfs".into(), &[file(Some(100), None, 200)]);
    files.sort();
    let mut found = Found::default();
    files.add_to(&mut found, 100, GuestKind::Qemu, None);
    let newest = found.newest.expect("one");
    assert_eq!(
        (newest.time, &*newest.place, newest.verification),
        (Epoch(300), "fi:fi1/local", None)
    );
    let mut found = Found::default();
    files.add_to(&mut found, 100, GuestKind::Qemu, Some(Epoch(301)));
    assert_eq!(found, Found::default());
}

#[test]
fn of_equal_copies_the_good_one_counts() {
    let copy = |time, verification, place: &str| super::Copy {
        time: Epoch(time),
        verification: Some(verification),
        place: place.into(),
        holder: super::Holder::Pbs("pbs".into()),
        encrypted: Some(false),
        key: None,
        size: Some(1),
    };
    for flip in [false, true] {
        let mut pair = [copy(300, BAD, "a:x"), copy(300, GOOD, "b:x")];
        if flip {
            pair.reverse();
        }
        let mut found = Found::default();
        for copy in pair {
            found.add(copy);
        }
        assert_eq!(found.newest.map(|c| c.place), Some("b:x".into()));
    }
}

fn snapshots() -> impl Strategy<Value = Vec<Snapshot>> {
    let verification = prop_oneof![Just(Verification::None), Just(BAD), Just(GOOD)];
    proptest::collection::vec((0..50_i64, any::<bool>(), verification), 0..8).prop_map(|list| {
        let mut list: Vec<_> = list.into_iter().map(|(t, f, v)| snap(t, f, v)).collect();
        list.sort_by_key(|s| std::cmp::Reverse(s.time));
        list
    })
}

proptest! {
    #[test]
    fn a_point_is_never_newer_than_the_newest_and_a_copy_more_never_harms(
        list in snapshots(), extra in 0..60_i64, created in proptest::option::of(0..50_i64),
    ) {
        let before = times(&found(&pbs(listed(100, list.clone()), None, true), created).0);
        prop_assert!(before.1 <= before.0);
        let mut more = list;
        more.push(snap(extra, true, GOOD));
        let after = times(&found(&pbs(listed(100, more), None, true), created).0);
        prop_assert!(after.0 >= before.0 && after.1 >= before.1);
    }

    #[test]
    fn never_panics(list in snapshots(), seen in 0..100_i64, last in proptest::option::of(0..99_i64), count in 0..5_u32, complete: bool) {
        let (found, _) = found(&pbs(listed(50, list), grouped(seen, last, count), complete), None);
        prop_assert!(found.point.is_none() || found.newest.is_some());
    }
}

#[test]
fn a_newer_group_leaves_open_what_came_between() {
    let one = || listed(400, vec![snap(300, true, GOOD)]);
    let whole = |survey: &PbsSurvey| {
        let shelf = Shelf::new(&place(), &"pbs".into(), survey, Epoch(10_000));
        shelf.entry(BackupType::Vm, 100).whole().map(|at| at.0)
    };
    assert_eq!(whole(&pbs(one(), None, true)), Some(400));
    assert_eq!(whole(&pbs(one(), grouped(9_000, Some(300), 1), true)), Some(9_000));
    assert_eq!(whole(&pbs(one(), grouped(9_000, Some(8_000), 5), true)), Some(400));
    assert_eq!(whole(&pbs(None, grouped(9_000, Some(8_000), 5), true)), None);
}
