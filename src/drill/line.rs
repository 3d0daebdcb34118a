//! One line of the log: read leniently, written in one form.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CopyUsed, LONGEST, Record};
use crate::fleet::drill::Outcome;
use crate::fleet::id::{SourceName, Vmid, is_config_name};
use crate::fleet::text;
use crate::fleet::time::Epoch;

/// What stands in the file. Keys that are not known are passed over: a later version may write
/// more.
#[derive(Serialize, Deserialize)]
struct Line {
    time: String,
    source: String,
    vmid: Vmid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copy: Option<CopyLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    as_vmid: Option<Vmid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    took_s: Option<i64>,
    result: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct CopyLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    volume: Option<String>,
}

/// A rehearsal of a line without its end; none where it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Record> {
    let line: Line = serde_json::from_slice(bytes).ok()?;
    if !is_config_name(&line.source) {
        return None;
    }
    Some(Record {
        time: time(&line.time)?,
        source: SourceName::from(line.source),
        vmid: line.vmid,
        result: line.result,
        name: cleaned(line.name),
        copy: line.copy.map(|copy| CopyUsed {
            place: cleaned(copy.place),
            time: copy.time.as_deref().and_then(time),
            volume: cleaned(copy.volume),
        }),
        target: cleaned(line.target),
        as_vmid: line.as_vmid,
        started: line.started.as_deref().and_then(time),
        took: line.took_s.filter(|took| (0..=LONGEST).contains(took)),
        by: cleaned(line.by),
        notes: cleaned(line.notes),
    })
}

fn time(text: &str) -> Option<Epoch> {
    text.trim().parse::<jiff::Timestamp>().ok().map(|at| Epoch(at.as_second()))
}

/// An empty text says nothing.
fn cleaned(text: Option<String>) -> Option<Arc<str>> {
    let mut text = text?;
    // A blank before a mark of no letter, and then the mark: until nothing is left to take.
    loop {
        let next = text::clean(text.trim()).trim().to_owned();
        if next == text {
            break;
        }
        text = next;
    }
    (!text.is_empty()).then(|| text.into())
}

/// The line of a rehearsal, with its end.
///
/// # Errors
/// When its time is beyond the range of dates.
pub fn line(record: &Record) -> Result<String, serde_json::Error> {
    let owned = |text: &Option<Arc<str>>| text.as_ref().map(ToString::to_string);
    let written = |at: Epoch| at.timestamp().map(|at| at.to_string());
    let time = written(record.time).ok_or_else(|| {
        <serde_json::Error as serde::ser::Error>::custom("a time beyond the range of dates")
    })?;
    let line = Line {
        time,
        source: record.source.to_string(),
        vmid: record.vmid,
        name: owned(&record.name),
        copy: record.copy.as_ref().map(|copy| CopyLine {
            place: owned(&copy.place),
            time: copy.time.and_then(written),
            volume: owned(&copy.volume),
        }),
        target: owned(&record.target),
        as_vmid: record.as_vmid,
        started: record.started.and_then(written),
        took_s: record.took,
        result: record.result,
        by: owned(&record.by),
        notes: owned(&record.notes),
    };
    let mut text = serde_json::to_string(&line)?;
    text.push('\n');
    Ok(text)
}
