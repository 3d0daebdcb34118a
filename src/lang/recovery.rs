//! Words for what brings a guest back.

use crate::judge::problem::Problem;
use crate::judge::rows::recovery::{Room, Tie, WayKind};

/// The words of recovery.
pub trait Recoveries {
    /// How a guest comes back, in one word.
    fn way(&self, kind: WayKind) -> &'static str;
    /// That nothing brings it back, in as few letters.
    fn no_way(&self) -> &'static str;
    /// Whether a node can take it, in one word.
    fn room(&self, room: Room) -> &'static str;
    /// `15m lost`
    fn lost(&self, age: &str) -> String;
    /// `16m at worst`
    fn at_worst(&self, age: &str) -> String;
    /// `in about 10m`
    fn takes(&self, age: &str) -> String;
    /// That nobody knows how long it takes.
    fn takes_unknown(&self) -> &'static str;
    /// What ties a guest to its node.
    fn tie(&self, tie: &Tie) -> String;
    /// That the key of its copies is in its own cluster alone.
    fn key_at_risk(&self) -> &'static str;
    /// What is wanted: `1h lost, 4h away`.
    fn wanted(&self, point: Option<&str>, time: Option<&str>) -> String;
    /// When its restore was last rehearsed: `40d ago, took 25m, by Aino`.
    fn rehearsed(&self, ago: &str, took: Option<&str>, by: Option<&str>) -> String;
    /// What is weak of a recovery, in a few words.
    fn weak(&self, problem: &Problem) -> String;
    /// Stands where no node could take it.
    fn nowhere(&self) -> &'static str;
}
