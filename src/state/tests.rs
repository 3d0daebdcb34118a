//! What views list, what filters look at, how columns sort: by example.

use std::sync::Arc;

use super::members::members;
use super::order::Known;
use super::samples::{NOW, guest, judged, problem};
use super::{Index, Matrix, Outlook, ProblemId, RowId, Tab, View};
use crate::fleet::code::Code;
use crate::fleet::host::Usage;
use crate::fleet::id::{BackupType, Product};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::judge::rows::{
    BackupJobRow, DatastoreRow, GroupRow, ReplicationRow, SourceRow, SourceState, StorageRow,
};
use crate::judge::{Judged, Severity, Verdict};

fn replication(id: &str, vmid: u32, age: Option<i64>) -> ReplicationRow {
    ReplicationRow {
        source: "fi".into(),
        id: id.into(),
        guest: vmid,
        source_node: None,
        target: "fi2".into(),
        schedule: "*/15".into(),
        disabled: false,
        last_sync: None,
        age,
        due: None,
        next: None,
        duration: None,
        fail_count: None,
        error: None,
        running: false,
        seen: Some(NOW),
        verdict: Verdict::Ok,
        because: None,
    }
}

fn storage(name: &str, node: Option<&str>) -> StorageRow {
    StorageRow {
        source: "fi".into(),
        name: name.into(),
        node: node.map(Into::into),
        kind: "zfspool".into(),
        usage: Some(Usage { used: 1, total: 4 }),
        available: Some(true),
        seen: Some(NOW),
        verdict: Verdict::Ok,
        because: None,
    }
}

/// `helsinki` with everything in it, and nothing of it at `home` but a name.
pub(super) fn everything() -> Judged {
    let mut first = guest(1, "one", Verdict::Ok);
    first.replication.jobs = vec![replication("1-0", 1, Some(60)), replication("1-1", 1, None)];
    let mut second = guest(2, "two", Verdict::Critical);
    second.node = "fi2".into();
    let mut template = guest(9, "template", Verdict::Ok);
    template.template = true;
    let late = problem(Code::BackupLate, Severity::Critical, 2);
    let mut second_late = late.clone();
    second_late.code = Code::BackupFailed;
    let mut all = Judged::clone(&judged(vec![first, second, template], vec![late, second_late]));
    all.notices = vec![problem(Code::BackupOrphan, Severity::Notice, 1)];
    let site = &mut all.sites[0];
    site.sources = vec![SourceRow {
        name: "fi".into(),
        product: Product::Pve,
        verdict: Verdict::Ok,
        state: SourceState::Fresh,
        complete: true,
        seen: Some(NOW),
        endpoint: None,
        version: None,
        clock_offset: None,
        error: None,
        missing_privileges: Vec::new(),
    }];
    site.storages = vec![storage("local", Some("fi1")), storage("nfs", None)];
    site.datastores = vec![DatastoreRow {
        source: "pbs".into(),
        name: "main".into(),
        usage: None,
        full_at: None,
        counts: None,
        newest: None,
        jobs: Vec::new(),
        writers: Vec::new(),
        carried: Vec::new(),
        seen: None,
        verdict: Verdict::Unknown,
        because: None,
    }];
    site.backup_jobs = vec![BackupJobRow {
        source: "fi".into(),
        id: "nightly".into(),
        enabled: true,
        schedule: None,
        storage: None,
        node: None,
        comment: None,
        covers: Some(vec![2]),
        due: None,
        next: None,
        last: None,
        runs: Vec::new(),
        verdict: Verdict::Ok,
        because: None,
    }];
    let group = |store: &str| GroupRow {
        source: "pbs".into(),
        store: store.into(),
        ns: "".into(),
        kind: BackupType::Vm,
        id: "77".into(),
        owner: None,
        newest: None,
        count: 1,
        of: crate::judge::rows::Ownership::Orphan,
    };
    site.groups = vec![group("main"), group("other")];
    let mut home = all.sites[0].clone();
    home.name = "home".into();
    home.verdict = Verdict::Ok;
    home.guests.clear();
    home.sources.clear();
    home.storages.clear();
    home.datastores.clear();
    home.backup_jobs.clear();
    home.groups.clear();
    all.sites.push(home);
    all
}

/// What a view lists, sections without rows left out.
fn listed(view: &View, judged: &Judged) -> Vec<String> {
    listed_in(view, judged, false)
}

/// The same in a window that is tall or not.
fn listed_in(view: &View, judged: &Judged, tall: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let whole = Arc::new(judged.clone());
    let fleet = Fleet::new([], Vec::new());
    let known = Known {
        judged: &whole,
        fleet: &fleet,
        index: &Index::new(&whole, &fleet),
        causes: &super::Causes::default(),
        alike: &super::Alike::default(),
        outlook: &Outlook::default(),
        matrix: &Matrix::default(),
        zone: &jiff::tz::TimeZone::UTC,
    };
    for (section, rows) in members(view, &known, tall) {
        for row in rows {
            let item = row.item(judged).expect("a row of this judgement");
            let id = match item.id() {
                RowId::Site(name) => format!("site/{name}"),
                RowId::Subject(subject) => subject.to_string(),
                RowId::Problem(ProblemId { code, subject, .. }) => format!("{code} {subject}"),
                RowId::Loss(loss) => format!("{loss:?}"),
                RowId::Alike(id) => format!("many {}", id.code),
                RowId::Story(story) => format!("{:?}", story.deed),
            };
            lines.push(format!("{section:?}: {id}"));
        }
    }
    lines
}

