mod looking;
mod sick;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::{Clock, Order, Poller};
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::look::{Log, Seen};
use crate::fleet::part::{Cause, CauseKind, Outcome, PartState};
use crate::fleet::pve::cluster::{ClusterStatus, Guest, Member, Node, NodeState, Resources};
use crate::fleet::pve::replication::ReplicationJob;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::assemble::Attempt;
use crate::poll::call::{Call, PveCall, Reading};
use crate::poll::source::{Fetched, Hints, Source, Took};

/// Whether a call ends in an error.
type Broken = fn(&Call) -> bool;

type Calls = Rc<RefCell<Vec<(i64, usize, Call)>>>;

/// Answers every call after 10 ms, as a two-node cluster; some endpoints may be down.
struct Fake {
    log: Calls,
    clock: Clock,
    down: Rc<RefCell<BTreeMap<usize, Contact>>>,
    /// Calls that end in an error wherever they are sent.
    broken: Rc<Cell<Option<Broken>>>,
    /// So many seconds after they were sent.
    slow: Rc<Cell<u64>>,
    flying: RefCell<(usize, usize)>,
    most: Rc<RefCell<usize>>,
    hang: Option<Call>,
}

fn node(name: &str) -> Node {
    Node {
        name: name.into(),
        state: NodeState::Online,
        cpu: None,
        cpus: None,
        memory: None,
        rootfs: None,
        uptime: None,
        ha: None,
    }
}

fn guest(vmid: u32, node: &str) -> Guest {
    Guest {
        vmid,
        kind: GuestKind::Qemu,
        node: node.into(),
        name: Some("g".into()),
        state: "running".into(),
        template: false,
        uptime: None,
        cpu: None,
        cpus: None,
        memory: None,
        disk: None,
        pool: None,
        ha: None,
        lock: None,
        tags: Vec::new(),
    }
}

fn reading(call: &Call) -> Result<Reading, Outcome> {
    let call = match call {
        Call::Pve(call) => call,
        Call::Look(_) => return Ok(Reading::Seen(Seen::Log(Log::default()))),
        Call::Pbs(_) => return Ok(Reading::Absent),
    };
    Ok(match call {
        PveCall::Status => Reading::ClusterStatus(ClusterStatus {
            name: Some("c".into()),
            quorate: Some(true),
            members: ["a", "b"]
                .map(|n| Member {
                    node: n.into(),
                    nodeid: None,
                    online: true,
                    local: n == "a",
                    address: None,
                })
                .into(),
        }),
        PveCall::Resources => Reading::Resources(Resources {
            nodes: vec![node("a"), node("b")],
            guests: (100..140).map(|v| guest(v, if v % 2 == 0 { "a" } else { "b" })).collect(),
            storages: Vec::new(),
        }),
        PveCall::Tasks | PveCall::NodeVzdumps(_) => Reading::Tasks(Vec::new()),
        PveCall::Replication => Reading::ReplicationJobs(vec![ReplicationJob {
            id: "101-0".into(),
            guest: 101,
            target: "a".into(),
            source: None,
            schedule: None,
            disabled: false,
            rate: None,
            comment: None,
            removing: false,
        }]),
        PveCall::NodeReplication(_) => Reading::ReplicationStates(Vec::new()),
        PveCall::BackupJobs => Reading::BackupJobs(Vec::new()),
        PveCall::Storages => Reading::Storages(Vec::new()),
        PveCall::Ha | PveCall::Rights => {
            let text = "Permission check failed (/, Sys.Audit)".into();
            return Err(Outcome::Denied(text));
        }
        _ => Reading::Absent,
    })
}

