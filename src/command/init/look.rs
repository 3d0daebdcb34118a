//! Looks at what a source shows, and tries its token.

use secrecy::{ExposeSecret, SecretString};

use super::InitError;
use super::wish::Secret;
use crate::command::trust::look::{Seen, certificates};
use crate::config::{self, Endpoint, SecretOrigin, Source};
use crate::fleet::id::Product;
use crate::fleet::policy::Policy;
use crate::lang::diagnosis::{Health, Stage};
use crate::poll::fleet::SharedEnv;
use crate::poll::http::trust as trust_of;
use crate::probe::{Probe, Step, probe};
use crate::proxmox::client::ClientError;
use crate::proxmox::tls::{Trust, TrustError};

/// The name under which a secret that is kept nowhere yet is read.
const TOLD: &str = "VIGIE_TOLD";

/// The certificates of all endpoints. Nothing is sent to any of them.
pub(super) async fn look(
    product: Product,
    endpoints: &[Endpoint],
    trust: &config::Trust,
) -> Result<Vec<Seen>, InitError> {
    let trust = trust_of(trust).map_err(InitError::Trust)?;
    match certificates(product, endpoints, &trust).await {
        // A machine without roots trusts nobody by them.
        Err(ClientError::Trust(TrustError::System(_))) => {
            let nobody = Trust::Fingerprints(vec![[0; 32]]);
            Ok(certificates(product, endpoints, &nobody).await?)
        }
        other => Ok(other?),
    }
}

/// Goes through all layers of a source, its secret read from where it is or was told.
pub(super) async fn try_out(source: &Source, secret: Option<&Secret>, env: &SharedEnv) -> Probe {
    let Some(Secret::Told(told, _)) = secret else {
        return probe(source, &Policy::default(), &**env).await;
    };
    let source = told_source(source);
    probe(&source, &Policy::default(), &told_env(told, env)).await
}

/// The same source, its secret read from what was told.
fn told_source(source: &Source) -> Source {
    Source { secret: SecretOrigin::Env(TOLD.to_owned()), ..source.clone() }
}

fn told_env(told: &SecretString, env: &SharedEnv) -> impl Fn(&str) -> Option<String> + Sync {
    let (told, env) = (told.clone(), env.clone());
    move |name: &str| if name == TOLD { Some(told.expose_secret().to_owned()) } else { env(name) }
}

/// The secret itself.
pub(super) async fn secret(
    source: &Source,
    secret: Option<&Secret>,
    env: &SharedEnv,
) -> Result<SecretString, config::SecretError> {
    match secret {
        Some(Secret::Told(told, _)) => Ok(told.clone()),
        _ => source.secret.read(&**env).await,
    }
}

/// The endpoint that accepted the token.
pub(super) fn working<'a>(source: &'a Source, probe: &Probe) -> Option<&'a Endpoint> {
    let mut each = source.endpoints.iter().zip(&probe.endpoints);
    each.find(|(_, probe)| probe.version.is_some()).map(|(endpoint, _)| endpoint)
}

/// The certificates that were shown.
pub(super) fn shown(seen: &[Seen]) -> Vec<[u8; 32]> {
    let shown = seen.iter().filter_map(|seen| seen.found.as_ref().ok());
    shown.map(|shown| shown.certificate.fingerprint).collect()
}

/// How a token came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It may read all that it must.
    Good,
    /// It is accepted, and may not.
    Lacking,
    /// It is not accepted.
    Refused,
    /// No endpoint got as far as that.
    Unknown,
}

/// What a probe says of the token.
pub(super) fn token(probe: &Probe) -> Token {
    let is = |step: &Step, stage, health| step.stage == stage && step.health == health;
    let any = |stage, health| {
        probe.endpoints.iter().flat_map(|end| &end.steps).any(|step| is(step, stage, health))
    };
    if probe.endpoints.iter().any(|end| end.version.is_some()) {
        return if probe.rights.health == Health::Broken { Token::Lacking } else { Token::Good };
    }
    if any(Stage::Token, Health::Broken) { Token::Refused } else { Token::Unknown }
}
