//! The runbook of a loss: one node, a site, a source, or several at once. Its guests in the order
//! they come back, each where there is room for it beside the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::commands::add_pbs;
use super::desk::{Ballot, Desk};
use super::guest::{Scene, bare, coming_back, has_ha, step};
use super::{Case, Chapter, Fact, Head, Runbook, Step, What};
use crate::fleet::id::{GuestKey, GuestKind, NodeName, SourceName, StorageName};
use crate::fleet::pve::storage::PbsTarget;
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::judge::rows::recovery::{Way, WayKind};
use crate::shell::quote;
use crate::whatif::{Fate, How, Loss, WhatIf, what_if};

/// The runbook of what is lost at once; none where that hits nothing.
pub fn losses(fleet: &Fleet, judged: &Judged, lost: &[Loss]) -> Option<Runbook> {
    let what = what_if(fleet, judged, lost, judged.taken);
    if what.nodes.is_empty() && what.copies_lost.places.is_empty() {
        return None;
    }
    let mut fates: Vec<(&Fate, Scene<'_>)> = what
        .guests
        .iter()
        .filter_map(|fate| {
            let key = GuestKey { source: fate.source.clone(), vmid: fate.vmid };
            Some((fate, Scene::new(fleet, judged, &key)?))
        })
        .collect();
    // What comes back by itself first, then what is quick, then what takes long.
    fates.sort_by_key(|(fate, _)| (fate.how, fate.source.clone(), fate.vmid));
    let mut desk = Desk::new(fleet, judged, ballots(fleet, &what));
    let mut steps = before(fleet, judged, lost, &what);
    steps.extend(desk.go(fates.iter().find_map(|(fate, _)| fate.target.as_ref())));
    let mut chapters = vec![Chapter { head: Head::Before, steps }];
    let mut by_ha = Vec::new();
    for (fate, scene) in fates.iter().filter(|(fate, _)| fate.how == How::Ha) {
        let Some(way) = way(fleet, scene, fate) else { continue };
        let (steps, _) = scene.way(&way, &mut desk);
        by_ha.extend(steps.into_iter().find(|step| matches!(step.what, What::HaStarts(..))));
    }
    if !by_ha.is_empty() {
        chapters.push(Chapter { head: Head::ByHa, steps: by_ha });
    }
    let mut added = BTreeSet::new();
    for (fate, scene) in fates.iter().filter(|(fate, _)| fate.how != How::Ha) {
        match way(fleet, scene, fate) {
            Some(way) => {
                let mut steps = desk.go(way.target.as_ref());
                steps.extend(scene.way(&way, &mut desk).0);
                for step in &mut steps {
                    known_by_now(step, fate.target.as_ref(), &mut added);
                }
                chapters.push(Chapter { head: scene.head(1, &way, true), steps });
            }
            // A template that nobody copies is nobody's loss.
            None if fate.template => {}
            None => chapters.push(scene.no_way(true, fate.how == How::Gone)),
        }
    }
    let bare_guests: Vec<GuestKey> = what
        .copies_lost
        .bare
        .iter()
        .map(|(source, vmid)| GuestKey { source: source.clone(), vmid: *vmid })
        .collect();
    let mut again = copies_again(fleet, judged, lost);
    if !bare_guests.is_empty() {
        again.push(bare(What::CopyAgain(bare_guests)));
    }
    chapters.push(Chapter { head: Head::CopiesAgain, steps: again });
    let after = if fates.is_empty() { Vec::new() } else { vec![bare(What::Check)] };
    chapters.push(Chapter { head: Head::Afterwards, steps: after });
    chapters.push(Chapter { head: Head::ComingBack, steps: back(fleet, &what) });
    chapters.retain(|chapter| !chapter.steps.is_empty());
    let mut facts: Vec<Fact> = fates.iter().flat_map(|(_, scene)| scene.facts()).collect();
    for (_, of, survey) in fleet.sources() {
        if let Some(pbs) = survey.pbs().filter(|_| takes(fleet, lost, &of.name)) {
            let (call, seen) = (Arc::clone(&pbs.datastores.call), pbs.datastores.seen);
            facts.push(Fact { source: of.name.clone(), call, seen });
        }
    }
    facts.sort();
    facts.dedup();
    Some(Runbook { case: case(lost), taken: judged.taken, chapters, facts })
}

fn case(lost: &[Loss]) -> Case {
    match lost {
        [Loss::Node(source, node)] => Case::Node(source.clone(), node.clone()),
        [Loss::Site(site)] => Case::Site(site.clone()),
        several => Case::Several(several.to_vec()),
    }
}

/// Checks before anything is touched.
fn before(fleet: &Fleet, judged: &Judged, lost: &[Loss], what: &WhatIf) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut sites: Vec<_> = lost
        .iter()
        .filter_map(|loss| match loss {
            Loss::Site(name) => fleet.sites.iter().find(|site| site.facts.name == *name),
            Loss::Source(source) | Loss::Node(source, _) => fleet.site_of(source),
        })
        .map(|site| &site.facts)
        .collect();
    sites.sort_by_key(|site| &site.name);
    sites.dedup_by_key(|site| &site.name);
    for site in sites.iter().filter(|site| site.contact.is_some() || site.place.is_some()) {
        let (contact, place) = (site.contact.clone(), site.place.clone());
        steps.push(bare(What::Call { contact, place }));
    }
    steps.extend(what.nodes.iter().map(|(_, node)| bare(What::IsOff(node.clone()))));
    let hosts = judged.sites.iter().flat_map(|site| &site.nodes);
    let servers = hosts.filter(|host| host.guests.is_none() && takes(fleet, lost, &host.source));
    steps.extend(servers.map(|host| bare(What::ServerLost(host.source.clone()))));
    steps
}