impl Source for Fake {
    async fn fetch(&self, endpoint: usize, call: &Call, _: &Hints) -> Fetched {
        self.log.borrow_mut().push(((self.clock)().0, endpoint, call.clone()));
        let is_broken = self.broken.get().is_some_and(|is_broken| is_broken(call));
        let down = self.down.borrow().get(&endpoint).cloned();
        let down = down.or_else(|| is_broken.then(ERRORS));
        let (dear, cheap) = (usize::from(call.is_dear()), usize::from(!call.is_dear()));
        {
            let mut flying = self.flying.borrow_mut();
            *flying = (flying.0 + cheap, flying.1 + dear);
            let mut most = self.most.borrow_mut();
            *most = (*most).max(flying.0 + flying.1);
        }
        if self.hang.as_ref() == Some(call) {
            std::future::pending::<()>().await;
        }
        if is_broken {
            sleep(Duration::from_secs(self.slow.get())).await;
        }
        sleep(Duration::from_millis(10)).await;
        {
            let mut flying = self.flying.borrow_mut();
            *flying = (flying.0 - cheap, flying.1 - dear);
        }
        let contact = down.clone().unwrap_or(Contact::Fine);
        let attempt =
            Attempt { endpoint, contact, certificate: None, clock_offset: Some(0), member: None };
        let answered = match down {
            None => reading(call),
            Some(Contact::Error(cause)) => Err(Outcome::Failed(cause)),
            // Of everything there is nothing to be seen.
            Some(Contact::Fine) => Err(Outcome::Denied("Sys.Audit".into())),
            Some(_) => {
                let text = "down".into();
                Err(Outcome::Failed(Cause { kind: CauseKind::Unreachable, text }))
            }
        };
        let path = match call {
            Call::Pve(PveCall::Resources) => "/cluster/resources".into(),
            // As of a job or a node that is new each time.
            call => format!("/x/{call:?}/{}", (self.clock)().0).into(),
        };
        let took = Took { path, millis: 10 };
        Fetched { answered, attempt: Some(attempt), took: Some(took) }
    }

    async fn probe(&self, endpoint: usize) -> Attempt {
        let down = self.down.borrow().get(&endpoint).cloned();
        Attempt {
            endpoint,
            contact: down.unwrap_or(Contact::Fine),
            certificate: None,
            clock_offset: None,
            member: None,
        }
    }
}

struct Stage {
    log: Calls,
    down: Rc<RefCell<BTreeMap<usize, Contact>>>,
    broken: Rc<Cell<Option<Broken>>>,
    slow: Rc<Cell<u64>>,
    most: Rc<RefCell<usize>>,
    poller: Poller<Fake>,
}

fn stage(endpoints: &[&str], hang: Option<Call>) -> Stage {
    let began = Instant::now();
    let clock: Clock =
        Rc::new(move || Epoch(1_000_000 + i64::try_from(began.elapsed().as_secs()).unwrap()));
    let log = Calls::default();
    let down = Rc::default();
    let broken = Rc::default();
    let slow = Rc::default();
    let most = Rc::default();
    let fake = Fake {
        log: Rc::clone(&log),
        clock: Rc::clone(&clock),
        down: Rc::clone(&down),
        broken: Rc::clone(&broken),
        slow: Rc::clone(&slow),
        flying: RefCell::default(),
        most: Rc::clone(&most),
        hang,
    };
    let endpoints: Vec<_> = endpoints.iter().map(|e| (*e).into()).collect();
    let survey = Survey::new("fi".into(), Product::Pve, &endpoints);
    Stage { log, down, broken, slow, most, poller: Poller::new(fake, survey, clock, 3) }
}

const ERRORS: fn() -> Contact =
    || Contact::Error(Cause { kind: CauseKind::Status(500), text: "got no worker".into() });

const UNREACHABLE: fn() -> Contact = || Contact::Unreachable(Layer::Refused, "refused".into());

