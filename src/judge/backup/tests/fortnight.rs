//! The last days of a guest, from what the servers said.

mod pruning;
mod runs;

use super::*;
use crate::fleet::sighting::Keeping;
use crate::judge::backup::fortnight::{Cell, Fortnight, Fortnights};

fn last_days(fleet: &Fleet, source: &str, vmid: u32) -> Fortnight {
    let judged = judged(fleet);
    let survey = |name: &crate::fleet::id::SourceName| fleet.survey(name).map(|s| &**s);
    let row = guest_row(&judged, source, vmid);
    Fortnights::new(fleet, NOW).of(row, &survey, (NOW, &jiff::tz::TimeZone::UTC))
}

fn spelled(told: &Fortnight) -> String {
    let letter = |cell: &Cell| match cell {
        Cell::Rest => '-',
        Cell::Pruned => 'p',
        Cell::Verified => 'V',
        Cell::Made => 'm',
        Cell::Late => 'l',
        Cell::Elsewhere => 'e',
        Cell::Gap => 'g',
        Cell::Unknown => '?',
        Cell::Bad => 'b',
        Cell::Failed => 'f',
        Cell::Missing => 'o',
    };
    told.cells.iter().map(letter).collect()
}

fn table(rows: &[(&str, Spoil, &str)]) {
    for (what, spoil, expected) in rows {
        let mut fleet = healthy();
        spoil(&mut fleet);
        assert_eq!(spelled(&last_days(&fleet, "fi", 100)), *expected, "{what}");
    }
}

fn nights(list: &[i64]) -> Vec<Snapshot> {
    list.iter().map(|ago| snapshot(DUE.plus(120).minus(ago * DAY), GOOD)).collect()
}

#[test]
fn what_is_there_and_what_was_seen() {
    table(&[
        ("the newest is not there", |f| holds(f, &nights(&[1, 2, 4])), "gggggggggVoVVo"),
        (
            "damaged",
            |f| {
                let mut all = nights(&[0, 1, 2]);
                all[1].verification = Verification::Failed(None);
                holds(f, &all);
            },
            "gggggggggggVbV",
        ),
        (
            "unfinished ones are none",
            |f| {
                let mut all = nights(&[0, 1, 2]);
                all[0].size = None;
                holds(f, &all);
            },
            "gggggggggggVVo",
        ),
        (
            "the newest, seen only in the list of groups",
            |f| {
                holds(f, &nights(&[1, 2]));
                edit_pbs(f, "pbs", |pbs| {
                    let parts = pbs.stores.get_mut("main").expect("a store");
                    for part in parts.copies.values_mut() {
                        change(part, |list| {
                            for group in list {
                                let seen = NOW.minus(DAY);
                                *group =
                                    Arc::new(GroupCopies { seen, ..GroupCopies::clone(group) });
                            }
                        });
                        age(part, DAY);
                    }
                    change(parts.groups.get_mut("fi").expect("a namespace"), |groups| {
                        for group in groups.iter_mut().filter(|g| &*g.id == "100") {
                            group.last_backup = Some(DUE.plus(200));
                            group.count = 3;
                        }
                    });
                });
            },
            "gggggggggggVVm",
        ),
        (
            "the PBS is silent since before the run",
            |f| {
                holds(f, &nights(&[1, 2]));
                silent(f, "pbs");
                edit_pbs(f, "pbs", stale);
            },
            "gggggggggggVV?",
        ),
        (
            "the cluster is silent since yesterday: its job may be gone",
            |f| {
                holds(f, &nights(&[1, 2]));
                silent(f, "fi");
                edit_pve(f, "fi", |p| age(&mut p.backup_jobs, DAY));
            },
            "gggggggggggVV?",
        ),
        (
            "its PBS is not watched",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.storages, |s| {
                        let pbs = s[1].pbs.as_mut().expect("a pbs");
                        (pbs.server, pbs.fingerprint) = ("elsewhere".into(), None);
                    });
                });
            },
            "??????????????",
        ),
        (
            "it came two days ago",
            |f| {
                holds(f, &nights(&[0]));
                edit_pve(f, "fi", |p| {
                    let config = p.configs.get_mut(&100).expect("a config");
                    change(config, |c| c.created = Some(NOW.minus(2 * DAY)));
                });
            },
            "------------gV",
        ),
        (
            "a predecessor's copies are not its own",
            |f| {
                edit_pve(f, "fi", |p| {
                    let config = p.configs.get_mut(&100).expect("a config");
                    change(config, |c| c.created = Some(NOW.minus(DAY)));
                });
            },
            "-------------V",
        ),
        (
            "no job takes it",
            |f| {
                edit_pve(f, "fi", |p| {
                    change(&mut p.backup_jobs, |j| j[0].selection = Selection::Guests(vec![101]));
                });
            },
            "-----------VVV",
        ),
        (
            "the jobs were never read",
            |f| {
                edit_pve(f, "fi", |p| p.backup_jobs = Part::new("/cluster/backup", 300));
            },
            "???????????VVV",
        ),
    ]);
}

