//! Words of runbooks.

use super::When;
use crate::runbook::{Case, Head, What};

/// The words of runbooks: read in a hurry, on paper too.
pub trait Runbooks {
    /// The title.
    fn case(&self, case: &Case) -> String;
    /// What stands below it: when it was made, and what it is not.
    fn preface(&self, taken: &str) -> String;
    /// The head of a chapter.
    fn runbook_head(&self, head: &Head) -> String;
    /// What to do in a step.
    fn runbook_step(&self, what: &What, when: &When<'_>) -> String;
    /// What then appears, or must hold; none where there is nothing to see.
    fn expected(&self, what: &What, when: &When<'_>) -> Option<String>;
    /// Stands before what then appears.
    fn expect(&self) -> &'static str;
    /// The title of the whole set.
    fn all_runbooks(&self) -> &'static str;
    /// A page that this set no longer has.
    fn left_over(&self, path: &str) -> String;
    /// The head of what it was made from.
    fn made_from(&self) -> &'static str;
    /// A call and how old its answer is; none: never answered.
    fn fact(&self, source: &str, call: &str, age: Option<&str>) -> String;
}
