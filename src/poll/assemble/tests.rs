#![expect(clippy::unnecessary_wraps, reason = "answers are built in the shape that is applied")]

mod doubt;
mod files;
mod forms;
mod ha;
mod remembered;
mod replicas;

use std::sync::Arc;

use proptest::prelude::*;

use super::{Answered, Attempt, apply, attempt};
use crate::fleet::id::{BackupType, GuestKind, Product};
use crate::fleet::link::{Contact, Layer, PeerCertificate};
use crate::fleet::part::{Cause, CauseKind, Outcome, PartState};
use crate::fleet::pbs::copies::{Group, GroupCopies, Snapshot, Verification};
use crate::fleet::pbs::datastore::DatastoreInfo;
use crate::fleet::pbs::small::Size;
use crate::fleet::pve::cluster::{ClusterStatus, Guest, Member, Resources};
use crate::fleet::rights::Rights;
use crate::fleet::survey::Survey;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;
use crate::poll::call::{Call, PbsCall, PveCall, Reading};
use crate::poll::plan::{Pace, plan};

fn survey(product: Product) -> Survey {
    Survey::new("s".into(), product, &["one:1".into(), "two:2".into()])
}

fn guest(vmid: u32, state: &str) -> Guest {
    Guest {
        vmid,
        kind: GuestKind::Lxc,
        node: "a".into(),
        name: Some(format!("g{vmid}").into()),
        state: state.into(),
        template: false,
        uptime: None,
        cpu: None,
        cpus: None,
        memory: None,
        disk: None,
        pool: None,
        ha: None,
        lock: None,
        tags: Vec::new(),
    }
}

fn resources(guests: Vec<Guest>) -> Answered {
    Ok(Reading::Resources(Resources { nodes: Vec::new(), guests, storages: Vec::new() }))
}

fn rights(entries: &[(&str, &[&str])]) -> Answered {
    Ok(Reading::Rights(Rights {
        paths: entries
            .iter()
            .map(|(path, all)| ((*path).into(), all.iter().map(|p| ((*p).into(), true)).collect()))
            .collect(),
    }))
}

fn all_rights() -> Answered {
    rights(&[("/", &["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"])])
}

const RESOURCES: Call = Call::Pve(PveCall::Resources);
const RIGHTS: Call = Call::Pve(PveCall::Rights);

#[test]
fn an_emptied_list_is_not_believed_before_the_rights_were_read_again() {
    let mut s = survey(Product::Pve);
    apply(&mut s, &RIGHTS, all_rights(), Epoch(0));
    apply(&mut s, &RESOURCES, resources(vec![guest(100, "running")]), Epoch(1));
    apply(&mut s, &RESOURCES, resources(Vec::new()), Epoch(1000));
    let pve = s.pve().unwrap();
    assert_eq!(pve.resources.known().unwrap().guests.len(), 1, "what was known stays");
    assert_eq!(pve.resources.state(Epoch(1000)), PartState::Denied);
    let due = plan(&s, Pace::Live { slack: 0 }, Epoch(1000));
    assert!(due.contains(&RIGHTS), "the rights are looked at at once");
    // The rights are there: the guests are really gone.
    apply(&mut s, &RIGHTS, all_rights(), Epoch(1001));
    apply(&mut s, &RESOURCES, resources(Vec::new()), Epoch(1015));
    assert_eq!(s.pve().unwrap().resources.known().unwrap().guests.len(), 0);
    assert_eq!(s.pve().unwrap().resources.state(Epoch(1015)), PartState::Fresh);
}

#[test]
fn an_emptied_list_without_rights_keeps_what_was_known() {
    let mut s = survey(Product::Pve);
    apply(&mut s, &RIGHTS, all_rights(), Epoch(0));
    apply(&mut s, &RESOURCES, resources(vec![guest(100, "running")]), Epoch(1));
    apply(&mut s, &RIGHTS, rights(&[]), Epoch(999));
    apply(&mut s, &RESOURCES, resources(Vec::new()), Epoch(1000));
    let pve = s.pve().unwrap();
    assert_eq!(pve.resources.known().unwrap().guests.len(), 1);
    assert_eq!(pve.resources.seen, Some(Epoch(1)), "with its age");
}

