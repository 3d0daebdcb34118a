//! What a bundle shows of a whole federation is read as the answers themselves were.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::LocalSet;

use crate::bundle::Mask;
use crate::clock;
use crate::config::{Around, Source, parse};
use crate::fleet::survey::Survey;
use crate::poll::call::{Call, Reading};
use crate::poll::http;
use crate::poll::poller::Poller;
use crate::proxmox::needs;
use crate::simulate::{Options, SECRET_ENV, SimClock, SimFleet, start};

type Heard = Rc<RefCell<Vec<(Call, &'static str, Value)>>>;

async fn look(source: &Source, secret: &str, heard: &Heard) {
    let env = |name: &str| (name == SECRET_ENV).then(|| secret.to_owned());
    let http = http::open(source, &env, Rc::new(clock::now)).await.unwrap();
    let (ears, product) = (Rc::clone(heard), source.product);
    let http = http.heard_by(Box::new(move |said| {
        let Ok(body) = said.answer else { return };
        let row = needs::row_of(product, said.path).unwrap();
        let body = serde_json::from_slice(body).unwrap();
        ears.borrow_mut().push((said.call.clone(), row.call, body));
    }));
    let addresses: Vec<_> = source.endpoints.iter().map(|e| e.to_string().into()).collect();
    let survey = Survey::new(source.name.clone(), product, &addresses);
    Poller::new(http, survey, Rc::new(clock::now), 7).sweep(Duration::from_secs(60)).await;
}

/// How much a reading holds, as far as it can be counted alike for all.
fn size(reading: &Reading) -> usize {
    match reading {
        Reading::Resources(all) => all.guests.len() + all.nodes.len() + all.storages.len(),
        Reading::Tasks(all) => all.iter().filter(|task| task.is_running()).count() + all.len(),
        Reading::Storages(all) => all.iter().filter(|s| s.pbs.is_some()).count() + all.len(),
        Reading::Files(all) => all.len(),
        Reading::Groups(all) => all.len(),
        Reading::Copies(all) => all.iter().map(|group| group.snapshots.len()).sum(),
        Reading::Log(log) => log.guests.len(),
        Reading::BackupJobs(all) => all.len(),
        Reading::Config(config) => config.disks.len(),
        Reading::ReplicationStates(all) => all.len(),
        _ => 0,
    }
}

#[tokio::test]
async fn every_answer_of_the_demo_decodes_and_holds_as_much() {
    let options = Options { delays: 0.0, ..Options::default() };
    let federation = start(SimFleet::demo(), SimClock::real(), options).await.unwrap();
    let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
    let config = parse(&federation.config_toml(), Path::new("a.toml"), &around);
    let config = config.unwrap_or_else(|errors| panic!("{errors}"));
    let heard = Heard::default();
    let tasks = LocalSet::new();
    let sources = config.sites.iter().flat_map(|site| &site.sources);
    let looks = sources.map(|source| look(source, federation.secret(), &heard));
    tasks.run_until(futures_util::future::join_all(looks)).await;
    let heard = heard.take();
    assert!(heard.len() > 200, "only {}", heard.len());
    let mut mask = Mask::default();
    for (_, row, body) in &heard {
        mask.learn_from(row, body);
    }
    let mut is_anything = 0;
    for (call, row, body) in &heard {
        let before = http::read(call, body.to_string().as_bytes()).unwrap();
        let shown = mask.document(row, body);
        let after = http::read(call, shown.to_string().as_bytes());
        let after = after.unwrap_or_else(|fault| panic!("{call:?}: {fault}\n{shown}"));
        if mask.left_out() == 0 {
            assert_eq!(size(&after), size(&before), "{call:?}: {body}\n{shown}");
            is_anything += size(&after);
        }
    }
    assert!(is_anything > 500, "{is_anything}");
}
