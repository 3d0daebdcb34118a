//! What single cells say, where a wrong word would mislead.

use std::sync::Arc;

use super::super::sample::{Mood, NOW, fi, problem, state};
use super::{drawn, text};
use crate::fleet::code::Code;
use crate::fleet::host::Service;
use crate::fleet::pve::cluster::{ClusterStatus, Member};
use crate::fleet::subject::Subject;
use crate::fleet::survey::Body;
use crate::judge::problem::{Facts, Severity};
use crate::judge::{Judged, Verdict};
use crate::state::{State, Tab, View};
use crate::theme::GlyphSet;
use crate::update::{Event, update};

/// The frame of a state in its own size.
fn frame(state: &State) -> String {
    text(&drawn(state, state.size, GlyphSet::Full).0)
}

/// The line of a frame that holds this.
fn line(frame: &str, with: &str) -> String {
    let found = frame.lines().find(|line| line.contains(with));
    found.unwrap_or_else(|| panic!("no {with:?} in\n{frame}")).to_owned()
}

/// The state, judged a little differently.
fn judged(state: &mut State, change: impl FnOnce(&mut Judged)) {
    let mut judged = (*state.judged).clone();
    change(&mut judged);
    update(state, Event::Judged(Arc::new(judged)));
}

#[test]
fn a_word_about_the_last_run_is_not_taken_for_one_about_the_older_copy() {
    for (code, last, said) in [
        (Code::BackupFailed, Some(39), "39h run bad "),
        (Code::BackupVerifyFailed, Some(39), "39h new bad "),
        (Code::BackupLate, Some(39), "39h late "),
        (Code::BackupFailed, None, " – failed "),
        (Code::BackupVerifyFailed, None, " – damaged "),
    ] {
        for size in [(80, 24), (120, 40)] {
            let mut state = state(Mood::Healthy, size, View::Tab(Tab::Guests));
            judged(&mut state, |judged| {
                let row = &mut judged.sites[0].guests[0];
                row.verdict = Verdict::Critical;
                row.backup.verdict = Some(Verdict::Critical);
                row.backup.last = last.map(|hours| NOW.minus(hours * 3600));
                let subject = Subject::guest(&fi(), row.vmid);
                let facts = Facts::default();
                judged.problems =
                    vec![problem(code, Severity::Critical, "helsinki", subject, facts)];
            });
            let frame = frame(&state);
            let line = line(&frame, if size.0 > 80 { "101  C  dns " } else { "101 C dns " });
            assert!(line.contains(said), "{said:?} in {line:?}");
        }
    }
}

#[test]
fn corosync_is_not_missed_on_a_host_without_a_cluster() {
    let node = View::Subject(Subject::Node(fi(), "fi2".into()));
    for (cluster, is_said) in [(None, true), (Some(Some("fi")), true), (Some(None), false)] {
        let mut state = state(Mood::Healthy, (80, 24), node.clone());
        let mut survey = (**state.fleet.survey(&fi()).unwrap()).clone();
        let Body::Pve(pve) = &mut survey.body else { panic!() };
        for parts in pve.nodes.values_mut() {
            let corosync = Service {
                name: "corosync".into(),
                state: "dead".into(),
                active: Some("inactive".into()),
                unit: Some("enabled".into()),
            };
            parts.services = parts.services.answered(vec![corosync], NOW.minus(4));
        }
        if let Some(name) = cluster {
            let member = Member {
                node: "fi2".into(),
                nodeid: Some(1),
                online: true,
                local: true,
                address: None,
            };
            let status = ClusterStatus {
                name: name.map(Into::into),
                quorate: name.map(|_| true),
                members: vec![member],
            };
            pve.status = pve.status.answered(status, NOW.minus(4));
        }
        state.fleet.take(Arc::new(survey));
        let frame = frame(&state);
        let services = frame.lines().skip_while(|l| !l.contains("SERVICES")).nth(1).unwrap();
        assert!(services.contains("0 running"), "{frame}");
        assert_eq!(services.contains("corosync dead"), is_said, "{cluster:?}\n{frame}");
    }
}

#[test]
fn a_backup_job_has_one_name() {
    let state = state(Mood::Healthy, (120, 40), View::Tab(Tab::Backups));
    let frame = frame(&state);
    assert_eq!(line(&frame, "02:00").matches("nightly, all guests").count(), 1, "{frame}");
    assert!(line(&frame, " 101  dns ").contains("nightly, all g"), "{frame}");
    assert!(!line(&frame, " 101  dns ").contains("backup-4f"), "{frame}");
}
