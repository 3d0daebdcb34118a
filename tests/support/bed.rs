//! A simulated federation, the real client over it, and the judge: what every test of the whole
//! path begins with. Nothing in it reads the machine's clock: time moves when a test says so.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::runtime::Runtime;
use vigie::config::{self, Around, Config};
use vigie::fleet::id::SourceName;
use vigie::fleet::policy::SiteFacts;
use vigie::fleet::site::Fleet;
use vigie::fleet::survey::Survey;
use vigie::fleet::time::Epoch;
use vigie::judge::rows::{SourceRow, SourceState};
use vigie::judge::{Judged, Problem, Verdict, judge};
use vigie::poll::call::Call;
use vigie::poll::http;
use vigie::poll::poller::Poller;
use vigie::poll::source::{Hints, Source as _};
use vigie::simulate::fleet::{
    SimCluster, SimFleet, SimGuest, SimNode, SimPbsEntry, SimSite, SimVersion,
};
use vigie::simulate::{Federation, Handle, Options, PBS_TOKEN, Rights, SECRET_ENV, SimClock};
use vigie::simulate::{schedule::When, start};

/// Tuesday 10 March 2026, 12:07:20 UTC: no job runs, no version is at its end but the oldest.
pub const NOON: i64 = 1_773_144_440;

/// Seconds that pass before a look.
pub const LOOK: i64 = 15;

/// The secret of all tokens: nothing that is ever shown may contain it.
pub const SECRET: &str = "5d1f2c3b-4a59-4687-9d0e-b1a2c3d4e5f6";

/// Two sites: `healthy` with the cluster `pve` and the backup server `pbs`, and `shed` with the
/// host `alone`, which writes to the same backup server. Nothing is wrong with them.
pub fn two_sites() -> SimFleet {
    let mut fleet = SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
    let entry = SimPbsEntry {
        source: "pbs".to_owned(),
        datastore: "main".to_owned(),
        namespace: "shed".to_owned(),
        username: "shed@pbs!pve".to_owned(),
        key: None,
    };
    let node = SimNode::healthy("alone", "10.0.1.1");
    let mut host = SimCluster::healthy(
        "alone",
        SimVersion(9, 1, 7),
        vec![node],
        Some(entry),
        When::Daily(3, 0),
    );
    host.guests = vec![SimGuest::qemu(500, "mill", "alone"), SimGuest::lxc(501, "owl", "alone")];
    fleet.pbs_mut("pbs").unwrap().datastore_mut("main").unwrap().namespaces.push("shed".into());
    fleet.sites.push(SimSite {
        name: "shed".to_owned(),
        clusters: vec![host],
        ..SimSite::default()
    });
    fleet
}

/// A running federation and what is known of it.
pub struct Bed {
    runtime: Runtime,
    /// The servers.
    pub federation: Federation,
    /// The clock of the servers and of the viewer.
    pub clock: SimClock,
    /// Seconds our own clock is ahead of it.
    pub our_skew: i64,
    /// How long a look may take.
    pub patience: Duration,
    config: Config,
    /// What is known.
    pub fleet: Fleet,
}

impl Bed {
    /// Starts the federation at [`NOON`].
    pub fn new(fleet: SimFleet) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let clock = SimClock::fixed(NOON);
        let options =
            Options { delays: 0.0, secret: Some(SECRET.to_owned()), ..Options::default() };
        let federation = runtime.block_on(start(fleet, clock.clone(), options)).unwrap();
        for handle in federation.sources() {
            if handle.token() == PBS_TOKEN {
                handle.grant(PBS_TOKEN, Rights::WITH_REMOTES);
            }
        }
        let config = read(&federation.config_toml());
        let fleet = empty(&config);
        Self {
            runtime,
            federation,
            clock,
            our_skew: 0,
            patience: Duration::from_secs(20),
            config,
            fleet,
        }
    }

    /// Changes the configuration, as text; what was known is forgotten.
    pub fn configure(&mut self, change: impl FnOnce(&str) -> String) {
        self.config = read(&change(&self.federation.config_toml()));
        self.fleet = empty(&self.config);
    }

    /// Changes the configuration, as text; what is known stays, as after a start with memory.
    #[allow(dead_code, reason = "not every test changes it")]
    pub fn reconfigure(&mut self, change: impl FnOnce(&str) -> String) {
        self.config = read(&change(&self.federation.config_toml()));
    }

    /// One source's servers.
    pub fn source(&self, name: &str) -> Handle {
        self.federation.source(name).unwrap().clone()
    }

    /// Our clock.
    pub fn now(&self) -> Epoch {
        Epoch(self.clock.now() + self.our_skew)
    }

    /// Looks at every source, a fast round after the last look, and judges.
    pub fn look(&mut self) -> Judged {
        self.look_at(|_| true)
    }

    /// Looks at some of the sources, a fast round after the last look, and judges.
    pub fn look_at(&mut self, wanted: impl Fn(&str) -> bool) -> Judged {
        self.clock.advance(LOOK);
        let sources: Vec<_> = self
            .config
            .sites
            .iter()
            .flat_map(|site| &site.sources)
            .filter(|source| wanted(source.name.as_str()))
            .map(|source| (source.clone(), (**self.fleet.survey(&source.name).unwrap()).clone()))
            .collect();
        let (clock, skew, patience) = (self.clock.clone(), self.our_skew, self.patience);
        let sweeps = sources.into_iter().map(|(source, survey)| {
            let clock = clock.clone();
            let clock: Rc<dyn Fn() -> Epoch> = Rc::new(move || Epoch(clock.now() + skew));
            async move {
                let http = http::open(&source, &secret, Rc::clone(&clock)).await.unwrap();
                Poller::new(http, survey, clock, 7).sweep(patience).await
            }
        });
        // Listeners that were closed or opened are so from now on.
        self.runtime.block_on(async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        });
        let local = tokio::task::LocalSet::new();
        let surveys: Vec<Survey> =
            self.runtime.block_on(local.run_until(futures_util::future::join_all(sweeps)));
        for survey in surveys {
            assert!(self.fleet.take(Arc::new(survey)));
        }
        self.judge()
    }

    /// Waits for something while the servers run.
    #[allow(dead_code, reason = "not every test asks for itself")]
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Asks a source one call after the other, whatever comes of it.
    #[allow(dead_code, reason = "not every test asks for itself")]
    pub fn ask(&self, source: &str, calls: &[Call]) {
        let mut sources = self.config.sites.iter().flat_map(|site| &site.sources);
        let source = sources.find(|of| of.name.as_str() == source).unwrap();
        let now = self.now();
        self.runtime.block_on(async {
            let http = http::open(source, &secret, Rc::new(move || now)).await.unwrap();
            for call in calls {
                http.fetch(0, call, &Hints::default()).await;
            }
        });
    }

    /// Judges what is known, now.
    pub fn judge(&mut self) -> Judged {
        let judged = judge(&self.fleet, self.now());
        sane(&judged);
        judged
    }

    /// What is known of a source.
    pub fn survey(&self, source: &str) -> Arc<Survey> {
        Arc::clone(self.fleet.survey(&SourceName::from(source)).unwrap())
    }

    /// Problems and notices, one line each: `critical node.zfs node/pve/pve1 (rpool)`. An address
    /// is written as the source and number of its endpoint.
    pub fn said(&self, judged: &Judged) -> BTreeSet<String> {
        judged.problems.iter().chain(&judged.notices).map(|p| self.line(p)).collect()
    }

    fn line(&self, problem: &Problem) -> String {
        let severity = format!("{:?}", problem.severity).to_lowercase();
        let mut line = format!("{severity} {} {}", problem.code, problem.subject);
        if let Some(detail) = &problem.detail {
            line.push_str(&format!(" ({detail})"));
        }
        for handle in self.federation.sources() {
            for (at, address) in handle.addresses().iter().enumerate() {
                let name = format!("{}#{at}", handle.name());
                line = line.replace(&address.to_string(), &name);
            }
        }
        line
    }
}

