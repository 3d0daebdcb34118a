//! The runbook of one guest: its node is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::commands::{add_pbs, config, restore, service, tool};
use super::{Case, Chapter, Fact, Head, Runbook, Step, What};
use crate::fleet::id::{GuestKey, NodeName, SourceName, StorageName};
use crate::fleet::part::Part;
use crate::fleet::policy::SiteFacts;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::guest::{DiskKind, GuestConfig};
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::cluster::votes::Tally;
use crate::judge::rows::GuestRow;
use crate::judge::rows::recovery::{CopyPoint, Holder, Room, Tie, Way, WayKind};
use crate::shell::quote;

/// The runbook of a guest; none where there is no such guest.
pub fn guest(fleet: &Fleet, judged: &Judged, key: &GuestKey) -> Option<Runbook> {
    let scene = Scene::new(fleet, judged, key)?;
    let mut chapters = vec![scene.before()];
    let mut at = scene.row.recovery.best().and_then(|way| way.target.clone());
    for (nth, way) in (1..).zip(&scene.row.recovery.ways) {
        let steps = log_in(fleet, &mut at, way, scene.way(way));
        chapters.push(Chapter { head: scene.head(nth, way, false), steps });
    }
    if scene.row.recovery.ways.is_empty() {
        chapters.push(scene.no_way(false, scene.row.recovery.is_known));
    }
    chapters.extend(scene.ends());
    Some(Runbook {
        case: Case::Guest(key.clone(), scene.row.name.clone()),
        taken: judged.taken,
        chapters,
        facts: scene.facts(),
    })
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
            target: way.target.as_ref().map(|(_, node)| node.clone()),
            guest: named.then(|| (self.key(), self.row.name.clone())),
        }
    }

    /// Checks before anything is touched.
    pub(super) fn before(&self) -> Chapter {
        let target = self.row.recovery.best().and_then(|way| way.target.clone());
        Chapter {
            head: Head::Before,
            steps: before(self.fleet, self.site, (&self.row.source, &self.row.node), target),
        }
    }

    /// The steps of one way.
    pub(super) fn way(&self, way: &Way) -> Vec<Step> {
        match way.kind {
            WayKind::Ha => self.by_ha(way),
            WayKind::Shared | WayKind::Replica => self.start(way),
            WayKind::Restore => self.restore(way),
        }
    }

    fn by_ha(&self, way: &Way) -> Vec<Step> {
        let service = service(self.row.kind, self.row.vmid);
        let target = way.target.as_ref().map(|(_, node)| node.clone());
        let mut steps = Vec::new();
        steps.push(bare(What::Loses(way.point, way.leaves_out.clone())));
        steps.push(step(What::HaStarts(service, target), ["ha-manager status".to_owned()]));
        steps.extend(self.runs(self.row.vmid));
        steps
    }

    /// A replica, or disks on shared storage: its configuration moves, and it starts.
    fn start(&self, way: &Way) -> Vec<Step> {
        let (row, vmid) = (self.row, self.row.vmid);
        let Some((_, target)) = &way.target else { return Vec::new() };
        let tool = tool(row.kind);
        let mut steps = vec![bare(What::Loses(way.point, way.leaves_out.clone()))];
        self.room(way, &mut steps);
        if way.kind == WayKind::Replica {
            let job = row.replication.jobs.iter().find(|job| job.target == *target);
            let id = job.map_or_else(|| format!("{vmid}-0"), |job| job.id.to_string());
            let list = "zfs list -t snapshot -o name,creation";
            let find = format!("{list} | grep {}", quote(&format!("__replicate_{id}_")));
            steps.push(step(What::Snapshots(way.point), [find]));
        }
        if self.is_managed() {
            let service = service(row.kind, vmid);
            let remove = format!("ha-manager remove {service}");
            steps.push(step(What::HaLetsGo(service), [remove]));
        }
        let from = config(&row.node, row.kind, vmid);
        let to = config(target, row.kind, vmid);
        steps.push(step(What::Move(target.clone()), [format!("mv {from} {to}")]));
        if !way.leaves_out.is_empty() {
            let keys = way.leaves_out.iter();
            let commands = keys.map(|key| format!("{tool} set {vmid} --delete {}", quote(key)));
            steps.push(step(What::Unlink(way.leaves_out.clone()), commands));
        }
        self.untie(vmid, &mut steps);
        steps.push(step(What::Start, [format!("{tool} start {vmid}")]));
        steps.extend(self.runs(vmid));
        steps
    }

    fn restore(&self, way: &Way) -> Vec<Step> {
        let row = self.row;
        let Some(copy) = &way.copy else { return Vec::new() };
        let tool = tool(row.kind);
        let mut steps = vec![bare(What::Loses(way.point, way.leaves_out.clone()))];
        self.room(way, &mut steps);
        let there = way.target.as_ref().map(|(source, _)| source);
        let (volume, storage) = self.archive(copy, there, &mut steps);
        let list = storage.as_ref().map_or_else(
            || "pvesm list STORAGE".to_owned(),
            |name| format!("pvesm list {}", quote(name.as_str())),
        );
        let find = format!("{list} --vmid {}", row.vmid);
        steps.push(step(What::Find(volume.clone()), [find]));
        let vmid = self.number(there);
        if vmid != row.vmid {
            let by_itself = there == Some(&row.source);
            steps.push(bare(What::Number { old: row.vmid, new: vmid, by_itself }));
        }
        let volume = volume.unwrap_or_else(|| "ARCHIVE".to_owned());
        let command = restore(row.kind, &volume, vmid, way.storage.as_ref());
        steps.push(step(What::Restore(way.takes), [command]));
        // Its remains are in the files of its own cluster: within reach only from there.
        let is_home = there == Some(&row.source);
        let old = config(&row.node, row.kind, row.vmid);
        let off = is_home.then(|| format!("sed -i 's/^onboot: 1/onboot: 0/' {old}"));
        steps.push(step(What::KeepOff(row.node.clone(), is_home), off));
        self.untie(vmid, &mut steps);
        if !is_home {
            steps.push(bare(What::Address));
        }
        steps.push(step(What::Start, [format!("{tool} start {vmid}")]));
        steps.extend(self.runs(vmid));
        let jobs: Vec<Arc<str>> =
            row.backup.jobs.iter().map(|job| Arc::from(job.as_str())).collect();
        if is_home && vmid != row.vmid && !jobs.is_empty() {
            steps.push(bare(What::Cover(jobs)));
        }
        steps
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

    /// The archive of a copy as the target names it, and the storage it is on there.
    fn archive(
        &self,
        copy: &CopyPoint,
        there: Option<&SourceName>,
        steps: &mut Vec<Step>,
    ) -> (Option<String>, Option<StorageName>) {
        let row = self.row;
        match &copy.holder {
            Holder::Pbs(_) => {
                let own = self.storage_of(copy, &row.source);
                let storage = there.and_then(|source| self.storage_of(copy, source));
                match (&storage, own) {
                    (Some(config), _) => {
                        let status =
                            format!("pvesm status --storage {}", quote(config.name.as_str()));
                        steps.push(step(What::HasCopies(config.name.clone()), [status]));
                    }
                    (None, Some(own)) => {
                        let name = self.new_name(own, there);
                        let command = own.pbs.as_ref().map(|pbs| add_pbs(&name, pbs));
                        steps.push(step(What::AddStorage(name), command));
                    }
                    (None, None) => {}
                }
                let known = storage.map(|config| config.name.clone());
                let name = known.or_else(|| own.map(|own| self.new_name(own, there)));
                if copy.encrypted != Some(false)
                    && own.and_then(|c| c.pbs.as_ref()).is_some_and(|p| p.encryption_key.is_some())
                {
                    steps.push(bare(What::Key(self.site.keys.clone())));
                }
                let kind = row.kind.backup_type().as_str();
                let at = copy.time.timestamp().map(|at| at.to_string());
                let volume = name
                    .as_ref()
                    .zip(at)
                    .map(|(storage, at)| format!("{storage}:backup/{kind}/{}/{at}", row.vmid));
                (volume, name)
            }
            Holder::Storage(..) => {
                let files = self.pve.files.iter().flat_map(|(storage, nodes)| {
                    nodes.values().filter_map(Part::known).flatten().map(move |f| (storage, f))
                });
                let mut own = files.filter(|(_, f)| f.vmid == Some(row.vmid));
                match own.find(|(_, f)| f.time == copy.time) {
                    Some((storage, file)) => (Some(file.volume.to_string()), Some(storage.clone())),
                    None => (None, None),
                }
            }
        }
    }

    /// The storage of a source that leads to where a copy is.
    fn storage_of(&self, copy: &CopyPoint, source: &SourceName) -> Option<&'a StorageConfig> {
        let stores = self.judged.sites.iter().flat_map(|site| &site.datastores);
        let name = stores.clone().find_map(|store| {
            let of = |ns: &str| match ns {
                "" => format!("{}:{}", store.source, store.name),
                ns => format!("{}:{}/{ns}", store.source, store.name),
            };
            let writes =
                |(writer, _, ns): &&(SourceName, StorageName, crate::fleet::id::Namespace)| {
                    writer == source && *of(ns.as_str()) == *copy.place
                };
            store.writers.iter().find(writes).map(|(_, storage, _)| storage)
        })?;
        let storages = self.fleet.survey(source)?.pve()?.storages.known()?;
        storages.iter().find(|config| config.name == *name && config.pbs.is_some())
    }

    /// A name for a storage where another may have its own: that with the source's behind it.
    fn new_name(&self, own: &StorageConfig, there: Option<&SourceName>) -> StorageName {
        let pve = there.and_then(|source| self.fleet.survey(source)).and_then(|s| s.pve());
        let taken = pve.and_then(|pve| pve.storages.known()).into_iter().flatten();
        if taken.clone().any(|config| config.name == own.name) {
            return format!("{}-{}", own.name, self.row.source).into();
        }
        own.name.clone()
    }

    /// The number to restore it under: its own where that is free, else one that is.
    fn number(&self, there: Option<&SourceName>) -> u32 {
        let Some(there) = there else { return self.row.vmid };
        let guests = self.judged.sites.iter().flat_map(|site| &site.guests);
        let taken: BTreeSet<u32> = guests.filter(|g| g.source == *there).map(|g| g.vmid).collect();
        let free = |vmid: &u32| !taken.contains(vmid);
        let own = self.row.vmid;
        // Its own number with a digit before it is easily recognised.
        let speaking = (1..=9).map(|digit| format!("{digit}{own:04}").parse().unwrap_or(u32::MAX));
        [own].into_iter().chain(speaking.rev()).chain(100..1_000_000).find(free).unwrap_or(own)
    }

    /// Takes out what its new node does not have.
    fn untie(&self, vmid: u32, steps: &mut Vec<Step>) {
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
        let bridges: BTreeSet<Arc<str>> = self
            .config
            .into_iter()
            .flat_map(|config| config.bridges.iter().map(|(_, bridge)| Arc::clone(bridge)))
            .collect();
        if !bridges.is_empty() {
            let list = "ip -br link show type bridge".to_owned();
            steps.push(step(What::Bridges(bridges.into_iter().collect()), [list]));
        }
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
        let kinds: Vec<WayKind> = row.recovery.ways.iter().map(|way| way.kind).collect();
        let mut after = vec![bare(What::Check)];
        if self.is_managed() && !kinds.contains(&WayKind::Ha) {
            let add = format!("ha-manager add {} --state started", service(row.kind, row.vmid));
            after.push(step(What::HaAgain, [add]));
        }
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
        for point in &row.backup.points {
            let Holder::Pbs(source) = &point.holder else { continue };
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

/// Checks before anything is touched after the loss of a node.
fn before(
    fleet: &Fleet,
    site: &SiteFacts,
    (source, node): (&SourceName, &NodeName),
    target: Option<(SourceName, NodeName)>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if site.contact.is_some() || site.place.is_some() {
        let (contact, place) = (site.contact.clone(), site.place.clone());
        steps.push(bare(What::Call { contact, place }));
    }
    steps.push(bare(What::IsOff(node.clone())));
    let Some((home, target)) = target else { return steps };
    steps.push(login(fleet, &home, &target));
    let there = fleet.survey(&home).and_then(|survey| survey.pve());
    let Some(pve) = there.filter(|pve| pve.may_be_cluster()) else { return steps };
    let lost = if home == *source { std::slice::from_ref(node) } else { &[] };
    let tally = Tally::without(pve, lost);
    let votes = tally.map(|tally| (tally.present, tally.quorum));
    steps.push(step(What::Quorum(votes), ["pvecm status".to_owned()]));
    if tally.is_none_or(|tally| !tally.is_quorate()) {
        steps.push(step(What::Expected, ["pvecm expected 1".to_owned()]));
    }
    steps
}

/// Where the commands are typed from now on.
pub(super) fn login(fleet: &Fleet, source: &SourceName, node: &NodeName) -> Step {
    let pve = fleet.survey(source).and_then(|survey| survey.pve());
    let members = pve.and_then(|pve| pve.status.known()).map(|status| &status.members);
    let member = members.and_then(|all| all.iter().find(|m| m.node == *node));
    let host = member.and_then(|m| m.address.as_deref()).unwrap_or(node.as_str());
    let command = format!("ssh {}", quote(&format!("root@{host}")));
    step(What::LogIn(source.clone(), node.clone()), [command])
}

/// The steps of a way, with a login before them where it leads to another node than `at`.
pub(super) fn log_in(
    fleet: &Fleet,
    at: &mut Option<(SourceName, NodeName)>,
    way: &Way,
    mut steps: Vec<Step>,
) -> Vec<Step> {
    if let Some((source, node)) = way.target.as_ref().filter(|target| at.as_ref() != Some(*target))
    {
        steps.insert(0, login(fleet, source, node));
        at.clone_from(&way.target);
    }
    steps
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
    if kinds.iter().any(|kind| *kind != WayKind::Restore) {
        steps.push(bare(What::Moved(node.clone())));
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
