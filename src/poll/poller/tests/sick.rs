//! An endpoint that answers every call with an error.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::{Calls, ERRORS, Stage, UNREACHABLE, stage, watch};
use crate::fleet::link::Contact;
use crate::fleet::part::PartState;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::call::{Call, PveCall};

type Down = Rc<RefCell<BTreeMap<usize, Contact>>>;

/// Watches while `steps` come over the endpoints: after so many seconds, that one is so.
async fn weathered(
    stage: Stage,
    seconds: u64,
    steps: &[(u64, usize, Option<Contact>)],
) -> Vec<Arc<Survey>> {
    let down: Down = Rc::clone(&stage.down);
    let weather = async {
        let mut now = 0;
        for (at, endpoint, contact) in steps {
            sleep(Duration::from_secs(at - now)).await;
            now = *at;
            match contact {
                Some(contact) => down.borrow_mut().insert(*endpoint, contact.clone()),
                None => down.borrow_mut().remove(endpoint),
            };
        }
    };
    tokio::join!(watch(stage, seconds, None), weather).0
}

/// What was known after so many seconds.
fn at(surveys: &[Arc<Survey>], second: i64) -> &Survey {
    surveys.iter().rfind(|s| s.link.answered <= Some(Epoch(1_000_000 + second))).unwrap()
}

fn failed(survey: &Survey, second: i64) -> Vec<String> {
    let parts = survey.parts(Epoch(1_000_000 + second)).into_iter();
    parts.filter(|p| p.state == PartState::Failed).map(|p| p.call.to_string()).collect()
}

/// Calls to an endpoint, looks at it not counted.
fn asked(log: &Calls, endpoint: usize, from: i64, to: i64) -> usize {
    let span = 1_000_000 + from..1_000_000 + to;
    log.borrow().iter().filter(|(at, e, _)| *e == endpoint && span.contains(at)).count()
}

