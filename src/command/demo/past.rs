//! What the demo remembers of the days before it began, as though it had been watched with a
//! break: a program that was just started could show none of it.

use std::sync::Arc;

use crate::fleet::id::SourceName;
use crate::fleet::record::{HOUR, Look, Record};
use crate::fleet::site::Fleet;
use crate::fleet::survey::Body;
use crate::fleet::time::Epoch;
use crate::simulate::SimFleet;

const DAY: i64 = 24 * HOUR;

/// Two looks are so far apart, seconds.
const STEP: i64 = 600;

/// A replica is made so often, seconds, as the jobs of the demo say.
const EVERY: i64 = 900;

/// When it was watched: so many seconds ago from and to.
const WATCHED: [(i64, i64); 2] = [(11 * DAY + 5 * HOUR, 7 * DAY + 3 * HOUR), (5 * DAY, 120)];

/// The job that failed for a night, and when.
const FAILED: (&str, i64, i64) = ("204-0", 4 * DAY, 4 * DAY - 5 * HOUR);

/// The job that is failing when the demo begins, and since when.
const FAILING: (&str, i64) = ("206-0", 80 * 60);

/// Puts into the fleet of the demo what is remembered of its replication.
pub(crate) fn remember(fleet: &mut Fleet, now: Epoch) {
    let well = Arc::new(record(now, &|_| None, 0));
    let night = (now.minus(FAILED.1), now.minus(FAILED.2));
    let failed =
        Arc::new(record(now, &|at| (night.0..night.1).contains(&at).then_some(night.0), 0));
    let failing = Arc::new(record(now, &|_| None, FAILING.1 + STEP));
    for (_, cluster) in SimFleet::demo().clusters() {
        let source = SourceName::from(cluster.source.as_str());
        let Some(survey) = fleet.survey(&source) else { continue };
        let mut survey = (**survey).clone();
        let Body::Pve(pve) = &mut survey.body else { continue };
        for job in &cluster.replication {
            let id = job.id();
            let record = match id.as_str() {
                id if id == FAILED.0 => &failed,
                id if id == FAILING.0 => &failing,
                _ => &well,
            };
            pve.sightings.replicas.insert(id.as_str().into(), Arc::clone(record));
        }
        fleet.take(Arc::new(survey));
    }
}

/// A record of the looks until so many seconds ago; `stuck` tells since when runs fail at a time.
fn record(now: Epoch, stuck: &dyn Fn(Epoch) -> Option<Epoch>, until: i64) -> Record {
    let mut record = Record::default();
    for (from, to) in WATCHED {
        let to = to.max(until);
        for ago in (0..=(from - to) / STEP).map(|i| from - i * STEP) {
            record.look(&look(now.minus(ago), stuck));
        }
    }
    record
}

fn look(at: Epoch, stuck: &dyn Fn(Epoch) -> Option<Epoch>) -> Look {
    let since = stuck(at);
    // A run takes a few seconds.
    let done = since.unwrap_or(at).minus(10);
    let good = Epoch(done.0.div_euclid(EVERY) * EVERY);
    let late = at.since(good.plus(EVERY));
    // Then every half hour.
    let fails = if since.is_some() { late.div_euclid(1800) + 1 } else { 0 };
    let fails = u32::try_from(fails).unwrap_or(0);
    let tried = good.plus(if fails > 0 { EVERY + i64::from(fails - 1) * 1800 } else { 0 });
    Look {
        at,
        off: false,
        last_sync: Some(good),
        last_try: Some(tried),
        fails,
        late_from: Some(good.plus(EVERY + 120)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{FAILED, FAILING, record, remember};
    use crate::fleet::id::Product;
    use crate::fleet::policy::{Policy, SiteFacts, SourceFacts};
    use crate::fleet::site::Fleet;
    use crate::fleet::time::Epoch;
    use crate::judge::replication::days::{Day, remembered};
    use crate::simulate::SimFleet;

    /// 2026-11-25 12:00 UTC.
    const NOON: Epoch = Epoch(1_795_608_000);

    #[test]
    fn the_demo_has_days_of_every_kind_but_off_and_late() {
        let source = SourceFacts {
            name: "fi".into(),
            product: Product::Pve,
            endpoints: Vec::new(),
            fingerprints: Vec::new(),
            planned_off: Vec::new(),
        };
        let site = SiteFacts {
            name: "helsinki".into(),
            place: None,
            contact: None,
            keys: None,
            timezone: TimeZone::UTC,
            policy: Policy::default(),
            sources: vec![source],
        };
        let mut fleet = Fleet::new([site], Vec::new());
        remember(&mut fleet, NOON);
        let survey = fleet.survey(&"fi".into()).expect("configured");
        let records = &survey.pve().expect("a cluster").sightings.replicas;
        let demo = SimFleet::demo();
        let jobs = &demo.cluster("fi").expect("in the demo").replication;
        assert_eq!(records.len(), jobs.len());
        let days = |id: &str| {
            let record = records.get(id).expect("remembered");
            remembered(Some(record), NOON, &TimeZone::UTC).days
        };
        let well = days("104-0");
        assert!([Day::Unwatched, Day::Partly, Day::Kept].iter().all(|day| well.contains(day)));
        assert!(!well.contains(&Day::Failed) && well.last() == Some(&Day::Kept));
        assert!(days(FAILED.0).contains(&Day::Failed), "{:?}", days(FAILED.0));
        assert!(!days(FAILING.0).contains(&Day::Failed), "its failures are yet to be seen");
    }

    #[test]
    fn nothing_is_remembered_of_the_time_since_the_replica_that_the_demo_still_has() {
        let record = record(NOON, &|_| None, FAILING.1);
        let last = record.hours().last().expect("watched");
        assert!(last.at <= NOON.minus(FAILING.1));
    }
}
