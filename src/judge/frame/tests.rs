//! The whole judge over generated fleets: knowing less never improves anything, and nothing it
//! may be told makes it panic.

mod faults;
mod loss;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use self::faults::{BROKEN_STORE, FAULTS, JOB_OFF, REPLICA_FAILS, spoil};
use self::loss::{LINKS, Loss, WAYS, lose, lose_link, lose_rights, parts_of};
use crate::fleet::code::Code;
use crate::fleet::id::NodeName;
use crate::fleet::pve::replication::ReplicationJob;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::sample::{
    NOW, change, edit, edit_link, edit_pbs, edit_pve, except, healthy, judged, said, set,
    source_row,
};
use crate::judge::{Judged, Problem, Severity, Verdict, judge};

const SOURCES: [&str; 2] = ["fi", "pbs"];
const RIGHTS: [&str; 4] = ["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"];

/// Verdicts by row; what a row is made of counts alone as well.
fn verdicts(judged: &Judged) -> BTreeMap<String, Verdict> {
    let mut all = BTreeMap::from([("fleet".to_owned(), judged.verdict)]);
    for site in &judged.sites {
        all.insert(format!("site/{}", site.name), site.verdict);
        all.extend(site.sources.iter().map(|r| (format!("source/{}", r.name), r.verdict)));
        all.extend(site.nodes.iter().map(|r| (format!("node/{}/{}", r.source, r.name), r.verdict)));
        for row in &site.guests {
            let name = format!("guest/{}", row.vmid);
            all.extend(row.backup.verdict.map(|v| (format!("{name}/backup"), v)));
            all.extend(row.replication.verdict.map(|v| (format!("{name}/replication"), v)));
            all.extend(row.recovery.verdict.map(|v| (format!("{name}/recovery"), v)));
            all.insert(name, row.verdict);
        }
        for row in &site.storages {
            all.insert(format!("storage/{:?}/{}", row.node, row.name), row.verdict);
        }
        all.extend(site.datastores.iter().map(|r| (format!("datastore/{}", r.name), r.verdict)));
        all.extend(site.backup_jobs.iter().map(|r| (format!("backup-job/{}", r.id), r.verdict)));
    }
    all
}

/// The guests that no job covers, as their rows are called.
fn uncovered(judged: &Judged) -> BTreeSet<String> {
    let problems = judged.problems.iter().filter(|p| p.code == Code::BackupUncovered);
    problems
        .map(|p| match &p.subject {
            Subject::Guest(key) => format!("guest/{}", key.vmid),
            other => other.to_string(),
        })
        .collect()
}

/// What became better by knowing less. A critical state that can no longer be seen is unknown;
/// nothing else may fall, but for one exception the contract makes: when the jobs cannot be read,
/// a guest that no job covers is judged by the age of its copies (the source is unknown then).
/// `first`: what was said before anything was lost.
fn improved(first: &Judged, before: &Judged, after: &Judged) -> Vec<String> {
    let after = verdicts(after);
    let uncovered = uncovered(first);
    verdicts(before)
        .into_iter()
        .filter(|(row, _)| {
            let guest = row.strip_suffix("/backup").or(row.strip_suffix("/recovery"));
            !uncovered.contains(guest.unwrap_or(row))
        })
        .filter_map(|(row, old)| {
            let new = *after.get(&row)?;
            (new < old.min(Verdict::Unknown)).then(|| format!("{row}: {old:?} → {new:?}"))
        })
        .collect()
}

fn spoiled(faults: &[usize]) -> Fleet {
    let mut fleet = healthy();
    for fault in faults {
        spoil(&mut fleet, *fault);
    }
    fleet
}

/// Loses the part of a call.
fn without_part(fleet: &Fleet, source: &str, call: &str, way: Loss) -> Fleet {
    let mut fleet = fleet.clone();
    edit(&mut fleet, source, |survey| {
        let mut parts = parts_of(&mut survey.body);
        let part = parts.iter_mut().find(|p| p.call() == call).expect("a part of the sample");
        lose(part.as_mut(), way);
    });
    fleet
}

