//! When a job was due in the last days, found out once per schedule and zone.

use std::sync::Arc;

use foldhash::HashMap;
use jiff::tz::TimeZone;

use crate::fleet::calendar::CalendarEvent;
use crate::fleet::time::Epoch;

/// So far back runs matter, seconds: the days that are shown, and those whose runs may have left a
/// copy on the first of them.
pub(super) const BACK: i64 = 17 * DAY;

const DAY: i64 = 86_400;

/// Runs that are nearer to each other count as one, seconds.
const APART: i64 = 3600;

/// At most one an hour.
const MOST: usize = 20 * 24;

/// A zone, and the runs there.
type InZone = (TimeZone, Arc<[Epoch]>);

/// The runs of every schedule that was asked for.
#[derive(Default)]
pub(super) struct Dues {
    known: HashMap<(Arc<str>, i64), Vec<InZone>>,
}

impl Dues {
    /// The runs of a schedule around `now` (the server's clock), earliest first; none for a text
    /// that is no calendar event.
    pub(super) fn of(
        &mut self,
        schedule: &Arc<str>,
        zone: &TimeZone,
        now: Epoch,
    ) -> Option<Arc<[Epoch]>> {
        // Clocks differ by seconds, mostly: one answer for all of them.
        let day = now.0.div_euclid(DAY);
        let known = self.known.entry((schedule.clone(), day)).or_default();
        if let Some((_, runs)) = known.iter().find(|(z, _)| z == zone) {
            return Some(runs.clone());
        }
        let event = CalendarEvent::parse(schedule).ok()?;
        let start = Epoch(day.saturating_mul(DAY));
        let (mut last, to) = (start.minus(BACK + 1), start.plus(3 * DAY));
        let following = std::iter::from_fn(|| {
            let found = event.next_after(last, zone)?;
            last = found.plus(APART - 1);
            Some(found)
        });
        let runs: Arc<[Epoch]> = following.take_while(|at| *at <= to).take(MOST).collect();
        known.push((zone.clone(), runs.clone()));
        Some(runs)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{APART, DAY, Dues, Epoch, MOST};

    /// Monday, 2026-06-01 12:00 UTC.
    const NOON: Epoch = Epoch(1_780_315_200);

    #[test]
    fn the_runs_around_now() {
        let mut dues = Dues::default();
        let mut of = |text: &str| dues.of(&text.into(), &TimeZone::UTC, NOON);
        let daily = of("02:00").expect("a schedule");
        assert_eq!(daily.len(), 20);
        assert!(daily.contains(&NOON.minus(10 * 3600)) && daily.contains(&NOON.plus(14 * 3600)));
        let dense = of("*:*").expect("a schedule");
        assert!(dense.len() <= MOST && dense.windows(2).all(|two| two[1].since(two[0]) >= APART));
        assert!(dense.last() > Some(&NOON.plus(DAY)), "and it goes on");
        assert_eq!(of("*-2-30").as_deref(), Some(&[][..]), "never");
        assert_eq!(of("nonsense"), None);
    }

    #[test]
    fn absurd_clocks_are_survived() {
        for now in [i64::MIN, i64::MIN / 2, i64::MAX / 2, i64::MAX] {
            let _ = Dues::default().of(&"02:00".into(), &TimeZone::UTC, Epoch(now));
        }
    }
}
