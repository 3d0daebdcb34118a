//! The grammar of calendar events:
//!
//! ```text
//! event    := keyword [ "UTC" ] | [ weekdays ] [ date ] [ time ] [ "UTC" ]   (at least one part)
//! weekdays := wday [ ".." wday ] { "," wday [ ".." wday ] }
//! date     := [ list "-" ] list "-" list                        year, month, day
//! time     := [ list ":" ] list [ ":" list ]                    hour, minute, second
//! list     := "*" [ "/" n ] | item { "," item }
//! item     := a | a ".." b | a "/" n | a ".." b "/" n
//! ```
//!
//! A lone list is of *minutes*, not hours. Blanks may stand between the parts, not within them.

use super::CalendarEvent;
use super::field::{Mask, Span, Years};

/// Longest schedule read, in bytes. Proxmox allows 128 characters.
pub const LONGEST: usize = 1024;

/// Why a text is no calendar event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Neither weekday, date nor time.
    #[error("no weekday, date or time in the schedule")]
    Empty,
    /// Longer than [`LONGEST`].
    #[error("schedule longer than {LONGEST} bytes")]
    TooLong,
    /// A word that is neither a keyword (lower case only) nor a weekday.
    #[error("neither a keyword nor a weekday")]
    Word,
    /// Something that no rule allows, after so many bytes of the trimmed text.
    #[error("schedule not understood from byte {at} on")]
    Junk {
        /// Bytes understood before it.
        at: usize,
    },
    /// A time whose first number is no hour (`24:00`). Proxmox takes it for minute and second of
    /// every hour, which nobody means.
    #[error("hour out of range")]
    Hour,
}

/// What a field allows.
#[derive(Clone, Copy)]
struct Limits {
    min: u32,
    max: u32,
}

const YEAR: Limits = Limits { min: 0, max: 2199 };
const MONTH: Limits = Limits { min: 1, max: 12 };
const DAY: Limits = Limits { min: 1, max: 31 };
const HOUR: Limits = Limits { min: 0, max: 23 };
const SIXTY: Limits = Limits { min: 0, max: 59 };

impl Limits {
    fn all(self) -> Mask {
        Mask::range(self.min, self.max)
    }
}

/// A list as written.
#[derive(Debug)]
enum List {
    Any,
    Of(Vec<Span>),
}

impl List {
    fn mask(&self, limits: Limits) -> Mask {
        match self {
            Self::Any => limits.all(),
            Self::Of(spans) => {
                let mut mask = Mask::default();
                let numbers = spans.iter().flat_map(|span| span.numbers(limits.max));
                // Proxmox accepts month and day 0, which never come.
                numbers.filter(|n| *n >= limits.min).for_each(|n| mask.insert(n));
                mask
            }
        }
    }

    fn years(self) -> Years {
        match self {
            Self::Any => Years::Any,
            Self::Of(spans) => Years::Listed(spans),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<CalendarEvent, CalendarError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(CalendarError::TooLong);
    }
    let (body, utc) = match text.strip_suffix("UTC") {
        Some(body) => (body.trim_end(), true),
        None => (text, false),
    };
    let midnight = Mask::of(0);
    let mut event = CalendarEvent {
        utc,
        years: Years::Any,
        months: MONTH.all(),
        days: DAY.all(),
        weekdays: Mask::range(0, 6),
        hours: midnight,
        minutes: midnight,
        seconds: midnight,
    };
    if body.is_empty() {
        return Err(CalendarError::Empty);
    }
    if keyword(body, &mut event) {
        return Ok(event);
    }
    let mut rest = body;
    if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        (event.weekdays, rest) = weekdays(rest).ok_or(CalendarError::Word)?;
        rest = skip_blanks(rest);
    }
    if let Some((year, month, day, after)) = date(rest) {
        event.years = year.years();
        event.months = month.mask(MONTH);
        event.days = day.mask(DAY);
        rest = skip_blanks(after);
    }
    if let Some((hour, minute, second, after)) = time(rest)? {
        event.hours = hour.mask(HOUR);
        event.minutes = minute.mask(SIXTY);
        event.seconds = second.mask(SIXTY);
        rest = after;
    }
    if !rest.is_empty() {
        return Err(CalendarError::Junk { at: body.len().saturating_sub(rest.len()) });
    }
    Ok(event)
}

/// Whether the text is a keyword; then the event, so far daily at midnight, is made what it says.
fn keyword(text: &str, event: &mut CalendarEvent) -> bool {
    match text {
        "minutely" => (event.hours, event.minutes) = (HOUR.all(), SIXTY.all()),
        "hourly" => event.hours = HOUR.all(),
        "daily" => {}
        "weekly" => event.weekdays = Mask::of(0),
        "monthly" => event.days = Mask::of(1),
        "quarterly" => (event.months, event.days) = (every(3), Mask::of(1)),
        "semiannually" | "semi-annually" => (event.months, event.days) = (every(6), Mask::of(1)),
        "yearly" | "annually" => (event.months, event.days) = (Mask::of(1), Mask::of(1)),
        _ => return false,
    }
    true
}

