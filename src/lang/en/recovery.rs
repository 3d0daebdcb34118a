//! Words for what brings a guest back.

use super::super::Measures;
use super::super::recovery::Fates;
use super::super::recovery::Recoveries;
use super::English;
use super::cut::several;
use crate::fleet::code::Code;
use crate::judge::problem::Problem;
use crate::judge::rows::recovery::{HaCare, Room, Tie, WayKind};
use crate::whatif::{After, How, Target};

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
            Room::NoBridge => "no net",
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
            Tie::Bridge(name) => format!("bridge {name} is not there"),
            Tie::BridgeUntold(name) => format!("whether bridge {name} is there cannot be told"),
            Tie::Number(vmid) => format!("number {vmid} is taken there: it needs another"),
            Tie::Bind(key) => format!("{key} is a path of its node"),
            Tie::Clone(base) => format!("linked clone of {base}: on shared storage it needs that"),
            Tie::Cpu(cpu) => format!("CPU type {cpu}"),
        }
    }

    fn ha(&self, care: &HaCare) -> Option<String> {
        Some(match care {
            HaCare::None | HaCare::Starts => return None,
            HaCare::Barred(Some(rule)) => format!("starts it nowhere: {rule} leaves no node"),
            HaCare::Barred(None) => "starts it nowhere: no node is left to choose".to_owned(),
            HaCare::Lacks(node) => format!("may start it on {node}, without its disks or bridge"),
            HaCare::Full(node) => format!("may start it on {node}, where there is no room"),
            HaCare::Unsure(node) => {
                format!("may start it on {node}; whether it fits cannot be told")
            }
            HaCare::Untold(Some(rule)) => format!("cannot be told: rule {rule} is not understood"),
            HaCare::Untold(None) => "cannot be told: its rules could not be read".to_owned(),
        })
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

    fn rehearsal_failed(&self, ago: &str) -> String {
        format!("failed {ago} ago")
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
            (Code::RecoveryNoRoom, Some("bridge"), _) => "no bridge for it".to_owned(),
            (Code::RecoveryNoRoom, Some("ha"), _) => "HA finds no room".to_owned(),
            (Code::RecoveryNoRoom, ..) => "no room anywhere".to_owned(),
            (Code::RecoveryFragile, Some("site"), _) => "only at its site".to_owned(),
            (Code::RecoveryFragile, ..) => "1 unverified copy".to_owned(),
            (Code::RecoveryObjective, Some("time"), Some(limit)) => format!("{limit} to be back"),
            (Code::RecoveryObjective, _, Some(limit)) => format!("{limit} wanted"),
            (Code::RecoveryUnrehearsed, ..) => "not rehearsed".to_owned(),
            _ => problem.code.meaning().to_owned(),
        }
    }

    fn how(&self, how: How) -> &'static str {
        match how {
            How::Ha => "HA",
            How::Shared => "start",
            How::Replica => "replica",
            How::Restore => "restore",
            How::Unknown => "?",
            How::Gone => "gone",
        }
    }

    fn if_lost(&self, names: &[String]) -> String {
        match names {
            [] => "if nothing died".to_owned(),
            [one] => format!("if {one} died now"),
            [rest @ .., last] => format!("if {} and {last} died now", rest.join(", ")),
        }
    }

    fn hit(&self, guests: usize) -> String {
        several(guests, "guest")
    }

    fn come_back(&self, fates: &Fates) -> String {
        let parts = [
            (fates.by_ha, "by HA"),
            (fates.restartable, "started by hand"),
            (fates.restorable, "restored"),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, how)| format!("{n} {how}")).collect();
        said.join(", ")
    }

    fn are_gone(&self, fates: &Fates) -> String {
        if fates.gone == 0 { String::new() } else { format!("{} lost for good", fates.gone) }
    }

    fn are_unknown(&self, fates: &Fates) -> String {
        if fates.unknown == 0 { String::new() } else { format!("{} cannot be told", fates.unknown) }
    }

    fn lack_room(&self, fates: &Fates) -> String {
        if fates.without_room == 0 {
            String::new()
        } else {
            format!("{} without room", fates.without_room)
        }
    }

    fn quorum_after(&self, after: &After) -> String {
        let votes = format!(
            "{} left of the {} it needs",
            several(after.present as usize, "vote"),
            after.quorum
        );
        match after.quorate {
            _ if after.nodes_left == 0 => "no node is left".to_owned(),
            Some(true) => format!("{votes}: has quorum"),
            Some(false) => format!("{votes}: nothing starts before pvecm expected 1"),
            None => format!("{votes}, as far as is known"),
        }
    }

    fn fence_themselves(&self, nodes: &str, guests: usize) -> String {
        let guests = several(guests, "guest");
        format!("HA will restart {nodes}; down until there is quorum: {guests}")
    }

    fn takes_guests(&self, target: &Target) -> String {
        let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |n| self.bytes(n));
        format!(
            "{} with {} of memory; free {} as configured, {} as used",
            several(target.guests as usize, "guest"),
            self.bytes(target.taken),
            bytes(target.free),
            bytes(target.idle),
        )
    }

    fn copies_lost(&self, places: usize, guests: u32, bare: usize) -> String {
        let lost = format!(
            "those at {} are lost, of {}",
            several(places, "place"),
            several(guests as usize, "guest")
        );
        if bare == 0 {
            return lost;
        }
        format!("{lost}; {} would run on without any", several(bare, "guest"))
    }

    fn more_jobs(&self, jobs: usize) -> String {
        format!("and {jobs} more")
    }

    fn marked(&self, names: &[String]) -> String {
        format!("marked: {}", names.join(", "))
    }

    fn most_lost(&self, age: &str, whose: &str) -> String {
        format!("if its node died, {age} at most are lost ({whose})")
    }

    fn yes_no(&self, yes: bool) -> &'static str {
        if yes { "yes" } else { "no" }
    }

    fn without(&self) -> &'static str {
        "without"
    }

    fn needs_key(&self) -> &'static str {
        "needs its key"
    }

    fn nowhere(&self) -> &'static str {
        "nowhere"
    }
}
