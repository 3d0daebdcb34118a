//! Calls to a PBS, one file per family: path, wire struct, conversion to fleet types.

pub mod copies;
pub mod datastore;
pub mod job;
pub mod server;
pub mod task;

use std::sync::Arc;

use crate::fleet::text::cleaned;

/// A cleaned text, where there is one.
fn words(text: Option<String>) -> Option<Arc<str>> {
    text.map(|t| cleaned(&t))
}
