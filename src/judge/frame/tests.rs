//! The whole judge over generated fleets: knowing less never improves anything, and nothing it
//! may be told makes it panic.

mod faults;
mod loss;

use std::collections::BTreeMap;

use proptest::prelude::*;

use self::faults::{FAULTS, spoil};
use self::loss::{LINKS, Loss, WAYS, lose, lose_link, lose_rights, parts_of};
use crate::fleet::code::Code;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::sample::{NOW, edit, edit_link, edit_pbs, edit_pve, except, healthy, judged};
use crate::judge::{Judged, Problem, Severity, Verdict, judge};

const SOURCES: [&str; 2] = ["fi", "pbs"];

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

/// What became better by knowing less. A critical state that can no longer be seen is unknown;
/// nothing else may fall, but for one exception the contract makes: when the jobs cannot be read,
/// a guest that no job covers is judged by the age of its copies (the source is unknown then).
fn improved(before: &Judged, after: &Judged) -> Vec<String> {
    let after = verdicts(after);
    let uncovered: Vec<String> = before
        .problems
        .iter()
        .filter(|p| p.code == Code::BackupUncovered)
        .map(|p| match &p.subject {
            Subject::Guest(key) => format!("guest/{}", key.vmid),
            other => other.to_string(),
        })
        .collect();
    verdicts(before)
        .into_iter()
        .filter(|(row, _)| {
            let guest = row.strip_suffix("/backup").unwrap_or(row);
            !uncovered.iter().any(|u| u == guest)
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
                    let better = improved(&before, &after);
                    let lost = format!("fault {fault:?}, {name} part {part} {way:?}");
                    assert!(better.is_empty(), "{lost}: {better:?}");
                }
            }
        }
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
            for right in ["Sys.Audit", "VM.Audit", "Datastore.Audit", "Pool.Audit"] {
                let mut less = fleet.clone();
                edit(&mut less, source, |s| lose_rights(&mut s.body, right));
                let better = improved(&before, &judged(&less));
                assert!(better.is_empty(), "fault {fault:?}, {source} {right}: {better:?}");
            }
            for link in 0..LINKS {
                let mut less = fleet.clone();
                edit_link(&mut less, source, |l| lose_link(l, link));
                let better = improved(&before, &judged(&less));
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
        let mut before = judged(&fleet);
        for (source, part, way) in losses {
            fleet = without(&fleet, source, part, WAYS[way]);
            let after = judged(&fleet);
            let better = improved(&before, &after);
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
