//! Faults: each makes the healthy fleet not ok.

use std::sync::Arc;

use crate::fleet::host::{Usage, ZfsPool};
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::pbs::copies::{GroupCopies, Verification};
use crate::fleet::pbs::small::Moment;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{HaService, NodeState};
use crate::fleet::site::Fleet;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;
use crate::judge::sample::{NOW, change, edit_link, edit_pbs, edit_pve, set, version};

/// How many faults there are.
pub(super) const FAULTS: usize = PVE.len() + PBS.len() + 1;

/// The fault of a replica whose last tries failed.
pub(super) const REPLICA_FAILS: usize = PVE.len() - 2;

/// The fault of a backup job that is switched off.
pub(super) const JOB_OFF: usize = PVE.len() - 1;

/// The fault of a datastore that answers with an error.
pub(super) const BROKEN_STORE: usize = PVE.len() + PBS.len() - 1;

const PVE: [fn(&mut PveSurvey); 19] = [
    |p| change(&mut p.status, |s| s.members[2].online = false),
    |p| change(&mut p.status, |s| s.quorate = Some(false)),
    |p| change(&mut p.resources, |r| r.nodes[1].state = NodeState::Unknown),
    |p| change(&mut p.resources, |r| r.nodes[0].rootfs = Some(Usage { used: 97, total: 100 })),
    |p| change(&mut p.resources, |r| r.guests[0].state = "stopped".into()),
    |p| change(&mut p.resources, |r| r.guests[1].state = "io-error".into()),
    |p| change(&mut p.resources, |r| r.guests[1].state = "paused".into()),
    |p| change(&mut p.resources, |r| r.guests[2].lock = Some("backup".into())),
    |p| change(&mut p.resources, |r| r.storages[0].available = false),
    |p| change(&mut p.resources, |r| r.storages[4].available = false),
    |p| change(&mut p.resources, |r| r.storages[1].usage = Some(Usage { used: 9, total: 10 })),
    |p| {
        let service = HaService {
            vmid: 100,
            node: "fi1".into(),
            state: "error".into(),
            request: None,
            group: None,
        };
        change(&mut p.ha, |h| h.services.push(service));
        change(&mut p.resources, |r| r.guests[0].ha = Some("error".into()));
    },
    |p| set(&mut p.nodes.get_mut("fi2").unwrap().version, version(8)),
    |p| {
        change(&mut p.nodes.get_mut("fi1").unwrap().services, |s| {
            s[4].active = Some("failed".into());
        });
    },
    |p| {
        let pool = ZfsPool {
            name: "t".into(),
            health: "DEGRADED".into(),
            usage: None,
            fragmentation: None,
        };
        set(&mut p.nodes.get_mut("fi3").unwrap().zfs, vec![pool]);
    },
    |p| {
        change(&mut p.nodes.get_mut("fi1").unwrap().history, |h| {
            h.points.iter_mut().for_each(|p| p.memory = Some(0.99));
        });
    },
    |p| {
        change(&mut p.nodes.get_mut("fi1").unwrap().certificates, |c| c[1].not_after = Some(NOW));
    },
    |p| {
        change(&mut p.nodes.get_mut("fi1").unwrap().replication, |r| {
            r[0].fail_count = 2;
            r[0].error = Some("no route".into());
        });
    },
    |p| change(&mut p.backup_jobs, |j| j[0].enabled = false),
];

const PBS: [fn(&mut PbsSurvey); 8] = [
    |p| change(&mut p.usage, |u| u[0].usage = Some(Usage { used: 96, total: 100 })),
    |p| change(&mut p.gc, |g| g[0].still_bad = 3),
    |p| change(&mut p.verify, |v| v[0].run.result = Some(TaskResult::Error("bad".into()))),
    |p| change(&mut p.services, |s| s[1].state = "dead".into()),
    |p| group(p, |g| g.snapshots.clear()),
    |p| group(p, |g| g.snapshots.iter_mut().for_each(|s| s.time = s.time.minus(86_400))),
    |p| {
        group(p, |g| {
            g.snapshots.iter_mut().take(1).for_each(|s| {
                s.verification = Verification::Failed(None);
            });
        });
    },
    |p| {
        change(&mut p.usage, |u| {
            u[0].usage = None;
            u[0].error = Some("unable to open chunk store".into());
        });
    },
];

