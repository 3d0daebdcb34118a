//! A simulated federation and what is known of it after a look.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::runtime::Runtime;

use crate::config::{self, Around, Config};
use crate::fleet::look::{Ask, Looked};
use crate::fleet::part::Outcome;
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::judge;
use crate::judge::rows::Judged;
use crate::poll::call::{Call, Reading};
use crate::poll::http;
use crate::poll::poller::Poller;
use crate::poll::source::{Hints, Source};
use crate::simulate::fleet::{SimFleet, SimVersion};
use crate::simulate::spoil::MARK;
use crate::simulate::{Fault, Federation, Options, PBS_TOKEN, Rights, SECRET_ENV, SimClock, start};

/// Tuesday 10 March 2026, 12:07:20 UTC.
const NOON: i64 = 1_773_144_440;

const SECRET: &str = "5d1f2c3b-4a59-4687-9d0e-b1a2c3d4e5f6";

/// Longest time for a look, real seconds.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Bed {
    runtime: Runtime,
    federation: Federation,
    config: Config,
}

/// What a look brought.
pub(super) struct Known<'a> {
    bed: &'a Bed,
    pub(super) fleet: Fleet,
    pub(super) judged: Arc<Judged>,
}

fn secret(name: &str) -> Option<String> {
    (name == SECRET_ENV).then(|| SECRET.to_owned())
}

impl Bed {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = Options { delays: 0.0, secret: Some(SECRET.into()), ..Options::default() };
        let fleet = SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
        let federation = runtime.block_on(start(fleet, SimClock::fixed(NOON), options)).unwrap();
        federation.source("pbs").unwrap().grant(PBS_TOKEN, Rights::WITH_REMOTES);
        let around = Around { env: &secret, timezone: TimeZone::UTC };
        let toml = federation.config_toml();
        let config = config::parse(&toml, Path::new("federation.toml"), &around).unwrap();
        Self { runtime, federation, config }
    }

    /// Looks at every source for the first time, while these faults are there.
    pub(super) fn look(&self, faults: &[Fault]) -> Known<'_> {
        for handle in self.federation.sources() {
            handle.clear();
            for fault in faults {
                handle.set(fault);
            }
        }
        let facts = self.config.sites.iter().map(|site| site.facts.clone());
        let mut fleet = Fleet::new(facts.collect::<Vec<_>>(), self.config.excepts.clone());
        let sweeps = self.config.sites.iter().flat_map(|site| &site.sources).map(|source| {
            let survey = (**fleet.survey(&source.name).unwrap()).clone();
            async move {
                let clock: Rc<dyn Fn() -> Epoch> = Rc::new(|| Epoch(NOON));
                let http = http::open(source, &secret, Rc::clone(&clock)).await.unwrap();
                Poller::new(http, survey, clock, 7).sweep(PATIENCE).await
            }
        });
        let all = futures_util::future::join_all(sweeps.collect::<Vec<_>>());
        let surveys = self.runtime.block_on(tokio::task::LocalSet::new().run_until(all));
        for survey in surveys {
            assert!(fleet.take(Arc::new(survey)));
        }
        let judged = Arc::new(judge(&fleet, Epoch(NOON)));
        Known { bed: self, fleet, judged }
    }
}

impl Known<'_> {
    /// Asks for what a page shows beside what is known.
    pub(super) fn ask(&self, ask: Ask) -> Looked {
        let sources = self.bed.config.sites.iter().flat_map(|site| &site.sources);
        let source = sources.into_iter().find(|it| it.name == *ask.look.source()).unwrap();
        let call = Call::Look(ask.clone());
        let fetched = self.bed.runtime.block_on(async {
            let http = http::open(source, &secret, Rc::new(|| Epoch(NOON))).await.unwrap();
            http.fetch(0, &call, &Hints::default()).await
        });
        let answer = match fetched.answered {
            Ok(Reading::Seen(seen)) => Ok(seen),
            Ok(_) => Err(Outcome::Absent),
            Err(outcome) => Err(outcome),
        };
        Looked { ask, at: Epoch(NOON), answer }
    }

    /// Guests whose name is spoilt, and told.
    pub(super) fn spoilt_guests(&self) -> usize {
        let guests = self.judged.sites.iter().flat_map(|site| &site.guests);
        guests.filter(|guest| guest.name.as_deref().is_some_and(|n| n.contains(MARK))).count()
    }
}
