//! One endpoint, from its name to the time one call takes.

use std::time::Duration;

use super::{EndpointProbe, Step};
use crate::clock;
use crate::fleet::id::Product;
use crate::fleet::link::PeerCertificate;
use crate::fleet::policy::Policy;
use crate::fleet::time::Epoch;
use crate::lang::diagnosis::{Finding, Health, Shown, Stage};
use crate::proxmox::client::{Answer, Client};
use crate::proxmox::error::{Fault, Stage as Waited};
use crate::proxmox::{pbs, pve};

/// The longest a call may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read, bytes.
pub(super) const LARGEST: usize = 4 << 20;

/// A call that takes longer than this makes every round late, milliseconds.
const SLOW: u64 = 2000;

const DAY: i64 = 86_400;

/// The layers of an endpoint, in order.
const LAYERS: [Stage; 9] = [
    Stage::Name,
    Stage::Connect,
    Stage::Tls,
    Stage::Trust,
    Stage::Http,
    Stage::Token,
    Stage::Version,
    Stage::Clock,
    Stage::Pace,
];

pub(super) fn not_reached(address: String) -> EndpointProbe {
    let steps = LAYERS.into_iter().map(Step::not_reached).collect();
    EndpointProbe { address, steps, version: None, certificate: None }
}

pub(super) async fn probe(
    address: String,
    client: &Client,
    pins: &[[u8; 32]],
    policy: &Policy,
) -> EndpointProbe {
    let answer = client.get("/version", &[], PATIENCE, LARGEST).await;
    let now = clock::now();
    let peer = client.peer();
    let mut version = None;
    let (broken, finding) = match &answer {
        Err(fault) => {
            let (stage, finding) = of_fault(fault, peer.as_ref(), pins, now);
            (Some(stage), Some(finding))
        }
        Ok(answer) => {
            let read = match client.product() {
                Product::Pve => pve::cluster::read_version(&answer.bytes),
                Product::Pbs => pbs::server::read_version(&answer.bytes),
            };
            match read {
                Ok(read) => {
                    version = Some(read);
                    (None, None)
                }
                Err(_) => (Some(Stage::Http), Some(Finding::NoAnswer("/version".into()))),
            }
        }
    };
    let mut steps = Vec::new();
    for stage in LAYERS {
        if broken.is_some_and(|broken| stage > broken) {
            steps.push(Step::not_reached(stage));
        } else if broken == Some(stage) {
            let finding = finding.clone().unwrap_or(Finding::NotReached);
            steps.push(Step::new(stage, Health::Broken, finding));
        } else {
            steps.push(match (stage, &answer, &version) {
                (Stage::Trust, ..) => trusted(peer.as_ref(), policy, now),
                (Stage::Version, _, Some(version)) => Step::new(
                    stage,
                    Health::Ok,
                    Finding::Version(client.product(), version.text.clone()),
                ),
                (Stage::Clock, Ok(answer), _) => clock(answer, policy, now),
                (Stage::Pace, Ok(answer), _) => pace(answer),
                _ => Step::fine(stage),
            });
        }
    }
    EndpointProbe { address, steps, version, certificate: peer }
}

/// The layer on which a call broke, and what was found there.
fn of_fault(
    fault: &Fault,
    peer: Option<&PeerCertificate>,
    pins: &[[u8; 32]],
    now: Epoch,
) -> (Stage, Finding) {
    match fault {
        Fault::Name(why) => (Stage::Name, Finding::NoName(why.clone())),
        Fault::Route => (Stage::Connect, Finding::NoRoute),
        Fault::Refused => (Stage::Connect, Finding::Refused),
        Fault::Timeout { what: Waited::Connect } => (Stage::Connect, Finding::Silent),
        Fault::Timeout { what: Waited::Tls } => (Stage::Tls, Finding::NoTls(None)),
        Fault::Timeout { what: Waited::Answer } => (Stage::Http, Finding::Silent),
        Fault::Tls(why) => (Stage::Tls, Finding::NoTls(Some(why.clone()))),
        // What showed a certificate had come beyond TLS.
        Fault::Reset if peer.is_none() => {
            (Stage::Tls, Finding::NoTls(Some(fault.to_string().into())))
        }
        Fault::Untrusted { why, .. } => {
            let expected = pins.iter().map(colons).collect();
            let seen = peer.map(|peer| shown(peer, now));
            (Stage::Trust, Finding::Untrusted { seen, expected, why: why.clone() })
        }
        Fault::Unauthorized => (Stage::Token, Finding::NotAccepted),
        other => (Stage::Http, Finding::NoAnswer(other.to_string().into())),
    }
}

fn trusted(peer: Option<&PeerCertificate>, policy: &Policy, now: Epoch) -> Step {
    let Some(peer) = peer else { return Step::fine(Stage::Trust) };
    let left = peer.not_after.map(|end| end.0.saturating_sub(now.0));
    // A pin trusts an expired certificate, too: browsers and PVE's own do not.
    let short = left.is_none_or(|left| left < policy.certificate.warning);
    let health = if short { Health::Warning } else { Health::Ok };
    Step::new(Stage::Trust, health, Finding::Trusted(shown(peer, now)))
}

fn clock(answer: &Answer, policy: &Policy, now: Epoch) -> Step {
    let Some(theirs) = answer.date else {
        return Step::new(Stage::Clock, Health::Warning, Finding::Clock(None));
    };
    let since = i64::try_from(answer.elapsed.as_secs()).unwrap_or(i64::MAX);
    let off = theirs.0.saturating_sub(now.0.saturating_sub(since));
    let is_off = off.saturating_abs() > policy.clock_skew;
    let health = if is_off { Health::Warning } else { Health::Ok };
    Step::new(Stage::Clock, health, Finding::Clock(Some(off)))
}

fn pace(answer: &Answer) -> Step {
    let took = u64::try_from(answer.elapsed.as_millis()).unwrap_or(u64::MAX);
    let health = if took > SLOW { Health::Warning } else { Health::Ok };
    Step::new(Stage::Pace, health, Finding::Took(took))
}

fn shown(peer: &PeerCertificate, now: Epoch) -> Shown {
    Shown {
        fingerprint: colons(&peer.fingerprint),
        issuer: peer.issuer.clone(),
        days: peer.not_after.map(|end| end.0.saturating_sub(now.0).div_euclid(DAY)),
    }
}

fn colons(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}
