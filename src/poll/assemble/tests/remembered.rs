//! What is known from before: what it still proves, and what it does not.

use std::sync::Arc;

use super::{guest, survey};
use crate::fleet::id::Product;
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::fleet::pbs::datastore::DatastoreInfo;
use crate::fleet::pve::cluster::Resources;
use crate::fleet::rights::Rights;
use crate::fleet::survey::Survey;
use crate::fleet::task::Task;
use crate::fleet::time::Epoch;
use crate::poll::assemble::{Answered, apply, every_part_failed};
use crate::poll::call::{Call, PbsCall, PveCall, Reading};
use crate::poll::plan::{Pace, plan};

const DAY: i64 = 86_400;

fn failure() -> Answered {
    let cause = Cause { kind: CauseKind::Status(500), text: "no".into() };
    Err(Outcome::Failed(cause))
}

fn running(start: i64) -> Task {
    Task {
        upid: format!("UPID:{start}").as_str().into(),
        node: "localhost".into(),
        kind: "garbage_collection".into(),
        id: Some("main".into()),
        user: "root@pam".into(),
        start: Epoch(start),
        end: None,
        result: None,
    }
}

fn since(survey: &Survey, now: Epoch) -> Epoch {
    let pace = Pace::Sweep { began: Epoch(i64::MAX) };
    let asked = plan(survey, pace, now).into_iter().find_map(|call| match call {
        Call::Pbs(PbsCall::Tasks { since }) => Some(since),
        _ => None,
    });
    asked.unwrap()
}

#[test]
fn a_task_that_ended_while_nobody_looked_runs_no_more() {
    let mut survey = survey(Product::Pbs);
    let mut put = |since: i64, tasks: Vec<Task>, at: i64| {
        let call = Call::Pbs(PbsCall::Tasks { since: Epoch(since) });
        apply(&mut survey, &call, Ok(Reading::Tasks(tasks)), Epoch(at));
        survey.clone()
    };
    let begun = 100 * DAY;
    let left = put(begun - DAY, vec![running(begun)], begun + 60);
    for days in [1, 3, 5] {
        let asked = since(&left, Epoch(begun + days * DAY));
        assert_eq!(asked, Epoch(begun), "its end is asked for after {days} days");
    }
    let still = put(begun, vec![running(begun)], begun + 3 * DAY);
    assert!(still.pbs().unwrap().tasks.known().unwrap()[0].is_running());
    let ended = put(begun, Vec::new(), begun + 4 * DAY);
    assert!(ended.pbs().unwrap().tasks.known().unwrap().is_empty());
    // After a longer absence it is too old to be asked for, and to be believed.
    put(begun, vec![running(begun)], begun + 60);
    let asked = since(&left, Epoch(begun + 50 * DAY));
    assert!(asked > Epoch(begun));
    let later = put(asked.0, Vec::new(), begun + 50 * DAY);
    assert!(later.pbs().unwrap().tasks.known().unwrap().is_empty());
}

#[test]
fn a_guest_is_no_younger_than_the_last_look_that_did_not_hold_it() {
    let look = |survey: &mut Survey, vmids: &[u32], at: i64| {
        let guests = vmids.iter().map(|vmid| guest(*vmid, "running")).collect();
        let resources = Resources { nodes: Vec::new(), guests, storages: Vec::new() };
        let call = Call::Pve(PveCall::Resources);
        apply(survey, &call, Ok(Reading::Resources(resources)), Epoch(at));
    };
    let rights = |survey: &mut Survey, at: i64| {
        let audit = [(Arc::from("VM.Audit"), true)].into_iter().collect();
        let all = Rights { paths: [(Arc::from("/vms"), audit)].into_iter().collect() };
        apply(survey, &Call::Pve(PveCall::Rights), Ok(Reading::Rights(all)), Epoch(at));
    };
    let mut survey = survey(Product::Pve);
    rights(&mut survey, 1);
    look(&mut survey, &[100], 2);
    look(&mut survey, &[100, 101], 50 * DAY);
    let of = |survey: &Survey, vmid| survey.pve().unwrap().sightings.guests[&vmid].clone();
    let came = of(&survey, 101);
    assert_eq!((came.first, came.arrived), (Epoch(2), true), "it may be 50 days old");
    // Rights were read again: the list before them may have been of fewer.
    rights(&mut survey, 50 * DAY + 10);
    look(&mut survey, &[100, 101, 102], 50 * DAY + 20);
    assert!(!of(&survey, 102).arrived, "it may have been hidden");
    look(&mut survey, &[100, 101, 102, 103], 50 * DAY + 35);
    assert!(of(&survey, 103).arrived);
}

#[test]
fn what_stood_in_for_a_call_that_answers_again_is_needed_no_more() {
    let mut survey = survey(Product::Pbs);
    let mut put = |call, answered: Answered| {
        apply(&mut survey, &Call::Pbs(call), answered, Epoch(1000));
        survey.clone()
    };
    let info = DatastoreInfo { name: "main".into(), comment: None, maintenance: None, mount: None };
    put(PbsCall::Datastores, Ok(Reading::Datastores(vec![info])));
    put(PbsCall::Usage, failure());
    let needed = |survey: &Survey| {
        let parts = survey.parts(Epoch(1000));
        parts.iter().any(|p| p.required && p.call.ends_with("/main/status"))
    };
    assert!(needed(&put(PbsCall::StoreStatus("main".into()), failure())));
    assert!(!needed(&put(PbsCall::Usage, Ok(Reading::DatastoreUsages(Vec::new())))));
}

#[test]
fn what_was_read_well_an_hour_ago_does_not_hide_that_everything_fails() {
    let mut survey = survey(Product::Pbs);
    let mut put = |call, answered: Answered, at| {
        apply(&mut survey, &Call::Pbs(call), answered, Epoch(at));
        every_part_failed(&survey, Epoch(at))
    };
    assert!(!put(PbsCall::Remotes, Ok(Reading::Remotes(Vec::new())), 0));
    assert!(!put(PbsCall::Ping, failure(), 60), "that call alone");
    assert!(put(PbsCall::Ping, failure(), 3600));
    assert!(!put(PbsCall::Verify, Ok(Reading::Jobs(Vec::new())), 3605));
}