/// What is left of the votes of every cluster that is hit.
fn ballots(fleet: &Fleet, what: &WhatIf) -> BTreeMap<SourceName, Ballot> {
    let left = what.clusters.iter().filter(|after| after.nodes_left > 0);
    left.map(|after| {
        let pve = fleet.survey(&after.source).and_then(|survey| survey.pve());
        let ballot = Ballot {
            votes: after.quorate.map(|_| (after.present, after.quorum)),
            quorate: after.quorate,
            has_ha: pve.is_some_and(has_ha),
        };
        (after.source.clone(), ballot)
    })
    .collect()
}

/// A storage that an earlier step has made known to a source is only looked at.
fn known_by_now(
    step: &mut Step,
    target: Option<&(SourceName, NodeName)>,
    added: &mut BTreeSet<(SourceName, Vec<String>)>,
) {
    let (What::AddStorage(name), Some((source, _))) = (&step.what, target) else { return };
    if !added.insert((source.clone(), step.commands.clone())) {
        let status = format!("pvesm status --storage {}", quote(name.as_str()));
        *step = self::step(What::HasCopies(name.clone()), [status]);
    }
}

/// Whether a source is lost as a whole.
fn takes(fleet: &Fleet, lost: &[Loss], source: &SourceName) -> bool {
    lost.iter().any(|loss| match loss {
        Loss::Source(name) => name == source,
        Loss::Site(site) => fleet.site_of(source).is_some_and(|of| of.facts.name == *site),
        Loss::Node(..) => false,
    })
}

