//! The edge of tasks and time: what is asked when, and how answers become surveys.
//!
//! ```text
//! plan (pure: what is due) → fetch (one GET, made into fleet types) → assemble (pure) → Survey
//! ```
//!
//! There is no schedule beside the survey: a part knows when it was last tried and how often it
//! is read, so what is due follows from the survey itself, and a survey from memory goes on
//! where it stopped.

pub mod ailing;
pub mod assemble;
pub mod call;
pub mod fleet;
pub mod guard;
pub mod http;
pub mod keep;
pub mod plan;
pub mod poller;
pub mod reach;
pub mod source;
