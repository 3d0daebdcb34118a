//! Nodes and PBS hosts, judged by hand.

use crate::fleet::host::{Usage, ZfsPool};
use crate::fleet::link::PeerCertificate;
use crate::fleet::pve::NodeParts;
use crate::fleet::pve::cluster::{NodeState, Resources};
use crate::fleet::time::Epoch;
use crate::judge::sample::{
    NOW, age, certificate, change, edit_link, edit_pbs, edit_pve, guest_row, healthy, judged, node,
    noticed, said, set, spelled, version,
};
use crate::judge::{Judged, Verdict};

const DAY: i64 = 86_400;

/// Judges the healthy fleet with other parts of fi2.
fn with_parts(edit: impl FnOnce(&mut NodeParts)) -> Judged {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| edit(p.nodes.get_mut("fi2").unwrap()));
    judged(&fleet)
}

fn with_resources(edit: impl FnOnce(&mut Resources)) -> Judged {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| change(&mut p.resources, edit));
    judged(&fleet)
}

#[test]
fn a_dead_node_is_one_problem_and_its_guests_follow_at_once() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| change(&mut p.status, |s| s.members[2].online = false));
    let judged = judged(&fleet);
    assert_eq!(
        said(&judged),
        ["critical node.offline node/fi/fi3", "warning cluster.fragile cluster/fi"]
    );
    let row = node(&judged, "fi", "fi3");
    assert_eq!(
        (row.state, row.verdict, row.because.as_ref()),
        (NodeState::Offline, Verdict::Critical, None)
    );
    let guest = guest_row(&judged, "fi", 200);
    assert_eq!((&*guest.state, guest.verdict), ("unknown", Verdict::Unknown));
    assert_eq!(spelled(guest.because.as_ref()), "node/fi/fi3");
    assert_eq!(guest.name.as_deref(), Some("dns"), "its name is remembered");
    assert_eq!(guest_row(&judged, "fi", 100).verdict, Verdict::Ok);
}

#[test]
fn a_node_without_pvestatd_is_stale() {
    let judged = with_resources(|r| r.nodes[1].state = NodeState::Unknown);
    assert_eq!(said(&judged), ["unknown node.stale node/fi/fi2"]);
    assert_eq!(spelled(guest_row(&judged, "fi", 101).because.as_ref()), "node/fi/fi2");
}

#[test]
fn load_is_an_average_and_never_one_sample() {
    // cpu of the points, newest last → problem
    let table: [(&[f64], bool); 5] = [
        (&[0.96, 0.97, 0.98], true),
        (&[0.95, 0.95, 0.95], false),
        (&[1.0, 1.0], false),
        (&[1.0, 1.0, 0.1], false),
        (&[f64::NAN, 1.0, 1.0], false),
    ];
    for (loads, expected) in table {
        let judged = with_parts(|p| {
            change(&mut p.history, |h| {
                let last = h.points.len() - loads.len();
                h.points.drain(..last);
                for (point, load) in h.points.iter_mut().zip(loads) {
                    point.cpu = Some(*load);
                }
            });
        });
        let problem = ["warning node.cpu node/fi/fi2"];
        assert_eq!(said(&judged), if expected { &problem[..] } else { &[] }, "{loads:?}");
    }
}

#[test]
fn old_points_do_not_count() {
    let judged = with_parts(|p| {
        change(&mut p.history, |h| {
            for point in &mut h.points {
                if point.time < NOW.minus(660) {
                    point.iowait = Some(1.0);
                }
            }
        });
    });
    assert_eq!(said(&judged), [""; 0]);
}

#[test]
fn a_busy_host_without_a_history_is_unknown() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        change(&mut p.resources, |r| r.nodes[1].cpu = Some(1.0));
        change(&mut p.nodes.get_mut("fi2").unwrap().history, |h| h.points.clear());
    });
    let judged = judged(&fleet);
    assert_eq!(said(&judged), [""; 0]);
    assert_eq!(node(&judged, "fi", "fi2").verdict, Verdict::Unknown);
}

#[test]
fn the_root_file_system_fills() {
    let table =
        [(849, None), (850, Some("warning")), (949, Some("warning")), (950, Some("critical"))];
    for (used, severity) in table {
        let judged = with_resources(|r| r.nodes[1].rootfs = Some(Usage { used, total: 1000 }));
        let expected: Vec<String> =
            severity.map(|s| format!("{s} node.rootfs node/fi/fi2")).into_iter().collect();
        assert_eq!(said(&judged), expected);
    }
}

#[test]
fn only_needed_services_count() {
    let table = [
        ("pvescheduler", "failed", "enabled", true),
        ("pvescheduler", "inactive", "not-found", false),
        ("corosync", "inactive", "enabled", true),
        ("chrony", "failed", "enabled", false),
        ("pveproxy", "active", "enabled", false),
    ];
    for (name, active, unit, expected) in table {
        let judged = with_parts(|p| {
            change(&mut p.services, |services| {
                let service = services.iter_mut().find(|s| &*s.name == name).unwrap();
                service.active = Some(active.into());
                service.unit = Some(unit.into());
            });
        });
        let problem = format!("critical node.service node/fi/fi2 {name}");
        assert_eq!(said(&judged).contains(&problem), expected, "{name} {active}");
    }
}

