//! What is remembered of the sample's replication: a job that failed for a night and fails now,
//! watched with breaks, and one that was never late.

use std::sync::Arc;

use super::{DAY, HOUR, NOW};
use crate::fleet::pve::PveSurvey;
use crate::fleet::record::{Look, Record};
use crate::fleet::time::Epoch;

/// A job that runs every quarter of an hour, at `at`; since `stuck` it fails.
fn look(at: Epoch, stuck: Option<Epoch>) -> Look {
    let quarter = |at: Epoch| Epoch(at.0 - at.0.rem_euclid(900));
    let run = quarter(stuck.unwrap_or(at).min(at));
    let failing = at.since(run.plus(900)).max(-1);
    let fails = u32::try_from(failing.div_euclid(1800) + 1).unwrap_or(0);
    let tried = if fails > 0 { run.plus(900 + 1800 * (i64::from(fails) - 1)) } else { run };
    Look {
        at,
        off: false,
        last_sync: Some(run),
        last_try: Some(tried),
        fails,
        late_from: Some(run.plus(1020)),
    }
}

fn watch(record: &mut Record, from: i64, to: i64, stuck: Option<Epoch>) {
    for ago in (to..=from).rev().step_by(300) {
        record.look(&look(NOW.minus(ago), stuck));
    }
}

/// Puts the records in.
pub(super) fn replicas(pve: &mut PveSurvey) {
    let mut record = Record::default();
    watch(&mut record, 11 * DAY, 8 * DAY, None);
    // Nobody looked for a day and a half.
    watch(&mut record, 6 * DAY + 12 * HOUR, 5 * DAY, None);
    let night = NOW.minus(5 * DAY);
    watch(&mut record, 5 * DAY - 300, 5 * DAY - 7 * HOUR, Some(night));
    watch(&mut record, 5 * DAY - 7 * HOUR - 300, 75 * 60, None);
    watch(&mut record, 70 * 60, 20, Some(NOW.minus(75 * 60)));
    let mut well = Record::default();
    watch(&mut well, 3 * DAY, 20, None);
    for (job, record) in [("104-0", record), ("101-0", well)] {
        pve.sightings.replicas.insert(job.into(), Arc::new(record));
    }
}
