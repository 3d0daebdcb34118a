//! When a backup of a guest was due, as its job's schedule tells.

use foldhash::{HashMap, HashMapExt};
use jiff::tz::TimeZone;

use crate::fleet::calendar::CalendarEvent;
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;

/// The runs of one schedule around now, on the server's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// The latest run due.
    pub latest: Option<Epoch>,
    /// The latest run that must have left a copy by now: its grace has passed, and no vzdump that
    /// was started for it still runs.
    pub judged: Option<Epoch>,
    /// The run before `judged`.
    pub before: Option<Epoch>,
    /// The next run.
    pub next: Option<Epoch>,
    /// The longest of the distances between the latest run and its neighbours, seconds.
    pub interval: Option<i64>,
    /// Mean distance of the last runs, seconds: the smaller, the denser.
    pub pace: Option<i64>,
}

/// So many runs back the pace is reckoned: more than a week of a daily job that rests on Sundays.
const PACE: i64 = 8;

impl Due {
    /// The runs of `event` around `now` in `zone`; `started` is the start of a vzdump that runs.
    pub(super) fn new(
        event: &CalendarEvent,
        zone: &TimeZone,
        now: Epoch,
        grace: i64,
        started: Option<Epoch>,
    ) -> Self {
        let before = |at: Epoch| event.latest(at.minus(1), zone);
        let latest = event.latest(now, zone);
        let mut judged = before(now.minus(grace));
        if let Some(excused) = started.and_then(|start| event.latest(start, zone))
            && judged >= Some(excused)
        {
            judged = before(excused);
        }
        let next = event.next_after(now, zone);
        let ahead = latest.zip(next).map(|(latest, next)| next.since(latest));
        let behind = latest.and_then(before).zip(latest).map(|(early, late)| late.since(early));
        let mut back = latest;
        for _ in 0..PACE {
            back = back.and_then(before);
        }
        let pace = latest.zip(back).map(|(latest, back)| latest.since(back) / PACE);
        Self {
            latest,
            judged,
            before: judged.and_then(before),
            next,
            interval: ahead.max(behind),
            pace: pace.or(ahead.max(behind)),
        }
    }

    /// Whether the schedule ever comes.
    pub(super) fn comes(&self) -> bool {
        self.next.is_some() || self.latest.is_some()
    }
}

/// The time zones a node may be in: its own, or the two that are tried when it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zones(Vec<TimeZone>);

