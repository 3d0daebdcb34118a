//! Guests, judged by hand.

use crate::fleet::code::Code;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::sighting::GuestSighting;
use crate::fleet::task::Task;
use crate::judge::sample::{
    NOW, change, edit_pve, guest_row, healthy, judged, noticed, said, set, spelled,
};
use crate::judge::{Judged, Verdict};

fn with(edit: impl FnOnce(&mut PveSurvey)) -> Judged {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", edit);
    judged(&fleet)
}

/// Judges the healthy fleet with guest 101 changed.
fn with_guest(edit: impl FnOnce(&mut Guest)) -> Judged {
    with(|p| change(&mut p.resources, |r| edit(&mut r.guests[1])))
}

fn problems(problem: Option<&str>) -> Vec<String> {
    problem.map(|p| format!("{p} guest/fi/101")).into_iter().collect()
}

/// What was said of guests themselves.
fn own(judged: &Judged) -> Vec<String> {
    said(judged).into_iter().filter(|p| p.contains(" guest.")).collect()
}

fn sighting(state: &str, since: i64, lock: Option<(&str, i64)>) -> GuestSighting {
    GuestSighting {
        first: NOW.minus(1_000_000),
        arrived: false,
        name: Some("mail".into()),
        state: state.into(),
        state_since: NOW.minus(since),
        lock: lock.map(|(l, s)| (l.into(), NOW.minus(s))),
    }
}

#[test]
fn a_guest_is_down_only_where_it_should_run() {
    let stopped = |edit: fn(&mut Guest)| {
        with_guest(|g| {
            g.state = "stopped".into();
            edit(g);
        })
    };
    assert_eq!(own(&stopped(|_| {})), problems(Some("warning guest.down")));
    assert_eq!(own(&stopped(|g| g.template = true)), problems(None));
    assert_eq!(own(&stopped(|g| g.lock = Some("migrate".into()))), problems(None));
    assert_eq!(own(&stopped(|g| g.ha = Some("stopped".into()))), problems(None));
    let not_onboot = with(|p| {
        change(&mut p.resources, |r| r.guests[1].state = "stopped".into());
        change(p.configs.get_mut(&101).unwrap(), |c| c.onboot = false);
    });
    assert_eq!(own(&not_onboot), problems(None));
    let untold = with(|p| {
        change(&mut p.resources, |r| r.guests[1].state = "stopped".into());
        p.configs.remove(&101);
    });
    assert_eq!(own(&untold), problems(None));
    let row = guest_row(&untold, "fi", 101);
    assert_eq!(
        (row.verdict, spelled(row.because.as_ref())),
        (Verdict::Unknown, "source/fi".into())
    );
}

#[test]
fn states_that_need_hands() {
    for (state, problem) in [
        ("running", None),
        ("io-error", Some("critical guest.io-error")),
        ("internal-error", Some("critical guest.io-error")),
        ("paused", Some("warning guest.paused")),
        ("suspended", Some("warning guest.paused")),
        ("postmigrate", None),
    ] {
        let judged = with_guest(|g| g.state = state.into());
        assert_eq!(own(&judged), problems(problem), "{state}");
        assert_eq!(&*guest_row(&judged, "fi", 101).state, state);
    }
    let judged = with_guest(|g| g.state = "unknown".into());
    assert_eq!(guest_row(&judged, "fi", 101).verdict, Verdict::Unknown);
}

#[test]
fn prelaunch_may_last_ten_minutes() {
    for (since, problem) in [(600, None), (601, Some("warning guest.paused"))] {
        let judged = with(|p| {
            change(&mut p.resources, |r| r.guests[1].state = "prelaunch".into());
            p.sightings.guests.insert(101, sighting("prelaunch", since, None));
        });
        assert_eq!(own(&judged), problems(problem));
    }
    let unseen = with_guest(|g| g.state = "prelaunch".into());
    assert_eq!(guest_row(&unseen, "fi", 101).verdict, Verdict::Unknown);
}

#[test]
fn a_backup_lock_needs_a_vzdump_on_its_node() {
    let task = |node: &str, kind: &str| Task {
        upid: "UPID:x".into(),
        node: node.into(),
        kind: kind.into(),
        id: None,
        user: "root@pam".into(),
        start: NOW.minus(60),
        end: None,
        result: None,
    };
    for (tasks, is_left) in [
        (vec![], true),
        (vec![task("fi1", "vzdump")], true),
        (vec![task("fi2", "qmigrate")], true),
        (vec![task("fi2", "vzdump")], false),
    ] {
        let judged = with(|p| {
            change(&mut p.resources, |r| r.guests[1].lock = Some("backup".into()));
            set(&mut p.tasks, tasks);
        });
        let told = own(&judged);
        assert_eq!(told.first().is_some_and(|p| p.contains("guest.lock")), is_left, "{told:?}");
    }
}

#[test]
fn how_old_a_backup_lock_is_is_said_only_where_it_was_seen_to_come() {
    // Seconds since the guest was first seen, since its lock was: said?, the age said.
    for (first, locked, is_said, age) in [
        (0, 0, true, None),
        (9_000, 9_000, true, None),
        (9_000, 59, false, None),
        (9_000, 60, true, Some(60)),
    ] {
        let judged = with(|p| {
            change(&mut p.resources, |r| r.guests[1].lock = Some("backup".into()));
            set(&mut p.tasks, Vec::new());
            let seen = sighting("running", first, Some(("backup", locked)));
            p.sightings.guests.insert(101, GuestSighting { first: NOW.minus(first), ..seen });
        });
        let told = judged.problems.iter().find(|p| p.code == Code::GuestLock);
        assert_eq!(told.is_some(), is_said, "{first} {locked}");
        assert_eq!(told.and_then(|p| p.facts.age), age, "{first} {locked}");
        assert_eq!(told.and_then(|p| p.since), age.map(|age| NOW.minus(age)), "{first} {locked}");
    }
}

#[test]
fn other_locks_may_last_a_day() {
    for (held, seconds, is_left) in
        [("snapshot", 86_400, false), ("snapshot", 86_401, true), ("migrate", 90_000, false)]
    {
        let judged = with(|p| {
            change(&mut p.resources, |r| r.guests[1].lock = Some("snapshot".into()));
            p.sightings.guests.insert(101, sighting("running", 9, Some((held, seconds))));
        });
        assert_eq!(!own(&judged).is_empty(), is_left, "{held} {seconds}");
    }
}

#[test]
fn a_name_clash_is_noticed_on_all_but_the_lowest() {
    let judged = with(|p| {
        change(&mut p.resources, |r| {
            for guest in &mut r.guests {
                guest.name = Some("web".into());
            }
        });
    });
    assert_eq!(
        noticed(&judged),
        ["notice guest.name-clash guest/fi/101 web", "notice guest.name-clash guest/fi/200 web"]
    );
    assert_eq!(judged.verdict, Verdict::Ok);
}

#[test]
fn a_forgotten_name_is_remembered() {
    let judged = with(|p| {
        change(&mut p.resources, |r| r.guests[1].name = None);
        change(p.configs.get_mut(&101).unwrap(), |c| c.name = None);
        p.sightings.guests.insert(101, sighting("running", 9, None));
    });
    assert_eq!(guest_row(&judged, "fi", 101).name.as_deref(), Some("mail"));
}
