//! How much is asked of the servers. What one look brings is recorded over real HTTPS; then an
//! hour of watching passes on paused time over the recording, and its requests are counted.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use vigie::config::{self, Around, Config};
use vigie::fleet::survey::Survey;
use vigie::fleet::time::Epoch;
use vigie::poll::assemble::Attempt;
use vigie::poll::call::{Call, PbsCall, PveCall};
use vigie::poll::http::{self, Http};
use vigie::poll::poller::{Clock, Poller};
use vigie::poll::source::{Fetched, Hints, Source};
use vigie::simulate::fleet::{
    SimFleet, SimGuest, SimNode, SimReplication, SimSelection, SimVersion,
};
use vigie::simulate::{Options, SECRET_ENV, SimClock, start};

/// The most requests per minute to one cluster of three nodes and one PBS.
const BUDGET: usize = 36;

/// A time at which no backup runs: noon.
pub(crate) const NOON: i64 = 1_773_144_440;

type Answers = Rc<RefCell<BTreeMap<Call, Fetched>>>;

/// Calls that differ only in a time.
fn key(call: &Call) -> Call {
    match call {
        Call::Pbs(PbsCall::Tasks { .. }) => Call::Pbs(PbsCall::Tasks { since: Epoch(0) }),
        other => other.clone(),
    }
}

struct Recording {
    http: Http,
    answers: Answers,
}

impl Source for Recording {
    async fn fetch(&self, endpoint: usize, call: &Call, hints: &Hints) -> Fetched {
        let fetched = self.http.fetch(endpoint, call, hints).await;
        self.answers.borrow_mut().insert(key(call), fetched.clone());
        fetched
    }

    async fn probe(&self, endpoint: usize) -> Attempt {
        self.http.probe(endpoint).await
    }
}

struct Replay {
    answers: Answers,
    clock: Clock,
    log: Rc<RefCell<Vec<(i64, Call)>>>,
    locks: Cell<usize>,
}

impl Source for Replay {
    async fn fetch(&self, _: usize, call: &Call, _: &Hints) -> Fetched {
        self.log.borrow_mut().push(((self.clock)().0, call.clone()));
        if call.takes_lock() {
            self.locks.set(self.locks.get() + 1);
            assert_eq!(self.locks.get(), 1, "two calls that take the cluster's lock at once");
        }
        sleep(Duration::from_millis(40)).await;
        if call.takes_lock() {
            self.locks.set(self.locks.get() - 1);
        }
        self.answers.borrow().get(&key(call)).cloned().unwrap_or_else(|| panic!("new: {call:?}"))
    }

    async fn probe(&self, endpoint: usize) -> Attempt {
        let status = Call::Pve(PveCall::Status);
        let attempt = self.answers.borrow().get(&status).and_then(|f| f.attempt.clone());
        Attempt { endpoint, ..attempt.unwrap() }
    }
}

/// Three nodes with 200 guests, each replicated, two backup jobs; one datastore.
pub(crate) fn fleet() -> SimFleet {
    let mut fleet = SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
    let cluster = &mut fleet.sites[0].clusters[0];
    cluster.nodes.push(SimNode::healthy("pve3", "10.0.0.3"));
    let homes = ["pve1", "pve2", "pve3"];
    for vmid in 300..496 {
        let at = vmid as usize % 3;
        cluster.guests.push(SimGuest::qemu(vmid, &format!("g{vmid}"), homes[at]));
        cluster.replication.push(SimReplication::healthy(vmid, homes[(at + 1) % 3]));
    }
    let mut second = cluster.backup_jobs[0].clone();
    "backup-second".clone_into(&mut second.id);
    second.takes = SimSelection::Vmids((300..496).collect());
    cluster.backup_jobs[0].takes = SimSelection::Vmids(vec![100, 101, 200, 201]);
    cluster.backup_jobs.push(second);
    fleet
}

/// What each source answers, by its name, with the survey it made.
fn record() -> Vec<(config::Source, Survey, Answers)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = Options { delays: 0.0, ..Options::default() };
        let federation = start(fleet(), SimClock::fixed(NOON), options).await.unwrap();
        let secret = federation.secret().to_owned();
        let env = move |name: &str| (name == SECRET_ENV).then(|| secret.clone());
        let around = Around { env: &env, timezone: TimeZone::UTC };
        let toml = federation.config_toml();
        let config: Config = config::parse(&toml, Path::new("/x.toml"), &around).unwrap();
        let mut recorded = Vec::new();
        for source in config.sites.into_iter().flat_map(|site| site.sources) {
            let endpoints: Vec<Arc<str>> =
                source.endpoints.iter().map(|e| e.to_string().into()).collect();
            let clock: Clock = Rc::new(|| Epoch(NOON));
            let http = http::open(&source, &env, Rc::clone(&clock)).await.unwrap();
            let answers = Answers::default();
            let recording = Recording { http, answers: Rc::clone(&answers) };
            let survey = Survey::new(source.name.clone(), source.product, &endpoints);
            let poller = Poller::new(recording, survey.clone(), clock, 1);
            poller.sweep(Duration::from_secs(60)).await;
            recorded.push((source, survey, answers));
        }
        recorded
    })
}

#[test]
fn a_cluster_of_three_and_a_pbs_are_asked_at_most_36_times_a_minute() {
    let recorded = record();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let mut per_minute = vec![0_usize; 130];
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (_, survey, answers) in recorded {
        let log = Rc::new(RefCell::new(Vec::new()));
        runtime.block_on(async {
            let began = Instant::now();
            let clock: Clock =
                Rc::new(move || Epoch(NOON + i64::try_from(began.elapsed().as_secs()).unwrap()));
            let replay = Replay {
                answers,
                clock: Rc::clone(&clock),
                log: Rc::clone(&log),
                locks: Cell::default(),
            };
            let (surveys, mut seen) = mpsc::channel(16);
            let (orders, mut given) = mpsc::channel(1);
            let (looked, _nobody) = mpsc::channel(1);
            let mut poller = Poller::new(replay, survey, clock, 7);
            let watching = async move { poller.watch(&surveys, &looked, &mut given).await };
            let ending = async {
                sleep(Duration::from_secs(7800)).await;
                drop(orders);
            };
            let taking = async { while seen.recv().await.is_some() {} };
            tokio::join!(watching, ending, taking);
        });
        for (at, call) in log.borrow().iter() {
            let minute = usize::try_from((at - NOON) / 60).unwrap();
            if let Some(count) = per_minute.get_mut(minute) {
                *count += 1;
            }
            if minute >= 10 {
                let kind = format!("{call:?}");
                let kind = kind.split(['(', ' ']).take(2).collect::<Vec<_>>().join(" ");
                *kinds.entry(kind).or_default() += 1;
            }
        }
    }
    // The first ten minutes hold the start: all there is, once.
    let steady = &per_minute[10..];
    let mean = steady.iter().sum::<usize>() as f64 / steady.len() as f64;
    println!("{mean:.1} requests per minute: {kinds:#?}");
    assert!(mean <= BUDGET as f64, "{mean:.1} per minute: {kinds:#?}");
    // Nor is it a burst: no minute takes three times the budget.
    let most = steady.iter().max().unwrap();
    assert!(*most <= 3 * BUDGET, "{most} in one minute: {per_minute:?}");
    let first: usize = per_minute[..1].iter().sum();
    assert!(first >= 200, "a start reads everything at once: {first}");
}
