//! Clusters, judged by hand.

use super::Tally;
use super::votes::quorate_without;
use crate::fleet::id::NodeName;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{ClusterStatus, HaDaemon, HaService, HaStatus, Qdevice, Votes};
use crate::judge::rows::SourceState;
use crate::judge::sample::{
    NOW, SEEN, change, edit_link, edit_pve, guest_row, healthy, judged, member, node, noticed,
    said, set, source_row, spelled,
};
use crate::judge::{Judged, Verdict};

/// A cluster of so many nodes of which the last `offline` are away.
fn cluster(nodes: usize, offline: usize) -> ClusterStatus {
    let names: Vec<String> = (1..=nodes).map(|n| format!("fi{n}")).collect();
    ClusterStatus {
        name: Some("fi".into()),
        quorate: Some(true),
        members: names
            .iter()
            .enumerate()
            .map(|(i, n)| member(n, i < nodes - offline, i == 0))
            .collect(),
    }
}

#[test]
fn votes_are_counted() {
    const NONE: Qdevice = Qdevice::None;
    const VOTES: Qdevice = Qdevice::Votes;
    const SILENT: Qdevice = Qdevice::Silent;
    // nodes, offline, QDevice → one more lost is too many
    let table = [
        (2, 0, NONE, true),
        (2, 0, VOTES, false),
        (2, 1, VOTES, true),
        (3, 0, NONE, false),
        (3, 1, NONE, true),
        (4, 0, NONE, false),
        (4, 1, NONE, true),
        (4, 1, VOTES, false),
        (5, 1, NONE, false),
        (5, 2, NONE, true),
        // Two votes are there of the three that are expected, and two are needed.
        (2, 0, SILENT, true),
        // Three of five, and three are needed: without a QDevice three nodes could lose one.
        (3, 0, SILENT, true),
        // Four of five.
        (4, 0, SILENT, false),
    ];
    for (nodes, offline, qdevice, fragile) in table {
        let tally = Tally::new(&PveSurvey::new(), &cluster(nodes, offline), qdevice, &[]);
        assert_eq!(tally.is_fragile(), fragile, "{nodes} nodes, {offline} offline, {qdevice:?}");
    }
}

/// Votes left, votes needed, whether they suffice, whether one node more is too many.
type Counted = (u32, u32, bool, bool);

/// Votes that are not one each: what counts is votes, not nodes.
#[test]
fn votes_of_different_weight_are_counted() {
    // votes of each node, those that are lost → votes left, needed, quorate, fragile
    let table: [(&[u32], &[&str], Counted); 8] = [
        (&[3, 1, 1], &[], (5, 3, true, true)),
        (&[3, 1, 1], &["fi1"], (2, 3, false, true)),
        (&[3, 1, 1], &["fi2", "fi3"], (3, 3, true, true)),
        (&[2, 1, 1], &["fi1"], (2, 3, false, true)),
        (&[2, 2, 1], &["fi3"], (4, 3, true, true)),
        (&[2, 2, 1], &["fi1"], (3, 3, true, true)),
        // One that votes not is missed by nobody.
        (&[1, 1, 0], &["fi3"], (2, 2, true, true)),
        (&[2, 2, 2], &["fi1"], (4, 4, true, true)),
    ];
    for (votes, lost, expected) in table {
        let mut pve = PveSurvey::new();
        let status = cluster(votes.len(), 0);
        let nodes = (1..).zip(votes).map(|(n, votes)| (format!("fi{n}").into(), *votes)).collect();
        set(&mut pve.votes, Votes { nodes });
        let lost: Vec<NodeName> = lost.iter().map(|name| (*name).into()).collect();
        let tally = Tally::new(&pve, &status, Qdevice::None, &lost);
        let told = (tally.present, tally.quorum, tally.is_quorate(), tally.is_fragile());
        assert_eq!(told, expected, "{votes:?} without {lost:?}");
        set(&mut pve.status, status);
        set(&mut pve.qdevice, Qdevice::None);
        assert_eq!(quorate_without(&pve, &lost), Some(expected.2), "{votes:?} without {lost:?}");
    }
}

fn without_quorum() -> Judged {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.status, |s| {
            s.quorate = Some(false);
            s.members[1].online = false;
            s.members[2].online = false;
        });
    });
    judged(&fleet)
}

