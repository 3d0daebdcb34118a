//! Words for what brings a guest back.

use crate::judge::problem::Problem;
use crate::judge::rows::recovery::{HaCare, Room, Tie, WayKind};
use crate::whatif::{After, Fate, How, Target};

/// What becomes of the guests that a loss hits, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// All of them.
    pub guests: usize,
    /// HA starts them elsewhere.
    pub by_ha: usize,
    /// They are started elsewhere by hand.
    pub restartable: usize,
    /// Their copies are restored.
    pub restorable: usize,
    /// Nothing brings them back.
    pub gone: usize,
    /// It cannot be told.
    pub unknown: usize,
    /// They could come back, and there is no room.
    pub without_room: usize,
    /// They could come back, and nobody can tell whether there is room.
    pub room_untold: usize,
    /// They could come back by a way of which nobody can tell now whether it is there.
    pub doubtful: usize,
    /// Guests beside these that are down until their cluster has quorum again.
    pub stopped: usize,
}

impl Fates {
    /// Counts them.
    pub fn of(guests: &[Fate]) -> Self {
        let count = |how: &[How]| guests.iter().filter(|fate| how.contains(&fate.how)).count();
        let back = guests.iter().filter(|fate| !matches!(fate.how, How::Gone | How::Unknown));
        let with_room = |rooms: &[Room]| back.clone().filter(|f| rooms.contains(&f.room)).count();
        Self {
            guests: guests.len(),
            by_ha: count(&[How::Ha]),
            restartable: count(&[How::Shared, How::Replica]),
            restorable: count(&[How::Restore]),
            gone: count(&[How::Gone]),
            unknown: count(&[How::Unknown]),
            without_room: with_room(&[Room::Full, Room::Away]),
            room_untold: with_room(&[Room::Unknown]),
            doubtful: guests.iter().filter(|fate| fate.is_doubtful).count(),
            stopped: 0,
        }
    }

    /// With those on nodes that fence themselves.
    #[must_use]
    pub fn and_stopped(self, clusters: &[After]) -> Self {
        Self { stopped: clusters.iter().map(|after| after.stopped.len()).sum(), ..self }
    }
}

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
    /// What HA does, where that is not simply that it brings it back; none where there is nothing to
    /// say.
    fn ha(&self, care: &HaCare) -> Option<String>;
    /// That the key of its copies is in its own cluster alone.
    fn key_at_risk(&self) -> &'static str;
    /// What is wanted: `1h lost, 4h away`.
    fn wanted(&self, point: Option<&str>, time: Option<&str>) -> String;
    /// When its restore was last rehearsed: `40d ago, took 25m, by Aino`.
    fn rehearsed(&self, ago: &str, took: Option<&str>, by: Option<&str>) -> String;

    /// That the last rehearsal failed, and how long ago.
    fn rehearsal_failed(&self, ago: &str) -> String;
    /// What is weak of a recovery, in a few words.
    fn weak(&self, problem: &Problem) -> String;
    /// What becomes of a guest, in one word.
    fn how(&self, how: How) -> &'static str;
    /// `if fi1 and cafe2 died now`
    fn if_lost(&self, names: &[String]) -> String;
    /// `12 guests`
    fn hit(&self, guests: usize) -> String;
    /// Those that come back: `3 by HA, 7 started by hand, 2 restored`.
    fn come_back(&self, fates: &Fates) -> String;
    /// `1 lost for good`; nothing where there is none.
    fn are_gone(&self, fates: &Fates) -> String;
    /// `1 cannot be told`; nothing where there is none.
    fn are_unknown(&self, fates: &Fates) -> String;
    /// `2 without room`; nothing where there is none.
    fn lack_room(&self, fates: &Fates) -> String;
    /// What votes are left, and what that means.
    fn quorum_after(&self, after: &After) -> String;
    /// That these nodes restart themselves.
    fn fence_themselves(&self, nodes: &str, guests: usize) -> String;
    /// What a node would take, and what it has free.
    fn takes_guests(&self, target: &Target) -> String;
    /// What copies die: at so many places, of so many guests; guests that live on without any.
    fn copies_lost(&self, places: usize, guests: u32, bare: usize) -> String;
    /// So many more jobs.
    fn more_jobs(&self, jobs: usize) -> String;
    /// What is marked, and what to press.
    fn marked(&self, names: &[String]) -> String;
    /// The most that would be lost, and of which guest.
    fn most_lost(&self, age: &str, whose: &str) -> String;
    /// Yes or no.
    fn yes_no(&self, yes: bool) -> &'static str;
    /// Stands before disks that do not come back.
    fn without(&self) -> &'static str;
    /// That a key has to be brought.
    fn needs_key(&self) -> &'static str;
    /// Stands where no node could take it.
    fn nowhere(&self) -> &'static str;
}