#[tokio::test(start_paused = true)]
async fn a_sweep_asks_everything_once_and_no_more() {
    let stage = stage(&["a:8006"], None);
    let log = Rc::clone(&stage.log);
    let survey = stage.poller.sweep(Duration::from_secs(30)).await;
    let mut calls: Vec<_> = log.borrow().iter().map(|(_, _, call)| call.clone()).collect();
    let all = calls.len();
    calls.sort();
    calls.dedup();
    assert_eq!(calls.len(), all, "nothing is asked twice");
    let configs = calls.iter().filter(|c| matches!(c, Call::Pve(PveCall::Config(..)))).count();
    assert_eq!(configs, 40);
    let replication = |c: &&Call| matches!(c, Call::Pve(PveCall::NodeReplication(_)));
    let asked: Vec<_> = calls.iter().filter(replication).collect();
    assert_eq!(asked, [&Call::Pve(PveCall::NodeReplication("b".into()))], "where the guest is");
    assert!(*stage.most.borrow() <= 4, "never more than four calls fly");
    assert!(survey.link.round.is_some());
    let took = survey.link.took.get("/cluster/resources");
    assert_eq!(took, Some(&10), "how long an answer took is kept");
    let now = survey.link.answered.unwrap();
    let open = |state: PartState| matches!(state, PartState::NotAsked | PartState::Failed);
    let parts = survey.parts(now);
    let missing: Vec<_> =
        parts.iter().filter(|p| p.required && open(p.state)).map(|p| p.call).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_sweep_does_not_reach_is_failed_except_disks() {
    let stage = stage(&["a:8006"], Some(Call::Pve(PveCall::NodeServices("a".into()))));
    let began = Instant::now();
    let survey = stage.poller.sweep(Duration::from_secs(30)).await;
    assert_eq!(began.elapsed().as_secs(), 30);
    let node = &survey.pve().unwrap().nodes[&*"a".to_owned()];
    assert!(matches!(
        &node.services.outcome,
        Outcome::Failed(Cause { kind: CauseKind::OutOfTime, .. })
    ));
    assert!(node.status.was_answered(), "the others live on");
}

#[tokio::test(start_paused = true)]
async fn a_sweep_of_a_source_that_is_not_there_ends_at_once() {
    let stage = stage(&["a:8006", "b:8006"], None);
    stage.down.borrow_mut().extend([(0, UNREACHABLE()), (1, UNREACHABLE())]);
    let began = Instant::now();
    let survey = stage.poller.sweep(Duration::from_secs(30)).await;
    assert!(began.elapsed() < Duration::from_secs(1));
    assert!(matches!(survey.link.contact, Contact::Unreachable(Layer::Refused, _)));
}

/// Watches for `seconds` of paused time, giving `order` after the first half.
async fn watch(stage: Stage, seconds: u64, order: Option<Order>) -> Vec<std::sync::Arc<Survey>> {
    let (surveys, mut seen) = mpsc::channel(1024);
    let (orders, mut given) = mpsc::channel(4);
    let (looked, _nobody) = mpsc::channel(1);
    let mut poller = stage.poller;
    let watching = async move { poller.watch(&surveys, &looked, &mut given).await };
    let ending = async {
        sleep(Duration::from_secs(seconds / 2)).await;
        if let Some(order) = order {
            orders.send(order).await.unwrap();
        }
        sleep(Duration::from_secs(seconds - seconds / 2)).await;
        drop(orders);
    };
    tokio::join!(watching, ending);
    let mut all = Vec::new();
    while let Ok(survey) = seen.try_recv() {
        all.push(survey);
    }
    all
}

fn count(log: &Calls, from: i64, wanted: impl Fn(&Call) -> bool) -> usize {
    log.borrow().iter().filter(|(at, _, call)| *at >= 1_000_000 + from && wanted(call)).count()
}

#[tokio::test(start_paused = true)]
async fn rounds_keep_their_periods() {
    let stage = stage(&["a:8006"], None);
    let log = Rc::clone(&stage.log);
    let surveys = watch(stage, 3600, None).await;
    let per_hour = |wanted: PveCall| count(&log, 0, |c| *c == Call::Pve(wanted.clone()));
    let near = |found: usize, wanted: usize| found.abs_diff(wanted) * 20 <= wanted * 3;
    assert!(near(per_hour(PveCall::Resources), 240), "{}", per_hour(PveCall::Resources));
    let replication = per_hour(PveCall::NodeReplication("b".into()));
    assert!(near(replication, 60), "{replication}");
    assert!(near(per_hour(PveCall::BackupJobs), 12), "{}", per_hour(PveCall::BackupJobs));
    let configs = count(&log, 600, |c| matches!(c, Call::Pve(PveCall::Config(..))));
    assert!(configs <= 40, "known configurations come again once an hour at most: {configs}");
    assert!(surveys.windows(2).all(|w| w[0].link.answered <= w[1].link.answered));
    let ages: Vec<_> = surveys
        .windows(2)
        .map(|w| w[1].link.round.unwrap_or(Epoch(0)).since(w[0].link.round.unwrap_or(Epoch(0))))
        .skip(8)
        .collect();
    assert!(ages.iter().all(|age| (0..=17).contains(age)), "rounds are whole: {ages:?}");
}

#[tokio::test(start_paused = true)]
async fn how_long_an_answer_took_is_forgotten_with_what_was_asked() {
    let stage = stage(&["a:8006"], None);
    let log = Rc::clone(&stage.log);
    let surveys = watch(stage, 3600, None).await;
    let took = |survey: &Survey| survey.link.took.len();
    assert!(log.borrow().len() > 700);
    let most = surveys.iter().map(|survey| took(survey)).max().unwrap();
    assert!(most < 100, "a round's, not an hour's: {most}");
    assert_eq!(surveys.last().unwrap().link.took.get("/cluster/resources"), Some(&10));
}

#[tokio::test(start_paused = true)]
async fn the_second_endpoint_takes_over_and_nothing_known_is_lost() {
    let stage = stage(&["a:8006", "b:8006"], None);
    let down = Rc::clone(&stage.down);
    let log = Rc::clone(&stage.log);
    let breaking = async {
        sleep(Duration::from_secs(100)).await;
        down.borrow_mut().insert(0, UNREACHABLE());
    };
    let (surveys, ()) = tokio::join!(watch(stage, 400, None), breaking);
    let last = surveys.last().unwrap();
    assert_eq!(last.link.contact, Contact::Fine);
    assert_eq!(last.link.current, Some(1));
    assert!(matches!(last.link.endpoints[0].contact, Contact::Unreachable(..)));
    assert!(last.link.round.unwrap().0 >= 1_000_000 + 380);
    let tries = log.borrow().iter().filter(|(at, e, _)| *at > 1_000_110 && *e == 0).count();
    // A try may be a call of its own and one that takes long beside it.
    assert!((1..=12).contains(&tries), "the dead one is tried about once a minute: {tries}");
    let after = surveys.iter().filter(|s| s.link.answered > Some(Epoch(1_000_010)));
    assert!(after.clone().all(|s| s.pve().unwrap().resources.known().is_some()));
}

#[tokio::test(start_paused = true)]
async fn a_401_stops_the_polling_until_the_user_says_so() {
    let stage = stage(&["a:8006"], None);
    stage.down.borrow_mut().insert(0, Contact::Unauthorized);
    let down = Rc::clone(&stage.down);
    let log = Rc::clone(&stage.log);
    let mending = async {
        sleep(Duration::from_secs(290)).await;
        down.borrow_mut().clear();
    };
    let (surveys, ()) = tokio::join!(watch(stage, 600, Some(Order::PollNow)), mending);
    let asked = |from: i64, to: i64| {
        let log = log.borrow();
        log.iter().filter(|(at, ..)| (1_000_000 + from..1_000_000 + to).contains(at)).count()
    };
    assert!((1..=4).contains(&asked(0, 300)), "{}", asked(0, 300));
    assert!(asked(300, 600) > 50);
    assert!(surveys.iter().any(|s| s.link.contact == Contact::Unauthorized));
    assert_eq!(surveys.last().unwrap().link.contact, Contact::Fine);
}

#[tokio::test(start_paused = true)]
async fn what_the_user_asked_for_is_asked_when_the_source_is_back() {
    let stage = stage(&["a:8006"], None);
    let text: std::sync::Arc<str> = "broken".into();
    let broken = Contact::Error(Cause { kind: CauseKind::Status(500), text });
    stage.down.borrow_mut().insert(0, broken);
    let down = Rc::clone(&stage.down);
    let log = Rc::clone(&stage.log);
    let mending = async {
        sleep(Duration::from_secs(190)).await;
        down.borrow_mut().insert(0, UNREACHABLE());
        sleep(Duration::from_secs(15)).await;
        down.borrow_mut().clear();
    };
    // At 200 seconds, while nothing is there.
    let (surveys, ()) = tokio::join!(watch(stage, 400, Some(Order::PollNow)), mending);
    let failed = |survey: &Survey| {
        let parts = survey.parts(Epoch(1_000_250));
        let failed = parts.into_iter().filter(|p| p.state == PartState::Failed);
        failed.map(|p| p.call.to_string()).collect::<Vec<_>>()
    };
    let storages = |call: &Call| *call == Call::Pve(PveCall::Storages);
    let at = |from| count(&log, from, storages);
    assert_eq!((at(0) - at(190), at(205) - at(280)), (1, 1), "slow, and asked anew");
    let then = surveys.iter().rfind(|s| s.link.answered < Some(Epoch(1_000_280))).unwrap();
    assert_eq!(failed(then), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_error_that_was_on_its_way_when_the_user_asked_is_asked_again() {
    let stage = stage(&["a:8006"], None);
    stage.broken.set(Some(|call| *call == Call::Pve(PveCall::Storages)));
    stage.slow.set(15);
    let (broken, log) = (Rc::clone(&stage.broken), Rc::clone(&stage.log));
    let mending = async {
        sleep(Duration::from_secs(1)).await;
        broken.set(None);
    };
    // At 13 seconds: what was sent before it was mended comes in after that.
    let storages = |call: &Call| *call == Call::Pve(PveCall::Storages);
    let (surveys, ()) = tokio::join!(watch(stage, 26, Some(Order::PollNow)), mending);
    assert_eq!(count(&log, 14, storages), 1, "{:?}", log.borrow());
    assert!(surveys.last().unwrap().pve().unwrap().storages.was_answered());
}

#[tokio::test(start_paused = true)]
async fn a_dead_source_is_left_alone_longer_and_longer_and_comes_back() {
    let stage = stage(&["a:8006"], None);
    stage.down.borrow_mut().insert(0, UNREACHABLE());
    let down = Rc::clone(&stage.down);
    let log = Rc::clone(&stage.log);
    let mending = async {
        sleep(Duration::from_secs(1800)).await;
        down.borrow_mut().clear();
    };
    let (surveys, ()) = tokio::join!(watch(stage, 2200, None), mending);
    let tries = log.borrow().iter().filter(|(at, ..)| *at < 1_001_800).count();
    assert!(tries <= 60, "{tries} tries in half an hour");
    assert_eq!(surveys.last().unwrap().link.contact, Contact::Fine);
    assert!(surveys.last().unwrap().link.since.unwrap().0 <= 1_000_000 + 1800 + 217);
}

#[tokio::test(start_paused = true)]
async fn a_401_at_one_of_two_endpoints_is_the_word_of_the_source() {
    let stage = stage(&["a:8006", "b:8006"], None);
    stage.down.borrow_mut().insert(0, Contact::Unauthorized);
    let survey = stage.poller.sweep(Duration::from_secs(30)).await;
    assert_eq!(survey.link.contact, Contact::Unauthorized);
}

#[tokio::test(start_paused = true)]
async fn a_memory_from_the_future_is_asked_anew() {
    let first = stage(&["a:8006"], None).poller.sweep(Duration::from_secs(30)).await;
    let mut again = stage(&["a:8006"], None);
    let known = serde_json::to_string(&first).unwrap();
    let shifted = known.replace("\"tried\":100", "\"tried\":900");
    assert_ne!(known, shifted);
    again.poller.survey = serde_json::from_str(&shifted).unwrap();
    let log = Rc::clone(&again.log);
    again.poller.sweep(Duration::from_secs(30)).await;
    assert!(count(&log, 0, Call::is_fast) >= 3);
}
