//! The judge, pure: what is known of the fleet → verdicts, problems, and the rows that every
//! view and every report shows.
//!
//! # The protocol of its families
//!
//! 1. [`context::Context`] is derived once: the state of every source, what its token may read,
//!    its clock, which nodes are believed.
//! 2. Every family of rules (`source`, `cluster`, `node`, `storage`, `guest`, `replication`,
//!    `datastore`, `backup`) is one function. It **raises** what is wrong into
//!    [`findings::Findings`] and **gives back rows**. A row it gives back carries in `verdict`
//!    and `because` only its *consequence*: what follows from something else (ok and none when
//!    nothing does). What it raised about the row's own subject it does not repeat there.
//! 3. An exception is applied as a problem is raised: it is a notice from then on, and
//!    [`findings::Draft::verdict`] says ok. Whoever keeps a verdict that has no subject of its
//!    own (a job within a datastore) takes it from there.
//! 4. The frame then merges what was raised into the rows by subject. A guest has four
//!    verdicts: `backup.*` raised on it goes to its backup, `replication.*` to its replication,
//!    `recovery.*` to its recovery, everything else to the guest itself; a replication job's goes to that job's row.
//! 5. It rolls up: guest from its four, site from its rows and all that was raised there, fleet
//!    from its sites and what was raised on the viewer.
//!
//! Lists that the families hand to each other have one entry per source, in the order of
//! [`context::Context::sources`]; lists of guests follow [`context::SourceContext::guests`].
//!
//! # Unknown
//!
//! Whatever a rule needs and cannot read makes its row unknown *because of* the subject that
//! explains it, mostly [`context::SourceContext::unknown`]. Live values come from `Part::live`,
//! durable ones from `Part::known`.

pub mod backup;
pub mod cluster;
pub mod context;
pub mod copies;
pub mod coverage;
pub mod datastore;
pub mod except;
pub mod findings;
pub mod frame;
pub mod guest;
mod lane;
pub mod mapping;
pub mod node;
mod only;
pub mod orphan;
pub mod problem;
mod raised;
pub mod recovery;
pub mod replication;
pub mod rows;
#[cfg(test)]
pub(crate) mod sample;
pub mod source;
pub mod storage;
pub mod timeline;
pub mod verdict;
mod viewer;

pub use frame::judge;
pub use problem::{Evidence, Facts, Problem, Severity};
pub use rows::Judged;
pub use verdict::{Consequence, Verdict};
