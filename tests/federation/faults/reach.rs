//! Names, routes and certificates: what goes wrong before a word is said.

use vigie::judge::rows::SourceState as Is;
use vigie::simulate::PVE_TOKEN;

use super::{PATIENCE, guests, others_are_fresh, recovered, told};
use crate::bed::{Bed, source_row, two_sites};

/// Points `alone` at an address that does not work, and back.
fn away(to: &str, says: &str) {
    let mut bed = Bed::new(two_sites());
    bed.look();
    let here = bed.source("alone").endpoints()[0].clone();
    bed.reconfigure(|toml| toml.replace(&here, to));
    bed.patience = PATIENCE;
    let judged = bed.look();
    let said = bed.said(&judged);
    assert!(said.contains(says), "{to}: {said:?}");
    assert_eq!(source_row(&judged, "alone").state, Is::Unreachable, "{to}");
    assert_eq!(guests(&judged, "alone").count(), 2, "{to}: what was known stays");
    others_are_fresh(&judged, "alone", to);
    bed.reconfigure(str::to_owned);
    bed.patience = std::time::Duration::from_secs(20);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", to);
}

#[test]
fn a_name_that_nobody_knows() {
    // No resolver may find it: RFC 6761.
    away("https://no-such-host.invalid:8006", "unknown source.unreachable source/alone (name)");
}

#[test]
fn a_network_that_no_route_leads_to() {
    // A group's address: nothing connects to it, whatever the machine's routes are.
    away("https://224.0.0.1:8006", "unknown source.unreachable source/alone (route)");
}

/// A changed certificate: nothing is said to whoever shows it, what was known stays, and with the
/// new fingerprint all is well again.
#[test]
fn a_certificate_that_changed() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    let old = bed.federation.config_toml();
    bed.source("alone").change_certificate(500, true).unwrap();
    bed.federation.forget_requests();
    let judged = bed.look();
    let said = bed.said(&judged);
    let line = "critical source.untrusted source/alone";
    assert!(said.iter().any(|said| said.starts_with(line)), "{said:?}");
    assert_eq!(source_row(&judged, "alone").state, Is::Untrusted);
    assert_eq!(bed.source("alone").requests(), [], "not even the token was sent");
    assert_eq!(guests(&judged, "alone").count(), 2);
    others_are_fresh(&judged, "alone", "a changed certificate");
    assert_ne!(old, bed.federation.config_toml(), "the federation writes the new one down");
    bed.reconfigure(str::to_owned);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a changed certificate");
}

/// One that nobody vouches for and nobody pinned is not believed.
#[test]
fn a_certificate_that_nobody_pinned() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    let print = bed.source("alone").fingerprints()[0].clone();
    bed.reconfigure(|toml| toml.replace(&print, ["AB"; 32].join(":").as_str()));
    bed.federation.forget_requests();
    let judged = bed.look();
    assert_eq!(source_row(&judged, "alone").state, Is::Untrusted, "{:?}", bed.said(&judged));
    assert_eq!(told(&bed, &judged, "alone"), ["critical source.untrusted source/alone"]);
    assert_eq!(bed.source("alone").requests(), []);
    assert_eq!(guests(&judged, "alone").count(), 2, "what was known stays");
    others_are_fresh(&judged, "alone", "a certificate that nobody pinned");
    bed.reconfigure(str::to_owned);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a certificate that nobody pinned");
}

/// A pin decides alone: an expired certificate is believed, and said to be over.
#[test]
fn a_certificate_that_is_over() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    bed.source("alone").change_certificate(-1, false).unwrap();
    bed.reconfigure(str::to_owned);
    let judged = bed.look();
    assert_eq!(source_row(&judged, "alone").state, Is::Fresh);
    let said = bed.said(&judged);
    let line = "critical node.certificate node/alone/alone";
    assert!(said.iter().any(|said| said.starts_with(line)), "{said:?}");
    others_are_fresh(&judged, "alone", "a certificate that is over");
    bed.source("alone").change_certificate(500, false).unwrap();
    bed.reconfigure(str::to_owned);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a certificate that is over");
}

/// A token that is taken away and given back.
#[test]
fn a_token_that_is_taken_away_later() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    bed.source("alone").revoke(PVE_TOKEN);
    let judged = bed.look();
    let said = bed.said(&judged);
    assert!(said.contains("unknown source.unauthorized source/alone"), "{said:?}");
    assert_eq!(guests(&judged, "alone").count(), 2);
    others_are_fresh(&judged, "alone", "a token that was taken away");
    bed.source("alone").grant(PVE_TOKEN, vigie::simulate::Rights::AUDITOR);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a token that was taken away");
}

/// The authority of the cluster vouches for the leaf, and the leaf is another host's: whoever holds
/// the key of one node is not taken for all of them.
#[test]
fn a_certificate_of_another_host_under_the_same_ca() {
    let mut bed = Bed::new(two_sites());
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, bed.source("alone").authority_pem().unwrap()).unwrap();
    let print = bed.source("alone").fingerprints()[0].clone();
    let by_ca = format!("ca-file = {:?}", ca.to_str().unwrap());
    bed.reconfigure(|toml| toml.replace(&format!("fingerprint = [\"{print}\"]"), &by_ca));
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "trust by the CA");
    bed.source("alone").misname("other.example").unwrap();
    bed.federation.forget_requests();
    let judged = bed.look();
    let said = bed.said(&judged);
    let line = "critical source.untrusted source/alone";
    assert!(said.iter().any(|said| said.starts_with(line)), "{said:?}");
    assert_eq!(source_row(&judged, "alone").state, Is::Untrusted);
    assert_eq!(bed.source("alone").requests(), [], "not even the token was sent");
    assert_eq!(guests(&judged, "alone").count(), 2, "what was known stays");
    others_are_fresh(&judged, "alone", "a certificate of another host");
    bed.source("alone").change_certificate(500, false).unwrap();
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a certificate of another host");
}
