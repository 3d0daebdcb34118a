//! What single cells say, where a wrong word would mislead.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::super::sample::{HOUR, Mood, NOW, fi, problem, state};
use super::{drawn, text};
use crate::fleet::code::Code;
use crate::fleet::host::Service;
use crate::fleet::link::PeerCertificate;
use crate::fleet::pve::backup::{IncludedGuest, IncludedVolume, IncludedVolumes};
use crate::fleet::pve::cluster::{ClusterStatus, Member, NodeState};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::survey::Body;
use crate::judge::problem::{Facts, Severity, Stranger};
use crate::judge::rows::Ownership;
use crate::judge::rows::recovery::HaCare;
use crate::judge::{Judged, Verdict};
use crate::lang::Tongue;
use crate::state::{Asking, ProblemId, State, Tab, View};
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
    update(state, Event::Judged(Arc::new(judged).into()));
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
fn a_guest_is_marked_with_the_numbers_of_its_jobs() {
    let mut state = state(Mood::Wrong, (120, 60), View::Tab(Tab::Backups));
    let shown = frame(&state);
    assert!(line(&shown, "sundays").contains(" fi         2  sundays "), "{shown}");
    assert!(line(&shown, " 116  nextcloud ").contains("●●●●●●○●●●●●●●  12 "), "{shown}");
    assert!(line(&shown, " 117  mail ").contains("●●●●●●●●●●●●●○  1· "), "{shown}");
    // Of many jobs the first is named; what no job takes says so.
    judged(&mut state, |judged| {
        let site = &mut judged.sites[0];
        for number in 3..=12 {
            let mut job = site.backup_jobs[0].clone();
            job.id = format!("backup-{number:02}").as_str().into();
            job.covers = Some(Vec::new());
            site.backup_jobs.push(job);
        }
        site.backup_jobs.sort_by(|a, b| a.id.cmp(&b.id));
        let row = site.guests.iter_mut().find(|g| g.vmid == 117).unwrap();
        row.backup.jobs.clear();
        let subject = Subject::guest(&fi(), 117);
        let code = Code::BackupUncovered;
        judged.problems =
            vec![problem(code, Severity::Critical, "helsinki", subject, Facts::default())];
    });
    let shown = frame(&state);
    assert!(line(&shown, " 116  nextcloud ").contains(" 11+1 "), "{shown}");
    assert!(line(&shown, " 117  mail ").contains("●●●●●●●●●●●●●–  –  "), "{shown}");
    let said = " 1 guest in no job · 10 jobs take no guest · 1 group without a guest ─";
    assert!(shown.contains(said), "{shown}");
    judged(&mut state, |judged| {
        let groups = judged.sites.iter_mut().flat_map(|site| &mut site.groups);
        groups.filter(|g| g.of == Ownership::Orphan).for_each(|g| g.of = Ownership::Ambiguous);
    });
    let shown = frame(&state);
    let said = " 10 jobs take no guest · 1 group of two clusters ─";
    assert!(shown.contains(said), "{shown}");
}

#[test]
fn what_did_not_go_as_promised_is_told_in_words() {
    for (vmid, said) in [
        (101, &["● verified  ✗ bad", "bad        17 Nov 02:00"][..]),
        (103, &["◐ made"]),
        (107, &["why?       7 runs, 9 Nov 02:00 to 15 Nov 02:00: pruned, missed, or no job yet"]),
        (109, &["late       18 Nov 02:00 came 18 Nov 11:00"]),
        (113, &["! failed", "failed     20 Nov 02:00 VM is locked (snapshot)"]),
        (116, &["missing    15 Nov 12:00 sundays"]),
        (117, &["missing    22 Nov 02:00"]),
    ] {
        let guest = View::Subject(Subject::guest(&fi(), vmid));
        let frame = frame(&state(Mood::Wrong, (100, 40), guest));
        for said in said {
            assert!(frame.contains(said), "{vmid}: {said:?} in\n{frame}");
        }
    }
}

#[test]
fn a_replica_stands_beside_its_schedule_or_what_is_wrong_with_it() {
    let frame = frame(&state(Mood::Wrong, (120, 40), View::Tab(Tab::Backups)));
    assert!(line(&frame, " 101  dns ").contains("  4m */15 "), "{frame}");
    assert!(line(&frame, " 104  nextcloud ").contains("  1h fail"), "{frame}");
}

