//! Words of `vigie whatif`.

use super::recovery::Fates;
use super::{Lang, When};
use crate::fleet::id::{NodeName, SourceName};
use crate::whatif::{After, Plan, Told};

/// The chapters of what would follow, and of hosts that are emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// What is needed of each resource, and what there is.
    Resources,
    /// What becomes of the guests, or where they would go.
    Guests,
    /// What does not come back with them.
    NotWhole,
    /// What ties them to where they are.
    Tied,
    /// The hosts that take them.
    Targets,
    /// What is left of clusters.
    Clusters,
    /// The jobs that fail.
    Failing,
    /// The copies that die.
    Copies,
    /// How long backups take.
    Windows,
}

/// What moving guests needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Memory as configured.
    Memory,
    /// Memory as it is used now.
    Used,
    /// CPUs of guests, threads of machines.
    Cpus,
    /// Disks.
    Disk,
}

/// How a host is called: a node by its source, unless both have one name.
pub fn host(source: &SourceName, node: &NodeName) -> String {
    if source.as_str() == node.as_str() { node.to_string() } else { format!("{source}/{node}") }
}

/// The words of `vigie whatif`.
pub trait Outlooks {
    /// The head of a chapter.
    fn facet(&self, facet: Facet) -> &'static str;
    /// What comes of a loss, in a sentence; none of the guests: it cannot be told.
    fn after_loss(&self, names: &[String], fates: Option<&Fates>) -> String;
    /// What becomes of all guests that are hit, counted.
    fn fates(&self, fates: &Fates) -> String;
    /// Whether hosts can be emptied onto others, in a sentence.
    fn emptied(&self, plan: &Plan) -> String;
    /// What there is too little of; none where nothing is short.
    fn short_of(&self, plan: &Plan) -> Option<String>;
    /// What comes then if one more dies; none where that is no question.
    fn one_more(&self, plan: &Plan) -> Option<String>;
    /// A cluster that has no quorum once the emptied hosts are off.
    fn without_quorum(&self, after: &After) -> String;
    /// What moving needs.
    fn need(&self, need: Need) -> &'static str;
    /// CPUs to one thread.
    fn per_thread(&self, ratio: f64) -> String;
    /// What the two counts of free memory are.
    fn two_counts(&self) -> &'static str;
    /// What the backup window is.
    fn what_window(&self) -> &'static str;
    /// So many replication jobs of a source.
    fn replications(&self, jobs: usize, source: &str) -> String;
    /// Stands before guests that would run on without any copy.
    fn run_on_bare(&self, guests: &str) -> String;
    /// Nothing of a source was ever read.
    fn never_told(&self, source: &str) -> String;
    /// A source does not answer; what is known of it is so old.
    fn told_last(&self, source: &str, moment: &str, age: &str) -> String;
    /// Something of a source could not be read.
    fn not_all_told(&self, source: &str) -> String;
}

/// How far what is said can be believed, a sentence for each source that hides something.
pub fn sentences(told: &Told, lang: &dyn Lang, when: &When<'_>) -> Vec<String> {
    let never = told.never.iter().map(|source| lang.never_told(source.as_str()));
    let last = told.last.iter().map(|(source, seen)| match seen {
        Some(seen) => {
            let (moment, age) = (lang.moment(*seen, when), lang.age(when.now.since(*seen)));
            lang.told_last(source.as_str(), &moment, &age)
        }
        None => lang.not_all_told(source.as_str()),
    });
    let partly = told.partly.iter().map(|source| lang.not_all_told(source.as_str()));
    never.chain(last).chain(partly).collect()
}