#[test]
fn watching_tells_since_when() {
    let mut s = survey(Product::Pve);
    apply(&mut s, &RIGHTS, all_rights(), Epoch(0));
    apply(&mut s, &RESOURCES, resources(vec![guest(100, "running")]), Epoch(1));
    let mut locked = guest(100, "stopped");
    locked.lock = Some("backup".into());
    locked.name = None;
    apply(&mut s, &RESOURCES, resources(vec![locked.clone(), guest(101, "running")]), Epoch(16));
    apply(&mut s, &RESOURCES, resources(vec![locked, guest(101, "running")]), Epoch(31));
    let seen = &s.pve().unwrap().sightings.guests;
    let old = &seen[&100];
    assert_eq!((old.first, old.arrived), (Epoch(1), false), "it may be older than our watch");
    assert_eq!(old.name.as_deref(), Some("g100"), "a name once known is not forgotten");
    assert_eq!((&*old.state, old.state_since), ("stopped", Epoch(16)));
    assert_eq!(old.lock, Some(("backup".into(), Epoch(16))));
    assert_eq!((seen[&101].first, seen[&101].arrived), (Epoch(1), true));
}

fn task(kind: &str, upid: &str, start: i64, end: Option<i64>, id: Option<&str>) -> Task {
    Task {
        upid: upid.into(),
        node: "a".into(),
        kind: kind.into(),
        id: id.map(Into::into),
        user: "root@pam".into(),
        start: Epoch(start),
        end: end.map(Epoch),
        result: end.map(|_| TaskResult::Ok),
    }
}

fn online(nodes: &[(&str, bool)]) -> Answered {
    Ok(Reading::ClusterStatus(ClusterStatus {
        name: Some("c".into()),
        quorate: Some(true),
        members: nodes
            .iter()
            .map(|(node, online)| Member {
                node: (*node).into(),
                nodeid: None,
                online: *online,
                local: false,
                address: None,
            })
            .collect(),
    }))
}

#[test]
fn a_node_that_is_offline_is_not_asked_and_keeps_what_it_said() {
    let mut s = survey(Product::Pve);
    let status = Call::Pve(PveCall::Status);
    apply(&mut s, &status, online(&[("a", true), ("b", true)]), Epoch(0));
    let time = Call::Pve(PveCall::NodeTime("b".into()));
    apply(&mut s, &time, Ok(Reading::Zone("Europe/Helsinki".into())), Epoch(1));
    apply(&mut s, &status, online(&[("a", true), ("b", false)]), Epoch(10_000));
    let due = plan(&s, Pace::Live { slack: 0 }, Epoch(10_000));
    let of_b = |call: &&Call| matches!(call, Call::Pve(PveCall::NodeTime(n) | PveCall::NodeStatus(n)) if n.as_str() == "b");
    assert_eq!(due.iter().filter(of_b).count(), 0);
    let kept = &s.pve().unwrap().nodes.iter().find(|(n, _)| n.as_str() == "b").unwrap().1;
    assert_eq!(kept.timezone.known().map(Zone::name), Some("Europe/Helsinki"));
    let parts = s.parts(Epoch(10_000));
    assert!(parts.iter().all(|p| !p.required || !p.call.starts_with("/nodes/b/")));
}

#[test]
fn the_end_of_a_vzdump_makes_its_node_due() {
    let mut s = survey(Product::Pve);
    let (status, tasks) = (Call::Pve(PveCall::Status), Call::Pve(PveCall::Tasks));
    let vzdumps = Call::Pve(PveCall::NodeVzdumps("a".into()));
    apply(&mut s, &status, online(&[("a", true)]), Epoch(0));
    apply(&mut s, &vzdumps, Ok(Reading::Tasks(Vec::new())), Epoch(1));
    let running = task("vzdump", "U1", 5, None, None);
    apply(&mut s, &tasks, Ok(Reading::Tasks(vec![running])), Epoch(6));
    assert!(!plan(&s, Pace::Live { slack: 0 }, Epoch(6)).contains(&vzdumps));
    let done = task("vzdump", "U1", 5, Some(15), None);
    apply(&mut s, &tasks, Ok(Reading::Tasks(vec![done])), Epoch(21));
    assert!(plan(&s, Pace::Live { slack: 0 }, Epoch(21)).contains(&vzdumps));
}

fn copies(id: &str, times: &[i64]) -> GroupCopies {
    GroupCopies {
        snapshots: times
            .iter()
            .map(|t| Snapshot {
                time: Epoch(*t),
                size: Some(Size::of(1)),
                verification: Verification::None,
                protected: false,
                encrypted: false,
            })
            .collect(),
        ..GroupCopies::none(BackupType::Vm, id.into())
    }
}

fn group(id: &str, last: i64, count: u32) -> Group {
    Group {
        kind: BackupType::Vm,
        id: id.into(),
        last_backup: Some(Epoch(last)),
        count,
        owner: None,
        comment: None,
    }
}

