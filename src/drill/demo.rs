//! The log of the demo: built in, for a demo writes nothing into anybody's home.

use super::{CopyUsed, Log, Record};
use crate::fleet::drill::Outcome;
use crate::fleet::id::Vmid;
use crate::fleet::time::Epoch;

const DAY: i64 = 86_400;

/// What the people of the demo rehearsed so far.
pub fn log(now: Epoch) -> Log {
    let record = |source: &str, vmid: Vmid, name: &str, days: i64, took: i64| Record {
        time: now.minus(days * DAY),
        source: source.into(),
        vmid,
        result: Outcome::Ok,
        name: Some(name.into()),
        copy: Some(CopyUsed {
            place: Some("pbs:main/helsinki".into()),
            time: Some(now.minus(days * DAY + 30_000)),
            volume: None,
        }),
        target: Some("fi2".into()),
        as_vmid: Some(9000),
        started: Some(now.minus(days * DAY + took + 900)),
        took: Some(took),
        by: Some("aino".into()),
        notes: None,
    };
    let records = vec![
        Record { by: Some("marc".into()), ..record("fi", 101, "mail", 380, 3_120) },
        record("fi", 202, "database", 95, 1_260),
        Record {
            result: Outcome::Failed,
            notes: Some("the address book was empty: its disk is not in the backup".into()),
            took: None,
            ..record("fi", 102, "cloud", 41, 0)
        },
        record("fi", 201, "web", 12, 540),
    ];
    Log { records, ..Log::default() }
}
