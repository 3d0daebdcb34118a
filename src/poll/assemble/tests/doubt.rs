//! What is asked again because an answer is doubted is asked once, never over and over.

use super::*;
use crate::fleet::link::PeerCertificate;
use crate::fleet::pve::cluster::Peer;
use crate::poll::assemble::vouch;

const STORES: Call = Call::Pbs(PbsCall::Datastores);
const PBS_RIGHTS: Call = Call::Pbs(PbsCall::Rights);
const PEERS: Call = Call::Pve(PveCall::Peers);

fn stores(names: &[&str]) -> Answered {
    let info = |name: &&str| DatastoreInfo {
        name: (*name).into(),
        comment: None,
        maintenance: None,
        mount: None,
    };
    Ok(Reading::Datastores(names.iter().map(info).collect()))
}

fn due(s: &Survey, at: i64) -> Vec<Call> {
    plan(s, Pace::Live { slack: 0 }, Epoch(at))
}

fn a_shorter_list(s: &mut Survey, privileges: &[&str]) {
    apply(s, &PBS_RIGHTS, rights(&[("/datastore", privileges)]), Epoch(0));
    apply(s, &STORES, stores(&["a", "b"]), Epoch(0));
    apply(s, &STORES, stores(&["a"]), Epoch(1));
    let calls = due(s, 1);
    assert!(calls.contains(&PBS_RIGHTS) && !calls.contains(&STORES), "the rights come first");
    assert_eq!(s.pbs().unwrap().datastores.known().unwrap().len(), 2, "what was known stays");
}

#[test]
fn a_shorter_list_is_believed_when_the_rights_read_since_allow_to_see_all() {
    let mut s = survey(Product::Pbs);
    a_shorter_list(&mut s, &["Datastore.Audit"]);
    apply(&mut s, &PBS_RIGHTS, rights(&[("/datastore", &["Datastore.Audit"])]), Epoch(1));
    assert!(due(&s, 1).contains(&STORES), "then the list");
    apply(&mut s, &STORES, stores(&["a"]), Epoch(1));
    assert_eq!(s.pbs().unwrap().datastores.known().unwrap().len(), 1);
}

#[test]
fn a_shorter_list_without_rights_is_kept_and_waits_for_its_turn() {
    let mut s = survey(Product::Pbs);
    a_shorter_list(&mut s, &["Datastore.Audit"]);
    apply(&mut s, &PBS_RIGHTS, rights(&[]), Epoch(1));
    apply(&mut s, &STORES, stores(&["a"]), Epoch(1));
    let pbs = s.pbs().unwrap();
    assert_eq!(pbs.datastores.known().unwrap().len(), 2);
    assert_eq!(pbs.datastores.state(Epoch(1)), PartState::Denied);
    let calls = due(&s, 1);
    assert!(!calls.contains(&STORES) && !calls.contains(&PBS_RIGHTS), "nothing is asked again now");
    assert!(due(&s, 301).contains(&STORES));
}

#[test]
fn an_emptied_list_is_not_explained_by_rights_read_before_it() {
    let mut s = survey(Product::Pve);
    apply(&mut s, &RESOURCES, resources(vec![guest(100, "running")]), Epoch(1));
    apply(&mut s, &RIGHTS, all_rights(), Epoch(10));
    apply(&mut s, &RESOURCES, resources(Vec::new()), Epoch(16));
    assert_eq!(s.pve().unwrap().resources.known().unwrap().guests.len(), 1);
    assert!(due(&s, 16).contains(&RIGHTS) && !due(&s, 16).contains(&RESOURCES));
}

fn untrusted(s: &mut Survey, fingerprint: u8, at: i64) {
    let certificate = Some(PeerCertificate {
        fingerprint: [fingerprint; 32],
        not_after: None,
        subject: "".into(),
        issuer: "".into(),
    });
    let contact = Contact::Untrusted;
    let attempt = Attempt { endpoint: 1, contact, certificate, clock_offset: None, member: None };
    super::attempt(&mut s.link, attempt, Epoch(at));
    vouch(s);
}

fn peers(s: &mut Survey, fingerprint: u8, at: i64) {
    let peer = Peer { node: "b".into(), fingerprint: Some([fingerprint; 32]) };
    apply(s, &PEERS, Ok(Reading::Peers(vec![peer])), Epoch(at));
    vouch(s);
}

#[test]
fn peers_are_asked_once_about_a_certificate() {
    let mut s = survey(Product::Pve);
    peers(&mut s, 1, 0);
    assert!(!due(&s, 20).contains(&PEERS));
    untrusted(&mut s, 2, 20);
    assert_eq!(s.link.endpoints[1].vouched, None, "an older list denies nothing");
    assert!(due(&s, 20).contains(&PEERS));
    peers(&mut s, 1, 20);
    assert_eq!(s.link.endpoints[1].vouched, Some(false));
    assert!(!due(&s, 20).contains(&PEERS), "not over and over");
    untrusted(&mut s, 2, 30);
    assert!(!due(&s, 30).contains(&PEERS), "nor with the next probe");
    untrusted(&mut s, 3, 40);
    assert_eq!(s.link.endpoints[1].vouched, None, "another certificate: they are asked anew");
    assert!(due(&s, 40).contains(&PEERS));
    peers(&mut s, 3, 41);
    assert_eq!(s.link.endpoints[1].vouched, Some(true));
}

#[test]
fn peers_that_cannot_be_asked_are_not_asked_over_and_over() {
    let mut s = survey(Product::Pve);
    untrusted(&mut s, 2, 20);
    let cause = Cause { kind: CauseKind::Status(500), text: "no".into() };
    apply(&mut s, &PEERS, Err(Outcome::Failed(cause)), Epoch(21));
    vouch(&mut s);
    assert!(!due(&s, 21).contains(&PEERS));
    assert_eq!(s.link.endpoints[1].vouched, None);
}
