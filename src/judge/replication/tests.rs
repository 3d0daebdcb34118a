use crate::fleet::code::Code;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::replication::{ReplicationJob, ReplicationState};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::sample::{
    NOW, age, change, edit_link, edit_pve, edit_site, failure, guest_row, healthy, judged, noticed,
    said, spelled,
};
use crate::judge::{Severity, Verdict};

const HOUR: i64 = 3600;

type Spoil = fn(&mut Fleet);
/// Case, what is done to the healthy fleet, what is said, the verdict of VM 100's replicas, because.
type Case = (&'static str, Spoil, &'static [&'static str], Option<Verdict>, &'static str);

fn check(table: &[Case]) {
    for (what, spoil, problems, verdict, because) in table {
        let mut fleet = healthy();
        spoil(&mut fleet);
        let judged = judged(&fleet);
        let heard: Vec<_> =
            said(&judged).into_iter().filter(|p| p.contains(" replication.")).collect();
        assert_eq!(heard, *problems, "{what}");
        let row = &guest_row(&judged, "fi", 100).replication;
        assert_eq!(row.verdict, *verdict, "{what}");
        assert_eq!(spelled(row.because.as_ref()), *because, "{what}");
    }
}

fn state(pve: &mut PveSurvey, spoil: impl FnOnce(&mut ReplicationState)) {
    change(&mut pve.nodes.get_mut("fi1").unwrap().replication, |list| spoil(&mut list[0]));
}

fn job(pve: &mut PveSurvey, spoil: impl FnOnce(&mut ReplicationJob)) {
    change(&mut pve.replication, |list| spoil(&mut list[0]));
}

fn late(fleet: &mut Fleet, minutes: i64) {
    edit_pve(fleet, "fi", |p| state(p, |s| s.last_sync = Some(NOW.minus(minutes * 60))));
}

fn dead(fleet: &mut Fleet, node: usize) {
    edit_pve(fleet, "fi", |p| {
        change(&mut p.status, |s| {
            for (at, member) in s.members.iter_mut().enumerate() {
                member.online = at != node;
                member.local = at == 2;
            }
        });
        change(&mut p.resources, |r| r.nodes[node].state = NodeState::Offline);
    });
}

const OK: Option<Verdict> = Some(Verdict::Ok);
const WARN: Option<Verdict> = Some(Verdict::Warning);
const BAD: Option<Verdict> = Some(Verdict::Critical);
const UNKNOWN: Option<Verdict> = Some(Verdict::Unknown);
const JOB: &str = "job/fi/100-0";

#[test]
fn lateness_and_failure() {
    check(&[
        ("healthy", |_| (), &[], OK, ""),
        ("late", |f| late(f, 30), &["warning replication.late job/fi/100-0"], WARN, JOB),
        (
            "four events missed",
            |f| late(f, 75),
            &["critical replication.late job/fi/100-0"],
            BAD,
            JOB,
        ),
        (
            "late, and runs",
            |f| {
                late(f, 75);
                edit_pve(f, "fi", |p| state(p, |s| s.running = true));
            },
            &[],
            OK,
            "",
        ),
        (
            "fails",
            |f| {
                edit_pve(f, "fi", |p| {
                    state(p, |s| {
                        s.fail_count = 1;
                        s.error = Some("no space".into());
                    });
                });
            },
            &["warning replication.failing job/fi/100-0"],
            WARN,
            JOB,
        ),
        (
            "fails again and again",
            |f| edit_pve(f, "fi", |p| state(p, |s| s.fail_count = 4)),
            &["critical replication.failing job/fi/100-0"],
            BAD,
            JOB,
        ),
        (
            "fails and is late: said once",
            |f| {
                late(f, 30);
                edit_pve(f, "fi", |p| state(p, |s| s.fail_count = 3));
            },
            &["warning replication.failing job/fi/100-0"],
            WARN,
            JOB,
        ),
        (
            "target dead",
            |f| {
                dead(f, 1);
                edit_pve(f, "fi", |p| state(p, |s| s.fail_count = 9));
            },
            &["critical replication.target-offline job/fi/100-0"],
            BAD,
            JOB,
        ),
        (
            "older than allowed",
            |f| edit_site(f, "helsinki", |s| s.policy.replication_max_age = Some(600)),
            &["critical replication.late job/fi/100-0"],
            BAD,
            JOB,
        ),
        (
            "never synced, no memory",
            |f| edit_pve(f, "fi", |p| state(p, |s| s.last_sync = None)),
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "never synced, first seen just now",
            |f| {
                edit_pve(f, "fi", |p| {
                    state(p, |s| s.last_sync = None);
                    p.sightings.jobs.insert("100-0".into(), NOW.minus(60));
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "never synced for long",
            |f| {
                edit_pve(f, "fi", |p| {
                    state(p, |s| s.last_sync = None);
                    p.sightings.jobs.insert("100-0".into(), NOW.minus(HOUR));
                });
            },
            &["warning replication.late job/fi/100-0"],
            WARN,
            JOB,
        ),
        (
            "being removed",
            |f| {
                late(f, 600);
                edit_pve(f, "fi", |p| job(p, |j| j.removing = true));
            },
            &[],
            OK,
            "",
        ),
    ]);
}

#[test]
fn jobs_that_are_off_missing_or_leave_out() {
    check(&[
        (
            "disabled, the only one",
            |f| edit_pve(f, "fi", |p| job(p, |j| j.disabled = true)),
            &["warning replication.disabled job/fi/100-0"],
            WARN,
            JOB,
        ),
        (
            "disabled beside another",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.replication, |list| {
                        let twin = ReplicationJob {
                            id: "100-1".into(),
                            target: "fi3".into(),
                            disabled: true,
                            ..list[0].clone()
                        };
                        list.push(twin);
                    });
                });
            },
            &[],
            OK,
            "",
        ),
        ("none", |f| edit_pve(f, "fi", |p| change(&mut p.replication, Vec::clear)), &[], None, ""),
        (
            "expected",
            |f| {
                edit_site(f, "helsinki", |s| s.policy.replication_expected = true);
            },
            &[
                "warning replication.uncovered guest/fi/101",
                "warning replication.uncovered guest/fi/200",
            ],
            OK,
            "",
        ),
        (
            "expected, and switched off",
            |f| {
                edit_site(f, "helsinki", |s| s.policy.replication_expected = true);
                edit_pve(f, "fi", |p| job(p, |j| j.disabled = true));
            },
            &[
                "warning replication.uncovered guest/fi/100",
                "warning replication.uncovered guest/fi/101",
                "warning replication.uncovered guest/fi/200",
                "warning replication.disabled job/fi/100-0",
            ],
            WARN,
            "",
        ),
        (
            "a disk left out",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(p.configs.get_mut(&100).unwrap(), |c| c.disks[0].replicate = false);
                });
            },
            &["warning replication.partial guest/fi/100 scsi0"],
            WARN,
            "",
        ),
        (
            "a disk on shared storage",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(p.configs.get_mut(&100).unwrap(), |c| c.disks[0].replicate = false);
                    change(&mut p.storages, |s| s[0].shared = true);
                });
            },
            &[],
            OK,
            "",
        ),
        (
            "no job, a disk left out",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.replication, Vec::clear);
                    change(p.configs.get_mut(&100).unwrap(), |c| c.disks[0].replicate = false);
                });
            },
            &[],
            None,
            "",
        ),
        (
            "configuration not read",
            |f| {
                edit_pve(f, "fi", |p| {
                    p.configs.clear();
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
    ]);
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.replication, |list| {
            let twin = ReplicationJob { id: "100-1".into(), disabled: true, ..list[0].clone() };
            list.push(twin);
        });
    });
    let judged = judged(&fleet);
    assert_eq!(noticed(&judged), ["notice replication.disabled job/fi/100-1"]);
    assert!(judged.notices.iter().all(|n| n.severity == Severity::Notice));
}

