//! Calls to a PVE source, one file per family: path, wire struct, conversion to fleet types.

pub mod backup;
pub mod cluster;
pub mod guest;
pub mod log;
pub mod node;
pub mod placement;
pub mod replication;
pub mod resources;
pub mod storage;
pub mod task;

use std::sync::Arc;

use crate::fleet::host::Version;
use crate::fleet::text::cleaned;

/// A cleaned text, where there is one.
fn words(text: Option<String>) -> Option<Arc<str>> {
    text.map(|t| cleaned(&t))
}

/// Splits a list at commas, semicolons or blanks, cleaned.
fn list(text: Option<&str>) -> Vec<Arc<str>> {
    let parts = text.unwrap_or("").split([',', ';', ' ']);
    parts.map(str::trim).filter(|t| !t.is_empty()).map(cleaned).collect()
}

/// Retention, which is one text in some answers and an object in others.
fn retention(value: &serde_json::Value) -> Option<Arc<str>> {
    use serde_json::Value;
    match value {
        Value::String(text) => Some(cleaned(text)),
        Value::Object(map) => {
            let text = |v: &Value| match v {
                Value::String(s) => s.clone(),
                other => other.to_string(),
            };
            let pairs: Vec<_> = map.iter().map(|(k, v)| format!("{k}={}", text(v))).collect();
            Some(cleaned(&pairs.join(",")))
        }
        _ => None,
    }
}

/// A version text as PVE writes it: `9.1.7`, `7.4-17`.
pub(crate) fn version(text: &str) -> Option<Version> {
    let numbers = |t: &str| t.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok();
    let mut fields = text.split(['.', '-']);
    Some(Version {
        text: cleaned(text),
        major: numbers(fields.next()?)?,
        minor: fields.next().and_then(numbers).unwrap_or(0),
        patch: fields.next().and_then(numbers).unwrap_or(0),
    })
}