#[test]
fn each_view_lists_what_belongs_there() {
    let all = everything();
    let subject = |subject: Subject| View::Subject(subject);
    let late = ProblemId::of(&all.problems[0]);
    let cases: [(View, &[&str]); 12] = [
        (
            View::Tab(Tab::Fleet),
            &[
                "Sites: site/helsinki",
                "Sites: site/home",
                "Problems: backup.late guest/fi/2",
                "Problems: backup.failed guest/fi/2",
            ],
        ),
        (
            View::Tab(Tab::Problems),
            &[
                "Problems: backup.late guest/fi/2",
                "Problems: backup.failed guest/fi/2",
                "Notices: backup.orphan guest/fi/1",
            ],
        ),
        (
            View::Tab(Tab::Backups),
            &[
                "Datastores: datastore/pbs/main",
                "BackupJobs: backup-job/fi/nightly",
                "Copies: guest/fi/1",
                "Copies: guest/fi/2",
                // A template, but one that a job covers.
                "Copies: guest/fi/9",
                "Groups: group/pbs/main/vm/77",
                "Groups: group/pbs/other/vm/77",
            ],
        ),
        (View::Tab(Tab::Replication), &["Replication: job/fi/1-0", "Replication: job/fi/1-1"]),
        (View::Site("home".into()), &[]),
        (
            subject(Subject::Node("fi".into(), "fi1".into())),
            &["Storages: storage/fi/fi1/local", "Guests: guest/fi/1", "Guests: guest/fi/9"],
        ),
        (
            subject(Subject::guest(&"fi".into(), 1)),
            &[
                "Notices: backup.orphan guest/fi/1",
                "Replication: job/fi/1-0",
                "Replication: job/fi/1-1",
            ],
        ),
        (subject(Subject::BackupJob("fi".into(), "nightly".into())), &["Guests: guest/fi/2"]),
        (subject(Subject::Replication("fi".into(), "1-1".into())), &["Guests: guest/fi/1"]),
        (
            subject(Subject::Datastore("pbs".into(), "main".into())),
            &["Groups: group/pbs/main/vm/77"],
        ),
        (subject(Subject::Source("pbs".into())), &["Datastores: datastore/pbs/main"]),
        (
            // The problem itself is explained above; the other one of its guest is listed.
            View::Problem(late),
            &["Problems: backup.failed guest/fi/2", "BackupJobs: backup-job/fi/nightly"],
        ),
    ];
    for (view, expected) in cases {
        assert_eq!(listed(&view, &all), expected, "{view:?}");
    }
    // A tall window has room for more than sites and problems.
    let fleet = View::Tab(Tab::Fleet);
    let more = [
        "Worst: guest/fi/2",
        "BackupJobs: backup-job/fi/nightly",
        "Datastores: datastore/pbs/main",
    ];
    let tall = listed_in(&fleet, &all, true);
    assert_eq!(tall.strip_prefix(listed(&fleet, &all).as_slice()).unwrap(), more);
    let site = listed(&View::Site("helsinki".into()), &all);
    assert_eq!(site.len(), 2 + 1 + 1 + 1 + 2 + 1 + 3, "{site:?}");
}

#[test]
fn no_row_is_listed_twice_in_a_view() {
    let all = everything();
    for tab in Tab::ALL {
        let mut rows = listed(&View::Tab(tab), &all);
        let count = rows.len();
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), count, "{tab:?}");
    }
}

#[test]
fn of_equals_what_may_explain_others_is_listed_first() {
    let wrong = |code, severity, subject: Subject| crate::judge::Problem {
        subject,
        ..problem(code, severity, 1)
    };
    let job = Subject::Replication("fi".into(), "1-0".into());
    let node = Subject::Node("fi".into(), "fi2".into());
    let all = judged(
        vec![],
        vec![
            wrong(Code::ReplicationTargetOffline, Severity::Critical, job),
            wrong(Code::NodeOffline, Severity::Critical, node.clone()),
            wrong(Code::BackupLate, Severity::Warning, Subject::guest(&"fi".into(), 1)),
            wrong(Code::NodeMemory, Severity::Warning, node),
        ],
    );
    let listed = listed(&View::Tab(Tab::Problems), &all);
    assert_eq!(
        listed,
        [
            "Problems: node.offline node/fi/fi2",
            "Problems: replication.target-offline job/fi/1-0",
            "Problems: node.memory node/fi/fi2",
            "Problems: backup.late guest/fi/1",
        ]
    );
}