/// A PBS with one datastore, its root namespace listed at 10.
fn backup_server() -> Survey {
    let mut s = survey(Product::Pbs);
    let info = DatastoreInfo { name: "main".into(), comment: None, maintenance: None, mount: None };
    let mut tell = |call: PbsCall, reading: Reading, at: i64| {
        apply(&mut s, &Call::Pbs(call), Ok(reading), Epoch(at));
    };
    tell(PbsCall::Datastores, Reading::Datastores(vec![info]), 1);
    tell(PbsCall::Namespaces("main".into()), Reading::Absent, 2);
    let listed = vec![copies("101", &[200, 100]), copies("100", &[300])];
    tell(PbsCall::Copies("main".into(), "".into()), Reading::Copies(listed), 10);
    s
}

fn tell_groups(s: &mut Survey, groups: Vec<Group>, at: i64) {
    let call = Call::Pbs(PbsCall::Groups("main".into(), "".into()));
    apply(s, &call, Ok(Reading::Groups(groups)), Epoch(at));
}

fn due_groups(s: &Survey, at: i64) -> Vec<Arc<str>> {
    plan(s, Pace::Live { slack: 0 }, Epoch(at))
        .into_iter()
        .filter_map(|call| match call {
            Call::Pbs(PbsCall::GroupCopies(_, _, _, id)) => Some(id),
            _ => None,
        })
        .collect()
}

#[test]
fn only_groups_that_changed_are_read_again_and_each_once() {
    let mut s = backup_server();
    tell_groups(&mut s, vec![group("100", 300, 1), group("101", 200, 2)], 20);
    assert!(due_groups(&s, 20).is_empty(), "nothing changed");
    tell_groups(&mut s, vec![group("100", 300, 1), group("101", 250, 3), group("9", 5, 1)], 320);
    let due: Vec<_> = due_groups(&s, 320);
    assert_eq!(due.iter().map(|id| &**id).collect::<Vec<_>>(), ["101", "9"]);
    for (id, reading) in [
        ("101", Reading::Copies(vec![copies("101", &[250, 200, 100])])),
        // It is gone again by the time it is looked at.
        ("9", Reading::Copies(Vec::new())),
    ] {
        let call = PbsCall::GroupCopies("main".into(), "".into(), BackupType::Vm, id.into());
        apply(&mut s, &Call::Pbs(call), Ok(reading), Epoch(321));
    }
    assert!(due_groups(&s, 321).is_empty(), "what was read after the list is newer than it");
    let part = s.pbs().unwrap().stores.values().next().unwrap().copies.values().next().unwrap();
    assert_eq!(part.seen, Some(Epoch(10)), "the whole listing keeps its time");
    let of_101 = part.known().unwrap().iter().find(|c| &*c.id == "101").unwrap();
    assert_eq!((of_101.seen, of_101.snapshots.len()), (Epoch(321), 3));
}

#[test]
fn many_changed_groups_are_read_with_one_call() {
    let mut s = backup_server();
    tell_groups(&mut s, (0..40).map(|i| group(&i.to_string(), 5, 1)).collect(), 320);
    assert!(due_groups(&s, 320).is_empty());
    let whole = Call::Pbs(PbsCall::Copies("main".into(), "".into()));
    assert!(plan(&s, Pace::Live { slack: 0 }, Epoch(320)).contains(&whole));
}

#[test]
fn the_end_of_a_verification_makes_its_snapshots_due() {
    let mut s = backup_server();
    let whole = Call::Pbs(PbsCall::Copies("main".into(), "".into()));
    let tasks = Call::Pbs(PbsCall::Tasks { since: Epoch(0) });
    let verify = |end| vec![task("verificationjob", "V", 30, end, Some("main:v-main"))];
    apply(&mut s, &tasks, Ok(Reading::Tasks(verify(None))), Epoch(40));
    assert!(!plan(&s, Pace::Live { slack: 0 }, Epoch(40)).contains(&whole));
    apply(&mut s, &tasks, Ok(Reading::Tasks(verify(Some(90)))), Epoch(100));
    assert!(plan(&s, Pace::Live { slack: 0 }, Epoch(100)).contains(&whole));
}

