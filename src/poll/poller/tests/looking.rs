//! Somebody looks.

use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::{Stage, UNREACHABLE, stage};
use crate::fleet::link::Contact;
use crate::fleet::look::{Ask, Look, Looked};
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::poll::call::Call;
use crate::poll::poller::Order;

fn ask(upid: &str) -> Ask {
    let look = Look::TaskLog { source: "fi".into(), node: "a".into(), upid: upid.into() };
    Ask { look, skip: 0 }
}

/// Watches for half an hour of paused time and looks at so many things at once after `first`
/// seconds; the answers, and how many surveys were sent within ten seconds from then on.
async fn look(stage: Stage, first: u64, upids: &[&str]) -> (Vec<Looked>, usize) {
    let (surveys, mut seen) = mpsc::channel(4096);
    let (looked, mut answers) = mpsc::channel(64);
    let (orders, mut given) = mpsc::channel(16);
    let mut poller = stage.poller;
    let watching = async move { poller.watch(&surveys, &looked, &mut given).await };
    let looking = async {
        sleep(Duration::from_secs(first)).await;
        while seen.try_recv().is_ok() {}
        for upid in upids {
            orders.send(Order::Look(ask(upid))).await.unwrap();
        }
        sleep(Duration::from_secs(10)).await;
        let mut sent = 0;
        while seen.try_recv().is_ok() {
            sent += 1;
        }
        sleep(Duration::from_secs(1800)).await;
        drop(orders);
        sent
    };
    let ((), sent) = tokio::join!(watching, looking);
    let mut all = Vec::new();
    while let Ok(looked) = answers.try_recv() {
        all.push(looked);
    }
    (all, sent)
}

#[tokio::test(start_paused = true)]
async fn what_is_looked_at_is_answered_and_no_survey_is_sent_for_it() {
    let stage = stage(&["a:8006"], None);
    let (log, most) = (Rc::clone(&stage.log), Rc::clone(&stage.most));
    // Four seconds into the wait for the next round: nothing else is due.
    let (answers, sent) = look(stage, 604, &["1", "2", "3", "3", "4"]).await;
    let upids: Vec<_> = answers.iter().map(|l| l.ask.look.to_string()).collect();
    assert_eq!(upids, ["1", "2", "3", "4"].map(|n| format!("/nodes/a/tasks/{n}/log")));
    assert!(answers.iter().all(|looked| looked.answer.is_ok()));
    let asked = log.borrow().iter().filter(|(_, _, call)| call.is_look()).count();
    assert_eq!(asked, 4, "the same thing is not asked twice");
    assert!(*most.borrow() <= 4);
    assert!(sent <= 3, "surveys of the one round within ten seconds, none for looks: {sent}");
}

#[tokio::test(start_paused = true)]
async fn never_more_than_two_looks_fly() {
    let hang = Call::Look(ask("1"));
    let stage = stage(&["a:8006"], Some(hang));
    let (answers, _) = look(stage, 604, &["1", "2", "3"]).await;
    let upids: Vec<_> = answers.iter().map(|l| l.ask.look.clone()).collect();
    assert_eq!(upids, [ask("2").look, ask("3").look], "one hangs, the others pass beside it");
}

#[tokio::test(start_paused = true)]
async fn a_stopped_source_is_not_asked_and_says_why() {
    let stage = stage(&["a:8006"], None);
    stage.down.borrow_mut().insert(0, Contact::Unauthorized);
    let log = Rc::clone(&stage.log);
    let (answers, _) = look(stage, 604, &["1"]).await;
    assert!(matches!(
        &answers[..],
        [Looked { answer: Err(Outcome::Failed(Cause { kind: CauseKind::Unauthorized, .. })), .. }]
    ));
    assert!(!log.borrow().iter().any(|(_, _, call)| call.is_look()));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_away_is_left_alone_whoever_looks() {
    let stage = stage(&["a:8006"], None);
    stage.down.borrow_mut().insert(0, UNREACHABLE());
    let log = Rc::clone(&stage.log);
    // In the middle of a long wait.
    let (answers, _) = look(stage, 900, &["1", "2"]).await;
    let asked = log.borrow().iter().filter(|(_, _, call)| call.is_look()).count();
    assert!(asked <= 1, "{asked}");
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|looked| matches!(
        &looked.answer,
        Err(Outcome::Failed(Cause { kind: CauseKind::Unreachable, .. }))
    )));
}
