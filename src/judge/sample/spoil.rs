//! What happens to the sample's fleet where recovery is asked about.

use super::{change, edit_pbs, edit_pve, set};
use crate::fleet::host::Usage;
use crate::fleet::pbs::copies::{GroupCopies, Snapshot};
use crate::fleet::pve::cluster::{HaService, HaStatus};
use crate::fleet::site::Fleet;

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

/// Has HA manage a guest.
pub(crate) fn under_ha(fleet: &mut Fleet, vmid: u32) {
    edit_pve(fleet, "fi", |pve| {
        let service = HaService {
            vmid,
            node: "fi1".into(),
            state: "started".into(),
            request: Some("started".into()),
        };
        set(&mut pve.ha, HaStatus { master: None, lrms: Vec::new(), services: vec![service] });
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