#[test]
fn an_isolated_node_is_not_believed_of_the_others() {
    let judged = without_quorum();
    assert_eq!(said(&judged), ["critical cluster.no-quorum cluster/fi"]);
    assert_eq!(source_row(&judged, "fi").verdict, Verdict::Critical);
    assert_eq!(node(&judged, "fi", "fi1").verdict, Verdict::Ok);
    for name in ["fi2", "fi3"] {
        let row = node(&judged, "fi", name);
        assert_eq!(row.verdict, Verdict::Unknown);
        assert_eq!(spelled(row.because.as_ref()), "cluster/fi");
    }
    let guest = guest_row(&judged, "fi", 101);
    assert_eq!(spelled(guest.because.as_ref()), "cluster/fi");
    assert_eq!((guest.verdict, &*guest.state), (Verdict::Unknown, "unknown"));
}

#[test]
fn the_half_that_was_cut_off_is_shown_beside_the_believed_one() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| change(&mut p.status, |s| s.members[1].online = false));
    edit_link(&mut fleet, "fi", |l| {
        l.endpoints[1].node = Some("fi2".into());
        l.endpoints[1].quorate = Some(false);
    });
    let told = said(&judged(&fleet));
    assert!(told.contains(&"critical cluster.no-quorum cluster/fi fi2".to_owned()), "{told:?}");
    assert!(told.contains(&"critical node.offline node/fi/fi2".to_owned()));
}

#[test]
fn fragile_is_a_warning_with_a_member_away_and_a_notice_by_construction() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| change(&mut p.status, |s| s.members[2].online = false));
    let told = said(&judged(&fleet));
    assert!(told.contains(&"warning cluster.fragile cluster/fi".to_owned()), "{told:?}");

    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.status, |s| s.members.truncate(2));
        change(&mut p.resources, |r| {
            r.nodes.truncate(2);
            r.guests.retain(|g| &*g.node.to_string() != "fi3");
            r.storages.retain(|s| s.node.as_str() != "fi3");
        });
        p.nodes.remove("fi3");
        p.configs.remove(&200);
    });
    assert_eq!(noticed(&judged(&fleet)).iter().filter(|n| n.contains("fragile")).count(), 1);
    edit_pve(&mut fleet, "fi", |p| set(&mut p.qdevice, Qdevice::Votes));
    assert!(!noticed(&judged(&fleet)).iter().any(|n| n.contains("fragile")));
}

fn daemon(node: &str, seconds: i64) -> HaDaemon {
    HaDaemon { node: node.into(), timestamp: Some(SEEN.minus(seconds)), status: "active".into() }
}

fn ha(services: Vec<HaService>, master: i64, lrm: i64) -> HaStatus {
    HaStatus { master: Some(daemon("fi1", master)), lrms: vec![daemon("fi2", lrm)], services }
}

fn service(state: &str) -> HaService {
    HaService { vmid: 100, node: "fi1".into(), state: state.into(), request: None, group: None }
}

#[test]
fn ha_is_judged_only_where_it_is_used() {
    let table: [(HaStatus, &[&str]); 5] = [
        (ha(Vec::new(), 900, 900), &[]),
        (ha(vec![service("started")], 30, 30), &[]),
        (ha(vec![service("started")], 31, 5), &["critical ha.error cluster/fi master fi1"]),
        (ha(vec![service("started")], 5, 31), &["critical ha.error cluster/fi lrm fi2"]),
        (ha(vec![service("error")], 5, 5), &["critical ha.error guest/fi/100"]),
    ];
    for (status, problems) in table {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", |p| set(&mut p.ha, status));
        let told = judged(&fleet);
        assert_eq!(said(&told), problems);
    }
}

#[test]
fn a_daemon_is_held_against_the_clock_of_its_server() {
    let mut fleet = healthy();
    edit_link(&mut fleet, "fi", |l| l.clock_offset = Some(-50));
    edit_pve(&mut fleet, "fi", |p| set(&mut p.ha, ha(vec![service("started")], 55, 55)));
    assert!(!said(&judged(&fleet)).iter().any(|p| p.contains("ha.error")), "5 s by its own clock");
}

#[test]
fn the_daemons_of_a_dead_node_follow_from_it() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.status, |s| s.members[1].online = false);
        set(&mut p.ha, ha(vec![service("started")], 5, 400));
    });
    assert!(!said(&judged(&fleet)).iter().any(|p| p.contains("ha.error")));
}

#[test]
fn a_cluster_that_does_not_answer_is_not_judged() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| change(&mut p.status, |s| s.quorate = Some(false)));
    edit_link(&mut fleet, "fi", |l| l.round = Some(NOW.minus(400)));
    let judged = judged(&fleet);
    assert_eq!(source_row(&judged, "fi").state, SourceState::Stale);
    assert_eq!(said(&judged), ["unknown source.stale source/fi"]);
}
