//! What the guests of one PVE source share: its jobs, its places, its files.

use foldhash::HashMap;

use super::found::Gathered;
use super::{Aim, Home, Job, Shelved, Stored};
use crate::fleet::id::GuestKind;
use crate::fleet::pve::PveSurvey;
use crate::fleet::time::Epoch;
use crate::judge::backup::due::Zones;
use crate::judge::backup::fortnight::decide::Worth;
use crate::judge::backup::fortnight::dues::Dues;
use crate::judge::backup::fortnight::keeping::{keep, rules};
use crate::judge::backup::spot::Spot;
use crate::judge::context::{Context, SourceContext};
use crate::judge::copies::Sight;
use crate::judge::coverage::Coverage;
use crate::judge::mapping::{Mapping, Server};
use crate::judge::rows::GuestRow;

impl Home {
    pub(super) fn new(
        ctx: &Context<'_>,
        source: &SourceContext<'_>,
        pve: &PveSurvey,
        mapping: &Mapping,
        dues: &mut Dues,
    ) -> Self {
        let now = source.server_now();
        let mut zones = vec![Zones::new(None, &source.site.timezone)];
        let mut zone_of = HashMap::default();
        for (name, parts) in &pve.nodes {
            let zone = Zones::new(parts.timezone.known(), &source.site.timezone);
            let at = zones.iter().position(|z| *z == zone).unwrap_or(zones.len());
            if at == zones.len() {
                zones.push(zone);
            }
            zone_of.insert(name.clone(), at);
        }
        let is_young = source.is_fresh() && pve.backup_jobs.is_young(ctx.now);
        let shelves = shelves(ctx, source, mapping);
        let known = pve.backup_jobs.known().map_or(&[][..], Vec::as_slice);
        let coverage = Coverage::new(known, &pve.included, pve.rights.known());
        let mut jobs = HashMap::default();
        for job in coverage.jobs() {
            let aim = match Spot::of(source, mapping, job) {
                Spot::Shelf(place) => {
                    let at = shelves.iter().position(|s| s.place == place);
                    at.map_or(Aim::Blind, Aim::Shelf)
                }
                Spot::Files(storage, shared) => Aim::Files(storage, shared),
                Spot::Blind(..) | Spot::Unnamed(_) | Spot::Nowhere | Spot::Untold => Aim::Blind,
            };
            let mut runs = Vec::with_capacity(zones.len());
            for zone in &zones {
                let mut of = |zone| dues.of(job.schedule.as_ref()?, zone, now);
                runs.push(zone.iter().filter_map(&mut of).collect());
            }
            let (storage, node) = (pve.storage_of(job), job.node.clone());
            let sighting = pve.sightings.backups.get(&job.id);
            let theirs = |at: Epoch| at.plus(source.offset);
            let made = Job {
                aim,
                keep: keep(pve, job),
                storage,
                node,
                runs,
                since: sighting.map(|seen| theirs(seen.since)),
                changed: sighting.and_then(|seen| seen.keep.changed).map(theirs),
                proofs: Vec::new(),
            };
            jobs.insert(job.id.clone(), made);
        }
        let sees_all = source.is_fresh()
            && source.rights.vm_audit_below == Some(true)
            && pve.resources.is_young(ctx.now);
        let mut home = Self {
            offset: source.offset,
            grace: source.policy().backup_grace,
            tells: is_young && pve.backup_jobs.known().is_some() && !coverage.may_hide(),
            hides: coverage.may_hide(),
            sees_all,
            told: if is_young {
                Epoch(i64::MAX)
            } else {
                pve.backup_jobs.seen.map_or(Epoch(i64::MIN), |at| at.plus(source.offset))
            },
            jobs,
            shelves,
            stores: Vec::new(),
            files: Vec::new(),
            zones,
            zone_of,
            tasks: HashMap::default(),
            everywhere: Vec::new(),
            failures: HashMap::default(),
            whole: Vec::new(),
        };
        home.take_files(pve);
        home.take_runs(ctx, source, pve, now);
        home
    }

