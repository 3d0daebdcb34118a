//! What is remembered of replication.

use super::super::Replicas;
use super::French;
use super::cut::{plural, several};
use crate::judge::replication::days::Day;

impl Replicas for French {
    fn replica_day(&self, day: Day) -> &'static str {
        match day {
            Day::Kept => "à temps",
            Day::Partly => "à temps, vu en partie",
            Day::Late => "retard",
            Day::Failed => "échec",
            Day::Off => "off",
            Day::Untold => "incertain",
            Day::Unwatched => "non vu",
        }
    }

    fn never_watched(&self) -> &'static str {
        "jamais observé jusqu’ici"
    }

    fn latest_by(&self, lag: &str, at: &str) -> String {
        format!("retard de {lag} au plus, {at}")
    }

    fn never_late(&self) -> &'static str {
        "jamais vu en retard"
    }

    fn runs_failed(&self, count: u32) -> String {
        let count = count as usize;
        format!("{} {}", several(count, "exécution"), plural(count, "échouée", "échouées"))
    }

    fn watched(&self, share: &str, days: usize) -> String {
        format!("observé {} de {days} jours", share.replace('%', "\u{a0}%"))
    }

    fn age_chart(&self, most: &str, at: &str, each: &str) -> String {
        format!("âge : {most} au plus, {at} ; {each} par signe")
    }
}
