//! What views list, what filters look at, how columns sort: by example.

use std::sync::Arc;

use super::members::members;
use super::samples::{NOW, guest, judged, problem};
use super::{Column, Filter, Item, ProblemId, RowId, Section, Sort, Tab, View};
use crate::fleet::code::Code;
use crate::fleet::host::Usage;
use crate::fleet::id::{BackupType, Product};
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
fn everything() -> Judged {
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
    let mut lines = Vec::new();
    for (section, rows) in members(view, judged, &crate::state::Outlook::default()) {
        for row in rows {
            let item = row.item(judged).expect("a row of this judgement");
            let id = match item.id() {
                RowId::Site(name) => format!("site/{name}"),
                RowId::Subject(subject) => subject.to_string(),
                RowId::Problem(ProblemId { code, subject, .. }) => format!("{code} {subject}"),
                RowId::Loss(loss) => format!("{loss:?}"),
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
fn words_must_all_occur_and_unwanted_ones_must_not() {
    for (text, row, passes) in [
        ("", "anything", true),
        ("!", "anything", true),
        ("a b", "a\nb", true),
        ("a c", "a\nb", false),
        ("a !b", "a\nb", false),
        ("A !C", "a\nb", true),
        ("ÉTÉ", "été", true),
    ] {
        assert_eq!(Filter::new(text).passes(row), passes, "{text:?} on {row:?}");
    }
}

#[test]
fn a_filter_sees_tags_numbers_and_places() {
    use crate::fleet::pve::cluster::Resources;
    use crate::fleet::survey::{Body, Survey};

    let mut survey = Survey::new("fi".into(), Product::Pve, &[]);
    if let Body::Pve(pve) = &mut survey.body {
        let known = crate::fleet::pve::cluster::Guest {
            vmid: 1,
            kind: crate::fleet::id::GuestKind::Qemu,
            node: "fi1".into(),
            name: Some("One".into()),
            state: "running".into(),
            template: false,
            uptime: None,
            cpu: None,
            cpus: None,
            memory: None,
            disk: None,
            pool: None,
            ha: None,
            lock: None,
            tags: vec!["Prod".into()],
        };
        let seen = Resources { nodes: vec![], guests: vec![known], storages: vec![] };
        pve.resources = pve.resources.answered(seen, NOW);
    }
    let facts = crate::fleet::policy::SiteFacts {
        name: "helsinki".into(),
        place: None,
        contact: None,
        keys: None,
        timezone: jiff::tz::TimeZone::UTC,
        policy: crate::fleet::policy::Policy::default(),
        sources: vec![crate::fleet::policy::SourceFacts {
            name: "fi".into(),
            product: Product::Pve,
            endpoints: Vec::new(),
            fingerprints: Vec::new(),
            planned_off: Vec::new(),
        }],
    };
    let mut fleet = crate::fleet::site::Fleet::new([facts], Vec::new());
    assert!(fleet.take(Arc::new(survey)));
    let all = everything();
    let text = |row: super::Row| super::filter::haystack(&row.item(&all).unwrap(), &all, &fleet);
    for word in ["helsinki", "fi1", "one", "running", "prod"] {
        assert!(Filter::new(word).passes(&text(super::Row::Guest(0, 0))), "{word}");
        let job = text(super::Row::Replication(0, 0, 0));
        assert!(Filter::new(&format!("{word} fi2 1-0")).passes(&job), "{word}");
    }
    assert!(!Filter::new("prod").passes(&text(super::Row::Guest(0, 1))));
    let late = text(super::Row::Problem(0));
    assert!(Filter::new("backup.late helsinki guest/fi/2").passes(&late));
}

/// The subjects of rows sorted by a column.
fn sorted(all: &Judged, tab: Tab, section: Section, column: Column, reversed: bool) -> Vec<String> {
    let view = View::Tab(tab);
    let (_, rows) = members(&view, all, &crate::state::Outlook::default())
        .into_iter()
        .find(|(s, _)| *s == section)
        .unwrap();
    let mut items: Vec<(u32, Item<'_>)> =
        (0..).zip(rows.iter().map(|row| row.item(all).unwrap())).collect();
    Sort { column: Some(column), reversed }.apply(section, &mut items);
    items.iter().map(|(_, item)| item.subject().unwrap().to_string()).collect()
}

#[test]
fn columns_sort_worst_first_and_leave_what_has_no_value_last() {
    let mut rows: Vec<_> = [(1, "pve10"), (2, "pve9"), (3, "Pve9")]
        .map(|(id, name)| guest(id, name, Verdict::Ok))
        .into();
    rows[0].backup.age = Some(5);
    rows[1].backup.age = None;
    rows[2].backup.verdict = None;
    rows[0].cpu = Some(0.0);
    rows[2].cpu = Some(0.5);
    rows[1].verdict = Verdict::Unknown;
    let all = judged(rows, vec![]);
    let guests = |column, reversed| {
        sorted(&all, Tab::Guests, Section::Guests, column, reversed)
            .iter()
            .map(|s| s.rsplit('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(guests(Column::Name, false), "2 3 1", "as numbers, whatever the case");
    assert_eq!(guests(Column::Cpu, false), "3 1 2");
    assert_eq!(guests(Column::Cpu, true), "1 3 2", "unknown stays last");
    assert_eq!(guests(Column::Copy, false), "2 1 3", "no copy at all is the worst");
    assert_eq!(guests(Column::Verdict, false), "2 1 3");
    assert_eq!(guests(Column::Code, false), "1 2 3", "no such column here");
    let all = everything();
    let jobs = sorted(&all, Tab::Replication, Section::Replication, Column::Replica, false);
    assert_eq!(jobs, ["job/fi/1-1", "job/fi/1-0"], "never replicated comes first");
}