    fn take_files(&mut self, pve: &PveSurvey) {
        for (storage, nodes) in &pve.files {
            for (node, part) in nodes {
                let place = u32::try_from(self.stores.len()).unwrap_or(u32::MAX);
                let seen = part.seen.filter(|_| part.known().is_some());
                let (storage, node) = (storage.clone(), node.clone());
                self.stores.push(Stored { storage, node, seen });
                for file in part.known().into_iter().flatten() {
                    if let Some(vmid) = file.vmid {
                        self.files.push((vmid, file.kind, file.time, place, file.protected));
                    }
                }
            }
        }
        self.files.sort_unstable_by_key(|(vmid, _, time, place, _)| (*vmid, *time, *place));
    }

    /// Whether a guest has files of the same storage on other nodes, and none at this place.
    pub(super) fn left(&self, row: &GuestRow, place: usize) -> bool {
        let first = self.files.partition_point(|(vmid, ..)| *vmid < row.vmid);
        let files = self.files.get(first..).unwrap_or_default().iter();
        let own = files.take_while(|(vmid, ..)| *vmid == row.vmid).map(|(.., at, _)| *at as usize);
        let storage = |at: usize| self.stores.get(at).map(|store| &store.storage);
        let same: Vec<usize> = own.filter(|at| storage(*at) == storage(place)).collect();
        !same.is_empty() && !same.contains(&place)
    }

    /// A guest's vzdump files.
    pub(super) fn add_files(&self, found: &mut Gathered, row: &GuestRow, own: Option<Epoch>) {
        let first = self.files.partition_point(|(vmid, ..)| *vmid < row.vmid);
        let files = self.files.get(first..).unwrap_or_default();
        let end = files.partition_point(|(vmid, ..)| *vmid == row.vmid);
        let files = files.get(..end).unwrap_or_default();
        for (place, _) in (0_u32..).zip(&self.stores) {
            // Nobody but vzdump prunes files.
            found.open(&[], true, None);
            let own_kind = |kind: &Option<GuestKind>| kind.is_none_or(|kind| kind == row.kind);
            for (_, kind, at, of, is_protected) in files.iter().rev() {
                if *of == place && own_kind(kind) {
                    found.add(*at, Worth::Made, *is_protected, own);
                    found.note_oldest(Some(*at).filter(|at| own.is_none_or(|own| *at >= own)));
                }
            }
        }
    }
}

/// The namespaces on watched PBSes that a source's copies may be at.
fn shelves(ctx: &Context<'_>, source: &SourceContext<'_>, mapping: &Mapping) -> Vec<Shelved> {
    let name = source.name();
    let mut shelves: Vec<Shelved> = Vec::new();
    for place in mapping.targets(name).unwrap_or_default().iter().flat_map(|t| &t.reach) {
        let Server::Watched(pbs_name) = &place.server else { continue };
        let pbs = ctx.source(pbs_name).and_then(|s| Some((s, s.pbs()?)));
        let Some((pbs_source, pbs)) = pbs.filter(|_| shelves.iter().all(|s| s.place != *place))
        else {
            continue;
        };
        let others = mapping.writers(place).iter().any(|w| w.source != *name);
        let sight = Sight::new(place, pbs, ctx.now);
        let (rules, is_known) = rules(pbs_source, pbs, place);
        shelves.push(Shelved {
            place: place.clone(),
            pbs: pbs_name.clone(),
            sight,
            shared: others || mapping.has_unread_but(name),
            rules,
            changed: pbs
                .keeping
                .get(&place.store)
                .and_then(|k| k.changed)
                .map(|at| at.plus(source.offset)),
            // Jobs of what may not be seen are not listed.
            is_known: is_known && sight.complete,
        });
    }
    shelves
}