#[test]
fn what_cannot_be_told() {
    const REFUSED: Spoil = |f| {
        edit_pve(f, "fi", |p| {
            let part = &mut p.nodes.get_mut("fi1").unwrap().replication;
            *part = part.failed(failure(), NOW);
        });
    };
    check(&[
        ("refused, remembered in time", REFUSED, &[], OK, ""),
        (
            "refused, remembered late",
            |f| {
                late(f, 30);
                REFUSED(f);
            },
            &["unknown replication.blind guest/fi/100"],
            UNKNOWN,
            "",
        ),
        (
            "refused, remembered failing",
            |f| {
                edit_pve(f, "fi", |p| state(p, |s| s.fail_count = 1));
                REFUSED(f);
            },
            &["unknown replication.blind guest/fi/100"],
            UNKNOWN,
            "",
        ),
        (
            "never read",
            |f| {
                edit_pve(f, "fi", |p| {
                    p.nodes.get_mut("fi1").unwrap().replication =
                        Part::new("/nodes/fi1/replication", 60);
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "denied",
            |f| {
                edit_pve(f, "fi", |p| {
                    p.nodes.get_mut("fi1").unwrap().replication =
                        Part::new("/nodes/fi1/replication", 60)
                            .failed(Outcome::Denied("no".into()), NOW);
                });
            },
            &["unknown replication.blind guest/fi/100"],
            UNKNOWN,
            "",
        ),
        ("its node is dead", |f| dead(f, 0), &[], UNKNOWN, "node/fi/fi1"),
        (
            "no quorum, remembered late",
            |f| {
                late(f, 30);
                REFUSED(f);
                edit_pve(f, "fi", |p| change(&mut p.status, |s| s.quorate = Some(false)));
            },
            &[],
            UNKNOWN,
            "cluster/fi",
        ),
        (
            "PVE silent, remembered late",
            |f| {
                late(f, 30);
                edit_link(f, "fi", |l| {
                    l.contact = Contact::Unreachable(Layer::Timeout, "silent".into());
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "the jobs were never read",
            |f| edit_pve(f, "fi", |p| p.replication = Part::new("/cluster/replication", 300)),
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "the jobs are old news: switched off is not believed",
            |f| {
                edit_pve(f, "fi", |p| {
                    job(p, |j| j.disabled = true);
                    age(&mut p.replication, 901);
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
        (
            "what ran proves nothing later",
            |f| {
                late(f, 75);
                edit_pve(f, "fi", |p| {
                    state(p, |s| s.running = true);
                    age(&mut p.nodes.get_mut("fi1").unwrap().replication, 181);
                });
            },
            &[],
            UNKNOWN,
            "source/fi",
        ),
    ]);
}

#[test]
fn the_row_of_a_dead_node_keeps_what_was_seen() {
    let mut fleet = healthy();
    dead(&mut fleet, 0);
    let judged = judged(&fleet);
    let row = &guest_row(&judged, "fi", 100).replication.jobs[0];
    assert_eq!(row.last_sync, Some(NOW.minus(900)));
    assert_eq!(row.age, Some(900));
    assert!(row.seen.is_some() && !row.running);
    assert_eq!(row.verdict, Verdict::Unknown);
}

#[test]
fn a_job_fails_since_the_first_run_after_the_last_good_one() {
    let since = |spoil: fn(&mut ReplicationState)| {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", |p| {
            state(p, |s| {
                s.fail_count = 5;
                s.next_sync = Some(NOW.plus(600));
                spoil(s);
            });
        });
        let judged = judged(&fleet);
        let failing = judged.problems.iter().find(|p| p.code == Code::ReplicationFailing);
        failing.expect("it fails").since
    };
    // Every quarter of an hour.
    let first = |last: Epoch| Some(Epoch((last.0 / 900 + 1) * 900));
    assert_eq!(since(|s| s.last_sync = Some(NOW.minus(75 * 60))), first(NOW.minus(75 * 60)));
    assert_eq!(since(|s| s.last_sync = Some(NOW.minus(16 * 60))), first(NOW.minus(16 * 60)));
    // Tried by hand before it was due; never good at all.
    assert_eq!(since(|s| s.last_sync = Some(NOW)), None);
    assert_eq!(since(|s| s.last_sync = None), None);
}
