use super::{Request, read, refusal};
use crate::fleet::host::Version;
use crate::fleet::id::{BackupType, GuestKind, Product};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::look::{Ask, Frame, Look};
use crate::fleet::part::Outcome;
use crate::fleet::time::Epoch;
use crate::poll::call::{Call, PbsCall, PveCall, Reading};
use crate::poll::source::Hints;
use crate::proxmox::error::{Fault, Stage};

const NOW: Epoch = Epoch(1_800_000_000);

fn sent(call: &Call, version: Option<(u32, u32)>) -> String {
    let version = version.map(|(major, minor)| Version { text: "".into(), major, minor, patch: 0 });
    let hints = Hints { version, clock_offset: 100, patience: None };
    let product = match call {
        Call::Pbs(_) => Product::Pbs,
        Call::Pve(_) | Call::Look(_) => Product::Pve,
    };
    let Request { path, query, .. } = Request::of(call, &hints, product, NOW);
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

#[test]
fn each_call_is_sent_as_the_server_expects_it() {
    let pve = |call| sent(&Call::Pve(call), None);
    assert_eq!(pve(PveCall::Resources), "/cluster/resources");
    // Their clock is 100 s ahead of ours.
    assert_eq!(
        pve(PveCall::NodeVzdumps("fi1".into())),
        "/nodes/fi1/tasks?typefilter=vzdump&source=all&since=1796976100&limit=5000"
    );
    assert_eq!(pve(PveCall::Config(101, GuestKind::Lxc, "a".into())), "/nodes/a/lxc/101/config");
    assert_eq!(
        pve(PveCall::Log("a".into(), "UPID:a:1:vzdump::r@pam:".into())),
        "/nodes/a/tasks/UPID%3Aa%3A1%3Avzdump%3A%3Ar%40pam%3A/log?limit=1000000"
    );
    let files = PveCall::Files { storage: "nas/x".into(), node: "a".into(), shared: true };
    assert_eq!(pve(files), "/nodes/a/storage/nas%2Fx/prunebackups?prune-backups=keep-all=1");
    let defaults = |storage: &str| pve(PveCall::Defaults("a".into(), storage.into()));
    assert_eq!(defaults(""), "/nodes/a/vzdump/defaults");
    assert_eq!(defaults("nas"), "/nodes/a/vzdump/defaults?storage=nas");
}

#[test]
fn what_is_looked_at_is_asked_as_each_product_counts() {
    let request = |look: Look, skip, product| {
        let call = Call::Look(Ask { look, skip });
        let Request { path, query, .. } = Request::of(&call, &Hints::default(), product, NOW);
        let query: Vec<String> = query.iter().map(|(n, v)| format!("{n}={v}")).collect();
        format!("{path}?{}", query.join("&"))
    };
    let log = |node: &str, upid: &str| Look::TaskLog {
        source: "x".into(),
        node: node.into(),
        upid: upid.into(),
    };
    assert_eq!(
        request(log("a", "UPID:a:1:x:"), 7, Product::Pve),
        "/nodes/a/tasks/UPID%3Aa%3A1%3Ax%3A/log?start=7&limit=5000"
    );
    assert_eq!(
        request(log("localhost", "UPID:m\\x3av"), 7, Product::Pbs),
        "/nodes/localhost/tasks/UPID%3Am%5Cx3av/log?start=8&limit=5000"
    );
    let look = Look::ReplicationLog { source: "x".into(), node: "a".into(), job: "101-0".into() };
    assert_eq!(request(look, 0, Product::Pve), "/nodes/a/replication/101-0/log?start=0&limit=5000");
    let look = |frame| Look::GuestHistory {
        source: "x".into(),
        node: "a".into(),
        kind: GuestKind::Lxc,
        vmid: 101,
        frame,
    };
    assert_eq!(
        request(look(Frame::Day), 0, Product::Pve),
        "/nodes/a/lxc/101/rrddata?timeframe=day&cf=AVERAGE"
    );
    let look = Look::StoreHistory { source: "x".into(), store: "main".into(), frame: Frame::Month };
    assert_eq!(
        request(look, 0, Product::Pbs),
        "/admin/datastore/main/rrd?timeframe=month&cf=AVERAGE"
    );
    let look = |node: &str| Look::NodeHistory {
        source: "x".into(),
        node: node.into(),
        frame: Frame::Hour,
    };
    assert_eq!(
        request(look("localhost"), 0, Product::Pbs),
        "/nodes/localhost/rrd?timeframe=hour&cf=AVERAGE"
    );
}

#[test]
fn a_pbs_is_asked_only_what_its_version_understands() {
    let sync = || Call::Pbs(PbsCall::Sync);
    assert_eq!(sent(&sync(), Some((3, 2))), "/admin/sync");
    assert_eq!(sent(&sync(), None), "/admin/sync");
    assert_eq!(sent(&sync(), Some((3, 3))), "/admin/sync?sync-direction=all");
    assert_eq!(sent(&sync(), Some((4, 0))), "/admin/sync?sync-direction=all");
    let groups = |ns: &str| Call::Pbs(PbsCall::Groups("main".into(), ns.into()));
    assert_eq!(sent(&groups(""), None), "/admin/datastore/main/groups");
    assert_eq!(sent(&groups("a/b"), None), "/admin/datastore/main/groups?ns=a/b");
    let one = PbsCall::GroupCopies("m".into(), "a".into(), BackupType::Ct, "7".into());
    assert_eq!(
        sent(&Call::Pbs(one), None),
        "/admin/datastore/m/snapshots?ns=a&backup-type=ct&backup-id=7"
    );
}

#[test]
fn an_answer_that_just_ends_was_cut_and_another_is_malformed() {
    let call = Call::Pve(PveCall::Version);
    let whole = br#"{"data":{"version":"9.1.7","release":"9.1"}}"#;
    assert!(matches!(read(&call, whole), Ok(Reading::Version(_))));
    for end in 1..whole.len() {
        assert_eq!(read(&call, &whole[..end]), Err(Fault::Cut), "{end}");
    }
    assert!(matches!(read(&call, b"<html>"), Err(Fault::Malformed(_))));
    assert!(matches!(read(&call, br#"{"data":[]}"#), Err(Fault::Malformed(_))));
}

#[test]
fn absence_is_knowledge_only_where_the_words_say_so() {
    let zfs = Call::Pve(PveCall::NodeZfs("a".into()));
    let fault = |code, text: &str| Fault::Status { code, text: text.into() };
    let answered = |call: &Call, fault: &Fault| refusal::answered(call, fault, Product::Pve);
    assert_eq!(answered(&zfs, &fault(500, "zfsutils-linux not installed")), Ok(Reading::Absent));
    assert!(matches!(answered(&zfs, &fault(500, "got timeout")), Err(Outcome::Failed(_))));
    let votes = Call::Pve(PveCall::Votes);
    assert_eq!(answered(&votes, &fault(424, "not in a cluster")), Ok(Reading::Absent));
    let status = Call::Pve(PveCall::Status);
    assert!(matches!(answered(&status, &fault(424, "")), Err(Outcome::Failed(_))));
    assert_eq!(answered(&votes, &fault(501, "")), Ok(Reading::Absent));
    // Every release knows whether it is a cluster.
    assert!(matches!(answered(&status, &fault(501, "")), Err(Outcome::Failed(_))));
}

#[test]
fn a_lone_call_that_hangs_says_nothing_of_its_endpoint() {
    let slow = Fault::Timeout { what: Stage::Answer };
    let contact = |call| refusal::contact(&Call::Pve(call), &slow, Product::Pve);
    assert_eq!(contact(PveCall::NodeDisks("a".into())), None);
    assert!(matches!(contact(PveCall::Resources), Some(Contact::Unreachable(Layer::Timeout, _))));
}
