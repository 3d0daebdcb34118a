//! What a rehearsal needs: a copy, a node that can read it, a storage with room, a free number.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{DrillError, TakenBy};
use crate::cli::DrillStart;
use crate::fleet::id::{GuestKey, GuestKind, NodeName, SourceName, StorageName, Vmid};
use crate::fleet::link::Contact;
use crate::fleet::part::Part;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::{Guest, NodeState, Resources};
use crate::fleet::pve::guest::{DiskKind, GuestConfig};
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::copies::place_text;
use crate::judge::mapping::{Mapping, Server};
use crate::judge::rows::GuestRow;
use crate::judge::rows::recovery::{CopyPoint, Holder, WayKind};

/// Numbers of rehearsals begin here, far from those that PVE offers for new guests: it offers the
/// lowest that is free.
const FIRST: Vmid = 9000;
/// The numbers that PVE gives.
const NUMBERS: std::ops::RangeInclusive<Vmid> = 100..=999_999_999;

/// What the steps are made from.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) key: GuestKey,
    pub(super) guest: &'a GuestRow,
    pub(super) config: Option<&'a GuestConfig>,
    /// The node to restore to.
    pub(super) node: NodeName,
    /// Whether it was online.
    pub(super) online: bool,
    /// The number to restore under.
    pub(super) as_vmid: Vmid,
    /// The newest good copy that the node can read; none where none is known.
    pub(super) archive: Option<Archive<'a>>,
    /// The server that holds it, where that does not answer.
    pub(super) away: Option<&'a SourceName>,
    /// The storages of backups that the node sees, where no copy is known.
    pub(super) shelves: Vec<StorageName>,
    /// Where it is restored to; none where none is known that takes such a guest.
    pub(super) storage: Option<Target>,
    /// Space it needs, bytes.
    pub(super) disk: Option<u64>,
    /// Memory it needs, bytes.
    pub(super) memory: Option<u64>,
    /// Memory that is free on the node, bytes.
    pub(super) memory_free: Option<u64>,
    /// How long a restore takes, seconds.
    pub(super) takes: Option<i64>,
    /// When guests, nodes and storages were read.
    pub(super) seen: Option<Epoch>,
}

/// A copy as a node finds it.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    pub(super) point: &'a CopyPoint,
    /// The storage it is on, by its name at the guest's source.
    pub(super) storage: StorageName,
    /// Its volume id.
    pub(super) volume: String,
}

/// A storage of the node.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: StorageName,
    /// Bytes.
    pub(super) free: Option<u64>,
}

/// Plans a rehearsal.
///
/// # Errors
/// When there is no such guest or node, or the number is taken.
pub(super) fn plan<'a>(
    judged: &'a Judged,
    fleet: &'a Fleet,
    asked: &DrillStart,
) -> Result<Plan<'a>, DrillError> {
    let key = &asked.guest;
    let survey = fleet.survey(&key.source);
    let unknown = || {
        let error = survey.and_then(|survey| survey.pve()?.resources.error());
        let (of, error) = (key.source.to_string(), error.map(Arc::from));
        DrillError::NothingKnown { of, error, offline: asked.offline }
    };
    let pve = survey.and_then(|survey| survey.pve()).ok_or_else(unknown)?;
    let resources = pve.resources.known().ok_or_else(unknown)?;
    let is_it = |guest: &&GuestRow| guest.source == key.source && guest.vmid == key.vmid;
    let guest =
        judged.sites.iter().flat_map(|site| &site.guests).find(is_it).ok_or_else(|| {
            DrillError::NoSuchGuest { vmid: key.vmid, of: key.source.to_string() }
        })?;
    let config = pve.configs.get(&key.vmid).and_then(Part::known);
    if guest.template || config.is_some_and(|config| config.template) {
        return Err(DrillError::Template(super::told(key, guest.name.as_deref())));
    }
    let as_vmid = number(pve, resources, asked.as_vmid)?;
    let case = Case { key, guest, config, pve, resources, mapping: Mapping::of(fleet) };
    let node = case.node(asked.node.as_deref())?;
    let archive = case.archive(&node);
    let disk = case.disk();
    let storage = case.storage(&node, disk);
    let there = resources.node(&node);
    let shelves = if archive.is_some() { Vec::new() } else { case.shelves(&node) };
    Ok(Plan {
        key: key.clone(),
        guest,
        config,
        online: there.is_some_and(|there| there.state == NodeState::Online),
        as_vmid,
        away: archive.as_ref().and_then(|archive| away(fleet, archive.point)),
        shelves,
        storage,
        disk,
        memory: config.and_then(|c| c.memory).or(guest.memory.map(|memory| memory.total)),
        memory_free: there
            .and_then(|there| there.memory)
            .map(|memory| memory.total.saturating_sub(memory.used)),
        takes: guest
            .recovery
            .ways
            .iter()
            .find(|w| w.kind == WayKind::Restore)
            .and_then(|w| w.takes),
        seen: pve.resources.seen,
        archive,
        node,
    })
}

