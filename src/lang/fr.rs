//! French. The sentences are written with the signs of French typography: no-break blanks before
//! `:`, `;`, `!`, `?` and inside guillemets, and the apostrophe `’`.

mod cut;
mod diagnosis;
mod drill;
mod follow;
mod init;
mod keys;
mod meaning;
mod next;
mod phrases;
mod recovery;
mod replicas;
mod report;
mod runbook;
mod settings;
mod short;
mod subject;
#[cfg(test)]
mod tests;
mod themes;
mod trust;
mod unread;
mod whatif;
mod words;

use super::{Lang, Measures, Sentences, Tongue, When, measure};
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::Problem;

/// French.
#[derive(Clone, Copy, Debug)]
pub(super) struct French;

impl Lang for French {
    fn tongue(&self) -> Tongue {
        Tongue::French
    }
}

const MONTHS: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

/// Months in whole, for the date of a report.
const LONG_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// Beyond this the year matters more than the time of day, seconds.
const FAR: i64 = 300 * 86400;

/// From here to a year an age is told in months: the letter of weeks, `s`, is that of seconds.
const MONTHLY: i64 = 8_640_000;

const WEEK: i64 = 604_800;
const YEAR: i64 = 31_536_000;

fn local(at: Epoch, when: &When<'_>) -> Option<jiff::civil::DateTime> {
    Some(when.zone.to_datetime(at.timestamp()?))
}

fn month(date: jiff::civil::DateTime) -> &'static str {
    named(&MONTHS, date)
}

fn named(names: &[&'static str; 12], date: jiff::civil::DateTime) -> &'static str {
    let index = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    names.get(index).copied().unwrap_or("?")
}

/// The first of a month is no cardinal number: `1er nov.`
fn day_of(date: jiff::civil::DateTime) -> String {
    if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() }
}

/// A decimal number as it is written: with a comma.
fn decimal(number: String) -> String {
    if number.contains('.') { number.replace('.', ",") } else { number }
}

impl Measures for French {
    fn age(&self, seconds: i64) -> String {
        // In whole weeks, so that it changes when an age in weeks does.
        match seconds {
            MONTHLY..YEAR => match seconds / WEEK * 84 / 365 {
                months @ ..10 => format!("{months}mo"),
                _ => "<1a".to_owned(),
            },
            _ => measure::age(seconds, ["s", "m", "h", "j", "?", "a"]),
        }
    }

    fn duration(&self, seconds: f64) -> String {
        decimal(measure::duration(seconds, ["s", "m", "h", "j"]))
    }

    fn bytes(&self, bytes: u64) -> String {
        decimal(measure::bytes(bytes, 'o'))
    }

    fn percent(&self, fraction: f64) -> String {
        measure::percent(fraction)
    }

    fn number(&self, value: f64) -> String {
        decimal(format!("{value:.2}"))
    }

    fn date(&self, at: Epoch, when: &When<'_>) -> String {
        let Some(date) = local(at, when) else { return "après 9999".to_owned() };
        let (day, month) = (day_of(date), month(date));
        if when.now.since(at).saturating_abs() > FAR {
            return format!("{day} {month} {}", date.year());
        }
        format!("{day} {month} {:02}:{:02}", date.hour(), date.minute())
    }

    fn date_width(&self) -> usize {
        "22 sept. 02:07".len()
    }

    fn day(&self, at: Epoch, when: &When<'_>) -> String {
        local(at, when).map_or_else(String::new, |date| format!("{} {}", day_of(date), month(date)))
    }

    fn moment(&self, at: Epoch, when: &When<'_>) -> String {
        match (local(at, when), local(when.now, when)) {
            (Some(date), Some(now)) if date.date() == now.date() => {
                format!("{:02}:{:02}", date.hour(), date.minute())
            }
            _ => self.date(at, when),
        }
    }
}

impl Sentences for French {
    fn subject(&self, subject: &Subject) -> String {
        subject::subject(subject)
    }

    fn short(&self, problem: &Problem, when: &When<'_>) -> String {
        short::short(*self, problem, when)
    }

    fn meaning(&self, problem: &Problem, when: &When<'_>) -> String {
        meaning::meaning(*self, problem, when)
    }

    fn next(&self, problem: &Problem) -> Vec<String> {
        next::next(problem)
    }

    fn report(&self, problem: &Problem, when: &When<'_>) -> String {
        format!("{} : {}", subject::subject(&problem.subject), short::short(*self, problem, when))
    }
}
