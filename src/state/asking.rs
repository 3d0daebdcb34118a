//! Whether the first look at the fleet is still under way: until then what is not known need not
//! be hidden or broken, it was just not asked yet.

use std::sync::Arc;

use crate::fleet::id::SourceName;
use crate::fleet::link::{Contact, Link};
use crate::fleet::part::{PartState, PartView};
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;

/// After so many seconds nobody waits for the first look any more: what is still not known then
/// has another reason, and the problems tell it.
const AT_MOST: i64 = 120;

/// How far the first look has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Sources of which something was not asked yet.
    pub left: usize,
    /// All sources.
    pub all: usize,
}

impl Asking {
    /// What of `fleet` was not asked yet since `started`; none once everything was.
    pub(super) fn of(fleet: &Fleet, started: Epoch, now: Epoch) -> Option<Self> {
        let left = unasked(fleet, started, now).count();
        (left > 0).then(|| Self { left, all: fleet.sources().count() })
    }
}

/// The sources of which something was not asked yet since `started`, in the order of the file.
pub fn unasked(fleet: &Fleet, started: Epoch, now: Epoch) -> impl Iterator<Item = &SourceName> {
    let surveys = fleet.sites.iter().flat_map(|site| &site.surveys);
    let is_early = now.since(started) < AT_MOST;
    let open = move |survey: &&Arc<Survey>| is_early && is_open(survey, started, now);
    surveys.filter(open).map(|survey| &survey.source)
}

fn is_open(survey: &Survey, started: Epoch, now: Epoch) -> bool {
    match survey.link.contact {
        Contact::Untried => true,
        Contact::Fine => survey.parts(now).iter().any(|part| is_unasked(part, started)),
        // Where nobody answers there is nothing more to wait for, unless that is only remembered.
        _ => is_remembered(&survey.link, started),
    }
}

fn is_unasked(part: &PartView<'_>, started: Epoch) -> bool {
    // What is remembered and still young is asked when its turn comes.
    let is_waiting = match part.state {
        PartState::NotAsked => true,
        PartState::Stale => part.tried.is_none_or(|tried| tried < started),
        PartState::Fresh | PartState::Denied | PartState::Failed => false,
    };
    part.required && is_waiting
}

fn is_remembered(link: &Link, started: Epoch) -> bool {
    let tried = link.endpoints.iter().map(|endpoint| endpoint.tried);
    tried.chain([link.since]).all(|at| at.is_none_or(|at| at < started))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{AT_MOST, Asking};
    use crate::fleet::id::Product;
    use crate::fleet::link::{Contact, Layer};
    use crate::fleet::pbs::PbsSurvey;
    use crate::fleet::site::Fleet;
    use crate::fleet::survey::{Body, Survey};
    use crate::fleet::time::Epoch;
    use crate::state::samples::{NOW, facts};

    fn asking(surveys: &[Survey]) -> Option<(usize, usize)> {
        let names: Vec<&str> = surveys.iter().map(|s| s.source.as_str()).collect();
        let mut fleet = Fleet::new([facts("home", &names)], Vec::new());
        for survey in surveys {
            assert!(fleet.take(Arc::new(survey.clone())));
        }
        Asking::of(&fleet, NOW, NOW.plus(5)).map(|a| (a.left, a.all))
    }

    fn survey(name: &str, contact: Contact) -> Survey {
        let mut survey = Survey::new(name.into(), Product::Pbs, &["h:8007".into()]);
        survey.link.contact = contact;
        survey
    }

    fn away(tried: Epoch) -> Survey {
        let mut survey = survey("away", Contact::Unreachable(Layer::Route, "no route".into()));
        survey.link.endpoints[0].tried = Some(tried);
        survey.link.since = Some(NOW.minus(9000));
        survey
    }

    /// Every part of a PBS without stores answered or refused at this moment.
    fn asked(at: Epoch) -> Survey {
        let mut survey = survey("pbs", Contact::Fine);
        let mut json = serde_json::to_value(PbsSurvey::default()).unwrap();
        for part in json.as_object_mut().unwrap().values_mut() {
            if part.get("outcome").is_some() {
                part["outcome"] = "absent".into();
                part["seen"] = at.0.into();
                part["tried"] = at.0.into();
            }
        }
        survey.body = Body::Pbs(Box::new(serde_json::from_value(json).unwrap()));
        survey
    }

    #[test]
    fn it_is_asking_until_every_part_of_every_source_was_tried() {
        let untried = survey("fi", Contact::Untried);
        let begun = survey("be", Contact::Fine);
        assert_eq!(asking(&[untried.clone(), begun.clone()]), Some((2, 2)));
        assert_eq!(asking(&[asked(NOW.plus(1)), begun]), Some((1, 2)));
        assert_eq!(asking(&[asked(NOW.plus(1)), away(NOW.plus(1)), untried]), Some((1, 3)));
        assert_eq!(asking(&[asked(NOW.plus(1)), away(NOW.plus(1))]), None);
    }

    #[test]
    fn what_is_remembered_counts_while_it_is_young() {
        assert_eq!(asking(&[asked(NOW.minus(5))]), None);
        assert_eq!(asking(&[asked(NOW.minus(90_000))]), Some((1, 1)));
        assert_eq!(asking(&[away(NOW.minus(5))]), Some((1, 1)), "it may be back");
    }

    #[test]
    fn it_does_not_wait_for_ever() {
        let fleet = Fleet::new([facts("home", &["fi"])], Vec::new());
        let of = |seconds| Asking::of(&fleet, NOW, NOW.plus(seconds));
        assert_eq!(of(AT_MOST - 1), Some(Asking { left: 1, all: 1 }));
        assert_eq!(of(AT_MOST), None);
        assert_eq!(Asking::of(&Fleet::new([], Vec::new()), NOW, NOW), None);
    }
}
