//! When a replica is late, from the job's own schedule. Pure.

use std::iter::successors;

use super::timetable::Timetable;
use crate::fleet::time::Epoch;
use crate::judge::problem::Severity;

/// All that decides. Times are the server's, durations seconds.
pub(super) struct Case<'a> {
    /// The schedule in the time zone of the node, or in the two it may be in; none for a text that
    /// is no calendar event.
    pub(super) tables: Option<&'a mut [Timetable]>,
    /// Now.
    pub(super) now: Epoch,
    /// How long after its event a run may take to show.
    pub(super) grace: i64,
    /// The recovery point.
    pub(super) last_sync: Option<Epoch>,
    /// PVE's own next attempt.
    pub(super) next_sync: Option<Epoch>,
    /// When the job was first seen.
    pub(super) first_seen: Option<Epoch>,
    /// `replication-max-age`, where the user wrote one.
    pub(super) max_age: Option<i64>,
}

/// How late it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lateness {
    /// What it is reckoned from: the last sync, else the first sight of the job.
    pub(super) base: Option<Epoch>,
    /// Whether `base` is only the first sight: nothing was ever synced.
    pub(super) assumed: bool,
    /// The first event after it.
    pub(super) due: Option<Epoch>,
    /// How bad; none when in time.
    pub(super) severity: Option<Severity>,
    /// Older than what the user allows.
    pub(super) too_old: bool,
    /// Nothing tells when it was due.
    pub(super) untold: bool,
}

/// Most events that are counted.
const ENOUGH: usize = 8;

pub(super) fn lateness(mut case: Case<'_>) -> Lateness {
    let Some(base) = case.last_sync.or(case.first_seen) else {
        return Lateness { untold: true, ..Lateness::default() };
    };
    let too_old = case.max_age.is_some_and(|max| case.now.since(base) > max);
    let assumed = case.last_sync.is_none();
    let mut late = Lateness { base: Some(base), assumed, too_old, ..Lateness::default() };
    match case.tables.take() {
        Some(tables) => {
            let by_zone: Vec<_> = tables
                .iter_mut()
                .map(|table| {
                    let due = table.next_after(base);
                    let events = successors(due, |last| table.next_after(*last));
                    // Mostly the first is still to come, and none was missed.
                    let missed = events.take_while(|event| *event <= case.now).take(ENOUGH);
                    (due, severity(&missed.collect::<Vec<_>>(), &case))
                })
                .collect();
            late.due = by_zone.first().and_then(|(due, _)| *due);
            let worst = by_zone.iter().filter_map(|(_, s)| *s).max();
            let agreed = by_zone.iter().all(|(_, s)| *s == worst);
            late.severity = if agreed { worst } else { worst.map(|_| Severity::Warning) };
        }
        None => match case.next_sync {
            Some(next) => {
                late.due = Some(next);
                late.severity = (case.now > next.plus(case.grace)).then_some(Severity::Warning);
            }
            None => late.untold = true,
        },
    }
    if too_old {
        late.severity = Some(Severity::Critical);
    }
    late
}

/// Four events missed are critical when they are an hour or less apart, else two.
fn severity(missed: &[Epoch], case: &Case<'_>) -> Option<Severity> {
    let over = missed.iter().filter(|event| case.now > event.plus(case.grace)).count();
    let (first, second) = (missed.first()?, missed.get(1));
    let dense = second.is_some_and(|second| second.since(*first) <= 3600);
    match over {
        0 => None,
        n if n >= if dense { 4 } else { 2 } => Some(Severity::Critical),
        _ => Some(Severity::Warning),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{Case, Timetable, lateness};
    use crate::fleet::calendar::CalendarEvent;
    use crate::fleet::time::Epoch;
    use crate::judge::problem::Severity;

    /// 2026-11-25 12:00 UTC.
    const NOON: i64 = 1_795_608_000;

    fn table(schedule: &str) -> Option<[Timetable; 1]> {
        let event = CalendarEvent::parse(schedule).ok()?;
        Some([Timetable::new(event, TimeZone::UTC)])
    }

    fn late(
        schedule: &str,
        last: Option<i64>,
        first: Option<i64>,
        max: Option<i64>,
    ) -> Option<Severity> {
        lateness(Case {
            tables: table(schedule).as_mut().map(<[_; 1]>::as_mut_slice),
            now: Epoch(NOON + 600),
            grace: 120,
            last_sync: last.map(|m| Epoch(NOON - m * 60)),
            next_sync: Some(Epoch(NOON)),
            first_seen: first.map(|m| Epoch(NOON - m * 60)),
            max_age: max,
        })
        .severity
    }

    #[test]
    fn late_by_its_own_schedule() {
        let (warning, critical) = (Some(Severity::Warning), Some(Severity::Critical));
        let table = [
            ("*/15", Some(0), None, None, None),
            ("*/15", Some(15), None, None, warning),
            ("*/15", Some(45), None, None, warning),
            ("*/15", Some(60), None, None, critical),
            ("0:00", Some(12 * 60), None, None, None),
            ("0:00", Some(12 * 60 + 1), None, None, warning),
            ("0:00", Some(36 * 60 + 1), None, None, critical),
            ("*/15", Some(0), None, Some(599), critical),
            ("*/15", Some(0), None, Some(600), None),
            ("*/15", None, Some(0), None, None),
            ("*/15", None, Some(15), None, warning),
            ("*/15", None, None, None, None),
            ("nonsense", Some(15), None, None, warning),
        ];
        for (schedule, last, first, max, expected) in table {
            assert_eq!(
                late(schedule, last, first, max),
                expected,
                "{schedule} {last:?} {first:?} {max:?}"
            );
        }
    }

    #[test]
    fn grace_is_waited_for() {
        let mut table = table("*/15");
        let mut at = |after: i64| {
            lateness(Case {
                tables: table.as_mut().map(<[_; 1]>::as_mut_slice),
                now: Epoch(NOON + after),
                grace: 180,
                last_sync: Some(Epoch(NOON - 900)),
                next_sync: None,
                first_seen: None,
                max_age: None,
            })
            .severity
        };
        assert_eq!((at(0), at(180), at(181)), (None, None, Some(Severity::Warning)));
    }
}
