//! The runbook of a node: all its guests, in the order they come back.

use super::guest::{Scene, bare, before, coming_back, log_in};
use super::{Case, Chapter, Head, Runbook, What};
use crate::fleet::id::{GuestKey, NodeName, SourceName};
use crate::fleet::site::Fleet;
use crate::judge::Judged;
use crate::judge::rows::recovery::WayKind;

/// The runbook of a node; none where there is no such node.
pub fn node(
    fleet: &Fleet,
    judged: &Judged,
    source: &SourceName,
    node: &NodeName,
) -> Option<Runbook> {
    let site = fleet.site_of(source)?;
    let pve = fleet.survey(source)?.pve()?;
    let rows = judged.sites.iter().flat_map(|site| &site.nodes);
    rows.clone().find(|row| row.source == *source && row.name == *node)?;
    let guests = judged.sites.iter().flat_map(|site| &site.guests);
    let own = guests.filter(|guest| guest.source == *source && guest.node == *node);
    let mut scenes: Vec<Scene<'_>> = own
        .filter_map(|row| {
            let key = GuestKey { source: source.clone(), vmid: row.vmid };
            Scene::new(fleet, judged, &key)
        })
        .collect();
    // What comes back by itself first, then what is quick, then what takes long.
    scenes.sort_by_key(|scene| {
        (scene.row.recovery.best().map_or(WayKind::Restore, |way| way.kind), scene.row.vmid)
    });
    let target = scenes.iter().find_map(|scene| scene.row.recovery.best()?.target.clone());
    let mut at = target.clone();
    let mut chapters = vec![Chapter {
        head: Head::Before,
        steps: before(fleet, &site.facts, (source, node), target),
    }];
    let by_ha =
        |scene: &&Scene<'_>| scene.row.recovery.best().is_some_and(|way| way.kind == WayKind::Ha);
    let managed: Vec<_> = scenes.iter().filter(by_ha).collect();
    if !managed.is_empty() {
        let steps = managed.iter().filter_map(|scene| {
            let way = scene.row.recovery.best()?;
            scene.way(way).into_iter().find(|step| matches!(step.what, What::HaStarts(..)))
        });
        chapters.push(Chapter { head: Head::ByHa, steps: steps.collect() });
    }
    for scene in scenes.iter().filter(|scene| !by_ha(scene)) {
        match scene.row.recovery.best() {
            Some(way) => {
                let steps = log_in(fleet, &mut at, way, scene.way(way));
                chapters.push(Chapter { head: scene.head(1, way, true), steps });
            }
            // A template that nobody copies is nobody's loss.
            None if scene.row.recovery.verdict.is_none() => {}
            None => chapters.push(scene.no_way(true)),
        }
    }
    let best = scenes.iter().filter_map(|scene| Some(scene.row.recovery.best()?.kind));
    let back = coming_back(pve, node, &best.collect::<Vec<_>>());
    chapters.push(Chapter { head: Head::Afterwards, steps: vec![bare(What::Check)] });
    chapters.push(Chapter { head: Head::ComingBack, steps: back });
    let mut facts: Vec<_> = scenes.iter().flat_map(Scene::facts).collect();
    facts.sort();
    facts.dedup();
    Some(Runbook {
        case: Case::Node(source.clone(), node.clone()),
        taken: judged.taken,
        chapters,
        facts,
    })
}
