//! Words for what brings a guest back.

use super::super::Measures;
use super::super::recovery::Recoveries;
use super::English;
use crate::fleet::code::Code;
use crate::judge::problem::Problem;
use crate::judge::rows::recovery::{Room, Tie, WayKind};

impl Recoveries for English {
    fn way(&self, kind: WayKind) -> &'static str {
        match kind {
            WayKind::Ha => "HA",
            WayKind::Shared => "start",
            WayKind::Replica => "replica",
            WayKind::Restore => "restore",
        }
    }

    fn no_way(&self) -> &'static str {
        "none"
    }

    fn room(&self, room: Room) -> &'static str {
        match room {
            Room::Fits => "fits",
            Room::Tight => "tight",
            Room::Unknown => "?",
            Room::Full => "no room",
            Room::Away => "node off",
        }
    }

    fn lost(&self, age: &str) -> String {
        format!("{age} lost")
    }

    fn at_worst(&self, age: &str) -> String {
        format!("{age} at worst")
    }

    fn takes(&self, age: &str) -> String {
        format!("in about {age}")
    }

    fn takes_unknown(&self) -> &'static str {
        "time not known"
    }

    fn tie(&self, tie: &Tie) -> String {
        match tie {
            Tie::Passthrough(key) => format!("{key} is passed through"),
            Tie::Iso(volume) => format!("CD {volume}"),
            Tie::Storage(name) => format!("storage {name} is not there"),
            Tie::Bind(key) => format!("{key} is a path of its node"),
            Tie::Clone(base) => format!("linked clone of {base}"),
            Tie::Cpu(cpu) => format!("CPU type {cpu}"),
        }
    }

    fn key_at_risk(&self) -> &'static str {
        "copies are encrypted, and no other cluster has their key"
    }

    fn wanted(&self, point: Option<&str>, time: Option<&str>) -> String {
        let parts = [
            point.map(|point| format!("{point} lost at most")),
            time.map(|time| format!("back in {time}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn rehearsed(&self, ago: &str, took: Option<&str>, by: Option<&str>) -> String {
        let took = took.map_or_else(String::new, |took| format!(", took {took}"));
        let by = by.map_or_else(String::new, |by| format!(", by {by}"));
        format!("{ago} ago{took}{by}")
    }

    fn weak(&self, problem: &Problem) -> String {
        let limit = problem.facts.limit.map(|limit| self.age(limit as i64));
        match (problem.code, problem.detail.as_deref(), limit) {
            (Code::RecoveryUncovered, ..) => "no way back".to_owned(),
            (Code::RecoveryKey, ..) => "key dies with it".to_owned(),
            (Code::RecoveryNoRoom, ..) => "no room anywhere".to_owned(),
            (Code::RecoveryFragile, Some("site"), _) => "only at its site".to_owned(),
            (Code::RecoveryFragile, ..) => "1 unverified copy".to_owned(),
            (Code::RecoveryObjective, Some("time"), Some(limit)) => format!("{limit} to be back"),
            (Code::RecoveryObjective, _, Some(limit)) => format!("{limit} may be lost"),
            (Code::RecoveryUnrehearsed, ..) => "not rehearsed".to_owned(),
            _ => problem.code.meaning().to_owned(),
        }
    }

    fn nowhere(&self) -> &'static str {
        "nowhere"
    }
}
