//! Where HA may start things is asked where it has any, by the call that the release knows.

use super::{Answered, CauseKind, apply, survey};
use crate::fleet::host::Version;
use crate::fleet::id::Product;
use crate::fleet::part::{Cause, Outcome};
use crate::fleet::pve::cluster::{HaService, HaStatus};
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::call::{Call, PveCall, Reading};
use crate::poll::plan::{Pace, plan};

const HA: Call = Call::Pve(PveCall::Ha);
const VERSION: Call = Call::Pve(PveCall::Version);
const RULES: Call = Call::Pve(PveCall::HaRules);
const GROUPS: Call = Call::Pve(PveCall::HaGroups);

fn version(major: u32) -> Answered {
    Ok(Reading::Version(Version { text: "x".into(), major, minor: 1, patch: 0 }))
}

fn ha(managed: bool) -> Answered {
    let service = HaService {
        vmid: 100,
        node: "a".into(),
        state: "started".into(),
        request: None,
        group: None,
    };
    let services = if managed { vec![service] } else { Vec::new() };
    Ok(Reading::Ha(HaStatus { master: None, lrms: Vec::new(), services }))
}

fn asked(survey: &Survey, at: i64) -> Vec<Call> {
    let mut calls = plan(survey, Pace::Live { slack: 0 }, Epoch(at));
    calls.retain(|call| [RULES, GROUPS].contains(call));
    calls
}

fn failed() -> Answered {
    let text = "cannot index groups: ha groups have been migrated to rules".into();
    Err(Outcome::Failed(Cause { kind: CauseKind::Status(500), text }))
}

#[test]
fn rules_since_9_and_groups_before() {
    for (major, call, path) in [
        (7, GROUPS, "/cluster/ha/groups"),
        (8, GROUPS, "/cluster/ha/groups"),
        (9, RULES, "/cluster/ha/rules"),
    ] {
        let mut s = survey(Product::Pve);
        apply(&mut s, &HA, ha(true), Epoch(10));
        // Which, nobody knows yet.
        assert_eq!(asked(&s, 11), []);
        apply(&mut s, &VERSION, version(major), Epoch(11));
        assert_eq!(asked(&s, 12), std::slice::from_ref(&call), "{major}");
        apply(&mut s, &call, Ok(Reading::HaRules(Vec::new())), Epoch(12));
        let pve = s.pve().unwrap();
        assert_eq!((&*pve.ha_rules.call, pve.ha_rules.known().map(Vec::len)), (path, Some(0)));
        assert_eq!(asked(&s, 300), []);
        assert_eq!(asked(&s, 312), [call], "{major}");
        let is_listed =
            |s: &Survey| s.pve().unwrap().parts(Epoch(13)).iter().any(|p| **p.call == *path);
        assert!(is_listed(&s));
        // HA has nothing any more: nobody is bound.
        apply(&mut s, &HA, ha(false), Epoch(13));
        assert_eq!(asked(&s, 1_000), []);
        assert!(!is_listed(&s));
    }
}

#[test]
fn an_upgrade_is_noticed_by_the_refusal() {
    let mut s = survey(Product::Pve);
    apply(&mut s, &HA, ha(true), Epoch(10));
    apply(&mut s, &VERSION, version(8), Epoch(11));
    apply(&mut s, &GROUPS, Ok(Reading::HaRules(Vec::new())), Epoch(12));
    apply(&mut s, &GROUPS, failed(), Epoch(320));
    let pve = s.pve().unwrap();
    assert!(pve.ha_rules.is_failing());
    assert!(plan(&s, Pace::Live { slack: 0 }, Epoch(321)).contains(&VERSION));
    apply(&mut s, &VERSION, version(9), Epoch(322));
    assert_eq!(asked(&s, 323), [RULES]);
    apply(&mut s, &RULES, Ok(Reading::HaRules(Vec::new())), Epoch(324));
    let pve = s.pve().unwrap();
    assert!(!pve.ha_rules.is_failing() && pve.ha_rules.known().is_some());
    assert_eq!(asked(&s, 325), []);
}
