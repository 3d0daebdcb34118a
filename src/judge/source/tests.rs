//! Sources, judged by hand.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::link::{Contact, Layer, PeerCertificate};
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::fleet::pbs::datastore::Maintenance;
use crate::fleet::policy::Window;
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::judge::rows::SourceState;
use crate::judge::sample::{
    NOW, age, change, edit, edit_link, edit_pbs, edit_pve, edit_site, except, failure, guest_row,
    healthy, judged, node, noticed, rights, said, set, source_row, spelled,
};
use crate::judge::{Judged, Verdict};

fn unreachable() -> Contact {
    Contact::Unreachable(Layer::Refused, "connection refused".into())
}

fn window(fleet: &mut Fleet, site: &str, from: u16, to: u16) {
    edit_site(fleet, site, |s| s.sources[0].planned_off = vec![Window { from, to }]);
}

#[test]
fn every_state_has_its_one_problem() {
    let cause = Cause { kind: CauseKind::Status(500), text: "500".into() };
    let table = [
        (Contact::Untried, SourceState::Stale, "unknown source.stale source/fi"),
        (unreachable(), SourceState::Unreachable, "unknown source.unreachable source/fi refused"),
        (Contact::Untrusted, SourceState::Untrusted, "critical source.untrusted source/fi"),
        (Contact::Unauthorized, SourceState::Unauthorized, "unknown source.unauthorized source/fi"),
        (
            Contact::Malformed("html".into()),
            SourceState::Malformed,
            "unknown source.malformed source/fi",
        ),
        (Contact::Error(cause), SourceState::Error, "unknown source.error source/fi"),
    ];
    for (contact, state, problem) in table {
        let mut fleet = healthy();
        edit_link(&mut fleet, "fi", |l| l.contact = contact);
        let judged = judged(&fleet);
        assert_eq!(said(&judged), [problem], "one problem, whatever follows from it");
        let row = source_row(&judged, "fi");
        assert_eq!(row.state, state);
        assert!(!row.complete && row.verdict >= Verdict::Unknown);
        for row in &judged.sites[0].guests {
            assert_eq!((row.verdict, &*row.state), (Verdict::Unknown, "unknown"));
            assert_eq!(spelled(row.because.as_ref()), "source/fi");
        }
        let row = node(&judged, "fi", "fi1");
        assert_eq!((row.verdict, row.cpu), (Verdict::Unknown, None));
        assert_eq!(spelled(row.because.as_ref()), "source/fi");
    }
}

#[test]
fn a_source_that_was_never_asked_is_stale_and_unknown() {
    let mut fleet = healthy();
    edit(&mut fleet, "fi", |s| {
        *s = Survey::new(s.source.clone(), s.product(), &[Arc::from("fi1:8006")]);
    });
    let judged = judged(&fleet);
    assert_eq!(said(&judged), ["unknown source.stale source/fi"]);
    assert_eq!(judged.sites[0].verdict, Verdict::Unknown);
}

#[test]
fn a_round_older_than_three_fast_rounds_is_stale() {
    for (seconds, state) in [(45, SourceState::Fresh), (46, SourceState::Stale)] {
        let mut fleet = healthy();
        edit_link(&mut fleet, "fi", |l| l.round = Some(NOW.minus(seconds)));
        assert_eq!(source_row(&judged(&fleet), "fi").state, state, "{seconds} s");
    }
}

#[test]
fn planned_silence_is_ok_and_only_within_its_window() {
    // NOW is 12:00 UTC.
    for (from, to, inside) in [(600, 780, true), (720, 721, true), (600, 720, false)] {
        let mut fleet = healthy();
        window(&mut fleet, "helsinki", from, to);
        edit_link(&mut fleet, "fi", |l| l.contact = unreachable());
        let judged = judged(&fleet);
        let row = source_row(&judged, "fi");
        if inside {
            assert_eq!((row.state, row.verdict), (SourceState::PlannedOff, Verdict::Ok));
            assert_eq!(noticed(&judged), ["notice source.planned-off source/fi"]);
            assert_eq!(said(&judged), [""; 0]);
            assert_eq!(&*guest_row(&judged, "fi", 100).state, "unknown");
        } else {
            assert_eq!((row.state, row.verdict), (SourceState::Unreachable, Verdict::Unknown));
        }
    }
    let mut fleet = healthy();
    window(&mut fleet, "helsinki", 600, 780);
    assert_eq!(source_row(&judged(&fleet), "fi").state, SourceState::Fresh, "it answers");
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    edit_site(&mut fleet, "helsinki", |s| s.timezone = zone);
    edit_link(&mut fleet, "fi", |l| l.contact = unreachable());
    assert_eq!(source_row(&judged(&fleet), "fi").state, SourceState::Unreachable, "14:00 there");
}