/// The server that holds a copy, unless it answers.
fn away<'a>(fleet: &Fleet, point: &'a CopyPoint) -> Option<&'a SourceName> {
    let Holder::Pbs(server) = &point.holder else { return None };
    let link = fleet.survey(server).map(|survey| &survey.link);
    (!link.is_some_and(|link| link.contact == Contact::Fine)).then_some(server)
}

/// The number that was asked for, or a free one.
fn number(pve: &PveSurvey, resources: &Resources, asked: Option<Vmid>) -> Result<Vmid, DrillError> {
    let mut used: BTreeSet<Vmid> = resources.guests.iter().map(|guest| guest.vmid).collect();
    used.extend(pve.configs.keys());
    used.extend(pve.replication.known().into_iter().flatten().map(|job| job.guest));
    // A copy under that number would be taken for the rehearsed guest's own.
    let files = pve.files.values().flat_map(|nodes| nodes.values());
    used.extend(files.filter_map(Part::known).flatten().filter_map(|file| file.vmid));
    match asked {
        Some(asked) if used.contains(&asked) => {
            let holder = |guest: &Guest| TakenBy::Guest(guest.name.clone());
            let by = resources.guest(asked).map_or(TakenBy::Copies, holder);
            Err(DrillError::Taken(asked, by, free(&used)))
        }
        Some(asked) => Ok(asked),
        None => Ok(free(&used)),
    }
}

/// A number above all that are used; below them where there is none.
fn free(used: &BTreeSet<Vmid>) -> Vmid {
    let above = used.last().map_or(FIRST, |last| last.saturating_add(1)).max(FIRST);
    if NUMBERS.contains(&above) {
        return above;
    }
    NUMBERS.rev().find(|number| !used.contains(number)).unwrap_or(FIRST)
}

struct Case<'a, 'k> {
    key: &'k GuestKey,
    guest: &'a GuestRow,
    config: Option<&'a GuestConfig>,
    pve: &'a PveSurvey,
    resources: &'a Resources,
    mapping: Mapping,
}

