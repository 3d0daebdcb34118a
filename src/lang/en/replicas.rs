//! What is remembered of replication.

use super::super::Replicas;
use super::English;
use super::cut::several;
use crate::judge::replication::days::Day;

impl Replicas for English {
    fn replica_day(&self, day: Day) -> &'static str {
        match day {
            Day::Kept => "in time",
            Day::Partly => "in time, watched in part",
            Day::Late => "late",
            Day::Failed => "failed",
            Day::Off => "off",
            Day::Untold => "unclear",
            Day::Unwatched => "not watched",
        }
    }

    fn never_watched(&self) -> &'static str {
        "not watched until now"
    }

    fn latest_by(&self, lag: &str, at: &str) -> String {
        format!("late by {lag} at most, {at}")
    }

    fn never_late(&self) -> &'static str {
        "never seen late"
    }

    fn runs_failed(&self, count: u32) -> String {
        format!("{} failed", several(count as usize, "run"))
    }

    fn watched(&self, share: &str, days: usize) -> String {
        format!("watched {share} of {days} days")
    }

    fn age_chart(&self, most: &str, at: &str, each: &str) -> String {
        format!("age at most {most}, {at}; {each} per sign")
    }
}