/// Every so many months from January on.
fn every(months: u32) -> Mask {
    List::Of(vec![Span { start: 1, end: None, step: months }]).mask(MONTH)
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

fn weekdays(text: &str) -> Option<(Mask, &str)> {
    let mut days = Mask::default();
    let mut rest = text;
    loop {
        let (first, after) = weekday(rest)?;
        let (range, after) = match after.strip_prefix("..") {
            None => (Mask::of(first), after),
            Some(after) => {
                let (last, after) = weekday(after)?;
                let range = if first <= last {
                    Mask::range(first, last)
                } else {
                    Mask::range(first, 6).union(Mask::range(0, last))
                };
                (range, after)
            }
        };
        days = days.union(range);
        match after.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Some((days, after)),
        }
    }
}

fn weekday(text: &str) -> Option<(u32, &str)> {
    let (word, rest) = split_while(text, |c| c.is_ascii_alphabetic());
    let day = match word.to_ascii_lowercase().as_str() {
        "mon" | "monday" => 0,
        "tue" | "tuesday" => 1,
        "wed" | "wednesday" => 2,
        "thu" | "thursday" => 3,
        "fri" | "friday" => 4,
        "sat" | "saturday" => 5,
        "sun" | "sunday" => 6,
        _ => return None,
    };
    Some((day, rest))
}

/// Year, month, day and what follows them.
fn date(text: &str) -> Option<(List, List, List, &str)> {
    let with_year = || {
        let (year, rest) = list(text, YEAR)?;
        let (month, day, rest) = month_and_day(rest.strip_prefix('-')?)?;
        Some((year, month, day, rest))
    };
    with_year().or_else(|| {
        let (month, day, rest) = month_and_day(text)?;
        Some((List::Any, month, day, rest))
    })
}

fn month_and_day(text: &str) -> Option<(List, List, &str)> {
    let (month, rest) = list(text, MONTH)?;
    let (day, rest) = list(rest.strip_prefix('-')?, DAY)?;
    Some((month, day, rest))
}

/// A time: the lists of its hours, minutes and seconds, and what follows them.
type TimeLists<'a> = (List, List, List, &'a str);

fn time(text: &str) -> Result<Option<TimeLists<'_>>, CalendarError> {
    let hours = list(text, HOUR).and_then(|(hour, rest)| Some((hour, rest.strip_prefix(':')?)));
    let Some((hour, rest)) = hours else {
        return match list(text, SIXTY) {
            Some((_, rest)) if rest.starts_with(':') => Err(CalendarError::Hour),
            Some((minute, rest)) => Ok(Some((List::Any, minute, at_zero(), rest))),
            None => Ok(None),
        };
    };
    let Some((minute, rest)) = list(rest, SIXTY) else { return Ok(None) };
    let seconds = rest.strip_prefix(':').and_then(|rest| list(rest, SIXTY));
    let (second, rest) = seconds.unwrap_or_else(|| (at_zero(), rest));
    Ok(Some((hour, minute, second, rest)))
}

fn at_zero() -> List {
    List::Of(vec![Span { start: 0, end: Some(0), step: 0 }])
}

fn list(text: &str, limits: Limits) -> Option<(List, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        let Some(repeat) = rest.strip_prefix('/') else { return Some((List::Any, rest)) };
        let (step, rest) = number(repeat, limits.max)?;
        let span = Span { start: limits.min, end: None, step };
        return (step > 0).then(|| (List::Of(vec![span]), rest));
    }
    let mut spans = Vec::new();
    let mut rest = text;
    loop {
        let (span, after) = item(rest, limits.max)?;
        spans.push(span);
        match after.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Some((List::Of(spans), after)),
        }
    }
}

fn item(text: &str, max: u32) -> Option<(Span, &str)> {
    let (start, rest) = number(text, max)?;
    let (end, rest) = match rest.strip_prefix("..") {
        Some(rest) => {
            let (end, rest) = number(rest, max).filter(|(end, _)| *end >= start)?;
            (Some(end), rest)
        }
        None => (None, rest),
    };
    if let Some(rest) = rest.strip_prefix('/') {
        let (step, rest) = number(rest, max)?;
        return Some((Span { start, end, step }, rest));
    }
    let span = match end {
        Some(_) => Span { start, end, step: 1 },
        None => Span { start, end: Some(start), step: 0 },
    };
    Some((span, rest))
}

fn number(text: &str, max: u32) -> Option<(u32, &str)> {
    let (digits, rest) = split_while(text, |c| c.is_ascii_digit());
    let n = digits.parse().ok().filter(|n| *n <= max)?;
    Some((n, rest))
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !keep(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
