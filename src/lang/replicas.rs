//! Words for what is remembered of replication.

use crate::judge::replication::days::Day;

/// What watching told of a replication job. Ages, dates and shares come ready made.
pub trait Replicas {
    /// What became of the replica on a day, in one word or two.
    fn replica_day(&self, day: Day) -> &'static str;
    /// Nobody looked at it in the last days.
    fn never_watched(&self) -> &'static str;
    /// How late it was at most, and when: `late by 3h12m at most, 25 Nov 02:00`.
    fn latest_by(&self, lag: &str, at: &str) -> String;
    /// It was in time whenever somebody looked.
    fn never_late(&self) -> &'static str;
    /// How many runs were seen to fail: `12 runs failed`.
    fn runs_failed(&self, count: u32) -> String;
    /// How much of the days is known: `watched 64% of 14 days`.
    fn watched(&self, share: &str, days: usize) -> String;
    /// What the chart of a replica's age shows: its greatest height, when that was, and how much
    /// time one sign tells of.
    fn age_chart(&self, most: &str, at: &str, each: &str) -> String;
}