impl<'a> Case<'a, '_> {
    /// The node that was asked for; else the first that can read a copy and has a storage for it:
    /// the one where the guest would go if its node died, the others, its own.
    fn node(&self, asked: Option<&str>) -> Result<NodeName, DrillError> {
        let nodes = || self.resources.nodes.iter();
        if let Some(asked) = asked {
            let found = nodes().find(|node| node.name.as_str() == asked);
            return found.map(|node| node.name.clone()).ok_or_else(|| DrillError::NoSuchNode {
                asked: asked.to_owned(),
                of: self.key.source.to_string(),
                known: nodes().map(|node| node.name.as_str()).collect::<Vec<_>>().join(", "),
            });
        }
        let ways = self.guest.recovery.ways.iter().filter(|way| way.kind == WayKind::Restore);
        let target = ways.filter_map(|way| way.target.as_ref());
        let target = target.filter(|(source, _)| *source == self.key.source).map(|(_, node)| node);
        let online = nodes().filter(|node| node.state == NodeState::Online).map(|node| &node.name);
        let others = online.clone().filter(|name| **name != self.guest.node);
        let own = online.filter(|name| **name == self.guest.node);
        let candidates: Vec<&NodeName> = target.chain(others).chain(own).collect();
        let disk = self.disk();
        let is_good =
            |node: &&&NodeName| self.archive(node).is_some() && self.storage(node, disk).is_some();
        let best = candidates.iter().find(is_good).or(candidates.first());
        Ok(best.map_or_else(|| self.guest.node.clone(), |node| (**node).clone()))
    }

    /// The newest good copy that a node can read.
    fn archive(&self, node: &NodeName) -> Option<Archive<'a>> {
        self.guest.backup.points.iter().find_map(|point| match &point.holder {
            Holder::Pbs(_) => self.at_pbs(point, node),
            Holder::Storage(source, of) if *source == self.key.source => {
                self.as_file(point, of.as_ref(), node)
            }
            Holder::Storage(..) => None,
        })
    }

    fn at_pbs(&self, point: &'a CopyPoint, node: &NodeName) -> Option<Archive<'a>> {
        let targets = self.mapping.targets(&self.key.source)?;
        let leads_there = |server: &Server, place: &_| match server {
            Server::Watched(name) => place_text(name, place) == point.place,
            Server::Elsewhere(_) => false,
        };
        let storage = targets.iter().find(|target| {
            leads_there(&target.place.server, &target.place) && self.sees(node, &target.storage)
        })?;
        let kind = self.guest.kind.backup_type().as_str();
        let at = point.time.timestamp()?;
        let volume = format!("{}:backup/{kind}/{}/{at}", storage.storage, self.key.vmid);
        Some(Archive { point, storage: storage.storage.clone(), volume })
    }

    fn as_file(
        &self,
        point: &'a CopyPoint,
        of: Option<&NodeName>,
        node: &NodeName,
    ) -> Option<Archive<'a>> {
        if of.is_some_and(|of| of != node) {
            return None;
        }
        self.pve.files.iter().find_map(|(storage, nodes)| {
            let place = match of {
                Some(of) => format!("{}:{of}/{storage}", self.key.source),
                None => format!("{}:{storage}", self.key.source),
            };
            if place != *point.place || !self.sees(node, storage) {
                return None;
            }
            let is_it = |name: &NodeName| of.map_or("", NodeName::as_str) == name.as_str();
            let files = nodes.iter().find(|(name, _)| is_it(name))?.1.known()?;
            let file =
                files.iter().find(|f| f.vmid == Some(self.key.vmid) && f.time == point.time)?;
            Some(Archive { point, storage: storage.clone(), volume: file.volume.to_string() })
        })
    }

    /// Whether a node sees a storage, as configured.
    fn sees(&self, node: &NodeName, storage: &StorageName) -> bool {
        let mut configured = self.pve.storages.known().into_iter().flatten();
        configured.any(|known| known.name == *storage && is_seen(known, node))
    }

    fn shelves(&self, node: &NodeName) -> Vec<StorageName> {
        let configured = self.pve.storages.known().into_iter().flatten();
        let holds = |storage: &&StorageConfig| storage.content.iter().any(|c| &**c == "backup");
        let seen = configured.filter(|storage| is_seen(storage, node)).filter(holds);
        seen.map(|storage| storage.name.clone()).collect()
    }

    /// The space its disks take, as far as backups hold them.
    fn disk(&self) -> Option<u64> {
        let disks = self.config.map(|config| {
            let is_data =
                |kind| matches!(kind, DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint);
            let held = config.disks.iter().filter(|disk| is_data(disk.kind) && disk.backup);
            held.map(|disk| disk.size).sum::<Option<u64>>()
        });
        let copy = self.guest.backup.points.first().and_then(|point| point.size);
        disks.flatten().filter(|size| *size > 0).or(copy)
    }

    /// The storage of the guest's first disk where it is there and has room, else the roomiest.
    fn storage(&self, node: &NodeName, need: Option<u64>) -> Option<Target> {
        let wanted = match self.guest.kind {
            GuestKind::Qemu => "images",
            GuestKind::Lxc => "rootdir",
        };
        let rows = self.resources.storages.iter().filter(|row| {
            row.node == *node && row.available && row.content.iter().any(|c| &**c == wanted)
        });
        let mut targets: Vec<Target> = rows
            .map(|row| Target {
                name: row.name.clone(),
                free: row.usage.map(|usage| usage.total.saturating_sub(usage.used)),
            })
            .collect();
        let disks = self.config.map_or(&[][..], |config| &config.disks);
        let own = disks
            .iter()
            .find(|disk| matches!(disk.kind, DiskKind::Disk | DiskKind::Rootfs))
            .and_then(|disk| disk.storage.as_ref());
        let fits = |target: &Target| need.zip(target.free).is_none_or(|(need, free)| need <= free);
        let is_own = |target: &Target| Some(&target.name) == own && fits(target);
        targets.sort_by(|a, b| {
            let key = |t: &Target| (!is_own(t), std::cmp::Reverse(t.free), t.name.clone());
            key(a).cmp(&key(b))
        });
        targets.into_iter().next()
    }
}

fn is_seen(storage: &StorageConfig, node: &NodeName) -> bool {
    !storage.disabled && (storage.nodes.is_empty() || storage.nodes.contains(node))
}

#[cfg(test)]
mod tests {
    use super::{FIRST, free};

    #[test]
    fn a_number_is_free_far_from_those_that_are_used() {
        for (used, expected) in [
            (vec![], FIRST),
            (vec![100, 101], FIRST),
            (vec![100, 9000], 9001),
            (vec![100, 20_500], 20_501),
            (vec![999_999_999], 999_999_998),
            (vec![999_999_998, 999_999_999], 999_999_997),
            (vec![u32::MAX], 999_999_999),
        ] {
            assert_eq!(free(&used.iter().copied().collect()), expected, "{used:?}");
        }
    }
}
