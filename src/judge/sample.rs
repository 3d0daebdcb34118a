//! A small healthy fleet for tests, easy to spoil: site `helsinki` with the cluster `fi` (three
//! nodes, guests 100, 101, 200) and site `home` with the PBS `pbs` (datastore `main`, namespace
//! `fi`). Everything was read five seconds before [`NOW`].

#![allow(dead_code, unused_imports, reason = "a box of builders; some wait for their tests")]

mod pbs;
mod pve;
mod spoil;

use std::sync::Arc;

pub(crate) use self::pbs::{copies, snapshot};
pub(crate) use self::pve::healthy as pve_elsewhere;
pub(crate) use self::pve::{certificate, disk, guest, member, rights, storage_row, version};
pub(crate) use self::spoil::{
    alone, another, by_default, file, memory, on_shared_storage, on_storage_of, replicated_twice,
    snapshots, spare, under_ha, without_replication,
};
use super::{Judged, Problem, judge};
use crate::fleet::id::Product;
use crate::fleet::link::{Contact, Link};
use crate::fleet::part::{Cause, CauseKind, Outcome, Part};
use crate::fleet::pbs::PbsSurvey;
use crate::fleet::policy::{Except, Policy, SiteFacts, SourceFacts};
use crate::fleet::pve::PveSurvey;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::survey::{Body, Survey};
use crate::fleet::time::Epoch;
use crate::judge::rows::{GuestRow, NodeRow, SourceRow, StorageRow};

/// Wednesday, 2026-11-25 12:00 UTC.
pub(crate) const NOW: Epoch = Epoch(1_795_608_000);
/// When everything was read.
pub(crate) const SEEN: Epoch = Epoch(1_795_607_995);
/// The latest run of the backup job, 02:00 UTC.
pub(crate) const DUE: Epoch = Epoch(1_795_572_000);
/// The PBS's certificate.
pub(crate) const PBS_FINGERPRINT: [u8; 32] = [7; 32];

/// The healthy fleet.
pub(crate) fn healthy() -> Fleet {
    let mut fleet = Fleet::new(
        [
            site("helsinki", source("fi", Product::Pve, &["fi1:8006", "fi2:8006"])),
            site("home", source("pbs", Product::Pbs, &["pbs:8007"])),
        ],
        Vec::new(),
    );
    put(&mut fleet, "fi", Body::Pve(Box::new(pve::healthy())));
    put(&mut fleet, "pbs", Body::Pbs(Box::new(pbs::healthy())));
    fleet
}

/// A site with one source, UTC.
pub(crate) fn site(name: &str, source: SourceFacts) -> SiteFacts {
    SiteFacts {
        name: name.into(),
        place: None,
        contact: None,
        keys: None,
        timezone: jiff::tz::TimeZone::UTC,
        policy: Policy::default(),
        sources: vec![source],
    }
}

/// A source without windows.
pub(crate) fn source(name: &str, product: Product, endpoints: &[&str]) -> SourceFacts {
    SourceFacts {
        name: name.into(),
        product,
        endpoints: endpoints.iter().map(|e| Arc::from(*e)).collect(),
        fingerprints: if product == Product::Pbs { vec![PBS_FINGERPRINT] } else { Vec::new() },
        planned_off: Vec::new(),
    }
}

/// Puts what a source said, with a link that is fine.
pub(crate) fn put(fleet: &mut Fleet, source: &str, body: Body) {
    let old = fleet.survey(&source.into()).expect("a source of the sample").clone();
    let mut link = old.link.clone();
    answer(&mut link);
    fleet.take(Arc::new(Survey { source: source.into(), link, body }));
}

/// Makes a link fine now.
pub(crate) fn answer(link: &mut Link) {
    link.contact = Contact::Fine;
    link.current = Some(0);
    link.clock_offset = Some(0);
    link.answered = Some(SEEN);
    link.round = Some(SEEN);
    for endpoint in &mut link.endpoints {
        endpoint.contact = Contact::Fine;
        endpoint.tried = Some(SEEN);
    }
}

/// Changes the survey of a source.
pub(crate) fn edit(fleet: &mut Fleet, source: &str, change: impl FnOnce(&mut Survey)) {
    let mut survey = Survey::clone(fleet.survey(&source.into()).expect("a source of the sample"));
    change(&mut survey);
    fleet.take(Arc::new(survey));
}

/// Changes the link of a source.
pub(crate) fn edit_link(fleet: &mut Fleet, source: &str, change: impl FnOnce(&mut Link)) {
    edit(fleet, source, |s| change(&mut s.link));
}

/// Changes what a PVE source said.
pub(crate) fn edit_pve(fleet: &mut Fleet, source: &str, change: impl FnOnce(&mut PveSurvey)) {
    edit(fleet, source, |s| match &mut s.body {
        Body::Pve(pve) => change(pve),
        Body::Pbs(_) => panic!("a PBS"),
    });
}