impl Zones {
    /// The zone a node names, else that of its site and UTC: only what both agree on is critical.
    pub fn new(own: Option<&Zone>, site: &TimeZone) -> Self {
        match own.and_then(Zone::rules) {
            Some(zone) => Self(vec![zone.clone()]),
            None if *site == TimeZone::UTC => Self(vec![TimeZone::UTC]),
            None => Self(vec![site.clone(), TimeZone::UTC]),
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &TimeZone> {
        self.0.iter()
    }

    /// The likeliest.
    pub fn first(&self) -> TimeZone {
        self.0.first().cloned().unwrap_or(TimeZone::UTC)
    }
}

/// Schedule, zones, start of a vzdump that runs → the answer.
type Known = (Box<str>, Zones, Option<Epoch>, Option<Vec<Due>>);

/// Answers kept, so that ten thousand guests of one job cost one.
pub(super) struct Dues {
    now: Epoch,
    grace: i64,
    parsed: HashMap<Box<str>, Option<CalendarEvent>>,
    known: Vec<Known>,
}

impl Dues {
    /// For one source: `now` on its clock, `backup-grace` in seconds.
    pub(super) fn new(now: Epoch, grace: i64) -> Self {
        Self { now, grace, parsed: HashMap::new(), known: Vec::new() }
    }

    /// The runs of a schedule, one per zone; none for a text that is no calendar event.
    pub(super) fn of(
        &mut self,
        schedule: &str,
        zones: &Zones,
        started: Option<Epoch>,
    ) -> Option<Vec<Due>> {
        let kept = self
            .known
            .iter()
            .find(|(text, z, start, _)| **text == *schedule && *start == started && z == zones);
        if let Some((.., due)) = kept {
            return due.clone();
        }
        let event = self
            .parsed
            .entry(schedule.into())
            .or_insert_with(|| CalendarEvent::parse(schedule).ok())
            .as_ref();
        let due = event.map(|event| {
            let of = |zone| Due::new(event, zone, self.now, self.grace, started);
            zones.0.iter().map(of).collect::<Vec<_>>()
        });
        self.known.push((schedule.into(), zones.clone(), started, due.clone()));
        due
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{Due, Dues, Zones};
    use crate::fleet::calendar::CalendarEvent;
    use crate::fleet::time::Epoch;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;
    /// Midnight of a Monday.
    const MON: i64 = 1_780_272_000;

    fn due(schedule: &str, now: i64, started: Option<i64>) -> Due {
        let event = CalendarEvent::parse(schedule).expect("a schedule");
        Due::new(&event, &TimeZone::UTC, Epoch(now), 2 * HOUR, started.map(Epoch))
    }

    #[test]
    fn a_run_is_judged_when_its_grace_has_passed() {
        let two = MON + 2 * HOUR;
        let at = |offset, started| due("02:00", two + offset, started);
        assert_eq!(at(0, None).latest, Some(Epoch(two)));
        assert_eq!(at(0, None).judged, Some(Epoch(two - DAY)));
        assert_eq!(at(2 * HOUR, None).judged, Some(Epoch(two - DAY)), "grace is inclusive");
        assert_eq!(at(2 * HOUR + 1, None).judged, Some(Epoch(two)));
        assert_eq!(at(2 * HOUR + 1, None).before, Some(Epoch(two - DAY)));
        assert_eq!(at(5 * HOUR, None).interval, Some(DAY));
        assert_eq!(at(5 * HOUR, None).pace, Some(DAY));
    }

    #[test]
    fn a_running_vzdump_excuses_the_run_it_was_started_for_and_none_before() {
        let two = MON + 2 * HOUR;
        let running = due("02:00", two + 5 * HOUR, Some(two + 3));
        assert_eq!(running.judged, Some(Epoch(two - DAY)));
        assert_eq!(running.before, Some(Epoch(two - 2 * DAY)));
        let early = due("02:00", two + 5 * HOUR, Some(two - 3));
        assert_eq!(early.judged, Some(Epoch(two - 2 * DAY)), "it was started for yesterday's");
        assert_eq!(due("02:00", two + HOUR, Some(two + 3)).judged, Some(Epoch(two - DAY)));
    }

    #[test]
    fn an_uneven_schedule_has_its_longest_distance_as_interval() {
        let sunday = due("mon..fri 22:00", MON - HOUR, None);
        assert_eq!(sunday.interval, Some(3 * DAY));
        assert!(sunday.pace < Some(2 * DAY));
        assert!(!due("02-30", MON, None).comes());
    }

    #[test]
    fn a_node_whose_zone_is_not_known_may_be_in_two() {
        let paris = TimeZone::get("Europe/Paris").expect("bundled");
        let mut dues = Dues::new(Epoch(MON + 12 * HOUR), 0);
        let count =
            |dues: &mut Dues, zones: &Zones| dues.of("02:00", zones, None).map(|due| due.len());
        assert_eq!(
            count(&mut dues, &Zones::new(Some(&"Europe/Paris".into()), &TimeZone::UTC)),
            Some(1)
        );
        assert_eq!(count(&mut dues, &Zones::new(None, &paris)), Some(2));
        assert_eq!(count(&mut dues, &Zones::new(Some(&"Nowhere/At all".into()), &paris)), Some(2));
        assert_eq!(count(&mut dues, &Zones::new(None, &TimeZone::UTC)), Some(1));
        assert_eq!(dues.of("nonsense", &Zones::new(None, &paris), None), None);
    }
}