fn changes(surveys: &[Arc<Survey>]) -> usize {
    surveys.windows(2).filter(|w| w[0].link.current != w[1].link.current).count()
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_only_errs_is_left_for_one_that_is_well_until_it_is_well_itself() {
    let stage = stage(&["a:8006", "b:8006"], None);
    let log = Rc::clone(&stage.log);
    let steps = [(100, 0, Some(ERRORS())), (400, 0, None)];
    let surveys = weathered(stage, 700, &steps).await;
    let then = at(&surveys, 390);
    assert_eq!((&then.link.contact, then.link.current), (&Contact::Fine, Some(1)));
    assert_eq!(then.link.endpoints[0].contact, ERRORS(), "it is told of the one that is left");
    assert!(then.link.endpoints[0].since.unwrap().0 <= 1_000_000 + 120);
    assert!(then.link.round.unwrap().0 >= 1_000_000 + 370, "rounds are whole again");
    for second in [125, 200, 390] {
        assert_eq!(failed(at(&surveys, second), second), Vec::<String>::new(), "{second}");
    }
    assert_eq!(asked(&log, 0, 125, 400), 0, "it is looked at, not asked");
    assert!(surveys.iter().all(|s| !matches!(s.link.contact, Contact::Error(_))));
    let last = surveys.last().unwrap();
    assert_eq!((&last.link.contact, last.link.current), (&Contact::Fine, Some(0)));
    assert_eq!(last.link.endpoints[0].contact, Contact::Fine);
    assert!(asked(&log, 0, 400, 500) > 3, "back within a minute and a round");
    assert_eq!(changes(&surveys), 2);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_reads_all_of_the_one_that_is_well() {
    let stage = stage(&["a:8006", "b:8006"], None);
    stage.down.borrow_mut().insert(0, ERRORS());
    let survey = stage.poller.sweep(Duration::from_secs(30)).await;
    assert_eq!((&survey.link.contact, survey.link.current), (&Contact::Fine, Some(1)));
    assert_eq!(survey.link.endpoints[0].contact, ERRORS());
    assert_eq!(failed(&survey, 1), Vec::<String>::new());
    assert!(survey.link.round.is_some(), "the round is whole");
    assert_eq!(survey.pve().unwrap().resources.known().unwrap().guests.len(), 40);
}

#[tokio::test(start_paused = true)]
async fn one_that_errs_now_and_then_is_not_gone_to_and_fro() {
    let stage = stage(&["a:8006", "b:8006"], None);
    let spells = 0..90_u64;
    let steps: Vec<_> =
        spells.flat_map(|n| [(n * 80 + 40, 0, Some(ERRORS())), (n * 80 + 80, 0, None)]).collect();
    let surveys = weathered(stage, 7_200, &steps).await;
    let changes = changes(&surveys);
    assert!((2..=16).contains(&changes), "{changes} in two hours");
    assert!(surveys.iter().all(|s| !matches!(s.link.contact, Contact::Error(_))));
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_everywhere_are_no_fault_of_the_endpoint() {
    // As of a node that is dead, whoever is asked, and of one more call.
    let stage = stage(&["a:8006", "b:8006"], None);
    let log = Rc::clone(&stage.log);
    stage.broken.set(Some(|call| {
        let Call::Pve(call) = call else { return false };
        matches!(call, PveCall::Resources | PveCall::Tasks) || format!("{call:?}").contains("\"b\"")
    }));
    let surveys = weathered(stage, 1_200, &[]).await;
    assert_eq!(asked(&log, 1, 0, 1_200), 0);
    assert!(surveys.iter().all(|s| s.link.current.is_none_or(|current| current == 0)));
    let last = surveys.last().unwrap();
    assert_eq!(last.link.endpoints[0].contact, Contact::Fine);
    assert!(!failed(last, 1_200).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_the_word_of_the_whole_cluster() {
    for refusal in [Contact::Fine, Contact::Unauthorized] {
        let stage = stage(&["a:8006", "b:8006"], None);
        let log = Rc::clone(&stage.log);
        let steps = [(100, 0, Some(refusal.clone()))];
        let surveys = weathered(stage, 400, &steps).await;
        assert_eq!(asked(&log, 1, 0, 400), 0, "{refusal:?}");
        assert_eq!(surveys.last().unwrap().link.contact, refusal);
    }
}

#[tokio::test(start_paused = true)]
async fn where_no_other_is_well_it_is_asked_on() {
    for other in [ERRORS(), UNREACHABLE()] {
        let stage = stage(&["a:8006", "b:8006"], None);
        let log = Rc::clone(&stage.log);
        stage.down.borrow_mut().insert(1, other.clone());
        let steps = [(100, 0, Some(ERRORS())), (500, 1, None)];
        let surveys = weathered(stage, 900, &steps).await;
        let then = at(&surveys, 490);
        assert!(matches!(then.link.contact, Contact::Error(_)), "{other:?}: {:?}", then.link);
        assert_eq!(then.link.endpoints[0].contact, ERRORS());
        assert_eq!(then.link.endpoints[1].contact, other, "{other:?}");
        assert!(asked(&log, 0, 130, 500) > 20, "{other:?}");
        assert_eq!(asked(&log, 1, 0, 500), 0, "{other:?}");
        let last = surveys.last().unwrap();
        assert_eq!((&last.link.contact, last.link.current), (&Contact::Fine, Some(1)), "{other:?}");
        assert_eq!(failed(last, 900), Vec::<String>::new(), "{other:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_fell_ill_unnoticed_is_tried_once_and_left_again() {
    let stage = stage(&["a:8006", "b:8006"], None);
    let log = Rc::clone(&stage.log);
    // Looked at in the beginning, and not again for an hour.
    let steps = [(50, 1, Some(ERRORS())), (100, 0, Some(ERRORS())), (500, 0, None)];
    let surveys = weathered(stage, 900, &steps).await;
    assert!((1..=12).contains(&asked(&log, 1, 0, 900)), "{}", asked(&log, 1, 0, 900));
    assert!(matches!(at(&surveys, 490).link.contact, Contact::Error(_)));
    let last = surveys.last().unwrap();
    assert_eq!((&last.link.contact, last.link.current), (&Contact::Fine, Some(0)));
    assert_eq!(last.link.endpoints[1].contact, ERRORS());
}