#[test]
fn missing_rights_are_named() {
    let all = ["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"];
    let table: [(&[&str], &[&str]); 4] = [
        (&all, &[]),
        (&all[1..], &["Sys.Audit on /"]),
        (&["Sys.Audit", "VM.Audit", "Datastore.Audit"], &[]),
        (&["Sys.Audit", "VM.Audit"], &["Datastore.Audit on /storage"]),
    ];
    for (held, missing) in table {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", |p| set(&mut p.rights, rights(&[("/", held)])));
        let judged = judged(&fleet);
        let row = source_row(&judged, "fi");
        let named: Vec<&str> = row.missing_privileges.iter().map(|m| &**m).collect();
        assert_eq!(named, missing, "Pool.Audit is required only where a job uses a pool");
        assert_eq!(row.complete, missing.is_empty());
        assert_eq!(row.state, SourceState::Fresh, "something useful is left");
        let is_said = said(&judged).iter().any(|p| p.starts_with("unknown source.forbidden"));
        assert_eq!(is_said, !missing.is_empty());
    }
}

#[test]
fn a_pool_job_needs_pool_audit() {
    use crate::fleet::pve::backup::Selection;
    use crate::judge::sample::change;
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        let held = ["Sys.Audit", "VM.Audit", "Datastore.Audit"];
        set(&mut p.rights, rights(&[("/", &held)]));
        change(&mut p.backup_jobs, |jobs| jobs[0].selection = Selection::Pool("prod".into()));
    });
    let judged = judged(&fleet);
    assert_eq!(source_row(&judged, "fi").missing_privileges, ["Pool.Audit on /pool".into()]);
}

#[test]
fn a_source_that_shows_nothing_is_forbidden() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        set(&mut p.rights, rights(&[("/", &["Sys.Audit"])]));
        crate::judge::sample::change(&mut p.resources, |r| r.guests.clear());
    });
    edit_pbs(&mut fleet, "pbs", |p| {
        set(&mut p.rights, rights(&[]));
        set(&mut p.datastores, Vec::new());
    });
    let judged = judged(&fleet);
    for name in ["fi", "pbs"] {
        assert_eq!(source_row(&judged, name).state, SourceState::Forbidden);
        let told = said(&judged);
        let prefix = format!("unknown source.forbidden source/{name}");
        assert_eq!(told.iter().filter(|p| p.starts_with(&prefix)).count(), 1);
    }
}

#[test]
fn remote_audit_is_optional() {
    let mut fleet = healthy();
    let held = ["Datastore.Audit", "Sys.Audit"];
    edit_pbs(&mut fleet, "pbs", |p| set(&mut p.rights, rights(&[("/", &held)])));
    let judged = judged(&fleet);
    assert!(source_row(&judged, "pbs").complete);
    assert!(noticed(&judged).iter().any(|n| n.contains("source.optional-right source/pbs")));
}

#[test]
fn failed_parts_are_partial_but_not_smart_nor_absence() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        let parts = p.nodes.get_mut("fi2").unwrap();
        parts.disks = parts.disks.failed(failure(), NOW);
        parts.services = parts.services.failed(failure(), NOW);
    });
    let judged = judged(&fleet);
    assert_eq!(said(&judged), ["unknown source.partial source/fi /nodes/fi2/services"]);
    assert!(!source_row(&judged, "fi").complete);
    assert_eq!(node(&judged, "fi", "fi2").verdict, Verdict::Ok, "the value is still young");
}

#[test]
fn a_denied_part_is_forbidden_and_not_partial() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        let parts = p.nodes.get_mut("fi2").unwrap();
        parts.services = parts.services.failed(Outcome::Denied("403".into()), NOW);
    });
    assert_eq!(said(&judged(&fleet)), ["unknown source.forbidden source/fi /nodes/fi2/services"]);
}

#[test]
fn what_is_not_read_of_an_offline_node_follows_from_it() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        use crate::judge::sample::change;
        change(&mut p.status, |s| s.members[1].online = false);
        let parts = p.nodes.get_mut("fi2").unwrap();
        age(&mut parts.services, 9000);
        parts.status = parts.status.failed(failure(), NOW);
    });
    let judged = judged(&fleet);
    assert!(source_row(&judged, "fi").complete);
    assert!(!said(&judged).iter().any(|p| p.contains("source.partial")));
}

