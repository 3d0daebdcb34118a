//! English.

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

/// English.
#[derive(Clone, Copy, Debug)]
pub(super) struct English;

impl Lang for English {
    fn tongue(&self) -> Tongue {
        Tongue::English
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Beyond this the year matters more than the time of day, seconds.
const FAR: i64 = 300 * 86400;

fn local(at: Epoch, when: &When<'_>) -> Option<jiff::civil::DateTime> {
    Some(when.zone.to_datetime(at.timestamp()?))
}

fn month(date: jiff::civil::DateTime) -> &'static str {
    let index = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    MONTHS.get(index).copied().unwrap_or("?")
}

impl Measures for English {
    fn age(&self, seconds: i64) -> String {
        measure::age(seconds, ["s", "m", "h", "d", "w", "y"])
    }

    fn duration(&self, seconds: f64) -> String {
        measure::duration(seconds, ["s", "m", "h", "d"])
    }

    fn bytes(&self, bytes: u64) -> String {
        measure::bytes(bytes, 'B')
    }

    fn percent(&self, fraction: f64) -> String {
        measure::percent(fraction)
    }

    fn number(&self, value: f64) -> String {
        format!("{value:.2}")
    }

    fn date(&self, at: Epoch, when: &When<'_>) -> String {
        let Some(date) = local(at, when) else { return "beyond 9999".to_owned() };
        if when.now.since(at).saturating_abs() > FAR {
            return format!("{} {} {}", date.day(), month(date), date.year());
        }
        format!("{} {} {:02}:{:02}", date.day(), month(date), date.hour(), date.minute())
    }

    fn date_width(&self) -> usize {
        "22 Nov 02:07".len()
    }

    fn day(&self, at: Epoch, when: &When<'_>) -> String {
        local(at, when).map_or_else(String::new, |date| format!("{} {}", date.day(), month(date)))
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

impl Sentences for English {
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
        format!("{}: {}", subject::subject(&problem.subject), short::short(*self, problem, when))
    }
}
