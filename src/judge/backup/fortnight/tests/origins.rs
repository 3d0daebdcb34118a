//! Nights before the guest or its job was there, and copies that come from elsewhere.

use super::{
    Cell, DAY, HOUR, Keep, NONE, NOW, Piece, Setup, TWO, Task, Worth, check, copy, failed, night,
    nightly, task,
};

#[test]
fn a_guest_that_came_a_week_ago() {
    check(&[
        (
            "its first nights",
            |mut s| {
                s.born = Some(NOW.minus(7 * DAY));
                s.copies.retain(|copy| copy.at > NOW.minus(7 * DAY));
                s
            },
            "-------VVVVVVV",
        ),
        (
            "it missed the first of them: nobody knows when its job came",
            |mut s| {
                s.born = Some(NOW.minus(7 * DAY));
                s.copies.retain(|copy| copy.at > NOW.minus(6 * DAY));
                s
            },
            "-------gVVVVVV",
        ),
        (
            "it never had one",
            |mut s| {
                s.born = Some(NOW.minus(7 * DAY));
                s.copies.clear();
                s
            },
            "-------ooooooo",
        ),
    ]);
}

#[test]
fn of_nights_before_the_job_was_so_nothing_is_missing() {
    check(&[
        (
            "first seen so four days ago at noon",
            |mut s| {
                s.plans[0].since = Some(NOW.minus(4 * DAY));
                s.without(2).without(4).without(7)
            },
            "VVVVVVgVVgVoVV",
        ),
        (
            "never seen: by an older version of this program",
            |mut s| {
                s.plans[0].since = None;
                s.without(2)
            },
            "VVVVVVVVVVVgVV",
        ),
        (
            "a vzdump of then can only have been its own",
            |mut s| {
                s.plans[0].since = Some(NOW.minus(HOUR));
                s.plans[0].proofs = vec![TWO.plus(3).minus(7 * DAY), TWO.plus(300).minus(2 * DAY)];
                s.without(2).without(4).without(7)
            },
            "VVVVVVoVVgVoVV",
        ),
        (
            "one that began too late for it, and one before it, prove nothing",
            |mut s| {
                s.plans[0].since = None;
                s.plans[0].proofs = vec![TWO.minus(2 * DAY + 1), TWO.plus(301).minus(2 * DAY)];
                s.without(2)
            },
            "VVVVVVVVVVVgVV",
        ),
        (
            "what is kept was changed five days ago: it may have been pruned by the rule before",
            |mut s| {
                s.changed[0] = Some(NOW.minus(5 * DAY));
                s.plans[0].proofs = vec![TWO.plus(3).minus(7 * DAY)];
                s.without(2).without(7)
            },
            "VVVVVVgVVVVoVV",
        ),
        (
            "a run that failed is known to have been",
            |mut s| {
                s.plans[0].since = None;
                s.plans[0].failures = vec![failed(3)];
                s.without(3)
            },
            "VVVVVVVVVVfVVV",
        ),
    ]);
}

#[test]
fn a_copy_at_a_place_no_job_writes_to_keeps_no_promise() {
    fn there(mut s: Setup, ago: i64, worth: Worth) -> Setup {
        s.copies.push(Piece { place: 1, ..copy(night(ago).plus(5 * HOUR), worth) });
        s
    }
    check(&[
        (
            "made by hand, where the job's own is missing",
            |s| there(s.without(3), 3, Worth::Verified),
            "VVVVVVVVVVeVVV",
        ),
        ("beside the job's own", |s| there(s, 3, Worth::Made), "VVVVVVVVVVVVVV"),
        (
            "carried there, and kept longer: the job's own was pruned as planned",
            |s| {
                let s = s.keeping(Keep { last: 3, ..NONE }, &[0, 1, 2]);
                there(there(s, 6, Worth::Made), 20, Worth::Made)
            },
            "gggggggmpppVVV",
        ),
        (
            "what the job left cannot be looked at",
            |mut s| {
                s.plans[0].seen = None;
                s.copies.clear();
                there(s, 3, Worth::Verified)
            },
            "??????????V???",
        ),
        (
            "the job may not have been so",
            |mut s| {
                s.plans[0].since = None;
                there(s.without(3), 3, Worth::Made)
            },
            "VVVVVVVVVVmVVV",
        ),
        ("a bad one there is no copy", |s| there(s.without(3), 3, Worth::Bad), "VVVVVVVVVVoVVV"),
        (
            "where nobody knows where the job writes, any may be its own",
            |mut s| {
                s.plans[0].aim = None;
                s.copies.clear();
                there(s, 3, Worth::Made)
            },
            "??????????l???",
        ),
    ]);
    let told = there(nightly().without(3), 3, Worth::Made).decide();
    let [mishap] = told.mishaps.as_slice() else { panic!("one: {:?}", told.mishaps) };
    assert_eq!((mishap.cell, mishap.copy), (Cell::Elsewhere, Some(night(3).plus(5 * HOUR))));
}

#[test]
fn a_guest_that_was_on_another_node_was_copied_there() {
    let late = || nightly().without(3).with(night(3).plus(5 * HOUR), Worth::Verified);
    let long =
        Task { start: TWO.plus(3).minus(3 * DAY), end: Some(TWO.plus(6 * HOUR).minus(3 * DAY)) };
    let mut s = late();
    s.plans[0].everywhere = vec![long];
    assert_eq!(s.spelled(), "VVVVVVVVVVVVVV", "its vzdump ran long, there");
    // Where its own node had one, that was it.
    s.plans[0].tasks = vec![task(3, Some(1))];
    s.plans[0].everywhere = vec![task(3, Some(1)), long];
    assert_eq!(s.spelled(), "VVVVVVVVVVlVVV");
}
