//! The time before a line of a PBS's log, `2026-11-22T13:01:19+00:00: text`: in the server's zone,
//! and told in the reader's.

use unicode_width::UnicodeWidthStr;

use crate::fleet::time::Epoch;
use crate::lang::{Lang, When};
use crate::theme::Role;
use crate::ui::text::Line;

/// `13:01:19`
const CLOCK: usize = 8;

/// From so many columns on the day is told before each time, where it is not today.
const ROOMY: usize = 56;

/// The moment before a line, and the line after it: none where there is no moment. The moment is
/// none where the calendar has no such day.
pub(super) fn of(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let zone = bytes.get(19)?;
    let length = if *zone == b'Z' { 20 } else { 25 };
    let shape = if *zone == b'Z' { "dddd-dd-ddTdd:dd:ddZ" } else { "dddd-dd-ddTdd:dd:dd±dd:dd" };
    let is = |(byte, wanted): (&u8, char)| match wanted {
        'd' => byte.is_ascii_digit(),
        '±' => matches!(byte, b'+' | b'-'),
        other => char::from(*byte) == other,
    };
    let stamp = bytes.get(..length)?;
    if !stamp.iter().zip(shape.chars()).all(is) {
        return None;
    }
    let text = line.get(length..)?.strip_prefix(':')?;
    Some((line.get(..length)?, text.strip_prefix(' ').unwrap_or(text)))
}

/// How the times of a log are told.
#[derive(Clone, Copy)]
pub(super) struct Clock<'a> {
    lang: &'a dyn Lang,
    when: When<'a>,
    /// Columns of the day before the time: none where all of it is today's.
    day: usize,
}

impl<'a> Clock<'a> {
    /// For these lines, in so many columns. A log that began before today tells the day of each
    /// line; in a narrow window only if it is not all of one day, which its facts tell.
    pub(super) fn new(
        lines: &[std::sync::Arc<str>],
        columns: usize,
        lang: &'a dyn Lang,
        when: When<'a>,
    ) -> Self {
        let stamped = |line: &std::sync::Arc<str>| of(line).and_then(|(stamp, _)| moment(stamp));
        let first = lines.iter().find_map(stamped);
        let last = lines.iter().rev().find_map(stamped);
        let days = [first, last].map(|at| lang.day(at.unwrap_or(when.now), &when));
        let today = lang.day(when.now, &when);
        let [from, to] = &days;
        let is_told = (*from != today || *to != today) && (columns >= ROOMY || from != to);
        let widest = days.iter().map(|day| day.width()).max().unwrap_or(0);
        Self { lang, when, day: if is_told { widest.max(today.width()) + 1 } else { 0 } }
    }

    /// Columns before the text of a line with a time.
    pub(super) fn width(&self) -> usize {
        self.day + CLOCK + 1
    }

    /// A time: `22 Nov 13:01:19`.
    pub(super) fn told(&self, stamp: &str) -> Line<'static> {
        let at = moment(stamp);
        let local = at.and_then(Epoch::timestamp).map(|at| self.when.zone.to_datetime(at));
        let (Some(at), Some(local)) = (at, local) else { return Line::of("?", Role::Muted) };
        let mut line = Line::new();
        if self.day > 0 {
            line = Line::of(self.lang.day(at, &self.when), Role::Muted).pad(self.day);
        }
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        line.and(format!("{hour:02}:{minute:02}:{second:02}"), Role::Muted)
    }
}

fn moment(stamp: &str) -> Option<Epoch> {
    let at: jiff::Timestamp = stamp.parse().ok()?;
    Some(Epoch(at.as_second()))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{Clock, moment, of};
    use crate::lang::{When, english};

    #[test]
    fn only_a_moment_with_its_zone_is_one() {
        assert_eq!(
            of("2026-11-22T13:01:19+00:00: TASK OK"),
            Some(("2026-11-22T13:01:19+00:00", "TASK OK"))
        );
        assert_eq!(of("2026-11-22T13:01:19Z: x"), Some(("2026-11-22T13:01:19Z", "x")));
        assert_eq!(of("2026-11-22T13:01:19-05:30: "), Some(("2026-11-22T13:01:19-05:30", "")));
        for plain in [
            "INFO: x",
            "",
            "2026-11-22 13:32:02 100-0: x",
            "2026-11-22T13:01:19 no: x",
            // Nobody knows in which zone that is.
            "2026-11-22T13:01:19: x",
            "2026-11-22T13:01:19+00:00",
            "2026-11-22T13:01:19+00:é: x",
        ] {
            assert_eq!(of(plain), None, "{plain}");
        }
    }

    #[test]
    fn a_time_is_told_in_the_zone_of_the_reader_with_its_day() {
        let paris = TimeZone::get("Europe/Paris").expect("bundled");
        let now = moment("2026-11-22T23:30:00Z").unwrap();
        let told = |zone, columns, lines: &[&str]| -> Vec<String> {
            let when = When { now, zone };
            let lines: Vec<std::sync::Arc<str>> = lines.iter().map(|l| (*l).into()).collect();
            let clock = Clock::new(&lines, columns, english(), when);
            let all = lines.iter().map(|line| clock.told(of(line).unwrap().0));
            all.map(|line| {
                assert!(line.width() < clock.width());
                line.plain()
            })
            .collect()
        };
        let (eve, night) = ("2026-11-22T13:01:19+00:00: x", "2026-11-22T23:01:19+00:00: x");
        // In Paris it is the 23rd by now.
        assert_eq!(told(&paris, 80, &[eve, night]), ["22 Nov 14:01:19", "23 Nov 00:01:19"]);
        assert_eq!(told(&paris, 80, &[eve]), ["22 Nov 14:01:19"]);
        assert_eq!(told(&paris, 40, &[eve]), ["14:01:19"], "its facts tell the day");
        assert_eq!(told(&paris, 40, &[eve, night]), ["22 Nov 14:01:19", "23 Nov 00:01:19"]);
        assert_eq!(told(&paris, 80, &[night]), ["00:01:19"], "today");
        let utc = TimeZone::UTC;
        assert_eq!(told(&utc, 80, &[eve, night]), ["13:01:19", "23:01:19"]);
        // A server in another zone.
        let kiritimati = "2026-11-23T03:01:19+14:00: x";
        assert_eq!(told(&utc, 80, &[kiritimati]), ["13:01:19"]);
        assert_eq!(told(&utc, 80, &["2026-02-30T03:01:19+14:00: x"]), ["?"]);
    }
}
