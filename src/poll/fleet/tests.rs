use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::{Outlets, watching};
use crate::fleet::id::Product;
use crate::fleet::link::Contact;
use crate::fleet::part::CauseKind;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::assemble::Attempt;
use crate::poll::call::{Call, Reading};
use crate::poll::poller::{Clock, Order};
use crate::poll::source::{Fetched, Hints, Source};

/// Answers every call with nothing; the first so many times it is opened it breaks instead.
struct Brittle {
    breaks: bool,
}

fn fine(endpoint: usize) -> Attempt {
    let contact = Contact::Fine;
    Attempt { endpoint, contact, certificate: None, clock_offset: Some(0), member: None }
}

impl Source for Brittle {
    async fn fetch(&self, endpoint: usize, _: &Call, _: &Hints) -> Fetched {
        sleep(Duration::from_millis(10)).await;
        assert!(!self.breaks, "boom in a poller");
        Fetched { answered: Ok(Reading::Absent), attempt: Some(fine(endpoint)), took: None }
    }

    async fn probe(&self, endpoint: usize) -> Attempt {
        fine(endpoint)
    }
}

/// What is seen of a source whose poller breaks `times` times, until it is fine: the kinds of
/// what is said, and the seconds it took.
async fn seen(times: u32, order: Option<Order>) -> (Vec<Option<CauseKind>>, u64) {
    let opened = Cell::new(0);
    let open = async || {
        opened.set(opened.get() + 1);
        Ok::<_, Infallible>(Brittle { breaks: opened.get() <= times })
    };
    let began = Instant::now();
    let clock: Clock =
        Rc::new(move || Epoch(1_000_000 + i64::try_from(began.elapsed().as_secs()).unwrap()));
    let survey = Survey::new("fi".into(), Product::Pve, &["a:8006".into()]);
    let (to, mut surveys) = mpsc::channel(64);
    let (eyes, _looked) = mpsc::channel(64);
    let (orders, of_this) = mpsc::channel(4);
    let outlets = Outlets { surveys: to, looked: eyes };
    let watched = watching(open, survey, (clock, 3), outlets, of_this);
    let looking = async {
        let mut said = Vec::new();
        while let Some(survey) = surveys.recv().await {
            let kind = match &survey.link.contact {
                Contact::Error(cause) => Some(cause.kind),
                _ => None,
            };
            if said.last() != Some(&kind) {
                said.push(kind);
            }
            if survey.link.contact == Contact::Fine {
                break;
            }
            if let Some(order) = order.clone() {
                orders.send(order).await.unwrap();
            }
        }
        drop((orders, surveys));
        said
    };
    let both = async { tokio::join!(watched, looking).1 };
    let said = timeout(Duration::from_secs(3_600), both).await.expect("it goes on in the end");
    assert_eq!(opened.get(), times + 1);
    (said, began.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_poller_that_breaks_says_so_and_begins_anew_after_a_while() {
    let (said, took) = seen(1, None).await;
    assert_eq!(said, [Some(CauseKind::Broken), None]);
    assert!((8..=12).contains(&took), "{took} s");
    // The longer it goes on, the rarer.
    let (said, took) = seen(4, None).await;
    assert_eq!(said, [Some(CauseKind::Broken), None]);
    assert!((120..=180).contains(&took), "{took} s: 10, 20, 40 and 80, a fifth more or less");
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_it_need_not_wait() {
    let (said, took) = seen(1, Some(Order::PollNow)).await;
    assert_eq!((said, took), (vec![Some(CauseKind::Broken), None], 0));
}

#[tokio::test]
async fn only_what_is_caught_is_said_to_be() {
    use crate::poll::guard::{Broke, caught, is_caught};
    assert!(!is_caught());
    assert_eq!(caught(async { is_caught() }).await, Ok(true));
    let broken = caught(async { assert!(!is_caught(), "boom") }).await;
    assert_eq!(broken, Err(Broke));
    assert!(!is_caught(), "not after it");
}
