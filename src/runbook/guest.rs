//! The runbook of one guest: its node is lost.

mod restore;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::commands::{config, service, tool};
use super::desk::{Ballot, Desk};
use super::{Case, Chapter, Fact, Head, Runbook, Step, What};
use crate::fleet::id::{GuestKey, NodeName, SourceName, StorageName, Vmid};
use crate::fleet::part::Part;
use crate::fleet::policy::SiteFacts;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::backup::Selection;
use crate::fleet::pve::guest::{DiskKind, GuestConfig};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::cluster::votes::{Tally, quorate_without};
use crate::judge::recovery::bridges::Bridges;
use crate::judge::recovery::placement::Placement;
use crate::judge::rows::GuestRow;
use crate::judge::rows::recovery::{CopyPoint, HaCare, Holder, Room, Tie, Way, WayKind};
use crate::shell::quote;

/// The runbook of a guest; none where there is no such guest.
pub fn guest(fleet: &Fleet, judged: &Judged, key: &GuestKey) -> Option<Runbook> {
    let scene = Scene::new(fleet, judged, key)?;
    let mut desk = Desk::new(fleet, judged, scene.ballot());
    let best = scene.row.recovery.best();
    let mut before = scene.before();
    before.steps.extend(desk.go(best.and_then(|way| way.target.as_ref())));
    let mut chapters = vec![before];
    // The best comes first, whatever is quicker but has no room.
    let others = scene.row.recovery.ways.iter().filter(|way| best != Some(*way));
    let mut begun: Vec<Begun> = Vec::new();
    for (nth, way) in (1..).zip(best.into_iter().chain(others)) {
        let mut steps: Vec<Step> = begun.iter().map(Begun::undo).collect();
        steps.extend(desk.go(way.target.as_ref()));
        let (own, number) = scene.way(way, &mut desk);
        steps.extend(own);
        chapters.push(Chapter { head: scene.head(nth, way, false), steps });
        begun.extend(scene.begun(way, number));
    }
    if scene.row.recovery.ways.is_empty() {
        chapters.push(scene.no_way(false, scene.row.recovery.is_known));
    }
    chapters.extend(scene.ends());
    chapters.retain(|chapter| !chapter.steps.is_empty());
    Some(Runbook {
        case: Case::Guest(key.clone(), scene.row.name.clone()),
        taken: judged.taken,
        chapters,
        facts: scene.facts(),
    })
}

/// A way that may have been begun when another one is tried: where, and what takes it back.
struct Begun {
    node: NodeName,
    commands: Vec<String>,
}

impl Begun {
    fn undo(&self) -> Step {
        step(What::Undo(self.node.clone()), self.commands.iter().cloned())
    }
}