/// Changes the first group of the sample's namespace; the list of groups tells the same.
fn group(pbs: &mut PbsSurvey, edit: impl FnOnce(&mut GroupCopies)) {
    let store = pbs.stores.get_mut("main").unwrap();
    let mut newest = None;
    change(store.copies.get_mut("fi").unwrap(), |groups| {
        edit(Arc::make_mut(&mut groups[0]));
        newest = groups[0].newest().map(|s| s.time);
    });
    change(store.groups.get_mut("fi").unwrap(), |groups| {
        groups[0].last_backup = newest;
        groups[0].count = if newest.is_some() { 3 } else { 0 };
    });
}

/// Does one of the faults to a fleet. Two that clash leave what they can.
pub(super) fn spoil(fleet: &mut Fleet, fault: usize) {
    if let Some(edit) = PVE.get(fault) {
        edit_pve(fleet, "fi", edit);
    } else if let Some(edit) = PBS.get(fault - PVE.len()) {
        edit_pbs(fleet, "pbs", edit);
    } else {
        edit_link(fleet, "fi", |l| l.clock_offset = Some(900));
    }
}

/// Numbers nobody should send.
pub(super) fn hostile_pve(p: &mut PveSurvey, value: f64, big: u64, at: i64) {
    change(&mut p.resources, |r| {
        r.nodes[0].rootfs = Some(Usage { used: big, total: 0 });
        r.nodes[1].rootfs = Some(Usage { used: big, total: 1 });
        r.nodes[0].cpu = Some(value);
        r.storages[0].usage = Some(Usage { used: u64::MAX, total: big });
        r.guests[0].vmid = u32::MAX;
    });
    change(&mut p.votes, |v| v.nodes.iter_mut().for_each(|(_, votes)| *votes = u32::MAX));
    let parts = p.nodes.get_mut("fi1").unwrap();
    change(&mut parts.history, |h| {
        for point in &mut h.points {
            point.cpu = Some(value);
            point.time = Epoch(at);
        }
    });
    change(&mut parts.certificates, |c| c[1].not_after = Some(Epoch(at)));
    change(&mut parts.replication, |r| {
        r[0].last_sync = Some(Epoch(at));
        r[0].next_sync = Some(Epoch(at));
        r[0].duration = Some(value);
        r[0].fail_count = u32::MAX;
    });
    change(p.configs.get_mut(&101).unwrap(), |c| c.created = Some(Epoch(at)));
    change(&mut p.backup_jobs, |j| j[0].schedule = Some("2031-02-30 25:99".into()));
    change(&mut p.replication, |j| j[0].schedule = Some("*/0".into()));
}

/// The same from a PBS.
pub(super) fn hostile_pbs(p: &mut PbsSurvey, value: f64, big: u64, at: i64) {
    change(&mut p.usage, |u| {
        u[0].usage = Some(Usage { used: big, total: big / 2 });
        u[0].full_at = Some(Epoch(at));
        u[0].history = vec![Some(value as f32), None];
    });
    change(&mut p.gc, |g| {
        g[0].still_bad = big;
        g[0].run.next = Some(Epoch(at));
    });
    change(&mut p.verify, |v| {
        v[0].run.end = Some(Epoch(at));
        v[0].run.next = Some(Epoch(at));
        v[0].outdated_after = Some(u32::MAX);
    });
    group(p, |g| {
        for snapshot in &mut g.snapshots {
            snapshot.time = Epoch(at);
            snapshot.verification = Verification::Ok(Moment::of(Epoch(at)));
        }
    });
}
