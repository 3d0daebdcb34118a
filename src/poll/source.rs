//! What a poller needs of the world: somebody who answers calls.

use std::sync::Arc;
use std::time::Duration;

use super::assemble::{Answered, Attempt};
use super::call::Call;
use crate::fleet::host::Version;

/// Answers the calls of one source: the real client, or a stand-in of the tests.
pub trait Source {
    /// Sends one call to an endpoint (an index) and tells what became of it.
    fn fetch(&self, endpoint: usize, call: &Call, hints: &Hints) -> impl Future<Output = Fetched>;

    /// Looks whether an endpoint is there and trusted, without asking for data.
    fn probe(&self, endpoint: usize) -> impl Future<Output = Attempt>;
}

/// What a call may depend on beside itself.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// The server's version, where it is known: what a server knows depends on it.
    pub version: Option<Version>,
    /// Server clock minus ours, seconds: for parameters that are times.
    pub clock_offset: i64,
    /// The most a call may take; a sweep that ends soon allows less than the call's own limit.
    pub patience: Option<Duration>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// The answer, or why there is none.
    pub answered: Answered,
    /// What it says of the endpoint; none where it failed in a way that says nothing.
    pub attempt: Option<Attempt>,
    /// How long the answer took; none where there was none.
    pub took: Option<Took>,
}

/// How long an answer took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Took {
    /// The path that was asked.
    pub path: Arc<str>,
    /// From the question to the last byte, milliseconds.
    pub millis: u32,
}