/// A guest with all that its runbook is made from.
pub(super) struct Scene<'a> {
    fleet: &'a Fleet,
    judged: &'a Judged,
    site: &'a SiteFacts,
    pve: &'a PveSurvey,
    pub(super) row: &'a GuestRow,
    config: Option<&'a GuestConfig>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(fleet: &'a Fleet, judged: &'a Judged, key: &GuestKey) -> Option<Self> {
        let site = fleet.site_of(&key.source)?;
        let pve = fleet.survey(&key.source)?.pve()?;
        let is = |row: &&GuestRow| row.source == key.source && row.vmid == key.vmid;
        let row = judged.sites.iter().flat_map(|site| &site.guests).find(is)?;
        let config = pve.configs.get(&key.vmid).and_then(Part::known);
        Some(Self { fleet, judged, site: &site.facts, pve, row, config })
    }

    fn key(&self) -> GuestKey {
        GuestKey { source: self.row.source.clone(), vmid: self.row.vmid }
    }

    /// The head of a way; `named`: with the guest, in a runbook for several.
    pub(super) fn head(&self, nth: usize, way: &Way, named: bool) -> Head {
        Head::Way {
            nth,
            kind: way.kind,
            target: self.target(way),
            guest: named.then(|| (self.key(), self.row.name.clone())),
        }
    }

    /// Where a way leads; none where HA chooses among several nodes.
    fn target(&self, way: &Way) -> Option<NodeName> {
        let members = self.pve.status.known().map_or(&[][..], |status| &status.members);
        let others = members.iter().filter(|m| m.online && m.node != self.row.node).count();
        let is_chosen = way.kind == WayKind::Ha && others > 1;
        way.target.as_ref().filter(|_| !is_chosen).map(|(_, node)| node.clone())
    }

    /// Checks before anything is touched.
    fn before(&self) -> Chapter {
        let mut steps = Vec::new();
        if self.site.contact.is_some() || self.site.place.is_some() {
            let (contact, place) = (self.site.contact.clone(), self.site.place.clone());
            steps.push(bare(What::Call { contact, place }));
        }
        steps.push(bare(What::IsOff(self.row.node.clone())));
        Chapter { head: Head::Before, steps }
    }

    /// What is left of the votes of its cluster.
    fn ballot(&self) -> BTreeMap<SourceName, Ballot> {
        if !self.pve.may_be_cluster() {
            return BTreeMap::new();
        }
        let lost = std::slice::from_ref(&self.row.node);
        let tally = Tally::without(self.pve, lost);
        let ballot = Ballot {
            votes: tally.map(|tally| (tally.present, tally.quorum)),
            quorate: quorate_without(self.pve, lost),
            has_ha: has_ha(self.pve),
        };
        BTreeMap::from([(self.row.source.clone(), ballot)])
    }

    /// The steps of one way, and the number that it runs under.
    pub(super) fn way(&self, way: &Way, desk: &mut Desk<'_>) -> (Vec<Step>, Vmid) {
        match way.kind {
            WayKind::Ha => (self.by_ha(way), self.row.vmid),
            WayKind::Shared | WayKind::Replica => (self.start(way), self.row.vmid),
            WayKind::Restore => self.restore(way, desk),
        }
    }

    /// What is there once a way was begun.
    fn begun(&self, way: &Way, number: Vmid) -> Option<Begun> {
        let (_, node) = way.target.as_ref().filter(|_| !self.row.template)?;
        let tool = tool(self.row.kind);
        let commands = match way.kind {
            WayKind::Ha => {
                vec![format!("ha-manager set {} --state stopped", service(self.row.kind, number))]
            }
            _ => vec![format!("{tool} stop {number}"), format!("{tool} set {number} --onboot 0")],
        };
        Some(Begun { node: node.clone(), commands })
    }

    fn by_ha(&self, way: &Way) -> Vec<Step> {
        let service = service(self.row.kind, self.row.vmid);
        let status = "ha-manager status".to_owned();
        let mut steps = Vec::new();
        steps.push(bare(What::Loses(way.point, way.leaves_out.clone())));
        steps.push(step(What::HaStarts(service, self.target(way)), [status]));
        steps.extend(self.runs(self.row.vmid));
        steps
    }

    /// A replica, or disks on shared storage: its configuration moves, and it starts.
    fn start(&self, way: &Way) -> Vec<Step> {
        let (row, vmid) = (self.row, self.row.vmid);
        let Some((_, target)) = &way.target else { return Vec::new() };
        let tool = tool(row.kind);
        let mut steps = vec![bare(What::Loses(way.point, way.leaves_out.clone()))];
        self.await_ha(&mut steps);
        self.room(way, &mut steps);
        if way.kind == WayKind::Replica {
            let job = row.replication.jobs.iter().find(|job| job.target == *target);
            let id = job.map_or_else(|| format!("{vmid}-0"), |job| job.id.to_string());
            let list = "zfs list -t snapshot -o name,creation";
            let find = format!("{list} | grep {}", quote(&format!("__replicate_{id}_")));
            steps.push(step(What::Snapshots(way.point), [find]));
        }
        self.clone_of(way, &mut steps);
        self.leave_ha(&mut steps);
        let from = config(&row.node, row.kind, vmid);
        let to = config(target, row.kind, vmid);
        steps.push(step(What::Move(target.clone()), [format!("mv {from} {to}")]));
        if !way.leaves_out.is_empty() {
            let keys = way.leaves_out.iter();
            let commands = keys.map(|key| format!("{tool} set {vmid} --delete {}", quote(key)));
            steps.push(step(What::Unlink(way.leaves_out.clone()), commands));
        }
        self.untie(vmid, way, &mut steps);
        if let Some(lock) = self.config.and_then(|config| config.lock.clone()) {
            steps.push(step(What::Unlock(lock), [format!("{tool} unlock {vmid}")]));
        }
        self.begin(vmid, &mut steps);
        self.join_ha(vmid, Some(target), &mut steps);
        steps
    }

    /// Where there is quorum, HA tries before anybody can: what it started must not be taken from it.
    fn await_ha(&self, steps: &mut Vec<Step>) {
        let lost = std::slice::from_ref(&self.row.node);
        if self.is_managed() && quorate_without(self.pve, lost) != Some(false) {
            let service = service(self.row.kind, self.row.vmid);
            let what = match &self.row.recovery.ha {
                HaCare::Barred(rule) => What::HaWaits(service, rule.clone()),
                _ => What::HaMayHave(service),
            };
            steps.push(step(what, ["ha-manager status".to_owned()]));
        }
    }

    /// HA would start or stop what it knows by this number while hands are at it.
    fn leave_ha(&self, steps: &mut Vec<Step>) {
        if self.is_managed() {
            let service = service(self.row.kind, self.row.vmid);
            let remove = format!("ha-manager remove {service}");
            steps.push(step(What::HaLetsGo(service), [remove]));
        }
    }

    /// `node`: where it runs now.
    fn join_ha(&self, vmid: Vmid, node: Option<&NodeName>, steps: &mut Vec<Step>) {
        if self.is_managed() {
            let placement = Placement::new(self.pve);
            let group = placement.service(self.row.vmid).and_then(|of| of.group.as_ref());
            // Rules name its old number; its group comes along.
            let is_bound = vmid == self.row.vmid || group.is_some();
            let barred = node.filter(|_| is_bound);
            let barred = barred.and_then(|node| placement.bars(self.row.vmid, node)).cloned();
            let group = group.map_or_else(String::new, |name| format!(" --group {}", quote(name)));
            let service = service(self.row.kind, vmid);
            let add = format!("ha-manager add {service} --state started{group}");
            steps.push(step(What::HaAgain(barred), [add]));
        }
    }

    /// What it is a linked clone of.
    fn clone_of(&self, way: &Way, steps: &mut Vec<Step>) {
        let base = |tie: &Tie| match tie {
            Tie::Clone(base) => Some(Arc::clone(base)),
            _ => None,
        };
        let mut bases: Vec<Arc<str>> = self.row.recovery.ties.iter().filter_map(base).collect();
        bases.dedup();
        if !bases.is_empty() {
            steps.push(bare(What::Clone(bases, way.kind != WayKind::Replica)));
        }
    }

    /// The backup jobs that name it by its number: those that take all need not be told.
    fn jobs_by_number(&self) -> Vec<Arc<str>> {
        let jobs = self.pve.backup_jobs.known().into_iter().flatten();
        let vmid = self.row.vmid;
        jobs.filter(
            |job| matches!(&job.selection, Selection::Guests(guests) if guests.contains(&vmid)),
        )
        .map(|job| Arc::from(job.id.as_str()))
        .collect()
    }

    fn is_managed(&self) -> bool {
        self.pve.ha.known().is_some_and(|ha| {
            ha.services.iter().any(|s| s.vmid == self.row.vmid && &*s.state != "ignored")
        })
    }

    fn room(&self, way: &Way, steps: &mut Vec<Step>) {
        if let (Room::Full, Some((_, node))) = (way.room, &way.target) {
            let memory = self.config.and_then(|c| c.memory).or(self.row.memory.map(|m| m.total));
            steps.push(bare(What::MakeRoom(node.clone(), memory)));
        }
    }

    /// Takes out what its new node does not have.
    fn untie(&self, vmid: u32, way: &Way, steps: &mut Vec<Step>) {
        let tool = tool(self.row.kind);
        let set = |key: &str| format!("{tool} set {vmid} --delete {}", quote(key));
        let ties = &self.row.recovery.ties;
        let keys: Vec<Arc<str>> = ties
            .iter()
            .filter_map(|tie| match tie {
                Tie::Passthrough(key) | Tie::Bind(key) => Some(Arc::clone(key)),
                _ => None,
            })
            .collect();
        if !keys.is_empty() {
            let commands: Vec<String> = keys.iter().map(|key| set(key)).collect();
            steps.push(step(What::Detach(keys), commands));
        }
        let is_tied = |volume: &Arc<str>| ties.contains(&Tie::Iso(Arc::clone(volume)));
        let disks = self.config.map_or(&[][..], |config| &config.disks);
        let discs: Vec<&Arc<str>> = disks
            .iter()
            .filter(|disk| disk.kind == DiskKind::Cdrom && is_tied(&disk.volume))
            .map(|disk| &disk.key)
            .collect();
        if !discs.is_empty() {
            let eject =
                |key: &&Arc<str>| format!("qm set {vmid} --{} none,media=cdrom", quote(key));
            let commands: Vec<String> = discs.iter().map(eject).collect();
            steps.push(step(What::Eject(discs.into_iter().cloned().collect()), commands));
        }
        let lacking: Vec<StorageName> = ties
            .iter()
            .filter_map(|tie| match tie {
                Tie::Storage(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        if !lacking.is_empty() {
            steps.push(step(What::Storages(lacking), ["pvesm status".to_owned()]));
        }
        // What does not run is plugged into nothing.
        if !self.row.template {
            self.plug(vmid, way, steps);
        }
    }

    /// The bridges that it needs: those that its new node does not list, and those to look at.
    fn plug(&self, vmid: u32, way: &Way, steps: &mut Vec<Step>) {
        let cards = self.config.map_or(&[][..], |config| &config.bridges);
        let bridges: BTreeSet<Arc<str>> = cards.iter().map(|(_, name)| Arc::clone(name)).collect();
        let there = way.target.as_ref().and_then(|(source, node)| {
            let pve = self.fleet.survey(source)?.pve()?;
            Some((node, Bridges::new(pve, node)))
        });
        let is_missed = |name: &Arc<str>| {
            there.as_ref().is_some_and(|(_, bridges)| bridges.has(name) == Some(false))
        };
        let (missed, others): (Vec<_>, Vec<_>) = bridges.into_iter().partition(is_missed);
        if !others.is_empty() {
            let list = "ip -br link show type bridge".to_owned();
            steps.push(step(What::Bridges(others), [list]));
        }
        if let Some((node, _)) = there.filter(|_| !missed.is_empty()) {
            let cards = format!("{} config {vmid} | grep ^net", tool(self.row.kind));
            steps.push(step(What::LacksBridges(node.clone(), missed), [cards]));
        }
    }

    /// The list of bridges of a node that a way leads to.
    fn bridges_of(&self, way: &Way) -> Option<Fact> {
        let (source, node) = way.target.as_ref()?;
        self.config.filter(|config| !config.bridges.is_empty())?;
        let part = &self.fleet.survey(source)?.pve()?.nodes.get(node)?.bridges;
        part.known()?;
        Some(Fact { source: source.clone(), call: Arc::clone(&part.call), seen: part.seen })
    }

    /// It starts, and is seen to run; a template does neither.
    fn begin(&self, vmid: u32, steps: &mut Vec<Step>) {
        if self.row.template {
            return;
        }
        steps.push(step(What::Start, [format!("{} start {vmid}", tool(self.row.kind))]));
        steps.extend(self.runs(vmid));
    }

    fn runs(&self, vmid: u32) -> Vec<Step> {
        let tool = tool(self.row.kind);
        let mut steps = vec![step(What::Runs, [format!("{tool} status {vmid}")])];
        if self.config.is_some_and(|config| config.agent) {
            steps.push(step(What::Agent, [format!("qm agent {vmid} ping")]));
        }
        steps
    }

    /// What there is to say of a guest that nothing brings back.
    pub(super) fn no_way(&self, named: bool, is_known: bool) -> Chapter {
        let disks = self.config.map_or(&[][..], |config| &config.disks);
        let holds_data =
            |kind| matches!(kind, DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint);
        let data = disks.iter().filter(|disk| holds_data(disk.kind));
        let volumes: Vec<Arc<str>> = data.map(|disk| Arc::clone(&disk.volume)).collect();
        Chapter {
            head: Head::NoWay {
                guest: named.then(|| (self.key(), self.row.name.clone())),
                is_known,
            },
            steps: vec![bare(What::Disks(volumes))],
        }
    }

    /// When it runs again, and when its node comes back.
    fn ends(&self) -> Vec<Chapter> {
        let row = self.row;
        let ways = &row.recovery.ways;
        let kinds: Vec<WayKind> = ways.iter().map(|way| left_behind(way.kind, way.point)).collect();
        let is_used = !ways.is_empty() && !row.template;
        let after = if is_used { vec![bare(What::Check)] } else { Vec::new() };
        let back = coming_back(self.pve, &row.node, &kinds);
        vec![
            Chapter { head: Head::Afterwards, steps: after },
            Chapter { head: Head::ComingBack, steps: back },
        ]
    }

    /// The calls it is made from.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let row = self.row;
        let fact = |source: &SourceName, call: &Arc<str>, seen: Option<Epoch>| Fact {
            source: source.clone(),
            call: Arc::clone(call),
            seen,
        };
        let own = &row.source;
        let pve = self.pve;
        let mut facts = vec![
            fact(own, &pve.resources.call, pve.resources.seen),
            fact(own, &pve.status.call, pve.status.seen),
            fact(own, &pve.storages.call, pve.storages.seen),
        ];
        if let Some(part) = pve.configs.get(&row.vmid) {
            facts.push(fact(own, &part.call, part.seen));
        }
        if !row.replication.jobs.is_empty()
            && let Some(part) = pve.nodes.get(&row.node).map(|parts| &parts.replication)
        {
            facts.push(fact(own, &part.call, part.seen));
        }
        if self.is_managed() {
            facts.push(fact(own, &pve.ha.call, pve.ha.seen));
            facts.push(fact(own, &pve.ha_rules.call, pve.ha_rules.seen));
        }
        facts.extend(row.recovery.ways.iter().filter_map(|way| self.bridges_of(way)));
        for point in &row.backup.points {
            let Holder::Pbs(source) = &point.holder else {
                facts.extend(self.list_of_files(point));
                continue;
            };
            let Some(pbs) = self.fleet.survey(source).and_then(|survey| survey.pbs()) else {
                continue;
            };
            for parts in pbs.stores.values() {
                for part in parts.copies.values().filter(|part| point_is_in(point, &part.call)) {
                    facts.push(fact(source, &part.call, part.seen));
                }
            }
        }
        facts.sort();
        facts.dedup();
        facts
    }
}

/// Whether a list of snapshots is that of the namespace a copy is in.
fn point_is_in(point: &CopyPoint, call: &str) -> bool {
    let place = point.place.split_once(':').map_or("", |(_, place)| place);
    let (store, ns) = place.split_once('/').unwrap_or((place, ""));
    let Some(rest) = call.strip_prefix(&format!("/admin/datastore/{store}/snapshots")) else {
        return false;
    };
    rest.strip_prefix("?ns=").unwrap_or(rest) == ns
}

/// Whether HA runs guests of a cluster.
pub(super) fn has_ha(pve: &PveSurvey) -> bool {
    pve.ha.known().is_some_and(|ha| ha.services.iter().any(|service| &*service.state == "started"))
}

/// The way as far as it leaves anything on the old node: what HA started on shared storage, which
/// is as it is now, leaves no more than what was started there by hand.
pub(super) fn left_behind(kind: WayKind, point: Option<Epoch>) -> WayKind {
    if kind == WayKind::Ha && point.is_none() { WayKind::Shared } else { kind }
}

/// What to know when a node comes back whose guests came back by these ways.
pub(super) fn coming_back(pve: &PveSurvey, node: &NodeName, kinds: &[WayKind]) -> Vec<Step> {
    let mut steps = Vec::new();
    let left = Tally::without(pve, std::slice::from_ref(node));
    if left.is_some_and(|tally| !tally.is_quorate()) {
        steps.push(step(What::Normal, ["pvecm status".to_owned()]));
    }
    if kinds.contains(&WayKind::Replica) {
        steps.push(step(What::Turns(node.clone()), ["pvesr status".to_owned()]));
    }
    let has_old_disks = kinds.iter().any(|kind| matches!(kind, WayKind::Ha | WayKind::Replica));
    if has_old_disks || kinds.contains(&WayKind::Shared) {
        steps.push(bare(What::Moved(node.clone(), has_old_disks)));
    }
    if kinds.contains(&WayKind::Restore) {
        steps.push(bare(What::Remains(node.clone())));
    }
    steps
}

/// A step without commands.
pub(super) fn bare(what: What) -> Step {
    Step { what, commands: Vec::new() }
}

/// A step with commands.
pub(super) fn step(what: What, commands: impl IntoIterator<Item = String>) -> Step {
    Step { what, commands: commands.into_iter().collect() }
}