/// Where the configuration finds the secret.
fn secret(name: &str) -> Option<String> {
    (name == SECRET_ENV).then(|| SECRET.to_owned())
}

fn read(toml: &str) -> Config {
    let around = Around { env: &secret, timezone: TimeZone::UTC };
    config::parse(toml, Path::new("federation.toml"), &around)
        .unwrap_or_else(|errors| panic!("{errors}\n{toml}"))
}

fn empty(config: &Config) -> Fleet {
    let facts: Vec<SiteFacts> = config.sites.iter().map(|site| site.facts.clone()).collect();
    Fleet::new(facts, config.excepts.clone())
}

/// A source as judged.
pub fn source_row<'a>(judged: &'a Judged, name: &str) -> &'a SourceRow {
    let mut rows = judged.sites.iter().flat_map(|site| &site.sources);
    rows.find(|row| row.name.as_str() == name).unwrap()
}

/// What is not well, row by row.
pub fn not_ok(judged: &Judged) -> Vec<String> {
    let mut rows = Vec::new();
    for site in &judged.sites {
        let mut look = |what: String, verdict: Verdict| {
            if verdict != Verdict::Ok {
                rows.push(format!("{what}: {verdict:?}"));
            }
        };
        site.sources.iter().for_each(|r| look(format!("source {}", r.name), r.verdict));
        site.nodes
            .iter()
            .for_each(|r| look(format!("node {}: {:?}", r.name, r.because), r.verdict));
        site.guests.iter().for_each(|r| look(format!("guest {}: {r:?}", r.vmid), r.verdict));
        site.storages.iter().for_each(|r| look(format!("storage {}: {r:?}", r.name), r.verdict));
        site.datastores.iter().for_each(|r| look(format!("store {}: {r:?}", r.name), r.verdict));
        site.backup_jobs.iter().for_each(|r| look(format!("job {}: {r:?}", r.id), r.verdict));
    }
    rows
}

/// What holds whatever happens: nothing of a source that does not answer is called well, and the
/// verdicts add up.
fn sane(judged: &Judged) {
    for site in &judged.sites {
        for source in &site.sources {
            if matches!(source.state, SourceState::Fresh | SourceState::PlannedOff) {
                continue;
            }
            let name = &source.name;
            assert!(source.verdict > Verdict::Warning, "{name}: {source:?}");
            let not_ok = |what: &str, verdict: Verdict| {
                assert!(verdict > Verdict::Warning, "{what} of {name} is {verdict:?}");
            };
            for row in site.nodes.iter().filter(|row| row.source == *name) {
                not_ok(row.name.as_str(), row.verdict);
            }
            for row in site.guests.iter().filter(|row| row.source == *name) {
                not_ok(&row.vmid.to_string(), row.verdict);
            }
            for row in site.storages.iter().filter(|row| row.source == *name) {
                not_ok(row.name.as_str(), row.verdict);
            }
            for row in site.datastores.iter().filter(|row| row.source == *name) {
                not_ok(row.name.as_str(), row.verdict);
            }
        }
    }
    for problem in &judged.problems {
        let verdict = problem.severity.verdict();
        assert!(judged.verdict >= verdict, "{problem:?}");
        let at = |site: &&vigie::judge::rows::SiteRow| Some(&site.name) == problem.site.as_ref();
        if let Some(site) = judged.sites.iter().find(at) {
            assert!(site.verdict >= verdict, "{problem:?}");
        }
    }
}
