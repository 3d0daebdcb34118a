//! Answers that are well formed and not to be believed, or believed with care.

use vigie::judge::Verdict;
use vigie::judge::rows::SourceState as Is;
use vigie::simulate::fleet::{SimCluster, SimGuest, SimNode, SimVersion};
use vigie::simulate::schedule::When;
use vigie::simulate::{Fault, PVE_TOKEN, Rights};

use super::{guests, others_are_fresh, recovered, told};
use crate::bed::{Bed, source_row, two_sites};

/// A load balancer that calls everything a page: what counts is what is in it.
#[test]
fn a_content_type_is_not_believed() {
    let mut bed = Bed::new(two_sites());
    bed.source("alone").set(&Fault::Kind("text/html; charset=iso-8859-1".into()));
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a wrong content type");
}

/// Lists that are emptied because a right is gone are unknown, never empty.
#[test]
fn an_emptied_list_is_no_empty_list() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    bed.source("alone").grant(PVE_TOKEN, Rights::NOTHING);
    let judged = bed.look();
    assert_eq!(source_row(&judged, "alone").state, Is::Forbidden);
    assert_eq!(guests(&judged, "alone").count(), 2, "known guests are not gone");
    assert_eq!(
        told(&bed, &judged, "alone"),
        ["unknown source.forbidden source/alone (cluster, nodes, HA, backup jobs, tasks, guests, \
             replication, storages, backup files)"]
    );
    others_are_fresh(&judged, "alone", "a missing right");
    bed.source("alone").grant(PVE_TOKEN, Rights::AUDITOR);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "a missing right");
}

/// Lists that are emptied with every right in place are doubted: they are read again, with the
/// rights, before they are believed, and what follows from them is not well.
#[test]
fn a_list_that_is_empty_at_once_is_not_taken_for_well() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    bed.source("alone").set_on("/cluster/resources", &Fault::Empty);
    bed.federation.forget_requests();
    let judged = bed.look();
    let site = judged.sites.iter().find(|site| site.name.as_str() == "shed").unwrap();
    assert_ne!(site.verdict, Verdict::Ok, "{:?}", bed.said(&judged));
    let asked = bed.source("alone").requests();
    let is_list = |path: &&str| path.contains("/cluster/resources");
    let asked = asked.iter().map(|request| &*request.target).filter(is_list).count();
    assert_eq!(asked, 2, "it is read again, with the rights, before it is believed");
    assert_eq!(
        told(&bed, &judged, "alone"),
        ["warning backup.job backup-job/alone/backup-nightly (empty)"]
    );
    others_are_fresh(&judged, "alone", "an emptied list");
    bed.source("alone").clear();
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "an emptied list");
}

/// Who knows none of the calls that every release has is not taken for a host without anything.
#[test]
fn a_server_that_knows_no_call_is_not_well() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    let seen = bed.survey("alone").pve().unwrap().resources.seen;
    bed.source("alone").set(&Fault::Status(501, "Method not implemented".into()));
    let judged = bed.look();
    let row = source_row(&judged, "alone");
    assert!(row.verdict > Verdict::Warning && !row.complete, "{row:?}");
    assert_eq!(guests(&judged, "alone").count(), 2, "known guests are not gone");
    assert_eq!(bed.survey("alone").pve().unwrap().resources.seen, seen, "with their age");
    assert_eq!(
        told(&bed, &judged, "alone"),
        ["unknown source.partial source/alone \
             (/cluster/resources, /cluster/status, /cluster/tasks)"]
    );
    others_are_fresh(&judged, "alone", "501 of everything");
    bed.source("alone").clear();
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "501 of everything");
}

/// Time that goes back: nothing panics, nothing is from the future, and all is well at once.
#[test]
fn time_that_goes_back() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    bed.clock.advance(-7_200);
    let judged = bed.look();
    for source in ["pve", "pbs", "alone"] {
        assert_eq!(source_row(&judged, source).state, Is::Fresh, "{source}");
    }
    bed.clock.advance(7_200);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "time that went back");
}

/// A number that is given to another guest: the copies of the one before are not its own.
#[test]
fn a_number_that_is_used_again() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    bed.source("alone").edit(|cluster| {
        cluster.guests[0] = SimGuest { age_days: 0, ..SimGuest::qemu(500, "young", "alone") };
    });
    // Configurations are read rarely: as after a start.
    bed.reconfigure(str::to_owned);
    let judged = bed.look();
    let rows = judged.sites.iter().flat_map(|site| &site.guests);
    let row = rows.into_iter().find(|row| row.vmid == 500).unwrap();
    assert_eq!(row.name.as_deref(), Some("young"));
    assert_eq!(row.backup.newest, None, "those copies are of another guest");
}

/// Nothing is there, and that is well.
#[test]
fn an_empty_cluster_is_well() {
    let mut fleet = two_sites();
    let host = fleet.cluster_mut("alone").unwrap();
    host.guests.clear();
    host.backup_jobs.clear();
    let mut bed = Bed::new(fleet);
    let judged = bed.look();
    assert_eq!(source_row(&judged, "alone").state, Is::Fresh);
    assert_eq!(guests(&judged, "alone").count(), 0);
    assert_eq!(judged.problems, []);
}

/// Sixty-four nodes are asked within one look.
#[test]
fn a_cluster_of_sixty_four() {
    let mut fleet = two_sites();
    let nodes: Vec<SimNode> =
        (1..=64).map(|n| SimNode::healthy(&format!("n{n:02}"), &format!("10.1.0.{n}"))).collect();
    let guests = (1..=64).map(|n| SimGuest::qemu(1_000 + n, &format!("g{n}"), &format!("n{n:02}")));
    let mut large =
        SimCluster::healthy("large", SimVersion(9, 1, 7), nodes, None, When::Daily(3, 0));
    large.guests = guests.collect();
    large.backup_jobs.clear();
    fleet.sites[1].clusters.push(large);
    let mut bed = Bed::new(fleet);
    bed.patience = std::time::Duration::from_secs(60);
    let judged = bed.look_at(|source| source == "large");
    let row = source_row(&judged, "large");
    assert_eq!(row.state, Is::Fresh, "{row:?}");
    let nodes = judged.sites[1].nodes.iter().filter(|node| node.source.as_str() == "large");
    assert_eq!(nodes.count(), 64);
}