/// Changes what a PBS said.
pub(crate) fn edit_pbs(fleet: &mut Fleet, source: &str, change: impl FnOnce(&mut PbsSurvey)) {
    edit(fleet, source, |s| match &mut s.body {
        Body::Pbs(pbs) => change(pbs),
        Body::Pve(_) => panic!("a PVE"),
    });
}

/// Changes what the configuration says of the site of a source.
pub(crate) fn edit_site(fleet: &mut Fleet, site: &str, change: impl FnOnce(&mut SiteFacts)) {
    let site = fleet.sites.iter_mut().find(|s| s.facts.name.as_str() == site).expect("a site");
    let mut facts = SiteFacts::clone(&site.facts);
    change(&mut facts);
    site.facts = Arc::new(facts);
}

/// Changes the value of an answered part; its times stay.
pub(crate) fn change<T: Clone>(part: &mut Part<T>, change: impl FnOnce(&mut T)) {
    let mut value = T::clone(part.known().expect("an answered part"));
    change(&mut value);
    part.value = Some(Arc::new(value));
}

/// Gives a part a value, read at [`SEEN`].
pub(crate) fn set<T>(part: &mut Part<T>, value: T) {
    *part = part.answered(value, SEEN);
}

/// Makes a part as if it had last been read `seconds` before now, without a failure.
pub(crate) fn age<T>(part: &mut Part<T>, seconds: i64) {
    part.seen = Some(NOW.minus(seconds));
    part.tried = part.seen;
}

/// The outcome of a call that failed.
pub(crate) fn failure() -> Outcome {
    Outcome::Failed(Cause { kind: CauseKind::Timeout, text: "no answer in 10 s".into() })
}

/// Accepts a code on a subject.
pub(crate) fn except(fleet: &mut Fleet, subject: &str, code: &str) {
    let mut excepts = fleet.excepts.to_vec();
    excepts.push(Except {
        subject: subject.into(),
        codes: vec![code.into()],
        reason: "known".into(),
        until: None,
    });
    fleet.excepts = excepts.into();
}

/// Judges at [`NOW`].
pub(crate) fn judged(fleet: &Fleet) -> Judged {
    judge(fleet, NOW)
}

/// Problems as `severity code subject [detail]`, in their order: what a table of expectations
/// compares.
pub(crate) fn said(judged: &Judged) -> Vec<String> {
    judged.problems.iter().map(spell).collect()
}

/// Notices, spelled alike.
pub(crate) fn noticed(judged: &Judged) -> Vec<String> {
    judged.notices.iter().map(spell).collect()
}

fn spell(problem: &Problem) -> String {
    let severity = format!("{:?}", problem.severity).to_lowercase();
    let detail = problem.detail.as_ref().map(|d| format!(" {d}")).unwrap_or_default();
    format!("{severity} {} {}{detail}", problem.code, problem.subject)
}

/// A subject as the contract spells it, for comparing reasons.
pub(crate) fn spelled(subject: Option<&Subject>) -> String {
    subject.map(ToString::to_string).unwrap_or_default()
}

/// The row of a guest.
pub(crate) fn guest_row<'j>(judged: &'j Judged, source: &str, vmid: u32) -> &'j GuestRow {
    let mut rows = judged.sites.iter().flat_map(|s| &s.guests);
    rows.find(|g| g.source.as_str() == source && g.vmid == vmid).expect("a guest of the sample")
}

/// The row of a node.
pub(crate) fn node<'j>(judged: &'j Judged, source: &str, name: &str) -> &'j NodeRow {
    let mut rows = judged.sites.iter().flat_map(|s| &s.nodes);
    rows.find(|n| n.source.as_str() == source && n.name.as_str() == name).expect("a node")
}

/// The row of a source.
pub(crate) fn source_row<'j>(judged: &'j Judged, name: &str) -> &'j SourceRow {
    let mut rows = judged.sites.iter().flat_map(|s| &s.sources);
    rows.find(|s| s.name.as_str() == name).expect("a source")
}

/// The row of a storage; `node` is empty for a shared one.
pub(crate) fn storage<'j>(judged: &'j Judged, node: &str, name: &str) -> &'j StorageRow {
    let mut rows = judged.sites.iter().flat_map(|s| &s.storages);
    rows.find(|s| s.name.as_str() == name && s.node.as_ref().map_or("", |n| n.as_str()) == node)
        .expect("a storage")
}

#[cfg(test)]
mod tests {
    use super::{healthy, judged, noticed, said};
    use crate::judge::Verdict;

    #[test]
    fn the_sample_is_healthy() {
        let judged = judged(&healthy());
        assert_eq!(said(&judged), [""; 0]);
        assert_eq!(noticed(&judged), [""; 0]);
        assert_eq!(judged.verdict, Verdict::Ok);
        assert_eq!(judged.sites[0].guests.len(), 3);
        assert_eq!(judged.sites[0].nodes.len() + judged.sites[1].nodes.len(), 4);
    }
}