#[test]
fn another_endpoint_that_is_down_is_told() {
    let table = [
        (unreachable(), None, Some("warning source.endpoint-down source/fi fi2:8006: refused")),
        (
            Contact::Untrusted,
            Some(true),
            Some(
                "warning source.endpoint-down source/fi fi2:8006: new certificate, a trusted peer vouches for it",
            ),
        ),
        (
            Contact::Untrusted,
            Some(false),
            Some(
                "critical source.endpoint-down source/fi fi2:8006: certificate denied by a trusted peer",
            ),
        ),
        (
            Contact::Error(Cause { kind: CauseKind::Status(500), text: "500".into() }),
            None,
            Some("warning source.endpoint-down source/fi fi2:8006: answers with errors only"),
        ),
        (
            Contact::Malformed("<html>".into()),
            None,
            Some("warning source.endpoint-down source/fi fi2:8006: no Proxmox server answers"),
        ),
        (Contact::Fine, None, None),
        (Contact::Untried, None, None),
    ];
    for (contact, vouched, problem) in table {
        let mut fleet = healthy();
        edit_link(&mut fleet, "fi", |l| {
            l.endpoints[1].contact = contact;
            l.endpoints[1].vouched = vouched;
        });
        assert_eq!(said(&judged(&fleet)), problem.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_with_what_was_expected() {
    let certificate =
        |byte: u8| PeerCertificate { fingerprint: [byte; 32], ..PeerCertificate::default() };
    for (pins, trusted, expected) in [
        (&[1, 2][..], None, &[1, 2][..]),
        (&[1, 2], Some(2), &[2]),
        // What was trusted once is pinned no more.
        (&[1, 2], Some(3), &[1, 2]),
        (&[], Some(3), &[]),
    ] {
        let mut fleet = healthy();
        edit_site(&mut fleet, "helsinki", |s| {
            s.sources[0].fingerprints = pins.iter().map(|byte| [*byte; 32]).collect();
        });
        edit_link(&mut fleet, "fi", |l| {
            l.endpoints[1].contact = Contact::Untrusted;
            l.endpoints[1].certificate = Some(certificate(9));
            l.endpoints[1].trusted = trusted.map(certificate);
            l.endpoints[1].vouched = Some(true);
        });
        let told = judged(&fleet).problems;
        assert_eq!(told.len(), 1);
        let stranger = &told[0].facts.strangers[0];
        assert_eq!((&*stranger.address, stranger.vouched), ("fi2:8006", Some(true)));
        assert_eq!(stranger.shown, certificate(9));
        let wanted: Vec<[u8; 32]> = expected.iter().map(|byte| [*byte; 32]).collect();
        assert_eq!(stranger.expected, wanted);
        edit_link(&mut fleet, "fi", |l| {
            l.endpoints[0].contact = Contact::Untrusted;
            l.contact = Contact::Untrusted;
        });
        let told = judged(&fleet).problems;
        let whole = told.iter().find(|p| p.code == Code::SourceUntrusted).unwrap();
        assert_eq!(whole.facts.names.len(), 2);
        assert_eq!(whole.facts.strangers.len(), 1, "of the other no certificate was seen");
    }
}

#[test]
fn an_endpoint_on_a_dead_node_is_no_second_problem() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        crate::judge::sample::change(&mut p.status, |s| s.members[1].online = false);
    });
    edit_link(&mut fleet, "fi", |l| {
        l.endpoints[1].contact = unreachable();
        l.endpoints[1].node = Some("fi2".into());
    });
    let told = said(&judged(&fleet));
    assert!(told.contains(&"critical node.offline node/fi/fi2".to_owned()));
    assert!(!told.iter().any(|p| p.contains("endpoint-down")), "{told:?}");
}

fn clocks(fi: i64, pbs: i64) -> Judged {
    let mut fleet = healthy();
    edit_link(&mut fleet, "fi", |l| l.clock_offset = Some(fi));
    edit_link(&mut fleet, "pbs", |l| l.clock_offset = Some(pbs));
    judged(&fleet)
}

