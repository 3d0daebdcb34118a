//! How many connections watching takes, counted by servers that keep and close them as the real
//! ones do: over real HTTPS, with the time between two rounds skipped.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use vigie::config::{self, Around, Config};
use vigie::fleet::id::Product;
use vigie::fleet::survey::Survey;
use vigie::fleet::tier;
use vigie::fleet::time::Epoch;
use vigie::poll::assemble::Attempt;
use vigie::poll::call::Call;
use vigie::poll::http::{self, Http};
use vigie::poll::poller::{Clock, Poller};
use vigie::poll::source::{Fetched, Hints, Source};
use vigie::simulate::{Options, SECRET_ENV, SimClock, start};

use crate::budget::{NOON, fleet};

/// Ten minutes: everything but what is read by the hour has its turn.
const ROUNDS: usize = 40;

/// The calls under way.
#[derive(Default)]
struct Traffic {
    begun: RefCell<Vec<Call>>,
    open: Cell<usize>,
    ended: Notify,
}

impl Traffic {
    /// Waits until something was asked since `before` calls and nothing is under way.
    async fn settled(&self, before: usize) {
        loop {
            self.ended.notified().await;
            // What an answer gives rise to is asked before the poller waits again.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            if self.open.get() == 0 && self.begun.borrow().len() > before {
                return;
            }
        }
    }
}

struct Watched {
    http: Http,
    traffic: Rc<Traffic>,
}

impl Source for Watched {
    async fn fetch(&self, endpoint: usize, call: &Call, hints: &Hints) -> Fetched {
        self.traffic.begun.borrow_mut().push(call.clone());
        self.traffic.open.set(self.traffic.open.get() + 1);
        let fetched = self.http.fetch(endpoint, call, hints).await;
        self.traffic.open.set(self.traffic.open.get() - 1);
        self.traffic.ended.notify_one();
        fetched
    }

    async fn probe(&self, endpoint: usize) -> Attempt {
        self.http.probe(endpoint).await
    }
}

/// Connections of a source per round, once everything was read.
async fn watch(
    source: &config::Source,
    env: &(dyn Fn(&str) -> Option<String> + Sync),
    connections: impl Fn() -> usize,
) -> Vec<usize> {
    let began = Instant::now();
    let clock: Clock =
        Rc::new(move || Epoch(NOON + i64::try_from(began.elapsed().as_secs()).unwrap()));
    let endpoints: Vec<Arc<str>> = source.endpoints.iter().map(|e| e.to_string().into()).collect();
    let survey = Survey::new(source.name.clone(), source.product, &endpoints[..1]);
    let http = http::open(source, env, Rc::clone(&clock)).await.unwrap();
    let traffic = Rc::new(Traffic::default());
    let watched = Watched { http, traffic: Rc::clone(&traffic) };
    let (surveys, mut seen) = mpsc::channel(16);
    let (orders, mut given) = mpsc::channel(1);
    let (looked, _nothing) = mpsc::channel(1);
    let mut poller = Poller::new(watched, survey, clock, 7);
    let watching = async move { poller.watch(&surveys, &looked, &mut given).await };
    let taking = async { while seen.recv().await.is_some() {} };
    let counting = async move {
        traffic.settled(0).await;
        let mut counts = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let (asked, before) = (traffic.begun.borrow().len(), connections());
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(u64::from(tier::FAST) + 1)).await;
            tokio::time::resume();
            traffic.settled(asked).await;
            counts.push(connections() - before);
        }
        drop(orders);
        counts
    };
    tokio::join!(watching, taking, counting).2
}

#[test]
fn one_connection_per_server_and_round_and_a_pbs_keeps_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = Options { delays: 0.0, ..Options::default() };
        let federation = start(fleet(), SimClock::fixed(NOON), options).await.unwrap();
        let secret = federation.secret().to_owned();
        let env = move |name: &str| (name == SECRET_ENV).then(|| secret.clone());
        let around = Around { env: &env, timezone: TimeZone::UTC };
        let toml = federation.config_toml();
        let config: Config = config::parse(&toml, Path::new("/x.toml"), &around).unwrap();
        for source in config.sites.iter().flat_map(|site| &site.sources) {
            let handle = federation.source(source.name.as_str()).unwrap();
            let counts = watch(source, &env, || handle.connections()).await;
            let name = &source.name;
            let rounds = counts.len();
            let all: usize = counts.iter().sum();
            println!("{name}: {counts:?}");
            match source.product {
                // pveproxy closes between two rounds.
                Product::Pve => {
                    assert!(counts.iter().all(|count| *count >= 1), "{name}: {counts:?}");
                    assert_eq!(all, rounds, "{name}: {counts:?}");
                }
                Product::Pbs => assert!(all <= 1, "{name}: {counts:?}"),
            }
        }
    });
}
