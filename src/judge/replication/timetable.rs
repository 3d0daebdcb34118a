//! The events of one schedule in one time zone, each searched for once: thousands of jobs ask for
//! the same ones.

use jiff::tz::TimeZone;

use crate::fleet::calendar::CalendarEvent;
use crate::fleet::time::Epoch;

/// A schedule in a zone, and the events found so far.
#[derive(Debug)]
pub(super) struct Timetable {
    event: CalendarEvent,
    zone: TimeZone,
    /// Each with a moment after which it is the first, in order.
    found: Vec<(Epoch, Epoch)>,
}

impl Timetable {
    pub(super) fn new(event: CalendarEvent, zone: TimeZone) -> Self {
        Self { event, zone, found: Vec::new() }
    }

    /// The earliest event strictly after `last`.
    pub(super) fn next_after(&mut self, last: Epoch) -> Option<Epoch> {
        let at = self.found.partition_point(|(event, _)| *event <= last);
        if let Some((event, from)) = self.found.get(at)
            && *from <= last
        {
            return Some(*event);
        }
        let event = self.event.next_after(last, &self.zone)?;
        match self.found.get_mut(at) {
            Some((known, from)) if *known == event => *from = last,
            _ => self.found.insert(at, (event, last)),
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::Timetable;
    use crate::fleet::calendar::CalendarEvent;
    use crate::fleet::time::Epoch;

    /// 2026-10-24 00:00 UTC: the clocks of Paris go back a day later.
    const NEAR: i64 = 1_792_800_000;

    proptest! {
        #[test]
        fn it_answers_as_the_schedule_does_whatever_was_asked_before(
            schedule in prop::sample::select(vec!["*/15", "2:30", "mon..fri 22:00", "*:0/7", "02-30"]),
            asked in prop::collection::vec(0..2 * 86_400_i64, 1..60),
        ) {
            let zone = TimeZone::get("Europe/Paris").unwrap();
            let event = CalendarEvent::parse(schedule).unwrap();
            let mut table = Timetable::new(event.clone(), zone.clone());
            for at in asked.iter().map(|after| Epoch(NEAR + after)) {
                prop_assert_eq!(table.next_after(at), event.next_after(at, &zone), "{:?}", at);
            }
        }
    }
}
