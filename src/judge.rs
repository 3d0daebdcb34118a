//! The judge, pure: what is known of the fleet → verdicts, problems, and the rows that every
//! view and every report shows.

pub mod copies;
pub mod coverage;
pub mod mapping;
pub mod problem;
pub mod rows;
pub mod verdict;

pub use problem::{Evidence, Facts, Problem, Severity};
pub use rows::Judged;
pub use verdict::Verdict;
