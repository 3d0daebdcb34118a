//! Healthy fleets of every supported shape raise nothing.

use std::collections::BTreeSet;

use vigie::fleet::part::PartState;
use vigie::judge::Verdict;
use vigie::judge::rows::{Judged, SourceState};
use vigie::simulate::SimFleet;
use vigie::simulate::fleet::SimVersion;

use crate::bed::{Bed, LOOK, NOON, not_ok, source_row, two_sites};

const PVE: [SimVersion; 3] = [SimVersion(7, 4, 17), SimVersion(8, 4, 14), SimVersion(9, 1, 7)];
const PBS: [SimVersion; 3] = [SimVersion(2, 4, 7), SimVersion(3, 4, 2), SimVersion(4, 2, 3)];

/// The notices the contract demands of a shape in March 2026, by hand.
fn notices(pve: SimVersion, pbs: SimVersion) -> BTreeSet<String> {
    // Two nodes and no QDevice.
    let mut notices = vec!["notice cluster.fragile cluster/pve"];
    // Supported until 31 July 2024.
    if pve.0 == 7 {
        notices.push("notice node.version node/pve/pve1 (end of life)");
        notices.push("notice node.version node/pve/pve2 (end of life)");
    }
    if pbs.0 == 2 {
        notices.push("notice node.version node/pbs/localhost (end of life)");
    }
    notices.into_iter().map(str::to_owned).collect()
}

/// Nothing is wrong, everything was read, and everything is known.
fn all_is_well(bed: &Bed, judged: &Judged, what: &str) {
    assert_eq!(judged.problems, [], "{what}");
    assert_eq!(judged.verdict, Verdict::Ok, "{what}: {:#?}", not_ok(judged));
    for (_, facts, survey) in bed.fleet.sources() {
        let row = source_row(judged, facts.name.as_str());
        assert_eq!(row.state, SourceState::Fresh, "{what}: {}", row.name);
        assert!(row.complete, "{what}: {} is not complete", row.name);
        assert_eq!(row.missing_privileges, [], "{what}: {}", row.name);
        assert_eq!(row.error, None, "{what}: {}", row.name);
        assert!(row.version.is_some() && row.clock_offset == Some(0), "{what}: {row:?}");
        for part in survey.parts(bed.now()) {
            assert_eq!(part.state, PartState::Fresh, "{what}: {}: {part:?}", row.name);
        }
    }
}

fn guests_are_known(judged: &Judged, what: &str) {
    for guest in judged.sites.iter().flat_map(|site| &site.guests) {
        let vmid = guest.vmid;
        assert_eq!(guest.verdict, Verdict::Ok, "{what}: {guest:?}");
        assert_eq!(&*guest.state, "running", "{what}: {vmid}");
        assert!(guest.name.is_some() && guest.cpu.is_some() && guest.memory.is_some());
        assert_eq!(guest.backup.verdict, Some(Verdict::Ok), "{what}: {vmid}");
        assert!(guest.backup.last.is_some() && guest.backup.place.is_some(), "{what}: {vmid}");
        assert_eq!(guest.backup.newest, guest.backup.last, "{what}: {vmid}");
        assert_eq!(guest.replication.verdict, Some(Verdict::Ok), "{what}: {vmid}");
        for job in &guest.replication.jobs {
            assert!(job.last_sync.is_some() && job.fail_count == Some(0), "{what}: {job:?}");
        }
    }
}

#[test]
fn every_shape_raises_nothing() {
    for pve in PVE {
        for pbs in PBS {
            let what = format!("PVE {} with PBS {}", pve.pve_text(), pbs.short());
            let mut bed = Bed::new(SimFleet::healthy(pve, pbs));
            let judged = bed.look();
            all_is_well(&bed, &judged, &what);
            guests_are_known(&judged, &what);
            assert_eq!(bed.said(&judged), notices(pve, pbs), "{what}");
            let (guests, nodes) = (&judged.sites[0].guests, &judged.sites[0].nodes);
            assert_eq!((guests.len(), nodes.len()), (4, 2), "{what}");
            assert_eq!(judged.sites[1].datastores.len(), 1, "{what}");
            // A second look goes on from the first.
            let judged = bed.look();
            all_is_well(&bed, &judged, &what);
            guests_are_known(&judged, &what);
        }
    }
}

/// Moments of a day, UTC: the jobs begin at 01:30 (backup), 02:00 (backup of the other site), 03:30
/// (verification), 04:00 (prune), 04:30 (garbage collection) and every 15 minutes (replication).
const MOMENTS: [&str; 24] = [
    "13:00:03", "13:00:25", "13:00:44", "17:15:30", "21:59:50", "23:59:50", "01:29:50", "01:30:02",
    "01:31:00", "01:33:00", "01:36:00", "01:45:30", "02:00:05", "02:03:00", "02:20:00", "03:30:10",
    "03:39:00", "04:00:20", "04:10:00", "04:30:20", "04:45:00", "05:05:00", "06:31:00", "11:59:00",
];

/// Backups run, verifications run, replication runs, schedules come due, pruned copies go: none
/// of that is ever a problem.
fn a_day_raises_nothing(pve: SimVersion, pbs: SimVersion) {
    let mut fleet = two_sites();
    for site in &mut fleet.sites {
        site.clusters.iter_mut().for_each(|cluster| cluster.version = pve);
        site.backup_servers.iter_mut().for_each(|server| server.version = pbs);
    }
    let mut bed = Bed::new(fleet);
    let mut is_running = false;
    for moment in MOMENTS {
        let numbers: Vec<i64> = moment.split(':').map(|n| n.parse().unwrap()).collect();
        let of_day = numbers[0] * 3_600 + numbers[1] * 60 + numbers[2];
        let now = bed.clock.now();
        bed.clock.advance((of_day - now).rem_euclid(86_400) - LOOK);
        let judged = bed.look();
        all_is_well(&bed, &judged, &format!("{pve:?}, {pbs:?}, at {moment}"));
        is_running |= judged.sites[0].guests.iter().any(|guest| guest.backup.running);
    }
    assert!(is_running, "a backup was seen running");
    assert!((23..25).contains(&((bed.clock.now() - NOON) / 3_600)), "a day has passed");
}

#[test]
fn a_day_raises_nothing_on_the_newest() {
    a_day_raises_nothing(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
}

#[test]
fn a_day_raises_nothing_on_the_oldest() {
    a_day_raises_nothing(SimVersion(7, 4, 17), SimVersion(2, 4, 7));
}