/// Loses one input of a fleet.
fn without(fleet: &Fleet, source: usize, part: usize, way: Loss) -> Fleet {
    let mut fleet = fleet.clone();
    edit(&mut fleet, SOURCES[source], |survey| {
        let mut parts = parts_of(&mut survey.body);
        let count = parts.len();
        lose(parts[part % count].as_mut(), way);
    });
    fleet
}

#[test]
fn the_loss_of_any_one_part_never_improves_what_any_one_fault_made() {
    for fault in (0..FAULTS).map(Some).chain([None]) {
        let fleet = spoiled(fault.as_slice());
        let before = judged(&fleet);
        for (source, name) in SOURCES.into_iter().enumerate() {
            let count = {
                let survey = fleet.survey(&name.into()).unwrap();
                parts_of(&mut survey.body.clone()).len()
            };
            for part in 0..count {
                for way in WAYS {
                    let after = judged(&without(&fleet, source, part, way));
                    let better = improved(&before, &before, &after);
                    let lost = format!("fault {fault:?}, {name} part {part} {way:?}");
                    assert!(better.is_empty(), "{lost}: {better:?}");
                }
            }
        }
    }
}

/// Loses the part of a call in one way and then in another; what improved by the second.
fn improved_by(fleet: &Fleet, source: &str, call: &str, [one, two]: [Loss; 2]) -> Vec<String> {
    let once = without_part(fleet, source, call, one);
    let twice = without_part(&once, source, call, two);
    improved(&judged(fleet), &judged(&once), &judged(&twice))
}

/// Found by `knowing_less_never_improves`: `replication.blind` took the failure of the call off
/// its source, which had been unknown while the call had not been asked.
#[test]
fn a_source_whose_replication_was_never_read_is_not_cleared_by_its_failure() {
    const CALL: &str = "/nodes/fi1/replication";
    let fleet = healthy();
    for first in [Loss::NotAsked, Loss::Failed, Loss::Stale, Loss::Old] {
        for then in [Loss::Failed, Loss::FailedLong, Loss::Denied] {
            let better = improved_by(&fleet, "fi", CALL, [first, then]);
            assert!(better.is_empty(), "{first:?} {then:?}: {better:?}");
        }
    }
}

/// `replication.blind` is told of guests instead of `source.partial`: the source is unknown by it,
/// unless it is accepted, and then by what fails elsewhere.
#[test]
fn what_is_blind_to_its_guests_is_unknown_of_its_source() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.replication, |jobs| {
            let (id, source) = ("200-0".into(), Some("fi3".into()));
            jobs.push(ReplicationJob { id, guest: 200, source, ..jobs[0].clone() });
        });
        let mut state = p.nodes[&NodeName::from("fi1")].replication.known().unwrap()[0].clone();
        state.id = "200-0".into();
        set(&mut p.nodes.get_mut("fi3").unwrap().replication, vec![state]);
    });
    let table: [(&[&str], bool, &[&str], Verdict); 5] = [
        (&[], false, &[], Verdict::Ok),
        (&["fi1"], false, &["unknown replication.blind guest/fi/100"], Verdict::Unknown),
        (&["fi1"], true, &[], Verdict::Ok),
        (&["fi1", "fi3"], true, &["unknown replication.blind guest/fi/200"], Verdict::Unknown),
        (
            &["fi1", "late"],
            true,
            &["unknown source.partial source/fi /nodes/fi3/replication"],
            Verdict::Unknown,
        ),
    ];
    for (lost, accepted, problems, verdict) in table {
        let mut fleet = fleet.clone();
        for node in lost {
            // What was remembered in time settles the guest, not the source.
            let (node, way) =
                if *node == "late" { ("fi3", Loss::Failed) } else { (*node, Loss::Denied) };
            fleet = without_part(&fleet, "fi", &format!("/nodes/{node}/replication"), way);
        }
        if accepted {
            except(&mut fleet, "guest/fi/100", "replication.blind");
        }
        let judged = judged(&fleet);
        assert_eq!(said(&judged), problems, "{lost:?} {accepted}");
        assert_eq!(source_row(&judged, "fi").verdict, verdict, "{lost:?} {accepted}");
    }
}

