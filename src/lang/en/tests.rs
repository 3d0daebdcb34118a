//! Sentences that were read by eye.

use jiff::tz::TimeZone;

use super::English;
use crate::fleet::code::Code;
use crate::fleet::link::Layer;
use crate::fleet::part::CauseKind;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity};
use crate::lang::{Measures, Sentences, When};

/// 22 November 2026, 12:04 UTC.
const NOW: Epoch = Epoch(1_795_349_040);

fn problem(code: Code, facts: Facts, detail: Option<&str>) -> Problem {
    Problem {
        code,
        severity: Severity::Critical,
        site: Some("helsinki".into()),
        source: Some("fi".into()),
        subject: Subject::guest(&"fi".into(), 104),
        detail: detail.map(Into::into),
        facts,
        since: None,
        evidence: Vec::new(),
        accepted: None,
    }
}

fn full() -> Facts {
    Facts {
        age: Some(26 * 3600),
        value: Some(0.96),
        limit: Some(0.95),
        due: Some(NOW.minus(10 * 3600 + 240)),
        newest: Some(NOW.minus(26 * 3600)),
        at: Some(NOW.plus(9 * 86400)),
        count: Some(3),
        text: Some("no space left".into()),
        names: vec!["scsi1".into(), "scsi2".into()],
        other: Some("fi1".into()),
        layer: Some(Layer::Route),
        cause: Some(CauseKind::Unauthorized),
        flag: Some(true),
        strangers: Vec::new(),
    }
}

fn short(code: Code, facts: Facts, detail: Option<&str>) -> String {
    let zone = TimeZone::UTC;
    English.short(&problem(code, facts, detail), &When { now: NOW, zone: &zone })
}

#[test]
fn the_answer_comes_in_words() {
    for (code, facts, detail, expected) in [
        (
            Code::BackupLate,
            Facts {
                due: Some(NOW.minus(10 * 3600 + 240)),
                newest: Some(NOW.minus(26 * 3600)),
                ..Facts::default()
            },
            None,
            "backup late: due 02:00, newest copy 26h old",
        ),
        (
            Code::SourceUnreachable,
            Facts { newest: Some(NOW.minus(7300)), layer: Some(Layer::Route), ..Facts::default() },
            Some("route"),
            "not seen for 2h: no route to host",
        ),
        (
            Code::DatastoreFilling,
            Facts { at: Some(NOW.plus(12 * 86400)), ..Facts::default() },
            None,
            "full in 12d at this rate",
        ),
        (
            Code::NodeService,
            Facts { text: Some("inactive".into()), ..Facts::default() },
            Some("pvescheduler"),
            "pvescheduler inactive",
        ),
        (
            Code::NodeRootfs,
            Facts { value: Some(0.899), limit: Some(0.85), ..Facts::default() },
            None,
            "root file system at 89%, limit 85%",
        ),
        (
            Code::SourceClockSkew,
            Facts { value: Some(-75.0), limit: Some(60.0), ..Facts::default() },
            None,
            "clock is 1m15s behind",
        ),
        (
            Code::BackupJob,
            Facts { other: Some("pbs".into()), flag: Some(false), ..Facts::default() },
            Some("storage"),
            "its storage pbs is switched off",
        ),
    ] {
        assert_eq!(short(code, facts, detail), expected);
    }
}

#[test]
fn times_name_the_day_when_it_is_not_today() {
    let zone = TimeZone::get("Europe/Helsinki").expect("known");
    let when = When { now: NOW, zone: &zone };
    for (at, moment) in [
        (NOW, "14:04"),
        (NOW.minus(15 * 3600), "21 Nov 23:04"),
        (NOW.minus(400 * 86400), "18 Oct 2025"),
        (Epoch(i64::MAX), "beyond 9999"),
    ] {
        assert_eq!(English.moment(at, &when), moment);
    }
}

#[test]
fn a_job_without_a_storage_says_what_is_not_known_and_what_to_do() {
    let mut of_job = problem(Code::BackupJob, full(), Some("unnamed"));
    of_job.subject = Subject::BackupJob("fi".into(), "nightly".into());
    let zone = TimeZone::UTC;
    let said = English.short(&of_job, &When { now: NOW, zone: &zone });
    assert_eq!(said, "names no storage: where its copies go was not read");
    let next = English.next(&of_job);
    assert_eq!(next[0], "Datacenter, Backup: choose a storage in job nightly");
}
