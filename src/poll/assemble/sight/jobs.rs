//! Since when jobs that make copies, and rules that prune them, are as they are: no server tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use crate::fleet::id::{JobId, StoreName};
use crate::fleet::pbs::job::PbsJob;
use crate::fleet::pve::PveSurvey;
use crate::fleet::sighting::{JobSighting, Keeping};
use crate::fleet::time::Epoch;

/// Takes note of the backup jobs as they are known at `at`.
pub(in crate::poll::assemble) fn backups(pve: &mut PveSurvey, at: Epoch) {
    let Some(jobs) = pve.backup_jobs.value.clone() else { return };
    for job in jobs.iter() {
        let form = form(&(
            job.enabled,
            &job.schedule,
            &job.selection,
            &job.node,
            &job.storage,
            &job.dumpdir,
        ));
        let kept = pve.prune_of(job).map(|prune| self::form(&prune));
        let known = pve.sightings.backups.entry(job.id.clone());
        let known = known.or_insert(JobSighting { form, since: at, keep: Keeping::default() });
        if known.form != form {
            (known.form, known.since) = (form, at);
        }
        if let Some(kept) = kept {
            keeps(&mut known.keep, kept, at);
        }
    }
    let ids: BTreeSet<&JobId> = jobs.iter().map(|job| &job.id).collect();
    pve.sightings.backups.retain(|id, _| ids.contains(id));
}

/// Takes note of the prune jobs of a PBS as they are listed at `at`.
pub(in crate::poll::assemble) fn prunes(
    known: &mut BTreeMap<StoreName, Keeping>,
    jobs: &[PbsJob],
    at: Epoch,
) {
    let mut by_store: BTreeMap<&StoreName, Vec<_>> =
        known.keys().map(|store| (store, Vec::new())).collect();
    for job in jobs {
        let rule = (&job.ns, job.max_depth, &job.schedule, job.disabled, job.keep);
        by_store.entry(&job.store).or_default().push(rule);
    }
    let forms: Vec<(StoreName, u64)> = by_store
        .into_iter()
        .map(|(store, mut rules)| {
            rules.sort_by_key(|rule| format!("{rule:?}"));
            (store.clone(), form(&rules))
        })
        .collect();
    for (store, form) in forms {
        keeps(known.entry(store).or_default(), form, at);
    }
}

fn keeps(known: &mut Keeping, form: u64, at: Epoch) {
    if known.form.is_some_and(|was| was != form) {
        known.changed = Some(at);
    }
    known.form = Some(form);
}

/// What something looks like, in a number that is the same in every run of the program (FNV-1a of
/// how it is spelled). Another version may spell it otherwise: then it counts as changed, and less
/// is said.
fn form(what: &dyn Debug) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{what:?}").bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
