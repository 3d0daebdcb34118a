//! Problems that say the same of many things of one source: a list shows them as one row with
//! their number, which opens to the single ones. Counts, reports, filters and the problems
//! themselves know nothing of that.

use std::sync::{Arc, Weak};

use foldhash::{HashMap, HashSet};

use super::causes::Causes;
use crate::fleet::code::Code;
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::{Judged, Problem, Severity};

/// From so many on they are one row: fewer are read as quickly as counted.
const MANY: usize = 4;

/// What problems share that stand as one row. Not how many they are, nor any number or moment in
/// their sentences: those change, and the row stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlikeId {
    /// How bad.
    pub severity: Severity,
    /// What kind.
    pub code: Code,
    /// Where.
    pub site: Option<SiteName>,
    /// Of which source.
    pub source: Option<SourceName>,
    detail: Option<Arc<str>>,
    other: Option<Arc<str>>,
    shape: Shape,
}

/// Which of several sentences a code says: what it is about, yes or no, and which facts there are.
type Shape = (u8, Option<bool>, u8);

/// The same as [`AlikeId`], borrowed: all problems are gone through with each judgement.
type Key<'a> = (
    Severity,
    Code,
    Option<&'a SiteName>,
    Option<&'a SourceName>,
    Option<&'a str>,
    Option<&'a str>,
    Shape,
);

impl AlikeId {
    /// What a problem shares with those that say the same.
    pub fn of(problem: &Problem) -> Self {
        Self {
            severity: problem.severity,
            code: problem.code,
            site: problem.site.clone(),
            source: problem.source.clone(),
            detail: problem.detail.clone(),
            other: problem.facts.other.clone(),
            shape: shape(problem),
        }
    }
}

fn key(problem: &Problem) -> Key<'_> {
    (
        problem.severity,
        problem.code,
        problem.site.as_ref(),
        problem.source.as_ref(),
        problem.detail.as_deref(),
        problem.facts.other.as_deref(),
        shape(problem),
    )
}

fn shape(problem: &Problem) -> Shape {
    let about = match problem.subject {
        Subject::Viewer => 0,
        Subject::Source(_) => 1,
        Subject::Cluster(_) => 2,
        Subject::Node(..) => 3,
        Subject::Guest(_) => 4,
        Subject::BackupJob(..) => 5,
        Subject::Group(_) => 6,
        Subject::Replication(..) => 7,
        Subject::Storage(..) => 8,
        Subject::Datastore(..) => 9,
    };
    let facts = &problem.facts;
    let told = [
        facts.age.is_some() || facts.newest.is_some(),
        facts.value.is_some(),
        facts.due.is_some(),
        facts.at.is_some(),
        facts.count.is_some(),
        facts.text.is_some(),
        !facts.names.is_empty(),
        problem.accepted.is_some(),
    ];
    (about, facts.flag, told.iter().fold(0, |bits, is| bits << 1 | u8::from(*is)))
}

/// Which problems and notices of one judgement stand together.
#[derive(Clone, Debug, Default)]
pub struct Alike {
    judged: Weak<Judged>,
    groups: HashMap<AlikeId, Group>,
    /// Places of problems that stand in a group, and of notices.
    within: [HashSet<u32>; 2],
}

/// Some that say the same.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Their places among the problems, or among the notices; never none.
    pub places: Vec<u32>,
    /// Those of them that bound what their sentences say: for each fact the least and the most.
    /// What these sentences have in common all of them have.
    pub bounds: Vec<u32>,
    /// When the first of them began; none where that is not known of one of them.
    pub since: Option<Epoch>,
    /// The first one of which it is not known.
    pub undated: Option<u32>,
}

impl Alike {
    /// Goes through a judgement once. What follows from something else stands there instead.
    pub(super) fn new(judged: &Arc<Judged>, causes: &Causes) -> Self {
        let mut alike = Self { judged: Arc::downgrade(judged), ..Self::default() };
        let [problems, notices] = &mut alike.within;
        gather(&judged.problems, |at| causes.is_explained(at), &mut alike.groups, problems);
        gather(&judged.notices, |_| false, &mut alike.groups, notices);
        alike
    }

    /// Whether it was made from this judgement.
    pub(super) fn is_of(&self, judged: &Arc<Judged>) -> bool {
        std::ptr::eq(self.judged.as_ptr(), Arc::as_ptr(judged))
    }

    /// The group in which a problem, or a notice, stands.
    pub(super) fn of(&self, problem: &Problem, place: u32) -> Option<&Group> {
        let [problems, notices] = &self.within;
        let within = if problem.severity == Severity::Notice { notices } else { problems };
        within.contains(&place).then(|| self.group(&AlikeId::of(problem))).flatten()
    }

    /// Those that share this, while there are many.
    pub fn group(&self, id: &AlikeId) -> Option<&Group> {
        self.groups.get(id)
    }
}

fn gather(
    all: &[Problem],
    is_told: impl Fn(u32) -> bool,
    groups: &mut HashMap<AlikeId, Group>,
    within: &mut HashSet<u32>,
) {
    let mut found: HashMap<Key<'_>, Vec<u32>> = HashMap::default();
    for (place, problem) in (0..).zip(all).filter(|(place, _)| !is_told(*place)) {
        found.entry(key(problem)).or_default().push(place);
    }
    for places in found.into_values().filter(|places| places.len() >= MANY) {
        let at = |place: &u32| Some((*place, all.get(*place as usize)?));
        let members: Vec<(u32, &Problem)> = places.iter().filter_map(at).collect();
        let Some((_, first)) = members.first() else { continue };
        within.extend(&places);
        let undated = members.iter().find(|(_, p)| p.since.is_none()).map(|(place, _)| *place);
        let earliest = members.iter().filter_map(|(_, p)| p.since).min();
        let group = Group {
            bounds: bounds(&members),
            since: earliest.filter(|_| undated.is_none()),
            undated,
            places,
        };
        groups.insert(AlikeId::of(first), group);
    }
}

/// Of each fact that a sentence may be made from, those that say the least and the most.
fn bounds(members: &[(u32, &Problem)]) -> Vec<u32> {
    let mut bounds = Vec::new();
    ends(members, |p| p.facts.newest, &mut bounds);
    ends(members, |p| p.facts.age, &mut bounds);
    ends(members, |p| p.facts.value, &mut bounds);
    ends(members, |p| p.facts.limit, &mut bounds);
    ends(members, |p| p.facts.due, &mut bounds);
    ends(members, |p| p.facts.at, &mut bounds);
    ends(members, |p| p.facts.count, &mut bounds);
    ends(members, |p| p.facts.text.as_deref(), &mut bounds);
    ends(members, |p| p.facts.names.as_slice(), &mut bounds);
    ends(members, |p| p.accepted.as_deref(), &mut bounds);
    ends(members, |p| p.since, &mut bounds);
    bounds
}

fn ends<'a, K: PartialOrd>(
    members: &[(u32, &'a Problem)],
    of: impl Fn(&'a Problem) -> K,
    bounds: &mut Vec<u32>,
) {
    let Some(first) = members.first() else { return };
    let (mut least, mut most) = (*first, *first);
    for member in members {
        if of(member.1) < of(least.1) {
            least = *member;
        }
        if of(member.1) > of(most.1) {
            most = *member;
        }
    }
    for (place, _) in [least, most] {
        if !bounds.contains(&place) {
            bounds.push(place);
        }
    }
}
