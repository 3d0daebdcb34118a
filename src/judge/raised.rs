//! What was raised, in the order of the list. Each lane puts its own in order; at the end what
//! they have is laid together.

use std::cmp::Reverse;
use std::sync::Arc;

use foldhash::HashMap;

use super::frame::Owns;
use super::problem::{Problem, Severity};
use crate::fleet::id::SiteName;
use crate::fleet::site::Fleet;

/// The order of the sites, as they are spelled.
#[derive(Debug)]
pub(super) struct Order(HashMap<SiteName, usize>);

impl Order {
    pub(super) fn new(fleet: &Fleet) -> Self {
        let mut names: Vec<&SiteName> = fleet.sites.iter().map(|site| &site.facts.name).collect();
        names.sort_unstable();
        Self(names.into_iter().cloned().zip(0..).collect())
    }

    fn place(&self, problem: &Problem) -> Place {
        let site = problem.site.as_ref().and_then(|site| self.0.get(site)).copied();
        Place {
            severity: Reverse(problem.severity),
            site,
            subject: problem.subject.spelled(),
            code: problem.code.as_str(),
            detail: problem.detail.clone(),
        }
    }
}

/// Where a problem stands: by severity (worst first), site, subject, code, detail, as they are
/// spelled. It is compared ten times as often as it is made.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    severity: Reverse<Severity>,
    site: Option<usize>,
    subject: String,
    code: &'static str,
    detail: Option<Arc<str>>,
}

/// What one lane raised.
#[derive(Debug)]
pub(super) struct Raised {
    problems: Vec<Problem>,
    /// In order, with where each is among the problems.
    places: Vec<(Place, usize)>,
    owns: Owns,
}

impl Raised {
    pub(super) fn new(order: &Order, problems: Vec<Problem>) -> Self {
        let mut places: Vec<_> = problems.iter().map(|p| order.place(p)).zip(0..).collect();
        places.sort_unstable();
        let owns = Owns::new(&problems);
        Self { problems, places, owns }
    }

    /// How much was raised.
    pub(super) fn len(&self) -> usize {
        self.problems.len()
    }

    /// Takes out what was raised on what.
    pub(super) fn take_owns(&mut self) -> Owns {
        std::mem::take(&mut self.owns)
    }
}

/// Problems and notices of all lanes, each in order.
pub(super) fn together(raised: Vec<Raised>) -> (Vec<Problem>, Vec<Problem>) {
    let mut places: Vec<(Place, usize, usize)> = Vec::new();
    let mut lanes: Vec<Vec<Option<Problem>>> = Vec::new();
    for (raised, lane) in raised.into_iter().zip(0..) {
        places.extend(raised.places.into_iter().map(|(place, at)| (place, lane, at)));
        lanes.push(raised.problems.into_iter().map(Some).collect());
    }
    // A stable sort finds pieces that are in order, and merges them.
    places.sort();
    let is_notice = |place: &Place| place.severity == Reverse(Severity::Notice);
    let notices = places.split_off(places.partition_point(|(place, ..)| !is_notice(place)));
    let mut taken = |places: Vec<(Place, usize, usize)>| -> Vec<Problem> {
        let mut all = Vec::with_capacity(places.len());
        let at = places.into_iter().map(|(_, lane, at)| (lane, at));
        all.extend(at.filter_map(|(lane, at)| lanes.get_mut(lane)?.get_mut(at)?.take()));
        all
    };
    (taken(places), taken(notices))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Order, Problem, Raised, Severity, together};
    use crate::judge::frame::judge;
    use crate::judge::sample::{NOW, healthy};

    proptest! {
        /// However what was raised is dealt out to lanes, it comes together the same.
        #[test]
        fn the_list_does_not_depend_on_who_raised_what(
            dealt in prop::collection::vec(0..4_usize, 100),
        ) {
            let fleet = healthy();
            // Long after, so that something is late.
            let judged = judge(&fleet, NOW.plus(400_000));
            let some = judged.problems.iter().chain(&judged.notices);
            let all: Vec<Problem> = some
                .flat_map(|problem| {
                    (0..100).map(|n| {
                        let mut other = problem.clone();
                        other.detail = Some(n.to_string().into());
                        if n % 3 == 0 {
                            other.severity = Severity::Notice;
                        }
                        other
                    })
                })
                .collect();
            let order = Order::new(&fleet);
            let mut lanes = vec![Vec::new(); 4];
            for (problem, lane) in all.iter().zip(dealt.into_iter().cycle()) {
                lanes[lane].push(problem.clone());
            }
            let alone = together(vec![Raised::new(&order, all)]);
            prop_assert!(alone.0.len() > 100 && alone.1.len() > 50);
            prop_assert!(alone.0.is_sorted_by_key(|p| order.place(p)));
            let raised = lanes.into_iter().map(|lane| Raised::new(&order, lane)).collect();
            prop_assert_eq!(together(raised), alone);
        }
    }
}