#[test]
fn tasks_are_merged_and_asked_from_the_oldest_that_runs() {
    let mut s = backup_server();
    let tasks = Call::Pbs(PbsCall::Tasks { since: Epoch(0) });
    let first = vec![task("backup", "A", 30, Some(35), None), task("backup", "B", 20, None, None)];
    apply(&mut s, &tasks, Ok(Reading::Tasks(first)), Epoch(40));
    let due = plan(&s, Pace::Live { slack: 0 }, Epoch(100));
    assert!(due.contains(&Call::Pbs(PbsCall::Tasks { since: Epoch(20) })), "{due:?}");
    let second = vec![task("backup", "B", 20, Some(99), None)];
    apply(&mut s, &tasks, Ok(Reading::Tasks(second)), Epoch(100));
    let known = s.pbs().unwrap().tasks.known().unwrap();
    assert_eq!(known.iter().map(|t| t.upid.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    assert!(known.iter().all(|t| !t.is_running()));
}

fn tried(endpoint: usize, contact: Contact) -> Attempt {
    Attempt { endpoint, contact, certificate: None, clock_offset: None, member: None }
}

#[test]
fn a_source_is_as_reachable_as_its_best_endpoint() {
    let refused = || Contact::Unreachable(Layer::Refused, "no".into());
    let mut s = survey(Product::Pve);
    attempt(&mut s.link, tried(0, refused()), Epoch(1));
    assert_eq!(s.link.contact, Contact::Untried, "the second was not tried yet");
    attempt(&mut s.link, tried(1, Contact::Fine), Epoch(2));
    assert_eq!((&s.link.contact, s.link.since), (&Contact::Fine, Some(Epoch(2))));
    attempt(&mut s.link, tried(1, Contact::Untrusted), Epoch(3));
    assert_eq!(s.link.contact, Contact::Untrusted, "what is there outweighs what is not");
    attempt(&mut s.link, tried(1, refused()), Epoch(4));
    assert_eq!((&s.link.contact, s.link.since), (&refused(), Some(Epoch(4))));
    attempt(&mut s.link, tried(0, refused()), Epoch(9));
    assert_eq!(s.link.since, Some(Epoch(4)), "since the state began, not since the last try");
}

#[test]
fn what_was_trusted_is_kept_while_another_certificate_is_shown() {
    let certificate =
        |byte: u8| Some(PeerCertificate { fingerprint: [byte; 32], ..PeerCertificate::default() });
    let shown = |byte: u8, contact: Contact| Attempt {
        certificate: certificate(byte),
        ..tried(0, contact)
    };
    let refused = || Contact::Unreachable(Layer::Refused, "no".into());
    let mut s = survey(Product::Pve);
    for (at, (byte, contact), trusted) in [
        (1, (1, Contact::Untrusted), None),
        (2, (1, Contact::Fine), Some(1)),
        (3, (2, Contact::Untrusted), Some(1)),
        // The client's last handshake was that of before.
        (4, (2, refused()), Some(1)),
        (5, (2, Contact::Fine), Some(2)),
    ] {
        attempt(&mut s.link, shown(byte, contact), Epoch(at));
        let endpoint = &s.link.endpoints[0];
        assert_eq!(endpoint.certificate, certificate(byte), "at {at}");
        assert_eq!(endpoint.trusted, trusted.and_then(certificate), "at {at}");
    }
}

proptest! {
    /// However calls fail, nothing known is lost.
    #[test]
    fn failures_never_erase(failures in proptest::collection::vec((0u8..6, 2i64..10_000), 0..20)) {
        let mut s = survey(Product::Pve);
        apply(&mut s, &RIGHTS, all_rights(), Epoch(0));
        apply(&mut s, &RESOURCES, resources(vec![guest(100, "running")]), Epoch(1));
        for (what, at) in failures {
            let outcome = match what {
                0 => Outcome::Denied("no".into()),
                1 => Outcome::Failed(Cause { kind: CauseKind::Status(595), text: "x".into() }),
                2 => Outcome::Failed(Cause { kind: CauseKind::Cut, text: "x".into() }),
                3 => Outcome::Failed(Cause { kind: CauseKind::Malformed, text: "x".into() }),
                4 => Outcome::Failed(Cause { kind: CauseKind::TooLarge, text: "x".into() }),
                _ => Outcome::Failed(Cause { kind: CauseKind::Timeout, text: "x".into() }),
            };
            apply(&mut s, &RESOURCES, Err(outcome), Epoch(at));
            let part = &s.pve().unwrap().resources;
            prop_assert_eq!(part.known().unwrap().guests.len(), 1);
            prop_assert_eq!(part.seen, Some(Epoch(1)));
            prop_assert!(part.state(Epoch(at)) != PartState::Fresh);
        }
    }
}
