//! What is put down of replication, look by look.

use super::{guest, resources, survey};
use crate::fleet::id::Product;
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::fleet::pve::replication::{ReplicationJob, ReplicationState};
use crate::fleet::record::Hour;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::assemble::{Answered, apply};
use crate::poll::call::{Call, PveCall, Reading};

/// 2026-11-25 12:00 UTC.
const NOON: i64 = 1_795_608_000;
const MINUTE: i64 = 60;
/// The server's clock is so far ahead of ours, seconds.
const AHEAD: i64 = 30;

fn job(id: &str, schedule: Option<&str>) -> ReplicationJob {
    ReplicationJob {
        id: id.into(),
        guest: 100,
        target: "b".into(),
        source: Some("a".into()),
        schedule: schedule.map(Into::into),
        disabled: false,
        rate: None,
        comment: None,
        removing: false,
    }
}

fn state(id: &str, synced: i64, tried: i64, fails: u32) -> ReplicationState {
    ReplicationState {
        id: id.into(),
        last_sync: Some(Epoch(synced + AHEAD)),
        last_try: Some(Epoch(tried + AHEAD)),
        next_sync: None,
        duration: Some(5.0),
        fail_count: fails,
        error: (fails > 0).then(|| "out of space".into()),
        running: false,
    }
}

fn jobs(survey: &mut Survey, jobs: Vec<ReplicationJob>, at: i64) {
    let call = Call::Pve(PveCall::Replication);
    apply(survey, &call, Ok(Reading::ReplicationJobs(jobs)), Epoch(at));
}

fn look(survey: &mut Survey, answered: Answered, at: i64) {
    apply(survey, &Call::Pve(PveCall::NodeReplication("a".into())), answered, Epoch(at));
}

fn states(all: Vec<ReplicationState>) -> Answered {
    Ok(Reading::ReplicationStates(all))
}

/// Known minutes, failures, minutes of age and of lag.
type Told = (u16, u16, Option<u32>, u32);

fn told(survey: &Survey, id: &str) -> Option<Vec<Told>> {
    let of = |h: Hour| (h.known / 60, h.fails, h.age.map(|age| age / 60), h.lag / 60);
    let records = &survey.pve().unwrap().sightings.replicas;
    records.get(id).map(|record| record.hours().map(of).collect())
}

fn watched() -> Survey {
    let mut s = survey(Product::Pve);
    s.link.clock_offset = Some(AHEAD);
    apply(
        &mut s,
        &Call::Pve(PveCall::Resources),
        resources(vec![guest(100, "running")]),
        Epoch(NOON),
    );
    let time = Call::Pve(PveCall::NodeTime("a".into()));
    apply(&mut s, &time, Ok(Reading::Zone("Europe/Helsinki".into())), Epoch(NOON));
    jobs(&mut s, vec![job("100-0", None), job("100-1", Some("02:00"))], NOON);
    s
}

#[test]
fn looks_become_hours_on_our_clock() {
    let mut s = watched();
    for minute in 0..60 {
        let at = NOON + minute * MINUTE;
        let all = vec![
            state("100-0", NOON, NOON + minute.min(15) * MINUTE, u32::from(minute >= 15)),
            // At 02:00 in Helsinki.
            state("100-1", NOON - 12 * 60 * MINUTE, NOON - 12 * 60 * MINUTE, 0),
            state("999-9", NOON, NOON, 0),
        ];
        look(&mut s, states(all), at);
    }
    // Due at 12:15 and given two minutes: 42 late at 12:59.
    assert_eq!(told(&s, "100-0"), Some(vec![(59, 1, Some(59), 42)]));
    let daily = told(&s, "100-1").unwrap();
    assert!(daily.iter().all(|hour| hour.3 == 0), "not due before tonight");
    assert_eq!(daily.last(), Some(&(59, 0, Some(12 * 60 + 59), 0)));
    assert_eq!(told(&s, "999-9"), None, "of a job that is in no list");
}

#[test]
fn what_is_not_answered_is_not_put_down() {
    let mut s = watched();
    look(&mut s, states(vec![state("100-0", NOON, NOON, 0)]), NOON + MINUTE);
    let before = told(&s, "100-0");
    let cause = Cause { kind: CauseKind::Status(500), text: "no quorum!".into() };
    look(&mut s, Err(Outcome::Failed(cause)), NOON + 2 * MINUTE);
    look(&mut s, Ok(Reading::Absent), NOON + 3 * MINUTE);
    look(&mut s, Ok(Reading::Text("odd".into())), NOON + 4 * MINUTE);
    assert_eq!(told(&s, "100-0"), before);
}

#[test]
fn a_run_under_way_is_not_late_and_a_job_that_is_gone_is_forgotten() {
    let mut s = watched();
    let syncing = ReplicationState { running: true, ..state("100-0", NOON, NOON + 900, 0) };
    look(&mut s, states(vec![syncing]), NOON + 40 * MINUTE);
    assert_eq!(told(&s, "100-0"), Some(vec![(40, 0, Some(40), 0)]));
    jobs(&mut s, vec![job("100-1", Some("02:00"))], NOON + 41 * MINUTE);
    assert_eq!(told(&s, "100-0"), None);
}

#[test]
fn what_cannot_be_told_is_put_down_as_such() {
    let told_at = |s: &Survey, id: &str| {
        let records = &s.pve().unwrap().sightings.replicas;
        records.get(id).unwrap().hours().last().unwrap().told
    };
    let mut s = watched();
    jobs(&mut s, vec![job("100-0", None), job("100-1", Some("whenever"))], NOON);
    let at = NOON + 30 * MINUTE;
    let syncing = ReplicationState { running: true, ..state("100-0", NOON, NOON + 900, 0) };
    look(&mut s, states(vec![syncing.clone(), state("100-1", NOON, NOON, 0)]), at);
    assert_eq!(told_at(&s, "100-0"), 30 * 60, "the run under way is not over its time");
    assert_eq!(told_at(&s, "100-1"), 0, "nobody can read its schedule");
    look(&mut s, states(vec![syncing.clone()]), at + 10 * MINUTE);
    assert_eq!(told_at(&s, "100-0"), 30 * 60, "it may hang");
    let mut s = watched();
    look(&mut s, states(vec![ReplicationState { last_sync: None, ..syncing }]), at);
    assert_eq!(told_at(&s, "100-0"), 0, "the first one hangs");
}

#[test]
fn without_the_zone_of_the_node_only_dense_schedules_are_held_against_the_clock() {
    let mut s = survey(Product::Pve);
    jobs(&mut s, vec![job("100-0", None), job("100-1", Some("02:00"))], NOON);
    let old = NOON - 40 * 60 * MINUTE;
    look(&mut s, states(vec![state("100-0", old, old, 0), state("100-1", old, old, 0)]), NOON);
    let last = |id| told(&s, id).unwrap().last().copied().unwrap();
    assert!(last("100-0").3 > 39 * 60);
    assert_eq!(last("100-1").3, 0, "whether it is two o'clock there is not known");
}
