//! The whole path: simulated servers over real HTTPS, the real client, the judge.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    unreachable_pub,
    missing_docs,
    reason = "a test"
)]

#[path = "../support/bed.rs"]
mod bed;
mod calls;
mod codes;
mod faults;
mod healthy;
mod losses;
