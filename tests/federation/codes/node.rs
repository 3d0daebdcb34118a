//! `node.*`, `ha.*`, and what follows from a node that is gone.

use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimNode, SimVersion};

use super::{Row, row};
use crate::bed::Bed;

pub fn rows() -> Vec<Row> {
    vec![
        row("HA gave a guest up", &["critical ha.error guest/pve/100"])
            .fleet(|fleet| fleet.cluster_mut("pve").unwrap().ha[0].state = "error".into()),
        row(
            "the HA manager gives no sign of life",
            &["critical ha.error cluster/pve (master pve1)"],
        )
        .then(|bed| {
            bed.source("pve").edit(|cluster| cluster.ha_master_dead_since = Some(-60));
        }),
        row("a node's LRM gives no sign of life", &["critical ha.error cluster/pve (lrm pve2)"])
            .then(|bed| {
                bed.source("pve").edit_node("pve2", |node| node.lrm_dead_since = Some(-60));
            }),
        row("two halves of a cluster disagree", HALVES)
            .then(|bed| {
                let since = bed.clock.now() - crate::bed::NOON;
                bed.source("pve").edit_node("pve2", |node| node.cut_off_since = Some(since));
            })
            .no_word_of_fragility(),
        row("one of two nodes is off", HALF).then(switch_off).no_word_of_fragility(),
        row("a node is off, and the other was told to go on alone", OFF)
            .then(|bed| {
                go_on_alone(bed);
                switch_off(bed);
            })
            .no_word_of_fragility(),
        row("a node has been off for ten minutes", OFF)
            .then(|bed| {
                go_on_alone(bed);
                switch_off(bed);
                bed.look();
                bed.clock.advance(600);
            })
            .no_word_of_fragility(),
        row("nothing comes from a node's pvestatd", &["unknown node.stale node/pve/pve2"]).then(
            |bed| {
                bed.source("pve").edit_node("pve2", |node| node.statd_stale_since = Some(-400));
            },
        ),
        row("a node computes", &["warning node.cpu node/pve/pve1"])
            .fleet(|fleet| first(fleet).load = 1.0),
        row("a node's memory is full", &["warning node.memory node/pve/pve1"])
            .fleet(|fleet| first(fleet).memory_used = Some(0.97)),
        row("a node swaps", &["warning node.swap node/pve/pve1"])
            .fleet(|fleet| first(fleet).swap_used = Some(0.85)),
        row("a node has some swap in use", &[]).fleet(|fleet| first(fleet).swap_used = Some(0.75)),
        row("a node waits for its disks", &["warning node.iowait node/pve/pve1"])
            .fleet(|fleet| first(fleet).iowait = Some(0.5)),
        row("a root file system fills", &["warning node.rootfs node/pve/pve1"])
            .fleet(|fleet| first(fleet).root_used = Some(0.86)),
        row("a root file system is full", &["critical node.rootfs node/pve/pve1"])
            .fleet(|fleet| first(fleet).root_used = Some(0.96)),
        row("a needed service died", &["critical node.service node/pve/pve1 (pvedaemon)"])
            .fleet(|fleet| first(fleet).stopped = vec!["pvedaemon".into()]),
        row("a service nobody needs died", &[])
            .fleet(|fleet| first(fleet).stopped = vec!["spiceproxy".into()]),
        row(
            "a needed service of a backup server died",
            &["critical node.service node/pbs/localhost (proxmox-backup)"],
        )
        .fleet(|fleet| fleet.pbs_mut("pbs").unwrap().stopped = vec!["proxmox-backup".into()]),
        row("a pool lost a disk", &["warning node.zfs node/pve/pve1 (rpool)"])
            .fleet(|fleet| first(fleet).pools[0].health = "DEGRADED".into()),
        row(
            "a pool of a backup server stands still",
            &["critical node.zfs node/pbs/localhost (tank)"],
        )
        .fleet(|fleet| fleet.pbs_mut("pbs").unwrap().pools[0].health = "SUSPENDED".into()),
        row("a host without ZFS", &[]).fleet(|fleet| first(fleet).pools.clear()),
        row("a disk failed", &["critical node.disk node/pve/pve1 (/dev/nvme0n1)"])
            .fleet(|fleet| first(fleet).disks[0].health = "FAILED!".into()),
        row(
            "a disk of a backup server failed",
            &["critical node.disk node/pbs/localhost (/dev/sda)"],
        )
        .fleet(|fleet| fleet.pbs_mut("pbs").unwrap().disks[0].health = "FAILED".into()),
        row("a disk is worn", &["warning node.wearout node/pve/pve1 (/dev/nvme0n1)"])
            .fleet(|fleet| first(fleet).disks[0].wearout = Some(10)),
        row("a disk is worn out", &["critical node.wearout node/pve/pve1 (/dev/nvme0n1)"])
            .fleet(|fleet| first(fleet).disks[0].wearout = Some(3)),
        row("a disk tells no wear", &[]).fleet(|fleet| first(fleet).disks[0].wearout = None),
        row("a certificate ends in nine days", &["warning node.certificate node/pve/pve1 (pve#0)"])
            .fleet(|fleet| first(fleet).certificate_days = 9),
        row("a certificate ends tomorrow", &["critical node.certificate node/pve/pve1 (pve#0)"])
            .fleet(|fleet| first(fleet).certificate_days = 1),
        row(
            "the certificate of a node that is no endpoint ends in nine days",
            &["warning node.certificate node/pve/pve2 (pve-ssl.pem)"],
        )
        .fleet(|fleet| fleet.cluster_mut("pve").unwrap().nodes[1].certificate_days = 9)
        .toml(only_the_first_endpoint),
        row("a certificate is renewed in time", &[])
            .fleet(|fleet| first(fleet).certificate_days = 13),
        row("a node was not upgraded", &["warning node.version node/pve/pve2 (8.4.14)"]).fleet(
            |fleet| {
                fleet.cluster_mut("pve").unwrap().nodes[1].version = Some(SimVersion(8, 4, 14));
            },
        ),
        row(
            "a host is of a release that ended",
            &["notice node.version node/alone/alone (end of life)"],
        )
        .fleet(|fleet| fleet.cluster_mut("alone").unwrap().version = SimVersion(7, 4, 17)),
    ]
}

