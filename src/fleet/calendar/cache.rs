//! One answer for all who share a schedule.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{CalendarError, CalendarEvent};
use crate::fleet::time::Epoch;

/// Most schedules kept; a site has a handful. Beyond, the cache starts anew.
const MOST: usize = 4096;

/// The events around a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The latest event at or before now; none when none has come yet.
    pub latest: Option<Epoch>,
    /// The event before the latest.
    pub before_latest: Option<Epoch>,
    /// The first event after now; none when it never comes.
    pub next: Option<Epoch>,
}

impl Around {
    fn new(event: &CalendarEvent, now: Epoch, zone: &TimeZone) -> Self {
        let latest = event.latest(now, zone);
        Self {
            latest,
            before_latest: latest.and_then(|latest| event.latest(latest.minus(1), zone)),
            next: event.next_after(now, zone),
        }
    }

    /// Seconds from the latest event to the next; see [`CalendarEvent::interval`].
    pub fn interval(self) -> Option<i64> {
        Some(self.next?.since(self.latest?))
    }
}

/// Schedules parsed once, and their events around one `now` computed once for each time zone, so
/// that ten thousand guests of one job cost one computation.
#[derive(Debug, Default)]
pub struct ScheduleCache {
    now: Epoch,
    schedules: HashMap<Box<str>, Schedule>,
}

#[derive(Debug)]
struct Schedule {
    parsed: Result<Arc<CalendarEvent>, CalendarError>,
    /// By zone; one or two, so a list.
    around: Vec<(TimeZone, Around)>,
}

impl ScheduleCache {
    /// An empty cache for the time `now`.
    pub fn new(now: Epoch) -> Self {
        Self { now, schedules: HashMap::new() }
    }

    /// The time all answers are for.
    pub fn now(&self) -> Epoch {
        self.now
    }

    /// Goes on to another time. What was parsed stays; answers for another time do not.
    pub fn set_now(&mut self, now: Epoch) {
        if now != self.now {
            self.now = now;
            self.schedules.values_mut().for_each(|schedule| schedule.around.clear());
        }
    }

    /// The schedule, parsed.
    ///
    /// # Errors
    /// Those of [`CalendarEvent::parse`].
    pub fn event(&mut self, text: &str) -> Result<Arc<CalendarEvent>, CalendarError> {
        self.schedule(text).parsed.clone()
    }

    /// The events of the schedule around [`Self::now`] in `zone`, that of the host which runs it.
    ///
    /// # Errors
    /// Those of [`CalendarEvent::parse`].
    pub fn around(&mut self, text: &str, zone: &TimeZone) -> Result<Around, CalendarError> {
        let now = self.now;
        let schedule = self.schedule(text);
        let event = schedule.parsed.as_ref().map_err(Clone::clone)?;
        if let Some((_, around)) = schedule.around.iter().find(|(known, _)| known == zone) {
            return Ok(*around);
        }
        let around = Around::new(event, now, zone);
        schedule.around.push((zone.clone(), around));
        Ok(around)
    }

    fn schedule(&mut self, text: &str) -> &mut Schedule {
        if self.schedules.len() >= MOST && !self.schedules.contains_key(text) {
            self.schedules.clear();
        }
        self.schedules.entry(text.into()).or_insert_with(|| Schedule {
            parsed: CalendarEvent::parse(text).map(Arc::new),
            around: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Epoch = Epoch(1_780_315_200); // 2026-06-01T12:00:00Z, a Monday

    #[test]
    fn answers_what_the_event_answers() {
        let mut cache = ScheduleCache::new(NOON);
        let around = cache.around("*/15", &TimeZone::UTC).unwrap();
        assert_eq!(
            around,
            Around {
                latest: Some(NOON),
                before_latest: Some(NOON.minus(900)),
                next: Some(NOON.plus(900)),
            }
        );
        assert_eq!(around.interval(), Some(900));
        assert_eq!(cache.around("02-30", &TimeZone::UTC).unwrap(), Around::default());
        assert!(cache.around("nonsense", &TimeZone::UTC).is_err());
        assert!(cache.event("daily").unwrap().latest(NOON, &TimeZone::UTC).is_some());
    }

    #[test]
    fn zones_and_times_are_kept_apart() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let mut cache = ScheduleCache::new(NOON);
        for _ in 0..2 {
            let utc = cache.around("daily", &TimeZone::UTC).unwrap().latest;
            assert_eq!(utc, Some(NOON.minus(12 * 3600)));
            let local = cache.around("daily", &paris).unwrap().latest;
            assert_eq!(local, Some(NOON.minus(14 * 3600)));
        }
        cache.set_now(NOON.plus(86_400));
        let utc = cache.around("daily", &TimeZone::UTC).unwrap().latest;
        assert_eq!(utc, Some(NOON.plus(12 * 3600)));
    }

    #[test]
    fn does_not_grow_without_end() {
        let mut cache = ScheduleCache::new(NOON);
        for n in 0..MOST * 2 + 10 {
            let _ = cache.around(&format!("junk {n}"), &TimeZone::UTC);
        }
        assert!(cache.schedules.len() <= MOST);
    }
}