#[test]
fn clocks_off_alike_are_ours() {
    let skew = |judged: &Judged| -> Vec<String> {
        said(judged).into_iter().filter(|p| p.contains("clock-skew")).collect()
    };
    assert_eq!(skew(&clocks(60, -60)), [""; 0]);
    assert_eq!(skew(&clocks(61, 0)), ["warning source.clock-skew source/fi"]);
    assert_eq!(
        skew(&clocks(600, -600)),
        ["warning source.clock-skew source/fi", "warning source.clock-skew source/pbs"]
    );
    let ours = clocks(600, 590);
    assert_eq!(skew(&ours), ["warning source.clock-skew viewer"]);
    assert!(ours.problems[0].site.is_none() && ours.problems[0].source.is_none());
    assert_eq!(source_row(&ours, "fi").verdict, Verdict::Ok, "not its fault");
}

#[test]
fn an_accepted_problem_leaves_no_trace_in_the_verdict() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "pbs", |l| l.contact = unreachable());
    except(&mut fleet, "source/p*", "source.*");
    let judged = judged(&fleet);
    assert_eq!(source_row(&judged, "pbs").verdict, Verdict::Ok);
    let notice = judged.notices.iter().find(|n| n.accepted.is_some()).unwrap();
    assert_eq!(notice.accepted.as_deref(), Some("known"));
    assert_eq!(node(&judged, "pbs", "localhost").verdict, Verdict::Unknown, "it still follows");
}

#[test]
fn an_exception_ends_with_its_last_day_at_the_site() {
    for (day, zone, holds) in [(24, 0, false), (25, 0, true), (25, 13, false)] {
        let mut fleet = healthy();
        edit_link(&mut fleet, "fi", |l| l.contact = unreachable());
        except(&mut fleet, "source/fi", "source.unreachable");
        let mut excepts = fleet.excepts.to_vec();
        excepts[0].until = Some(jiff::civil::date(2026, 11, day));
        fleet.excepts = excepts.into();
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(zone));
        edit_site(&mut fleet, "helsinki", |s| s.timezone = zone);
        assert_eq!(said(&judged(&fleet)).is_empty(), holds, "{day}");
    }
}

#[test]
fn a_datastore_that_tells_of_itself_makes_its_pbs_not_partial() {
    let refuse = |p: &mut crate::fleet::pbs::PbsSurvey| {
        for part in p.stores.values_mut() {
            part.namespaces = part.namespaces.failed(failure(), NOW);
        }
    };
    // In maintenance: that it cannot be read is known, nothing is missing.
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |p| {
        refuse(p);
        change(&mut p.datastores, |d| d[0].maintenance = Some((Maintenance::Offline, None)));
    });
    let judged_so = judged(&fleet);
    assert_eq!(said(&judged_so), ["unknown datastore.maintenance datastore/pbs/main offline"]);
    assert!(source_row(&judged_so, "pbs").complete);
    // Broken: one problem, and what is missing is missing.
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |p| {
        refuse(p);
        change(&mut p.usage, |u| {
            u[0].usage = None;
            u[0].error = Some("no such file".into());
        });
    });
    let judged_so = judged(&fleet);
    assert_eq!(said(&judged_so), ["critical datastore.offline datastore/pbs/main"]);
    assert!(!source_row(&judged_so, "pbs").complete);
    // Neither: the source is partial.
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", refuse);
    let said = said(&judged(&fleet));
    assert!(
        said.len() == 1 && said[0].starts_with("unknown source.partial source/pbs"),
        "{said:?}"
    );
}

#[test]
fn silence_as_planned_leaves_no_row_unwell() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "fi", |l| l.contact = unreachable());
    window(&mut fleet, "helsinki", 0, 1440);
    let judged = judged(&fleet);
    assert_eq!(said(&judged), [""; 0]);
    assert!(judged.sites[0].backup_jobs.iter().all(|job| job.verdict == Verdict::Ok));
    assert_eq!(judged.sites[0].verdict, Verdict::Ok);
}

#[test]
fn where_everything_is_refused_nothing_may_be_read() {
    let refused = || Outcome::Denied("403".into());
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        p.rights = p.rights.failed(refused(), NOW);
        p.resources = p.resources.failed(refused(), NOW);
    });
    let row = source_row(&judged(&fleet), "fi").clone();
    assert_eq!((row.state, row.verdict), (SourceState::Forbidden, Verdict::Unknown));
    // The rights alone: the guests are still told.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| p.rights = p.rights.failed(refused(), NOW));
    assert_eq!(source_row(&judged(&fleet), "fi").state, SourceState::Fresh);
}