/// How the sources that are left get a backup server again.
fn copies_again(fleet: &Fleet, judged: &Judged, lost: &[Loss]) -> Vec<Step> {
    let stores = judged.sites.iter().flat_map(|site| &site.datastores);
    let dead: Vec<_> = stores.filter(|store| takes(fleet, lost, &store.source)).collect();
    let mut steps = Vec::new();
    let names: Vec<Arc<str>> = dead.iter().map(|store| store.name.as_str().into()).collect();
    for (_, facts, survey) in fleet.sources() {
        let source = &facts.name;
        let Some(pve) = survey.pve().filter(|_| !takes(fleet, lost, source)) else { continue };
        let wrote = |name: &StorageName| {
            dead.iter().any(|store| {
                store.writers.iter().any(|(writer, storage, _)| writer == source && storage == name)
            })
        };
        let mut commands = Vec::new();
        let storages = pve.storages.known().into_iter().flatten();
        for storage in storages.filter(|storage| wrote(&storage.name)) {
            let Some(pbs) = &storage.pbs else { continue };
            let new: StorageName = format!("{}-new", storage.name).into();
            let elsewhere =
                PbsTarget { server: "SERVER".into(), port: 8007, fingerprint: None, ..pbs.clone() };
            let add = add_pbs(&new, &elsewhere);
            commands.push(format!("{add} --fingerprint FINGERPRINT"));
            let jobs = pve.backup_jobs.known().into_iter().flatten();
            for job in jobs
                .filter(|job| job.enabled && pve.storage_of(job).as_ref() == Some(&storage.name))
            {
                let path = format!("/cluster/backup/{}", job.id);
                let (path, new) = (quote(&path), quote(new.as_str()));
                commands.push(format!("pvesh set {path} --storage {new}"));
            }
        }
        if !commands.is_empty() {
            steps.push(step(What::PointTo(source.clone()), commands));
        }
    }
    if !steps.is_empty() {
        steps.insert(0, bare(What::NewServer(names)));
    }
    steps
}

/// What to know when it comes back.
fn back(fleet: &Fleet, what: &WhatIf) -> Vec<Step> {
    let mut steps = Vec::new();
    for (source, node) in &what.nodes {
        let kinds: Vec<WayKind> = what
            .guests
            .iter()
            .filter(|fate| fate.source == *source && fate.node == *node)
            .filter_map(|fate| kind_of(fate.how))
            .collect();
        if let Some(pve) = fleet.survey(source).and_then(|survey| survey.pve()) {
            for new in coming_back(pve, node, &kinds) {
                if !steps.contains(&new) {
                    steps.push(new);
                }
            }
        }
    }
    steps
}

fn kind_of(how: How) -> Option<WayKind> {
    match how {
        How::Ha => Some(WayKind::Ha),
        How::Shared => Some(WayKind::Shared),
        How::Replica => Some(WayKind::Replica),
        How::Restore => Some(WayKind::Restore),
        How::Unknown | How::Gone => None,
    }
}

/// The way that a fate goes.
fn way(fleet: &Fleet, scene: &Scene<'_>, fate: &Fate) -> Option<Way> {
    let kind = kind_of(fate.how)?;
    let ways = &scene.row.recovery.ways;
    let alike = ways.iter().find(|way| way.kind == kind && way.target == fate.target);
    let copy = fate
        .place
        .as_ref()
        .and_then(|place| scene.row.backup.points.iter().find(|point| point.place == *place));
    // Where the loss has put it beside the others, before where it would go alone.
    let storage = fate.storage.clone().or_else(|| alike?.storage.clone()).or_else(|| {
        let (source, node) = fate.target.as_ref()?;
        disks(fleet, source, node, scene.row.kind)
    });
    Some(Way {
        kind,
        target: fate.target.clone(),
        room: fate.room,
        storage,
        point: fate.point,
        loss: fate.loss,
        worst: None,
        takes: fate.takes,
        leaves_out: fate.leaves_out.clone(),
        copy: copy.cloned(),
    })
}

/// The roomiest storage of a node for the disks of such a guest.
fn disks(
    fleet: &Fleet,
    source: &SourceName,
    node: &NodeName,
    kind: GuestKind,
) -> Option<StorageName> {
    let content = match kind {
        GuestKind::Qemu => "images",
        GuestKind::Lxc => "rootdir",
    };
    let resources = fleet.survey(source)?.pve()?.resources.known()?;
    let fit = resources.storages.iter().filter(|storage| {
        storage.node == *node
            && storage.available
            && storage.content.iter().any(|c| &**c == content)
    });
    let free =
        fit.max_by_key(|s| s.usage.map_or(0, |usage| usage.total.saturating_sub(usage.used)));
    free.map(|storage| storage.name.clone())
}