fn first(fleet: &mut SimFleet) -> &mut SimNode {
    &mut fleet.cluster_mut("pve").unwrap().nodes[0]
}

/// The configuration with the first endpoint of every source.
fn only_the_first_endpoint(toml: &str) -> String {
    let first = |line: &str| match line.split_once("endpoints = [") {
        Some((before, list)) => {
            let only = list.split([',', ']']).next().unwrap();
            format!("{before}endpoints = [{only}]\n")
        }
        None => format!("{line}\n"),
    };
    toml.lines().map(first).collect()
}

/// Somebody typed `pvecm expected 1`.
fn go_on_alone(bed: &mut Bed) {
    bed.source("pve").edit(|cluster| cluster.expected = Some(1));
}

/// The cluster sees the node offline, and nobody answers there.
fn switch_off(bed: &mut Bed) {
    let since = bed.clock.now() - crate::bed::NOON;
    bed.source("pve").edit_node("pve2", |node| node.offline_since = Some(since));
    bed.source("pve").set_node("pve2", &Fault::Down);
}

/// Both are shown: what the half with quorum says of the other, and that the other has none.
const HALVES: &[&str] = &[
    "critical cluster.no-quorum cluster/pve (pve2)",
    "critical node.offline node/pve/pve2",
    "critical replication.target-offline job/pve/100-0",
    "critical replication.target-offline job/pve/101-0",
    "warning cluster.fragile cluster/pve",
];

/// Without quorum nobody says that the other node is off, only that nothing answers there.
const HALF: &[&str] = &[
    "critical cluster.no-quorum cluster/pve",
    "warning source.endpoint-down source/pve (pve#1: refused)",
];

const OFF: &[&str] = &[
    "critical node.offline node/pve/pve2",
    "critical replication.target-offline job/pve/100-0",
    "critical replication.target-offline job/pve/101-0",
    "warning cluster.fragile cluster/pve",
];
