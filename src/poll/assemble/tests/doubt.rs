//! What is asked again because an answer is doubted is asked once, never over and over.

use super::*;
use crate::fleet::link::PeerCertificate;
use crate::fleet::pve::backup::{BackupFile, IncludedGuest, IncludedVolumes};
use crate::fleet::pve::cluster::Peer;
use crate::poll::assemble::vouch;
use crate::proxmox::pve::backup;

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
    let certificate =
        Some(PeerCertificate { fingerprint: [fingerprint; 32], ..PeerCertificate::default() });
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

/// A list that a token sees only with a right, `n` long.
struct Doubtful {
    call: Call,
    right: (&'static str, &'static str),
    answer: fn(usize) -> Answered,
    known: fn(&Survey) -> usize,
    /// Whether it is doubted as soon as one thing is gone, or only when all are.
    any: bool,
}

fn ids(n: usize) -> impl Iterator<Item = String> {
    (100..100 + n).map(|id| id.to_string())
}

fn of_main(s: &Survey) -> &crate::fleet::pbs::StoreParts {
    s.pbs().unwrap().stores.values().next().unwrap()
}

fn doubtful() -> [Doubtful; 6] {
    let file = Call::Pve(PveCall::Files { storage: "nas".into(), node: "a".into(), shared: true });
    [
        Doubtful {
            call: Call::Pbs(PbsCall::Namespaces("main".into())),
            right: ("/datastore/main", "Datastore.Audit"),
            answer: |n| Ok(Reading::Namespaces(ids(n).map(|ns| ns.as_str().into()).collect())),
            known: |s| of_main(s).namespaces.known().unwrap().len(),
            any: true,
        },
        Doubtful {
            call: Call::Pbs(PbsCall::Groups("main".into(), "fi".into())),
            right: ("/datastore/main/fi", "Datastore.Audit"),
            answer: |n| Ok(Reading::Groups(ids(n).map(|id| group(&id, 5, 1)).collect())),
            known: |s| of_main(s).groups.values().next().unwrap().known().unwrap().len(),
            any: true,
        },
        Doubtful {
            call: Call::Pbs(PbsCall::Copies("main".into(), "fi".into())),
            right: ("/datastore/main/fi", "Datastore.Audit"),
            answer: |n| Ok(Reading::Copies(ids(n).map(|id| copies(&id, &[5])).collect())),
            known: |s| of_main(s).copies.values().next().unwrap().known().unwrap().len(),
            any: true,
        },
        Doubtful {
            call: Call::Pve(PveCall::BackupJobs),
            right: ("/", "Sys.Audit"),
            answer: |n| {
                let jobs: Vec<_> = ids(n).map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
                let body = format!(r#"{{"data":[{}]}}"#, jobs.join(","));
                Ok(Reading::BackupJobs(backup::read_jobs(body.as_bytes()).unwrap()))
            },
            known: |s| s.pve().unwrap().backup_jobs.known().unwrap().len(),
            any: false,
        },
        Doubtful {
            call: Call::Pve(PveCall::Included("100".into())),
            right: ("/vms", "VM.Audit"),
            answer: |n| {
                let guest = |vmid| IncludedGuest { vmid, kind: None, name: None, volumes: vec![] };
                let guests = ids(n).map(|id| guest(id.parse().unwrap())).collect();
                Ok(Reading::Included(IncludedVolumes { guests }))
            },
            known: |s| {
                s.pve().unwrap().included.values().next().unwrap().known().unwrap().guests.len()
            },
            any: false,
        },
        Doubtful {
            call: file,
            right: ("/storage/nas", "Datastore.Audit"),
            answer: |n| {
                let file = |id: String| BackupFile {
                    volume: format!("nas:backup/{id}").into(),
                    vmid: id.parse().ok(),
                    kind: None,
                    time: Epoch(5),
                    protected: false,
                };
                Ok(Reading::Files(ids(n).map(file).collect()))
            },
            known: |s| {
                let files = s.pve().unwrap().files.values().next().unwrap();
                files.values().next().unwrap().known().unwrap().len()
            },
            any: false,
        },
    ]
}

/// A survey that knows three of them, with the right to see them.
fn three(list: &Doubtful) -> (Survey, Call) {
    let (product, asked) = match list.call {
        Call::Look(_) | Call::Pve(_) => (Product::Pve, RIGHTS),
        Call::Pbs(_) => (Product::Pbs, PBS_RIGHTS),
    };
    let mut s = survey(product);
    apply(&mut s, &asked, rights(&[(list.right.0, &[list.right.1])]), Epoch(0));
    apply(&mut s, &list.call, (list.answer)(3), Epoch(1));
    (s, asked)
}

#[test]
fn copies_and_jobs_are_not_believed_to_be_gone_before_the_rights_were_read_again() {
    for list in doubtful() {
        let lengths = if list.any { 0..3 } else { 0..1 };
        for left in lengths {
            let what = format!("{:?}, {left} left", list.call);
            for still in [true, false] {
                let (mut s, asked) = three(&list);
                apply(&mut s, &list.call, (list.answer)(left), Epoch(1000));
                assert_eq!((list.known)(&s), 3, "{what}: what was known stays");
                assert!(due(&s, 1000).contains(&asked), "{what}: the rights are looked at");
                let held = [(list.right.0, &[list.right.1] as &[&str])];
                let held = if still { &held[..] } else { &[] };
                apply(&mut s, &asked, rights(held), Epoch(1001));
                apply(&mut s, &list.call, (list.answer)(left), Epoch(1002));
                // With fewer rights some are left that prove nothing of the others.
                let known = if still || left > 0 { left } else { 3 };
                assert_eq!((list.known)(&s), known, "{what}, rights still there: {still}");
            }
        }
    }
}

#[test]
fn a_refusal_or_a_404_is_no_empty_list() {
    for list in doubtful() {
        let (mut s, _) = three(&list);
        apply(&mut s, &list.call, Err(Outcome::Denied("no".into())), Epoch(1000));
        assert_eq!((list.known)(&s), 3, "{:?}", list.call);
    }
    for call in [
        PbsCall::Groups("main".into(), "fi".into()),
        PbsCall::Copies("main".into(), "fi".into()),
        PbsCall::GroupCopies("main".into(), "fi".into(), BackupType::Vm, "100".into()),
    ] {
        for list in doubtful().iter().filter(|list| list.right.0 == "/datastore/main/fi") {
            let (mut s, _) = three(list);
            apply(&mut s, &Call::Pbs(call.clone()), Ok(Reading::Absent), Epoch(1000));
            assert_eq!((list.known)(&s), 3, "{call:?}");
        }
    }
}

#[test]
fn a_group_that_seems_emptied_is_looked_for_in_the_whole_list() {
    let mut s = backup_server();
    tell_groups(&mut s, vec![group("100", 900, 2), group("101", 200, 2)], 320);
    assert_eq!(due_groups(&s, 320), ["100".into()]);
    let one = PbsCall::GroupCopies("main".into(), "".into(), BackupType::Vm, "100".into());
    apply(&mut s, &Call::Pbs(one), Ok(Reading::Copies(Vec::new())), Epoch(321));
    let known = of_main(&s).copies.values().next().unwrap().known().unwrap().clone();
    assert_eq!(known.iter().map(|c| c.snapshots.len()).collect::<Vec<_>>(), [1, 2]);
    let whole = Call::Pbs(PbsCall::Copies("main".into(), "".into()));
    assert!(due(&s, 321).contains(&whole) && due_groups(&s, 321).is_empty());
    apply(&mut s, &whole, Ok(Reading::Copies(vec![copies("101", &[200, 100])])), Epoch(322));
    assert!(!due(&s, 322).contains(&whole), "not over and over");
}

#[test]
fn snapshots_of_a_group_that_was_believed_to_be_gone_are_not_doubted_again() {
    let mut s = backup_server();
    let held = || rights(&[("/datastore/main", &["Datastore.Audit"])]);
    let whole = Call::Pbs(PbsCall::Copies("main".into(), "".into()));
    apply(&mut s, &PBS_RIGHTS, held(), Epoch(11));
    tell_groups(&mut s, vec![group("100", 300, 1), group("101", 200, 2)], 20);
    tell_groups(&mut s, vec![group("100", 300, 1)], 320);
    assert!(due(&s, 320).contains(&PBS_RIGHTS));
    apply(&mut s, &PBS_RIGHTS, held(), Epoch(321));
    tell_groups(&mut s, vec![group("100", 300, 1)], 322);
    apply(&mut s, &whole, Ok(Reading::Copies(vec![copies("100", &[300])])), Epoch(3700));
    let part = of_main(&s).copies.values().next().unwrap();
    assert_eq!((part.known().unwrap().len(), part.seen), (1, Some(Epoch(3700))));
    assert!(s.pbs().unwrap().rights.tried.is_some(), "nothing more is asked");
}