#[test]
fn while_it_is_asking_the_first_line_says_so() {
    for (width, said) in [
        (120, "asking 5 of 11 sources  9 hosts 32 guests 12:04"),
        (80, "? 1 unknown     asking 5 of 11 sources 12:04"),
        (40, "asking 5 12:04"),
    ] {
        let mut state = state(Mood::Wrong, (width, 24), View::Tab(Tab::Fleet));
        state.asking = Some(Asking { left: 5, all: 11 });
        let frame = frame(&state);
        let first = frame.lines().next().unwrap();
        assert!(first.ends_with(said), "{said:?} at the end of {first:?}");
    }
    let state = State::new(Fleet::new([], Vec::new()), NOW, TimeZone::UTC, (80, 24));
    assert!(!frame(&state).contains("asking"), "nobody to ask");
}

#[test]
fn a_problem_of_unknown_age_has_stood_at_least_as_long_as_it_was_watched() {
    let filling = ProblemId {
        code: Code::DatastoreFilling,
        subject: Subject::Datastore("home".into(), "main".into()),
        detail: None,
    };
    let mut state = state(Mood::Wrong, (80, 24), View::Tab(Tab::Problems));
    judged(&mut state, |_| {});
    let row = |state: &State| line(&frame(state), "full in 1");
    let mut taken = 0;
    for (later, said) in [(0, " ?"), (59, " ?"), (60, " ≥1m"), (2 * HOUR, " ≥2h")] {
        // It is judged every minute at least.
        while taken < later {
            taken = later.min(taken + 60);
            update(&mut state, Event::Clock(NOW.plus(taken)));
            judged(&mut state, |judged| judged.taken = NOW.plus(taken));
        }
        let row = row(&state);
        assert!(row.trim_end().ends_with(said), "{said:?} at the end of {row:?}");
    }
    // What is known is said as ever.
    assert!(line(&frame(&state), "replication to fi1").trim_end().ends_with(" 3h"));
    let page = state.clone();
    state.enter(View::Problem(filling));
    assert!(frame(&state).contains("? not known  it stood already 2h ago"), "{}", frame(&state));
    // Nobody looked for a night, in which it may have been over.
    let mut gap = state.clone();
    update(&mut gap, Event::Clock(NOW.plus(10 * HOUR)));
    judged(&mut gap, |judged| judged.taken = NOW.plus(10 * HOUR));
    let told = "? not known  seen first 10h ago, not always watched since";
    assert!(frame(&gap).contains(told), "{}", frame(&gap));
    // A screen that stands still keeps what it says; what goes on behind it is not forgotten.
    let mut state = page;
    update(&mut state, Event::Key("Space".parse().unwrap()));
    judged(&mut state, |judged| judged.problems.clear());
    assert!(row(&state).trim_end().ends_with(" ≥2h"));
    judged(&mut state, |judged| judged.taken = NOW.plus(2 * HOUR));
    update(&mut state, Event::Key("Space".parse().unwrap()));
    assert!(row(&state).trim_end().ends_with(" ≥0s"), "it was over, and began anew while watched");
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_in_its_problem() {
    let shown = PeerCertificate {
        fingerprint: [0xAB; 32],
        not_before: Some(NOW.minus(HOUR)),
        not_after: Some(NOW.plus(HOUR)),
        subject: "CN=fi1".into(),
        issuer: "CN=PVE Cluster Manager CA".into(),
        names: vec!["fi1".into()],
    };
    let strangers = vec![Stranger {
        address: "fi1:8006".into(),
        shown,
        expected: vec![[1; 32]],
        vouched: None,
    }];
    let facts = Facts { strangers, ..Facts::default() };
    let subject = Subject::Source(fi());
    let untrusted =
        problem(Code::SourceUntrusted, Severity::Critical, "helsinki", subject.clone(), facts);
    let id = ProblemId { code: Code::SourceUntrusted, subject, detail: None };
    for width in [40, 80, 120] {
        let mut state = state(Mood::Wrong, (width, 40), View::Tab(Tab::Problems));
        judged(&mut state, |judged| judged.problems.insert(0, untrusted.clone()));
        state.enter(View::Problem(id.clone()));
        let flat = frame(&state).split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["trusted 01:01", "AB:AB:AB", "CN=fi1", "vouched not known", "vigie trust fi"] {
            assert!(flat.contains(part), "{part} at {width} in\n{}", frame(&state));
        }
    }
}

#[test]
fn replication_says_what_its_signs_mean_where_it_shows_its_days() {
    let shows = |width: u16| {
        let frame = frame(&state(Mood::Wrong, (width, 30), View::Tab(Tab::Replication)));
        let meaning = frame.contains("not watched");
        (frame.contains("14 DAYS"), meaning)
    };
    for width in [40, 80, 100, 101] {
        assert_eq!(shows(width), (false, false), "{width} columns");
    }
    for width in [102, 103, 109, 110, 111, 112, 120, 139] {
        assert_eq!(shows(width), (true, true), "{width} columns");
    }
}

#[test]
fn a_count_of_which_some_is_not_known_says_so() {
    let mut state = state(Mood::Healthy, (80, 24), View::Tab(Tab::Fleet));
    let row = |state: &State| line(&frame(state), "helsinki");
    let columns = |row: &str| -> Vec<String> {
        row.split_whitespace()
            .skip_while(|w| *w != "helsinki")
            .skip(1)
            .take(2)
            .map(str::to_owned)
            .collect()
    };
    let healthy = columns(&row(&state));
    assert!(healthy.iter().all(|count| !count.contains('?')), "{healthy:?}");
    // One node and one guest of many cannot be seen: the rest is counted, and is not all.
    judged(&mut state, |judged| {
        judged.sites[0].nodes[0].state = NodeState::Unknown;
        judged.sites[0].guests[0].state = "unknown".into();
    });
    assert_eq!(columns(&row(&state)), ["1/2?", "16/17?"]);
    judged(&mut state, |judged| judged.sites[0].guests.truncate(4));
    assert_eq!(columns(&row(&state)), ["1/2?", "3/4?"]);
    // Of none anything is known.
    judged(&mut state, |judged| {
        for node in &mut judged.sites[0].nodes {
            node.state = NodeState::Unknown;
        }
        for guest in &mut judged.sites[0].guests {
            guest.state = "unknown".into();
        }
    });
    assert_eq!(columns(&row(&state)), ["?/2", "?/4"]);
    // What is down is down.
    judged(&mut state, |judged| judged.sites[0].nodes[0].state = NodeState::Offline);
    judged(&mut state, |judged| judged.sites[0].nodes[1].state = NodeState::Online);
    assert_eq!(columns(&row(&state)), ["1/2", "?/4"]);
}

#[test]
fn the_number_of_a_guest_is_never_cut_however_long_its_name() {
    let name = "a-name-of-sixty-letters-that-somebody-thought-would-be-helpful";
    for (tab, sizes) in [
        (Tab::Guests, &[(40, 10), (80, 24), (120, 40), (200, 60)][..]),
        (Tab::Backups, &[(80, 24), (120, 40), (200, 60)][..]),
    ] {
        for size in sizes {
            let mut state = state(Mood::Healthy, *size, View::Tab(tab));
            judged(&mut state, |judged| {
                for (row, number) in judged.sites[0].guests.iter_mut().zip(999_999_900..) {
                    (row.vmid, row.name) = (number, Some(name.into()));
                }
            });
            let row = line(&frame(&state), " 999999900 ");
            assert!(row.contains(" a-name-of"), "{row}");
        }
    }
}

#[test]
fn a_loss_is_not_called_well_where_its_source_hides_something() {
    for (tongue, hidden, doubt, width) in [
        (Tongue::English, "Of fi nothing is known yet.", "? replica ", 80),
        (Tongue::English, "Of fi nothing is known yet.", "? replica ", 120),
        (Tongue::French, "De fi, on ne sait encore rien.", "? réplica ", 120),
    ] {
        let of = |mood| {
            let mut state = state(mood, (width, 40), View::Tab(Tab::Hosts));
            super::press(&mut state, "w");
            match tongue {
                Tongue::English => frame(&state),
                Tongue::French => super::french::drawn(&state, state.size, GlyphSet::Full),
            }
        };
        // Its guests may not be read: that there are none of them is nothing to rely on.
        let denied = of(Mood::Denied);
        assert!(denied.contains(hidden), "{denied}");
        let head = denied.lines().nth(1).unwrap();
        assert!(head.contains(" ? ") && !head.contains("ok"), "{head}");
        // Its replicas have not been heard of.
        let stale = of(Mood::Stale);
        assert!(stale.contains(doubt), "{stale}");
        let rows: Vec<&str> = stale.lines().filter(|line| line.contains("helsinki")).collect();
        assert!(
            !rows.is_empty() && rows.iter().all(|row| row.chars().nth(1) == Some('?')),
            "{stale}"
        );
    }
}

/// Of each guest that a job takes: the disks that it takes, and those that it leaves out, with why.
#[test]
fn a_job_says_which_disks_it_takes_of_each_guest() {
    let job = View::Subject(Subject::BackupJob(fi(), "backup-4f".into()));
    let mut state = state(Mood::Healthy, (100, 60), job);
    let mut survey = (**state.fleet.survey(&fi()).unwrap()).clone();
    let Body::Pve(pve) = &mut survey.body else { panic!() };
    let volume = |key: &str, reason: &str| IncludedVolume {
        key: key.into(),
        volume: format!("local-zfs:{key}").into(),
        included: reason == "enabled",
        reason: reason.into(),
    };
    let guest = |vmid, name: &str, volumes| IncludedGuest {
        vmid,
        kind: None,
        name: Some(name.into()),
        volumes,
    };
    let whole = guest(101, "dns", vec![volume("scsi0", "enabled"), volume("scsi1", "enabled")]);
    let partial = vec![volume("scsi0", "enabled"), volume("scsi1", "backup=no")];
    let guests = vec![whole, guest(102, "mail", partial)];
    let part = pve.included.get_mut("backup-4f").unwrap();
    *part = part.answered(IncludedVolumes { guests }, NOW.minus(4));
    state.fleet.take(Arc::new(survey));
    let shown = frame(&state);
    let dns = line(&shown, " 101 dns");
    assert!(dns.contains(" scsi0 scsi1") && !dns.contains("left out"), "{dns:?}");
    let mail = line(&shown, " 102 mail");
    assert!(mail.contains(" scsi0  left out scsi1 (backup=no)"), "{mail:?}");
    // Three of the four, and that of which something is missing first.
    assert!(shown.contains("3 disks"), "{shown}");
    assert!(shown.find(" 102 mail") < shown.find(" 101 dns"), "{shown}");
}

/// What HA does with a guest is said below its ways back, in both languages; nothing where there is
/// nothing to say.
#[test]
fn what_ha_does_is_told() {
    let cases: [(HaCare, Option<(&str, &str)>); 6] = [
        (HaCare::None, None),
        (HaCare::Starts, None),
        (
            HaCare::Barred(Some("only-fi1".into())),
            Some(("starts it nowhere: only-fi1 leaves no node", "only-fi1 ne laisse aucun nœud")),
        ),
        (
            HaCare::Lacks("fi3".into()),
            Some(("may start it on fi3, without its disks or bridge", "sur fi3, sans ses disques")),
        ),
        (HaCare::Full("fi3".into()), Some(("fi3, where there is no room", "fi3, où la place"))),
        (HaCare::Untold(None), Some(("its rules could not be read", "n’ont pu être lues"))),
    ];
    for (care, said) in cases {
        let view = View::Subject(Subject::guest(&fi(), 101));
        let mut state = state(Mood::Healthy, (100, 60), view);
        judged(&mut state, |judged| {
            let row = judged.sites[0].guests.iter_mut().find(|g| g.vmid == 101).unwrap();
            row.recovery.ha = care.clone();
        });
        let english = frame(&state);
        let french = super::french::drawn(&state, state.size, GlyphSet::Full);
        let Some((en, fr)) = said else {
            assert!(!english.contains("HA then") && !french.contains("HA alors"), "{english}");
            continue;
        };
        assert!(line(&english, "HA then").contains(en), "{care:?}\n{english}");
        assert!(line(&french, "HA alors").contains(fr), "{care:?}\n{french}");
    }
}
