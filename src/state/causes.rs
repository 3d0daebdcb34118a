//! Which problems one cause explains, where the contract lets each stand for itself: a PBS that is
//! away, and every storage of PVE that leads to it. Lists show one row and how many follow from it;
//! counts, reports and the problems themselves know nothing of that.

use std::cell::OnceCell;
use std::sync::{Arc, Weak};

use foldhash::HashMap;

use super::index::Index;
use super::view::ProblemId;
use crate::fleet::code::Code;
use crate::fleet::id::{SourceName, StorageName};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::judge::mapping::Mapping;
use crate::judge::{Judged, Problem};

/// What explains what, in one judgement.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    judged: Weak<Judged>,
    /// By what explains them, the places of the problems that follow.
    follow: HashMap<ProblemId, Vec<u32>>,
    /// Places of those that are explained, in order.
    explained: Vec<u32>,
}

impl Causes {
    /// Goes through a judgement once.
    pub(super) fn new(judged: &Arc<Judged>, index: &Index, fleet: &Fleet) -> Self {
        // Which storage leads where is told by PVE and the configuration, too: a PBS that was never
        // reached has no datastores to tell it.
        let mapping = OnceCell::new();
        let mapping = || mapping.get_or_init(|| Mapping::of(fleet));
        let mut causes = Self { judged: Arc::downgrade(judged), ..Self::default() };
        let mut of: HashMap<SourceName, Option<&Problem>> = HashMap::default();
        for (place, problem) in (0..).zip(&judged.problems) {
            let Some((source, storage)) = storage_of(problem) else { continue };
            let led = leads(source, storage, judged, index);
            let Some(pbs) = led.or_else(|| mapping().watched(source, storage)) else { continue };
            let cause = of.entry(pbs.clone()).or_insert_with(|| {
                let subject = Subject::Source(pbs.clone());
                index.problems(&subject, judged).find(|p| p.code == Code::SourceUnreachable)
            });
            // What is worse than its cause is not hidden behind it.
            let verdict = problem.severity.verdict();
            if let Some(cause) = cause.filter(|cause| verdict <= cause.severity.verdict()) {
                causes.follow.entry(ProblemId::of(cause)).or_default().push(place);
                causes.explained.push(place);
            }
        }
        causes
    }

    /// Whether it was made from this judgement.
    pub(super) fn is_of(&self, judged: &Arc<Judged>) -> bool {
        std::ptr::eq(self.judged.as_ptr(), Arc::as_ptr(judged))
    }

    /// Whether the problem at this place follows from another one.
    pub(super) fn is_explained(&self, place: u32) -> bool {
        self.explained.binary_search(&place).is_ok()
    }

    /// The places of the problems that follow from this one.
    pub fn follow(&self, cause: &ProblemId) -> &[u32] {
        self.follow.get(cause).map_or(&[], Vec::as_slice)
    }

    /// How many follow from this one.
    pub fn count(&self, problem: &Problem) -> usize {
        if self.follow.is_empty() { 0 } else { self.follow(&ProblemId::of(problem)).len() }
    }
}

/// The storage that is not reached.
fn storage_of(problem: &Problem) -> Option<(&SourceName, &StorageName)> {
    let Subject::Storage(source, _, name) = &problem.subject else { return None };
    (problem.code == Code::StorageOffline).then_some((source, name))
}

/// The PBS to which a storage leads, as its datastores tell.
fn leads<'a>(
    source: &SourceName,
    name: &StorageName,
    judged: &'a Judged,
    index: &Index,
) -> Option<&'a SourceName> {
    index.writers(source).iter().find_map(|(site, store, writer)| {
        let store = judged.sites.get(*site as usize)?.datastores.get(*store as usize)?;
        let (_, storage, _) = store.writers.get(*writer as usize)?;
        (storage == name).then_some(&store.source)
    })
}
