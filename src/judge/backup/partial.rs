//! Volumes that no backup of a guest takes.

use std::sync::Arc;

use super::Home;
use crate::fleet::code::Code;
use crate::fleet::id::{GuestKind, JobId, Vmid};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::backup::IncludedVolume;
use crate::fleet::pve::cluster::Guest;
use crate::fleet::pve::guest::{DiskKind, GuestConfig};
use crate::fleet::subject::Subject;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;
use crate::judge::verdict::Consequence;

/// What a volume that is left out means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// Data that a restore does not bring back.
    Data,
    /// A bind mount or device: never taken, by design.
    Bind,
    /// A CD-ROM or cloud-init drive: nothing to lose.
    Nothing,
}

/// Raises `backup.partial` (names: the keys left out), PVE's own `included_volumes` deciding, the
/// guest's configuration where that does not exist. Gives back unknown when neither was read.
pub(super) fn judge(
    home: &Home<'_>,
    guest: &Guest,
    jobs: &[usize],
    config: Option<&GuestConfig>,
    findings: &mut Findings<'_>,
) -> Consequence {
    if jobs.is_empty() {
        return Consequence::NONE;
    }
    let ids: Vec<&JobId> =
        jobs.iter().filter_map(|job| home.coverage.jobs().nth(*job)).map(|job| &job.id).collect();
    let parts = || ids.iter().filter_map(|id| home.pve.included.get(*id));
    let Some(left) = lost(home.pve, (guest.kind, guest.vmid), &ids, config) else {
        return home.source.unknown();
    };
    for (what, severity) in [(Loss::Data, Severity::Warning), (Loss::Bind, Severity::Notice)] {
        let names: Vec<_> =
            left.iter().filter(|(_, loss)| *loss == what).map(|(key, _)| key.clone()).collect();
        if names.is_empty() {
            continue;
        }
        let subject = Subject::guest(home.source.name(), guest.vmid);
        let mut draft = findings.raise(home.source, Code::BackupPartial, severity, subject);
        for part in parts() {
            draft = draft.evidence(part);
        }
        draft.detail(names.join(", ")).facts(|f| {
            f.count = u32::try_from(names.len()).ok();
            f.names = names;
        });
    }
    Consequence::NONE
}

/// The volumes of a guest that no job takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Keys of those with data that a restore does not bring back.
    pub data: Vec<Arc<str>>,
    /// Keys of bind mounts and devices: never taken, by design.
    pub bind: Vec<Arc<str>>,
}

/// What of a guest none of these jobs takes; none where that was not read.
pub fn left_out(
    pve: &PveSurvey,
    (kind, vmid): (GuestKind, Vmid),
    jobs: &[&JobId],
) -> Option<LeftOut> {
    let config = pve.configs.get(&vmid).and_then(Part::known);
    let mut left = LeftOut::default();
    for (key, loss) in lost(pve, (kind, vmid), jobs, config)? {
        match loss {
            Loss::Data => left.data.push(key),
            Loss::Bind => left.bind.push(key),
            Loss::Nothing => {}
        }
    }
    Some(left)
}

/// The volumes that none of these jobs takes, PVE's own `included_volumes` deciding; none where
/// neither that nor the guest's configuration was read.
fn lost(
    pve: &PveSurvey,
    (kind, vmid): (GuestKind, Vmid),
    jobs: &[&JobId],
    config: Option<&GuestConfig>,
) -> Option<Vec<(Arc<str>, Loss)>> {
    let parts = || jobs.iter().filter_map(|id| pve.included.get(*id));
    let told: Vec<_> = parts().filter_map(|part| part.known()?.guest(vmid)).collect();
    let mut left: Vec<(Arc<str>, Loss)> = Vec::new();
    if !told.is_empty() {
        // Lists are read one after another: the next may know of a disk that this one does not.
        let all = || told.iter().flat_map(|g| &g.volumes);
        for volume in all().filter(|v| !v.included) {
            let is_taken = all().any(|v| v.key == volume.key && v.included);
            if !is_taken && !left.iter().any(|(key, _)| *key == volume.key) {
                left.push((volume.key.clone(), loss(kind, volume, config)));
            }
        }
        // What these leave out, a job whose list was not read may take.
        let is_untold = |id: &&JobId| {
            let part = pve.included.get(*id);
            part.is_none_or(|part| part.known().is_none() && part.outcome != Outcome::Absent)
        };
        if left.iter().any(|(_, loss)| *loss != Loss::Nothing) && jobs.iter().any(is_untold) {
            return None;
        }
    } else if let Some(config) = config {
        for disk in config.disks.iter().filter(|d| !d.backup) {
            left.push((disk.key.clone(), of_kind(disk.kind)));
        }
    } else {
        let absent = parts().next().is_some() && parts().all(|p| p.outcome == Outcome::Absent);
        // A guest that came since the lists were read is told with the next ones.
        let came_since = parts().any(|p| p.known().is_some());
        if !absent && !came_since {
            return None;
        }
    }
    Some(left)
}

fn of_kind(kind: DiskKind) -> Loss {
    match kind {
        DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint => Loss::Data,
        DiskKind::Bind => Loss::Bind,
        DiskKind::Cdrom | DiskKind::CloudInit | DiskKind::Unused => Loss::Nothing,
    }
}

/// The guest's configuration knows what a key is; without it its name and volume tell.
fn loss(kind: GuestKind, volume: &IncludedVolume, config: Option<&GuestConfig>) -> Loss {
    let disk = config.and_then(|c| c.disks.iter().find(|d| d.key == volume.key));
    match (disk, kind) {
        (Some(disk), _) => of_kind(disk.kind),
        (None, GuestKind::Lxc) if volume.volume.starts_with('/') => Loss::Bind,
        (None, GuestKind::Qemu) if volume.volume.contains("cloudinit") => Loss::Nothing,
        (None, _) => Loss::Data,
    }
}
