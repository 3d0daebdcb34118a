//! A guest restored from a copy.

use std::sync::Arc;

use super::{Scene, bare, step};
use crate::fleet::id::{NodeName, SourceName, StorageName, Vmid};
use crate::fleet::link::Contact;
use crate::fleet::pve::storage::StorageConfig;
use crate::judge::rows::recovery::{CopyPoint, Holder, Way};
use crate::runbook::commands::{add_pbs, anywhere, restore};
use crate::runbook::desk::Desk;
use crate::runbook::{Fact, Step, What};
use crate::shell::quote;

impl<'a> Scene<'a> {
    pub(super) fn restore(&self, way: &Way, desk: &mut Desk<'_>) -> (Vec<Step>, Vmid) {
        let row = self.row;
        let Some(copy) = &way.copy else { return (Vec::new(), row.vmid) };
        let mut steps = vec![bare(What::Loses(way.point, way.leaves_out.clone()))];
        if way.target.is_none() {
            steps.push(bare(What::NewHost));
        }
        self.await_ha(&mut steps);
        self.room(way, &mut steps);
        let there = way.target.as_ref().map(|(source, _)| source);
        let (volume, storage) = self.archive(copy, there, &mut steps);
        let list = storage.as_ref().map_or_else(
            || "pvesm list STORAGE".to_owned(),
            |name| format!("pvesm list {}", quote(name.as_str())),
        );
        let find = format!("{list} --vmid {}", row.vmid);
        steps.push(step(What::Find(volume.clone()), [find]));
        let vmid = desk.number(there, row.vmid);
        if vmid != row.vmid {
            let by_itself = there == Some(&row.source);
            steps.push(bare(What::Number { old: row.vmid, new: vmid, by_itself }));
        }
        let volume = volume.unwrap_or_else(|| "ARCHIVE".to_owned());
        let command = restore(row.kind, &volume, vmid, way.storage.as_ref());
        // Its remains are in the files of its own cluster: within reach only from there.
        let is_home = there == Some(&row.source);
        if is_home {
            self.leave_ha(&mut steps);
        }
        steps.push(step(What::Restore(way.takes), [command]));
        let old = anywhere(row.kind, row.vmid);
        let off = is_home.then(|| format!("sed -i 's/^onboot: 1/onboot: 0/' {old}"));
        if !row.template {
            steps.push(step(What::KeepOff(row.node.clone(), is_home), off));
        }
        self.untie(vmid, way, &mut steps);
        if !is_home && !row.template {
            steps.push(bare(What::Address));
        }
        self.begin(vmid, &mut steps);
        if is_home {
            let target = way.target.as_ref().map(|(_, node)| node);
            self.join_ha(vmid, target, &mut steps);
        }
        let jobs = self.jobs_by_number();
        if is_home && vmid != row.vmid && !jobs.is_empty() {
            steps.push(bare(What::Cover(jobs)));
        }
        (steps, vmid)
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
            Holder::Pbs(server) => {
                steps.extend(self.away(server).map(bare));
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
            Holder::Storage(_, node) => {
                let name = copy.place.rsplit([':', '/']).next().unwrap_or_default();
                let of = |(storage, _): &(&StorageName, _)| storage.as_str() == name;
                let is_there =
                    |(at, _): &(&NodeName, _)| node.as_ref().is_none_or(|node| *at == node);
                let files = self.pve.files.iter().filter(of).flat_map(|(storage, nodes)| {
                    let read = nodes.iter().filter(is_there).filter_map(|(_, part)| part.known());
                    read.flatten().map(move |file| (storage, file))
                });
                let mut own = files.filter(|(_, f)| f.vmid == Some(row.vmid));
                match own.find(|(_, f)| f.time == copy.time) {
                    Some((storage, file)) => (Some(file.volume.to_string()), Some(storage.clone())),
                    None => (None, None),
                }
            }
        }
    }

    /// That a server did not answer, and who may bring it back; none where it did.
    fn away(&self, server: &SourceName) -> Option<What> {
        let link = self.fleet.survey(server).map(|survey| &survey.link);
        if link.is_some_and(|link| link.contact == Contact::Fine) {
            return None;
        }
        let site = self.fleet.site_of(server).map(|site| &site.facts);
        Some(What::ServerAway {
            server: server.clone(),
            since: link.and_then(|link| link.since),
            contact: site.and_then(|site| site.contact.clone()),
            place: site.and_then(|site| site.place.clone()),
        })
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

    /// The list that names the file of a copy.
    pub(super) fn list_of_files(&self, copy: &CopyPoint) -> Option<Fact> {
        let Holder::Storage(source, node) = &copy.holder else { return None };
        let storage = copy.place.rsplit([':', '/']).next().unwrap_or_default();
        let files = &self.fleet.survey(source)?.pve()?.files;
        let (_, lists) = files.iter().find(|(name, _)| name.as_str() == storage)?;
        let is_there = |at: &NodeName| node.as_ref().is_none_or(|node| at == node);
        let (_, part) = lists.iter().find(|(at, part)| is_there(at) && part.seen.is_some())?;
        Some(Fact { source: source.clone(), call: Arc::clone(&part.call), seen: part.seen })
    }
}