/// The same with `datastore.offline`: what of a broken store is not read follows from that,
/// asked or not.
#[test]
fn a_source_with_a_broken_store_is_the_same_whether_its_parts_failed_or_were_not_asked() {
    let mut fleet = healthy();
    spoil(&mut fleet, BROKEN_STORE);
    let call = "/admin/datastore/main/namespace";
    for first in WAYS {
        let once = judged(&without_part(&fleet, "pbs", call, first));
        assert_eq!(source_row(&once, "pbs").verdict, Verdict::Ok, "{first:?}");
        for then in WAYS {
            let better = improved_by(&fleet, "pbs", call, [first, then]);
            assert!(better.is_empty(), "{first:?} {then:?}: {better:?}");
        }
    }
}

/// Two losses that meet are rare where all are drawn alike. The faults that a problem tells of in
/// place of another, and one that the loss of the jobs hides.
#[test]
fn the_loss_of_one_part_twice_never_improves() {
    for fault in [None, Some(REPLICA_FAILS), Some(JOB_OFF), Some(BROKEN_STORE)] {
        let fleet = spoiled(fault.as_slice());
        let whole = judged(&fleet);
        let mut all = Vec::new();
        for (source, name) in SOURCES.into_iter().enumerate() {
            let count = parts_of(&mut fleet.survey(&name.into()).unwrap().body.clone()).len();
            for part in 0..count {
                for first in WAYS {
                    let once = without(&fleet, source, part, first);
                    let before = judged(&once);
                    for then in WAYS {
                        let after = judged(&without(&once, source, part, then));
                        let better = improved(&whole, &before, &after);
                        if !better.is_empty() {
                            all.push(format!("{name} part {part} {first:?} {then:?}: {better:?}"));
                        }
                    }
                }
            }
        }
        assert!(all.is_empty(), "fault {fault:?}: {all:#?}");
    }
}

#[test]
fn every_fault_is_seen() {
    for fault in 0..FAULTS {
        let judged = judged(&spoiled(&[fault]));
        assert!(judged.verdict > Verdict::Ok, "fault {fault}");
    }
}

#[test]
fn the_loss_of_a_right_or_of_the_link_never_improves() {
    for fault in (0..FAULTS).map(Some).chain([None]) {
        let fleet = spoiled(fault.as_slice());
        let before = judged(&fleet);
        for source in SOURCES {
            for right in RIGHTS {
                let mut less = fleet.clone();
                edit(&mut less, source, |s| lose_rights(&mut s.body, right));
                let better = improved(&before, &before, &judged(&less));
                assert!(better.is_empty(), "fault {fault:?}, {source} {right}: {better:?}");
            }
            for link in 0..LINKS {
                let mut less = fleet.clone();
                edit_link(&mut less, source, |l| lose_link(l, link));
                let better = improved(&before, &before, &judged(&less));
                assert!(better.is_empty(), "fault {fault:?}, {source} link {link}: {better:?}");
            }
        }
    }
}

