//! Goes to one source layer by layer, with GETs alone, and says what each was found to be. An
//! endpoint stops at its first broken layer: nothing is known of those behind it.

mod endpoint;
mod rights;

use futures_util::future::join_all;

use crate::config::Source;
use crate::fleet::host::Version;
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::fleet::policy::Policy;
use crate::fleet::pve::storage::StorageConfig;
use crate::lang::diagnosis::{Finding, Health, Leave, Stage};
use crate::poll::http::open::{self, trust};
use crate::proxmox::client::Client;
use crate::proxmox::pve::storage;

pub use rights::compare;

/// What was found at one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub stage: Stage,
    /// How it stands.
    pub health: Health,
    /// What was found.
    pub finding: Finding,
}

impl Step {
    fn new(stage: Stage, health: Health, finding: Finding) -> Self {
        Self { stage, health, finding }
    }

    fn fine(stage: Stage) -> Self {
        Self::new(stage, Health::Ok, Finding::Fine)
    }

    fn not_reached(stage: Stage) -> Self {
        Self::new(stage, Health::NotReached, Finding::NotReached)
    }
}

/// One endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointProbe {
    /// `host:port`.
    pub address: String,
    /// Its layers, name to pace.
    pub steps: Vec<Step>,
    /// The version, where it told one.
    pub version: Option<Version>,
    /// The certificate it showed, trusted or not.
    pub certificate: Option<PeerCertificate>,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Configuration and secret.
    pub before: Vec<Step>,
    /// Each endpoint, in order.
    pub endpoints: Vec<EndpointProbe>,
    /// What the token may read, asked at the first endpoint that accepts it.
    pub rights: Step,
    /// The storages of a PVE, asked there, too; none where they were not told, or not all of them.
    pub storages: Option<Vec<StorageConfig>>,
}

impl Probe {
    /// The worst there is. An endpoint that is broken beside one that works is a warning: the
    /// source is still watched.
    pub fn health(&self) -> Health {
        let worst = |steps: &[Step]| {
            let known = steps.iter().map(|step| step.health).filter(|h| *h != Health::NotReached);
            known.max().unwrap_or(Health::Ok)
        };
        let ends: Vec<Health> = self.endpoints.iter().map(|end| worst(&end.steps)).collect();
        let works = ends.iter().any(|health| *health < Health::Broken);
        let ends = ends.into_iter().max().unwrap_or(Health::Ok);
        let ends = if works { ends.min(Health::Warning) } else { ends };
        let own = worst(&self.before).max(worst(std::slice::from_ref(&self.rights)));
        own.max(ends)
    }
}

/// Probes a source, its endpoints side by side. It takes no longer than the time-outs of one
/// endpoint's calls, one after the other.
pub async fn probe(
    source: &Source,
    policy: &Policy,
    env: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Probe {
    let mut before = Vec::new();
    let clients = clients(source, env, &mut before).await.unwrap_or_default();
    if clients.is_empty() {
        let endpoints = source.endpoints.iter().map(|end| endpoint::not_reached(end.to_string()));
        let rights = Step::not_reached(Stage::Rights);
        return Probe { before, endpoints: endpoints.collect(), rights, storages: None };
    }
    let pins = source.trust.fingerprints();
    let each = source.endpoints.iter().zip(&clients);
    let probes = each.map(|(end, client)| endpoint::probe(end.to_string(), client, pins, policy));
    let endpoints = join_all(probes).await;
    let reached = endpoints.iter().zip(&clients).find(|(end, _)| end.version.is_some());
    let (rights, storages) = match reached {
        Some((end, client)) => {
            let rights = rights::probe(source, client, end.version.as_ref());
            let (rights, storages) = tokio::join!(rights, storages(source, client));
            let storages = storages.filter(|_| sees(&rights, STORAGES));
            (rights, storages)
        }
        None => (Step::not_reached(Stage::Rights), None),
    };
    Probe { before, endpoints, rights, storages }
}

const STORAGES: &str = "/storage";

async fn storages(source: &Source, client: &Client) -> Option<Vec<StorageConfig>> {
    if source.product != Product::Pve {
        return None;
    }
    let (patience, largest) = (endpoint::PATIENCE, endpoint::LARGEST);
    let answer = client.get(STORAGES, &[], patience, largest).await.ok()?;
    storage::read(&answer.bytes).ok()
}

/// Whether a call is answered with all there is.
fn sees(rights: &Step, call: &str) -> bool {
    let Finding::Rights(access) = &rights.finding else { return false };
    access.calls.iter().any(|(of, leave)| *of == call && *leave == Leave::Allowed)
}

async fn clients(
    source: &Source,
    env: &(dyn Fn(&str) -> Option<String> + Sync),
    before: &mut Vec<Step>,
) -> Option<Vec<Client>> {
    let broken = |stage, finding| Step::new(stage, Health::Broken, finding);
    let trust = match trust(&source.trust) {
        Ok(trust) => trust,
        Err(error) => {
            before.push(broken(Stage::Config, Finding::Config(error.to_string())));
            before.push(Step::not_reached(Stage::Secret));
            return None;
        }
    };
    let secret = match source.secret.read(env).await {
        Ok(secret) => secret,
        Err(error) => {
            before.push(Step::fine(Stage::Config));
            before.push(broken(Stage::Secret, Finding::Secret(error.to_string())));
            return None;
        }
    };
    match open::clients(source, &secret, &trust) {
        Ok(clients) => {
            before.push(Step::fine(Stage::Config));
            before.push(Step::fine(Stage::Secret));
            Some(clients)
        }
        Err(error) => {
            before.push(broken(Stage::Config, Finding::Config(error.to_string())));
            before.push(Step::fine(Stage::Secret));
            None
        }
    }
}
