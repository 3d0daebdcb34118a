//! What happens to the sample's fleet where recovery is asked about.

use std::sync::Arc;

use super::{NOW, change, disk, edit_pbs, edit_pve, set, site, source, storage_row};
use crate::fleet::host::Usage;
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::{GroupCopies, Snapshot};
use crate::fleet::pve::backup::BackupFile;
use crate::fleet::pve::cluster::{HaService, HaStatus};
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::{Fleet, Site};
use crate::fleet::survey::Survey;
use crate::fleet::tier::SLOW;

const GIB: u64 = 1 << 30;

/// Changes the snapshots of a guest, in the list of snapshots and in that of groups.
pub(crate) fn snapshots(fleet: &mut Fleet, vmid: u32, with: impl Fn(&mut Vec<Snapshot>)) {
    edit_pbs(fleet, "pbs", |pbs| {
        let Some(store) = pbs.stores.get_mut("main") else { return };
        let (copies, groups) = (store.copies.get_mut("fi"), store.groups.get_mut("fi"));
        let (Some(copies), Some(groups)) = (copies, groups) else { return };
        let id = vmid.to_string();
        change(copies, |list| {
            for group in list.iter_mut().filter(|g| *g.id == id) {
                let mut copy: GroupCopies = (**group).clone();
                with(&mut copy.snapshots);
                *group = copy.into();
            }
            list.retain(|group| !group.snapshots.is_empty());
        });
        let left = copies.known().and_then(|list| list.iter().find(|g| *g.id == id)).cloned();
        change(groups, |list| match left {
            None => list.retain(|group| *group.id != id),
            Some(left) => {
                for group in list.iter_mut().filter(|g| *g.id == id) {
                    group.count = u32::try_from(left.snapshots.len()).unwrap();
                    group.last_backup = left.newest().map(|s| s.time);
                }
            }
        });
    });
}

/// Takes every replication job away.
pub(crate) fn without_replication(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.replication, Vec::clear);
        for node in pve.nodes.values_mut() {
            change(&mut node.replication, Vec::clear);
        }
    });
}

/// The backup job names no storage: it writes where `vzdump.conf` of every node says, which is where
/// it wrote before.
pub(crate) fn by_default(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.backup_jobs, |jobs| jobs[0].storage = None);
        for asked in pve.defaults.values_mut() {
            let said = asked.get("pbs").expect("asked of its storage").clone();
            asked.insert("".into(), said);
        }
    });
}

/// Has HA manage a guest.
pub(crate) fn under_ha(fleet: &mut Fleet, vmid: u32) {
    edit_pve(fleet, "fi", |pve| {
        let service = HaService {
            vmid,
            node: "fi1".into(),
            state: "started".into(),
            request: Some("started".into()),
            group: None,
        };
        set(&mut pve.ha, HaStatus { master: None, lrms: Vec::new(), services: vec![service] });
    });
}

/// Replicates guest 100 to `fi3` too, just as to `fi2`: HA finds its disks wherever it starts it.
pub(crate) fn replicated_twice(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.replication, |jobs| {
            let mut more = jobs[0].clone();
            (more.id, more.target) = ("100-1".into(), "fi3".into());
            jobs.push(more);
        });
        change(&mut pve.nodes.get_mut("fi1").unwrap().replication, |states| {
            let mut more = states[0].clone();
            more.id = "100-1".into();
            states.push(more);
        });
    });
}

/// Changes the memory of a node, GiB.
pub(crate) fn memory(fleet: &mut Fleet, node: &str, used: u64, total: u64) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            let row = r.nodes.iter_mut().find(|n| n.name == node.into()).unwrap();
            row.memory = Some(Usage { used: used * GIB, total: total * GIB });
        });
    });
}

/// The cluster `fi` once more, as another source of another site.
pub(crate) fn another(fleet: &mut Fleet, name: &str) {
    let mut survey = Survey::clone(fleet.survey(&"fi".into()).unwrap());
    survey.source = name.into();
    fleet.sites.push(Site {
        facts: Arc::new(site(name, source(name, Product::Pve, &["x:8006"]))),
        surveys: vec![Arc::new(survey)],
    });
}

/// Leaves a source one host, `fi1`, that is no cluster.
pub(crate) fn alone(fleet: &mut Fleet, source: &str) {
    edit_pve(fleet, source, |pve| {
        change(&mut pve.status, |s| {
            s.members.retain(|m| m.node == "fi1".into());
            (s.name, s.quorate) = (None, None);
        });
        change(&mut pve.resources, |r| {
            r.nodes.retain(|n| n.name == "fi1".into());
            r.guests.retain(|g| g.node == "fi1".into());
            r.storages.retain(|s| s.node == "fi1".into());
        });
        change(&mut pve.replication, Vec::clear);
        pve.nodes.retain(|name, _| *name == "fi1".into());
    });
}

/// A copy of a guest as a file, on a node's own disk.
pub(crate) fn file(fleet: &mut Fleet, node: &str, vmid: u32) {
    edit_pve(fleet, "fi", |pve| {
        let mut part = Part::new("/prunebackups", SLOW);
        set(
            &mut part,
            vec![BackupFile {
                volume: format!("local:backup/vzdump-qemu-{vmid}.vma.zst").into(),
                vmid: Some(vmid),
                kind: Some(GuestKind::Qemu),
                time: NOW.minus(3_600),
                protected: false,
            }],
        );
        pve.files.insert("local".into(), [(node.into(), part)].into());
        change(&mut pve.resources, |r| {
            r.storages.push(storage_row("local", node, "dir", false));
        });
    });
}

/// Another site with one roomy host, `NAME/fi1`, without guests, jobs and a way to the PBS.
pub(crate) fn spare(fleet: &mut Fleet, name: &str) {
    another(fleet, name);
    alone(fleet, name);
    edit_pve(fleet, name, |pve| {
        change(&mut pve.resources, |r| r.guests.clear());
        change(&mut pve.backup_jobs, Vec::clear);
        change(&mut pve.storages, |list| list.retain(|s| s.pbs.is_none()));
        pve.configs.clear();
        pve.included.clear();
    });
}

/// All disks of a guest of `fi` on a storage that its nodes share.
pub(crate) fn on_shared_storage(fleet: &mut Fleet, vmid: u32) {
    on_storage_of(fleet, vmid, &["fi1", "fi2", "fi3"]);
}

/// The same, where these nodes alone see it.
pub(crate) fn on_storage_of(fleet: &mut Fleet, vmid: u32, nodes: &[&str]) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            let ceph = StorageConfig {
                name: "ceph".into(),
                kind: "rbd".into(),
                shared: true,
                ..list[0].clone()
            };
            list.push(ceph);
        });
        change(&mut pve.resources, |r| {
            let seen = nodes.iter().map(|node| storage_row("ceph", node, "rbd", true));
            r.storages.extend(seen);
        });
        change(pve.configs.get_mut(&vmid).unwrap(), |c| c.disks = vec![disk("scsi0", "ceph")]);
    });
}