/// Severity, site, subject, code, detail: as the report sorts.
fn order(p: &Problem) -> (std::cmp::Reverse<Severity>, String, String, &'static str, String) {
    let site = p.site.as_ref().map(ToString::to_string).unwrap_or_default();
    let detail = p.detail.as_deref().unwrap_or_default().to_owned();
    (std::cmp::Reverse(p.severity), site, p.subject.to_string(), p.code.as_str(), detail)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn knowing_less_never_improves(
        faults in prop::collection::vec(0..FAULTS, 0..5),
        losses in prop::collection::vec((0..2_usize, 0..400_usize, 0..WAYS.len()), 1..6),
    ) {
        let mut fleet = spoiled(&faults);
        let first = judged(&fleet);
        let mut before = judged(&fleet);
        for (source, part, way) in losses {
            fleet = without(&fleet, source, part, WAYS[way]);
            let after = judged(&fleet);
            let better = improved(&first, &before, &after);
            prop_assert!(better.is_empty(), "{better:?}");
            before = after;
        }
    }

    /// The same few inputs again and again, in every way there is to lose them.
    #[test]
    fn losing_the_same_again_never_improves(
        faults in prop::collection::vec(0..FAULTS, 0..3),
        parts in prop::array::uniform3((0..2_usize, 0..400_usize)),
        losses in prop::collection::vec((0..6_usize, any::<prop::sample::Index>()), 2..8),
    ) {
        let mut fleet = spoiled(&faults);
        let first = judged(&fleet);
        let mut before = judged(&fleet);
        for (what, way) in losses {
            match what {
                0 => edit(&mut fleet, SOURCES[parts[0].0], |s| {
                    lose_rights(&mut s.body, RIGHTS[way.index(RIGHTS.len())]);
                }),
                1 => edit_link(&mut fleet, SOURCES[parts[0].0], |l| lose_link(l, way.index(LINKS))),
                _ => {
                    let (source, part) = parts[what % 3];
                    fleet = without(&fleet, source, part, WAYS[way.index(WAYS.len())]);
                }
            }
            let after = judged(&fleet);
            let better = improved(&first, &before, &after);
            prop_assert!(better.is_empty(), "{better:?}");
            before = after;
        }
    }

    #[test]
    fn what_is_said_is_sorted_and_rolled_up(faults in prop::collection::vec(0..FAULTS, 0..8)) {
        let judged = judged(&spoiled(&faults));
        prop_assert!(judged.problems.windows(2).all(|p| order(&p[0]) <= order(&p[1])));
        prop_assert!(judged.notices.iter().all(|n| n.severity == Severity::Notice));
        prop_assert!(judged.problems.iter().all(|p| p.severity != Severity::Notice));
        let worst = judged.problems.iter().map(|p| p.severity.verdict()).max().unwrap_or_default();
        prop_assert!(judged.verdict >= worst);
        for row in judged.sites.iter().flat_map(|s| &s.guests) {
            let parts = [row.backup.verdict, row.replication.verdict];
            prop_assert!(parts.into_iter().flatten().all(|v| v <= row.verdict));
        }
    }

    #[test]
    fn what_is_accepted_is_a_notice_and_nothing_else_changes(
        faults in prop::collection::vec(0..FAULTS, 1..5),
    ) {
        let mut fleet = spoiled(&faults);
        let before = judged(&fleet);
        for problem in &before.problems {
            except(&mut fleet, &problem.subject.to_string(), problem.code.as_str());
        }
        let after = judged(&fleet);
        prop_assert_eq!(after.problems.len(), 0);
        prop_assert_eq!(after.notices.len(), before.problems.len() + before.notices.len());
    }

    #[test]
    fn no_time_and_no_clock_makes_it_panic(
        now in any::<i64>(),
        offset in any::<i64>(),
        near in -100_000_i64..100_000,
        faults in prop::collection::vec(0..FAULTS, 0..3),
    ) {
        let mut fleet = spoiled(&faults);
        for source in SOURCES {
            edit_link(&mut fleet, source, |l| l.clock_offset = Some(offset));
        }
        for now in [Epoch(now), NOW.plus(near), Epoch(i64::MIN), Epoch(i64::MAX)] {
            let judged = judge(&fleet, now);
            prop_assert_eq!(judged.taken, now);
        }
    }

    #[test]
    fn no_number_makes_it_panic(value in any::<f64>(), big in any::<u64>(), at in any::<i64>()) {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", |p| faults::hostile_pve(p, value, big, at));
        edit_pbs(&mut fleet, "pbs", |p| faults::hostile_pbs(p, value, big, at));
        let _ = judged(&fleet);
    }
}