#[test]
fn files_count_like_copies() {
    let nfs = |f: &mut Fleet, prune: Option<&str>, nights: &[i64]| {
        let files: Vec<_> = nights
            .iter()
            .map(|ago| BackupFile {
                volume: "nfs:backup/x".into(),
                vmid: Some(100),
                kind: Some(GuestKind::Qemu),
                time: DUE.plus(60).minus(ago * DAY),
                protected: false,
            })
            .collect();
        edit_pve(f, "fi", |p| {
            change(&mut p.storages, |s| {
                let mut nfs = s[0].clone();
                (nfs.name, nfs.kind, nfs.shared) = ("nfs".into(), "nfs".into(), true);
                nfs.prune = prune.map(Into::into);
                s.push(nfs);
            });
            change(&mut p.backup_jobs, |j| j[0].storage = Some("nfs".into()));
            let part = Part::new("/nodes/fi1/storage/nfs/prunebackups", 3600)
                .answered(files, NOW.minus(5));
            p.files.insert("nfs".into(), [("".into(), part)].into());
        });
        // What was copied before the job was changed is still there, and still counts.
        holds(f, &[]);
    };
    let mut fleet = healthy();
    nfs(&mut fleet, Some("keep-last=2"), &[0, 2]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "pppppppppppmom");
    let mut fleet = healthy();
    nfs(&mut fleet, None, &[0, 2]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "gggggggggggmom");
    let mut fleet = healthy();
    nfs(&mut fleet, Some("keep-last=2"), &[1, 2]);
    edit_pve(&mut fleet, "fi", |p| {
        p.files.values_mut().flat_map(|nodes| nodes.values_mut()).for_each(|part| age(part, DAY));
    });
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "pppppppppppmm?", "not looked at since");
}

#[test]
fn what_may_be_anothers_is_not_its_own() {
    let own = || guest(100, GuestKind::Qemu, "fi1", "db");
    let mut fleet = healthy();
    super::groups::neighbour(&mut fleet, "fi@pbs!backup", vec![own()]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "??????????????");
    assert_eq!(spelled(&last_days(&fleet, "fi", 101)), "gggggggggggVVV");
    let mut fleet = healthy();
    super::groups::neighbour(&mut fleet, "fr@pbs", vec![own()]);
    assert_eq!(spelled(&last_days(&fleet, "fi", 100)), "gggggggggggVVV", "the owner decides");
    assert_eq!(spelled(&last_days(&fleet, "fr", 100)), "oooooooooooooo", "never a copy");
}

#[test]
fn a_source_nothing_is_known_of() {
    let fleet = healthy();
    let judged = judged(&fleet);
    let row = guest_row(&judged, "fi", 100);
    let nobody = |_: &crate::fleet::id::SourceName| None;
    let when = (NOW, &jiff::tz::TimeZone::UTC);
    let told = Fortnights::new(&fleet, NOW).of(row, &nobody, when);
    assert_eq!(spelled(&told), "??????????????");
    let survey = |name: &crate::fleet::id::SourceName| fleet.survey(name).map(|s| &**s);
    let told = Fortnights::default().of(row, &survey, when);
    assert_eq!(spelled(&told), "??????????????");
}

#[test]
fn nights_on_a_node_that_the_guest_left_are_not_missing() {
    let told = |nodes: &[(&str, &[i64])]| {
        let mut fleet = healthy();
        holds(&mut fleet, &[]);
        edit_pve(&mut fleet, "fi", |p| {
            change(&mut p.storages, |s| {
                let mut local = s[0].clone();
                (local.name, local.kind, local.shared) = ("local".into(), "dir".into(), false);
                s.push(local);
            });
            change(&mut p.backup_jobs, |j| j[0].storage = Some("local".into()));
            for (node, nights) in nodes {
                let file = |ago: &i64| BackupFile {
                    volume: "local:backup/x".into(),
                    vmid: Some(100),
                    kind: Some(GuestKind::Qemu),
                    time: DUE.plus(60).minus(ago * DAY),
                    protected: false,
                };
                let part = Part::new("/prunebackups", 3600)
                    .answered(nights.iter().map(file).collect(), NOW.minus(5));
                p.files.entry("local".into()).or_default().insert((*node).into(), part);
            }
        });
        spelled(&last_days(&fleet, "fi", 100))
    };
    assert_eq!(told(&[("fi1", &[])]), "oooooooooooooo");
    assert_eq!(told(&[("fi1", &[]), ("fi2", &[1, 2])]), "???????????mm?");
    assert_eq!(told(&[("fi1", &[0]), ("fi2", &[1, 2])]), "gggggggggggmmm");
}