#[test]
fn a_pbs_without_its_proxy_is_critical() {
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |p| {
        change(&mut p.services, |s| {
            s[1].active = None;
            s[1].state = "dead".into();
        });
    });
    assert_eq!(
        said(&judged(&fleet)),
        ["critical node.service node/pbs/localhost proxmox-backup-proxy"]
    );
}

#[test]
fn pools_and_disks() {
    for (health, severity) in [
        ("DEGRADED", "warning"),
        ("FAULTED", "critical"),
        ("SUSPENDED", "critical"),
        ("SOMETHING", "unknown"),
    ] {
        let judged = with_parts(|p| {
            let pool = ZfsPool {
                name: "tank".into(),
                health: health.into(),
                usage: None,
                fragmentation: None,
            };
            set(&mut p.zfs, vec![pool]);
        });
        assert_eq!(said(&judged), [format!("{severity} node.zfs node/fi/fi2 tank")]);
    }
    let judged = with_parts(|p| {
        change(&mut p.disks, |d| {
            d[0].health = Some("FAILED!".into());
            d[0].life = Some(0.03);
        });
        age(&mut p.disks, 90 * DAY);
    });
    assert_eq!(
        said(&judged),
        [
            "critical node.disk node/fi/fi2 /dev/nvme0n1",
            "critical node.wearout node/fi/fi2 /dev/nvme0n1"
        ],
        "old, and still true"
    );
    let judged = with_parts(|p| change(&mut p.disks, |d| d[0].life = Some(0.10)));
    assert_eq!(said(&judged), ["warning node.wearout node/fi/fi2 /dev/nvme0n1"]);
}

#[test]
fn smart_that_was_not_asked_is_no_problem() {
    let judged = with_parts(|p| p.disks = NodeParts::new(&"fi2".into()).disks);
    assert_eq!(judged.verdict, Verdict::Ok);
}

#[test]
fn the_served_certificate_is_judged() {
    for (days, severity) in
        [(10, None), (9, Some("warning")), (1, Some("critical")), (-1, Some("critical"))]
    {
        let judged = with_parts(|p| {
            let own = certificate("pve-ssl.pem", 1);
            let custom = certificate("pveproxy-ssl.pem", days);
            set(&mut p.certificates, vec![own, custom]);
        });
        let expected: Vec<String> = severity
            .map(|s| format!("{s} node.certificate node/fi/fi2 pveproxy-ssl.pem"))
            .into_iter()
            .collect();
        assert_eq!(said(&judged), expected, "{days} days");
    }
}

#[test]
fn a_handshake_tells_more_than_a_file() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        set(&mut p.nodes.get_mut("fi1").unwrap().certificates, vec![certificate("pve-ssl.pem", 1)]);
    });
    edit_link(&mut fleet, "fi", |l| {
        l.endpoints[0].node = Some("fi1".into());
        l.endpoints[0].certificate = Some(PeerCertificate {
            fingerprint: [0; 32],
            not_after: Some(NOW.plus(5 * DAY)),
            subject: "CN=fi1".into(),
            issuer: "CN=CA".into(),
            ..PeerCertificate::default()
        });
    });
    assert_eq!(said(&judged(&fleet)), ["warning node.certificate node/fi/fi1 fi1:8006"]);
}

#[test]
fn the_ca_is_told_once() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |p| {
        for parts in p.nodes.values_mut() {
            change(&mut parts.certificates, |c| c[0].not_after = Some(NOW.plus(29 * DAY)));
        }
    });
    assert_eq!(said(&judged(&fleet)), ["warning node.certificate node/fi/fi1 pve-root-ca.pem"]);
}

#[test]
fn versions_mixed_and_at_their_end() {
    let judged = with_parts(|p| set(&mut p.version, version(8)));
    assert_eq!(said(&judged), ["warning node.version node/fi/fi2 8.1.2"]);
    assert_eq!(noticed(&judged), ["notice node.version node/fi/fi2 end of life"]);

    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |p| set(&mut p.version, version(3)));
    let told = crate::judge::judge(&fleet, NOW);
    assert_eq!(noticed(&told), ["notice node.version node/pbs/localhost end of life"]);
    let august = Epoch(1_788_220_799);
    let told = crate::judge::judge(&fleet, august);
    assert!(!noticed(&told).iter().any(|n| n.contains("end of life")));
}

#[test]
fn what_is_not_read_makes_the_node_unknown_because_of_its_source() {
    for (what, edit) in [
        ("services", (|p| age(&mut p.services, 901)) as fn(&mut NodeParts)),
        ("zfs", |p| age(&mut p.zfs, 901)),
        ("history", |p| p.history = NodeParts::new(&"fi2".into()).history),
        ("certificates", |p| p.certificates = NodeParts::new(&"fi2".into()).certificates),
        ("version", |p| p.version = NodeParts::new(&"fi2".into()).version),
    ] {
        let judged = with_parts(edit);
        let row = node(&judged, "fi", "fi2");
        assert_eq!(row.verdict, Verdict::Unknown, "{what}");
        assert_eq!(spelled(row.because.as_ref()), "source/fi", "{what}");
    }
}
